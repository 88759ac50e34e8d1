"""The page of the budget in its views, its workbook, and the pages on which a budget and its lines are kept."""

from __future__ import annotations

from typing import Any

import rules
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from insek.concept.asker import Asker
from insek.people.actors import actor_of, require
from insek.people.breadcrumbs import breadcrumb
from insek.people.locking import Conflict
from insek.people.requests import posted, posted_version
from insek.strategy.money_words import euro
from insek.suggestions.models import Suggestion
from insek.suggestions.queries import QueueChoice
from insek.thread.models import Item
from insek.web.context import asker_of, concept_fields, concept_or_404
from insek.web.display import date_words, number_words

from . import budgets
from .budget_forms import BudgetLineForm, BudgetPlanForm, LineMatchForm
from .budget_models import BudgetLine, BudgetMatch, BudgetPlan
from .budget_shown import figures_of, investment_bar, notes_of, said_of, sum_chart
from .budget_state import BudgetState, first_shown, plan_before, plans_for, state_of_budget
from .budget_suggested import MATCH, NAME
from .budget_tables import GROUPED, SHOWN, VIEWS, BudgetView, page_table, sorted_rows, workbook
from .budget_words import NOT_MATCHED, NOT_NAMED, line_heading, open_words

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ALL_LINES, OF_ALL_LINES = "zeilen", ("q", "seite", "zuordnung")
"""The view of all lines, and the words of its address that narrow it alone."""
SEARCH = 100
"""Letters of a search among lines."""


def _views(asker: Asker, plan: BudgetPlan | None) -> list[BudgetView]:
    views = [view for view in VIEWS.values() if view.for_all or asker.actor.sees_internal]
    return [view for view in views if view.for_supplement or plan is None or not plan.is_supplement]


def _asked_view(asker: Asker, plan: BudgetPlan | None) -> BudgetView | None:
    name = asker.asked.get("sicht", "")
    if not name:
        return None
    view = VIEWS.get(name)
    if view is None or view not in _views(asker, None):
        raise Http404
    return view if view in _views(asker, plan) else None


def _asked_plan(asker: Asker, plans: list[BudgetPlan]) -> BudgetPlan | None:
    key = asker.asked.get("haushalt", "")
    if not key:
        return first_shown(plans)
    found = next((plan for plan in plans if plan.key == key), None)
    if found is None:
        raise Http404
    return found


def _select(name: str, label: Any, value: str, choices: list[tuple[str, str]]) -> dict[str, Any]:
    if value and value not in dict(choices):
        raise Http404
    options = [{"value": key, "label": text, "selected": key == value} for key, text in choices]
    return {"name": name, "label": label, "type": "select", "value": value, "options": options}


def _filters(request: HttpRequest, asker: Asker, view: BudgetView | None) -> list[dict[str, Any]]:
    """Field and district of the measures; of all lines further words; none where whole budgets are compared. One query."""
    if view is not None and view.is_of_whole:
        return []
    places = Item.objects.visible_to(asker.actor).filter(concept=asker.concept, kind="district").order_by("sort_key", "pk")  # fmt: skip
    filters = [
        _select("feld", _("Handlungsfeld der Maßnahme"), asker.asked.get("feld", ""), [(each.key, str(each)) for each in concept_fields(request)]),
        _select("bezirk", _("Ort der Maßnahme"), asker.asked.get("bezirk", ""), [(place.pk, place.shown_title) for place in places]),
    ]  # fmt: skip
    if view is not None and view.name == ALL_LINES:
        filters += [
            {"name": "q", "label": _("Wort oder Nummer"), "type": "search", "value": asker.asked.get("q", "")[:SEARCH]},
            _select("seite", _("Einnahme oder Ausgabe"), asker.asked.get("seite", ""), [(value, str(label)) for value, label in BudgetLine.Side.choices]),
            _select("zuordnung", _("Zuordnung"), asker.asked.get("zuordnung", ""), [("zugeordnet", _("zu einer Maßnahme")), ("offen", open_words(asker.actor.sees_internal)), ("keine", _("keine Maßnahme des Konzepts"))]),
        ]  # fmt: skip
    return filters


def _narrowed(state: BudgetState, asker: Asker) -> BudgetState:
    """The lines that the filters of the list leave."""
    words, side, matched = (asker.asked.get(name, "") for name in ("q", "seite", "zuordnung"))
    lines = state.lines
    if words := words[:SEARCH].casefold().strip():
        lines = [each for each in lines if words in f"{line_heading(each.line)} {each.line.product} {each.line.product_name}".casefold()]  # fmt: skip
    if side:
        lines = [each for each in lines if each.line.side == side]
    if matched:
        known = {"zugeordnet": lambda each: bool(each.measures), "offen": lambda each: each.is_open, "keine": lambda each: each.line.is_without_measure}  # fmt: skip
        lines = [each for each in lines if known[matched](each)]
    state.lines = lines
    return state


def _address(request: HttpRequest, **changed: str) -> str:
    """This page, otherwise; what only the list of all lines is narrowed by goes with no other view."""
    query = request.GET.copy()
    if changed.get("sicht", query.get("sicht")) != ALL_LINES:
        changed = {**dict.fromkeys(OF_ALL_LINES, ""), **changed}
    for name, value in changed.items():
        query.pop(name, None)
        if value:
            query[name] = value
    return f"{request.path}?{query.urlencode()}" if query else request.path


@require_safe
def budget(request: HttpRequest) -> HttpResponse:
    """A budget: what it does for the measures in one view, then one question at a time. Some twenty queries."""
    asker = asker_of(request)
    concept_or_404(request)
    plans = plans_for(asker)
    plan = _asked_plan(asker, plans)
    view, views = _asked_view(asker, plan), _views(asker, plan)
    context: dict[str, Any] = {
        "page_title": _("Haushalt"),
        "page_lead": _("Was der Haushalt der Stadt für die Maßnahmen des Konzepts vorsieht, und was nicht."),
        "active_nav": "budget",
        "breadcrumb": breadcrumb((_("Haushalt"), "")),
        "plan": plan,
        "may_edit": rules.test_rule(budgets.EDIT, asker.actor),
        "may_publish": rules.test_rule(budgets.PUBLISH, asker.actor),
        "intake_url": reverse("intake-begin", args=["budget"]),
        "shows_internal": asker.actor.sees_internal,
    }
    if plan is None:
        return render(request, "steering/budget.html", context)
    filters = _filters(request, asker, view)
    chosen = {part["name"]: part["value"] for part in filters}
    state = state_of_budget(asker, plan, field_key=chosen.get("feld", ""), district=chosen.get("bezirk", ""))
    if view is not None and view.name == ALL_LINES:
        state = _narrowed(state, asker)
    before = plan_before(plans, plan)
    context |= {
        "plans": [{"label": str(each), "url": _address(request, haushalt=each.key), "is_chosen": each is plan, "stage": each.get_stage_display(), "is_public": each.is_public, "is_example": each.is_example} for each in plans],
        "views": [{"label": _("Überblick"), "url": _address(request, sicht="", ordnung=""), "is_chosen": view is None}]
        + [{"label": each.label, "url": _address(request, sicht=each.name, ordnung=""), "is_chosen": each is view} for each in views],
        "filters": filters,
        "hidden": [{"name": name, "value": value} for name, value in (("haushalt", asker.asked.get("haushalt", "")), ("sicht", view.name if view else "")) if value],
        "reset_url": _address(request, **dict.fromkeys(chosen, "")) if any(chosen.values()) else "",
        "stand": _("%(stage)s, Stand %(day)s") % {"stage": plan.get_stage_display(), "day": date_words(plan.as_of)},
        "before": before, "notes": notes_of(state),
        "xlsx_url": f"{reverse('budget-workbook')}?haushalt={plan.key}",
        **(_one_view(request, state, before, view) if view else _overview(request, state, views)),
        **_queue(asker, context["may_edit"]),
        "unreleased": _unreleased(plan) if context["may_publish"] and plan.is_public else 0,
    }  # fmt: skip
    return render(request, "steering/budget.html", context)


def _overview(request: HttpRequest, state: BudgetState, views: list[BudgetView]) -> dict[str, Any]:
    return {
        "figures": figures_of(state),
        "bar": investment_bar(state, lambda name: _address(request, sicht=name)),
        "said": [{"label": label, "text": text, "url": _address(request, sicht=name)} for name, label, text in said_of(state) if name in {view.name for view in views}],
    }  # fmt: skip


def _one_view(request: HttpRequest, state: BudgetState, before: BudgetPlan | None, view: BudgetView) -> dict[str, Any]:  # fmt: skip
    heads, rows = view.table(state, before)
    asked = request.GET.get("ordnung", "")
    order = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 3 and view.name not in GROUPED else None  # fmt: skip
    rows = sorted_rows(rows, order)
    table = page_table(view, heads, rows, order, lambda place: _address(request, ordnung=str(place)))
    spec = sum_chart(state, view.name, str(view.caption)) if view.name in GROUPED else None
    return {
        "view": view,
        "table": table if rows else None,
        "chart": {"id": "haushalt-bild", "title": str(view.caption), "description": "", "spec": spec, "table": table} if spec and rows else None,
        "left_out": _("Hier stehen die ersten %(shown)s von %(all)s Zeilen, alle in der XLSX-Datei.") % {"shown": number_words(SHOWN), "all": number_words(len(rows))} if len(rows) > SHOWN else "",
        "result_label": "" if view.name in GROUPED else ngettext("%(count)s Zeile", "%(count)s Zeilen", len(rows)) % {"count": number_words(len(rows))},
        "counts_twice": view.name in GROUPED,
    }  # fmt: skip


def _queue(asker: Asker, may_edit: bool) -> dict[str, Any]:
    """How many matches wait for a decision, and where. One query."""
    if not may_edit or not rules.test_rule("suggestions.run", asker.actor):
        return {}
    waiting = Suggestion.objects.filter(concept=asker.concept, kind=MATCH).waiting().visible_to(asker.actor)
    return {"waiting": waiting.count(), "suggester": NAME, "queue_url": f"{reverse('suggestion-queue')}{QueueChoice(kind=MATCH).query}"}  # fmt: skip


def _unreleased(plan: BudgetPlan) -> int:
    return BudgetMatch.objects.filter(line__budget_plan=plan, is_released=False).count()


@require_safe
def budget_workbook(request: HttpRequest) -> FileResponse:
    """All views of a budget as a workbook."""
    asker = asker_of(request)
    plans = plans_for(asker)
    plan = _asked_plan(asker, plans)
    if plan is None:
        raise Http404
    state, before, views = state_of_budget(asker, plan), plan_before(plans, plan), _views(asker, plan)
    about = [
        str(plan), f"{plan.get_sort_display()}, {plan.get_stage_display()}, {date_words(plan.as_of)}", plan.source_title, plan.source_url,
        _("Beispiel: erfundene Zahlen.") if plan.is_example else "",
        _("Verglichen mit: %(plan)s") % {"plan": before} if before else "", *notes_of(state),
        *(text for name, _label, text in said_of(state) if name in {view.name for view in views}),
        _("Alle Beträge in Euro. Eine Zeile, die mehreren Feldern, Zielen oder Orten dient, zählt in jedem; die Summe zählt sie einmal."),
    ]  # fmt: skip
    file = workbook(state, before, views, [words for words in about if words])
    return FileResponse(file, as_attachment=True, filename=f"haushalt-{plan.first_year}.xlsx", content_type=XLSX)  # fmt: skip


# ---- keeping


def _plan(request: HttpRequest, key: str) -> BudgetPlan:
    concept = concept_or_404(request)
    return get_object_or_404(BudgetPlan.objects.select_related("concept"), concept=concept, key=key)


def _page(title: str, *steps: tuple[str, str]) -> dict[str, Any]:
    return {
        "page_title": title, "active_nav": "budget", "noindex": True,
        "breadcrumb": breadcrumb((_("Haushalt"), reverse("budget")), *steps, (title, "")),
    }  # fmt: skip


def _url(plan: BudgetPlan) -> str:
    return f"{reverse('budget')}?haushalt={plan.key}"


@login_required
@require_http_methods(["GET", "POST"])
def budget_edit(request: HttpRequest, key: str) -> HttpResponse:
    """The form of a budget."""
    actor = actor_of(request)
    require(actor, budgets.EDIT)
    plan = _plan(request, key)
    form, status = BudgetPlanForm(posted(request), instance=plan), 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            values = dict(form.cleaned_data)
            version = values.pop("version") or 0
            try:
                budgets.save_budget(plan, values, expected_version=version, actor=actor)
            except ValidationError as error:
                at_fields = hasattr(error, "error_dict") and set(error.error_dict) <= set(form.fields)
                form.add_error(None, error if at_fields else " ".join(error.messages))
            except Conflict:
                status = 409
                form.add_error(None, _("Jemand hat den Haushalt inzwischen geändert. Bitte öffnen Sie ihn noch einmal."))  # fmt: skip
            else:
                messages.success(request, _("Der Haushalt ist gespeichert."))
                return redirect(_url(plan))
    context = {
        **_page(_("Haushalt bearbeiten")), "form": form, "submit_label": _("Speichern"), "cancel_url": _url(plan), "plan": plan,
        "may_delete": True,
    }  # fmt: skip
    return render(request, "steering/budget_edit.html", context, status=status)


@login_required
@require_POST
def budget_act(request: HttpRequest, key: str) -> HttpResponse:
    """Publish a budget, make it internal again, or delete it."""
    actor, plan = actor_of(request), _plan(request, key)
    require(actor, budgets.EDIT)
    act, version = request.POST.get("was", ""), posted_version(request)
    try:
        if act == "veroeffentlichen":
            count = budgets.publish_budget(plan, expected_version=version, actor=actor)
            messages.success(request, ngettext("Der Haushalt ist öffentlich, mit einer neuen Zuordnung.", "Der Haushalt ist öffentlich, mit %(count)s neuen Zuordnungen.", count) % {"count": number_words(count)})  # fmt: skip
        elif act == "zurueckziehen":
            budgets.withdraw_budget(plan, expected_version=version, actor=actor)
            messages.success(request, _("Der Haushalt ist wieder intern."))
        elif act == "loeschen":
            budgets.delete_budget(plan, expected_version=version, actor=actor)
            messages.success(request, _("Der Haushalt ist gelöscht."))
            return redirect("budget")
        else:
            raise Http404
    except Conflict:
        messages.error(request, _("Jemand hat den Haushalt inzwischen geändert. Bitte sehen Sie nach."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(_url(plan))


@require_http_methods(["GET", "POST"])
def budget_line(request: HttpRequest, key: str, line_key: str) -> HttpResponse:
    """One line: its amounts, the measures that it pays, and for the staff what to say of it. Some ten queries."""
    asker = asker_of(request)
    actor, plan = asker.actor, _plan(request, key)
    if not plan.is_public and not actor.sees_internal:
        raise Http404
    line = get_object_or_404(BudgetLine, budget_plan=plan, key=line_key)
    line.budget_plan = plan
    may_edit = rules.test_rule(budgets.EDIT, actor)
    measures = Item.objects.visible_to(actor).filter(concept=plan.concept, kind="measure").order_by("sort_key", "pk")  # fmt: skip
    match_form = LineMatchForm(measures=measures)
    line_form = BudgetLineForm(instance=line)
    status = 200
    if request.method == "POST":
        require(actor, budgets.EDIT)
        match_form, line_form, status = _said_of_line(request, line, measures)
        if not status:
            return redirect("budget-line", plan.key, line.key)
    rows = BudgetMatch.objects.filter(line=line).select_related("measure__item")
    seen = measures.in_bulk([row.measure_id for row in rows])
    shown = [row for row in rows if row.measure_id in seen and (actor.sees_internal or row.is_released)]
    nothing_said = NOT_MATCHED if actor.sees_internal else NOT_NAMED
    context = {
        **_page(line_heading(line), (plan.title, _url(plan))),
        "plan": plan, "line": line, "amounts": _amount_table(line),
        "facts": _facts(line),
        "matches": [{"row": row, "item": seen[row.measure_id]} for row in shown], "nothing_said": nothing_said,
        "may_edit": may_edit, "may_publish": rules.test_rule(budgets.PUBLISH, actor), "match_form": match_form, "line_form": line_form, "noindex": not plan.is_public,
        "stand": f"{plan.get_stage_display()}, {date_words(plan.as_of)}",
    }  # fmt: skip
    return render(request, "steering/budget_line.html", context, status=status or 200)


def _said_of_line(request: HttpRequest, line: BudgetLine, measures: Any) -> tuple[LineMatchForm, BudgetLineForm, int]:  # fmt: skip
    """Do what was sent; the status is 0 where it was done."""
    actor, act = actor_of(request), request.POST.get("was", "")
    match_form, line_form = LineMatchForm(measures=measures), BudgetLineForm(instance=line)
    form: Any = None
    try:
        if act == "zuordnen":
            form = match_form = LineMatchForm(posted(request), measures=measures)
            if form.is_valid():
                budgets.match_line(line, form.cleaned_data["measure"], actor=actor, note=form.cleaned_data["note"])  # fmt: skip
                messages.success(request, _("Die Zeile ist zugeordnet."))
                return match_form, line_form, 0
        elif act == "sagen":
            form = line_form = BudgetLineForm(posted(request), instance=line)
            if form.is_valid():
                values = dict(form.cleaned_data)
                version = values.pop("version") or 0
                budgets.judge_line(line, values, expected_version=version, actor=actor)
                messages.success(request, _("Gespeichert."))
                return match_form, line_form, 0
        elif act == "loesen":
            match = BudgetMatch.objects.filter(line=line, key=request.POST.get("zuordnung", "")).select_related("measure__item", "line__budget_plan").first()  # fmt: skip
            if match is None or match.measure_id not in measures.in_bulk([match.measure_id]):
                raise Http404
            budgets.unmatch_line(match, expected_version=posted_version(request), actor=actor)
            messages.success(
                request,
                _("Die Zuordnung ist gelöst. Öffentlich steht sie auch nicht mehr da; die Zeile wartet wieder auf eine Zuordnung.")
                if match.is_released
                else _("Die Zuordnung ist gelöst."),
            )  # fmt: skip
            return match_form, line_form, 0
        else:
            raise Http404
    except ValidationError as error:
        if form is None:
            messages.error(request, " ".join(error.messages))
            return match_form, line_form, 0
        form.add_error(None, " ".join(error.messages))
    except Conflict:
        messages.error(request, _("Jemand war inzwischen schneller. Bitte sehen Sie nach."))
        return match_form, line_form, 0
    return match_form, line_form, 400


def _amount_table(line: BudgetLine) -> dict[str, Any]:
    years = sorted({*line.amounts, *line.commitments})
    rows = [
        [year, *({"text": euro(int(of[year])) if year in of else "–", "numeric": True} for of in (line.amounts, line.commitments))]
        for year in years
    ]  # fmt: skip
    heads = [{"label": _("Jahr")}, {"label": _("Ansatz"), "numeric": True}, {"label": _("Verpflichtungsermächtigung"), "numeric": True}]  # fmt: skip
    return {"id": "betraege", "caption": _("Beträge nach Jahren"), "columns": heads, "rows": rows}


def _facts(line: BudgetLine) -> list[dict[str, Any]]:
    said = [
        (_("Produkt"), " ".join(filter(None, [line.product, line.product_name]))), (_("Konto"), line.account), (_("Investitionsnummer"), line.investment),
        (_("Haushalt"), line.get_budget_display()), (_("Einnahme oder Ausgabe"), line.get_side_display()), (_("Pflicht"), line.get_duty_display()),
        (_("Gesamtkosten"), euro(line.total_eur) if line.total_eur is not None else ""),
    ]  # fmt: skip
    return [{"label": label, "value": value} for label, value in said if value]
