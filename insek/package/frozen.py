"""The archives of frozen editions during an import: kept, written, and taken back when the import fails."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from django.core.files.base import ContentFile

from insek.concept.models import Concept, Edition


class Archives:
    """Writes archives beside the database's transaction; what was written is deleted when that one fails."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}
        self._written: list[str] = []

    def __enter__(self) -> Archives:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            for name in self._written:
                Edition.archive.field.storage.delete(name)

    def remember(self, concept: Concept) -> None:
        """Keep in mind where the archives of a concept lie that is about to be replaced."""
        for edition in concept.editions.exclude(archive=""):
            self._known[edition.sha256] = str(edition.archive.name)

    def attach(self, edition: Any, content: bytes | None) -> None:
        """Give an edition its archive: the one that lies here already, or the one from the package."""
        if edition.sha256 in self._known:
            edition.archive.name = self._known[edition.sha256]
        elif content is not None:
            name = f"{edition.concept.key}-{edition.key}-{edition.sha256[:12]}.zip"
            edition.archive.save(name, ContentFile(content), save=False)
            self._written.append(edition.archive.name)
