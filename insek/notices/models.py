"""What is told to whom: the outbox, the words a city gives its mail, what a person wants to hear, who answers for a unit."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from insek.concept.models import Concept
from insek.people.models import Unit
from insek.thread.identity import new_id


class Notice(models.Model):
    """One thing told to one recipient, once: the outbox, and its log after it was sent.

    It holds no address and no words: who it is for is looked up when it is sent, and so is what it says.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("wartet")
        SENT = "sent", _("gesendet")
        OWN_AREA = "own_area", _("nur im eigenen Bereich")
        OBSOLETE = "obsolete", _("hat sich erledigt")
        FAILED = "failed", _("nicht zustellbar")
        UNSURE = "unsure", _("unklar, ob gesendet")
        DROPPED = "dropped", _("unklar gewesen, nicht noch einmal gesendet")

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=30)
    to = models.CharField(max_length=60, help_text="Sort and key of the recipient, such as user:12.")
    subject = models.CharField(max_length=40, blank=True, help_text="Mostly the id of an item.")
    occasion = models.CharField(
        max_length=60, blank=True, help_text="The same on another occasion is told again."
    )
    data = models.JSONField(default=dict, help_text="Plain values it was told with; no personal data.")
    at_once = models.BooleanField(default=False, help_text="In a mail of its own, on quiet days too.")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    made_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)
    claimed_by = models.CharField(max_length=32, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    handed_at = models.DateTimeField(
        null=True, blank=True, help_text="When the mail was begun to be handed to the server."
    )
    sent_at = models.DateTimeField(null=True, blank=True)
    mail = models.CharField(max_length=32, blank=True, help_text="Those of one mail have the same.")
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["concept", "kind", "to", "subject", "occasion"], name="notice_told_once"
            )
        ]
        indexes = [
            models.Index(fields=["state", "due_at"], name="notice_to_send"),
            models.Index(fields=["to", "-made_at"], name="notice_of_recipient"),
            models.Index(fields=["claimed_by"], name="notice_claimed", condition=~Q(claimed_by="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class MailText(models.Model):
    """What a city says in one kind of mail instead of the text the program comes with."""

    kind = models.CharField(max_length=30)
    language = models.CharField(max_length=2)
    subject = models.CharField(max_length=150)
    text = models.TextField(max_length=4000)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["kind", "language"]
        constraints = [models.UniqueConstraint(fields=["kind", "language"], name="mail_text_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.language}"


class NoticeSettings(models.Model):
    """What a person with a login wants to be told, how often, and since when the address refuses mail."""

    class Rhythm(models.TextChoices):
        DAILY = "daily", _("an jedem Arbeitstag eine Nachricht, wenn etwas ansteht")
        WEEKLY = "weekly", _("höchstens eine Nachricht in der Woche, montags")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="notice_settings"
    )
    muted = models.JSONField(default=list, help_text="Names of the kinds that come by mail no more.")
    rhythm = models.CharField(max_length=6, choices=Rhythm.choices, default=Rhythm.DAILY)
    language = models.CharField(max_length=2, choices=[("de", "Deutsch"), ("en", "English")], default="de")
    absent_from = models.DateField(null=True, blank=True)
    absent_until = models.DateField(null=True, blank=True)
    refused_on = models.DateField(
        null=True, blank=True, help_text="Since when the server refuses the address."
    )

    class Meta:
        verbose_name_plural = "notice settings"
        constraints = [
            models.CheckConstraint(
                condition=Q(absent_from=None) | Q(absent_until=None) | Q(absent_until__gte=F("absent_from")),
                name="notice_settings_absence",
                violation_error_message=_("Das Ende liegt vor dem Anfang."),
            )
        ]

    def __str__(self) -> str:
        return str(self.user_id)


class UnitDuty(models.Model):
    """A person answers for a unit, stands in for who does, or is its head, whom it is told when nobody answered."""

    class Part(models.TextChoices):
        ANSWERS = "answers", _("antwortet")
        SUBSTITUTE = "substitute", _("vertritt")
        HEAD = "head", _("leitet die Einheit")

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="duties")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="unit_duties")
    part = models.CharField(max_length=10, choices=Part.choices)

    class Meta:
        ordering = ["unit", "part", "user"]
        verbose_name_plural = "unit duties"
        constraints = [models.UniqueConstraint(fields=["unit", "user", "part"], name="unit_duty_once")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.part} {self.user_id}"


class AnswerLinkQuerySet(models.QuerySet["AnswerLink"]):
    """Personal links by whether they still open something."""

    def valid(self) -> AnswerLinkQuerySet:
        """Those that nobody took back and that have not expired."""
        return self.filter(revoked_at=None, ends_at__gt=timezone.now())


class AnswerLink(models.Model):
    """A personal link with which somebody without a login answers for a unit: it expires and can be taken back.

    The address in the mail is signed with the key of the installation; nothing here opens anything by itself.
    """

    key = models.CharField(max_length=8, unique=True, default=new_id, editable=False)
    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="answer_links")
    purpose = models.CharField(max_length=30, help_text="Which page it opens (notices.links).")
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="answer_links")
    data = models.JSONField(default=dict, help_text="What the page needs beside the unit, such as a round.")
    name = models.CharField(max_length=150, blank=True, help_text="Deleted a year after the link is over.")
    email = models.EmailField(blank=True, help_text="Deleted some time after the link is over.")
    language = models.CharField(max_length=2, default="de")
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    ends_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects = AnswerLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["unit", "purpose"], name="answer_link_of_unit")]

    def __str__(self) -> str:
        return self.key

    @property
    def is_valid(self) -> bool:
        """Whether it still opens something."""
        return self.revoked_at is None and self.ends_at > timezone.now()


class Follow(models.Model):
    """Somebody wants to hear by mail what is new about an item, a field of action or a search; the address stands only here.

    It is confirmed by a link in a mail, and goes with one click or when its time is over.
    """

    key = models.CharField(max_length=8, unique=True, default=new_id, editable=False)
    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="follows")
    topic = models.CharField(
        max_length=2450, help_text="What, as its address names it: inhalt=ID, feld=KEY or suche=WORDS."
    )
    email = models.EmailField()
    language = models.CharField(max_length=2, default="de")
    made_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ends = models.DateField(db_index=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["concept", "email", "topic"], name="follow_once")]

    def __str__(self) -> str:
        return self.key

    def erase(self) -> None:
        """Remove the address; nothing of it is left."""
        self.delete()
