"""What everybody can do without an account: contribute, and come back by the personal link.

These forms carry no CSRF token: they act for nobody who is logged in, so there is nothing to forge, and without the
token the page sets no cookie. The personal link is a secret of its own.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from insek.concept.models import Concept
from insek.people.breadcrumbs import breadcrumb
from insek.people.locking import Conflict
from insek.people.requests import posted
from insek.places.outside.showing import allow_outside, outside_context
from insek.thread.models import Visibility
from insek.web.context import asker_of, concept_of
from insek.web.display import date_words

from .. import bots, queries
from ..about import beginning, speakable
from ..codes import qr_svg
from ..models import Contribution, new_key
from ..pages import district_name, picking_map, point_of
from ..progress import progress_of
from ..public_forms import ContributeForm, CorrectForm
from ..services import (
    contribution_behind,
    correct_contribution,
    is_correctable,
    submit_contribution,
    withdraw_contribution,
)
from ..surroundings import is_outside, outline_of


@require_safe
@never_cache
def challenge(request: HttpRequest) -> JsonResponse:
    """A fresh challenge for the proof of work; asks no database."""
    return JsonResponse(bots.new_challenge())


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def contribute(request: HttpRequest) -> HttpResponse:
    """The one form. What bots send is refused before the first question to the database."""
    checked = False
    if request.method == "POST":
        if bots.is_trapped(request):
            return render(request, "participation/refused.html", _refused(request), status=400)
        checked, often = bots.judged(request, request.POST.get("altcha", ""))
        if often:
            return render(request, "participation/refused.html", _refused(request, often=True), status=429)
    concept = concept_of(request)
    formats = queries.open_formats(concept) if concept else []
    context: dict[str, Any] = {
        "page_title": _("Mitmachen"),
        "page_lead": _("Sagen Sie, was Ihnen in der Stadt auffällt. Ohne Anmeldung, in einer Minute."),
        "active_nav": "contribute",
        "breadcrumb": breadcrumb((_("Mitmachen"), "")),
    }
    if concept is None or not formats:
        return render(request, "participation/closed.html", context)
    chosen = next((row.pk for row in formats if row.pk == request.GET.get("format")), formats[0].pk)
    initial = {"format": chosen, "key": new_key(), **beginning(asker_of(request), concept)}
    form = ContributeForm(posted(request), concept=concept, formats=formats, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            _item, token = submit_contribution(
                format=data["format"], text=data["text"], type=data["type"], topic=data["topic"],
                point=data["point"], district=data["district"], email=data["email"], about=data["about"], checked=checked,
                key=data["key"],
            )  # fmt: skip
        except ValidationError as error:
            _add_errors(form, error)
        else:
            return redirect(f"{reverse('my-contribution', args=[token])}?neu=1")
    about = form.cleaned_data.get("about") if form.is_bound else speakable(concept, initial.get("about", ""))
    context |= {
        "form": form,
        "about": about,
        "trap": bots.TRAP,
        "point_map": picking_map(asker_of(request)),
        **outside_context(asker_of(request)),
    }
    page = render(request, "participation/contribute.html", context, status=400 if form.errors else 200)
    return allow_outside(page, asker_of(request))


def _add_errors(form: Any, error: ValidationError) -> None:
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


def _refused(request: HttpRequest, *, often: bool = False) -> dict[str, Any]:
    """The page for what was not taken; it gives the words back."""
    return {
        "page_title": _("Nicht angenommen"),
        "noindex": True,
        "concept": None,  # no menu, no name of the city: this page costs no query
        "city": "",
        "look": {},
        "main_nav": [],
        "often": often,
        "kept": request.POST.get("text", ""),
    }


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def my_contribution(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the personal link: what became of it; for a day also to correct and to withdraw."""
    contribution = contribution_behind(token)
    if contribution is None:
        raise Http404
    item = contribution.item
    item.concept = concept_of(request) or item.concept
    form = CorrectForm(posted(request), initial={"text": item.text, "version": item.version})
    if request.method == "POST":
        try:
            if request.POST.get("act") == "withdraw" and is_correctable(contribution):
                return render(
                    request,
                    "participation/withdraw.html",
                    _my_page(_("Beitrag zurückziehen?")) | {"item": item},
                )
            if request.POST.get("act") in {"withdraw", "withdraw-for-good"}:
                withdraw_contribution(contribution)
                return render(request, "participation/withdrawn.html", _my_page(_("Zurückgezogen")))
            if form.is_valid():
                correct_contribution(
                    contribution,
                    text=form.cleaned_data["text"],
                    expected_version=form.cleaned_data["version"],
                )
                return redirect("my-contribution", token=token)
        except ValidationError as error:
            form.add_error(None, error.messages)
        except Conflict:
            form.add_error(
                None, _("Ihr Beitrag wurde inzwischen geändert. Ihr Text steht noch da; bitte neu laden.")
            )
    here = point_of(asker_of(request), contribution)
    link = request.build_absolute_uri(reverse("my-contribution", args=[token]))
    context = {
        **_my_page(_("Mein Beitrag")),
        "contribution": contribution,
        "progress": progress_of(contribution),
        "item": item,
        "form": form,
        "facts": [
            {"label": _("Art"), "value": contribution.get_type_display()},
            {
                "label": _("Ort"),
                "value": _place(contribution, item.concept, drawn=here["point_map"] is not None),
            },
        ],
        **here,
        "is_new": "neu" in request.GET and contribution.state == Contribution.State.NEW,
        "key": token,
        "correctable": is_correctable(contribution),
        "public_url": item.url if item.visibility == Visibility.PUBLIC else "",
        "received": date_words(contribution.received_on),
        "link": link,
        "link_code": qr_svg(link),
        "link_mail": _mail_to_oneself(link),
    }
    return render(request, "participation/mine.html", context, status=400 if form.errors else 200)


def _my_page(title: str) -> dict[str, Any]:
    return {
        "page_title": title,
        "noindex": True,
        "active_nav": "contribute",
        "languages": [],
        "login_url": reverse("login"),
        "breadcrumb": breadcrumb((title, "")),
    }


def _mail_to_oneself(link: str) -> str:
    """The address that opens a mail without a receiver, with the link in it."""
    subject = _("Mein Beitrag zum INSEK")
    text = _("Unter dieser Adresse sehe ich, was aus meinem Beitrag wurde:")
    body = f"{text}\r\n\r\n{link}\r\n"
    return f"mailto:?subject={quote(subject)}&body={quote(body)}"


def _place(contribution: Contribution, concept: Concept, *, drawn: bool) -> str:
    """Where it is, in words: the district, outside the city, or the whole of it; empty where the map below says it."""
    if not drawn:
        return district_name(contribution) or _("die ganze Stadt")
    outside = is_outside(contribution, outline_of(concept))
    return district_name(contribution) or (_("außerhalb der Stadt") if outside else "")
