"""Where reading in values is offered, and when files that wait are deleted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import rules
from django.urls import reverse
from django.utils.translation import gettext as _

from insek.concept.asker import Asker
from insek.items.pages import add_actions
from insek.jobs.clock import register_recurring
from insek.jobs.reaper import register_finder
from insek.thread.models import Item

from .deliveries import clear_unfinished
from .import_services import purge_imports


def import_action(asker: Asker, item: Item) -> list[tuple[str, Any]]:
    """Read in values of this indicator from a file."""
    if rules.test_rule("thread.create_item", asker.actor):
        return [(f"{reverse('import-upload')}?indikator={item.pk}", _("Werte einlesen"))]
    return []


add_actions("indicator", import_action)
register_finder("deliveries", clear_unfinished)
register_recurring("purge-imports", timedelta(hours=1), purge_imports)
