"""The chapter of the overall spatial concept: the plan with its legend on a sheet, the variants, the elements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from insek.engines.report import blocks, maps
from insek.engines.report.blocks import Block, run
from insek.places.basemap.paper import paper_base
from insek.space.models import Feature
from insek.space.queries import variant_words
from insek.space.sign_models import PlanSign
from insek.space.signs import sign_of_feature
from insek.thread.models import Item
from insek.web.display import number_words
from insek.web.reports import Chapter, Part, register_chapter

from .reading import Reader

SMALL_PLAN = 340
MEASURE_SIGN: dict[str, Any] = {
    "key": "measure", "shape": "point", "colour": "#a44e16", "letter": "M", "hatch": "", "dash": [], "width": 4, "arrow": False,
}  # fmt: skip
"""How a measure stands on a plan, beside the elements of the spatial concept."""


def space(reader: Reader) -> list[Block]:
    """What the concept says about the city as a whole, the plan, the variants, and each element with its place."""
    items = reader.items("feature")
    if not items:
        return []
    made: list[Block] = [blocks.figures(_counts(items)), blocks.margin([_said(items)], [])]
    elements = blocks.lines([_element(item, reader) for item in _by_horizon(items)], half=True)
    if svg := reader.plan(feature_elements(items, reader), size=620):
        alt = _("Karte des gesamträumlichen Konzepts. %(elements)s") % {"elements": _named(items)}
        invented = any(item.is_example for item in items)
        plan = blocks.figure(svg, alt=alt, caption=_caption(reader), width="full", example=invented)
        small = _compared(reader, items)
        sheet = blocks.plate(
            [blocks.heading(_("Der Plan"), 2)], plan, foot=[blocks.legend(signs_of(items))], wide=True
        )
        # a sheet begins a page of its own: where nothing fills the one before, the elements do
        if not small:
            return [*made, blocks.heading(_("Die Elemente"), 2), elements, sheet]
        made += [*small, sheet]
    return [*made, blocks.heading(_("Die Elemente"), 2), elements]


def feature_elements(items: Iterable[Item], reader: Reader) -> list[dict[str, Any]]:
    """The elements of the spatial concept that have a place, as a plan draws them."""
    return [
        {
            "geometry": reader.locations[item.pk],
            "sign": sign_of_feature(item).drawn,
            "number": item.number,
        }
        for item in items
        if item.pk in reader.locations
    ]


def signs_of(items: Iterable[Item], *, with_measures: bool = False) -> list[tuple[str, str, str]]:
    """The legend of a plan: the signs that are on it, and what they mean."""
    made = [(maps.swatch(sign.drawn), str(sign), sign.meaning) for sign in _used(items)]
    if with_measures:
        made.append(
            (maps.swatch(MEASURE_SIGN), _("Maßnahme"), _("Genauer Ort einer Maßnahme mit ihrer Nummer."))
        )
    return made


def _used(items: Iterable[Item]) -> list[PlanSign]:
    """The signs of some elements in the order of the legend."""
    used = {item.feature.sign: sign_of_feature(item) for item in items}
    return sorted(used.values(), key=lambda sign: (sign.position, sign.key))


def _by_horizon(items: Sequence[Item]) -> list[Item]:
    """The soonest first, then by number."""
    order = [*Feature.Horizon.values, ""]
    return sorted(items, key=lambda item: (order.index(item.feature.horizon), item.sort_key, item.pk))


def _counts(items: Sequence[Item]) -> list[dict[str, Any]]:
    """How many elements are meant for when."""
    rows = []
    for value, label in Feature.Horizon.choices:
        found = [item for item in items if item.feature.horizon == value]
        if found:
            rows.append(
                {
                    "value": number_words(len(found)), "unit": "", "ref": "", "example": False,
                    "name": Reader.capital(str(label)),
                    "note": ", ".join(item.title for item in found[:4]) + (" …" if len(found) > 4 else ""),
                }
            )  # fmt: skip
    return rows


def _said(items: Sequence[Item]) -> Block:
    names = sorted({item.feature.variant for item in items if item.feature.variant})
    said = [
        ngettext("Das gesamträumliche Konzept besteht aus einem Element.", "Das gesamträumliche Konzept besteht aus %(count)s Elementen.", len(items))
        % {"count": number_words(len(items))},
        _("Jedes trägt ein Planzeichen und eine Nummer; in der Liste hinter dem Plan steht, was es bedeutet, wo es liegt und welche Ziele und Maßnahmen es sichtbar macht."),
    ]  # fmt: skip
    if names:
        said.append(_("Was keine Variante nennt, gilt in jeder."))
    return blocks.paragraph(" ".join(said))


def _named(items: Sequence[Item]) -> str:
    """The elements by sign, for those who do not see the plan."""
    return "; ".join(
        f"{sign}: {', '.join(str(item) for item in found)}"
        for sign in _used(items)
        if (found := [item for item in items if item.feature.sign == sign.key])
    )


def _caption(reader: Reader) -> str:
    said = _("Planzeichen mit ihren Nummern; jedes Element ist in diesem Kapitel beschrieben.")
    if any(row.schematic for row in reader.places):
        said += " " + _("Die Grenzen der Stadtteile sind schematisch gezeichnet, nicht amtlich.")
    if (base := paper_base(reader.places, SMALL_PLAN)) and base.credit:
        said += " " + _("Grundkarte: %(source)s.") % {"source": base.credit}
    return said


def _compared(reader: Reader, items: Sequence[Item]) -> list[Block]:
    """Small plans side by side that fill the page before the large one: one for each variant, else one for each time."""
    names = sorted({item.feature.variant for item in items if item.feature.variant})
    if names:
        title, lead = _("Varianten"), _("Die Karten zeigen, worin sich die Varianten unterscheiden.")
        shown = [_variant(name, items, reader) for name in names]
    else:
        title, lead = _("Was wann"), _("Die Karten zeigen, was bis wann Gestalt annehmen soll.")
        shown = [_of_time(value, items, reader) for value in Feature.Horizon.values]
    drawn = [figure for figure in shown if figure is not None]
    if len(drawn) < (1 if names else 2):
        return []
    across = 2 if names else 3
    last = len(drawn) - ((len(drawn) - 1) % across + 1)
    rows = [
        blocks.columns(*([each] for each in drawn[start : start + across]))
        for start in range(0, last, across)
    ]
    head = [blocks.heading(title, 2), blocks.paragraph(lead, style="sticky")]
    if rows:
        return [*head, *rows, blocks.rest([], *drawn[last:], least=60)]
    return [blocks.rest(head, *drawn, least=60)]


def _variant(name: str, items: Sequence[Item], reader: Reader) -> Block | None:
    """A small plan of what is in all variants, and in one of its own."""
    shown = [item for item in items if item.feature.variant in {"", name}]
    own = reader.named([item for item in shown if item.feature.variant == name])
    caption = _("%(variant)s. Nur in dieser Variante: %(own)s") % {"variant": variant_words(name), "own": own}
    return _small_plan(variant_words(name), shown, caption, reader)


def _of_time(value: str, items: Sequence[Item], reader: Reader) -> Block | None:
    """A small plan of what is meant for one time."""
    shown = [item for item in items if item.feature.horizon == value and item.pk in reader.locations]
    title = Reader.capital(str(Feature.Horizon(value).label))
    return _small_plan(title, shown, f"{title}: {reader.named(shown)}", reader) if shown else None


def _small_plan(title: str, items: Sequence[Item], caption: str, reader: Reader) -> Block | None:
    svg = reader.plan(feature_elements(items, reader), size=SMALL_PLAN)
    if not svg:
        return None
    alt = _("Karte: %(variant)s. %(elements)s") % {"variant": title, "elements": _named(items)}
    return blocks.figure(svg, alt=alt, caption=caption, example=any(item.is_example for item in items))


def _element(item: Item, reader: Reader) -> tuple[list[Any], list[Any], list[Any]]:
    """An element as a row: number, what it is, and in the margin sign, time, place and thread."""
    row = item.feature
    places = ", ".join(place.title for place in reader.targets(item, "located_in"))
    about = " · ".join(
        filter(None, [str(sign_of_feature(item)), str(row.get_horizon_display()), row.variant, places])
    )
    text = [] if reader.is_short else blocks.flat(item.text)
    thread = [
        piece for block in reader.thread(item) for piece in [*block["runs"], run("\n")]
    ]  # fmt: skip
    return (
        [run(item.number, anchor=item.pk)],
        [run(item.title, bold=True), *reader.marks(item), *([run("\n"), *text] if text else [])],
        [run(about, tone="quiet"), *([] if reader.is_short else [run("\n"), *thread[:-1]])],
    )


register_chapter(
    Chapter(
        "raumkonzept",
        gettext_lazy("Gesamträumliches Konzept"),
        70,
        space,
        gettext_lazy("Wo sich die Ziele im Stadtraum zeigen: was wächst, was frei bleibt und was verbindet."),
        part=Part.CONCEPT,
    )
)
