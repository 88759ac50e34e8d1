"""The editions of the concept: what was adopted when, by which resolution, and with which content hash."""

from __future__ import annotations

from datetime import date
from typing import Any

import rules
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from insek.concept.models import Edition
from insek.people.actors import actor_of, require
from insek.people.requests import posted
from insek.thread.kinds import kind_named
from insek.thread.models import EditionNumber, Item
from insek.web.choices import offer_rows
from insek.web.context import concept_of, concept_or_404, kind_names_of
from insek.web.display import date_words
from insek.web.paging import BadCursor, keyset_page, pager

from .models import Resolution
from .services import NotComplete, adopt_edition

PAGE_SIZE = 50


class AdoptionForm(forms.Form):
    """Which resolution adopts the edition."""

    resolution: forms.ModelChoiceField[Resolution] = forms.ModelChoiceField(
        queryset=None,
        empty_label=gettext_lazy("Bitte wählen"),
        label=gettext_lazy("Beschluss"),
        help_text=gettext_lazy(
            "Nur Beschlüsse, die etwas angenommen haben und noch keine Ausgabe betreffen."
        ),
    )
    understood = forms.BooleanField(
        label=gettext_lazy("Mir ist bewusst, dass die Ausgabe danach unveränderlich ist."), required=True
    )

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fitting = Resolution.objects.filter(
            item__concept=edition.concept, edition=None, outcome__in=["adopted", "adopted_with_changes"]
        ).select_related("item")
        if edition.standing == "example":
            fitting = fitting.filter(item__standing="example")
        else:
            fitting = fitting.exclude(item__standing="example")
        offer_rows(self, "resolution", fitting.order_by("-date", "pk"))


def _edition(request: HttpRequest, key: str) -> Edition:
    return get_object_or_404(Edition.objects.select_related("concept"), concept=concept_of(request), key=key)


def _resolution_of(request: HttpRequest, edition: Edition) -> Item | None:
    visible = Item.objects.visible_to(actor_of(request))
    return visible.filter(kind="resolution", resolution__edition=edition).first()


def shown_edition(edition: Edition) -> dict[str, Any]:
    """An edition as a card or page head."""
    return {
        "title": str(edition),
        "url": reverse("edition", args=[edition.key]),
        "status": edition.status,
        "status_label": edition.get_status_display(),
        "standing": edition.standing,
        "visibility": "public",
        "date": date_words(edition.date),
        "sha256": edition.sha256,
        "note": edition.note,
    }


@require_GET
def edition_list(request: HttpRequest) -> HttpResponse:
    """All editions, the latest first."""
    concept = concept_or_404(request)
    editions = sorted(
        concept.editions.all(), key=lambda edition: (edition.date or date.max, edition.key), reverse=True
    )
    context = {
        "editions": [shown_edition(edition) for edition in editions],
        "page_title": _("Ausgaben"),
        "page_lead": _("Jede beschlossene Ausgabe bleibt unverändert abrufbar."),
        "active_nav": "edition",
        "breadcrumb": [{"label": _("Start"), "url": reverse("start")}, {"label": _("Ausgaben"), "url": ""}],
    }
    return render(request, "council/edition_list.html", context)


def _contents(request: HttpRequest) -> list[dict[str, str]]:
    """The lists of what a draft would freeze, from the vision to the measures."""
    names = kind_names_of(request)
    return [
        {"label": names(kind, plural=True), "url": reverse(kind_named(kind).list_name)}
        for kind in ("vision", "guideline", "goal", "measure")
    ]


@require_GET
def edition_detail(request: HttpRequest, key: str) -> HttpResponse:
    """One edition with its content hash and the numbers its items had."""
    edition = _edition(request, key)
    try:
        page = keyset_page(
            EditionNumber.objects.filter(edition=edition),
            order=("number", "pk"),
            cursor=request.GET.get("nach", ""),
            size=PAGE_SIZE,
        )
    except BadCursor as error:
        raise Http404 from error
    visible = Item.objects.visible_to(actor_of(request)).filter(pk__in=[row.item_id for row in page.rows])
    items = {item.pk: item for item in visible}
    actor = actor_of(request)
    can_adopt = edition.status == Edition.Status.DRAFT and rules.test_rule("council.adopt_edition", actor)
    context = {
        "edition": edition,
        "resolution": _resolution_of(request, edition),
        "page": page,
        "shown": shown_edition(edition),
        "archive_url": reverse("edition-package", args=[key]) if edition.archive else "",
        "numbers": page.rows,
        "numbers_table": _numbers_table(page.rows, items),
        **pager(page),
        "adopt_url": reverse("edition-adopt", args=[key]) if can_adopt else "",
        "contents": _contents(request) if edition.status == Edition.Status.DRAFT else [],
        "page_title": str(edition),
        "active_nav": "edition",
        "breadcrumb": [
            {"label": _("Start"), "url": reverse("start")},
            {"label": _("Ausgaben"), "url": reverse("edition-list")},
            {"label": str(edition), "url": ""},
        ],
    }
    return render(request, "council/edition.html", context)


def _numbers_table(rows: list[EditionNumber], items: dict[str, Item]) -> dict[str, Any]:
    """The numbers of an edition with what they lead to today."""
    cells = []
    for row in rows:
        item = items.get(row.item_id)
        shown = {"text": item.title, "url": item.url} if item else {"text": _("entfernt"), "url": ""}
        today = item.number if item and item.number != row.number else ""
        cells.append([row.number, shown, {"text": today}])
    return {
        "id": "nummern",
        "caption": _("Nummern dieser Ausgabe"),
        "hide_caption": True,
        "columns": [{"label": _("Nummer")}, {"label": _("Inhalt")}, {"label": _("heute")}],
        "rows": cells,
    }


@login_required
@require_http_methods(["GET", "POST"])
def edition_adopt(request: HttpRequest, key: str) -> HttpResponse:
    """Ask which resolution, say what is irrevocable, then freeze."""
    require(actor_of(request), "council.adopt_edition")
    edition = _edition(request, key)
    form = AdoptionForm(posted(request), edition=edition)
    gaps: list[Any] = []
    if request.method == "POST" and form.is_valid():
        try:
            adopt_edition(edition, resolution=form.cleaned_data["resolution"], actor=actor_of(request))
        except NotComplete as error:
            gaps = error.gaps
            form.add_error(
                None, _("Erst müssen die Lücken geschlossen sein, die einen Beschluss verhindern.")
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Die Ausgabe ist beschlossen und eingefroren."))
            return redirect("edition", key=key)
    context = {
        "form": form,
        "edition": edition,
        "gaps": gaps,
        "page_title": _("Ausgabe beschließen"),
        "page_lead": str(edition),
        "submit_label": _("Beschließen und einfrieren"),
        "cancel_url": reverse("edition", args=[key]),
        "active_nav": "edition",
        "breadcrumb": [
            {"label": _("Start"), "url": reverse("start")},
            {"label": _("Ausgaben"), "url": reverse("edition-list")},
            {"label": str(edition), "url": reverse("edition", args=[key])},
            {"label": _("Beschließen"), "url": ""},
        ],
        "noindex": True,
    }
    return render(request, "council/edition_adopt.html", context, status=400 if form.errors else 200)


@require_GET
def edition_package(request: HttpRequest, key: str) -> FileResponse:
    """The frozen package of an adopted edition."""
    edition = _edition(request, key)
    if not edition.archive:
        raise Http404
    name = f"{edition.concept.key}-{edition.key}.zip"
    return FileResponse(
        edition.archive.open("rb"), as_attachment=True, filename=name, content_type="application/zip"
    )
