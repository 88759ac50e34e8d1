"""A check by hand: who may, what it says, what the public sees of it, and that it is frozen at the end."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from insek.council import checking
from insek.council.check_pages import visible_checks
from insek.council.models import Check, WeightCriterion
from insek.people.actors import ANONYMOUS, PROGRAM
from insek.people.locking import Conflict
from insek.people.models import Right
from insek.release.models import Proposal
from insek.release.releases import release, save_or_propose, send_back
from insek.release.restoring import restore_item
from insek.release.undo import undo_change
from insek.thread import history
from insek.thread.gaps import gap_named
from insek.thread.identity import derived_id
from insek.thread.models import Change, Item, Link, Tombstone
from insek.thread.search import search_items
from insek.thread.services import create_item, delete_item, link_items, update_item
from tests.council.checks import CREATE, begin, change, finish, fresh, touch
from tests.factories import make_actor, make_item, make_link, make_unit
from tests.reading import words


def test_a_paper_is_checked_where_one_is_named(concept, paper, as_role):
    client = as_role("project-lead")
    values = {"title": "Brücke", "standing": "working", "visibility": "internal"}
    refused = client.post(CREATE, {**values, "subject": "paper"})
    assert "Ohne Vorlage lässt sich keine Vorlage prüfen." in words(refused)
    assert client.post(CREATE, {**values, "subject": "funding"}).status_code == 302
    form = client.get(f"{CREATE}?vorlage={paper.pk}").context["form"]
    assert (form["paper"].value(), form["title"].value()) == (paper.pk, "Radweg an der Lauter")
    assert client.get(f"{CREATE}?vorlage=unsinn").status_code == 404
    old = begin(concept, subject="paper")
    edit = reverse("item-edit", args=[old.pk])
    assert client.post(edit, {**values, "subject": "paper", "version": 1, "title": "Steg"}).status_code == 302


def test_before_a_check_is_finished_the_page_says_what_is_missing_and_what_follows(concept, paper, as_role):
    client = as_role("project-lead")
    for belongs_to, read in (
        (None, "Die Prüfung bleibt intern, bis Sie sie veröffentlichen."),
        (paper, "Die Vorlage ist öffentlich: Mit dem Abschluss kann jede und jeder die Prüfung lesen."),
    ):
        check = begin(concept, belongs_to, unit=None)
        address = reverse("check-finish", args=[check.pk])
        assert "Auch „kein Ziel“ ist ein Ergebnis" in words(client.get(address))
        assert client.post(address, {"version": 1}).status_code == 400
        touch(check, make_item("goal"))
        assert read in words(client.get(address))


def test_the_paragraph_for_the_paper_stands_before_the_goals(concept, paper):
    check = begin(concept, paper)
    touch(check, make_item("goal"))
    page = Client().get(finish(check).item.url).content.decode()
    places = [page.index(f'aria-labelledby="{name}"') for name in ("ergebnis", "absatz", "ziele")]
    assert places == sorted(places)


def test_a_frozen_check_is_not_changed_nor_deleted(concept, paper):
    check = begin(concept, paper)
    goal = make_item("goal")
    touch(check, goal)
    done = fresh(finish(check))
    assert (done.status, done.final_on is not None, done.item.visibility) == ("final", True, "public")
    version = done.item.version
    for act in (
        lambda: touch(done, goal, effect="conflicts"),
        lambda: checking.write_paragraph(done, "Anders", expected_version=version, actor=PROGRAM),
        lambda: checking.finish_check(done, expected_version=version, actor=PROGRAM),
        lambda: delete_item(done.item, expected_version=version, actor=PROGRAM),
    ):
        with pytest.raises(PermissionDenied):
            act()
    for values in ({"title": "Anders"}, {"weight": "citywide"}, {"status": "draft", "final_on": None}):
        with pytest.raises(ValidationError):
            change(done, **values)
    assert fresh(done).item.version == version
    assert change(done, visibility="internal").is_final


def test_of_a_frozen_check_the_form_shows_who_sees_it_alone(concept, paper, as_role):
    check = begin(concept, paper)
    touch(check, make_item("goal"))
    finish(check)
    form = as_role("project-lead").get(reverse("item-edit", args=[check.pk])).context["form"]
    assert set(form.fields) == {"version", "visibility", "round", "release_note"}


def test_who_was_slower_is_told(concept, paper):
    check = begin(concept, paper)
    touch(check, make_item("goal"))
    with pytest.raises(Conflict):
        checking.write_paragraph(fresh(check), "Zu spät", expected_version=1, actor=PROGRAM)


def test_a_department_checks_papers_of_its_own_unit_only(concept, paper):
    own = make_actor("department", unit=make_unit("tiefbau"))
    other = make_actor("department", unit=make_unit("kultur"))
    check = begin(concept, paper, actor=own)
    assert check.unit.key == "tiefbau"
    with pytest.raises(PermissionDenied):
        begin(concept, paper, actor=own, unit=make_unit("kultur"))
    with pytest.raises(PermissionDenied):
        begin(concept, paper, actor=other)
    with pytest.raises(PermissionDenied):
        touch(check, make_item("goal"), actor=other)
    with pytest.raises(PermissionDenied):
        change(check, actor=other, title="Anders")
    with pytest.raises(PermissionDenied):
        begin(concept, paper, actor=make_actor("council"))
    alone = begin(concept, actor=other)
    with pytest.raises(PermissionDenied):
        change(alone, actor=other, paper=paper, subject="paper")
    delete_item(alone.item, expected_version=1, actor=other)


def test_internal_goals_are_refused(concept, paper):
    with pytest.raises(ValidationError, match="veröffentlicht"):
        touch(begin(concept, paper), make_item("goal", visibility="internal"))


def test_each_step_stands_in_the_history_of_the_check_and_can_be_taken_back(concept, paper, as_role):
    lead = make_actor("project-lead")
    check = begin(concept, paper, actor=lead)
    touch(check, make_item("goal", title="Ein Radnetz"), actor=lead)
    touch(check, make_item("goal", title="Kühle Plätze"), effect="hinders", actor=lead)
    line = Change.objects.filter(item_id=check.pk).first()
    before, after = line.differences["check_goal"]
    assert (before, after["effect"]) == (None, "hinders")
    page = words(as_role("project-lead").get(reverse("item-history", args=[check.pk])))
    for said in ("Berührtes Ziel: Ziel", "Kühle Plätze", "hemmt", "wahrscheinlich", "Er schließt eine Lücke"):
        assert said in page
    undo_change(line, actor=lead)
    assert [row.goal.item.title for row in fresh(check).goals.all()] == ["Ein Radnetz"]
    taken_back = Change.objects.filter(item_id=check.pk).first()
    assert taken_back.differences["undoes"][1]["change"] == line.pk


def test_a_draft_that_was_thrown_away_comes_back_with_its_goals(concept, paper):
    lead = make_actor("project-lead")
    place, measure = make_item("district"), make_item("measure")
    row = WeightCriterion.objects.create(concept=concept, key="netz", position=1, title="Ein Netz")
    check = begin(
        concept,
        paper,
        weight="citywide",
        criteria=[row],
        districts=[place.district],
        measures=[measure.measure],
    )
    touch(check, make_item("goal", title="Ein Radnetz"))
    item = Item.objects.get(pk=check.pk)
    delete_item(item, expected_version=item.version, actor=lead)
    assert not Check.objects.exists()
    back = restore_item(Tombstone.objects.get(pk=item.pk), actor=lead)
    assert back.lost == []
    check = fresh(check)
    assert [each.goal.item.title for each in check.goals.all()] == ["Ein Radnetz"]
    assert [list(each.all()) for each in (check.criteria, check.measures, check.districts)] == [
        [row], [measure.measure], [place.district],
    ]  # fmt: skip


def test_a_check_is_found_linked_and_listed_like_any_item(concept, paper):
    check = begin(concept, paper, weight_reason="Der Steg über die Lauter")
    touch(check, make_item("goal"))
    assert list(search_items("Steg", PROGRAM)) == [check.item]
    assert not search_items("Steg", ANONYMOUS).exists()
    finish(check)
    assert list(search_items("Steg", ANONYMOUS)) == [check.item]
    assert "Neuer Radweg" in words(Client().get("/pruefungen/"))
    assert "Neuer Radweg" in Client().get("/pruefungen/tabelle.csv").getvalue().decode()
    assert Client().get(f"/api/v1/items/{check.pk}").json()["kind"] == "concept_check"


def test_the_public_sees_final_checks_of_public_papers_alone(concept, paper):
    check = begin(concept, paper)
    goal = make_item("goal")
    touch(check, goal, reason="Er schließt die Lücke am Bahnhof")
    assert Client().get(check.item.url).status_code == 404
    with pytest.raises(ValidationError, match="erst, wenn sie abgeschlossen ist"):
        change(check, visibility="public")
    finish(check)
    assert Client().get(check.item.url).status_code == 200
    assert "Lücke am Bahnhof" in Client().get(goal.url).content.decode()
    assert "Neuer Radweg" in Client().get(paper.item.url).content.decode()


@pytest.mark.parametrize("named", ["paper", "goal", "measure", "district"])
def test_with_what_it_names_a_check_goes_out_of_sight(concept, paper, named):
    measure, district, goal = (make_item(kind) for kind in ("measure", "district", "goal"))
    check = begin(concept, paper, measures=[measure.measure], districts=[district.district])
    touch(check, goal)
    finish(check)
    assert Client().get(check.item.url).status_code == 200
    item = {"paper": paper.item, "goal": goal, "measure": measure, "district": district}[named]
    item.refresh_from_db()
    update_item(item, expected_version=item.version, values={"visibility": "internal"}, actor=PROGRAM)
    for name in ("check-text", "check-word", "item"):
        assert Client().get(reverse(name, args=[check.pk])).status_code == 404
    line = Change.objects.filter(item_id=check.pk).first()
    assert (line.action, line.differences) == ("withdrawn", {"visibility": ["public", "internal"]})
    assert fresh(check).item.version == line.version
    with pytest.raises(ValidationError, match="nennt, was nicht öffentlich ist"):
        change(check, visibility="public")
    update_item(
        Item.objects.get(pk=item.pk),
        expected_version=item.version + 1,
        values={"visibility": "public"},
        actor=PROGRAM,
    )
    assert change(check, visibility="public").item.visibility == "public"


def test_checks_of_internal_papers_and_without_paper_stay_inside(concept):
    hidden = make_item("paper", visibility="internal").paper
    for check in (begin(concept, hidden), begin(concept)):
        touch(check, make_item("goal"))
        finish(check)
    assert not visible_checks(ANONYMOUS).exists()
    assert visible_checks(PROGRAM).count() == 2


def test_a_weighty_paper_without_check_is_a_hint(concept):
    gap = gap_named("paper_without_check")
    paper = make_item("paper", fields=concept.fields.all())
    small = make_item("paper", fields=concept.fields.all()[:1])
    assert list(gap.find(concept)) == [paper]
    make_link(small, make_item("district", level="city"), "located_in")
    assert set(gap.find(concept)) == {paper, small}
    check = begin(concept, paper.paper)
    touch(check, make_item("goal"))
    finish(check)
    make_item("resolution", paper=small.paper)
    assert not gap.find(concept).exists()


def test_the_ten_minutes_of_a_department(concept, paper, as_role):
    goal = make_item("goal", title="Ein Radnetz ohne Lücken")
    measure = make_item("measure")
    client = as_role("department", unit=make_unit("tiefbau"))
    values = {"paper": paper.pk, "title": "Radweg", "subject": "paper", "weight": "local"}
    begun = client.post(
        f"{CREATE}?vorlage={paper.pk}", {**values, "standing": "working", "visibility": "internal"}
    )
    check = Check.objects.get()
    assert check.unit.key == "tiefbau"
    assert begun["Location"] == reverse("check-sheet", args=[check.pk])
    find = reverse("check-find", args=[check.pk])
    found = client.get(f"{find}?q=Radnetz").content.decode()
    assert "Ein Radnetz ohne Lücken" in found
    page = reverse("check-goal", args=[check.pk, goal.pk])
    values = {"version": 0, "effect": "strong", "reason": "<b>Er</b> schließt die Lücke", "certainty": "high"}
    slower = client.post(page, {**values, "version": 7})
    assert slower.status_code == 400 and "&lt;b&gt;Er&lt;/b&gt; schließt" in slower.content.decode()
    assert client.post(page, values).status_code == 302
    client.post(f"{find}?art=massnahme", {"item": measure.pk, "version": 2})
    assert client.get(reverse("check-paragraph", args=[check.pk])).status_code == 200
    waits = client.post(reverse("check-finish", args=[check.pk]), {"version": 3})
    proposal = Proposal.objects.get()
    assert waits["Location"] == proposal.url
    assert not fresh(check).is_final
    assert Client().get(check.item.url).status_code == 404
    release(proposal, expected_version=1, actor=PROGRAM)
    assert fresh(check).is_final
    assert Change.objects.filter(item_id=check.pk).first().actor_id == proposal.author_id
    shown = Client().get(check.item.url).content.decode()
    assert "&lt;b&gt;Er&lt;/b&gt; schließt die Lücke" in shown


def test_what_becomes_public_by_finishing_is_among_the_words_shown_to_who_releases(concept, paper, as_role):
    planner = make_actor("planner")
    check = begin(concept, paper, actor=planner, text="Ein Steg für alle", weight_reason="Nur ein Weg")
    touch(check, make_item("goal", title="Ein Radnetz"), reason="Er schließt die Lücke am Bahnhof")
    check = fresh(check)
    waiting = checking.finish_or_propose(check, expected_version=check.item.version, actor=planner)
    page = words(as_role("project-lead").get(waiting.url))
    for said in ("Ein Steg für alle", "Nur ein Weg", "Lücke am Bahnhof", "Grundlage der Prüfung"):
        assert said in page


def test_a_check_that_was_sent_back_is_changed_and_finished_again(concept, paper):
    planner = make_actor("planner")
    check = begin(concept, paper, actor=planner)
    touch(check, make_item("goal"))
    check = fresh(check)
    waiting = checking.finish_or_propose(check, expected_version=check.item.version, actor=planner)
    send_back(waiting, expected_version=1, answer="Es fehlt ein Ziel.", actor=PROGRAM)
    touch(check, make_item("goal"), actor=planner)
    again = checking.finish_or_propose(
        fresh(check), expected_version=fresh(check).item.version, actor=planner
    )
    assert again.pk == waiting.pk
    release(again, expected_version=again.version, actor=PROGRAM)
    assert fresh(check).is_final


def test_a_check_that_was_sent_back_is_finished_at_once_by_who_may_release_by_then(concept, paper):
    author = make_actor("planner")
    check = begin(concept, paper, actor=author)
    touch(check, make_item("goal"))
    waiting = checking.finish_or_propose(
        fresh(check), expected_version=fresh(check).item.version, actor=author
    )
    send_back(waiting, expected_version=1, answer="Es fehlt ein Ziel.", actor=PROGRAM)
    entitled = author.with_rights(Right.RELEASE)
    with pytest.raises(Conflict):
        checking.finish_or_propose(fresh(check), expected_version=1, actor=entitled)
    done = checking.finish_or_propose(
        fresh(check), expected_version=fresh(check).item.version, actor=entitled
    )
    assert done.concept_check.is_final and done.visibility == "public"
    assert Change.objects.filter(item_id=check.pk).first().released_by_id == author.user_id
    waiting.refresh_from_db()
    assert waiting.state == "withdrawn", "it is done: nothing is left to release"


def test_every_check_is_confirmed_by_who_may_release_also_inside(concept, paper):
    planner = make_actor("planner")
    check = begin(concept, paper, actor=planner)
    touch(check, make_item("goal"))
    check = fresh(check)
    with pytest.raises(PermissionDenied):
        checking.finish_check(check, expected_version=check.item.version, actor=planner)
    waiting = checking.finish_or_propose(check, expected_version=check.item.version, actor=planner)
    assert isinstance(waiting, Proposal)
    touch(check, make_item("goal"))
    with pytest.raises(Conflict):
        release(waiting, expected_version=1, actor=PROGRAM)
    assert not visible_checks(ANONYMOUS).exists()
    inside = begin(concept, make_item("paper", visibility="internal").paper, actor=planner)
    touch(inside, make_item("goal"))
    inside = fresh(inside)
    waiting = checking.finish_or_propose(inside, expected_version=inside.item.version, actor=planner)
    assert isinstance(waiting, Proposal) and not fresh(inside).is_final
    release(waiting, expected_version=1, actor=PROGRAM)
    done = fresh(inside)
    assert done.is_final and done.item.visibility == "internal"


def test_a_finished_check_of_a_paper_that_became_public_is_a_gap_until_it_is_released(concept):
    paper = make_item("paper", visibility="internal")
    check = begin(concept, paper.paper)
    touch(check, make_item("goal"))
    finish(check)
    gap = gap_named("check_not_public")
    assert not gap.find(concept).exists()
    update_item(paper, expected_version=1, values={"visibility": "public"}, actor=PROGRAM)
    assert list(gap.find(concept)) == [check.item]
    item = Item.objects.get(pk=check.pk)
    planner = make_actor("planner")
    proposal = save_or_propose(
        item, expected_version=item.version, values={"visibility": "public"}, actor=planner
    )
    release(proposal, expected_version=1, actor=PROGRAM)
    assert not gap.find(concept).exists()
    assert visible_checks(ANONYMOUS).get() == check


def test_links_run_from_what_a_check_led_to(concept, paper):
    check = begin(concept, paper)
    resolution = make_item("resolution")
    link_items(check.item, resolution, kind="leads_to", reason="Sie lag vor.", actor=PROGRAM)
    assert Link.objects.filter(source=check.pk).count() == 1


def test_criteria_are_kept_by_the_project_lead(concept, as_role):
    lead = as_role("project-lead")
    values = {"key": "netz", "position": 1, "title": "Es verändert ein Netz"}
    assert lead.post(reverse("criterion-create"), values).status_code == 302
    row = WeightCriterion.objects.get()
    edit = reverse("criterion-edit", args=["netz"])
    assert lead.post(edit, {**values, "version": row.version, "title": "Anders"}).status_code == 302
    assert lead.post(edit, {**values, "version": row.version, "title": "Zu spät"}).status_code == 400
    assert as_role("planner").get(edit).status_code == 403
    begin(concept, weight="citywide", criteria=[WeightCriterion.objects.get()])
    lead.post(edit, {"delete": "1"})
    assert WeightCriterion.objects.exists()


def test_pages_cost_few_queries(concept, paper, django_assert_max_num_queries):
    measures = [make_item("measure").measure for _number in range(5)]
    check = begin(concept, paper, measures=measures)
    for _number in range(8):
        touch(check, make_item("goal", fields=concept.fields.all()))
    finish(check)
    Client().get(check.item.url)
    with django_assert_max_num_queries(24):
        Client().get(check.item.url)


def test_nothing_is_written_where_nothing_changes_and_scripts_stay_words(concept, as_role):
    check = begin(concept, weight_reason="<script>alert(1)</script>")
    goal = make_item("goal")
    touch(check, goal)
    before = Change.objects.filter(item_id=check.pk).count()
    touch(check, goal)
    with pytest.raises(Conflict):
        checking.leave_out(fresh(check), make_item("goal"), expected_version=0, actor=PROGRAM)
    assert Change.objects.filter(item_id=check.pk).count() == before
    assert fresh(check).item.version == 2
    page = as_role("project-lead").get(reverse("item-history", args=[check.pk])).content.decode()
    assert "<script>alert(1)" not in page


def test_purging_reaches_the_history_of_checks(concept):
    check = begin(concept, weight_reason="Gemeldet von Erika Mustermann")
    touch(check, make_item("goal"), reason="Erika Mustermann sagt es")
    assert history.purge(needle="Erika Mustermann", item_ids=[check.pk]) == 2
    assert "Erika" not in str([line.differences for line in Change.objects.filter(item_id=check.pk)])


def test_an_address_of_before_leads_to_the_check(concept, as_role):
    check = begin(concept)
    other = begin(concept, title="Steg")
    former = derived_id("check", concept.key, "pruefung-beispiel-1")
    client = as_role("project-lead")
    for part, name in (("", "item"), ("bezug.txt", "check-text"), ("verlauf", "item-history")):
        found = client.get(f"/pruefungen/{check.pk}/{part}")
        assert (found.status_code, found["Location"]) == (301, reverse(name, args=[check.pk]))
    Item.objects.filter(pk=former).delete()
    moved = create_item(
        kind="concept_check", concept=concept, values={"title": "Alt", "subject": "budget"}, actor=PROGRAM,
        item_id=former,
    )  # fmt: skip
    assert client.get("/pruefungen/pruefung-beispiel-1/")["Location"] == moved.url
    assert Client().get(f"/pruefungen/{other.pk}/").status_code == 404
    assert client.get("/pruefungen/gibtesnicht/").status_code == 404
    delete_item(other.item, expected_version=1, actor=PROGRAM)
    assert client.get(f"/pruefungen/{other.pk}/").status_code == 410
