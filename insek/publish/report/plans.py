"""The chapter of the plans that already apply: the register, the Gesamtschau over the fields, each plan by itself."""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_uppercase
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from insek.engines.report import blocks
from insek.engines.report.blocks import Block, run
from insek.plans.overview import PlanRow, conclusion, rows_of, sums_of, with_told_fields
from insek.plans.overview_words import examples_words
from insek.plans.pages import shown_appraisal
from insek.plans.rubric import BINDINGS
from insek.plans.rubric_values import Rubric, rubric_of
from insek.plans.timeline import in_force_of, plans_in_time
from insek.thread.models import Item
from insek.web.display import period_words, with_example_word
from insek.web.reports import Chapter, register_chapter

from .reading import Reader


def plans(reader: Reader) -> list[Block]:
    """Register, Gesamtschau, and each plan with its appraisal."""
    items = reader.items("plan")
    if not items:
        return []
    visible = Item.objects.visible_to(reader.actor).filter(concept=reader.concept, kind="plan")
    rows = with_told_fields(rows_of(visible, limit=None), reader.concept, reader.asker.fields, reader.actor)
    lead = ngettext(
        "Ein Planwerk der Stadt und der Region wurde erfasst.",
        "%(number)s Planwerke der Stadt und der Region wurden erfasst.",
        len(items),
    ) % {"number": len(items)}
    made = [blocks.paragraph(lead), blocks.heading(_("Verzeichnis"), 2), _register(items)]
    rubric = rubric_of(reader.concept.pk)
    made += _overview(reader, rows, rubric)
    made.append(blocks.heading(_("Die Planwerke im Einzelnen"), 2))
    appraisals = {row.item.pk: row.appraisal for row in rows}
    return [*made, *(_plan(item, appraisals.get(item.pk), reader, rubric) for item in items)]


def _register(items: Sequence[Item]) -> Block:
    columns = [
        {"label": _("Nr."), "share": 0.7}, {"label": _("Planwerk"), "share": 3.8}, {"label": _("Art"), "share": 2.3},
        {"label": _("Stand"), "share": 1.5}, {"label": _("Jahr"), "share": 0.7}, {"label": _("Blickt bis"), "share": 0.9},
    ]  # fmt: skip
    rows = [
        [
            [run(item.number, ref=item.pk)], [run(blocks.like(item.title, with_example_word(item.title, item.standing)), ref=item.pk)], [run(item.plan.get_type_display())],
            [run(item.plan.get_status_display())], [run(item.plan.year or "–")], [run(item.plan.horizon_year or "–")],
        ]
        for item in items
    ]  # fmt: skip
    return blocks.table(columns, rows)


def _overview(reader: Reader, rows: Sequence[PlanRow], rubric: Rubric) -> list[Block]:
    """The Gesamtschau: plans against fields, and what each field can rest on."""
    fields = reader.asker.fields
    if not fields:
        return []
    letters = dict(zip((field.key for field in fields), ascii_uppercase, strict=False))
    in_force = in_force_of(plans_in_time([row.item for row in rows], reader.actor))
    sums = sums_of(rows, fields, in_force)
    made = [blocks.heading(_("Gesamtschau"), 2)]
    made.append(
        blocks.paragraph(
            _("Aktualität und Aussagekraft werden von 0 bis 100 geschätzt. Ein Planwerk trägt, wenn es gilt, ab %(currency)s Punkten Aktualität und %(substance)s Punkten Aussagekraft. Die Punkte in den Spalten zeigen, welche Handlungsfelder es anspricht.")
            % {"currency": rubric["bound_currency-2"], "substance": rubric["bound_substance-2"]}
        )
    )  # fmt: skip
    if words := examples_words(rows):
        made.append(blocks.paragraph(run(_("Beispiel"), tone="example"), ": ", words))
    made.append(blocks.facts((letters[field.key], str(field)) for field in fields if field.key in letters))
    shown = [field for field in fields if field.key in letters]
    columns: list[dict[str, Any]] = [
        {"label": _("Nr."), "share": 0.8}, {"label": _("Planwerk"), "share": 4.2},
        {"label": _("Aktualität"), "share": 1.5, "numeric": True},
        {"label": _("Aussagekraft"), "share": 1.8, "numeric": True}, {"label": _("Bindung"), "share": 2.5},
        *({"label": letters[field.key], "share": 0.45} for field in shown),
    ]  # fmt: skip
    lines = []
    for row in rows:
        appraisal = row.appraisal
        lines.append(
            [
                [run(row.item.number, ref=row.item.pk)],
                [run(reader.german(with_example_word(row.item.title, row.item.standing)), ref=row.item.pk)],
                [_score(appraisal.currency if appraisal else None, rubric["bound_currency-2"])],
                [_score(appraisal.substance if appraisal else None, rubric["bound_substance-2"])],
                [run(BINDINGS[appraisal.bindingness].short if appraisal else _("nicht bewertet"))],
                *([run("•" if field.key in row.field_keys else "")] for field in shown),
            ]
        )
    made.append(blocks.table(columns, lines))
    made += [blocks.heading(_("Was die Bindung bedeutet"), 3, listed=False), _bindings(rows)]
    made.append(blocks.heading(_("Worauf sich die Handlungsfelder stützen können"), 3, listed=False))
    if said := conclusion(sums):
        made.append(blocks.paragraph(run(said, bold=True)))
    made.append(
        blocks.listing(
            [[blocks.paragraph(run(f"{entry.field.name}: ", bold=True), entry.sentence)] for entry in sums]
        )
    )
    return made


def _bindings(rows: Sequence[PlanRow]) -> Block:
    """Each class of bindingness that occurs: whom it addresses and what it does."""
    used = {row.appraisal.bindingness for row in rows if row.appraisal}
    columns = [
        {"label": _("Bindung"), "share": 2.5}, {"label": _("Bindet"), "share": 2.6}, {"label": _("Wirkung"), "share": 4},
    ]  # fmt: skip
    lines = [
        [[run(str(each.short), bold=True)], [run(str(each.addressee))], [run(str(each.effect))]]
        for key, each in BINDINGS.items()
        if key in used
    ]
    return blocks.table(columns, lines)


def _score(value: int | None, sound: int) -> dict[str, Any]:
    if value is None:
        return run("–")
    return run(value, tone="good" if value >= sound else "")


def _plan(item: Item, appraisal: Any, reader: Reader, rubric: Rubric) -> Block:
    plan = item.plan
    decision = ", ".join(filter(None, [plan.decision_body, period_words(plan.decision_date)]))
    until = _("blickt bis %(year)s") % {"year": plan.horizon_year} if plan.horizon_year else ""
    about = [
        str(plan.get_type_display()), str(plan.get_status_display()), decision or str(plan.year or ""), plan.area, until,
    ]  # fmt: skip
    content = [blocks.paragraph(" · ".join(filter(None, about)), style="quiet"), *blocks.rich(item.text)]
    if aims := plan.aim_list:
        said = "; ".join(aim.rstrip(".;") for aim in aims)
        content.append(blocks.paragraph(run(f"{_('Ziele des Planwerks')}: ", bold=True), f"{said}."))
    side = [{**blocks.facts(_appraised(appraisal, rubric)), "stacked": True}]
    return {
        **reader.item(item, [*content, *reader.source(item)], side=side, thread=True, fields=False),
        "long": True,
    }


def _appraised(appraisal: Any, rubric: Rubric) -> list[tuple[str, Any]]:
    """What it is worth today, each number with its word and reason."""
    if appraisal is None:
        return [(_("Bewertung"), _("noch keine"))]
    shown = shown_appraisal(appraisal, rubric)
    rows: list[tuple[str, Any]] = []
    for bar in shown["bars"]:
        said = _("%(value)s von 100, %(word)s") % {"value": bar["value"], "word": bar["word"]}
        rows.append(
            (str(bar["label"]), [run(said, bold=True), run(f". {bar['reason']}" if bar["reason"] else "")])
        )
    reason = f". {shown['binding_reason']}" if shown["binding_reason"] else ""
    rows.append((_("Bindung"), f"{shown['binding'].name}{reason}"))
    when = _("Bewertet am %(date)s") % {"date": shown["when"]}
    mark = [run(f" {_('Beispiel')}", tone="example")] if shown["is_example"] else []
    return [*rows, (_("Bewertung"), [run(when), *mark])]


register_chapter(
    Chapter(
        "planwerke",
        gettext_lazy("Planwerke"),
        30,
        plans,
        gettext_lazy(
            "Pläne und Konzepte, die schon gelten oder entstehen, und was sie heute noch wert sind."
        ),
    )
)
