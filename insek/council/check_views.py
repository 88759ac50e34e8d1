"""The pages on which a check is filled and frozen, its paragraph as a file, and where its addresses of 0.1 lead."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import rules
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from insek.items.pages import pages_of
from insek.items.views.items import gone_or_missing, item_breadcrumb, visible_item
from insek.items.views.saving import answer_saved
from insek.people.actors import actor_of, require
from insek.people.locking import Conflict
from insek.people.requests import posted, posted_version, search_words
from insek.thread.identity import derived_id, is_id
from insek.thread.kinds import kind_names
from insek.thread.models import Item
from insek.thread.search import search_items
from insek.web.context import asker_of, concept_of
from insek.web.display import shown_items
from insek.web.richtext import plain_text

from . import checking
from .answering import not_asked
from .forms import CheckGoalForm, ParagraphForm
from .models import Check
from .wording import goals_of, paragraph_shown

FOUND = 12
FORMER_PARTS = {
    "verlauf": "item-history",
    "ziele": "check-find",
    "bearbeiten": "item-edit",
    "absatz": "check-paragraph",
    "abschliessen": "check-finish",
    "loeschen": "item-delete",
    "bezug.txt": "check-text",
    "bezug.docx": "check-word",
}
"""Suffix of the address of a check until 0.1 -> name of its address now."""


def the_check(request: HttpRequest, item_id: str) -> Check:
    """The check behind an address, through the gate."""
    item, _pages = visible_item(request, item_id)
    if item.kind != "concept_check":
        raise Http404
    check: Check = item.concept_check
    check.item = item
    return check


def a_draft(request: HttpRequest, item_id: str) -> Check:
    """The check behind an address, for those who may fill it."""
    check = the_check(request, item_id)
    require(actor_of(request), "council.edit_check", check.item)
    return check


def check_page(request: HttpRequest, check: Check, title: str, **more: Any) -> dict[str, Any]:
    item = check.item
    breadcrumb = item_breadcrumb(
        request, pages_of("concept_check"), (item.number or item.title, item.url), (title, "")
    )
    return {
        "check": check,
        "item": item,
        "page_title": title,
        "page_lead": item.title,
        "active_nav": "concept_check",
        "breadcrumb": breadcrumb,
        "noindex": True,
        "cancel_url": item.url,
        **more,
    }


def _saved_or_explained(form: Any, act: Any, version: Callable[[], int]) -> bool:
    """Let a service work; what it refuses becomes a message of the form, and nothing typed is lost.

    ``version`` says in which version that stands now, after somebody else was faster.
    """
    try:
        act()
    except ValidationError as error:
        form.add_error(None, error.messages)
    except Conflict:
        form.add_error(
            None,
            _(
                "Inzwischen hat jemand anderes diese Prüfung geändert. Ihre Eingaben stehen noch hier; noch einmal"
                " speichern übernimmt sie."
            ),
        )
        form.data = form.data.copy()
        form.data["version"] = str(version())
    else:
        return True
    return False


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def check_find(request: HttpRequest, item_id: str) -> HttpResponse:
    """Search the goals and measures that are touched; without a word those of the paper's own fields."""
    check = a_draft(request, item_id)
    actor = actor_of(request)
    kind = "measure" if request.GET.get("art") == "massnahme" else "goal"
    if request.method == "POST":
        return _set_measure(request, check, request.POST.get("item", ""), is_implemented=True)
    query = search_words(request, request.GET)
    public = Item.objects.of_kind(kind).filter(concept=check.item.concept_id, visibility="public")
    if query:
        found = search_items(query, actor, public)
    else:
        found = public.order_by("sort_key", "pk")
        if check.paper is not None:
            near = found.filter(fields__in=check.paper.item.fields.all()).distinct()
            found = near if near.exists() else found
    goals = goals_of(check)
    measures = [row.item for row in check.measures.select_related("item").order_by("item__sort_key")]
    taken = {row.goal_id for row in goals} | {item.pk for item in measures}
    rows = list(found.exclude(pk__in=taken)[:FOUND])
    shown = shown_items(rows, kind_names(asker_of(request))) if rows else []
    context = check_page(
        request,
        check,
        _("Welche Ziele sind berührt?") if kind == "goal" else _("Welche Maßnahmen werden umgesetzt?"),
        kind=kind,
        query=query,
        found=[
            {"item": item, "text": plain_text(row.text, 160)} for item, row in zip(shown, rows, strict=True)
        ],
        taken=goals if kind == "goal" else [],
        taken_measures=measures,
        limit=FOUND,
    )
    return render(request, "council/check_find.html", context)


def _set_measure(request: HttpRequest, check: Check, item_id: str, *, is_implemented: bool) -> HttpResponse:
    item = _item(request, item_id, "measure")
    try:
        checking.set_measure(
            check,
            item,
            is_implemented=is_implemented,
            expected_version=posted_version(request),
            actor=actor_of(request),
        )
    except Conflict:
        messages.warning(
            request, _("Inzwischen hat jemand anderes diese Prüfung geändert. Bitte noch einmal.")
        )
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    else:
        said = _("„%(item)s“ ist aufgenommen.") if is_implemented else _("„%(item)s“ ist herausgenommen.")
        messages.success(request, said % {"item": item})
    if is_implemented:
        return redirect(f"{reverse('check-find', args=[check.pk])}?art=massnahme")
    return redirect(check.item.url)


def _item(request: HttpRequest, item_id: str, kind: str) -> Item:
    if not is_id(item_id):
        raise Http404
    return get_object_or_404(Item.objects.visible_to(actor_of(request)), pk=item_id, kind=kind)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def check_goal(request: HttpRequest, item_id: str, goal_id: str) -> HttpResponse:
    """Say what the matter does to one goal, how, why and how surely."""
    check = a_draft(request, item_id)
    goal = _item(request, goal_id, "goal")
    row = check.goals.filter(goal=goal.pk).first()
    initial: dict[str, Any] = {"version": 0, "certainty": "medium"}
    if row is not None:
        initial = {name: getattr(row, name) for name in ("version", "effect", "reason", "certainty")}
    form = CheckGoalForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        done = _saved_or_explained(
            form,
            lambda: checking.set_goal(
                check, goal, **form.values(), expected_version=form.expected, actor=actor_of(request)
            ),
            lambda: check.goals.filter(goal=goal.pk).values_list("version", flat=True).first() or 0,
        )
        if done:
            messages.success(request, _("„%(item)s“ ist eingetragen.") % {"item": goal})
            return redirect("check-find", item_id=check.pk)
    context = check_page(
        request,
        check,
        str(goal),
        page_lead=plain_text(goal.text, 400),
        goal=goal,
        form=form,
        submit_label=_("Eintragen"),
        cancel_url=reverse("check-find", args=[check.pk]) if row is None else check.item.url,
    )
    return render(request, "council/check_form.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def check_leave_out(request: HttpRequest, item_id: str, goal_id: str) -> HttpResponse:
    """Take a goal or measure out of a draft."""
    check = a_draft(request, item_id)
    actor = actor_of(request)
    item = get_object_or_404(Item.objects.visible_to(actor), pk=goal_id, kind__in=["goal", "measure"])
    if item.kind == "measure":
        return _set_measure(request, check, item.pk, is_implemented=False)
    try:
        checking.leave_out(check, item, expected_version=posted_version(request), actor=actor)
    except Conflict:
        messages.warning(
            request, _("Inzwischen hat jemand anderes diese Prüfung geändert. Bitte noch einmal.")
        )
    else:
        messages.success(request, _("„%(item)s“ ist herausgenommen.") % {"item": item})
    return redirect(check.item.url)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def check_paragraph(request: HttpRequest, item_id: str) -> HttpResponse:
    """Word the paragraph."""
    check = a_draft(request, item_id)
    form = ParagraphForm(
        posted(request), initial={"version": check.item.version, "paragraph": paragraph_shown(check)}
    )
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["paragraph"]
        done = _saved_or_explained(
            form,
            lambda: checking.write_paragraph(
                check, text, expected_version=form.expected, actor=actor_of(request)
            ),
            lambda: Item.objects.get(pk=check.pk).version,
        )
        if done:
            messages.success(request, _("Der Absatz ist gespeichert."))
            return redirect(f"{check.item.url}#absatz")
    context = check_page(request, check, _("Absatz bearbeiten"), form=form)
    return render(request, "council/check_form.html", context, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def check_finish(request: HttpRequest, item_id: str) -> HttpResponse:
    """Say what is missing, or ask once more; then freeze."""
    check = a_draft(request, item_id)
    problem = ""
    if request.method == "POST":
        try:
            done = checking.finish_or_propose(
                check, expected_version=posted_version(request), actor=actor_of(request)
            )
        except Conflict:
            check = a_draft(request, item_id)
            problem = _(
                "Inzwischen hat jemand anderes diese Prüfung geändert. Bitte sehen Sie sie noch einmal an."
            )
        except ValidationError as error:
            problem = " ".join(error.messages)
        else:
            return answer_saved(request, done, done=_("Die Prüfung ist abgeschlossen."), to=check.item.url)
    context = check_page(
        request,
        check,
        _("Prüfung abschließen"),
        problem=problem,
        missing=checking.what_is_missing(check),
        can_ask=not_asked(check).exists()
        and rules.test_rule("council.confirm_check", actor_of(request), check.item),
        becomes_public=checking.becomes_public(check),
    )
    return render(request, "council/check_finish.html", context, status=400 if problem else 200)


@require_safe
def check_text(request: HttpRequest, item_id: str) -> HttpResponse:
    """The paragraph as plain text."""
    check = the_check(request, item_id)
    response = HttpResponse(f"{paragraph_shown(check)}\n", content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="bezug-zum-insek-{check.pk}.txt"'
    return response


@require_safe
def check_word(request: HttpRequest, item_id: str) -> HttpResponse:
    """The paragraph as a Word document, with a heading."""
    from docx import Document

    check = the_check(request, item_id)
    document = Document()
    document.core_properties.title = f"Bezug zum INSEK: {check.item.title}"[:250]
    document.core_properties.language = "de-DE"
    document.add_heading("Bezug zum INSEK", level=1)
    for block in paragraph_shown(check).split("\n\n"):
        for line in block.split("\n"):
            if line.startswith("– "):
                document.add_paragraph(line[2:], style="List Bullet")
            elif line.strip():
                document.add_paragraph(line)
    content = io.BytesIO()
    document.save(content)
    response = HttpResponse(
        content.getvalue(),
        content_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    )
    response["Content-Disposition"] = f'attachment; filename="bezug-zum-insek-{check.pk}.docx"'
    return response


@require_safe
def former_address(request: HttpRequest, key: str, part: str = "") -> HttpResponse:
    """An address of 0.1, when a check was no item and had a key, leads to its address now."""
    concept = concept_of(request)
    if concept is None:
        raise Http404
    candidates = [*([key] if is_id(key) else []), derived_id("check", concept.key, key)]
    known = Item.objects.visible_to(actor_of(request)).filter(pk__in=candidates, kind="concept_check")
    item = known.first()
    if item is None:
        return gone_or_missing(request, candidates[0])
    address = reverse(FORMER_PARTS[part], args=[item.pk]) if part else item.url
    return HttpResponsePermanentRedirect(address)
