"""What the demo logins have been doing: a few changes that wait for their release, so that those pages are alive."""

from __future__ import annotations

from typing import Any

from insek.concept.models import Concept
from insek.people.actors import Actor, actor_for
from insek.people.models import User
from insek.release.models import Proposal
from insek.release.releases import save_or_propose
from insek.steering.services import report_status
from insek.thread.models import Item, Round
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


def _actor(login: str) -> Actor | None:
    user = User.objects.filter(username=login, is_demo=True).first()
    return actor_for(user) if user else None
