"""Splitting an item into several: the words of each part, and which links and rows go to which."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from insek.engines.text import shortened
from insek.people.actors import actor_of
from insek.people.locking import Conflict
from insek.release import reshaping, splitting
from insek.release.models import Proposal
from insek.release.waiting_changes import waits_message
from insek.thread import carrying
from insek.thread.kinds import link_kind_named
from insek.thread.models import Item, Link, Visibility

from ..pages import ItemPages
from .items import item_breadcrumb
from .merging import item_to_reshape
from .revising import can_revise

PARTS = ("b", "c", "d")
"""Parts that the form offers; the item itself is the first."""
STAYS, BOTH = "a", "beide"


@login_required
@require_http_methods(["GET", "POST"])
@can_revise("split")
def item_split(request: HttpRequest, item_id: str) -> HttpResponse:
    """What stays, what each part says, and for each link and row where it goes. Works without JavaScript."""
    item, pages = item_to_reshape(request, item_id)
    actor = actor_of(request)
    sent = {name: str(value) for name, value in request.POST.items()}
    links = [
        (link, end) for link, end in carrying.links_of(item)
        if Link.objects.visible_to(actor).filter(pk=link.pk).exists()
    ] if not actor.sees_internal else list(carrying.links_of(item))  # fmt: skip
    rows = [
        (carried, row) for carried in carrying.carried_with(item.kind) if carried.hangs_on_item or carried.rows is None
        for row in carried.of(item.pk)
    ]  # fmt: skip
    problem, status = "", 200
    if request.method == "POST":
        try:
            done = splitting.split_or_propose(
                item, _parts(sent, links, rows), values=_own_values(item, sent), reason=sent.get("grund", ""),
                expected_version=int(sent["version"]) if sent.get("version", "").isdecimal() and len(sent["version"]) < 10 else 0,
                actor=actor,
            )  # fmt: skip
        except Conflict:
            problem, status = (
                _("Inzwischen hat jemand diesen Inhalt geändert. Ihre Eingaben stehen noch hier; bitte sehen Sie noch einmal hin."),
                409,
            )  # fmt: skip
            item, pages = item_to_reshape(request, item_id)
        except ValidationError as error:
            problem, status = " ".join(error.messages), 400
        except IntegrityError:
            problem, status = (
                _("Das ließ sich nicht speichern: Die Angaben widersprechen anderen. Nichts ist geändert."),
                400,
            )
        else:
            if isinstance(done, Proposal):
                messages.success(
                    request, waits_message(done, _("Das wartet auf Freigabe. Noch ist nichts geändert."))
                )
                return redirect(done.url)
            messages.success(request, _("Geteilt. Unten steht, was davon abgeteilt ist."))
            return redirect(f"{done.url}#herkunft")
    context = {**_page(request, item, pages), **_form(item, sent, links, rows), "problem": problem}
    return render(request, "items/item_split.html", context, status=status)


def _own_values(item: Item, sent: dict[str, str]) -> dict[str, Any]:
    wanted = {
        name: sent.get(f"{name}-{STAYS}", getattr(item, name)).replace("\r\n", "\n").strip()
        for name in ("title", "text")
    }
    return {
        name: value
        for name, value in wanted.items()
        if value != getattr(item, name).replace("\r\n", "\n").strip()
    }


def _parts(sent: dict[str, str], links: list[Any], rows: list[Any]) -> list[splitting.SplitPart]:
    """The parts that have a title, with what goes to each. Raises ValidationError where something goes to a part without."""
    parts = {
        key: splitting.SplitPart(
            title=sent[f"title-{key}"].strip(), text=sent.get(f"text-{key}", "").replace("\r\n", "\n").strip(),
            number=sent.get(f"number-{key}", "").strip(), with_place=f"ort-{key}" in sent,
        )
        for key in PARTS if sent.get(f"title-{key}", "").strip()
    }  # fmt: skip

    def part(goes: str) -> splitting.SplitPart:
        if goes not in parts:
            raise ValidationError(_("Etwas soll zu einem Teil gehen, der noch keinen Titel hat."))
        return parts[goes]

    for link, _end in links:
        goes = sent.get(f"link-{link.pk}", STAYS)
        if goes == BOTH:
            for each in parts.values():
                each.copied_links.append(link.pk)
        elif goes != STAYS:
            part(goes).moved_links.append(link.pk)
    for carried, row in rows:
        goes = sent.get(f"row-{carried.name}-{row.pk}", STAYS)
        if goes != STAYS:
            part(goes).rows.append([carried.name, row.pk])
    return list(parts.values())


def _form(item: Item, sent: dict[str, str], links: list[Any], rows: list[Any]) -> dict[str, Any]:
    letters = [(STAYS, _("bleibt hier"))] + [
        (key, _("Teil %(letter)s") % {"letter": key.upper()}) for key in PARTS
    ]
    return {
        "own": {name: sent.get(f"{name}-{STAYS}", getattr(item, name)) for name in ("title", "text")},
        "parts": [
            {"key": key, "letter": key.upper(), "title": sent.get(f"title-{key}", ""), "text": sent.get(f"text-{key}", ""),
             "number": sent.get(f"number-{key}", ""), "with_place": f"ort-{key}" in sent}
            for key in PARTS
        ],
        "links": [
            {
                "name": f"link-{link.pk}",
                "label": link_kind_named(link.kind).label_towards("target" if end == "source" else "source"),
                "item": link.target if end == "source" else link.source,
                "reason": link.reason,
                "options": _options([*letters, (BOTH, _("an jedem Teil"))], sent.get(f"link-{link.pk}", STAYS)),
            }
            for link, end in links
        ],
        "rows": [
            {
                "name": f"row-{carried.name}-{row.pk}",
                "label": carried.label,
                "words": shortened(carried.rows.called(row) if carried.rows else str(row), 160),
                "options": _options(letters, sent.get(f"row-{carried.name}-{row.pk}", STAYS)),
            }
            for carried, row in rows
        ],
        "has_place": reshaping.has_place(item),
        "reason": sent.get("grund", ""),
        "waits": item.visibility == Visibility.PUBLIC,
    }  # fmt: skip


def _options(choices: list[tuple[str, str]], chosen: str) -> list[dict[str, Any]]:
    return [{"value": key, "label": label, "selected": key == chosen} for key, label in choices]


def _page(request: HttpRequest, item: Item, pages: ItemPages) -> dict[str, Any]:
    title = _("Teilen")
    return {
        "item": item,
        "page_title": _("%(item)s: %(what)s") % {"item": item.number or item.kind_label, "what": title},
        "page_lead": item.title,
        "active_nav": item.kind,
        "breadcrumb": item_breadcrumb(request, pages, (item.number or item.title, item.url), (title, "")),
        "noindex": True,
    }
