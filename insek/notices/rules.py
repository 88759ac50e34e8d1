"""Who sets up what is told, who says who answers for a unit, and who gives out personal links."""

import rules

from insek.people.actors import holds
from insek.people.models import Right

rules.add_rule("notices.set_up", holds(Right.MANAGE_PEOPLE))
rules.add_rule("notices.assign", holds(Right.RELEASE) | holds(Right.MANAGE_PEOPLE))
rules.add_rule("notices.give_link", holds(Right.RELEASE) | holds(Right.MANAGE_PEOPLE))
