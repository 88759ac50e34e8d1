"""The order of what has a position of its own: own fields, fields of action, themes, and other rows that are set up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from insek.concept.asker import Asker
from insek.people.actors import require
from insek.thread import own_acts
from insek.thread.kinds import kind_names
from insek.thread.models import FieldDefinition
from insek.thread.own_fields import fields_of_kind

from .ordering import Move, Ordering, OrderRow, register_ordering
from .pages import all_pages


def parts_ordering(
    parts: Sequence[Any],
    *,
    title: str,
    back_url: str,
    url: Callable[[Any], str],
    move: Callable[[Any, int, int], Any],
    note: str = "",
) -> Ordering:
    """Rows with a position and a version; ``move`` is given the row, its place and the version it was seen with."""
    known = {str(part.pk): part for part in parts}

    def put(asked: Move) -> Any:
        assert asked.place is not None, "what has a position has no number to go by"
        return move(known[asked.key], asked.place, asked.version)

    rows = [OrderRow(str(part.pk), str(part), part.version, url(part)) for part in parts]
    return Ordering(title=title, back_url=back_url, rows=rows, move=put, note=note)


def own_fields_ordering(asker: Asker, of: str) -> Ordering | None:
    """The own fields of a kind."""
    require(asker.actor, "concept.set_up")
    if all(pages.kind != of for pages in all_pages()):
        return None
    return parts_ordering(
        fields_of_kind(asker.concept, of),
        title=_("%(kind)s: eigene Felder ordnen") % {"kind": kind_names(asker)(of, plural=True)},
        back_url=f"{reverse('own-field-list')}#art-{of}",
        url=lambda field: reverse("own-field-edit", args=[field.pk]),
        move=lambda field, place, version: own_acts.move_field(
            _fresh(field), place=place, expected_version=version, actor=asker.actor
        ),
        note=_("So stehen sie im Formular, auf der Seite und in Tabellen."),
    )


def _fresh(field: FieldDefinition) -> FieldDefinition:
    """A definition of its own: those that all pages share are not changed."""
    return FieldDefinition.objects.get(pk=field.pk)


register_ordering("eigene-felder", own_fields_ordering)
