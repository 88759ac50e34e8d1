"""Who may set up what stands below the maps."""

import rules

from insek.people.actors import holds
from insek.people.models import Right

rules.add_rule("places.set_up_maps", holds(Right.RELEASE) | holds(Right.MANAGE_PEOPLE))
