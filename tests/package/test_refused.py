"""A package with anything wrong in it is refused as a whole, with file, row, column and advice; nothing is changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.apps import apps

from insek.concept.models import Concept
from insek.package import Files, PackageRefused, import_package
from insek.package.archive import package_hash, zip_bytes
from insek.thread.models import Item
from tests.package import small_package as small
from tests.package.small_package import with_cell, with_row

FREE = "frey2345"
ROOMS = ("concept", "thread", "places", "evidence", "findings", "strategy", "council")


@dataclass(frozen=True)
class Case:
    """One thing that is wrong: how it is brought about, and where it shall be found."""

    code: str
    change: Callable[[Files], Files]
    file: str
    key: str | int | None = None
    """First cell of the row, or its number in the file, or None for the whole file."""
    column: str = ""


def cell(code: str, file: str, key: str, column: str, value: str, *, found: str = "") -> Case:
    """Another value in one cell."""
    return Case(code, lambda files: with_cell(files, file, key, column, value), file, key, found or column)


def text(file: str, change: Callable[[str], str]) -> Callable[[Files], Files]:
    """Another text in one file."""
    return lambda files: {**files, file: change(files[file].decode()).encode()}


def without(file: str) -> Callable[[Files], Files]:
    """One file less."""
    return lambda files: {name: content for name, content in files.items() if name != file}


def with_feature(index: int, **changes: object) -> Callable[[Files], Files]:
    """Another feature in districts.geojson."""

    def change(files: Files) -> Files:
        collection = json.loads(files["districts.geojson"])
        collection["features"][index] |= changes
        return {**files, "districts.geojson": json.dumps(collection).encode()}

    return change


def polygon(*points: tuple[float, float]) -> dict[str, object]:
    return {"type": "Polygon", "coordinates": [[list(point) for point in points]]}


def with_archive_of(content: bytes) -> Callable[[Files], Files]:
    return lambda files: {**files, "editions/insek-2025.zip": content}


FIELDS = "fields.csv"
CELLS = [
    cell("wrong_type", "goals.csv", small.GOAL, "horizon_year", "zweitausend"),
    cell("wrong_type", "goals.csv", small.GOAL, "horizon_year", "70000"),
    cell("wrong_type", "measures.csv", small.MEASURE, "is_lighthouse", "ja"),
    cell("wrong_type", "resolutions.csv", small.RESOLUTION, "date", "6.10.2025"),
    cell("wrong_type", "resolutions.csv", small.RESOLUTION, "date", "2025-02-30"),
    cell("wrong_type", "observations.csv", small.INDICATOR, "value", "3,5"),
    cell("wrong_type", "observations.csv", small.INDICATOR, "value", "NaN"),
    cell("wrong_type", "observations.csv", small.INDICATOR, "value", "0.1234567"),
    cell("wrong_type", "observations.csv", small.INDICATOR, "period", "2024-13"),
    cell("wrong_type", "indicators.csv", small.INDICATOR, "source_url", "javascript:alert(1)"),
    cell("wrong_type", FIELDS, "wohnen", "colour", "grün"),
    cell("wrong_type", "goals.csv", small.GOAL, "fields", "wohnen;;klima"),
    cell("unknown_choice", "findings.csv", small.FINDING, "type", "wunsch"),
    cell("unknown_choice", "links.csv", small.FINDING, "kind", "verhindert"),
    cell("empty", "goals.csv", small.GOAL, "title", ""),
    cell("empty", "goals.csv", small.GOAL, "title", "  "),
    cell("empty", "resolutions.csv", small.RESOLUTION, "date", ""),
    cell("too_long", "goals.csv", small.GOAL, "title", "x" * 301),
    cell("bad_text", "goals.csv", small.GOAL, "text", "x" * 100_001),
    cell("bad_text", "goals.csv", small.GOAL, "title", "Null\0zeichen"),
    cell("bad_key", "units.csv", "bauen", "key", "Bauen und Wohnen", found="key"),
    cell("unknown_reference", "measures.csv", small.MEASURE, "responsible", "gartenamt"),
    cell("unknown_reference", "goals.csv", small.GOAL, "fields", "verkehr;wohnen"),
    cell("unknown_reference", "goals.csv", small.SUBGOAL, "parent", small.MEASURE),
    cell("unknown_reference", "links.csv", small.FINDING, "target", FREE),
    cell("unknown_reference", "observations.csv", small.INDICATOR, "district", FREE),
    cell("unknown_reference", "edition_numbers.csv", "insek-2025", "item", FREE),
    cell("unknown_reference", "districts.csv", small.BEZIRK, "ortsbeirat", "beirat"),
    cell("cycle", "goals.csv", small.GOAL, "parent", small.SUBGOAL),
    cell("duplicate_number", "measures.csv", small.SHARED, "number", "Z 1"),
    cell("item_fact_has_source", "findings.csv", small.FINDING, "standing", "fact", found="source_title"),
    cell("item_official_has_page", "findings.csv", small.FINDING, "standing", "official", found="document"),
    cell("measure_years", "measures.csv", small.MEASURE, "end_year", "2020", found="start_year"),
    cell("measure_priority", "measures.csv", small.MEASURE, "priority", "7"),
    cell("milestone_fact_has_source", "milestones.csv", "auftakt", "source_url", ""),
    cell("edition_adopted_has_date", "editions.csv", "entwurf", "status", "adopted", found="date"),
    cell("concept_horizon", "concept.csv", "musterstadt", "horizon_to", "2000", found="horizon_from"),
    cell("link_not_to_itself", "links.csv", small.FINDING, "target", small.FINDING, found="source"),
    cell("impossible_link", "links.csv", small.FINDING, "target", small.VISION, found="kind"),
    cell("false_commitment", "links.csv", small.MEASURE, "target", small.EXAMPLE_RESOLUTION, found="kind"),
    cell("wrong_hash", "editions.csv", "insek-2025", "sha256", "0" * 64),
    cell("outside_city", "districts.csv", small.CITY, "centre_lat", "7.75", found="centre_lon"),
    cell("field_waits", FIELDS, "wohnen", "waits_for", "insek-2025"),
    cell("field_waits", FIELDS, "wohnen", "waits_for", "gibt-es-nicht"),
    Case("field_waits", lambda files: with_cell(files, FIELDS, "wohnen", "waits_for", "entwurf"), "goals.csv", small.GOAL, "fields"),
    Case("field_waits", lambda files: announced_with_what_waits(files), "editions.csv", "neu", "is_announced"),
    cell("deleted_id", "tombstones.csv", small.GONE, "id", small.GOAL, found="id"),
    cell("bad_id", "visions.csv", small.VISION, "id", "Vision-1", found="id"),
]  # fmt: skip
ROWS = [
    Case("cycle", lambda files: with_cell(files, "units.csv", "stadtentwicklung", "parent", "bauen"), "units.csv", 2, "parent"),
    Case("duplicate", lambda files: with_row(files, "units.csv", "bauen"), "units.csv", 4, "key"),
    Case("duplicate", lambda files: with_row(files, "links.csv", small.FINDING), "links.csv", 9, "kind"),
    Case("duplicate", lambda files: with_row(files, "series_breaks.csv", small.INDICATOR), "series_breaks.csv", 3, "period"),
    Case("duplicate_id", lambda files: with_row(files, "visions.csv", small.VISION, number="L 2"), "visions.csv", 3, "id"),
    Case("duplicate_id", lambda files: with_cell(files, "visions.csv", small.VISION, "id", small.GOAL), "goals.csv", 2, "id"),
    Case("duplicate", lambda files: with_row(files, "resolutions.csv", small.RESOLUTION, id=FREE, number="B 9"), "resolutions.csv", 4, "edition"),
    Case("wrong_rows", lambda files: with_row(files, "concept.csv", "musterstadt", key="zweite"), "concept.csv"),
    Case("wrong_cells", text("themes.csv", lambda t: t + "rad,2\n"), "themes.csv", 3, "position"),
    Case("wrong_cells", text("themes.csv", lambda t: t + "rad,2,Rad,Bike,noch eins\n"), "themes.csv", 3, "name_en"),
    Case("broken_csv", text("themes.csv", lambda t: t + 'rad,2,"Rad" und Weg,Bike\n'), "themes.csv", 3),
    Case("missing_column", text("themes.csv", lambda t: t.replace("name_en", "englisch")), "themes.csv", 1, "name_en"),
    Case("unknown_column", text("themes.csv", lambda t: t.replace("name_en", "name_en,farbe")), "themes.csv", 1, "farbe"),
    Case("unknown_column", text("themes.csv", lambda t: t.replace(",", ";")), "themes.csv", 1, "key;position;name;name_en"),
    Case("duplicate_column", text("themes.csv", lambda t: t.replace("name_en", "name_en,key")), "themes.csv", 1, "key"),
    Case("missing_column", text("themes.csv", lambda t: ""), "themes.csv", 1, "key"),
    Case("too_deep", lambda files: deeper(files), "goals.csv", "gzaaf234", "parent"),
]  # fmt: skip
FILES = [
    Case("missing_file", without("datapackage.json"), "datapackage.json"),
    Case("missing_file", without("goals.csv"), "goals.csv"),
    Case("missing_file", without("concept.csv"), "concept.csv"),
    Case("missing_file", without("districts.geojson"), "districts.geojson"),
    Case("missing_file", without("texts/fields/wohnen.md"), "texts/fields/wohnen.md"),
    Case("unknown_file", lambda files: {**files, "notizen.docx": b"x"}, "notizen.docx"),
    Case("unknown_file", lambda files: {**files, "texts/fields/verkehr.md": b"x"}, "texts/fields/verkehr.md"),
    Case("unlisted_file", lambda files: {**files, "texts/fields/klima.md": b"Neu."}, "texts/fields/klima.md"),
    Case("broken_descriptor", lambda files: {**files, "datapackage.json": b"{\n oops"}, "datapackage.json", 2),
    Case("broken_descriptor", lambda files: {**files, "datapackage.json": b"[]"}, "datapackage.json"),
    Case("broken_descriptor", lambda files: {**files, "datapackage.json": b"\xff\xfe"}, "datapackage.json"),
    Case("newer_format", text("datapackage.json", lambda t: t.replace('"insek_format": 1', '"insek_format": 2')), "datapackage.json"),
    Case("not_utf8", lambda files: {**files, "themes.csv": files["themes.csv"] + "grün,2,Grün,\n".encode("latin-1")}, "themes.csv", 3),
    Case("bad_text", lambda files: {**files, "texts/introduction.md": b"a\0b"}, "texts/introduction.md"),
    Case("not_a_zip", with_archive_of(b"kein Zip"), "editions/insek-2025.zip"),
    Case("wrong_hash", with_archive_of(zip_bytes({"concept.csv": b"anders"})), "editions.csv", "insek-2025", "sha256"),
    Case("unknown_file", lambda files: {**files, "editions/nie.zip": b""}, "editions/nie.zip"),
    Case("broken_geojson", lambda files: {**files, "districts.geojson": b"{\n\nnein"}, "districts.geojson", 3),
    Case("broken_geojson", lambda files: {**files, "districts.geojson": b"{}"}, "districts.geojson"),
    Case("missing_id", with_feature(0, properties={}), "districts.geojson", 1, "id"),
    Case("unknown_reference", with_feature(0, properties={"id": FREE}), "districts.geojson", 1, "id"),
    Case("duplicate", with_feature(1, properties={"id": small.BEZIRK}), "districts.geojson", 2, "id"),
    Case("no_area", lambda files: without_feature(files), "districts.csv", small.CITY, "id"),
    Case("bad_geometry", with_feature(0, geometry={"type": "Point", "coordinates": [7.7, 49.4]}), "districts.geojson", 1, "geometry"),
    Case("bad_geometry", with_feature(0, geometry="Wald"), "districts.geojson", 1, "geometry"),
    Case("bad_geometry", with_feature(0, geometry={"type": "Polygon", "coordinates": []}), "districts.geojson", 1, "geometry"),
    Case("bad_geometry", with_feature(0, geometry=polygon((7.7, 49.4), (7.8, 49.5), (7.8, 49.4), (7.7, 49.5), (7.7, 49.4))), "districts.geojson", 1, "geometry"),
    Case("bad_geometry", with_feature(0, geometry=polygon((400000, 5400000), (400100, 5400000), (400100, 5400100), (400000, 5400000))), "districts.geojson", 1, "geometry"),
    Case("outside_city", with_feature(0, geometry=polygon((49.4, 7.6), (49.5, 7.6), (49.5, 7.9), (49.4, 7.9), (49.4, 7.6))), "districts.csv", small.BEZIRK, "id"),
]  # fmt: skip


def without_feature(files: Files) -> Files:
    collection = json.loads(files["districts.geojson"])
    collection["features"] = [
        each for each in collection["features"] if each["properties"]["id"] != small.CITY
    ]
    return {**files, "districts.geojson": json.dumps(collection).encode()}


def announced_with_what_waits(files: Files) -> Files:
    """A draft that everybody may know of names a field that nobody may know of."""
    files = with_row(files, "editions.csv", "entwurf", key="neu", status="draft", filed_on="", filed_sha256="", scope_fields="wohnen")  # fmt: skip
    return with_cell(files, FIELDS, "wohnen", "waits_for", "neu")


def deeper(files: Files) -> Files:
    """Five goals below each other."""
    above = small.SUBGOAL
    for level, new in enumerate(("gzaad234", "gzaae234", "gzaaf234"), 2):
        files = with_row(files, "goals.csv", small.SUBGOAL, id=new, number=f"Z 1.{level}", parent=above)
        above = new
    return files


def counts() -> dict[str, int]:
    """How many rows every table of the rooms has."""
    return {
        model._meta.label: model._default_manager.count()
        for room in ROOMS
        for model in apps.get_app_config(room).get_models()
    }


def name_of(case: Case) -> str:
    return f"{case.code}-{case.file}-{case.key}-{case.column}"[:80]


@pytest.mark.django_db
@pytest.mark.parametrize("case", CELLS + ROWS + FILES, ids=name_of)
def test_what_is_wrong_is_refused(case, small_files, in_folder):
    files = case.change(small_files)
    before = counts()
    with pytest.raises(PackageRefused) as refused:
        import_package(in_folder(files))
    assert counts() == before
    row = case.key
    if isinstance(row, str):
        edited = files[case.file].decode().split("\n")
        row = small.line_of(files, case.file, row) if any(line.startswith(row) for line in edited) else None
    if case.code in {"bad_key", "bad_id", "deleted_id"}:
        row = small.line_of(small_files, case.file, str(case.key))
    found = [(problem.code, problem.file, problem.row, problem.column) for problem in refused.value.problems]
    assert (case.code, case.file, row, case.column) in found
    assert all(problem.message and problem.advice for problem in refused.value.problems)
    assert case.file in str(refused.value)


def test_the_cases_cover_what_is_promised():
    assert len({case.code for case in CELLS + ROWS + FILES}) >= 30


@pytest.mark.django_db
def test_the_unbroken_package_is_good(small_files, in_folder):
    """Else the cases above would prove nothing."""
    import_package(in_folder(small_files))
    assert Concept.objects.count() == 1


@pytest.mark.django_db
def test_what_is_internal_may_stand_in_a_field_that_waits(small_files, in_folder):
    files = with_cell(small_files, FIELDS, "wohnen", "waits_for", "entwurf")
    for file, key in [(each.file, each.row) for each in _refusal(files, in_folder)]:
        lines = small.rows_of(files, file)
        files = with_cell(files, file, next(iter(lines[key - 2].values())), "visibility", "internal")
    found = {each.code for each in _refusal(files, in_folder)}
    assert "field_waits" not in found, "what is left is that nothing public may name what is internal now"


def _refusal(files, in_folder):
    try:
        import_package(in_folder(files))
    except PackageRefused as refused:
        return refused.problems
    return []


@pytest.mark.django_db
def test_everything_wrong_is_told_at_once(small_files, in_folder):
    files = with_cell(small_files, "goals.csv", small.GOAL, "horizon_year", "bald")
    files = with_cell(files, "goals.csv", small.GOAL, "title", "")
    files = with_cell(files, "units.csv", "bauen", "name", "")
    with pytest.raises(PackageRefused) as refused:
        import_package(in_folder(files))
    assert [(each.file, each.column) for each in refused.value.problems] == [
        ("goals.csv", "horizon_year"),
        ("goals.csv", "title"),
        ("units.csv", "name"),
    ]


def problems_of(files: Files, in_folder: Callable[[Files], object]) -> list[tuple[str, str, str]]:
    with pytest.raises(PackageRefused) as refused:
        import_package(in_folder(files))  # type: ignore[arg-type]  # the names of the files differ
    return [(each.code, each.file, each.message) for each in refused.value.problems]


@pytest.mark.django_db
def test_a_broken_rule_is_told_in_its_own_words_or_by_its_name(small_files, in_folder):
    own = with_cell(small_files, "measures.csv", small.MEASURE, "priority", "7")
    named = with_cell(small_files, "editions.csv", "entwurf", "status", "adopted")
    assert problems_of(own, in_folder)[0][2] == "Die Priorität ist 1, 2 oder 3."
    assert (
        problems_of(named, in_folder)[0][2] == "Die Angaben passen nicht zusammen (edition_adopted_has_date)."
    )


@pytest.mark.django_db
@pytest.mark.parametrize("is_listed", [True, False])
def test_that_the_concept_is_missing_is_told_once(small_files, in_folder, is_listed):
    files = without("concept.csv")(small_files)
    if not is_listed:
        described = json.loads(files["datapackage.json"])
        described["resources"] = [each for each in described["resources"] if each["path"] != "concept.csv"]
        files["datapackage.json"] = json.dumps(described).encode()
    found = problems_of(files, in_folder)
    assert [code for code, file, _message in found if file == "concept.csv"] == ["missing_file"]


@pytest.mark.django_db
def test_a_newer_package_is_not_read_at_all(small_files, in_folder):
    files = with_cell(small_files, "goals.csv", small.GOAL, "title", "")
    files["datapackage.json"] = files["datapackage.json"].replace(b'"insek_format": 1', b'"insek_format": 2')
    assert [code for code, _file, _message in problems_of(files, in_folder)] == ["newer_format"]


@pytest.mark.django_db
def test_semicolons_between_columns_are_named(small_files, in_folder):
    files = text("themes.csv", lambda t: t.replace("name_en", "name_en,farbe"))(small_files)
    assert "Diese Spalte gibt es nicht." in {
        message for _code, _file, message in problems_of(files, in_folder)
    }
    files = text("themes.csv", lambda t: t.replace(",", ";"))(small_files)
    told = {message for _code, _file, message in problems_of(files, in_folder)}
    assert "Die Spalten sind mit Semikolon getrennt; verlangt sind Kommas." in told


@pytest.mark.django_db
def test_not_more_than_200_problems_are_told(small_files, in_folder):
    files = {**small_files, "themes.csv": small_files["themes.csv"] + b"rad,x,Rad,\n" * 300}
    with pytest.raises(PackageRefused) as refused:
        import_package(in_folder(files))
    assert len(refused.value.problems) == 200


@pytest.mark.django_db
def test_a_broken_replacement_leaves_the_concept(small_files, in_folder):
    import_package(in_folder(small_files))
    before = counts()
    titles = list(Item.objects.values_list("pk", "title", "version"))
    files = with_cell(small_files, "goals.csv", small.GOAL, "horizon_year", "bald")
    with pytest.raises(PackageRefused):
        import_package(in_folder(files), replace=True)
    assert counts() == before
    assert list(Item.objects.values_list("pk", "title", "version")) == titles


@pytest.mark.django_db(transaction=True)
def test_what_only_the_database_refuses_changes_nothing_either(small_files, in_folder, monkeypatch):
    """A fault after everything was checked: rows and archives are taken back."""
    from django.db import IntegrityError

    from insek.concept.models import Edition
    from insek.thread import postings

    def fail(entries: object) -> None:
        raise IntegrityError("disk on fire")

    monkeypatch.setattr(postings, "store_new", fail)
    before = counts()
    storage = Edition.archive.field.storage
    files_before = set(storage.listdir("editions")[1]) if storage.exists("editions") else set()
    with pytest.raises(PackageRefused, match="disk on fire"):
        import_package(in_folder(small_files))
    assert counts() == before
    assert set(storage.listdir("editions")[1]) == files_before


def test_the_hash_of_a_package_is_one_of_its_content():
    one, other = {"a": b"1", "b": b"2"}, {"b": b"2", "a": b"1"}
    assert package_hash(one) == package_hash(other) != package_hash({"a": b"2", "b": b"1"})
    assert zip_bytes(one) == zip_bytes(other)
