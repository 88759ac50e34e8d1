"""The spatial concept as a map sheet: of a variant, up to a step ahead in time."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.asker import Asker
from insek.places.sheets.content import OnSheet, SheetContent, SheetSource, on_sheet, register_sheet
from insek.thread.kinds import kind_names

from .ahead import STEP, STEPS
from .asked import asked_plan, planned
from .models import Feature
from .pages import variant_filter
from .queries import MOST_FEATURES, variant_words


def concept_sheet(asker: Asker) -> SheetContent:
    """The elements of the variant and step that the address names. Two queries."""
    asked = asked_plan(asker)
    read = planned(asker, asked, MOST_FEATURES)
    items = [item for item in read[:MOST_FEATURES] if asked.shows(item)]
    names = kind_names(asker)
    shown: list[OnSheet] = [
        on_sheet(item, item.location.geometry, names("feature", plural=True))
        for item in items
        if hasattr(item, "location")
    ]
    labels = {"": _("heute"), **{key: str(label) for key, label in Feature.Horizon.choices}}
    said = [variant_words(asked.variant) if asked.variant else ""]
    if asked.choices and not asked.variant:
        said.append(_("alle Varianten übereinander"))
    if asked.step is not None and asked.step in STEPS:
        said.append(_("was bis dahin da sein soll: %(step)s") % {"step": labels[asked.step]})
    notes = []
    if unplaced := len(items) - len(shown):
        notes.append(
            _("%(count)s Elemente haben noch keinen Ort und stehen nicht auf der Karte.")
            % {"count": unplaced}
        )
    if len(read) > MOST_FEATURES:
        notes.append(_("Der Plan hat mehr Elemente, als ein Blatt zeigen kann."))
    query = urlencode(asked.values)
    back = f"{reverse('spatial-concept')}?{query}" if query else reverse("spatial-concept")
    return SheetContent(
        _("Gesamträumliches Konzept"), ", ".join(filter(None, said)), shown, back, notes=notes
    )


register_sheet(
    SheetSource(
        "raumkonzept", gettext_lazy("Gesamträumliches Konzept"), concept_sheet, (variant_filter.name, STEP)
    )
)
