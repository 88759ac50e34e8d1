"""What text may be stored."""

import pytest

from insek.thread.cleaning import clean_text


@pytest.mark.parametrize("sign", ["\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\x1c", "\x0b\x0c"])
def test_breaks_of_other_programs_part_words(sign):
    assert clean_text(f"Rad{sign}weg") == "Rad weg"


@pytest.mark.parametrize(
    "text", ["🌳", "👩‍🌾", "مرحبا", "שלום", "Привет", "你好", "नमस्ते", "Ελλάδα", "a\tb\nc"]
)
def test_every_script_stays(text):
    assert clean_text(text) == text


def test_line_ends_are_one_sign():
    assert clean_text("a\r\nb\rc") == "a\nb\nc"
