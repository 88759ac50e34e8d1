"""What the pages of this room share: the pages beside each other, and the way back."""

from __future__ import annotations

from typing import Any

import rules
from django.urls import reverse
from django.utils.translation import gettext as _

from insek.people.actors import Actor
from insek.people.breadcrumbs import staff_breadcrumb


def page_context(actor: Actor, active: str, title: str, *steps: tuple[str, str]) -> dict[str, Any]:
    """Title, way back and the pages beside this one that the actor may open."""
    pages = [
        ("", "notice-list", _("An Sie")),
        ("", "notice-settings", _("Was Sie erhalten")),
        ("", "notice-table", _("Wer was erfährt")),
        ("notices.set_up", "notice-log", _("Versand")),
        ("notices.set_up", "mail-texts", _("Texte")),
        ("notices.assign", "unit-duties", _("Wer für Einheiten antwortet")),
        ("notices.give_link", "answer-links", _("Persönliche Links")),
    ]
    shown = [(name, label) for rule, name, label in pages if not rule or rules.test_rule(rule, actor)]
    lists = [
        (label, reverse(name)) for name, label in shown if name == active and (steps or name != "notice-list")
    ]
    first = [(_("Nachrichten"), reverse("notice-list") if active != "notice-list" or steps else "")]
    return {
        "page_title": title,
        "active_nav": "account",
        "breadcrumb": staff_breadcrumb(*first, *(lists if active != "notice-list" else []), *steps),
        "places": [
            {"label": label, "url": reverse(name), "is_active": name == active} for name, label in shown
        ],
        "noindex": True,
    }
