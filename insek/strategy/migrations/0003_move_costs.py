"""The costs of each measure become a line; so do those of deleted measures, which may be restored.

A proposal that waits and would set such costs says them in its note instead, for whoever decides to enter them.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations

from insek.strategy.former_costs import FORMER, key_of_former


def _line(measure: str, cost: int, year: int | None, basis: str, standing: str) -> dict[str, Any]:
    """A line as the model keeps it."""
    return {
        "key": key_of_former(measure),
        "position": 1,
        "amount_eur": cost,
        "precision": "about",
        "rhythm": "once",
        "price_year": year,
        "basis": basis or "",
        "standing": "example" if standing == "example" else "working",
    }


def move(apps: Any, schema_editor: Any) -> None:
    measures, lines = apps.get_model("strategy", "Measure"), apps.get_model("strategy", "CostLine")
    known = measures.objects.exclude(cost_eur=None).values_list(
        "pk", "cost_eur", "cost_year", "cost_basis", "item__standing"
    )
    lines.objects.bulk_create(
        [lines(measure_id=pk, **_line(pk, *costs)) for pk, *costs in known.order_by("pk")], batch_size=500
    )


def move_deleted(apps: Any, schema_editor: Any) -> None:
    changes = apps.get_model("thread", "Change").objects
    for change in changes.filter(action="deleted", differences__has_key="cost_basis").iterator():
        said = change.differences
        cost, year, basis = ((said.get(name) or [None])[0] for name in FORMER)
        standing = (said.get("standing") or [""])[0]
        kept = {name: pair for name, pair in said.items() if name not in FORMER}
        if cost is not None:
            line = _line(change.item_id, cost, year, basis, standing)
            blank = {
                "title": "", "up_to_eur": None, "from_year": None, "to_year": None, "budget_product": "", "budget": "", "duty": "",
                "is_follow_up": False, "proviso": "", "source_title": "", "note": "", "is_internal": False,
            }  # fmt: skip
            kept["cost_lines"] = [[{**blank, **line}], None]
        changes.filter(pk=change.pk).update(differences=kept)


def say_in_notes(apps: Any, schema_editor: Any) -> None:
    proposals = apps.get_model("release", "Proposal").objects
    for proposal in proposals.filter(item_kind="measure", state__in=["waiting", "returned"]).iterator():
        kept = proposal.payload.get("values") if "values" in proposal.payload else proposal.payload
        if not isinstance(kept, dict) or not set(FORMER) & set(kept):
            continue
        words = ["Kosten in Euro", "Preisstand", "Brutto oder netto"]
        pairs = zip(words, (kept.pop(name, None) for name in FORMER), strict=True)
        said = ", ".join(f"{word}: {value}" for word, value in pairs if value not in (None, ""))
        for name in FORMER:
            proposal.differences.pop(name, None)
        if said:
            proposal.note = f"{proposal.note}\n{said}".strip()
        proposal.save(update_fields=["payload", "differences", "note"])


class Migration(migrations.Migration):
    dependencies = [
        ("strategy", "0002_costs_in_lines"),
        ("thread", "0017_english_version"),
        ("release", "0001_proposals"),
    ]

    operations = [
        migrations.RunPython(move, migrations.RunPython.noop),
        migrations.RunPython(move_deleted, migrations.RunPython.noop),
        migrations.RunPython(say_in_notes, migrations.RunPython.noop),
    ]
