"""The English catalogue is complete, and its placeholders are those of the German texts."""

import ast
import re

import pytest

from tools import messages

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


@pytest.fixture(scope="module")
def catalogue():
    return messages.current()


def test_every_german_text_has_an_english_translation(catalogue):
    assert messages.problems(catalogue) == []


def test_translations_keep_the_placeholders(catalogue):
    wrong = []
    for entry in catalogue:
        ids = [entry.id] if isinstance(entry.id, str) else list(entry.id)
        strings = [entry.string] if isinstance(entry.string, str) else list(entry.string)
        for german, text in zip(ids, strings, strict=True):
            if entry.id and set(PLACEHOLDER.findall(text)) != set(PLACEHOLDER.findall(german)):
                wrong.append(ids[0])
    assert wrong == []


def test_texts_are_marked_by_names_that_are_collected():
    """``from … import gettext_lazy as _lazy`` would be left out of the catalogue without a word."""
    renamed = re.compile(r"import (?:.*, )?n?p?gettext\w* as (?!_\n)\w+", re.MULTILINE)
    found = [
        path.name
        for path in (messages.ROOT / "insek").rglob("*.py")
        if renamed.search(path.read_text("utf-8"))
    ]
    assert found == []


def test_texts_within_formatted_strings_are_collected():
    """Babel does not look into f-strings before Python 3.12; what stands there was German on English pages."""
    tree = ast.parse("x = f\"{_('Oberziel')}: {_(name)} {other('Nein')}\"")
    assert list(messages.in_formatted_strings(tree)) == ["Oberziel"]
