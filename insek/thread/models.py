"""The golden thread: every box of the concept is an Item, every line between them a Link with its reason."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import BooleanField, Case, F, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from insek import clock
from insek.concept.levels import level_name
from insek.concept.models import Concept, Confidence, Edition, Field, Standing, Theme
from insek.people.actors import Actor
from insek.people.addresses import address_of

from . import audience
from .cleaning import is_moment
from .identity import new_id
from .lineage import Lineage as Lineage
from .lineage import Reshaping as Reshaping
from .own_models import FieldDefinition as FieldDefinition
from .two_languages import InTwoLanguages


class Visibility(models.TextChoices):
    """Who may see an item."""

    INTERNAL = "internal", _("intern")
    ROUND = "round", _("in einer Runde")
    PUBLIC = "public", _("öffentlich")


class Round(models.Model):
    """A named audience that sees items before the public does."""

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="rounds")
    name = models.CharField(max_length=120)
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="rounds")
    ends = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["concept", "name"],
                name="round_name_once",
                violation_error_message=_("Eine Runde mit diesem Namen gibt es schon."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class ItemQuerySet(models.QuerySet["Item"]):
    """The one gate: everything that lists, searches, counts, maps or exports starts with visible_to."""

    def visible_to(self, actor: Actor) -> ItemQuerySet:
        """Only what this actor may see."""
        seen = _seen_by(actor)
        return self if seen is None else self.filter(seen)

    def checked_for(self, actor: Actor, **wanted: Any) -> ItemQuerySet:
        """The same gate, and further conditions, for items that something else finds: they are checked, never begun with.

        Without statistics a database would read all that is public to find five in hand; inside a CASE it uses no index.
        """
        seen = _seen_by(actor)
        condition = Q(**wanted) if seen is None else Q(**wanted) & seen
        if not condition:
            return self
        return self.filter(
            Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())
        )

    def read_whole_by(self, actor: Actor) -> ItemQuerySet:
        """Only those of which an insider may read every word there ever was, also from before their release."""
        whole = audience.read_whole(actor)
        return self if whole is None else self.filter(whole)

    def of_kind(self, kind: str) -> ItemQuerySet:
        """Only one kind."""
        return self.filter(kind=kind)


def _seen_by(actor: Actor, end: str = "") -> Q | None:
    """What the gate asks of an item, or of one ``end`` of a link; None where the actor sees everything."""
    public = Q(**{f"{end}visibility": Visibility.PUBLIC})
    in_round = Q()
    if actor.user_id is not None:
        in_round = Q(**{f"{end}visibility": Visibility.ROUND, f"{end}round__in": _rounds_of(actor.user_id)})
    if actor.sees_internal:
        whole = audience.read_whole(actor, end)
        return None if whole is None else whole | public | in_round | audience.open_inside(actor, end)
    if actor.user_id is None:
        return public
    seen = public | in_round
    if kinds := audience.kinds_seen_with(actor.rights):
        seen |= Q(**{f"{end}kind__in": kinds})
    return seen


def _rounds_of(user_id: int) -> models.QuerySet[Round]:
    return Round.objects.filter(Q(ends=None) | Q(ends__gte=clock.today()), members=user_id)


class Item(InTwoLanguages):
    """A box of the concept, with a permanent id, a standing and a visibility. Its kind's own row shares the key."""

    id = models.CharField(primary_key=True, max_length=8, default=new_id, editable=False)
    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="items")
    kind = models.CharField(max_length=20)
    number = models.CharField(max_length=30, blank=True, help_text="What people say and print; may change.")
    standing = models.CharField(max_length=10, choices=Standing.choices, default=Standing.WORKING)
    visibility = models.CharField(max_length=10, choices=Visibility.choices, default=Visibility.INTERNAL)
    round = models.ForeignKey(Round, null=True, blank=True, on_delete=models.PROTECT, related_name="items")
    source_title = models.CharField(max_length=300, blank=True)
    source_url = models.URLField(max_length=500, blank=True)
    source_date = models.CharField(max_length=10, blank=True)
    document = models.CharField(max_length=300, blank=True)
    page = models.CharField(max_length=20, blank=True)
    confidence = models.CharField(max_length=6, choices=Confidence.choices, blank=True)
    fields = models.ManyToManyField(Field, blank=True, related_name="items")
    themes = models.ManyToManyField(Theme, blank=True, related_name="items")
    own = models.JSONField(default=dict, blank=True, help_text="Key of an own field -> what is entered.")
    hand_key = models.CharField(max_length=120, blank=True, help_text="Its place in lists; empty: by number.")
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    updated_at = models.DateTimeField(default=clock.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False,
    )  # fmt: skip
    sort_key = models.CharField(max_length=120, editable=False)
    title_key = models.CharField(max_length=120, editable=False)

    objects = ItemQuerySet.as_manager()

    class Meta:
        ordering = ["sort_key", "id"]
        indexes = [
            models.Index(fields=["concept", "kind", "sort_key", "id"], name="item_by_number"),
            models.Index(
                fields=["concept", "kind", "visibility", "sort_key", "id"], name="item_public_by_number"
            ),
            models.Index(fields=["concept", "kind", "title_key", "id"], name="item_by_title"),
            models.Index(
                fields=["concept", "kind", "visibility", "title_key", "id"], name="item_public_by_title"
            ),
            models.Index(fields=["concept", "kind", "-updated_at", "id"], name="item_by_change"),
            models.Index(
                fields=["concept", "kind", "visibility", "-updated_at", "id"],
                name="item_public_of_kind_by_change",
            ),
            # none for all kinds begins with visibility: without statistics PostgreSQL takes it for the lists of one kind too
            models.Index(fields=["concept", "sort_key", "id"], name="item_of_all_kinds"),
            models.Index(fields=["concept", "-updated_at", "id"], name="item_of_all_kinds_by_change"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(standing="fact") | ~Q(source_title="") | ~Q(source_url=""),
                name="item_fact_has_source",
                violation_error_message=_(
                    "„Mit Quelle“ braucht eine Quelle: Bitte Titel oder Adresse der Quelle angeben."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(standing="official") | (~Q(document="") & ~Q(page="")),
                name="item_official_has_page",
                violation_error_message=_("„Amtlicher Wortlaut“ braucht Dokument und Seite."),
            ),
            models.CheckConstraint(
                condition=Q(visibility="round", round__isnull=False)
                | (~Q(visibility="round") & Q(round=None)),
                name="item_round_named",
                violation_error_message=_(
                    "Bitte eine Runde genau dann angeben, wenn der Inhalt in einer Runde sichtbar ist."
                ),
            ),
            models.CheckConstraint(condition=~Q(title=""), name="item_has_title"),
            models.CheckConstraint(condition=Q(standing__in=Standing.values), name="item_standing_known"),
            models.CheckConstraint(
                condition=Q(visibility__in=Visibility.values), name="item_visibility_known"
            ),
            models.UniqueConstraint(
                fields=["concept", "number"],
                condition=~Q(number=""),
                name="item_number_once",
                violation_error_message=_("Diese Nummer ist schon vergeben."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()

    def get_absolute_url(self) -> str:
        """The permanent address of this item."""
        return address_of("item", self.id)

    def clean(self) -> None:
        """What no single field can tell: the source's date exists."""
        if self.source_date and not is_moment(self.source_date):
            raise ValidationError(
                {"source_date": _("Bitte ein Jahr, einen Monat oder einen Tag angeben, etwa 2024-12-31.")}
            )

    @property
    def url(self) -> str:
        """The permanent address, for templates."""
        return self.get_absolute_url()

    @property
    def kind_label(self) -> str:
        """What the city calls this kind, for templates."""
        from .kinds import kind_named

        kind = kind_named(self.kind)
        return level_name(self.concept_id, kind.level, default=kind.label)

    @property
    def is_example(self) -> bool:
        """Whether the item says "Beispiel" wherever it is shown."""
        return self.standing == Standing.EXAMPLE


class LinkQuerySet(models.QuerySet["Link"]):
    """Links behind the same gate as their ends."""

    def visible_to(self, actor: Actor) -> LinkQuerySet:
        """Only links of which the actor may see both ends."""
        source, target = _seen_by(actor, "source__"), _seen_by(actor, "target__")
        return self if source is None or target is None else self.filter(source, target)


class Link(models.Model):
    """A link of the thread, from the reason to what follows from it, with one sentence why."""

    source = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="consequences")
    target = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="reasons")
    kind = models.CharField(max_length=20)
    reason = models.CharField(
        max_length=500, blank=True, help_text="One sentence; empty means: not documented."
    )
    locator = models.CharField(
        max_length=200, blank=True, help_text="Place and period, or page and quotation."
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = LinkQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["source", "kind"], name="link_forward"),
            models.Index(fields=["target", "kind"], name="link_backward"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "kind"], name="link_once"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="link_not_to_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_id}"


class EditionNumber(models.Model):
    """The number an item had in an edition, kept for good: an old number of an old edition still resolves."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="numbers")
    number = models.CharField(max_length=30)
    item_id = models.CharField(
        max_length=8, help_text="Not a foreign key: a deleted item's number answers 410."
    )

    class Meta:
        ordering = ["edition", "number"]
        constraints = [models.UniqueConstraint(fields=["edition", "number"], name="edition_number_once")]

    def __str__(self) -> str:
        return self.number


class TombstoneQuerySet(models.QuerySet["Tombstone"]):
    """The gate of what is gone."""

    def visible_to(self, actor: Actor) -> TombstoneQuerySet:
        """Only those of which this actor may know that they were there."""
        public = Q(was_public=True)
        return self.filter(public | self._whole(actor)) if actor.sees_internal else self.filter(public)

    def read_whole_by(self, actor: Actor) -> TombstoneQuerySet:
        """Only those of which an insider may read what stood there: of limited kinds what the own unit had or who asks deleted."""
        return self.filter(self._whole(actor))

    def _whole(self, actor: Actor) -> Q:
        whole = ~Q(kind__in=(limited := audience.limited_kinds(actor)))
        if not limited:
            return whole
        deletion = Change.objects.filter(item_id=models.OuterRef("pk"), action=Change.Action.DELETED)
        if actor.user_id is not None:
            whole |= Q(models.Exists(deletion.filter(actor=actor.user_id)))
        if actor.unit_id is not None:
            for kind, name in audience.unit_at_deletion(actor).items():
                of_unit = deletion.filter(**{f"differences__{name}__0": actor.unit_id})
                whole |= Q(models.Exists(of_unit), kind=kind)
        return whole


class Tombstone(models.Model):
    """What is left of a deleted item: its id, so that it is never reused and its address answers 410."""

    id = models.CharField(primary_key=True, max_length=8)
    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="tombstones")
    kind = models.CharField(max_length=20)
    number = models.CharField(max_length=30, blank=True)
    deleted_at = models.DateTimeField(default=clock.now)
    was_public = models.BooleanField(default=False)

    objects = TombstoneQuerySet.as_manager()

    def __str__(self) -> str:
        return self.id


class Change(models.Model):
    """One change of one item: who, when, what before and after. Survives the item; can be purged in one place."""

    class Action(models.TextChoices):
        CREATED = "created", _("angelegt")
        UPDATED = "updated", _("geändert")
        RELEASED = "released", _("veröffentlicht")
        WITHDRAWN = "withdrawn", _("zurückgezogen")
        LINKED = "linked", _("verknüpft")
        LINK_CHANGED = "link_changed", _("Verknüpfung geändert")
        UNLINKED = "unlinked", _("Verknüpfung gelöst")
        DELETED = "deleted", _("gelöscht")
        RECORDED = "recorded", _("Werte eingetragen")
        FROZEN = "frozen", _("in eine Ausgabe übernommen")
        MERGED = "merged", _("zusammengelegt")
        SPLIT = "split", _("geteilt")

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="changes")
    item_id = models.CharField(max_length=8)
    action = models.CharField(max_length=12, choices=Action.choices)
    version = models.PositiveIntegerField(default=1)
    at = models.DateTimeField(default=clock.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    suggested_by = models.CharField(max_length=80, blank=True, default="", db_default="", help_text="Which machine proposed it: its name and version.")  # fmt: skip
    differences = models.JSONField(default=dict, help_text="Name of the field -> [before, after].")
    internal = models.BooleanField(default=False, help_text="It changed nothing that any visitor can see.")

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["item_id", "-at", "-id"], name="change_of_item"),
            models.Index(fields=["concept", "-at", "-id"], name="change_of_concept"),
            models.Index(
                fields=["concept", "-at", "-id"],
                condition=Q(internal=False),
                name="change_visitors_may_see",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.action}"


class SearchEntry(models.Model):
    """Says that an item is in the index of search (see indexing.py)."""

    item = models.OneToOneField(Item, on_delete=models.CASCADE, related_name="search_entry")
    waiting = models.BooleanField(default=False, help_text="New words wait for their analysis by a job.")
    made = models.BigIntegerField(default=0, help_text="By which making of the index (postings.making).")

    class Meta:
        verbose_name_plural = "search entries"
        indexes = [models.Index(fields=["id"], condition=Q(waiting=True), name="search_entry_waiting")]

    def __str__(self) -> str:
        return self.item_id


class Word(models.Model):
    """A term of the index as it is written, so that beginnings and typing errors can be looked up (see vocabulary.py)."""

    id = models.BigIntegerField(primary_key=True, help_text="The number of the term (postings.py).")
    term = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.term


class Posting(models.Model):
    """That an item has a term, and how much it is about it: the index of search, the same on every database."""

    word = models.BigIntegerField(help_text="The number of the term; its row may come a moment later.")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="+", db_index=False)
    weight = models.PositiveSmallIntegerField(
        help_text="Title before text, by the length of both and the kind."
    )

    class Meta:
        indexes = [models.Index(fields=["word", "-weight", "item"], name="posting_by_weight")]
        constraints = [models.UniqueConstraint(fields=["item", "word"], name="posting_once")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.word}"


class Event(models.Model):
    """That an act happened to an item, until it was delivered to everybody who registered (see events.py). It holds no words."""

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="+")
    item_id = models.CharField(max_length=8, blank=True, help_text="Empty: the concept as a whole.")
    kind = models.CharField(max_length=20, blank=True)
    action = models.CharField(max_length=20)
    change = models.BigIntegerField(null=True, blank=True, help_text="The line of history, if there is one.")
    at = models.DateTimeField(default=timezone.now)
    listener = models.CharField(
        max_length=60, blank=True, help_text="Who is still to be told; empty: everybody."
    )
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    claimed_by = models.CharField(max_length=32, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["claimed_by", "due_at"], name="event_to_deliver")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.action}"
