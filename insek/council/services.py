"""Adoption: a draft becomes an immutable version of the concept."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from insek.concept.models import Edition
from insek.people.actors import Actor, require
from insek.thread import history
from insek.thread.gaps import Gap, blocking_gaps
from insek.thread.models import Change, EditionNumber, Item

from .models import Resolution


class NotComplete(Exception):
    """Refused: gaps are open that the rules call blocking."""

    def __init__(self, gaps: list[Gap]) -> None:
        super().__init__(", ".join(gap.name for gap in gaps))
        self.gaps = gaps


def adopt_edition(edition: Edition, *, resolution: Resolution, actor: Actor) -> Edition:
    """Freeze a draft as the concept in force from the day of the resolution.

    The public content is kept as a package whose SHA-256 stands with the edition; in it the edition is adopted already,
    by this resolution. Every number of this day keeps leading to its item. Raises PermissionDenied, NotComplete, and ValidationError when edition and resolution do not
    fit: only a draft can be adopted, only once, and an example only by an example.
    """
    from insek.package import freeze_bytes

    require(actor, "council.adopt_edition")
    concept = edition.concept
    if resolution.item.is_example != (edition.standing == "example"):
        raise ValidationError(_("Ein Beispiel kann nur durch einen Beispielbeschluss angenommen werden."))
    if resolution.outcome not in {Resolution.Outcome.ADOPTED, Resolution.Outcome.ADOPTED_WITH_CHANGES}:
        raise ValidationError(_("Dieser Beschluss hat nichts angenommen."))
    if gaps := blocking_gaps(concept):
        raise NotComplete(gaps)
    with transaction.atomic():
        claimed = Edition.objects.filter(pk=edition.pk, status=Edition.Status.DRAFT).update(
            status=Edition.Status.ADOPTED, date=resolution.date, version=F("version") + 1
        )
        if not claimed or Resolution.objects.filter(edition=edition).exists():
            raise ValidationError(_("Diese Ausgabe ist schon beschlossen."))
        if Resolution.objects.filter(pk=resolution.pk, edition__isnull=False).exists():
            raise ValidationError(_("Dieser Beschluss hat schon eine andere Ausgabe angenommen."))
        Resolution.objects.filter(pk=resolution.pk).update(edition=edition)
        numbers = (
            Item.objects.filter(concept=concept, visibility="public")
            .exclude(number="")
            .values_list("number", "pk")
        )
        EditionNumber.objects.bulk_create(
            EditionNumber(edition=edition, number=number, item_id=pk) for number, pk in numbers
        )
        Edition.objects.filter(
            concept=concept,
            status=Edition.Status.ADOPTED,
            date__lt=resolution.date,
            standing=edition.standing,
        ).exclude(pk=edition.pk).update(status=Edition.Status.SUPERSEDED)
        history.record(
            resolution.item, Change.Action.FROZEN, actor=actor, changed={"edition": [None, str(edition)]}
        )
        edition.refresh_from_db()
        content, edition.sha256 = freeze_bytes(concept)
        edition.archive.save(
            f"{concept.key}-{edition.key}-{edition.sha256[:12]}.zip", ContentFile(content), save=True
        )
    return edition
