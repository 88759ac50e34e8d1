"""The page that sets two indicators against each other over places, and its files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from xml.sax.saxutils import escape

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from insek.engines.correlation import FEWEST, Coefficient
from insek.engines.report.pictures import FOREST, INK, LINE, MUTED, PAPER
from insek.engines.ticks import ticks_of
from insek.thread.models import Item
from insek.web.context import asker_of
from insek.web.display import number_words, period_words
from insek.web.table_files import table_answer

from ..models import Indicator, Observation
from ..ranking import NothingSuch
from ..words import shown_number
from .drawn import MARGIN, WIDTH, framed, text_lines
from .pages_of import (
    ORIGIN,
    asked_indicator,
    beginning,
    chooser,
    files,
    group_chooser,
    group_words,
    origin_cells,
    periods_to_choose,
    picture_answer,
    picture_title,
    place_cell,
    remarks,
    source_line,
    sources_of,
    status_line,
)
from .scatter import Pair, ScatterOfTwo, partners_of, scatter, suggested_partner

TALL = 440
"""Pixels of the picture in a file."""


def _chosen(
    request: HttpRequest, item: Item
) -> tuple[list[Indicator], Indicator | None, ScatterOfTwo | None]:
    """The indicators to choose from, the one that was chosen, and both set against each other."""
    asker = asker_of(request)
    offered = partners_of(asker, item.indicator)
    wanted = request.GET.get("mit", "")
    other = next((one for one in offered if one.pk == wanted), None)
    if wanted and other is None:
        raise Http404
    if other is None:
        return offered, None, None
    try:
        return offered, other, scatter(asker, item.indicator, other, request.GET)
    except NothingSuch as error:
        raise Http404 from error


@require_safe
def indicator_scatter(request: HttpRequest, item_id: str) -> HttpResponse:
    """Two indicators over places as points, with coefficients, what to mind, and the table."""
    item, pages = asked_indicator(request, item_id)
    context = beginning(request, item, pages, "indicator-scatter")
    offered, other, found = _chosen(request, item)
    if "mit" not in request.GET and (other := suggested_partner(asker_of(request), item.indicator, offered)):
        found = scatter(asker_of(request), item.indicator, other, {})
        context["is_suggested"] = True
    context["choosers"] = [
        chooser(
            "mit", _("Zweiter Indikator"),
            [("", _("bitte wählen")), *((one.pk, str(one.item)) for one in offered)], other.pk if other else "",
        )
    ] if offered else []  # fmt: skip
    context["other"] = other
    if found:
        rows = [row for pair in found.pairs for row in (pair.x, pair.y)]
        chosen = _address(found)
        context["choosers"] += [
            *group_chooser(found.groups, found.group),
            chooser("zeitraum", _("Zeitraum (x)"), periods_to_choose(found.periods), found.period),
            chooser("zeitraum-y", _("Zeitraum (y)"), [("", _("derselbe oder nächste")), *periods_to_choose(found.other_periods)], request.GET.get("zeitraum-y", "")),
        ]  # fmt: skip
        context |= {
            "found": found,
            "said": _said(found),
            "coefficients": _coefficients(found),
            "warning": warning(),
            "missing": _missing(found),
            "picture": _picture(found),
            "table": _table(found),
            "files": files("indicator-scatter-file", item, chosen, ("csv", "xlsx", "svg", "png")),
            "share_url": f"{request.path}?{urlencode(chosen)}",
            "sources": sources_of(rows),
            "status": status_line(rows),
        }
    return render(request, "evidence/scatter.html", context)


@require_safe
def indicator_scatter_file(request: HttpRequest, item_id: str, form: str) -> HttpResponse:
    """The same as CSV, XLSX, SVG or PNG."""
    item, _pages = asked_indicator(request, item_id)
    _offered, _other, found = _chosen(request, item)
    if found is None:
        raise Http404
    name = f"{item.pk}-{found.y.pk}-zusammenhang"
    rows = [row for pair in found.pairs for row in (pair.x, pair.y)]
    notes = [*_told(found), _missing(found), status_line(rows), source_line(rows)]
    title = f"{picture_title(found.x)} / {picture_title(found.y)}"
    if form in {"csv", "xlsx"}:
        head = [
            ("number", _("Nr.")), ("district", _("Raum")), ("code", _("Schlüssel")), ("level", _("Ebene")),
            *((f"{name}_{axis}", f"{label} ({axis})") for axis in "xy" for name, label in (
                ("indicator", _("Indikator")), ("period", _("Zeitraum")), ("value", _("Wert")), ("unit", _("Einheit")), *ORIGIN[:-1],
            )),
            *((f"{ORIGIN[-1][0]}_{axis}", f"{ORIGIN[-1][1]} ({axis})") for axis in "xy"),
        ]  # fmt: skip
        lines = [
            [
                pair.number or "", pair.place.item.title, pair.place.code, pair.place.level_words,
                *_side(found.x, found.period, pair.x), *_side(found.y, found.other_period, pair.y),
                *(each.item.get_standing_display() for each in (found.x, found.y)),
            ]
            for pair in found.pairs
        ]  # fmt: skip
        return table_answer(form, name, item.title, head, lines, [title, *notes])
    return picture_answer(form, name, _drawn(found, title, notes) if len(found.drawn) > 1 else None)


def _side(indicator: Indicator, period: str, row: Observation | None) -> list[Any]:
    return [
        indicator.title_text,
        period,
        row.value if row else None,
        indicator.unit_text,
        *origin_cells(indicator, row)[:-1],
    ]


def _address(found: ScatterOfTwo) -> dict[str, str]:
    said = {
        "mit": found.y.pk,
        "ebene": found.group.name,
        "zeitraum": found.period,
        "zeitraum-y": found.other_period,
    }
    return {name: value for name, value in said.items() if value}


def warning() -> str:
    """What no coefficient says, whatever it is."""
    return _(
        "Ein Zusammenhang zwischen Räumen sagt nicht, dass das eine das andere bewirkt, und nichts über einzelne Menschen: "
        "Wo viel von beidem ist, sind es nicht unbedingt dieselben. Mit anderen Grenzen der Räume kann er anders ausfallen. Jeder Raum zählt gleich, ob groß oder klein."
    )


def _said(found: ScatterOfTwo) -> str:
    """Which periods are set against each other."""
    if found.period == found.other_period:
        return _("%(places)s, beide %(period)s. Räume mit beiden Werten: %(count)s von %(all)s.") % {
            "places": group_words(found.group), "period": period_words(found.period),
            "count": len(found.drawn), "all": len(found.pairs),
        }  # fmt: skip
    return _("%(places)s, x: %(x)s, y: %(y)s. Räume mit beiden Werten: %(count)s von %(all)s.") % {
        "places": group_words(found.group), "x": period_words(found.period), "y": period_words(found.other_period),
        "count": len(found.drawn), "all": len(found.pairs),
    }  # fmt: skip


def _told(found: ScatterOfTwo) -> list[str]:
    """All that must be known of the picture where it stands alone."""
    said = [_said(found)]
    if found.refusal:
        return [*said, _("Kein Zusammenhang berechnet: %(why)s") % {"why": found.refusal}]
    return [*said, *(one["words"] for one in _coefficients(found)), *found.cautions, warning()]


def _coefficients(found: ScatterOfTwo) -> list[dict[str, str]]:
    """Both coefficients in words, with number of places and interval; why there is none."""
    if found.refusal:
        return []
    if found.pearson is None or found.spearman is None:
        why = (
            _("Für einen Zusammenhang braucht es mindestens %(count)s Räume mit beiden Werten.") % {"count": FEWEST}
            if len(found.drawn) < FEWEST
            else _("Einer der beiden Indikatoren hat überall denselben Wert; einen Zusammenhang gibt es nicht zu berechnen.")
        )  # fmt: skip
        return [{"label": "", "words": why}]
    return [
        {"label": label, "words": _coefficient_words(label, one, len(found.drawn))}
        for label, one in ((_("Pearson (auf einer Geraden)"), found.pearson), (_("Spearman (gleiche Reihenfolge)"), found.spearman))
    ]  # fmt: skip


def _coefficient_words(label: str, found: Coefficient, count: int) -> str:
    said = _("%(label)s: r = %(value)s (n = %(count)s; 95-%%-Intervall %(low)s bis %(high)s)") % {
        "label": label, "value": number_words(found.value, 2), "count": count,
        "low": number_words(found.low, 2), "high": number_words(found.high, 2),
    }  # fmt: skip
    if found.contains_zero:
        return f"{said}. {_('Das Intervall schließt null ein: Ein Zusammenhang ist nicht belegt.')}"
    return f"{said}."


def _missing(found: ScatterOfTwo) -> str:
    """Which places are left out, and why."""
    told = [f"{pair.place.item.title} ({pair.why_missing})" for pair in found.pairs if pair.number is None]
    return _("Nicht dabei, weil ein Wert fehlt: %(places)s.") % {"places": "; ".join(told)} if told else ""


def _values(found: ScatterOfTwo) -> tuple[list[float], list[float]]:
    xs = [float(pair.x.known) for pair in found.drawn if pair.x]
    return xs, [float(pair.y.known) for pair in found.drawn if pair.y]


def _axis(values: Sequence[float]) -> tuple[float, float, list[tuple[float, str]]]:
    """The ends of an axis and its ticks with their words."""
    ticks, places = ticks_of(min(values), max(values))
    return ticks[0], ticks[-1], [(tick, number_words(tick, places)) for tick in ticks]


def _picture(found: ScatterOfTwo) -> dict[str, Any]:
    """The points in percent of the width and height."""
    if len(found.drawn) < 2:
        return {}
    xs, ys = _values(found)
    left, right, x_ticks = _axis(xs)
    bottom, top, y_ticks = _axis(ys)

    def across(value: float) -> str:
        return f"{100 * (value - left) / (right - left):.2f}"

    def up(value: float) -> str:
        return f"{100 - 100 * (value - bottom) / (top - bottom):.2f}"

    return {
        "x_title": _("x: %(title)s") % {"title": picture_title(found.x)},
        "y_title": _("y: %(title)s") % {"title": picture_title(found.y)},
        "x_ticks": [{"at": across(value), "words": words} for value, words in x_ticks],
        "y_ticks": [{"at": up(value), "words": words} for value, words in y_ticks],
        "points": [
            {"x": across(x), "y": up(y), "number": pair.number, "name": pair.place.item.title}
            for pair, x, y in zip(found.drawn, xs, ys, strict=True)
        ],
    }


def _drawn(found: ScatterOfTwo, title: str, notes: Sequence[str]) -> str:
    """The same as a picture that stands alone."""
    picture = _picture(found)
    head, y = text_lines(title, 20, size=22, weight=600, letters=74)
    side, y = text_lines(picture["y_title"], y + 6, size=15, colour=MUTED)
    left, right, top = MARGIN + 70, WIDTH - MARGIN - 10, y + 16

    def at(x: str, y: str) -> tuple[float, float]:
        return left + float(x) / 100 * (right - left), top + float(y) / 100 * TALL

    body = []
    for tick in picture["x_ticks"]:
        x, foot = at(tick["at"], "100")
        body.append(f'<path d="M{x:.1f} {top:.1f}V{foot:.1f}" stroke="{LINE}"/><text x="{x:.1f}" y="{foot + 22:.1f}" text-anchor="middle" font-size="14" fill="{MUTED}">{escape(tick["words"])}</text>')  # fmt: skip
    for tick in picture["y_ticks"]:
        x, level = at("0", tick["at"])
        body.append(f'<path d="M{x:.1f} {level:.1f}H{right}" stroke="{LINE}"/><text x="{x - 12:.1f}" y="{level + 5:.1f}" text-anchor="end" font-size="14" fill="{MUTED}">{escape(tick["words"])}</text>')  # fmt: skip
    for point in picture["points"]:
        x, level = at(point["x"], point["y"])
        body.append(f'<circle cx="{x:.1f}" cy="{level:.1f}" r="11" fill="{FOREST}" stroke="{PAPER}" stroke-width="1.5"/><text x="{x:.1f}" y="{level + 4.5:.1f}" text-anchor="middle" font-size="12" font-weight="600" fill="{PAPER}">{point["number"]}</text>')  # fmt: skip
    below_axis, y = text_lines(picture["x_title"], top + TALL + 34, size=15, colour=MUTED)
    names = "; ".join(f"{pair.number} {pair.place.item.title}" for pair in found.drawn)
    below = []
    for number, note in enumerate(filter(None, [names, *notes])):
        drawn, y = text_lines(note, y + 6, size=14, colour=MUTED if number else INK, letters=122)
        below.append(drawn)
    return framed(head + side + "".join(body) + below_axis + "".join(below), y + 24, title=title)


def _table(found: ScatterOfTwo) -> dict[str, Any]:
    return {
        "id": "zusammenhang-tabelle",
        "caption": _said(found),
        "columns": [
            {"label": _("Raum")},
            {"label": _("Nr."), "numeric": True},
            {"label": f"x: {found.x.title_text}, {found.x.unit_text}", "numeric": True},
            {"label": f"y: {found.y.title_text}, {found.y.unit_text}", "numeric": True},
        ],
        "rows": [
            [
                place_cell(pair.place),
                {"text": pair.number or "–", "numeric": True},
                _cell(pair, pair.x),
                _cell(pair, pair.y),
            ]
            for pair in found.pairs
        ],
    }


def _cell(pair: Pair, row: Observation | None) -> dict[str, Any]:
    if row is None:
        return {"text": _("keine Angabe"), "numeric": True}
    note = remarks(row)
    return {
        "text": shown_number(row),
        "numeric": True,
        "note": f"({note})" if note and len(note) < 40 else "",
    }
