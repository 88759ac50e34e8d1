"""One word for one thing, and words for everybody: what is refused in the texts that the program and its handbook say."""

from __future__ import annotations

import re

import pytest

from tools import messages

REFUSED = {
    r"\bwirklich": "echt",
    r"\bAmtliche[rn]? Text": "Amtlicher Wortlaut",
    r"Feststellung": "Befund",
    r"\bUmgesetzte Maßnahmen": "Genannte Maßnahmen, wo sie nur genannt sind",
}
"""What is refused, and what is said instead."""
MALE = re.compile(
    r"(?<![-\w])(?:Bürger|Nutzer|Besucher|Leser|Autor(?:en)?|Teilnehmer|Bewohner|Anwohner|Mitarbeiter|Planer|Moderator(?:en)?|Verfasser|Absender|Bearbeiter"
    r"|Ansprechpartner|Administrator(?:en)?|Redakteur|Experte|Akteure|Vertreter|Eigentümer|Mieter|Kunde|Schüler|Student(?:en)?)n?(?![-\w])(?! und |innen)"
)
"""Male words for people of any sex; "Bürgerinnen und Bürger" is none, nor what they are part of, such as Akteursregister."""
PAIR = re.compile(r"\w+innen (?:und|oder) \w+")


@pytest.fixture(scope="module")
def texts():
    """All that the program says in German, with the handbook for users and the introduction of the demo."""
    said = {
        text: text
        for entry in messages.current()
        if entry.id
        for text in ([entry.id] if isinstance(entry.id, str) else entry.id)
    }
    pages = [
        *(messages.ROOT / "docs" / "users").glob("*.md"),
        messages.ROOT / "README.md",
        messages.PACKAGE / "cities" / "kaiserslautern" / "texts" / "introduction.md",
    ]
    return said | {page.name: page.read_text("utf-8") for page in pages}


@pytest.mark.parametrize("refused", REFUSED)
def test_one_thing_has_one_word(texts, refused):
    found = [
        name
        for name, text in texts.items()
        if re.search(refused, text, re.IGNORECASE if refused.islower() else 0)
    ]
    assert found == [], f"instead: {REFUSED[refused]}"


def test_people_are_not_only_men(texts):
    assert {name: hits for name, text in texts.items() if (hits := MALE.findall(PAIR.sub("", text)))} == {}


def test_the_words_are_found_where_they_stand():
    """A rule that finds nothing would hold nothing."""
    assert MALE.search("für alle Besucher.") and MALE.search("der Planer, der")
    assert not MALE.search(PAIR.sub("", "Besucherinnen und Besucher")) and not MALE.search(
        "Bürgerbeteiligung"
    )
    assert all(
        re.search(refused, "Amtlicher Text wirklich Feststellung Umgesetzte Maßnahmen") for refused in REFUSED
    )
