"""What is told to the person who asks, what that person wants to hear, and the link in a mail that stops it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from insek.people.actors import actor_of
from insek.people.breadcrumbs import breadcrumb
from insek.people.models import User
from insek.people.requests import posted
from insek.web.context import concept_or_404
from insek.web.paging import BadCursor, keyset_page, pager

from ..composing import behind_stop_token
from ..forms import NoticeSettingsForm
from ..models import Notice, NoticeSettings, UnitDuty
from ..persons import user_key
from ..queries import lines_for
from ..register import notice_kind, notice_kinds, stop_telling
from .frame import page_context

PAGE_SIZE = 25


@login_required
@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    """What was told to me, the newest first, each with its task. Some five queries and those of what it is about."""
    actor, concept = actor_of(request), concept_or_404(request)
    try:
        page = keyset_page(
            _own(request, concept.pk), order=("-pk",), cursor=request.GET.get("nach", ""), size=PAGE_SIZE
        )
    except BadCursor as error:
        raise Http404 from error
    context = {
        **page_context(actor, "notice-list", _("Nachrichten an Sie")),
        "page_lead": _("Was per Mail an Sie ging oder geht, und was nur hier steht."),
        "lines": lines_for(page.rows, actor.user_id),
        **pager(page),
    }
    return render(request, "notices/notice_list.html", context)


def _own(request: HttpRequest, concept_id: int) -> QuerySet[Notice]:
    return Notice.objects.filter(
        to=user_key(actor_of(request).user_id or 0), concept=concept_id
    ).select_related("concept")


@login_required
@require_http_methods(["GET", "POST"])
def notice_settings(request: HttpRequest) -> HttpResponse:
    """What I hear by mail, how often, and when I am away."""
    actor, user = actor_of(request), request.user
    assert isinstance(user, User)
    row = NoticeSettings.objects.filter(user=user).first() or NoticeSettings(user=user)
    choices = [
        (kind.name, f"{kind.label}: {kind.when}")
        for kind in notice_kinds()
        if not kind.is_duty and kind.for_staff
    ]
    form = NoticeSettingsForm(posted(request), instance=row, choices=choices)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Gespeichert. Es gilt ab der nächsten Nachricht."))
        return redirect("notice-settings")
    duties = UnitDuty.objects.filter(user=user).select_related("unit")
    context = {
        **page_context(actor, "notice-settings", _("Was Sie per Mail erhalten")),
        "page_lead": _("Was zu Ihrer Aufgabe gehört, kommt immer; alles andere können Sie abbestellen."),
        "form": form,
        "address": user.email,
        "refused_on": row.refused_on,
        "duties": list(duties),
        "due": [kind for kind in notice_kinds() if kind.is_duty and kind.for_staff],
    }
    return render(request, "notices/notice_settings.html", context, status=400 if form.errors else 200)


@csrf_exempt
@require_http_methods(["GET", "POST"])
def notice_stop(request: HttpRequest, token: str) -> HttpResponse:
    """The link in a mail: a button that stops such mail; mail programs press it by themselves (RFC 8058).

    The link is signed for one recipient and needs no login; so there is no cookie, and nothing to forge.
    """
    known = behind_stop_token(token)
    if known is None:
        raise Http404
    to, names = known
    stopped = request.method == "POST" and stop_telling(to, names)
    labels = [str(kind.label) for name in names if (kind := notice_kind(name)) is not None]
    title = _("Abbestellt") if stopped else _("Nachrichten abbestellen")
    context = {
        "page_title": title,
        "labels": labels,
        "stopped": stopped,
        "is_gone": request.method == "POST" and not stopped,
        "breadcrumb": breadcrumb((title, "")),
        "noindex": True,
    }
    return render(request, "notices/notice_stop.html", context)
