"""Rows of steering for tests of other rooms."""

from __future__ import annotations

import re
from datetime import date

from django.test import Client

from insek import clock
from insek.concept.models import Concept
from insek.people.actors import actor_for
from insek.people.models import Unit
from insek.steering import rounds
from insek.steering.budget_models import BudgetLine, BudgetPlan
from insek.steering.round_models import ReportRound

NEW = {"says": "new", "state": "delayed", "happened": "Das Gutachten fehlt."}


def round_arguments(concept: Concept, unit: Unit, other: Unit) -> dict[str, dict[str, list[object]]]:
    """A round that asks both units, and what the addresses of rounds are asked with."""
    round = ReportRound.objects.create(
        concept=concept, title="Jahresbericht", period_from=date(2025, 1, 1), period_to=date(2025, 12, 31),
        closes_on=clock.today(),
    )  # fmt: skip
    round.units.set([unit, other])
    return {
        "report-round": {"": [round.key], "unknown": ["nichts"]},
        "report-round-edit": {"": [round.key]},
        "report-round-unit": {"own": [round.key, unit.key], "of another": [round.key, other.key]},
    }


def budget_arguments(concept: Concept) -> dict[str, dict[str, list[object]]]:
    """Two budgets, of which everybody sees one, and what their addresses are asked with."""
    lines = []
    for year, is_public in ((2026, True), (2027, False)):
        plan = BudgetPlan.objects.create(concept=concept, title=f"Haushalt {year}", first_year=year, last_year=year, stage="adopted", is_public=is_public)  # fmt: skip
        lines.append(BudgetLine.objects.create(budget_plan=plan, title="Brücke", amounts={f"{year}": 5}, identity="abc"))  # fmt: skip
    keys = [[line.budget_plan.key, line.key] for line in lines]
    return {
        "budget-line": {"public": keys[0], "internal": keys[1], "unknown": ["nichts", "nichts"]},
        **{name: {"": [keys[1][0]]} for name in ("budget-edit", "budget-act")},
    }


def line_of_budget(concept: Concept) -> BudgetLine:
    """A line of a budget that everybody sees."""
    plan = BudgetPlan.objects.create(concept=concept, title="Haushalt 2031", first_year=2031, last_year=2031, stage="adopted", is_public=True)  # fmt: skip
    return BudgetLine.objects.create(
        budget_plan=plan, title="Neue Brücke", amounts={"2031": 5}, identity="abc"
    )


def open_round(concept, lead, units, **values):
    said = {
        "title": "Jahresbericht 2026", "text": "", "period_from": date(2025, 1, 1), "period_to": date(2025, 12, 31),
        "closes_on": date(2026, 4, 3), "asks": ["next_step", "obstacles", "spent_eur"], "units": units, **values,
    }  # fmt: skip
    return rounds.save_round(ReportRound(concept=concept), said, expected_version=0, actor=actor_for(lead))


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def page_of(round, unit):
    return f"/mein-bereich/berichtsrunden/{round.key}/einheit/{unit.key}"


def form_of(client, address):
    """What a browser would send from this page: every field with what stands in it."""
    text = client.get(address).content.decode()
    sent = {}
    for tag in re.findall(r"<input[^>]*>", text):
        found = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if found.get("name", "").startswith("m-") and (found.get("type") != "radio" or " checked" in tag):
            sent[found["name"]] = found.get("value", "")
    for name, body in re.findall(r'<textarea[^>]*name="(m-[^"]+)"[^>]*>\s?(.*?)</textarea>', text, re.S):
        sent[name] = body
    for name, body in re.findall(r'<select[^>]*name="(m-[^"]+)"[^>]*>(.*?)</select>', text, re.S):
        chosen = re.search(r'value="([^"]*)" selected', body)
        sent[name] = chosen[1] if chosen else ""
    return sent


def answered(item, **values):
    return {f"m-{item.pk}-{name}": value for name, value in values.items()}


def say(round, item, unit, user, *, version=0, **values):
    known = {
        "says": "",
        "state": "",
        "deferred_for": "",
        "happened": "",
        "next_step": "",
        "obstacles": "",
        "spent_eur": None,
    }
    return rounds.save_answer(
        round, item, unit, {**known, **values}, expected_version=version, actor=actor_for(user)
    )
