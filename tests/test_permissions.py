"""Every address × method × role against the written matrix in tests/permissions.csv. An address missing there fails.

The words of the matrix: ``open`` (answered, a wrong form included), ``login`` (sent to the sign-in), ``forbidden`` (403),
``missing`` (404: the gate does not even say that it exists), ``gone`` (410), ``method`` (405). INSEK_WRITE_MATRIX=1 writes the file anew; then read the difference line by line.
"""

from __future__ import annotations

import csv
import os
from copy import deepcopy
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.template.backends.django import Template as PageTemplate
from django.test import Client, override_settings
from django.urls import URLPattern, get_resolver, reverse

from insek import clock
from insek.council.checking import finish_check, set_goal
from insek.council.consulting import add_consultation
from insek.council.edition_items import EditionItem
from insek.council.models import WeightCriterion
from insek.documents.models import Document
from insek.documents.outlines import propose_outline
from insek.documents.views import reader
from insek.engines.documents.content import Block
from insek.evidence.services import NewObservation, record_observations
from insek.findings.rating import token_of
from insek.findings.rating_models import RatingGroup, RatingRound
from insek.intake.models import Batch
from insek.items import workbooks
from insek.items.models import SavedView
from insek.people.actors import PROGRAM
from insek.people.models import GroupRole, Membership
from insek.people.roles import DEFAULT_ROLES
from insek.places.models import AreaDelivery, AreaLayer
from insek.places.outside_models import OutsideLayer
from insek.publish.duties.services import give_feedback
from insek.release.releases import propose
from insek.space.models import PlanSign, SignConflict
from insek.steering.models import MeasureTask, Target
from insek.strategy.models import CostLine, TowsOption
from insek.thread.lineage import Reshaping
from insek.thread.models import Change, EditionNumber, Round
from insek.thread.own_acts import define_field
from insek.thread.services import delete_item
from tests.council.making import way_arguments
from tests.documents.making_documents import make_document
from tests.factories import (
    make_actor,
    make_body,
    make_concept,
    make_edition,
    make_item,
    make_link,
    make_unit,
    make_user,
)  # fmt: skip
from tests.notices.making import notice_arguments
from tests.steering.making import budget_arguments, round_arguments
from tests.suggestions.making import make_suggestion

NOTHING_MOVED = {
    "others": [], "moves": [], "before": {}, "after": {}, "place_before": {}, "place_after": {},
}  # fmt: skip
MATRIX = Path(__file__).parent / "permissions.csv"
ROLES = ["anonymous", "no-role", *[key for key, *_rest in DEFAULT_ROLES]]
METHODS = ["GET", "POST", "PUT", "DELETE"]
FEW = ["anonymous", "no-role", "project-lead"]
"""Who is asked with methods that no page takes: whoever is let in to be told so, and whoever is not."""


def world():
    """What the addresses lead to: for each address name, the arguments by variant."""
    concept = make_concept()
    unit = make_unit("tiefbau")
    public, internal = make_item("measure", responsible=unit), make_item("measure", visibility="internal")
    indicator = make_item("indicator")
    plan, hidden_plan = make_item("plan"), make_item("plan", visibility="internal")
    plan.plan.comments.create(key="stellung", unit=unit, about_version=1, due=clock.today())
    hidden_indicator = make_item("indicator", visibility="internal")
    (finding, hidden_finding), (scenario, hidden_scenario), (goal, hidden_goal), (report, hidden_report), (reach, hidden_reach) = [(make_item(kind), make_item(kind, visibility="internal")) for kind in ("finding", "scenario", "goal", "progress_report", "reach")]  # fmt: skip
    open_link = make_link(goal, public, "implemented_by")
    hidden_link = make_link(hidden_goal, public, "implemented_by")
    gone = make_item("goal")
    delete_item(gone, expected_version=1, actor=PROGRAM)
    draft = make_edition(concept, "entwurf")
    adopted = make_edition(concept, "beschlossen", status="adopted", date=date(2025, 10, 6))
    adopted.archive.save("a.zip", ContentFile(b"zip"))
    filed = make_edition(concept, "eingereicht", status="filed", filed_on=date(2025, 9, 1))
    filed.filed_archive.save("b.zip", ContentFile(b"zip"))
    for position, item in enumerate((public, goal), 1):
        EditionItem.objects.create(
            edition=adopted,
            position=position,
            table=f"{item.kind}s",
            key=item.pk,
            title="So beschlossen",
            item_version=1,
            content={"cells": {"title": "So beschlossen"}, "beside": {}, "names": {}},
        )
    EditionNumber.objects.create(edition=adopted, number="M 1", item_id=public.pk)
    EditionNumber.objects.create(edition=adopted, number="M 2", item_id=internal.pk)
    audience = Round.objects.create(concept=concept, name="Fraktionen")
    own_field = define_field(
        concept=concept, kind="measure", values={"type": "short", "name": "Vermerk"}, actor=PROGRAM
    )
    TowsOption.objects.create(key="option01", finding=finding.finding, against=hidden_finding.finding, text="Wald")  # fmt: skip
    CostLine.objects.create(key="kosten1", measure=public.measure, amount_eur=5)
    MeasureTask.objects.create(key="schritt1", measure=public.measure, title="Entwurf")
    Target.objects.create(
        key="zielwer1", goal=goal.goal, indicator=indicator.indicator, direction="at_least", value=2, year=2035,
        base_period="2020", base_value=1,
    )  # fmt: skip
    other = make_user(None, username="jemand")
    membership = Membership.objects.create(user=other, role_id="planner")
    group = GroupRole.objects.create(group="insek-planung", role_id="planner")
    value = NewObservation(make_item("district").district, "2024", Decimal(1), source_title="Statistik")
    delivery = record_observations(indicator.indicator, [value], label="x.csv", actor=PROGRAM)
    days = {"opens_on": clock.today(), "closes_on": clock.today()}
    rated = RatingRound.objects.create(concept=concept, key="intern", title="Herbst", **days)
    asked = RatingGroup.objects.create(round=rated, key="verbaende", name="Verbände")
    items = {"public": [public.pk], "internal": [internal.pk], "deleted": [gone.pk], "unknown": ["aaaaaaaa"]}
    paper = make_item("paper", unit=unit).paper
    other_paper = make_item("paper", visibility="internal").paper
    step = add_consultation(paper, {"body": make_body(), "role": "decision"}, actor=PROGRAM)
    of_paper = {"paper": paper, "unit": unit, "visibility": "internal", "status": "draft", "final_on": None,
                "touches_no_goal": False}  # fmt: skip
    open_check, final_check = (make_item("concept_check", **of_paper) for _number in range(2))
    said = {"effect": "supports", "reason": "Weil", "certainty": "high"}
    set_goal(final_check.concept_check, goal, expected_version=0, actor=PROGRAM, **said)
    finish_check(final_check.concept_check, expected_version=2, actor=PROGRAM)
    elsewhere = make_unit("hochbau")
    other_check = make_item("concept_check", **{**of_paper, "paper": None, "unit": elsewhere})
    papers = {
        "own draft": [make_item("paper", unit=unit, visibility="internal").pk],
        "draft of another unit": [make_item("paper", unit=elsewhere, visibility="internal").pk],
    }
    drafts = {"draft": [open_check.pk], "final": [final_check.pk], "of another unit": [other_check.pk]}
    WeightCriterion.objects.create(concept=concept, key="netz", position=1, title="Ein Netz")
    batch = Batch.objects.create(concept=concept, owner=other, kind="goal", origin="bulk", label="Auswahl")
    reading = Batch.objects.create(
        concept=concept, owner=other, kind="goal", origin="read", target="items.goal", label="Ziele", state="undone", task={"step": "table"},
    )  # fmt: skip
    kept = {
        name: SavedView.objects.create(
            concept=concept, owner=other, kind="goal", name=name, shared=name == "shared"
        )
        for name in ("own", "shared")
    }
    documents = {
        variant: make_document(
            concept, [Block("paragraph", "Text")], title=variant, is_public=variant == "public"
        ).pk
        for variant in ("public", "internal")
    }
    for document in Document.objects.all():
        propose_outline(document)
    waiting = propose("update", public, {"title": "Neuer Titel"}, actor=make_actor("planner"))
    sign_rule = SignConflict.objects.create(concept=concept, one="centre", other="cold_air", reason="Nein.")
    heat = {
        name: AreaLayer.objects.create(concept=concept, title=name, is_public=name == "public")
        for name in ("public", "internal")
    }
    for row in heat.values():
        row.current = AreaDelivery.objects.create(layer=row, reading=batch.pk, source="Stadt", licence="frei")
        row.save()
    outside = OutsideLayer.objects.create(
        concept=concept,
        title="Luftbild",
        address="https://geo.example/",
        layer="a",
        attribution="Land",
        purpose="Sehen",
    )
    reshaped = [
        Reshaping.objects.create(concept=concept, way="merged", item_id=item.pk, log=NOTHING_MOVED)
        for item in (public, internal)
    ]
    told = give_feedback(concept, kind="other", message="Gut", page="", contact="")
    return unit, {
        **dict.fromkeys(("check-sheet", "check-ask", "check-answer", "check-find", "check-paragraph", "check-finish", "check-text", "check-word"), drafts),
        "check-begin": {"public": [paper.pk], "of another unit": [other_paper.pk]},
        "check-goal": {"draft": [open_check.pk, goal.pk], "final": [final_check.pk, goal.pk]},
        "check-leave-out": {"draft": [open_check.pk, goal.pk], "final": [final_check.pk, goal.pk]},
        "finding-part-before": {"former": ["neu"]},
        "check-before": {"draft": [open_check.pk], "final": [final_check.pk]},
        "check-part-before": {"draft": [open_check.pk, "absatz"], "final": [final_check.pk, "bezug.txt"]},
        **way_arguments(paper, other_paper, step),
        "criterion-edit": {"": ["netz"]},
        "public-page-edit": {"": ["impressum"]},
        "feedback-answer": {"": [told.pk]},
        "item": items | papers,
        "item-edit": {"public": [public.pk], "internal": [internal.pk], "other": [goal.pk], **papers},
        "item-link": {"public": [public.pk], "internal": [internal.pk], **papers},
        "item-merge": {"public": [public.pk], "internal": [internal.pk], "other kind": [plan.pk]},
        "item-split": {"public": [public.pk], "internal": [internal.pk]},
        "reshaping-undo": {"public": [reshaped[0].pk], "internal": [reshaped[1].pk]},
        "item-history": {"public": [public.pk], "internal": [internal.pk], **papers},
        "item-location": {"public": [public.pk], "internal": [internal.pk], "other": [goal.pk]},
        "tile": {"": [12, 2136, 1400], "outside": [3, 8, 0]},
        "base-tile": {"": ["none", 12, 2136, 1400]}, "base-picture": {"": [0, 0, 0]},
        "item-undo": {
            "public": [public.pk, change_of(public)], "internal": [internal.pk, change_of(internal)],
            "of another item": [public.pk, change_of(internal)],
        },
        "deleted-item": items,
        "proposal": {"": [waiting.pk]},
        "item-delete": {"public": [public.pk], "internal": [internal.pk], **papers},
        "item-thread": {
            "public": [public.pk, "gruende", "implemented_by"], "internal": [internal.pk, "gruende", "implemented_by"],
        },
        "link-edit": {"public": [open_link.pk], "internal": [hidden_link.pk]},
        "link-delete": {"public": [open_link.pk], "internal": [hidden_link.pk]},
        "by-number": {"public": ["beschlossen", "M 1"], "internal": ["beschlossen", "M 2"]},
        "gap": {"": ["goal_without_measure"]},
        "moderate": {"": [make_item("contribution", visibility="internal", state="new").pk]},
        "my-contribution": {"unknown": ["falsch"]},
        "field": {"": ["wohnen"]},
        "report-job": {"unknown": ["nichts"]},
        "report-file": {"unknown": ["nichts"]},
        "workbook": {"unknown": ["nichts"]},
        "workbook-file": {"unknown": ["nichts"]},
        "item-pdf": {"public": [public.pk], "internal": [internal.pk]},
        **{key: {variant: [pk] for variant, pk in documents.items()} for key in ("document", "document-edit", "document-delete", "document-outline", "document-release", "document-again", "document-file")},
        **{key: {variant: [pk, 1] for variant, pk in documents.items()} for key in ("document-page", "document-picture", "document-take", "document-table")},
        **{key: {"": [pk]} for pk in [make_suggestion(concept, public).pk] for key in ("suggestion", "suggestion-undo")},
        "edition": {"": [draft.key]},
        "edition-full": {"": [draft.key], "unknown": ["nichts"]},
        "edition-short": {"": [draft.key], "unknown": ["nichts"]},
        "edition-adopt": {"": [draft.key], "filed": [filed.key]},
        "edition-file": {"": [draft.key]},
        "edition-work": {"": [draft.key]},
        "next-edition": {"": [draft.key]},
        "succession": {"": [filed.key], "draft": [draft.key]},
        "in-force-on": {"": ["2025-10-06"], "unknown": ["gestern"]},
        "edition-withdraw": {"": [filed.key]},
        "edition-filed-package": {"filed": [filed.key], "draft": [draft.key]},
        "embed": {"": [public.pk]},
        "sitemap": {"": ["items"]},
        "edition-contents": {"": [adopted.key], "draft": [draft.key]},
        "edition-item": {"": [adopted.key, public.pk], "unknown": [adopted.key, internal.pk]},
        "deviation-edit": {"": [adopted.key, public.pk]}, "public-history": {"public": [public.pk], "internal": [internal.pk]},
        "public-history-feed": {"public": [public.pk], "internal": [internal.pk]},
        "edition-package": {"adopted": [adopted.key], "draft": [draft.key]},
        "observation-create": {"public": [indicator.pk], "internal": [hidden_indicator.pk]},
        "observation-table": {"public": [indicator.pk], "internal": [hidden_indicator.pk]}, **{name: {seen: [pk, *last] for seen, pk in (("public", value.district.pk), ("internal", make_item("district", visibility="internal").pk))} for name, last in (("district-profile", []), ("district-profile-file", ["csv"]))},
        **{name: {seen: [pk, *(["csv"] if name.endswith("-file") else [])] for seen, pk in (("public", indicator.pk), ("internal", hidden_indicator.pk))} for name in ("import-template-csv", "import-template-xlsx", "small-counts", "small-counts-table", "indicator-ranking", "indicator-ranking-table", "indicator-map", "indicator-map-file", "indicator-maps", "indicator-maps-file", "indicator-scatter", "indicator-scatter-file", "indicator-pyramid", "indicator-pyramid-file")},
        "former-import-columns": {"": [batch.pk]},
        "former-import-preview": {"": [batch.pk]},
        "import-batch": {"": [delivery.pk]},
        "import-undo": {"": [delivery.pk]},
        **{
            name: {"public": [public.pk], "internal": [internal.pk]}
            for name in ("report-create", "report-list", "report-table", "task-create", "status-override", "status-take-back")
        },
        **{name: {"public": [public.pk, "schritt1"]} for name in ("task-edit", "task-delete")},
        "row-create": {"public": [public.pk, "kosten"], "internal": [internal.pk, "kosten"], "sheet": [public.pk, "mitwirkung"]},
        **{name: {"public": [public.pk, "kosten", "kosten1"]} for name in ("row-edit", "row-delete")},
        "target-create": {"public": [goal.pk], "internal": [hidden_goal.pk]},
        **{name: {"public": [goal.pk, "zielwer1"]} for name in ("target-edit", "target-delete")},
        **{
            name: {"public": [finding.pk], "internal": [hidden_finding.pk], "other": [goal.pk]}
            for name in ("board-card", "board-move", "finding-evidence")
        },
        "tows-write": {"": ["so"]}, "tows-become": {"public": [finding.pk, "option01"], "internal": [hidden_finding.pk, "option01"]},
        **{
            name: {"": [rated.key]}
            for name in ("rating", "rating-table", "rating-edit", "rating-groups", "rating-paper")
        },
        "rating-enter": {"": [rated.key, asked.key]},
        "rate": {"": [token_of(asked)]},
        **{name: {"public": [report.pk], "internal": [hidden_report.pk]} for name in ("progress-make", "progress-state")}, "progress-file": {"public": [report.pk, "full-de.pdf"], "internal": [hidden_report.pk, "full-de.pdf"]},
        **{name: {"public": [plan.pk], "internal": [hidden_plan.pk]} for name in ("plan-appraise", "plan-written", "plan-written-table", "plan-written-pdf", "plan-written-docx", "evidence-take")}, "plan-comment": {"public": [plan.pk, "stellung"]}, **{name: {"public": [scenario.pk], "internal": [hidden_scenario.pk]} for name in ("scenario-compute", "scenario-publish", "scenario-state", "scenario-table")}, **{name: {"public": [reach.pk], "internal": [hidden_reach.pk]} for name in ("reach-compute", "reach-take", "reach-state", "reach-table", "reach-workbook", "reach-try")}, "reach-near": {"public": [public.pk], "internal": [internal.pk]},
        "round": {"": [audience.pk]},
        **{name: {"of another": [batch.pk]} for name in ("batch", "batch-again", "batch-undo", "batch-discard", "batch-link")},
        **{name: {"": [own_field.pk]} for name in ("own-field-edit", "own-field-end")},
        "ordering": {"items": ["inhalte", "ziele"], "own fields": ["eigene-felder", "goal"], "set up": ["einrichten", "handlungsfeld"], "unknown": ["nichts", "ziele"]},
        "intake-begin": {"": ["items.goal"]},
        **{
            name: {"of another": [reading.pk]}
            for name in ("reading", "reading-table", "reading-columns", "reading-words", "reading-write", "reading-again",
                         "reading-undo", "reading-discard")
        },
        **{
            name: {"own of another": [kept["own"].pk], "shared": [kept["shared"].pk]}
            for name in ("saved-view", "saved-view-edit", "saved-view-delete")
        },
        "setup-create": {"": ["thema"]},
        "map-remove": {"": ["streets"]},
        "outside-layer": {"": [outside.pk]},
        "area-layer": {"": [heat["public"].pk]},
        "area-layer-delete": {"": [heat["public"].pk]},
        "area-layer-data": {name: [row.pk] for name, row in heat.items()},
        "feature-area": {"": [public.pk]},
        **{name: {"": [PlanSign.objects.earliest("pk").pk]} for name in ("sign-edit", "sign-end", "sign-move")},
        "sign-conflict-edit": {"": [sign_rule.pk]}, "sign-conflict-delete": {"": [sign_rule.pk]}, "map-sheet-state": {"": ["kein-blatt"]},
        "outside-layer-delete": {"": [outside.pk]},
        "setup-part": {"": ["ausgabe", draft.pk]},
        "setup-delete": {"": ["ausgabe", draft.pk]},
        "person": {"": [other.pk]},
        "person-link": {"": [other.pk]}, "factor-reset": {"": [other.pk]}, "service-unlink": {"": [other.pk]}, **{name: {"": [group.pk]} for name in ("group-edit", "group-remove")},
        "role-give": {"": [other.pk]},
        "role-edit": {"": ["planner"]},
        "role-change": {"": [membership.pk]},
        "role-end": {"": [membership.pk]}, **notice_arguments(public.concept, unit), **round_arguments(concept, unit, elsewhere), **budget_arguments(concept),
        "unit": {"": [unit.key]},
        "body": {"": [make_body().key]},
        "api-item": items,
        "api-item-links": items,
        "api-observations": {"public": [indicator.pk], "internal": [hidden_indicator.pk]},
        "api-observations-csv": {"public": [indicator.pk], "internal": [hidden_indicator.pk]},
        "api-missing": {"": ["unbekannt"]},
        "map-package": {"": ["feature"]},
        "ogc-collection": {"": ["measures"]},
        "ogc-items": {"": ["measures"]},
        "ogc-feature": {"": ["measures", "aaaaaaaa"]},
        "ogc-missing": {"": ["unbekannt"]},
        "password_reset_confirm": {"wrong": ["MQ", "falsch"]},
    }  # fmt: skip


def change_of(item):
    """The line of history that says that an item was created."""
    return Change.objects.filter(item_id=item.pk).earliest("pk").pk


def names():
    """The names of all addresses of the program."""
    found = set()

    def walk(patterns):
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                assert pattern.name, pattern
                found.add(pattern.name)
            else:
                walk(pattern.url_patterns)

    walk(get_resolver().url_patterns)
    return sorted(found)


def outcome(response):
    status = response.status_code
    if status in {301, 302} and response["Location"].startswith("/anmelden/"):
        return "login"
    return {403: "forbidden", 404: "missing", 405: "method", 410: "gone"}.get(
        status, "open" if status < 500 else str(status)
    )


def rows_that_are(settings_folder, asked, *, whole=False):
    """Ask addresses in every role; (address, variant, method, outcome by role). PUT and DELETE in few, unless the whole is asked for."""
    with override_settings(MEDIA_ROOT=settings_folder, INSEK_DATA_DIR=settings_folder):
        unit, variants = world()
        clients = {"anonymous": Client()}
        for role in ROLES[1:]:
            user = make_user(None if role == "no-role" else role, unit=unit if role == "department" else None)
            clients[role] = Client()
            clients[role].force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        rows = []
        for name in asked:
            for variant, args in variants.get(name, {"": []}).items():
                for method in METHODS:
                    outcomes = {}
                    for role in ROLES if whole or method in {"GET", "POST"} else FEW:
                        outcomes[role] = outcome(_ask(clients[role], name, args, method))
                    rows.append({"address": name, "variant": variant, "method": method, **outcomes})
        return rows


def _ask(who, name, args, method):
    """One request in a transaction that is rolled back, so that no answer changes the next."""
    cookies = deepcopy(who.cookies)
    with transaction.atomic():
        response = who.generic(method, reverse(name, args=args))
        if response.streaming:
            b"".join(response.streaming_content)
        transaction.set_rollback(True)
    who.cookies = cookies
    return response


def written_rows():
    with MATRIX.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


PARTS = 6
"""The addresses are asked in parts, so that several workers share them."""


@pytest.fixture
def _nothing_is_drawn(monkeypatch):
    """Who may enter is decided before a page is drawn: drawing 20,000 of them is half of the work (the crawl draws them). So are workbooks."""
    monkeypatch.setattr(reader, "kept_picture", lambda document, number, width: b"")
    monkeypatch.setattr(workbooks, "write_workbook", lambda *given, **named: ContentFile(b""))
    monkeypatch.setattr(PageTemplate, "render", lambda self, context=None, request=None: "")


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.usefixtures("_nothing_is_drawn")
@pytest.mark.parametrize("part", range(PARTS))
def test_every_address_method_and_role_is_as_written(tmp_path, part):
    writes = part == 0 and "INSEK_WRITE_MATRIX" in os.environ
    asked = names() if writes else names()[part::PARTS]
    found = rows_that_are(tmp_path, asked, whole=writes)
    if writes:
        with MATRIX.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(found[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(found)
    elsewhere = set(names()) - set(asked)
    rows = [row for row in written_rows() if row["address"] not in elsewhere]
    written = {(row["address"], row["variant"], row["method"]): row for row in rows}
    found_by_key = {(row["address"], row["variant"], row["method"]): row for row in found}
    assert sorted(found_by_key.keys() - written.keys()) == [], "not in the matrix"
    assert sorted(written.keys() - found_by_key.keys()) == [], "in the matrix, but no address"
    wrong = {
        key: {role: (was, row[role]) for role, was in written[key].items() if row.get(role, was) != was}
        for key, row in found_by_key.items()
    }
    assert {key: roles for key, roles in wrong.items() if roles} == {}


def test_the_matrix_names_every_role_and_only_known_words():
    words = {"open", "login", "forbidden", "missing", "gone", "method"}
    for row in written_rows():
        assert list(row)[3:] == ROLES
        assert {row[role] for role in ROLES} <= words


def test_nobody_without_a_right_changes_anything():
    """What only insiders may do is never open to visitors, council members or moderators."""
    outside = ["anonymous", "no-role", "moderator", "council", "ortsbeirat"]
    for row in written_rows():
        writes = ("create", "edit", "delete", "link", "adopt", "give", "end", "person", "unit", "body", "round", "gap")  # fmt: skip
        if row["address"].split("-")[-1] in writes or row["address"].startswith(("person", "round", "gap")):
            for role in outside:
                assert row[role] in {"login", "forbidden", "missing", "method", "gone"}, (
                    row["address"],
                    role,
                )
