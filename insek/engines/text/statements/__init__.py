"""Statements of plans (Kernaussagen): found in German text, with kind, place, year, quantity, who, marking and firmness.

    for one in find_statements(text): print(one.kind, one.text)

Sentences are divided by rules (`sentences`), judged by a small linear model over hand-written cues (`cues`, `detection`, learned by
`learning`), their parts read by rules (`parts`, `marking`). Nothing is asked of another machine. docs/methods/statements.md says how
well it does, and where it fails.
"""

from insek.engines.text.statements.finding import (
    ENGINE,
    VERSION,
    FoundStatement,
    find_in_paragraphs,
    find_statements,
)
from insek.engines.text.statements.in_blocks import Headings, PlacedStatement, find_in_blocks, marking_at

__all__ = [
    "ENGINE",
    "VERSION",
    "FoundStatement",
    "Headings",
    "PlacedStatement",
    "find_in_blocks",
    "find_in_paragraphs",
    "find_statements",
    "marking_at",
]
