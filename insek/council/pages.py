"""How papers and resolutions are shown."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.people.models import Body
from insek.thread.models import Item
from insek.web.pages import Column, Filter, ItemPages, register_pages

from .forms import PaperForm, ResolutionForm
from .models import Resolution


def paper_facts(item: Item) -> list[tuple[Any, Any]]:
    """Reference, date and unit."""
    paper = item.paper
    return [
        (_("Aktenzeichen"), paper.reference),
        (_("Datum"), date_format(paper.date) if paper.date else ""),
        (_("Federführung"), str(paper.unit) if paper.unit else ""),
    ]


def votes(resolution: Resolution) -> str:
    """The result of the vote in words; says so when it is not known."""
    if resolution.votes_yes is not None or resolution.votes_no is not None:
        return _("%(yes)s Ja, %(no)s Nein, %(abstain)s Enthaltungen") % {
            "yes": resolution.votes_yes or 0, "no": resolution.votes_no or 0, "abstain": resolution.votes_abstain or 0,
        }  # fmt: skip
    if resolution.unanimous is None:
        return _("nicht veröffentlicht")
    return _("einstimmig") if resolution.unanimous else _("mehrheitlich")


def resolution_facts(item: Item) -> list[tuple[Any, Any]]:
    """Date, body, outcome, votes."""
    resolution = item.resolution
    return [
        (_("Datum"), date_format(resolution.date)),
        (_("Gremium"), str(resolution.body)),
        (_("Ergebnis"), resolution.get_outcome_display()),
        (_("Abstimmung"), votes(resolution)),
    ]


def resolution_detail(request: HttpRequest, item: Item) -> dict[str, Any]:
    """The edition and the fields that this resolution adopts, and the paper it rests on."""
    resolution = item.resolution
    visible = Item.objects.visible_to(request.actor)  # type: ignore[attr-defined]
    return {
        "votes": votes(resolution),
        "edition": resolution.edition,
        "adopted_fields": list(resolution.adopted_fields.all()),
        "paper_item": visible.filter(pk=resolution.paper_id).first() if resolution.paper_id else None,
    }


def paper_detail(request: HttpRequest, item: Item) -> dict[str, Any]:
    """The resolutions that were taken on this paper."""
    visible = Item.objects.visible_to(request.actor)  # type: ignore[attr-defined]
    return {"resolution_items": list(visible.filter(kind="resolution", resolution__paper=item.pk)[:50])}


register_pages(
    ItemPages(
        kind="paper",
        form=PaperForm,
        detail_template="council/paper.html",
        detail=paper_detail,
        facts=paper_facts,
        related=("paper__unit",),
        columns=(
            Column("reference", lambda item: item.paper.reference),
            Column("date", lambda item: item.paper.date),
            Column("unit", lambda item: item.paper.unit),
        ),
    )
)
register_pages(
    ItemPages(
        kind="resolution",
        form=ResolutionForm,
        detail_template="council/resolution.html",
        detail=resolution_detail,
        facts=resolution_facts,
        related=("resolution__body", "resolution__edition"),
        filters=(
            Filter(
                "gremium",
                gettext_lazy("Gremium"),
                lambda request: [(body.key, str(body)) for body in Body.objects.all()],
                lambda items, value: items.filter(resolution__body__key=value),
            ),
            Filter(
                "ergebnis",
                gettext_lazy("Ergebnis"),
                lambda request: Resolution.Outcome.choices,
                lambda items, value: items.filter(resolution__outcome=value),
            ),
        ),
        columns=(
            Column("reference", lambda item: item.resolution.reference),
            Column("date", lambda item: item.resolution.date),
            Column("body", lambda item: item.resolution.body),
            Column("outcome", lambda item: item.resolution.get_outcome_display()),
            Column("votes", lambda item: votes(item.resolution)),
        ),
    )
)
