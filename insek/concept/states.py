"""The sixteen states of Germany as far as setting up a concept needs them, by the first two digits of the municipality key.

Only what is sure for every municipality of a state is proposed. The law of one state (who must be heard before the council
decides) is data of the concept; a preset stands here only where somebody has read the law for this program.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class State:
    """A state, its official metric reference system (EPSG) and what its law says about the districts of a city."""

    code: str
    name: str
    crs: int
    hearing_norm: str = ""
    """Where it is written that the body of a district is heard before the council decides; empty: not known here."""
    words: dict[str, tuple[str, str, str, str]] = field(default_factory=dict)
    """What levels are called by law: singular and plural, in German and English."""


UTM_32, UTM_33 = 25832, 25833
STATES = {
    state.code: state
    for state in (
        State("01", "Schleswig-Holstein", UTM_32),
        State("02", "Hamburg", UTM_32),
        State("03", "Niedersachsen", UTM_32),
        State("04", "Bremen", UTM_32),
        State("05", "Nordrhein-Westfalen", UTM_32),
        State("06", "Hessen", UTM_32),
        State(
            "07", "Rheinland-Pfalz", UTM_32, "§ 75 Abs. 2 GemO",
            {
                "ortsbezirk": ("Ortsbezirk", "Ortsbezirke", "local district", "local districts"),
                "ortsbeirat": ("Ortsbeirat", "Ortsbeiräte", "local advisory council", "local advisory councils"),
            },
        ),
        State("08", "Baden-Württemberg", UTM_32),
        State("09", "Bayern", UTM_32),
        State("10", "Saarland", UTM_32),
        State("11", "Berlin", UTM_33),
        State("12", "Brandenburg", UTM_33),
        State("13", "Mecklenburg-Vorpommern", UTM_33),
        State("14", "Sachsen", UTM_33),
        State("15", "Sachsen-Anhalt", UTM_32),
        State("16", "Thüringen", UTM_32),
    )
}  # fmt: skip


def state_of(ags: str) -> State | None:
    """The state that a municipality key belongs to; None where it names none."""
    return STATES.get(ags[:2]) if len(ags) == 8 and ags.isascii() and ags.isdigit() else None
