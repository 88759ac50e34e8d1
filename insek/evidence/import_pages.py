"""Where reading in values is offered, and what becomes of deliveries that were not finished."""

from __future__ import annotations

from typing import Any

import rules
from django.urls import reverse
from django.utils.translation import gettext as _

from insek.concept.asker import Asker
from insek.items.pages import add_actions
from insek.jobs.reaper import register_finder
from insek.thread.models import Item

from .deliveries import clear_unfinished


def import_action(asker: Asker, item: Item) -> list[tuple[str, Any]]:
    """Read in values of this indicator from a file, unless they are derived."""
    if not item.indicator.formula and rules.test_rule("thread.create_item", asker.actor):
        return [
            (f"{reverse('intake-begin', args=['observations'])}?indikator={item.pk}", _("Werte einlesen"))
        ]
    return []


add_actions("indicator", import_action)
register_finder("deliveries", clear_unfinished)
