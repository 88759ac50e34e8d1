"""Who works with the concept: users, units, bodies and the roles that give them rights."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from insek import clock


class Right(models.TextChoices):
    """One thing that a role allows. Roles are data; the rights are what the program knows to check."""

    SEE_INTERNAL = "see_internal", _("Interne Inhalte sehen")
    EDIT = "edit", _("Inhalte anlegen und ändern")
    EDIT_OWN_MEASURES = "edit_own_measures", _("Maßnahmen der eigenen Organisationseinheit ändern")
    LINK = "link", _("Verknüpfen und Verknüpfungen lösen")
    RELEASE = "release", _("Inhalte veröffentlichen")
    DELETE = "delete", _("Inhalte löschen")
    ADOPT = "adopt", _("Ausgaben beschließen und einfrieren")
    SEE_HISTORY = "see_history", _("Änderungsverlauf sehen")
    MODERATE = "moderate", _("Beiträge moderieren")
    MANAGE_PEOPLE = "manage_people", _("Personen und Rollen verwalten")


def in_language(german: str, english: str) -> str:
    """The English text on English pages where there is one, else the German text."""
    return english if english and (get_language() or "de").startswith("en") else german


class Unit(models.Model):
    """An organisational unit of the administration (in Kaiserslautern: Referat)."""

    key = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    abbreviation = models.CharField(max_length=20, blank=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


class Body(models.Model):
    """A body that advises or decides: council, committee, Ortsbeirat, steering group, board."""

    class Kind(models.TextChoices):
        COUNCIL = "council", _("Stadtrat")
        COMMITTEE = "committee", _("Ausschuss")
        ORTSBEIRAT = "ortsbeirat", _("Ortsbeirat")
        STEERING_GROUP = "steering_group", _("Steuerungsgruppe")
        BOARD = "board", _("Stadtvorstand")

    key = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["name", "id"]
        verbose_name_plural = "bodies"

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


class User(AbstractUser):
    """A person with a login. What the person may do follows from the memberships, not from flags."""

    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.SET_NULL, related_name="users")
    is_demo = models.BooleanField(default=False, help_text="Made for the demo alone; refused in production.")
    version = models.PositiveIntegerField(default=1, editable=False)

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class Role(models.Model):
    """A named set of rights, such as project lead, planner or auditor."""

    key = models.SlugField(primary_key=True)
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100, blank=True)
    rights = models.JSONField(default=list)

    class Meta:
        ordering = ["position", "key"]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Memberships by date."""

    def current(self) -> MembershipQuerySet:
        """Those in force today; access ends with the contract."""
        today = clock.today()
        return self.filter(Q(starts=None) | Q(starts__lte=today), Q(ends=None) | Q(ends__gte=today))


class Membership(models.Model):
    """A user holds a role, for a time, where needed for one body."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="memberships")
    body = models.ForeignKey(
        Body, null=True, blank=True, on_delete=models.PROTECT, related_name="memberships"
    )
    starts = models.DateField(null=True, blank=True)
    ends = models.DateField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "role", "body"], name="membership_once"),
            models.UniqueConstraint(
                fields=["user", "role"], condition=Q(body=None), name="membership_once_bodyless"
            ),
            models.CheckConstraint(
                condition=Q(starts=None) | Q(ends=None) | Q(ends__gte=F("starts")), name="membership_dates"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.role}"

    @property
    def title(self) -> str:
        """The role, with its body where the name of the body does not say it: Ortsbeirat Hohenecken, Moderation (Planungsbüro)."""
        role, body = str(self.role), str(self.body) if self.body is not None else ""
        if body.startswith(role):
            return body
        return f"{role} ({body})" if body else role


class Tally(models.Model):
    """How often something was tried, under a keyed hash of what it was, until its time is over. No history, no backup."""

    key = models.CharField(primary_key=True, max_length=40)
    count = models.IntegerField()
    until = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name_plural = "tallies"

    def __str__(self) -> str:
        return self.key
