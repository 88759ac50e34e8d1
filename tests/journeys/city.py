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


def pages() -> dict[str, str]:
    """One address for every kind of public page."""
    found = {
        "start": "/", "fields": "/handlungsfelder/", "field": f"/handlungsfelder/{table('fields')[0]['key']}/",
        "process": "/prozess/", "about": "/ueber/", "search": "/suche/?q=Rad", "empty search": "/suche/?q=xyzzy",
        "editions": "/ausgaben/", "edition": f"/ausgaben/{table('editions')[0]['key']}/",
        "adopted wording": f"/ausgaben/beispiel/inhalt/{table('amendments')[0]['key']}",
        "published changes": f"/k/{table('amendments')[0]['key']}/aenderungen", "sign in": "/anmelden/",
        "missing": "/gibt-es-nicht/", "english start": "/en/",
    }  # fmt: skip
    lists = {
        "districts": "raeume", "indicators": "grundlagen", "findings": "feststellungen", "visions": "leitbild",
        "guidelines": "leitlinien", "goals": "ziele", "measures": "massnahmen", "papers": "vorlagen",
        "resolutions": "beschluesse",
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
