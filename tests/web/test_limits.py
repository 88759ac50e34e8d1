"""Nothing is cut silently: no field carries `maxlength`, which browsers apply to what is pasted without a word."""

import re
from pathlib import Path

from django import forms

from insek.engines.text import shortened
from insek.participation.public_forms import LONGEST_TEXT
from tests.factories import make_item

TEMPLATES = Path(__file__).parents[2] / "insek"
KNOWN_CUTS = ("sort_key", "title_key", "filter(number__iexact", 'f"{original.title', "fold(", ".lower()")
"""Keys that order lists, a name that is looked for, rows of a measurement: nobody reads them."""


def test_a_field_tells_its_limit_to_the_page_and_not_to_the_browser():
    class Form(forms.Form):
        name = forms.CharField(max_length=30)
        text = forms.CharField(max_length=300, widget=forms.Textarea)

    page = Form().as_p()
    assert "maxlength" not in page and 'data-limit="30"' in page and 'data-limit="300"' in page


def test_no_template_names_a_length_to_cut_at():
    named = [
        path.name for path in TEMPLATES.rglob("*.html") if "maxlength=" in path.read_text(encoding="utf-8")
    ]
    assert named == []


def test_what_is_too_long_is_refused_with_all_of_it_kept(client, concept):
    form = make_item("format", concept=concept, open_from="2020-01-01")
    text = "Wort " * (LONGEST_TEXT // 5) + "Das Ende."
    page = client.post("/mitmachen/", {"text": text, "type": "idea", "format": form.pk})
    assert page.status_code == 400 and "Das Ende." in page.content.decode()


def test_what_bots_are_refused_for_is_given_back_whole(client, concept):
    make_item("format", concept=concept, open_from="2020-01-01")
    text = "Wort " * 2000 + "Das Ende."
    page = client.post("/mitmachen/", {"text": text, "website": "x"})
    assert page.status_code == 400 and "Das Ende." in page.content.decode()


def test_a_search_that_is_too_long_says_so_and_sets_no_cookie(client, concept):
    page = client.get("/suche/", {"q": "Baum " * 60})
    assert page.status_code == 200 and not page.cookies
    assert "höchstens 200 Zeichen" in page.content.decode()
    assert "höchstens 200 Zeichen" not in client.get("/suche/", {"q": "Baum"}).content.decode()


def test_what_is_shown_cut_shows_that_it_is():
    assert shortened("Baum", 4) == "Baum"
    assert shortened("Ein Baum", 5) == "Ein…"
    assert shortened("x" * 61, 60) == "x" * 59 + "…"


def test_no_message_cuts_what_was_typed_without_a_sign():
    cut = re.compile(r"\b(text|name|line|said|head|label|note|answer|reason|title|cell)\[:(?!1\])\d+\]")
    found = [
        f"{path.name}: {line.strip()}"
        for path in sorted(TEMPLATES.rglob("*.py"))
        if "migrations" not in path.parts
        for line in path.read_text(encoding="utf-8").splitlines()
        if cut.search(line) and not any(word in line for word in KNOWN_CUTS)
    ]
    assert found == []
