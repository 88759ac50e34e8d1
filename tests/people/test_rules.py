"""Who may do what: every rule of every room, role by role and thing by thing."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
import rules
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.utils import translation

from insek import clock
from insek.council.rules import OWN_CHECK, OWN_PAPER, checks_own_paper
from insek.people.actors import ANONYMOUS, PROGRAM, Actor, actor_for, actor_of, require
from insek.people.models import Membership, Right, Role
from insek.people.roles import DEFAULT_ROLES
from insek.people.services import create_demo_users, ensure_roles
from tests.factories import make_body, make_item, make_unit, make_user

RIGHTS = {key: {str(right) for right in rights} for key, _name, _name_en, rights in DEFAULT_ROLES}
UNIT, OTHER_UNIT = 7, 8
LEAD, EDITORS = {"project-lead"}, {"project-lead", "planner", "practice"}
INSIDERS = {*EDITORS, "department", "auditor", "administrator"}
BY_ROLE = {
    "thread.create_item": EDITORS,
    "thread.edit_item": EDITORS,
    "thread.release_item": LEAD,
    "thread.delete_item": {"project-lead", "planner"},
    "thread.link_items": EDITORS,
    "thread.see_history": INSIDERS,
    "concept.set_up": LEAD,
    "concept.begin": {*LEAD, "administrator"},
    "places.set_up_maps": {*LEAD, "administrator"},
    "documents.edit": EDITORS,
    "suggestions.decide": EDITORS,
    "suggestions.run": EDITORS,
    "suggestions.see": INSIDERS,
    "documents.release": LEAD,
    "intake.read_in": {*EDITORS, "administrator"},
    "strategy.edit_sheet": EDITORS,
    "thread.restore_item": EDITORS,
    "thread.reshape_items": EDITORS,
    "thread.see_gaps": INSIDERS,
    "council.adopt_edition": LEAD,
    "council.file_edition": LEAD,
    "council.explain_deviation": LEAD,
    "council.see_next_edition": INSIDERS,
    "council.work_for_edition": EDITORS,
    "council.see_criteria": INSIDERS,
    "council.edit_criteria": LEAD,
    "duties.edit_page": LEAD,
    "duties.answer_feedback": EDITORS,
    "intake.change_many": EDITORS,
    "intake.read_sheet": {*EDITORS, "department"},
    "items.share_view": EDITORS,
    "notices.assign": {*LEAD, "administrator"},
    "notices.give_link": {*LEAD, "administrator"},
    "notices.set_up": {"administrator"},
    "participation.edit_survey": EDITORS,
    "council.edit_group_votes": EDITORS,
    "participation.moderate": {"project-lead", "moderator"},
    "people.manage": {"administrator"},
    "steering.report": EDITORS,
    "steering.plan_steps": EDITORS,
    "steering.override_status": LEAD,
    "steering.set_target": EDITORS,
    "steering.see_waiting": INSIDERS,
    "steering.lead_round": LEAD,
    "steering.edit_budget": EDITORS,
    "steering.publish_budget": LEAD,
    "steering.answer_round": LEAD,
    "findings.arrange": EDITORS,
    "findings.rate": EDITORS,
    "findings.publish_ratings": LEAD,
    "evidence.see_protected": set(),  # in no role that an installation starts with: a city gives it to its statistics office
}
OF_A_THING = {
    "strategy.edit_money",
    "council.edit_succession", "thread.keep_for_edition",
    "thread.revise_proposal", "thread.withdraw_proposal", "council.edit_check", "council.confirm_check", "council.edit_consultation", "items.change_view",
    "steering.speak_in_round", "progress.write",
}  # fmt: skip
"""What is asked of one thing only; see below."""


def actor(role, unit=UNIT, user=1):
    return Actor(user_id=user, unit_id=unit, rights=frozenset(RIGHTS[role]), roles=(role,))


def may(name, who, thing=None):
    return bool(rules.test_rule(name, who, thing))


def test_every_rule_is_looked_at():
    assert set(rules.rulesets.default_rules) == {*BY_ROLE, *OF_A_THING}


@pytest.mark.parametrize("name", BY_ROLE)
def test_which_roles_may(name):
    assert {role for role in RIGHTS if may(name, actor(role))} == BY_ROLE[name]
    assert not may(name, ANONYMOUS)
    assert may(name, PROGRAM)


def test_what_the_roles_are_called_and_hold():
    names = {key: (name, name_en) for key, name, name_en, _rights in DEFAULT_ROLES}
    assert names == {
        "project-lead": ("Projektleitung", "Project lead"), "planner": ("Planung", "Planner"),
        "practice": ("Planungsbüro", "Planning practice"), "department": ("Fachstelle", "Department"),
        "moderator": ("Moderation", "Moderator"), "council": ("Mitglied des Rats", "Council member"),
        "ortsbeirat": ("Mitglied eines örtlichen Gremiums", "Member of a local body"), "auditor": ("Prüfung", "Auditor"),
        "administrator": ("Administration", "Administrator"),
    }  # fmt: skip
    assert RIGHTS["project-lead"] == set(Right.values) - {
        Right.MANAGE_PEOPLE,
        Right.EDIT_OWN_MEASURES,
        Right.SEE_PROTECTED,
    }
    assert RIGHTS["council"] == RIGHTS["ortsbeirat"] == set()


# Of one thing


@pytest.mark.parametrize(("status", "who"), [("draft", EDITORS), ("filed", LEAD), ("adopted", LEAD)])
def test_what_becomes_of_items_is_said_by_editors_until_it_is_public(status, who):
    edition = SimpleNamespace(status=status)
    assert {role for role in RIGHTS if may("council.edit_succession", actor(role), edition)} == who


def test_who_wrote_a_change_or_releases_it_keeps_it_for_an_edition():
    own, other = SimpleNamespace(author_id=1), SimpleNamespace(author_id=2)
    assert may("thread.keep_for_edition", actor("practice"), own)
    assert {role for role in RIGHTS if may("thread.keep_for_edition", actor(role), other)} == LEAD


@pytest.mark.parametrize(("visibility", "who"), [("internal", EDITORS), ("public", set())])
def test_a_progress_report_is_written_until_it_is_public(visibility, who):
    item = SimpleNamespace(visibility=visibility)
    assert {role for role in RIGHTS if may("progress.write", actor(role), item)} == who


@pytest.mark.django_db
def test_in_a_round_of_reports_a_department_speaks_for_its_own_unit_alone():
    own, other = SimpleNamespace(pk=UNIT), SimpleNamespace(pk=OTHER_UNIT)
    for name, lead in (("steering.speak_in_round", set()), ("steering.answer_round", LEAD)):
        assert {role for role in RIGHTS if may(name, actor(role), own)} == {"department", *lead}
        assert {role for role in RIGHTS if may(name, actor(role), other)} == lead


@pytest.fixture
def units(db):
    return make_unit("tiefbau"), make_unit("schulen")


def test_a_department_may_with_what_is_its_own(concept, units):
    own, other = units
    who, planner = actor("department", own.pk), actor("planner", own.pk)
    measure = make_item("measure", responsible=own, visibility="internal")
    paper = make_item("paper", unit=own, visibility="internal")
    strange = [
        make_item("measure", responsible=other),
        make_item("measure"),
        make_item("paper", unit=other),
        make_item("goal"),
    ]
    for name in ("thread.edit_item", "steering.report", "steering.plan_steps"):
        assert may(name, who, measure)
        assert not any(may(name, who, item) for item in strange)
        assert not may(name, actor("department", None), measure)
        assert not may(name, actor("auditor", own.pk), measure)
    for name in ("thread.link_items", "thread.delete_item"):
        assert may(name, who, paper)
        assert not may(name, who, measure), "measures are begun by the project"
        assert not any(may(name, who, item) for item in strange)
        assert may(name, planner, paper)


def test_a_department_begins_papers_and_checks_and_nothing_else(units):
    who = actor("department", units[0].pk)
    assert {kind for kind in ("paper", "concept_check", "measure", "goal", "resolution") if may("thread.create_item", who, kind)} == {
        "paper", "concept_check",
    }  # fmt: skip
    assert not may("thread.create_item", actor("department", None), "paper")
    assert not may("thread.create_item", actor("auditor", units[0].pk), "paper")
    assert may("thread.create_item", actor("planner"), "goal")


def test_what_is_public_or_frozen_is_not_deleted_by_everybody(concept, units):
    own = units[0]
    public, paper = make_item("goal"), make_item("paper", unit=own)
    frozen = make_item("concept_check", unit=own, paper=paper.paper, visibility="internal")
    begun = make_item("concept_check", unit=own, visibility="internal", status="draft", final_on=None)
    lead, planner, department = actor("project-lead"), actor("planner"), actor("department", own.pk)
    assert [may("thread.delete_item", who, public) for who in (lead, planner)] == [True, False]
    assert not may("thread.delete_item", department, paper)
    assert not any(may("thread.delete_item", who, frozen) for who in (lead, planner, department))
    assert all(may("thread.delete_item", who, begun) for who in (lead, planner, department))
    for name in ("council.edit_check",):
        assert all(may(name, who, begun) for who in (lead, planner, department))
        assert not any(may(name, who, frozen) for who in (lead, planner, department))
        assert not may(name, actor("department", units[1].pk), begun)
        assert not may(name, actor("auditor", own.pk), begun)
        assert not may(
            name,
            actor("department", None),
            make_item("concept_check", visibility="internal", status="draft", final_on=None),
        )
    assert may("council.confirm_check", lead, begun) and not may("council.confirm_check", lead, frozen)
    assert not any(may("council.confirm_check", who, begun) for who in (planner, department))
    assert may("council.edit_consultation", department, paper)
    assert may("council.edit_consultation", planner, paper)
    assert not may("council.edit_consultation", actor("department", units[1].pk), paper)


def test_a_unit_checks_its_own_papers_and_matters_without_one():
    def check(unit):
        return SimpleNamespace(paper=unit and SimpleNamespace(unit_id=unit))

    assert [checks_own_paper(check(unit), UNIT) for unit in (None, UNIT, OTHER_UNIT)] == [True, True, False]


def test_what_a_unit_enters_are_fields_that_exist():
    from insek.thread.kinds import kind_named
    from insek.thread.services import ITEM_FIELDS

    assert {"title", "text", "standing", "visibility"} <= OWN_PAPER & OWN_CHECK
    assert {"reference", "date"} == OWN_PAPER - OWN_CHECK
    assert {"paper", "weight", "measures", "paragraph"} <= OWN_CHECK - OWN_PAPER
    for kind, names in (("paper", OWN_PAPER), ("concept_check", OWN_CHECK)):
        spec = kind_named(kind)
        known = {column.name for column in spec.model._meta.get_fields()} | ITEM_FIELDS | {"fields", "themes"}
        assert names <= known
        assert not names & {"unit", "status", "final_on"}


def test_a_proposal_is_its_authors_until_its_item_is_gone(concept):
    goal = make_item("goal")
    own = SimpleNamespace(author_id=1, item_id=goal.pk)
    lost = SimpleNamespace(author_id=None, item_id="gibtsnie")
    author, other, lead = actor("planner"), actor("planner", user=2), actor("project-lead", user=3)
    for name in ("thread.revise_proposal", "thread.withdraw_proposal"):
        assert [may(name, who, own) for who in (author, other, lead, ANONYMOUS)] == [
            True,
            False,
            False,
            False,
        ]
        assert not may(name, author, None)
        assert not may(name, ANONYMOUS, lost), "nobody is nobody's author"
    assert [may("thread.withdraw_proposal", who, lost) for who in (author, lead)] == [False, True]
    assert not may("thread.withdraw_proposal", lead, None)


def test_a_view_is_its_owners_and_a_shared_one_also_the_leads():
    own, shared = SimpleNamespace(owner_id=1, shared=False), SimpleNamespace(owner_id=1, shared=True)
    owner, other, lead = actor("planner"), actor("planner", user=2), actor("project-lead", user=3)
    who = (owner, other, lead, ANONYMOUS)
    assert [may("items.change_view", each, own) for each in who] == [True, False, False, False]
    assert [may("items.change_view", each, shared) for each in who] == [True, False, True, False]
    assert not may("items.change_view", lead, None)
    assert not may("items.change_view", ANONYMOUS, SimpleNamespace(owner_id=None, shared=False))


def test_the_gate_is_a_rule_too(concept):
    from insek.thread.rules import sees

    inside = make_item("goal", visibility="internal")
    assert [sees(who, inside) for who in (PROGRAM, ANONYMOUS)] == [True, False]
    assert not sees(PROGRAM, None)


# Who acts


def test_the_rights_of_a_person_are_those_of_the_roles_in_force(db):
    user = make_user("planner", unit=make_unit("tiefbau"))
    today = clock.today()
    give = [
        ("auditor", None, None),
        ("moderator", today, today),
        ("administrator", today + timedelta(days=1), None),
        ("council", None, None),
    ]
    for key, starts, ends in give:
        Membership.objects.create(user=user, role=Role.objects.get(key=key), starts=starts, ends=ends)
    Membership.objects.filter(role="council").update(ends=today - timedelta(days=1))
    make_user("project-lead")
    who = actor_for(user)
    assert who.roles == ("auditor", "moderator", "planner")
    assert who.rights == RIGHTS["planner"] | RIGHTS["moderator"]
    assert (who.user_id, who.unit_id, who.name) == (user.pk, user.unit_id, str(user))
    assert (who.has("moderate"), who.has("release"), who.sees_internal) == (True, False, True)
    user.is_active = False
    assert actor_for(user) is ANONYMOUS
    assert actor_for(AnonymousUser()) is actor_for(SimpleNamespace(is_active=True)) is ANONYMOUS
    assert not ANONYMOUS.sees_internal
    assert actor_of(SimpleNamespace(actor=who)) is who


def test_more_rights_for_one_act_leave_the_person_as_it_was():
    who = actor("planner")
    more = who.with_rights(Right.RELEASE)
    assert (more.rights, who.rights) == (RIGHTS["planner"] | {"release"}, RIGHTS["planner"])
    assert (more.user_id, more.unit_id, more.roles, more.name) == (
        who.user_id,
        who.unit_id,
        who.roles,
        who.name,
    )


def test_the_program_may_everything_and_is_called_by_its_name():
    assert (PROGRAM.name, PROGRAM.user_id, PROGRAM.rights) == ("INSEK", None, frozenset(Right.values))
    require(PROGRAM, "people.manage")
    with pytest.raises(PermissionDenied, match=r"people\.manage"):
        require(ANONYMOUS, "people.manage")


def test_default_roles_are_made_once_and_a_changed_one_stays(db):
    Role.objects.all().delete()
    ensure_roles()
    Role.objects.filter(key="planner").update(rights=["edit"], name="Stadtplanung")
    ensure_roles()
    assert [role.key for role in Role.objects.order_by("position")] == list(RIGHTS)
    planner, lead = Role.objects.get(key="planner"), Role.objects.get(key="project-lead")
    assert (planner.rights, planner.name) == (["edit"], "Stadtplanung")
    assert (set(lead.rights), lead.name) == (RIGHTS["project-lead"], "Projektleitung")
    with translation.override("en"):
        assert str(lead) == "Project lead"


def test_demo_logins_sit_where_they_belong_and_exist_in_the_demo_alone(db, settings):
    Role.objects.all().delete()
    (
        make_unit("tiefbau"),
        make_unit("stadtentwicklung"),
        make_body("stadtrat"),
        make_body("ortsbeirat-hohenecken"),
    )
    rows = create_demo_users()
    assert create_demo_users() == rows
    assert len({username for username, _password, _role in rows}) == len(rows) == len(RIGHTS)
    seats = {
        row.user.username: (
            row.role_id,
            row.user.unit and row.user.unit.key,
            row.body and row.body.key,
            row.user.is_demo,
        )
        for row in Membership.objects.select_related("user__unit", "body")
    }
    assert len(seats) == Membership.objects.count() == len(rows)
    assert seats["leitung"] == ("project-lead", "stadtentwicklung", None, True)
    assert seats["referat"] == ("department", "tiefbau", None, True)
    assert seats["rat"] == ("council", None, "stadtrat", True)
    assert seats["ortsbeirat"] == ("ortsbeirat", None, "ortsbeirat-hohenecken", True)
    assert {row.user.username: row.user.last_name for row in Membership.objects.all()} == {
        "leitung": "Beispiel (Projektleitung)", "planung": "Beispiel (Planung)", "buero": "Beispiel (Planungsbüro)",
        "referat": "Beispiel (Fachreferat)", "moderation": "Beispiel (Moderation)", "rat": "Beispiel (Ratsmitglied)",
        "ortsbeirat": "Beispiel (Ortsbeirat)", "pruefung": "Beispiel (Prüfung)", "verwaltung": "Beispiel (Administration)",
    }  # fmt: skip
    settings.INSEK_ENV = "production"
    with pytest.raises(RuntimeError, match="demo"):
        create_demo_users()
