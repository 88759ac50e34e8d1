"""The steps of setting up, in their order, and how far each is: what is there, what is still missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from insek.concept.models import Concept, Standing
from insek.concept.states import state_of
from insek.council.models import WeightCriterion
from insek.people.mail import can_send
from insek.people.models import Body, Membership, Role, Unit
from insek.places.basemap.archive import generation_of_base_map
from insek.places.models import District
from insek.publish.duties.models import PublicPage
from insek.publish.duties.titles import TITLES
from insek.thread.models import Item

Text = str | Promise


class StepState(StrEnum):
    """How far a step is."""

    DONE = "done"
    MISSING = "missing"
    OPTIONAL = "optional"
    """Nothing there yet, and nothing has to be."""


@dataclass(frozen=True)
class Step:
    """One step: what it asks, how far it is, and where it is done."""

    key: str
    title: Text
    what: Text
    url: Callable[[Concept], str]
    stand: Callable[[Concept], tuple[StepState, str]]
    rule: str = "concept.set_up"
    """Who may do it."""


def _city(concept: Concept) -> tuple[StepState, str]:
    missing = [
        str(label)
        for label, value in (
            (_("Gemeindeschlüssel"), concept.ags), (_("Zeitraum"), concept.horizon_to), (_("Einleitung"), concept.introduction),
        )
        if not value
    ]  # fmt: skip
    if missing:
        return StepState.MISSING, _("Es fehlt noch: %(what)s") % {"what": ", ".join(missing)}
    return StepState.DONE, str(concept)


def _fields(concept: Concept) -> tuple[StepState, str]:
    count = concept.fields.count()
    if not count:
        return StepState.MISSING, _("Noch kein Handlungsfeld")
    return StepState.DONE, ngettext("%(count)s Handlungsfeld", "%(count)s Handlungsfelder", count) % {
        "count": count
    }


def _words(concept: Concept) -> tuple[StepState, str]:
    count = concept.level_names.count()
    if not count:
        return StepState.OPTIONAL, _("Alles heißt, wie INSEK es nennt: Ziel, Maßnahme, Befund …")
    return StepState.DONE, ngettext("%(count)s Ebene benannt", "%(count)s Ebenen benannt", count) % {
        "count": count
    }


def _law(concept: Concept) -> tuple[StepState, str]:
    state = state_of(concept.ags)
    where = state.name if state else _("Land nicht bekannt")
    if concept.hearing_norm:
        return StepState.DONE, _("%(state)s: Anhörung nach %(norm)s, Koordinaten in EPSG:%(crs)s") % {
            "state": where, "norm": concept.hearing_norm, "crs": concept.metric_crs,
        }  # fmt: skip
    return StepState.OPTIONAL, _("%(state)s: keine Anhörung örtlicher Gremien eingetragen, Koordinaten in EPSG:%(crs)s") % {
        "state": where, "crs": concept.metric_crs,
    }  # fmt: skip


def _districts(concept: Concept) -> tuple[StepState, str]:
    here = District.objects.of(concept)
    count = here.count()
    if not count:
        return StepState.MISSING, _("Noch kein Raum")
    drawn = here.filter(west__isnull=False).count()
    if not drawn:
        return StepState.MISSING, ngettext(
            "%(count)s Raum, noch ohne Fläche", "%(count)s Räume, noch ohne Flächen", count
        ) % {"count": count}
    return StepState.DONE, ngettext(
        "%(count)s Raum, %(drawn)s mit Fläche", "%(count)s Räume, %(drawn)s mit Fläche", count
    ) % {"count": count, "drawn": drawn}


def _base_map(concept: Concept) -> tuple[StepState, str]:
    if generation_of_base_map():
        return StepState.DONE, _("Eine Grundkarte ist da.")
    return StepState.OPTIONAL, _("Noch keine; die Karten zeigen nur Umriss und Räume.")


def _look(concept: Concept) -> tuple[StepState, str]:
    said = [
        str(word)
        for word, is_there in ((_("eigene Farbe"), concept.colour), (_("Logo"), concept.logo))
        if is_there
    ]
    if not said:
        return StepState.OPTIONAL, _("Farbe und Zeichen von INSEK")
    return StepState.DONE, ", ".join(said)


def _units(concept: Concept) -> tuple[StepState, str]:
    count = Unit.objects.count()
    if not count:
        return StepState.MISSING, _("Noch keine Organisationseinheit")
    return StepState.DONE, ngettext("%(count)s Einheit", "%(count)s Einheiten", count) % {"count": count}


def _bodies(concept: Concept) -> tuple[StepState, str]:
    count = Body.objects.count()
    if not count:
        return StepState.MISSING, _("Noch kein Gremium")
    return StepState.DONE, ngettext("%(count)s Gremium", "%(count)s Gremien", count) % {"count": count}


def _people(concept: Concept) -> tuple[StepState, str]:
    count = Membership.objects.current().filter(user__is_active=True).values("user").distinct().count()
    if count < 2:
        return StepState.MISSING, _("Nur Sie können sich anmelden.")
    return StepState.DONE, _("%(count)s Personen mit Rolle") % {"count": count}


def _mail(concept: Concept) -> tuple[StepState, str]:
    if can_send():
        return StepState.DONE, _("über %(host)s") % {"host": settings.EMAIL_HOST}
    if settings.EMAIL_HOST:
        return StepState.MISSING, _("Es fehlt noch: %(what)s") % {"what": "INSEK_MAIL_FROM"}
    return StepState.OPTIONAL, _("Kein Mailserver; Links zum Anmelden geben Sie selbst weiter.")


def _roles(concept: Concept) -> tuple[StepState, str]:
    count = Role.objects.count()
    return StepState.OPTIONAL, ngettext("%(count)s Rolle", "%(count)s Rollen", count) % {"count": count}


def _criteria(concept: Concept) -> tuple[StepState, str]:
    count = WeightCriterion.objects.filter(concept=concept).count()
    if not count:
        return StepState.OPTIONAL, _(
            "Noch keines; ob eine Vorlage die ganze Stadt betrifft, sagt, wer sie prüft."
        )
    return StepState.DONE, ngettext("%(count)s Kriterium", "%(count)s Kriterien", count) % {"count": count}


def _missing_duties(concept: Concept) -> list[str]:
    """The keys of the pages that a public body must have and that have no text of the city yet."""
    written = PublicPage.objects.filter(concept=concept).exclude(text="").exclude(standing=Standing.EXAMPLE)
    done = set(written.values_list("key", flat=True))
    return [key for key in TITLES if key not in done]


def _next_duty(concept: Concept) -> str:
    missing = next(iter(_missing_duties(concept)), next(iter(TITLES)))
    return f"{reverse('public-page-edit', args=[missing])}?von=anfang"


def _duties(concept: Concept) -> tuple[StepState, str]:
    if missing := _missing_duties(concept):
        return StepState.MISSING, _("Es fehlt noch: %(what)s") % {
            "what": ", ".join(str(TITLES[key]) for key in missing)
        }
    return StepState.DONE, _("Alle Pflichtseiten haben einen Text.")


def _content(concept: Concept) -> tuple[StepState, str]:
    count = Item.objects.filter(concept=concept).exclude(kind="district").count()
    if not count:
        return StepState.MISSING, _("Noch kein Inhalt")
    return StepState.DONE, ngettext("%(count)s Inhalt", "%(count)s Inhalte", count) % {"count": count}


STEPS = (
    Step("stadt", gettext_lazy("Stadt und Konzept"), gettext_lazy("Name, Gemeindeschlüssel, Titel, Zeitraum, Einleitung"),
         lambda concept: f"{reverse('setup-part', args=['konzept', concept.pk])}?von=anfang", _city),
    Step("gliederung", gettext_lazy("Handlungsfelder und Themen"), gettext_lazy("eine fertige Gliederung übernehmen oder eigene Felder nennen"),
         lambda concept: reverse("beginning-fields"), _fields),
    Step("woerter", gettext_lazy("Wie es bei Ihnen heißt"), gettext_lazy("Ziel oder Entwicklungsziel, Amt oder Fachbereich, Stadtbezirk oder Ortsteil"),
         lambda concept: reverse("beginning-levels"), _words),
    Step("recht", gettext_lazy("Recht des Landes und Koordinaten"), gettext_lazy("ob örtliche Gremien angehört werden, in welchem System gemessen wird"),
         lambda concept: reverse("beginning-law"), _law),
    Step("raeume", gettext_lazy("Stadt und Stadtteile"), gettext_lazy("Namen und Schlüssel einfügen; die Flächen kommen aus einer Datei"),
         lambda concept: reverse("beginning-districts"), _districts),
    Step("grundkarte", gettext_lazy("Grundkarte"), gettext_lazy("damit man auf Karten etwas erkennt; dazu Adressen und Ebenen anderer Dienste"),
         lambda concept: reverse("map-setup"), _base_map, "places.set_up_maps"),
    Step("aussehen", gettext_lazy("Farbe und Logo"), gettext_lazy("damit man sieht, wessen Portal das ist"),
         lambda concept: reverse("beginning-look"), _look),
    Step("verwaltung", gettext_lazy("Organisationseinheiten"), gettext_lazy("Ämter, Fachbereiche, Abteilungen"),
         lambda concept: reverse("beginning-units"), _units, "people.manage"),
    Step("gremien", gettext_lazy("Gremien"), gettext_lazy("Rat, Ausschüsse, örtliche Gremien"),
         lambda concept: reverse("beginning-bodies"), _bodies, "people.manage"),
    Step("personen", gettext_lazy("Erste Personen"), gettext_lazy("wer mitarbeitet, mit welcher Rolle"),
         lambda concept: reverse("person-list"), _people, "people.manage"),
    Step("rollen", gettext_lazy("Rollen"), gettext_lazy("wie sie bei Ihnen heißen und was sie dürfen"),
         lambda concept: reverse("role-list"), _roles, "people.manage"),
    Step("mail", gettext_lazy("Mail"), gettext_lazy("womit INSEK Links zum Anmelden versendet"),
         lambda concept: reverse("beginning-mail"), _mail, "people.manage"),
    Step("kriterien", gettext_lazy("Gewicht von Vorlagen"), gettext_lazy("woran man erkennt, dass eine Vorlage die ganze Stadt betrifft"),
         lambda concept: reverse("criterion-list"), _criteria),
    Step("pflichten", gettext_lazy("Pflichtseiten"), gettext_lazy("Impressum, Datenschutz, Barrierefreiheit, Leichte Sprache"),
         _next_duty, _duties),
    Step("inhalte", gettext_lazy("Erste Inhalte"), gettext_lazy("anlegen oder einlesen"), lambda concept: reverse("home"), _content),
)  # fmt: skip
