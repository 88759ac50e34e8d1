"""What can be done with people: logins, roles, units and bodies. Two administrators never overwrite each other."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext as _

from insek.engines.text.folding import fold

from .actors import Actor, require
from .locking import claim_version
from .models import Body, Membership, Right, Role, RoleChange, Unit, User
from .roles import DEFAULT_ROLES


class LastAdministrator(Exception):
    """Refused: nobody would be left who can manage people."""


@transaction.atomic
def ensure_roles() -> None:
    """Create the default roles that are missing; roles a city has changed stay as they are."""
    for position, (key, name, name_en, rights) in enumerate(DEFAULT_ROLES):
        Role.objects.get_or_create(
            key=key,
            defaults={
                "position": position,
                "name": name,
                "name_en": name_en,
                "rights": [str(r) for r in rights],
            },
        )


@transaction.atomic
def create_user(
    *,
    username: str,
    first_name: str,
    last_name: str,
    email: str,
    unit: Unit | None,
    password: str | None,
    actor: Actor,
) -> User:
    """Create a login without any role. ``password=None`` makes a login that cannot sign in yet."""
    require(actor, "people.manage")
    return User.objects.create_user(
        username=username,
        first_name=first_name,
        last_name=last_name,
        email=email,
        unit=unit,
        password=password,
    )


@transaction.atomic
def update_user(
    user: User,
    *,
    expected_version: int,
    first_name: str,
    last_name: str,
    email: str,
    unit: Unit | None,
    is_active: bool,
    actor: Actor,
) -> User:
    """Change a login. Raises Conflict, and LastAdministrator when nobody could manage people any more."""
    require(actor, "people.manage")
    with somebody_stays():
        claim_version(user, expected_version)
        user.first_name, user.last_name, user.email, user.unit = first_name, last_name, email, unit
        user.is_active = is_active
        user.save(update_fields=["first_name", "last_name", "email", "unit", "is_active"])
    return user


@transaction.atomic
def give_role(
    user: User,
    *,
    role: Role,
    actor: Actor,
    body: Body | None = None,
    starts: date | None = None,
    ends: date | None = None,
) -> Membership:
    """Give a role, for a time, or change its dates where the user has it already. Raises LastAdministrator.

    What came with a group at the sign-in service stays from then on, whatever the groups are.
    """
    require(actor, "people.manage")
    with somebody_stays():
        before = Membership.objects.filter(user=user, role=role, body=body).first()
        membership, created = Membership.objects.update_or_create(
            user=user, role=role, body=body, defaults={"starts": starts, "ends": ends, "by_group": False}
        )
    if created or before is None:
        note_role(membership, RoleChange.Act.GIVEN, actor)
    elif (before.starts, before.ends) != (starts, ends):
        note_role(membership, RoleChange.Act.CHANGED, actor)
    return membership


def note_role(membership: Membership, act: str, actor: Actor | None) -> None:
    """Write into the history of roles; without an actor it was a group at the sign-in service."""
    RoleChange.objects.create(
        user_id=membership.user_id, role_id=membership.role_id, body_id=membership.body_id, act=act,
        starts=membership.starts, ends=membership.ends,
        by_id=actor.user_id if actor is not None else None, by_group=actor is None,
    )  # fmt: skip


def role_changes(user: User | None = None) -> QuerySet[RoleChange]:
    """Who gave which role to whom and when, the newest first. One query."""
    rows = RoleChange.objects.select_related("user", "role", "body", "by")
    return rows.filter(user=user) if user is not None else rows


@transaction.atomic
def end_role(membership: Membership, *, actor: Actor) -> None:
    """Take a role away at once. Raises LastAdministrator."""
    require(actor, "people.manage")
    note_role(membership, RoleChange.Act.ENDED, actor)
    with somebody_stays():
        membership.delete()


@transaction.atomic
def change_role(
    role: Role, *, name: str, name_en: str, rights: list[str], second_factor: bool, seen: str, actor: Actor
) -> Role:
    """Name a role and say what it allows; ``seen`` is what it was when the page was opened (``state_of_role``).

    Raises ValidationError, also where somebody else was faster, and LastAdministrator when nobody could manage people any more.
    """
    require(actor, "people.manage")
    locked = {each.pk: each for each in Role.objects.select_for_update().order_by("pk")}
    now = locked[role.pk]
    if state_of_role(now) != seen:
        raise ValidationError(
            _(
                "Inzwischen hat jemand anderes diese Rolle geändert. Bitte öffnen Sie sie neu; gespeichert ist nichts."
            )
        )
    before = _managers([each.pk for each in locked.values() if Right.MANAGE_PEOPLE in each.rights])
    now.name, now.name_en = name, name_en
    now.rights = [right.value for right in Right if right.value in rights]
    now.second_factor = second_factor
    now.full_clean(exclude=["rights"])  # a role may allow nothing
    now.save(update_fields=["name", "name_en", "rights", "second_factor"])
    if before - _managers([each.pk for each in locked.values() if Right.MANAGE_PEOPLE in each.rights]):
        raise LastAdministrator
    return now


def state_of_role(role: Role) -> str:
    """Stands for how a role is called, what it allows and what it asks for."""
    return "|".join([role.name, role.name_en, *sorted(role.rights), "2" if role.second_factor else ""])


@transaction.atomic
def remove_unused_user(user: User, *, roles: Collection[int], actor: Actor) -> bool:
    """Delete a login that nobody has used: no password chosen, never signed in, unchanged, with these memberships alone.

    Returns whether it is gone; one that was used stays for what hangs on it. Raises LastAdministrator.
    """
    require(actor, "people.manage")
    other = user.memberships.exclude(pk__in=list(roles)).exists()
    if user.last_login is not None or user.has_usable_password() or user.version != 1 or other:
        return False
    with somebody_stays():
        user.delete()
    return True


@contextmanager
def somebody_stays() -> Iterator[None]:
    """Refuse what takes the management of people from the last who has it, or the last who has it without an end.

    An installation without anybody is left alone: that is how it begins.
    """
    managing = [
        role.pk for role in Role.objects.select_for_update().all() if Right.MANAGE_PEOPLE in role.rights
    ]
    before = _managers(managing)
    yield
    if before - _managers(managing):
        raise LastAdministrator


def _managers(roles: list[str]) -> set[str]:
    """Whether somebody who can sign in manages people today ("today"), and whether without an end ("lasting")."""
    holders = Membership.objects.current().filter(role__in=roles, user__is_active=True)
    unusable = UNUSABLE_PASSWORD_PREFIX
    ends = list(holders.exclude(user__password__startswith=unusable).values_list("ends", flat=True))
    return ({"today"} if ends else set()) | ({"lasting"} if None in ends else set())


@transaction.atomic
def create_unit(
    *, name: str, name_en: str, abbreviation: str, parent: Unit | None, actor: Actor, key: str = ""
) -> Unit:
    """Create an organisational unit; its key, which packages use, follows from its name and stays."""
    require(actor, "people.manage")
    unit = Unit(
        key=key or free_key(Unit, name), name=name, name_en=name_en, abbreviation=abbreviation, parent=parent
    )
    unit.full_clean()
    unit.save(force_insert=True)
    return unit


@transaction.atomic
def change_unit(
    unit: Unit,
    *,
    expected_version: int,
    name: str,
    name_en: str,
    abbreviation: str,
    parent: Unit | None,
    actor: Actor,
) -> Unit:
    """Change a unit. Raises Conflict, and ValidationError when it would stand below itself."""
    require(actor, "people.manage")
    above = parent
    while above is not None:
        if above.pk == unit.pk:
            raise ValidationError({"parent": _("Eine Einheit kann nicht zu sich selbst gehören.")})
        above = above.parent
    claim_version(unit, expected_version)
    unit.name, unit.name_en, unit.abbreviation, unit.parent = name, name_en, abbreviation, parent
    unit.full_clean()
    unit.save()
    return unit


@transaction.atomic
def create_body(*, name: str, name_en: str, kind: str, actor: Actor, key: str = "") -> Body:
    """Create a body; its key, which packages use, follows from its name and stays."""
    require(actor, "people.manage")
    body = Body(key=key or free_key(Body, name), name=name, name_en=name_en, kind=kind)
    body.full_clean()
    body.save(force_insert=True)
    return body


@transaction.atomic
def change_body(
    body: Body, *, expected_version: int, name: str, name_en: str, kind: str, actor: Actor
) -> Body:
    """Change a body. Raises Conflict."""
    require(actor, "people.manage")
    claim_version(body, expected_version)
    body.name, body.name_en, body.kind = name, name_en, kind
    body.full_clean()
    body.save()
    return body


def free_key(model: type[Unit] | type[Body], name: str) -> str:
    """A key that nobody has yet, readable: "Referat für Grünflächen" -> "referat-fuer-gruenflaechen"."""
    wanted = slugify(fold(name))[:44].strip("-") or "ohne-namen"
    taken = set(model.objects.filter(key__startswith=wanted).values_list("key", flat=True))
    return next(key for key in (wanted, *(f"{wanted}-{n}" for n in range(2, 100_000))) if key not in taken)


DEMO_PASSWORD = "kaiserslautern"
DEMO_BODIES = {"rat": "stadtrat", "ortsbeirat": "ortsbeirat-hohenecken"}
"""Where the demo's members of bodies sit."""
DEMO_USERS = [
    ("leitung", "Projektleitung", "project-lead", "stadtentwicklung"),
    ("planung", "Planung", "planner", "stadtentwicklung"),
    ("buero", "Planungsbüro", "practice", None),
    ("referat", "Fachreferat", "department", "tiefbau"),
    ("moderation", "Moderation", "moderator", None),
    ("rat", "Ratsmitglied", "council", None),
    ("ortsbeirat", "Ortsbeirat", "ortsbeirat", None),
    ("pruefung", "Prüfung", "auditor", None),
    ("verwaltung", "Administration", "administrator", None),
]


@transaction.atomic
def create_demo_users() -> list[tuple[str, str, str]]:
    """Make the demo logins; returns (username, password, role name) for each. Refused outside demo and tests."""
    if settings.INSEK_ENV not in {"demo", "test"}:
        raise RuntimeError("Demo logins exist only where INSEK_ENV is demo.")
    ensure_roles()
    rows = []
    units = {unit.key: unit for unit in Unit.objects.all()}
    bodies = {body.key: body for body in Body.objects.filter(key__in=DEMO_BODIES.values())}
    for username, name, role_key, unit_key in DEMO_USERS:
        role = Role.objects.get(key=role_key)
        user = User.objects.filter(username=username).first()
        if user is None:
            user = User.objects.create_user(
                username=username,
                last_name=f"Beispiel ({name})",
                password=DEMO_PASSWORD,
                is_demo=True,
                unit=units.get(unit_key or ""),
            )
        body = bodies.get(DEMO_BODIES.get(username, ""))
        if not Membership.objects.filter(user=user, role=role).exists():
            Membership.objects.create(user=user, role=role, body=body)
        rows.append((username, DEMO_PASSWORD, str(role)))
    return rows
