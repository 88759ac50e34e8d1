"""The page about the concept package names every table, file and column, in the words of the registry."""

from pathlib import Path

from insek.package import all_tables
from insek.package.tables import ITEM_COLUMNS

PAGE = Path(__file__).parents[2] / "docs" / "developers" / "concept-package.md"


def type_of(column):
    kind = {"reference": f"key of {column.refers}", "references": f"keys of {column.refers}"}.get(
        column.type, column.type
    )
    if column.type == "choice":
        kind = " · ".join(value for value in column.allowed if value)
    if column.required:
        kind += ", required"
    if column.if_absent is not None:
        kind += f", may be absent: `{column.if_absent}`" if column.if_absent else ", may be absent"
    return kind


def described():
    """What the page must say, in its order."""
    yield "### Columns of every item"
    yield from (f"| `{column.name}` | {type_of(column)} | {column.note} |" for column in ITEM_COLUMNS)
    for table in all_tables():
        yield f"### {table.path}"
        yield table.note
        yield from (
            f"| `{column.name}` | {type_of(column)} | {column.note} |" for column in table.own_columns
        )
        yield from (f"`{each.path}`: {each.note}" for each in table.texts)
        if table.side_file is not None:
            yield f"`{table.side_file.path}`: {table.side_file.note}"


def test_every_table_and_column_is_described():
    page = PAGE.read_text(encoding="utf-8").splitlines()
    assert [line for line in described() if line not in page] == []


def test_no_table_is_described_that_is_gone():
    headings = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("### ")]
    assert headings == [line for line in described() if line.startswith("### ")]
