"""What is in an edition: its items word for word, the amendments voted, and why the text was changed since."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from insek.concept.models import Edition, Standing

from .models import Resolution


class EditionItem(models.Model):
    """One item, or field of action, as it is in a filed or adopted edition: number, place in the order, content.

    Follows from the archive of the edition and is in no package. ``content`` is what ``freezing`` describes; it is
    null where an amendment struck the item. ``filed`` is what the council had before it, where an amendment changed
    that; it is null where an amendment added the item.
    """

    class Amended(models.TextChoices):
        NOT = "", _("wie eingereicht")
        CHANGED = "changed", _("geändert")
        ADDED = "added", _("hinzugefügt")
        STRUCK = "struck", _("gestrichen")

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveIntegerField(help_text="Place in the order of the document.")
    table = models.CharField(max_length=40, help_text="Table of the package, such as goals or fields.")
    key = models.CharField(
        max_length=50,
        help_text="Id of the item or key of the field; not a foreign key: the text outlives both.",
    )
    number = models.CharField(max_length=30, blank=True)
    title = models.CharField(max_length=300)
    content = models.JSONField(null=True)
    amended = models.CharField(max_length=7, choices=Amended.choices, blank=True)
    filed = models.JSONField(null=True)
    item_version = models.PositiveIntegerField(
        null=True, help_text="Version of the item that was frozen; not known where it came in a package."
    )

    class Meta:
        ordering = ["edition", "position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "table", "key"], name="edition_item_once"),
            models.UniqueConstraint(fields=["edition", "position"], name="edition_item_position_once"),
            models.CheckConstraint(
                condition=~Q(amended="struck") | Q(content=None), name="edition_item_struck_has_no_content"
            ),
        ]
        indexes = [models.Index(fields=["key"], name="edition_item_by_key")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()


class Amendment(models.Model):
    """An amendment (Maßgabe) to one item of a filed edition, in the words in which it was voted."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="amendments")
    table = models.CharField(max_length=40)
    key = models.CharField(max_length=50)
    text = models.CharField(max_length=500)

    class Meta:
        ordering = ["edition", "table", "key"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "table", "key"], name="amendment_once"),
            models.CheckConstraint(condition=~Q(text=""), name="amendment_has_text"),
        ]

    def __str__(self) -> str:
        return self.text


class Deviation(models.Model):
    """Why an adopted item reads otherwise since a day (Abweichung vom beschlossenen Wortlaut)."""

    class Nature(models.TextChoices):
        EDITORIAL = "editorial", _("redaktionell")
        RESOLUTION = "resolution", _("durch Beschluss")
        NEXT_EDITION = "next_edition", _("Teil der nächsten Ausgabe")

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="deviations")
    table = models.CharField(max_length=40)
    key = models.CharField(max_length=50)
    day = models.DateField(help_text="Day since which the item reads otherwise.")
    nature = models.CharField(max_length=12, choices=Nature.choices)
    reason = models.CharField(max_length=500)
    resolution = models.ForeignKey(
        Resolution, null=True, blank=True, on_delete=models.PROTECT, related_name="deviations"
    )

    class Meta:
        ordering = ["edition", "table", "key", "day"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "table", "key", "day"], name="deviation_once_a_day"),
            models.CheckConstraint(condition=~Q(reason=""), name="deviation_has_reason"),
            models.CheckConstraint(
                condition=Q(nature="resolution", resolution__isnull=False)
                | (~Q(nature="resolution") & Q(resolution=None)),
                name="deviation_names_its_resolution",
                violation_error_message=_(
                    "Bitte den Beschluss genau dann nennen, wenn er den Wortlaut geändert hat."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.reason


class Succession(models.Model):
    """What became of an item of the edition before in this one (Verbleib), why, and what follows it.

    ``into`` names what follows, as ``table:key``, separated by blanks: the goal into which others were merged, the measures
    into which one was split. It is no foreign key, like ``key``: what is said of an edition outlives its items.
    """

    class Fate(models.TextChoices):
        KEPT = "kept", _("beibehalten")
        CHANGED = "changed", _("angepasst")
        MERGED = "merged", _("zusammengeführt")
        SPLIT = "split", _("aufgeteilt")
        DONE = "done", _("erledigt")
        DROPPED = "dropped", _("entfallen")

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="successions")
    table = models.CharField(max_length=40)
    key = models.CharField(max_length=50)
    fate = models.CharField(max_length=7, choices=Fate.choices)
    reason = models.CharField(max_length=500, blank=True)
    into = models.CharField(max_length=1000, blank=True)
    standing = models.CharField(max_length=10, choices=Standing.choices, default=Standing.WORKING)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["edition", "table", "key"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "table", "key"], name="succession_once"),
            models.CheckConstraint(
                condition=Q(fate__in=["kept", "changed", "merged", "split", "done", "dropped"]),
                name="succession_fate_known",
            ),
            models.CheckConstraint(
                condition=Q(fate="kept") | ~Q(reason=""),
                name="succession_has_reason",
                violation_error_message=_("Bitte sagen Sie in einem Satz, warum."),
            ),
            models.CheckConstraint(
                condition=~Q(fate__in=["merged", "split"]) | ~Q(into=""),
                name="succession_names_what_follows",
                violation_error_message=_("Bitte sagen, was an seine Stelle tritt."),
            ),
            models.CheckConstraint(
                condition=~Q(fate__in=["kept", "done", "dropped"]) | Q(into=""),
                name="succession_follows_nothing",
                violation_error_message=_(
                    "Was bleibt, erledigt ist oder entfällt, hat nichts, was ihm folgt."
                ),
            ),
        ]
        indexes = [models.Index(fields=["key"], name="succession_by_key")]

    def __str__(self) -> str:
        return f"{self.table} {self.key}: {self.get_fate_display()}"

    @property
    def followers(self) -> list[tuple[str, str]]:
        """Table and key of what follows."""
        pairs = (entry.partition(":") for entry in self.into.split())
        return [(table, key) for table, _sign, key in pairs]

    @property
    def leaves(self) -> bool:
        """Whether the item itself is not in this edition any more."""
        stays = self.fate in {self.Fate.KEPT, self.Fate.CHANGED} and not self.into
        return not stays and (self.table, self.key) not in self.followers
