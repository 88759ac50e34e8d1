"""Where the strategy is torn."""

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from insek.concept.models import Concept, Field
from insek.thread.gaps import Gap, items_without, register_gap
from insek.thread.kinds import link_kind_named
from insek.thread.models import Item, Link
from insek.thread.services import commitment_kinds


def examples_decided(concept: Concept) -> QuerySet[Item]:
    """Examples with a link that claims a real decision: looked for from the decisions, which are few."""
    ends = {end for kind in commitment_kinds() for _source, end in link_kind_named(kind).pairs}
    decisions = Item.objects.filter(concept=concept, kind__in=ends).exclude(standing="example")
    claims = Link.objects.filter(
        target__in=decisions.values("pk"), kind__in=commitment_kinds(), source__standing="example"
    )
    return Item.objects.filter(pk__in=claims.values("source"))


register_gap(
    Gap(
        name="example_decided",
        severity="blocking",
        title=_("Beispiel, das als beschlossen gilt"),
        advice=_("Lösen Sie die Verknüpfung mit dem echten Beschluss."),
        mend="item",
        find=examples_decided,
    )
)
FOLLOWS = ("evidences", "taken_up")
"""Links by which something of the concept follows from a plan."""

register_gap(
    Gap(
        name="minutes_without_consequence",
        severity="hint",
        title=_("Protokoll ohne Folge"),
        advice=_("Welcher Befund stützt sich darauf, welches Ziel oder welche Maßnahme wurde angeregt?"),
        find=lambda concept: items_without(concept, "minutes", consequence="evidences").filter(
            ~Exists(Link.objects.filter(source=OuterRef("pk"), kind="suggests"))
        ),
    )
)
register_gap(
    Gap(
        name="plan_without_consequence",
        severity="hint",
        title=_("Planwerk, aus dem nichts folgt"),
        advice=_(
            "Verknüpfen Sie das Planwerk mit dem Befund, den es belegt, oder mit dem Ziel, in das es eingeht."
        ),
        link_choice="folgen.evidences.finding",
        find=lambda concept: Item.objects.filter(
            ~Exists(Link.objects.filter(source=OuterRef("pk"), kind__in=FOLLOWS)),
            concept=concept,
            kind="plan",
        ),
    )
)
register_gap(
    Gap(
        name="finding_without_goal",
        severity="hint",
        title=_("Befund, aus dem nichts folgt"),
        advice=_("Verknüpfen Sie den Befund mit dem Ziel oder der Leitlinie, die daraus folgt."),
        link_choice="folgen.justifies.goal",
        find=lambda concept: items_without(concept, "finding", consequence="justifies"),
    )
)
register_gap(
    Gap(
        name="field_without_goal",
        severity="warning",
        title=_("Handlungsfeld mit Befunden, aber ohne Ziel"),
        advice=_("Leiten Sie aus den Befunden mindestens ein Ziel ab."),
        find=lambda concept: Field.objects.filter(
            Exists(Item.objects.filter(fields=OuterRef("pk"), kind="finding")),
            ~Exists(Item.objects.filter(fields=OuterRef("pk"), kind="goal")),
            concept=concept,
            waits_for="",
        ),
        subject="field",
        mend="goal",
    )
)
register_gap(
    Gap(
        name="goal_without_reason",
        severity="warning",
        title=_("Ziel ohne Begründung"),
        advice=_("Verknüpfen Sie das Ziel mit dem Befund oder der Leitlinie, woraus es folgt."),
        link_choice="gruende.justifies.finding",
        find=lambda concept: items_without(concept, "goal", reason="justifies").filter(
            ~Exists(Link.objects.filter(target=OuterRef("pk"), kind="guides"))
        ),
    )
)
register_gap(
    Gap(
        name="goal_without_measure",
        severity="warning",
        title=_("Ziel ohne Maßnahme"),
        advice=_("Verknüpfen Sie das Ziel mit mindestens einer Maßnahme, die es umsetzt."),
        link_choice="folgen.implemented_by.measure",
        find=lambda concept: items_without(concept, "goal", consequence="implemented_by").filter(
            goal__children=None
        ),
    )
)
register_gap(
    Gap(
        name="goal_without_indicator",
        severity="hint",
        title=_("Ziel ohne Indikator"),
        advice=_("Verknüpfen Sie das Ziel mit dem Indikator, an dem es gemessen wird."),
        link_choice="folgen.measured_by.indicator",
        find=lambda concept: items_without(concept, "goal", consequence="measured_by"),
    )
)
register_gap(
    Gap(
        name="measure_without_goal",
        severity="warning",
        title=_("Maßnahme ohne Ziel"),
        advice=_("Verknüpfen Sie die Maßnahme mit dem Ziel, dem sie dient."),
        link_choice="gruende.implemented_by.goal",
        find=lambda concept: items_without(concept, "measure", reason="implemented_by"),
    )
)
register_gap(
    Gap(
        name="measure_without_responsible",
        severity="warning",
        title=_("Maßnahme ohne Zuständigkeit"),
        advice=_("Tragen Sie ein, welche Organisationseinheit zuständig ist."),
        find=lambda concept: Item.objects.filter(concept=concept, kind="measure", measure__responsible=None),
        mend="edit",
    )
)
