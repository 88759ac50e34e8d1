"""Street register and house coordinates from the command line: the same reading as on the page, as it would be proposed there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from insek.concept.models import Concept
from insek.engines.tables.book import book_from_bytes
from insek.engines.tables.finding import find_tables, likeliest
from insek.engines.tables.notes import FileRefused
from insek.engines.tables.reading_apart import read_packed
from insek.intake.models import Batch
from insek.intake.readings import propose, rows_of
from insek.intake.targets import KEPT, LEFT, Reading, target_named
from insek.people.actors import PROGRAM, Actor, require
from insek.web.display import number_words
from insek.web.words_of_engines import say

from ..outside.services import RIGHT
from .register_lines import RegisterLines, read_register
from .register_target import NamesTarget, rows_of_register
from .writing import write_names

BAD_SHARE = 0.05
"""More rows than this that cannot be read, and the file is another than it was taken for."""
SHOWN = 5


class NamesRefused(Exception):
    """A file holds no such names, or somebody has to say what its columns are; nothing was changed. The message says why."""


@dataclass(frozen=True)
class NamesReport:
    """What was read in."""

    names: int
    houses: int
    lines: RegisterLines

    def __str__(self) -> str:
        said = [
            ngettext("%(count)s Name", "%(count)s Namen", self.names) % {"count": number_words(self.names, 0)}
        ]
        if self.houses:
            said.append(ngettext("%(count)s Hausnummer", "%(count)s Hausnummern", self.houses) % {"count": number_words(self.houses, 0)})  # fmt: skip
        told = [_("Eingelesen: %(what)s.") % {"what": ", ".join(said)}]
        counted = (
            (len(self.lines.unplaced), _("Ohne Ort behalten: %(count)s Straßen.")),
            (self.lines.elsewhere, _("Ausgelassen: %(count)s Zeilen anderer Gemeinden.")),
            (self.lines.twice, _("Schon da: %(count)s Zeilen.")),
        )
        told += [words % {"count": number_words(count, 0)} for count, words in counted if count]
        return "\n".join([*told, *wrong_words(self.lines)])


def wrong_words(lines: RegisterLines) -> list[str]:
    """The first rows that could not be read, each with its reason."""
    if not lines.wrong:
        return []
    shown = "; ".join(
        _("Zeile %(row)s: %(why)s") % {"row": row.number, "why": why}
        for row, _title, why, _column in lines.wrong[:SHOWN]
    )
    return [
        ngettext("Nicht zu lesen: eine Zeile (%(shown)s)", "Nicht zu lesen: %(count)s Zeilen, etwa diese (%(shown)s)", len(lines.wrong))
        % {"count": number_words(len(lines.wrong), 0), "shown": shown}
    ]  # fmt: skip


def import_names(
    path: Path, *, concept: Concept, sort: str, attribution: str = "", actor: Actor = PROGRAM
) -> NamesReport:
    """Read house coordinates (``houses``) or a street register (``streets``) in the place of those before.

    Raises NamesRefused and leaves what was there, and PermissionDenied.
    """
    require(actor, RIGHT)
    target = target_named(sort)
    assert isinstance(target, NamesTarget)
    if not attribution:
        raise NamesRefused(
            _(
                "Bitte mit --attribution sagen, wessen Verzeichnis das ist; das steht, wo Adressen gezeigt werden."
            )
        )
    reading = _reading(path, target, concept, attribution, actor)
    complaints = target.complaints(reading)
    if complaints:
        heads = ", ".join(column.head for column in reading.table.columns) if reading.table else ""
        raise NamesRefused(
            "\n".join(
                [
                    *complaints,
                    _("Ihre Spalten: %(columns)s. Auf der Seite „Daten einlesen“ lässt sich sagen, was sie sind.") % {"columns": heads},
                ]
            )
        )  # fmt: skip
    assert reading.table is not None
    lines = read_register(reading, rows_of(reading.table), houses=target.houses)
    count = len(lines.lines) + len(lines.unplaced)
    if not count and lines.elsewhere:
        told = _("In der Datei steht nichts aus dieser Gemeinde (%(count)s Zeilen aus anderen).")
        raise NamesRefused(told % {"count": number_words(lines.elsewhere, 0)})
    if not count or len(lines.wrong) > BAD_SHARE * (count + len(lines.wrong)):
        raise NamesRefused("\n".join(wrong_words(lines)) or _("In der Datei steht keine Zeile mit Namen."))
    rows = rows_of_register(lines)
    houses = write_names(rows, city=concept.key, sort=sort, attribution=attribution, unplaced=lines.unplaced)
    return NamesReport(len(rows), houses, lines)


def _reading(path: Path, target: NamesTarget, concept: Concept, attribution: str, actor: Actor) -> Reading:
    """The table of a file with its columns as they would be proposed on the page. Raises NamesRefused."""
    try:
        data, _label = target.received(path.read_bytes(), path.name)
        tables = find_tables(book_from_bytes(read_packed(data, path.name)))
    except OSError as error:
        raise NamesRefused(_("„%(name)s“ lässt sich nicht öffnen.") % {"name": path.name}) from error
    except FileRefused as refused:
        raise NamesRefused(say(refused.note)) from None
    if not tables:
        raise NamesRefused(
            _("Darin ist keine Tabelle: Es braucht eine Kopfzeile und darunter Zeilen mit Werten.")
        )
    for_all = {"attribution": attribution}
    batch = Batch(concept=concept, origin=Batch.Origin.READ, target=target.name, task={"for_all": for_all})
    known: dict[str, Any] = {
        "concept": concept,
        "actor": actor,
        "batch": batch,
        "for_all": for_all,
        "decisions": {},
    }
    first = Reading(table=likeliest(tables), columns={}, **known)
    proposed = {
        index: name for index, (name, _why) in propose(batch, first).items() if name not in {KEPT, LEFT, ""}
    }
    return Reading(table=target.adapt(likeliest(tables), proposed), columns=proposed, **known)
