"""What was moved to change a paper stands word by word with its vote; groups never have more votes than were counted."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from insek.council.amendment_rows import AMENDMENTS, GROUP_VOTES
from insek.council.models import GroupVote, PaperAmendment
from insek.people.actors import PROGRAM
from insek.thread.row_acts import add_row
from tests.factories import make_actor, make_body, make_item
from tests.reading import words

pytestmark = pytest.mark.django_db
MOVED = {
    "sort": "motion",
    "number": "ÄA 1",
    "moved_by": "Fraktion Musterliste",
    "before": "Bis 2030 werden 200 Bäume gepflanzt.",
    "after": "Bis 2028 werden 300 Bäume gepflanzt.",
    "reason": "Der Sommer wird heißer.",
}


@pytest.fixture
def paper(concept):
    return make_item("paper", number="V 1", title="Stadtgrün", visibility="public")


def moved(paper, **values):
    return add_row(AMENDMENTS, paper, {**MOVED, **values}, actor=PROGRAM)


def test_an_amendment_stands_word_by_word_with_its_vote(paper, as_role):
    body = make_body()
    moved(
        paper,
        state="carried",
        body=body,
        decided_on=date(2026, 3, 2),
        votes_yes=23,
        votes_no=14,
        votes_abstain=2,
    )
    moved(paper, number="ÄA 2", moved_by="Gruppe Am Rand", state="withdrawn")
    page = Client().get(paper.url)
    told, text = words(page), page.content.decode()
    assert "1 angenommen · 1 zurückgezogen" in told
    assert (
        "Fraktion Musterliste : angenommen" in told
        and "Ja 23, Nein 14, Enthaltung 2" in told
        and str(body) in told
    )
    assert "</span>2030</del>" in text and "</span>2028</ins>" in text and "Bis</del>" not in text
    assert "Änderung eintragen" not in told
    assert "Änderung eintragen" in words(as_role("planner").get(paper.url))


def test_a_paper_without_one_says_nothing_to_the_public(paper, as_role):
    assert "Änderungen in der Beratung" not in words(Client().get(paper.url))
    assert "Noch ist keine Änderung eingetragen." in words(as_role("planner").get(paper.url))


def test_the_words_of_a_goal_need_not_be_copied_and_an_internal_goal_is_not_told(paper):
    goal = make_item(
        "goal", title="Mehr Grün", text="Die **Mitte** hat mehr Schatten.", visibility="internal"
    )
    row = moved(paper, goal=goal.goal, before="", after="Die Mitte hat viel mehr Schatten.")
    assert row.before == "Die Mitte hat mehr Schatten."
    assert "Schatten" not in words(Client().get(paper.url))
    goal.visibility = "public"
    goal.save()
    assert "Mehr Grün" in words(Client().get(paper.url))


@pytest.mark.parametrize(
    ("values", "at"),
    [
        ({"before": "", "after": ""}, "Wortlaut"),
        ({"after": MOVED["before"]}, "schon da steht"),
        ({"votes_yes": 3}, "erst, wenn abgestimmt ist"),
        ({"moved_on": date(2999, 1, 1)}, "in der Zukunft"),
        ({"moved_by": ""}, "moved_by|leer|Feld"),
    ],
)
def test_what_makes_no_sense_is_refused(paper, values, at):
    with pytest.raises(ValidationError, match=at):
        moved(paper, **values)
    assert not PaperAmendment.objects.exists()


def test_either_a_goal_or_a_measure_of_the_same_concept(paper):
    with pytest.raises(ValidationError, match="entweder ein Ziel oder eine Maßnahme"):
        moved(paper, goal=make_item("goal").goal, measure=make_item("measure").measure)


def test_groups_have_no_more_votes_than_were_counted(concept):
    resolution = make_item("resolution", visibility="public", votes_yes=20, votes_no=5, votes_abstain=0)
    first = {"group": "Musterliste", "votes_yes": 12, "votes_no": 0, "votes_abstain": 0}
    add_row(GROUP_VOTES, resolution, first, actor=PROGRAM)
    with pytest.raises(ValidationError, match="Zusammen wären das 21 Stimmen; gezählt wurden 20"):
        add_row(GROUP_VOTES, resolution, {**first, "group": "Am Rand", "votes_yes": 9}, actor=PROGRAM)
    with pytest.raises(ValidationError, match="schon eingetragen"):
        add_row(GROUP_VOTES, resolution, {**first, "votes_yes": 1}, actor=PROGRAM)
    with pytest.raises(ValidationError, match="wie die Fraktion gestimmt"):
        add_row(GROUP_VOTES, resolution, {**first, "group": "Niemand", "votes_yes": 0}, actor=PROGRAM)
    add_row(
        GROUP_VOTES, resolution, {**first, "group": "Am Rand", "votes_yes": 3, "votes_no": 5}, actor=PROGRAM
    )
    told = words(Client().get(resolution.url))
    assert "Musterliste 12 0 0" in told and "Am Rand 3 5 0" in told
    assert "Ohne Angabe der Fraktion: Ja 5." in told


def test_who_may_enter_them(paper, concept, as_role):
    resolution = make_item("resolution", visibility="public")
    for role, may in (("planner", True), ("council", False), ("moderator", False)):
        for item, rows in ((paper, AMENDMENTS), (resolution, GROUP_VOTES)):
            status = as_role(role).get(reverse("row-create", args=[item.pk, rows.address])).status_code
            assert (status == 200) is may, (role, rows.name)
    with pytest.raises(PermissionDenied):
        add_row(AMENDMENTS, paper, MOVED, actor=make_actor("council"))


def test_it_is_entered_and_continued_in_the_browser(paper, as_role):
    client = as_role("project-lead")
    address = reverse("row-create", args=[paper.pk, AMENDMENTS.address])
    assert client.post(address, {**MOVED, "state": "open"}).status_code == 302
    row = PaperAmendment.objects.get()
    edit = reverse("row-edit", args=[paper.pk, AMENDMENTS.address, row.key])
    page = client.get(edit)
    assert "Was herauskam" in words(page)
    sent = {**MOVED, "state": "rejected", "votes_yes": "9", "votes_no": "30", "version": row.version}
    assert client.post(edit, sent).status_code == 302
    told = words(Client().get(paper.url))
    assert "Fraktion Musterliste : abgelehnt" in told and "Ja 9, Nein 30" in told
    assert client.post(edit, sent).status_code in {200, 409}, "the second of two is told"
    assert GroupVote.objects.count() == 0
