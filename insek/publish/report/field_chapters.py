"""A chapter for each field of action: where the city stands, what is strong and weak, what shall be, what is done, and where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from insek.concept.models import Field
from insek.engines.report import blocks
from insek.engines.report.blocks import Block, run
from insek.findings.models import Finding
from insek.places.models import District
from insek.steering.models import Target
from insek.steering.pages import words_of
from insek.strategy.pages import years
from insek.thread.models import Item
from insek.web.display import number_words
from insek.web.reports import Chapter, Part, register_chapter

from .counting import counted_words
from .figures import figure_row, has_chart, leading, sentence, time_chart
from .profile import profile_of_items
from .reading import Reader
from .space import MEASURE_SIGN, feature_elements, signs_of
from .steering import BAR_ORDER, light_runs, state_run

IN_QUADRANT = 6
"""Findings of one sort that are written out in a chapter; the others stand in the annex."""
IN_SHORT_QUADRANT = 4
IN_TABLE = 14
"""Measures in the table of a chapter; the others stand in the register."""
ROWS_TOGETHER = 7
"""Rows of such a table that stay on one page."""
CHARTS = 2
"""Charts beside the goals of one field: no page may have more than two."""
IN_PLACES = 4
"""Districts that are named beside the map."""
IN_SHORT = 6
"""Goals of a field that the short form writes out; the others are a line each."""
OPENING_CHART = (520, 270)
"""Width and height of the chart that opens a chapter, in points."""
SAID = 4
"""Further numbers that the opening of a chapter says in sentences."""
TONES = {"strength": "good", "weakness": "accent", "opportunity": "good", "threat": "accent"}
TINTS = ("#e3eeea", "#cfe2db", "#b5d1c7", "#98bdb0")
"""Colours of districts, from one measure to many."""


def field_chapters(reader: Reader) -> list[Block]:
    """A chapter for each field with content, and one for goals and measures that belong to none."""
    grouped = {
        kind: {key: items for key, _name, items in reader.by_field(reader.items(kind))}
        for kind in ("finding", "goal", "measure")
    }
    made: list[Block] = []
    for field in reader.asker.fields:
        own = {kind: grouped[kind].get(field.key, []) for kind in grouped}
        if content := _chapter(field, own, reader):
            # the short form is read on a screen, where a page left empty for a left one to follow says nothing
            spread = not reader.is_short and any(block["type"] == "plate" for block in content)
            made += [
                blocks.chapter(field, id=f"feld-{field.key}", lead=field.aim_text, spread=spread),
                *content,
            ]
    rest = {kind: grouped[kind].get("", []) for kind in grouped}
    if any(rest.values()):
        made.append(blocks.chapter(_("Feldübergreifend"), id="feld-uebergreifend"))
        made += _parts(rest, reader)
    return made


def _chapter(field: Field, own: dict[str, list[Item]], reader: Reader) -> list[Block]:
    indicators = reader.in_field("indicator", field.key)
    if not (any(own.values()) or indicators or field.perspective or field.aim_text):
        return []
    made = _opening(field, own, indicators, reader)
    # the opening is a spread: text and figure on the one page, the map on the other
    made += _places(field, reader.in_field("measure", field.key), reader)
    return made + _parts(own, reader, field=field)


def _parts(own: dict[str, list[Item]], reader: Reader, *, field: Field | None = None) -> list[Block]:
    made = _findings(own["finding"], reader)
    if field is not None:
        made += _perspective(field, reader)
    return [*made, *_goals(own["goal"], reader), *_measures(own["measure"], reader)]


# --- the opening -----------------------------------------------------------------------------------------------------


def _opening(
    field: Field, own: dict[str, list[Item]], indicators: Sequence[Item], reader: Reader
) -> list[Block]:
    """The first page: three numbers, where we stand as a text, and a chart that fills what is left. The map stands opposite."""
    lead = leading(reader, indicators, most=len(indicators))
    lead, more = lead[:3], lead[3 : 3 + SAID]
    made = [blocks.figures(figure_row(item, reader) for item in lead)] if lead else []
    made.append(blocks.heading(_("Wo wir stehen"), 2))
    text = [blocks.paragraph(*_said(field, own, indicators, reader))]
    text += [
        blocks.paragraph(
            run(f"{item.number} ", ref=item.pk, bold=True),
            f"{item.indicator.title_text}. ",
            *sentence(item, reader),
            *reader.marks(item),
        )
        for item in more
    ]
    side = (
        [
            blocks.paragraph(
                run(f"{_('Worauf es sich stützt')} ", bold=True),
                *reader.numbers_of(indicators, most=24),
                style="margin",
            )
        ]
        if indicators
        else []
    )
    made.append(blocks.margin(text, side))
    located = districts_map(reader.in_field("measure", field.key), reader)
    drawn = next((item for item in [*lead, *indicators] if has_chart(item, reader)), None)
    chart = time_chart(drawn, reader, size=OPENING_CHART) if drawn is not None else None
    if drawn is not None and chart:
        title = blocks.paragraph(
            run(f"{drawn.number} ", bold=True, ref=drawn.pk),
            run(drawn.indicator.title_text, bold=True),
            *reader.marks(drawn),
            style="sticky",
        )
        made.append(blocks.rest([title], {**chart, "example": drawn.is_example}, least=70))
    elif located:
        title = blocks.paragraph(run(_("Wo etwas geschieht"), bold=True), style="sticky")
        made.append(blocks.rest([title], located, least=70))
    return made


def _said(field: Field, own: dict[str, list[Item]], indicators: Sequence[Item], reader: Reader) -> list[Any]:
    """What the chapter holds, in sentences with numbers."""
    said = []
    if indicators:
        said.append(
            ngettext("Für dieses Handlungsfeld liegt eine Zahl vor.", "Für dieses Handlungsfeld liegen %(count)s Zahlen vor.", len(indicators))
            % {"count": number_words(len(indicators))}
        )  # fmt: skip
    if own["finding"]:
        said.append(
            ngettext("Daraus ist ein Befund entstanden.", "Daraus und aus der Beteiligung sind %(count)s Befunde entstanden.", len(own["finding"]))
            % {"count": number_words(len(own["finding"]))}
        )  # fmt: skip
    if held := counted_words(goals=len(own["goal"]), measures=len(own["measure"])):
        said.append(_("Die Antwort darauf: %(held)s.") % {"held": held})
    more = _elsewhere(field, own, reader)
    return [" ".join(filter(None, said)), *more]


def _elsewhere(field: Field, own: dict[str, list[Item]], reader: Reader) -> list[Any]:
    """What belongs to this field too and is printed with another."""
    other = [
        item for kind in ("finding", "goal", "measure") for item in reader.in_field(kind, field.key)
        if item not in own[kind]
    ]  # fmt: skip
    if not other:
        return []
    return [
        " ",
        _("Auch diese Inhalte betreffen das Feld und stehen bei einem anderen:"),
        " ",
        *reader.numbers_of(other, most=30),
        ".",
    ]


def _shades(measures: Sequence[Item], reader: Reader) -> tuple[dict[str, str], dict[str, list[Item]]]:
    """The tints of districts by how many measures lie there, and these measures."""
    wanted = {item.pk for item in measures}
    parts = {row.pk for row in reader.places if row.level != District.Level.CITY and row.geometry is not None}
    found = {
        pk: here for pk, items in reader.by_place.items()
        if pk in parts and (here := [item for item in items if item.pk in wanted])
    }  # fmt: skip
    most = max(map(len, found.values()), default=1)
    return {
        pk: TINTS[(len(TINTS) - 1) * (len(here) - 1) // max(1, most - 1)] for pk, here in found.items()
    }, found


def districts_map(measures: Sequence[Item], reader: Reader) -> Block | None:
    """The city with its districts tinted by how many of the measures lie there; nothing where none does."""
    shades, found = _shades(measures, reader)
    svg = reader.plan([], size=300, shades=shades) if shades else ""
    if not svg:
        return None
    alt = _("Karte der Stadt; je dunkler ein Stadtteil, desto mehr Maßnahmen liegen dort: %(places)s") % {
        "places": "; ".join(
            f"{reader.known[pk].title} {len(here)}" for pk, here in _ranked(found, reader)[:20]
        )
    }
    invented = any(item.is_example for here in found.values() for item in here)
    return blocks.figure(
        svg, alt=alt, caption=_("Je dunkler, desto mehr Maßnahmen liegen dort."), example=invented
    )


def _ranked(found: dict[str, list[Item]], reader: Reader) -> list[tuple[str, list[Item]]]:
    return sorted(found.items(), key=lambda row: (-len(row[1]), reader.known[row[0]].sort_key, row[0]))


# --- findings --------------------------------------------------------------------------------------------------------


def _findings(items: Sequence[Item], reader: Reader) -> list[Block]:
    """Strengths, weaknesses, opportunities and threats as four fields of a page."""
    if not items:
        return []
    parts, left_out = [], 0
    for value, _label in Finding.Type.choices:
        found = [item for item in items if item.finding.type == value]
        most = IN_SHORT_QUADRANT if reader.is_short else IN_QUADRANT
        left_out += max(0, len(found) - most)
        content = [block for item in found[:most] for block in _finding(item, reader)]
        parts.append(
            (
                str(QUADRANTS[value]),
                TONES[value],
                content or [blocks.paragraph(_("Dazu ist nichts festgehalten."), style="quiet")],
            )
        )
    made: list[Block] = [blocks.heading(_("Stärken und Schwächen, Chancen und Risiken"), 2, own_page=True)]
    if left_out:
        made.append(blocks.paragraph(
            ngettext("Ein weiterer Befund steht %(where)s.", "%(count)s weitere Befunde stehen %(where)s.", left_out) % {"count": left_out, "where": reader.elsewhere}
        ))  # fmt: skip
    made.append(blocks.quadrants(parts))
    if reader.is_short or not (told := profile_of_items(items, reader)):
        return made
    return [*made, blocks.heading(_("Profil"), 2), *told]


QUADRANTS = {
    "strength": gettext_lazy("Stärken"), "weakness": gettext_lazy("Schwächen"),
    "opportunity": gettext_lazy("Chancen"), "threat": gettext_lazy("Risiken"),
}  # fmt: skip


def _finding(item: Item, reader: Reader) -> list[Block]:
    evidence = [
        reader.known[link.source_id]
        for link in reader.links[1].get(item.pk, ())
        if reader.known[link.source_id].number
    ]
    behind = [run(" ("), *reader.numbers_of(evidence, most=8), run(")")] if evidence else []
    if not reader.links[1].get(item.pk) and item.finding.is_assertion:
        behind = [run(f" ({_('Behauptung ohne Beleg')})")]
    head = [
        run(f"{item.number} ", anchor=item.pk, bold=True, tone="accent"),
        run(item.title, bold=True),
        *reader.marks(item),
    ]
    return [blocks.paragraph(*head, run("\n"), *blocks.flat(item.text), *behind)]


# --- perspective and goals -------------------------------------------------------------------------------------------


def _perspective(field: Field, reader: Reader) -> list[Block]:
    if not field.perspective:
        return []
    title = _("So sieht es %(year)s aus") % {"year": reader.concept.horizon_to or _("später")}
    mark = (
        [blocks.paragraph(run(_("Beispiel"), tone="example"), style="margin")]
        if field.perspective_standing == "example"
        else []
    )
    return [blocks.heading(title, 2), blocks.margin(blocks.rich(field.perspective), mark)]


def _goals(items: Sequence[Item], reader: Reader) -> list[Block]:
    if not items:
        return []
    made: list[Block] = [blocks.heading(_("Ziele"), 2)]
    drawn: set[str] = set()
    written = items[:IN_SHORT] if reader.is_short else items
    for item in written:
        made.append(goal_entry(item, reader, drawn))
    if rest := items[len(written) :]:
        made += [
            blocks.heading(_("Weitere Ziele"), 3, listed=False),
            blocks.lines(
                ([run(item.number, anchor=item.pk)], [run(item.title), *reader.marks(item)], _targets_short(item, reader))
                for item in rest
            ),
        ]  # fmt: skip
    return made


def _targets_short(item: Item, reader: Reader) -> list[Any]:
    said = [words_of(target) for target, _reading in reader.readings if target.goal_id == item.pk]
    return [run("; ".join(said), tone="quiet")] if said else []


def goal_entry(item: Item, reader: Reader, drawn: set[str], *, level: int = 3) -> Block:
    """A goal with its targets; ``drawn`` are the indicators whose chart stands already."""
    content = [*blocks.rich(item.text), *targets_of_goal(item, reader, drawn)]
    year = (
        [blocks.paragraph(run(f"{_('Zieljahr')} ", bold=True), str(item.goal.horizon_year), style="margin")]
        if item.goal.horizon_year
        else []
    )
    made = reader.item(
        item, [*content, *reader.source(item)], level=level, side=year, thread=True, fields=False
    )
    # a goal with a chart may go on on the next page: else it would leave a hole as high as the chart
    return {**made, "long": made["long"] or any(block["type"] == "keep" for block in content)}


def targets_of_goal(item: Item, reader: Reader, drawn: set[str]) -> list[Block]:
    """The targets of a goal in sentences, the first with the charts of their paths."""
    found = [(target, reading) for target, reading in reader.readings if target.goal_id == item.pk]
    return [block for target, reading in found for block in _target(target, reading, reader, drawn)]


def _target(target: Target, reading: Any, reader: Reader, drawn: set[str]) -> list[Block]:
    """What shall be reached and how far it is, with the chart of its path where there are values for one."""
    indicator = target.indicator
    invented = "example" in {target.standing, indicator.item.standing}
    mark = [run(f" {_('Beispiel')}", tone="example")] if invented else []
    said = blocks.paragraph(
        run(f"{indicator.item.number} ", ref=target.indicator_id, bold=True),
        run(f"{indicator.title_text}: {words_of(target)}. ", bold=True), *light_runs(target, reading), *mark,
    )  # fmt: skip
    known = next((item for item in reader.items("indicator") if item.pk == target.indicator_id), None)
    if (
        known is None
        or known.pk in drawn
        or len(drawn) >= (1 if reader.is_short else CHARTS)
        or not has_chart(known, reader)
    ):
        return [said]
    drawn.add(known.pk)
    chart = time_chart(known, reader, size=(420, 130))
    return [blocks.keep(said, chart)] if chart else [said]


# --- measures and places ---------------------------------------------------------------------------------------------


def _measures(items: Sequence[Item], reader: Reader) -> list[Block]:
    """The measures as a table with the sentence that leads to their sheets."""
    if not items:
        return []
    ranked = (
        items
        if len(items) <= IN_TABLE
        else sorted(items, key=lambda item: (not item.measure.is_lighthouse, item.sort_key, item.pk))
    )
    said = ngettext(
        "Eine Maßnahme bringt diese Ziele voran.",
        "%(count)s Maßnahmen bringen diese Ziele voran.",
        len(items),
    ) % {"count": number_words(len(items))}
    if len(items) > IN_TABLE:
        said += " " + _("Die Tabelle nennt %(count)s davon, Leuchtturmprojekte zuerst.") % {"count": IN_TABLE}
    where = "" if reader.is_short else " " + _("Was dahinter steht, sagen die Steckbriefe.")
    parts = list(_by_state(ranked[:IN_TABLE], reader))
    first = blocks.keep(blocks.heading(_("Maßnahmen"), 2), blocks.paragraph(said + where), *parts[0])
    return [first, *(blocks.keep(*part) for part in parts[1:])]


def _by_state(items: Sequence[Item], reader: Reader) -> Iterator[list[Block]]:
    """Small tables in the order of states, further ones with their states above: none begins a page or is longer than a third of one."""
    state = {item.pk: reader.standing(item).status.state for item in items}
    ranked = sorted(items, key=lambda item: BAR_ORDER.index(state[item.pk]))
    for start in range(0, len(ranked), ROWS_TOGETHER):
        rows = ranked[start : start + ROWS_TOGETHER]
        labels = dict.fromkeys(str(state[item.pk].label) for item in rows)
        title = [blocks.paragraph(reader.capital(", ".join(labels)), style="label")] if start else []
        yield [*title, _table(rows, reader)]


def _table(items: Sequence[Item], reader: Reader) -> Block:
    columns = [
        {"label": _("Nr."), "share": 0.8}, {"label": _("Maßnahme"), "share": 4.2}, {"label": _("Zuständig"), "share": 2.2},
        {"label": _("Zeitraum"), "share": 1.35}, {"label": _("Stand"), "share": 2},
    ]  # fmt: skip
    return blocks.table(columns, [
        [
            [run(item.number, ref=item.pk)],
            [run(item.title, ref=item.pk), *([run(f" ({_('Leuchtturmprojekt')})", tone="accent")] if item.measure.is_lighthouse else []), *reader.marks(item)],
            [run(str(item.measure.responsible or _("noch offen")))],
            [run(years(item.measure) or _("noch offen"))],
            [state_run(reader.standing(item).status.state)],
        ]
        for item in items
    ])  # fmt: skip


def _places(field: Field, measures: Sequence[Item], reader: Reader) -> list[Block]:
    """The spatial statement: the elements of the concept and the measures of the field on the map of the city."""
    shades, found = _shades(measures, reader)
    features = reader.in_field("feature", field.key)
    elements = feature_elements(features, reader)
    placed = [item for item in measures if item.pk in reader.locations]
    elements += [
        {"geometry": reader.locations[item.pk], "sign": MEASURE_SIGN, "number": item.number}
        for item in placed
    ]
    svg = reader.plan(elements, size=520, shades=shades)
    if not svg or not (elements or shades):
        return []
    rows = [
        ([run(str(len(here)))], [run(reader.known[pk].title, ref=pk)], reader.numbers_of(here, most=8))
        for pk, here in _ranked(found, reader)[:IN_PLACES]
    ]
    said = [_("Die Karte zeigt, wo sich die Ziele dieses Feldes im Stadtraum zeigen.")]
    if features:
        said.append(_("Die Planzeichen gehören zum gesamträumlichen Konzept."))
    if shades:
        said.append(_("Je dunkler ein Stadtteil, desto mehr Maßnahmen des Feldes liegen dort."))
    head = [blocks.heading(_("Räumliche Aussage"), 2), blocks.paragraph(" ".join(said))]
    made: list[Block] = []
    if rows:
        made += [
            blocks.paragraph(run(_("Die meisten Maßnahmen liegen hier:"), bold=True)),
            blocks.lines(rows),
        ]
    names = reader.named([*features, *placed]) or _("keine einzelnen Orte")
    alt = _("Karte der Stadt mit den Orten des Feldes %(field)s: %(names)s") % {
        "field": field,
        "names": names,
    }
    caption = _("Elemente und Maßnahmen mit ihren Nummern: %(names)s.") % {"names": names}
    if any(row.schematic for row in reader.places):
        caption += " " + _("Die Grenzen der Stadtteile sind schematisch gezeichnet, nicht amtlich.")
    signs = blocks.legend(signs_of(features, with_measures=bool(placed)))
    made += [signs] if signs["rows"] else []
    invented = any(item.is_example for item in [*features, *placed, *measures])
    drawn = blocks.figure(svg, alt=alt, caption=caption, width="full", example=invented)
    return [blocks.plate(head, drawn, foot=made)]


register_chapter(
    Chapter("handlungsfelder", gettext_lazy("Handlungsfelder"), 30, field_chapters, part=Part.CONCEPT)
)
