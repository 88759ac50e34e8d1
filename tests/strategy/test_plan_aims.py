"""What became of the aims of a plan: quoted, decided with a reason, and shown word by word in both directions."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from insek.documents.models import Document
from insek.engines.documents.content import Block
from insek.people.actors import PROGRAM
from insek.release import releases
from insek.release.models import Proposal
from insek.strategy.models import PlanAim
from insek.strategy.plan_aim_rows import AIMS
from insek.thread.row_acts import add_row
from insek.thread.services import delete_item
from tests.documents.making_documents import make_document
from tests.factories import make_item
from tests.reading import form_values, words
from tests.release.test_merging import merge

pytestmark = pytest.mark.django_db
AIM = {
    "quotation": "Die Stadt wird leiser.",
    "decision": "adapted",
    "reason": "Lärm allein war zu wenig.",
    "page": "1",
}


def aim(plan, **values):
    return add_row(AIMS, plan, {**AIM, **values}, actor=PROGRAM)


def test_both_pages_show_the_words_where_they_stand_and_what_changed(client, concept):
    plan, goal = (
        make_item("plan", title="Lärmaktionsplan"),
        make_item("goal", number="Z 1", title="Die Stadt wird leiser und grüner."),
    )
    document = make_document(
        concept, [Block("paragraph", "Die Stadt wird leiser.")], title="Lärmaktionsplan", is_public=True
    )
    Document.objects.filter(pk=document.pk).update(about=plan)
    aim(plan, goal=goal.goal)
    aim(plan, decision="dropped", quotation="Mehr Parkplätze.", reason="Widerspricht dem Ziel 1.")
    page = client.get(plan.url)
    said = words(page)
    for part in (
        "1 angepasst · 1 entfallen",
        "Die Stadt wird leiser.",
        "Lärm allein war zu wenig.",
        "Daraus wurde: Z 1",
        "Mehr Parkplätze.",
    ):
        assert part in said
    assert reverse("document-page", args=[document.pk, 1]) in page.content.decode()
    back = words(client.get(goal.url))
    assert (
        "Lärmaktionsplan" in back
        and "angepasst" in back
        and "eingefügt:" in back
        and "Die Stadt wird leiser." in back
    )
    assert "Mehr Parkplätze." not in back


def test_what_is_taken_over_word_for_word_says_so(client, concept):
    plan, line = make_item("plan"), make_item("guideline", title="Grün in jeder Straße")
    aim(plan, quotation="Grün in jeder Straße.", decision="taken", guideline=line.guideline)
    assert "Steht heute wörtlich so da." in words(client.get(line.url))


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"reason": "", "decision": "dropped"}, "in einem Satz, warum"),
        ({}, "zu welchem Ziel oder welcher Leitlinie"),
        ({"goal": True, "decision": "dropped"}, "Was entfällt, wird zu nichts"),
        ({"goal": True, "guideline": True}, "entweder eine Leitlinie oder ein Ziel"),
        ({"quotation": " "}, ""),
    ],
)
def test_what_says_too_little_or_too_much_is_refused(concept, values, told):
    made = {
        name: getattr(make_item(name), name) if value is True else value for name, value in values.items()
    }
    with pytest.raises(ValidationError, match=told or None):
        aim(make_item("plan"), **made)
    assert not PlanAim.objects.exists()


def test_an_open_one_needs_no_reason_and_an_internal_goal_is_never_named(client, concept):
    plan, hidden = make_item("plan"), make_item("goal", visibility="internal", title="Geheim")
    aim(plan, decision="open", reason="", quotation="Noch zu klären.")
    aim(plan, goal=hidden.goal, quotation="Verschwiegen.")
    said = words(client.get(plan.url))
    assert "1 noch offen" in said and "Geheim" not in said and "Verschwiegen." not in said


def test_a_planner_proposes_and_the_lead_releases_with_all_words(as_role, concept):
    plan, goal = make_item("plan"), make_item("goal", title="Leise Stadt")
    address = f"/k/{plan.pk}/zeilen/planziele/neu"
    planner = as_role("planner")
    answer = planner.post(address, {**form_values(planner.get(address)), **AIM, "goal": goal.pk}, follow=True)
    assert "Die Stadt wird leiser." in words(answer) and "Leise Stadt" in words(answer)
    proposal = Proposal.objects.get()
    releases.release(proposal, expected_version=1, actor=releases.entitled(PROGRAM))
    row = PlanAim.objects.get()
    assert (row.goal_id, row.document) == (goal.pk, plan.title)


def test_the_lineage_goes_on_when_goals_are_merged_or_deleted(concept):
    plan = make_item("plan", visibility="internal")
    one, other = (make_item("goal", visibility="internal") for _each in range(2))
    row = aim(plan, goal=other.goal)
    merge(one, other)
    row.refresh_from_db()
    assert row.goal_id == one.pk
    one.refresh_from_db()
    delete_item(one, expected_version=one.version, actor=PROGRAM)
    row.refresh_from_db()
    assert row.goal is None and row.reason == "Lärm allein war zu wenig."
