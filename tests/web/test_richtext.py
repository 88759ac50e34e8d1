"""Texts that people write are shown, never run."""

from html.parser import HTMLParser

import pytest

from insek.web.richtext import plain_text, rich_html


def test_markdown_becomes_html():
    assert rich_html("Ein **Wort** und [ein Weg](https://example.org).") == (
        '<p>Ein <strong>Wort</strong> und <a href="https://example.org" rel="noopener nofollow">ein Weg</a>.</p>\n'
    )


class Tags(HTMLParser):
    """The tags that a browser would see."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, attrs))


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "![x](https://example.org/x.png)",
        '<a href="https://example.org" onclick="alert(1)">x</a>',
        "<style>body{display:none}</style>",
    ],
)
def test_nothing_that_runs_or_loads_survives(hostile):
    found = Tags()
    found.feed(rich_html(hostile))
    assert found.seen == [("p", [])]


def test_headings_start_at_the_level_given_and_skip_none():
    assert rich_html("# A\n\n### B\n\n# C", top=3) == "<h3>A</h3>\n<h4>B</h4>\n<h3>C</h3>\n"
    assert rich_html("#### Nur eine") == "<h2>Nur eine</h2>\n"


def test_a_long_text_is_rendered_in_full():
    assert rich_html("Wort " * 20_000).count("Wort") == 20_000


def test_an_empty_text_shows_nothing():
    assert rich_html(" \n ") == ""


def test_plain_text_drops_signs_and_cuts_at_a_word():
    assert plain_text("# Titel\n\n- **fett** und [Weg](https://example.org)") == "Titel fett und Weg"
    assert plain_text("eins zwei drei", length=9) == "eins …"


def test_plain_text_keeps_the_points_of_a_list_apart():
    assert (
        plain_text("1. Stand\n2. Dialog\n3. Verschiedenes\n\nZu Punkt 1")
        == "Stand; Dialog; Verschiedenes. Zu Punkt 1"
    )
    assert plain_text("- Ja.\n- Nein?\n- Gut") == "Ja. Nein? Gut"
