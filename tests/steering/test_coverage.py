"""Coverage of frameworks and the interplay of goals: proposed with why, confirmed by people, shown with what is missing."""

import io
import itertools
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from insek.concept.asker import Asker
from insek.people.actors import ANONYMOUS, PROGRAM, actor_for
from insek.steering import interplay
from insek.steering.coverage import coverage_of
from insek.steering.coverage_suggested import ASSIGNMENT, PartsOfFrameworks, accept_part, not_set_yet
from insek.steering.frameworks_known import (
    frameworks_of,
    known_frameworks,
    missing_frameworks,
    take_framework,
)
from insek.strategy.fact_sheet import GoalEffect
from insek.suggestions.models import Suggestion
from insek.thread.models import Item
from insek.thread.services import update_item
from tests.factories import make_item, make_link, make_user

pytestmark = pytest.mark.django_db
SECRET = "Geheimnis im Rathauskeller"


@pytest.fixture
def sdg(concept):
    take_framework(concept, known_frameworks()["sdg"], actor=PROGRAM)
    concept.refresh_from_db()
    return next(iter(frameworks_of(concept, PROGRAM).values()))


def looking(concept, vectors=lambda texts: [[1.0, 0.0] for _text in texts]):
    import numpy as np

    return SimpleNamespace(
        concept=concept, about=None, seed=0, touch=lambda: None, encoder=lambda: SimpleNamespace(id="test"),
        vectors=lambda texts: np.array(vectors(texts)),
    )  # fmt: skip


def test_the_ready_frameworks_are_whole():
    known = known_frameworks()
    assert {key: len(each.parts) for key, each in known.items()} == {
        "herausforderungen": 8,
        "sdg": 17,
        "leipzig-charta": 8,
    }
    assert all(part.label_en and each.words[part.key] for each in known.values() for part in each.parts)


def test_what_people_set_is_counted_by_field_and_what_nobody_set_is_a_gap(concept, sdg):
    housing = concept.fields.first()
    name = sdg.definitions["measure"].full_name
    measure = make_item("measure", title="Bäume pflanzen", fields=[housing], **{name: ["sdg-13", "sdg-15"]})
    make_item("measure", title=SECRET, visibility="internal", **{name: ["sdg-01"]})
    make_item("goal", title="Ohne Zuordnung")
    found = coverage_of(Asker(ANONYMOUS, concept=concept), sdg)
    assert [each.part.key for each in found.parts if not each.is_gap] == ["sdg-13", "sdg-15"]
    assert found.without == {"goal": 1, "measure": 0}
    page = Client().get(reverse("coverage")).content.decode()
    assert "Auf 15 von 17 Teilen antwortet nichts" in page and SECRET not in page
    listed = Client().get(reverse("measure-list"), {name: "sdg-13"}).content.decode()
    assert measure.pk in listed and f"{reverse('measure-list')}?{name}=sdg-13" in page
    sheet = load_workbook(
        io.BytesIO(b"".join(Client().get(f"{reverse('coverage-table')}?rahmen={sdg.key}").streaming_content))
    ).active
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 1 + 2 + 15 and rows[13][3] == "Bäume pflanzen"
    assert Client().get(reverse("coverage"), {"rahmen": "nichts"}).status_code == 404


def test_assignments_are_proposed_with_their_words_and_accepted_into_the_own_field(concept, sdg):
    item = make_item("measure", title="Hitze mindern", text="Mehr Bäume im Quartier.", visibility="internal")
    proposed = list(PartsOfFrameworks(looking(concept)).at([item]))
    assert [each.content["part"] for each in proposed] == ["sdg-03", "sdg-13", "sdg-11"]
    best = proposed[1]
    assert "„hitze“" in best.why
    row = Suggestion(concept=concept, kind=ASSIGNMENT, item=item, content=best.content)
    row.pk = 1
    assert not_set_yet([row]) == {1}
    accept_part(row, best.content, actor_for(make_user("project-lead")))
    item = Item.objects.get(pk=item.pk)
    assert item.own[best.content["field"]] == ["sdg-13"] and not_set_yet([row]) == set()
    assert "sdg-13" not in [each.content["part"] for each in PartsOfFrameworks(looking(concept)).at([item])]


def test_only_who_sets_up_adds_a_framework(concept, as_role):
    address = reverse("framework-take")
    assert as_role("planner").post(address, {"rahmen": "sdg"}).status_code == 403
    lead = as_role("project-lead")
    assert "hinzufügen" in lead.get(reverse("coverage")).content.decode()
    assert lead.post(address, {"rahmen": "sdg"}).status_code == 302
    concept.refresh_from_db()
    assert [known.key for known in missing_frameworks(concept, PROGRAM)] == [
        "herausforderungen",
        "leipzig-charta",
    ]
    assert lead.post(address, {"rahmen": "sdg"}).status_code == 404, "not twice"


def test_pairs_of_goals_are_proposed_from_shared_measures_and_effects(concept):
    rad, ruhe, markt = (
        make_item("goal", title=title, number=f"Z {n}")
        for n, title in enumerate(("Mehr Rad", "Mehr Ruhe", "Voller Markt"), 1)
    )
    lane, fair = make_item("measure", title="Radweg"), make_item("measure", title="Stadtfest")
    for goal in (rad, ruhe):
        make_link(goal, lane, "implemented_by")
    make_link(markt, fair, "implemented_by")
    GoalEffect.objects.create(
        measure=fair.measure, goal=ruhe.goal, direction="hinders", reason="Es ist laut."
    )
    apart = looking(
        concept,
        lambda texts: [[float(n == 0), float(n == 1), float(n == 2)] for n, _text in enumerate(texts)],
    )
    found = {
        (each.content["kind"], frozenset((each.item, each.other))): each
        for each in interplay.PairsOfGoals(apart).at(interplay.PairsOfGoals(apart).subjects)
    }
    assert set(found) == {
        ("strengthens", frozenset((rad.pk, ruhe.pk))),
        ("in_tension", frozenset((markt.pk, ruhe.pk))),
    }
    tension = found["in_tension", frozenset((markt.pk, ruhe.pk))]
    assert "Es ist laut." in tension.why and tension.basis[0].url == fair.url
    make_link(*sorted((markt, ruhe), key=lambda item: item.pk), "in_tension", "Das Fest stört die Ruhe.")
    again = interplay.PairsOfGoals(apart)
    assert [kind for kind, _pair, _evidence in again.subjects] == ["strengthens"]
    page = Client().get(reverse("goal-interplay")).content.decode()
    assert "Das Fest stört die Ruhe." in page and "Ziel gegen Ziel" in page
    update_item(
        markt,
        expected_version=Item.objects.get(pk=markt.pk).version,
        values={"visibility": "internal"},
        actor=PROGRAM,
    )
    assert "Das Fest" not in Client().get(reverse("goal-interplay")).content.decode()


def test_these_pages_ask_few_questions(concept, sdg, django_assert_max_num_queries):
    name = sdg.definitions["goal"].full_name
    goals = [make_item("goal", **{name: ["sdg-11"]}) for _number in range(12)]
    for one, other in itertools.pairwise(goals):
        make_link(one, other, "strengthens")
    for address in ("coverage", "goal-interplay"):
        Client().get(reverse(address))
        with django_assert_max_num_queries(16):
            assert Client().get(reverse(address)).status_code == 200
