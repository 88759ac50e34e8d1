"""The fact sheets of the measures, each on one page; where there are very many, a register instead."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from insek.engines.report import blocks
from insek.engines.report.blocks import Block, Run, run
from insek.engines.text import shortened
from insek.places.models import District
from insek.steering.pages import shown_report, shown_task, words_of
from insek.strategy.money_pages import cost_summary
from insek.strategy.money_words import funding_words
from insek.strategy.pages import PLACES_SHOWN, PRIORITIES, years
from insek.strategy.rows import COSTS, FUNDING, TAKING_PART
from insek.thread.models import Item
from insek.thread.rows import Rows
from insek.thread.services import commitment_kinds
from insek.web.display import number_words, with_example_word
from insek.web.reports import Chapter, Part, register_chapter
from insek.web.richtext import plain_text

from .reading import Reader
from .steering import measure_words, state_run

SHEETS_UP_TO = 80
"""Measures that each have a sheet; of more only the lighthouse projects have one, and all stand in the register."""
CUTS: tuple[tuple[int | None, int, int], ...] = (
    (None, 600, 8),
    (1400, 600, 8),
    (700, 110, 6),
    (320, 70, 4),
    (200, 60, 2),
)
"""Letters to which the texts of a sheet are cut, letters of the lines below and how many there are, until it fits on its page."""
FUNDING_SHOWN = 3


def measures(reader: Reader) -> list[Block]:
    """A register of all measures, then the sheets by field."""
    items = reader.items("measure")
    if not items:
        return []
    many = len(items) > SHEETS_UP_TO
    chosen = [item for item in items if item.measure.is_lighthouse] if many else items
    made: list[Block] = [blocks.paragraph(_lead(items, chosen))]
    made.append(register(items, reader, texts=many, printed={item.pk for item in chosen}))
    if len(chosen) > SHEETS_UP_TO:
        chosen = chosen[:SHEETS_UP_TO]
    for _key, _name, found in reader.by_field(chosen):
        made += [measure_sheet(item, reader) for item in found]
    return made


def _lead(items: Sequence[Item], chosen: Sequence[Item]) -> str:
    if len(chosen) == len(items):
        return ngettext("Die Maßnahme hat einen Steckbrief von einer Seite.", "Jede der %(count)s Maßnahmen hat einen Steckbrief von einer Seite, geordnet nach Handlungsfeldern.", len(items)) % {"count": number_words(len(items))}  # fmt: skip
    return _("Bei %(count)s Maßnahmen nennt ein Verzeichnis alle; die Leuchtturmprojekte haben dazu einen Steckbrief. Von jeder anderen steht er im Netz.") % {"count": number_words(len(items))}  # fmt: skip


def register(
    items: Sequence[Item], reader: Reader, *, texts: bool = False, printed: Collection[str] = ()
) -> Block:
    """All measures as lines of a table; with ``texts`` each says in a line what it is."""
    columns = [
        {"label": _("Nr."), "share": 0.8}, {"label": _("Maßnahme"), "share": 4.4}, {"label": _("Zuständig"), "share": 2.4},
        {"label": _("Zeitraum"), "share": 1.2}, {"label": _("Stand"), "share": 1.6},
    ]  # fmt: skip
    rows = []
    for item in items:
        text = (
            blocks.like(item.text, "\n" + shortened(plain_text(item.text, 160), 160))
            if texts and item.text
            else ""
        )
        number = (
            run(item.number, ref=item.pk) if item.pk in printed else run(item.number or "–", anchor=item.pk)
        )
        rows.append(
            [
                [number],
                [run(item.title, ref=item.pk, bold=texts), *reader.marks(item), *([run(text, tone="quiet")] if text else [])],
                [run(str(item.measure.responsible or ""))],
                [run(years(item.measure) or "–")],
                [state_run(reader.standing(item).status.state)],
            ]
        )  # fmt: skip
    return blocks.table(columns, rows)


def measure_sheet(item: Item, reader: Reader, *, level: int = 2, code: bool = True) -> Block:
    """The fact sheet: what and why, the facts, the goals it serves, how it stands, and where it is."""
    marks = [_("Leuchtturmprojekt")] if item.measure.is_lighthouse else []
    made = reader.item(
        item, [], level=level, side=[_facts(item, reader)], marks=marks, code=code, thread=True, own_page=True
    )
    return blocks.sheet(
        {**made, "listed": False},
        variants=_cuts(item, reader),
        picture=location_map(item, reader),
    )


def _cuts(item: Item, reader: Reader) -> list[list[Block]]:
    """What a sheet says of a measure, whole and cut; equal ones once."""
    measure = item.measure
    made: list[list[Block]] = []
    for letters, short, most in CUTS:
        content = _cut(item.text, letters)
        for label, text in ((_("Anlass"), measure.occasion), (_("Nächster Schritt"), measure.next_step)):
            if text:
                content += [blocks.paragraph(label, style="label"), *_cut(text, letters)]
        content += [
            *_goals(item, reader, short, most),
            *_state(item, reader, short, most),
            *reader.source(item),
        ]
        if not made or content != made[-1]:
            made.append(content)
    more = blocks.paragraph(_("Gekürzt; der ganze Text steht im Netz."), style="quiet")
    return [*made[:1], *([*content, more] for content in made[1:])]


def _cut(text: str, letters: int | None) -> list[Block]:
    if letters is None or len(text) <= letters:
        return blocks.rich(text)
    return [blocks.paragraph(blocks.like(text, shortened(plain_text(text, letters), letters)))]


def _facts(item: Item, reader: Reader) -> Block:
    measure = item.measure
    amount = cost_summary(_lines(COSTS, item, reader))
    funding = [funding_words(line) for line in _lines(FUNDING, item, reader)]
    units = [str(row.unit) for row in _lines(TAKING_PART, item, reader)]
    places = reader.targets(item, "located_in")
    decided = [place for kind in commitment_kinds() for place in reader.targets(item, kind)]
    open_yet = _("noch offen")
    named = ", ".join(place.title for place in places[:PLACES_SHOWN]) + (
        " …" if len(places) > PLACES_SHOWN else ""
    )
    made = blocks.facts(
        [
            (_("Art"), measure.get_type_display() or open_yet),
            (_("Zeitraum"), years(measure) or open_yet),
            (_("Zuständig"), str(measure.responsible or open_yet)),
            (_("Mitwirkend"), ", ".join(units)),
            (_("Beteiligte"), measure.partners),
            (_("Priorität"), str(PRIORITIES.get(measure.priority or 0, open_yet))),
            (_("Kosten"), f"{amount['value']} ({amount['note']})" if amount["value"] and amount["note"] else amount["value"] or open_yet),
            (_("Finanzierung"), "; ".join(funding[:FUNDING_SHOWN]) + (" …" if len(funding) > FUNDING_SHOWN else "")),
            (_("Planungsrecht"), blocks.like(measure.planning_law, shortened(plain_text(measure.planning_law, 160), 160))),
            (_("Eigentum"), blocks.like(measure.ownership, shortened(plain_text(measure.ownership, 160), 160))),
            (_("Ort"), named or _("ohne festen Ort")),
            (_("Beschluss"), [run(blocks.like(each.title, with_example_word(str(each), each.standing)), ref=each.pk) for each in decided[:1]] or _("noch nicht beschlossen")),
        ]
    )  # fmt: skip
    return {**made, "stacked": True}


def _lines(rows: Rows, item: Item, reader: Reader) -> list[Any]:
    """The rows beside a measure that the report may print; all of the concept are read at once. One query a sort."""

    def read() -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {}
        of_concept = rows.objects.filter(measure__item__concept=reader.concept)
        for row in rows.visible_to(of_concept, reader.actor).select_related(
            *(["unit"] if rows.field("unit") else [])
        ):
            found.setdefault(row.measure_id, []).append(row)
        return found

    return reader.asker.once(f"all {rows.table}", read).get(item.pk, [])


def _goals(item: Item, reader: Reader, short: int, most: int) -> list[Block]:
    """The goals that the measure serves, with what each shall reach."""
    goals = [
        reader.known[link.source_id]
        for link in reader.links[1].get(item.pk, ())
        if link.kind == "implemented_by"
    ]
    if not goals:
        return []
    aimed: dict[str, list[str]] = {}
    for target, _reading in reader.readings:
        aimed.setdefault(target.goal_id, []).append(f"{target.indicator.title_text}: {words_of(target)}")
    rows = [
        ([run(goal.number, ref=goal.pk)], [run(blocks.like(goal.title, shortened(goal.title, short)), ref=goal.pk), *reader.marks(goal)], [run(shortened("; ".join(aimed.get(goal.pk, [])[:2]), short), tone="quiet")])
        for goal in sorted(goals, key=lambda goal: (goal.sort_key, goal.pk))[:most]
    ]  # fmt: skip
    return [blocks.paragraph(_("Diesen Zielen dient sie"), style="label"), blocks.lines(rows)]


def _state(item: Item, reader: Reader, short: int, most: int) -> list[Block]:
    """How it stands: state with reason, the steps as a line, the latest report."""
    row = reader.standing(item)
    if not (row.report or row.tasks or row.override):
        return []
    made: list[Block] = [
        blocks.paragraph(_("Stand"), style="label"),
        blocks.paragraph(state_run(row.status.state), run(f". {measure_words(row)}")),
    ]
    shown = [shown_task(task, row.facts.today) for task in row.tasks]
    if shown:
        made.append(
            blocks.chain(
                (shortened(str(step["title"]), short), str(step["when"]), step["state"])
                for step in shown[:most]
            )
        )
    if row.report:
        report = shown_report(row.report)
        head = " · ".join(filter(None, [report["date"], report["unit"]]))
        said: list[Run] = [
            run(f"{_('Letzter Bericht')}, {head}: ", bold=True),
            run(reader.german(shortened(str(report["happened"]), 4 * short if short < 200 else short))),
        ]
        made.append(blocks.paragraph(*said))
    return made


def location_map(item: Item, reader: Reader) -> Block | None:
    """The city with its districts coloured and the exact place on it; nothing for what has no place."""
    return map_extract(reader.targets(item, "located_in"), reader, reader.locations.get(item.pk))


def map_extract(
    places: Sequence[Item], reader: Reader, exact: object = None, *, size: float = 480
) -> Block | None:
    """The city with districts coloured and an exact place on it; nothing for what has no place."""
    parts = [row.pk for row in reader.places if row.level != District.Level.CITY and row.geometry is not None]
    chosen = {place.pk for place in places}
    whole = any(row.pk in chosen for row in reader.places if row.level == District.Level.CITY)
    everywhere = whole and not chosen.intersection(parts)
    drawn = parts if everywhere else [pk for pk in parts if pk in chosen]
    svg = reader.map(drawn, places=[exact] if exact else [], size=size) if drawn or exact else ""
    if not svg:
        return None
    names = [place.title for place in places]
    caption = _("Gesamte Stadt") if everywhere and not exact else ", ".join(names[:PLACES_SHOWN])
    schematic = any(row.schematic for row in reader.places)
    alt = (_("Schematische Karte der Stadt; hervorgehoben: %(names)s") if schematic else _("Karte der Stadt; hervorgehoben: %(names)s")) % {
        "names": ", ".join(names) or _("der genaue Ort")
    }  # fmt: skip
    return blocks.figure(svg, alt=alt, caption=caption, width="side")


register_chapter(
    Chapter(
        "massnahmen",
        gettext_lazy("Steckbriefe der Maßnahmen"),
        10,
        measures,
        gettext_lazy("Was getan wird, von wem, bis wann und wozu."),
        part=Part.SHEETS,
    )
)
