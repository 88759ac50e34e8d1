"""Putting items in an order: without a script here, by hand on the page in ``tests/journeys/test_ordering.py``."""

import html

import pytest

from insek.concept.models import Field
from insek.engines.text import key_between
from insek.participation.models import SurveyQuestion
from insek.release.models import Proposal
from insek.release.releases import release
from insek.steering.models import MeasureTask
from insek.steering.services import add_task
from insek.thread.models import Change, FieldDefinition, Item
from insek.thread.own_acts import define_field
from tests.factories import make_actor, make_item, make_link
from tests.reading import form_values, words

pytestmark = pytest.mark.django_db
GOALS = "/ordnen/inhalte/ziele/"


def in_order(kind="goal"):
    return list(Item.objects.filter(kind=kind).order_by("sort_key", "pk").values_list("number", flat=True))


def moved(client, page, was, **typed):
    answer = client.post(page.request["PATH_INFO"], {**form_values(page), "was": was, **typed}, follow=True)
    return answer, html.unescape(answer.content.decode())


@pytest.fixture
def goals(concept):
    made = {}
    for number in ("Z 1", "Z 1.1", "Z 1.2", "Z 2", "Z 3", "Z 3.1"):
        above = made.get(number.rpartition(".")[0])
        values = {"parent": above.goal} if above else {}
        made[number] = make_item(
            "goal", number=number, title=f"Ziel {number}", visibility="internal", **values
        )
    return made


def test_a_goal_goes_with_what_is_below_it_and_keeps_number_links_and_address(goals, as_role):
    client, three = as_role("planner"), goals["Z 3"]
    measure = make_item("measure", number="M 1", visibility="internal")
    make_link(three, measure, "implemented_by")
    _page, said = moved(client, client.get(GOALS), f"hoch:{three.pk}")
    assert "„Z 3 Ziel Z 3“ steht jetzt an Stelle 2 von 3." in said
    assert in_order() == ["Z 1", "Z 1.1", "Z 1.2", "Z 3", "Z 3.1", "Z 2"]
    page, said = moved(client, client.get(GOALS), f"setzen:{three.pk}", **{f"stelle-{three.pk}": "1"})
    assert in_order() == ["Z 3", "Z 3.1", "Z 1", "Z 1.1", "Z 1.2", "Z 2"]
    assert "von Hand eingeordnet" in said
    # below another goal, first where its number says, then at a place of its own
    page = client.get(f"{GOALS}?verschieben={goals['Z 1.2'].pk}")
    _page, said = moved(
        client, page, f"unter:{goals['Z 1.2'].pk}", **{f"unter-{goals['Z 1.2'].pk}": three.pk}
    )
    assert "steht jetzt unter „Z 3 Ziel Z 3“, an Stelle 2 von 2." in said
    assert in_order() == ["Z 3", "Z 3.1", "Z 1.2", "Z 1", "Z 1.1", "Z 2"]
    _page, said = moved(client, client.get(GOALS), f"hoch:{goals['Z 1.2'].pk}")
    assert in_order() == ["Z 3", "Z 1.2", "Z 3.1", "Z 1", "Z 1.1", "Z 2"]
    _page, said = moved(client, client.get(GOALS), f"nummer:{three.pk}")
    assert in_order() == ["Z 1", "Z 1.1", "Z 2", "Z 3", "Z 1.2", "Z 3.1"]
    three.refresh_from_db()
    assert (three.number, three.consequences.get().target) == ("Z 3", measure)
    assert client.get(three.get_absolute_url()).status_code == 200
    # not below itself
    page = client.get(GOALS)
    _page, said = moved(client, page, f"unter:{three.pk}", **{f"unter-{three.pk}": goals["Z 3.1"].pk})
    assert "nicht unter sich selbst" in said
    # a change of the item like any other: in its history, taken back there
    change = Change.objects.filter(item_id=goals["Z 1.2"].pk, differences__has_key="goal").first() or (
        Change.objects.filter(item_id=goals["Z 1.2"].pk, differences__has_key="parent_id").latest("pk")
    )
    assert "Stelle in der Reihenfolge" in words(client.get(f"{goals['Z 1.2'].get_absolute_url()}/verlauf"))
    page = client.get(f"{goals['Z 1.2'].get_absolute_url()}/verlauf/{change.pk}/zuruecknehmen")
    client.post(page.request["PATH_INFO"], form_values(page))
    assert Item.objects.get(pk=goals["Z 1.2"].pk).goal.parent_id == goals["Z 1"].pk


def test_the_last_move_is_taken_back_with_one_button(goals, as_role):
    client, three = as_role("planner"), goals["Z 3"]
    before = in_order()
    page, said = moved(client, client.get(GOALS), f"setzen:{three.pk}", **{f"stelle-{three.pk}": "1"})
    assert in_order() != before and page.context["undo"]["label"] == "Z 3 Ziel Z 3" and "Rückgängig" in said
    _page, said = moved(client, page, page.context["undo"]["value"])
    assert in_order() == before and "steht wieder, wo es die Nummer sagt" in said
    assert not Item.objects.get(pk=three.pk).hand_key
    # from a place of its own, and from below another goal, back to where it was
    page, _said = moved(client, client.get(GOALS), f"hoch:{three.pk}")
    kept = in_order()
    page, _said = moved(client, client.get(GOALS), f"hoch:{three.pk}")
    _page, _said = moved(client, page, page.context["undo"]["value"])
    assert in_order() == kept
    one = goals["Z 1.2"]
    page = client.get(f"{GOALS}?verschieben={one.pk}")
    page, _said = moved(client, page, f"unter:{one.pk}", **{f"unter-{one.pk}": three.pk})
    moved(client, page, page.context["undo"]["value"])
    assert in_order() == kept and Item.objects.get(pk=one.pk).goal.parent_id == goals["Z 1"].pk
    # an address that somebody wrote moves nothing
    for wrong in (
        f"{three.pk}:x:",
        f"{three.pk}:1:nichts",
        f"{three.pk}:1",
        f"{three.pk}:1:{three.pk}",
        "nichts:1:",
    ):
        client.post(GOALS, {"was": f"zurueck:{wrong}", f"version-{three.pk}": "1"})
    assert in_order() == kept
    assert client.get(GOALS + "?vorher=quatsch").context["undo"] == {}


def test_two_at_once_and_places_that_are_none(goals, as_role):
    client, other = as_role("planner"), as_role("planner")
    page = client.get(GOALS)
    moved(other, other.get(GOALS), f"runter:{goals['Z 1'].pk}")
    _page, said = moved(client, page, f"runter:{goals['Z 1'].pk}")
    assert "hat inzwischen jemand anderes geändert" in said
    assert in_order() == ["Z 2", "Z 1", "Z 1.1", "Z 1.2", "Z 3", "Z 3.1"]
    _page, said = moved(
        client, client.get(GOALS), f"setzen:{goals['Z 2'].pk}", **{f"stelle-{goals['Z 2'].pk}": "vorn"}
    )
    assert "als ganze Zahl" in said
    # Enter in a place names no row: the one whose place is another
    page = client.get(GOALS)
    client.post(GOALS, {**form_values(page), "was": "", f"stelle-{goals['Z 2'].pk}": "3"})
    assert in_order() == ["Z 1", "Z 1.1", "Z 1.2", "Z 3", "Z 3.1", "Z 2"]
    assert as_role("department").get(GOALS).status_code == 403
    assert client.get("/ordnen/inhalte/beitraege/").status_code == 404
    assert client.get("/ordnen/nichts/ziele/").status_code == 404


def test_what_is_public_changes_its_place_at_the_hands_of_those_who_may_release(concept, as_role):
    one, two = (make_item("measure", number=f"M {n}", title=f"Tun {n}", visibility="public") for n in (1, 2))
    planner, lead = as_role("planner"), as_role("project-lead")
    address = "/ordnen/inhalte/massnahmen/"
    _page, said = moved(planner, planner.get(address), f"hoch:{two.pk}")
    assert "wartet auf Freigabe" in said
    assert in_order("measure") == ["M 1", "M 2"]
    waiting = Proposal.objects.get()
    page = words(lead.get(waiting.url))
    assert "Neue Stelle: ganz oben" in page
    assert "nach der Nummer" in page, page
    release(waiting, expected_version=waiting.version, actor=make_actor("project-lead"))
    assert in_order("measure") == ["M 2", "M 1"]
    moved(lead, lead.get(address), f"hoch:{one.pk}")
    assert in_order("measure") == ["M 1", "M 2"]
    assert not Proposal.objects.waiting().exists()


def test_two_hundred_rows_are_put_anywhere_again_and_again(concept, as_role):
    for number in range(1, 201):
        make_item("measure", number=f"M {number}", title="Tun", visibility="internal")
    expected, client = in_order("measure"), as_role("planner")
    keys = dict(Item.objects.values_list("number", "pk"))
    page = client.get("/ordnen/inhalte/massnahmen/")
    for step in range(40):
        number, place = expected[(step * 37) % 200], (step * 53) % 200 + 1

        version = Item.objects.get(pk=keys[number]).version
        client.post(
            "/ordnen/inhalte/massnahmen/",
            {"was": f"setzen:{keys[number]}", f"stelle-{keys[number]}": place, f"version-{keys[number]}": version},
        )  # fmt: skip
        expected.remove(number)
        expected.insert(place - 1, number)
    assert in_order("measure") == expected
    assert len(page.content) < 600_000


def test_fields_of_action_own_fields_steps_and_questions_go_the_same_way(concept, as_role):
    lead = as_role("project-lead")
    climate = Field.objects.get(key="klima")
    _page, said = moved(lead, lead.get("/ordnen/einrichten/handlungsfeld/"), f"hoch:{climate.pk}")
    assert "„Klima“ steht jetzt an Stelle 1 von 2." in said
    assert [field.key for field in concept.fields.all()] == ["klima", "wohnen"]
    values = {"type": "short", "audience": "staff"}
    for name in ("Akte", "Lage", "Zeichen"):
        define_field(
            concept=concept, kind="measure", values={**values, "name": name}, actor=make_actor("project-lead")
        )
    own = FieldDefinition.objects.get(name="Zeichen")
    moved(lead, lead.get("/ordnen/eigene-felder/measure/"), f"setzen:{own.pk}", **{f"stelle-{own.pk}": "1"})
    assert [field.name for field in FieldDefinition.objects.all()] == ["Zeichen", "Akte", "Lage"]
    page = words(lead.get("/eigene-felder/"))
    assert "Maßnahmen 3 0 Feld anlegen" in page
    measure = make_item("measure", visibility="internal")
    for title in ("eins", "zwei", "drei"):
        add_task(measure.measure, {"title": title}, actor=make_actor("project-lead"))
    third = MeasureTask.objects.get(title="drei")
    steps = f"/ordnen/zeilen/{measure.pk}-measure_task/"
    moved(lead, lead.get(steps), f"setzen:{third.key}", **{f"stelle-{third.key}": "1"})
    assert [task.title for task in measure.measure.tasks.all()] == ["drei", "eins", "zwei"]
    survey = make_item("format", visibility="internal")
    for place in (1, 2, 3):
        SurveyQuestion.objects.create(
            format=survey.format, position=place, text=f"Frage {place}", sort="text", answered=1
        )
    last = SurveyQuestion.objects.get(position=3)
    moved(lead, lead.get(f"/ordnen/zeilen/{survey.pk}-survey_question/"), f"hoch:{last.key}")
    assert list(SurveyQuestion.objects.values_list("text", flat=True)) == ["Frage 1", "Frage 3", "Frage 2"]
    assert as_role("planner").get("/ordnen/einrichten/thema/").status_code == 403
    assert lead.get(f"/ordnen/zeilen/{survey.pk}-status_report/").status_code == 404


@pytest.mark.parametrize(
    ("low", "high"),
    [("", None), ("a", "b"), ("a", "a0"), ("z 011 00 a", "z 012"), ("", "0"), ("zz", None), ("~", None)],
)
def test_there_is_a_key_between_any_two(low, high):
    for _step in range(60):
        found = key_between(low, high)
        assert low < found and (high is None or found < high)
        assert found[-1] != " "
        high = found
