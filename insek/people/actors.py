"""Who acts: every service and every query asks an :class:`Actor`, never a request."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import rules
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from .models import Membership, Right

if TYPE_CHECKING:
    from .models import User


@dataclass(frozen=True)
class Actor:
    """A person or the program itself, with the rights it holds right now."""

    user_id: int | None = None
    name: str = ""
    unit_id: int | None = None
    rights: frozenset[str] = field(default_factory=frozenset)
    roles: tuple[str, ...] = ()

    def has(self, right: str) -> bool:
        """Whether one of the roles gives this right."""
        return right in self.rights

    def with_rights(self, *rights: str) -> Actor:
        """The same actor with these rights added; the permission was checked before."""
        return Actor(self.user_id, self.name, self.unit_id, self.rights | set(rights), self.roles)

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
    memberships = list(Membership.objects.current().filter(user=user).select_related("role"))
    rights = frozenset(right for membership in memberships for right in membership.role.rights)
    return Actor(
        user_id=user.pk,
        name=str(user),
        unit_id=user.unit_id,
        rights=rights,
        roles=tuple(sorted({membership.role_id for membership in memberships})),
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
