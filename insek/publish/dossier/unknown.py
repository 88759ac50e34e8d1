"""What a dossier does not know, or leaves out, in sentences."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from insek.concept.asker import Asker
from insek.thread.kinds import kind_named, kind_names
from insek.web.display import number_words

from .applying import MOST_READ
from .collecting import Dossier


def unknown_words(asker: Asker, dossier: Dossier) -> list[str]:
    """One sentence for each thing that is not known."""
    found, place = dossier.applying, dossier.place
    told = list(place.notes)
    if found.is_cut:
        told.append(
            _("Hier liegt sehr viel: Gelesen wurden je Art höchstens %(most)s Einträge, die übrigen fehlen. Bitte einen kleineren Ort wählen.")
            % {"most": number_words(MOST_READ)}
        )  # fmt: skip
    if found.is_schematic and place.district is None and place.shape is not None:
        told.append(
            _("Die Umrisse der Stadtteile sind schematisch, nicht grenzgenau: Nahe einer Grenze kann der falsche Stadtteil genannt sein.")
        )  # fmt: skip
    if not found.districts and not place.is_city:
        told.append(_("In welchem Stadtteil der Ort liegt, ist nicht bekannt."))
    names = kind_names(asker)
    for kind in sorted(found.without_place, key=lambda each: kind_named(each).order):
        count = found.without_place[kind]
        told.append(
            ngettext(
                "%(kinds)s: %(count)s Eintrag hat keinen Ort; ob er hier gilt, ist nicht bekannt.",
                "%(kinds)s: %(count)s Einträge haben keinen Ort; ob sie hier gelten, ist nicht bekannt.",
                count,
            )
            % {"kinds": names(kind, plural=True), "count": number_words(count)}
        )
    if dossier.unbound:
        told.append(
            ngettext(
                "%(count)s Aussage eines Planwerks liegt hier; wie sie bindet, ist nicht bekannt.",
                "%(count)s Aussagen von Planwerken liegen hier; wie sie binden, ist nicht bekannt.",
                dossier.unbound,
            )
            % {"count": number_words(dossier.unbound)}
        )
    told.append(
        _("Gezeigt ist der Wortlaut von heute; beschlossen ist der Wortlaut der Ausgabe.")
        if dossier.edition is not None
        else _("Eine beschlossene Ausgabe gibt es noch nicht; alles hier ist Arbeitsstand.")
    )
    told.append(
        _("Was nicht in diesem Programm steht, fehlt hier: Festsetzungen von Bebauungsplänen und Fachrecht, Baulasten und Eigentum prüft dieses Dossier nicht.")
    )  # fmt: skip
    return told
