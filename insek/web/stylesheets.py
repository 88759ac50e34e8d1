"""The style sheet of the design system, cut down to what the pages use: a tenth of it, for less to load and to read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

CLASS = re.compile(r"\.(kern-[\w-]+)")
NAMED = re.compile(r"\bkern-[\w-]+")
VARIABLE = re.compile(r"--kern-[\w-]+")
KINDS = {".html", ".py", ".js", ".css"}


def used_names(folder: Path) -> tuple[set[str], set[str]]:
    """Classes and variables of the design system that templates, scripts and style sheets of the program name."""
    classes: set[str] = set()
    variables: set[str] = set()
    for path in folder.rglob("*"):
        if path.suffix in KINDS and "vendor" not in path.parts:
            text = path.read_text(encoding="utf-8")
            variables |= set(VARIABLE.findall(text))
            classes |= {name for name in NAMED.findall(text) if f"--{name}" not in variables}
    return classes, variables


def trimmed(css: str, classes: Iterable[str], variables: Iterable[str]) -> str:
    """Leave out rules that only concern other classes, and variables that nothing left names."""
    kept = "".join(_rules(css, frozenset(classes)))
    fewer = _without_unnamed(kept, variables)
    while fewer != kept:
        kept, fewer = fewer, _without_unnamed(fewer, variables)
    return re.sub(r"[^{}]+\{\}", "", kept)


def _without_unnamed(css: str, variables: Iterable[str]) -> str:
    """Leave out the variables that nothing names; those that named others may leave these unnamed in turn."""
    named = set(variables) | set(re.findall(r"var\(\s*(--kern-[\w-]+)", css))
    return re.sub(r"(--kern-[\w-]+)\s*:[^;{}]*;?", lambda found: found[0] if found[1] in named else "", css)


def _rules(css: str, classes: frozenset[str]) -> Iterator[str]:
    for head, body in _blocks(css):
        if body is None or head.startswith(("@keyframes", "@font-face")):
            yield head if body is None else f"{head}{{{body}}}"
        elif head.startswith("@"):
            if inside := "".join(_rules(body, classes)):
                yield f"{head}{{{inside}}}"
        else:
            selectors = [each for each in _selectors(head) if _concerns(each, classes)]
            if selectors:
                yield f"{','.join(selectors)}{{{body}}}"


def _blocks(css: str) -> Iterator[tuple[str, str | None]]:
    """Heads with the text between their braces; None for what has no braces, such as ``@charset``."""
    start = place = 0
    while place < len(css):
        if css[place] == ";":
            yield css[start : place + 1], None
            start = place + 1
        elif css[place] == "{":
            end, depth = place + 1, 1
            while depth:
                depth += {"{": 1, "}": -1}.get(css[end], 0)
                end += 1
            yield css[start:place].strip(), css[place + 1 : end - 1]
            start = end
            place = end - 1
        place += 1


def _selectors(head: str) -> list[str]:
    """The selectors of a rule; a comma in brackets parts nothing."""
    found, depth = [""], 0
    for sign in head:
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(sign, 0)
        if sign == "," and not depth:
            found.append("")
        else:
            found[-1] += sign
    return found


ALTERNATIVES = re.compile(r":(?:not|is|where)\([^()]*\)")


def _concerns(selector: str, classes: frozenset[str]) -> bool:
    """Whether everything a selector asks for can occur; what is one of several, or shall not be, need not."""
    while (shorter := ALTERNATIVES.sub("", selector)) != selector:
        selector = shorter
    begun = tuple(name for name in classes if name.endswith("-"))  # a template writes the rest
    return all(name in classes or name.startswith(begun) for name in CLASS.findall(selector))
