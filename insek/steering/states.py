"""The states of a measure."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """How a measure stands; the worst first."""

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
        State.ON_TRACK, State.DELAYED, State.AT_RISK, State.NOT_STARTED, State.DEFERRED, State.COMPLETED, State.STOPPED,
    )
]  # fmt: skip
"""The states that a person can report or set; not to know is said by saying nothing."""

FINISHED = (State.COMPLETED, State.STOPPED)
"""Nothing is expected any more."""
BAD = (State.AT_RISK, State.DELAYED)
"""Something goes wrong."""
AGING = (State.ON_TRACK, State.NOT_STARTED)
"""What nobody can go on saying for more than a year."""
