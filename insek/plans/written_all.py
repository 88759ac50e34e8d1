"""The appraisal of all plans together in words: put together from the rows of the Gesamtschau by plain rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from insek.concept.asker import Asker
from insek.concept.models import Concept
from insek.people.actors import ANONYMOUS
from insek.thread.models import Item

from .answers import by_theme, told_of
from .models import PlanAppraisal
from .overview import PlanRow, rows_of, sums_of, with_told_fields
from .overview_words import examples_words, timeline_words
from .rubric import BINDINGS, scale_step
from .rubric_values import rubric_of
from .summary import summary_of
from .timeline import in_force_of, plans_in_time
from .written import WrittenPart, WrittenSentence, WrittenSource, source_of
from .written_facts import PlanFacts, facts_key, facts_of

NAMED = 40
"""Plans that a sentence names by number; more are counted."""


def plans_of_asker(asker: Asker) -> list[Item]:
    """All plans that somebody sees, in their order. One query."""
    seen = Item.objects.visible_to(asker.actor).filter(concept=asker.concept, kind="plan")
    return list(seen.select_related("plan").order_by("sort_key", "pk"))


def parts_of_all(asker: Asker) -> tuple[list[WrittenPart], list[PlanFacts]]:
    """The appraisal of all plans in words, and what is known of each; nothing without plans. About 16 queries."""
    items = plans_of_asker(asker)
    if not items or asker.concept is None:
        return [], []
    seen = Item.objects.visible_to(asker.actor).filter(concept=asker.concept, kind="plan")
    rows = with_told_fields(rows_of(seen, limit=None), asker.concept, asker.fields, asker.actor)
    plans = plans_in_time([row.item for row in rows], asker.actor)
    facts = facts_of(asker.concept, items, asker.actor)
    rubric = rubric_of(asker.concept.pk)
    sums = sums_of(rows, asker.fields, in_force_of(plans))
    themes = by_theme(asker.concept, list(asker.themes), plans, asker.actor)
    summary = summary_of(plans, themes, told_of(plans, asker.actor), sums)
    overview = reverse("plan-overview")
    short = tuple(
        _said(str(each.words), f"{overview}{each.url}" if each.url.startswith("#") else each.url, str(each.label)) for each in summary
    )  # fmt: skip
    made = [
        WrittenPart("kuerze", _("In Kürze"), (*short, *_examples(rows), *_text(facts))),
        WrittenPart("zeit", _("Zeit und Ablösung"), (_said(timeline_words(plans), reverse("plan-overview-time"), _("Zeitstrahl")),)),
        WrittenPart("aktualitaet", _("Aktualität"), tuple(_scale(rows, "currency", rubric.currency))),
        WrittenPart("aussagekraft", _("Aussagekraft"), tuple(_scale(rows, "substance", rubric.substance))),
        WrittenPart("bindung", _("Bindungswirkung"), tuple(_binding(rows))),
        WrittenPart("umsetzung", _("Umsetzungsstand"), tuple(_implementation(rows))),
        WrittenPart("felder", _("Je Handlungsfeld"), tuple(_said(f"{each.field.name}: {each.sentence}", f"{overview}#je-feld", _("Gesamtschau")) for each in sums)),
    ]  # fmt: skip
    return [part for part in made if part.sentences], facts


def overview_key(concept: Concept) -> str:
    """Stands for all facts of the public plans of a concept."""
    seen = Item.objects.visible_to(ANONYMOUS).filter(concept=concept, kind="plan")
    with translation.override(settings.LANGUAGE_CODE):
        return facts_key(concept, list(seen.select_related("plan").order_by("pk")), ANONYMOUS)


def _said(words: str, url: str, label: str) -> WrittenSentence:
    return WrittenSentence(words, (WrittenSource(label, url),))


def _numbers(items: Sequence[Item]) -> str:
    """The plans by their numbers, or how many they are where they are many."""
    names = [item.number or f"„{item.shown_title}“" for item in items]
    return ", ".join(names) if len(names) <= NAMED else str(len(names))


def _sources() -> tuple[WrittenSource, ...]:
    return (WrittenSource(_("Gesamtschau"), reverse("plan-overview-plans")),)


def _examples(rows: Sequence[PlanRow]) -> list[WrittenSentence]:
    words = examples_words(rows)
    return [WrittenSentence(words, _sources())] if words else []


def _text(facts: Sequence[PlanFacts]) -> list[WrittenSentence]:
    """Of how many plans there is no text: what these say is known from what is entered about them alone."""
    without = [one.item for one in facts if one.no_text]
    if not without:
        return []
    words = (
        _("Von keinem Planwerk liegt der Text vor; bewertet ist nach dem, was eingetragen ist.")
        if len(without) == len(facts)
        else ngettext(
            "Von %(n)s Planwerk liegt der Text nicht vor: %(names)s.",
            "Von %(n)s Planwerken liegt der Text nicht vor: %(names)s.",
            len(without),
        )
        % {"n": len(without), "names": _numbers(without)}
    )
    return [_said(words, reverse("plan-list"), _("Alle Planwerke"))]


def _scale(rows: Sequence[PlanRow], name: str, scale: Any) -> list[WrittenSentence]:
    """How many stand on each step, with their numbers; those that nobody appraised are said."""
    judged = [row for row in rows if row.appraisal is not None]
    told = []
    for step in scale:
        here = [row.item for row in judged if scale_step(scale, getattr(row.appraisal, name)) is step]
        if here:
            words = _("%(step)s (%(low)s bis %(high)s): %(names)s.") % {
                "step": step.word, "low": step.low, "high": step.high, "names": _numbers(here),
            }  # fmt: skip
            told.append(WrittenSentence(words, _sources()))
    missing = [row.item for row in rows if row.appraisal is None]
    if missing:
        words = _("Nicht bewertet: %(names)s.") % {"names": _numbers(missing)}
        told.append(WrittenSentence(words, _sources()))
    return told


def _binding(rows: Sequence[PlanRow]) -> list[WrittenSentence]:
    told = []
    for key, binding in BINDINGS.items():
        here = [row.item for row in rows if row.appraisal and row.appraisal.bindingness == key]
        if here:
            words = _("%(name)s: %(names)s. Für wen: %(whom)s.") % {
                "name": binding.name, "names": _numbers(here), "whom": binding.addressee,
            }  # fmt: skip
            told.append(WrittenSentence(words, source_of(binding)))
    return told


def _implementation(rows: Sequence[PlanRow]) -> list[WrittenSentence]:
    counts = Counter(row.appraisal.implementation for row in rows if row.appraisal)
    if not counts:
        return []
    named = "; ".join(
        f"{label}: {counts[key]}" for key, label in PlanAppraisal.Implementation.choices if counts[key]
    )
    return [WrittenSentence(_("Nach den Bewertungen: %(counts)s.") % {"counts": named}, _sources())]
