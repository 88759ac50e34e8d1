"""The form that appraises a plan."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from insek import clock
from insek.items.views.items import item_breadcrumb, visible_item
from insek.items.views.revising import can_revise
from insek.items.views.saving import answer_saved
from insek.people.actors import Actor, actor_of, require
from insek.people.locking import Conflict
from insek.people.models import Unit
from insek.people.requests import posted
from insek.release.revising import revised_values
from insek.thread.models import Item

from .appraising import ComputedAppraisal, computed_appraisal
from .commenting import asked_by_default
from .forms import AppraisalForm
from .models import PlanAppraisal
from .pages import PAGES, shown_appraisal
from .rubric import BINDINGS
from .rubric_values import Rubric, rubric_of
from .services import VALUES, appraise_or_propose, ask_and_propose, current_appraisal


def shown_rubric(rubric: Rubric) -> dict[str, Any]:
    """The scales of a rubric and the classes of bindingness, for the template."""
    return {"currency": rubric.currency, "substance": rubric.substance, "bindings": list(BINDINGS.values())}


@login_required
@require_http_methods(["GET", "POST"])
@can_revise("appraisal")
def appraise(request: HttpRequest, item_id: str) -> HttpResponse:
    """Appraise a plan, with the rubric beside the form; whoever was faster is shown, and nothing typed is lost."""
    item, _pages = visible_item(request, item_id)
    if item.kind != "plan":
        raise Http404
    actor = actor_of(request)
    require(actor, "thread.edit_item", item)
    now = current_appraisal(item.plan)
    wanted = revised_values(PlanAppraisal, "appraisal", item)
    rubric = rubric_of(item.concept_id)
    computed = computed_appraisal(item, rubric)
    form = AppraisalForm(
        posted(request),
        initial=_initial(now, actor.unit_id, computed) | wanted,
        computed=computed.bindingness,
    )
    meanwhile = None
    if request.method == "POST" and form.is_valid():
        try:
            saved = _appraised(item, form, actor)
        except Conflict as faster:
            meanwhile = faster.current
            form.data = {**form.data.dict(), "version": str(meanwhile.version if meanwhile else 0)}  # type: ignore[attr-defined]  # what was posted, with the new version
            form.add_error(
                None,
                _("Inzwischen hat jemand anderes dieses Planwerk bewertet. Ihre Eingaben stehen noch hier; wenn Sie speichern, gelten Ihre."),
            )  # fmt: skip
        except ValidationError as error:
            _add_errors(form, error)
        else:
            return answer_saved(request, saved, done=_("Die Bewertung ist gespeichert."), to=item.url)
    context = {
        "form": form,
        "item": item,
        "computed": computed,
        "decided": now,
        "meanwhile": shown_appraisal(meanwhile, rubric) if meanwhile else None,
        "rubric": shown_rubric(rubric),
        "page_title": _("%(item)s bewerten") % {"item": item.number or item.kind_label},
        "page_lead": item.title,
        "active_nav": "plan",
        "submit_label": _("Bewertung speichern"),
        "cancel_url": item.url,
        "breadcrumb": item_breadcrumb(
            request, PAGES, (item.number or item.title, item.url), (_("Bewerten"), "")
        ),
        "noindex": True,
    }
    status = 409 if meanwhile else 400 if form.errors else 200
    return render(request, "plans/appraise.html", context, status=status)


def _appraised(item: Item, form: AppraisalForm, actor: Actor) -> Any:
    """What became of the form: the appraisal, or a proposal that waits for its release or for the comment of a unit."""
    sent = form.cleaned_data
    plan, version, values = _plan_of(item), sent["version"] or 0, form.values()
    if sent["ask_unit"] is None:
        return appraise_or_propose(plan, expected_version=version, values=values, actor=actor)
    return ask_and_propose(
        plan, expected_version=version, values=values, unit=sent["ask_unit"], due=sent["ask_due"], question=sent["ask_question"], actor=actor
    )  # fmt: skip


def _plan_of(item: Item) -> Any:
    plan = item.plan
    plan.item = item
    return plan


def _initial(now: Any, unit_id: int | None, computed: ComputedAppraisal) -> dict[str, Any]:
    """What is in the form at first: the appraisal that holds, else the computed one, dated today."""
    unit = Unit.objects.filter(pk=unit_id).first() if unit_id else None
    if now is None:
        return {
            **computed.as_values(),
            "version": 0,
            "appraised_on": clock.today(),
            "appraised_by": str(unit or ""),
            "ask_due": asked_by_default(),
        }
    values = {name: getattr(now, name) for name in VALUES}
    return {**values, "version": now.version, "appraised_on": clock.today(), "ask_due": asked_by_default()}


def _add_errors(form: AppraisalForm, error: ValidationError) -> None:
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)
