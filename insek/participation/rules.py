"""Who may moderate, and who keeps the answers of a questionnaire."""

import rules

from insek.people.actors import holds
from insek.people.models import Right

rules.add_rule("participation.moderate", holds(Right.MODERATE))
rules.add_rule("participation.edit_survey", holds(Right.EDIT))
