"""The pages of public duty, the feedback form, and the list where staff answer."""

from __future__ import annotations

from typing import Any

import rules
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from insek.people.actors import actor_of, require
from insek.people.breadcrumbs import breadcrumb, staff_breadcrumb
from insek.people.counting import Limit, too_often
from insek.people.locking import Conflict
from insek.people.models import in_language
from insek.people.requests import posted
from insek.people.visitors import neighbourhood
from insek.places.outside.showing import named_in_privacy
from insek.web.context import concept_or_404
from insek.web.display import date_words
from insek.web.paging import BadCursor, keyset_page, pager

from .forms import AnswerForm, FeedbackForm, PageForm
from .models import Feedback, PublicPage
from .services import answer_feedback, give_feedback, save_page
from .titles import EASY, TITLES

PAGE_SIZE = 50
MOST_FEEDBACK = 10
"""Messages an hour from one neighbourhood of addresses. All together have no limit: a stranger could use it up."""
PRIVACY = "datenschutz"
WORDED = ("title", "text", "title_en", "text_en", "date", "standing", "version")


@require_safe
def public_page(request: HttpRequest, key: str) -> HttpResponse:
    """One page of public duty. What the city has not written is said to be missing."""
    page = PublicPage.objects.filter(concept=concept_or_404(request), key=key).first()
    translated = page is not None and bool(page.text_en) and key != EASY
    title = in_language(page.title, page.title_en if translated else "") if page else str(TITLES[key])
    english = not (get_language() or "de").startswith("de")
    context = {
        "page": page,
        "text": (in_language(page.text, page.text_en) if translated else page.text) if page else "",
        "text_lang": SafeString(' lang="de"') if english and page is not None and not translated else "",
        "is_german_only": english and page is not None and not translated,
        "key": key,
        "others": named_in_privacy(concept_or_404(request)) if key == PRIVACY else [],
        "is_privacy": key == PRIVACY,
        "is_easy": key == EASY,
        "page_title": title,
        "day": date_words(page.date) if page else "",
        "feedback_url": f"{reverse('feedback')}?seite={request.path}",
        "edit_url": reverse("public-page-edit", args=[key])
        if rules.test_rule("duties.edit_page", actor_of(request))
        else "",
        "breadcrumb": breadcrumb((title, "")),
    }
    return render(request, "duties/page.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def page_edit(request: HttpRequest, key: str) -> HttpResponse:
    """Word a page of public duty."""
    actor = actor_of(request)
    require(actor, "duties.edit_page")
    concept = concept_or_404(request)
    if key not in TITLES:
        raise Http404
    page = PublicPage.objects.filter(concept=concept, key=key).first()
    initial: dict[str, Any] = {"title": TITLES[key], "standing": "working", "version": 0}
    if page is not None:
        initial = {name: getattr(page, name) for name in WORDED}
    form = PageForm(posted(request), initial=initial, key=key)
    if request.method == "POST" and form.is_valid():
        values = {name: value for name, value in form.cleaned_data.items() if name != "version"}
        version = form.cleaned_data["version"] or 0
        try:
            save_page(concept, key, values, expected_version=version, actor=actor)
        except ValidationError as error:
            form.add_error(None, error)
        except Conflict:
            form.add_error(
                None, _("Inzwischen hat jemand anderes diese Seite geändert. Ihre Eingaben stehen noch hier.")
            )
        else:
            messages.success(request, _("Die Seite ist gespeichert."))
            return redirect("beginning" if request.GET.get("von") == "anfang" else key)
    context = {
        "form": form,
        "page_title": _("Seite bearbeiten"),
        "page_lead": str(TITLES[key]),
        "cancel_url": reverse(key),
        "breadcrumb": breadcrumb((str(TITLES[key]), reverse(key)), (_("Bearbeiten"), "")),
        "noindex": True,
    }
    return render(request, "web/plain_form.html", context, status=400 if form.errors else 200)


@csrf_exempt
@require_http_methods(["GET", "POST"])
def feedback(request: HttpRequest) -> HttpResponse:
    """Tell us about a barrier or mistake. Exempt from the CSRF token, because the token would be a cookie.

    Nothing is done in the name of a login here, so that there is nothing to forge.
    """
    concept = concept_or_404(request)
    form = FeedbackForm(posted(request), initial={"page": request.GET.get("seite", "")[:300]})
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        if data.pop("website"):
            return redirect("feedback-thanks")
        if too_often([Limit(f"feedback:{neighbourhood(request)}", MOST_FEEDBACK, 3600)]):
            form.add_error(
                None,
                _("Aus Ihrem Netz sind gerade viele Rückmeldungen gekommen. Bitte versuchen Sie es in einer Stunde noch einmal, oder nutzen Sie die Anschrift im Impressum."),
            )  # fmt: skip
        else:
            try:
                give_feedback(concept, **data)
            except ValidationError as error:
                form.add_error(None, " ".join(error.messages))
            else:
                return redirect("feedback-thanks")
    context = {
        "form": form,
        "page_title": _("Rückmeldung geben"),
        "page_lead": _("Etwas ist nicht zugänglich, nicht verständlich oder falsch? Sagen Sie es uns."),
        "breadcrumb": breadcrumb((_("Rückmeldung"), "")),
    }
    return render(request, "duties/feedback.html", context, status=400 if form.errors else 200)


@require_safe
def feedback_thanks(request: HttpRequest) -> HttpResponse:
    """Say that it arrived."""
    context = {
        "page_title": _("Danke für Ihre Rückmeldung"),
        "page_lead": _(
            "Sie ist angekommen. Die Stadt sieht sie sich an und antwortet, wenn Sie gesagt haben, wie."
        ),
        "breadcrumb": breadcrumb((_("Rückmeldung"), "")),
        "noindex": True,
    }
    return render(request, "duties/thanks.html", context)


@login_required
@require_safe
def feedback_list(request: HttpRequest) -> HttpResponse:
    """What people told, the open ones first chosen."""
    require(actor_of(request), "duties.answer_feedback")
    state = request.GET.get("stand", "open")
    if state not in Feedback.State.values:
        state = "open"
    found = Feedback.objects.filter(concept=concept_or_404(request), state=state)
    try:
        page = keyset_page(found, order=("-pk",), cursor=request.GET.get("nach", ""), size=PAGE_SIZE)
    except BadCursor as error:
        raise Http404 from error
    context = {
        "rows": page.rows,
        "places": [
            {"label": label, "url": f"?stand={value}", "is_active": value == state}
            for value, label in Feedback.State.choices
        ],
        **pager(page, lambda cursor: f"?stand={state}&nach={cursor}"),
        "page_title": _("Rückmeldungen"),
        "active_nav": "account",
        "breadcrumb": staff_breadcrumb((_("Rückmeldungen"), "")),
        "noindex": True,
    }
    return render(request, "duties/feedback_list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def feedback_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Read one and note what was answered."""
    actor = actor_of(request)
    require(actor, "duties.answer_feedback")
    found = Feedback.objects.filter(concept=concept_or_404(request)).select_related("contact", "answered_by")
    row = get_object_or_404(found, pk=pk)
    form = AnswerForm(
        posted(request), initial={"version": row.version, "state": row.state, "answer": row.answer}
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            answer_feedback(
                row,
                answer=data["answer"],
                state=data["state"],
                expected_version=data["version"] or 0,
                actor=actor,
            )
        except ValidationError as error:
            form.add_error(None, error)
        except Conflict:
            form.add_error(
                None, _("Inzwischen hat jemand anderes hier etwas notiert. Bitte laden Sie die Seite neu.")
            )
        else:
            messages.success(request, _("Gespeichert."))
            return redirect("feedback-list")
    context = {
        "row": row,
        "contact": getattr(row, "contact", None),
        "form": form,
        "page_title": _("Rückmeldung: %(kind)s") % {"kind": row.get_kind_display()},
        "cancel_url": reverse("feedback-list"),
        "active_nav": "account",
        "breadcrumb": staff_breadcrumb(
            (_("Rückmeldungen"), reverse("feedback-list")), (row.get_kind_display(), "")
        ),
        "noindex": True,
    }
    return render(request, "duties/feedback_answer.html", context, status=400 if form.errors else 200)
