"""Journeys wait for what they assert: a reading at one moment races with the page that is still on its way."""

from __future__ import annotations

import ast
from pathlib import Path

AT_ONE_MOMENT = {"is_visible", "is_hidden", "is_checked", "is_enabled", "is_disabled", "count"}
"""What answers at once; `expect(…).to_be_visible()`, `to_have_count(…)` and their like wait."""


def hasty(source: str) -> list[int]:
    """Lines with an assertion that reads the page or its address at one moment."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Assert):
            continue
        for part in ast.walk(node.test):
            match part:
                case ast.Call(func=ast.Attribute(attr=name), args=[]) if name in AT_ONE_MOMENT:
                    found.append(node.lineno)
                case ast.Compare(
                    left=ast.Call(func=ast.Attribute(attr="inner_text")), ops=[ast.Eq() | ast.NotEq()]
                ):
                    found.append(node.lineno)
                case ast.Compare(
                    ops=[ast.In() | ast.NotIn()],
                    comparators=[ast.Call(func=ast.Attribute(attr="inner_text"))],
                ):
                    found.append(node.lineno)
                case ast.Call(func=ast.Attribute(value=ast.Attribute(attr="url"), attr="endswith")):
                    found.append(node.lineno)
    return sorted(set(found))


def test_journeys_wait_for_what_they_assert():
    journeys = sorted((Path(__file__).parent / "journeys").glob("*.py"))
    assert journeys
    assert {path.name: lines for path in journeys if (lines := hasty(path.read_text("utf-8")))} == {}


def test_a_hasty_reading_is_found():
    assert hasty('assert page.locator("h1").is_visible()\nassert "a" in page.locator("p").inner_text()') == [
        1,
        2,
    ]
    assert hasty('expect(page.locator("h1")).to_be_visible()\nassert overflows(page)') == []
