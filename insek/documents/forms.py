"""The forms of this room: upload, what is said of a document, and what shall be made of a passage."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.asker import Asker
from insek.concept.models import Concept
from insek.people.actors import Actor
from insek.thread.identity import is_id
from insek.thread.models import Item

from .making import kinds_about, kinds_listed
from .models import Document


class ManyFiles(forms.FileInput):
    """A field for several files."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files, at least one."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Each of the files; an empty one is refused later, with its name."""
        files = data if isinstance(data, list | tuple) else [data]
        return [
            forms.FileField(required=self.required, max_length=200, allow_empty_file=True).clean(one)
            for one in files
        ]


class AboutDocument(forms.ModelForm):
    """What is said of a document."""

    class Meta:
        model = Document
        fields: tuple[str, ...] = ("title", "kind", "date", "edition", "about")
        labels = {
            "title": gettext_lazy("Titel"),
            "kind": gettext_lazy("Art"),
            "date": gettext_lazy("Datum"),
            "edition": gettext_lazy("Ausgabe des Konzepts"),
            "about": gettext_lazy("Planwerk oder Vorlage, deren Text es ist"),
        }
        help_texts = {"date": "", "about": ""}
        widgets = {"date": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, *args: Any, concept: Concept, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        editions: Any = self.fields["edition"]
        editions.queryset = concept.editions.all()
        about: Any = self.fields["about"]
        named = {self.initial.get("about"), self.instance.about_id, self.data.get("about")} - {None, ""}
        offered = Q(kind__in=kinds_listed()) | Q(
            kind__in=kinds_about(), pk__in=[one for one in named if is_id(str(one))]
        )
        about.queryset = (
            Item.objects.visible_to(actor).filter(offered, concept=concept).order_by("sort_key", "pk")
        )
        for name in ("edition", "about"):
            choice: Any = self.fields[name]
            choice.empty_label = _("keine Angabe")


class UploadDocuments(AboutDocument):
    """The files, and what holds for all of them."""

    uploads = ManyFilesField(
        label=gettext_lazy("Dateien"),
        help_text=gettext_lazy("PDF, Word (DOCX) oder OpenDocument (ODT), mehrere auf einmal oder als ZIP."),
        widget=ManyFiles(attrs={"accept": ".pdf,.docx,.odt,.zip"}),
        error_messages={"required": gettext_lazy("Bitte wählen Sie eine Datei.")},
    )
    field_order = ("uploads", "kind", "date", "edition", "about")

    class Meta(AboutDocument.Meta):
        fields: tuple[str, ...] = ("kind", "date", "edition", "about")


def field_choices(asker: Asker) -> list[tuple[str, str]]:
    """The fields of action as choices, first that there is none."""
    return [("", _("keines")), *((field.key, str(field)) for field in asker.fields)]
