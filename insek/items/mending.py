"""The ways to mend a gap: a rule names one (``Gap.mend``), rooms register those that lead to pages of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from insek.thread.gaps import Gap


@dataclass(frozen=True)
class Mend:
    """A way to mend: the verb on its button, the rule that allows it, and the address for a torn place."""

    label: str | Promise
    rule: str
    address: Callable[[Gap, Any], str]


_mends: dict[str, Mend] = {}


def register_mend(name: str, mend: Mend) -> None:
    """Make a way to mend known under the name that gap rules use."""
    _mends[name] = mend


def mend_named(name: str) -> Mend:
    """The way of that name. Raises KeyError."""
    return _mends[name]


def page_of_subject(address: str) -> Callable[[Gap, Any], str]:
    """The page of this name for the torn item, field or link."""
    return lambda gap, subject: reverse(address, args=[subject.pk])


def linking(gap: Gap, subject: Any) -> str:
    """The page that links, with the kind of link chosen where the rule names one."""
    choice = f"?link={gap.link_choice}" if gap.link_choice else ""
    return reverse("item-link", args=[subject.pk]) + choice


register_mend("link", Mend(_("Verknüpfen"), "thread.link_items", linking))
register_mend("reason", Mend(_("Begründen"), "thread.link_items", page_of_subject("link-edit")))
register_mend("edit", Mend(_("Ergänzen"), "thread.create_item", page_of_subject("item-edit")))
register_mend("item", Mend(_("Ansehen"), "thread.see_gaps", page_of_subject("item")))
