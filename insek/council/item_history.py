"""The life of a public item as everybody may read it: its released states, what was adopted of it, and why it was changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from insek.concept.models import Edition
from insek.people.actors import ANONYMOUS
from insek.release.changes import FieldChange, shown_changes
from insek.release.public_history import PublicChange, public_history
from insek.thread.models import Change, Item
from insek.web.display import date_words

from .edition_items import Amendment, Deviation, EditionItem
from .edition_queries import change_of, frozen_on
from .edition_words import rows_between

STEPS = {
    "taken_up": lambda: _("Hier aufgenommen und öffentlich"),
    "first": lambda: _("Veröffentlicht"), "changed": lambda: _("Geändert"), "again": lambda: _("Wieder veröffentlicht"),
    "withdrawn": lambda: _("Zurückgezogen"), "linked": lambda: _("Verknüpft"), "unlinked": lambda: _("Verknüpfung gelöst"),
    "link_changed": lambda: _("Verknüpfung geändert"),
}  # fmt: skip
LABELS = 3
"""Names of fields in a heading; the others are counted."""
ADOPTED = (Edition.Status.ADOPTED, Edition.Status.SUPERSEDED)


@dataclass(frozen=True)
class HistoryEntry:
    """One thing that happened to a public item."""

    day: date
    at: datetime
    """When, for the order; of what is known by its day alone, the end of that day."""
    step: str
    """What happened: a step of ``PublicChange``, or ``adopted``, ``filed``, ``explained``."""
    heading: str
    anchor: str = ""
    """Its place on the page, which stays the same when more happens."""
    rows: Sequence[FieldChange] = ()
    rows_title: str = ""
    other: Item | None = None
    label: str = ""
    link_reason: str = ""
    nature: str = ""
    nature_key: str = ""
    reason: str = ""
    resolution: Item | None = None
    is_unexplained: bool = False
    """Whether adopted words were changed and nobody said why."""
    edition: dict[str, Any] = field(default_factory=dict)
    note: str = ""

    @property
    def day_words(self) -> str:
        """The day as people write it."""
        return date_words(self.day)


def item_history(item: Item) -> list[HistoryEntry]:
    """What happened to a public item, the latest first. Some ten queries, twenty where a reason has no recorded change."""
    frozen = _frozen_rows(item)
    told = {row.day: row for row in _deviations(item)}
    adopted_on = min((day for row in frozen if (day := _adopted_day(row))), default=None)
    steps = public_history(item)
    entries = [
        *_recorded(item, steps, told, adopted_on),
        *_of_editions(frozen),
        *_only_explained(item, steps, told, frozen),
    ]
    entries.sort(key=lambda entry: (entry.day, entry.at))
    return list(_anchored(entries))[::-1]


def _anchored(entries: list[HistoryEntry]) -> Iterator[HistoryEntry]:
    """The entries, the oldest first, each with a place named by its day and its turn on that day."""
    turn: dict[date, int] = {}
    for entry in entries:
        turn[entry.day] = turn.get(entry.day, 0) + 1
        suffix = f"-{turn[entry.day]}" if turn[entry.day] > 1 else ""
        yield replace(entry, anchor=f"tag-{entry.day.isoformat()}{suffix}")


def _recorded(
    item: Item, steps: list[PublicChange], told: dict[date, Deviation], adopted_on: date | None
) -> Iterator[HistoryEntry]:
    """The released states, as a visitor would see what they name, whoever asks."""
    lines = shown_changes(
        [Change(differences=step.differences, at=step.at) for step in steps], item.kind, ANONYMOUS
    )
    for step, line in zip(steps, lines, strict=True):
        day = timezone.localtime(step.at).date()
        of_words = step.step in {"changed", "again"}
        deviation = told.get(day) if of_words else None
        yield HistoryEntry(
            day=day,
            at=step.at,
            step=step.step,
            heading=_heading(step.step, line.rows),
            rows=line.rows,
            other=step.other,
            label=step.label,
            link_reason=step.reason,
            is_unexplained=step.step == "changed"
            and deviation is None
            and adopted_on is not None
            and day > adopted_on,
            **_why(deviation),
        )


def _heading(step: str, rows: Sequence[FieldChange]) -> str:
    """What happened, with the names of the fields that changed: "Geändert: Titel, Text"."""
    said = str(STEPS[step]())
    if step not in {"changed", "again"} or not rows:
        return said
    names = ", ".join(row.label for row in rows[:LABELS])
    if (more := len(rows) - LABELS) > 0:
        names = ngettext("%(names)s und eine weitere Angabe", "%(names)s und %(count)s weitere Angaben", more) % {
            "names": names, "count": more,
        }  # fmt: skip
    return f"{said}: {names}"


def _why(deviation: Deviation | None) -> dict[str, Any]:
    """Why adopted words were changed, with the resolution where the public sees it."""
    if deviation is None:
        return {}
    resolution = deviation.resolution.item if deviation.resolution else None
    is_open = resolution is not None and resolution.visibility == "public"
    return {
        "nature": str(deviation.get_nature_display()),
        "nature_key": deviation.nature,
        "reason": deviation.reason,
        "resolution": resolution if is_open else None,
    }


def _deviations(item: Item) -> list[Deviation]:
    """What was said of changes of adopted words; of a later edition where two speak of one day. One query."""
    said = Deviation.objects.filter(key=item.pk, edition__concept=item.concept_id).exclude(table="fields")
    return list(said.select_related("resolution__item", "edition").order_by("edition__date", "edition__pk"))


def _frozen_rows(item: Item) -> list[EditionItem]:
    """An item as editions have it that were adopted or lie before the council, the oldest first. One query."""
    rows = EditionItem.objects.filter(
        key=item.pk, edition__concept=item.concept_id, edition__status__in=[*ADOPTED, Edition.Status.FILED]
    ).exclude(table="fields")
    found = [row for row in rows.select_related("edition__concept") if _day(row)]
    return sorted(found, key=lambda row: (_day(row), row.edition_id))


def _adopted_day(row: EditionItem) -> date | None:
    edition = row.edition
    return (edition.date or frozen_on(edition)) if edition.status in ADOPTED else None


def _day(row: EditionItem) -> date:
    return _adopted_day(row) or frozen_on(row.edition) or date.min


def _of_editions(frozen: list[EditionItem]) -> Iterator[HistoryEntry]:
    """When an item was adopted or filed, and how it differs from the edition before of the same standing. One query."""
    ids = [row.edition_id for row in frozen if row.amended]
    amendments = {
        (row.edition_id, row.table, row.key): row.text
        for row in (Amendment.objects.filter(edition__in=ids) if ids else ())
    }
    before: dict[bool, EditionItem] = {}
    for row in frozen:
        edition = row.edition
        is_adopted = edition.status in ADOPTED
        earlier = before.get(edition.is_example)
        rows = (
            rows_between(row.table, earlier.content, row.content)
            if earlier is not None and earlier.content is not None and row.content is not None
            else []
        )
        if is_adopted:
            before[edition.is_example] = row
        day = _day(row)
        yield HistoryEntry(
            day=day,
            at=_end_of(day),
            step="adopted" if is_adopted else "filed",
            heading=_edition_heading(row, is_adopted=is_adopted),
            rows=rows,
            rows_title=_("Gegenüber %(edition)s, Wort für Wort") % {"edition": earlier.edition} if rows and earlier else "",
            note=amendments.get((row.edition_id, row.table, row.key), ""),
            edition={
                "title": str(edition),
                "url": reverse("edition-item", args=[edition.key, row.key]),
                "standing": edition.standing,
                "visibility": "public",
                "is_example": edition.is_example,
            },
        )  # fmt: skip


def _edition_heading(row: EditionItem, *, is_adopted: bool) -> str:
    if not is_adopted:
        return _("Zur Beratung eingereicht")
    if row.content is None:
        return _("Vom Beschluss gestrichen")
    return _("Mit Maßgabe beschlossen") if row.amended else _("Beschlossen")


def _only_explained(
    item: Item, steps: list[PublicChange], told: dict[date, Deviation], frozen: list[EditionItem]
) -> Iterator[HistoryEntry]:
    """Reasons for changes that were made before this history begins, such as what came with a package."""
    recorded = {timezone.localtime(step.at).date() for step in steps if step.step in {"changed", "again"}}
    alone = {day: deviation for day, deviation in told.items() if day not in recorded}
    by_edition = {row.edition_id: row for row in frozen}
    for day, deviation in alone.items():
        row = by_edition.get(deviation.edition_id)
        rows: list[FieldChange] = []
        if row is not None and len(told) == 1 and not any(at > day for at in recorded):
            row.item_version = None  # the version is that of another history
            change = change_of(row, item)
            rows = rows_between(row.table, change.before, change.after) if change and change.after else []
        yield HistoryEntry(
            day=day,
            at=_end_of(day),
            step="explained",
            heading=_("Gegenüber dem beschlossenen Wortlaut geändert"),
            rows=rows,
            edition={
                "title": str(deviation.edition),
                "url": reverse("edition-item", args=[deviation.edition.key, item.pk]),
                "standing": deviation.edition.standing,
                "visibility": "public",
                "is_example": deviation.edition.is_example,
            }
            if row is not None
            else {},
            **_why(deviation),
        )


def _end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.max))
