"""Second factors: codes of an app (TOTP, RFC 6238) and, for a phone that is lost, codes on paper; reckoned by django-allauth.

Its secrets are kept encrypted under the key of the installation. Where a person has a second factor, whoever signs in is asked for
a code before there is a session, whatever way was taken (``signing_in.sign_in``); a new second factor, and the end of one, ends all sessions.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Sequence
from io import BytesIO
from urllib.parse import quote, urlencode

import segno
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, validate_totp_code
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.safestring import SafeString, mark_safe

from . import counting
from .actors import Actor, require
from .counting import Limit
from .models import AccessChange, User

CODE_TIME = 120
"""Seconds in which a code counts once: it holds for a minute and a half."""
TRIES = ((10, 15 * 60), (40, 24 * 3600))
"""Wrong codes of one person and the seconds in which they count: whoever tries knows the password already."""
_APP_CODE = re.compile(r"[0-9]{6}", re.ASCII)
_PAPER_CODE = re.compile(r"[0-9]{12}", re.ASCII)


class KeptSecrets(DefaultMFAAdapter):
    """What django-allauth keeps of a second factor is encrypted: a copy of the database makes no codes."""

    def encrypt(self, text: str) -> str:
        """Encrypt under the key of the installation."""
        return _cipher().encrypt(text.encode()).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        """The secret again. Raises InvalidToken where the installation has another key than then."""
        return _cipher().decrypt(encrypted_text.encode()).decode()


def _cipher() -> Fernet:
    key = hashlib.sha256(f"insek.second-factor:{settings.SECRET_KEY}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def new_secret() -> str:
    """A secret for an app, in letters that can be typed (base32)."""
    return generate_totp_secret()


def otpauth_address(user: User, secret: str, issuer: str) -> str:
    """What the square pattern holds, for apps (Key Uri Format): nothing of it leaves this page."""
    label = quote(f"{issuer}:{user.username}", safe=":")
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': issuer}, quote_via=quote)}"


def pattern(address: str) -> SafeString:
    """The square pattern as SVG, black on white whatever the colours of the page are; drawn here, nobody else is asked."""
    out = BytesIO()
    segno.make(address, micro=False, error="m").save(
        out, kind="svg", border=4, dark="#000", light="#fff", xmldecl=False, svgns=False, svgclass=None,
        lineclass=None, omitsize=True, nl=False,
    )  # fmt: skip
    return mark_safe(out.getvalue().decode("ascii"))  # noqa: S308  (drawn here, from an address of our own)


def holds_code(secret: str, code: str) -> bool:
    """Whether an app with this secret shows the code now."""
    code = _signs(code)
    return bool(_APP_CODE.fullmatch(code)) and validate_totp_code(secret, code)


def _signs(code: str) -> str:
    """A code without the spaces and hyphens it is shown with."""
    return re.sub(r"[\s-]", "", code)


def tried_too_often(user: User) -> bool:
    """Count a try of a code and say whether it is one too many: then no code is looked at."""
    return counting.too_often([Limit(f"factor:{user.pk}:{time}", most, time) for most, time in TRIES])


def is_right(user: User, code: str) -> bool:
    """Whether this code of the app or of the paper is right; each counts once. Says so in the history for one on paper.

    Call ``tried_too_often`` before it. A right code begins the counts anew.
    """
    code = _signs(code)
    rows = {row.type: row for row in Authenticator.objects.filter(user=user)}
    right = False
    try:
        if _APP_CODE.fullmatch(code) and Authenticator.Type.TOTP in rows:
            valid = TOTP(rows[Authenticator.Type.TOTP]).validate_code(code)
            # django-allauth remembers used codes for each process alone
            right = valid and counting.is_first(f"factor-code:{user.pk}:{code}", CODE_TIME)
        elif _PAPER_CODE.fullmatch(code) and Authenticator.Type.RECOVERY_CODES in rows:
            right = RecoveryCodes(rows[Authenticator.Type.RECOVERY_CODES]).validate_code(code)
            if right:
                note_access(user, AccessChange.Act.CODE_USED, user.pk)
    except InvalidToken:
        return False
    if right:
        _count_anew(user)
    return right


def _count_anew(user: User) -> None:
    for _most, time in TRIES:
        counting.drop(f"factor:{user.pk}:{time}")


def note_access(user: User, act: str, by_id: int | None) -> None:
    """Write into the history of how a person signs in."""
    AccessChange.objects.create(user=user, act=act, by_id=by_id)


def access_changes(user: User) -> QuerySet[AccessChange]:
    """What happened to the ways in which a person signs in, the newest first. One query."""
    return AccessChange.objects.filter(user=user).select_related("by")


@transaction.atomic
def set_up(user: User, secret: str) -> list[str]:
    """Keep a second factor and make codes for the paper, which are returned; all other sessions of the person end."""
    _remove(user)
    TOTP.activate(user, secret)
    codes = RecoveryCodes.activate(user).get_unused_codes()
    _mark(user, secrets.token_hex(16))
    note_access(user, AccessChange.Act.FACTOR_SET, user.pk)
    return [_grouped(code) for code in codes]


@transaction.atomic
def make_paper_codes(user: User) -> list[str]:
    """Make new codes for the paper; the old ones are worth nothing from then on."""
    Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).delete()
    codes = RecoveryCodes.activate(user).get_unused_codes()
    note_access(user, AccessChange.Act.CODES_MADE, user.pk)
    return [_grouped(code) for code in codes]


def _grouped(code: str) -> str:
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def paper_codes_left(user: User) -> int:
    """How many codes on paper are unused. One query."""
    row = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    if row is None:
        return 0
    try:
        return len(RecoveryCodes(row).get_unused_codes())
    except InvalidToken:
        return 0


@transaction.atomic
def end(user: User) -> None:
    """The person switches the own second factor off; all other sessions of the person end."""
    _remove(user)
    _mark(user, "")
    note_access(user, AccessChange.Act.FACTOR_ENDED, user.pk)


@transaction.atomic
def reset(user: User, *, actor: Actor) -> bool:
    """An administrator takes away a second factor that is lost; all sessions of the person end. False where there is none.

    Raises PermissionDenied, also for the own one: whoever finds an open session shall not get rid of it.
    """
    require(actor, "people.manage")
    if actor.user_id == user.pk:
        raise PermissionDenied("own second factor")
    locked = User.objects.select_for_update().get(pk=user.pk)
    if not locked.factor_key:
        return False
    _remove(locked)
    _mark(locked, "")
    _count_anew(locked)
    note_access(locked, AccessChange.Act.FACTOR_RESET, actor.user_id)
    return True


def _remove(user: User) -> None:
    Authenticator.objects.filter(user=user).delete()


def _mark(user: User, key: str) -> None:
    User.objects.filter(pk=user.pk).update(factor_key=key, version=F("version") + 1)
    user.factor_key = key


def without_factor(users: Sequence[User]) -> list[User]:
    """Those of them who hold a role that wants a second factor, which they have not. One query."""
    from .models import Membership

    asked = Membership.objects.current().filter(role__second_factor=True, user__in=users)
    ids = set(asked.values_list("user", flat=True))
    return [user for user in users if user.pk in ids and not user.has_second_factor]
