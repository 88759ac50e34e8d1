"""The way to read a list in again from a workbook."""

from __future__ import annotations

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from insek.items.pages import pages_of
from insek.items.views.items import item_breadcrumb, kind_title
from insek.people.actors import actor_of
from insek.people.models import Right
from insek.people.requests import posted
from insek.web.context import concept_or_404

from ..list_tools import may_read_sheets
from ..sheet_reading import keep_sheet
from ..table_files import MAX_BYTES, BadFile


class SheetForm(forms.Form):
    """A file with rows of a list."""

    file = forms.FileField(
        label=gettext_lazy("Tabelle"),
        help_text=gettext_lazy("XLSX oder CSV, höchstens 5 MB und 5.000 Zeilen"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"empty": gettext_lazy("Die Datei ist leer.")},
    )

    def clean_file(self) -> object:
        """Not bigger than what is read."""
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(_("Die Datei ist größer als 5 MB. Bitte teilen Sie sie auf."))
        return file


@login_required
@require_http_methods(["GET", "POST"])
def sheet_upload(request: HttpRequest, kind: str) -> HttpResponse:
    """Choose a file; what it would change is shown before anything changes."""
    pages, actor = pages_of(kind), actor_of(request)
    if not may_read_sheets(pages, actor):
        raise PermissionDenied("intake.read_sheet")
    concept = concept_or_404(request)
    form = SheetForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            batch = keep_sheet(concept=concept, pages=pages, name=file.name, data=file.read(), actor=actor)
        except BadFile as error:
            form.add_error("file", str(error))
        else:
            return redirect("batch", batch.pk)
    title = kind_title(request, pages, plural=True)
    context = {
        "form": form,
        "page_title": _("%(list)s: Tabelle einlesen") % {"list": title},
        "active_nav": kind,
        "breadcrumb": item_breadcrumb(request, pages, (_("Tabelle einlesen"), "")),
        "noindex": True,
        "workbook_url": reverse(f"{kind}-workbook"),
        "only_own": not actor.has(Right.EDIT),
        "list_url": reverse(pages.spec.list_name),
    }
    return render(request, "intake/sheet_upload.html", context, status=400 if form.errors else 200)
