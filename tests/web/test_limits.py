"""Nothing is cut silently: no field carries `maxlength`, which browsers apply to what is pasted without a word."""

from pathlib import Path

from django import forms

from insek.participation.public_forms import LONGEST_TEXT
from tests.factories import make_item

TEMPLATES = Path(__file__).parents[2] / "insek"


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
