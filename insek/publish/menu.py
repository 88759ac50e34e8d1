"""What is in the menu, in the order of the thread, and at the foot of every page."""

from django.utils.translation import gettext_lazy as _

from insek.people.addresses import register_address
from insek.people.breadcrumbs import register_root
from insek.web.menu import MenuGroup, MenuLink, fill, of_kinds

register_root("start", "start", _("Start"))
register_root("search", "search", _("Suche"))
register_root("home", "home", _("Mein Bereich"))
for _name in (
    "about",
    "datenschutz",
    "dossier",
    "edition-full",
    "edition-short",
    "feed",
    "field",
    "field-list",
    "overview-written-docx",
    "overview-written-pdf",
    "plan-written-docx",
    "plan-written-pdf",
    "process",
    "programme",
    "public-history-feed",
):
    register_address(_name)
fill(
    main=(
        MenuLink("start", "start", _("Start")),
        MenuLink("fields", "field-list", _("Handlungsfelder")),
        MenuGroup(
            "concept",
            _("Konzept"),
            (
                *of_kinds("vision", "guideline", "goal", "measure"),
                MenuLink("money", "money", _("Kosten und Finanzierung")),
                MenuLink("budget", "budget", _("Haushalt")),
                MenuLink("spatial", "spatial-concept", _("Gesamträumliches Konzept")),
                *of_kinds("feature"),
                MenuLink("report", "report", _("Konzept als PDF und Word")),
            ),
        ),
        MenuGroup(
            "basics",
            _("Ausgangslage"),
            (
                *of_kinds("finding"),
                MenuLink("finding-board", "board", _("Tafel der Stärken und Schwächen")),
                MenuLink("tows", "tows", _("Optionen (TOWS)")),
                *of_kinds("indicator", "scenario", "reach", "plan", "plan_statement"),
                MenuLink("plan-overview", "plan-overview", _("Gesamtschau der Planwerke")),
                *of_kinds("district"),
            ),
        ),
        MenuGroup(
            "participation",
            _("Beteiligung"),
            (
                MenuLink("contribute", "contribute", _("Mitmachen")),
                *of_kinds("contribution", "format", "minutes"),
                MenuLink("process", "process", _("Wie das Konzept entsteht")),
            ),
        ),
        MenuGroup(
            "politics",
            _("Politik"),
            (
                *of_kinds("paper", "concept_check", "resolution"),
                MenuLink("edition", "edition-list", _("Ausgaben des Konzepts")),
            ),
        ),
        MenuGroup(
            "implementation",
            _("Umsetzung"),
            (
                MenuLink("steering", "steering", _("Maßnahme für Maßnahme")),
                MenuLink("city-health", "city-health", _("Wo steht die Stadt?")),
                *of_kinds("progress_report"),
                MenuLink("coverage", "coverage", _("Abdeckung")),
                MenuLink("interplay", "goal-interplay", _("Zusammenspiel der Ziele")),
            ),
        ),
        MenuLink("map", "city-map", _("Karte")),
        MenuLink("search", "search", _("Suche")),
    ),
    footer=(
        MenuLink("leichte-sprache", "leichte-sprache", _("Leichte Sprache")),
        MenuLink("barrierefreiheit", "barrierefreiheit", _("Barrierefreiheit")),
        MenuLink("feedback", "feedback", _("Rückmeldung geben")),
        MenuLink("datenschutz", "datenschutz", _("Datenschutz")),
        MenuLink("impressum", "impressum", _("Impressum")),
    ),
)
