"""Keeping files: each under its content hash, one by one or out of a zip, refused with a reason."""

from __future__ import annotations

import hashlib
import lzma
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import IO, Any

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from insek.concept.models import Concept
from insek.engines.documents.content import UnreadableDocument
from insek.engines.documents.reading import BEGINNINGS, MOST_BYTES, kind_of
from insek.engines.text import shortened
from insek.people.actors import Actor, require

from .models import Document
from .problems import problem_words

MOST_FILES = 200
MOST_TOGETHER = 2 * 1024**3


@dataclass
class Uploaded:
    """What came of an upload: the documents kept, and the names of others with the reason."""

    kept: list[Document] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


def keep_files(files: Iterable[Any], *, concept: Concept, values: dict[str, Any], actor: Actor) -> Uploaded:
    """Keep uploaded files, and those in uploaded archives. Raises PermissionDenied."""
    require(actor, "documents.edit")
    uploaded = Uploaded()
    for name, opened in _members(files, uploaded):
        try:
            data = opened.read(MOST_BYTES + 1)
            if len(data) > MOST_BYTES:
                raise UnreadableDocument("size")
            document = _keep(name, data, concept=concept, values=values, actor=actor)
        except UnreadableDocument as problem:
            uploaded.refused.append((name, problem_words(problem.code)))
        except (
            zipfile.BadZipFile,
            zlib.error,
            lzma.LZMAError,
            RuntimeError,
            NotImplementedError,
            EOFError,
            OSError,
        ):
            uploaded.refused.append((name, problem_words("broken")))
        else:
            if document is None:
                uploaded.refused.append((name, _("Diese Datei gibt es hier schon.")))
            else:
                uploaded.kept.append(document)
    return uploaded


def _members(files: Iterable[Any], uploaded: Uploaded) -> Iterator[tuple[str, IO[bytes]]]:
    """Each file with its name; what is in an archive one by one, as far as it is a document."""
    for file in files:
        if PurePosixPath(file.name).suffix.lower() != ".zip":
            yield file.name, file
            continue
        try:
            archive = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, ValueError, OSError):
            uploaded.refused.append((file.name, problem_words("broken")))
            continue
        with archive:
            members = [
                one for one in archive.infolist() if not one.is_dir() and not _is_by_the_way(one.filename)
            ]
            if len(members) > MOST_FILES or sum(one.file_size for one in members) > MOST_TOGETHER:
                uploaded.refused.append((file.name, problem_words("size")))
                continue
            for one in members:
                name = PurePosixPath(one.filename).name
                if PurePosixPath(name).suffix.lower().lstrip(".") not in BEGINNINGS:
                    uploaded.refused.append((name, problem_words("kind")))
                    continue
                try:
                    opened = archive.open(one)
                except (RuntimeError, NotImplementedError, zipfile.BadZipFile):
                    uploaded.refused.append((name, problem_words("encrypted")))
                    continue
                with opened:
                    yield name, opened


def _is_by_the_way(name: str) -> bool:
    """What systems put into archives by themselves."""
    return name.startswith("__MACOSX/") or PurePosixPath(name).name.startswith(".")


def _keep(
    name: str, data: bytes, *, concept: Concept, values: dict[str, Any], actor: Actor
) -> Document | None:
    """Keep one file; None where it is there already. Raises UnreadableDocument."""
    name = unicodedata.normalize("NFC", "".join(sign for sign in name if sign.isprintable()))
    format = kind_of(name, data[:1024])
    sha256 = hashlib.sha256(data).hexdigest()
    if Document.objects.filter(concept=concept, sha256=sha256).exists():
        return None
    title = shortened(PurePosixPath(name).stem.replace("_", " ").strip() or name, 300)
    document = Document(
        concept=concept, title=title, file_name=shortened(name, 200), format=format, sha256=sha256, size=len(data),
        uploaded_by_id=actor.user_id, **values,
    )  # fmt: skip
    kept = f"{concept.pk}-{sha256}.{format}"
    document.file.save(kept, ContentFile(data), save=False)
    try:
        with transaction.atomic():
            document.save()
    except IntegrityError:  # somebody else was faster
        document.file.storage.delete(str(document.file.name))
        return None
    return document
