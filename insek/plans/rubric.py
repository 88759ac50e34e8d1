"""The rubric: what the numbers of an appraisal and the classes of bindingness mean, in words."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .models import Bindingness, Plan, PlanStatement

Text = str | Promise

VALUES = Path(__file__).parent / "rubric_values.json"


@lru_cache(maxsize=1)
def rubric() -> dict[str, Any]:
    """Half-lives, weights, changes of law, and words by which one sees who decided."""
    values: dict[str, Any] = json.loads(VALUES.read_text(encoding="utf-8"))
    return values


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
            Bindingness.REGIONAL_PREPARED, _("Ziel in Aufstellung"),
            _("Entwurf eines Raumordnungsplans, § 3 Abs. 1 Nr. 4 und § 4 ROG"),
            _("öffentliche Stellen, auch die Stadt"),
            _("Muss in der Abwägung berücksichtigt werden, sobald es hinreichend verfestigt ist; beachtet werden muss es noch nicht."), True,
        ),
        Binding(
            Bindingness.STATUTE, _("Satzung"),
            _("Satzung des Rats, beim Bebauungsplan § 10 BauGB"), _("alle, auch private Bauherrinnen und Bauherren"),
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
            _("keine; ein Beschluss des Rats ist nicht bekannt"), _("niemand, soweit bekannt"),
            _("Bindet nicht, soweit bekannt; dient als Arbeitsgrundlage."), False,
        ),
        Binding(
            Bindingness.REPORT, _("Gutachten"),
            _("keine; fachliche Aussage"), _("niemand"),
            _("Bindet nicht, kann aber in der Abwägung als Beleg dienen."), False,
        ),
        Binding(
            Bindingness.NOT_IN_FORCE, _("nicht in Kraft"),
            _("keine; das Planwerk ist im Verfahren, in Vorbereitung oder ausgelaufen"), _("niemand"),
            _("Bindet noch nicht oder nicht mehr."), False,
        ),
    )
}  # fmt: skip
BINDING_OTHERS = tuple(key for key, binding in BINDINGS.items() if binding.binds_others)

MARKED: dict[str, Bindingness | None] = {
    PlanStatement.Marking.GOAL: Bindingness.REGIONAL_GOAL,
    PlanStatement.Marking.PRINCIPLE: Bindingness.REGIONAL_PRINCIPLE,
    PlanStatement.Marking.STATUTE: Bindingness.STATUTE,
}
"""The class that a legal marking gives a statement, whatever its plan is and however it is worded."""
IN_FORCE = (Plan.Status.IN_FORCE, Plan.Status.ADOPTED, Plan.Status.RUNNING)
NOT_IN_FORCE = (Plan.Status.EXPIRED, Plan.Status.DRAFT, Plan.Status.PREPARATION, Plan.Status.PROCEDURE)
OF_TYPE: dict[str, Bindingness] = {
    Plan.Type.REGIONAL: Bindingness.REGIONAL_GOAL,
    Plan.Type.LANDUSE: Bindingness.LANDUSE,
    Plan.Type.DEVELOPMENT: Bindingness.STATUTE,
    Plan.Type.LANDSCAPE: Bindingness.SECTOR,
    Plan.Type.SECTOR: Bindingness.SECTOR,
    Plan.Type.REPORT: Bindingness.REPORT,
}
"""The class of a plan of a type, once it holds, the strictest that plans of this type hold; of all other types the resolution of the council."""
UNMARKED: dict[str, Bindingness] = {Plan.Type.REGIONAL: Bindingness.REGIONAL_PRINCIPLE}
"""Types of which a statement without a marking is of a weaker class than the plan: only what is marked Z is a goal."""


def binding_of_plan(plan: Plan) -> Bindingness:
    """The class of a plan from its facts: its type, and whether it holds. What is not in force binds nobody yet, or no longer."""
    if plan.type == Plan.Type.REPORT:
        return Bindingness.REPORT
    if plan.status in NOT_IN_FORCE:
        return Bindingness.NOT_IN_FORCE
    if plan.status not in IN_FORCE:
        return Bindingness.NOT_ADOPTED
    if plan.type in OF_TYPE:
        return OF_TYPE[plan.type]
    return Bindingness.CONCEPT if is_adopted_by_council(plan) else Bindingness.NOT_ADOPTED


def is_adopted_by_council(plan: Plan) -> bool:
    """Whether the council decided a plan that holds, as far as it is entered; a committee, or a resolution to begin, is no such decision.

    The council must be named: "adopted" alone may be a committee's or a mayor's word. Of a plan that runs the day must be entered too.
    """
    return names_the_council(plan) and (plan.status != Plan.Status.RUNNING or bool(plan.decision_date))


def names_the_council(plan: Plan) -> bool:
    """Whether the body entered is a council, and its decision more than one to begin."""
    body = plan.decision_body.casefold()
    if any(word in body for word in (*rubric()["not_the_council"], *rubric()["no_adoption"])):
        return False
    return not set(re.findall(r"\w+", body)).isdisjoint(rubric()["the_council"])


def binding_reason(plan: Plan) -> str:
    """What the class of a plan follows from, in a sentence or two."""
    said = gettext("Art: %(type)s. Stand: %(status)s.") % {
        "type": plan.get_type_display(),
        "status": plan.get_status_display(),
    }
    if plan.type == Plan.Type.REGIONAL and plan.status in IN_FORCE:
        return (
            said
            + " "
            + gettext("Ein Regionalplan enthält Ziele und Grundsätze; hier steht die strengere Klasse.")
        )
    if plan.status not in IN_FORCE or plan.type in OF_TYPE or is_adopted_by_council(plan):
        return said
    if names_the_council(plan):
        return said + " " + gettext("Wann der Rat beschlossen hat, ist nicht eingetragen.")
    if plan.decision_body:
        return (
            said
            + " "
            + gettext("Als Beschluss eingetragen: %(body)s; das ist nicht als Rat zu erkennen.")
            % {"body": plan.decision_body}
        )
    return said + " " + gettext("Ein Beschluss des Rats ist nicht eingetragen.")


def binding_of_statement(row: PlanStatement, plan: Plan | None) -> Binding | None:
    """The class of a statement: by its marking where its plan holds, else that of its plan; None where nothing can bind or it is not known.

    Of a plan that does not hold nothing binds, whatever is marked, but goals of regional planning in preparation.
    """
    prepares = row.marking == PlanStatement.Marking.PREPARED or (
        row.marking == PlanStatement.Marking.GOAL
        and plan is not None
        and plan.status == Plan.Status.PROCEDURE
    )
    if prepares and (plan is None or plan.status != Plan.Status.EXPIRED):
        return BINDINGS[Bindingness.REGIONAL_PREPARED]
    marked = MARKED.get(row.marking)
    if plan is None:
        return BINDINGS[marked] if marked else None
    of_plan = binding_of_plan(plan)
    taken_at_its_word = plan.status in (Plan.Status.ADOPTED, Plan.Status.IN_FORCE) and not plan.decision_body
    if of_plan == Bindingness.NOT_ADOPTED and marked and taken_at_its_word:
        return BINDINGS[
            marked
        ]  # who adopted it is not entered; what a marking says of the law stands in its text
    if of_plan in (Bindingness.NOT_ADOPTED, Bindingness.REPORT, Bindingness.NOT_IN_FORCE):
        return BINDINGS[of_plan]
    if marked:
        return BINDINGS[marked]
    return None if row.type == PlanStatement.Type.STATE else BINDINGS[UNMARKED.get(plan.type, of_plan)]
