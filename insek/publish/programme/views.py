"""The page of a funded programme, and the same as PDF, Word and XLSX."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from insek import clock
from insek.concept.asker import Asker
from insek.engines.report import blocks
from insek.engines.report.blocks import run
from insek.people.breadcrumbs import breadcrumb
from insek.steering.programme import FundedProgramme, funded_programme, programmes_of
from insek.web.context import asker_of, concept_or_404
from insek.web.display import date_words
from insek.web.file_names import file_stem

from ..report.collect import document_of
from ..report.making import TYPES, typeset
from ..report.reading import Reader
from .tables import notes, sentences, shown, tables_of, workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _asked(asker: Asker, known: dict[str, str]) -> FundedProgramme | None:
    """The programme of the address, else the first one. Raises Http404."""
    key = asker.asked.get("programm", "").strip().casefold()
    if key and key not in known:
        raise Http404
    key = key or next(iter(known), "")
    return funded_programme(asker, key, known[key]) if key else None


@require_safe
def programme(request: HttpRequest) -> HttpResponse:
    """The overview of costs and financing of a programme, and how its measures stand. Some ten queries."""
    asker = asker_of(request)
    concept_or_404(request)
    known = programmes_of(asker)
    found = _asked(asker, known)
    title = _("Kosten- und Finanzierungsübersicht")
    context: dict[str, Any] = {
        "page_title": title,
        "page_lead": _(
            "Je Gesamtmaßnahme: was sie kostet, wer sie bezahlt, wie ihre Maßnahmen stehen (§ 149 BauGB)."
        ),
        "active_nav": "money",
        "breadcrumb": breadcrumb((_("Kosten und Finanzierung"), reverse("money")), (title, "")),
        "programme": found,
    }
    if found is not None:
        query = f"?programm={_quoted(found.name)}"
        context |= {
            "filters": [{
                "name": "programm", "label": _("Gesamtmaßnahme (Förderprogramm)"), "type": "select", "value": "",
                "options": [{"value": name, "label": name, "selected": name == found.name} for name in known.values()],
            }],
            "sentences": sentences(found), "notes": notes(found), "tables": [_page_table(each) for each in tables_of(found)],
            "shows_internal": asker.actor.sees_internal,
            "files": [(f"{reverse(f'programme-{form}')}{query}", label) for form, label in (("pdf", "PDF"), ("docx", "Word"), ("xlsx", "XLSX"))],
        }  # fmt: skip
    return render(request, "publish/programme.html", context)


def _quoted(name: str) -> str:
    from urllib.parse import quote

    return quote(name)


def _page_table(table: Any) -> dict[str, Any]:
    columns = [{"label": head, "numeric": place in table.numeric} for place, head in enumerate(table.heads)]
    rows = [[{"text": shown(cell), "numeric": place in table.numeric} for place, cell in enumerate(row)] for row in table.rows]  # fmt: skip
    return {"id": table.id, "caption": table.caption, "columns": columns, "rows": rows}


def _needed(request: HttpRequest) -> tuple[Asker, FundedProgramme]:
    asker = asker_of(request)
    concept_or_404(request)
    found = _asked(asker, programmes_of(asker))
    if found is None:
        raise Http404
    return asker, found


@require_safe
def programme_file(request: HttpRequest, format: str) -> HttpResponse:
    """The overview as PDF or Word."""
    asker, found = _needed(request)
    assert asker.concept is not None
    reader = Reader(asker.concept, asker.actor, origin=f"{request.scheme}://{request.get_host()}")
    made = typeset(_document(reader, found), format)
    response = HttpResponse(made, content_type=TYPES[format])
    kind = "inline" if format == "pdf" else "attachment"
    response["Content-Disposition"] = f'{kind}; filename="{file_stem(f"kofi {found.name}", otherwise="kofi")}.{format}"'  # fmt: skip
    response["Cache-Control"] = "private, no-store"
    return response


def _document(reader: Reader, found: FundedProgramme) -> dict[str, Any]:
    """The overview as a document in the active language; the monitoring stands measure by measure, since a page is too narrow for its columns."""
    costs, financing, balance, monitoring = tables_of(found)
    made = [
        blocks.heading(_("Kosten- und Finanzierungsübersicht"), 1, listed=False),
        blocks.paragraph(" ".join([f"{found.name}.", *sentences(found)]), style="lead"),
        blocks.paragraph(_("Stand: %(day)s") % {"day": date_words(clock.today())}, style="quiet"),
    ]
    if found.has_examples:
        made.append(blocks.paragraph(_("Beispiel: erfundene Zahlen.") if all(each.item.is_example for each in found.measures) else _("Darin sind Beispiele, die erfunden sind.")))  # fmt: skip
    for table in (costs, financing, balance):
        columns = [{"label": head, "numeric": place in table.numeric, "share": 1 if place else 2} for place, head in enumerate(table.heads)]  # fmt: skip
        rows = [[[run(shown(cell))] for cell in row] for row in table.rows]
        made += [blocks.heading(table.caption, 2), blocks.table(columns, rows)]
    made.append(blocks.heading(monitoring.caption, 2))
    for row in monitoring.rows:
        made += [blocks.heading(shown(row[0]), 3, listed=False), blocks.facts(list(zip(monitoring.heads[1:], (shown(cell) for cell in row[1:]), strict=True)), short=True)]  # fmt: skip
    made += [blocks.paragraph(each, style="quiet") for each in notes(found)]
    chapter = {"id": "kofi", "title": "", "number": "", "lead": "", "blocks": made}
    title = f"{_('Kosten- und Finanzierungsübersicht')} {found.name}"
    return document_of(reader, [chapter], kind="item", working=reader.actor.sees_internal, title=title)


@require_safe
def programme_workbook(request: HttpRequest) -> FileResponse:
    """The overview and the monitoring as a workbook."""
    asker, found = _needed(request)
    about = [
        f"{_('Kosten- und Finanzierungsübersicht')}: {found.name}", str(asker.concept), _("Stand: %(day)s") % {"day": date_words(clock.today())},
        *sentences(found), *notes(found), *([_("Darin sind Beispiele, die erfunden sind.")] if found.has_examples else []),
    ]  # fmt: skip
    name = file_stem(f"kofi {found.name}", otherwise="kofi")
    return FileResponse(workbook(found, about), as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)  # fmt: skip
