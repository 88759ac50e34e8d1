"""The outline that a document proposes: correct it line by line, and accept it in one go."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from insek.people.actors import actor_of, require
from insek.people.locking import Conflict
from insek.people.requests import posted_version
from insek.web.context import kind_names_of

from .. import outlines
from ..form_values import FormAnswers
from ..making import Making
from ..models import Document, Outline
from .documents import page_context, visible_document

LINES = 60
"""Lines of one page."""
SHOWN = 600


@login_required
@require_http_methods(["GET", "POST"])
def outline(request: HttpRequest, pk: int) -> HttpResponse:
    """The lines of one page of the outline; each button keeps what was corrected first."""
    document, actor = visible_document(request, pk), actor_of(request)
    require(actor, "documents.edit")
    found = Outline.objects.select_related("document__concept").filter(document=document).first()
    if found is None or document.state != Document.State.DONE:
        raise Http404
    start = _number(request.GET.get("ab", ""), len(found.lines))
    status = 200
    if request.method == "POST":
        act = request.POST.get("tun", "")
        if act == "neu":
            outlines.propose_outline(document)
            messages.success(request, _("Die Gliederung ist neu vorgeschlagen."))
            return redirect("document-outline", pk)
        try:
            outlines.correct_lines(
                found,
                _said(request, found),
                expected_version=posted_version(request),
                actor=actor,
                sent=request.POST.dict(),
            )
        except Conflict:
            messages.warning(
                request,
                _(
                    "Inzwischen hat jemand anderes diese Gliederung geändert. Hier steht der neue Stand; bitte prüfen Sie ihn."
                ),
            )
            return redirect(f"{reverse('document-outline', args=[pk])}?ab={start}")
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            status = 400
        else:
            if act == "uebernehmen":
                batch = outlines.accept(found, actor=actor)
                return redirect("batch", batch.pk)
            after = start + LINES if act == "weiter" else start
            return redirect(
                f"{reverse('document-outline', args=[pk])}?ab={after if after < len(found.lines) else start}"
            )
    return render(request, "documents/outline.html", _context(request, document, found, start), status=status)


def _number(text: str, most: int) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
    return number - number % LINES if number < most else 0


def _said(request: HttpRequest, found: Outline) -> dict[int, dict[str, Any]]:
    """What the form says of its lines, by their place."""
    said = {}
    for text in request.POST.getlist("zeile"):
        if not (text.isascii() and text.isdigit() and len(text) < 7):
            continue
        place = int(text)
        parent = request.POST.get(f"unter-{place}", "").strip()
        said[place] = {
            "take": f"nimm-{place}" in request.POST,
            "making": request.POST.get(f"art-{place}", ""),
            "title": request.POST.get(f"titel-{place}", ""),
            "parent": _parent(parent),
            "choice": request.POST.get(f"wahl-{place}", ""),
            **_left(request, place, found.lines),
        }
    return said


def _left(request: HttpRequest, place: int, lines: list[outlines.Line]) -> dict[str, Any]:
    """The answers of a fact sheet that are to stay in the text alone: those that were shown and are not ticked."""
    shown = request.POST.getlist(f"angabe-{place}")
    if not shown:
        return {}
    ticked = set(request.POST.getlist(f"nimm-angabe-{place}"))
    before = set(lines[place].get("left", ())) if place < len(lines) else set()
    return {"left": sorted((before - set(shown)) | (set(shown) - ticked))}


def _parent(text: str) -> int | None:
    """The place of the line above; -1 for what is no number of a line."""
    if not text:
        return None
    return int(text) - 1 if text.isascii() and text.isdigit() and len(text) < 7 else -1


def _context(request: HttpRequest, document: Document, found: Outline, start: int) -> dict[str, object]:
    names = kind_names_of(request)
    choices = [
        ("", _("nichts")),
        (outlines.FIELD, _("Handlungsfeld")),
        *((making.name, str(making.label) or names(making.kind)) for making in outlines.makings_of_outline()),
    ]
    chosen = {making.name: making for making in outlines.makings_of_outline() if making.choice}
    answers = FormAnswers(document, found.lines, found.decisions, actor_of(request))
    shown = [
        {
            "choice": _choice(chosen, line),
            "answers": [each for each in answers.of[place].answers if each.becomes or each.doubt] if place in answers.of else (),
            "place": place, "row": place + 1, "line": line, "depth": _depth(found.lines, place),
            "parent": line["parent"] + 1 if line["parent"] is not None else "", "text": line["text"][:SHOWN],
            "is_cut": len(line["text"]) > SHOWN, "first": line["places"][0],
        }
        for place, line in enumerate(found.lines[start : start + LINES], start)
    ]  # fmt: skip
    count = len(outlines.accepted(found))
    return page_context(
        _("Gliederung übernehmen"), (document.title, reverse("document", args=[document.pk])), document=document, rows=shown,
        choices=choices, version=found.version, questions=answers.questions, count=count, total=len(found.lines), start=start,
        before=start - LINES if start else None, after=start + LINES if start + LINES < len(found.lines) else None,
    )  # fmt: skip


def _choice(chosen: dict[str, Making], line: outlines.Line) -> dict[str, Any] | None:
    """What has to be chosen for a line of this kind besides its title; None for most."""
    making = chosen.get(line["making"])
    if making is None:
        return None
    options = [(value, label, value == line.get("choice")) for value, label in making.choices()]
    return {"label": making.choice_label, "options": options}


def _depth(lines: list[outlines.Line], place: int) -> int:
    """How far a line is moved in."""
    depth, above = 0, lines[place]["parent"]
    while above is not None and depth < 5:
        depth, above = depth + 1, lines[above]["parent"]
    return depth
