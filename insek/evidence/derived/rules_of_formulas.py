"""Which formulas are refused: what can not be read, what runs in a circle, what would show what is not public."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from insek.concept.models import Standing
from insek.engines.formulas import FormulaError, names_in, parse
from insek.engines.tables.breakdowns import read_key
from insek.thread.models import Item, Visibility

from ..audiences import audience_of

SIGN = "|"
"""Between the id of an indicator and the key of a part, as a formula is kept."""


def indicator_of(name: str) -> str:
    """The id of the indicator in a kept name."""
    return name.partition(SIGN)[0]


def cut_key_of(name: str) -> str:
    """The key of the part in a kept name; empty for the whole."""
    return name.partition(SIGN)[2]


def parts_of(formula: str) -> list[str]:
    """The ids of the indicators that a formula names, each once; none where it can not be read."""
    try:
        return list(dict.fromkeys(map(indicator_of, names_in(parse(formula))))) if formula else []
    except FormulaError:
        return []


def circle_through(start: str, formulas: Mapping[str, str]) -> list[str]:
    """The way by which an indicator would follow from itself, by id, the first and last the same; empty where there is none."""
    way: list[str] = []
    done: set[str] = set()

    def walk(key: str) -> list[str]:
        if key in way:
            return [*way[way.index(key) :], key]
        if key in done:
            return []
        way.append(key)
        for part in parts_of(formulas.get(key, "")):
            if found := walk(part):
                return found
        done.add(way.pop())
        return []

    return walk(start)


def validate_formula(item: Item, row: Any) -> None:
    """Refuse a formula that can not be worked out. Up to five queries where there is one. Raises ValidationError."""
    from ..models import ImportBatch, Indicator, Observation

    if not row.formula:
        return
    from ..breakdowns import cut_in_words
    from .names import words_of

    try:
        names = names_in(parse(row.formula))
        cuts = {name: read_key(cut_key_of(name)) for name in names}
    except FormulaError as error:
        raise ValidationError({"formula": words_of(error)}) from None
    except ValueError:
        raise ValidationError(
            {"formula": _("Die Formel nennt einen Teil, den es nicht geben kann.")}
        ) from None
    parts = list(dict.fromkeys(map(indicator_of, names)))
    if row.dimensions:
        raise ValidationError(
            {
                "formula": _(
                    "Ein abgeleiteter Indikator hat keine Gliederung nach Geschlecht, Alter oder anderem."
                )
            }
        )
    items = {
        each.pk: each
        for each in Item.objects.filter(
            concept=item.concept_id, kind="indicator", pk__in=parts
        ).select_related("indicator")
    }
    same = Indicator.objects.filter(pk=row.pk, formula=row.formula).exists()
    if not same and (unknown := [name for name in parts if name not in items and name != item.pk]):
        raise ValidationError(
            {"formula": _("Diesen Indikator gibt es nicht: %(name)s.") % {"name": ", ".join(unknown)}}
        )
    for name, cut in cuts.items():
        part = items.get(indicator_of(name))
        if not same and part is not None and not cut.dimensions() <= part.indicator.dimensions:
            said = _("%(name)s hat keine Werte nach dieser Gliederung: %(part)s.")
            raise ValidationError(
                {"formula": said % {"name": part.number or part.title, "part": cut_in_words(cut)}}
            )
    of_concept = Indicator.objects.filter(item__concept=item.concept_id).exclude(formula="")
    formulas = {**dict(of_concept.values_list("pk", "formula")), item.pk: row.formula}
    if circle := circle_through(item.pk, formulas):
        called = {
            **{pk: each.number or each.title for pk, each in items.items()},
            item.pk: item.number or item.title,
        }
        known = dict(Item.objects.filter(pk__in=set(circle) - called.keys()).values_list("pk", "number"))
        way = " → ".join(called.get(pk) or known.get(pk) or pk for pk in circle)
        raise ValidationError(
            {"formula": _("Der Indikator würde aus sich selbst abgeleitet: %(way)s.") % {"way": way}}
        )
    seen_by = audience_of(item)
    closed = [
        each.number or each.title for each in items.values() if seen_by.sees_more_than(audience_of(each))
    ]
    if closed:
        said = (
            _(
                "Ein öffentlicher Indikator kann nur aus öffentlichen abgeleitet werden; nicht öffentlich: %(names)s."
            )
            if item.visibility == Visibility.PUBLIC
            else _(
                "Ein Indikator einer Runde kann nur aus solchen abgeleitet werden, die sie sieht; nicht zu sehen: %(names)s."
            )
        )
        raise ValidationError({"formula": said % {"names": ", ".join(closed)}})
    examples = [each.number or each.title for each in items.values() if each.standing == Standing.EXAMPLE]
    if examples and item.standing != Standing.EXAMPLE:
        said = _(
            "Aus Beispielen folgt nur ein Beispiel: %(names)s. Bitte setzen Sie die Verlässlichkeit dieses Indikators auf „Beispiel“."
        )
        raise ValidationError({"formula": said % {"names": ", ".join(examples)}})
    if same:
        return
    derived = ImportBatch.objects.filter(is_derived=True).values("pk")
    if Observation.objects.current().filter(indicator=row.pk).exclude(batch__in=derived).exists():
        raise ValidationError(
            {
                "formula": _(
                    "Dieser Indikator hat eingetragene Werte. Bitte legen Sie für die Formel einen neuen an."
                )
            }
        )
