"""What the page of an analysis shows: a sentence, the districts on a map and as a table, what was computed with, and its files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

import rules
import shapely
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.asker import Asker
from insek.engines.reach.distances import DETOUR
from insek.places.models import District
from insek.places.pages import city_map
from insek.places.queries import map_places
from insek.thread.models import Item, Visibility
from insek.web.display import number_words, period_words

from .facilities import label_of
from .models import ReachAnalysis, ReachRun
from .runs import asked_hash, hash_of_today, latest_run

MOST_SIGNS = 150
"""Facilities that are drawn on the picture; more would hide the districts."""
NAMED = 400
"""Facilities that the list names."""
MISSING = {
    "people": gettext_lazy("Es fehlen Einwohnerzahlen von Räumen mit Umriss. Räume und ihre Umrisse stehen unter „Räume“, die Zahlen im gewählten Indikator."),
    "facilities": gettext_lazy("Nichts, was erreicht werden soll, ist gefunden: Prüfen Sie die Auswahl, die Wörter und die eigene Liste."),
}  # fmt: skip
RULES = {
    "buildings": gettext_lazy("Wohngebäude nach Grundfläche"),
    "addresses": gettext_lazy("Adressen zu gleichen Teilen"),
    "built": gettext_lazy("bewohnte Fläche"),
    "named": gettext_lazy("Umkreis benannter Straßen und Orte"),
    "whole": gettext_lazy("ganze Fläche des Raums"),
}
Row = Mapping[str, Any]


def reach_detail(asker: Asker, item: Item) -> dict[str, Any]:
    """The result of just this question, where there is one, and what is wrong where there is none."""
    analysis = item.reach
    analysis.item = item
    run = latest_run(analysis)
    last = analysis.runs.filter(asked_hash=asked_hash(analysis)).defer("ground").order_by("-asked_at").first()
    indicator = Item.objects.visible_to(asker.actor).filter(pk=analysis.people_id).first()
    context: dict[str, Any] = {
        "run": run,
        "last": last,
        "working": bool(last and last.is_working),
        "problem": reach_problem(last)
        if run is None and last and last.state == ReachRun.State.FAILED
        else "",
        "edits": rules.test_rule("thread.edit_item", asker.actor, item),
        "people_of": indicator,
        "is_withheld": False,
        "not_public": None,
    }
    if indicator is None:
        return context | {"run": None, "is_withheld": run is not None, "problem": ""}
    if asker.actor.sees_internal and Visibility.PUBLIC == item.visibility != indicator.visibility:
        context["not_public"] = indicator
    if run is not None:
        context |= reach_result(asker, analysis, run)
        context["is_old"] = run.input_hash != hash_of_today(analysis)
    return context


def shown_run(asker: Asker, analysis: ReachAnalysis) -> ReachRun | None:
    """The result, for those who see the number of people it starts from. Two queries."""
    seen = Item.objects.visible_to(asker.actor).filter(pk=analysis.people_id).exists()
    return latest_run(analysis) if seen else None


def reach_problem(run: ReachRun) -> str:
    """Why a computation failed, for people."""
    known = MISSING.get(run.problem)
    return str(known) if known else _("Die Rechnung ist abgebrochen. Stoßen Sie sie neu an.")


def what_words(analysis: ReachAnalysis) -> str:
    """What is to be reached."""
    return label_of(analysis.item.concept, analysis.facilities, analysis.words)


def percent_words(share: float | None) -> str:
    """A share as whole percent, never none or all where some are or are not; a dash where nobody lives."""
    if share is None:
        return "–"
    percent = round(share * 100)
    if percent == 100 and share < 1:
        return _("über 99 %")
    if percent == 0 and share > 0:
        return _("unter 1 %")
    return f"{number_words(percent)} %"


def minute_words(minutes: float | None) -> str:
    """Minutes; a dash where most reach nothing."""
    return "–" if minutes is None else number_words(minutes, 1 if minutes < 10 else 0)


def choice_words(number: float | None) -> str:
    """How many facilities a person has in the mean; a dash where nobody lives, or where an older result does not say it."""
    return "–" if number is None else number_words(number, 1)


def people_words(people: float) -> str:
    """People who were spread: to ten, since nothing finer is known."""
    return number_words(round(people, -1))


def how_words(row: Row) -> str:
    """By which way and over what an area was computed."""
    way = _("Wegenetz") if row["by_network"] else _("Schätzung: Luftlinie")
    return f"{way}; {RULES[row['rule']]}"


def is_estimate(result: Mapping[str, Any]) -> bool:
    """Whether any of it is measured by the straight line."""
    return not all(row["by_network"] for row in result["areas"])


def named_rows(asker: Asker, result: Mapping[str, Any]) -> list[tuple[District, Row]]:
    """The areas of a result that the reader sees, in its order. One query, kept."""
    assert asker.concept is not None
    known = {row.pk: row for row in map_places(asker.concept, asker.actor)}
    return [(known[row["pk"]], row) for row in result["areas"] if row["pk"] in known]


def reach_result(asker: Asker, analysis: ReachAnalysis, run: ReachRun) -> dict[str, Any]:
    """All parts of the page that say what came out."""
    assert asker.concept is not None
    result = run.result
    rows, what, city = named_rows(asker, result), what_words(analysis), result["city"]
    mode = str(analysis.get_mode_display())
    sentence = _("%(share)s der Menschen sind %(mode)s in höchstens %(minutes)s Minuten am nächsten Ziel: %(what)s.") % {
        "share": percent_words(city["share"]), "mode": mode, "minutes": analysis.minutes, "what": what,
    }  # fmt: skip
    values = {district.pk: row["share"] * 100 for district, row in rows if row["share"] is not None}
    order = sorted(rows, key=lambda one: (one[1]["share"] is None, -(one[1]["share"] or 0)))
    signs = [
        (shapely.Point(*spot), {"colour": "#a4572b", "name": name})
        for name, spot in zip(result["names"], result["spots"], strict=True)
    ]
    shown_map = city_map(
        asker,
        [district for district, _row in rows],
        id="reichweite-karte",
        title=_("Auf der Karte"),
        values=values,
        labels={district.pk: percent_words(row["share"]) for district, row in rows},
        order=[district.pk for district, _row in order],
        signs=signs if len(signs) <= MOST_SIGNS else (),
    )
    shown_map["legend_title"] = _("Anteil der Menschen in %(minutes)s Minuten, in %%") % {"minutes": analysis.minutes}  # fmt: skip
    return {
        "sentence": sentence,
        "figures": _figures(analysis, result),
        "estimated": is_estimate(result),
        "map": shown_map,
        "table": reach_table(analysis, rows, result),
        "facility_names": result["names"][:NAMED],
        "facility_more": max(result["facilities"] - NAMED, 0),
        "what": what,
        "notes": reach_notes(result),
    }


def _figures(analysis: ReachAnalysis, result: Mapping[str, Any]) -> list[dict[str, str]]:
    city = result["city"]
    return [
        {"value": percent_words(city["share"]).removesuffix(" %"), "unit": "%", "label": _("der Menschen in höchstens %(minutes)s Minuten") % {"minutes": analysis.minutes}},
        {"value": minute_words(city["minutes"]), "unit": _("Minuten"), "label": _("braucht die Hälfte höchstens (Median)")},
        {"value": choice_words(city.get("number")), "unit": "", "label": _("Ziele hat ein Mensch im Mittel in höchstens %(minutes)s Minuten zur Wahl") % {"minutes": analysis.minutes}},
        {"value": people_words(city["people"] - city["reaching"]), "unit": "", "label": _("Menschen haben es weiter")},
        {"value": number_words(result["facilities"]), "unit": "", "label": _("Ziele")},
    ]  # fmt: skip


def reach_table(
    analysis: ReachAnalysis, rows: Sequence[tuple[District, Row]], result: Mapping[str, Any]
) -> dict[str, Any]:
    """The same by district, the city last."""

    def cells(row: Row) -> list[Any]:
        texts = [people_words(row["people"]), people_words(row["reaching"]), percent_words(row["share"]), minute_words(row["minutes"]), choice_words(row.get("number"))]  # fmt: skip
        return [{"text": text, "numeric": True} for text in texts]

    minutes = _("in %(minutes)s Minuten") % {"minutes": analysis.minutes}
    heads = [_("Menschen"), minutes, _("Anteil"), _("Median, Minuten"), _("Ziele zur Wahl")]
    return {
        "id": "reichweite",
        "caption": _("Menschen nach Räumen, Stand %(period)s") % {"period": period_words(result["period"])},
        "columns": [{"label": _("Raum")}, *({"label": label, "numeric": True} for label in heads), {"label": _("Gerechnet über")}],
        "rows": [
            *([{"text": district.item.title, "url": district.item.url, "is_content": True}, *cells(row), how_words(row)] for district, row in rows),
            [_("Alle zusammen"), *cells(result["city"]), ""],
        ],
    }  # fmt: skip


def reach_notes(result: Mapping[str, Any]) -> list[str]:
    """What was assumed, in sentences."""
    notes = []
    straight = sum(not row["by_network"] for row in result["areas"])
    if straight:
        notes.append(
            _("Schätzung in %(count)s von %(all)s Räumen: Dort reicht die Grundkarte nicht für ein Wegenetz; gerechnet ist mit der Luftlinie mal %(factor)s.")
            % {"count": straight, "all": len(result["areas"]), "factor": number_words(DETOUR, 1)}
        )  # fmt: skip
    if result["main_roads_only"]:
        notes.append(_("Die Grundkarte kennt fast nur Hauptstraßen; darauf geht niemand von Haus zu Haus."))
    if result["nodes"]:
        notes.append(
            _("Wegenetz aus der Grundkarte (%(base)s): %(nodes)s Knoten; %(left)s %% der Länge hängen mit nichts zusammen und bleiben weg.")
            % {"base": result["base"], "nodes": number_words(result["nodes"]), "left": number_words(result["left_out"] * 100, 1)}
        )  # fmt: skip
    used = dict.fromkeys(row["rule"] for row in result["areas"])
    spread = ", ".join(str(RULES[rule]) for rule in used)
    notes.append(
        _("Einwohnerzahlen sind je Raum verteilt über: %(rules)s. Wo jemand genau wohnt, weiß die Rechnung nicht; Zahlen von Menschen sind auf zehn gerundet.")
        % {"rules": spread}
    )  # fmt: skip
    if result["is_cut"]:
        notes.append(_("Es gibt mehr Ziele, als gerechnet werden; die übrigen fehlen."))
    return notes


HEAD = (
    "raum",
    "schluessel",
    "menschen",
    "in_reichweite",
    "anteil_prozent",
    "median_minuten",
    "ziele_zur_wahl",
    "gerechnet",
)


def file_lines(asker: Asker, result: Mapping[str, Any]) -> list[list[Any]]:
    """The table for files, numbers as numbers; people to ten."""

    def line(name: str, code: str, row: Row, how: str) -> list[Any]:
        share = None if row["share"] is None else round(row["share"] * 100)
        return [
            name,
            code,
            round(row["people"], -1),
            round(row["reaching"], -1),
            share,
            row["minutes"],
            row.get("number"),
            how,
        ]

    lines = [
        line(district.item.title, district.code, row, how_words(row)) for district, row in named_rows(asker, result)
    ]  # fmt: skip
    return [*lines, line(_("Alle zusammen"), "", result["city"], "")]


def file_head(analysis: ReachAnalysis) -> list[tuple[str, str]]:
    """The columns of the files: machine name and words."""
    words = [
        _("Raum"), _("Schlüssel"), _("Menschen"), _("davon in %(minutes)s Minuten") % {"minutes": analysis.minutes},
        _("Anteil in %"), _("Median in Minuten"), _("Ziele zur Wahl im Mittel"), _("Gerechnet über"),
    ]  # fmt: skip
    return list(zip(HEAD, words, strict=True))


def about_lines(analysis: ReachAnalysis, run: ReachRun) -> list[tuple[str, str]]:
    """What a file says of itself: question, state, method."""
    result = run.result
    when = date_format(timezone.localtime(run.finished_at), "d.m.Y") if run.finished_at else ""
    return [
        (_("Analyse"), f"{analysis.item.number} {analysis.item.title}".strip()),
        (_("Ziele"), f"{what_words(analysis)} ({result['facilities']})"),
        (_("Wie"), f"{analysis.get_mode_display()}, {analysis.minutes} {_('Minuten')}"),
        (_("Einwohnerzahlen"), f"{period_words(result['period'])}: {'; '.join(result['sources'])}"),
        (_("Gerechnet am"), when),
        (_("Fassung und Prüfsumme"), f"{run.version}, {run.input_hash[:16]}"),
        *((_("Hinweis"), note) for note in reach_notes(result)),
    ]


def reach_workbook(asker: Asker, analysis: ReachAnalysis, run: ReachRun) -> bytes:
    """The table and what it rests on, as XLSX."""
    from xlsxwriter import Workbook  # slow to import, and only needed here

    target = BytesIO()
    book = Workbook(target, {"in_memory": True, "strings_to_urls": False, "strings_to_formulas": False})
    bold = book.add_format({"bold": True})
    sheet = book.add_worksheet(_("Räume"))
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 7, 18)
    for column, (_name, label) in enumerate(file_head(analysis)):
        sheet.write_string(0, column, label, bold)
    for number, cells in enumerate(file_lines(asker, run.result), 1):
        for column, value in enumerate(cells):
            if isinstance(value, int | float):
                sheet.write_number(number, column, value)
            elif value:
                sheet.write_string(number, column, str(value))
    about = book.add_worksheet(_("Womit gerechnet"))
    about.set_column(0, 0, 28)
    about.set_column(1, 1, 100)
    for number, (label, value) in enumerate(about_lines(analysis, run)):
        about.write_string(number, 0, label, bold)
        about.write_string(number, 1, value)
    book.close()
    return target.getvalue()


def short_facts(item: Item) -> list[tuple[Any, Any]]:
    """The short facts of an analysis; no query."""
    row = item.reach
    within = _("%(mode)s, höchstens %(minutes)s Minuten") % {
        "mode": row.get_mode_display(),
        "minutes": row.minutes,
    }
    return [(_("Wie"), within), (_("Menschen verteilt"), row.get_spread_display())]


def tool_links(item: Item) -> list[tuple[str, str, str]]:
    """Address, words and sign of what can be done with a result by anyone who reads it."""
    return [
        (reverse("reach-try", args=[item.pk]), _("Was wäre, wenn? Ein Ziel mehr oder weniger"), "map"),
        (reverse("reach-table", args=[item.pk]), _("Tabelle (CSV)"), "download"),
        (reverse("reach-workbook", args=[item.pk]), _("Tabelle (XLSX)"), "download"),
    ]


__all__ = ["MISSING", "reach_detail", "reach_result", "reach_workbook", "shown_run"]
