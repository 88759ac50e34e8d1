"""What this room adds to lists: reading a table in, and changing the ticked rows."""

from __future__ import annotations

import rules
from django.urls import reverse
from django.utils.translation import gettext as _

from insek.items.list_tools import ListTool, RowsTool, register_list_tool, register_rows_tool
from insek.items.pages import ItemPages
from insek.people.actors import Actor
from insek.people.models import Right

from .batches import LIMIT


def may_read_sheets(pages: ItemPages, actor: Actor) -> bool:
    """Whether this person may change items of this kind by a spreadsheet; a department its own measures."""
    if not rules.test_rule("intake.read_sheet", actor):
        return False
    return actor.has(Right.EDIT) or bool(pages.spec.fields_of_owner)


def reading(pages: ItemPages, actor: Actor) -> ListTool | None:
    """The link to reading a table in."""
    if not may_read_sheets(pages, actor):
        return None
    return ListTool(label=_("Tabelle einlesen"), url=reverse(f"{pages.kind}-sheet"), icon="table")


def changing(pages: ItemPages, actor: Actor) -> RowsTool | None:
    """The form that changes many items at once."""
    if not rules.test_rule("intake.change_many", actor):
        return None
    return RowsTool(
        legend=_("Viele auf einmal ändern"),
        button=_("Weiter: Was soll sich ändern?"),
        note=_(
            "Höchstens %(limit)s auf einmal. Erst sehen Sie, was sich änderte; nichts geschieht ohne Ihre Zustimmung."
        )
        % {"limit": LIMIT},
        url=reverse(f"{pages.kind}-bulk"),
    )


register_list_tool(reading)
register_rows_tool(changing)
