"""Following, for everybody: by mail, as Atom, as a calendar. No cookie, no login; the address is confirmed by mail."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from insek import clock
from insek.people.actors import ANONYMOUS
from insek.people.breadcrumbs import breadcrumb
from insek.people.counting import Limit, too_often
from insek.people.mail import can_send
from insek.people.requests import posted
from insek.people.visitors import neighbourhood
from insek.thread.shared_cache import cached
from insek.web.context import concept_or_404

from ..composing import origin
from ..feeds import atom_of, calendar_of
from ..following import confirm, follow_behind, topic_behind
from ..following import follow as ask_to_follow
from ..news import Followed, dates_of, topic_of

MOST_ASKED = 10
"""Addresses that may be entered from one neighbourhood in an hour."""


class FollowForm(forms.Form):
    """Where news shall go. The second field is hidden from people: what fills it is a program."""

    email = forms.EmailField(
        label=gettext_lazy("E-Mail"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=gettext_lazy(
            "Sie bekommen eine Mail mit einem Link zum Bestätigen. Ihre Adresse steht getrennt von allem anderen, dient nur dazu und wird nach zwei Jahren oder beim Abbestellen gelöscht."
        ),
    )
    website = forms.CharField(required=False, widget=forms.HiddenInput)


def _topic(request: HttpRequest) -> Followed:
    """What the address names. Raises Http404."""
    found = topic_of(
        concept_or_404(request),
        item=request.GET.get("inhalt", ""),
        field=request.GET.get("feld", ""),
        query=request.GET.get("suche", "").replace("\x00", ""),
    )
    if found is None:
        raise Http404
    return found


@never_cache
@csrf_exempt
@require_http_methods(["GET", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """Ways to follow a topic. Some six queries."""
    topic = _topic(request)
    form = FollowForm(posted(request))
    if request.method == "POST" and form.is_valid():
        if too_often([Limit(f"follow:{neighbourhood(request)}", MOST_ASKED, 3600)]):
            form.add_error(
                None,
                _(
                    "Aus Ihrem Netz kamen gerade viele Anfragen. Bitte versuchen Sie es in einer Stunde noch einmal."
                ),
            )
        else:
            if not form.cleaned_data["website"]:
                ask_to_follow(topic, form.cleaned_data["email"], (get_language() or "de")[:2])
            return redirect(f"{reverse('follow')}?{topic.address}&gefragt=1")
    here = request.build_absolute_uri("/").rstrip("/")
    context = {
        "page_title": _("Folgen: %(topic)s") % {"topic": topic.title},
        "breadcrumb": breadcrumb(
            *([(topic.title, topic.item.url)] if topic.item is not None else []), (_("Folgen"), "")
        ),
        "noindex": True,
        "topic": topic,
        "form": form,
        "asked": "gefragt" in request.GET,
        "can_send": can_send(),
        "atom_url": f"{here}{reverse('follow-atom')}?{topic.address}",
        "calendar_url": f"{here}{reverse('follow-calendar')}?{topic.address}",
        "dates": len(dates_of(topic)),
    }
    return render(request, "notices/follow.html", context, status=400 if form.errors else 200)


@require_safe
def follow_atom(request: HttpRequest) -> HttpResponse:
    """The news of a topic as Atom."""
    here = request.build_absolute_uri("/").rstrip("/")
    topic = _topic(request)
    text = cached(topic.concept, ANONYMOUS, ("follow", topic.address, here), lambda: atom_of(topic, here))
    return HttpResponse(text, content_type="application/atom+xml; charset=utf-8")


@require_safe
def follow_calendar(request: HttpRequest) -> HttpResponse:
    """The public dates of a topic as iCalendar."""
    here = request.build_absolute_uri("/").rstrip("/")
    answer = HttpResponse(
        calendar_of(_topic(request), here, clock.now()), content_type="text/calendar; charset=utf-8"
    )
    answer["Content-Disposition"] = 'inline; filename="insek.ics"'
    return answer


@never_cache
@csrf_exempt
@require_http_methods(["GET", "POST"])
def follow_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The link in the mail: a button that confirms, and one that deletes the address."""
    row = follow_behind(token)
    topic = topic_behind(row) if row is not None else None
    if request.method == "POST" and row is not None:
        if request.POST.get("act") == "forget":
            row.erase()
        else:
            confirm(row)
        return redirect("follow-confirm", token)
    title = _("Folgen bestätigen") if row is not None and row.confirmed_at is None else _("Folgen")
    context = {
        "page_title": title,
        "breadcrumb": breadcrumb((title, "")),
        "noindex": True,
        "row": row,
        "topic": topic,
        "origin": origin(),
    }
    return render(request, "notices/follow_confirm.html", context, status=200 if row is not None else 410)
