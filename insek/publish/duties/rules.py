"""Who may word the public pages and answer feedback."""

import rules

from insek.people.actors import holds
from insek.people.models import Right

rules.add_rule("duties.edit_page", holds(Right.RELEASE))
rules.add_rule("duties.answer_feedback", holds(Right.EDIT))
