"""The page that says which decisions of citywide weight were checked, and its workbook."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from insek.engines.text import shortened
from insek.people.actors import actor_of, require
from insek.people.breadcrumbs import staff_breadcrumb
from insek.suggestions.queries import QueueChoice
from insek.thread.models import Item
from insek.web.charts import Bar, bar_chart
from insek.web.context import asker_of, concept_or_404
from insek.web.display import date_words, number_words
from insek.web.paging import BadCursor, keyset_page, pager

from .decisions import Denominator, Share, denominator_of, unchecked
from .suggested_kinds import WEIGHT

LABELS = {
    "jahr": gettext_lazy("Jahr"), "federfuehrung": gettext_lazy("Federführung"), "feld": gettext_lazy("Handlungsfeld"),
    "art": gettext_lazy("Art der Entscheidung"),
}  # fmt: skip
PAGE_SIZE = 30
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
@require_safe
def decision_share(request: HttpRequest) -> HttpResponse:
    """Which share of the decisions of citywide weight was checked, and which were not."""
    require(actor_of(request), "council.see_criteria")
    concept_or_404(request)
    asker = asker_of(request)
    way = request.GET.get("nach", "jahr")
    if way not in LABELS:
        raise Http404
    found = denominator_of(asker)
    try:
        page = keyset_page(
            unchecked(asker), order=("sort_key", "pk"), cursor=request.GET.get("ab", ""), size=PAGE_SIZE
        )
    except BadCursor as error:
        raise Http404 from error
    table = _table(way, found.by[way])
    context = {
        "page_title": _("Welche Entscheidungen geprüft sind"),
        "page_lead": _("Von den Entscheidungen mit gesamtstädtischem Gewicht: welche an den Zielen geprüft wurden und welche nicht."),
        "active_nav": "concept_check",
        "breadcrumb": staff_breadcrumb((_("INSEK-Prüfungen"), reverse("concept_check-list")), (_("Welche geprüft sind"), "")),
        "noindex": True,
        "found": found,
        "sentences": _sentences(found),
        "ways": [{"label": label, "url": f"{request.path}?nach={name}", "is_chosen": name == way} for name, label in LABELS.items()],
        "chart": _chart(way, found.by[way], table) if found.whole.weighty else None,
        "unchecked": [_line(item) for item in page.rows],
        "xlsx_url": reverse("decision-workbook"),
        "criteria_url": reverse("criterion-list"),
        "weight_queue_url": f"{reverse('suggestion-queue')}{QueueChoice(kind=WEIGHT).query}",
        **pager(page, lambda cursor: f"?{urlencode({'nach': way, 'ab': cursor})}"),
    }  # fmt: skip
    return render(request, "council/decision_share.html", context)


def _sentences(found: Denominator) -> list[str]:
    """What the figures say, and what they do not say."""
    if not found.whole.weighty:
        said = [_("Noch von keiner Entscheidung ist gesagt, dass sie gesamtstädtisches Gewicht hat.")]
    else:
        said = [
            ngettext(
                "Eine Entscheidung hat gesamtstädtisches Gewicht; geprüft: %(checked)s.",
                "%(count)s Entscheidungen haben gesamtstädtisches Gewicht, %(checked)s davon sind geprüft.",
                found.whole.weighty,
            )
            % {"count": number_words(found.whole.weighty), "checked": number_words(found.whole.checked)}
        ]
    if found.unknown:
        said.append(
            ngettext(
                "Bei einer weiteren hat noch niemand nach dem Gewicht gesehen; sie fehlt hier, auch wenn sie dazugehört.",
                "Bei %(count)s weiteren hat noch niemand nach dem Gewicht gesehen; sie fehlen hier, auch wenn sie dazugehören.",
                found.unknown,
            )
            % {"count": number_words(found.unknown)}
        )
    return said


def _table(way: str, shares: list[Share]) -> dict[str, Any]:
    return {
        "id": "anteile", "caption": _("Geprüft nach: %(way)s") % {"way": LABELS[way]}, "hide_caption": True,
        "columns": [
            {"label": LABELS[way]}, {"label": _("von gesamtstädtischem Gewicht"), "numeric": True}, {"label": _("geprüft"), "numeric": True},
            {"label": _("Anteil"), "numeric": True},
        ],
        "rows": [
            [
                {"text": share.name, "is_content": way in {"federfuehrung", "feld"}},
                {"text": number_words(share.weighty), "numeric": True}, {"text": number_words(share.checked), "numeric": True},
                {"text": f"{share.percent} %", "numeric": True},
            ]
            for share in shares
        ],
        "note": _("Eine Entscheidung kann in mehreren Handlungsfeldern stehen; die Zeilen zählen sie dann jedes Mal.") if way == "feld" else "",
    }  # fmt: skip


def _chart(way: str, shares: list[Share], table: dict[str, Any]) -> dict[str, Any]:
    title = _("Anteil der geprüften, nach: %(way)s") % {"way": LABELS[way]}
    bars = [
        Bar(
            name=share.name,
            value=float(share.percent or 0),
            text=f"{share.percent} % ({share.checked}/{share.weighty})",
        )
        for share in shares
    ]
    spec = bar_chart(bars, unit="%", description=title)
    return {"id": "anteil-bild", "title": title, "description": "", "spec": spec, "table": table}


def _line(item: Item) -> dict[str, Any]:
    paper = item.paper
    parts = (str(paper.get_subject_display()), date_words(paper.date), str(paper.unit or ""))
    return {
        "title": str(item), "url": item.url, "lang": item.title_lang, "text": " · ".join(filter(None, parts)), "pk": item.pk,
        "standing": item.standing, "visibility": item.visibility,
    }  # fmt: skip


@login_required
@require_safe
def decision_workbook(request: HttpRequest) -> FileResponse:
    """All ways of counting, a sheet each, and the decisions that were not checked."""
    require(actor_of(request), "council.see_criteria")
    concept_or_404(request)
    asker = asker_of(request)
    return FileResponse(
        _workbook(denominator_of(asker), [_line(item) for item in unchecked(asker).order_by("sort_key", "pk")]),
        as_attachment=True, filename="gepruefte-entscheidungen.xlsx", content_type=XLSX,
    )  # fmt: skip


def _workbook(found: Denominator, lines: list[dict[str, Any]]) -> BytesIO:
    from xlsxwriter import Workbook  # slow to import, and only needed here

    target = BytesIO()
    book = Workbook(target, {"constant_memory": True, "strings_to_urls": False, "strings_to_formulas": False})
    bold = book.add_format({"bold": True})
    for way, label in LABELS.items():
        rows = [
            [share.name, share.weighty, share.checked, share.percent]
            for share in [*found.by[way], found.whole]
        ]
        _sheet(
            book,
            bold,
            str(label),
            [str(label), _("von gesamtstädtischem Gewicht"), _("geprüft"), _("Anteil in %")],
            rows,
        )
    not_checked = [[line["title"], line["text"]] for line in lines]
    _sheet(book, bold, _("Nicht geprüft"), [_("Entscheidung"), _("Art, Datum, Federführung")], not_checked)
    unknown = [[sentence] for sentence in _sentences(found)]
    _sheet(book, bold, _("Was die Zahlen sagen"), [_("Was die Zahlen sagen")], unknown)
    book.close()
    target.seek(0)
    return target


def _sheet(book: Any, bold: Any, name: str, head: list[str], rows: list[list[Any]]) -> None:
    sheet = book.add_worksheet(shortened(name, 31))
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, 0, 60)
    sheet.set_column(1, 6, 24)
    for column, words in enumerate(head):
        sheet.write_string(0, column, words, bold)
    for line, cells in enumerate(rows, 1):
        for column, value in enumerate(cells):
            if isinstance(value, int):
                sheet.write_number(line, column, value)
            elif value:
                sheet.write_string(line, column, str(value))
