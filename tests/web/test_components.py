"""The components say what they must say, with plain objects as context."""

from __future__ import annotations

import re
from decimal import Decimal
from types import SimpleNamespace as Thing

import pytest
from django import forms
from django.template.loader import render_to_string

from insek.web import charts
from insek.web.display import number_words
from insek.web.templatetags.show import breakable


def item(**values: object) -> Thing:
    defaults = {
        "id": "abc23456", "number": "Z 3.2", "title": "Hitze senken", "kind": "goal", "kind_label": "Ziel",
        "standing": "example", "visibility": "public", "url": "/k/abc23456", "fields": [],
    }  # fmt: skip
    return Thing(**defaults | values)


def entry(other: Thing, reason: str = "") -> Thing:
    return Thing(item=other, label="begründet durch", reason=reason, locator="", link_id=1, can_unlink=False)


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize(
    ("standing", "word"),
    [
        ("example", "Beispiel"),
        ("official", "Amtlicher Wortlaut"),
        ("fact", "Mit Quelle"),
        ("working", "Arbeitsstand"),
    ],
)
def test_every_standing_has_a_word(standing: str, word: str):
    html = render_to_string("web/components/badge_standing.html", {"item": item(standing=standing)})
    assert words(html) == word


def test_why_panel_links_both_ways_and_admits_a_missing_reason():
    finding = item(number="S 8", title="Hitzeinseln", url="/k/finding2", standing="fact")
    measure = item(number="M 17", title="Kaltluftschneisen", url="/k/measure2")
    html = render_to_string(
        "web/components/why_panel.html",
        {
            "item": item(),
            "reasons": [Thing(label="begründet durch", entries=[entry(finding, "Weil es heiß ist.")])],
            "consequences": [Thing(label="umgesetzt durch", entries=[entry(measure)])],
        },
    )
    assert re.findall(r'href="(/k/[^"]+)"', html) == ["/k/finding2", "/k/measure2"]
    assert "Weil es heiß ist." in html
    assert words(html).count("Begründung nicht dokumentiert") == 1


def test_why_panel_without_reasons_says_so():
    html = render_to_string(
        "web/components/why_panel.html", {"item": item(), "reasons": [], "consequences": []}
    )
    assert "Worauf das beruht, ist nicht dokumentiert." in words(html)
    assert "Bisher folgt hieraus noch nichts." in words(html)


def test_a_form_keeps_what_was_typed_and_leads_to_the_problem():
    class Form(forms.Form):
        title = forms.CharField(label="Titel")
        text = forms.CharField(label="Text")

    html = render_to_string(
        "web/components/form.html", {"form": Form({"title": "", "text": "Schon <geschrieben>"})}
    )
    assert '<a href="#id_title">Titel: ' in html
    assert 'value="Schon &lt;geschrieben&gt;"' in html
    assert 'id="id_title_error"' in html
    assert re.search(r'<input[^>]+name="title"[^>]+aria-invalid="true"', html)


def test_a_form_with_sections_shows_their_headings():
    class Form(forms.Form):
        title = forms.CharField(label="Titel")

        def sections(self) -> list[dict[str, object]]:
            return [{"heading": "Inhalt", "fields": [self["title"]]}]

    html = render_to_string("web/components/form.html", {"form": Form()})
    assert "<legend" in html
    assert "Inhalt" in words(html)
    assert html.count('name="title"') == 1


def test_diff_is_told_in_words_too():
    parts = [("same", "Die "), ("removed", "alte "), ("added", "neue "), ("same", "Stadt")]
    html = render_to_string("web/components/diff.html", {"parts": parts})
    assert words(html) == "Die gestrichen: alte eingefügt: neue Stadt"


@pytest.mark.parametrize(
    ("dates", "format", "ticks"),
    [
        (["1990-01-01", "2024-01-01"], "%Y", 8),
        (["2024-01-01", "2025-01-01"], "%Y", {"interval": "year", "step": 1}),
        (["2025-02-28", "2025-12-31"], "%m/%Y", {"interval": "month", "step": 2}),
        (["2025-02-28"], "%m/%Y", {"interval": "month", "step": 1}),
    ],
)
def test_a_time_axis_names_no_year_twice(dates, format, ticks):
    points = [charts.Point(date=day, value=1, label=day) for day in dates]
    axis = charts.line_chart(points, unit="%", description="x")["layer"][0]["encoding"]["x"]["axis"]
    assert (axis["format"], axis["tickCount"]) == (format, ticks)


@pytest.mark.parametrize(
    ("value", "decimals", "words"),
    [
        (Decimal("12.39"), 1, "12,4"),
        (Decimal("0.25"), 1, "0,3"),
        (37.9999999, 1, "38,0"),
        (2.5, 0, "3"),
        (Decimal("-0.04"), 1, "0,0"),
        (Decimal("-1234.56"), 1, "−1.234,6"),
        (Decimal("12.5"), 2, "12,50"),
        (101_486, 0, "101.486"),
    ],
)
def test_numbers_are_rounded_not_cut(value: float | Decimal, decimals: int, words: str):
    assert number_words(value, decimals) == words


def test_line_chart_stops_at_a_break_and_says_why():
    points = [
        charts.Point(date=f"{year}-12-31", value=year, label=str(year)) for year in (2009, 2010, 2011, 2012)
    ]
    census = charts.Break(date="2011-05-09", label="2011", reason="Zensus")
    spec = charts.line_chart(points, unit="Personen", description="Bevölkerung", breaks=[census])
    parts = [value["part"] for value in spec["data"]["values"]]
    assert parts[0] == parts[1] != parts[2] == parts[3]
    assert "Zensus" in spec["layer"][0]["data"]["values"][0]["tip"]


def test_what_is_projected_goes_on_dotted_from_the_last_measured_value():
    measured, ahead = (
        [charts.Point(date=f"{year}-12-31", value=year, label=str(year)) for year in years]
        for years in ((2019, 2020), (2030, 2040))
    )
    spec = charts.line_chart(measured, unit="Menschen", description="Bevölkerung", projected=ahead)
    assert [value["value"] for value in spec["data"]["values"]] == [2019, 2020]
    [dotted] = [layer for layer in spec["layer"] if layer["mark"].get("strokeDash") == [2, 4]]
    assert [value["value"] for value in dotted["data"]["values"]] == [2020, 2030, 2040]
    assert any(layer["mark"].get("filled") is False for layer in spec["layer"])


@pytest.mark.parametrize("template", ["400.html", "500.html"])
def test_pages_for_the_worst_case_need_no_context(template: str):
    assert "<h1>" in render_to_string(template)


def test_long_names_may_break_behind_a_slash_and_stay_escaped():
    assert breakable("Erzhütten/Wiesenthalerhof & Co") == "Erzhütten/<wbr>Wiesenthalerhof &amp; Co"
    assert breakable("a/b<script>") == "a/b<script>"
    assert breakable(7) == 7


def test_a_label_that_asks_needs_no_colon_before_its_error():
    class Asking(forms.Form):
        said = forms.CharField(label="Was möchten Sie sagen?")
        name = forms.CharField(label="Name")

    shown = render_to_string("web/components/error_summary.html", {"form": Asking({})})
    assert "sagen? " in shown and "sagen?:" not in shown and "Name: " in shown


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("12", "Seite 12"),
        ("12 ff.", "Seite 12 ff."),
        ("xii", "Seite xii"),
        ("Abschnitt 3", "Abschnitt 3"),
        ("Anhang A", "Anhang A"),
    ],
)
def test_a_place_in_a_document_without_pages_is_not_called_a_page(page, words):
    source = {"document": "INSEK", "page": page}
    assert f"</span>, {words}<" in render_to_string("web/components/source_note.html", {"source": source})
