"""Roles from groups: what the city's sign-in service says of a person, by a table that administrators keep in the browser.

With each sign-in over the service the person has the roles of its groups and no other that came from a group. What an
administrator gave by hand stays as it is while it is in force; where it is over, the group gives it. Who was the last to manage people keeps that, and it is said in the log.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from .actors import Actor, require
from .locking import claim_version, hold_version
from .models import Body, GroupRole, Membership, Role, RoleChange, Unit, User
from .services import LastAdministrator, note_role, somebody_stays

logger = logging.getLogger("insek.signin")

MOST_GROUPS = 2000
LONGEST_GROUP = 200


class GroupsUnreadable(Exception):
    """The claim of groups is there, but no list of names."""


def groups_in(claims: Mapping[str, Any], path: str = "") -> frozenset[str]:
    """The groups that the claims name, none where the claim is missing. Raises GroupsUnreadable.

    The claim is the one of INSEK_OIDC_GROUPS; dots lead into objects (``realm_access.roles``). One name alone may stand as a text.
    """
    path = path or settings.INSEK_OIDC_GROUPS
    found: Any = claims
    if path in claims:
        found = claims[path]
    else:
        for name in path.split("."):
            if not isinstance(found, Mapping):
                raise GroupsUnreadable(path)
            found = found.get(name)
            if found is None:
                return frozenset()
    if found is None:
        return frozenset()
    names = [found] if isinstance(found, str) else found
    if not isinstance(names, list) or len(names) > MOST_GROUPS or not all(isinstance(n, str) for n in names):
        raise GroupsUnreadable(path)
    return frozenset(_bare(name) for name in names if name)


def _bare(group: str) -> str:
    """A group as the table has it; Keycloak writes a path with a slash before it."""
    return group.strip().removeprefix("/")


def group_roles(groups: Collection[str] | None = None) -> QuerySet[GroupRole]:
    """The table, or what it says of these groups. One query."""
    rows = GroupRole.objects.select_related("role", "body", "unit")
    return rows if groups is None else rows.filter(group__in=groups)


def gives_a_role(groups: Collection[str]) -> bool:
    """Whether one of the groups gives a role here. One query."""
    return group_roles(groups).exists()


@transaction.atomic
def follow_groups(user: User, groups: Collection[str]) -> None:
    """Give the roles of these groups and take away those of others; the unit, where a group names one."""
    rows = list(group_roles(groups))
    wanted = {(row.role_id, row.body_id): row for row in rows}
    held = {(each.role_id, each.body_id): each for each in user.memberships.select_related("role")}
    in_force = set(Membership.objects.filter(user=user).current().values_list("pk", flat=True))
    for key, row in wanted.items():
        if key not in held:
            made = Membership.objects.create(user=user, role=row.role, body=row.body, by_group=True)
            note_role(made, RoleChange.Act.GIVEN, None)
        elif held[key].pk not in in_force:
            _take_over(held[key])
    for key, membership in held.items():
        if membership.by_group and key not in wanted:
            _take(membership)
    unit = next((row.unit_id for row in rows if row.unit_id is not None), None)
    if unit is not None and unit != user.unit_id:
        User.objects.filter(pk=user.pk).update(unit=unit, version=F("version") + 1)
        user.unit_id = unit


def _take_over(membership: Membership) -> None:
    """A role given by hand that is over, or has not begun, is the group's from now on: it is in force and goes with the group."""
    membership.starts = membership.ends = None
    membership.by_group = True
    membership.save(update_fields=["starts", "ends", "by_group"])
    note_role(membership, RoleChange.Act.GIVEN, None)


def _take(membership: Membership) -> None:
    try:
        with transaction.atomic(), somebody_stays():
            note_role(membership, RoleChange.Act.ENDED, None)
            membership.delete()
    except LastAdministrator:
        logger.warning("the last administrator keeps a role that no group gives any more")


@transaction.atomic
def add_group_role(
    *, group: str, role: Role, body: Body | None, unit: Unit | None, actor: Actor
) -> GroupRole:
    """Put a line into the table. It counts from the next sign-in on. Raises ValidationError where it stands there already."""
    require(actor, "people.manage")
    row = GroupRole(group=_bare(group), role=role, body=body, unit=unit)
    if GroupRole.objects.filter(group=row.group, role=role, body=body).exists():
        raise ValidationError({"group": _("Diese Gruppe gibt diese Rolle schon.")})
    row.full_clean(exclude=["role", "body", "unit"])
    row.save(force_insert=True)
    return row


@transaction.atomic
def change_group_role(
    row: GroupRole, *, expected_version: int, group: str, role: Role, body: Body | None, unit: Unit | None,
    actor: Actor,
) -> GroupRole:  # fmt: skip
    """Change a line. Raises Conflict, and ValidationError where the same stands there already."""
    require(actor, "people.manage")
    group = _bare(group)
    if GroupRole.objects.filter(group=group, role=role, body=body).exclude(pk=row.pk).exists():
        raise ValidationError({"group": _("Diese Gruppe gibt diese Rolle schon.")})
    claim_version(row, expected_version)
    row.group, row.role, row.body, row.unit = group, role, body, unit
    row.full_clean(exclude=["role", "body", "unit"])
    row.save()
    return row


@transaction.atomic
def remove_group_role(row: GroupRole, *, expected_version: int, actor: Actor) -> None:
    """Take a line out; who has the role by this group alone loses it at the next sign-in. Raises Conflict."""
    require(actor, "people.manage")
    hold_version(row, expected_version)
    row.delete()
