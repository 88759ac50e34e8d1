"""Who may moderate."""

import rules

from insek.people.actors import holds
from insek.people.models import Right

rules.add_rule("participation.moderate", holds(Right.MODERATE))
