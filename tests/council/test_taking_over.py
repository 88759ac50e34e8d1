"""A carried amendment changes the words of its goal in one step and is the Maßgabe of the edition, without being typed again."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from insek.concept.models import Edition
from insek.council.amendment_rows import AMENDMENTS
from insek.council.edition_items import EditionItem
from insek.council.taking_over import is_taken_over, proviso_words, take_over, voted_by
from insek.people.actors import PROGRAM
from insek.release.models import Proposal
from insek.release.releases import save_or_propose
from insek.thread.models import Item
from insek.thread.row_acts import add_row
from tests.council.editions import file, make_resolution
from tests.factories import make_actor, make_body, make_edition, make_item
from tests.reading import words

pytestmark = pytest.mark.django_db
TEXT = "Bis 2040 gibt es in jedem Viertel einen schattigen Platz. Versiegelte Fläche nimmt ab."
AFTER = "Bis 2035 gibt es in jedem Viertel einen schattigen Platz. Versiegelte Fläche nimmt ab."


@pytest.fixture
def goal(concept):
    return make_item(
        "goal", concept=concept, number="Z 1", title="Mehr Schatten", text=TEXT, standing="working"
    )


@pytest.fixture
def filed(concept, goal):
    return file(make_edition(concept, "neu", status=Edition.Status.DRAFT))


def moved(goal, *, paper=None, **values):
    paper = paper or make_item("paper", concept=goal.concept, title="Das Konzept")
    said = {
        "sort": "motion",
        "moved_by": "Fraktion Nord",
        "number": "Ä 1",
        "state": "carried",
        "goal": goal.goal,
        "after": AFTER,
    }
    return add_row(AMENDMENTS, paper, {**said, **values}, actor=PROGRAM)


def address(row):
    return reverse("amendment-take-over", args=[row.paper_id, row.key])


def test_it_becomes_the_proviso_of_the_edition_that_was_filed(goal, filed, as_role):
    row = moved(goal, decided_on=None)
    lead = as_role("project-lead")
    page = lead.get(row.paper.item.url)
    assert "Als Maßgabe übernehmen" in words(page)
    lead.post(address(row))
    goal.refresh_from_db()
    assert goal.text == TEXT, "in force is what was adopted"
    [kept] = Proposal.objects.bundle_of(filed)
    assert kept.payload == {"text": AFTER} and kept.note == "In Ziel Z 1 wird „2040“ durch „2035“ ersetzt."
    told = words(lead.get(row.paper.item.url))
    assert "Als Maßgabe übernehmen" not in told and "liegt dafür bereit" in told
    make_resolution(concept=goal.concept, outcome="adopted_with_changes", date=filed.filed_on)
    adoption = lead.get(reverse("edition-adopt", args=[filed.key])).content.decode()
    assert f'value="goals:{goal.pk}:text"' in adoption.replace("\n", " ")
    assert 'value="In Ziel Z 1 wird „2040“ durch „2035“ ersetzt."' in adoption
    box = adoption[adoption.index(f'value="goals:{goal.pk}:text"') :]
    assert "checked" in box[: box.index(">")]


def test_the_adopted_edition_has_it_as_voted(goal, filed, as_role):
    row = moved(goal)
    lead = as_role("project-lead")
    lead.post(address(row))
    resolution = make_resolution(concept=goal.concept, outcome="adopted_with_changes", date=filed.filed_on)
    said = {
        "resolution": resolution.pk,
        "voted": f"goals:{goal.pk}:text",
        f"words:goals:{goal.pk}": proviso_words(row),
    }
    shown = lead.post(reverse("edition-adopt", args=[filed.key]), {**said, "step": "look"})
    assert "mit Maßgaben (1)" in words(shown)
    numbers = shown.context["numbers"].sign
    lead.post(
        reverse("edition-adopt", args=[filed.key]),
        {**said, "step": "confirm", "understood": "on", "numbers": numbers},
    )
    adopted = EditionItem.objects.get(edition=filed, key=goal.pk)
    assert adopted.content["cells"]["text"] == AFTER
    goal.refresh_from_db()
    assert goal.text == AFTER and is_taken_over(row)


def test_without_a_filed_edition_it_waits_for_its_release(goal, as_role):
    row = moved(goal)
    as_role("planner").post(address(row))
    [waiting] = Proposal.objects.waiting()
    assert waiting.payload == {"text": AFTER} and not waiting.edition_key
    assert is_taken_over(row)


def test_two_amendments_of_one_goal_become_one_change(goal, filed):
    lead = make_actor("project-lead")
    take_over(moved(goal), actor=lead)
    second = moved(
        goal, before="Versiegelte Fläche nimmt ab.", after="Versiegelte Fläche halbiert sich.", number="Ä 2"
    )
    take_over(second, actor=lead)
    [kept] = Proposal.objects.bundle_of(filed)
    assert kept.payload["text"] == AFTER.replace("nimmt ab", "halbiert sich")
    assert is_taken_over(second)
    with pytest.raises(ValidationError, match="steht dort schon"):
        take_over(second, actor=lead)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"state": "rejected"}, "was angenommen ist"),
        ({"state": "open"}, "was angenommen ist"),
        ({"before": "Das steht nirgends.", "after": "Neu."}, "von Hand"),
        ({"before": TEXT, "after": ""}, "Verbleib"),
        ({"before": "e", "after": "é"}, "von Hand"),
    ],
)  # fmt: skip
def test_what_was_not_carried_or_does_not_fit_changes_nothing(goal, filed, values, said):
    with pytest.raises(ValidationError, match=said):
        take_over(moved(goal, **values), actor=make_actor("project-lead"))
    assert not Proposal.objects.exists()


def test_new_words_a_part_left_out_and_a_title(goal, as_role):
    lead = make_actor("project-lead")
    take_over(moved(goal, sort="tabled", before="", after="Auch auf Schulhöfen."), actor=lead)
    [proposal] = Proposal.objects.waiting()
    assert proposal.payload["text"] == f"{TEXT}\n\nAuch auf Schulhöfen."
    take_over(moved(goal, before=" Versiegelte Fläche nimmt ab.", after=""), actor=lead)
    assert "Versiegelte" not in Proposal.objects.waiting().get().payload["text"]
    take_over(moved(goal, before="Mehr Schatten", after="Viel mehr Schatten"), actor=lead)
    assert Proposal.objects.waiting().get().payload["title"] == "Viel mehr Schatten"


def test_a_change_of_somebody_else_is_not_written_over(goal, filed):
    from insek.release.bundling import bundling

    with bundling(filed):
        save_or_propose(
            goal, expected_version=goal.version, values={"text": "Anders."}, actor=make_actor("planner")
        )
    with pytest.raises(ValidationError, match="liegt schon eine andere Änderung bereit"):
        take_over(moved(goal), actor=make_actor("project-lead"))


def test_who_may_not_edit_takes_nothing_over(goal, filed, as_role):
    row = moved(goal)
    assert as_role("auditor").post(address(row)).status_code == 403
    assert as_role("council").post(address(row)).status_code == 403
    with pytest.raises(PermissionDenied):
        take_over(row, actor=make_actor("department"))
    hidden = make_item("paper", concept=goal.concept, title="Geheim", visibility="internal")
    assert as_role("council").post(address(moved(goal, paper=hidden))).status_code == 404
    assert Item.objects.get(pk=goal.pk).text == TEXT


def test_a_resolution_begins_with_its_paper(concept, as_role):
    paper = make_item("paper", concept=concept, title="Stadtgrün", reference="12/2026", standing="example")
    body = make_body()
    from insek.council.consulting import add_consultation

    add_consultation(paper.paper, {"body": body, "role": "decision", "date": date(2026, 3, 9)}, actor=PROGRAM)
    lead = as_role("project-lead")
    page = lead.get(paper.url)
    assert "Beschluss eintragen" in words(page) and "Beschluss eintragen" not in words(
        as_role("council").get(paper.url)
    )
    begun = lead.get(f"{reverse('resolution-create')}?vorlage={paper.pk}").context["form"].initial
    assert (begun["paper"], begun["title"], begun["reference"], begun["body"]) == (
        paper.pk,
        "Stadtgrün",
        "12/2026",
        body.pk,
    )
    assert begun["date"] == date(2026, 3, 9) and begun["standing"] == "example" and "outcome" not in begun
    assert lead.get(f"{reverse('resolution-create')}?vorlage=quatsch").status_code == 404
    add_row(
        AMENDMENTS,
        paper,
        {"sort": "motion", "moved_by": "Nord", "after": "Neu.", "state": "carried"},
        actor=PROGRAM,
    )
    assert (
        lead.get(f"{reverse('resolution-create')}?vorlage={paper.pk}").context["form"].initial["outcome"]
        == "adopted_with_changes"
    )


def test_an_edition_that_was_never_filed_has_no_amendments(concept):
    edition = Edition.objects.create(concept=concept, key="neu", title="Neu")
    assert voted_by(edition, [], PROGRAM) == []
