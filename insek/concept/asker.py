"""Who asks, about which concept, in which language: what pages, queries and reports are given instead of a request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, TypeVar

from insek.people.actors import Actor
from insek.people.prepared import prepared

from .models import Concept, Field, Theme
from .queries import current_concept

Kept = TypeVar("Kept")


class Asker:
    """One question to the program, from a page, a report, an interface or a job.

    ``asked`` holds what an address names (filters, orders), ``path`` the page they belong to; both are empty where nobody
    came by an address. What is read for the question is kept until it is answered (``once``).
    """

    def __init__(
        self,
        actor: Actor,
        *,
        concept: Concept | None = None,
        language: str = "de",
        asked: Mapping[str, Any] | None = None,
        path: str = "",
    ) -> None:
        self.actor = actor
        self.language = language
        self.asked: Mapping[str, Any] = asked if asked is not None else {}
        self.path = path
        self._kept: dict[str, Any] = {}
        if concept is not None:
            self.concept = concept

    @cached_property
    def concept(self) -> Concept | None:
        """The concept that is asked about; the one this installation serves unless another was given. One query."""
        return current_concept()

    @cached_property
    def fields(self) -> list[Field]:
        """The fields of action of the concept that the actor may know of. One query."""
        if self.concept is None:
            return []
        if self.actor.sees_internal:
            return prepared("fields", lambda pk: Field.objects.filter(concept=pk), self.concept.pk)
        return prepared("valid fields", lambda pk: Field.objects.filter(concept=pk).valid(), self.concept.pk)

    @cached_property
    def themes(self) -> list[Theme]:
        """The cross-cutting themes of the concept. One query."""
        if self.concept is None:
            return []
        return prepared("themes", lambda pk: Theme.objects.filter(concept=pk), self.concept.pk)

    def about(self, asked: Mapping[str, Any]) -> Asker:
        """The same question with other words of an address."""
        return Asker(self.actor, concept=self.concept, language=self.language, asked=asked, path=self.path)

    def once(self, name: str, make: Callable[[], Kept]) -> Kept:
        """What was made for this question under this name; made the first time it is asked for."""
        if name not in self._kept:
            self._kept[name] = make()
        made: Kept = self._kept[name]
        return made
