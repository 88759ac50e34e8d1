"""The page on which rows are put in order: by drag, by keyboard, and without a script by buttons and places."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from insek.people.breadcrumbs import breadcrumb
from insek.people.locking import Conflict
from insek.release.models import Proposal
from insek.release.waiting_changes import waits_message
from insek.web.context import asker_of

from ..ordering import MOST_ROWS, Move, Ordering, OrderRow, nested, ordering_named


@login_required
@require_http_methods(["GET", "POST"])
def ordering(request: HttpRequest, name: str, of: str) -> HttpResponse:
    """All rows of an order; a POST moves one of them and comes back to it."""
    asker = asker_of(request)
    make = ordering_named(name)
    order = make(asker, of) if make is not None else None
    if order is None:
        raise Http404
    if request.method == "POST":
        moved, before = _moved(request, order)
        kept = {"feld": request.GET.get("feld", ""), "vorher": before}
        query = urlencode({name: value for name, value in kept.items() if value})
        here = f"{request.path}?{query}" if query else request.path
        return redirect(f"{here}{f'#zeile-{moved}' if moved else ''}")
    rows = nested(order.rows)
    moving = (
        next((row for row in order.rows if row.key == request.GET.get("verschieben")), None)
        if order.is_nested
        else None
    )
    field = request.GET.get("feld", "")
    places: dict[str, int] = {}
    counts: dict[str, int] = {}
    for row in order.rows:
        counts[row.above] = places[row.key] = counts.get(row.above, 0) + 1
    labels = {row.key: row.label for row in order.rows}
    shown = [
        {
            "row": row,
            "depth": depth,
            "place": places[row.key],
            "count": counts[row.above],
            "is_first": places[row.key] == 1,
            "is_last": places[row.key] == counts[row.above],
            "above": labels.get(row.above, ""),
        }
        for row, depth in rows
    ]
    context = {
        "order": order,
        "rows": shown[:MOST_ROWS],
        "more": max(0, len(shown) - MOST_ROWS),
        "moving": moving,
        "undo": _undo(request, order),
        "parents": [
            (row.key, f"{'– ' * depth}{row.label}")
            for row, depth in rows
            if moving and row.key not in _below(rows, moving)
        ],
        "move_query": f"{urlencode({'feld': field})}&" if field else "",
        "page_title": order.title,
        "active_nav": "account",
        "breadcrumb": breadcrumb((_("Zurück zur Liste"), order.back_url), (order.title, "")),
        "noindex": True,
    }
    return render(request, "items/ordering.html", context)


def _below(rows: list[tuple[OrderRow, int]], row: OrderRow) -> set[str]:
    """The keys of a row and of all below it."""
    found = {row.key}
    for each, _depth in rows:
        if each.above in found:
            found.add(each.key)
    return found


def _undo(request: HttpRequest, order: Ordering) -> dict[str, str]:
    """What the button sends that takes the last move back; {} where nothing was moved, or the row is gone."""
    key = request.GET.get("vorher", "").partition(":")[0]
    row = next((row for row in order.rows if row.key == key), None)
    return {"label": row.label, "value": f"zurueck:{request.GET['vorher']}"} if row is not None else {}


def _where(order: Ordering, row: OrderRow, move: Move) -> str:
    """Where a row was before a move, as the button that takes it back says it: key, place (0: where its number says), row above."""
    stays = order.may_reset and not row.by_hand and move.above == row.above
    place = 0 if stays else order.siblings(row.above).index(row) + 1
    return f"{row.key}:{place}:{row.above}"


def _moved(request: HttpRequest, order: Ordering) -> tuple[str, str]:
    """Do what the form asks for and say what came of it; the key of the row, and where it was before where it is moved."""
    row, move = _asked(request, order)
    if row is None:
        messages.error(request, _("Diese Zeile gibt es hier nicht mehr. Die Liste ist neu geladen."))
        return "", ""
    if move is None:
        messages.error(request, _("Bitte eine Stelle als ganze Zahl angeben, ab 1."))
        return row.key, ""
    before = _where(order, row, move)
    try:
        done = order.move(move)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except Conflict:
        messages.error(
            request,
            _("„%(row)s“ hat inzwischen jemand anderes geändert. Hier steht der neue Stand; bitte noch einmal.") % {"row": row.label},
        )  # fmt: skip
    except PermissionDenied:
        messages.error(request, _("„%(row)s“ dürfen Sie nicht verschieben.") % {"row": row.label})
    else:
        messages.success(request, _done_words(order, row, move, done))
        return row.key, "" if isinstance(done, Proposal) else before
    return row.key, ""


def _done_words(order: Ordering, row: OrderRow, move: Move, done: Any) -> str:
    if isinstance(done, Proposal):
        return waits_message(
            done, _("Die neue Stelle von „%(row)s“ wartet auf Freigabe.") % {"row": row.label}
        )
    if move.place is None:
        return _("„%(row)s“ steht wieder, wo es die Nummer sagt.") % {"row": row.label}
    count = len([each for each in order.siblings(move.above) if each.key != row.key]) + 1
    said = {"row": row.label, "place": min(max(move.place, 1), count), "count": count}
    if move.above and move.above != row.above:
        above = next(each.label for each in order.rows if each.key == move.above)
        return _("„%(row)s“ steht jetzt unter „%(above)s“, an Stelle %(place)s von %(count)s.") % {
            **said,
            "above": above,
        }
    return _("„%(row)s“ steht jetzt an Stelle %(place)s von %(count)s.") % said


def _asked(request: HttpRequest, order: Ordering) -> tuple[OrderRow | None, Move | None]:
    """The row that a form names, and where it is to go. Buttons send ``was=<what>:<key>``; Enter in a place moves the row whose place differs."""
    rows = {row.key: row for row in order.rows}
    what, _sign, key = request.POST.get("was", "").partition(":")
    back: list[str] = []
    if what == "zurueck":
        key, *back = key.split(":")
    if not key:
        what, key = "", next((row.key for row in order.rows if _is_other(request, order, row)), "")
    row = rows.get(key)
    if row is None:
        return None, None
    sent = request.POST.get(f"version-{key}", "")
    version = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else 0
    here = order.siblings(row.above).index(row) + 1
    if what == "zurueck":
        return row, _back(order, row, version, back)
    if what in {"hoch", "runter"}:
        return row, Move(key, version, row.above, max(1, here - 1) if what == "hoch" else here + 1)
    if what == "nummer" and row.by_hand:
        return row, Move(key, version, row.above, None)
    above = request.POST.get(f"unter-{key}", row.above) if order.is_nested else ""
    if above and (above not in rows or above == key):
        return row, None
    text = request.POST.get(f"stelle-{key}", "").strip()
    if above != row.above and what != "setzen" and text in {"", str(here)}:
        return row, Move(key, version, above, len(order.siblings(above)) + 1)
    place = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
    return row, Move(key, version, above, place) if place else None


def _back(order: Ordering, row: OrderRow, version: int, back: list[str]) -> Move | None:
    """The move that takes one back; None where the address was changed by hand, or the row above is gone."""
    if len(back) != 2 or not (back[0].isascii() and back[0].isdigit() and len(back[0]) < 6):
        return None
    place, above = int(back[0]), back[1]
    if above and (not order.is_nested or above == row.key or above not in {each.key for each in order.rows}):
        return None
    return Move(row.key, version, above, place or (None if order.may_reset else 1))


def _is_other(request: HttpRequest, order: Ordering, row: OrderRow) -> bool:
    place = request.POST.get(f"stelle-{row.key}")
    if place is not None and place.strip() != str(order.siblings(row.above).index(row) + 1):
        return True
    return request.POST.get(f"unter-{row.key}", row.above) != row.above
