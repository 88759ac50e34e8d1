"""What people keep about lists: views saved under a name."""

from __future__ import annotations

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
