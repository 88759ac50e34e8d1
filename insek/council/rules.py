"""Who may adopt an edition."""

import rules

from insek.people.actors import holds
from insek.people.models import Right

rules.add_rule("council.adopt_edition", holds(Right.ADOPT))
