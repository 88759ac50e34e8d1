"""What uses a plan sign: elements, rules, and what was drawn with it once. A used sign is retired, never deleted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from insek.concept.models import Concept
from insek.release.models import Proposal
from insek.thread.models import Change
from insek.thread.setting_up import register_what_rests_on

from .conflict_models import SignConflict
from .models import Feature
from .sign_models import PlanSign


@dataclass(frozen=True)
class SignUse:
    """How often a sign is used, and whether it was once."""

    elements: int = 0
    rules: int = 0
    waiting: int = 0
    """Proposals that name it."""
    was_used: bool = False

    def __bool__(self) -> bool:
        return bool(self.elements or self.rules or self.waiting or self.was_used)


def use_of(sign: PlanSign) -> SignUse:
    """What uses a sign. Four queries."""
    concept = sign.concept_id
    rules = SignConflict.objects.filter(concept=concept)
    return SignUse(
        Feature.objects.filter(item__concept=concept, sign=sign.key).count(),
        sum(sign.key in pair for pair in rules.values_list("one", "other")),
        sum(
            _names(payload, sign.key)
            for payload in Proposal.objects.undecided()
            .filter(concept=concept)
            .values_list("payload", flat=True)
        ),
        any(
            sign.key in (pair or ())
            for pair in Change.objects.filter(concept=concept, differences__has_key="sign").values_list(
                "differences__sign", flat=True
            )
        ),
    )


def _names(payload: Any, key: str) -> bool:
    """Whether what is proposed chooses a sign."""
    if isinstance(payload, dict):
        return payload.get("sign") == key or any(_names(each, key) for each in payload.values())
    return isinstance(payload, list) and any(_names(each, key) for each in payload)


def counts_by_sign(concept: Concept) -> dict[str, int]:
    """How many elements each sign has. One query."""
    rows = Feature.objects.filter(item__concept=concept).order_by().values_list("sign")
    return dict(rows.annotate(count=Count("pk")))


def _what_rests(row: Any) -> str:
    if not isinstance(row, PlanSign) or not (use := use_of(row)):
        return ""
    if use.elements or use.rules or use.waiting:
        return _(
            "Dieses Planzeichen wird verwendet (Elemente: %(elements)s, Regeln: %(rules)s, Vorschläge: %(waiting)s). Es lässt sich beenden, aber nicht löschen."
        ) % {"elements": use.elements, "rules": use.rules, "waiting": use.waiting}
    return _("Mit diesem Planzeichen war schon etwas gezeichnet. Es lässt sich beenden, aber nicht löschen.")


register_what_rests_on(_what_rests)
