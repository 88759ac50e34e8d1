"""The dossier as PDF and Word: the same sentences, set by the setter of the reports."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from insek.concept.asker import Asker
from insek.engines.geometry import to_geojson
from insek.engines.report import blocks
from insek.engines.report.blocks import Block, run
from insek.web.display import date_words

from ..report.collect import document_of
from ..report.reading import Reader
from .asked import AskedDossier
from .collecting import Dossier, DossierGroup, DossierRow, dossier_of
from .drafting import paragraph_of
from .figures import figures_of
from .showing import dossier_address, more_words, shown_clock, summary_words, wide_words
from .unknown import unknown_words


def dossier_document(asker: Asker, asked: AskedDossier, *, origin: str) -> dict[str, Any]:
    """The dossier as a document in the active language."""
    assert asker.concept is not None
    reader = Reader(asker.concept, asker.actor, origin=origin)
    dossier = dossier_of(asker, asked)
    made: list[Block] = [blocks.heading(_("Was sagt das INSEK hier?"), 1, listed=False)]
    made += _head(reader, dossier)
    if asked.clock:
        made += _clock(dossier)
    if text := paragraph_of(asker, dossier):
        made += [blocks.heading(_("Entwurf des Absatzes"), 2), *_paragraph(text)]
    for group in dossier.groups:
        if group.count or group.wide_count:
            made += _group(reader, group)
    if table := figures_of(asker, dossier):
        made += _figures(reader, table)
    made.append(blocks.heading(_("Was nicht bekannt ist"), 2))
    made.append(blocks.listing([[blocks.paragraph(each)] for each in unknown_words(asker, dossier)]))
    if dossier.unknown_area:
        made.append(
            blocks.paragraph(_("Geltende Planwerke, bei denen nicht bekannt ist, ob sie hier gelten:"))
        )
        made.append(blocks.listing([[_line(reader, row)] for row in dossier.unknown_area]))
    chapter = {"id": "dossier", "title": "", "number": "", "lead": "", "blocks": made}
    is_working = any(row.is_internal for group in dossier.groups for row in (*group.rows, *group.wide))
    return document_of(
        reader, [chapter], kind="item", working=is_working, title=f"{_('Was sagt das INSEK hier?')} {dossier.place.name}"
    )  # fmt: skip


def _head(reader: Reader, dossier: Dossier) -> list[Block]:
    place, edition = dossier.place, dossier.edition
    inside = ", ".join(row.item.shown_title for row in dossier.applying.districts)
    address = f"{reader.origin}{dossier_address(dossier.asked.all_values)}"
    facts = blocks.facts(
        [
            (_("Ort"), ", ".join(filter(None, [place.name, place.about]))),
            (_("Liegt in"), inside),
            (
                _("Grundlage"),
                f"{edition.title}{f', {date_words(edition.date)}' if edition.date else ''}"
                if edition
                else _("Arbeitsstand, noch keine beschlossene Ausgabe"),
            ),
            (_("Adresse"), [run(_("Diese Seite im Netz"), href=address)]),
        ]
    )
    made = [facts, blocks.paragraph(summary_words(dossier), style="lead")]
    if place.shape is not None:
        svg = reader.map(places=[to_geojson(place.shape, 6)], size=420)
        if svg:
            alt = _("Karte der Stadt; hervorgehoben: %(names)s") % {"names": place.name}
            made.append(blocks.figure(svg, alt=alt, caption=place.name, width="half"))
    return made


def _clock(dossier: Dossier) -> list[Block]:
    assert dossier.asked.clock is not None
    clock = shown_clock(dossier.asked.clock)
    rows = blocks.facts(
        [(_("Eingegangen am"), clock["received"]), (_("Letzter Tag für eine Verweigerung"), clock["ends"]), (_("Gilt als erteilt ab"), clock["given"])]
    )  # fmt: skip
    made = [blocks.heading(_("Frist nach § 36a BauGB"), 2), rows]
    if clock["weekend"]:
        made.append(blocks.paragraph(clock["weekend"]))
    made.append(blocks.paragraph(participation_words(), style="quiet"))
    return made


def participation_words() -> str:
    """What changes the clock, and that nobody answers for it."""
    return _("Gibt die Stadt der betroffenen Öffentlichkeit Gelegenheit zur Stellungnahme, verlängert sich die Frist um deren Dauer (§ 36a Abs. 2 BauGB); das ist hier nicht gerechnet. Ob das Ersuchen vollständig war, prüft das Programm nicht.")  # fmt: skip


def _paragraph(text: str) -> list[Block]:
    """The drafted paragraph, always German."""
    made: list[Block] = []
    for part in text.split("\n\n"):
        lines = part.split("\n")
        entries = [blocks.German(line.removeprefix("– ")) for line in lines if line.startswith("– ")]
        told = [blocks.German(line) for line in lines if not line.startswith("– ")]
        made += [blocks.paragraph(line) for line in told]
        if entries:
            made.append(blocks.listing([[blocks.paragraph(entry)] for entry in entries]))
    return made


def _group(reader: Reader, group: DossierGroup) -> list[Block]:
    made = [blocks.heading(group.title, 2)]
    if group.rows:
        made.append(blocks.listing([[_line(reader, row), *_quote(row)] for row in group.rows]))
    if more := more_words(group.more):
        made.append(blocks.paragraph(more, style="quiet"))
    if group.wide:
        made.append(blocks.heading(wide_words(group.wide_count), 3, listed=False))
        made.append(blocks.listing([[_line(reader, row, why=False), *_quote(row)] for row in group.wide]))
    if more := more_words(group.wide_more):
        made.append(blocks.paragraph(more, style="quiet"))
    return made


def _line(reader: Reader, row: DossierRow, *, why: bool = True) -> Block:
    item = row.item
    title = (
        item.shown_title
        if not item.title_lang or reader.language == "de"
        else blocks.German(item.shown_title)
    )
    pieces: list[Any] = [run(f"{item.number} ", bold=True)] if item.number else []
    pieces.append(run(title, bold=True, href=f"{reader.origin}{item.url}"))
    if item.standing == "example":
        pieces.append(run(f" {_('Beispiel')}", tone="example"))
    if row.is_internal:
        pieces.append(run(f" {_('intern')}", tone="accent"))
    said = ". ".join(filter(None, [row.why if why else "", row.fact]))
    if said:
        pieces.append(run(f" – {said}"))
    return blocks.paragraph(*pieces)


def _quote(row: DossierRow) -> list[Block]:
    return [{"type": "quote", "blocks": blocks.rich(blocks.German(row.quote))}] if row.quote else []


def _figures(reader: Reader, table: dict[str, Any]) -> list[Block]:
    columns = [{**column, "share": 1 if number else 2.5} for number, column in enumerate(table["columns"])]
    rows = [
        [[run(" ".join(filter(None, [str(cell["text"]), cell.get("note", "")])))] for cell in row] for row in table["rows"]
    ]  # fmt: skip
    made = [blocks.heading(_("Zahlen"), 2), blocks.table(columns, rows, caption=table["caption"])]
    if table["note"]:
        made.append(blocks.paragraph(table["note"], style="quiet"))
    return made
