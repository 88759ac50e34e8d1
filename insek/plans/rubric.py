"""The rubric: what the numbers of an appraisal and the classes of bindingness mean, in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .models import Bindingness

Text = str | Promise

SOUND = 60
"""From here on a plan counts as current, or as saying something that one can act on."""


@dataclass(frozen=True)
class ScaleStep:
    """One step of a scale: numbers from ``low`` to ``high``."""

    low: int
    high: int
    word: Text
    meaning: Text


CURRENCY = (
    ScaleStep(80, 100, _("aktuell"), _("Daten, Rechtslage und Ziele passen zur heutigen Lage.")),
    ScaleStep(60, 79, _("noch aktuell"), _("In den Grundzügen richtig, einzelne Teile sind überholt.")),
    ScaleStep(40, 59, _("teils überholt"), _("Wichtige Annahmen haben sich geändert; vor Gebrauch prüfen.")),
    ScaleStep(20, 39, _("veraltet"), _("Nur noch einzelne Aussagen lassen sich verwenden.")),
    ScaleStep(0, 19, _("überholt"), _("Abgelaufen oder durch ein neueres Planwerk ersetzt.")),
)
SUBSTANCE = (
    ScaleStep(80, 100, _("sehr aussagekräftig"), _("Ziele mit Zahl oder Ort, Maßnahmen mit Zuständigkeit und Frist.")),
    ScaleStep(60, 79, _("aussagekräftig"), _("Klare Ziele und Maßnahmen; Zahl, Ort oder Frist fehlen zum Teil.")),
    ScaleStep(40, 59, _("teils aussagekräftig"), _("Ziele erkennbar, aber kaum so, dass man sie prüfen kann.")),
    ScaleStep(20, 39, _("wenig aussagekräftig"), _("Vor allem Beschreibung und Absicht.")),
    ScaleStep(0, 19, _("ohne greifbare Aussage"), _("Nichts, wonach man handeln oder was man prüfen könnte.")),
)  # fmt: skip


def scale_step(scale: tuple[ScaleStep, ...], value: int) -> ScaleStep:
    """The step in which a value lies."""
    return next(step for step in scale if value >= step.low)


@dataclass(frozen=True)
class Binding:
    """A class of bindingness: where it comes from, whom it addresses, what it does."""

    key: Bindingness
    short: Text
    source: Text
    addressee: Text
    effect: Text
    binds_others: bool
    """Whether it binds anybody beside the council that adopted it."""

    @property
    def name(self) -> Text:
        """What the class is called in full, as where it is chosen."""
        return self.key.label


BINDINGS: dict[str, Binding] = {
    binding.key: binding
    for binding in (
        Binding(
            Bindingness.REGIONAL_GOAL, _("Ziel der Raumordnung"),
            _("Raumordnungsplan, § 4 ROG und § 1 Abs. 4 BauGB"),
            _("öffentliche Stellen, auch die Stadt mit ihren Bauleitplänen"),
            _("Muss beachtet werden und lässt sich nicht durch Abwägung überwinden."), True,
        ),
        Binding(
            Bindingness.REGIONAL_PRINCIPLE, _("Grundsatz der Raumordnung"),
            _("Raumordnungsplan, § 4 ROG"), _("öffentliche Stellen, auch die Stadt"),
            _("Muss in der Abwägung berücksichtigt werden, kann dort aber zurückstehen."), True,
        ),
        Binding(
            Bindingness.STATUTE, _("Satzung"),
            _("Satzung des Stadtrats, beim Bebauungsplan § 10 BauGB"), _("alle, auch private Bauherrinnen und Bauherren"),
            _("Gilt unmittelbar wie ein Gesetz; Bauvorhaben dürfen ihr nicht widersprechen."), True,
        ),
        Binding(
            Bindingness.LANDUSE, _("Flächennutzungsplan"),
            _("vorbereitender Bauleitplan, § 5 BauGB"), _("Behörden und die Stadt selbst"),
            _("Bebauungspläne werden aus ihm entwickelt; für Private gilt er in der Regel nicht unmittelbar."), True,
        ),
        Binding(
            Bindingness.SECTOR, _("Fachplan nach Gesetz"),
            _("Fachgesetz, etwa Nahverkehrs- oder Immissionsschutzrecht"), _("Behörden und Träger der Fachaufgabe"),
            _("Wirkt so weit, wie das Fachgesetz es sagt, etwa bei der Vergabe von Buslinien."), True,
        ),
        Binding(
            Bindingness.CONCEPT, _("Ratsbeschluss"),
            _("Beschluss des Rats, § 1 Abs. 6 Nr. 11 BauGB"), _("Rat und Verwaltung der Stadt"),
            _("Bindet die Stadt selbst; ist in der Abwägung zu berücksichtigen, kann dort aber zurückstehen."), False,
        ),
        Binding(
            Bindingness.NOT_ADOPTED, _("ohne Ratsbeschluss"),
            _("keine; es gibt keinen Beschluss des Rats"), _("niemand"),
            _("Bindet nicht; dient als Arbeitsgrundlage."), False,
        ),
        Binding(
            Bindingness.REPORT, _("Gutachten"),
            _("keine; fachliche Aussage"), _("niemand"),
            _("Bindet nicht, kann aber in der Abwägung als Beleg dienen."), False,
        ),
    )
}  # fmt: skip
BINDING_OTHERS = tuple(key for key, binding in BINDINGS.items() if binding.binds_others)
