"""Who may change many items at once."""

from __future__ import annotations

import rules

from insek.people.actors import holds
from insek.people.models import Right

rules.add_rule("intake.change_many", holds(Right.EDIT))
rules.add_rule("intake.read_sheet", holds(Right.EDIT) | holds(Right.EDIT_OWN_MEASURES))
rules.add_rule("intake.read_in", holds(Right.EDIT) | holds(Right.MANAGE_PEOPLE))
