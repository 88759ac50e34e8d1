"""Who comes from the city's sign-in service: known, linked by a confirmed address, made at the first sign-in, or refused.

The rules, in this order:

1. The key of the person at the service, together with the service, is linked here: it is that person, whatever name or address the
   service says now. A locked person stays outside.
2. Nobody is linked, INSEK_OIDC_LINK is ``verified-address``, the service says that it has confirmed the address, and exactly one
   person here has it, is not locked and is not linked to another key there: that person is linked, for good and written down.
3. Somebody here has the address, and 2 does not hold: refused. An address alone opens nothing.
4. A group of the person gives a role here: a login without a password is made. Otherwise refused.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from insek import clock
from insek.engines.text.folding import clean

from .actors import Actor, require
from .groups import follow_groups, gives_a_role, groups_in
from .models import AccessChange, User
from .second_factor import note_access

BY_ADDRESS = "verified-address"
LINKING = ("never", BY_ADDRESS)


class ArrivalRefused(Exception):
    """Nobody is signed in; ``reason`` is a key of the texts on the page that says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def person_of(claims: Mapping[str, Any]) -> User:
    """Who it is that the service speaks of, with the roles of the groups it names. Raises ArrivalRefused and GroupsUnreadable."""
    groups = groups_in(claims)
    try:
        return _person_of(claims, groups)
    except IntegrityError:  # the same person in two windows: the other one was faster
        return _person_of(claims, groups)


@transaction.atomic
def _person_of(claims: Mapping[str, Any], groups: frozenset[str]) -> User:
    user = _known(claims) or _linked(claims) or _made(claims, groups)
    follow_groups(user, groups)
    return user


def _known(claims: Mapping[str, Any]) -> User | None:
    row = (
        SocialAccount.objects.filter(provider=settings.INSEK_OIDC_ISSUER, uid=claims["sub"])
        .select_related("user")
        .first()
    )
    if row is None:
        return None
    if not row.user.is_active:
        raise ArrivalRefused("locked")
    SocialAccount.objects.filter(pk=row.pk).update(last_login=clock.now())
    user: User = row.user
    return user


def confirmed_address(claims: Mapping[str, Any]) -> str:
    """The address, where the service says in so many words that it has confirmed it; else nothing."""
    return _address(claims) if claims.get("email_verified") is True else ""


def _address(claims: Mapping[str, Any]) -> str:
    said = claims.get("email")
    try:
        validate_email(said)
    except ValidationError:
        return ""
    return str(said) if len(str(said)) <= 254 else ""


def _linked(claims: Mapping[str, Any]) -> User | None:
    """Whom a confirmed address links; nobody where no person here has the address. Raises ArrivalRefused for any other."""
    address = _address(claims)
    owners = list(User.objects.filter(email__iexact=address)[:2]) if address else []
    if not owners:
        return None
    if settings.INSEK_OIDC_LINK != BY_ADDRESS or not confirmed_address(claims) or len(owners) > 1:
        raise ArrivalRefused("address_taken")
    user = User.objects.select_for_update().get(pk=owners[0].pk)
    if not user.is_active:
        raise ArrivalRefused("locked")
    if account_of(user) is not None:
        raise ArrivalRefused("address_taken")
    _link(user, claims["sub"])
    note_access(user, AccessChange.Act.LINKED, None)
    return user


def _made(claims: Mapping[str, Any], groups: frozenset[str]) -> User:
    if not gives_a_role(groups):
        raise ArrivalRefused("no_role")
    user = User(
        username=_free_name(_text(claims, "preferred_username", 150)),
        first_name=_text(claims, "given_name", 150),
        last_name=_text(claims, "family_name", 150) or _text(claims, "name", 150),
        email=confirmed_address(claims),
    )
    user.set_unusable_password()
    user.save(force_insert=True)
    _link(user, claims["sub"])
    note_access(user, AccessChange.Act.MADE, None)
    return user


def _link(user: User, subject: str) -> None:
    SocialAccount.objects.create(user=user, provider=settings.INSEK_OIDC_ISSUER, uid=subject, extra_data={})


def _text(claims: Mapping[str, Any], name: str, longest: int) -> str:
    said = claims.get(name)
    text = clean(unicodedata.normalize("NFKC", said)).strip() if isinstance(said, str) else ""
    return " ".join(text.encode("utf-8", "ignore").decode().split())[:longest]


def _free_name(wanted: str) -> str:
    """A name for signing in that nobody has, whatever the case; it never leads to the login of somebody else."""
    wanted = "".join(sign for sign in wanted if sign.isalnum() or sign in "@.+-_")[:140] or "person"
    names = (wanted, *(f"{wanted}-{number}" for number in range(2, 100_000)))
    return next(name for name in names if not User.objects.filter(username__iexact=name).exists())


def account_of(user: User) -> SocialAccount | None:
    """The link to the service that is set up now. One query."""
    rows = SocialAccount.objects.filter(user=user, provider=settings.INSEK_OIDC_ISSUER)
    return rows.first() if settings.INSEK_OIDC_ISSUER else None


@transaction.atomic
def unlink(user: User, *, actor: Actor) -> bool:
    """Take the link to the service away: the account there opens nothing here any more. False where there is none."""
    require(actor, "people.manage")
    count, _by_model = SocialAccount.objects.filter(user=user).delete()
    if count:
        note_access(user, AccessChange.Act.UNLINKED, actor.user_id)
    return bool(count)
