"""What people keep about lists: views saved under a name, and long tables that are made for them."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from insek.concept.models import Concept
from insek.people.actors import Actor


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    """Saved views and who sees them."""

    def visible_to(self, actor: Actor) -> SavedViewQuerySet:
        """The own ones and those shared with everybody who can sign in; nobody else sees any."""
        if actor.user_id is None:
            return self.none()
        return self.filter(Q(owner=actor.user_id) | Q(shared=True))


class SavedView(models.Model):
    """The address of a list, kept under a name: filters, order, columns and layout. It never shows more than the gate."""

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="saved_views")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    kind = models.CharField(max_length=20)
    name = models.CharField(_("Name"), max_length=120)
    query = models.TextField(max_length=4000, blank=True)
    shared = models.BooleanField(_("für alle mit Anmeldung"), default=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        db_table = "web_savedview"  # the name it had in version 0.1
        ordering = ["name", "id"]
        indexes = [models.Index(fields=["concept", "kind"], name="saved_view_of_list")]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="saved_view_named"),
            models.UniqueConstraint(
                fields=["concept", "owner", "kind", "name"],
                name="saved_view_name_once",
                violation_error_message=_("Sie haben für diese Liste schon eine Ansicht mit diesem Namen."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def url(self) -> str:
        """The permanent address."""
        return reverse("saved-view", args=[self.pk])


def new_token() -> str:
    """A name for a table that cannot be guessed."""
    return secrets.token_urlsafe(18)


class WorkbookJob(models.Model):
    """A long list as a workbook: for whom it is made, how far it is, and its file until it expires.

    One that a visitor asks for holds what is public and is found by its address; one that somebody signed in asks for is theirs.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("wartet")
        RUNNING = "running", _("wird erstellt")
        DONE = "done", _("fertig")
        FAILED = "failed", _("nicht gelungen")
        OUTDATED = "outdated", _("überholt")

    token = models.CharField(primary_key=True, max_length=32, default=new_token, editable=False)
    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="+")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    kind = models.CharField(max_length=20)
    query = models.TextField(max_length=4000, blank=True, help_text="Filters and columns, as in the address.")
    language = models.CharField(max_length=5, default="de")
    seen = models.BigIntegerField(
        default=0, help_text="The last change of the concept when it was read; 0 before."
    )
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    file = models.FileField(upload_to="tables/", blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    touched_at = models.DateTimeField(
        default=timezone.now, help_text="When the job last wrote how far it is."
    )
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["-created_at", "token"]
        indexes = [models.Index(fields=["concept", "kind", "state"], name="workbook_of_list")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running", "done", "failed", "outdated"]),
                name="workbook_state_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    @property
    def percent(self) -> int:
        """How far it is."""
        return min(100, round(100 * self.done / self.total)) if self.total else 0
