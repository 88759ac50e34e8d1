"""Whatever becomes public by a release is among the words shown to whoever releases: all declared rows, all their fields."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
import shapely
from django.db import models
from django.utils.formats import date_format, number_format
from django.utils.html import strip_tags

from insek.council.amendment_rows import AMENDMENTS, GROUP_VOTES
from insek.council.checking import finish_or_propose, set_goal
from insek.council.consulting import add_consultation, change_consultation
from insek.council.models import Check, CheckGoal
from insek.evidence.models import SeriesBreak
from insek.evidence.releasing import record_or_propose
from insek.evidence.services import NewObservation, record_observations
from insek.package import all_tables
from insek.package.tables import GONE_OR_NOT, ITEMS
from insek.participation.survey_rows import SURVEY_QUESTIONS
from insek.people.actors import PROGRAM
from insek.places.locations import set_location
from insek.places.releasing import place_or_propose
from insek.plans.rows import COMMENTS as PLAN_COMMENTS
from insek.plans.rows import TEXTS as PLAN_TEXTS
from insek.plans.services import appraise_or_propose, appraise_plan
from insek.publish.progress.making import words_hash
from insek.publish.progress.models import ProgressContent
from insek.publish.progress.rows import WORDS
from insek.release.models import Proposal
from insek.release.releases import link_or_propose, release, save_or_propose
from insek.release.row_proposals import add_or_propose
from insek.steering import services as steer
from insek.steering.budget_rows import MATCHES
from insek.strategy.plan_aim_rows import AIMS
from insek.strategy.rows import COSTS, EFFECTS, FUNDING, TAKING_PART
from insek.strategy.tows_rows import OPTIONS
from insek.thread.kinds import link_kind_named
from insek.thread.models import Item, Visibility
from insek.thread.row_acts import add_row
from insek.thread.rows import rows_of_table
from insek.thread.services import link_items, update_item
from tests.factories import make_actor, make_body, make_item, make_link, make_unit
from tests.publish.row_values import AIM, ASKED, CHECKED, COST, EFFECT, FUNDS, GROUP_VOTE, MOVED, PLAN_TEXT
from tests.steering.making import line_of_budget
from tests.thread.test_own_fields import make_field

pytestmark = pytest.mark.django_db
URL = "https://example.org/quelle"
MANY = "/freigaben/veroeffentlichen"
TASK = {"title": "Leitungen umlegen", "due": date(2031, 5, 17), "done": None, "position": 7}
REPORT = {
    "state": "delayed", "happened": "Der Bagger kam", "next_step": "Asphalt bestellen", "obstacles": "Ein alter Kanal",
    "spent_eur": 123456, "is_internal": False,
}  # fmt: skip
TARGET = {
    "direction": "at_least", "value": Decimal("41.5"), "year": 2037, "base_period": "2019", "base_value": Decimal("33.25"),
    "standing": "fact", "source_title": "Verkehrserhebung", "source_url": URL, "note": "Nur Werktage",
}  # fmt: skip
APPRAISAL = {
    "currency": 61, "currency_reason": "Noch aktuell", "substance": 47, "substance_reason": "Sagt viel", "bindingness": "concept",
    "bindingness_reason": "Ratsbeschluss", "implementation": "underway", "implementation_reason": "Zwei von drei",
    "appraised_on": date(2026, 3, 9), "appraised_by": "Büro Muster", "standing": "working",
}  # fmt: skip
STEP = {"role": "hearing", "date": date(2025, 6, 3), "result": "Mit Auflagen", "held": True}


def place():
    return shapely.Point(7.7, 49.4)


def value(district):
    return NewObservation(
        district, "2021", Decimal("17.25"), quality="estimated", source_title="Amt", source_url=URL, source_date="2022-02-03",
        confidence="low", note="Hochgerechnet",
    )  # fmt: skip


@dataclass
class Case:
    """A row beside an item: how a planner proposes it at a public one, and how it stands at an internal one."""

    kind: str
    propose: Callable[[Item, Any], Proposal] | None
    prepare: Callable[[Item], Any]


def _target(goal):
    indicator = make_item("indicator", title="Radanteil", unit="%")
    make_link(goal, indicator, "measured_by")
    return goal.goal, {**TARGET, "indicator": indicator.indicator}


def _finished(actor):
    """A check of a public paper that somebody finishes."""
    own = {"status": "draft", "final_on": None, "touches_no_goal": False, "subject": "paper"}
    item = make_item(
        "concept_check",
        title="Prüfung Bad",
        visibility="internal",
        paper=make_item("paper").paper,
        actor=actor,
        **own,
    )
    goal = make_item("goal", title="Zielgerade")
    set_goal(item.concept_check, goal, **CHECKED, expected_version=0, actor=PROGRAM)
    check = Check.objects.select_related("item", "paper__item").get(pk=item.pk)
    return finish_or_propose(check, expected_version=check.item.version, actor=actor)


def _checked(item):
    """A goal of a check that is finished and kept inside."""
    goal = make_item("goal", title="Zielgerade").goal
    Check.objects.update(touches_no_goal=False, no_goal_reason="")
    return CheckGoal.objects.create(check_row=item.concept_check, goal=goal, **CHECKED)


def _option():
    """A made-up option, which everybody may read; the findings of the tests are strengths."""
    named = {name: make_item("finding", title=f"Anstoß {name}", type="strength" if name == "also_finding" else "threat").finding for name in ("against", "also_finding", "also_against")}  # fmt: skip
    return {"text": "Wald und Weg verbinden", "reason": "Weil beides da ist", "position": 7, "is_example": True, "goal": make_item("goal", title="Zielgerade").goal, **named}  # fmt: skip


def _with_own_words(item):
    """Words on a field, and files that hold them."""
    add_row(WORDS, item, {"field": item.concept.fields.first(), "text": "Es ging voran."}, actor=PROGRAM)
    _made(item)


def _made(item):
    """As if the files of a report had been made."""
    report = item.progress_report
    ProgressContent.objects.create(
        report=report, state="done", made_on=date(2026, 1, 2), words_hash=words_hash(report)
    )


def _beside_measure(rows, values):
    """A row of a fact sheet, proposed and there."""
    return Case(
        "measure",
        lambda item, actor: add_or_propose(rows, item, values(), actor=actor),
        lambda item: add_row(rows, item, values(), actor=PROGRAM),
    )


CASES = {
    "cost_lines": _beside_measure(COSTS, lambda: COST),
    "funding_lines": _beside_measure(FUNDING, lambda: FUNDS),
    "units_taking_part": _beside_measure(TAKING_PART, lambda: {"unit": make_unit("kita"), "task": "Plätze zählen"}),
    "goal_effects": _beside_measure(EFFECTS, lambda: {**EFFECT, "goal": make_item("goal", title="Zielgerade").goal}),
    "measure_tasks": Case(
        "measure", lambda item, actor: steer.add_task(item.measure, {**TASK, "unit": make_unit("gruen")}, actor=actor),
        lambda item: steer.add_task(item.measure, {**TASK, "unit": make_unit("gruen")}, actor=PROGRAM),
    ),
    "status_reports": Case(
        "measure", lambda item, actor: steer.report_status(item.measure, REPORT, actor=actor),
        lambda item: steer.report_status(item.measure, REPORT, actor=PROGRAM),
    ),
    "status_overrides": Case(
        "measure", None,
        lambda item: steer.override_status(item.measure, state="at_risk", reason="Kein Geld", expected="", actor=PROGRAM),
    ),
    "budget_matches": Case("measure", None, lambda item: add_row(MATCHES, item, {"line": line_of_budget(item.concept), "note": "Teil 1"}, actor=PROGRAM)),
    "targets": Case(
        "goal", lambda item, actor: steer.set_target(*_target(item), actor=actor),
        lambda item: steer.set_target(*_target(item), actor=PROGRAM),
    ),
    "plan_aims": Case(
        "plan",
        lambda item, actor: add_or_propose(AIMS, item, {**AIM, "goal": make_item("goal", title="Zielgerade").goal}, actor=actor),
        lambda item: add_row(AIMS, item, {**AIM, "goal": make_item("goal", title="Zielgerade").goal}, actor=PROGRAM),
    ),
    "plan_texts": Case(
        "plan",
        lambda item, actor: add_or_propose(PLAN_TEXTS, item, PLAN_TEXT, actor=actor),
        lambda item: add_row(PLAN_TEXTS, item, PLAN_TEXT, actor=PROGRAM),
    ),
    "plan_comments": Case(
        "plan", None,
        lambda item: add_row(PLAN_COMMENTS, item, {"unit": make_unit("gruen"), "due": date(2031, 6, 3), "question": "Stimmt das?"}, actor=PROGRAM),
    ),
    "tows_options": Case(
        "finding",
        lambda item, actor: add_or_propose(OPTIONS, item, _option(), actor=actor),
        lambda item: add_row(OPTIONS, item, _option(), actor=PROGRAM),
    ),
    "plan_appraisals": Case(
        "plan", lambda item, actor: appraise_or_propose(item.plan, expected_version=0, values=APPRAISAL, actor=actor),
        lambda item: appraise_plan(item.plan, expected_version=0, values=APPRAISAL, actor=PROGRAM),
    ),
    "consultations": Case(
        "paper",
        lambda item, actor: add_consultation(item.paper, {**STEP, "body": make_body()}, actor=actor),
        lambda item: add_consultation(item.paper, {**STEP, "body": make_body()}, actor=PROGRAM),
    ),
    "paper_amendments": Case(
        "paper",
        lambda item, actor: add_or_propose(AMENDMENTS, item, {**MOVED, "body": make_body(), "goal": make_item("goal", title="Zielgerade").goal}, actor=actor),
        lambda item: add_row(AMENDMENTS, item, {**MOVED, "body": make_body(), "goal": make_item("goal", title="Zielgerade").goal}, actor=PROGRAM),
    ),
    "group_votes": Case(
        "resolution",
        lambda item, actor: add_or_propose(GROUP_VOTES, item, GROUP_VOTE, actor=actor),
        lambda item: add_row(GROUP_VOTES, item, GROUP_VOTE, actor=PROGRAM),
    ),
    "check_goals": Case("concept_check", lambda item, actor: _finished(actor), _checked),
    "survey_questions": Case(
        "format", lambda item, actor: add_or_propose(SURVEY_QUESTIONS, item, ASKED, actor=actor),
        lambda item: add_row(SURVEY_QUESTIONS, item, ASKED, actor=PROGRAM),
    ),
    "observations": Case(
        "indicator",
        lambda item, actor: record_or_propose(item.indicator, [value(make_item("district", title="Nord").district)], label="x", actor=actor),
        lambda item: record_observations(item.indicator, [value(make_item("district", title="Nord").district)], label="x", actor=PROGRAM),
    ),
    "series_breaks": Case(
        "indicator", None, lambda item: SeriesBreak.objects.create(indicator=item.indicator, period="2020", reason="Neue Zählung"),
    ),
    "locations": Case(
        "measure",
        lambda item, actor: place_or_propose(item, place(), note="Nur ungefähr", expected_version=item.version, actor=actor),
        lambda item: set_location(item, place(), note="Nur ungefähr", expected_version=item.version, actor=PROGRAM),
    ),
    "progress_words": Case("progress_report", None, lambda item: _with_own_words(item)),
    "links": Case(
        "finding",
        lambda item, actor: link_or_propose(item, make_item("goal", title="Zielgerade"), kind="justifies", reason="Weil es eng ist", locator="Seite 12", actor=actor),
        lambda item: link_items(item, make_item("goal", title="Zielgerade"), kind="justifies", reason="Weil es eng ist", locator="Seite 12", actor=PROGRAM),
    ),
}  # fmt: skip
ELSEWHERE = {
    "suggestion_decisions": "what people decided about a machine's suggestions; the public never gets it",
    "ratings": "what single people answered; the public never gets it, only figures that somebody with the right publishes",
    "board_cards": "a working arrangement of staff that the public never gets",
    "progress_contents": "figures and hashes of files that are released as they lie there: tests/publish/test_progress.py",
    "own_values": "fields of the item itself: the tests of own fields below",
    "small_counts": "a rule by which values are hidden; it makes nothing public: tests/evidence/test_small_counts.py",
    "comparison_values": "official figures of other areas, public as they are read in: tests/evidence/test_comparison.py",
    "edition_numbers": "numbers are given when an edition is adopted, to what is public already",
    "lineages": "written when items are merged or split, which is released as a whole",
    "deviations": "said by those who release, of what is public, naming public resolutions only",
}  # fmt: skip


def beside(table):
    """Whether rows of a table hang on items."""
    return not table.kind and any(
        column.refers in {ITEMS, GONE_OR_NOT} or column.refers in {other.name for other in all_tables() if other.kind}
        for column in table.references()
    )  # fmt: skip


def test_every_declared_row_beside_an_item_is_tried():
    assert {table.name for table in all_tables() if beside(table)} == CASES.keys() | ELSEWHERE.keys()


@pytest.fixture
def lead_client(as_role):
    return as_role("project-lead")


def words_of(client, proposal):
    """All words of each of the two pages on which a proposal is released: its own, and that of several at once."""
    tick = f"{proposal.pk}:{proposal.version}:{proposal.item.version}"
    answers = client.get(proposal.url), client.post(MANY, {"aenderung": tick})
    assert [answer.status_code for answer in answers] == [200, 200]
    assert Proposal.objects.get(pk=proposal.pk).is_waiting
    return [
        " ".join(unescape(strip_tags(answer.content.decode().replace("<br>", " "))).split())
        for answer in answers
    ]


def said(value, field):
    """The ways in which a value may stand on a page."""
    if isinstance(value, bool):
        return set()
    if field is not None and dict(field.flatchoices or ()).get(value):
        return {str(dict(field.flatchoices)[value])}
    if isinstance(value, date):
        return {value.isoformat(), date_format(value, "DATE_FORMAT")}
    if isinstance(value, Decimal):
        return {f"{value.normalize():f}", str(number_format(value.normalize()))}
    if isinstance(value, int):
        return {str(value), str(number_format(value, force_grouping=True))}
    return {" ".join(str(value).split())}


def missing(table, row, page):
    """Names of the public columns of a row whose value is not among the words."""
    found = []
    for column in table.columns:
        field = table.model_field(column)
        if field is None or column.name in {"key", "id", "status", "facts_key"}:
            continue
        value = getattr(row, field.name)
        if table.name == "links" and column.name == "kind":
            kind = link_kind_named(value)
            value = str(kind.forward) if str(kind.forward) in page else str(kind.backward)
        if value in (None, "") or hasattr(value, "geom_type"):
            continue
        if isinstance(field, models.ForeignKey | models.OneToOneField):
            value = value.item.title if hasattr(value, "item") else value
        ways = said(value, field)
        if ways and not any(way in page for way in ways):
            found.append(column.name)
    return found


def only_row(table):
    [row] = table.model._default_manager.all()
    return row


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.propose])
def test_what_a_row_makes_public_is_shown_before_its_release(concept, lead_client, name):
    table = next(table for table in all_tables() if table.name == name)
    case = CASES[name]
    item = make_item(case.kind, title="Stadtpark")
    actor = make_actor("planner")
    proposal = case.propose(item, actor)
    assert isinstance(proposal, Proposal)
    pages = words_of(lead_client, proposal)
    release(proposal, expected_version=proposal.version, actor=make_actor("project-lead"))
    for page in pages:
        assert missing(table, only_row(table), page) == []
        assert name != "locations" or "49,4" in page


@pytest.mark.parametrize("name", CASES)
def test_what_becomes_public_with_an_item_is_shown_before_its_release(concept, lead_client, name):
    table = next(table for table in all_tables() if table.name == name)
    case = CASES[name]
    item = make_item(case.kind, title="Stadtpark", visibility="internal")
    case.prepare(item)
    item.refresh_from_db()
    proposal = save_or_propose(
        item, expected_version=item.version, values={"visibility": "public"}, actor=make_actor("planner")
    )
    rows = rows_of_table(name)
    for page in words_of(lead_client, proposal):
        if rows is not None and rows.internal:
            assert "Stimmt das?" not in page, "nobody outside will read it"
            continue
        assert missing(table, only_row(table), page) == []
        assert name != "locations" or "49,4" in page


def test_a_report_for_the_administration_is_not_named_as_public(concept, lead_client):
    item = make_item("measure", title="Stadtpark", visibility="internal")
    steer.report_status(item.measure, {**REPORT, "is_internal": True}, actor=PROGRAM)
    proposal = save_or_propose(
        item, expected_version=item.version, values={"visibility": "public"}, actor=make_actor("planner")
    )
    assert not any("Der Bagger kam" in page for page in words_of(lead_client, proposal))


@pytest.mark.parametrize("kind", [table.kind for table in all_tables() if table.kind])
def test_every_field_of_an_item_is_shown_before_it_becomes_public(concept, lead_client, kind):
    table = next(table for table in all_tables() if table.kind == kind)
    own = {
        column.name: f"Wort {column.name}"[:20]
        for column in table.columns
        if not table.is_common(column) and column.type == "text" and (field := table.model_field(column)) is not None
        and isinstance(field, models.CharField | models.TextField) and not field.choices
        and column.name != "formula"  # no free text: tests/evidence/test_derived.py
    }  # fmt: skip
    common = {
        "text": "Der ganze Text", "source_title": "Eine Quelle", "source_url": URL, "source_date": "2022-02-03", "document": "Ein Dokument",
        "page": "Seite 4711", "confidence": "low", "number": "X 77",
    }  # fmt: skip
    days = {"contribution": "replied_on", "concept_check": "answered_on"}
    dated = {days[kind]: date(2026, 5, 4)} if kind in days else {}
    item = make_item(
        kind,
        title="Stadtpark",
        visibility="internal",
        **dated,
        fields=concept.fields.all(),
        **{**common, **own},
    )
    if kind == "progress_report":
        _made(item)
    proposal = save_or_propose(
        item, expected_version=item.version, values={"visibility": "public"}, actor=make_actor("planner")
    )
    for page in words_of(lead_client, proposal):
        absent = [
            name
            for name, text in {**common, **own}.items()
            if name != "confidence" and text not in page and name != "source_date"
        ]
        assert absent == []
        assert str(item.get_confidence_display()) in page
        assert all(str(field) in page for field in concept.fields.all())


OWN = [
    ("long", "eins\nzwei", "eins zwei"), ("number", Decimal("1234.5"), "1.234,5"), ("money", 80_000, "80.000"), ("year", 2031, "2031"),
    ("date", date(2027, 5, 3), "3. Mai 2027"), ("choice", "land", "Land"), ("several", ["land", "eigen"], "Eigenmittel; Land"),
    ("yes_no", True, "ja"), ("link", URL, URL), ("unit", "tiefbau", "Tiefbau"), ("table", "Rohbau | 12\nDach", "Rohbau | 12"),
]  # fmt: skip


@pytest.mark.parametrize("visibility", [Visibility.PUBLIC, Visibility.INTERNAL])
def test_every_own_field_is_shown_before_its_value_becomes_public(concept, lead_client, visibility):
    make_unit("tiefbau", name="Tiefbau")
    values = {make_field(concept, type_).full_name: value for type_, value, _word in OWN}
    item = make_item("measure", title="Stadtpark", visibility=visibility)
    if visibility == Visibility.INTERNAL:
        item = update_item(item, expected_version=item.version, values=values, actor=PROGRAM)
        values = {"visibility": Visibility.PUBLIC}
    proposal = save_or_propose(
        item, expected_version=item.version, values=values, actor=make_actor("planner")
    )
    assert isinstance(proposal, Proposal)
    for page in words_of(lead_client, proposal):
        assert [word for _type, _value, word in OWN if word not in page] == []
        assert all(f"Feld {type_}" in page for type_, _value, _word in OWN)


def test_moving_a_step_of_a_paper_is_a_change(concept):
    paper = make_item("paper")
    first = add_consultation(paper.paper, {**STEP, "body": make_body()}, actor=PROGRAM)
    add_consultation(paper.paper, {**STEP, "body": make_body()}, actor=PROGRAM)
    proposal = change_consultation(
        first, {"position": 2}, actor=make_actor("planner"), expected_version=first.version
    )
    assert isinstance(proposal, Proposal)
    assert [row["position"] for row in proposal.differences["consultation"]] == [1, 2]
