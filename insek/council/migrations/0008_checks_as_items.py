"""The checks of 0.1 become items, with their history, what waits for their release, and the drafts thrown away.

A key of eight characters, as the program gave them, stays as the id; another one, such as ``pruefung-beispiel-1``, gives
the id that an older package with that key gives too (``thread.identity.derived_id``). Their entries of the search wait
for the job that reads them (``thread.indexing``).
"""

from __future__ import annotations

from typing import Any

from django.db import migrations
from django.utils import timezone

from insek.engines.text import sort_key
from insek.thread.identity import derived_id, is_id

KIND = "concept_check"
OF_ITEMS = ("working", "example")
"""Standings an item can have without a source."""


def move(apps: Any, schema_editor: Any) -> None:
    """One item for each check; nothing of the former rows is changed."""
    former = apps.get_model("council", "FormerCheck")
    ids: dict[tuple[Any, str], str] = {}
    for check in former.objects.select_related("concept", "paper__item").order_by("pk").iterator():
        ids[check.concept_id, check.key] = _make(apps, check)
    _move_history(apps, ids)
    _move_proposals(apps, ids)


def _id_of(apps: Any, concept: Any, key: str) -> str:
    items, stones = apps.get_model("thread", "Item"), apps.get_model("thread", "Tombstone")
    for candidate in ([key] if is_id(key) else []) + [
        derived_id("check", concept.key, key, *again) for again in ((), ("1",), ("2",))
    ]:
        if not (items.objects.filter(pk=candidate).exists() or stones.objects.filter(pk=candidate).exists()):
            return candidate
    raise ValueError(f"no id is free for the check {key}")


def _make(apps: Any, former: Any) -> str:
    history = apps.get_model("council", "CheckChange").objects.filter(
        concept_id=former.concept_id, check_key=former.key
    )
    first, last = history.order_by("at", "pk").first(), history.order_by("-at", "-pk").first()
    now = timezone.now()
    touched = {
        name: list(
            apps.get_model("council", f"Former{model}")
            .objects.filter(check_row=former.pk)
            .order_by("pk")
            .values(*columns)
        )
        for name, model, columns in (
            ("criteria", "CheckCriterion", ["criterion_id"]),
            ("goals", "CheckGoal", ["goal_id", "effect", "reason", "certainty"]),
            ("measures", "CheckMeasure", ["measure_id"]),
            ("districts", "CheckPlace", ["district_id"]),
        )
    }
    item = apps.get_model("thread", "Item").objects.create(
        id=_id_of(apps, former.concept, former.key),
        concept_id=former.concept_id,
        kind=KIND,
        title=former.title,
        standing=former.standing if former.standing in OF_ITEMS else "working",
        visibility="public" if _was_public(apps, former, touched) else "internal",
        version=former.version,
        created_at=first.at if first else now,
        updated_at=last.at if last else now,
        created_by_id=first.actor_id if first else former.author_id,
        sort_key=sort_key(former.title)[:120],
        title_key=sort_key(former.title)[:120],
    )
    apps.get_model("thread", "SearchEntry").objects.create(item_id=item.pk, waiting=True)
    apps.get_model("council", "Check").objects.create(
        item_id=item.pk,
        paper_id=former.paper_id,
        subject=former.subject,
        unit_id=former.unit_id,
        weight="citywide" if touched["criteria"] else "local" if former.weight_reason else "",
        weight_reason=former.weight_reason,
        paragraph=former.paragraph,
        status=former.status,
        final_on=former.final_on,
    )
    for name, model in (
        ("criteria", "CheckCriterion"),
        ("goals", "CheckGoal"),
        ("measures", "CheckMeasure"),
        ("districts", "CheckPlace"),
    ):
        rows = apps.get_model("council", model)
        rows.objects.bulk_create(rows(check_row_id=item.pk, **values) for values in touched[name])
    if first is None:
        apps.get_model("thread", "Change").objects.create(
            concept_id=former.concept_id, item_id=item.pk, action="created", version=item.version, at=now
        )
    return str(item.pk)


def _was_public(apps: Any, former: Any, touched: dict[str, Any]) -> bool:
    """What everybody saw until now: a final check of a public paper that names public items alone."""
    if former.status != "final" or former.paper is None or former.paper.item.visibility != "public":
        return False
    named = {row[f"{name[:-1]}_id"] for name in ("goals", "measures", "districts") for row in touched[name]}
    items = apps.get_model("thread", "Item").objects.filter(pk__in=named)
    return not items.exclude(visibility="public").exists()


def _move_history(apps: Any, ids: dict[tuple[Any, str], str]) -> None:
    """Line by line; of a draft that was thrown away a tombstone stays, so that its history is read under an id."""
    made = apps.get_model("thread", "Change")
    by_check: dict[tuple[Any, str], list[Any]] = {}
    for line in (
        apps.get_model("council", "CheckChange").objects.select_related("concept").order_by("at", "pk")
    ):
        by_check.setdefault((line.concept_id, line.check_key), []).append(line)
    versions = dict(apps.get_model("thread", "Item").objects.filter(kind=KIND).values_list("pk", "version"))
    for check, lines in by_check.items():
        item_id = ids.get(check)
        if item_id is None:
            item_id = ids[check] = _id_of(apps, lines[0].concept, lines[0].check_key)
            apps.get_model("thread", "Tombstone").objects.create(
                id=item_id, concept_id=check[0], kind=KIND, deleted_at=lines[-1].at, was_public=False
            )
        last = versions.get(item_id, len(lines))
        made.objects.bulk_create(
            made(
                concept_id=line.concept_id,
                item_id=item_id,
                action="updated" if line.before and line.after else "deleted" if line.before else "created",
                version=max(1, last - (len(lines) - 1 - place)),
                at=line.at,
                actor_id=line.actor_id,
                differences={"council_check": [line.before or None, line.after or None]},
            )
            for place, line in enumerate(lines)
        )


def _move_proposals(apps: Any, ids: dict[tuple[Any, str], str]) -> None:
    """What waits to be finished and released hangs on the check from now on, not on its paper."""
    versions = dict(apps.get_model("thread", "Item").objects.filter(kind=KIND).values_list("pk", "version"))
    for proposal in apps.get_model("release", "Proposal").objects.filter(act="check_finish"):
        item_id = ids.get((proposal.concept_id, proposal.payload.get("check", "")))
        if item_id is None:
            continue
        proposal.item_id, proposal.item_kind = item_id, KIND
        proposal.base_version = proposal.payload.get("version", versions.get(item_id, 1))
        proposal.payload = {}
        proposal.save(update_fields=["item_id", "item_kind", "base_version", "payload"])


class Migration(migrations.Migration):
    dependencies = [
        ("council", "0007_checks_beside_the_former"),
        ("release", "0001_proposals"),
        ("thread", "0010_search_waiting"),
    ]

    operations = [migrations.RunPython(move, migrations.RunPython.noop)]
