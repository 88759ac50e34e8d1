"""What a machine proposes and what a person decided about it; the runs that found it; the vectors of texts.

The columns that name items have no constraint: a decision outlives what it was about. Items are never given an id again, so an
item that is restored has its decisions back.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from insek import clock
from insek.concept.models import Concept
from insek.people.actors import Actor
from insek.release.models import Proposal
from insek.thread.models import Item

HASH = 64


class SuggestionRun(models.Model):
    """One search of a suggester through a concept, or through what belongs to one item: what it read, found, and how long."""

    class State(models.TextChoices):
        WAITING = "waiting", _("wartet")
        RUNNING = "running", _("läuft")
        DONE = "done", _("fertig")
        FAILED = "failed", _("abgebrochen")

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="suggestion_runs")
    suggester = models.CharField(max_length=40)
    about: models.ForeignKey[Item | None, Item | None] = models.ForeignKey(
        Item, null=True, blank=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+",
        help_text="Only what belongs to this item, such as a plan; empty: all.",
    )  # fmt: skip
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    version = models.CharField(max_length=40, blank=True, help_text="Of the suggester.")
    model = models.CharField(max_length=80, blank=True, help_text="What encoded the texts.")
    seed = models.PositiveIntegerField(default=0)
    input_hash = models.CharField(
        max_length=HASH, blank=True, help_text="Of all that it learnt from and looked at."
    )
    done = models.PositiveIntegerField(
        default=0, help_text="Subjects looked at; a run that is taken up again goes on here."
    )
    total = models.PositiveIntegerField(default=0)
    found = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    decided_before = models.PositiveIntegerField(
        default=0, help_text="Found again and left alone, since a person decided it."
    )
    gone = models.PositiveIntegerField(
        default=0, help_text="Waiting suggestions of earlier runs that it no longer makes."
    )
    seconds = models.FloatField(default=0, help_text="Of work, in all attempts.")
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.TextField(blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField(default=clock.now, editable=False)
    touched_at = models.DateTimeField(default=timezone.now, editable=False)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        indexes = [
            models.Index(fields=["concept", "-asked_at", "-id"], name="suggestion_run_by_day"),
            models.Index(fields=["suggester", "state"], name="suggestion_run_by_state"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running", "done", "failed"]),
                name="suggestion_run_state_known",
            ),
            models.UniqueConstraint(
                fields=["concept", "suggester"],
                condition=Q(state__in=["waiting", "running"], about=None),
                name="suggestion_run_one_of_all",
            ),
            models.UniqueConstraint(
                fields=["concept", "suggester", "about"],
                condition=Q(state__in=["waiting", "running"], about__isnull=False),
                name="suggestion_run_one_about",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.suggester} {self.asked_at:%Y-%m-%d}"

    @property
    def is_working(self) -> bool:
        """Whether it runs, or will."""
        return self.state in {self.State.WAITING, self.State.RUNNING}

    @property
    def percent(self) -> int:
        """How far it is."""
        return round(100 * self.done / self.total) if self.total else 0


class SuggestionQuerySet(models.QuerySet["Suggestion"]):
    """The gate of suggestions: insiders only, and of these only who sees every item that one names."""

    def visible_to(self, actor: Actor) -> SuggestionQuerySet:
        """Only what this actor may see; nothing for who sees nothing internal. What names a deleted item is seen by nobody."""
        if not actor.sees_internal:
            return self.none()
        seen = Item.objects.visible_to(actor).values("pk")
        found = self
        for end in ("item", "other", "about"):
            found = found.filter(Q(**{end: None}) | Q(**{f"{end}__in": seen}))
        return found

    def waiting(self) -> SuggestionQuerySet:
        """What nobody decided yet."""
        return self.filter(state=Suggestion.State.OPEN)

    def decided(self) -> SuggestionQuerySet:
        """What a person decided."""
        return self.exclude(state=Suggestion.State.OPEN)


class Suggestion(models.Model):
    """One thing that a machine proposes: what, of what, why, how sure, and what a person decided. It is nothing until then."""

    class State(models.TextChoices):
        OPEN = "open", _("offen")
        ACCEPTED = "accepted", _("angenommen")
        CHANGED = "changed", _("geändert angenommen")
        REFUSED = "refused", _("abgelehnt")

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="suggestions")
    kind = models.CharField(max_length=40, help_text="What is proposed (register.py).")
    subject = models.CharField(
        max_length=120, help_text="What it is about, as the room names it, such as item:abc12345."
    )
    content_hash = models.CharField(max_length=HASH, help_text="Of what makes it the same suggestion.")
    content = models.JSONField(default=dict, help_text="What accepting it would make.")
    item: models.ForeignKey[Item | None, Item | None] = models.ForeignKey(
        Item, null=True, blank=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+",
        help_text="The item it is about.",
    )  # fmt: skip
    other: models.ForeignKey[Item | None, Item | None] = models.ForeignKey(
        Item, null=True, blank=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+",
        help_text="A second item that it names.",
    )  # fmt: skip
    about: models.ForeignKey[Item | None, Item | None] = models.ForeignKey(
        Item, null=True, blank=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+",
        help_text="What the subject belongs to, such as the plan of a passage.",
    )  # fmt: skip
    field_key = models.CharField(
        max_length=50, blank=True, help_text="Key of the field of action, to filter by."
    )
    why = models.CharField(max_length=500)
    evidence = models.JSONField(
        default=list, help_text="What it is drawn from: a list of words, place and address."
    )
    confidence = models.FloatField(help_text="How many of those like it are right, a share.")
    raw_confidence = models.FloatField(
        default=0, help_text="What the engine itself said, before decisions set it right."
    )
    suggester = models.CharField(max_length=40)
    engine_version = models.CharField(max_length=40)
    model = models.CharField(max_length=80, blank=True)
    seed = models.PositiveIntegerField(default=0)
    input_hash = models.CharField(max_length=HASH, blank=True)
    run = models.ForeignKey(
        SuggestionRun, null=True, blank=True, on_delete=models.SET_NULL, related_name="suggestions"
    )
    made_at = models.DateTimeField(default=clock.now, editable=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    later = models.PositiveSmallIntegerField(default=0, help_text="How often it was put off.")
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    held_until = models.DateTimeField(
        null=True, blank=True, help_text="Until then it lies before that person."
    )
    decider = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    changed_to = models.JSONField(
        null=True, blank=True, help_text="The content as it was accepted, where changed."
    )
    note = models.CharField(
        max_length=500, blank=True, help_text="Why it was refused, where somebody said so."
    )
    changes = models.JSONField(default=list, help_text="The lines of history that accepting it wrote.")
    proposal = models.ForeignKey(
        Proposal, null=True, blank=True, on_delete=models.SET_NULL, related_name="+",
        help_text="What waits for its release since it was accepted.",
    )  # fmt: skip
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["concept", "state", "later", "confidence", "id"], name="suggestion_doubtful_first"
            ),
            models.Index(
                fields=["concept", "state", "later", "-confidence", "id"], name="suggestion_strong_first"
            ),
            models.Index(fields=["concept", "kind", "state"], name="suggestion_by_kind"),
            models.Index(fields=["concept", "-decided_at", "-id"], name="suggestion_by_decision"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["concept", "kind", "subject", "content_hash"], name="suggestion_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "accepted", "changed", "refused"]),
                name="suggestion_state_known",
            ),
            models.CheckConstraint(
                condition=Q(confidence__gte=0, confidence__lte=1), name="suggestion_confidence_is_share"
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_at=None) | (~Q(state="open") & Q(decided_at__isnull=False)),
                name="suggestion_decided_has_day",
            ),
            models.CheckConstraint(
                condition=~Q(state="changed") | Q(changed_to__isnull=False),
                name="suggestion_changed_to_something",
            ),
            models.CheckConstraint(condition=~Q(why=""), name="suggestion_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"

    @property
    def is_open(self) -> bool:
        """Whether nobody decided it yet."""
        return self.state == self.State.OPEN

    @property
    def percent(self) -> int:
        """How sure the engine is, in percent."""
        return round(100 * self.confidence)


class TextVector(models.Model):
    """What an encoder made of a text, under the hash of the text: it is computed once, and holds no words."""

    model = models.CharField(max_length=80, help_text="The id of the encoder.")
    text_hash = models.CharField(max_length=HASH)
    vector = models.BinaryField(help_text="32-bit floats, little endian.")
    used_on = models.DateField(default=clock.today)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["model", "text_hash"], name="text_vector_once")]

    def __str__(self) -> str:
        return f"{self.model} {self.text_hash[:8]}"
