"""The registry of tables fits the models, and datapackage.json says what it says."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import CheckConstraint, F, Q

from insek.package import all_tables, plain_decimal
from insek.package.columns import Column, WrongCell
from insek.package.tables import ITEM_COLUMNS, table_named, table_of_rows
from insek.steering.rows import TASKS
from insek.thread.constraints import (
    broken_checks,
    clean_row,
    condition_holds,
    condition_of,
    fields_in_condition,
)
from insek.thread.models import Item
from insek.thread.rows import all_rows
from tests.factories import make_item

pytestmark = pytest.mark.django_db  # for the small package, which is made in the database

TABLES = all_tables()
FIRST_FORMAT = Path(__file__).parent / "first_format.json"
"""Columns of the first version of the format by table, in their order."""


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_columns_fit_the_model(table):
    for column in table.columns:
        field = table.model_field(column)
        assert field is not None, column.name
        if column.type == "choice" and field.choices:
            assert [value for value, _label in field.choices if value] == [
                value for value in column.allowed if value
            ]
        if not column.required and column.type not in {"text", "url", "choice", "moment", "references"}:
            assert field.null, f"{table.name}.{column.name} may be empty in the file but not in the database"
        if column.required and column.type != "boolean":
            assert not field.null, (
                f"{table.name}.{column.name} is required in the file but not in the database"
            )


def test_rows_stand_behind_the_items_they_hang_on():
    """Taken away in the order turned round: of rows whose items are gone already nobody would know the concept."""
    orders = [table.name for table in TABLES]
    assert [
        rows.table
        for rows in all_rows()
        if orders.index(rows.table)
        < orders.index(next(table.name for table in TABLES if table.kind == rows.kind))
    ] == []


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_field_of_a_model_stands_in_the_package_or_is_known_not_to(table):
    left_out = {
        "id", "pk", "item", "concept", "version", "archive", "filed_archive", "batch", "superseded_by", "author", "taken_back_by", "created_at", "deleted_at",
        "west", "south", "east", "north", "item_id", "geometry", "reshaping",
    }  # fmt: skip
    if table.name == "concept":  # how an installation looks
        left_out |= {"colour", "logo", "own_fields_stamp"}
    if table.name == "observations":  # what follows from the period
        left_out |= {"period_start", "period_end"}
    if table.name == "small_counts":  # what the last calculation did
        left_out |= {"run", "outcome"}
    if table.name == "comparison_values":  # by what it came, and what follows from the period
        left_out |= {"delivery", "period_end"}
    if table.name == "suggestion_decisions":  # who, and what belongs to this installation alone
        left_out |= {"decider", "made_at", "run", "later", "held_by", "held_until", "changes", "proposal"}
    if table.name == "own_fields":  # since when it was open: history begins anew
        left_out |= {"public_since"}
    if table.name == "own_values":  # what follows from the value
        left_out |= {"number", "day", "text", "sort"}
    if table.name == "rating_groups":  # the ways into a round belong to the installation that gave them out
        left_out |= {"code", "nonce", "revoked_on"}
    if table.name == "area_layers":  # what it draws stands in area_deliveries
        left_out |= {"current"}
    if table.name == "area_deliveries":  # by what it came, what it replaced, and what follows from the areas
        left_out |= {"reading", "former", "classes", "read_at"}
    if table.name == "progress_contents":  # how far making it is, and for which address it was made
        left_out |= {"state", "problem", "attempts", "asked_at", "touched_at", "origin"}
    if table.name == "rating_sheets":  # by which a device finds its own sheet again
        left_out |= {"digest"}
    if table.name == "check_goals":  # whether the unit was asked is said anew where the package comes in
        left_out |= {"asked_unit", "is_heard"}
    kept = {column.name for column in table.columns} | {each.attribute for each in table.texts}
    if table.side_file is not None:
        kept.add(table.side_file.attribute)
    fields = {field.name for field in [*table.model._meta.concrete_fields, *table.model._meta.many_to_many]}
    assert fields - kept - left_out == set()


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_check_of_the_database_can_be_answered_in_memory(table):
    for model in {table.model, Item}:
        for constraint in model._meta.constraints:
            if isinstance(constraint, CheckConstraint):
                assert condition_holds(condition_of(constraint), {}) in {True, None, False}
                assert fields_in_condition(condition_of(constraint))


READ_ANEW = ("checks", "check_criteria", "check_goals", "check_measures", "check_places", "consultations")
"""Tables of the first format that ``package.older`` reads as today's; tests/council/test_former_package.py does."""


NOW_OF_EVERY_ITEM = {"indicators": {"title_en"}}
"""Columns that one kind had in the first format and every item has today: read from where they stand."""


NOW_ROWS = {"measures": {"cost_eur", "cost_year", "cost_basis"}}
"""Columns of the first format that ``package.older`` reads as rows of a table of their own; tests/strategy/test_former_costs.py does."""


def test_columns_later_than_the_first_format_say_what_older_packages_mean():
    first = json.loads(FIRST_FORMAT.read_text(encoding="utf-8"))
    now = {"items": ITEM_COLUMNS, **{table.name: table.own_columns for table in TABLES}}
    for name in READ_ANEW:
        del first[name]
    assert NOW_OF_EVERY_ITEM["indicators"] <= {column.name for column in ITEM_COLUMNS}
    for name, written in first.items():
        names = [each for each in written if each not in NOW_OF_EVERY_ITEM.get(name, NOW_ROWS.get(name, ()))]
        required = [column.name for column in now[name] if column.if_absent is None]
        assert required == names, (
            f"{name}: a column that is new needs if_absent; none may go while FORMAT stays"
        )
    for column in (column for columns in now.values() for column in columns if column.if_absent is not None):
        assert column.if_absent or not column.required, column.name


def test_conditions_are_answered_as_a_database_does():
    years = Q(start=None) | Q(end=None) | Q(end__gte=F("start"))
    assert condition_holds(years, {"start": 2026, "end": 2028}) is True
    assert condition_holds(years, {"start": 2026, "end": 2020}) is False
    assert condition_holds(years, {"start": 2026, "end": None}) is True
    assert condition_holds(~Q(parent=F("item")), {"parent": None, "item": "a"}) is None
    assert condition_holds(~Q(parent=F("item")), {"parent": "a", "item": "a"}) is False
    assert condition_holds(Q(value__range=(1, 3)), {"value": 4}) is False
    assert condition_holds(Q(value__in=["a"]) & Q(other__isnull=False), {"value": "a", "other": 1}) is True
    assert condition_holds(Q(value="a", other=2), {"value": "b", "other": None}) is False
    assert fields_in_condition(years) == ["start", "end"]


@pytest.mark.parametrize(
    "values",
    [
        {"standing": "fact", "source_title": "", "source_url": ""},
        {"standing": "official", "document": "INSEK", "page": ""},
        {"title": ""},
        {"visibility": "round", "round": None},
        {"standing": "gerücht"},
    ],
)
def test_memory_and_database_refuse_the_same(concept, values):
    item = make_item("vision")
    stands = {name.name: getattr(item, name.attname) for name in Item._meta.concrete_fields}
    assert list(broken_checks(Item, stands)) == []
    assert len(list(broken_checks(Item, stands | values))) == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Item.objects.filter(pk=item.pk).update(**values)


@pytest.mark.django_db
def test_a_row_is_checked_without_asking_the_database_and_refused_as_django_does(django_assert_num_queries):
    item = make_item("vision")
    with django_assert_num_queries(0):
        clean_row(item, validate_unique=False, kept=[column.name for column in Item._meta.concrete_fields])
    item.source_title, item.standing = "", "fact"
    found = []
    for clean in (clean_row, Item.full_clean):
        with pytest.raises(ValidationError) as error:
            clean(item, exclude={"created_by"}, validate_unique=False)
        found.append(error.value.message_dict)
    assert found[0] == found[1] != {}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1.50", "1.5"),
        ("100", "100"),
        ("1E+5", "100000"),
        ("-0.0", "0"),
        ("0.000001", "0.000001"),
        ("-2.10", "-2.1"),
    ],
)
def test_decimals_have_one_form(value, text):
    assert plain_decimal(Decimal(value)) == text


@pytest.mark.parametrize(
    ("type_", "good", "bad"),
    [
        ("integer", ["0", "-3", "42"], ["1.0", "1e3", "٣", "+1", "0x1", "9" * 40]),
        ("decimal", ["1.5", "-2", "007.10"], ["1,5", "1e3", ".5", "Infinity", "1_000"]),
        ("boolean", ["true", "false"], ["True", "1", "ja"]),
        ("date", ["2024-02-29"], ["2023-02-29", "20240229", "2024-2-9", "2024-W01-1"]),
        ("moment", ["2024", "2024-06", "2024-12-31"], ["24", "2024-13", "2024-02-30", "2024-6"]),
        (
            "url",
            ["https://example.org/a?b=c"],
            ["example.org", "javascript:alert(1)", "https://", "data:text/html,x"],
        ),
        ("colour", ["#2f6b4f"], ["#2F6B4F", "2f6b4f", "#fff"]),
        ("key", ["a", "a-b-2", "a_b"], ["A", "-a", "a--b", "ä", "a b"]),
        ("id", ["abcdefgh", "z2345678"], ["abcdefgl", "2bcdefgh", "abcdefg", "ABCDEFGH"]),
        ("references", ["a", "b;a"], ["a;a", "a;", ";"]),
    ],
)
def test_cells_are_read_strictly(type_, good, bad):
    column = Column("spalte", type_, "A column.")
    for text in good:
        value = column.parse(text, None)
        assert column.parse(column.format(value), None) == value
    for text in bad:
        with pytest.raises(WrongCell) as wrong:
            column.parse(text, None)
        assert wrong.value.message and wrong.value.advice


def test_the_descriptor_says_what_is_in_the_package(small_files):
    described = json.loads(small_files["datapackage.json"])
    assert described["name"] == "insek-musterstadt"
    assert described["licenses"][0]["name"] == "dl-de-by-2-0"
    resources = {each["path"]: each for each in described["resources"]}
    assert resources.keys() == small_files.keys() - {"datapackage.json"}
    assert [each["bytes"] for each in resources.values()] == [len(small_files[path]) for path in resources]
    goals = resources["goals.csv"]["schema"]
    assert goals["primaryKey"] == ["id"]
    assert {"fields": ["parent"], "reference": {"resource": "", "fields": ["id"]}} in goals["foreignKeys"]
    standing = next(each for each in goals["fields"] if each["name"] == "standing")
    assert standing["constraints"] == {"required": True, "enum": ["fact", "official", "working", "example"]}
    names = [each["name"] for each in described["resources"]]
    assert len(set(names)) == len(names)


def test_nothing_in_the_package_says_when_or_where_it_was_made(small_files):
    text = small_files["datapackage.json"].decode()
    assert "created" not in text and "version" not in json.loads(text)


def test_rows_beside_an_item_name_their_key_and_their_item_first():
    made = table_of_rows.__wrapped__(TASKS)
    assert made.columns == table_named(TASKS.table).columns
    first = [(column.name, column.type) for column in made.columns if column.name in {"measure", "key"}]
    assert sorted(first) == [("key", "key"), ("measure", "reference")]


def test_the_day_of_a_moment_is_that_of_the_city():
    """Half past midnight in the city is still the day before in UTC."""
    moment = datetime(2026, 11, 29, 23, 30, tzinfo=UTC)
    assert Column("decided_at", "date", "Day.").format(moment) == "2026-11-30"
