"""`insek admin`: the first login, made by whoever may read the installation's settings."""

import sys
from getpass import getpass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from insek.people.actors import PROGRAM
from insek.people.models import Role, User
from insek.people.services import create_user, ensure_roles, give_role


class LoginRefused(Exception):
    """The login was not made; the message says why."""


def create_administrator(username: str) -> User:
    """Create a login with the role of administrator; the password is asked for, or read from a pipe's first line."""
    if User.objects.filter(username=username).exists():
        raise LoginRefused(
            f"Den Zugang {username} gibt es schon. Neues Passwort: insek manage changepassword {username}"
        )
    password = _ask_password()
    try:
        User.username_validator(username)
        validate_password(password, User(username=username))
    except ValidationError as error:
        raise LoginRefused("\n".join(error.messages)) from error
    with transaction.atomic():
        ensure_roles()
        user = create_user(
            username=username,
            first_name="",
            last_name="",
            email="",
            unit=None,
            password=password,
            actor=PROGRAM,
        )
        give_role(user, role=Role.objects.get(key="administrator"), actor=PROGRAM)
    return user


def _ask_password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass("Passwort (mindestens 12 Zeichen): ")
    if password != getpass("Noch einmal: "):
        raise LoginRefused("Die beiden Eingaben sind verschieden.")
    return password
