"""Who may change what hangs on a measure, and which of its fields a department may change by itself."""

import rules

from insek.people.actors import holds
from insek.people.models import Right
from insek.thread.rules import owns

DEPARTMENT_FIELDS = frozenset(
    {
        "text",
        "text_en",
        "occasion",
        "partners",
        "start_year",
        "end_year",
        "next_step",
        "planning_law",
        "ownership",
    }
)
"""A department reports on its own measures; number, title, standing and visibility stay with the project team."""

rules.add_rule("strategy.edit_money", holds(Right.EDIT) | owns)
rules.add_rule("strategy.edit_sheet", holds(Right.EDIT))
