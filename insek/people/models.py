"""Who works with the concept: users, units, bodies and the roles that give them rights."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.utils.safestring import SafeString
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
    SEE_PROTECTED = "see_protected", _("Geschützte kleine Zahlen sehen und eintragen")
    MANAGE_PEOPLE = "manage_people", _("Personen und Rollen verwalten")


def in_language(german: str, english: str) -> str:
    """The English text on English pages where there is one, else the German text."""
    return english if english and (get_language() or "de").startswith("en") else german


def german_mark(english: str) -> SafeString:
    """The attribute ``lang="de"`` for what ``in_language`` gives in German on a page in another language, else nothing."""
    language = get_language() or "de"
    is_german = not language.startswith("de") and not (english and language.startswith("en"))
    return GERMAN if is_german else NOT_MARKED


GERMAN, NOT_MARKED = SafeString(' lang="de"'), SafeString("")


class Unit(models.Model):
    """An organisational unit of the administration: Referat, Amt, Fachbereich."""

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
        COUNCIL = "council", _("Rat")
        COMMITTEE = "committee", _("Ausschuss")
        ORTSBEIRAT = "ortsbeirat", _("Örtliches Gremium")
        STEERING_GROUP = "steering_group", _("Steuerungsgruppe")
        BOARD = "board", _("Verwaltungsspitze")

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
    factor_key = models.CharField(
        max_length=32,
        blank=True,
        editable=False,
        help_text="Stands for the second factor that was set up; empty: none. Another one ends all sessions.",
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def get_session_auth_hash(self) -> str:
        """What a session holds on to: it ends with another password and with another second factor, or none any more."""
        return f"{super().get_session_auth_hash()}{self.factor_key}"

    @property
    def has_second_factor(self) -> bool:
        """Whether nobody signs in as this person with a password alone.

        So it is where a second factor was set up, and, where the city's sign-in service asks for one, for whoever has no password here.
        """
        at_service = settings.INSEK_OIDC_ISSUER and settings.INSEK_OIDC_SECOND_FACTOR == "provider"
        return bool(self.factor_key) or (bool(at_service) and not self.has_usable_password())


class Role(models.Model):
    """A named set of rights, such as project lead, planner or auditor."""

    key = models.SlugField(primary_key=True)
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100, blank=True)
    rights = models.JSONField(default=list)
    second_factor = models.BooleanField(
        default=False, help_text="Whether it counts only for persons who have a second factor."
    )

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
    by_group = models.BooleanField(
        default=False, help_text="Given because of a group at the sign-in service, and taken away with it."
    )

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


class RoleChange(models.Model):
    """That somebody was given a role, or lost it, or for another time: by whom and when. Goes with the person."""

    class Act(models.TextChoices):
        GIVEN = "given", _("gegeben")
        CHANGED = "changed", _("Dauer geändert")
        ENDED = "ended", _("entzogen")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="role_changes")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey(Body, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=7, choices=Act.choices)
    starts = models.DateField(null=True, blank=True)
    ends = models.DateField(null=True, blank=True)
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    by_group = models.BooleanField(default=False)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["user", "at"], name="role_change_of_user")]

    def __str__(self) -> str:
        return f"{self.user}: {self.role} {self.get_act_display()}"


class GroupRole(models.Model):
    """Who is in this group at the city's sign-in service has this role here, where needed in a body, and belongs to this unit."""

    group = models.CharField(max_length=200)
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="groups")
    body = models.ForeignKey(Body, null=True, blank=True, on_delete=models.PROTECT, related_name="groups")
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="groups")
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["group", "role__position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["group", "role", "body"], name="group_role_once"),
            models.UniqueConstraint(
                fields=["group", "role"], condition=Q(body=None), name="group_role_once_bodyless"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group} → {self.role}"


class AccessChange(models.Model):
    """What happened to the ways in which a person signs in: by whom and when. Holds no secret and goes with the person."""

    class Act(models.TextChoices):
        MADE = "made", _("Zugang entstand bei der ersten Anmeldung über den Anmeldedienst")
        LINKED = "linked", _("mit dem Konto beim Anmeldedienst verbunden, über die bestätigte Adresse")
        UNLINKED = "unlinked", _("Verbindung zum Anmeldedienst gelöst")
        FACTOR_SET = "factor_set", _("zweiten Faktor eingerichtet")
        CODES_MADE = "codes_made", _("neue Ersatzcodes erzeugt")
        CODE_USED = "code_used", _("mit einem Ersatzcode angemeldet")
        FACTOR_ENDED = "factor_ended", _("zweiten Faktor ausgeschaltet")
        FACTOR_RESET = "factor_reset", _("zweiter Faktor zurückgesetzt")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="access_changes")
    act = models.CharField(max_length=12, choices=Act.choices)
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["user", "at"], name="access_change_of_user")]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_act_display()}"


class Tally(models.Model):
    """How often something was tried, under a keyed hash of what it was, until its time is over. No history, no backup."""

    key = models.CharField(primary_key=True, max_length=40)
    count = models.IntegerField()
    until = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name_plural = "tallies"

    def __str__(self) -> str:
        return self.key
