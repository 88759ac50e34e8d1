"""How cells of an office's list become lines of costs and of funding."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.engines.tables.funding import FundingRead
from insek.engines.tables.funding import read_funding as funding_in
from insek.engines.tables.horizons import NotAHorizon, read_horizon, year_of_sum
from insek.engines.tables.money import MoneyRead
from insek.engines.text import fold, shortened
from insek.intake.row_readings import (
    Combined,
    NotUnderstood,
    RowReading,
    SaidCell,
    SaidRows,
    register_row_combining,
    register_row_merging,
    register_row_reading,
)
from insek.intake.targets import Reading
from insek.intake.word_sources import of_rows
from insek.people.models import Unit

from .fact_sheet import CostLine, FundingLine

PRICES_OF = re.compile(r"(?:preisstand|kostenstand|preise von|stand)\D{0,12}((?:19|20)\d\d)", re.IGNORECASE)
FOLLOW_UP = re.compile(r"folgekosten|betriebskosten|unterhalt|laufende kosten", re.IGNORECASE)
YEARLY = re.compile(r"pro jahr|je jahr|jährlich|p\.\s?a\.|/\s?jahr|/\s?a\b|laufende kosten", re.IGNORECASE)
AMOUNT_WORDS = re.compile(r"\b(?:kosten|gesamtkosten|ausgaben|haushalt|ansatz|rate|jahr|in|t|teur|tsd|mio|euro|eur)\b|[€.:()]", re.IGNORECASE)  # fmt: skip
STATES = (
    (re.compile(r"abgelehnt", re.IGNORECASE), FundingLine.State.REFUSED),
    (re.compile(r"abgerufen|ausgezahlt", re.IGNORECASE), FundingLine.State.DRAWN),
    (re.compile(r"bewilligt", re.IGNORECASE), FundingLine.State.GRANTED),
    (re.compile(r"beantragt|antrag gestellt|antrag läuft", re.IGNORECASE), FundingLine.State.APPLIED),
)
NOBODY = re.compile(
    r"[\W\d_]*|(?:derzeit |zurzeit )?kein[er]?(?: förderung)?|nicht (?:erforderlich|vorgesehen|geplant|förderfähig)|offen|unklar|noch offen|n\.?\s?n\.?|zu prüfen|wird geprüft",
    re.IGNORECASE,
)
LEAST = re.compile(r"\b(?:von|mindestens|min|untere|unterer|minimal)\b\.?", re.IGNORECASE)
MOST = re.compile(r"\b(?:bis|höchstens|max|obere|oberer|maximal)\b\.?", re.IGNORECASE)
"""What a head says that names one end of a range of costs."""
UNIT_IN_HEAD = re.compile(r"\s*(?:\(?(?:in\s)?(?:T\s?€|TEUR|Tsd\.?\s?(?:€|EUR|Euro)|T\s?Euro|Mio\.?\s?€|€|EUR|Euro|%)\)?)\s*$", re.IGNORECASE)  # fmt: skip


def read_costs(reading: Reading, cell: SaidCell) -> Sequence[dict[str, Any]]:
    """A line for each sum of a cell; what is only part of another is said in the note alone. Raises NotUnderstood."""
    every = [each for each in cell.value or () if isinstance(each, MoneyRead)]
    sums = [each for each in every if not each.within]
    if not sums:
        raise NotUnderstood(_("Kein Betrag; steht im Text."))
    price_year = PRICES_OF.search(f"{cell.head} {cell.text}")
    first, last, is_year = _years_of(cell.head)
    if is_year:
        sums = [each for each in sums if not (each.nothing or (each.low == each.high == 0))]
    return [
        {
            **_amount(each),
            "title": shortened(each.label, 200),
            "basis": each.gross,
            "rhythm": CostLine.Rhythm.YEARLY
            if each.yearly or YEARLY.search(cell.head)
            else CostLine.Rhythm.ONCE,
            "from_year": first,
            "to_year": last,
            "price_year": int(price_year[1]) if price_year else None,
            "is_follow_up": bool(FOLLOW_UP.search(f"{cell.head} {each.label}")),
            "note": shortened("; ".join(part.text for part in _parts_of(each, every)), 2000),
        }
        for each in sums
    ]


def costs_together(parts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lines of costs of one measure: a column for the least and one for the most, named alike, are one range and not two sums."""
    low, high = _ends(parts, LEAST), _ends(parts, MOST)
    made, gone = [], []
    for head, least in low.items():
        most = high.get(head)
        if most is None or least["values"]["amount_eur"] > most["values"]["amount_eur"]:
            continue
        upper = most["values"]["amount_eur"]
        is_range = upper != least["values"]["amount_eur"]
        values = {**least["values"], "up_to_eur": upper if is_range else None}
        made.append({**least, "values": values, "cells": [*least["cells"], *most["cells"]]})
        gone += [least, most]
    return [*made, *(part for part in parts if part not in gone)]


def _ends(parts: Sequence[dict[str, Any]], end: re.Pattern[str]) -> dict[str, dict[str, Any]]:
    """The lines whose head names this end of a range and that hold one sum, by the head without it; those of heads that come twice are left."""
    found: dict[str, list[dict[str, Any]]] = {}
    for part in parts:
        values = part["values"]
        is_single = values.get("amount_eur") is not None and values.get("up_to_eur") is None
        if is_single and len(end.findall(part["head"])) == 1:
            found.setdefault(" ".join(end.sub(" ", part["head"].casefold()).split()), []).append(part)
    return {head: lines[0] for head, lines in found.items() if len(lines) == 1}


def _parts_of(each: MoneyRead, every: Sequence[MoneyRead]) -> Sequence[MoneyRead]:
    """The sums that are said to be within another one, which have no line of their own."""
    found = []
    for other in every[every.index(each) + 1 :]:
        if not other.within:
            break
        found.append(other)
    return found


def _years_of(head: str) -> tuple[int | None, int | None, bool]:
    """The years of the costs of a column whose head is a year: "2027", "Kosten 2027", "2028 ff."; and whether it is one."""
    if PRICES_OF.search(head):
        return None, None, False
    plain = year_of_sum(head) or " ".join(AMOUNT_WORDS.sub(" ", head).split())
    try:
        when = read_horizon(plain)
    except NotAHorizon:
        return None, None, False
    if when.start_year is None and when.end_year is None:
        return None, None, False
    return when.start_year, None if when.going_on else when.end_year, True


def _amount(each: MoneyRead) -> dict[str, Any]:
    """The amount of a sum: one, a range, a bound, nothing, or open."""
    if each.open:
        return {"amount_eur": None, "precision": CostLine.Precision.ABOUT}
    if each.nothing:
        return {"amount_eur": 0, "precision": CostLine.Precision.EXACT}
    if each.low is None:
        return {"amount_eur": round(each.high or 0), "precision": CostLine.Precision.AT_MOST}
    if each.high is None:
        return {"amount_eur": round(each.low), "precision": CostLine.Precision.AT_LEAST}
    precision = CostLine.Precision.ABOUT if each.about else CostLine.Precision.EXACT
    upper = round(each.high) if each.high != each.low else None
    return {"amount_eur": round(each.low), "up_to_eur": upper, "precision": precision}


# ---- funding: source, grant, own share and rate may stand in one cell or in columns of their own

SOURCE, GRANT, OWN, RATE = "funding_line", "funding_grant", "funding_own", "funding_rate"


def read_funding(reading: Reading, cell: SaidCell) -> Sequence[dict[str, Any]]:
    """A line for each source that a cell names, with how far it has come as it says. Raises NotUnderstood."""
    found = []
    for each in funding_in(cell.text):
        if not each.own and (NOBODY.fullmatch(each.source) or len(each.source) > 200):
            raise NotUnderstood(_("Kein Geldgeber; steht im Text."))
        found.append(_line_of(cell.head, each))
    return found


def _line_of(head: str, each: FundingRead) -> dict[str, Any]:
    state = next((state for words, state in STATES if words.search(each.text)), FundingLine.State.IDEA)
    amount = None if each.amount is None else round(each.amount)
    values: dict[str, Any] = {"source": each.source, "state": state, "share_percent": _plain_rate(each.rate)}
    values["own_share_eur" if each.own else "amount_eur"] = amount
    return values | {"note": "" if each.exact else shortened(f"{head}: {each.text}", 2000)}


def _plain_rate(rate: Decimal | None) -> str | None:
    return None if rate is None else f"{rate:.2f}"


def read_grant(reading: Reading, cell: SaidCell) -> Sequence[dict[str, Any]]:
    """What somebody gives, in a column of its own; also several, each with who gives it. Raises NotUnderstood."""
    several = funding_in(cell.text)
    if len(several) > 1 and all(each.amount is not None and (each.source or each.own) for each in several):
        return [
            {"own_share_eur" if each.own else "amount_eur": round(each.amount or 0), "source": shortened(each.source, 200)}
            for each in several
        ]  # fmt: skip
    return _one_sum(cell, "amount_eur")


def read_own_share(reading: Reading, cell: SaidCell) -> Sequence[dict[str, Any]]:
    """What the city pays itself, in a column of its own. Raises NotUnderstood."""
    return _one_sum(cell, "own_share_eur")


def _one_sum(cell: SaidCell, column: str) -> Sequence[dict[str, Any]]:
    sums = [each for each in cell.value or () if isinstance(each, MoneyRead)]
    if len(sums) == 1 and (sums[0].nothing or sums[0].low == sums[0].high == 0):
        return [{column: 0}]
    if len(sums) != 1 or sums[0].open or sums[0].is_range or sums[0].low is None:
        raise NotUnderstood(_("Kein einzelner Betrag; steht im Text."))
    label = "" if sums[0].label.casefold() in {"davon", "darunter"} else sums[0].label
    return [{column: round(sums[0].low), "source": shortened(label.strip(" ()"), 200)}]


def read_rate(reading: Reading, cell: SaidCell) -> Sequence[dict[str, Any]]:
    """The share of the costs that is paid, in a column of its own. Raises NotUnderstood."""
    rate = cell.value
    if not isinstance(rate, Decimal) or not 0 <= rate <= 100:
        raise NotUnderstood(_("Kein Fördersatz zwischen 0 und 100 Prozent; steht im Text."))
    return [{"share_percent": _plain_rate(rate)}]


def funding_together(cells: Sequence[SaidRows]) -> Combined:
    """The lines of funding of one measure from all its cells. What cannot be told to one source is kept as said."""
    lines = [
        {**_line_for(""), **values} for cell in cells if cell.reading == SOURCE for values in cell.values
    ]
    named = [line for line in lines if line["source"]]
    left: list[SaidRows] = []
    grants = [(cell, values) for cell, values in _said(cells, GRANT) if values.get("amount_eur")]
    grants = [each for each in grants if not _put_by_name(named, each)]
    if len(named) == 1 and len(grants) == 1 and not grants[0][1]["source"]:
        _put(named[0], "amount_eur", grants[0], left)
    else:
        is_told = not named
        for cell, values in grants:
            if is_told or len(cell.values) > 1:
                named.append(
                    _line_for(values["source"] or _payer(cell.head), amount_eur=values["amount_eur"])
                )
            else:
                left.append(cell)  # one sum for several sources: nobody says how it is shared
    for _cell, values in _said(cells, GRANT):
        if values.get("own_share_eur") is not None and _own(named)["own_share_eur"] is None:
            _own(named)["own_share_eur"] = values["own_share_eur"]
    for column, of in (("share_percent", RATE), ("own_share_eur", OWN)):
        for cell, values in _said(cells, of):
            if column == "own_share_eur" and (not named or named[0]["own_share_eur"] is None):
                if named or values[column]:
                    _own(named)["own_share_eur"] = values[column]
            elif column == "share_percent" and len(named) == 1:
                _put(named[0], column, (cell, values), left)
            elif values[column] not in (0, "0.00"):
                left.append(cell)
    for line in lines:
        if not line["source"]:  # its own share, said in the cell of the sources
            into = _own(named)
            if into["own_share_eur"] is None:
                into["own_share_eur"] = line["own_share_eur"]
    return named, left


def _put_by_name(named: list[dict[str, Any]], said: tuple[SaidRows, dict[str, Any]]) -> bool:
    """Put a sum with who gives it into the line of that source; whether there is one that is silent about it."""
    source = fold(said[1]["source"]).strip()
    line = next((each for each in named if source and fold(each["source"]).strip() == source), None)
    if line is None or line.get("amount_eur") is not None:
        return False
    line["amount_eur"] = said[1]["amount_eur"]
    return True


def _said(cells: Sequence[SaidRows], reading: str) -> list[tuple[SaidRows, dict[str, Any]]]:
    """What the cells of one sort of column say, each with its cell."""
    return [(cell, values) for cell in cells if cell.reading == reading for values in cell.values]


def _line_for(source: str, **values: Any) -> dict[str, Any]:
    blank = {"amount_eur": None, "share_percent": None, "own_share_eur": None, "note": ""}
    return {"source": shortened(source, 200), "state": FundingLine.State.IDEA, **blank, **values}


def _own(named: list[dict[str, Any]]) -> dict[str, Any]:
    """The line that holds what the city pays itself: the first, or one of its own where nobody else gives anything."""
    if not named:
        named.append(_line_for(_("Eigenmittel")))
    return named[0]


def _put(
    line: dict[str, Any], column: str, said: tuple[SaidRows, dict[str, Any]], left: list[SaidRows]
) -> None:
    """Put what a column says into a line that is silent about it; otherwise it is kept."""
    cell, values = said
    if line.get(column) is None:
        line[column] = values[column]
    elif line[column] != values[column]:
        left.append(cell)


def _payer(head: str) -> str:
    """Who gives the money by the head of its column: "Bund/Land (T€)" is Bund/Land."""
    plain = UNIT_IN_HEAD.sub("", UNIT_IN_HEAD.sub("", head))
    return re.sub(r"^(?:davon|darunter|anteil)\s+", "", plain, flags=re.IGNORECASE).strip(" ()") or _(
        "Förderung"
    )


def read_units(reading: Reading, cell: SaidCell) -> Sequence[dict[str, Any]]:
    """A row for each unit that a cell names."""
    return [{"unit": key, "task": ""} for key in cell.meanings]


register_row_combining(SOURCE, funding_together)
register_row_merging("cost_line", costs_together)
register_row_reading(
    "measure",
    RowReading(
        "taking_part",
        gettext_lazy("Mitwirkende Stellen"),
        "-",
        read_units,
        help=gettext_lazy(
            "Stellen der Verwaltung; die erste unter „Zuständig“ ist zuständig, die übrigen wirken mit."
        ),
        heads="mitwirkende stellen|beteiligte ämter|weitere ämter",
        words=of_rows(Unit._meta.label, lambda reading: Unit.objects.all(), Unit, several=True),
        rest_of="responsible",
        keeps_text=True,
        is_set=True,
    ),
)
register_row_reading(
    "measure",
    RowReading(
        "cost_line",
        gettext_lazy("Kosten"),
        "costs",
        read_costs,
        kind="money",
        help=gettext_lazy("Ein Betrag, eine Spanne oder mehrere; einmalig oder im Jahr."),
        keeps_text=True,
        telling=("amount_eur", "up_to_eur"),
    ),
)
register_row_reading(
    "measure",
    RowReading(
        SOURCE,
        gettext_lazy("Finanzierung: wer das Geld gibt"),
        "funding",
        read_funding,
        help=gettext_lazy("Wer das Geld gibt; mehrere mit Semikolon, jeweils mit Betrag oder Fördersatz."),
        keeps_text=True,
    ),
)
for _name, _label, _meaning, _read, _kind in (
    (GRANT, gettext_lazy("Finanzierung: Förderbetrag"), "grants", read_grant, "money"),
    (OWN, gettext_lazy("Finanzierung: Eigenanteil"), "own_share", read_own_share, "money"),
    (RATE, gettext_lazy("Finanzierung: Fördersatz"), "funding_rate", read_rate, "percent"),
):
    register_row_reading(
        "measure",
        RowReading(SOURCE, _label, _meaning, _read, kind=_kind, name=_name, keeps_text=True),
    )
