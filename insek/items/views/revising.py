"""The way back from a returned proposal to the form it came from: ``?freigabe=`` names it, ``&stand=`` its version."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from insek.people.actors import actor_of
from insek.release.acts import act_named
from insek.release.models import Proposal
from insek.release.revising import revising

View = Callable[..., HttpResponse]


def revision_url(proposal: Proposal) -> str:
    """Where the author writes a proposal anew; empty where there is nothing to write, as when something is taken away."""
    address = act_named(proposal.act).form_at(proposal.item, proposal.payload) if proposal.item else ""
    if not address:
        return ""
    query = urlencode({"freigabe": proposal.pk, "stand": proposal.version})
    return f"{address}{'&' if '?' in address else '?'}{query}"


def can_revise(*acts: str) -> Callable[[View], View]:
    """Let the form of a view write a proposal of the person's own anew. An address that names no such one gives 404."""

    def decorate(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            found = _own_proposal(request, acts)
            if found is not None and request.method == "GET":
                messages.info(request, _what_is_revised(found))
            with revising(found):
                return view(request, *args, **kwargs)

        return inner

    return decorate


def _own_proposal(request: HttpRequest, acts: tuple[str, ...]) -> Proposal | None:
    sent, version = request.GET.get("freigabe", ""), request.GET.get("stand", "")
    if not sent:
        return None
    if not all(text.isascii() and text.isdigit() and len(text) < 10 for text in (sent, version)):
        raise Http404
    own = Proposal.objects.undecided().filter(pk=int(sent), act__in=acts, author=actor_of(request).user_id)
    found = own.first()
    if found is None:
        raise Http404
    found.version = int(version)  # that of the page the person came from: a faster change is noticed
    return found


def _what_is_revised(proposal: Proposal) -> str:
    if proposal.state == Proposal.State.RETURNED:
        return _("Sie überarbeiten eine Änderung, die zurückkam. Die Antwort: „%(answer)s“") % {
            "answer": proposal.answer
        }
    return _("Sie überarbeiten eine Änderung, die noch auf Freigabe wartet.")
