"""Formulas in a concept package: they are in it, what follows from them is not."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from insek.concept.models import Standing
from insek.engines.formulas import FormulaError, names_in, parse
from insek.engines.tables.breakdowns import read_key
from insek.package import Package, Problems, Row

from .names import words_of
from .rules_of_formulas import circle_through, cut_key_of, parts_of


def check_formulas(package: Package, problems: Problems) -> None:
    """A formula can be read, and no indicator follows from itself."""
    rows = {row.key[0]: row for row in package.table("indicators") if not row.broken}
    formulas = {pk: row.values.get("formula", "") for pk, row in rows.items()}
    for pk, row in rows.items():
        if not formulas[pk]:
            continue
        try:
            for name in names_in(parse(formulas[pk])):
                read_key(cut_key_of(name))
        except FormulaError as error:
            problems.add_in_row("bad_formula", row, "formula", words_of(error),
                _("Kennungen von Indikatoren in eckige Klammern setzen; erlaubt sind + - * / ( ) und Zahlen."),
            )  # fmt: skip
            continue
        except ValueError:
            problems.add_in_row("bad_formula", row, "formula", _("Die Formel nennt einen Teil, den es nicht geben kann."),
                _("Teile stehen hinter der Kennung, wie in „breakdown“: [k7mq2xfa|sex=female;age=0-6]."),
            )  # fmt: skip
            continue
        examples = [
            part
            for part in parts_of(formulas[pk])
            if part in rows and rows[part].values.get("standing") == Standing.EXAMPLE
        ]
        if examples and row.values.get("standing") != Standing.EXAMPLE:
            problems.add_in_row("example_formula", row, "formula", _("Aus Beispielen folgt nur ein Beispiel: %(names)s. Bitte setzen Sie die Verlässlichkeit dieses Indikators auf „Beispiel“.") % {"names": ", ".join(examples)},
                _("„standing“ auf „example“ setzen oder die Formel ändern."),
            )  # fmt: skip
        if pk in (circle := circle_through(pk, formulas)):
            problems.add_in_row("circular_formula", row, "formula", _("Der Indikator würde aus sich selbst abgeleitet: %(way)s.") % {"way": " → ".join(circle)},
                _("Eine der Formeln ändern."),
            )  # fmt: skip


def refuse_derived(row: Row, indicators: Mapping[str, Row], problems: Problems) -> None:
    """Values and breaks of an indicator with a formula follow from it."""
    of = indicators.get(row.values.get("indicator", ""))
    if of is not None and not row.broken and of.values.get("formula"):
        problems.add_in_row("derived_value", row, "indicator", _("Werte und Brüche dieses Indikators folgen aus seiner Formel."),
            _("Die Zeile streichen, oder in indicators.csv die Formel."),
        )  # fmt: skip


def check_breaks(package: Package, problems: Problems) -> None:
    """Breaks are of indicators without formula."""
    indicators = {row.key[0]: row for row in package.table("indicators") if not row.broken}
    for row in package.table("series_breaks"):
        refuse_derived(row, indicators, problems)
