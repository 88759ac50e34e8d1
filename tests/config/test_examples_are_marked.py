"""Every example of the sample is marked wherever it is shown or leaves the house; every number on its pages leads to what it
counts; and how the whole sample is printed."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from io import BytesIO, StringIO
from itertools import pairwise
from typing import Any

import pikepdf
import pytest
from django.test import Client
from lxml import etree, html

from insek.concept.models import Concept
from insek.engines.report import blocks
from insek.engines.report.pdf import to_pdf
from insek.people.actors import ANONYMOUS
from insek.publish.report.collect import concept_report
from insek.thread.kinds import all_kinds
from insek.thread.models import Item
from insek.web.reports import Part
from tests.config.sheets import fills_of, starts_of, tags_of
from tests.demo_city import loaded_demo

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
MARK = re.compile("[Bb]eispiel")
PAGES = (
    "/", "/handlungsfelder/", "/handlungsfelder/wohnen/", "/umsetzung/", "/mitmachen/", "/ausgaben/", "/prozess/", "/karte/",
    "/raumkonzept/", "/planwerke/gesamtschau/", "/suche/?q=Wasser", "/suche/?q=Bahnhof",
    "/handlungsfelder/klimaraeume/", "/handlungsfelder/bewegungsraeume/", "/k/tnas8dch", "/k/bs5rtcq2", "/k/yxwsgva6",
)  # fmt: skip
OF_EACH_KIND = 4
FILLED, GAP = 0.66, 0.2
"""How full a sheet must be that is not the last of its chapter, and how high a hole in it may be."""
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
    """All goals and measures of the sample are examples, so every part of a bar that counts them says so."""
    for path, least in (("/", 8), ("/umsetzung/", 8), ("/handlungsfelder/wohnen/", 8)):
        parts = html.fromstring(content(path)).xpath("//*[contains(@class, 'state-bar__words')]/li")
        said = [" ".join(part.text_content().split()) for part in parts]
        assert len(said) >= least, path
        assert [words for words in said if not MARK.search(words)] == [], path


COUNTS = re.compile(r"(?:Alle )?(\d+)\b")
FIGURES = {
    "words of a bar": "//*[contains(@class, 'state-bar__words')]/li",
    "large numbers": "//*[@aria-labelledby='wie-es-steht']//*[contains(concat(@class, ' '), 'figure-number ')]",
    "counts on a tile": "//*[@class='counts']/li",
    "numbers of a table": "//td[contains(@class, 'is-number')]",
    "sentences": "//*[contains(@class, 'sentences')]/li[a[starts-with(., 'Alle')]]",
    "ways to all": "//*[contains(@class, 'item-rows__all')]",
    "places beside a map of numbers": "//*[@data-place][.//*[contains(@class, 'map-list__value')]]",
}
"""Where the pages count items, as XPath."""


def count_behind(address: str) -> int:
    """How many items the list says that an address leads to."""
    [said] = html.fromstring(content(address.partition("#")[0])).xpath("//*[@id='filter-count']")
    return int(said.text_content().split()[0])


def test_every_number_leads_to_the_list_of_exactly_what_it_counts(examples):
    fields = [f"/handlungsfelder/{key}/" for key in ("wohnen", "arbeiten", "klimaraeume", "bewegungsraeume")]
    wrong, seen, known = [], Counter[tuple[str, str]](), dict[str, int]()
    for path in ("/", "/umsetzung/", "/umsetzung/?feld=wohnen", *fields):
        page = html.fromstring(content(path))
        for where, expression in FIGURES.items():
            for figure in page.xpath(f"//main{expression}"):
                words = " ".join(figure.text_content().split())
                links = figure.xpath(".//a/@href")
                if where == "numbers of a table" and words == "0":
                    assert not links
                    continue
                assert len(links) == 1, (path, where, words)
                shown = figure.xpath("string(.//a)") if where == "sentences" else words
                if where == "places beside a map of numbers":
                    shown = figure.xpath("string(.//*[contains(@class, 'map-list__value')])")
                count = COUNTS.match(shown.strip())
                if count is None:  # "Alle Ziele dieses Feldes" counts nothing
                    continue
                seen[path, where] += 1
                if links[0] not in known:
                    known[links[0]] = count_behind(links[0])
                if known[links[0]] != int(count[1]):
                    wrong.append((path, words, links[0], known[links[0]]))
    assert wrong == []
    assert {where for path, where in seen if path == "/"} >= {
        "words of a bar",
        "large numbers",
        "counts on a tile",
    }
    assert {where for path, where in seen if path == "/umsetzung/"} >= {
        "words of a bar",
        "numbers of a table",
    }
    for path in fields:
        assert seen[path, "words of a bar"] >= 4 and seen[path, "sentences"] == 2, path
        assert seen[path, "places beside a map of numbers"] >= 1, path
    assert any(seen[path, "ways to all"] for path in fields)


def test_what_counts_examples_says_so(examples):
    """All goals and measures of the sample are examples: tables, tiles and maps that count them say it, too."""
    table = html.fromstring(content("/umsetzung/")).xpath("//section[@aria-labelledby='nach-feldern']")[0]
    assert "Alle Maßnahmen und Ziele, die hier gezählt sind, sind Beispiele." in table.text_content()
    for path in ("/", "/handlungsfelder/"):
        counts = html.fromstring(content(path)).xpath(
            "//*[contains(@class, 'counts')]/li[not(contains(., 'Befund'))]"
        )
        assert len(counts) == 8 and all(MARK.search(count.text_content()) for count in counts), path
    field = html.fromstring(content("/handlungsfelder/wohnen/"))
    assert "Alle gezählten Maßnahmen sind Beispiele." in field.xpath("string(//*[@class='map-note'])")
    assert all(
        MARK.search(text.text_content())
        for text in field.xpath("//*[contains(@class, 'sentences')]/li[a[starts-with(., 'Alle')]]")
    )


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
        assert [
            row
            for row in of_examples
            if row.get("standing", row.get("Verlässlichkeit")) not in {"example", "Beispiel"}
        ] == [], path
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


NUMBER = re.compile(r"\s*[A-ZÄÖÜ]{1,3}[ \u00a0][\d.]+\s*")


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
    """What is named; a number alone, in the margin or a sentence, says nothing of an item but where it stands."""
    if isinstance(value, dict):
        own = {value.get("ref")} if not NUMBER.fullmatch(str(value.get("t", ""))) else set()
        return own.union(*map(pointed_at, value.values()))
    return set().union(*map(pointed_at, value)) if isinstance(value, list | tuple) else set()


def lines_of(value: Any) -> Iterator[Any]:
    """The smallest parts of a printed concept that stand for themselves: rows of tables, lines, facts, sentences."""
    if isinstance(value, dict) and value.get("type") == "table":
        yield from value["rows"]
    elif isinstance(value, dict) and value.get("type") == "lines":
        for row in value["rows"]:
            first = [
                {"t": f"{piece['t']}:", "ref": piece.get("ref") or piece.get("anchor")}
                for piece in row["head"]
            ]
            yield [*first, row["text"], row["end"]]
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


@pytest.fixture(scope="module")
def printed(examples, django_db_blocker):
    """The concept as document and as PDF, set once for the tests that turn its pages."""
    with django_db_blocker.unblock():
        document = concept_report(Concept.objects.get(), ANONYMOUS)
    return document, to_pdf(document)


def test_in_the_document_that_becomes_pdf_and_word(examples, printed):
    document, _made = printed
    lines = [
        line
        for chapter in document["chapters"]
        for line in lines_of(chapter["blocks"])
        if pointed_at(line) & examples
    ]
    assert len(lines) > 100
    assert [words(line)[:120] for line in lines if not MARK.search(words(line))] == []


def low_pages(made, tmp_path, before):
    """Pages that are not full enough or have a hole, but for the cover and the last of each chapter."""
    return {
        page + 1: (round(fill, 2), round(gap, 2))
        for page, (fill, gap) in enumerate(fills_of(made, tmp_path))
        if page > 0 and page not in before and (fill < FILLED or gap > GAP)
    }


def test_the_short_form_has_thirty_pages_and_each_chapter_of_a_field_opens_with_a_spread(examples, tmp_path):
    document = concept_report(Concept.objects.get(), ANONYMOUS, is_short=True)
    made = to_pdf(document)
    with pikepdf.open(BytesIO(made)) as pdf:
        opening = [page for _title, page in starts_of(pdf, 1)]
        maps = [page for title, page in starts_of(pdf, 2) if title == "Räumliche Aussage"]
        last = len(pdf.pages) - 1
    assert last + 1 <= 30
    fields = [place for place, each in enumerate(document["chapters"]) if each["id"].startswith("feld-")]
    assert [opening[place] + 1 for place in fields] == maps and len(maps) == 4
    assert low_pages(made, tmp_path, {page - 1 for page in opening} | {last}) == {}


def test_no_sheet_is_empty_but_before_a_chapter_and_each_measure_has_exactly_one(printed, tmp_path):
    document, made = printed
    with pikepdf.open(BytesIO(made)) as pdf:
        chapters = starts_of(pdf, 1)
        sheets = [page for title, page in starts_of(pdf, 2) if re.match(r"M \d", title)]
        last = len(pdf.pages) - 1
    opening = {page for _title, page in chapters}
    before = {page - 1 for page in opening} | {last}
    blank = {page for page, (fill, _gap) in enumerate(fills_of(made, tmp_path)) if fill == 0}
    before |= {page - 1 for page in blank & before}  # left empty so that a chapter begins on a left page
    assert low_pages(made, tmp_path, before) == {}
    assert min(opening) == 2, "the contents are one page"
    measures = [
        block for chapter in document["chapters"] for block in chapter["blocks"] if block["type"] == "sheet"
    ]
    assert len(sheets) == len(measures) > 20 and len(chapters) == len(document["chapters"])
    assert all(after - first == 1 for first, after in pairwise(sheets)) and sheets[-1] + 1 in opening


def test_each_page_of_the_concept_has_at_most_two_charts_and_no_heading_stands_alone(printed):
    document, made = printed
    with pikepdf.open(BytesIO(made)) as pdf:
        order, charts = tags_of(pdf)
        annex = (
            starts_of(pdf, 1)[sum(each["part"] != Part.ANNEX.value for each in document["chapters"])][1] + 1
        )
    assert len(order) > 2000 and sum(charts.values()) > 20
    assert max(count for page, count in charts.items() if page < annex) <= 2
    alone = [
        (name, page) for (name, page), (_after, follows) in pairwise(order)
        if re.fullmatch(r"/H[2-4]", name) and follows != page
    ]  # fmt: skip
    assert alone == []


def test_no_page_of_a_chapter_can_begin_with_a_table_and_each_opens_with_text_numbers_and_a_map(printed):
    document, _made = printed
    for chapter in document["chapters"]:
        if chapter["part"] != Part.CONCEPT.value:
            continue
        found = list(blocks.within(chapter["blocks"]))
        held = [
            inner for block in found if block["type"] == "keep" and block["blocks"][0]["type"] != "table"
            for inner in block["blocks"] if inner["type"] == "table"
        ]  # fmt: skip
        assert sum(block["type"] == "table" for block in found) == len(held), chapter["title"]
        opening = found[
            : next((place for place, block in enumerate(found) if block.get("own_page")), len(found))
        ]
        kinds = {block["type"] for block in opening}
        assert {"p", "figure"} <= kinds and {"figures", "bar"} & kinds, chapter["title"]
        assert any("Karte" in block["alt"] for block in opening if block["type"] == "figure"), chapter[
            "title"
        ]


def test_what_follows_from_invented_ratings_is_conditional(examples):
    page = content("/planwerke/gesamtschau/")
    assert "Träfen die Beispiel-Bewertungen zu, hieße das: " in page
    assert not re.search(
        r">\s*(In jedem Handlungsfeld gibt es|Nur alte oder schwache|Hier gibt es nur Altes)", page
    )
