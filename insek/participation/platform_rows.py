"""What each row of a file of another platform would become: a contribution, or a comment on one. Who wrote it is never kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

import shapely
from django.utils.translation import gettext as _

from insek.engines.numbers import NotANumber, read_coordinate
from insek.engines.text import shortened
from insek.engines.text.markup import without_markup
from insek.engines.text.personal import personal_signs
from insek.intake.cells_said import CellsSaid
from insek.intake.entry_target import refused
from insek.intake.models import BatchEntry
from insek.intake.moments import moment_said
from insek.intake.targets import Reading, TableRow
from insek.places.models import District
from insek.thread.models import Item
from insek.web.display import date_words

from .moderation import LONGEST_REPLY
from .origins import vote_words
from .surroundings import Whereabouts, lies, outline_of
from .titles import title_from_text

LONGEST = 20_000
"""Letters of a contribution; more is no contribution but a mistake of the file."""
LONGEST_TITLE_THERE = 200
SHOWN = 240
SWAPPED = "swapped"
Result = BatchEntry.Result


def points_of(said: CellsSaid, rows: Sequence[TableRow]) -> list[tuple[float, float] | None]:
    """Longitude and latitude of each row as the file says them; None where it says none that can be read."""
    found: list[tuple[float, float] | None] = []
    for row in rows:
        try:
            lon, lat = (float(read_coordinate(said.text(row, name))) for name in ("lon", "lat"))
        except NotANumber:
            found.append(None)
        else:
            found.append((lon, lat) if lon or lat else None)
    return found


def looks_swapped(reading: Reading, points: Sequence[tuple[float, float] | None]) -> bool:
    """Whether most points lie far away as they stand, and in or near the city the other way round."""
    outline = outline_of(reading.concept)
    known = [point for point in points if point is not None][:200]
    if outline is None or not known:
        return False

    def near(pairs: Sequence[tuple[float, float]]) -> int:
        return sum(_lies(reading, lon, lat) != Whereabouts.FAR for lon, lat in pairs)

    return near(known) * 4 < len(known) and near([(lat, lon) for lon, lat in known]) * 2 > len(known)


def _lies(reading: Reading, lon: float, lat: float) -> Whereabouts:
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        return Whereabouts.FAR
    return lies(outline_of(reading.concept), reading.concept.metric_crs, lon, lat)


class _Areas:
    """The smallest district around a point, for many points. One query."""

    def __init__(self, reading: Reading) -> None:
        rows = District.objects.of(reading.concept).exclude(level=District.Level.CITY).select_related("item")
        drawn: list[tuple[Any, District]] = [(row.geometry, row) for row in rows if row.west is not None]
        self.rows = [row for _area, row in drawn]
        self.shapes = [area for area, _row in drawn]
        self.tree = shapely.STRtree(self.shapes)

    def around(self, lon: float, lat: float) -> District | None:
        """The district of a point."""
        point = shapely.Point(lon, lat)
        hits = [int(place) for place in self.tree.query(point, predicate="covered_by")]
        best = min(hits, key=lambda place: (self.shapes[place].area, self.rows[place].pk), default=None)
        return None if best is None else self.rows[best]


class PlatformPlan:
    """A whole file against the contributions that are there."""

    def __init__(self, reading: Reading, rows: Sequence[TableRow]) -> None:
        self.reading, self.rows = reading, rows
        self.said = CellsSaid(reading)
        self.areas = _Areas(reading)
        self.source = " ".join(reading.for_all.get("source_title", "").split())[:300]
        self.points = dict(zip(map(id, rows), points_of(self.said, rows), strict=True))
        self.is_swapped = reading.decisions.get(SWAPPED) == "yes"
        self.in_file: dict[str, int] = {}
        self.seen_words: dict[tuple[str, str, str], int] = {}
        self.anew: dict[tuple[str, str], None] = {}
        self.all_ids = {self.said.line(row, "original_id") for row in rows} - {""}

    @cached_property
    def there(self) -> dict[str, Item]:
        """What came from this platform before, by its number there. One query."""
        return {item.contribution.original_id: item for item in self._before if item.contribution.original_id}

    @cached_property
    def words_there(self) -> set[tuple[str, str, str]]:
        """What came from it without a number."""
        return {
            (item.contribution.about_id or "", item.title, item.text)
            for item in self._before
            if not item.contribution.original_id
        }

    @cached_property
    def _before(self) -> list[Item]:
        # whoever reads in may not see what others sent: only whether it is there is asked
        before = Item.objects.filter(
            concept=self.reading.concept, kind="contribution", source_title=self.source
        )
        return list(before.select_related("contribution").order_by("pk"))

    def entries(self) -> Iterator[BatchEntry]:
        """One entry a row."""
        for row in self.rows:
            yield self._entry(row)
        self.reading.batch.task = {
            **self.reading.batch.task,
            "anew": [{"source": source, "word": word} for source, word in self.anew],
        }

    def _entry(self, row: TableRow) -> BatchEntry:
        said = self.said
        title = " ".join(without_markup(said.text(row, "title")).split())
        text = without_markup("\n\n".join(said.texts(row, "text")))
        entry = BatchEntry(
            row=row.number,
            act=BatchEntry.Operation.CREATE,
            title=shortened(title or title_from_text(text), 400),
        )
        if not title and not text:
            return refused(
                entry, _("Weder Titel noch Text: Hier hat niemand etwas gesagt."), said.head("text")
            )
        if len(text) > LONGEST:
            return refused(
                entry, _("Der Text ist länger als %(limit)s Zeichen.") % {"limit": LONGEST}, said.head("text")
            )
        received = self._day(row, "received_on")
        if received is None:
            why = said.problem(row, "received_on") or _(
                "Es fehlt der Tag, an dem das gesagt wurde. Sie können ihn für alle Zeilen angeben."
            )
            return refused(entry, why, said.head("received_on"))
        original = said.line(row, "original_id")[:100]
        values: dict[str, Any] = {
            "title": shortened(title or title_from_text(text), LONGEST_TITLE_THERE), "text": text or title,
            "received_on": received.isoformat(), "original_id": original, "source_title": self.source,
            "source_url": self._url(row), "topic_there": said.line(row, "topic")[:200], "type": said.meanings(row, "type").first or "idea",
        }  # fmt: skip
        if title and len(title) > LONGEST_TITLE_THERE:
            values["text"] = f"{title}\n\n{text}".strip()
        notes: list[dict[str, str]] = []
        part: dict[str, Any] = {"values": values, "fields": []}
        for refusal in (
            self._take_parent(row, part), self._take_reply(row, values), self._is_double(entry, original, part)
        ):  # fmt: skip
            if refusal:
                return refused(entry, refusal[0], refusal[1])
        if entry.result == Result.UNCHANGED:
            return entry
        self._take_votes(row, values, notes)
        self._take_place(row, values, notes)
        self._take_topics(row, part, notes)
        signs = personal_signs(f"{values['title']}\n{values['text']}\n{values.get('reply', '')}")
        if signs:
            part["personal"] = True
            notes.append({"column": said.head("text"), "text": _("Im Text steht etwas, das nach %(what)s aussieht. Er wartet auf die Moderation.") % {"what": personal_words(signs)}})  # fmt: skip
        entry.parts, entry.notes, entry.level = [part], notes, 1 if notes else 0
        entry.shown = self._shown(part)
        return entry

    # ---- what a row says

    def _day(self, row: TableRow, name: str) -> date | None:
        value = self.said.value(row, name)
        if isinstance(value, date):
            return value
        if self.said.texts(row, name):
            return None
        return day_said(self.reading.for_all.get(name, ""))

    def _url(self, row: TableRow) -> str:
        url = self.said.line(row, "source_url")
        return url if url.startswith(("https://", "http://")) and len(url) <= 500 and " " not in url else ""

    def _take_parent(self, row: TableRow, part: dict[str, Any]) -> tuple[str, str] | None:
        parent = self.said.line(row, "replies_to")
        if not parent:
            return None
        if parent in self.there:
            part["about"] = {"id": self.there[parent].pk}
        elif parent in self.all_ids:
            part["about"] = {"original": parent}
        else:
            words = _(
                "Der Beitrag %(number)s, zu dem das gehört, steht weder in der Datei noch ist er eingelesen."
            )
            return words % {"number": shortened(parent, 60)}, self.said.head("replies_to")
        return None

    def _take_reply(self, row: TableRow, values: dict[str, Any]) -> tuple[str, str] | None:
        reply = without_markup("\n\n".join(self.said.texts(row, "reply")))
        if not reply:
            return None
        head = self.said.head("reply")
        if len(reply) > LONGEST_REPLY:
            return _("Die Rückmeldung ist zu lang: höchstens %(limit)s Zeichen.") % {
                "limit": LONGEST_REPLY
            }, head
        day = self._day(row, "replied_on")
        if day is None:
            return _("Zur Rückmeldung fehlt ihr Tag. Sie können ihn für alle Zeilen angeben."), head
        values["reply"], values["replied_on"] = reply, day.isoformat()
        return None

    def _is_double(self, entry: BatchEntry, original: str, part: dict[str, Any]) -> tuple[str, str] | None:
        """What is there already stays as it is, and where the file says otherwise now, the preview says so."""
        values = part["values"]
        if original:
            if original in self.in_file:
                return _("Die Nummer steht schon in Zeile %(row)s.") % {
                    "row": self.in_file[original]
                }, self.said.head("original_id")
            self.in_file[original] = entry.row
            if (before := self.there.get(original)) is None:
                return None
            entry.result, entry.ticked = Result.UNCHANGED, False
            if before.text != values["text"] or (
                values.get("reply") and before.contribution.reply != values["reply"]
            ):
                entry.level = 1
                entry.notes = [
                    {
                        "column": "",
                        "text": _("Ist schon eingelesen und lautet hier anders; es bleibt, wie es ist."),
                    }
                ]
            return None
        about = part.get("about", {})
        key = (about.get("id") or about.get("original", ""), values["title"], values["text"])
        if key in self.words_there:
            entry.result, entry.ticked = Result.UNCHANGED, False
        elif key in self.seen_words:
            return _("Dasselbe steht schon in Zeile %(row)s, ohne Nummer, die beide unterscheidet.") % {
                "row": self.seen_words[key]
            }, ""
        self.seen_words.setdefault(key, entry.row)
        return None

    def _take_votes(self, row: TableRow, values: dict[str, Any], notes: list[dict[str, str]]) -> None:
        for name in ("votes_for", "votes_against"):
            value = self.said.value(row, name)
            if isinstance(value, Decimal | int | float) and 0 <= value < 2**31 and value == int(value):
                values[name] = int(value)
            elif self.said.texts(row, name):
                notes.append(
                    {"column": self.said.head(name), "text": _("Keine Zahl von Stimmen; nicht übernommen.")}
                )

    def _take_place(self, row: TableRow, values: dict[str, Any], notes: list[dict[str, str]]) -> None:
        point = self.points[id(row)]
        places = self.said.meanings(row, "district") if "district" in self.said.places else None
        if places is not None:
            values["district"] = places.first or None
            notes += places.notes(self.said.head("district"))
        if point is None:
            if self.said.texts(row, "lon") or self.said.texts(row, "lat"):
                notes.append(
                    {
                        "column": self.said.head("lon"),
                        "text": _("Länge und Breite sind nicht zu lesen; ohne Ort auf der Karte."),
                    }
                )
            return
        lon, lat = point[::-1] if self.is_swapped else point
        if _lies(self.reading, lon, lat) == Whereabouts.FAR:
            notes.append(
                {
                    "column": self.said.head("lon"),
                    "text": _("Der Punkt liegt weit außerhalb der Stadt; ohne Ort auf der Karte."),
                }
            )
            return
        values["lon"], values["lat"] = f"{lon:.7f}", f"{lat:.7f}"
        around = self.areas.around(lon, lat)
        if around is not None:
            values["district"] = around.pk

    def _take_topics(self, row: TableRow, part: dict[str, Any], notes: list[dict[str, str]]) -> None:
        if "topic" not in self.said.places:
            return
        topics = self.said.meanings(row, "topic")
        part["fields"] = topics.values
        part["field_words"] = topics.words
        for mark in topics.anew:
            self.anew[mark["source"], mark["word"]] = None

    def _shown(self, part: dict[str, Any]) -> list[list[str]]:
        values = part["values"]
        votes = vote_words(values.get("votes_for"), values.get("votes_against"))
        shown = [
            (_("Text"), shortened(" ".join(values["text"].split()), SHOWN)),
            (_("Eingegangen am"), date_words(date.fromisoformat(values["received_on"]))),
            (_("Nummer auf der Plattform"), values["original_id"]),
            (_("Thema"), "; ".join(filter(None, [values["topic_there"], part.get("field_words", "")]))),
            (_("Stimmen"), votes),
            (_("Ort"), f"{values['lat']}, {values['lon']}" if "lon" in values else ""),
            (_("Rückmeldung"), shortened(" ".join(values.get("reply", "").split()), SHOWN)),
            (_("Gehört zu"), part.get("about", {}).get("original") or part.get("about", {}).get("id", "")),
        ]  # fmt: skip
        return [[str(label), "", words] for label, words in shown if words]


def day_said(text: str) -> date | None:
    """A day that was typed for all rows."""
    try:
        return date.fromisoformat(moment_said(text.strip())) if text.strip() else None
    except ValueError:
        return None


def personal_words(signs: Sequence[str]) -> str:
    """What a text shows, in words."""
    names = {
        "mail": _("einer E-Mail-Adresse"),
        "telephone": _("einer Telefonnummer"),
        "account": _("einer Kontonummer"),
    }
    return ", ".join(names[sign] for sign in signs)
