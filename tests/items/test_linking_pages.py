"""Drawing, changing and taking away links on pages, without JavaScript."""

import pytest

from insek.thread.models import Change, Link
from insek.thread.services import change_link
from tests.factories import make_actor, make_item, make_link
from tests.reading import form_values, words

pytestmark = pytest.mark.django_db


def test_three_steps_kind_search_reason(concept, as_role):
    goal = make_item("goal", number="Z 1", title="Mehr Radverkehr", visibility="internal")
    make_item("indicator", number="I 1", title="Bevölkerung")
    bicycles = make_item("indicator", number="I 2", title="Anteil der Wege mit dem Fahrrad")
    client = as_role("planner")
    address = f"/k/{goal.pk}/verknuepfen"
    assert "Zuerst die Art der Verknüpfung wählen." in words(client.get(address))
    page = client.get(f"{address}?link=folgen.measured_by.indicator")
    assert "I 1 Bevölkerung" in words(page)
    sent = {**form_values(page), "reason": "Er zeigt, ob mehr Menschen radeln."}
    found = client.post(address, {**sent, "q": "Rad", "search": "1"})
    assert found.status_code == 200
    assert "I 1 Bevölkerung" not in words(found)
    assert "I 2 Anteil der Wege mit dem Fahrrad" in words(found)
    kept = form_values(found)
    assert kept["reason"] == "Er zeigt, ob mehr Menschen radeln.", "searching must not lose the reason"
    answer = client.post(address, {**kept, "other": bicycles.pk}, follow=True)
    assert "„I 2 Anteil der Wege mit dem Fahrrad“ ist verknüpft." in answer.content.decode()
    link = Link.objects.get()
    assert (link.source, link.target, link.reason) == (goal, bicycles, "Er zeigt, ob mehr Menschen radeln.")
    assert "I 2 Anteil" not in words(client.get(f"{address}?link=folgen.measured_by.indicator"))


def test_a_chosen_item_stays_through_another_search(concept, as_role):
    goal = make_item("goal")
    chosen, other = make_item("indicator", title="Luft"), make_item("indicator", title="Wasser")
    page = as_role("planner").post(
        f"/k/{goal.pk}/verknuepfen",
        {"link": "folgen.measured_by.indicator", "other": chosen.pk, "q": "Wasser", "search": "1"},
    )
    assert form_values(page)["other"] == [chosen.pk]
    assert "Wasser" in words(page)
    assert other.pk in page.content.decode()


def test_an_example_is_never_adopted_by_a_real_resolution(concept, as_role):
    example = make_item("goal", number="Z 1", title="Beispielziel", standing="example")
    real = make_item("resolution", title="Echter Beschluss")
    client = as_role("planner")
    sent = {
        "link": "folgen.adopted_by.resolution",
        "other": real.pk,
        "reason": "Der Rat hat es beschlossen.",
    }
    answer = client.post(f"/k/{example.pk}/verknuepfen", sent)
    assert answer.status_code == 400
    assert (
        "„Z 1 Beispielziel“ ist ein Beispiel. Ein echter Beschluss kann es nicht annehmen, beschließen oder finanzieren."
    ) in words(answer)
    kept = form_values(answer)
    assert (kept["reason"], kept["other"]) == ("Der Rat hat es beschlossen.", [real.pk])
    assert not Link.objects.exists()


def test_an_empty_post_says_what_is_missing(concept, as_role):
    answer = as_role("planner").post(f"/k/{make_item('goal').pk}/verknuepfen")
    assert answer.status_code == 400
    assert "Bitte wählen Sie zuerst die Art der Verknüpfung." in words(answer)


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({}, "Bitte wählen Sie zuerst die Art der Verknüpfung."),
        ({"link": "folgen.unsinn.goal"}, "Bitte wählen Sie zuerst die Art der Verknüpfung."),
        ({"link": "folgen.implemented_by.measure"}, "Bitte wählen Sie aus, womit verknüpft werden soll."),
        (
            {"link": "folgen.implemented_by.measure", "other": "\x00"},
            "Bitte wählen Sie aus, womit verknüpft werden soll.",
        ),
    ],
)
def test_an_incomplete_link_says_what_is_missing(concept, as_role, sent, message):
    goal = make_item("goal")
    answer = as_role("planner").post(f"/k/{goal.pk}/verknuepfen", {**sent, "reason": "Weil."})
    assert answer.status_code == 400
    assert message in words(answer)


def test_a_reason_is_changed_and_a_conflict_keeps_both(concept, as_role):
    link = make_link(
        make_item("goal"), make_item("measure", visibility="internal"), "implemented_by", reason="Alt."
    )
    client = as_role("planner")
    address = f"/verknuepfung/{link.pk}"
    sent = form_values(client.get(address))
    assert sent["reason"] == "Alt."
    change_link(link, expected_version=1, reason="Von anderen.", locator="", actor=make_actor("planner"))
    answer = client.post(address, {**sent, "reason": "Von mir."})
    assert answer.status_code == 409
    assert "Begründung Von anderen." in words(answer)
    assert form_values(answer)["reason"] == "Von mir."
    assert client.post(address, form_values(answer)).status_code == 302
    assert Link.objects.get().reason == "Von mir."


def test_unlinking_asks_first_and_leads_back(concept, as_role):
    goal, measure = make_item("goal"), make_item("measure", number="M 1", visibility="internal")
    link = make_link(goal, measure, "implemented_by", reason="Sie setzt es um.")
    client = as_role("planner")
    page = client.get(f"/verknuepfung/{link.pk}/loesen?von={measure.pk}")
    assert "Begründung: Sie setzt es um." in words(page)
    answer = client.post(f"/verknuepfung/{link.pk}/loesen", form_values(page))
    assert answer["Location"] == f"/k/{measure.pk}"
    assert not Link.objects.exists()
    assert Change.objects.filter(action="unlinked").count() == 2


def test_a_gap_leads_to_the_link_that_mends_it(concept, as_role):
    goal = make_item("goal", number="Z 1")
    client = as_role("planner")
    assert "Ziel ohne Maßnahme" in words(client.get("/luecken/"))
    page = client.get("/luecken/goal_without_measure/")
    address = f"/k/{goal.pk}/verknuepfen?link=folgen.implemented_by.measure"
    assert address in page.content.decode()
    assert 'aria-current="true">umgesetzt durch: Maßnahme' in client.get(address).content.decode()
    reading = as_role("auditor").get("/luecken/goal_without_measure/")
    assert "Z 1" in words(reading)
    assert "verknuepfen" not in reading.content.decode(), "who may not mend is not sent to a closed door"
