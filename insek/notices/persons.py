"""Persons who are told something: those with a right, those who answer for a unit with their substitutes, and its heads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from insek import clock
from insek.people.actors import actor_with
from insek.people.models import Membership, Right, Role, User

from .models import AnswerLink, NoticeSettings, UnitDuty
from .register import Recipient, register_recipients, register_stopping

REPORTS = "reports"
"""Purpose of the links with which units without logins report on their measures."""


def user_key(user_id: int) -> str:
    """A person with a login as a recipient."""
    return f"user:{user_id}"


def look_up_users(keys: Sequence[str]) -> dict[str, Recipient]:
    """Persons who can sign in, with what they want to hear. Three queries."""
    ids = [int(key) for key in keys if key.isdigit()]
    users = list(User.objects.filter(pk__in=ids, is_active=True))
    wishes = {row.user_id: row for row in NoticeSettings.objects.filter(user__in=users)}
    held: dict[int, list[Role]] = {}
    for membership in Membership.objects.current().filter(user__in=users).select_related("role"):
        held.setdefault(membership.user_id, []).append(membership.role)
    found = {}
    for user in users:
        roles, wish = held.get(user.pk, []), wishes.get(user.pk)
        found[str(user.pk)] = Recipient(
            key=user_key(user.pk),
            email="" if wish is not None and wish.refused_on else user.email,
            name=str(user),
            language=wish.language if wish else "de",
            actor=actor_with(user, roles),
            muted=frozenset(wish.muted if wish else ()),
            is_weekly=wish is not None and wish.rhythm == NoticeSettings.Rhythm.WEEKLY,
            has_settings=True,
        )  # fmt: skip
    return found


def mute(key: str, kinds: Sequence[str]) -> bool:
    """Send a person no mail of these kinds any more; False where there is no such person."""
    user = User.objects.filter(pk=int(key)).first() if key.isdigit() else None
    if user is None:
        return False
    wish, _is_new = NoticeSettings.objects.get_or_create(user=user)
    wish.muted = sorted({*wish.muted, *kinds})
    wish.save(update_fields=["muted"])
    return True


def mark_refused(key: str) -> None:
    """Keep that a person's address refuses mail, until that person says that it is right again."""
    NoticeSettings.objects.update_or_create(user_id=int(key), defaults={"refused_on": clock.today()})


register_recipients("user", look_up_users, mark_refused)
register_stopping("user", mute)


def with_right(*rights: str) -> list[str]:
    """Everybody who can sign in and holds all of these rights now. Two queries."""
    roles = [role.pk for role in Role.objects.all() if set(rights) <= set(role.rights)]
    users = Membership.objects.current().filter(role__in=roles, user__is_active=True)
    return [user_key(pk) for pk in sorted(set(users.values_list("user", flat=True)))]


@dataclass
class UnitPeople:
    """Who answers for units, who their heads are, and who leads the project, as recipients."""

    answering: dict[int, list[str]] = field(default_factory=dict)
    heads: dict[int, list[str]] = field(default_factory=dict)
    leads: list[str] = field(default_factory=list)

    def who_answers(self, unit_id: int | None) -> list[str]:
        """Who is asked; nobody is named for a unit that has nobody: then the heads, then those who lead the project."""
        if unit_id is None:
            return self.leads
        return self.answering.get(unit_id) or self.who_heads(unit_id)

    def who_heads(self, unit_id: int | None) -> list[str]:
        """Whom it is told when nobody answered."""
        return (self.heads.get(unit_id) if unit_id is not None else None) or self.leads

    def has_nobody(self, unit_id: int) -> bool:
        """Whether nobody is there to answer for the unit."""
        return not self.answering.get(unit_id)


def unit_people(units: Iterable[int] | None, today: date) -> UnitPeople:
    """Who answers for these units today, None for all. Seven queries.

    Where nobody is named, those of the unit who may change its measures; where there is nobody with a login, those who have a
    personal link. Who is absent is told as well, and so is who stands in.
    """
    wanted = None if units is None else set(units)
    duties = UnitDuty.objects.filter(user__is_active=True)
    users = User.objects.filter(is_active=True, unit__isnull=False)
    links = AnswerLink.objects.valid().filter(purpose=REPORTS)
    if wanted is not None:
        duties, users, links = (
            duties.filter(unit__in=wanted),
            users.filter(unit__in=wanted),
            links.filter(unit__in=wanted),
        )
    named: dict[str, dict[int, list[int]]] = {part: {} for part in UnitDuty.Part.values}
    for unit, user, part in duties.values_list("unit", "user", "part"):
        named[part].setdefault(unit, []).append(user)
    able = {
        int(key.partition(":")[2]) for key in {*with_right(Right.EDIT_OWN_MEASURES), *with_right(Right.EDIT)}
    }
    by_unit: dict[int, list[int]] = {}
    for pk, unit_id in users.order_by("pk").values_list("pk", "unit"):
        if pk in able:
            by_unit.setdefault(unit_id, []).append(pk)
    away = _absent(today)
    found = UnitPeople(leads=with_right(Right.RELEASE))
    for unit in {*named[UnitDuty.Part.ANSWERS], *by_unit}:
        answering = named[UnitDuty.Part.ANSWERS].get(unit) or by_unit[unit]
        if any(user in away for user in answering):
            answering = [*answering, *named[UnitDuty.Part.SUBSTITUTE].get(unit, [])]
        found.answering[unit] = [user_key(user) for user in dict.fromkeys(answering)]
    for unit, key in links.values_list("unit", "key"):
        if unit not in {*named[UnitDuty.Part.ANSWERS], *by_unit}:
            found.answering.setdefault(unit, []).append(f"link:{key}")
    found.heads = {
        unit: [user_key(user) for user in heads] for unit, heads in named[UnitDuty.Part.HEAD].items()
    }
    return found


def _absent(today: date) -> set[int]:
    """Persons who said that they are away today. One query."""
    rows = NoticeSettings.objects.filter(absent_from__lte=today)
    return {row.user_id for row in rows if row.absent_until is None or row.absent_until >= today}
