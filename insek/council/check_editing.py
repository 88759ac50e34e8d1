"""The pages on which an INSEK-Prüfung is begun, filled and frozen."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from insek.people.actors import actor_of, require
from insek.people.locking import Conflict
from insek.people.requests import asked, posted
from insek.release.models import Proposal
from insek.release.waiting_changes import STILL_BEFORE
from insek.thread.identity import is_id
from insek.thread.models import Item
from insek.thread.search import search_items
from insek.web.context import concept_or_404, kind_names_of
from insek.web.display import shown_items
from insek.web.richtext import plain_text

from . import checking
from .check_views import check_page, the_check, the_paragraph
from .forms import CheckForm, CheckGoalForm, ParagraphForm, posted_version
from .models import Check, Paper
from .wording import goals_of

FOUND = 12


def faster() -> str:
    """What is said when somebody else was faster."""
    return _(
        "Inzwischen hat jemand anderes diese Prüfung geändert. Ihre Eingaben stehen noch hier; noch einmal speichern"
        " übernimmt sie."
    )


@login_required
@require_http_methods(["GET", "POST"])
def check_create(request: HttpRequest) -> HttpResponse:
    """Begin a check; ``?vorlage=`` names the paper."""
    actor = actor_of(request)
    concept = concept_or_404(request)
    paper = _paper(request)
    require(actor, "council.edit_check", paper)
    item = paper.item if paper else None
    initial: dict[str, Any] = {"title": item.title if item else "", "unit": paper.unit_id if paper else None}
    if item is not None:
        linked = item.consequences.filter(kind="located_in").values_list("target_id", flat=True)
        initial["districts"] = list(linked)
    form = CheckForm(posted(request), concept=concept, actor=actor, paper=paper, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            check = checking.begin_check(concept, form.values(), actor=actor, paper=paper)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(
                request, _("Die Prüfung ist begonnen. Wählen Sie nun die Ziele, die berührt sind.")
            )
            return redirect("check-find", key=check.key)
    context = check_page(
        request,
        None,
        _("INSEK-Prüfung beginnen"),
        page_lead=str(item)
        if item
        else _("Ohne Vorlage: für einen Haushaltsansatz, Förderantrag oder Plan."),
        form=form,
        item=item,
        submit_label=_("Weiter zu den Zielen"),
        cancel_url=item.url if item else reverse("check-list"),
    )
    return render(request, "council/check_form.html", context, status=400 if form.errors else 200)


def _paper(request: HttpRequest) -> Paper | None:
    item_id = request.GET.get("vorlage", "")
    if not item_id:
        return None
    if not is_id(item_id):
        raise Http404
    items = Item.objects.visible_to(actor_of(request))
    return get_object_or_404(Paper.objects.select_related("item"), pk=item_id, item__in=items)


@login_required
@require_http_methods(["GET", "POST"])
def check_edit(request: HttpRequest, key: str) -> HttpResponse:
    """Change title, weight and places."""
    check = the_check(request, key)
    actor = actor_of(request)
    require(actor, "council.edit_check", check)
    initial = {
        "version": check.version, "title": check.title, "subject": check.subject, "unit": check.unit_id,
        "weight_reason": check.weight_reason,
        "criteria": [row.criterion_id for row in check.criteria.all()],
        "districts": [row.district_id for row in check.places.all()],
    }  # fmt: skip
    form = CheckForm(posted(request), concept=check.concept, actor=actor, paper=check.paper, initial=initial)
    if request.method == "POST" and form.is_valid():
        done = _do(
            form,
            check,
            lambda: checking.change_check(check, form.values(), expected_version=form.expected, actor=actor),
        )
        if done:
            messages.success(request, _("Die Prüfung ist gespeichert."))
            return redirect(check.url)
    context = check_page(request, check, _("Prüfung bearbeiten"), form=form, cancel_url=check.url)
    return render(request, "council/check_form.html", context, status=400 if form.errors else 200)


def _do(form: Any, check: Check, act: Any) -> bool:
    """Let a service work; what it refuses becomes a message of the form."""
    try:
        act()
    except ValidationError as error:
        form.add_error(None, error)
    except Conflict:
        form.add_error(None, faster())
        fresh = Check.objects.get(pk=check.pk)
        form.data = form.data.copy()
        form.data["version"] = str(fresh.version)
    else:
        return True
    return False


@login_required
@require_http_methods(["GET", "POST"])
def check_find(request: HttpRequest, key: str) -> HttpResponse:
    """Search the goals and measures that are touched; without a word those of the paper's own fields."""
    check = the_check(request, key)
    actor = actor_of(request)
    require(actor, "council.edit_check", check)
    kind = "measure" if request.GET.get("art") == "massnahme" else "goal"
    if request.method == "POST":
        return _add_measure(request, check)
    query = asked(request, request.GET)
    public = Item.objects.of_kind(kind).filter(concept=check.concept, visibility="public")
    if query:
        found = search_items(query, actor, public)
    else:
        found = public.order_by("sort_key", "pk")
        if check.paper_id:
            near = found.filter(fields__in=check.paper.item.fields.all()).distinct()  # type: ignore[union-attr]  # asked only where there is a paper
            found = near if near.exists() else found
    taken = set(check.goals.values_list("goal_id", flat=True)) | set(
        check.measures.values_list("measure_id", flat=True)
    )
    rows = list(found.exclude(pk__in=taken)[:FOUND])
    shown = shown_items(rows, kind_names_of(request)) if rows else []
    context = check_page(
        request,
        check,
        _("Welche Ziele sind berührt?") if kind == "goal" else _("Welche Maßnahmen werden umgesetzt?"),
        page_lead=check.title,
        kind=kind,
        query=query,
        found=[
            {"item": item, "text": plain_text(row.text, 160)} for item, row in zip(shown, rows, strict=True)
        ],
        taken=goals_of(check) if kind == "goal" else [],
        taken_measures=[row.measure.item for row in check.measures.select_related("measure__item")],
        limit=FOUND,
    )
    return render(request, "council/check_find.html", context)


def _add_measure(request: HttpRequest, check: Check) -> HttpResponse:
    item = _item(request, request.POST.get("item", ""), "measure")
    try:
        checking.set_measure(check, item, expected_version=posted_version(request), actor=actor_of(request))
    except Conflict:
        messages.warning(
            request, _("Inzwischen hat jemand anderes diese Prüfung geändert. Bitte noch einmal.")
        )
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    else:
        messages.success(request, _("„%(item)s“ ist aufgenommen.") % {"item": item})
    return redirect(f"{reverse('check-find', args=[check.key])}?art=massnahme")


def _item(request: HttpRequest, item_id: str, kind: str) -> Item:
    if not is_id(item_id):
        raise Http404
    return get_object_or_404(Item.objects.visible_to(actor_of(request)), pk=item_id, kind=kind)


@login_required
@require_http_methods(["GET", "POST"])
def check_goal(request: HttpRequest, key: str, item_id: str) -> HttpResponse:
    """Say what the matter does to one goal, how, why and how surely."""
    check = the_check(request, key)
    actor = actor_of(request)
    require(actor, "council.edit_check", check)
    goal = _item(request, item_id, "goal")
    row = check.goals.filter(goal=goal.pk).first()
    initial: dict[str, Any] = {"version": check.version, "certainty": "medium"}
    if row is not None:
        initial |= {"effect": row.effect, "reason": row.reason, "certainty": row.certainty}
    form = CheckGoalForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        done = _do(
            form,
            check,
            lambda: checking.set_goal(
                check, goal, **form.values(), expected_version=form.expected, actor=actor
            ),
        )
        if done:
            messages.success(request, _("„%(item)s“ ist eingetragen.") % {"item": goal})
            return redirect("check-find", key=check.key)
    context = check_page(
        request,
        check,
        str(goal),
        page_lead=plain_text(goal.text, 400),
        item=goal,
        form=form,
        submit_label=_("Eintragen"),
        cancel_url=reverse("check-find", args=[check.key]) if row is None else check.url,
    )
    return render(request, "council/check_form.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def check_leave_out(request: HttpRequest, key: str, item_id: str) -> HttpResponse:
    """Take a goal or measure out of a draft."""
    check = the_check(request, key)
    actor = actor_of(request)
    require(actor, "council.edit_check", check)
    item = get_object_or_404(Item.objects.visible_to(actor), pk=item_id, kind__in=["goal", "measure"])
    try:
        checking.leave_out(check, item, expected_version=posted_version(request), actor=actor)
    except Conflict:
        messages.warning(
            request, _("Inzwischen hat jemand anderes diese Prüfung geändert. Bitte noch einmal.")
        )
    else:
        messages.success(request, _("„%(item)s“ ist herausgenommen.") % {"item": item})
    return redirect(check.url)


@login_required
@require_http_methods(["GET", "POST"])
def check_paragraph(request: HttpRequest, key: str) -> HttpResponse:
    """Word the paragraph."""
    check = the_check(request, key)
    actor = actor_of(request)
    require(actor, "council.edit_check", check)
    form = ParagraphForm(
        posted(request), initial={"version": check.version, "paragraph": the_paragraph(check)}
    )
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["paragraph"]
        done = _do(
            form,
            check,
            lambda: checking.write_paragraph(check, text, expected_version=form.expected, actor=actor),
        )
        if done:
            messages.success(request, _("Der Absatz ist gespeichert."))
            return redirect(f"{check.url}#absatz")
    context = check_page(
        request, check, _("Absatz bearbeiten"), page_lead=check.title, form=form, cancel_url=check.url
    )
    return render(request, "council/check_form.html", context, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def check_finish(request: HttpRequest, key: str) -> HttpResponse:
    """Ask once more, then freeze."""
    return _confirmed(request, key, delete=False)


@login_required
@require_http_methods(["GET", "POST"])
def check_delete(request: HttpRequest, key: str) -> HttpResponse:
    """Ask once more, then throw the draft away."""
    return _confirmed(request, key, delete=True)


def _confirmed(request: HttpRequest, key: str, *, delete: bool) -> HttpResponse:
    check = the_check(request, key)
    actor = actor_of(request)
    require(actor, "council.edit_check", check)
    problem = ""
    if request.method == "POST":
        act = checking.delete_check if delete else checking.finish_or_propose
        target = check.paper.item.url if check.paper and delete else reverse("check-list")
        try:
            done = act(check, expected_version=posted_version(request), actor=actor)
        except Conflict:
            check = the_check(request, key)
            problem = _(
                "Inzwischen hat jemand anderes diese Prüfung geändert. Bitte sehen Sie sie noch einmal an."
            )
        except ValidationError as error:
            problem = " ".join(error.messages)
        else:
            if isinstance(done, Proposal):
                messages.success(request, STILL_BEFORE)
                return redirect(done.url)
            messages.success(
                request, _("Der Entwurf ist gelöscht.") if delete else _("Die Prüfung ist abgeschlossen.")
            )
            return redirect(target if delete else check.url)
    title = _("Entwurf löschen") if delete else _("Prüfung abschließen")
    context = check_page(request, check, title, page_lead=check.title, is_deletion=delete, problem=problem)
    return render(request, "council/check_confirm.html", context, status=400 if problem else 200)
