"""Who may see counts that are hidden from everybody else."""

import rules

from insek.people.actors import holds
from insek.people.models import Right

rules.add_rule("evidence.see_protected", holds(Right.SEE_PROTECTED))
