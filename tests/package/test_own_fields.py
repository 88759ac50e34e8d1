"""Own fields in the package: out and in the same, the public profile without the administration's, broken ones refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from insek.concept.models import Concept
from insek.package import PackageRefused, import_package, package_files
from insek.people.actors import PROGRAM
from insek.thread import own_acts, own_fields
from insek.thread.models import FieldDefinition, Item
from insek.thread.own_models import OwnValue
from insek.thread.search import search_items
from tests.factories import make_item, make_unit
from tests.thread.test_own_fields import make_field

FILLED = {
    "short": "Gasometer", "long": "eins\nzwei", "number": 1234.5, "money": 80_000, "year": 2031, "date": "2027-05-03", "choice": "land",
    "several": ["eigen", "land"], "yes_no": False, "link": "https://example.org/a", "unit": "tiefbau",
    "table": [{"gewerk": "Rohbau", "summe": "12"}, {"gewerk": "Dach"}],
}  # fmt: skip


def filled(concept: Concept) -> Item:
    """A measure with something in a field of each type, one that only the administration reads, one that is retired and one whose words no longer fit."""
    make_unit("tiefbau")
    values = {make_field(concept, type_).full_name: value for type_, value in FILLED.items()}
    values[make_field(concept, "short", "Vermerk", audience="staff").full_name] = "geheim"
    old, changed = make_field(concept, "short", "Alt"), make_field(concept, "short", "Anders")
    item = make_item(
        "measure", concept=concept, **values, **{old.full_name: "war", changed.full_name: "offen"}
    )
    own_acts.retire_field(old, expected_version=old.version, actor=PROGRAM)
    own_acts.change_field(changed, values={"type": "money"}, expected_version=changed.version, actor=PROGRAM)
    return item


def in_folder(tmp_path: Any, files: dict[str, bytes]) -> Any:
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path


@pytest.mark.django_db
def test_own_fields_come_out_as_they_went_in(concept: Concept, tmp_path: Any) -> None:
    item = filled(concept)
    own = item.own
    files = package_files(concept)
    report = import_package(in_folder(tmp_path, files), replace=True)
    again = Concept.objects.get()
    assert package_files(again) == files
    assert Item.objects.get(pk=item.pk).own == own
    assert report.counts["own_fields"] == len(FILLED) + 3
    assert OwnValue.objects.get(definition__key="feld-number").number == Decimal("1234.5")
    assert [field.key for field in own_fields.retired_of(again, "measure")] == ["alt"]
    assert [each.pk for each in search_items("Gasometer", PROGRAM, Item.objects.all())] == [item.pk]


@pytest.mark.django_db
def test_the_public_package_holds_only_what_all_may_read(concept: Concept) -> None:
    filled(concept)
    files = package_files(concept, profile="public")
    text = (files["own_fields.csv"] + files["own_values.csv"]).decode()
    assert "Gasometer" in text
    assert not [word for word in ("geheim", "vermerk", "war", "alt,") if f"{word}" in text.lower()]


@pytest.mark.django_db
def test_a_value_in_a_field_of_another_kind_is_refused(concept: Concept, tmp_path: Any) -> None:
    field = make_field(concept, "short", kind="goal")
    make_item("measure", concept=concept, item_id="aaaaaaaa")
    files = package_files(concept)
    files["own_values.csv"] += f"aaaaaaaa,{field.key},1,x\n".encode()
    with pytest.raises(PackageRefused) as refused:
        import_package(in_folder(tmp_path, files), replace=True)
    assert [problem.code for problem in refused.value.problems] == ["foreign_field"]
    assert FieldDefinition.objects.count() == 1
