"""The page that mail to a contributor leads to: confirm the address, read what became of it, have the address deleted."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from insek.people.breadcrumbs import breadcrumb
from insek.thread.models import Visibility
from insek.web.display import date_words

from ..contacts import confirm, contribution_of
from ..models import Contact
from ..outcomes import became_of
from ..progress import progress_of


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def contribution_by_mail(request: HttpRequest, token: str) -> HttpResponse:
    """What became of a contribution. Looking at it confirms nothing: programs open links to check them, people press buttons."""
    contribution = contribution_of(token)
    if contribution is None:
        raise Http404
    contact = Contact.objects.filter(pk=contribution.pk).first()
    if request.method == "POST" and contact is not None:
        if request.POST.get("act") == "forget":
            contact.erase()
        else:
            confirm(contact)
        return redirect("contribution-by-mail", token)
    item = contribution.item
    context = {
        "page_title": _("Was aus Ihrem Beitrag wurde"),
        "breadcrumb": breadcrumb((_("Ihr Beitrag"), "")),
        "noindex": True,
        "active_nav": "contribute",
        "contribution": contribution,
        "item": item,
        "contact": contact,
        "progress": progress_of(contribution),
        "became": became_of([contribution.pk]).get(contribution.pk, []),
        "received": date_words(contribution.received_on),
        "public_url": item.url if item.visibility == Visibility.PUBLIC else "",
    }
    response = render(request, "participation/by_mail.html", context)
    response["Referrer-Policy"] = "no-referrer"
    return response
