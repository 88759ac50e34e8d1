"""Where the city stands, on one page that fits one sheet of paper: every figure leads to what it counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

import rules
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy
from django.views.decorators.http import require_safe

from insek.concept.asker import Asker
from insek.people.actors import actor_of
from insek.people.breadcrumbs import breadcrumb
from insek.people.models import Unit
from insek.places.queries import place_choices
from insek.strategy.fact_sheet import FundingLine
from insek.strategy.money_pages import total_words
from insek.strategy.sums import total_of
from insek.strategy.totals import Span, funded_eur
from insek.thread.kinds import kind_named, kind_names
from insek.thread.models import Item
from insek.thread.shared_cache import cached, is_visitor
from insek.web.context import asker_of, concept_of
from insek.web.display import date_words, example_share, number_words

from .dashboard import state_bar, state_sentence
from .health import Health, Selection, health_of
from .how_far import WORST_FIRST
from .light import Light
from .nearer import goal_bar, goal_sentence, list_of_goals
from .pages import GOING, GOING_STATES, NEAR, NEAR_LIGHTS
from .states import MeasureState

NAMES = ("feld", "ort", "zustaendig")
"""What an address can choose."""
ASSURED = (FundingLine.State.GRANTED, FundingLine.State.DRAWN)


@require_safe
def city_health(request: HttpRequest) -> HttpResponse:
    """Goals, measures, money, checks, what is missing and what comes next; made once after each change for all who see the same."""
    asker, concept = asker_of(request), concept_of(request)
    filters = _filters(asker)
    chosen = Selection(*(part["value"] for part in filters))
    names = tuple(kind_names(asker)(kind, plural=True) for kind in ("goal", "measure"))

    def made() -> str:
        return SafeString(
            render_to_string(
                "steering/_health.html", _shown(asker, chosen, health_of(asker, chosen)), request
            )
        )

    if concept is None:
        body = ""
    else:
        seen_beside = tuple(
            (part["name"], option["value"], option["label"]) for part in filters for option in part["options"]
        )
        body = cached(concept, actor_of(request), ("health", chosen, names, seen_beside), made)
    context = {
        "page_title": _("Wo steht die Stadt?"),
        "page_lead": _("Ziele, Maßnahmen, Geld und Entscheidungen auf einen Blick. Jede Zahl von heute führt zu dem, was sie zählt."),
        "page_description": _("Wie weit das Konzept ist: Ziele nach Ampel, Maßnahmen nach Stand, Geld, Lücken, Prüfungen, Termine."),
        "active_nav": "city-health",
        "breadcrumb": breadcrumb((_("Umsetzung"), reverse("steering")), (_("Wo steht die Stadt?"), "")),
        "filters": filters,
        "chosen_words": " · ".join(
            str(option["label"]) for part in filters for option in part["options"] if option["selected"]
        ),
        "reset_url": request.path if chosen.asked else "",
        "body": body,
    }  # fmt: skip
    return render(request, "steering/health.html", context)


def _filters(asker: Asker) -> list[dict[str, Any]]:
    """What can be chosen, with what is. Unknown values give 404. Three queries."""
    if asker.concept is None:
        return []
    parts = (
        (_("Handlungsfeld"), [(each.key, str(each)) for each in asker.fields]),
        (_("Ort"), place_choices(asker.concept, asker.actor)),
        (_("Zuständig"), [(unit.key, str(unit)) for unit in Unit.objects.all()]),
    )
    filters = []
    for name, (label, choices) in zip(NAMES, parts, strict=True):
        value = asker.asked.get(name, "")
        if value and value not in dict(choices):
            raise Http404
        options = [{"value": key, "label": text, "selected": key == value} for key, text in choices]
        filters.append({"name": name, "label": label, "type": "select", "value": value, "options": options})
    return filters


def _list(kind: str, chosen: Selection, **asked: str) -> str:
    """The list of a kind of what is chosen, and of that what ``asked`` says."""
    beside = chosen.asked if kind in {"goal", "measure"} else chosen.asked_of_papers
    query = urlencode({**asked, **beside})
    return f"{reverse(kind_named(kind).list_name)}{f'?{query}' if query else ''}"


def _share_of(items: Iterable[Item]) -> str:
    """How many of some items are examples."""
    examples = [item.is_example for item in items]
    return example_share(sum(examples), len(examples))


def _of_all(items: Sequence[Item]) -> str:
    """Of how many, and how many of these are examples."""
    words = _("von %(all)s") % {"all": number_words(len(items))}
    share = _share_of(items)
    return f"{words} ({share})" if share else words


def _shown(asker: Asker, chosen: Selection, health: Health) -> dict[str, Any]:
    """What the page says."""
    items = [row.item for row in health.measures]
    goals = list(health.goals.values())
    return {
        "day": date_words(health.today),
        "counted": _counted(asker),
        "sees_gaps": rules.test_rule("thread.see_gaps", asker.actor),
        "figures": [*_figures(chosen, health, goals, items), *_check_figures(chosen, health)],
        "goals": {
            "sentence": goal_sentence(health.lights, health.courses),
            "bar": goal_bar(health.goals, health.lights, beside=chosen.asked),
            "table": _goal_table(chosen, health),
        }
        if goals
        else None,
        "measures": {
            "sentence": state_sentence(health.measures),
            "bar": state_bar(health.measures, "", lambda value: _list("measure", chosen, stand=value)),
            "table": _measure_table(chosen, health),
        }
        if items
        else None,
        "money": _money(chosen, health),
        "missing": _missing(chosen, health),
        "dates": health.dates,
        "goal_list": _list("goal", chosen),
        "measure_list": _list("measure", chosen),
        "place_note": bool(chosen.place),
        "steering_url": _steering(chosen),
    }


def _counted(asker: Asker) -> str:
    """Of what the figures are."""
    if is_visitor(asker.actor):
        return _("Gezählt ist, was öffentlich ist.")
    if asker.actor.sees_internal:
        return _("Gezählt ist auch, was nur die Verwaltung sieht.")
    return _("Gezählt ist, was Sie sehen dürfen.")


def _steering(chosen: Selection) -> str:
    """The page of implementation for the same field and unit; it does not choose by place."""
    asked = {name: value for name, value in chosen.asked.items() if name != "ort"}
    return f"{reverse('steering')}{f'?{urlencode(asked)}' if asked else ''}"


def _figures(chosen: Selection, health: Health, goals: list[Item], items: list[Item]) -> list[dict[str, Any]]:
    """How many goals come near enough, how many measures go well, how many name what they cost."""
    found = []
    if goals:
        near = sum(light in NEAR_LIGHTS for light in health.lights.values())
        found.append({
            "value": number_words(near), "label": ngettext("Ziel auf Kurs oder erreicht", "Ziele auf Kurs oder erreicht", near),
            "share": _of_all(goals), "url": list_of_goals(NEAR, beside=chosen.asked) if near else "",
        })  # fmt: skip
    if items:
        going = sum(row.status.state in GOING_STATES for row in health.measures)
        found.append({
            "value": number_words(going),
            "label": ngettext("Maßnahme nach Plan oder abgeschlossen", "Maßnahmen nach Plan oder abgeschlossen", going),
            "share": _of_all(items), "url": _list("measure", chosen, stand=GOING) if going else "",
        })  # fmt: skip
        named = health.money.named
        found.append({
            "value": number_words(named), "label": ngettext("Maßnahme nennt Kosten", "Maßnahmen nennen Kosten", named),
            "share": _of_all(items), "url": _list("measure", chosen, kosten="genannt") if named else "",
        })  # fmt: skip
    return found


def _check_figures(chosen: Selection, health: Health) -> list[dict[str, Any]]:
    """Which share of the decisions of citywide weight is checked; for visitors how many checks can be read."""
    if health.checked is not None:
        now, then = health.checked.now, health.checked.then
        if not now.weighty:
            return []
        notes = [
            _("Vor einem Jahr: %(share)s") % {"share": then.words} if then.weighty else _("Mit einem Datum von vor einem Jahr oder früher ist keine bekannt."),
        ]  # fmt: skip
        if health.checked.unknown:
            notes.append(
                ngettext(
                    "Bei einer weiteren ist das Gewicht unbekannt.", "Bei %(count)s weiteren ist das Gewicht unbekannt.",
                    health.checked.unknown,
                )
                % {"count": number_words(health.checked.unknown)}
            )  # fmt: skip
        return [{
            "value": f"{now.percent} %", "label": _("der Entscheidungen von gesamtstädtischem Gewicht sind geprüft"),
            "share": _("%(checked)s von %(all)s") % {"checked": number_words(now.checked), "all": number_words(now.weighty)},
            "url": _list("paper", chosen, gewicht="citywide", geprueft="ja") if now.checked else "", "note": " ".join(notes),
        }]  # fmt: skip
    count = health.public_checks
    if not count:
        return []
    return [{
        "value": number_words(count), "label": ngettext("Entscheidung an den Zielen geprüft", "Entscheidungen an den Zielen geprüft", count),
        "share": example_share(health.public_example_checks, count), "url": _list("concept_check", chosen, stand="final"),
    }]  # fmt: skip


def _cell(count: int, url: str = "") -> dict[str, Any]:
    return {"text": number_words(count), "url": url if count else "", "numeric": True}


def _table(
    id: str, caption: Any, head: Any, rows: list[list[Any]], *, then: bool, note: Any
) -> dict[str, Any]:
    """What is counted, today and a year ago; where nothing is known of then, today alone."""
    columns: list[dict[str, Any]] = [{"label": head}, {"label": _("heute"), "numeric": True}]
    if then:
        columns.append({"label": _("vor einem Jahr"), "numeric": True})
    return {
        "id": id, "caption": caption, "hide_caption": True, "columns": columns,
        "rows": [row[: len(columns)] for row in rows], "note": note,
    }  # fmt: skip


def _goal_table(chosen: Selection, health: Health) -> dict[str, Any]:
    now: Counter[Any] = Counter(health.lights.values())
    then: Counter[Any] = Counter(health.lights_then.values())
    known = any(light not in {None, Light.GREY} for light in health.lights_then.values())
    named: list[tuple[Light | None, Any]] = [
        *((light, light.label) for light in WORST_FIRST),
        (None, _("ohne Zielwert")),
    ]
    rows: list[list[Any]] = [
        [str(label), _cell(now[light], list_of_goals(light, beside=chosen.asked)), _cell(then[light])]
        for light, label in named
        if now[light] or (known and then[light])
    ]
    day = date_words(health.then)
    note = (
        _("Für den %(day)s mit den Werten von damals gerechnet; Ziele und Zielwerte sind die von heute.") % {"day": day}
        if known
        else _("Von keinem dieser Ziele lässt sich sagen, wie es am %(day)s stand: Es fehlen Werte von damals.") % {"day": day}
    )  # fmt: skip
    return _table("ziele-tabelle", _("Ziele nach ihrer Ampel"), _("Ampel"), rows, then=known, note=note)


def _measure_table(chosen: Selection, health: Health) -> dict[str, Any]:
    now = Counter(row.status.state for row in health.measures)
    then = Counter(health.states_then.values())
    known = bool(health.states_then)
    rows: list[list[Any]] = [
        [str(state.label), _cell(now[state], _list("measure", chosen, stand=state.value)), _cell(then[state])]
        for state in MeasureState
        if now[state] or then[state]
    ]
    unknown = len(health.measures) - len(health.states_then)
    if known and unknown:
        rows.append([_("von damals ist nichts bekannt"), {"text": "–", "numeric": True}, _cell(unknown)])
    day = date_words(health.then)
    note = (
        _("Für den %(day)s aus Berichten, erledigten Schritten und gesetzten Ständen, soweit sie heute bekannt sind.") % {"day": day}
        if known
        else _("Zu keiner dieser Maßnahmen liegt aus der Zeit bis zum %(day)s etwas vor; ein Vergleich ist nicht möglich.") % {"day": day}
    )  # fmt: skip
    return _table(
        "massnahmen-tabelle", _("Maßnahmen nach ihrem Stand"), _("Stand"), rows, then=known, note=note
    )


def _money(chosen: Selection, health: Health) -> dict[str, Any] | None:
    """What the measures cost together, and what of that is assured from outside; None without measures."""
    money = health.money
    if not money.items:
        return None
    said = []
    total = total_of(money)
    if total.total is not None:
        said.append(
            _("Die genannten Kosten ergeben zusammen %(total)s.") % {"total": total_words(total.total)}
        )
    if total.all_years is not None:
        said.append(_("Jährliche Kosten sind darin über ihre Jahre gezählt."))
    if money.endless:
        said.append(_("Jährliche Kosten, deren Ende niemand nennt, sind nicht darin."))
    if money.open_lines:
        said.append(
            ngettext("Bei einer Kostenzeile ist der Betrag noch offen.", "Bei %(count)s Kostenzeilen ist der Betrag noch offen.", money.open_lines)
            % {"count": number_words(money.open_lines)}
        )  # fmt: skip
    if not said:
        said.append(_("Was die Maßnahmen kosten, ist noch nicht genannt."))
    amounts = [funded_eur(line) for line, _item in money.funding if line.state in ASSURED]
    assured = sum(amount for amount in amounts if amount is not None)
    if assured:
        said.append(
            _("Bewilligt oder abgerufen sind %(amount)s.") % {"amount": total_words(Span(assured, assured))}
        )
    elif not amounts:
        said.append(_("Eine bewilligte Förderung ist nicht genannt."))
    if None in amounts:
        said.append(_("Bei mindestens einer bewilligten Förderung fehlt der Betrag."))
    if money.has_examples:
        said.append(_("Darunter sind Beispiele."))
    asked = {name: value for name, value in chosen.asked.items() if name != "ort"}
    return {
        "sentences": said,
        "url": "" if chosen.place else f"{reverse('money')}{f'?{urlencode(asked)}' if asked else ''}",
    }


def _missing(chosen: Selection, health: Health) -> list[dict[str, Any]]:
    """What is missing or overdue, each with its number, the examples among them and the way there."""
    aimless = [goal for pk, goal in health.goals.items() if health.lights[pk] is None]
    costless = {each.item.pk for each in health.money.costs if each.span is not None}
    found: list[tuple[Any, Sequence[Item], str]] = [
        (ngettext_lazy("Maßnahme mit überfälligem Schritt", "Maßnahmen mit überfälligem Schritt"), [row.item for row in health.late], _list("measure", chosen, fehlt="schritt")),
        (ngettext_lazy("Maßnahme mit fälligem Bericht", "Maßnahmen mit fälligem Bericht"), health.reports_due or [], _list("measure", chosen, fehlt="bericht")),
        (ngettext_lazy("Ziel ohne Zielwert", "Ziele ohne Zielwert"), aimless, list_of_goals(None, beside=chosen.asked)),
        (ngettext_lazy("Ziel ohne Maßnahme", "Ziele ohne Maßnahme"), health.goals_without_measure, _list("goal", chosen, massnahme="ohne")),
        (ngettext_lazy("Maßnahme ohne Ziel", "Maßnahmen ohne Ziel"), health.measures_without_goal, _list("measure", chosen, fehlt="ziel")),
        (
            ngettext_lazy("Maßnahme ohne Zuständigkeit", "Maßnahmen ohne Zuständigkeit"),
            [row.item for row in health.measures if row.measure.responsible_id is None],
            _list("measure", chosen, fehlt="zustaendig"),
        ),
        (ngettext_lazy("Maßnahme ohne genannte Kosten", "Maßnahmen ohne genannte Kosten"), [row.item for row in health.measures if row.item.pk not in costless],
         _list("measure", chosen, kosten="offen")),
    ]  # fmt: skip
    lines = [
        {
            "count": number_words(len(items)),
            "label": str(label % len(items)),
            "url": url,
            "share": _share_of(items),
        }
        for label, items, url in found
        if items
    ]
    if health.checked is not None and (rest := health.checked.now.weighty - health.checked.now.checked):
        label = ngettext(
            "Entscheidung von gesamtstädtischem Gewicht ohne Prüfung",
            "Entscheidungen von gesamtstädtischem Gewicht ohne Prüfung",
            rest,
        )
        url = _list("paper", chosen, gewicht="citywide", geprueft="nein")
        lines.append({"count": number_words(rest), "label": label, "url": url, "share": ""})
    return lines
