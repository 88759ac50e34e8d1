"""The chapter of the overall spatial concept: the plan with its legend, the variants, the elements by horizon."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.engines.report import blocks, maps
from insek.engines.report.blocks import Block, run
from insek.space.models import Feature
from insek.space.queries import variant_words
from insek.space.signs import SIGNS, sign_for_browser, sign_named
from insek.thread.models import Item
from insek.web.display import with_example_word
from insek.web.reports import Chapter, register_chapter

from .reading import Reader


def space(reader: Reader) -> list[Block]:
    """Plan, legend, variants, register, and each element with its place."""
    items = reader.items("feature")
    if not items:
        return []
    made: list[Block] = [blocks.heading(_("Verzeichnis der Elemente"), 2), _register(items)]
    used = {item.feature.sign for item in items}
    if drawn_plan := _plan(reader, items):
        alt = _("Karte des gesamträumlichen Konzepts. %(elements)s") % {"elements": _said(items)}
        made += [
            blocks.heading(_("Der Plan"), 2, own_page=True),
            blocks.figure(drawn_plan, alt=alt, caption=_caption(reader), width="full"),
            blocks.heading(_("Legende"), 3, listed=False),
            blocks.legend(
                (maps.swatch(sign_for_browser(sign)), str(sign.name), str(sign.explanation))
                for sign in SIGNS
                if sign.key in used
            ),
        ]
    made += _variants(reader, items)
    for value, label in [*Feature.Horizon.choices, ("", _("Ohne Zeithorizont"))]:
        found = [item for item in items if item.feature.horizon == value]
        if found:
            made.append(blocks.heading(reader.capital(str(label)), 2))
            made += [_element(item, reader) for item in found]
    return made


def _plan(reader: Reader, items: Sequence[Item], size: float = 450) -> str:
    elements = [
        {
            "geometry": reader.locations[item.pk],
            "sign": sign_for_browser(sign_named(item.feature.sign)),
            "number": item.number,
        }
        for item in items
        if item.pk in reader.locations
    ]
    words = {"north": _("N"), "kilometres": _("km")}
    return maps.plan_map(reader.ground["features"], elements, outline=reader.ground["outline"], words=words)


def _said(items: Sequence[Item]) -> str:
    """The elements by sign, for those who do not see the plan."""
    return "; ".join(
        f"{sign.name}: {', '.join(str(item) for item in found)}"
        for sign in SIGNS
        if (found := [item for item in items if item.feature.sign == sign.key])
    )


def _caption(reader: Reader) -> str:
    said = _("Planzeichen mit ihren Nummern; jedes Element ist im Folgenden beschrieben.")
    if any(row.schematic for row in reader.places):
        said += " " + _("Die Grenzen der Stadtteile sind schematisch gezeichnet, nicht amtlich.")
    return said


def _variants(reader: Reader, items: Sequence[Item]) -> list[Block]:
    """One small plan for each variant: what is in all of them, and its own."""
    names = sorted({item.feature.variant for item in items if item.feature.variant})
    made: list[Block] = []
    for name in names:
        shown = [item for item in items if item.feature.variant in {"", name}]
        own = [item for item in shown if item.feature.variant == name]
        if plan := _plan(reader, shown, size=340):
            alt = _("Karte: %(variant)s. %(elements)s") % {
                "variant": variant_words(name),
                "elements": _said(shown),
            }
            caption = _("%(variant)s. Nur in dieser Variante: %(own)s") % {
                "variant": variant_words(name),
                "own": ", ".join(str(item) for item in own),
            }
            made.append(blocks.figure(plan, alt=alt, caption=caption, width="medium"))
    lead = blocks.paragraph(
        _("Elemente ohne Variante stehen in jeder; die folgenden Karten zeigen, worin sich die Varianten unterscheiden.")
    )  # fmt: skip
    return [blocks.heading(_("Varianten"), 2, own_page=True), lead, *made] if made else []


def _register(items: Sequence[Item]) -> Block:
    columns = [
        {"label": _("Nr."), "share": 0.7}, {"label": _("Element"), "share": 3.2}, {"label": _("Planzeichen"), "share": 2.2},
        {"label": _("Zeithorizont"), "share": 1.4}, {"label": _("Variante"), "share": 1.9},
    ]  # fmt: skip
    rows = [
        [
            [run(item.number, ref=item.pk)], [run(with_example_word(item.title, item.standing), ref=item.pk)], [run(item.feature.get_sign_display())],
            [run(item.feature.get_horizon_display() or "–")], [run(item.feature.variant or _("alle"))],
        ]
        for item in items
    ]  # fmt: skip
    return blocks.table(columns, rows)


def _element(item: Item, reader: Reader) -> Block:
    sign = sign_named(item.feature.sign)
    side = []
    if item.pk in reader.locations and (extract := reader.map(places=[reader.locations[item.pk]], size=220)):
        alt = _("Karte der Stadt; hervorgehoben: %(names)s") % {"names": item.title}
        side = [blocks.figure(extract, alt=alt, width="side")]
    places = reader.targets(item, "located_in")
    facts = blocks.facts(
        [
            (_("Planzeichen"), str(sign.name)),
            (_("Variante"), item.feature.variant or _("in jeder Variante")),
            (_("Liegt in"), ", ".join(place.title for place in places)),
        ]
    )
    return reader.item(
        item, [*blocks.rich(item.text), facts, *reader.source(item), reader.neighbours(item)], side=side
    )


register_chapter(
    Chapter(
        "raumkonzept",
        gettext_lazy("Gesamträumliches Konzept"),
        75,
        space,
        gettext_lazy("Wo sich die Ziele im Stadtraum zeigen: was wächst, was frei bleibt und was verbindet."),
    )
)
