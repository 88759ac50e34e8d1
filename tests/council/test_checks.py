"""A check by hand: who may, what it says, what the public sees of it, and that it is frozen at the end."""

import io

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from docx import Document

from insek.council import checking
from insek.council.models import Check, CheckChange, WeightCriterion
from insek.council.queries import visible_checks
from insek.council.wording import goals_of, paragraph_of, summary_of
from insek.people.actors import ANONYMOUS, PROGRAM
from insek.people.locking import Conflict
from insek.release.models import Proposal
from insek.release.releases import release, save_or_propose
from insek.thread import history
from insek.thread.gaps import gap_named
from insek.thread.models import Change
from insek.thread.services import update_item
from tests.factories import make_actor, make_item, make_link, make_unit
from tests.reading import words

VALUES = {"title": "Neuer Radweg", "subject": "paper"}


@pytest.fixture
def paper(concept):
    return make_item("paper", title="Radweg an der Lauter", unit=make_unit("tiefbau")).paper


def begin(concept, paper=None, actor=PROGRAM, **values):
    subject = {} if paper else {"subject": "budget"}
    return checking.begin_check(concept, {**VALUES, **subject, **values}, actor=actor, paper=paper)


def touch(check, goal, effect="supports", reason="Er schließt eine Lücke", certainty="medium", actor=PROGRAM):
    check.refresh_from_db()
    return checking.set_goal(
        check,
        goal,
        effect=effect,
        reason=reason,
        certainty=certainty,
        expected_version=check.version,
        actor=actor,
    )


def finish(check):
    check.refresh_from_db()
    return checking.finish_check(check, expected_version=check.version, actor=PROGRAM)


def test_the_summary_counts_conflicts_first_and_names_the_fields(concept, paper):
    check = begin(concept, paper)
    field = concept.fields.get(key="wohnen")
    touch(check, make_item("goal", fields=[field]))
    touch(check, make_item("goal"), effect="conflicts")
    touch(check, make_item("goal", fields=[field]))
    lines = summary_of(goals_of(check))
    assert [(line.effect, line.count, line.fields) for line in lines] == [
        ("conflicts", 1, ""),
        ("supports", 2, "Wohnen"),
    ]
    assert lines[0].text == "1 Ziel steht im Widerspruch"


def test_the_paragraph_says_weight_goals_and_measures(concept, paper):
    criterion = WeightCriterion.objects.create(
        concept=concept, key="netz", position=1, title="Es verändert ein Netz"
    )
    check = begin(concept, paper, criteria=[criterion], weight_reason="Der Weg verbindet zwei Stadtteile")
    touch(check, make_item("goal", number="Z 4.2", title="Ein Radnetz"), effect="strong", certainty="low")
    check.refresh_from_db()
    checking.set_measure(
        check,
        make_item("measure", number="M 3", title="Radweg"),
        expected_version=check.version,
        actor=PROGRAM,
    )
    text = paragraph_of(check)
    assert (
        "ist von gesamtstädtischem Gewicht. Es verändert ein Netz. Der Weg verbindet zwei Stadtteile." in text
    )
    assert (
        "unterstützt folgende Ziele stark:\n– Z 4.2 Ein Radnetz: Er schließt eine Lücke (unsicher)." in text
    )
    assert "– M 3 Radweg" in text


def test_a_matter_without_a_paper_is_called_by_its_kind(concept, paper):
    assert paragraph_of(begin(concept)).startswith("Der Haushaltsansatz „Neuer Radweg“ ist nicht")
    assert paragraph_of(begin(concept, paper)).startswith("Die Vorlage „Neuer Radweg“ ist nicht")
    with pytest.raises(ValidationError, match="Ohne Vorlage"):
        begin(concept, subject="paper")
    old = Check.objects.create(concept=concept, title="Neuer Radweg", subject="paper")
    assert paragraph_of(old).startswith("Das Vorhaben „Neuer Radweg“ ist nicht")
    checking.change_check(old, {"title": "Radweg"}, expected_version=old.version, actor=PROGRAM)


def test_without_a_paper_the_form_asks_for_another_kind(concept, paper, as_role):
    client, address = as_role("planner"), reverse("check-create")
    offered = [value for value, _label in client.get(address).context["form"].fields["subject"].choices]
    assert offered == ["", "budget", "funding", "land_use"]
    assert client.post(address, {"title": "Brücke"}).status_code == 400
    assert client.post(address, {"title": "Brücke", "subject": "paper"}).status_code == 400
    assert client.post(address, {"title": "Brücke", "subject": "funding"}).status_code == 302
    with_paper = client.get(f"{address}?vorlage={paper.pk}").context["form"].fields["subject"].choices
    assert next(iter(with_paper))[0] == "paper"


def test_before_a_check_is_deleted_or_finished_the_page_says_what_follows(concept, paper, as_role):
    client = as_role("planner")
    for belongs_to, kept, read in (
        (None, "im Verlauf der Prüfung lesbar", "Lesen kann sie nur die Verwaltung."),
        (paper, "im Verlauf der Vorlage lesbar", "Ist die Vorlage öffentlich, kann jede und jeder"),
    ):
        check = begin(concept, belongs_to)
        assert kept in words(client.get(reverse("check-delete", args=[check.key])))
        assert read in words(client.get(reverse("check-finish", args=[check.key])))


def test_what_was_worded_by_hand_stays_and_an_unchanged_text_does_not(concept, paper):
    check = begin(concept, paper)
    checking.write_paragraph(check, paragraph_of(check), expected_version=1, actor=PROGRAM)
    assert check.paragraph == ""
    checking.write_paragraph(check, "Eigene Worte.", expected_version=2, actor=PROGRAM)
    touch(check, make_item("goal"))
    assert finish(check).paragraph == "Eigene Worte."


def test_a_frozen_check_is_not_changed_nor_deleted(concept, paper):
    check = begin(concept, paper)
    goal = make_item("goal")
    touch(check, goal)
    done = finish(check)
    assert (done.status, done.final_on is not None) == ("final", True)
    for act in (
        lambda: touch(check, goal, effect="conflicts"),
        lambda: checking.write_paragraph(done, "Anders", expected_version=done.version, actor=PROGRAM),
        lambda: checking.delete_check(done, expected_version=done.version, actor=PROGRAM),
        lambda: checking.finish_check(done, expected_version=done.version, actor=PROGRAM),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_a_check_without_goals_is_not_finished(concept, paper):
    with pytest.raises(ValidationError, match="mindestens ein Ziel"):
        finish(begin(concept, paper))


def test_who_was_slower_is_told(concept, paper):
    check = begin(concept, paper)
    touch(check, make_item("goal"))
    with pytest.raises(Conflict):
        checking.write_paragraph(check, "Zu spät", expected_version=1, actor=PROGRAM)


def test_a_department_checks_papers_of_its_own_unit_only(concept, paper):
    own = make_actor("department", unit=make_unit("tiefbau"))
    other = make_actor("department", unit=make_unit("kultur"))
    check = begin(concept, paper, actor=own, unit=make_unit("kultur"))
    assert check.unit.key == "tiefbau"
    with pytest.raises(PermissionDenied):
        begin(concept, paper, actor=other)
    with pytest.raises(PermissionDenied):
        touch(check, make_item("goal"), actor=other)
    with pytest.raises(PermissionDenied):
        begin(concept, paper, actor=make_actor("council"))


def test_internal_goals_are_refused(concept, paper):
    with pytest.raises(ValidationError, match="veröffentlicht"):
        touch(begin(concept, paper), make_item("goal", visibility="internal"))


def test_the_history_of_the_paper_holds_each_step(concept, paper):
    check = begin(concept, paper)
    touch(check, make_item("goal", title="Ein Radnetz"))
    steps = [change.differences["council_check"] for change in Change.objects.filter(item_id=paper.pk)[:2]]
    assert "Ein Radnetz" in steps[0][1]
    assert steps[1][0] is None


def test_the_public_sees_final_checks_of_public_papers_alone(concept, paper):
    check = begin(concept, paper)
    goal = make_item("goal")
    touch(check, goal, reason="Er schließt die Lücke am Bahnhof")
    address = reverse("check", args=[check.key])
    assert Client().get(address).status_code == 404
    finish(check)
    assert Client().get(address).status_code == 200
    assert "Lücke am Bahnhof" in Client().get(goal.url).content.decode()
    assert "Neuer Radweg" in Client().get(paper.item.url).content.decode()
    goal.refresh_from_db()
    update_item(goal, expected_version=goal.version, values={"visibility": "internal"}, actor=PROGRAM)
    assert not visible_checks(ANONYMOUS).exists()
    assert Client().get(reverse("check-text", args=[check.key])).status_code == 404


def test_checks_of_internal_papers_and_without_paper_stay_inside(concept):
    hidden = make_item("paper", visibility="internal").paper
    for check in (begin(concept, hidden), begin(concept)):
        touch(check, make_item("goal"))
        finish(check)
    assert not visible_checks(ANONYMOUS).exists()
    assert visible_checks(PROGRAM).count() == 2


def test_an_example_paper_makes_an_example_check(concept):
    check = begin(concept, make_item("paper", standing="example").paper)
    assert check.standing == "example"
    assert paragraph_of(check).startswith("Beispiel")


def test_a_made_up_goal_says_so_in_the_paragraph_of_a_real_paper(concept, paper):
    check = begin(concept, paper)
    touch(check, make_item("goal", title="Ein Radnetz", standing="example"))
    assert "– Ein Radnetz (Beispiel): Er schließt eine Lücke (wahrscheinlich)." in paragraph_of(check)


def test_the_paragraph_as_text_and_as_word(concept, paper):
    check = begin(concept, paper)
    touch(check, make_item("goal", title="Ein Radnetz"))
    finish(check)
    assert "Ein Radnetz" in Client().get(reverse("check-text", args=[check.key])).content.decode()
    word = Client().get(reverse("check-word", args=[check.key])).content
    lines = [paragraph.text for paragraph in Document(io.BytesIO(word)).paragraphs]
    assert lines[0] == "Bezug zum INSEK"
    assert any("Ein Radnetz" in line for line in lines)


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
    begun = client.post(
        f"{reverse('check-create')}?vorlage={paper.pk}", {"title": "Radweg", "subject": "paper"}
    )
    check = Check.objects.get()
    assert begun["Location"] == reverse("check-find", args=[check.key])
    found = client.get(f"{begun['Location']}?q=Radnetz").content.decode()
    assert "Ein Radnetz ohne Lücken" in found
    page = reverse("check-goal", args=[check.key, goal.pk])
    values = {"version": 1, "effect": "strong", "reason": "<b>Er</b> schließt die Lücke", "certainty": "high"}
    assert client.post(page, {**values, "version": 7}).status_code == 400
    assert client.post(page, values).status_code == 302
    client.post(f"{begun['Location']}?art=massnahme", {"item": measure.pk, "version": 2})
    assert client.get(reverse("check-paragraph", args=[check.key])).status_code == 200
    waits = client.post(reverse("check-finish", args=[check.key]), {"version": 3})
    proposal = Proposal.objects.get()
    assert waits["Location"] == proposal.url
    check.refresh_from_db()
    assert not check.is_final
    assert Client().get(check.url).status_code == 404
    release(proposal, expected_version=1, actor=PROGRAM)
    check.refresh_from_db()
    assert check.is_final
    assert check.author_id == proposal.author_id
    shown = Client().get(check.url).content.decode()
    assert "&lt;b&gt;Er&lt;/b&gt; schließt die Lücke" in shown


def test_who_may_not_release_finishes_only_what_stays_inside(concept, paper):
    planner = make_actor("planner")
    check = begin(concept, paper, actor=planner)
    touch(check, make_item("goal"))
    check.refresh_from_db()
    with pytest.raises(PermissionDenied):
        checking.finish_check(check, expected_version=check.version, actor=planner)
    waiting = checking.finish_or_propose(check, expected_version=check.version, actor=planner)
    assert isinstance(waiting, Proposal)
    touch(check, make_item("goal"))
    with pytest.raises(Conflict):
        release(waiting, expected_version=1, actor=PROGRAM)
    assert not visible_checks(ANONYMOUS).exists()
    inside = begin(concept, make_item("paper", visibility="internal").paper, actor=planner)
    touch(inside, make_item("goal"))
    inside.refresh_from_db()
    assert checking.finish_or_propose(inside, expected_version=inside.version, actor=planner).is_final


def test_who_releases_a_paper_sees_that_its_check_becomes_public_too(concept, as_role):
    paper, goal = make_item("paper", visibility="internal"), make_item("goal")
    check, draft = (begin(concept, paper.paper, title=title) for title in ("Geprüfter Radweg", "Noch offen"))
    touch(check, goal)
    touch(draft, make_item("goal"))
    finish(check)
    goal = update_item(goal, expected_version=1, values={"visibility": "internal"}, actor=PROGRAM)
    lead, planner = as_role("project-lead"), make_actor("planner")
    public = {"visibility": "public"}
    both = [
        save_or_propose(item, expected_version=item.version, values=public, actor=planner)
        for item in (paper, goal)
    ]
    said = "Damit wird auch die abgeschlossene INSEK-Prüfung vom"
    assert not any(said in words(lead.get(proposal.url)) for proposal in both)
    release(both[1], expected_version=1, actor=PROGRAM)
    page = lead.get(both[0].url)
    assert said in words(page)
    assert f'href="{check.url}"' in page.content.decode()
    assert "Noch offen" not in words(page)
    release(both[0], expected_version=1, actor=PROGRAM)
    assert visible_checks(ANONYMOUS).get() == check
    assert said not in words(lead.get(both[0].url))


def test_a_goal_that_becomes_public_can_bring_a_check_along(concept, paper, as_role):
    goal, check = make_item("goal"), begin(concept, paper)
    touch(check, goal)
    finish(check)
    goal = update_item(goal, expected_version=1, values={"visibility": "internal"}, actor=PROGRAM)
    proposal = save_or_propose(
        goal, expected_version=goal.version, values={"visibility": "public"}, actor=make_actor("planner")
    )
    assert f'href="{check.url}"' in as_role("project-lead").get(proposal.url).content.decode()


def test_criteria_are_kept_by_the_project_lead(concept, as_role):
    lead = as_role("project-lead")
    values = {"key": "netz", "position": 1, "title": "Es verändert ein Netz"}
    assert lead.post(reverse("criterion-create"), values).status_code == 302
    row = WeightCriterion.objects.get()
    edit = reverse("criterion-edit", args=["netz"])
    assert lead.post(edit, {**values, "version": row.version, "title": "Anders"}).status_code == 302
    assert lead.post(edit, {**values, "version": row.version, "title": "Zu spät"}).status_code == 400
    assert as_role("planner").get(edit).status_code == 403
    begin(concept, criteria=[WeightCriterion.objects.get()])
    lead.post(edit, {"delete": "1"})
    assert WeightCriterion.objects.exists()


def test_pages_cost_few_queries(concept, paper, django_assert_max_num_queries):
    check = begin(concept, paper)
    for _number in range(8):
        touch(check, make_item("goal", fields=concept.fields.all()))
    finish(check)
    Client().get(check.url)
    with django_assert_max_num_queries(14):
        Client().get(check.url)


def test_a_check_without_a_paper_has_a_history_of_its_own(concept, as_role):
    check = begin(concept, actor=make_actor("planner"))
    touch(check, make_item("goal", title="Ein Radnetz"), reason="Er schließt eine Lücke")
    client = as_role("planner")
    assert f"/pruefungen/{check.key}/verlauf" in client.get(check.url).content.decode()
    page = words(client.get(f"/pruefungen/{check.key}/verlauf"))
    assert page.count("INSEK-Prüfung") >= 2
    assert "geändert" in page and "angelegt" in page and "Er schließt eine Lücke" in page
    assert list(CheckChange.objects.values_list("check_key", flat=True)) == [check.key] * 2


def test_a_draft_that_is_thrown_away_keeps_its_history(concept, paper, as_role):
    for belongs_to in (None, paper):
        check = begin(concept, belongs_to)
        checking.delete_check(check, expected_version=check.version, actor=PROGRAM)
        page = as_role("planner").get(f"/pruefungen/{check.key}/verlauf")
        assert "Der Entwurf ist gelöscht." in words(page) and "Neuer Radweg" in words(page)
    assert [bool(change.after) for change in CheckChange.objects.all()] == [False, True, False, True]


def test_the_history_of_a_check_is_for_insiders(concept, as_role):
    check = begin(concept)
    address = f"/pruefungen/{check.key}/verlauf"
    assert Client().get(address).status_code == 302
    for role in ("council", "moderator"):
        assert as_role(role).get(address).status_code == 403
    client = as_role("auditor")
    assert client.get(address).status_code == 200
    assert client.get(f"{address}?nach=unsinn").status_code == 404
    assert client.get("/pruefungen/gibtesnicht/verlauf").status_code == 404


def test_nothing_is_written_where_nothing_changes_and_scripts_stay_words(concept, as_role):
    check = begin(concept, weight_reason="<script>alert(1)</script>")
    checking.change_check(check, {"title": VALUES["title"]}, expected_version=check.version, actor=PROGRAM)
    assert CheckChange.objects.count() == 1
    page = as_role("planner").get(f"/pruefungen/{check.key}/verlauf").content.decode()
    assert "<script>alert(1)" not in page


def test_purging_reaches_the_history_of_checks(concept):
    begin(concept, weight_reason="Gemeldet von Erika Mustermann")
    assert history.purge(needle="Erika Mustermann") == 1
    assert "Erika" not in CheckChange.objects.get().after
