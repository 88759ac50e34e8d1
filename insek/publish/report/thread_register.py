"""The golden thread as a register: every item from the picture of the future to the measures, with page and neighbours, then why each link is there."""

from __future__ import annotations

from collections import Counter

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.engines.report import blocks
from insek.engines.report.blocks import Block, Run, run
from insek.thread.kinds import all_kinds, link_kind_named
from insek.thread.models import Item, Link
from insek.web.display import number_words
from insek.web.reports import Chapter, register_chapter

from .reading import Reader

KINDS = ("vision", "guideline", "goal", "finding", "measure", "feature")
"""What the register holds, in its order."""
MOST = 24
"""Numbers of one side that the register names."""


def thread_register(reader: Reader) -> list[Block]:
    """A table for each kind: number, title and page, what it rests on, what follows from it."""
    made: list[Block] = []
    for kind in KINDS:
        items = [
            item
            for item in reader.items(kind)
            if reader.links[0].get(item.pk) or reader.links[1].get(item.pk)
        ]
        if items:
            made += [
                blocks.heading(reader.names(kind, plural=True), 2),
                blocks.table(_columns(), [_row(item, reader) for item in items]),
            ]
    return [*made, *_reasons(reader)]


def _reasons(reader: Reader) -> list[Block]:
    """Why the links are there: below what rests on them, each with the number it comes from and its sentence."""
    said: dict[str, list[Link]] = {}
    common: Counter[tuple[str, str]] = Counter()
    for links in reader.links[1].values():
        for link in links:
            if reader.because(link):
                said.setdefault(link.target_id, []).append(link)
            elif link.reason:
                common[link.kind, link.reason] += 1
    if not said and not common:
        return []
    lead = _(
        "Jede Verbindung steht bei dem Inhalt, zu dem sie führt: die Kennung, von der sie kommt, und der Satz, der sie begründet."
    )
    made: list[Block] = [blocks.heading(_("Warum die Inhalte verbunden sind"), 2), blocks.paragraph(lead)]
    for kind in sorted(all_kinds(), key=lambda kind: (kind.name not in KINDS, kind.order)):
        items = sorted(
            (reader.known[pk] for pk in said if reader.known[pk].kind == kind.name),
            key=lambda item: (item.sort_key, item.pk),
        )
        if items:
            rows = [_said_of(item, said[item.pk], reader) for item in items]
            columns = [
                {"label": _("Nr."), "share": 0.8},
                {"label": _("Inhalt"), "share": 2.8},
                {"label": _("Weil"), "share": 6.6},
            ]
            made += [
                blocks.heading(reader.names(kind.name, plural=True), 3, listed=False),
                blocks.table(columns, rows),
            ]
    if common:
        columns = [
            {"label": _("Verbindung"), "share": 2},
            {"label": _("Weil"), "share": 6},
            {"label": _("Anzahl"), "share": 1, "numeric": True},
        ]
        order = sorted(common.items(), key=lambda row: (-row[1], row[0]))
        made += [
            blocks.heading(_("Sätze, die viele Verbindungen teilen"), 3, listed=False),
            blocks.table(
                columns,
                (
                    [
                        [run(reader.capital(link_kind_named(kind).label_towards("target")))],
                        [run(reader.german(reason))],
                        [run(number_words(count))],
                    ]
                    for (kind, reason), count in order
                ),
            ),
        ]
    return made


def _said_of(item: Item, links: list[Link], reader: Reader) -> list[list[Run]]:
    """An item and the sentences of the links that lead to it."""
    sentences: list[Run] = []
    ranked = sorted(links, key=lambda link: (reader.known[link.source_id].sort_key, link.pk))
    for link in ranked[:MOST]:
        source = reader.known[link.source_id]
        [name] = reader.numbers_of([source])
        marks = [] if source.number else reader.marks(source)
        sentences += [
            *([run(" ")] if sentences else []),
            {**name, "b": True},
            *marks,
            run(" "),
            run(reader.german(link.reason)),
        ]
    if len(ranked) > MOST:
        sentences.append(run(" …"))
    return [
        [run(item.number or "–", ref=item.pk)],
        [run(item.title, ref=item.pk), *reader.marks(item)],
        sentences,
    ]


def _columns() -> list[dict[str, object]]:
    return [
        {"label": _("Nr."), "share": 0.8}, {"label": _("Inhalt"), "share": 3.6}, {"label": _("Seite"), "share": 0.8, "numeric": True},
        {"label": _("Warum?"), "share": 2.6}, {"label": _("Wozu?"), "share": 2.6},
    ]  # fmt: skip


def _row(item: Item, reader: Reader) -> list[list[Run]]:
    sides = []
    for links, end in ((reader.links[1], "source"), (reader.links[0], "target")):
        near = {getattr(link, f"{end}_id") for link in links.get(item.pk, ()) if link.kind != "located_in"}
        sides.append(
            reader.numbers_of([reader.known[pk] for pk in near if reader.known[pk].number], most=MOST)
            or [run("–")]
        )
    return [
        [run(item.number, ref=item.pk)],
        [run(item.title, ref=item.pk), *reader.marks(item)],
        [run("", page=item.pk)],
        *sides,
    ]


register_chapter(
    Chapter(
        "faden",
        gettext_lazy("Der rote Faden"),
        10,
        thread_register,
        gettext_lazy("Wo jeder Inhalt steht, worauf er beruht, was aus ihm folgt und warum."),
    )
)
