"""The catalogue of plan signs: the list in the order of the legend, the form with a look at the sign, and the end of one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from insek.concept.models import Concept
from insek.engines.report.maps import sample
from insek.engines.report.sheet_map import grey
from insek.people.actors import actor_of, require
from insek.people.breadcrumbs import staff_breadcrumb
from insek.people.locking import Conflict
from insek.people.requests import posted, posted_version
from insek.people.views.shared import http_status, save
from insek.thread.models import Change
from insek.thread.setting_up import PART
from insek.web.context import concept_or_404

from . import sign_acts
from .labels import SIGN_LABELS
from .sign_check import contradictions
from .sign_forms import PlanSignForm
from .sign_hints import contrast_words, hints
from .sign_models import PlanSign
from .sign_use import counts_by_sign, use_of

SHOWN = 8


def _concept(request: HttpRequest) -> Concept:
    require(actor_of(request), sign_acts.RIGHT)
    return concept_or_404(request)


def _sign(request: HttpRequest, pk: int) -> PlanSign:
    return get_object_or_404(PlanSign, concept=_concept(request), pk=pk)


@login_required
@require_safe
def sign_list(request: HttpRequest) -> HttpResponse:
    """All signs in the order of the legend, what speaks against how they look, and what was changed last. Some five queries."""
    concept = _concept(request)
    signs = list(PlanSign.objects.filter(concept=concept))
    counts = counts_by_sign(concept)
    rows: list[dict[str, Any]] = [
        {"sign": sign, "count": counts.get(sign.key, 0), "hints": hints(sign, signs)} for sign in signs
    ]
    used = [row for row in rows if not row["sign"].is_retired]
    for place, row in enumerate(used):
        row |= {"first": place == 0, "last": place == len(used) - 1}
    context = {
        "rows": used,
        "retired": [row for row in rows if row["sign"].is_retired],
        "contradictions": contradictions(concept),
        "changes": [_change(change) for change in _changes(concept)],
        "page_title": _("Planzeichen"),
        "page_lead": _("Womit Ihr Plan gezeichnet ist: in der Legende, auf Karten und Blättern, im Bericht und in Kartendateien."),
        **_frame(),
    }  # fmt: skip
    return render(request, "space/sign_list.html", context)


def _changes(concept: Concept) -> list[Change]:
    """What was changed of signs last."""
    of_signs = {f"differences__{PART}__1": PlanSign._meta.model_name}
    rows = Change.objects.filter(concept=concept, item_id="", **of_signs)
    return list(rows.select_related("actor").order_by("-at", "-pk")[:SHOWN])


def _change(change: Change) -> dict[str, Any]:
    return {
        "change": change,
        "subject": change.differences.get("subject", [None, ""])[1],
        "what": ", ".join(str(SIGN_LABELS[name]) for name in change.differences if name in SIGN_LABELS),
    }


def _frame(*steps: tuple[str, str]) -> dict[str, Any]:
    return {
        "active_nav": "account",
        "breadcrumb": staff_breadcrumb((_("Planzeichen"), reverse("sign-list") if steps else ""), *steps),
        "noindex": True,
    }


@login_required
@require_http_methods(["GET", "POST"])
def sign_create(request: HttpRequest) -> HttpResponse:
    """The form for a new sign."""
    concept = _concept(request)
    new = PlanSign(concept=concept, shape=PlanSign.Shape.AREA, colour="#2f6b4f")
    return _answer(
        request, new, _("Planzeichen anlegen"),
        lambda form: sign_acts.add_sign(concept, values=form.values(), actor=actor_of(request)),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def sign_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of a sign."""
    sign = _sign(request, pk)
    return _answer(
        request, sign, _("Planzeichen „%(name)s“") % {"name": sign},
        lambda form: sign_acts.change_sign(
            PlanSign.objects.get(pk=sign.pk), values=form.values(), expected_version=form.expected_version, actor=actor_of(request)
        ),
    )  # fmt: skip


def _answer(
    request: HttpRequest, sign: PlanSign, title: str, act: Callable[[PlanSignForm], Any]
) -> HttpResponse:
    """The form with a look at the sign as it would be; asked for a look alone, nothing is saved."""
    form = PlanSignForm(posted(request), instance=sign)
    only_looks = "vorschau" in request.POST
    conflict: list[dict[str, str]] = []
    if request.method == "POST" and form.is_valid() and not only_looks:
        saved, conflict = save(form, lambda: act(form))
        if saved is not None:
            messages.success(request, _("„%(name)s“ ist gespeichert.") % {"name": saved})
            return redirect("sign-list")
    elif request.method == "POST":
        form.is_valid()
    shown = form.as_it_would_be
    context = {
        "form": form,
        "sign": sign,
        "conflict": conflict,
        "preview": _preview(shown),
        "use": use_of(sign) if sign.pk else None,
        "page_title": title,
        **_frame((title, "")),
    }
    return render(
        request, "space/sign_form.html", context, status=200 if only_looks else http_status(form, conflict)
    )


def _preview(sign: PlanSign) -> dict[str, Any]:
    """A sign on the screen by day and night, on paper, and in grey."""
    drawn = {**sign.drawn, "key": f"{sign.key}-druck"}
    return {
        "sign": sign,
        "print": SafeString(sample(drawn)),
        "grey": SafeString(sample({**drawn, "key": f"{sign.key}-grau", "colour": grey(sign.colour)})),
        "contrast": contrast_words(sign),
        "hints": hints(sign, list(PlanSign.objects.filter(concept=sign.concept_id))),
    }


@login_required
@require_POST
def sign_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a sign change places with its neighbour in the legend."""
    sign = _sign(request, pk)
    try:
        sign_acts.move_sign(
            sign, up=request.POST.get("richtung") == "hoch", expected_version=posted_version(request), actor=actor_of(request)
        )  # fmt: skip
    except Conflict:
        messages.error(
            request, _("Inzwischen hat jemand anderes dieses Planzeichen geändert. Bitte noch einmal.")
        )
    return redirect(f"{reverse('sign-list')}#zeichen-{sign.pk}")


@login_required
@require_http_methods(["GET", "POST"])
def sign_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once, then offer a sign no more; or take it up again, or delete one that nothing was drawn with."""
    sign = _sign(request, pk)
    problem = ""
    if request.method == "POST":
        acts: dict[str, tuple[Any, str]] = {
            "": (sign_acts.retire_sign, _("„%(name)s“ wird nicht mehr angeboten.")),
            "aufnehmen": (sign_acts.take_up_sign, _("„%(name)s“ wird wieder angeboten.")),
            "loeschen": (sign_acts.delete_sign, _("„%(name)s“ ist gelöscht.")),
        }
        act, done = acts.get(request.POST.get("was", ""), acts[""])
        try:
            act(sign, expected_version=posted_version(request), actor=actor_of(request))
        except ValidationError as error:
            problem = " ".join(error.messages)
        except Conflict:
            problem = _(
                "Inzwischen hat jemand anderes diese Angaben geändert. Bitte sehen Sie sie noch einmal an."
            )
        else:
            messages.success(request, done % {"name": sign})
            return redirect("sign-list")
        sign = _sign(request, pk)
    title = (_("„%(name)s“ wieder anbieten") if sign.is_retired else _("„%(name)s“ nicht mehr anbieten")) % {
        "name": sign
    }
    context = {
        "sign": sign,
        "use": use_of(sign),
        "problem": problem,
        "page_title": title,
        **_frame((str(sign), reverse("sign-edit", args=[sign.pk])), (title, "")),
    }
    return render(request, "space/sign_end.html", context, status=409 if problem else 200)
