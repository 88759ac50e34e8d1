"""A city in which more has happened than in the sample: computed, suggested, told and answered; called in a process of its own.

Prints as JSON the addresses that only somebody who was there can know.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from insek.concept.models import Concept
    from insek.people.actors import Actor

ROOT = Path(__file__).resolve().parents[2]
COUNTED = "d53sjjmf"
"""An indicator that counts; in some places there are few."""
PROBLEM = "Der Mailserver nimmt diese Adresse nicht an: 550 mailbox unavailable"


def live_in(folder: Path, environment: dict[str, str]) -> dict[str, str]:
    """Let all of it happen in the city of this folder; the addresses by name."""
    done = subprocess.run(
        [sys.executable, "-m", __name__], cwd=ROOT, env={**environment, "DJANGO_SETTINGS_MODULE": "insek.config.settings"},
        capture_output=True, text=True, encoding="utf-8", timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    assert (folder / "insek.sqlite3").exists()
    return found


def _happen() -> dict[str, str]:
    from insek.concept.models import Concept
    from insek.evidence.scenarios.models import Scenario
    from insek.evidence.scenarios.runs import begin_computing, compute_scenario, latest_of
    from insek.people.actors import actor_for
    from insek.people.models import User
    from insek.plans.rubric_values import rubric_of, set_rubric
    from insek.suggestions.register import all_suggesters
    from insek.suggestions.runs import begin_run, run_suggester

    concept = Concept.objects.get()
    lead: Actor = actor_for(User.objects.get(username="leitung"))
    for scenario in Scenario.objects.all():
        compute_scenario.call(begin_computing(scenario).pk)
        assert latest_of(scenario) is not None
    _said_by_plans(concept, lead)
    for suggester in all_suggesters():
        if not suggester.of_kind or suggester.order == 5:  # the others look at one item that somebody chose
            run_suggester.call(begin_run(suggester, concept).pk)
    _contradicted(lead)
    rubric = rubric_of(concept.pk)
    key = next(name for name, value in rubric.values.items() if name.startswith("half_life") and value < 20)
    reason = "Beispiel: Die Stadt schreibt diese Planwerke später fort als üblich."
    set_rubric(concept, values={key: rubric.values[key] + 1}, reason=reason, stamp=rubric.stamp, actor=lead)
    _measured_hidden_and_grouped()
    return {**_told(concept), **_links(concept, lead)}


def _measured_hidden_and_grouped() -> None:
    """An analysis of reach is computed, small counts are hidden from all but the lead, groups of the sign-in service give roles."""
    from insek.evidence.reaching.models import ReachAnalysis, ReachRun
    from insek.evidence.reaching.runs import begin_measuring, measure_reach
    from insek.evidence.secrecy.models import ProtectedValue, SmallCounts
    from insek.evidence.secrecy.showing import show_values
    from insek.people.models import GroupRole, Right, Role, Unit

    run = begin_measuring(ReachAnalysis.objects.get())
    measure_reach.call(run.pk)
    assert ReachRun.objects.get(pk=run.pk).state == ReachRun.State.DONE
    SmallCounts.objects.create(indicator_id=COUNTED, rule=SmallCounts.Rule.KEEP, below=3)
    show_values.call(COUNTED)
    assert ProtectedValue.objects.filter(observation__indicator=COUNTED).exists()
    role = Role.objects.get(memberships__user__username="leitung")
    Role.objects.filter(pk=role.pk).update(rights=[*role.rights, Right.SEE_PROTECTED])
    group = "cn=insek-projektleitung,ou=Anwendungsberechtigungen,dc=stadt,dc=example"
    GroupRole.objects.create(group=group, role=role, unit=Unit.objects.order_by("pk").first())


def _said_by_plans(concept: Concept, lead: Actor) -> None:
    """What three plans say of the same, each otherwise."""
    from insek.thread.models import Item
    from insek.thread.services import create_item

    plans = Item.objects.filter(
        concept=concept, kind="plan", plan__status="adopted", plan__area="Gesamtstadt"
    )
    for plan, dwellings in zip(plans.select_related("plan").order_by("pk"), (500, 900, 700), strict=False):
        text = f"Bis 2030 entstehen {dwellings} Wohnungen am Bahnhof."
        values = {
            "title": text,
            "text": text,
            "type": "aim",
            "plan": plan.plan,
            "visibility": "public",
            "standing": "example",
        }
        create_item(kind="plan_statement", concept=concept, values=values, actor=lead)


def _contradicted(lead: Actor) -> None:
    """Of the contradictions that the program suspects one is confirmed; others wait."""
    from insek.plans.contradicting import CONTRADICTION
    from insek.release.releases import release
    from insek.suggestions.models import Suggestion
    from insek.suggestions.services import accept

    first, *others = Suggestion.objects.filter(kind=CONTRADICTION).order_by("pk")
    assert others
    accept(first, expected_version=first.version, actor=lead)
    first.refresh_from_db()
    if first.proposal is not None:
        release(first.proposal, expected_version=first.proposal.version, actor=lead)


def _told(concept: Concept) -> dict[str, str]:
    """Notices in every state, to a person each login of the journeys is, and two who follow."""
    from insek.notices.composing import stop_token
    from insek.notices.following import token_of
    from insek.notices.models import Follow, MailText, Notice, NoticeSettings, UnitDuty
    from insek.notices.outbox import tell_of_the_day
    from insek.people.models import Unit, User

    tell_of_the_day()
    for number, state in enumerate(Notice.State.values):
        for login in ("leitung", "verwaltung"):
            Notice.objects.create(
                concept=concept, kind="returned", to=f"user:{User.objects.get(username=login).pk}", subject=f"nicht{number}da", state=state,
                data={"proposal": 1}, problem=PROBLEM if state == Notice.State.FAILED else "",
            )  # fmt: skip
    lead = User.objects.get(username="leitung")
    NoticeSettings.objects.create(
        user=lead,
        rhythm="weekly",
        absent_from="2026-12-21",
        absent_until="2027-01-08",
        refused_on="2026-11-27",
    )
    for unit, part in zip(Unit.objects.order_by("pk"), UnitDuty.Part.values, strict=False):
        UnitDuty.objects.create(unit=unit, user=lead, part=part)
    MailText.objects.create(
        kind="returned", language="de", subject="Zurück: {titel}", text="Guten Tag {name},\n\n{titel}"
    )
    follows = [
        Follow.objects.create(
            concept=concept, topic="suche=Rad", email=f"{name}@stadt.example", ends="2028-11-28"
        )
        for name in ("neu", "schon")
    ]
    Follow.objects.filter(pk=follows[1].pk).update(confirmed_at=follows[1].made_at)
    asked, confirmed = (f"/folgen/bestaetigen/{token_of(row)}" for row in follows)
    stop = f"/nachrichten/abbestellen/{stop_token(f'user:{lead.pk}', ['returned'])}"
    return {"follow asked": asked, "follow confirmed": confirmed, "stop": stop}


def _links(concept: Concept, lead: Actor) -> dict[str, str]:
    """Personal links: one that is valid, one that was taken back, one that is over."""
    from insek.notices.links import make_link, path_of, purposes, revoke_link
    from insek.notices.models import AnswerLink
    from insek.thread.models import Item

    purpose = next(iter(purposes()))
    unit = Item.objects.filter(kind="measure").exclude(measure__responsible=None).first().measure.responsible
    made = [
        make_link(
            concept=concept,
            purpose=purpose,
            unit=unit,
            name="Erika Beispiel",
            email=email,
            days=30,
            actor=lead,
        )
        for email in ("erika@stadt.example", "", "")
    ]
    revoke_link(made[1], actor=lead)
    AnswerLink.objects.filter(pk=made[2].pk).update(ends_at=made[2].made_at - timedelta(days=1))
    one = (
        Item.objects.filter(concept=concept, kind="measure", measure__responsible=unit).order_by("pk").first()
    )
    valid, revoked, over = (path_of(link) for link in made)
    return {
        "answer": valid,
        "answer for one": f"{valid}?m={one.pk}",
        "answer revoked": revoked,
        "answer over": over,
    }


if __name__ == "__main__":
    import django

    django.setup()
    assert os.environ["INSEK_ENV"] == "demo"
    print(json.dumps(_happen()))
