"""The states of a measure."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MeasureState(models.TextChoices):
    """The state of a measure; the worst first."""

    AT_RISK = "at_risk", _("gefährdet")
    DELAYED = "delayed", _("verzögert")
    DEFERRED = "deferred", _("zurückgestellt")
    ON_TRACK = "on_track", _("läuft nach Plan")
    NOT_STARTED = "not_started", _("noch nicht begonnen")
    COMPLETED = "completed", _("abgeschlossen")
    STOPPED = "stopped", _("eingestellt")
    UNKNOWN = "unknown", _("ohne aktuellen Stand")


SAYABLE = [
    (state.value, state.label)
    for state in (
        MeasureState.ON_TRACK, MeasureState.DELAYED, MeasureState.AT_RISK, MeasureState.NOT_STARTED, MeasureState.DEFERRED, MeasureState.COMPLETED, MeasureState.STOPPED,
    )
]  # fmt: skip
"""The states that a person can report or set; not to know is said by saying nothing."""


class DeferralReason(models.TextChoices):
    """Why a measure is put off."""

    BUDGET = "budget", _("Haushalt")
    GRANT = "grant", _("Förderung fehlt")
    LAND = "land", _("Grundstück fehlt")
    STAFF = "staff", _("Personal fehlt")
    POLITICS = "politics", _("politische Entscheidung")


FINISHED = (MeasureState.COMPLETED, MeasureState.STOPPED)
"""Nothing is expected any more."""
BAD = (MeasureState.AT_RISK, MeasureState.DELAYED)
"""Something goes wrong."""
AGING = (MeasureState.ON_TRACK, MeasureState.NOT_STARTED)
"""What nobody can go on saying for more than a year."""
