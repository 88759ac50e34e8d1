"""The page of the population pyramid, alone or two beside each other, and its files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from xml.sax.saxutils import escape

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from insek.engines.report.pictures import FOREST, INK, LINE, MUTED
from insek.engines.tables.breakdowns import AgeGroup
from insek.engines.ticks import ticks_of
from insek.thread.models import Item
from insek.web.context import asker_of
from insek.web.display import number_words, period_words
from insek.web.table_files import table_answer

from ..breakdowns import age_words, sex_words
from ..models import Observation
from ..ranking import NothingSuch
from ..words import shown_number, shown_value
from .drawn import MARGIN, WIDTH, framed, text_lines
from .pages_of import (
    ORIGIN,
    NumberCell,
    asked_indicator,
    beginning,
    chooser,
    files,
    origin_cells,
    periods_to_choose,
    picture_answer,
    picture_title,
    source_line,
    sources_of,
    status_line,
)
from .pyramid import COUNT, FEMALE, MALE, OLDEST, SHARE, AgePyramid, PyramidSide, age_pyramid

SEXES = (MALE, FEMALE)
FEW_GROUPS = 30
"""Groups up to which each is named in the picture; of more, those that begin at a round age."""
ROUND = 10


def _found(request: HttpRequest, item: Item) -> AgePyramid | None:
    try:
        return age_pyramid(asker_of(request), item, request.GET)
    except NothingSuch as error:
        raise Http404 from error


@require_safe
def indicator_pyramid(request: HttpRequest, item_id: str) -> HttpResponse:
    """People by age and sex as bars to both sides, with the same as a table."""
    item, pages = asked_indicator(request, item_id)
    context = beginning(request, item, pages, "indicator-pyramid")
    found = _found(request, item)
    if found:
        rows = [row for side in found.sides for row in side.rows]
        chosen = _address(found)
        context |= {
            "found": found,
            "choosers": _choosers(found),
            "said": _said(found),
            "sides": [_picture(found, side) for side in found.sides] if found.longest else [],
            "table": _table(found),
            "files": files("indicator-pyramid-file", item, chosen, ("csv", "xlsx", "svg", "png")),
            "share_url": f"{request.path}?{urlencode(chosen)}",
            "sources": sources_of(rows),
            "status": status_line(rows),
        }
    return render(request, "evidence/pyramid.html", context)


@require_safe
def indicator_pyramid_file(request: HttpRequest, item_id: str, form: str) -> HttpResponse:
    """The same as CSV, XLSX, SVG or PNG."""
    item, _pages = asked_indicator(request, item_id)
    found = _found(request, item)
    if found is None:
        raise Http404
    rows = [row for side in found.sides for row in side.rows]
    notes = [*_said(found), status_line(rows), source_line(rows)]
    name, title = f"{item.pk}-pyramide", picture_title(found.indicator)
    if form in {"csv", "xlsx"}:
        head = [
            ("district", _("Raum")), ("period", _("Zeitraum")), ("age_from", _("Alter von")), ("age_to", _("Alter bis unter")),
            ("sex", _("Geschlecht")), ("value", _("Wert")), ("share", _("Anteil in %")), ("unit", _("Einheit")), *ORIGIN,
        ]  # fmt: skip
        return table_answer(form, name, item.title, head, _lines(found), [title, *notes])
    return picture_answer(form, name, _drawn(found, title, notes) if found.longest else None)


def _lines(found: AgePyramid) -> list[list[Any]]:
    lines = []
    for side in found.sides:
        for age in found.ages:
            for sex in SEXES:
                row, share = side.cells.get((age, sex)), side.value(age, sex, SHARE)
                lines.append(
                    [
                        side.place.item.title, side.period, age.start, "" if age.end is None else age.end, sex_words(sex),
                        row.value if row else None, None if share is None else round(share, 2), found.indicator.unit_text, *origin_cells(found.indicator, row),
                    ]
                )  # fmt: skip
    return lines


def _address(found: AgePyramid) -> dict[str, str]:
    first, *others = found.sides
    said = {"raum": first.place.pk, "zeitraum": first.period, "mass": found.measure}
    for other in others:
        said |= {"raum2": other.place.pk, "zeitraum2": other.period}
    return said


def _choosers(found: AgePyramid) -> list[dict[str, Any]]:
    first, *others = found.sides
    other = others[0] if others else None
    places = [(place.pk, place.item.title) for place in found.places]
    return [
        chooser("raum", _("Raum"), places, first.place.pk),
        chooser("zeitraum", _("Zeitraum"), periods_to_choose(found.periods), first.period),
        chooser("raum2", _("Daneben: Raum"), [("", _("derselbe oder keiner")), *places], other.place.pk if other else ""),
        chooser("zeitraum2", _("Daneben: Zeitraum"), [("", _("derselbe oder keiner")), *periods_to_choose(found.other_periods)], other.period if other else ""),
        chooser("mass", _("Maß"), [(COUNT, _("Anzahl")), (SHARE, _("Anteil an allen in %"))], found.measure),
    ]  # fmt: skip


def _side_words(side: PyramidSide) -> str:
    return f"{side.place.item.title}, {period_words(side.period)}"


def _said(found: AgePyramid) -> list[str]:
    """What a reader must know to read the picture rightly."""
    said = []
    for side in found.sides:
        words = [_side_words(side)]
        if side.total is not None:
            words.append(
                _("insgesamt %(value)s")
                % {
                    "value": shown_value(side.total)
                    if side.total.value is not None
                    else shown_number(side.total)
                }
            )
        if side.diverse is not None:
            words.append(
                _("divers oder ohne Angabe, nicht gezeichnet: %(value)s")
                % {"value": shown_number(side.diverse)}
            )
        missing = sum(row.value is None for (age, _sex), row in side.cells.items() if age in found.ages)
        if missing:
            words.append(_("Gruppen ohne Wert (in der Tabelle mit Grund): %(count)s") % {"count": missing})
        said.append("; ".join(words) + ".")
    if len(found.sides) > 1:
        said.append(_("Beide Seiten haben denselben Maßstab und dieselben Altersgruppen."))
    if not found.ages:
        said.append(_("Gemeinsame Altersgruppen, getrennt nach Geschlecht, gibt es nicht."))
    if found.per_year:
        said.append(
            _("Die Altersgruppen sind verschieden breit. Die Länge der Balken ist darum der Wert je Altersjahr; die letzte Gruppe zählt bis %(age)s.")
            % {"age": OLDEST}
        )  # fmt: skip
    elif found.ages and found.ages[-1].end is None and len(found.ages) > 1:
        said.append(_("Die letzte Gruppe hat kein Ende und umfasst mehr Jahre als die anderen."))
    if found.measure == SHARE and not found.has_shares:
        said.append(_("Wo die Gesamtzahl nicht bekannt ist, gibt es keine Anteile."))
    return said


def _short(age: AgeGroup) -> str:
    """Ages on an axis: 75–79, ab 85, 17."""
    if age.end is None:
        return f"{age.start}+"
    return str(age.start) if age.end == age.start + 1 else f"{age.start}–{age.end - 1}"


def _is_named(found: AgePyramid, age: AgeGroup) -> bool:
    return len(found.ages) <= FEW_GROUPS or age.start % ROUND == 0


def _scale(found: AgePyramid) -> tuple[float, list[tuple[float, str]]]:
    """What half the width stands for, and the ticks on it with their words."""
    ticks, decimals = ticks_of(0, found.longest)
    return ticks[-1], [(tick, number_words(tick, decimals)) for tick in ticks]


def _picture(found: AgePyramid, side: PyramidSide) -> dict[str, Any]:
    """Bars in percent of the width, from the middle to both sides; the oldest on top."""
    most, ticks = _scale(found)
    tall = 18 if len(found.ages) <= FEW_GROUPS else 5
    bars = []
    for number, age in enumerate(reversed(found.ages)):
        male, female = (50 * found.length(side, age, sex) / most for sex in SEXES)
        bars.append(
            {
                "y": number * tall, "middle": number * tall + tall / 2, "name": _short(age) if _is_named(found, age) else "",
                "male_x": f"{50 - male:.2f}", "male": f"{male:.2f}", "female": f"{female:.2f}",
            }
        )  # fmt: skip
    marks = [
        {"x": f"{50 + sign * 50 * tick / most:.2f}", "words": words}
        for tick, words in ticks[:: 2 if len(ticks) > 4 else 1]
        for sign in ((1, -1) if tick else (1,))
    ]
    return {
        "title": _side_words(side),
        "tall": tall * len(bars),
        "bar": tall - (3 if tall > 10 else 1),
        "bars": bars,
        "marks": marks,
    }


def _drawn(found: AgePyramid, title: str, notes: Sequence[str]) -> str:
    """The same as a picture that stands alone."""
    head, y = text_lines(title, 20, size=22, weight=600, letters=74)
    wide = (WIDTH - 2 * MARGIN - (len(found.sides) - 1) * 24) / len(found.sides)
    body: list[str] = []
    foot = y
    for number, side in enumerate(found.sides):
        picture = _picture(found, side)
        x, top = MARGIN + number * (wide + 24) + 52, y + 62
        across = (wide - 60) / 100
        foot = top + picture["tall"]
        body += [
            f'<text x="{x:.0f}" y="{y + 20:.0f}" font-size="16" font-weight="600" fill="{INK}">{escape(picture["title"])}</text>',
            f'<text x="{x:.0f}" y="{y + 46:.0f}" font-size="14" fill="{MUTED}">{escape(sex_words(MALE))}</text>',
            f'<text x="{x + 100 * across:.0f}" y="{y + 46:.0f}" font-size="14" text-anchor="end" fill="{MUTED}">{escape(sex_words(FEMALE))}</text>',
        ]
        for mark in picture["marks"]:
            at = x + float(mark["x"]) * across
            body.append(f'<path d="M{at:.1f} {top}V{foot}" stroke="{LINE}"/><text x="{at:.1f}" y="{foot + 18}" font-size="12" text-anchor="middle" fill="{MUTED}">{escape(mark["words"])}</text>')  # fmt: skip
        for bar in picture["bars"]:
            level = top + bar["y"]
            body.append(
                f'<rect x="{x + float(bar["male_x"]) * across:.1f}" y="{level}" width="{float(bar["male"]) * across:.1f}" height="{picture["bar"]}" fill="{MUTED}"/>'
                f'<rect x="{x + 50 * across:.1f}" y="{level}" width="{float(bar["female"]) * across:.1f}" height="{picture["bar"]}" fill="{FOREST}"/>'
                f'<text x="{x - 8:.1f}" y="{top + bar["middle"] + 3:.1f}" font-size="12" text-anchor="end" fill="{MUTED}">{escape(bar["name"])}</text>'
            )
    foot += 30
    below = []
    for note in filter(None, notes):
        drawn, foot = text_lines(note, foot + 6, size=14, colour=MUTED, letters=122)
        below.append(drawn)
    return framed(head + "".join(body) + "".join(below), foot + 24, title=title)


def _table(found: AgePyramid) -> dict[str, Any]:
    several = len(found.sides) > 1
    return {
        "id": "pyramide-tabelle",
        "caption": _("%(title)s: %(places)s")
        % {"title": picture_title(found.indicator), "places": " / ".join(map(_side_words, found.sides))},
        "columns": [
            {"label": _("Alter")},
            *(
                {
                    "label": f"{sex_words(sex)}, {_side_words(side)}" if several else sex_words(sex),
                    "numeric": True,
                }
                for side in found.sides
                for sex in SEXES
            ),
        ],
        "rows": [
            [age_words(age), *(_cell(found, side, age, sex) for side in found.sides for sex in SEXES)]
            for age in found.ages
        ],
    }


def _cell(found: AgePyramid, side: PyramidSide, age: AgeGroup, sex: str) -> NumberCell:
    row: Observation | None = side.cells.get((age, sex))
    if row is None:
        return NumberCell("–")
    if found.measure == COUNT or row.value is None:
        return NumberCell(shown_number(row))
    share = side.value(age, sex, SHARE)
    return NumberCell("–" if share is None else f"{number_words(share, 1)} %")
