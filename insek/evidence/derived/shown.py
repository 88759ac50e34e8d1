"""How the page of a derived indicator says what it follows from."""

from __future__ import annotations

from typing import Any

import rules
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from insek.concept.asker import Asker
from insek.engines.formulas import FormulaError, UnitNote, names_in, parse, tokens_of, unit_notes
from insek.thread.models import Change, Item

from ..models import Derivation
from .cuts import words_in_formula
from .rules_of_formulas import cut_key_of, indicator_of, parts_of

_SHOWN_SIGNS = {"*": "·", "-": "−"}


def derived_shown(asker: Asker, item: Item) -> dict[str, Any]:
    """The formula with the ways to its parts, and what is to be known of the result. Three queries."""
    formula = item.indicator.formula
    keys = parts_of(formula)
    items = {
        row.pk: row
        for row in Item.objects.visible_to(asker.actor)
        .filter(pk__in=keys, kind="indicator")
        .select_related("indicator")
    }
    derivation = Derivation.objects.filter(indicator=item.pk).first()
    notes = _counted(derivation)
    if _is_behind(derivation, formula, keys):
        notes.insert(
            0, _("Seit der letzten Rechnung hat sich etwas geändert. Die Werte werden gerade neu abgeleitet.")
        )
    if derivation is not None and derivation.counts.get("errors"):
        notes.append(
            _(
                "Der Standardfehler folgt aus denen der Teile, als wären sie unabhängig; Teile ohne Standardfehler gelten als genau."
            )
        )
    may_edit = rules.test_rule("thread.edit_item", asker.actor, item)
    odd = []
    if may_edit and len(items) == len(keys):
        tree = parse(formula)
        units = {name: items[indicator_of(name)].indicator.unit for name in names_in(tree)}
        odd = unit_notes(tree, units, item.indicator.unit)
    return {"pieces": _pieces(formula, items), "notes": notes, "odd": [words_of_unit(note) for note in odd]}


def _pieces(formula: str, items: dict[str, Item]) -> list[dict[str, str]]:
    """The formula in pieces: text, and where it leads."""
    try:
        tokens = tokens_of(formula)
    except FormulaError:
        return [{"text": formula, "url": "", "title": ""}]
    found = []
    for token in tokens:
        row = items.get(indicator_of(token.text)) if token.kind == "name" else None
        if row is not None:
            cut = cut_key_of(token.text)
            part = f": {words_in_formula(cut)}" if cut else ""
            number = row.number or row.shown_title
            found.append({"text": f"{number}{part}", "url": row.url, "title": f"{row.shown_title}{part}"})
        elif token.kind == "name":
            found.append({"text": _("nicht sichtbar"), "url": "", "title": ""})
        else:
            found.append({"text": _SHOWN_SIGNS.get(token.text, token.text), "url": "", "title": ""})
    return found


def _is_behind(derivation: Derivation | None, formula: str, keys: list[str]) -> bool:
    """Whether something was done to the parts since, or the formula is another one."""
    if derivation is None or derivation.formula != formula:
        return True
    since = Change.objects.filter(item_id__in=keys, at__gt=derivation.computed_at)
    return since.filter(action=Change.Action.RECORDED).exists()


def _counted(derivation: Derivation | None) -> list[str]:
    """What there is no value of, and why."""
    if derivation is None:
        return []
    if derivation.is_closed:
        return [
            _("Ein Teil der Formel ist weniger öffentlich als dieser Indikator; deshalb gibt es keine Werte.")
        ]
    counts = derivation.counts
    if not counts:
        return [_("Ein Teil der Formel fehlt; deshalb gibt es keine Werte.")]
    said = []
    if n := counts.get("missing", 0):
        said.append(
            ngettext(
                "In %(n)s Fall fehlt ein Teil; dort gibt es keinen Wert.",
                "In %(n)s Fällen fehlt ein Teil; dort gibt es keinen Wert.",
                n,
            )
            % {"n": n}
        )
    if n := counts.get("mixed", 0):
        said.append(ngettext(
            "In %(n)s Fall beruhen die Teile auf verschiedenen Zählungen der Bevölkerung; dort gibt es keinen Wert.",
            "In %(n)s Fällen beruhen die Teile auf verschiedenen Zählungen der Bevölkerung; dort gibt es keinen Wert.", n,
        ) % {"n": n})  # fmt: skip
    if n := counts.get("zero", 0):
        said.append(
            ngettext(
                "In %(n)s Fall ist der Nenner null; dort gibt es keinen Wert.",
                "In %(n)s Fällen ist der Nenner null; dort gibt es keinen Wert.",
                n,
            )
            % {"n": n}
        )
    if n := counts.get("turn", 0):
        said.append(ngettext(
            "%(n)s Zeitraum passt nicht zum Turnus dieses Indikators und bleibt weg.", "%(n)s Zeiträume passen nicht zum Turnus dieses Indikators und bleiben weg.", n
        ) % {"n": n})  # fmt: skip
    return said


def words_of_unit(note: UnitNote) -> str:
    """What is odd about the units, in a sentence."""
    said = {
        "unlike": _("Die Formel zählt Einheiten zusammen, die verschieden sind: %(first)s und %(second)s."),
        "no_share": _("Die Einheit ist Prozent, die Formel ergibt aber keinen Anteil, sondern %(first)s."),
        "no_hundred": _("Die Einheit ist Prozent; die Formel nimmt aber nicht mit 100 mal."),
        "no_factor": _("Die Einheit nennt %(first)s; die Formel nimmt aber nicht mit %(second)s mal."),
        "other_unit": _("Die Formel ergibt %(first)s; als Einheit steht hier %(second)s."),
    }
    words = said[note.code]
    return words % {"first": note.first, "second": note.second} if "%(" in words else words
