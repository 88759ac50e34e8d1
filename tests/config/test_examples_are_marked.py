"""Every example of the sample is marked wherever it is shown or leaves the house."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from lxml import etree, html

from insek.concept.models import Concept
from insek.people.actors import ANONYMOUS
from insek.publish.report.collect import concept_report
from insek.thread.kinds import all_kinds
from insek.thread.models import Item
from tests.demo_city import loaded_demo

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
MARK = re.compile("[Bb]eispiel")
PAGES = (
    "/", "/handlungsfelder/", "/handlungsfelder/wohnen/", "/umsetzung/", "/mitmachen/", "/ausgaben/", "/prozess/", "/karte/",
    "/raumkonzept/", "/planwerke/gesamtschau/", "/suche/?q=Wasser", "/suche/?q=Bahnhof",
    "/handlungsfelder/klimaraeume/", "/handlungsfelder/bewegungsraeume/", "/k/tnas8dch", "/k/bs5rtcq2", "/k/yxwsgva6",
)  # fmt: skip
OF_EACH_KIND = 4
SMALLEST = {"li", "tr", "article", "dd", "figure", "option", "g"}


@pytest.fixture(scope="module")
def examples(django_db_setup: None, django_db_blocker: Any) -> Iterator[set[str]]:
    """The ids of the public examples of the sample, which is loaded for all tests here and taken back afterwards."""
    with django_db_blocker.unblock(), loaded_demo():
        yield set(Item.objects.filter(standing="example", visibility="public").values_list("pk", flat=True))


def content(path: str) -> str:
    answer = Client().get(path)
    assert answer.status_code == 200, path
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()


def unmarked_links(path: str, examples: set[str]) -> list[tuple[str, str]]:
    """Links to examples of which the smallest line, card, cell or sentence around them does not say so."""
    [main] = html.fromstring(content(path)).xpath("//main")
    found = []
    for link in main.xpath(".//a[@href]"):
        hit = re.search(r"/k/([a-z0-9]{8})(?![a-z0-9])", link.get("href"))
        if (
            hit is None
            or hit[1] not in examples
            or path == f"/k/{hit[1]}"
            or MARK.search(link.text_content())
        ):
            continue
        around = [node for node in link.iterancestors() if node.tag in SMALLEST] or [link.getparent()]
        if not MARK.search(around[0].text_content()):
            found.append((hit[1], " ".join(around[0].text_content().split())[:80]))
    return found


def test_on_pages(examples):
    paths = [*PAGES]
    for kind in all_kinds():
        paths += (
            [f"/{kind.list_path}/", f"/{kind.list_path}/?ansicht=tabelle"]
            if kind.list_path != "raumkonzept"
            else []
        )
        of_kind = Item.objects.visible_to(ANONYMOUS).filter(kind=kind.name).order_by("pk")
        paths += [f"/k/{pk}" for pk in of_kind.values_list("pk", flat=True)[:OF_EACH_KIND]]
    assert {path: missing for path in paths if (missing := unmarked_links(path, examples))} == {}


def test_in_counted_tiles_and_bars(examples):
    page = html.fromstring(content("/umsetzung/"))
    tiles = page.xpath("//*[contains(@class, 'states__tile')]")
    assert [
        tile.text_content()
        for tile in tiles
        if int(tile.xpath(".//strong")[0].text) and not MARK.search(tile.text_content())
    ] == []
    bars = page.xpath("//ul[@class='bars']/li/h3")
    assert len(bars) == 4 and all(MARK.search(bar.text_content()) for bar in bars)


def test_in_tables_and_the_api(examples):
    document = json.loads(content("/api/v1/openapi.json"))
    plain = [path for path in document["paths"] if "{" not in path]
    tables = [path for path in plain if path.endswith(".csv")]
    tables += ["/umsetzung/massnahmen.csv", "/umsetzung/zielwerte.csv"]
    tables += [f"/{kind.list_path}/tabelle.csv" for kind in all_kinds() if kind.list_path != "raumkonzept"]
    reported = Item.objects.filter(pk__in=examples, kind="measure", measure__reports__isnull=False).first()
    assert reported is not None
    tables.append(f"/k/{reported.pk}/berichte.csv")
    for path in tables:
        rows = list(csv.DictReader(StringIO(content(path).removeprefix("\ufeff")), delimiter=";"))
        of_examples = [row for row in rows if examples & set(row.values())]
        assert [row for row in of_examples if row.get("standing") not in {"example", "Beispiel"}] == [], path
    for path in plain:
        if path.endswith(".geojson"):
            features = json.loads(content(path))["features"]
            wrong = [
                each["properties"] for each in features
                if each.get("id", each["properties"].get("id")) in examples and each["properties"].get("standing") != "example"
            ]  # fmt: skip
            assert wrong == [], path


def test_in_the_titles_of_the_feed(examples):
    feed = etree.fromstring(content("/aktuell.atom").encode())
    space = {"a": "http://www.w3.org/2005/Atom"}
    titles = {
        entry.findtext("a:link", namespaces=space) or entry.find("a:link", space).get("href"): entry.findtext("a:title", namespaces=space)
        for entry in feed.findall("a:entry", space)
    }  # fmt: skip
    of_examples = [title for address, title in titles.items() if address.rstrip("/")[-8:] in examples]
    assert of_examples and [title for title in of_examples if not MARK.search(title)] == []


def words(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(words(part) for name, part in value.items() if name not in {"svg", "spec"})
    return (
        " ".join(map(words, value))
        if isinstance(value, list | tuple)
        else value
        if isinstance(value, str)
        else ""
    )


def pointed_at(value: Any) -> set[str]:
    if isinstance(value, dict):
        return {value.get("ref")}.union(*map(pointed_at, value.values()))
    return set().union(*map(pointed_at, value)) if isinstance(value, list | tuple) else set()


def lines_of(value: Any) -> Iterator[Any]:
    """The smallest parts of a printed concept that stand for themselves: rows of tables, lines, facts, sentences."""
    if isinstance(value, dict) and value.get("type") == "table":
        yield from value["rows"]
    elif isinstance(value, dict) and value.get("type") not in {"paragraph", "heading"}:
        for part in value.values():
            yield from lines_of(part)
    elif isinstance(value, list | tuple) and not (
        value and all(isinstance(part, dict) and "t" in part for part in value)
    ):
        for part in value:
            yield from lines_of(part)
    else:
        yield value


def test_in_the_document_that_becomes_pdf_and_word(examples):
    document = concept_report(Concept.objects.get(), ANONYMOUS)
    lines = [
        line
        for chapter in document["chapters"]
        for line in lines_of(chapter["blocks"])
        if pointed_at(line) & examples
    ]
    assert len(lines) > 100
    assert [words(line)[:120] for line in lines if not MARK.search(words(line))] == []


def test_what_follows_from_invented_ratings_is_conditional(examples):
    page = content("/planwerke/gesamtschau/")
    assert "Träfen die Beispiel-Bewertungen zu, hieße das: " in page
    assert not re.search(
        r">\s*(In jedem Handlungsfeld gibt es|Nur alte oder schwache|Hier gibt es nur Altes)", page
    )
