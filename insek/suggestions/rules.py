"""Who sees what a machine proposes, decides it, and lets it look."""

from __future__ import annotations

import rules

from insek.people.actors import holds
from insek.people.models import Right

rules.add_rule("suggestions.see", holds(Right.SEE_INTERNAL))
rules.add_rule("suggestions.decide", holds(Right.SEE_INTERNAL) & holds(Right.EDIT))
rules.add_rule("suggestions.run", holds(Right.SEE_INTERNAL) & holds(Right.EDIT))
