"""Who may upload documents and take passages from them, and who may release them."""

from __future__ import annotations

import rules

from insek.people.actors import holds
from insek.people.models import Right

rules.add_rule("documents.edit", holds(Right.EDIT))
rules.add_rule("documents.release", holds(Right.RELEASE) & holds(Right.EDIT))
