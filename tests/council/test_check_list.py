"""The public list of checks: each by its sharpest word, counted in a bar, and filtered by what one asks of it."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.urls import reverse

from insek.council.check_outcomes import Outcome
from insek.council.models import CheckGoal
from tests.factories import make_item, make_unit

pytestmark = pytest.mark.django_db
ADDRESS = "/pruefungen/"


def make_check(title, *, effects=(), goals=(), **values):
    """A finished public check that says something of some goals."""
    none = {} if effects else {"touches_no_goal": True, "no_goal_reason": "Es geht um die Hausordnung."}
    own = {"touches_no_goal": False, "no_goal_reason": "", **none, **values}
    item = make_item("concept_check", title=title, **own)
    for effect, goal in zip(effects, goals, strict=True):
        CheckGoal.objects.create(check_row_id=item.pk, goal_id=goal.pk, effect=effect, reason="Weil.")
    return item


@pytest.fixture
def checks(concept):
    goals = [make_item("goal", number=f"Z {n}", title=f"Ziel {n}") for n in range(3)]
    field = concept.fields.get(key="wohnen")
    goals[1].fields.add(field)
    tiefbau = make_unit("tiefbau")
    return {
        "conflict": make_check("Straße", effects=["strong", "conflicts", "hinders"], goals=goals, unit=tiefbau, final_on=date(2026, 3, 1)),
        "hinder": make_check("Halle", effects=["supports", "hinders"], goals=goals[:2], final_on=date(2026, 5, 1)),
        "support": make_check("Schule", effects=["strong"], goals=goals[:1], final_on=date(2026, 1, 1)),
        "touch": make_check("Platz", effects=["neutral"], goals=goals[2:], final_on=date(2026, 2, 1)),
        "none": make_check("Ordnung", final_on=date(2026, 4, 1)),
        "open": make_item("concept_check", title="Ungeprüft", touches_no_goal=False, no_goal_reason="", final_on=date(2025, 1, 1)),
    }  # fmt: skip


def titles(client, query=""):
    response = client.get(f"{ADDRESS}{query}")
    assert response.status_code == 200
    return [row["item"].title for row in response.context["rows"]]


def test_the_newest_come_first_each_with_its_sharpest_word(client, checks):
    response = client.get(ADDRESS)
    rows = {row["item"].title: row for row in response.context["rows"]}
    assert list(rows) == ["Halle", "Ordnung", "Straße", "Platz", "Schule", "Ungeprüft"]
    assert {title: row["state"]["label"] for title, row in rows.items()} == {
        "Straße": "widersprechend", "Halle": "hemmend", "Schule": "stützend", "Platz": "ohne Richtung",
        "Ordnung": "kein Ziel berührt", "Ungeprüft": "noch nicht angesehen",
    }  # fmt: skip
    assert rows["Straße"]["text"].startswith("Vorlage · widerspricht 1 · hemmt 1 · unterstützt 1 · ")
    assert [field.key for field in rows["Straße"]["fields"]] == ["wohnen"]
    page = re.sub(r"\s+", " ", response.content.decode())
    assert "1. Mai 2026" in page and page.count("mark--check-") == 2 * len(
        Outcome
    )  # in the bar and in the rows


def test_every_filter_leaves_what_it_says_and_the_bar_leads_to_them(client, checks):
    for outcome, title in (
        ("widerspricht", "Straße"), ("hemmt", "Halle"), ("stuetzt", "Schule"), ("beruehrt", "Platz"),
        ("kein-ziel", "Ordnung"), ("offen", "Ungeprüft"),
    ):  # fmt: skip
        assert titles(client, f"?ergebnis={outcome}") == [title]
    assert titles(client, "?federfuehrung=tiefbau") == ["Straße"]
    goal = checks["touch"].concept_check.goals.get().goal_id
    assert titles(client, f"?ziel={goal}") == ["Straße", "Platz"]
    assert client.get(f"{ADDRESS}?ziel=unbekannt").status_code == 404
    bar = client.get(f"{ADDRESS}?art=paper&ergebnis=hemmt").context["outcome_bar"]
    assert sum(part["count"] for part in bar["parts"]) == len(checks)  # all others stay in sight
    [chosen] = [part for part in bar["parts"] if part["chosen"]]
    assert (chosen["label"], chosen["url"]) == ("hemmend", f"{ADDRESS}?art=paper")
    for part in bar["parts"]:
        assert len(titles(client, part["url"].removeprefix(ADDRESS))) == part["count"] or part["chosen"]


def test_few_checks_have_no_bar_and_their_filters_fold_away(client, concept):
    make_check("Eine")
    make_check("Andere")
    response = client.get(ADDRESS)
    page = response.content.decode()
    assert response.context["outcome_bar"] is None
    assert "Suchen und filtern" in page and page.index("<details") < page.index('name="ergebnis"')
    assert "2 INSEK-Prüfungen<" in page


def test_the_list_is_read_page_by_page_with_drafts_before_all_others(as_role, concept):
    for n in range(30):
        draft = {"status": "draft", "final_on": None, "visibility": "internal"} if n < 28 else {}
        make_check(f"Prüfung {n}", **draft)
    client = as_role("project-lead")
    first = client.get(ADDRESS)
    second = client.get(
        first.context["next_url"]
        if first.context["next_url"].startswith("/")
        else ADDRESS + first.context["next_url"]
    )
    assert len(first.context["rows"]) == 25 and len(second.context["rows"]) == 5
    assert {row["fact"] for row in first.context["rows"]} == {"Entwurf"}
    assert [row["fact"] for row in second.context["rows"]][3:] == ["30. Januar 2026"] * 2
    assert reverse("criterion-list") in second.content.decode()
