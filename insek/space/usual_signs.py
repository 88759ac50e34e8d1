"""The plan signs that every new concept begins with. From then on they are rows of the concept, which the city changes."""

from __future__ import annotations

from typing import Any

_NAMES = (
    "key", "shape", "colour", "letter", "hatch", "dash", "width", "arrow", "name", "name_en", "explanation", "explanation_en",
)  # fmt: skip
_ROWS = (
    ("centre", "area", "#9c4a22", "S", "right", "", "3", False, "Siedlungsschwerpunkt", "Settlement focus",
     "Hier wächst die Stadt nach innen: Wohnungen, Versorgung und Haltestelle liegen beieinander.",
     "The city grows inwards here: homes, supply and stop lie close together."),
    ("focus", "area", "#7a4b8c", "R", "cross", "", "3", False, "Schwerpunktraum", "Focus area",
     "Hier kommen mehrere Ziele zusammen; Maßnahmen werden gebündelt.", "Several goals come together here; measures are bundled."),
    ("business", "area", "#5b6470", "G", "upright", "", "3", False, "Gewerbestandort", "Business location",
     "Hier wird gearbeitet: sichern, verdichten, erneuern.", "Work goes on here: secure, densify, renew."),
    ("campus", "area", "#2d5f91", "W", "left", "", "3", False, "Wissensstandort", "Knowledge location",
     "Hochschulen, Forschung und was daraus entsteht.", "Universities, research and what grows out of them."),
    ("green", "area", "#2f7a4d", "Z", "dots", "", "3", False, "Grünzug", "Green corridor",
     "Bleibt frei und verbindet Quartiere mit dem Wald.", "Stays open and connects neighbourhoods with the forest."),
    ("cold_air", "line", "#20789a", "K", "", "1.5 1.2", "5", True, "Kaltluftbahn", "Cold-air lane",
     "Hier strömt nachts kühle Luft in die Stadt. Die Bahn wird nicht verbaut.",
     "Cool air flows into the city here at night. The lane is kept free of buildings."),
    ("axis", "line", "#9c4a22", "A", "", "", "6", False, "Entwicklungsachse", "Development axis",
     "Verbindet Orte, die sich gemeinsam entwickeln.", "Connects places that develop together."),
    ("link", "line", "#2f7a4d", "V", "", "0.4 1.4", "4", False, "Grün- und Wegeverbindung", "Green and path connection",
     "Zu Fuß und mit dem Rad, im Schatten.", "On foot and by bicycle, in the shade."),
    ("node", "point", "#2d5f91", "U", "", "", "3", False, "Verkehrsknoten", "Transport node",
     "Hier steigt man um: Bahn, Bus, Rad, Auto.", "People change here: train, bus, bicycle, car."),
    ("local_centre", "point", "#9c4a22", "O", "", "", "3", False, "Ortsmitte", "Local centre",
     "Laden, Treffpunkt und Platz eines Stadtteils.", "Shop, meeting place and square of a quarter."),
)  # fmt: skip


def usual_signs() -> list[dict[str, Any]]:
    """The values of each, in their order."""
    return [{"position": place, **dict(zip(_NAMES, row, strict=True))} for place, row in enumerate(_ROWS, 1)]
