"""The thread of the shipped city that the journeys walk, read from its package."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "insek" / "cities" / "kaiserslautern"


@cache
def table(name: str) -> list[dict[str, str]]:
    """The rows of one table of the package."""
    with (PACKAGE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def titles() -> dict[str, str]:
    """Title of every public item by id."""
    names = [
        "districts",
        "indicators",
        "findings",
        "visions",
        "guidelines",
        "goals",
        "measures",
        "papers",
        "resolutions",
    ]
    return {row["id"]: row["title"] for name in names for row in table(name) if row["visibility"] == "public"}


def chain() -> list[str]:
    """Ids of one whole thread: indicator, finding, goal, measure, resolution."""
    after: dict[tuple[str, str], list[str]] = {}
    for link in table("links"):
        if link["source"] in titles() and link["target"] in titles():
            after.setdefault((link["source"], link["kind"]), []).append(link["target"])

    def walk(start: str, kinds: list[str]) -> list[str] | None:
        if not kinds:
            return [start]
        for following in after.get((start, kinds[0]), []):
            rest = walk(following, kinds[1:])
            if rest:
                return [start, *rest]
        return None

    for row in table("indicators"):
        for last in ("decided_by", "financed_by"):
            found = walk(row["id"], ["evidences", "justifies", "implemented_by", last])
            if found:
                return found
    raise AssertionError("the city has no whole thread")


def _more_pages() -> dict[str, str]:
    """What is neither a list nor one of its items: maps, figures, editions, forms, and what answers to nothing."""
    goal = table("targets")[0]["goal"]
    return {
        "surroundings": "/umgebung/?wo=Betzenberg", "unknown place": "/umgebung/?wo=Xyzzy", "near what?": "/umgebung/",
        "city map": "/karte/", "spatial concept": "/raumkonzept/?bis=mittelfristig", "all figures": "/zahlen/",
        "implementation": "/umsetzung/", "where the city stands": "/wo-steht-die-stadt/", "delayed": "/umsetzung/?stand=delayed", "rules": "/umsetzung/regeln",
        "plans together": "/planwerke/gesamtschau/", "plans by worth": "/planwerke/gesamtschau/planwerke/", "plans in time": "/planwerke/gesamtschau/zeit/",
        "plans on a map": "/planwerke/gesamtschau/gebiete/", "what no plan answers": "/planwerke/gesamtschau/luecken/",
        "statements together": "/planwerke/gesamtschau/kernaussagen/", "statements": "/kernaussagen/", "board": "/befunde/tafel/",
        "ratings": "/befunde/bewertung/", "one rating": "/befunde/bewertung/beispiel-2026/", "type a code": "/bewerten/", "contribute": "/mitmachen/", "document": "/bericht/", "api": "/api/",
        "checks": "/pruefungen/", "one check": f"/k/{table('checks')[0]['id']}", "draft edition": "/ausgaben/beispiel-2027/",
        "contents of an edition": "/ausgaben/beispiel/inhalt/", "goal with targets": f"/k/{goal}",
        "history of a goal": f"/k/{goal}/verlauf", "reports": f"/k/{table('status_reports')[0]['measure']}/berichte",
        "corrected search": "/suche/?q=Hauptbanhof", "feedback": "/rueckmeldung/", "privacy": "/datenschutz/",
        "easy language": "/leichte-sprache/", "accessibility": "/barrierefreiheit/", "imprint": "/impressum/",
        "english goal": f"/en/k/{goal}", "english field": f"/en/handlungsfelder/{table('fields')[0]['key']}/",
        "english edition": "/en/ausgaben/beispiel/", "english implementation": "/en/umsetzung/",
    }  # fmt: skip


PLOT = "form=F7.7600~49.4400_7.7660~49.4400_7.7660~49.4440_7.7600~49.4440_7.7600~49.4400&zweck=zustimmung&eingang=2026-09-01"
"""A plot in the middle of Kaiserslautern, in the address of its dossier."""


def pages() -> dict[str, str]:
    """One address for every kind of public page."""
    found = {
        **_more_pages(), "start": "/", "fields": "/handlungsfelder/", "field": f"/handlungsfelder/{table('fields')[0]['key']}/",
        "process": "/prozess/", "about": "/ueber/", "search": "/suche/?q=Rad", "empty search": "/suche/?q=xyzzy",
        "editions": "/ausgaben/", "edition": "/ausgaben/beispiel/", "compared editions": "/ausgaben/vergleich/?von=beispiel&mit=heute",
        "in force on a day": "/ausgaben/am/2026-05-01/", "what became of fields": "/ausgaben/insek-2025/verbleib/",
        "adopted wording": f"/ausgaben/beispiel/inhalt/{table('amendments')[0]['key']}",
        "published changes": f"/k/{table('amendments')[0]['key']}/aenderungen", "sign in": "/anmelden/",
        "missing": "/gibt-es-nicht/", "english start": "/en/", "dossier": "/dossier/", "dossier of a plot": f"/dossier/?{PLOT}",
    }  # fmt: skip
    lists = {
        "districts": "raeume", "indicators": "grundlagen", "findings": "befunde", "visions": "leitbild",
        "guidelines": "leitlinien", "goals": "ziele", "measures": "massnahmen", "papers": "vorlagen",
        "resolutions": "beschluesse", "plans": "planwerke", "features": "raumkonzept-elemente", "formats": "beteiligung",
        "contributions": "beitraege", "minutes": "protokolle",
    }  # fmt: skip
    for name, address in lists.items():
        found[f"list of {name}"] = f"/{address}/"
        found[f"one of {name}"] = (
            f"/k/{next(row['id'] for row in table(name) if row['visibility'] == 'public')}"
        )
    indicator, finding, goal, measure, resolution = chain()
    found |= {
        "chain indicator": f"/k/{indicator}",
        "chain finding": f"/k/{finding}",
        "chain goal": f"/k/{goal}",
    }
    found |= {"chain measure": f"/k/{measure}", "chain resolution": f"/k/{resolution}"}
    district = next(row["id"] for row in table("districts") if row["level"] == "city")
    found["thread of the city"] = f"/k/{district}/gruende/located_in"
    return found
