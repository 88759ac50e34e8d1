"""Who may report, plan steps, set a state by hand, and set targets."""

import rules

from insek.people.actors import holds
from insek.people.models import Right
from insek.thread.rules import owns

rules.add_rule("steering.report", holds(Right.EDIT) | owns)
rules.add_rule("steering.plan_steps", holds(Right.EDIT) | owns)
rules.add_rule("steering.override_status", holds(Right.RELEASE))
rules.add_rule("steering.set_target", holds(Right.EDIT))
rules.add_rule("steering.see_waiting", holds(Right.SEE_INTERNAL))
