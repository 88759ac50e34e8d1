"""The drafted paragraph: for a consent under § 36a BauGB, or for the reasons of a land-use plan. By plain rules, always in German.

It names what applies and why, the edition and its day, and leaves the judgement to people. Internal things are never in it.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.formats import date_format
from django.utils.translation import override

from insek.concept.asker import Asker

from .applying import Rank
from .asked import CONSENT
from .collecting import Dossier, DossierRow
from .deadline import ConsentClock

NAMED = 12
"""Items of a sort that the paragraph names."""
PARTS = (
    ("ziele", "Ziele"),
    ("raumelemente", "Raumelemente des gesamträumlichen Konzepts"),
    ("massnahmen", "Maßnahmen"),
)
OPEN_END = "[Hier ergänzen: …]"


def paragraph_of(asker: Asker, dossier: Dossier) -> str:
    """The paragraph for the purpose that was chosen; empty without one."""
    if not dossier.asked.purpose:
        return ""
    from .collecting import dossier_of

    with override("de"):
        german = dossier if asker.language == "de" else dossier_of(asker, dossier.asked)
        return "\n\n".join(_parts(german))


def _parts(dossier: Dossier) -> Iterable[str]:
    is_consent = dossier.asked.purpose == CONSENT
    if is_consent:
        yield _consent(dossier.asked.clock)
    yield _foundation(dossier, is_consent)
    named = False
    for key, title in PARTS:
        rows = [row for row in dossier.group(key).rows if _is_named(row)]
        if rows:
            named = True
            yield _listed(f"{title}, die hier gelten:", rows, dossier.group(key).more)
    statements = [row for row in dossier.group("kernaussagen").rows if _is_named(row)]
    if statements:
        yield _listed(
            "Bindende Aussagen anderer Planwerke, deren Gebiet den Ort umfasst:", statements, dossier.group("kernaussagen").more
        )  # fmt: skip
    if not named:
        yield "Eigens für diesen Ort ist im INSEK kein Ziel, kein Raumelement und keine Maßnahme eingetragen; es gilt, was für die ganze Stadt gilt."
    if missing := _not_adopted(dossier):
        yield missing
    if is_consent:
        yield f"Ob das Vorhaben mit den Vorstellungen der Stadt von der städtebaulichen Entwicklung und Ordnung vereinbar ist (§ 36a Abs. 1 Satz 2 BauGB): {OPEN_END}"
    else:
        yield f"Wie diese Ergebnisse in der Abwägung berücksichtigt sind (§ 1 Abs. 7 BauGB): {OPEN_END}"


def _place(dossier: Dossier) -> str:
    place = dossier.place
    words = f"{place.name} ({place.about})" if place.about else place.name
    inside = ", ".join(row.item.title for row in dossier.applying.districts[:3])
    is_same = place.district is not None
    return f"{words}, in {inside}" if inside and not is_same else words


def _consent(clock: ConsentClock | None) -> str:
    if clock is None:
        return "Über die Zustimmung nach § 36a BauGB ist innerhalb von drei Monaten nach Eingang des Ersuchens zu entscheiden; sonst gilt sie als erteilt (§ 36a Abs. 1 Satz 4 BauGB). Tag des Eingangs: [ergänzen]."
    return (
        f"Das Ersuchen um Zustimmung nach § 36a BauGB ist am {german_day(clock.received)} eingegangen. Die Zustimmung gilt als erteilt,"
        f" wenn sie nicht bis zum Ablauf des {german_day(clock.ends)} verweigert wird (§ 36a Abs. 1 Satz 4 BauGB)."
    )


def _foundation(dossier: Dossier, is_consent: bool) -> str:
    """The edition with its day, and what the law makes of it."""
    edition = dossier.edition
    where = f"Ort: {_place(dossier)}."
    if edition is None:
        told = "Grundlage ist der Arbeitsstand des INSEK; eine beschlossene Ausgabe gibt es noch nicht."
        if not is_consent:
            told += " Zu berücksichtigen sind nach § 1 Abs. 6 Nr. 11 BauGB nur die Ergebnisse eines beschlossenen städtebaulichen Entwicklungskonzepts."
        return f"{where} {told}"
    day = f", beschlossen am {german_day(edition.date)}" if edition.date else ""
    if is_consent:
        return f"{where} Grundlage für die Vorstellungen der Stadt von der städtebaulichen Entwicklung ist das INSEK: {edition.title}{day}."
    return (
        f"{where} Bei der Aufstellung des Bauleitplans sind nach § 1 Abs. 6 Nr. 11 BauGB die Ergebnisse des von der Stadt beschlossenen"
        f" städtebaulichen Entwicklungskonzepts zu berücksichtigen: {edition.title}{day}."
    )


def _is_named(row: DossierRow) -> bool:
    return (
        not row.is_internal and row.reason is not None and row.reason.rank not in (Rank.NEAR, Rank.ELSEWHERE)
    )


def _listed(head: str, rows: list[DossierRow], more: int) -> str:
    lines = [_line(row) for row in rows[:NAMED]]
    left = len(rows) - len(lines) + more
    if left > 0:
        lines.append("– und ein weiterer Eintrag" if left == 1 else f"– und {left} weitere Einträge")
    return "\n".join([head, *lines])


def _line(row: DossierRow) -> str:
    name = f"{row.item.number} {row.item.shown_title}".strip()
    example = " (Beispiel)" if row.item.standing == "example" else ""
    quote = f": „{' '.join(row.quote.split())}“" if row.quote else ""
    return f"– {name}{example}{quote} ({row.why})"


def _not_adopted(dossier: Dossier) -> str:
    """Which of those named are not in the edition."""
    rows = [row for key, _title in PARTS for row in dossier.group(key).rows if _is_named(row)]
    later = [row.item.number for row in rows if row.item.pk in dossier.not_in_edition]
    return (
        f"Nicht Teil dieser Ausgabe und damit nicht mit ihr beschlossen: {', '.join(later)}." if later else ""
    )


def german_day(day: object) -> str:
    """A day in words: 2. Februar 2027."""
    return str(date_format(day, "j. F Y"))  # type: ignore[arg-type]  # a date
