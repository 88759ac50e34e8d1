"""Costs that stood in three columns until 0.1 are lines now: in older packages, in archives of editions, in the database."""

import csv
import io

from insek.council.freezing import differing, parts_of
from insek.package import edition_files, package_files
from insek.people.actors import PROGRAM
from insek.strategy.former_costs import key_of_former, read_former_costs
from insek.strategy.rows import COSTS
from insek.thread.row_acts import add_row
from tests.factories import make_item


def as_before(files, measure):
    """A package as version 0.1 wrote it: the costs of one measure in columns, and no table of lines."""
    rows = list(csv.DictReader(io.StringIO(files["measures.csv"].decode(), newline="")))
    target = io.StringIO(newline="")
    writer = csv.DictWriter(target, [*rows[0], "cost_eur", "cost_year", "cost_basis"], lineterminator="\n")
    writer.writeheader()
    for row in rows:
        costs = {"cost_eur": "1500000", "cost_year": "2025", "cost_basis": "gross"}
        writer.writerow({**row, **(costs if row["id"] == measure else {})})
    former = {**files, "measures.csv": target.getvalue().encode()}
    for name in ("cost_lines.csv", "funding_lines.csv"):
        former.pop(name, None)
    return former


def with_costs():
    measure = make_item("measure")
    make_item("measure", title="ohne Kosten")
    said = {"amount_eur": 1_500_000, "price_year": 2025, "basis": "gross"}
    add_row(COSTS, measure, said, actor=PROGRAM, key=key_of_former(measure.pk))
    return measure


def test_an_older_package_gives_a_line_for_each_amount(concept):
    measure = with_costs()
    today = package_files(concept)
    read, [said] = read_former_costs(as_before(today, measure.pk))
    assert read["cost_lines.csv"] == today["cost_lines.csv"]
    assert read["measures.csv"] == today["measures.csv"]
    assert "Kostenzeilen" in said
    assert read_former_costs(today) == (today, [])


def test_what_an_older_edition_says_of_costs_is_no_deviation(concept):
    measure = with_costs()
    now = edition_files(concept, parts=lambda items: items)
    before, after = (
        {part.key: part.content for part in parts_of(files, example=False) if part.table == "measures"}
        for files in (as_before(now, measure.pk), now)
    )
    assert differing(before[measure.pk], after[measure.pk]) == []
    add_row(COSTS, measure, {"amount_eur": 9}, actor=PROGRAM)
    add_row(COSTS, measure, {"amount_eur": 8, "is_internal": True}, actor=PROGRAM)
    later = parts_of(edition_files(concept, parts=lambda items: items), example=False)
    changed = {part.key: part.content for part in later}[measure.pk]
    assert differing(before[measure.pk], changed) == ["cost_lines"]
    assert len(changed["beside"]["cost_lines"]) == 2, "an internal line is in no edition"
