"""Rating: rounds and their groups for staff; the sheet for whoever has link or code; what came out."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from insek.engines.ratings import AGREED, SPLIT, Summary, differs
from insek.items.pages import pages_of
from insek.items.views.items import item_breadcrumb
from insek.participation import bots
from insek.participation.codes import qr_svg
from insek.people import counting
from insek.people.actors import actor_of, require
from insek.people.counting import Limit
from insek.people.locking import Conflict
from insek.people.models import Right
from insek.people.requests import posted
from insek.people.visitors import neighbourhood
from insek.thread.models import Item
from insek.web.context import asker_of, concept_or_404
from insek.web.csv_tables import csv_answer
from insek.web.display import number_words
from insek.web.richtext import plain_text

from . import rating
from .rating_forms import RatingRoundForm, answers_sent
from .rating_models import DIMENSIONS, QUESTIONS, Rating, RatingGroup, RatingRound, RatingSheet
from .rating_steps import step_to_begin, steps_of

SHEETS = 200
"""Sheets that a neighbourhood of addresses may hand in within an hour."""
CODES_TRIED = 20
"""Codes that a neighbourhood of addresses may try in ten minutes."""
LABELS = {name: Rating._meta.get_field(name).verbose_name for name in DIMENSIONS}  # type: ignore[union-attr]  # plain columns


def _round(request: HttpRequest, key: str) -> RatingRound:
    """A round that the person may read about. Raises Http404."""
    concept = concept_or_404(request)
    found = next((each for each in rating.seen_rounds(concept, actor_of(request)) if each.key == key), None)
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest, title: str, *steps: tuple[str, str]) -> dict[str, Any]:
    way = (
        [(_("Bewertungen der Befunde"), reverse("rating-list")), *steps]
        if title != _("Bewertungen der Befunde")
        else []
    )
    return {
        "page_title": title,
        "active_nav": "finding",
        "breadcrumb": item_breadcrumb(request, pages_of("finding"), *way, (title, "")),
        "noindex": True,
    }


@require_safe
def rating_list(request: HttpRequest) -> HttpResponse:
    """All rounds that the person may read about."""
    actor = actor_of(request)
    rounds = list(rating.seen_rounds(concept_or_404(request), actor))
    context = {
        **_page(request, _("Bewertungen der Befunde")),
        "page_lead": _("Was verschiedene Gruppen von den Befunden halten: wie wichtig, wie eilig, wie beeinflussbar, wie sicher."),
        "rounds": rounds,
        "may_rate": actor.has(Right.EDIT),
    }  # fmt: skip
    return render(request, "findings/rating_list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def rating_edit(request: HttpRequest, key: str = "") -> HttpResponse:
    """The form of a round, new or not."""
    actor, concept = actor_of(request), concept_or_404(request)
    require(actor, "findings.rate")
    round = _round(request, key) if key else RatingRound(concept=concept)
    form = RatingRoundForm(posted(request), instance=round, concept=concept)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        version = values.pop("version") or 0
        try:
            saved = rating.save_round(round, values=values, expected_version=version, actor=actor)
        except Conflict:
            form.add_error(
                None, _("Jemand hat die Runde inzwischen geändert. Bitte öffnen Sie sie noch einmal.")
            )
        except PermissionDenied:
            form.add_error("includes_internal", _("Das darf nur, wer freigeben darf."))
        except ValidationError as error:
            at_fields = hasattr(error, "error_dict") and set(error.error_dict) <= set(form.fields)
            form.add_error(None, error if at_fields else " ".join(error.messages))
        else:
            messages.success(request, _("Die Runde ist gespeichert."))
            return redirect("rating-groups", saved.key)
    title = _("Runde ändern") if key else _("Neue Runde")
    context = {
        **_page(request, title),
        "form": form,
        "submit_label": _("Speichern"),
        "cancel_url": reverse("rating-list"),
    }
    return render(request, "findings/rating_edit.html", context, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def rating_groups(request: HttpRequest, key: str) -> HttpResponse:
    """Who is asked: links, codes, paper, how many answered; taking back and publishing."""
    actor = actor_of(request)
    require(actor, "findings.rate")
    round = _round(request, key)
    if request.method == "POST":
        return _group_act(request, round)
    groups = [
        {
            "group": group,
            "answered": group.answered,  # type: ignore[attr-defined]  # counted beside it
            "link": request.build_absolute_uri(reverse("rate", args=[rating.token_of(group)])),
            "qr": qr_svg(request.build_absolute_uri(reverse("rate", args=[rating.token_of(group, "w")])))
            if group.code
            else "",
        }
        for group in rating.with_counts(round)
    ]
    context = {
        **_page(request, round.title),
        "page_lead": _("Wer gefragt wird, und wie."),
        "round": round,
        "groups": groups,
        "code_url": request.build_absolute_uri(reverse("rate-code")),
        "may_publish": actor.has(Right.RELEASE),
    }
    return render(request, "findings/rating_groups.html", context)


def _group_act(request: HttpRequest, round: RatingRound) -> HttpResponse:
    actor, sent = actor_of(request), request.POST
    act, group = sent.get("act", ""), round.groups.filter(key=sent.get("group", "")).first()
    try:
        if act == "add":
            rating.add_group(round, name=sent.get("name", ""), actor=actor)
        elif act in {"publish", "withdraw"}:
            rating.publish_round(round, is_public=act == "publish", actor=actor)
        elif group is not None and act in {"renew", "revoke", "workshop"}:
            doing = {
                "renew": rating.renew_link,
                "revoke": rating.revoke_link,
                "workshop": rating.open_workshop,
            }
            doing[act](group, actor=actor)
        else:
            raise Http404
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Gespeichert."))
    return redirect("rating-groups", round.key)


def _sheet_rows(items: Iterable[Item], given: Any) -> list[dict[str, Any]]:
    rows = []
    for item in items:
        scales = [
            {
                "name": f"w-{item.pk}-{name}",
                "label": LABELS[name],
                "question": QUESTIONS[name],
                "value": given.get(item.pk, {}).get(name),
            }
            for name in DIMENSIONS
        ]
        rows.append({"item": item, "text": plain_text(item.shown_text, 300), "scales": scales})
    return rows


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def rate(request: HttpRequest, token: str) -> HttpResponse:
    """The sheet for who has the link, without an account; the own answers can be changed as long as the round is open.

    A long sheet comes in steps; each is kept when one goes on, so that one may stop and come back.
    """
    try:
        group, way = rating.group_behind(token)
    except rating.NotOpen as reason:
        return render(
            request,
            "findings/rate_closed.html",
            {**_public(_("Bewerten")), "reason": str(reason)},
            status=410,
        )
    secret = (request.POST if request.method == "POST" else request.GET).get("bogen", "")[:64]
    given: Any = rating.answers_behind(group, secret) if secret else {}
    items = list(rating.findings_of(group.round).prefetch_related("fields"))
    steps, problem = steps_of(items, given), ""
    if request.method == "POST":
        if bots.is_trapped(request) or counting.too_often(
            [Limit(f"rate:{neighbourhood(request)}", SHEETS * max(1, len(steps)), 3600)]
        ):
            return render(
                request,
                "findings/rate_closed.html",
                {**_public(_("Bewerten")), "reason": _("Das ging zu schnell. Bitte später noch einmal.")},
                status=429,
            )
        sent = answers_sent(request.POST.dict())
        given = {**given, **sent} if steps else sent
        secret, further = secret or rating.new_secret(), request.POST.get("weiter", "")
        goes_on = any(str(step.number) == further for step in steps)
        try:
            if given or not goes_on:
                rating.save_sheet(group, given, way=way, token=secret, name=request.POST.get("name", ""))
        except ValidationError as error:
            problem = " ".join(error.messages)
        else:
            if goes_on:
                query = urlencode({"bogen": secret, "schritt": further})
                return redirect(f"{reverse('rate', args=[token])}?{query}")
            again = request.build_absolute_uri(f"{reverse('rate', args=[token])}?bogen={secret}")
            open_still = len(items) - len(given) if steps else 0
            thanks = {
                **_public(_("Danke")),
                "round": group.round,
                "again": again,
                "count": len(given),
                "open_still": max(0, open_still),
            }
            return render(request, "findings/rate_thanks.html", thanks)
    step = step_to_begin(steps, (request.POST or request.GET).get("schritt", "")) if steps else None
    context = {
        **_public(group.round.title),
        "round": group.round,
        "group": group,
        "rows": _sheet_rows(step.items if step else items, given),
        "steps": steps,
        "step": step,
        "next_step": step.number + 1 if step and step.number < len(steps) else None,
        "rated": sum(each.rated for each in steps),
        "findings": len(items),
        "questions": [(LABELS[name], QUESTIONS[name]) for name in DIMENSIONS],
        "secret": secret or rating.new_secret(),
        "problem": problem,
        "asks_name": not group.round.is_anonymous and (step is None or step.number == len(steps)),
        "trap": bots.TRAP,
    }
    return render(request, "findings/rate.html", context, status=400 if problem else 200)


def _public(title: str) -> dict[str, Any]:
    return {"page_title": title, "active_nav": "", "noindex": True}


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def rate_code(request: HttpRequest) -> HttpResponse:
    """Where a code from the wall is typed on a phone."""
    problem, status = "", 200
    if request.method == "POST":
        if counting.too_often([Limit(f"rating-code:{neighbourhood(request)}", CODES_TRIED, 600)]):
            problem, status = _("Zu viele Versuche. Bitte in zehn Minuten noch einmal."), 429
        elif (group := rating.group_of_code(request.POST.get("code", ""))) is not None:
            return redirect("rate", rating.token_of(group, "w"))
        else:
            problem, status = _("Diesen Code gibt es nicht, oder die Runde ist zu Ende."), 400
    context = {**_public(_("In der Werkstatt bewerten")), "problem": problem}
    return render(request, "findings/rate_code.html", context, status=status)


@login_required
@require_safe
def rating_paper(request: HttpRequest, key: str) -> HttpResponse:
    """The sheet to be printed."""
    require(actor_of(request), "findings.rate")
    round = _round(request, key)
    context = {
        **_page(request, round.title),
        "round": round,
        "rows": _sheet_rows(rating.findings_of(round), {}),
        "steps": range(1, 6),
    }
    return render(request, "findings/rating_paper.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def rating_enter(request: HttpRequest, key: str, group_key: str) -> HttpResponse:
    """Enter a sheet that came on paper."""
    require(actor_of(request), "findings.rate")
    round = _round(request, key)
    group: RatingGroup | None = round.groups.filter(key=group_key).first()
    if group is None:
        raise Http404
    problem, given = "", {}
    if request.method == "POST":
        given = answers_sent(request.POST.dict())
        try:
            rating.save_sheet(group, given, way=RatingSheet.Way.PAPER, name=request.POST.get("name", ""))
        except ValidationError as error:
            problem = " ".join(error.messages)
        else:
            messages.success(request, _("Der Bogen ist eingetragen. Der nächste kann kommen."))
            return redirect("rating-enter", round.key, group.key)
    context = {
        **_page(request, _("Bogen eintragen: %(group)s") % {"group": group}, (round.title, reverse("rating-groups", args=[round.key]))),
        "round": round, "group": group, "rows": _sheet_rows(rating.findings_of(round), given), "problem": problem, "asks_name": not round.is_anonymous,
        "is_staff_entry": True,
    }  # fmt: skip
    return render(request, "findings/rate.html", context, status=400 if problem else 200)


# --- what came out ---------------------------------------------------------------------------------------------------


def _shown(summary: Summary, before: Summary | None = None) -> dict[str, Any] | None:
    if not summary.number:
        return None
    most = max(summary.counts)
    if summary.number == 1:
        words = ""
    else:
        words = (
            _("einig")
            if summary.agreement >= AGREED
            else _("gespalten")
            if summary.agreement < SPLIT
            else _("gemischt")
        )
    shown = {
        "mean": number_words(summary.mean, 1),
        "deviation": number_words(summary.deviation, 1),
        "number": summary.number,
        "bars": [{"x": 12 * at, "height": f"{20 * count / most:.1f}", "y": f"{20 - 20 * count / most:.1f}"} for at, count in enumerate(summary.counts)],
        "counts": ", ".join(f"{step}: {count}" for step, count in enumerate(summary.counts, 1)),
        "agreement": words,
        "is_split": summary.agreement < SPLIT,
        "is_few": summary.is_few,
    }  # fmt: skip
    if before is not None and before.number:
        change = summary.mean - before.mean
        shown["change"] = f"{'+' if change > 0 else '−' if change < 0 else '±'}{number_words(abs(change), 1)}"
        shown["is_clear"] = differs(before, summary)
    return shown


@require_safe
def rating_results(request: HttpRequest, key: str) -> HttpResponse:
    """What came out: means with spread and disagreement, by group, beside an earlier round."""
    round, asker = _round(request, key), asker_of(request)
    rated = rating.results_of(round, asker)
    results = [each for each in rated if each.is_told]
    before: dict[str, rating.Result] = {}
    earlier = round.earlier
    if earlier is not None and (asker.actor.sees_internal or earlier.published_on):
        before = {each.item.pk: each for each in rating.results_of(earlier, asker)}
    groups = rating.with_counts(round)
    rows, points = [], []
    for number, each in enumerate(results, 1):
        old = before.get(each.item.pk)
        dimensions = [
            {"label": LABELS[name], "shown": _shown(each.whole[name], old.whole[name] if old else None)}
            for name in DIMENSIONS
        ]
        by_group = [
            {"name": group.name, "cells": [_shown(each.groups[name][group.key]) if group.key in each.groups[name] else None for name in DIMENSIONS]}
            for group in groups
        ]  # fmt: skip
        rows.append({"number": number, "item": each.item, "dimensions": dimensions, "groups": by_group})
        if each.whole["importance"].number and each.whole["influence"].number:
            points.append({
                "number": number, "type": each.item.finding.type, "title": each.item.title,
                "x": f"{60 + 130 * (each.whole['importance'].mean - 1):.1f}", "y": f"{440 - 100 * (each.whole['influence'].mean - 1):.1f}",
            })  # fmt: skip
    answered = sum(group.answered for group in groups)  # type: ignore[attr-defined]  # counted beside it
    context = {
        **_page(request, round.title),
        "noindex": not round.published_on,
        "round": round,
        "rows": rows,
        "points": points,
        "labels": [LABELS[name] for name in DIMENSIONS],
        "groups": groups,
        "answered": answered,
        "too_few": len(rated) - len(results),
        "earlier": earlier if before else None,
        "table_url": reverse("rating-table", args=[round.key]),
        "may_rate": asker.actor.has(Right.EDIT),
    }
    return render(request, "findings/rating_results.html", context)


@require_safe
def rating_table(request: HttpRequest, key: str) -> HttpResponse:
    """The same as CSV: a line for each finding, group and dimension; groups below the threshold are left out."""
    round, asker = _round(request, key), asker_of(request)
    names = {group.key: group.name for group in round.groups.all()}
    head = [
        ("number", _("Nummer")), ("finding", _("Befund")), ("type", _("Art")), ("question", _("Frage")), ("group", _("Gruppe")),
        ("answers", _("Antworten")), ("mean", _("Mittel")), ("deviation", _("Streuung")), ("agreement", _("Einigkeit")),
        *((f"count_{step}", str(step)) for step in range(1, 6)),
    ]  # fmt: skip

    def lines() -> Any:
        for each in rating.results_of(round, asker):
            for name in DIMENSIONS:
                parts = [
                    (_("alle"), each.whole[name]),
                    *((names[key], part) for key, part in each.groups[name].items()),
                ]
                for group, part in parts:
                    if part.number:
                        yield [
                            each.item.number, each.item.title, each.item.finding.get_type_display(), str(LABELS[name]), group, part.number,
                            round_to(part.mean), round_to(part.deviation), round_to(part.agreement), *part.counts,
                        ]  # fmt: skip

    return csv_answer(f"bewertung-{round.key}", head, lines())


def round_to(value: float) -> Decimal:
    """Two decimals."""
    return Decimal(f"{value:.2f}")
