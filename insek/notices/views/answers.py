"""Personal links: given out and taken back by those who may, and the address behind which somebody answers without a login."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from insek.people.actors import actor_of, require
from insek.people.breadcrumbs import breadcrumb
from insek.people.models import User
from insek.people.requests import posted
from insek.web.context import concept_or_404

from ..answer_notice import send_link
from ..composing import origin
from ..forms import AnswerLinkForm
from ..links import link_behind, make_link, path_in, purposes, revoke_link
from ..models import AnswerLink
from .frame import page_context

SHOWN = "answer-link-shown"
"""Key of the session: the link that the next page may show once."""
MOST_LINKS = 200


@login_required
@require_http_methods(["GET", "POST"])
@never_cache
def answer_links(request: HttpRequest) -> HttpResponse:
    """The links there are, and a form for a new one. A new link is shown once, or goes to its address."""
    actor, concept = actor_of(request), concept_or_404(request)
    require(actor, "notices.give_link")
    form = AnswerLinkForm(posted(request), initial={"days": 90})
    if request.method == "POST" and form.is_valid():
        try:
            link = make_link(concept=concept, actor=actor, **form.values())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            if send_link(link):
                messages.success(
                    request, _("Der Link ist an %(address)s unterwegs.") % {"address": link.email}
                )
            request.session[SHOWN] = link.pk
            return redirect("answer-links")
    shown = AnswerLink.objects.filter(pk=request.session.pop(SHOWN, None), concept=concept).first()
    known = purposes()
    rows = AnswerLink.objects.filter(concept=concept).select_related("unit")[:MOST_LINKS]
    context = {
        **page_context(actor, "answer-links", _("Persönliche Links")),
        "page_lead": _(
            "Damit antwortet eine Einheit ohne Zugang. Ein Link läuft ab und lässt sich zurücknehmen."
        ),
        "form": form,
        "link": f"{origin()}{path_in(shown.language, shown)}" if shown is not None else "",
        "rows": [
            {"link": row, "purpose": str(known[row.purpose].label) if row.purpose in known else row.purpose}
            for row in rows
        ],
        "most": MOST_LINKS,
        "is_cut": len(rows) == MOST_LINKS,
    }
    return render(request, "notices/answer_links.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def answer_link_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a link back."""
    actor = actor_of(request)
    require(actor, "notices.give_link")
    revoke_link(get_object_or_404(AnswerLink, pk=pk, concept=concept_or_404(request)), actor=actor)
    messages.success(request, _("Der Link öffnet nichts mehr."))
    return redirect("answer-links")


@never_cache
@csrf_exempt
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind a personal link; 410 with a word on it where it is over.

    The address is the secret and is named with each form, so that there is no cookie and nothing to forge.
    """
    link = link_behind(token)
    if link is None:
        raise Http404
    if not link.is_valid or link.purpose not in purposes():
        return _over(request, link)
    AnswerLink.objects.filter(pk=link.pk).update(last_used_at=timezone.now())
    response = purposes()[link.purpose].page(request, link)
    response["Referrer-Policy"] = "no-referrer"
    return response


def _over(request: HttpRequest, link: AnswerLink) -> HttpResponse:
    title = _("Dieser Link gilt nicht mehr")
    giver = User.objects.filter(pk=link.made_by_id or 0, is_active=True).first()
    context = {
        "page_title": title,
        "breadcrumb": breadcrumb((title, "")),
        "revoked": link.revoked_at is not None,
        "giver": str(giver) if giver is not None else "",
        "noindex": True,
    }
    return render(request, "notices/answer_over.html", context, status=410)
