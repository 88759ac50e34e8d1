"""What can be done with people: create a login, give and end a role, make the demo logins."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import transaction

from .actors import Actor, require
from .models import Body, Membership, Role, Unit, User
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
    first_name: str,
    last_name: str,
    email: str,
    unit: Unit | None,
    is_active: bool,
    actor: Actor,
) -> User:
    """Change a login. Raises LastAdministrator when the only administrator would be locked out."""
    require(actor, "people.manage")
    user.first_name, user.last_name, user.email, user.unit = first_name, last_name, email, unit
    user.is_active = is_active
    user.save()
    _refuse_losing_last_administrator()
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
    """Give a role, for a time, or change its dates where the user has it already."""
    require(actor, "people.manage")
    membership, _created = Membership.objects.update_or_create(
        user=user, role=role, body=body, defaults={"starts": starts, "ends": ends}
    )
    _refuse_losing_last_administrator()
    return membership


@transaction.atomic
def end_role(membership: Membership, *, actor: Actor) -> None:
    """Take a role away at once."""
    require(actor, "people.manage")
    membership.delete()
    _refuse_losing_last_administrator()


def _refuse_losing_last_administrator() -> None:
    keepers = Membership.objects.current().filter(user__is_active=True, role__key="administrator")
    if Role.objects.filter(key="administrator", memberships__isnull=False).exists() and not keepers.exists():
        raise LastAdministrator
    if not keepers.exists() and not settings.INSEK_ENV == "test":
        raise LastAdministrator


DEMO_PASSWORD = "kaiserslautern"
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
        Membership.objects.get_or_create(user=user, role=role, body=None)
        rows.append((username, DEMO_PASSWORD, role.name))
    return rows
