"""Who may arrange the board."""

import rules

from insek.people.actors import holds
from insek.people.models import Right

rules.add_rule("findings.arrange", holds(Right.EDIT))
rules.add_rule("findings.rate", holds(Right.EDIT))
rules.add_rule("findings.publish_ratings", holds(Right.RELEASE))
