"""Roles from groups beside roles that were given by hand for a time."""

from datetime import date

import pytest

from insek.people.actors import PROGRAM
from insek.people.groups import add_group_role, follow_groups
from insek.people.models import Role, RoleChange
from insek.people.services import give_role
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "dates", [{"ends": date(2026, 1, 31)}, {"starts": date(2099, 1, 1)}], ids=["over", "not begun"]
)
def test_a_role_by_hand_that_is_not_in_force_is_given_by_the_group(dates):
    planner = Role.objects.get(pk="planner")
    add_group_role(group="insek-planung", role=planner, body=None, unit=None, actor=PROGRAM)
    user = make_user("auditor", username="hand")
    give_role(user, role=planner, actor=PROGRAM, **dates)
    assert not user.memberships.current().filter(role=planner).exists()
    follow_groups(user, ["insek-planung"])
    follow_groups(user, ["insek-planung"])  # a second sign-in changes nothing
    held = user.memberships.current().get(role=planner)
    assert held.by_group and held.starts is None and held.ends is None
    by_group = RoleChange.objects.filter(user=user, by_group=True)
    assert [row.act for row in by_group] == ["given"]
    follow_groups(user, [])
    assert [row.role_id for row in user.memberships.all()] == ["auditor"]
