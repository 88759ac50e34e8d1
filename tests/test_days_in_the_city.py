"""No program text takes the day of a moment as it is stored, in UTC."""

from __future__ import annotations

import ast

from tests.test_house import ROOT, tracked_files

WITHOUT_ZONE = "insek/engines/tables/"
"""Moments in workbooks have no time zone."""


def days_of_moments(tree: ast.AST) -> list[int]:
    """Lines that take the day of a moment as it is stored, in UTC, and not where the city lies."""

    def is_moment(node: ast.expr) -> bool:
        return isinstance(node, ast.Attribute) and (node.attr.endswith("_at") or node.attr in {"at", "last_login"})  # fmt: skip

    found = []
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        called = ast.unparse(call.func)
        if isinstance(call.func, ast.Attribute) and call.func.attr == "date" and not call.args:
            inner = call.func.value
            if not (isinstance(inner, ast.Call) and ast.unparse(inner.func).endswith("localtime")):
                found.append(call.lineno)
        elif called.endswith("date_format") and call.args and is_moment(call.args[0]):
            found.append(call.lineno)
    return found


def test_the_day_of_a_moment_is_the_day_in_the_city():
    """Half past midnight in the city is still the day before in UTC."""
    found = [
        f"{name}:{line}"
        for path in tracked_files()
        if path.suffix == ".py" and (name := str(path.relative_to(ROOT))).startswith("insek/")
        if "migrations" not in path.parts and not name.startswith(WITHOUT_ZONE)
        for line in days_of_moments(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert found == []
    assert days_of_moments(ast.parse("a.made_at.date(); date_format(a.made_at, 'j'); localtime(a.at).date()")) == [1, 1]  # fmt: skip
