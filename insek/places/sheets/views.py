"""The page on which a map sheet is chosen, the page that says how far it is, and the sheet itself."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from insek.people.actors import actor_of
from insek.people.breadcrumbs import breadcrumb
from insek.web.context import asker_of, concept_or_404
from insek.web.file_names import file_stem

from ..layers import MapFilter
from ..sheet_models import KeptSheet
from .content import LAYER
from .keeping import OPEN, TooManySheets, asked_sheet, in_one_order, wanted_sheet


@require_safe
def map_sheet(request: HttpRequest) -> HttpResponse:
    """Choose paper, extent, layers and tone of a sheet; the sheet is one link further."""
    concept_or_404(request)
    source, choice = asked_sheet(request.GET)
    content = source.content(asker_of(request))
    way = {True: "quer", False: "hoch", None: ""}[choice.is_wide]
    choices = [
        ("blatt", _("Papier"), choice.paper, [("a4", _("A4")), ("a3", _("A3"))]),
        ("lage", _("Lage"), way, [("", _("wie es am besten passt")), ("quer", _("Querformat")), ("hoch", _("Hochformat"))]),
        ("ausschnitt", _("Ausschnitt"), "stadt" if choice.whole_city else "", [("", _("was gezeigt wird")), ("stadt", _("die ganze Stadt"))]),
        ("ton", _("Farben"), "grau" if choice.is_grey else "", [("", _("farbig, hell")), ("grau", _("Graustufen"))]),
        ("grundkarte", _("Grundkarte"), "" if choice.has_base else "ohne", [("", _("mit")), ("ohne", _("ohne"))]),
    ]  # fmt: skip
    kept = [
        (name, value)
        for name in source.keeps
        if name not in {LAYER, MapFilter.OFF}
        for value in request.GET.getlist(name)
        if value
    ]
    context = {
        "content": content,
        "count": len(content.shown),
        "choices": [
            {"name": name, "label": label, "options": [{"value": key, "label": text, "selected": key == value} for key, text in options]}
            for name, label, value, options in choices
            if name != "ausschnitt" or content.extent is not None
        ],
        "layers": [{"name": name, "label": label, "on": on} for name, label, on in content.layers] if len(content.layers) > 1 else [],
        "hidden": [("von", source.name), *kept],
        "pdf_url": reverse("map-sheet-pdf"),
        "page_title": _("Karte als Blatt"),
        "page_lead": _("„%(title)s“ als Karte in wahrem Maßstab auf einem Blatt: zum Drucken, Aufhängen, Mitnehmen.") % {"title": content.title},
        "active_nav": "map",
        "breadcrumb": breadcrumb((content.title, content.back), (_("Karte als Blatt"), "")),
        "noindex": True,
    }  # fmt: skip
    return render(request, "places/map_sheet.html", context)


@require_safe
def map_sheet_pdf(request: HttpRequest) -> HttpResponse | FileResponse:
    """The sheet at its lasting address: what lies there and is still true, else the page that says how far the new one is."""
    concept_or_404(request)
    source, choice = asked_sheet(request.GET)
    query = in_one_order(request.GET, source)
    origin = f"{request.scheme}://{request.get_host()}"
    try:
        sheet = wanted_sheet(asker_of(request), source, query, origin)
    except TooManySheets:
        return HttpResponse(status=503, headers={"Retry-After": "30", "Cache-Control": "no-store"})
    if sheet.state == KeptSheet.State.DONE:
        return _file(sheet, choice.paper)
    if sheet.state == KeptSheet.State.FAILED:
        raise Http404
    response = redirect("map-sheet-state", sheet.pk)
    response["Cache-Control"] = "no-store"
    return response


def _file(sheet: KeptSheet, paper: str) -> FileResponse:
    try:
        opened = sheet.file.open("rb")
    except FileNotFoundError as error:
        sheet.delete()
        raise Http404 from error
    name = file_stem(f"karte {sheet.concept} {paper}", otherwise="karte")
    response = FileResponse(opened, filename=f"{name}.pdf", content_type="application/pdf")
    response["Cache-Control"] = "no-cache" if sheet.person_id is None else "private, no-store"
    response["Vary"] = "Cookie"
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def map_sheet_state(request: HttpRequest, token: str) -> HttpResponse:
    """How far a sheet is; the part that changes is asked for again every second or by reloading, and leads on when it is done."""
    rows = KeptSheet.objects.select_related("concept")
    sheet = rows.filter(pk=token).first()
    if sheet is None or sheet.person_id not in (None, actor_of(request).user_id):
        raise Http404
    context = {
        "sheet": sheet,
        "running": sheet.state in OPEN,
        "done": sheet.state == KeptSheet.State.DONE,
        "file_url": f"{reverse('map-sheet-pdf')}?{sheet.query}",
        "choose_url": f"{reverse('map-sheet')}?{sheet.query}",
        "page_title": _("Ihr Kartenblatt"),
        "active_nav": "map",
        "breadcrumb": breadcrumb((_("Karte als Blatt"), f"{reverse('map-sheet')}?{sheet.query}"), (_("Ihr Kartenblatt"), "")),
        "noindex": True,
    }  # fmt: skip
    htmx = bool(getattr(request, "htmx", False))
    response = render(request, "places/_sheet_state.html" if htmx else "places/sheet_state.html", context)
    response["Cache-Control"] = "no-store"
    return response
