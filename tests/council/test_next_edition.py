"""The next edition: worked on beside the one in force, with a Verbleib for each item, and valid by one switch."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import override_settings
from django.utils import timezone

from insek.concept.models import Edition, Field
from insek.council.edition_items import EditionItem, Succession
from insek.council.in_force import in_force_on, rows_before, rows_in_force
from insek.council.prospect import parts_for, prospect
from insek.council.services import SuccessionMissing, adopt_edition, file_edition
from insek.council.successions import Seen, entries_of, say_fate, take_back_fate, told_of
from insek.people.actors import ANONYMOUS, PROGRAM
from insek.people.locking import Conflict
from insek.release.bundles import BundleFails, keep_for, release_from
from insek.release.bundling import bundling
from insek.release.models import Proposal
from insek.release.releases import link_or_propose, save_or_propose
from insek.release.row_proposals import add_or_propose
from insek.steering.models import StatusReport
from insek.thread.models import Item, Link
from insek.thread.rows import rows_named
from insek.thread.services import update_item
from insek.thread.setting_up import delete_part
from tests.council.editions import adopt, file, make_resolution
from tests.factories import make_actor, make_edition, make_item

TODAY = timezone.localdate()
BEFORE = TODAY - timedelta(days=400)


@pytest.fixture(autouse=True)
def files(tmp_path):
    with override_settings(MEDIA_ROOT=tmp_path):
        yield


@pytest.fixture
def goals(concept):
    return [
        make_item("goal", number=f"Z {number}", title=f"Ziel {number}", text="Wie beschlossen.")
        for number in (1, 2, 3)
    ]


@pytest.fixture
def in_force(concept, goals):
    return adopt(make_edition(concept, "eins"), make_resolution(date=BEFORE))


@pytest.fixture
def draft(concept, in_force):
    return make_edition(concept, "zwei")


def bundled(draft, item, **values):
    """A change of a public item that waits for an edition."""
    item.refresh_from_db()
    with bundling(draft):
        return save_or_propose(item, expected_version=item.version, values=values, actor=PROGRAM)


def sign(edition):
    return prospect(edition).counts.sign


def fates(draft):
    return {number: entry.proposed for number, entry in entries(draft).items()}


def entries(draft):
    found = entries_of(draft, prospect(draft).parts)
    return {entry.row.number: entry for entry in found if entry.row.table == "goals"}


def seen(*items, version=0):
    return [Seen("goals", item.pk, version) for item in items]


def test_a_change_for_the_next_edition_is_kept_and_nothing_public_changes(draft, goals):
    proposal = bundled(draft, goals[0], text="Wie künftig.")
    assert (proposal.state, proposal.edition_key) == ("bundled", "zwei")
    assert Item.objects.get(pk=goals[0].pk).text == "Wie beschlossen."
    assert not Proposal.objects.waiting().exists() and not Proposal.objects.visible_to(ANONYMOUS).exists()
    public = {part.number: part.content["cells"].get("text") for part in parts_for(draft)[1]}
    later = {part.number: part.content["cells"].get("text") for part in prospect(draft).parts}
    assert public["Z 1"] == "Wie beschlossen." and later["Z 1"] == "Wie künftig."
    assert Item.objects.get(pk=goals[0].pk).text == "Wie beschlossen."


def test_what_is_no_content_of_an_edition_is_never_kept_back(draft, concept):
    """A report is of today, whatever edition somebody works for."""
    measure = make_item("measure", number="M 1")
    with bundling(draft):
        made = add_or_propose(
            rows_named("status_report"),
            measure,
            {"reported_on": TODAY, "state": "on_track", "happened": "Läuft."},
            actor=PROGRAM,
        )
    assert isinstance(made, StatusReport)


def test_links_of_the_next_edition_wait_with_it(draft, goals):
    measure = make_item("measure", number="M 1")
    with bundling(draft):
        proposal = link_or_propose(goals[0], measure, kind="implemented_by", reason="Weil.", actor=PROGRAM)
    assert proposal.state == "bundled" and not Link.objects.exists()


def test_filing_freezes_what_was_worked_on_beside_and_adoption_makes_it_valid_at_once(draft, goals):
    change = bundled(draft, goals[0], text="Wie künftig.")
    added = make_item("goal", number="Z 4", title="Neu", visibility="internal")
    bundled(draft, added, visibility="public")
    say_fate(draft, seen(goals[2]), fate="dropped", reason="Überholt.", actor=PROGRAM)
    filed = file_edition(draft, confirmed=sign(draft), actor=PROGRAM)
    held = EditionItem.objects.filter(edition=filed, table="goals")
    rows = {row.number: row.content["cells"].get("text") for row in held}
    assert set(rows) == {"Z 1", "Z 2", "Z 4"} and rows["Z 1"] == "Wie künftig."
    assert Item.objects.visible_to(ANONYMOUS).filter(kind="goal").count() == 3
    assert Item.objects.get(pk=goals[0].pk).text == "Wie beschlossen."
    adopted = adopt(filed, make_resolution(date=TODAY))
    assert adopted.sha256 == adopted.filed_sha256
    assert Item.objects.get(pk=goals[0].pk).text == "Wie künftig."
    public = Item.objects.visible_to(ANONYMOUS).filter(kind="goal").order_by("number")
    assert [item.number for item in public] == ["Z 1", "Z 2", "Z 4"]
    change.refresh_from_db()
    assert change.state == "released" and not Proposal.objects.filter(state="bundled").exists()
    assert [each.fate for each in told_of(goals[2].pk, adopted.concept)] == ["dropped"]


def test_a_bundle_that_does_not_fit_any_more_stops_filing_and_changes_nothing(draft, goals):
    measure = make_item("measure", number="M 1")
    with bundling(draft):
        link_or_propose(goals[0], measure, kind="implemented_by", reason="Weil.", actor=PROGRAM)
    bundled(draft, goals[1], title="Anders")
    update_item(measure, expected_version=measure.version, values={"visibility": "internal"}, actor=PROGRAM)
    ahead = prospect(draft)
    assert len(ahead.failed) == 1
    with pytest.raises(BundleFails):
        file_edition(draft, confirmed=ahead.counts.sign, actor=PROGRAM)
    assert Item.objects.get(pk=goals[1].pk).title == "Ziel 2"


def test_all_of_a_bundle_becomes_valid_or_nothing_of_it(draft, goals):
    measure = make_item("measure", number="M 1")
    bundled(draft, goals[1], title="Anders")
    with bundling(draft):
        link_or_propose(goals[0], measure, kind="implemented_by", reason="Weil.", actor=PROGRAM)
    filed = file_edition(draft, confirmed=sign(draft), actor=PROGRAM)
    update_item(measure, expected_version=measure.version, values={"visibility": "internal"}, actor=PROGRAM)
    with pytest.raises(BundleFails):
        adopt_edition(filed, resolution=make_resolution(date=TODAY), actor=PROGRAM)
    filed.refresh_from_db()
    assert filed.status == "filed" and Item.objects.get(pk=goals[1].pk).title == "Ziel 2"
    assert Proposal.objects.filter(state="bundled").count() == 2


def test_a_waiting_change_goes_into_an_edition_and_out_again(draft, goals):
    actor = make_actor("planner")
    item = goals[0]
    proposal = save_or_propose(item, expected_version=item.version, values={"title": "Neu"}, actor=actor)
    kept = keep_for(proposal, draft, expected_version=1, actor=actor)
    assert (kept.state, kept.edition_key, kept.version) == ("bundled", "zwei", 2)
    with pytest.raises(PermissionDenied):
        release_from(kept, expected_version=2, actor=make_actor("practice"))
    with pytest.raises(ValidationError, match="liegen Änderungen bereit"):
        delete_part(draft, expected_version=draft.version, actor=PROGRAM)
    assert release_from(kept, expected_version=2, actor=actor).state == "waiting"


def test_verbleib_is_proposed_from_what_is_known_and_said_by_a_person(draft, goals):
    bundled(draft, goals[0], text="Wie künftig.")
    assert fates(draft) == {"Z 1": "changed", "Z 2": "kept", "Z 3": "kept"}
    assert not Succession.objects.exists()
    [said] = say_fate(draft, seen(goals[1]), fate="kept", actor=PROGRAM)
    assert [number for number, entry in entries(draft).items() if entry.is_open] == ["Z 1", "Z 3"]
    bundled(draft, goals[1], text="Doch anders.")
    assert entries(draft)["Z 2"].is_contradicted and not entries(draft)["Z 1"].is_contradicted
    assert said.version == 1


@pytest.mark.parametrize(
    ("fate", "values", "field"),
    [
        ("changed", {}, "warum"),
        ("merged", {"reason": "Weil."}, "an seine Stelle"),
        ("split", {"reason": "Weil.", "into": ["one"]}, "mindestens zwei"),
        ("dropped", {"reason": "Weil.", "into": ["one"]}, "nichts, was ihm folgt"),
        ("merged", {"reason": "Weil.", "into": ["nichts"]}, "gibt es nicht"),
    ],
)
def test_verbleib_needs_what_it_says(draft, goals, fate, values, field):
    into = [goals[0].pk if name == "one" else name for name in values.pop("into", [])]
    with pytest.raises(ValidationError, match=field):
        say_fate(draft, seen(goals[1]), fate=fate, into=into, actor=PROGRAM, **values)
    assert not Succession.objects.exists()


def test_who_merges_into_one_of_them_keeps_that_one(draft, goals):
    [first, second] = say_fate(
        draft,
        seen(goals[0], goals[1]),
        fate="merged",
        reason="Gehört zusammen.",
        into=[goals[0].pk],
        actor=PROGRAM,
    )
    assert not first.leaves and second.leaves
    assert {part.number for part in prospect(draft).parts if part.table == "goals"} == {"Z 1", "Z 3"}


def test_two_who_say_a_verbleib_at_once_do_not_overwrite_each_other(draft, goals):
    say_fate(draft, seen(goals[0]), fate="kept", actor=PROGRAM)
    with pytest.raises(Conflict):
        say_fate(draft, seen(goals[0], goals[1]), fate="done", reason="Ist fertig.", actor=PROGRAM)
    assert Succession.objects.get().fate == "kept"
    take_back_fate(draft, seen(goals[0], version=1), actor=PROGRAM)
    assert not Succession.objects.exists()


def test_what_vanishes_without_a_word_stops_filing(draft, goals):
    goals[2].refresh_from_db()
    update_item(goals[2], expected_version=goals[2].version, values={"visibility": "internal"}, actor=PROGRAM)
    with pytest.raises(SuccessionMissing) as refused:
        file_edition(draft, confirmed=sign(draft), actor=PROGRAM)
    assert [row.number for row in refused.value.rows] == ["Z 3"]
    say_fate(draft, seen(goals[2]), fate="done", reason="Ist gebaut.", actor=PROGRAM)
    assert file_edition(draft, confirmed=sign(draft), actor=PROGRAM).status == "filed"


def test_verbleib_of_a_draft_is_nobodys_business(draft, goals):
    say_fate(draft, seen(goals[2]), fate="dropped", reason="Geheim.", actor=PROGRAM)
    assert told_of(goals[2].pk, draft.concept) == []
    with pytest.raises(PermissionDenied):
        say_fate(draft, seen(goals[0]), fate="kept", actor=make_actor("council"))


def test_a_part_update_leaves_the_rest_in_force_with_its_edition(concept, goals):
    measure = make_item("measure", number="M 1", title="Alt")
    whole = adopt(make_edition(concept, "ganz"), make_resolution(date=BEFORE))
    measure.refresh_from_db()
    update_item(measure, expected_version=measure.version, values={"title": "Neu"}, actor=PROGRAM)
    part = make_edition(concept, "liste", scope_tables="measures")
    file(part)
    part = adopt(part, make_resolution(date=TODAY))
    whole.refresh_from_db()
    assert (whole.status, part.status) == ("adopted", "adopted")
    assert {row.table for row in EditionItem.objects.filter(edition=part)} == {"measures"}
    named = {str(row.edition.key) for row in rows_in_force(concept, TODAY).values() if row.table == "goals"}
    assert named == {"ganz"}
    held = rows_in_force(concept, TODAY)["measures", measure.pk]
    assert (held.edition.key, held.title) == ("liste", "Neu")
    assert [entry.edition.key for entry in in_force_on(concept, TODAY)] == ["liste", "ganz"]
    assert [entry.edition.key for entry in in_force_on(concept, BEFORE)] == ["ganz"]
    assert in_force_on(concept, BEFORE - timedelta(days=1)) == []
    again = make_edition(concept, "liste-2", scope_tables="measures")
    assert {row.edition.key for row in rows_before(again).values()} == {"liste"}
    file(again)
    adopt(again, make_resolution(date=TODAY + timedelta(days=0)))
    assert Edition.objects.get(pk=whole.pk).status == "adopted"


def test_a_part_of_one_field_holds_only_that_field(concept):
    wohnen, arbeit = Field.objects.get(key="wohnen"), Field.objects.get(key="klima")
    inside, outside = make_item("goal", number="Z 1"), make_item("goal", number="Z 2")
    inside.fields.set([wohnen])
    outside.fields.set([arbeit])
    part = make_edition(concept, "feld", scope_fields="wohnen")
    assert {(p.table, p.key) for p in parts_for(part)[1]} == {("goals", inside.pk), ("fields", "wohnen")}


def test_days_before_the_first_edition_hold_nothing(concept, in_force):
    assert in_force_on(concept, date(2000, 1, 1)) == []
