"""The profile of a district on paper: the same words as the page, set as PDF/UA."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from insek import clock
from insek.concept.asker import Asker
from insek.engines.report import blocks
from insek.engines.report.blocks import Block, run
from insek.places.models import District
from insek.thread.models import Item, Visibility
from insek.web.display import date_words

from ..words import shown_value
from .pages_of import source_line
from .profile import DistrictProfile, ProfileRow
from .profile_views import (
    city_words,
    missing_words,
    period_cell,
    profile_title,
    rank_words,
    stale_words,
    summary,
    trend_words,
)


def profile_document(asker: Asker, item: Item, found: DistrictProfile, *, origin: str) -> dict[str, Any]:
    """The profile as a document in the language of the page."""
    title, language = profile_title(item), (get_language() or "de")[:2]
    made: list[Block] = [blocks.heading(title, 1, listed=False)]
    made.append(
        blocks.facts(
            [
                (_("Ebene"), item.district.level_words),
                (_("Adresse"), [run(_("Diese Seite im Netz"), href=f"{origin}{item.url}")]),
            ]
        )
    )
    made += [blocks.paragraph(words) for words in summary(found)]
    for name, rows in found.groups:
        made += [blocks.heading(name, 2), _table(found, rows)]
    for heading, entries in (
        (_("Überfällig"), [stale_words(row) for row in found.stale]),
        (_("Ohne Wert"), [missing_words(one) for one in found.missing]),
    ):
        if entries:
            made.append(blocks.heading(heading, 2))
            made.append(
                blocks.listing([[blocks.paragraph(f"{each['title']}: {each['words']}")] for each in entries])
            )
    if source := source_line(row.now for row in found.rows):
        made.append(blocks.paragraph(source, style="quiet"))
    day = clock.today()
    is_working = item.visibility != Visibility.PUBLIC or any(
        row.now.indicator.item.visibility != Visibility.PUBLIC for row in found.rows
    )
    return {
        "kind": "item", "title": title, "subtitle": "", "subtitle_line": "", "city": item.concept.city_name,
        "lang": language, "working": is_working, "notice": "", "cover": "", "form": "", "reading": "",
        "date": day.isoformat(), "state": _("Stand der Inhalte: %(date)s") % {"date": date_words(day)},
        "ids": [],
        "words": {
            "contents": _("Inhaltsverzeichnis"), "page": _("S."), "example": _("Beispiel"), "online": _("Im Netz:"),
            "examples_here": _("Mit Beispielen"), "working": _("Arbeitsstand, nicht öffentlich"),
        },
        "chapters": [{"id": "steckbrief", "title": "", "number": "", "lead": "", "blocks": made}],
    }  # fmt: skip


def _table(found: DistrictProfile, rows: list[ProfileRow]) -> Block:
    is_city = found.district.level == District.Level.CITY
    columns = [
        {"label": _("Indikator"), "share": 4},
        {"label": _("Wert"), "numeric": True, "share": 2},
        {"label": _("Zeitraum"), "share": 2},
        *(
            []
            if is_city
            else [{"label": _("Stadt"), "numeric": True, "share": 2}, {"label": _("Rang"), "share": 3}]
        ),
        {"label": _("Veränderung"), "share": 3},
    ]
    lines = []
    for row in rows:
        title: list[Any] = [run(row.now.indicator.title_text)]
        if row.now.indicator.item.standing == "example":
            title.append(run(f" {_('Beispiel')}", tone="example"))
        against = [] if is_city else [[run(city_words(row))], [run(rank_words(row))]]
        lines.append(
            [title, [run(shown_value(row.now))], [run(period_cell(row))], *against, [run(trend_words(row))]]
        )
    return blocks.table(columns, lines)
