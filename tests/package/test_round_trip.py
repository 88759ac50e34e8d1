"""Export, import into an empty database, export again: byte for byte the same."""

from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from shapely import Point

from insek.concept.models import Concept, Edition
from insek.evidence.models import Observation
from insek.package import (
    ExportRefused,
    PackageRefused,
    edition_files,
    export_package,
    import_package,
    package_files,
    package_hash,
    read_files,
)
from insek.people.actors import ANONYMOUS, PROGRAM
from insek.people.models import Unit
from insek.places.locations import set_location
from insek.places.models import District, Location
from insek.thread.models import Change, EditionNumber, Item, Link, Round, Tombstone
from insek.thread.search import search_items
from insek.thread.services import delete_item, update_item
from tests.factories import make_concept, make_item
from tests.package import small_package as small

CITY = Path(__file__).parents[2] / "insek" / "cities" / "kaiserslautern"


def differing(one, other):
    """Names of files that are not the same."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


@pytest.mark.django_db
def test_a_package_comes_out_as_it_went_in(small_files, in_folder):
    report = import_package(in_folder(small_files))
    assert report.counts["measures"] == 3
    assert differing(package_files(Concept.objects.get()), small_files) == []


@pytest.mark.django_db
def test_the_whole_city_comes_out_as_it_went_in():
    """Where this fails after a change of the registry: import the city, export it over itself."""
    import_package(CITY)
    assert differing(package_files(Concept.objects.get()), read_files(CITY)) == []


@pytest.mark.django_db
def test_a_zip_and_a_folder_hold_the_same(small_files, in_folder, tmp_path):
    import_package(in_folder(small_files))
    concept = Concept.objects.get()
    one = export_package(concept, tmp_path / "a.zip")
    assert export_package(concept, tmp_path / "b.zip") == one == package_hash(small_files)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    assert export_package(concept, tmp_path / "ordner") == one
    assert read_files(tmp_path / "ordner") == read_files(tmp_path / "a.zip") == small_files


@pytest.mark.django_db
def test_what_the_services_made_equals_what_the_import_made(small_files, in_folder):
    """The rows of the import have what create_item gives them: history, keys to sort by, box, search."""
    small.make_small_concept()
    made = {item.pk: item for item in Item.objects.all()}
    history = {change.item_id: change.differences for change in Change.objects.filter(action="created")}
    import_package(in_folder(small_files), replace=True)
    for item in Item.objects.all():
        assert (item.sort_key, item.title_key) == (made[item.pk].sort_key, made[item.pk].title_key)
    again = {change.item_id: change.differences for change in Change.objects.filter(action="created")}
    assert again.keys() == made.keys()
    for pk, differences in again.items():
        new_edition = {"edition_id": differences["edition_id"]} if "edition_id" in differences else {}
        assert differences == history[pk] | new_edition
    assert District.objects.get(pk=small.CITY).west == pytest.approx(7.6)
    assert [item.pk for item in search_items("Rundenvorhaben", PROGRAM)] == [small.SHARED]


@pytest.mark.django_db
def test_the_import_keeps_every_value(small_files, in_folder):
    import_package(in_folder(small_files))
    goal = Item.objects.get(pk=small.GOAL)
    assert (goal.title, goal.text) == ('Mit "Anführung", Komma und =1+1', "Zeile eins\nZeile zwei ä")
    assert [field.key for field in goal.fields.all()] == ["wohnen", "klima"]
    assert goal.goal.horizon_year == 2040
    assert Item.objects.get(pk=small.SUBGOAL).goal.parent_id == small.GOAL
    assert Unit.objects.get(key="bauen").parent.key == "stadtentwicklung"
    assert Item.objects.get(pk=small.MEASURE).measure.responsible.key == "bauen"
    resolution = Item.objects.get(pk=small.RESOLUTION).resolution
    assert (resolution.paper_id, resolution.edition.key, resolution.unanimous) == (
        small.PAPER,
        "insek-2025",
        False,
    )
    assert sorted(field.key for field in resolution.adopted_fields.all()) == ["klima", "wohnen"]
    assert [str(each.value.normalize()) for each in Observation.objects.order_by("period")] == [
        "1.019E+5",
        "102345.5",
    ]
    assert Link.objects.get(source=small.FINDING, target=small.GOAL).reason == ""
    assert Tombstone.objects.get().pk == small.GONE
    assert EditionNumber.objects.get(number="M 9").item_id == small.GONE
    assert District.objects.get(pk=small.STADTTEIL).geometry is None


@pytest.mark.django_db
def test_an_item_of_an_unknown_round_stays_hidden(small_files, in_folder):
    import_package(in_folder(small_files))
    item = Item.objects.get(pk=small.SHARED)
    assert item.round.members.count() == 0
    assert not Item.objects.visible_to(ANONYMOUS).filter(pk=item.pk).exists()


@pytest.mark.django_db
def test_the_public_package_holds_nothing_else(small_files, in_folder, tmp_path):
    import_package(in_folder(small_files))
    concept = Concept.objects.get()
    files = package_files(concept, profile="public")
    everything = b"\n".join(content for name, content in files.items() if not name.endswith(".zip"))
    for hidden in (
        small.SECRET,
        small.SHARED,
        "Geheimvorhaben",
        "Geheimer Grund",
        "Rundenvorhaben",
        "M 2",
        small.GONE,
    ):
        expected = hidden == small.GONE  # its tombstone: the public knew it
        assert (hidden.encode() in everything) == expected, hidden
    assert b"Geheimvorhaben" not in b"".join(
        read_files_of(files["editions/insek-2025.zip"], tmp_path).values()
    )


def read_files_of(content, tmp_path):
    """The files of a zip."""
    target = tmp_path / "ausgabe.zip"
    target.write_bytes(content)
    return read_files(target)


@pytest.mark.django_db
def test_the_public_package_leaves_no_loose_ends(small_files, in_folder, tmp_path):
    """What is public may rest on what is not: then the reference is empty, and the package is whole all the same."""
    import_package(in_folder(small_files))
    for pk in (small.PAPER, small.BEZIRK, small.GOAL, small.INDICATOR):
        Item.objects.filter(pk=pk).update(visibility="internal")
    concept = Concept.objects.get()
    export_package(concept, tmp_path / "public", profile="public")
    files = read_files(tmp_path / "public")
    assert small.rows_of(files, "observations.csv") == small.rows_of(files, "series_breaks.csv") == []
    assert [row["parent"] for row in small.rows_of(files, "goals.csv")] == [""]
    import_package(tmp_path / "public", replace=True)
    assert differing(package_files(concept, profile="public"), files) == []


@pytest.mark.django_db
def test_a_frozen_edition_comes_along(small_files, in_folder):
    import_package(in_folder(small_files))
    with Edition.objects.get(key="insek-2025").archive.open("rb") as archive:
        assert archive.read() == small_files["editions/insek-2025.zip"]


@pytest.mark.django_db
def test_replacing_takes_the_place_of_the_concept(small_files, in_folder):
    folder = in_folder(small_files)
    before = import_package(folder).concept
    update_item(
        Item.objects.get(pk=small.GOAL), expected_version=1, values={"title": "Geändert"}, actor=PROGRAM
    )
    new = make_item("goal", title="Neu", concept=before)
    audience = Round.objects.create(concept=before, name="Beirat")
    Item.objects.filter(pk=small.SHARED).update(round=audience)
    report = import_package(folder, replace=True)
    assert report.replaced
    assert report.concept.pk == before.pk
    goal = Item.objects.get(pk=small.GOAL)
    assert (goal.title, goal.version) == ('Mit "Anführung", Komma und =1+1', 3)
    assert Item.objects.get(pk=small.SHARED).round == audience
    assert Tombstone.objects.filter(pk=new.pk, was_public=True).exists()
    assert list(Change.objects.filter(item_id=small.GOAL).values_list("action", flat=True)) == ["created"]
    assert differing(package_files(before), small_files) == ["datapackage.json", "tombstones.csv"]


@pytest.mark.django_db
def test_a_database_with_a_concept_is_left_alone(small_files, in_folder):
    folder = in_folder(small_files)
    import_package(folder)
    with pytest.raises(PackageRefused) as refused:
        import_package(folder)
    [problem] = refused.value.problems
    assert (problem.code, problem.file, problem.row, problem.column) == ("not_empty", "concept.csv", 2, "key")


@pytest.mark.django_db
def test_replacing_another_concept_is_refused(small_files, in_folder):
    import_package(in_folder(small_files))
    Concept.objects.update(key="andere-stadt")
    with pytest.raises(PackageRefused, match="andere-stadt"):
        import_package(in_folder(small_files), replace=True)


@pytest.mark.django_db
def test_a_deleted_item_does_not_come_back(small_files, in_folder):
    folder = in_folder(small_files)
    import_package(folder)
    delete_item(Item.objects.get(pk=small.SECRET), expected_version=1, actor=PROGRAM)
    with pytest.raises(PackageRefused) as refused:
        import_package(folder, replace=True)
    [problem] = refused.value.problems
    line = small.line_of(small_files, "measures.csv", small.SECRET)
    assert (problem.code, problem.file, problem.row, problem.column) == (
        "deleted_id",
        "measures.csv",
        line,
        "id",
    )


@pytest.mark.django_db
@pytest.mark.parametrize("here", [{"sha256": "0" * 64}, {"key": "insek-2024"}])
def test_an_adopted_edition_cannot_be_replaced_or_left_out(small_files, in_folder, here):
    folder = in_folder(small_files)
    import_package(folder)
    Edition.objects.filter(key="insek-2025").update(**here)
    with pytest.raises(PackageRefused) as refused:
        import_package(folder, replace=True)
    assert [problem.code for problem in refused.value.problems] == ["frozen_edition"]


@pytest.mark.django_db
def test_an_edition_names_only_what_it_holds():
    """The small concept links what is part of an edition to resolutions, which are not."""
    concept = small.make_small_concept()
    files = edition_files(concept, parts=lambda items: items)
    held = {
        row["id"]
        for name in files
        if name.endswith(".csv")
        for row in small.rows_of(files, name)
        if "id" in row
    }
    ends = {row[end] for row in small.rows_of(files, "links.csv") for end in ("source", "target")}
    assert small.GOAL in ends
    assert ends <= held
    assert Link.objects.filter(target__kind="resolution").exists()


@pytest.mark.django_db
def test_a_package_holds_one_concept(small_files, in_folder):
    import_package(in_folder(small_files))
    concept = Concept.objects.get()
    make_concept(key="zweite")
    assert [row["key"] for row in small.rows_of(package_files(concept), "concept.csv")] == ["musterstadt"]


@pytest.mark.django_db
def test_a_place_keeps_its_box(small_files, in_folder, tmp_path):
    import_package(in_folder(small_files))
    measure = Item.objects.get(pk=small.MEASURE)
    set_location(measure, Point(7.7, 49.4), expected_version=measure.version, actor=PROGRAM)
    export_package(Concept.objects.get(), tmp_path / "mit-ort")
    import_package(tmp_path / "mit-ort", replace=True)
    place = Location.objects.get()
    assert (place.west, place.south, place.east, place.north) == (7.7, 49.4, 7.7, 49.4)


@pytest.mark.django_db
def test_only_who_may_publish_may_import(small_files, in_folder):
    with pytest.raises(PermissionDenied):
        import_package(in_folder(small_files), actor=ANONYMOUS)


@pytest.mark.django_db
def test_export_spares_a_folder_that_holds_something_else(concept, tmp_path):
    (tmp_path / "brief.txt").write_text("wichtig")
    with pytest.raises(ExportRefused):
        export_package(concept, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["brief.txt"]


@pytest.mark.django_db
def test_export_over_an_older_package_leaves_no_old_file(concept, tmp_path):
    concept.introduction = "Früher stand hier etwas."
    export_package(concept, tmp_path / "paket")
    concept.save()
    export_package(concept, tmp_path / "paket")
    assert (tmp_path / "paket" / "texts" / "introduction.md").exists()
    Concept.objects.update(introduction="")
    (tmp_path / "paket" / "notiz.txt").write_text("bleibt")
    digest = export_package(concept, tmp_path / "paket")
    assert not (tmp_path / "paket" / "texts" / "introduction.md").exists()
    (tmp_path / "paket" / "notiz.txt").unlink()
    assert package_hash(read_files(tmp_path / "paket")) == digest
