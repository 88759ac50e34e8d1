"""The page of a dossier: what stands in it, prepared for the template."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from insek.concept.asker import Asker
from insek.places.names.finding import FoundPlace
from insek.places.nearby.around_map import map_around
from insek.web.display import date_words, number_words
from insek.web.listed import listed

from .asked import CONSENT, ITEM, PLAN, POINT, PURPOSE, REACH, REACHES, RECEIVED, WORDS, AskedDossier
from .collecting import Dossier, DossierGroup, DossierRow
from .deadline import ConsentClock
from .drafting import paragraph_of
from .figures import figures_of
from .unknown import unknown_words

FIRST = 8
ON_MAP = 40
QUOTED = ("beitraege", "kernaussagen")


def dossier_address(values: dict[str, str], name: str = "dossier", *args: object) -> str:
    """The address of a dossier."""
    query = urlencode(values, safe="~*!_,")
    return f"{reverse(name, args=args)}?{query}" if query else reverse(name, args=args)


def shown_dossier(asker: Asker, dossier: Dossier) -> dict[str, Any]:
    """All of the page but what every page has."""
    asked, place = dossier.asked, dossier.place
    values = asked.all_values
    groups = [_group(group) for group in dossier.groups if group.count or group.wide_count]
    ids = [row.item.pk for group in dossier.groups for row in group.rows if group.key != "befunde"][:ON_MAP]
    if place.item and place.district is None:
        ids = [place.item.pk, *ids]
    return {
        "place": place,
        "item_url": place.item.url if place.item else "",
        "districts": [{"title": row.item.shown_title, "url": row.item.url, "level": row.level_words} for row in dossier.applying.districts],
        "summary": summary_words(dossier),
        "groups": groups,
        "has_rows": not dossier.is_empty,
        "figures": figures_of(asker, dossier),
        "unknown": unknown_words(asker, dossier),
        "unknown_area": listed([_row(row) for row in dossier.unknown_area]) if dossier.unknown_area else None,
        "edition": dossier.edition,
        "edition_day": date_words(dossier.edition.date) if dossier.edition else "",
        "paragraph": paragraph_of(asker, dossier),
        "clock": shown_clock(asked.clock) if asked.clock else None,
        "map": map_around(asker, place.shape, ids, name=place.name, here=place.shape) if place.shape is not None else None,
        "address": dossier_address(values),
        "pdf_url": dossier_address(values, "dossier-pdf"),
        "docx_url": dossier_address(values, "dossier-docx"),
        **shown_choices(asked),
    }  # fmt: skip


def shown_choices(asked: AskedDossier) -> dict[str, Any]:
    """The small form: how far around, what for, and when a request was received."""
    kept = asked.place.values if asked.place else {}
    return {
        "kept": list(kept.items()),
        "reach_options": [
            {"value": str(each), "label": reach_words(each), "selected": each == asked.reach} for each in REACHES
        ],
        "purpose_options": [
            {"value": key, "label": label, "selected": key == asked.purpose}
            for key, label in (
                ("", _("nur nachsehen")),
                (CONSENT, _("Zustimmung nach § 36a BauGB")),
                (PLAN, _("Begründung eines Bauleitplans (§ 1 Abs. 6 Nr. 11 BauGB)")),
            )
        ],
        "names": {"reach": REACH, "purpose": PURPOSE, "received": RECEIVED},
        "is_consent": asked.purpose == CONSENT,
        "received": asked.received.isoformat() if asked.received else "",
        "received_problem": asked.received_problem,
    }  # fmt: skip


def reach_words(metres: int) -> str:
    """How far around something counts as near."""
    return (
        _("bis %(metres)s m daneben") % {"metres": number_words(metres)}
        if metres
        else _("nur der Ort selbst")
    )


def summary_words(dossier: Dossier) -> str:
    """How much applies here, in a sentence."""
    counted = [(group.title, group.count) for group in dossier.groups if group.count]
    if not counted:
        return _("Eigens für diesen Ort ist nichts eingetragen; es gilt, was für die ganze Stadt gilt.")
    named = ", ".join(f"{title} {number_words(count)}" for title, count in counted)
    return _("Zu diesem Ort, seiner Umgebung und seinem Stadtteil ist eingetragen: %(named)s.") % {
        "named": named
    }


def _group(group: DossierGroup) -> dict[str, Any]:
    is_quoted = group.key in QUOTED
    rows = [_row(row) for row in group.rows]
    return {
        "key": group.key,
        "title": group.title,
        "count": number_words(group.count),
        "is_quoted": is_quoted,
        "quotes": group.rows if is_quoted else [],
        "list": listed(rows, first=FIRST) if rows and not is_quoted else None,
        "more": more_words(group.more),
        "list_url": group.list_url if group.more or group.wide_more else "",
        "wide": group.wide if is_quoted else [],
        "wide_list": listed([_row(row) for row in group.wide], first=WIDE_OPEN)
        if group.wide and not is_quoted
        else None,
        "wide_label": wide_words(group.wide_count),
        "wide_more": more_words(group.wide_more),
    }


WIDE_OPEN = 30


def _row(row: DossierRow) -> dict[str, Any]:
    return {"item": row.item, "text": row.why, "text_is_own": True, "fact": row.fact, "state": row.state}


def more_words(count: int) -> str:
    """That a list is cut; empty where it is not."""
    if not count:
        return ""
    return ngettext("%(count)s weiterer ist hier nicht gezeigt.", "%(count)s weitere sind hier nicht gezeigt.", count) % {
        "count": number_words(count)
    }  # fmt: skip


def wide_words(count: int) -> str:
    """What opens those for the whole city."""
    return ngettext("Für die ganze Stadt: %(count)s Eintrag", "Für die ganze Stadt: %(count)s Einträge", count) % {
        "count": number_words(count)
    }  # fmt: skip


def shown_clock(clock: ConsentClock) -> dict[str, Any]:
    """The three months in words."""
    left = clock.days_left
    if left < 0:
        told = _("Die Frist ist abgelaufen: Ohne Verweigerung gilt die Zustimmung seit dem %(day)s als erteilt.") % {"day": date_words(clock.counts_as_given)}  # fmt: skip
    elif left == 0:
        told = _("Heute ist der letzte Tag.")
    else:
        told = ngettext("Noch %(days)s Tag.", "Noch %(days)s Tage.", left) % {"days": left}
    weekend = ""
    if not clock.is_working_day:
        weekend = _("Das ist kein Werktag. Ob sich die Frist nach § 193 BGB bis zum %(later)s verlängert, ist bei dieser Frist nicht gesichert; sicher ist eine Verweigerung bis zum %(safe)s.") % {
            "later": date_words(clock.moved_to), "safe": date_words(clock.safe),
        }  # fmt: skip
    return {
        "received": date_words(clock.received), "ends": date_words(clock.ends), "given": date_words(clock.counts_as_given),
        "told": told, "weekend": weekend, "is_over": left < 0,
    }  # fmt: skip


def shown_place_choices(places: Sequence[FoundPlace]) -> list[dict[str, str]]:
    """The places that may be meant, each with the address of its dossier."""
    found = []
    for place in places:
        values = (
            {ITEM: place.pk} if place.pk else {WORDS: place.whole, POINT: f"{place.lat:.5f},{place.lon:.5f}"}
        )
        about = ", ".join(part for part in (place.kind_label, place.district) if part)
        found.append({"label": place.label, "about": about, "url": dossier_address(values)})
    return found
