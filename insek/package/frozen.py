"""The archives of frozen editions during an import: kept, written, and taken back when the import fails."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any

from django.core.files.base import ContentFile

from insek.concept.models import Concept, Edition

from .parsing import adopted_path, filed_path


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
        """Remember where the archives of a concept lie that is about to be replaced."""
        for edition in concept.editions.all():
            for digest, archive in (
                (edition.sha256, edition.archive),
                (edition.filed_sha256, edition.filed_archive),
            ):
                if archive:
                    self._known[digest] = str(archive.name)

    def attach(self, edition: Any, archives: Mapping[str, bytes]) -> None:
        """Give an edition its archives: those that lie here already, or those from the package, by their path in it."""
        self._attach(edition, edition.archive, edition.sha256, archives.get(adopted_path(edition.key)))
        self._attach(
            edition, edition.filed_archive, edition.filed_sha256, archives.get(filed_path(edition.key))
        )

    def _attach(self, edition: Any, archive: Any, digest: str, content: bytes | None) -> None:
        if digest in self._known:
            archive.name = self._known[digest]
        elif content is not None:
            archive.save(archive_name(edition, digest), ContentFile(content), save=False)
            self._written.append(archive.name)


def archive_name(edition: Edition, digest: str) -> str:
    """The name under which an archive of an edition is kept."""
    return f"{edition.concept.key}-{edition.key}-{digest[:12]}.zip"
