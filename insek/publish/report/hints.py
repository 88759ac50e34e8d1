"""The first chapter: how to read the document, its signs and marks."""

from __future__ import annotations

from collections import Counter

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.models import Standing
from insek.engines.report import blocks
from insek.engines.report.blocks import Block, run
from insek.thread.kinds import all_kinds
from insek.web.display import number_words
from insek.web.reports import Chapter, register_chapter

from .reading import Reader

MEANINGS = {
    Standing.FACT: gettext_lazy("Der Inhalt ist belegt; die Quelle steht dabei."),
    Standing.OFFICIAL: gettext_lazy(
        "Der Wortlaut ist amtlich, so wie er beschlossen oder veröffentlicht wurde."
    ),
    Standing.WORKING: gettext_lazy("Der Inhalt ist in Arbeit und noch nicht beschlossen."),
    Standing.EXAMPLE: gettext_lazy("Der Inhalt ist erfunden und keine Aussage der Stadt."),
}


def reading_note(*, has_register: bool = True) -> str:
    """How the numbers in the margin are read, and where the pages stand that they lead to."""
    said = _(
        "Jeder Inhalt hat eine Kennung; sie führt mit einem Klick zu ihrer Stelle. Am Rand nennt „Warum?“, worauf ein Inhalt beruht, „Wozu?“, was aus ihm folgt."
    )
    register = _("Auf Papier nennt das Verzeichnis „Der rote Faden“ im Anhang die Seite.")
    return f"{said} {register}" if has_register else said


def hints(reader: Reader) -> list[Block]:
    """Where the current state is, what numbers and marks mean."""
    counts = Counter(item.kind for item in reader.known.values())
    if not counts:
        return []
    made: list[Block] = []
    if reader.origin:
        made.append(
            blocks.paragraph(
                _("Dieses Dokument gibt den Stand vom Tag auf dem Umschlag wieder. Im Netz steht das Konzept immer aktuell:"),
                " ",
                run(reader.origin.split("://")[-1], href=reader.origin),
                ". ",
                _("Die Kurzadresse am Rand eines Inhalts, etwa k/abcd1234, führt hinter dieser Adresse zu seiner Seite."),
            )
        )  # fmt: skip
    made.append(blocks.paragraph(reading_note()))
    kinds = [kind for kind in all_kinds() if counts[kind.name] and kind.prefix]
    if kinds:
        columns = [
            {"label": _("Kennung"), "share": 0.8}, {"label": _("Inhalt"), "share": 2},
            {"label": _("Anzahl"), "share": 0.8, "numeric": True}, {"label": _("Was das ist"), "share": 5},
        ]  # fmt: skip
        rows = [
            [
                [run(kind.prefix, bold=True)], [run(reader.names(kind.name, plural=True))],
                [run(number_words(counts[kind.name]))], [run(str(kind.explanation))],
            ]
            for kind in kinds
        ]  # fmt: skip
        made += [blocks.heading(_("Kennungen"), 2), blocks.table(columns, rows)]
    present = {item.standing for item in reader.known.values()}
    marks = [
        (str(Standing(value).label), [run(str(meaning))])
        for value, meaning in MEANINGS.items()
        if value.value in present
    ]
    return [*made, blocks.heading(_("Kennzeichen"), 2), blocks.facts(marks)]


register_chapter(Chapter("hinweise", gettext_lazy("Zu diesem Dokument"), 90, hints))
