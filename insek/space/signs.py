"""The plan signs. Each is told from the others by shape, hatching, dashes or its letter, never by colour alone."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class PlanSign:
    """One plan sign.

    ``shape`` is what it is usually drawn as; ``hatch`` fills areas; ``dash`` are lengths of line and gap in line widths;
    ``arrow`` puts heads along a line; ``letter`` stands on points and beside lines and areas.
    """

    key: str
    name: str | Promise
    shape: Literal["point", "line", "area"]
    colour: str
    letter: str
    hatch: Literal["", "right", "left", "cross", "dots", "level", "upright"] = ""
    dash: tuple[float, ...] = ()
    width: float = 3
    arrow: bool = False
    explanation: str | Promise = ""


SIGNS = (
    PlanSign("centre", _("Siedlungsschwerpunkt"), "area", "#9c4a22", "S", hatch="right",
         explanation=_("Hier wächst die Stadt nach innen: Wohnungen, Versorgung und Haltestelle liegen beieinander.")),
    PlanSign("focus", _("Schwerpunktraum"), "area", "#7a4b8c", "R", hatch="cross",
         explanation=_("Hier kommen mehrere Ziele zusammen; Maßnahmen werden gebündelt.")),
    PlanSign("business", _("Gewerbestandort"), "area", "#5b6470", "G", hatch="upright",
         explanation=_("Hier wird gearbeitet: sichern, verdichten, erneuern.")),
    PlanSign("campus", _("Wissensstandort"), "area", "#2d5f91", "W", hatch="left",
         explanation=_("Hochschulen, Forschung und was daraus entsteht.")),
    PlanSign("green", _("Grünzug"), "area", "#2f7a4d", "Z", hatch="dots",
         explanation=_("Bleibt frei und verbindet Quartiere mit dem Wald.")),
    PlanSign("cold_air", _("Kaltluftbahn"), "line", "#20789a", "K", dash=(1.5, 1.2), width=5, arrow=True,
         explanation=_("Hier strömt nachts kühle Luft in die Stadt. Die Bahn wird nicht verbaut.")),
    PlanSign("axis", _("Entwicklungsachse"), "line", "#9c4a22", "A", width=6,
         explanation=_("Verbindet Orte, die sich gemeinsam entwickeln.")),
    PlanSign("link", _("Grün- und Wegeverbindung"), "line", "#2f7a4d", "V", dash=(0.4, 1.4), width=4,
         explanation=_("Zu Fuß und mit dem Rad, im Schatten.")),
    PlanSign("node", _("Verkehrsknoten"), "point", "#2d5f91", "U",
         explanation=_("Hier steigt man um: Bahn, Bus, Rad, Auto.")),
    PlanSign("local_centre", _("Ortsmitte"), "point", "#9c4a22", "O",
         explanation=_("Laden, Treffpunkt und Platz eines Ortsbezirks.")),
)  # fmt: skip


@cache
def sign_named(key: str) -> PlanSign:
    """The sign of that key. Raises KeyError."""
    return {sign.key: sign for sign in SIGNS}[key]


def sign_for_browser(sign: PlanSign) -> dict[str, Any]:
    """What the browser needs to draw the sign (place_map.js)."""
    return {name: value for name, value in asdict(sign).items() if name not in {"name", "explanation"}}
