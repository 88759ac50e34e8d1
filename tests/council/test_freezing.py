"""The content of an edition: the same from its archive and from the database, and an archive is only changed where it was amended."""

import json

import pytest
from shapely.geometry import Point

from insek.council.edition_words import item_facts
from insek.council.freezing import adopted_files, differing, parts_now, parts_of, without_examples
from insek.package import edition_files, import_package, package_hash, zip_bytes
from insek.people.actors import PROGRAM
from insek.places.locations import set_location
from insek.steering.models import Target
from insek.strategy.rows import COSTS
from insek.thread.models import Item
from insek.thread.row_acts import add_row
from insek.thread.services import update_item
from tests.factories import make_item, make_link, make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def whole(concept):
    """One public item of everything that an edition holds, with what hangs on it."""
    field = concept.fields.first()
    concept.fields.filter(pk=field.pk).update(perspective="So wird man wohnen.\n\nMit Absatz.")
    above = make_item("goal", number="Z 1", title="Oben")
    goal = make_item(
        "goal", number="Z 1.1", title="Ziel, mit „Komma“", text="Zeile\nzwei", parent=above.goal, horizon_year=2035, fields=[field],
        standing="official", document="INSEK", page="12",
    )  # fmt: skip
    measure = make_item(
        "measure", number="M 1", responsible=make_unit("bauen"), type="investive", is_lighthouse=True,
        priority=1, fields=list(concept.fields.all()),
    )  # fmt: skip
    for amount, is_internal in ((1_500_000, False), (7, True)):
        add_row(COSTS, measure, {"amount_eur": amount, "is_internal": is_internal}, actor=PROGRAM)
    set_location(
        measure, Point(7.75, 49.44), note="ungefähr", expected_version=measure.version, actor=PROGRAM
    )
    for kind in ("vision", "guideline", "finding", "feature"):
        make_item(kind, number=f"{kind} 1")
    indicator = make_item("indicator", title="Wohnungen")
    make_link(goal, indicator, "measured_by")
    make_link(goal, measure, "implemented_by")
    Target.objects.create(
        key="zielwer1", goal=goal.goal, indicator=indicator.indicator, direction="at_least", value=2, year=2035,
        base_period="2020", base_value="1.5",
    )  # fmt: skip
    make_item("measure", number="M 2", title="Geheim", visibility="internal")
    make_item("contribution", title="Ein Beitrag")
    return concept


def everything(items):
    return items


def by_key(parts):
    return {(part.table, part.key): part for part in parts}


def test_an_archive_and_the_database_say_the_same_of_every_item(whole):
    parts = by_key(parts_of(edition_files(whole, parts=everything), example=False))
    assert {table for table, _key in parts} == {
        "fields",
        "findings",
        "visions",
        "guidelines",
        "goals",
        "measures",
        "features",
    }
    keys = {}
    for table, key in parts:
        keys.setdefault(table, []).append(key)
    now = parts_now(whole, keys, example=False)
    assert now.keys() == parts.keys()
    assert {key: part.content for key, part in now.items()} == {
        key: part.content for key, part in parts.items()
    }
    [goal] = [part for part in parts.values() if part.number == "Z 1.1"]
    [target] = goal.content["beside"]["targets"]
    assert (target["cells"]["value"], target["names"]["indicator"]) == ("2", ["Wohnungen"])
    assert goal.content["names"]["parent"] == ["Z 1 Oben"]
    [line] = [fact["value"] for fact in item_facts("goals", goal.content) if fact["label"] == "Zielwerte"]
    assert line.startswith(
        "Indikator: Wohnungen; Der Wert soll: mindestens; Zielwert: 2; Zieljahr: "
    )  # as in its form
    [measure] = [part for part in parts.values() if part.number == "M 1"]
    assert measure.content["beside"]["locations"][0]["geometry"] == {
        "type": "Point",
        "coordinates": [7.75, 49.44],
    }


def test_what_is_internal_or_no_part_of_the_concept_is_in_no_edition(whole):
    files = edition_files(whole, parts=everything)
    assert "Geheim" not in b"".join(files.values()).decode()
    assert (
        not {"contributions.csv", "resolutions.csv", "editions.csv", "status_reports.csv", "observations.csv"}
        & files.keys()
    )
    assert json.loads(files["datapackage.json"])["insek_profile"] == "edition"


def test_the_archive_of_an_edition_can_be_read_in_as_a_concept(whole, tmp_path):
    files = edition_files(whole, parts=everything)
    (tmp_path / "fassung.zip").write_bytes(zip_bytes(files))
    titles = set(Item.objects.filter(kind="goal").values_list("title", flat=True))
    concept = import_package(tmp_path / "fassung.zip", replace=True).concept
    assert set(Item.objects.filter(kind="goal").values_list("title", flat=True)) == titles
    again = edition_files(concept, parts=everything)
    assert package_hash(again) == package_hash(files)


def test_without_amendments_the_archive_stays_as_it_was(whole):
    filed = edition_files(whole, parts=everything)
    update_item(Item.objects.get(number="Z 1"), expected_version=1, values={"title": "Später"}, actor=PROGRAM)
    now = edition_files(whole, parts=everything)
    assert adopted_files(filed, now, {}, whole) is filed


def test_amending_every_item_gives_what_stands_today(whole):
    filed = edition_files(whole, parts=everything)
    goal, measure = Item.objects.get(number="Z 1.1"), Item.objects.get(number="M 1")
    update_item(goal, expected_version=1, values={"text": "Anders"}, actor=PROGRAM, fields=[])
    measure = update_item(
        measure, expected_version=measure.version, values={"responsible": make_unit("neu")}, actor=PROGRAM
    )
    for amount, is_internal in ((1_500_000, False), (7, True)):
        add_row(COSTS, measure, {"amount_eur": amount, "is_internal": is_internal}, actor=PROGRAM)
    set_location(measure, Point(7.7, 49.4), expected_version=measure.version, actor=PROGRAM)
    Target.objects.update(value=3)
    whole.fields.filter(key="wohnen").update(perspective="Anders.")
    make_link(goal, make_item("measure", number="M 3", title="Neu"), "implemented_by")
    struck = Item.objects.get(kind="feature")
    update_item(struck, expected_version=1, values={"visibility": "internal"}, actor=PROGRAM)
    now = edition_files(whole, parts=everything)
    before, after = by_key(parts_of(filed, example=False)), by_key(parts_of(now, example=False))
    amended = {
        key: after[key].content if key in after else None
        for key in before.keys() | after.keys()
        if key not in before or key not in after or differing(before[key].content, after[key].content)
    }
    assert len(amended) == 5
    files = adopted_files(filed, now, amended, whole)
    assert {path for path in files.keys() | now.keys() if files.get(path) != now.get(path)} == set()


def test_a_new_name_of_a_unit_is_no_change_of_what_was_adopted(whole):
    before = by_key(parts_of(edition_files(whole, parts=everything), example=False))
    unit = make_unit("bauen")
    unit.name = "Neuer Name"
    unit.save()
    after = by_key(parts_of(edition_files(whole, parts=everything), example=False))
    assert [key for key in before if differing(before[key].content, after[key].content)] == []
    [measure] = [part for part in before.values() if part.number == "M 1"]
    assert measure.content["names"]["responsible"] == ["Referat bauen"]


def test_the_order_of_the_document_is_that_of_the_lists(whole):
    for number in ("Z 1.10", "Z 1.2", "Z 2", "Z 10"):
        make_item("goal", number=number, title="a")
    parts = parts_of(edition_files(whole, parts=everything), example=False)
    assert [part.number for part in parts if part.table == "goals"] == [
        "Z 1",
        "Z 1.1",
        "Z 1.2",
        "Z 1.10",
        "Z 2",
        "Z 10",
    ]
    assert [part.title for part in parts if part.table == "fields"] == ["Wohnen", "Klima"]


def test_the_next_step_is_no_part_of_what_is_adopted(whole):
    """Every yearly report renews it: a measure would deviate from its adopted wording for that alone."""
    measure = Item.objects.get(number="M 1")
    before = by_key(parts_of(edition_files(whole, parts=everything), example=False))
    update_item(
        measure, expected_version=measure.version, values={"next_step": "Ausschreibung"}, actor=PROGRAM
    )
    after = by_key(parts_of(edition_files(whole, parts=everything), example=False))
    assert [key for key in before if differing(before[key].content, after[key].content)] == []


def test_of_a_field_of_action_an_edition_holds_what_is_of_its_own_standing(whole):
    """An aim with a source is not adopted by an example, nor a made-up perspective by a real resolution."""
    whole.fields.filter(key="wohnen").update(
        aim="Echtes Ziel", standing="fact", perspective="Erfunden", perspective_standing="example"
    )
    files = edition_files(whole, parts=everything)
    real, sample = (
        by_key(parts_of(files, example=example))["fields", "wohnen"].content["cells"]
        for example in (False, True)
    )
    assert (real["aim"], real.get("perspective")) == ("Echtes Ziel", None)
    assert (sample.get("aim"), sample["perspective"]) == (None, "Erfunden")
    for example, cells in ((False, real), (True, sample)):
        assert (
            parts_now(whole, {"fields": ["wohnen"]}, example=example)["fields", "wohnen"].content["cells"]
            == cells
        )
    kept = without_examples(files, whole)
    assert "Erfunden" not in b"".join(kept.values()).decode() and "Echtes Ziel" in kept["fields.csv"].decode()
    changed = {"cells": {**sample, "perspective": "Anders erfunden"}, "beside": {}, "names": {}}
    adopted = adopted_files(files, files, {("fields", "wohnen"): changed}, whole)
    assert "Echtes Ziel" in adopted["fields.csv"].decode()
    assert adopted["texts/fields/wohnen.md"] == b"Anders erfunden\n"
