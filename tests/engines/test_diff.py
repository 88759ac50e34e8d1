"""Word by word differences."""

import time
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from insek.engines.diff import word_diff

TEXTS = st.text(st.sampled_from("ab cd\n.ä\r\u2028\0"), max_size=60)


def joined(changes: list[tuple[str, str]], *operations: str) -> str:
    return "".join(text for operation, text in changes if operation in operations)


@given(TEXTS, TEXTS)
def test_both_versions_can_be_read_from_the_changes(before: str, after: str) -> None:
    changes = word_diff(before, after)
    assert joined(changes, "same", "removed") == before
    assert joined(changes, "same", "added") == after
    assert all(text for _, text in changes)
    assert all(one[0] != two[0] for one, two in pairwise(changes))


@given(TEXTS)
def test_equal_texts_have_no_change(text: str) -> None:
    assert word_diff(text, text) == ([("same", text)] if text else [])


def test_a_changed_word_is_shown_alone() -> None:
    assert word_diff("Mehr sichere Wege.", "Mehr kurze Wege.") == [
        ("same", "Mehr "),
        ("removed", "sichere"),
        ("added", "kurze"),
        ("same", " Wege."),
    ]


def test_long_texts_are_quick() -> None:
    text = "Ein Satz mit Wörtern.\n" * 50_000
    other = "".join(f"Zeile {number}\n" for number in range(5_000))
    start = time.process_time()
    assert len(word_diff(text, text + "Ende")) == 2
    assert [change[0] for change in word_diff(text, other)] == ["removed", "added"]
    assert [change[0] for change in word_diff("wort " * 200_000, "Wort " * 200_000)] == ["removed", "added"]
    assert time.process_time() - start < 5
