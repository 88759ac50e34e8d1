"""The label of a chosen value is looked up quickly.

Each time a page says what is chosen (`get_status_display`), Django makes a dictionary of all values and, to be ready for lists as values, hashes the
label of every one, which translates them all. On a table of sixty plans that took a seventh of the page. Values of this program are texts and
numbers; the answer is the same.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Field, Model
from django.utils.encoding import force_str


def label_of_choice(self: Model, field: Field[Any, Any]) -> Any:
    """What Django's `_get_FIELD_display` says: the label of the value, or the value where it is none of the choices."""
    value = getattr(self, field.attname)
    for key, label in field.flatchoices:
        if key == value:
            return force_str(label, strings_only=True)
    return force_str(value, strings_only=True)


def look_up_labels_quickly() -> None:
    """Replace Django's way of saying what is chosen; once, when the program starts."""
    setattr(Model, "_get_FIELD_display", label_of_choice)  # noqa: B010 - the stubs do not know it
