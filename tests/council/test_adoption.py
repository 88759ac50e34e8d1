"""A draft is filed and frozen by that; the resolution adopts what was filed, with its amendments and nothing else."""

import zipfile
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from io import BytesIO

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import override_settings
from django.utils import timezone

from insek.concept.models import Edition
from insek.council import indexing
from insek.council.edition_items import Amendment, EditionItem
from insek.council.edition_queries import changes_since, numbers_of
from insek.council.indexing import build_all
from insek.council.services import (
    EditionIncomplete,
    NumbersChanged,
    VotedAmendment,
    adopt_edition,
    file_edition,
    parts_for,
    withdraw_edition,
)  # fmt: skip
from insek.package.editions import EditionChanged, verify_editions
from insek.people.actors import PROGRAM
from insek.thread.models import Change, EditionNumber, Item, Link
from insek.thread.services import delete_item, update_item
from tests.council.editions import FACT, adopt, file, make_resolution, sign_of
from tests.factories import make_actor, make_edition, make_item

TODAY = timezone.localdate()


@pytest.fixture(autouse=True)
def files(tmp_path):
    with override_settings(MEDIA_ROOT=tmp_path):
        yield tmp_path


@pytest.fixture
def edition(concept):
    return make_edition(concept)


@pytest.fixture
def goal(concept):
    return make_item("goal", number="Z 1", title="Öffentliches Ziel", text="Der Wortlaut von gestern.")


def voted_today(**values):
    return make_resolution(date=TODAY, **values)


def texts(edition, field="archive"):
    """All files of an archive in one text."""
    with getattr(edition, field).open("rb") as file_:
        archive = zipfile.ZipFile(BytesIO(file_.read()))
    return "\n".join(archive.read(name).decode() for name in archive.namelist())


def items_of(edition):
    return {row.title: row for row in EditionItem.objects.filter(edition=edition)}


def change(item, **values):
    item.refresh_from_db()
    return update_item(item, expected_version=item.version, values=values, actor=PROGRAM)


def test_filing_freezes_what_is_public_with_day_hash_and_numbers(edition, goal):
    make_item("goal", number="Z 2", title="Interner Entwurf", visibility="internal")
    filed = file(edition)
    assert (filed.status, filed.filed_on, filed.date, len(filed.filed_sha256)) == ("filed", TODAY, None, 64)
    change(goal, text="Der Wortlaut von heute.")
    content = texts(filed, "filed_archive")
    assert "Der Wortlaut von gestern." in content
    assert "Interner Entwurf" not in content
    row = items_of(filed)["Öffentliches Ziel"]
    assert (row.number, row.key, row.item_version, row.content["cells"]["text"]) == (
        "Z 1",
        goal.pk,
        1,
        "Der Wortlaut von gestern.",
    )
    assert dict(EditionNumber.objects.values_list("number", "item_id")) == {"Z 1": goal.pk}


def test_the_resolution_adopts_what_was_filed_and_not_what_was_changed_since(edition, goal):
    """On the old code the text of the moment of entering was frozen."""
    measure = make_item("measure", number="M 1", title="Maßnahme")
    file(edition)
    change(goal, text="Der Wortlaut von heute.")
    make_item("goal", number="Z 9", title="Nie beraten")
    change(measure, visibility="internal")
    resolution = voted_today()
    adopted = adopt(edition, resolution)
    resolution.refresh_from_db()
    assert (adopted.status, adopted.date, adopted.entered_on, resolution.edition) == (
        "adopted",
        TODAY,
        TODAY,
        adopted,
    )
    assert adopted.sha256 == adopted.filed_sha256
    content = texts(adopted)
    assert "Der Wortlaut von gestern." in content and "Maßnahme" in content
    assert "Der Wortlaut von heute." not in content and "Nie beraten" not in content
    assert {title for title, row in items_of(adopted).items() if row.table != "fields"} == {
        "Öffentliches Ziel",
        "Maßnahme",
    }
    assert {row.amended for row in items_of(adopted).values()} == {""}
    changes = {each.title: each.names for each in changes_since(adopted, parts_for(adopted)[1])}
    assert changes == {"Öffentliches Ziel": ("text",), "Nie beraten": (), "Maßnahme": ()}


def test_of_what_changed_only_the_amendments_that_were_voted_are_adopted(edition, goal):
    struck, kept = (
        make_item("goal", number="Z 2", title="Gestrichen"),
        make_item("goal", number="Z 3", title="Bleibt"),
    )
    file(edition)
    change(goal, text="Wie der Rat es wollte.", title="Nur ein Tippfehler")
    change(struck, visibility="internal")
    change(kept, text="Nicht beraten.")
    added = make_item("goal", number="Z 4", title="Vom Rat hinzugefügt", text="Neu.")
    voted = [
        VotedAmendment("goals", goal.pk, frozenset({"text"}), "In Z 1 wird der Text ersetzt."),
        VotedAmendment("goals", struck.pk, frozenset(), "Z 2 wird gestrichen."),
        VotedAmendment("goals", added.pk, frozenset(), "Z 4 kommt hinzu."),
    ]
    adopted = adopt(edition, voted_today(outcome="adopted_with_changes"), voted=voted)
    rows = items_of(adopted)
    assert {title: row.amended for title, row in rows.items() if row.table == "goals"} == {
        "Öffentliches Ziel": "changed", "Gestrichen": "struck", "Bleibt": "", "Vom Rat hinzugefügt": "added",
    }  # fmt: skip
    first = rows["Öffentliches Ziel"]
    assert first.content["cells"]["text"] == "Wie der Rat es wollte."
    assert first.filed["cells"]["text"] == "Der Wortlaut von gestern."
    assert rows["Gestrichen"].content is None and rows["Gestrichen"].filed["cells"]["title"] == "Gestrichen"
    content = texts(adopted)
    assert "Wie der Rat es wollte." in content and "Nur ein Tippfehler" not in content
    assert (
        "Vom Rat hinzugefügt" in content and "Gestrichen" not in content and "Nicht beraten." not in content
    )
    assert adopted.sha256 != adopted.filed_sha256
    assert "Der Wortlaut von gestern." in texts(adopted, "filed_archive")
    assert Amendment.objects.get(key=struck.pk).text == "Z 2 wird gestrichen."
    numbers = dict(EditionNumber.objects.filter(edition=adopted).values_list("number", "item_id"))
    assert numbers == {"Z 1": goal.pk, "Z 3": kept.pk, "Z 4": added.pk}
    assert verify_editions() == 2


@pytest.mark.parametrize("outcome", ["adopted", "adopted_with_changes"])
def test_amendments_and_the_outcome_of_the_resolution_agree(edition, goal, outcome):
    file(edition)
    change(goal, text="Anders.")
    voted = [VotedAmendment("goals", goal.pk, frozenset({"text"}), "In Z 1 …")]
    resolution = voted_today(outcome=outcome)
    with pytest.raises(ValidationError, match="Änderungen"):
        adopt(edition, resolution, voted=voted if outcome == "adopted" else [])
    assert adopt(edition, resolution, wordless=True).sha256 == edition.filed_sha256


def test_an_amendment_names_a_change_that_was_made_and_its_words(edition, goal):
    file(edition)
    resolution = voted_today(outcome="adopted_with_changes")
    with pytest.raises(ValidationError, match="Inzwischen"):
        adopt(edition, resolution, voted=[VotedAmendment("goals", goal.pk, frozenset({"text"}), "In Z 1 …")])
    change(goal, text="Anders.")
    with pytest.raises(ValidationError, match="Wortlaut"):
        adopt(edition, resolution, voted=[VotedAmendment("goals", goal.pk, frozenset({"text"}), " ")])
    edition.refresh_from_db()
    assert (edition.status, edition.sha256) == ("filed", "")


def test_what_was_filed_after_the_resolution_was_not_before_the_council(edition, goal):
    file(edition)
    with pytest.raises(ValidationError, match="erst nach dem Beschluss"):
        adopt(edition, make_resolution(date=TODAY - timedelta(days=1)))


def test_a_resolution_of_tomorrow_adopts_nothing(edition, goal):
    file(edition)
    with pytest.raises(ValidationError, match="in der Zukunft"):
        adopt(edition, make_resolution(date=TODAY + timedelta(days=1)))


def test_an_edition_without_goal_and_measure_is_neither_filed_nor_adopted(edition):
    make_item("goal", visibility="internal")
    make_item("vision")
    for act in (file, adopt):
        with pytest.raises(ValidationError, match="weder ein Ziel noch eine Maßnahme"):
            act(edition)
    edition.refresh_from_db()
    assert (edition.status, edition.filed_sha256, edition.sha256) == ("draft", "", "")


def test_what_was_confirmed_is_what_is_frozen(edition, goal):
    sign = sign_of(edition)
    make_item("measure")
    with pytest.raises(NumbersChanged):
        file_edition(edition, confirmed=sign, actor=PROGRAM)
    with pytest.raises(NumbersChanged):
        adopt_edition(edition, resolution=make_resolution(), actor=PROGRAM, confirmed=sign)
    assert not EditionItem.objects.exists()


def test_the_numbers_say_what_goes_in_and_what_stays_out(edition, goal):
    make_item("goal", visibility="internal")
    make_item("goal", standing="example")
    make_item("contribution")
    numbers = numbers_of(edition, parts_for(edition)[1])
    assert (numbers.inside, numbers.internal, numbers.apart) == (1, 1, 1)
    rows = {row.table: (row.inside, row.internal, row.apart) for row in numbers.rows}
    assert (rows["goals"], rows["measures"], rows["fields"][0]) == ((1, 1, 1), (0, 0, 0), 2)


def test_examples_are_in_no_real_edition_and_nothing_real_in_an_example(concept, edition, goal):
    make_item("goal", title="Erfunden", standing="example")
    file(edition)
    assert "Erfunden" not in texts(edition, "filed_archive")
    sample = file(make_edition(concept, "beispiel", standing="example"))
    assert "Erfunden" in texts(sample, "filed_archive") and "Öffentliches Ziel" not in texts(
        sample, "filed_archive"
    )
    assert {row.title for row in EditionItem.objects.filter(edition=sample)} == {"Erfunden"}


def test_an_edition_adopted_long_ago_is_a_late_entry_with_both_days(edition, goal):
    adopted = adopt(edition, make_resolution(date="2025-10-06"))
    assert (adopted.date, adopted.entered_on, adopted.filed_on) == (date(2025, 10, 6), TODAY, None)
    assert adopted.is_late_entry
    assert "Der Wortlaut von gestern." in texts(adopted)
    assert items_of(adopted)["Öffentliches Ziel"].amended == ""


def test_an_older_edition_entered_late_does_not_take_the_place_of_the_one_in_force(concept, edition, goal):
    """On the old code the edition entered last was in force, whatever its day."""
    adopt(edition, make_resolution(date="2025-10-06"))
    adopt(make_edition(concept, "alt"), make_resolution(date="2012-03-01"))
    assert dict(Edition.objects.values_list("key", "status")) == {"entwurf": "adopted", "alt": "superseded"}


def test_a_later_adoption_supersedes_the_earlier_one_and_no_example(concept, goal):
    make_item("goal", standing="example")
    sample = make_edition(concept, "beispiel", standing="example")
    adopt(sample, make_resolution(standing="example", date="2020-01-01"))
    make_edition(concept, "insek-2025", status="adopted", date=date(2025, 10, 6), standing="fact")
    adopt(make_edition(concept, "fortschreibung"), make_resolution(date="2026-01-01"))
    assert dict(Edition.objects.values_list("key", "status")) == {
        "beispiel": "adopted", "insek-2025": "superseded", "fortschreibung": "adopted",
    }  # fmt: skip


def test_an_edition_is_filed_and_adopted_once(edition, goal):
    file(edition)
    with pytest.raises(ValidationError, match="keine Arbeitsfassung"):
        file(edition)
    adopt(edition, voted_today())
    with pytest.raises(ValidationError, match="schon beschlossen"):
        adopt(edition, voted_today())


def test_one_resolution_adopts_one_edition(concept, edition, goal):
    resolution = make_resolution()
    adopt(edition, resolution)
    with pytest.raises(ValidationError, match="andere Ausgabe"):
        adopt(make_edition(concept, "zweite"), resolution)
    assert not Edition.objects.get(key="zweite").archive


def test_what_was_not_adopted_stays_readable_and_is_not_adopted_any_more(edition, goal):
    file(edition)
    digest = edition.filed_sha256
    withdrawn = withdraw_edition(edition, reason="Die Vorlage wurde zurückgezogen.", actor=PROGRAM)
    assert (withdrawn.status, withdrawn.filed_sha256) == ("withdrawn", digest)
    assert "Die Vorlage wurde zurückgezogen." in withdrawn.note
    assert "Der Wortlaut von gestern." in texts(withdrawn, "filed_archive")
    with pytest.raises(ValidationError, match="keine Arbeitsfassung"):
        adopt(withdrawn, voted_today())


@pytest.mark.parametrize(
    ("edition_standing", "resolution"), [("working", {"standing": "example"}), ("example", FACT)]
)
@pytest.mark.parametrize("is_filed", [True, False])
def test_examples_and_reality_do_not_mix(concept, edition, goal, edition_standing, resolution, is_filed):
    edition.standing = edition_standing
    edition.save()
    make_item("goal", standing="example")
    if is_filed:
        file(edition)
    with pytest.raises(ValidationError, match="Beispielbeschluss"):
        adopt(edition, make_resolution(date=TODAY, **resolution))
    edition.refresh_from_db()
    assert (edition.is_adopted, edition.sha256) == (False, "")


def test_blocking_gaps_forbid_filing_and_late_entry(edition, goal):
    example, real = make_item("goal", standing="example"), make_item("resolution", **FACT)
    Link.objects.create(source=example, target=real, kind="adopted_by")
    for act in (file, adopt):
        with pytest.raises(EditionIncomplete) as refused:
            act(edition)
        assert [gap.name for gap in refused.value.gaps] == ["example_decided"]


def test_what_was_rejected_adopts_nothing(edition, goal):
    with pytest.raises(ValidationError, match="nichts angenommen"):
        adopt(edition, make_resolution(outcome="rejected"))


@pytest.mark.parametrize("role", ["planner", "practice", "administrator", "council", None])
def test_only_the_project_lead_files_and_adopts(edition, goal, role):
    actor = make_actor(role)
    for act in (file, adopt):
        with pytest.raises(PermissionDenied):
            act(edition, actor=actor)
    file(edition)
    with pytest.raises(PermissionDenied):
        withdraw_edition(edition, reason="Weil", actor=actor)


def test_a_filed_draft_that_was_changed_on_disk_is_not_adopted(edition, goal):
    file(edition)
    storage, name = edition.filed_archive.storage, edition.filed_archive.name
    storage.delete(name)
    storage.save(name, BytesIO(b"kein Zip"))
    with pytest.raises(ValidationError, match="verändert"):
        adopt(edition, voted_today())
    with pytest.raises(EditionChanged):
        verify_editions()


def test_an_archive_is_not_left_behind_when_adopting_fails(files, edition, goal, monkeypatch):
    monkeypatch.setattr("insek.council.services._record", lambda *args, **values: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        file(edition)
    edition.refresh_from_db()
    assert edition.status == "draft"
    assert [path for path in files.rglob("*") if path.is_file()] == []
    assert not EditionItem.objects.exists() and not EditionNumber.objects.exists()


def test_the_items_of_an_archive_of_the_first_version_are_read_from_it(edition, goal, monkeypatch):
    adopted = adopt(edition)
    before = {row.key: row.content for row in EditionItem.objects.all()}
    EditionItem.objects.all().delete()
    build_all()
    assert {row.key: row.content for row in EditionItem.objects.filter(edition=adopted)} == before
    told = []
    with monkeypatch.context() as large:
        large.setattr(
            indexing, "announced", lambda: told.append(EditionItem.objects.count()) or nullcontext()
        )
        for few in (True, False):
            EditionItem.objects.all().delete()
            large.setattr(indexing, "BATCH", len(before) - (not few))
            build_all()
    assert told == [0]  # of many at once others are told, since they wait for them
    delete_item(Item.objects.get(pk=goal.pk), expected_version=1, actor=PROGRAM)
    build_all()
    assert items_of(adopted)["Öffentliches Ziel"].content["cells"]["text"] == "Der Wortlaut von gestern."


def test_of_an_edition_of_the_first_version_history_knows_the_day_of_entry(concept, edition, goal):
    """Upgrading: version 0.1 kept no day of entry; what it froze is a late entry of the day that history names."""
    adopted = adopt(edition, make_resolution(date="2025-10-06"))
    lost = make_edition(concept, "ohne-text", status="adopted", date=date(2020, 1, 1))
    Edition.objects.update(entered_on=None)
    Change.objects.filter(action="frozen").update(at=datetime(2025, 11, 3, 23, 30, tzinfo=UTC))
    import_module("insek.council.migrations.0006_day_of_entry").say_when(apps, None)
    adopted.refresh_from_db()
    lost.refresh_from_db()
    assert (adopted.entered_on, lost.entered_on) == (date(2025, 11, 4), None)
    assert adopted.is_late_entry
