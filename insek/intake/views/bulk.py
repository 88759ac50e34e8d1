"""Changing many items at once: from the ticked rows of a table to the question what shall change."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from insek.items.filtered import filtered
from insek.items.pages import pages_of
from insek.items.saved_views import tidy_query
from insek.people.actors import actor_of, require
from insek.thread.models import Visibility
from insek.web.context import asker_of, concept_or_404

from .. import bulk as service
from ..batches import LIMIT


@login_required
@require_POST
def bulk_begin(request: HttpRequest, kind: str) -> HttpResponse:
    """Keep what was ticked, or all that the filters leave, and go on to the choice of the act."""
    actor, pages = actor_of(request), pages_of(kind)
    require(actor, "intake.change_many")
    concept = concept_or_404(request)
    try:
        query = tidy_query(request.POST.get("anfrage", ""))
    except ValidationError as error:
        raise Http404 from error
    items, _filters = filtered(asker_of(request).about(QueryDict(query)), pages)
    whole = request.POST.get("umfang") == "alle"
    if not whole:
        ticked = [pk for pk in request.POST.getlist("auswahl") if len(pk) <= 8 and pk.isalnum()][:LIMIT]
        items = items.filter(pk__in=ticked)
    ids = list(items.order_by("sort_key", "pk").values_list("pk", flat=True)[: LIMIT + 1])
    if not ids:
        messages.warning(request, _("Bitte kreuzen Sie zuerst Zeilen an, oder wählen Sie „alle Treffer“."))
        address = reverse(pages.spec.list_name)
        return redirect(f"{address}?{query}" if query else address)
    batch = service.choose_items(
        concept=concept, pages=pages, ids=ids, cut=len(ids) > LIMIT, query=query, actor=actor,
        back=_own_page(request, request.POST.get("zurueck", "")),
    )  # fmt: skip
    if request.POST.get("akt") == "veroeffentlichen":
        # a page that knows what shall happen, such as that of an edition: the preview comes at once
        said = {"akt": "sichtbarkeit", "sichtbarkeit": Visibility.PUBLIC.value}
        form = service.BulkForm(said, pages=pages, concept=concept, actor=actor)
        if form.is_valid():
            service.say_act(batch, form)
    return redirect("batch", batch.pk)


def _own_page(request: HttpRequest, address: str) -> str:
    """The address of a page of this installation; empty for any other."""
    is_own = address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if is_own else ""
