"""The forms of a paper's way through the bodies, and of the criteria of citywide weight."""

from __future__ import annotations

from typing import Any, cast

import rules
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from insek.items.pages import pages_of
from insek.items.views.items import item_breadcrumb, visible_item
from insek.items.views.revising import can_revise
from insek.items.views.saving import answer_saved
from insek.people.actors import actor_of, require
from insek.people.breadcrumbs import staff_breadcrumb
from insek.people.locking import Conflict
from insek.people.models import Body
from insek.people.requests import posted, posted_version
from insek.release.releases import ProposalDecided
from insek.release.revising import revised_values
from insek.thread.models import Item
from insek.web.context import concept_of, concept_or_404

from .amendment_rows import AMENDMENTS
from .amendments import PaperAmendment
from .checking import delete_criterion, save_criterion
from .consulting import add_consultation, change_consultation, remove_consultation
from .forms import ConsultationForm, CriterionForm
from .models import Consultation, WeightCriterion
from .taking_over import take_over


@login_required
@require_http_methods(["GET", "POST"])
@can_revise("consultation_add")
def consultation_create(request: HttpRequest, item_id: str) -> HttpResponse:
    """A new step; ``?anhoerung=`` names the Ortsbeirat that must be heard."""
    item, _pages = visible_item(request, item_id)
    if item.kind != "paper":
        raise Http404
    heard = Body.objects.filter(key=request.GET.get("anhoerung", "").replace("\x00", "")).first()
    initial: dict[str, Any] = {"body": heard, "role": "hearing" if heard else "preliminary"}
    return _consultation(request, item, None, initial)


@login_required
@require_http_methods(["GET", "POST"])
@can_revise("consultation_change")
def consultation_edit(request: HttpRequest, item_id: str, key: str) -> HttpResponse:
    """Change a step, or move it."""
    step = _step(request, item_id, key)
    initial = {
        "version": step.version, "body": step.body_id, "role": step.role, "date": step.date,
        "position": step.position, "result": step.result,
        "held": "" if step.held is None else str(step.held).lower(),
    }  # fmt: skip
    return _consultation(request, step.paper.item, step, initial)


def _step(request: HttpRequest, item_id: str, key: str) -> Consultation:
    visible = Item.objects.visible_to(actor_of(request)).filter(pk=item_id)
    return get_object_or_404(
        Consultation.objects.select_related("paper__item", "body"), key=key, paper__item__in=visible
    )


def _consultation(
    request: HttpRequest, item: Item, step: Consultation | None, initial: dict[str, Any]
) -> HttpResponse:
    actor = actor_of(request)
    require(actor, "council.edit_consultation", item)
    wanted = revised_values(Consultation, "consultation_change" if step else "consultation_add", item)
    if "held" in wanted:
        wanted["held"] = "" if wanted["held"] is None else str(wanted["held"]).lower()
    form = ConsultationForm(posted(request), initial=initial | wanted)
    if request.method == "POST" and form.is_valid():
        try:
            if step is None:
                saved = add_consultation(item.paper, form.values(), actor=actor)
            else:
                saved = change_consultation(step, form.values(), expected_version=form.expected, actor=actor)
        except ValidationError as error:
            form.add_error(None, error)
        except Conflict:
            fresh = _step(request, item.pk, step.key) if step else None
            form.data = cast(Any, form.data).copy()
            form.data["version"] = str(fresh.version if fresh else 0)  # type: ignore[index]  # what was posted, a copy
            form.add_error(
                None,
                _("Inzwischen hat jemand anderes diesen Schritt geändert. Ihre Eingaben stehen noch hier; noch einmal speichern übernimmt sie."),
            )  # fmt: skip
        else:
            return answer_saved(
                request, saved, done=_("Die Beratungsfolge ist gespeichert."), to=f"{item.url}#beratungsfolge"
            )
    title = _("Beratung ändern") if step else _("Beratung eintragen")
    context = {
        "form": form,
        "item": item,
        "page_title": title,
        "page_lead": str(item),
        "active_nav": "paper",
        "submit_label": _("Speichern"),
        "cancel_url": item.url,
        "step": step,
        "breadcrumb": item_breadcrumb(
            request, pages_of("paper"), (item.number or item.title, item.url), (title, "")
        ),
        "noindex": True,
    }
    return render(request, "council/consultation_form.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def consultation_delete(request: HttpRequest, item_id: str, key: str) -> HttpResponse:
    """Take a step away."""
    step = _step(request, item_id, key)
    item = step.paper.item
    try:
        proposal = remove_consultation(
            step, expected_version=posted_version(request), actor=actor_of(request)
        )
    except Conflict:
        messages.warning(
            request, _("Inzwischen hat jemand anderes diesen Schritt geändert. Bitte noch einmal.")
        )
    else:
        done = _("Der Schritt ist aus der Beratungsfolge genommen.")
        return answer_saved(request, proposal, done=done, to=f"{item.url}#beratungsfolge")
    return redirect(f"{item.url}#beratungsfolge")


@login_required
@require_safe
def criterion_list(request: HttpRequest) -> HttpResponse:
    """What makes something a matter of the whole city."""
    actor = actor_of(request)
    require(actor, "council.see_criteria")
    concept = concept_or_404(request)
    context = {
        "criteria": concept.weight_criteria.all(),
        "can_edit": rules.test_rule("council.edit_criteria", actor),
        "page_title": _("Wann etwas gesamtstädtisches Gewicht hat"),
        "page_lead": _("Die Liste legt der Rat fest. Trifft ein Kriterium zu, wird an den Zielen geprüft."),
        "active_nav": "paper",
        "breadcrumb": _criteria_breadcrumb(),
        "noindex": True,
    }
    return render(request, "council/criterion_list.html", context)


def _criteria_breadcrumb(*steps: str) -> list[dict[str, str]]:
    own = reverse("criterion-list") if steps else ""
    checks = (_("INSEK-Prüfungen"), reverse("concept_check-list"))
    return staff_breadcrumb(checks, (_("Kriterien"), own), *((step, "") for step in steps))


@login_required
@require_http_methods(["GET", "POST"])
def criterion_create(request: HttpRequest) -> HttpResponse:
    """A new criterion."""
    return _criterion(request, None)


@login_required
@require_http_methods(["GET", "POST"])
def criterion_edit(request: HttpRequest, key: str) -> HttpResponse:
    """Change a criterion, or take it off the list."""
    require(actor_of(request), "council.edit_criteria")
    return _criterion(request, get_object_or_404(WeightCriterion, concept=concept_of(request), key=key))


CRITERION_COLUMNS = ("key", "position", "title", "text", "sign", "least", "words")


def _criterion(request: HttpRequest, row: WeightCriterion | None) -> HttpResponse:
    actor = actor_of(request)
    require(actor, "council.edit_criteria")
    concept = concept_or_404(request)
    initial: dict[str, Any] = {"position": concept.weight_criteria.count() + 1}
    if row is not None:
        initial = {name: getattr(row, name) for name in ("version", *CRITERION_COLUMNS)}
    form = CriterionForm(posted(request), initial=initial)
    if request.method == "POST" and row is not None and "delete" in request.POST:
        try:
            delete_criterion(row, actor=actor)
        except ProtectedError:
            messages.warning(request, _("Auf diesem Kriterium ruhen Prüfungen; es bleibt auf der Liste."))
            return redirect("criterion-edit", key=row.key)
        messages.success(request, _("Das Kriterium ist gelöscht."))
        return redirect("criterion-list")
    if request.method == "POST" and form.is_valid():
        try:
            save_criterion(concept, form.values(), actor=actor, criterion=row, expected_version=form.expected)
        except ValidationError as error:
            form.add_error(None, " ".join(error.messages))
        except Conflict:
            form.add_error(None, _("Inzwischen hat jemand anderes dieses Kriterium geändert."))
        else:
            messages.success(request, _("Die Liste ist gespeichert."))
            return redirect("criterion-list")
    title = str(row) if row else _("Kriterium anlegen")
    context = {
        "form": form,
        "criterion": row,
        "page_title": title,
        "active_nav": "paper",
        "cancel_url": reverse("criterion-list"),
        "breadcrumb": _criteria_breadcrumb(title),
        "noindex": True,
    }
    return render(request, "council/criterion_form.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def amendment_take_over(request: HttpRequest, item_id: str, key: str) -> HttpResponse:
    """Let a carried amendment change the words of its goal or measure, as a Maßgabe of the edition that was filed."""
    paper, _pages = visible_item(request, item_id)
    actor = actor_of(request)
    require(actor, AMENDMENTS.rule, paper)
    rows = AMENDMENTS.visible_to(PaperAmendment.objects.filter(paper=paper.pk, key=key), actor)
    amendment = get_object_or_404(rows.select_related("goal__item__concept", "measure__item__concept"))
    back = f"{paper.url}#aenderung-{amendment.key}"
    try:
        saved = take_over(amendment, actor=actor)
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
        return redirect(back)
    except (Conflict, ProposalDecided):
        messages.warning(
            request, _("Inzwischen hat jemand anderes diesen Inhalt geändert. Bitte noch einmal.")
        )
        return redirect(back)
    return answer_saved(request, saved, done=_("Der Wortlaut ist übernommen."), to=back)
