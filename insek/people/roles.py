"""The roles that a new installation starts with. They are data: a city may change them afterwards."""

from collections.abc import Sequence

from .models import Right

EDITING = [Right.SEE_INTERNAL, Right.EDIT, Right.LINK, Right.SEE_HISTORY]

DEFAULT_ROLES: list[tuple[str, str, str, Sequence[str]]] = [
    (
        "project-lead",
        "Projektleitung",
        "Project lead",
        [*EDITING, Right.RELEASE, Right.DELETE, Right.ADOPT, Right.MODERATE],
    ),
    ("planner", "Planung", "Planner", [*EDITING, Right.DELETE]),
    ("practice", "Planungsbüro", "Planning practice", EDITING),
    (
        "department",
        "Fachstelle",
        "Department",
        [Right.SEE_INTERNAL, Right.EDIT_OWN_MEASURES, Right.SEE_HISTORY],
    ),
    ("moderator", "Moderation", "Moderator", [Right.MODERATE]),
    ("council", "Mitglied des Rats", "Council member", []),
    ("ortsbeirat", "Mitglied eines örtlichen Gremiums", "Member of a local body", []),
    ("auditor", "Prüfung", "Auditor", [Right.SEE_INTERNAL, Right.SEE_HISTORY]),
    (
        "administrator",
        "Administration",
        "Administrator",
        [Right.SEE_INTERNAL, Right.MANAGE_PEOPLE, Right.SEE_HISTORY],
    ),
]
