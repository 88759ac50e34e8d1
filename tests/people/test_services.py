"""Somebody can always manage people, and two administrators never overwrite each other."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from insek.people.actors import PROGRAM
from insek.people.locking import Conflict
from insek.people.models import Body, Membership, Role, Unit, User
from insek.people.services import (
    LastAdministrator,
    change_body,
    change_unit,
    create_body,
    create_unit,
    create_user,
    end_role,
    give_role,
    role_changes,
    update_user,
)
from tests.factories import make_actor, make_body, make_unit, make_user
from tests.reading import words

pytestmark = pytest.mark.django_db


def changed(user, **values):
    now = {name: getattr(user, name) for name in ("first_name", "last_name", "email", "unit", "is_active")}
    return update_user(user, expected_version=user.version, **{**now, **values}, actor=PROGRAM)


def test_an_installation_without_administrator_can_be_worked_in():
    user = make_user("planner")
    assert changed(user, is_active=False).is_active is False
    end_role(Membership.objects.get(), actor=PROGRAM)


def test_the_first_administrator_can_be_made():
    user = make_user(None)
    give_role(user, role=Role.objects.get(key="administrator"), actor=PROGRAM)
    assert Membership.objects.get().role_id == "administrator"


def test_the_last_administrator_is_neither_locked_nor_loses_the_role():
    user = make_user("administrator")
    with pytest.raises(LastAdministrator):
        changed(user, is_active=False)
    with pytest.raises(LastAdministrator):
        end_role(Membership.objects.get(), actor=PROGRAM)
    with pytest.raises(LastAdministrator):
        yesterday = timezone.localdate() - timedelta(days=1)
        give_role(user, role=Role.objects.get(key="administrator"), ends=yesterday, actor=PROGRAM)
    assert User.objects.get().is_active
    assert Membership.objects.get().ends is None


def test_an_end_in_the_future_locks_out_too():
    user = make_user("administrator")
    with pytest.raises(LastAdministrator):
        give_role(
            user,
            role=Role.objects.get(key="administrator"),
            ends=timezone.localdate() + timedelta(days=30),
            actor=PROGRAM,
        )
    assert Membership.objects.get().ends is None


def test_with_a_second_administrator_the_first_may_go():
    first, _second = make_user("administrator"), make_user("administrator")
    assert changed(first, is_active=False).is_active is False


def test_somebody_who_cannot_sign_in_yet_keeps_nothing_open():
    first = make_user("administrator")
    second = create_user(
        username="zweite", first_name="", last_name="", email="", unit=None, password=None, actor=PROGRAM
    )
    give_role(second, role=Role.objects.get(key="administrator"), actor=PROGRAM)
    with pytest.raises(LastAdministrator):
        changed(first, is_active=False)


def test_any_role_with_the_right_counts():
    Role.objects.create(key="eigene", name="Eigene", rights=["manage_people"])
    first, second = make_user("administrator"), make_user(None)
    give_role(second, role=Role.objects.get(key="eigene"), actor=PROGRAM)
    end_role(first.memberships.get(), actor=PROGRAM)
    assert not first.memberships.exists()


def test_who_was_slower_is_told_and_nothing_is_lost():
    user = make_user("planner", last_name="Alt")
    mine, theirs = User.objects.get(pk=user.pk), User.objects.get(pk=user.pk)
    changed(theirs, last_name="Neu")
    with pytest.raises(Conflict) as error:
        changed(mine, last_name="Meins")
    assert error.value.current.last_name == "Neu"
    assert User.objects.get(pk=user.pk).last_name == "Neu"


def test_only_managers_manage():
    user = make_user("planner")
    with pytest.raises(PermissionDenied):
        update_user(
            user, expected_version=1, first_name="", last_name="", email="", unit=None, is_active=False,
            actor=make_actor("project-lead"),
        )  # fmt: skip
    with pytest.raises(PermissionDenied):
        give_role(user, role=Role.objects.get(key="administrator"), actor=make_actor("project-lead"))


def test_keys_are_readable_and_never_doubled():
    names = {"name": "Referat für Grünflächen", "name_en": "", "abbreviation": "", "parent": None}
    assert create_unit(**names, actor=PROGRAM).key == "referat-fuer-gruenflaechen"
    assert create_unit(**names, actor=PROGRAM).key == "referat-fuer-gruenflaechen-2"
    assert create_body(name="???", name_en="", kind="council", actor=PROGRAM).key == "ohne-namen"
    assert Body.objects.count() == 1


def test_units_and_bodies_are_changed_by_managers_and_never_over_each_other():
    unit, body, above = make_unit("alt"), make_body("alt"), make_unit("oben")
    to = {"name": "Neu", "name_en": "New"}
    acts = [
        (unit, lambda version, actor: change_unit(unit, expected_version=version, **to, abbreviation="N", parent=above, actor=actor)),
        (body, lambda version, actor: change_body(body, expected_version=version, **to, kind="committee", actor=actor)),
    ]  # fmt: skip
    for row, act in acts:
        with pytest.raises(PermissionDenied):
            act(1, make_actor("project-lead"))
        assert act(1, PROGRAM) is row
        with pytest.raises(Conflict):
            act(1, PROGRAM)
        stored = type(row).objects.get(pk=row.pk)
        assert (stored.name, stored.name_en, stored.version, stored.key) == ("Neu", "New", 2, "alt")
    assert (Unit.objects.get(key="alt").parent, Unit.objects.get(key="alt").abbreviation) == (above, "N")
    assert Body.objects.get(key="alt").kind == "committee"
    with pytest.raises(PermissionDenied):
        create_body(name="Neu", name_en="", kind="council", actor=make_actor("planner"))
    with pytest.raises(PermissionDenied):
        create_unit(name="Neu", name_en="", abbreviation="", parent=None, actor=make_actor("planner"))


def test_a_unit_does_not_stand_below_itself():
    above = make_unit("oben")
    below = make_unit("unten", parent=above)
    with pytest.raises(ValidationError):
        change_unit(
            above, expected_version=1, name="Oben", name_en="", abbreviation="", parent=below, actor=PROGRAM
        )
    assert Unit.objects.get(key="oben").parent is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "title"), [("", "Ortsbeirat"), ("Ortsbeirat Hohenecken", "Ortsbeirat Hohenecken"), ("Bauausschuss", "Ortsbeirat (Bauausschuss)")],
)  # fmt: skip
def test_a_membership_names_its_body_once(body, title):
    user = make_user("ortsbeirat")
    membership = Membership.objects.get(user=user)
    membership.role.name = "Ortsbeirat"
    membership.body = Body(key="x", name=body) if body else None
    assert membership.title == title


def test_roles_have_a_history_of_who_gave_which_to_whom_that_administrators_read(client):
    boss, user = make_user("administrator"), make_user(None)
    client.force_login(boss)
    page = client.get(reverse("person-list"))
    assert reverse("intake-begin", args=["people"]) in page.content.decode()
    role = Role.objects.get(key="planner")
    tomorrow = timezone.localdate() + timedelta(days=1)
    for ends in ("", tomorrow.isoformat(), tomorrow.isoformat()):
        if not ends:
            client.post(reverse("role-give", args=[user.pk]), {"role": role.pk})
        else:
            client.post(reverse("role-change", args=[Membership.objects.get(user=user).pk]), {"ends": ends})
    client.post(reverse("role-end", args=[Membership.objects.get(user=user).pk]))
    assert [(row.act, row.by, row.ends) for row in role_changes(user)] == [
        ("ended", boss, tomorrow),
        ("changed", boss, tomorrow),
        ("given", boss, None),
    ]
    own, whole = (
        words(client.get(address)) for address in (reverse("person", args=[user.pk]), reverse("role-history"))
    )
    for page in (own, whole):
        assert "Planung entzogen" in page and "Planung gegeben" in page and str(boss) in page
    client.force_login(make_user("project-lead"))
    assert client.get(reverse("role-history")).status_code == 403
    user.delete()
    assert not role_changes().filter(role=role).exists(), "it goes with the person"
