"""What stands in the menu, in the order of the thread, and at the foot of every page."""

from django.utils.translation import gettext_lazy as _

from insek.people.trails import register_door
from insek.web.menu import Entry, Group, fill, of_kinds

register_door("start", "start", _("Start"))
register_door("search", "search", _("Suche"))
register_door("home", "home", _("Mein Bereich"))
fill(
    main=(
        Entry("start", "start", _("Start")),
        Entry("fields", "field-list", _("Handlungsfelder")),
        Group(
            "concept",
            _("Konzept"),
            (
                *of_kinds("vision", "guideline", "goal", "measure"),
                Entry("spatial", "spatial-concept", _("Gesamträumliches Konzept")),
                *of_kinds("feature"),
                Entry("report", "report", _("Konzept als PDF und Word")),
            ),
        ),
        Group(
            "basics",
            _("Ausgangslage"),
            (
                *of_kinds("finding", "indicator", "plan"),
                Entry("plan-overview", "plan-overview", _("Gesamtschau der Planwerke")),
                *of_kinds("district"),
            ),
        ),
        Group(
            "participation",
            _("Beteiligung"),
            (
                Entry("contribute", "contribute", _("Mitmachen")),
                *of_kinds("contribution", "format", "minutes"),
                Entry("process", "process", _("Wie das Konzept entsteht")),
            ),
        ),
        Group(
            "politics",
            _("Politik"),
            (
                *of_kinds("paper", "concept_check", "resolution"),
                Entry("edition", "edition-list", _("Ausgaben des Konzepts")),
            ),
        ),
        Entry("steering", "steering", _("Umsetzung")),
        Entry("map", "city-map", _("Karte")),
        Entry("search", "search", _("Suche")),
    ),
    footer=(
        Entry("leichte-sprache", "leichte-sprache", _("Leichte Sprache")),
        Entry("barrierefreiheit", "barrierefreiheit", _("Barrierefreiheit")),
        Entry("feedback", "feedback", _("Rückmeldung geben")),
        Entry("datenschutz", "datenschutz", _("Datenschutz")),
        Entry("impressum", "impressum", _("Impressum")),
    ),
)
