"""What became of items that were merged or split, and what it takes to undo that: old addresses and numbers lead on from here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from insek import clock
from insek.concept.models import Concept
from insek.engines.text import shortened

if TYPE_CHECKING:
    from .models import ItemQuerySet


class LineageWay(models.TextChoices):
    """How one item came of another."""

    MERGED = "merged", _("zusammengelegt")
    SPLIT = "split", _("geteilt")


class Reshaping(models.Model):
    """One act that merged items into one or split one into several, with what is needed to take it back as a whole."""

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="reshapings")
    way = models.CharField(max_length=6, choices=LineageWay.choices)
    item_id = models.CharField(
        max_length=8, help_text="What stayed: not a foreign key, it may be deleted later."
    )
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=clock.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    change = models.BigIntegerField(null=True, blank=True, help_text="The line of history that says it.")
    log = models.JSONField(default=dict, help_text="What went where, for taking it back.")
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["item_id"], name="reshaping_of_item")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.way}"


class Lineage(models.Model):
    """That one item came of another. The ids are no foreign keys: what was merged is gone, and its address leads on."""

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="lineages")
    before = models.CharField(max_length=8)
    after = models.CharField(max_length=8)
    before_title = models.CharField(
        max_length=340, blank=True, help_text="Number and title of what was there before, as they stood."
    )
    way = models.CharField(max_length=6, choices=LineageWay.choices)
    reason = models.CharField(max_length=500, blank=True)
    on = models.DateField(default=clock.today)
    reshaping = models.ForeignKey(
        Reshaping, null=True, blank=True, on_delete=models.CASCADE, related_name="lineages"
    )

    class Meta:
        ordering = ["on", "id"]
        indexes = [models.Index(fields=["after"], name="lineage_backward")]
        constraints = [
            models.UniqueConstraint(fields=["before", "after"], name="lineage_once"),
            models.CheckConstraint(condition=~Q(before=F("after")), name="lineage_of_two"),
            models.CheckConstraint(condition=Q(way__in=LineageWay.values), name="lineage_way_known"),
        ]

    def __str__(self) -> str:
        return f"{self.before} {self.way} {self.after}"


def with_lineage(items: ItemQuerySet) -> ItemQuerySet:
    """Whether an item came of others, or others of it: read with the item, so that most pages ask no more."""
    found = Lineage.objects.filter(Q(before=OuterRef("pk")) | Q(after=OuterRef("pk")))
    return items.annotate(has_lineage=Exists(found))


STEPS = 12
"""How often an item that others came of may itself have been merged on; more is not followed."""


def came_of(item_id: str) -> list[str]:
    """The ids of the items of today that came of one that is gone, followed to the end. One query a step."""
    from .models import Item

    found: list[str] = []
    seen, open_ids = {item_id}, [item_id]
    for _step in range(STEPS):
        after = list(
            Lineage.objects.filter(before__in=open_ids).order_by("on", "id").values_list("after", flat=True)
        )
        new = [pk for pk in dict.fromkeys(after) if pk not in seen]
        if not new:
            break
        seen.update(new)
        there = set(Item.objects.filter(pk__in=new).values_list("pk", flat=True))
        found += [pk for pk in new if pk in there]
        open_ids = [pk for pk in new if pk not in there]
    return found


def keep_lineage(reshaping: Reshaping, pairs: Iterable[tuple[str, str, str]]) -> None:
    """Write down what came of what: the ids before and after, and what the one before was called."""
    Lineage.objects.bulk_create(
        Lineage(
            concept_id=reshaping.concept_id, before=before, after=after, before_title=shortened(title, 340), way=reshaping.way,
            reason=reshaping.reason, reshaping=reshaping,
        )
        for before, after, title in pairs
    )  # fmt: skip
