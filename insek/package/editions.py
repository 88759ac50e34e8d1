"""What the council adopted is read again and again: every archive against its hash."""

from __future__ import annotations

import logging
import zipfile
from datetime import timedelta

from insek.concept.models import Edition
from insek.jobs.clock import register_recurring

from .archive import package_hash

logger = logging.getLogger("insek.jobs")

DIGESTS = {"filed_archive": "filed_sha256", "archive": "sha256"}
AFTER = {"filed_archive": "filing", "archive": "adoption"}


class EditionChanged(Exception):
    """The archive of an adopted edition is not what the council adopted."""


def verify_editions() -> int:
    """Read the archives of every edition, as filed and as adopted, and compare each with its hash; returns how many are sound.

    Each edition that is not is written to the log as an error. Raises EditionChanged in the end, so that the job
    counts as failed and keeps asking for attention.
    """
    sound, broken = 0, []
    for edition in (
        Edition.objects.exclude(sha256="", filed_sha256="").select_related("concept").order_by("pk")
    ):
        for field in ("filed_archive", "archive"):
            if not getattr(edition, DIGESTS[field]):
                continue
            if problem := problem_of(edition, field):
                logger.error("edition %s of %s: %s", edition.key, edition.concept.key, problem)
                broken.append(f"{edition.concept.key}/{edition.key}: {problem}")
            else:
                sound += 1
    if broken:
        raise EditionChanged("; ".join(broken))
    return sound


def problem_of(edition: Edition, field: str = "archive") -> str:
    """What is wrong with an archive of an edition; empty when its content has the hash that was frozen."""
    kept = getattr(edition, field)
    if not kept:
        return ""  # adopted elsewhere and imported: the hash is known, the archive is not ours
    try:
        with kept.open("rb") as file, zipfile.ZipFile(file) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
    except FileNotFoundError:
        return "the archive is missing"
    except (OSError, zipfile.BadZipFile) as error:
        return f"the archive cannot be read ({type(error).__name__})"
    return (
        ""
        if package_hash(files) == getattr(edition, DIGESTS[field])
        else f"the archive was changed after {AFTER[field]}"
    )


register_recurring("verify-editions", timedelta(weeks=1), verify_editions)
