"""A filled database of the commit before: costs in columns become lines, in measures, deleted ones, editions and what waits."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from insek.council.edition_items import EditionItem
from insek.people.actors import PROGRAM
from insek.release.models import Proposal
from insek.release.releases import release
from insek.release.restoring import restore_item
from insek.strategy.former_costs import key_of_former
from insek.strategy.models import CostLine
from insek.thread.models import Change, Tombstone
from tests.factories import make_edition, make_item

BEFORE = [("strategy", "0001_initial")]
BESIDE = [("council", "0010_rows_declared_once"), ("release", "0001_proposals")]


@pytest.fixture
def migrated(transactional_db):
    """Go back to before, let a test fill it, and come forward again."""

    def run(fill):
        executor = MigrationExecutor(connection)
        executor.migrate(BEFORE)
        state = [*BEFORE, *BESIDE, *executor.loader.graph.leaf_nodes("thread")]
        fill(executor.loader.project_state(state).apps)
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())

    yield run
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def test_costs_of_before_are_lines(migrated):
    first, second = make_item("measure", standing="example"), make_item("measure")
    edition = make_edition(first.concept)

    def fill(apps):
        measures = apps.get_model("strategy", "Measure").objects
        measures.filter(pk=first.pk).update(cost_eur=1_500_000, cost_year=2025, cost_basis="gross")
        cells = {
            "title": "Park",
            "standing": "example",
            "cost_eur": "1500000",
            "cost_year": "2025",
            "cost_basis": "gross",
        }
        apps.get_model("council", "EditionItem").objects.create(
            edition_id=edition.pk, position=1, table="measures", key=first.pk, title="Park",
            content={"cells": cells, "beside": {}, "names": {}},
        )  # fmt: skip
        apps.get_model("release", "Proposal").objects.create(
            concept_id=first.concept_id, item_id=second.pk, item_kind="measure", act="update", base_version=1,
            payload={"cost_eur": 7, "next_step": "Entwurf"},
            differences={"cost_eur": [None, 7], "next_step": ["", "Entwurf"]},
        )  # fmt: skip
        whole = {
            "title": ["Alte Maßnahme", None], "visibility": ["internal", None], "cost_eur": [90, None], "cost_basis": ["", None],
            "is_lighthouse": [False, None],
        }  # fmt: skip
        apps.get_model("thread", "Change").objects.create(
            concept_id=first.concept_id, item_id="aaaaaaaa", action="deleted", version=1, differences=whole
        )
        apps.get_model("thread", "Tombstone").objects.create(
            id="aaaaaaaa", concept_id=first.concept_id, kind="measure", was_public=False
        )

    migrated(fill)
    line = CostLine.objects.get()
    assert (line.measure_id, line.key) == (first.pk, key_of_former(first.pk))
    assert (line.amount_eur, line.price_year, line.basis, line.precision, line.standing) == (
        1_500_000, 2025, "gross", "about", "example",
    )  # fmt: skip
    content = EditionItem.objects.get().content
    assert set(content["cells"]) == {"title", "standing"}
    [kept] = content["beside"]["cost_lines"]
    assert (kept["cells"]["key"], kept["cells"]["amount_eur"]) == (line.key, "1500000")
    waiting = Proposal.objects.get()
    assert "Kosten in Euro: 7" in waiting.note
    release(waiting, expected_version=1, actor=PROGRAM)
    second.refresh_from_db()
    assert second.measure.next_step == "Entwurf"
    back = restore_item(Tombstone.objects.get(pk="aaaaaaaa"), actor=PROGRAM)
    assert back.lost == []
    assert [each.amount_eur for each in back.item.measure.cost_lines.all()] == [90]
    assert Change.objects.filter(differences__has_key="cost_basis").count() == 0
