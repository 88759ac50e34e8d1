"""What the council adopted is read again and again: every archive against its hash."""

from __future__ import annotations

import logging
import zipfile
from datetime import timedelta

from insek.concept.models import Edition
from insek.jobs.clock import register_recurring

from .archive import package_hash

logger = logging.getLogger("insek.jobs")


class EditionChanged(Exception):
    """The archive of an adopted edition is not what the council adopted."""


def verify_editions() -> int:
    """Read the archive of every adopted edition and compare it with its hash; returns how many are sound.

    Each edition that is not is written to the log as an error. Raises EditionChanged in the end, so that the job
    counts as failed and keeps asking for attention.
    """
    sound, broken = 0, []
    for edition in Edition.objects.exclude(sha256="").select_related("concept").order_by("pk"):
        if problem := problem_of(edition):
            logger.error("edition %s of %s: %s", edition.key, edition.concept.key, problem)
            broken.append(f"{edition.concept.key}/{edition.key}: {problem}")
        else:
            sound += 1
    if broken:
        raise EditionChanged("; ".join(broken))
    return sound


def problem_of(edition: Edition) -> str:
    """What is wrong with the archive of an edition; empty when its content has the hash that was adopted."""
    if not edition.archive:
        return ""  # adopted elsewhere and imported: the hash is known, the archive is not ours
    try:
        with edition.archive.open("rb") as file, zipfile.ZipFile(file) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
    except FileNotFoundError:
        return "the archive is missing"
    except (OSError, zipfile.BadZipFile) as error:
        return f"the archive cannot be read ({type(error).__name__})"
    return "" if package_hash(files) == edition.sha256 else "the archive was changed after adoption"


register_recurring("verify-editions", timedelta(weeks=1), verify_editions)
