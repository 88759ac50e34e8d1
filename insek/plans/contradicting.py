"""Contradictions between statements of different plans, proposed in a job; what a person confirms becomes a link of both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.asker import Asker
from insek.concept.models import Concept
from insek.jobs.clock import register_recurring
from insek.suggestions.calibration import calibration_of
from insek.suggestions.item_links import LinkReasonForm, accept_link, may_decide_link, not_linked_yet
from insek.suggestions.keeping import hash_of
from insek.suggestions.models import Suggestion
from insek.suggestions.register import (
    Basis,
    Looking,
    Proposed,
    ShownSuggestion,
    Suggester,
    SuggestionKind,
    register_suggester,
    register_suggestion_kind,
)
from insek.suggestions.runs import begin_run
from insek.thread.models import Item

from .comparing import (
    ComparedClaims,
    compare,
    contradictions,
    current_comparison,
    keep_comparison,
    statements_not_compared,
)

CONTRADICTION = "plan-contradiction"
LINK = "contradicts"
NAME, VERSION = "plan-contradictions", "1"
SURE, STEEP = 0.55, 0.6
"""How sure a contradiction is: from the least likeness on, and how much more with each likeness (docs/methods/comparing.md)."""


class ContradictionsOfPlans:
    """What one run has compared: it keeps which statements are about the same, and looks at those that claim different values."""

    def __init__(self, looking: Looking) -> None:
        self.model = looking.encoder().id
        found = compare(looking.concept, looking.vectors, looking.touch)
        keep_comparison(looking.concept, found, self.model)
        self.calibration = calibration_of(looking.concept, NAME)
        self.subjects = contradictions(found, looking.vectors)
        self.input_hash = hash_of(
            [found.texts, [[str(claim) for claim in some] for some in found.claims], [sorted(place) for place in found.places],
             [item.plan_statement.plan_id for item in found.items], sorted(found.gone), self.calibration.plain, self.model]
        )  # fmt: skip

    def at(self, subjects: Sequence[ComparedClaims]) -> Iterable[Proposed]:
        """Each pair as a link, from the first to the second by id, so that it is the same suggestion whichever is found first."""
        for pair in subjects:
            raw = min(0.95, SURE + STEEP * max(0.0, pair.alike - 0.3))
            yield Proposed(
                kind=CONTRADICTION, subject=f"item:{pair.one.pk}", item=pair.one.pk, other=pair.other.pk,
                content={"kind": LINK, "target": pair.other.pk, "reason": reason_of(pair)}, identity=[LINK, pair.other.pk],
                why=why_of(pair), confidence=self.calibration.corrected(raw), raw_confidence=raw,
                basis=[_basis(pair.one), _basis(pair.other)],
            )  # fmt: skip


def reason_of(pair: ComparedClaims) -> str:
    """The sentence of the link, in German, as it is content: both values and the year."""
    when = f" für {pair.first.year}" if pair.first.year else ""
    return f"Verschiedene Werte für dasselbe{when}: „{pair.first.words}“ und „{pair.second.words}“."


def why_of(pair: ComparedClaims) -> str:
    """Why it is proposed, in German, as it is content: same unit, year and place, and values that cannot both hold."""
    parts = ["Gleiche Sache und gleiche Einheit", f"gleiches Jahr ({pair.first.year})" if pair.first.year else "beide ohne Jahr", "gleicher Ort"]  # fmt: skip
    if pair.first.per:
        parts.append("beide auf dieselbe Größe bezogen")
    return f"{', '.join(parts)}; „{pair.first.words}“ und „{pair.second.words}“ schließen sich aus."


def _basis(item: Item) -> Basis:
    plan = item.plan_statement.plan
    page = f"Seite {item.page}" if item.page else ""
    where = ", ".join(filter(None, [str(plan.item) if plan else "", item.document, page]))
    return Basis(item.text or item.title, where, item.url)


def shown_contradictions(suggestions: Sequence[Suggestion], asker: Asker) -> Mapping[int, ShownSuggestion]:
    """Both statements with their plans, and how the link would read. One query."""
    ids = {end for each in suggestions for end in (each.item_id, each.other_id) if end}
    items = Item.objects.visible_to(asker.actor).select_related("plan_statement").in_bulk(ids)
    plans = Item.objects.visible_to(asker.actor).in_bulk({item.plan_statement.plan_id for item in items.values() if item.plan_statement.plan_id})  # fmt: skip
    found = {}
    for each in suggestions:
        one, other = items.get(each.item_id or ""), items.get(each.other_id or "")
        if one is None or other is None:
            continue
        content = each.changed_to or each.content
        first, second = (plans.get(item.plan_statement.plan_id) for item in (one, other))
        found[each.pk] = ShownSuggestion(
            title=str(first or _("Planwerk")), title_url=one.url, text=one.text or one.title,
            becomes=f"{_('widerspricht')}: {second or _('Planwerk')}", becomes_url=other.url, becomes_text=other.text or other.title,
            lines=[(_("Begründung, die eingetragen wird"), content["reason"])],
        )  # fmt: skip
    return found


def compare_where_stale() -> None:
    """Let a job compare the statements of every concept in which some are new or changed."""
    for concept in Concept.objects.all():
        comparison = current_comparison(concept)
        if statements_not_compared(concept, comparison).exists():
            begin_run(SUGGESTER, concept)


register_suggestion_kind(
    SuggestionKind(
        name=CONTRADICTION, label=gettext_lazy("Widerspruch"), plural=gettext_lazy("Widersprüche zwischen Planwerken"),
        question=gettext_lazy("Widersprechen sich diese beiden Kernaussagen?"), accept=accept_link, shown=shown_contradictions,
        form=LinkReasonForm, may_decide=may_decide_link, standing=not_linked_yet, order=15,
    )
)  # fmt: skip
SUGGESTER = Suggester(
    name=NAME, label=gettext_lazy("Kernaussagen vergleichen"),
    explanation=gettext_lazy("Stellt Kernaussagen verschiedener Planwerke zusammen, die von derselben Sache sprechen, und schlägt vor, wo sie für dieselbe Sache, denselben Ort und dasselbe Jahr Werte nennen, die nicht beide stimmen können."),
    kinds=(CONTRADICTION,), version=VERSION, begin=ContradictionsOfPlans, piece=50, order=15,
)  # fmt: skip
register_suggester(SUGGESTER)
register_recurring("compare-statements", timedelta(hours=1), compare_where_stale)
