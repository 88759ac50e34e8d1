"""Overlapping aims that conflict: the list with its map, the answer „so gewollt, weil …“, and the rules of the city."""

from __future__ import annotations

from typing import Any

import rules
import shapely
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from insek.engines.geometry import to_geojson
from insek.people.actors import actor_of, require
from insek.people.breadcrumbs import breadcrumb, staff_breadcrumb
from insek.people.locking import Conflict
from insek.people.requests import posted, posted_version
from insek.people.views.shared import http_status, save
from insek.places.still import Still, ground_address, still_picture
from insek.release.models import Proposal
from insek.release.releases import link_or_propose
from insek.release.waiting_changes import waits_message
from insek.thread.models import Item
from insek.thread.setting_up import delete_part, save_part
from insek.web.context import asker_of, concept_or_404
from insek.web.display import number_words

from .areas import hectares
from .conflict_forms import SignConflictForm
from .conflict_models import SignConflict
from .overlaps import ACCEPTED, Overlap, answers, found_overlaps, located_features
from .queries import features
from .signs import sign_named, sign_of_feature

SHOWN = 100
SEEN = "thread.see_gaps"
SET = "concept.set_up"
MARK: dict[str, Any] = {"key": "konflikt", "shape": "area", "colour": "#a72a1c", "letter": "!", "hatch": "cross", "dash": [], "width": 5, "arrow": False}  # fmt: skip
"""How what two elements have in common stands on the map."""


@require_safe
def conflict_list(request: HttpRequest) -> HttpResponse:
    """Where elements lie on each other that the rules exclude, what is open first. Some eight queries.

    Everybody sees the rules and, of what everybody sees, the overlaps that are wanted, with the reason. What is still open is
    work on the plan, like a gap: those see it who see gaps.
    """
    actor = actor_of(request)
    sees_open = rules.test_rule(SEEN, actor)
    concept = concept_or_404(request)
    known = list(concept.sign_conflicts.all())
    items = {item.pk: item for item in located_features(concept, features(concept, actor))} if known else {}
    found = found_overlaps(known, items.values(), concept.metric_crs)
    said = answers(concept, actor)
    if not sees_open:
        found = [one for one in found if frozenset((one.first, one.second)) in said]
    rows = [_row(one, items, {rule.pk: rule for rule in known}, said) for one in found]
    rows.sort(key=lambda row: bool(row["answer"]))
    shown = rows[:SHOWN]
    context = {
        "rows": shown,
        "open": sum(not row["answer"] for row in rows),
        "count": len(rows),
        "left_out": len(rows) - len(shown),
        "rules": [
            {"row": rule, "one": _sign(rule, rule.one), "other": _sign(rule, rule.other)} for rule in known
        ],
        "sees_open": sees_open,
        "frame": "web/base_staff.html" if sees_open else "web/base.html",
        "can_set": rules.test_rule(SET, actor),
        "can_answer": rules.test_rule("thread.link_items", actor),
        "place_map": _map(request, found, items) if found else None,
        "page_title": _("Ziele, die sich im Raum widersprechen"),
        "page_lead": _(
            "Wo Raumelemente übereinander liegen, die sich nach den Regeln der Stadt ausschließen. Die Regeln setzt die Stadt; INSEK misst nur."
        )
        if sees_open
        else _(
            "Wo Raumelemente übereinander liegen, die sich nach den Regeln der Stadt ausschließen, und warum das so gewollt ist."
        ),
        "active_nav": "spatial",
        "breadcrumb": _breadcrumb()
        if sees_open
        else breadcrumb(
            (_("Gesamträumliches Konzept"), reverse("spatial-concept")), (_("Widersprüche im Raum"), "")
        ),
        "noindex": sees_open,
    }
    return render(request, "space/conflict_list.html", context)


def _breadcrumb(*steps: tuple[str, str]) -> list[dict[str, str]]:
    return staff_breadcrumb((_("Widersprüche im Raum"), reverse("sign-conflicts") if steps else ""), *steps)


def _sign(rule: SignConflict, key: str) -> Any:
    try:
        return sign_named(key, rule.concept_id)
    except KeyError:
        return None


def _row(
    one: Overlap, items: dict[str, Item], known: dict[int, SignConflict], said: dict[frozenset[str], Any]
) -> dict[str, Any]:
    first, second = items[one.first], items[one.second]
    size = (
        hectares(one.area_ha)
        if one.area_ha
        else _("%(metres)s m") % {"metres": number_words(one.length_m, 0)}
    )
    return {
        "first": first,
        "second": second,
        "rule": known[one.rule],
        "size": size if one.area_ha or one.length_m else _("ein Punkt"),
        "first_share": number_words(one.first_share * 100, 0),
        "second_share": number_words(one.second_share * 100, 0),
        "answer": said.get(frozenset((one.first, one.second))),
        "is_example": first.is_example or second.is_example or known[one.rule].standing == "example",
    }


def _map(request: HttpRequest, found: list[Overlap], items: dict[str, Item]) -> dict[str, Any]:
    """The elements concerned with their signs, and on them what they have in common."""
    concerned = {pk for one in found for pk in (one.first, one.second)}
    drawn = [
        (items[pk].location.geometry, {**sign_of_feature(items[pk]).drawn, "name": items[pk].shown_title, "url": items[pk].url}, pk)
        for pk in sorted(concerned)
    ]  # fmt: skip
    drawn += [
        (one.shape, {**MARK, "name": f"{items[one.first].shown_title} / {items[one.second].shown_title}"}, "")
        for one in found[:SHOWN]
    ]
    drawn.sort(key=lambda each: (each[1]["key"] == MARK["key"], -shapely.get_dimensions(each[0])))
    asker = asker_of(request)
    return {
        "id": "widersprueche-karte",
        "title": _("Karte der Überlagerungen"),
        "picture": still_picture(
            asker, Still(signs=[(shape, sign) for shape, sign, _pk in drawn], is_cropped=True)
        ),
        "data": {
            "ground": ground_address(asker),
            "focus": True,
            "features": {
                "type": "FeatureCollection",
                "features": [
                    {
                        "type": "Feature",
                        "geometry": to_geojson(shape, 6),
                        "properties": {
                            "id": pk,
                            "name": sign["name"],
                            "url": sign.get("url", ""),
                            "sign": sign,
                        },
                    }
                    for shape, sign, pk in drawn
                ],
            },
        },
    }


@login_required
@require_POST
def conflict_answer(request: HttpRequest) -> HttpResponse:
    """Say why an overlap is wanted: a link between the two with its sentence, released as all links are."""
    actor = actor_of(request)
    require(actor, "thread.link_items")
    visible = features(concept_or_404(request), actor)
    first, second = (
        get_object_or_404(visible, pk=request.POST.get(name, "")[:20].replace("\x00", ""))
        for name in ("eins", "zwei")
    )
    reason = request.POST.get("grund", "").strip()
    if not reason:
        messages.error(request, _("Bitte sagen Sie in einem Satz, warum das so gewollt ist."))
        return redirect("sign-conflicts")
    try:
        saved = link_or_propose(first, second, kind=ACCEPTED, reason=reason, actor=actor)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        if isinstance(saved, Proposal):
            messages.success(request, waits_message(saved, _("Die Antwort wartet auf Freigabe.")))
        else:
            messages.success(request, _("Die Antwort ist gespeichert: „%(reason)s“") % {"reason": reason})
    return redirect("sign-conflicts")


@login_required
@require_http_methods(["GET", "POST"])
def conflict_create(request: HttpRequest) -> HttpResponse:
    """A new rule."""
    require(actor_of(request), SET)
    return _form(request, SignConflict(concept=concept_or_404(request)), _("Regel anlegen"))


@login_required
@require_http_methods(["GET", "POST"])
def conflict_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a rule."""
    require(actor_of(request), SET)
    row = get_object_or_404(SignConflict, concept=concept_or_404(request), pk=pk)
    return _form(request, row, str(row))


def _form(request: HttpRequest, row: SignConflict, title: str) -> HttpResponse:
    form = SignConflictForm(posted(request), instance=row)
    conflict: list[dict[str, str]] = []
    status = 200
    if request.method == "POST" and form.is_valid():
        saved, conflict = save(
            form,
            lambda: save_part(
                row,
                values=form.values(),
                expected_version=form.expected_version if row.pk else None,
                actor=actor_of(request),
                right=SET,
            ),
        )
        if saved is not None:
            messages.success(request, _("Die Regel ist gespeichert."))
            return redirect("sign-conflicts")
        status = http_status(form, conflict)
    elif request.method == "POST":
        status = 400
    context = {
        "form": form,
        "row": row,
        "conflict": conflict,
        "page_title": title,
        "cancel_url": reverse("sign-conflicts"),
        "delete_url": reverse("sign-conflict-delete", args=[row.pk]) if row.pk else "",
        "active_nav": "spatial",
        "breadcrumb": _breadcrumb((title, "")),
        "noindex": True,
    }
    return render(request, "space/conflict_form.html", context, status=status)


@login_required
@require_POST
def conflict_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a rule away; answers stay as links of their elements."""
    require(actor_of(request), SET)
    row = get_object_or_404(SignConflict, concept=concept_or_404(request), pk=pk)
    try:
        delete_part(row, expected_version=posted_version(request), actor=actor_of(request), right=SET)
    except Conflict:
        messages.error(
            request,
            _("Inzwischen hat jemand anderes diese Regel geändert. Bitte sehen Sie sie noch einmal an."),
        )
        return redirect("sign-conflict-edit", pk)
    messages.success(request, _("Die Regel ist gelöscht."))
    return redirect("sign-conflicts")
