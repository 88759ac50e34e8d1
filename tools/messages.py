"""Collect the German texts of the program and keep the English catalogue in step: `python tools/messages.py`.

Python files are read by Babel, templates by Django's own translator, so neither xgettext nor msgfmt is needed. Without
`--check` the catalogue is written: new texts come in untranslated, texts that are gone go out. With `--check` nothing is
written; the exit code is 1 when a text is missing, untranslated or obsolete.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "insek"
CATALOGUE = PACKAGE / "locale" / "en" / "LC_MESSAGES" / "django.po"
KEYWORDS = {
    "_": None, "gettext": None, "gettext_lazy": None, "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
    "ngettext": (1, 2), "ngettext_lazy": (1, 2),
}  # fmt: skip
STRING = r"""(?:u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))"""
IN_TEMPLATE = re.compile(
    rf"\b(?P<call>_|gettext|pgettext|ngettext)\(\s*(?P<first>{STRING})(?:\s*,\s*(?P<second>{STRING}))?"
)

FIXED_DATE = datetime(2026, 1, 1, tzinfo=UTC)
"""In the header of the catalogue, so that the same texts give the same file."""

Text = tuple[str | tuple[str, str], str | None]


def in_formatted_strings(tree: ast.AST) -> Iterator[str]:
    """What is marked inside of f-strings, where Babel sees nothing before Python 3.12."""
    for formatted in ast.walk(tree):
        for call in ast.walk(formatted) if isinstance(formatted, ast.JoinedStr) else ():
            match call:
                case ast.Call(func=ast.Name(id="_" | "gettext"), args=[ast.Constant(value=str(message)), *_]):
                    yield message


def texts() -> Iterator[Text]:
    """Every German text as (message or (singular, plural), context)."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for _line, message, _comments, context in extract(
            "python", io.BytesIO(path.read_bytes()), keywords=KEYWORDS
        ):
            yield (tuple(message) if isinstance(message, tuple | list) else message), context  # type: ignore[misc]  # messages are words or a pair of forms
        for message in in_formatted_strings(ast.parse(path.read_bytes())):
            yield message, None
    for path in sorted([*PACKAGE.rglob("templates/**/*.html"), *PACKAGE.rglob("templates/**/*.txt")]):
        source = templatize(path.read_text(encoding="utf-8"), origin=str(path))
        for match in IN_TEMPLATE.finditer(source):
            first = ast.literal_eval(match["first"])
            second = ast.literal_eval(match["second"]) if match["second"] else None
            if match["call"] == "pgettext":
                yield str(second), first
            elif match["call"] == "ngettext":
                yield (first, str(second)), None
            else:
                yield first, None


def current() -> Catalog:
    """The catalogue as it is."""
    if not CATALOGUE.exists():
        return Catalog(locale="en", domain="django", project="INSEK", fuzzy=False)
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en", domain="django", ignore_obsolete=True)


def renewed(old: Catalog) -> Catalog:
    """A catalogue with exactly the texts of the program and the translations known for them."""
    new = Catalog(
        locale="en", domain="django", project="INSEK", version="1", charset="utf-8", fuzzy=False, creation_date=FIXED_DATE,
        revision_date=FIXED_DATE, last_translator="INSEK", language_team="INSEK", copyright_holder="INSEK",
    )  # fmt: skip
    for message, context in texts():
        if not message or (isinstance(message, str) and not message.strip()):
            continue
        known = old.get(message if isinstance(message, str) else message[0], context)
        fits = known is not None and isinstance(known.string, str) == isinstance(message, str)
        new.add(message, known.string if known and fits else None, context=context)
    return new


def problems(old: Catalog) -> list[str]:
    """What is missing, untranslated or no longer needed."""
    new = renewed(old)
    ids = {
        (entry.id if isinstance(entry.id, str) else entry.id[0], entry.context) for entry in new if entry.id
    }
    found = [f"fehlt: {key[0]}" for key in ids if old.get(*key) is None]
    found += [
        f"nicht übersetzt: {entry.id}" for entry in new if entry.id and not _is_translated(entry.string)
    ]
    for entry in old:
        if entry.id and ((entry.id if isinstance(entry.id, str) else entry.id[0]), entry.context) not in ids:
            found.append(f"nicht mehr gebraucht: {entry.id}")
    return sorted(found)


def _is_translated(string: object) -> bool:
    return all(string) if isinstance(string, tuple | list) else bool(string)


def main() -> int:
    """Write the catalogue, or check it."""
    if not settings.configured:
        settings.configure(USE_I18N=True)
    if "--check" in sys.argv[1:]:
        found = problems(current())
        sys.stdout.write("\n".join(found or ["Der englische Katalog ist vollständig."]) + "\n")
        return 1 if found else 0
    catalogue = renewed(current())
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with CATALOGUE.open("wb") as file:
        write_po(file, catalogue, width=110, sort_output=True, omit_header=False, no_location=True)
    missing = sum(1 for entry in catalogue if entry.id and not _is_translated(entry.string))
    sys.stdout.write(
        f"{len(catalogue)} Texte, {missing} noch nicht übersetzt: {CATALOGUE.relative_to(ROOT)}\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
