"""What the pages of this room share: who may come in, where one is, and how a refused form answers."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from insek.people.actors import actor_of

from ..actors import require
from ..breadcrumbs import staff_breadcrumb
from ..locking import Conflict
from ..provider import is_on
from ..services import LastAdministrator

View = Callable[..., HttpResponse]


def for_managers(view: View) -> View:
    """Only who manages people sees this page."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        require(actor_of(request), "people.manage")
        return view(request, *args, **kwargs)

    return guarded


def page_context(active: str, title: str, *steps: tuple[str, str]) -> dict[str, Any]:
    """Title, way back and the pages beside this one; ``active`` is the name of the list one is in."""
    places = [
        ("person-list", _("Personen")),
        ("role-list", _("Rollen")),
        ("unit-list", _("Organisationseinheiten")),
        ("body-list", _("Gremien")),
        *([("group-list", _("Gruppen"))] if is_on() or active == "group-list" else []),
    ]
    lists = [(label, reverse(name)) for name, label in places if name == active]
    return {
        "page_title": title,
        "active_nav": "account",
        "breadcrumb": staff_breadcrumb(*lists, *steps),
        "places": [
            {"label": label, "url": reverse(name), "is_active": name == active} for name, label in places
        ],
        "noindex": True,
    }


def save(form: forms.BaseForm, action: Callable[[], Any]) -> tuple[Any, list[dict[str, str]]]:
    """Call a service for a valid form.

    Returns what the service returned (None when it refused: the reason is in the form then) and, when somebody
    else was faster, what is stored now where it differs from what was typed.
    """
    try:
        return action(), []
    except ValidationError as error:
        for name, errors in getattr(error, "error_dict", {"": error}).items():
            form.add_error(name if name in form.fields else None, errors)
    except IntegrityError:
        form.add_error(None, _("Das widerspricht anderen Angaben, die es schon gibt. Nichts ist geändert."))
    except LastAdministrator:
        form.add_error(None, last_administrator())
    except Conflict as error:
        form.add_error(
            None, _("Inzwischen hat jemand anderes diese Angaben geändert. Ihre Eingaben stehen noch hier.")
        )
        form.data = {**_as_sent(form), "version": str(error.current.version)}
        return None, _stored_now(form, error.current)
    return None, []


def _as_sent(form: forms.BaseForm) -> dict[str, Any]:
    """What was typed, as the form showed it."""
    return {name: form[name].data for name in form.fields}


def last_administrator() -> str:
    """Why the last administrator stays."""
    return _(
        "Danach könnte niemand mehr auf Dauer Personen verwalten. Geben Sie zuerst einer anderen Person, die sich"
        " anmelden kann, eine Rolle mit diesem Recht."
    )


def _stored_now(form: forms.BaseForm, current: Any) -> list[dict[str, str]]:
    differing = []
    for name, typed in form.cleaned_data.items():
        stored = getattr(current, name, typed) if name != "version" else typed
        if hasattr(stored, "all"):
            stored, typed = list(stored.all()), list(typed)
        if (set(stored) != set(typed)) if isinstance(stored, list) else stored != typed:
            differing.append({"label": str(form.fields[name].label), "value": _as_text(form, name, stored)})
    return differing


def _as_text(form: forms.BaseForm, name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("ja") if value else _("nein")
    if isinstance(value, list):
        return ", ".join(str(part) for part in value) or _("niemand")
    choices = dict(getattr(form.fields[name], "choices", ())) if isinstance(value, str) else {}
    return str(choices.get(value, value)) if value not in (None, "") else _("leer")


def http_status(form: forms.BaseForm, conflict: list[dict[str, str]]) -> int:
    """409 when somebody was faster, 400 when something is wrong, else 200."""
    return 409 if conflict else 400 if form.errors else 200
