"""Who may manage people."""

import rules

from .actors import holds
from .models import Right

rules.add_rule("people.manage", holds(Right.MANAGE_PEOPLE))
