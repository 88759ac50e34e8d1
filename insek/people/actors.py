"""Who acts: every service and every query asks an :class:`Actor`, never a request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import rules
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from .models import Membership, Right

if TYPE_CHECKING:
    from .models import Role, User


@dataclass(frozen=True)
class Actor:
    """A person or the program itself, with the rights it holds right now."""

    user_id: int | None = None
    name: str = ""
    unit_id: int | None = None
    rights: frozenset[str] = field(default_factory=frozenset)
    roles: tuple[str, ...] = ()
    roles_in_waiting: tuple[str, ...] = ()
    """Roles that count only with a second factor, which the person has not set up."""

    def has(self, right: str) -> bool:
        """Whether one of the roles gives this right."""
        return right in self.rights

    def with_rights(self, *rights: str) -> Actor:
        """The same actor with these rights added; the permission was checked before."""
        return replace(self, rights=self.rights | set(rights))

    @property
    def sees_internal(self) -> bool:
        """Whether internal items are visible."""
        return Right.SEE_INTERNAL in self.rights


ANONYMOUS = Actor()
PROGRAM = Actor(name="INSEK", rights=frozenset(Right.values))
"""The program itself: imports, jobs, the command line."""


def actor_for(user: User | Any) -> Actor:
    """Read the rights of a user. Costs one query; none for anonymous visitors."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return ANONYMOUS
    memberships = Membership.objects.current().filter(user=user).select_related("role")
    return actor_with(user, [membership.role for membership in memberships])


def actor_with(user: User, held: Sequence[Role]) -> Actor:
    """A person with these roles in force; those that want a second factor count only where the person has one."""
    has_factor = user.has_second_factor
    roles = [role for role in held if has_factor or not role.second_factor]
    return Actor(
        user_id=user.pk,
        name=str(user),
        unit_id=user.unit_id,
        rights=frozenset(right for role in roles for right in role.rights),
        roles=tuple(sorted({role.pk for role in roles})),
        roles_in_waiting=tuple(sorted({role.pk for role in held} - {role.pk for role in roles})),
    )


def actor_of(request: HttpRequest) -> Actor:
    """Who asks: what the middleware put on the request."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # put there by the middleware
    return actor


def require(actor: Actor, permission: str, obj: Any = None) -> None:
    """Raise PermissionDenied unless the rule of that name holds for the actor."""
    if not rules.test_rule(permission, actor, obj):
        raise PermissionDenied(permission)


def holds(right: str) -> Any:
    """A rules predicate: the actor holds this right."""

    @rules.predicate(name=f"holds:{right}")
    def predicate(actor: Actor) -> bool:
        return actor.has(right)

    return predicate
