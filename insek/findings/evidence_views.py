"""The page on which a finding gets its evidence."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from insek.items.views.items import item_breadcrumb, visible_item
from insek.items.views.saving import answer_saved
from insek.people.actors import actor_of, require
from insek.people.locking import Conflict
from insek.people.requests import posted_version, search_words
from insek.release import releases
from insek.release.models import Proposal
from insek.thread.models import Item
from insek.thread.search import search_items
from insek.web.context import asker_of

from . import evidence

MOST_FINDINGS = 60
"""Findings that are shown to choose from; the search leads to the others."""


@login_required
@require_http_methods(["GET", "POST"])
def evidence_take(request: HttpRequest, item_id: str) -> HttpResponse:
    """Take a statement of a plan, a plan, or a part of its appraisal as evidence: choose the finding, done."""
    item, pages = visible_item(request, item_id)
    actor = actor_of(request)
    require(actor, "thread.link_items")
    part = request.GET.get("teil", "")
    proof = evidence.proof_at(item, part, actor)
    if proof is None:
        raise Http404
    query = search_words(request, request.GET)
    findings = Item.objects.filter(concept=item.concept_id, kind="finding")
    problem, status = "", 200
    if request.method == "POST":
        chosen = findings.visible_to(actor).filter(pk=request.POST.get("befund", "")[:8]).first()
        if chosen is None:
            problem, status = _("Bitte wählen Sie den Befund."), 400
        else:
            try:
                done = evidence.take_proof(chosen, proof, sentence=request.POST.get("satz", ""), actor=actor)
            except ValidationError as error:
                problem, status = " ".join(error.messages), 400
            except Conflict:
                problem, status = (
                    _("Inzwischen hat jemand anderes diesen Beleg geändert. Bitte noch einmal."),
                    409,
                )
            else:
                return answer_saved(request, done, done=_("Der Beleg steht am Befund."), to=chosen.url)
    found = (
        search_items(query, actor, findings)
        if query
        else findings.visible_to(actor).order_by("sort_key", "pk")
    )
    rows = list(found[: MOST_FINDINGS + 1])
    context = {
        "item": item,
        "part": part,
        "proof": proof,
        "query": query,
        "findings": rows[:MOST_FINDINGS],
        "is_cut": len(rows) > MOST_FINDINGS,
        "chosen": request.POST.get("befund", ""),
        "sentence": request.POST.get("satz", proof.sentence),
        "problem": problem,
        "page_title": _("Als Beleg für einen Befund nehmen"),
        "page_lead": str(item),
        "active_nav": item.kind,
        "breadcrumb": item_breadcrumb(request, pages, (item.number or item.title, item.url), (_("Als Beleg"), "")),
        "noindex": True,
    }  # fmt: skip
    return render(request, "findings/evidence_take.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def finding_evidence(request: HttpRequest, item_id: str) -> HttpResponse:
    """Search what proves a finding and see the figure; or say that nothing does."""
    item, pages = visible_item(request, item_id)
    if pages.kind != "finding":
        raise Http404
    actor, asker = actor_of(request), asker_of(request)
    require(actor, "thread.link_items", item)
    query = search_words(request, request.GET)
    problem, status = "", 200
    if request.method == "POST" and "behauptung" in request.POST:
        values = {"is_assertion": request.POST["behauptung"] == "1"}
        try:
            saved = releases.save_or_propose(
                item, expected_version=posted_version(request), values=values, actor=actor
            )
        except Conflict:
            problem, status = (
                _("Jemand hat den Befund inzwischen geändert. Bitte sehen Sie noch einmal hin."),
                409,
            )
        else:
            return answer_saved(request, saved, done=_("So steht es jetzt am Befund."), to=item.url)
    elif request.method == "POST":
        proof = evidence.proof_named(item, request.POST.get("beleg", ""), query, asker)
        if proof is None:
            problem, status = _("Bitte wählen Sie aus, was den Befund belegt."), 400
        else:
            try:
                done = evidence.take_proof(item, proof, sentence=request.POST.get("satz", ""), actor=actor)
            except ValidationError as error:
                problem, status = " ".join(error.messages), 400
            except PermissionDenied:
                problem, status = (
                    _("Der Befund ist öffentlich: Textstellen hängt an ihn, wer freigeben darf."),
                    403,
                )
            else:
                if isinstance(done, Proposal):
                    return answer_saved(request, done, done="", to=item.url)
                messages.success(request, _("Der Beleg steht am Befund."))
                return redirect(item.url)
    context = {
        **evidence.shown_proofs(item, actor),
        "item": item,
        "query": query,
        "proofs": evidence.proofs_for(item, query, asker),
        "chosen": request.POST.get("beleg", ""),
        "sentence": request.POST.get("satz", ""),
        "problem": problem,
        "page_title": _("Beleg suchen"),
        "page_lead": str(item),
        "active_nav": "finding",
        "breadcrumb": item_breadcrumb(
            request, pages, (item.number or item.title, item.url), (_("Beleg"), "")
        ),
        "noindex": True,
    }
    return render(request, "findings/evidence.html", context, status=status)
