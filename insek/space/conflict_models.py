"""Which plan signs exclude each other: rules that the city sets, not a judgement of the program."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from insek.concept.models import Concept, Standing, Versioned

WIDEST = 2_000


class SignConflict(Versioned):
    """Elements of one sign and of another do not go together where they lie on each other."""

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="sign_conflicts")
    one = models.CharField(_("Planzeichen"), max_length=20)
    other = models.CharField(_("schließt sich aus mit"), max_length=20)
    reason = models.CharField(_("Warum"), max_length=300)
    reach_m = models.PositiveSmallIntegerField(
        _("Breite zu beiden Seiten in Metern"),
        default=0,
        validators=[MaxValueValidator(WIDEST)],
        help_text="How far lines and points reach, so that a lane drawn as a line has a width.",
    )
    standing = models.CharField(max_length=10, choices=Standing.choices, default=Standing.WORKING)

    class Meta:
        ordering = ["one", "other"]
        constraints = [
            models.UniqueConstraint(
                fields=["concept", "one", "other"],
                name="sign_conflict_once",
                violation_error_message=_("Diese beiden Planzeichen haben schon eine Regel."),
            ),
            models.CheckConstraint(
                condition=Q(one__lte=F("other")),
                name="sign_conflict_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="sign_conflict_has_reason",
                violation_error_message=_("Eine Regel braucht eine Begründung."),
            ),
        ]

    def __str__(self) -> str:
        from .signs import signs_of

        names = {sign.key: str(sign) for sign in signs_of(self.concept_id)}
        return f"{names.get(self.one, self.one)} – {names.get(self.other, self.other)}"
