"""The pages of an INSEK-Prüfung that are read: list, the check itself, its paragraph."""

from __future__ import annotations

import io
from typing import Any

import rules
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_GET

from insek.engines.diff import word_diff
from insek.people.actors import actor_of, require
from insek.people.trails import staff_trail
from insek.release.changes import Row, ShownChange
from insek.thread.labels import FIELD_LABELS
from insek.web.context import concept_of, concept_or_404, kind_names_of
from insek.web.display import date_words, shown_items
from insek.web.paging import BadCursor, keyset_page, pager

from .models import Check, CheckChange
from .queries import visible_checks
from .wording import goals_of, paragraph_of, summary_of, verdict_of

PAGE_SIZE = 50
CHANGES_SHOWN = 25


def the_check(request: HttpRequest, key: str) -> Check:
    """The check behind an address, through the gate."""
    concept = concept_of(request)
    found = visible_checks(actor_of(request)).select_related("paper__item", "unit", "author", "concept")
    return get_object_or_404(found, concept=concept, key=key)


def checks_trail() -> list[dict[str, str]]:
    """The way to the list of checks."""
    return staff_trail((_("INSEK-Prüfungen"), reverse("check-list")))


def check_page(request: HttpRequest, check: Check | None, title: str, **more: Any) -> dict[str, Any]:
    trail = checks_trail()
    if not actor_of(request).sees_internal:
        trail = [{"label": _("Start"), "url": reverse("start")}]
    if check is not None and check.paper is not None:
        item = check.paper.item
        trail.append({"label": item.number or item.title, "url": item.url})
    if check is not None:
        trail.append({"label": check.title, "url": check.url})
    if check is None or title != check.title:
        trail.append({"label": title, "url": ""})
    return {
        "check": check,
        "page_title": title,
        "active_nav": "paper",
        "breadcrumb": trail,
        "noindex": True,
        **more,
    }


@login_required
@require_GET
def check_list(request: HttpRequest) -> HttpResponse:
    """All checks, the latest first, drafts and frozen ones."""
    actor = actor_of(request)
    require(actor, "council.see_checks")
    concept = concept_or_404(request)
    found = Check.objects.filter(concept=concept).select_related("paper__item", "unit")
    try:
        page = keyset_page(found, order=("-pk",), cursor=request.GET.get("nach", ""), size=PAGE_SIZE)
    except BadCursor as error:
        raise Http404 from error
    context = check_page(
        request,
        None,
        _("INSEK-Prüfungen"),
        page_lead=_(
            "Was eine Vorlage, ein Haushaltsansatz oder ein Plan für die Ziele bedeutet, vor dem Beschluss."
        ),
        checks=page.rows,
        **pager(page),
        create_url=reverse("check-create") if rules.test_rule("council.edit_check", actor, None) else "",
        criteria_url=reverse("criterion-list"),
    )
    context["breadcrumb"] = checks_trail()
    return render(request, "council/check_list.html", context)


@require_GET
def check_detail(request: HttpRequest, key: str) -> HttpResponse:
    """One check: summary, goals, measures, places and the paragraph; printable."""
    check = the_check(request, key)
    actor = actor_of(request)
    rows = goals_of(check)
    names = kind_names_of(request)
    measures = [row.measure.item for row in check.measures.select_related("measure__item")]
    shown = {item.pk: item for item in shown_items([row.goal.item for row in rows], names)} if rows else {}
    can_edit = rules.test_rule("council.edit_check", actor, check)
    context = check_page(
        request,
        check,
        check.title,
        goals=[{"row": row, "item": shown[row.goal_id]} for row in rows],
        summary=summary_of(rows),
        unsure=sum(1 for row in rows if row.certainty == "low"),
        verdict=verdict_of(check),
        criteria=[row.criterion for row in check.criteria.select_related("criterion")],
        measures=measures,
        places=[row.district.item for row in check.places.select_related("district__item")],
        paragraph=the_paragraph(check),
        final_on=date_words(check.final_on),
        can_edit=can_edit,
        is_staff_view=actor.sees_internal,
        history_url=reverse("check-history", args=[check.key])
        if actor.sees_internal and rules.test_rule("thread.see_history", actor)
        else "",
    )
    context["noindex"] = not check.is_final
    return render(request, "council/check.html", context)


@login_required
@require_GET
def check_history(request: HttpRequest, key: str) -> HttpResponse:
    """Who changed what in a check, word by word, the newest first; also of a draft that was thrown away."""
    actor = actor_of(request)
    require(actor, "council.see_checks")
    require(actor, "thread.see_history")
    concept = concept_of(request)
    check = Check.objects.filter(concept=concept, key=key).select_related("paper__item").first()
    changes = CheckChange.objects.filter(concept=concept, check_key=key).select_related("actor")
    try:
        page = keyset_page(
            changes, order=("-at", "-pk"), cursor=request.GET.get("nach", ""), size=CHANGES_SHOWN
        )
    except BadCursor as error:
        raise Http404 from error
    if check is None and not page.rows:
        raise Http404
    context = check_page(
        request,
        check,
        _("Verlauf der Prüfung"),
        page_lead=check.title if check is not None else _("Der Entwurf ist gelöscht."),
        lead_url=check.url if check is not None else "",
        changes=[_shown_change(change) for change in page.rows],
        **pager(page),
    )
    return render(request, "council/check_history.html", context)


def _shown_change(change: CheckChange) -> ShownChange:
    label = str(FIELD_LABELS["council_check"])
    action = (
        _("geändert") if change.before and change.after else _("gelöscht") if change.before else _("angelegt")
    )
    return ShownChange(
        who=str(change.actor) if change.actor else _("INSEK"),
        at=change.at,
        action=action,
        is_whole=False,
        rows=[Row("council_check", label, word_diff(change.before, change.after))],
    )


def the_paragraph(check: Check) -> str:
    """The paragraph as it was worded, or as it follows from the check; German on every page."""
    if check.paragraph:
        return check.paragraph
    with override("de"):
        return paragraph_of(check)


@require_GET
def check_text(request: HttpRequest, key: str) -> HttpResponse:
    """The paragraph as plain text."""
    check = the_check(request, key)
    response = HttpResponse(f"{the_paragraph(check)}\n", content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="bezug-zum-insek-{check.key}.txt"'
    return response


@require_GET
def check_word(request: HttpRequest, key: str) -> HttpResponse:
    """The paragraph as a Word document, with a heading."""
    from docx import Document

    check = the_check(request, key)
    document = Document()
    document.core_properties.title = f"Bezug zum INSEK: {check.title}"[:250]
    document.core_properties.language = "de-DE"
    document.add_heading("Bezug zum INSEK", level=1)
    for block in the_paragraph(check).split("\n\n"):
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
    response["Content-Disposition"] = f'attachment; filename="bezug-zum-insek-{check.key}.docx"'
    return response
