"""Taking back one change of the history, through the services and the release step."""

from decimal import Decimal

import pytest
import shapely
from django.core.exceptions import PermissionDenied, ValidationError

from insek.participation import moderation
from insek.people.actors import PROGRAM
from insek.people.locking import Conflict
from insek.places.locations import location_of, set_location
from insek.release import releases, undo
from insek.release.models import Proposal
from insek.thread import history
from insek.thread.kinds import kind_named
from insek.thread.models import Change, Item, Link, Round
from insek.thread.services import change_link, link_items, unlink_items, update_item
from tests.factories import make_actor, make_edition, make_item, make_link, make_unit

pytestmark = pytest.mark.django_db


def last_change(item):
    return Change.objects.filter(item_id=item.pk).order_by("-pk").first()


def changed(item, **values):
    fields, themes = values.pop("fields", None), values.pop("themes", None)
    item.refresh_from_db()
    update_item(
        item, expected_version=item.version, values=values, actor=PROGRAM, fields=fields, themes=themes
    )
    item.refresh_from_db()
    return last_change(item)


def test_words_come_back_as_a_new_change_that_names_the_old_one(concept):
    item = make_item("goal", title="Mehr Rad", text="Alt.", visibility="internal")
    change = changed(item, title="Weniger Rad", text="Neu.")
    planner = make_actor("planner")
    done = undo.undo_change(change, actor=planner)
    assert (done.title, done.text, done.version) == ("Mehr Rad", "Alt.", 3)
    line = last_change(item)
    assert (line.action, line.actor_id) == ("updated", planner.user_id)
    assert line.differences["title"] == ["Weniger Rad", "Mehr Rad"]
    assert line.differences[history.UNDOES] == [None, {"change": change.pk, "at": change.at.isoformat()}]


def test_taking_back_the_taking_back_brings_the_words_again(concept):
    item = make_item("goal", title="Mehr Rad", visibility="internal")
    undo.undo_change(changed(item, title="Weniger Rad"), actor=PROGRAM)
    assert undo.undo_change(last_change(item), actor=PROGRAM).title == "Weniger Rad"


def test_what_somebody_changed_since_stays_unless_it_is_asked_for(concept):
    item = make_item("goal", title="Eins", text="Eins.", visibility="internal")
    change = changed(item, title="Zwei", text="Zwei.")
    changed(item, title="Drei")
    plan = undo.plan_undo(change, item, PROGRAM)
    assert [(step.name, step.changed_since, step.now) for step in plan.steps] == [
        ("text", False, "Zwei."),
        ("title", True, "Drei"),
    ]
    undo.undo_change(change, actor=PROGRAM)
    item.refresh_from_db()
    assert (item.title, item.text) == ("Drei", "Eins.")
    undo.undo_change(change, actor=PROGRAM, fields={"title"})
    item.refresh_from_db()
    assert item.title == "Eins"


def test_what_stands_there_already_is_nothing_to_take_back(concept):
    item = make_item("goal", title="Eins", visibility="internal")
    change = changed(item, title="Zwei")
    changed(item, title="Eins")
    assert "schon wieder" in undo.plan_undo(change, item, PROGRAM).problem
    with pytest.raises(ValidationError, match="schon wieder"):
        undo.undo_change(change, actor=PROGRAM)


def test_fields_themes_and_the_own_row_come_back(concept):
    living, climate = concept.fields.all()
    theme = concept.themes.create(key="teilhabe", name="Teilhabe", position=1)
    unit = make_unit()
    item = make_item(
        "measure", fields=[living], responsible=unit, start_year=2026, end_year=2029, visibility="internal"
    )
    change = changed(item, fields=[climate], themes=[theme], responsible=None, start_year=2030, end_year=None)
    done = undo.undo_change(change, actor=PROGRAM)
    done.measure.refresh_from_db()
    assert list(done.fields.all()) == [living]
    assert list(done.themes.all()) == []
    assert (done.measure.responsible, done.measure.start_year, done.measure.end_year) == (unit, 2026, 2029)


def test_days_decimals_and_keys_of_the_own_row_come_back(concept):
    living, climate = concept.fields.all()
    resolution = make_item("resolution", visibility="internal", adopted_fields=[living])
    before = history.snapshot(resolution)
    change = changed(resolution, date="2026-01-01", outcome="rejected", adopted_fields=[climate])
    undo.undo_change(change, actor=PROGRAM)
    assert history.snapshot(Item.objects.get(pk=resolution.pk)) == before
    district = make_item("district", visibility="internal", centre_lon="7.7", centre_lat="49.4")
    moved = changed(district, centre_lon="7.8")
    assert undo.undo_change(moved, actor=PROGRAM).district.centre_lon == Decimal("7.7")


def test_a_round_comes_back_and_one_that_is_gone_does_not(concept):
    circle = Round.objects.create(concept=concept, name="Abstimmung")
    item = make_item("goal", visibility="round", round=circle)
    change = changed(item, visibility="internal", round=None)
    assert undo.undo_change(change, actor=PROGRAM).round == circle
    changed(item, visibility="internal", round=None)
    circle.delete()
    problems = {step.name: step.problem for step in undo.plan_undo(change, item, PROGRAM).steps}
    assert "gibt es nicht mehr" in problems["round_id"]
    with pytest.raises(ValidationError):
        undo.undo_change(change, actor=PROGRAM)
    item.refresh_from_db()
    assert item.visibility == "internal"


def test_a_place_set_moved_and_taken_away_comes_back(concept):
    item = make_item("measure", visibility="internal")

    def lies_at(geometry, note=""):
        item.refresh_from_db()
        set_location(item, geometry, note=note, expected_version=item.version, actor=PROGRAM)
        return last_change(item)

    lies_at(shapely.Point(7.7, 49.4), "ungefähr")
    moved = lies_at(shapely.Point(7.8, 49.5), "genau")
    undo.undo_change(moved, actor=PROGRAM)
    assert (location_of(item).geometry, location_of(item).note) == (shapely.Point(7.7, 49.4), "ungefähr")
    removed = lies_at(None)
    undo.undo_change(removed, actor=PROGRAM)
    assert location_of(item).geometry == shapely.Point(7.7, 49.4)
    assert last_change(item).differences[history.UNDOES][1]["change"] == removed.pk
    lies_at(None)
    newly = lies_at(shapely.LineString([(7.7, 49.4), (7.8, 49.5)]))
    undo.undo_change(newly, actor=PROGRAM)
    assert location_of(item) is None


def test_the_place_of_what_is_public_waits_for_its_release(concept):
    item = make_item("measure")
    set_location(item, shapely.Point(7.7, 49.4), expected_version=1, actor=PROGRAM)
    proposal = undo.undo_change(last_change(item), actor=make_actor("planner"))
    assert isinstance(proposal, Proposal)
    assert location_of(item) is not None
    releases.release(proposal, expected_version=proposal.version, actor=make_actor("project-lead"))
    assert location_of(item) is None
    assert history.UNDOES in last_change(item).differences


def test_links_drawn_taken_away_and_put_otherwise_come_back(concept):
    goal, measure = make_item("goal", visibility="internal"), make_item("measure", visibility="internal")
    link = link_items(goal, measure, kind="implemented_by", reason="Weil.", locator="Seite 3", actor=PROGRAM)
    drawn = last_change(goal)
    link = change_link(link, expected_version=1, reason="Darum.", locator="Seite 4", actor=PROGRAM)
    link = undo.undo_change(last_change(measure), actor=PROGRAM)
    assert (link.reason, link.locator) == ("Weil.", "Seite 3")
    unlink_items(link, actor=PROGRAM)
    for end in (goal, measure):
        taken = Change.objects.filter(item_id=end.pk, action="unlinked").latest("pk")
        undo.undo_change(taken, actor=PROGRAM)
        link = Link.objects.get()
        assert (link.source, link.target, link.kind) == (goal, measure, "implemented_by")
        assert (link.reason, link.locator) == ("Weil.", "Seite 3")
        assert undo.undo_change(drawn, actor=PROGRAM, fields={"link"}) is None
        assert not Link.objects.exists()
    assert last_change(measure).differences[history.UNDOES][1]["change"] == drawn.pk


def test_a_link_that_was_put_otherwise_since_is_only_taken_away_when_asked(concept):
    goal, measure = make_item("goal", visibility="internal"), make_item("measure", visibility="internal")
    link = make_link(goal, measure, "implemented_by")
    drawn = last_change(goal)
    change_link(link, expected_version=1, reason="Besser begründet.", locator="", actor=PROGRAM)
    with pytest.raises(ValidationError, match="wählen"):
        undo.undo_change(drawn, actor=PROGRAM)
    assert Link.objects.exists()


def test_a_link_to_what_is_gone_does_not_come_back(concept):
    goal, measure = make_item("goal", visibility="internal"), make_item("measure", visibility="internal")
    unlink_items(make_link(goal, measure, "implemented_by"), actor=PROGRAM)
    taken = last_change(goal)
    Item.objects.filter(pk=measure.pk).delete()
    with pytest.raises(ValidationError, match="gibt es nicht mehr"):
        undo.undo_change(taken, actor=PROGRAM)


def test_older_lines_that_keep_no_direction_are_read_by_their_kinds(concept):
    upper, lower = make_item("goal", visibility="internal"), make_item("goal", visibility="internal")
    finding = make_item("finding", visibility="internal")
    for source, target, kind in ((upper, lower, "guides"), (finding, lower, "justifies")):
        unlink_items(make_link(source, target, kind), actor=PROGRAM)
        for end in (source, target):
            line = Change.objects.filter(item_id=end.pk, action="unlinked").latest("pk")
            del line.differences["link"][0]["outward"]
            line.save()
            undo.undo_change(line, actor=PROGRAM)
            link = Link.objects.get(kind=kind)
            assert (link.source, link.target) == (source, target)
            link.delete()


def test_what_is_public_waits_for_its_release_and_says_then_what_it_takes_back(concept):
    item = make_item("goal", title="Mehr Rad")
    change = changed(item, title="Weniger Rad")
    proposal = undo.undo_change(change, actor=make_actor("planner"))
    assert isinstance(proposal, Proposal)
    item.refresh_from_db()
    assert item.title == "Weniger Rad"
    releases.release(proposal, expected_version=proposal.version, actor=make_actor("project-lead"))
    item.refresh_from_db()
    assert item.title == "Mehr Rad"
    assert last_change(item).differences[history.UNDOES][1]["change"] == change.pk


def test_a_release_is_taken_back_as_a_withdrawal_that_waits(concept):
    item = make_item("goal", visibility="internal")
    released = changed(item, visibility="public")
    assert released.action == "released"
    proposal = undo.undo_change(released, actor=make_actor("planner"))
    releases.release(proposal, expected_version=proposal.version, actor=make_actor("project-lead"))
    item.refresh_from_db()
    assert item.visibility == "internal"
    assert last_change(item).action == "withdrawn"


def test_a_public_link_waits_for_its_release_too(concept):
    goal, measure = make_item("goal"), make_item("measure")
    make_link(goal, measure, "implemented_by")
    proposal = undo.undo_change(last_change(goal), actor=make_actor("planner"))
    assert isinstance(proposal, Proposal)
    assert Link.objects.exists()
    releases.release(proposal, expected_version=proposal.version, actor=make_actor("project-lead"))
    assert not Link.objects.exists()
    assert history.UNDOES in last_change(measure).differences


def test_creating_is_taken_back_by_deleting(concept):
    item = make_item("goal", visibility="internal")
    assert undo.undo_change(last_change(item), actor=make_actor("planner")) is None
    assert not Item.objects.filter(pk=item.pk).exists()
    assert history.UNDOES in last_change(item).differences


def test_purged_words_do_not_come_back(concept):
    item = make_item("finding", text="Gemeldet von Erika Mustermann.", visibility="internal")
    change = changed(item, text="Gemeldet von Anwohnenden.", title="Neu")
    history.purge(needle="Erika Mustermann")
    change.refresh_from_db()
    problems = {step.name: step.problem for step in undo.plan_undo(change, item, PROGRAM).steps}
    assert "gestrichen" in problems["text"]
    assert problems["title"] == ""
    undo.undo_change(change, actor=PROGRAM)
    item.refresh_from_db()
    assert item.text == "Gemeldet von Anwohnenden."


def test_a_department_takes_back_only_what_it_may_change(concept):
    unit = make_unit()
    department = make_actor("department", unit=unit)
    item = make_item("measure", responsible=unit, next_step="Eins", visibility="internal")
    change = changed(item, next_step="Zwei", title="Anders")
    undo.undo_change(change, actor=department)
    item = Item.objects.select_related("measure").get(pk=item.pk)
    assert (item.measure.next_step, item.title) == ("Eins", "Anders")
    with pytest.raises(ValidationError):
        undo.undo_change(change, actor=department, fields={"title"})


@pytest.mark.parametrize("role", ["auditor", "council", "moderator", None])
def test_who_may_not_change_may_not_take_back(concept, role):
    item = make_item("goal", title="Eins", visibility="internal")
    with pytest.raises((PermissionDenied, ValidationError)):
        undo.undo_change(changed(item, title="Zwei"), actor=make_actor(role))
    item.refresh_from_db()
    assert item.title == "Zwei"


def test_who_was_faster_is_not_overwritten(concept):
    item = make_item("goal", title="Eins", visibility="internal")
    change = changed(item, title="Zwei")
    seen = item.version
    changed(item, text="Neues")
    with pytest.raises(Conflict):
        undo.undo_change(change, actor=PROGRAM, expected_version=seen)


def test_a_rule_that_no_longer_holds_refuses_with_its_reason(concept):
    item = make_item("goal", number="Z 1", visibility="internal")
    change = changed(item, number="Z 2")
    make_item("goal", number="Z 1")
    with pytest.raises(ValidationError, match="schon vergeben"):
        undo.undo_change(change, actor=PROGRAM)


def test_acts_of_a_room_without_a_way_back_are_left_to_it(concept):
    edition = make_edition(concept)
    item = make_item("resolution", concept=concept, visibility="internal")
    change = changed(item, edition=edition, title="Anders")
    steps = {step.name: step for step in undo.plan_undo(change, item, PROGRAM).steps}
    assert steps["edition_id"].problem and not steps["title"].problem


def test_acts_of_a_room_are_taken_back_by_the_room(concept):
    item = make_item("contribution", state="new", visibility="internal")
    moderator = make_actor("moderator")
    moderation.reject(item, reason="Doppelt.", expected_version=item.version, actor=moderator)
    change = Change.objects.filter(item_id=item.pk).latest("pk")
    assert undo.rule_of_undoing(change, kind_named("contribution")) == "participation.moderate"
    with pytest.raises(PermissionDenied):
        undo.undo_change(change, actor=make_actor("planner"))
    undone = undo.undo_change(change, actor=moderator)
    assert (undone.contribution.state, undone.contribution.rejection_reason) == ("new", "")
    last = Change.objects.filter(item_id=item.pk).latest("pk")
    assert last.differences["undoes"][1]["change"] == change.pk


def test_what_is_no_act_of_a_room(concept):
    item = make_item("contribution", state="new", visibility="internal")
    frozen = Change(item_id=item.pk, action="frozen", differences={"edition": [None, "Ausgabe"]})
    steered = Change(item_id=item.pk, action="updated", differences={"measure_task": [None, "Schritt"]})
    from insek.thread.kinds import kind_named

    assert not undo.is_undoable(frozen, kind_named("resolution"))
    assert not undo.is_undoable(steered, kind_named("measure"))
