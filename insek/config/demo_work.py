"""What the demo logins have been doing: a few changes that wait for their release, so that those pages are alive."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from insek import clock
from insek.concept.models import Concept
from insek.people.actors import Actor, actor_for
from insek.people.models import Unit, User
from insek.release.models import Proposal
from insek.release.releases import link_or_propose, release, save_or_propose
from insek.steering.round_models import ReportRound
from insek.steering.round_queries import counted_now, last_reports, measures_asked
from insek.steering.rounds import save_answer
from insek.steering.services import report_status
from insek.thread.models import Item, Link, Round
from insek.thread.rounds import create_round

CHANGES: list[tuple[str, str, str, dict[str, tuple[str, str]], str]] = [
    ("planung", "goal", "Z 4.1.1",
     {"text": ("mindestens alle 30 Minuten", "alle 30 Minuten, im Berufsverkehr alle 15 Minuten,")},
     "Der Ortsbeirat bittet um einen dichteren Takt am Morgen."),
    ("planung", "goal", "Z 3.1", {"title": ("kühlt ab", "bleibt auch im Sommer kühl")},
     "So steht es in der Einladung zur Planungswerkstatt."),
]  # fmt: skip
"""Who changes what in which example: the words that go and the words that come."""


def propose_changes() -> None:
    """Let the demo logins propose changes of examples, once; what the city lacks by now is left out."""
    concept = Concept.objects.order_by("pk").first()
    if concept is None or Proposal.objects.exists():
        return
    examples = Item.objects.filter(concept=concept, standing="example", visibility="public")
    for login, kind, number, words, note in CHANGES:
        item = examples.filter(kind=kind, number=number).first()
        actor = _actor(login)
        values: dict[str, Any] = {
            name: getattr(item, name).replace(*pair) for name, pair in words.items() if item is not None
        }
        if item is not None and actor is not None:
            save_or_propose(item, expected_version=item.version, values=values, actor=actor, note=note)
    department = _actor("referat")
    own = examples.filter(kind="measure", measure__responsible=department.unit_id if department else None)
    item = own.select_related("measure").order_by("sort_key", "pk").first()
    if item is not None and department is not None and department.unit_id is not None:
        happened = "Die Vorplanung ist abgeschlossen, die Leitungen sind geortet. (Beispiel)"
        values = {"state": "on_track", "happened": happened, "next_step": "Ausschreibung im Frühjahr"}
        report_status(item.measure, values, actor=department)


ROUND = "Beispielrunde: Mobilität im Westen"
IN_ROUND = ("leitung", "planung", "buero", "referat", "rat", "ortsbeirat")


def gather_round() -> None:
    """A round with people in it, once, so that members see what one is."""
    concept, lead = Concept.objects.order_by("pk").first(), _actor("leitung")
    if concept is None or lead is None or Round.objects.filter(concept=concept).exists():
        return
    members = User.objects.filter(username__in=IN_ROUND, is_demo=True)
    create_round(concept=concept, name=ROUND, ends=None, members=list(members), actor=lead)


REPORT_ROUNDS = (("Beispielrunde 2025", -380, -340), ("Beispielrunde 2026", -9, 20))
"""Name, and the days from that of the demo on which it opened and on which answers are due."""


def hold_report_rounds() -> None:
    """A report round of last year that has ended and one that runs, once; in it the department has begun to answer."""
    concept, lead, department = Concept.objects.order_by("pk").first(), _actor("leitung"), _actor("referat")
    if concept is None or lead is None or department is None or ReportRound.objects.exists():
        return
    asked = Item.objects.filter(concept=concept, kind="measure", standing="example", visibility="public")
    units = list(Unit.objects.filter(measures__item__in=asked).distinct().order_by("key"))
    for title, opens, closes in REPORT_ROUNDS if units else ():
        opened, closes_on = clock.today() + timedelta(days=opens), clock.today() + timedelta(days=closes)
        ended = {"closed_on": closes_on + timedelta(days=10)} if closes_on < clock.today() else {}
        held = ReportRound.objects.create(
            concept=concept, title=title, text="Erfunden für die Vorführung: So fragt die Projektleitung einmal im Jahr.",
            period_from=date(opened.year, 1, 1), period_to=date(opened.year, 12, 31), opened_on=opened, closes_on=closes_on,
            asks=["next_step", "obstacles"], shows_shares=True, **ended,
        )  # fmt: skip
        held.units.set(units)
        if ended:
            held.counted = {key: [of, of - at % 2 if of > 1 else of] for at, (key, (of, _came)) in enumerate(sorted(counted_now(held).items()))}  # fmt: skip
            held.save(update_fields=["counted"])
    own = department.unit_id and Unit.objects.filter(pk=department.unit_id).first()
    if units and own:
        known = measures_asked(held, [own.pk])
        reported = last_reports([item.pk for item in known], department)
        for item in [item for item in asked if item.pk in reported][
            :1
        ]:  # nothing new is said of a report that there is
            save_answer(held, item, own, {"says": "same"}, expected_version=0, actor=department)


INTERPLAY = (
    ("Z 3.1", "Z 3.2", "strengthens", "Wo Kaltluft aus dem Wald bis in die Mitte strömt, kühlt die Innenstadt nachts ab."),
    ("Z 4.2", "Z 4.4", "strengthens", "Ein Radnetz ohne Lücken gibt Pendelnden eine Wahl; das spart Autofahrten in die Mitte."),
    ("Z 1.1", "Z 3.2", "in_tension", "Auf manchen Brachen strömt Kaltluft: Dort steht Wohnraum gegen Kühlung und ist abzuwägen."),
)  # fmt: skip
"""Examples of goals that strengthen one another or are in tension, with the reason."""


def confirm_interplay() -> None:
    """What the project lead has confirmed of goals that work together, once."""
    concept, lead = Concept.objects.order_by("pk").first(), _actor("leitung")
    kinds = {kind for _one, _other, kind, _because in INTERPLAY}
    if (
        concept is None
        or lead is None
        or Link.objects.filter(source__concept=concept, kind__in=kinds).exists()
    ):
        return
    goals = {
        item.number: item
        for item in Item.objects.filter(concept=concept, kind="goal", standing="example", visibility="public")
    }
    for one, other, kind, because in INTERPLAY:
        if one in goals and other in goals:
            source, target = sorted((goals[one], goals[other]), key=lambda goal: goal.pk)
            made = link_or_propose(source, target, kind=kind, reason=because, actor=lead)
            if isinstance(made, Proposal):
                release(made, expected_version=made.version, actor=lead)


def _actor(login: str) -> Actor | None:
    user = User.objects.filter(username=login, is_demo=True).first()
    return actor_for(user) if user else None
