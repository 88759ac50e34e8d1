"""What is said of an edition in whole sentences, and why its items read otherwise today."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from insek import clock
from insek.concept.models import Edition
from insek.people.actors import Actor
from insek.thread.models import Item
from insek.web.display import date_words

from .comparing import PartChange
from .edition_items import Deviation, EditionItem
from .edition_parts import EditionDocument
from .edition_queries import days_of_change


def steps_of(edition: Edition) -> list[dict[str, Any]]:
    """The way of an edition from the draft to the resolution."""
    status = Edition.Status
    names = [
        (status.DRAFT, _("Arbeitsfassung")),
        (status.FILED, _("Beratungsfassung")),
        (status.ADOPTED, _("beschlossen")),
    ]
    if edition.status == status.WITHDRAWN:
        names[2] = (status.WITHDRAWN, _("nicht beschlossen"))
    if edition.status == status.STAGE:
        return [{"label": _("Vorstufe"), "is_here": True}]
    if edition.is_late_entry:
        names = [(status.ADOPTED, _("beschlossen")), (status.SUPERSEDED, _("nacherfasst"))]
        here: str = status.SUPERSEDED
    else:
        here = status.ADOPTED if edition.status == status.SUPERSEDED else edition.status
    return [{"label": label, "is_here": name == here} for name, label in names]


def status_sentence(edition: Edition, amendments: int) -> str:
    """What the text of this edition is, in one or two sentences that stay true."""
    days = {
        "day": date_words(edition.date),
        "filed": date_words(edition.filed_on),
        "entered": date_words(edition.entered_on),
    }
    if edition.status == Edition.Status.DRAFT:
        return _(
            "Daran wird noch gearbeitet. Beschlossen wird, was als Beratungsfassung eingereicht ist: Mit dem Einreichen wird es eingefroren."
        )
    if edition.status == Edition.Status.STAGE:
        return _(
            "Eine Vorstufe: Das Konzept ist daraus hervorgegangen. Beschlossen wurde sie nie, und in Kraft war sie nie."
        )
    if edition.status == Edition.Status.FILED:
        return (
            _("Am %(filed)s eingereicht und damit eingefroren. Was danach geändert wurde, gehört nicht dazu.")
            % days
        )
    if edition.status == Edition.Status.WITHDRAWN:
        return (
            _(
                "Am %(filed)s eingereicht und nicht beschlossen. Die Fassung bleibt lesbar, wie sie eingereicht wurde."
            )
            % days
        )
    if edition.filed_on is None:
        return _late_entry(edition) % days
    said = _("Am %(day)s beschlossen, wie am %(filed)s eingereicht.") % days
    if amendments:
        count = ngettext(
            "Dabei wurde ein Inhalt durch eine Maßgabe geändert.", "Dabei wurden %(count)s Inhalte durch Maßgaben geändert.", amendments
        ) % {"count": amendments}  # fmt: skip
        said = _("Am %(day)s beschlossen, auf Grundlage der am %(filed)s eingereichten Fassung.") % days
        return f"{said} {count}"
    return said


def cite_as(edition: Edition, document: EditionDocument, address: str) -> str:
    """How a paragraph of this edition is cited, by the first goal of it; empty where there is none."""
    entries = (entry for chapter in document.chapters for group in chapter.groups for entry in group.entries)
    entry = next((entry for entry in entries if entry.table == "goals" and entry.paragraphs), None)
    if entry is None:
        return ""
    status = edition.Status
    if edition.status in {status.ADOPTED, status.SUPERSEDED}:
        said = _("beschlossen am %(day)s") % {"day": date_words(edition.date)}
    elif edition.filed_on:
        said = _("Beratungsfassung vom %(day)s") % {"day": date_words(edition.filed_on)}
    else:
        said = _("Arbeitsfassung, Stand %(day)s") % {"day": date_words(clock.today())}
    first = next(paragraph for paragraph in entry.paragraphs if paragraph.number)
    return _("%(city)s, %(edition)s (%(said)s), %(number)s Absatz %(paragraph)s, %(address)s") % {
        "city": edition.concept.city,
        "edition": edition,
        "said": said,
        "number": entry.cited,
        "paragraph": first.number,
        "address": f"{address}#{first.anchor}",
    }


def _late_entry(edition: Edition) -> str:
    if not edition.archive:
        return _("Am %(day)s beschlossen. Der Text dieser Ausgabe liegt hier nicht vor.")
    if edition.entered_on is None:
        return _(
            "Nacherfassung: am %(day)s beschlossen, der Text wurde erst später hier eingefroren; an welchem Tag, ist nicht festgehalten."
        )
    return _(
        "Nacherfassung: am %(day)s beschlossen, am %(entered)s hier eingetragen. Eingefroren ist der Text vom Tag der Eintragung."
    )


def deviations_of(row: EditionItem, change: PartChange, actor: Actor) -> list[dict[str, Any]]:
    """When and why an adopted item was changed, the latest first; what nobody explained says so. A few queries."""
    said = Deviation.objects.filter(edition=row.edition, table=row.table, key=row.key).select_related(
        "resolution"
    )
    known = {deviation.day: deviation for deviation in said}
    numbers = {deviation.resolution_id for deviation in known.values() if deviation.resolution_id}
    resolutions = (
        {item.pk: item for item in Item.objects.visible_to(actor).filter(pk__in=numbers)} if numbers else {}
    )
    days = sorted({*known, *days_of_change(row, change)}, reverse=True)
    found = []
    for day in days:
        deviation = known.get(day)
        resolution = resolutions.get(deviation.resolution_id or "") if deviation else None
        found.append(
            {
                "day": date_words(day),
                "nature": deviation.get_nature_display() if deviation else "",
                "reason": deviation.reason if deviation else "",
                "resolution": {"title": str(resolution), "url": resolution.url} if resolution else None,
            }
        )
    return found


def adopted_notice(row: EditionItem, change: PartChange | None, actor: Actor) -> dict[str, Any]:
    """What the page of an item says of the edition that adopted it."""
    edition = row.edition
    return {
        "edition": str(edition),
        "edition_url": reverse("edition", args=[edition.key]),
        "url": reverse("edition-item", args=[edition.key, row.key]),
        "number": row.number,
        "day": date_words(edition.date),
        "standing": edition.standing,
        "visibility": "public",
        "is_example": edition.is_example,
        "is_late_entry": edition.is_late_entry,
        "entered": date_words(edition.entered_on),
        "changed": change is not None,
        "deviations": deviations_of(row, change, actor) if change is not None else [],
    }
