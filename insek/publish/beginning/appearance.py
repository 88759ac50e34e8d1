"""How the portal looks in a city: its colour, always readable, and its logo."""

from __future__ import annotations

import hashlib
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from insek.concept.models import HEX_COLOUR, Concept
from insek.engines.colours import TEXT, contrast, darkened, ink_on, readable_on
from insek.people.actors import actor_of, require
from insek.people.requests import posted
from insek.people.views.shared import save
from insek.thread.setting_up import save_part
from insek.web.context import concept_of, concept_or_404

from .frame import step_page

PAPER, SURFACE_DARK, DEEP = "#fbfaf6", "#1b2824", 0.16
"""Grounds on which the colour is read, as in static/insek/app.css: paper by day, the lightest surface by night; the footer's lightness."""
MOST_BYTES = 500_000
LOOKED_AT = 20_000
"""Bytes at the beginning of a file that say what it is; before a drawing stand comments and declarations of drawing programs."""
TYPES = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp", "svg": "image/svg+xml"}
KEPT = "public, max-age=31536000, immutable"
"""The address changes with each change of the concept."""


class AppearanceForm(forms.Form):
    """Colour and logo; the colour must read as text on the paper of the page."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    has_own = forms.BooleanField(required=False, label=gettext_lazy("Eigene Farbe statt der von INSEK"))
    colour = forms.CharField(
        required=False, label=gettext_lazy("Farbe für Links und Knöpfe"), widget=forms.TextInput(attrs={"type": "color"}),
        help_text=gettext_lazy("Sie muss sich auf hellem Grund lesen lassen (Kontrast 4,5 : 1). Für die dunkle Ansicht wird sie von selbst heller."),
    )  # fmt: skip
    logo = forms.FileField(
        required=False, label=gettext_lazy("Logo oder Wappen"),
        help_text=gettext_lazy("PNG, JPEG, WebP oder SVG, höchstens 500 KB. Es steht oben links statt des Zeichens von INSEK."),
    )  # fmt: skip
    without_logo = forms.BooleanField(required=False, label=gettext_lazy("Logo entfernen"))

    def clean_colour(self) -> str:
        """A colour that can be read, or none."""
        colour = str(self.cleaned_data["colour"]).strip().lower()
        if not self.cleaned_data.get("has_own"):
            return ""
        HEX_COLOUR(colour)
        found = contrast(colour, PAPER)
        if found < TEXT:
            raise ValidationError(
                _(
                    "Der Kontrast ist nur %(found)s : 1, nötig sind 4,5 : 1. Die nächste Farbe, die genügt: %(colour)s"
                )
                % {"found": f"{found:.1f}".replace(".", ","), "colour": readable_on(colour, PAPER)}
            )
        return colour

    def clean_logo(self) -> UploadedFile | None:
        """A picture by what it holds, not by its name."""
        file: UploadedFile | None = self.cleaned_data["logo"]
        if file is None:
            return None
        if (file.size or 0) > MOST_BYTES:
            raise ValidationError(_("Die Datei ist größer als 500 KB."))
        if not _kind_of(file.read(LOOKED_AT)):
            raise ValidationError(_("Das ist kein Bild in PNG, JPEG, WebP oder SVG."))
        file.seek(0)
        return file


def _kind_of(start: bytes) -> str:
    """The ending of a picture by its first bytes; empty for anything else."""
    if start.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if start.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "webp"
    return "svg" if b"<svg" in start.lower() else ""


@login_required
@require_http_methods(["GET", "POST"])
def appearance(request: HttpRequest) -> HttpResponse:
    """Colour and logo of the city."""
    actor = actor_of(request)
    require(actor, "concept.set_up")
    concept = concept_or_404(request)
    initial = {
        "version": concept.version,
        "has_own": bool(concept.colour),
        "colour": concept.colour or "#0b4f45",
    }
    form = AppearanceForm(posted(request), request.FILES or None, initial=initial)
    if not concept.logo:
        del form.fields["without_logo"]
    if request.method == "POST" and form.is_valid():
        row = Concept.objects.get(pk=concept.pk)
        said = form.cleaned_data
        values: dict[str, Any] = {"colour": said["colour"]}
        if said["logo"] is not None or said.get("without_logo"):
            values["logo"] = _kept(said["logo"]) if said["logo"] is not None else ""
        saved, _conflict = save(
            form, lambda: save_part(row, values=values, expected_version=said["version"], actor=actor)
        )
        if saved is not None:
            messages.success(request, _("So sieht Ihr Portal jetzt aus."))
            return redirect("beginning")
    return step_page(
        request, form, _("Wie soll Ihr Portal aussehen?"), _("Farbe und Logo der Stadt. Beides lässt sich jederzeit ändern."),
        _("Speichern"), multipart=True,
    )  # fmt: skip


def _kept(file: UploadedFile) -> str:
    """Keep a picture under the hash of what it holds; the name in the storage."""
    content = file.read()
    storage = Concept._meta.get_field("logo").storage
    name = f"logo/{hashlib.sha256(content).hexdigest()[:24]}.{_kind_of(content[:LOOKED_AT])}"
    if not storage.exists(name):
        name = storage.save(name, ContentFile(content))
    return str(name)


@require_safe
def city_logo(request: HttpRequest) -> FileResponse:
    """The logo. A drawing that is opened by itself may run nothing."""
    concept = concept_of(request)
    name = concept.logo.name if concept is not None and concept.logo else None
    if concept is None or not name or not concept.logo.storage.exists(name):
        raise Http404
    answer = FileResponse(
        concept.logo.open("rb"), content_type=TYPES.get(name.rsplit(".", 1)[-1], "image/png")
    )
    answer["Cache-Control"] = KEPT
    answer["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return answer


@require_safe
def city_style(request: HttpRequest) -> HttpResponse:
    """The city's colour in place of the program's: by day as it is, by night as light as text needs."""
    concept = concept_of(request)
    if concept is None or not concept.colour:
        raise Http404
    light, dark = concept.colour, readable_on(concept.colour, SURFACE_DARK)
    rules = (
        f"--forest: light-dark({light}, {dark});"
        f"--on-forest: light-dark({ink_on(light)}, {ink_on(dark)});"
        f"--forest-soft: light-dark(color-mix(in srgb, {light}, #ffffff 88%), color-mix(in srgb, {dark}, #16211e 84%));"
        f"--deep: light-dark({darkened(light, DEEP)}, {darkened(light, DEEP * 0.6)});"
        f"--focus: light-dark({light}, #ffd08a);"
    )
    answer = HttpResponse(
        f":root, [data-kern-theme] {{{rules}}}\n.brand__mark .ground {{fill: {light}}}\n",
        content_type="text/css; charset=utf-8",
    )
    answer["Cache-Control"] = KEPT
    return answer
