"""A budget and the measures: matched by people, shown to whom it concerns, with sums that add up."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from openpyxl import load_workbook

from insek.concept.asker import Asker
from insek.people.actors import PROGRAM
from insek.people.locking import Conflict
from insek.release.models import Proposal
from insek.steering import budgets
from insek.steering.budget_models import BudgetLine, BudgetMatch, BudgetPlan
from insek.steering.budget_said import identity_of
from insek.steering.budget_state import changes_between, plan_before, state_of_budget
from insek.steering.budget_suggested import BUDGET_LINES, MATCH
from insek.steering.budget_tables import VIEWS
from insek.strategy.rows import COSTS, FUNDING
from insek.suggestions import runs
from insek.suggestions import services as deciding
from insek.suggestions.models import Suggestion
from insek.thread.models import Change
from insek.thread.row_acts import add_row
from tests.factories import make_actor, make_item, make_link
from tests.reading import words

pytestmark = pytest.mark.django_db


def make_plan(concept, title="Haushalt 2027", year=2027, stage="adopted", **values):
    return BudgetPlan.objects.create(concept=concept, title=title, first_year=year, last_year=year, stage=stage, source_title="Kämmerei", **values)  # fmt: skip


def make_line(plan, title, amounts, **values):
    said = {"side": "expenditure", "budget": "financial", **values}
    return BudgetLine.objects.create(
        budget_plan=plan, title=title, amounts={str(year): amount for year, amount in amounts.items()}, identity=identity_of({"title": title, **said}),
        position=plan.lines.count() + 1, **said,
    )  # fmt: skip


@pytest.fixture
def city(concept):
    """A budget with lines, and measures of which one is paid, one serves no goal, one has nothing, one is internal."""
    goal = make_item("goal", number="Z 1", title="Weniger Autos")
    place = make_item("district", title="Innenstadt")
    bike = make_item(
        "measure", number="M 1", title="Radweg am Fluss", fields=concept.fields.filter(key="klima")
    )
    make_link(goal, bike, "implemented_by")
    make_link(bike, place, "located_in")
    bath = make_item("measure", number="M 2", title="Freibad", fields=concept.fields.all())
    poor = make_item("measure", number="M 3", title="Hitzeaktionsplan", priority=1)
    make_item("measure", number="M 4", title="Geheimes Vorhaben", priority=1, visibility="internal")
    add_row(COSTS, bike, {"amount_eur": 5_000, "rhythm": "yearly", "is_follow_up": True, "precision": "exact"}, actor=PROGRAM)  # fmt: skip
    add_row(FUNDING, bike, {"source": "Land", "amount_eur": 40_000, "state": "granted"}, actor=PROGRAM)
    plan = make_plan(concept)
    lines = {
        "way": make_line(plan, "Radweg am Fluss", {2027: 100_000, 2028: 50_000}, investment="I1", duty="voluntary"),
        "grant": make_line(plan, "Radweg am Fluss, Zuwendung", {2027: 60_000}, side="revenue"),
        "bath": make_line(plan, "Freibad, Becken", {2027: 300_000}, investment="I2"),
        "fire": make_line(plan, "Feuerwehrfahrzeug", {2027: 500_000}, investment="I3", duty="obligatory"),
        "open": make_line(plan, "Verschiedenes", {2027: 7_000}),
        "care": make_line(plan, "Pflege des Radwegs", {2027: 1_000}, budget="result", duty="voluntary"),
    }  # fmt: skip
    actor = make_actor("planner")
    for name in ("way", "grant"):
        budgets.match_line(lines[name], bike, actor=actor)
    budgets.match_line(lines["bath"], bath, actor=actor)
    budgets.judge_line(lines["fire"], {"is_without_measure": True}, expected_version=1, actor=actor)
    return {"plan": plan, "bike": bike, "bath": bath, "poor": poor, "goal": goal, "place": place, **lines}


def state(city, actor=None, **more):
    concept = city["plan"].concept
    return state_of_budget(Asker(actor or make_actor("project-lead"), concept=concept), city["plan"], **more)


def test_what_the_budget_says(city):
    found = state(city)
    assert found.years == [2027, 2028]
    assert found.sum_of(found.going_out()) == 958_000
    assert [each.line.title for each in found.without_goal()] == ["Freibad, Becken", "Feuerwehrfahrzeug"]
    assert [each.line.title for each in found.not_judged()] == ["Verschiedenes"]
    assert [each.item.number for each in found.priority_without_money()] == ["M 3", "M 4"]
    bike = next(each for each in found.measures if each.item.pk == city["bike"].pk)
    assert (bike.spent, bike.received, bike.own_share, bike.granted_eur) == (150_000, 60_000, 90_000, 40_000)
    assert (bike.follow_up_eur, bike.running, bike.voluntary) == (5_000, 0, 150_000)
    assert [each.item.number for each in found.stopping()] == ["M 1"]


def test_the_numbers_add_up(city):
    found = state(city)
    whole = found.sum_of(found.going_out())
    assert sum(found.sum_of(found.going_out(), year) for year in found.years) == whole
    investments = found.sum_of(found.investments())
    serving = found.sum_of([each for each in found.investments() if each.serves_goal])
    assert (
        serving + found.sum_of(found.without_goal()) + found.sum_of(found.not_judged())
        == investments
        == 957_000
    )
    groups = dict(found.grouped("feld"))
    assert {name: found.sum_of(lines) for name, lines in groups.items()} == {
        "Klima": 450_000,
        "Wohnen": 300_000,
        "": 508_000,
    }
    assert {name: found.sum_of(lines) for name, lines in found.grouped("ziel")} == {
        "Z 1 Weniger Autos": 150_000,
        "": 808_000,
    }
    assert {name: found.sum_of(lines) for name, lines in found.grouped("bezirk")} == {
        "Innenstadt": 150_000,
        "": 808_000,
    }
    heads, rows = VIEWS["pflicht"].table(found, None)
    assert sum(row[heads.index("Zusammen")] for row in rows) == whole
    heads, rows = VIEWS["feld"].table(found, None)
    assert rows[-1][-1] == whole, "the sum counts each line once"


def test_a_field_and_a_district_narrow_it(city):
    assert state(city, field_key="wohnen").sum_of(state(city, field_key="wohnen").going_out()) == 300_000
    assert [each.line.title for each in state(city, district=city["place"].pk).going_out()] == [
        "Radweg am Fluss"
    ]


def test_against_the_plan_before_over_the_years_that_both_name(city):
    concept = city["plan"].concept
    old = make_plan(concept, "Haushalt 2026", 2026)
    make_line(old, "Radweg am Fluss", {2026: 1, 2027: 80_000}, investment="I1")
    make_line(old, "Parkhaus", {2027: 900_000}, investment="I9")
    plans = list(BudgetPlan.objects.all())
    assert plan_before(plans, city["plan"]) == old and plan_before(plans, old) is None
    draft = make_plan(concept, "Entwurf 2027", 2027, stage="draft", as_of="2020-01-01")
    assert plan_before(list(BudgetPlan.objects.all()), BudgetPlan.objects.get(pk=city["plan"].pk)) == draft
    years, changes = changes_between(old, state(city))
    assert years == [2027]
    told = {each.line.title: (each.was, each.now, each.difference) for each in changes}
    assert told["Radweg am Fluss"] == (80_000, 100_000, 20_000)
    assert told["Parkhaus"] == (900_000, 0, -900_000)
    assert told["Feuerwehrfahrzeug"] == (0, 500_000, 500_000)
    assert changes[0].line.title == "Parkhaus", "the largest first"


# ---- rights, both ways


def test_the_public_sees_nothing_before_it_is_released_and_then_only_what_was(client, city, as_role):
    page, line = reverse("budget"), reverse("budget-line", args=[city["plan"].key, city["way"].key])
    assert "Noch kein Haushalt" in words(client.get(page))
    assert client.get(line).status_code == 404
    assert client.get(reverse("budget-workbook")).status_code == 404
    assert "Im Haushalt" not in words(client.get(city["bike"].url))
    lead = make_actor("project-lead")
    assert budgets.publish_budget(city["plan"], expected_version=1, actor=lead) == 3
    shown = words(client.get(page))
    assert "Haushalt 2027" in shown and "958 Tsd. €" in shown
    assert "M 1 Radweg am Fluss" in words(client.get(line))
    assert "Radweg am Fluss" in words(client.get(city["bike"].url)) and "Im Haushalt" in words(
        client.get(city["bike"].url)
    )
    assert "Geheimes Vorhaben" not in words(client.get(f"{page}?sicht=ohne-geld"))
    assert client.get(f"{page}?sicht=genehmigung").status_code == 404, "what would stop is for the staff"
    assert "Entwurf" not in words(client.get(page))
    # what a planner confirms afterwards is public with the next release alone
    budgets.match_line(city["care"], city["bike"], actor=make_actor("planner"))
    care = reverse("budget-line", args=[city["plan"].key, city["care"].key])
    assert "M 1" not in words(client.get(care))
    assert "1 bestätigte Zuordnung ist noch nicht öffentlich." in words(as_role("project-lead").get(page))
    city["plan"].refresh_from_db()
    assert budgets.publish_budget(city["plan"], expected_version=city["plan"].version, actor=lead) == 1
    assert "M 1" in words(client.get(care))
    city["plan"].refresh_from_db()
    budgets.withdraw_budget(city["plan"], expected_version=city["plan"].version, actor=lead)
    assert client.get(line).status_code == 404 and "Im Haushalt" not in words(client.get(city["bike"].url))


def test_an_internal_measure_is_named_to_nobody_outside(client, city):
    secret = make_item("measure", title="Verdeckter Ankauf", visibility="internal")
    budgets.match_line(city["open"], secret, actor=make_actor("planner"))
    budgets.publish_budget(city["plan"], expected_version=1, actor=make_actor("project-lead"))
    for address in ("budget", "budget-workbook"):
        answer = client.get(reverse(address), {"sicht": "zeilen"} if address == "budget" else {})
        assert b"Verdeckter" not in (b"".join(answer) if answer.streaming else answer.content)
    assert "Verdeckter" not in words(
        client.get(reverse("budget-line", args=[city["plan"].key, city["open"].key]))
    )


def test_a_draft_is_never_public(city):
    plan = make_plan(city["plan"].concept, "Entwurf 2028", 2028, stage="draft")
    with pytest.raises(ValidationError, match="Entwurf"):
        budgets.publish_budget(plan, expected_version=1, actor=make_actor("project-lead"))


@pytest.mark.parametrize("role", ["department", "moderator", "council"])
def test_who_may_not_edit_changes_nothing(city, role):
    actor = make_actor(role)
    for act in (
        lambda: budgets.match_line(city["open"], city["bike"], actor=actor),
        lambda: budgets.judge_line(city["open"], {"duty": "voluntary"}, expected_version=1, actor=actor),
        lambda: budgets.save_budget(city["plan"], {"title": "X"}, expected_version=1, actor=actor),
        lambda: budgets.delete_budget(city["plan"], expected_version=1, actor=actor),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_a_planner_publishes_nothing_and_changes_nothing_public(city):
    planner = make_actor("planner")
    with pytest.raises(PermissionDenied):
        budgets.publish_budget(city["plan"], expected_version=1, actor=planner)
    budgets.publish_budget(city["plan"], expected_version=1, actor=make_actor("project-lead"))
    city["plan"].refresh_from_db()
    with pytest.raises(PermissionDenied):
        budgets.save_budget(
            city["plan"], {"title": "X"}, expected_version=city["plan"].version, actor=planner
        )
    with pytest.raises(PermissionDenied):
        budgets.judge_line(city["open"], {"duty": "voluntary"}, expected_version=1, actor=planner)


def test_two_people_at_once(city):
    lead = make_actor("project-lead")
    budgets.save_budget(city["plan"], {"title": "Erste"}, expected_version=1, actor=lead)
    with pytest.raises(Conflict):
        budgets.save_budget(city["plan"], {"title": "Zweite"}, expected_version=1, actor=lead)
    match = BudgetMatch.objects.get(line=city["bath"])
    budgets.unmatch_line(match, expected_version=match.version, actor=lead)
    with pytest.raises(Conflict):
        budgets.unmatch_line(match, expected_version=1, actor=lead)


def test_deleting_or_withdrawing_from_an_outdated_page_changes_nothing(city):
    lead, plan = make_actor("project-lead"), city["plan"]
    budgets.publish_budget(plan, expected_version=1, actor=lead)
    for act in (budgets.withdraw_budget, budgets.delete_budget):
        with pytest.raises(Conflict):
            act(BudgetPlan.objects.get(pk=plan.pk), expected_version=1, actor=lead)
        plan.refresh_from_db()
        assert plan.is_public and BudgetMatch.objects.filter(is_released=True).count() == 3
    budgets.withdraw_budget(plan, expected_version=plan.version, actor=lead)
    assert not plan.is_public and not BudgetMatch.objects.filter(is_released=True).exists()
    with pytest.raises(Conflict):
        budgets.delete_budget(BudgetPlan.objects.get(pk=plan.pk), expected_version=1, actor=lead)
    assert (plan.lines.count(), BudgetMatch.objects.count()) == (6, 3)


def test_a_budget_on_which_something_rests_keeps_its_lines(city, monkeypatch):
    monkeypatch.setattr("insek.thread.setting_up._rests", [lambda row: "Darauf beruht ein Bericht."])
    with pytest.raises(ValidationError, match="Darauf beruht"):
        budgets.delete_budget(city["plan"], expected_version=1, actor=make_actor("project-lead"))
    assert (city["plan"].lines.count(), BudgetMatch.objects.count()) == (6, 3)


def test_a_line_of_authorisations_alone_is_judged_too(city):
    line = make_line(city["plan"], "Brücke", {}, commitments={"2028": 500}, investment="I5")
    actor = make_actor("planner")
    budgets.judge_line(
        line, {"duty": "voluntary", "is_without_measure": True}, expected_version=1, actor=actor
    )
    budgets.match_line(line, city["bike"], actor=actor)
    line.refresh_from_db()
    assert (line.duty, line.is_without_measure) == ("voluntary", False)


def test_what_a_public_budget_says_of_a_line_holds_until_a_match_is_released(client, city):
    lead = make_actor("project-lead")
    budgets.publish_budget(city["plan"], expected_version=1, actor=lead)
    line, plan = BudgetLine.objects.get(pk=city["fire"].pk), BudgetPlan.objects.get(pk=city["plan"].pk)
    budgets.match_line(line, city["bike"], actor=make_actor("planner"))
    budgets.match_line(BudgetLine.objects.get(pk=line.pk), city["poor"], actor=make_actor("planner"))
    assert BudgetLine.objects.get(pk=line.pk).is_without_measure
    where = reverse("budget-line", args=[plan.key, line.key])
    assert "Sie gehört zu keiner Maßnahme des Konzepts." in words(client.get(where))
    budgets.publish_budget(plan, expected_version=plan.version, actor=lead)
    assert not BudgetLine.objects.get(pk=line.pk).is_without_measure
    assert "M 1 Radweg am Fluss" in words(client.get(where))
    budgets.judge_line(city["open"], {"is_without_measure": True}, expected_version=1, actor=lead)
    budgets.match_line(BudgetLine.objects.get(pk=city["open"].pk), city["bike"], actor=lead)
    assert not BudgetLine.objects.get(pk=city["open"].pk).is_without_measure, "who releases says both at once"


# ---- suggestions


def run(concept):
    runs.begin_run(BUDGET_LINES, concept)
    return Suggestion.objects.filter(kind=MATCH, state="open")


def test_what_is_proposed_is_confirmed_by_a_person_and_never_again_when_refused(city, client):
    concept, lead = city["plan"].concept, make_actor("project-lead")
    open_ones = {(each.content["line"], each.item_id): each for each in run(concept)}
    care = open_ones[city["care"].key, city["bike"].pk]
    assert "Gemeinsame Wörter" in care.why and 0.35 <= care.confidence < 1
    assert BudgetMatch.objects.filter(line=city["care"]).count() == 0, "it is nothing until somebody says so"
    assert city["way"].key not in {line for line, _item in open_ones}, "what is matched is not proposed"
    assert city["fire"].key not in {line for line, _item in open_ones}
    deciding.refuse(care, expected_version=care.version, actor=lead)
    assert city["care"].key not in {each.content["line"] for each in run(concept)}
    later = make_plan(concept, "Haushalt 2028", 2028, stage="draft")
    make_line(later, "Pflege des Radwegs", {2028: 1_000}, budget="result", duty="voluntary")
    again = make_line(later, "Radweg am Fluss", {2028: 50_000}, investment="I1", duty="voluntary")
    found = {(each.content["line"], each.item_id): each for each in run(concept)}
    assert [line for line, item in found if item == city["bike"].pk] == [again.key], (
        "refused in one budget is refused in the next"
    )
    known = found[again.key, city["bike"].pk]
    assert known.confidence > 0.9 and "Haushalt 2027" in known.why
    deciding.accept(known, expected_version=known.version, actor=lead)
    assert BudgetMatch.objects.get(line=again).measure_id == city["bike"].pk
    change = Change.objects.filter(item_id=city["bike"].pk).latest("pk")
    assert change.suggested_by.startswith("budget-lines") and "budget_match" in change.differences
    deciding.take_back(known, expected_version=known.version, actor=lead)
    assert not BudgetMatch.objects.filter(line=again).exists()


def test_matches_are_confirmed_in_the_queue_by_a_key(city, as_role):
    run(city["plan"].concept)
    page = as_role("project-lead").get(reverse("budget"))
    assert "warte" in words(page) and "Bis dahin zählt keine davon." in words(page)
    queue = as_role("project-lead").get(f"{reverse('suggestion-queue')}?art={MATCH}")
    assert "Gehört diese Zeile zu dieser Maßnahme?" in words(queue) and "Pflege des Radwegs" in words(queue)


def test_a_match_of_a_public_measure_by_a_planner_needs_no_release_while_the_budget_is_internal(city):
    assert not Proposal.objects.exists() and BudgetMatch.objects.filter(is_released=False).count() == 3


# ---- pages


@pytest.mark.parametrize("view", ["", *VIEWS])
def test_every_view_in_few_queries(city, as_role, view, django_assert_max_num_queries):
    lead = as_role("project-lead")
    lead.get(reverse("budget"), {"sicht": view})
    with django_assert_max_num_queries(32):
        answer = lead.get(reverse("budget"), {"sicht": view})
    assert answer.status_code == 200
    assert "Stand" in words(answer) and "Kämmerei" in words(answer), "day and source"


def test_the_queries_do_not_grow_with_the_lines(city, as_role, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    lead = as_role("project-lead")
    lead.get(reverse("budget"))
    with CaptureQueriesContext(connection) as few:
        lead.get(reverse("budget"), {"sicht": "zeilen"})
    for number in range(40):
        line = make_line(city["plan"], f"Zeile {number}", {2027: number})
        BudgetMatch.objects.create(line=line, measure=city["bike"].measure)
    with django_assert_num_queries(len(few)):
        lead.get(reverse("budget"), {"sicht": "zeilen"})


def test_lines_are_searched_filtered_and_sorted(city, as_role):
    lead, page = as_role("project-lead"), reverse("budget")
    shown = lead.get(
        page, {"sicht": "zeilen", "q": "radweg", "seite": "expenditure", "zuordnung": "zugeordnet"}
    )
    assert [row[0]["text"] for row in shown.context["table"]["rows"]] == ["I1 Radweg am Fluss"]
    place = next(
        place
        for place, column in enumerate(shown.context["table"]["columns"])
        if column["label"] == "Zusammen"
    )
    rows = lead.get(page, {"sicht": "zeilen", "ordnung": str(place)}).context["table"]["rows"]
    assert [row[0]["text"] for row in rows][:2] == ["I3 Feuerwehrfahrzeug", "I2 Freibad, Becken"]
    for wrong in ({"sicht": "quatsch"}, {"haushalt": "nichtda"}, {"feld": "nichtda"}, {"bezirk": "nichtda"}):
        assert lead.get(page, wrong).status_code == 404


def test_the_workbook_has_a_sheet_for_each_view_with_amounts_as_numbers(city, as_role):
    answer = as_role("project-lead").get(reverse("budget-workbook"))
    book = load_workbook(BytesIO(b"".join(answer)))
    assert len(book.sheetnames) == 1 + len(VIEWS)
    about = [row[0].value for row in book.worksheets[0].rows]
    assert about[0] == "Haushalt 2027" and "Kämmerei" in about
    sheet = book["Alle Zeilen"]
    heads = [cell.value for cell in sheet[1]]
    assert sum(row[heads.index("2027")].value for row in list(sheet.rows)[1:]) == 968_000


def test_a_line_is_matched_judged_and_loosened_on_its_page(city, as_role):
    lead, where = as_role("project-lead"), reverse("budget-line", args=[city["plan"].key, city["open"].key])
    assert "Noch hat niemand gesagt" in words(lead.get(where))
    assert (
        lead.post(where, {"was": "zuordnen", "measure": city["poor"].pk, "note": "erster Teil"}).status_code
        == 302
    )
    assert "M 3 Hitzeaktionsplan" in words(lead.get(where)) and "erster Teil" in words(lead.get(where))
    refused = lead.post(where, {"was": "sagen", "is_without_measure": "on", "version": "1"})
    assert refused.status_code == 400 and "Bitte lösen Sie zuerst die Zuordnung" in words(refused)
    match = BudgetMatch.objects.get(line=city["open"])
    lead.post(where, {"was": "loesen", "zuordnung": match.key, "version": match.version})
    assert (
        lead.post(
            where, {"was": "sagen", "is_without_measure": "on", "duty": "voluntary", "version": "1"}
        ).status_code
        == 302
    )
    city["open"].refresh_from_db()
    assert (city["open"].is_without_measure, city["open"].duty) == (True, "voluntary")
    sent = {"was": "zuordnen", "measure": city["poor"].pk}
    assert as_role("department").post(where, sent).status_code == 403
    assert as_role("council").post(where, sent).status_code == 404, "nobody outside knows of it"


def test_a_budget_is_changed_published_and_deleted_on_its_pages(city, as_role):
    lead, key = as_role("project-lead"), city["plan"].key
    edit = reverse("budget-edit", args=[key])
    form = lead.get(edit).context["form"]
    same = {name: form[name].value() if form[name].value() is not None else "" for name in form.fields}
    assert lead.post(edit, {**same, "title": "Haushalt 2027/28", "last_year": "2028"}).status_code == 302
    wrong = lead.post(edit, {**same, "version": 2, "last_year": "2020"})
    assert wrong.status_code == 400 and "vor dem ersten" in words(wrong)
    assert lead.post(edit, {**same, "title": "Anders"}).status_code == 409
    act = reverse("budget-act", args=[key])
    lead.post(act, {"was": "veroeffentlichen", "version": 2})
    assert BudgetPlan.objects.get(key=key).is_public
    lead.post(act, {"was": "zurueckziehen", "version": 3})
    lead.post(act, {"was": "loeschen", "version": 4})
    assert not BudgetPlan.objects.filter(key=key).exists() and not BudgetMatch.objects.exists()
    assert Change.objects.filter(item_id=city["bike"].pk, differences__has_key="budget_match").exists()
