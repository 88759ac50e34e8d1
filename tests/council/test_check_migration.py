"""A filled database of 0.1: its checks become items with their history, and what waits for release still does."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.urls import reverse

from insek.council.former_package import id_of_former
from insek.council.models import Check
from insek.people.actors import ANONYMOUS, PROGRAM
from insek.release.models import Proposal
from insek.release.releases import release
from insek.thread.indexing import analyse_waiting
from insek.thread.models import Change, Item, Tombstone
from insek.thread.search import search_items
from tests.factories import make_concept, make_item, make_unit, make_user

BEFORE = [("council", "0006_day_of_entry")]


@pytest.fixture
def migrated(transactional_db):
    """Go back to 0.1, let a test fill it, and come forward again."""

    def run(fill):
        executor = MigrationExecutor(connection)
        executor.migrate(BEFORE)
        fill(executor.loader.project_state(BEFORE).apps)
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())

    yield run
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def at(day):
    return datetime(2026, 3, day, 12, tzinfo=UTC)


def test_checks_of_before_are_items_with_all_they_said(migrated):
    concept, unit, planner, lead = make_concept(), make_unit("tiefbau"), make_user("planner"), make_user()
    paper, goal, measure = make_item("paper", unit=unit), make_item("goal"), make_item("measure")
    hidden, place = make_item("goal", visibility="internal"), make_item("district")

    def fill(apps):
        model = {
            name: apps.get_model("council", name)
            for name in ("Check", "CheckCriterion", "CheckGoal", "CheckMeasure", "CheckPlace", "CheckChange")
        }
        row = apps.get_model("council", "WeightCriterion").objects.create(
            concept_id=concept.pk, key="netz", position=1, title="Ein Netz"
        )

        def make(key, title, *goals, **values):
            check = model["Check"].objects.create(concept_id=concept.pk, key=key, title=title, **values)
            for pk in goals:
                model["CheckGoal"].objects.create(
                    check_row=check, goal_id=pk, effect="strong", reason="Er hilft", certainty="high"
                )
            return check

        def line(key, before, after, day, actor):
            model["CheckChange"].objects.create(
                concept_id=concept.pk,
                check_key=key,
                before=before,
                after=after,
                at=at(day),
                actor_id=actor.pk,
            )

        final = {"status": "final", "final_on": date(2026, 3, 9)}
        of_paper = {"paper_id": paper.pk, "subject": "paper", "unit_id": unit.pk}
        first = make(
            "pruefung-beispiel-1", "Ein Steg über die Lauter", goal.pk, **of_paper, **final, version=4,
            weight_reason="Ein Netz", paragraph="Die Vorlage …", standing="example", author_id=planner.pk,
        )  # fmt: skip
        model["CheckCriterion"].objects.create(check_row=first, criterion=row)
        model["CheckMeasure"].objects.create(check_row=first, measure_id=measure.pk)
        model["CheckPlace"].objects.create(check_row=first, district_id=place.pk)
        line("pruefung-beispiel-1", "", "begonnen", 1, planner)
        line("pruefung-beispiel-1", "begonnen", "Ein Steg (abgeschlossen)", 9, lead)
        make("bbbbbbbb", "Nennt Verborgenes", goal.pk, hidden.pk, **of_paper, **final)
        make("cccccccc", "Wartet", goal.pk, **of_paper, version=3, standing="fact")
        line("weggeworfen", "", "Ein Entwurf", 2, planner)
        line("weggeworfen", "Ein Entwurf", "", 3, planner)
        proposal = {
            "concept_id": concept.pk, "item_id": paper.pk, "item_kind": "paper", "act": "check_finish",
            "differences": {"council_check": ["Wartet", "Wartet (abgeschlossen)"]}, "base_version": 1,
            "payload": {"check": "cccccccc", "version": 3}, "author_id": planner.pk,
        }  # fmt: skip
        Proposal.objects.create(**proposal)
        Proposal.objects.create(**{**proposal, "payload": {"check": "gibtesnicht", "version": 1}})

    migrated(fill)
    found = {item.title: item for item in Item.objects.filter(kind="concept_check")}
    item = found["Ein Steg über die Lauter"]
    check = item.concept_check
    assert item.pk == id_of_former(concept.key, "pruefung-beispiel-1") and len(item.pk) == 8
    assert (item.visibility, item.version, item.standing) == ("public", 4, "example")
    assert (item.created_at, item.updated_at, item.created_by) == (at(1), at(9), planner)
    assert (check.paper, check.unit, check.weight, check.weight_reason) == (
        paper.paper, unit, "citywide", "Ein Netz",
    )  # fmt: skip
    assert (check.is_final, check.final_on, check.paragraph) == (True, date(2026, 3, 9), "Die Vorlage …")
    assert [row.key for row in check.criteria.all()] == ["netz"]
    assert [row.pk for row in check.measures.all()] == [measure.pk]
    assert [row.pk for row in check.districts.all()] == [place.pk]
    assert [(row.goal_id, row.effect, row.reason, row.certainty) for row in check.goals.all()] == [
        (goal.pk, "strong", "Er hilft", "high")
    ]
    lines = Change.objects.filter(item_id=item.pk).order_by("pk")
    assert [(line.action, line.version, line.at, line.actor) for line in lines] == [
        ("created", 3, at(1), planner), ("updated", 4, at(9), lead),
    ]  # fmt: skip
    assert lines[1].differences == {"council_check": ["begonnen", "Ein Steg (abgeschlossen)"]}
    assert [found[title].visibility for title in ("Nennt Verborgenes", "Wartet")] == ["internal"] * 2
    assert found["Nennt Verborgenes"].pk == "bbbbbbbb" and found["Wartet"].standing == "working"
    stone = Tombstone.objects.get(kind="concept_check")
    assert [line.action for line in Change.objects.filter(item_id=stone.pk)] == ["deleted", "created"]

    old = "/pruefungen/pruefung-beispiel-1/"
    assert Client().get(old)["Location"] == item.url
    assert Client().get(f"{old}bezug.txt")["Location"] == reverse("check-text", args=[item.pk])
    assert "Die Vorlage …" in Client().get(item.url).content.decode()
    assert Client().get("/pruefungen/bbbbbbbb/").status_code == 404
    assert not search_items("Steg", ANONYMOUS).exists()
    assert analyse_waiting() == 3
    assert list(search_items("Steg", ANONYMOUS)) == [item]

    waits, orphan = Proposal.objects.order_by("pk")
    assert (waits.item_id, waits.item_kind, waits.payload) == ("cccccccc", "concept_check", {})
    assert orphan.item_id == paper.pk
    Check.objects.filter(pk="cccccccc").update(weight="local")
    release(waits, expected_version=1, actor=PROGRAM)
    assert Check.objects.get(pk="cccccccc").is_final


def test_an_empty_database_comes_forward_too(migrated):
    migrated(lambda apps: None)
    assert not Item.objects.filter(kind="concept_check").exists()
