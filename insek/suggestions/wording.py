"""Suggestions in words: how sure, by what, and what became of them."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.web.display import date_words

from .models import Suggestion
from .register import suggester_named

SURE = (
    (0.9, gettext_lazy("sehr sicher")),
    (0.7, gettext_lazy("ziemlich sicher")),
    (0.5, gettext_lazy("eher ja als nein")),
)


def confidence_words(confidence: float) -> str:
    """How sure, in words and as a share: ziemlich sicher (83 %)."""
    word = next((str(word) for least, word in SURE if confidence >= least), _("zweifelhaft"))
    return _("%(word)s (%(share)s %%)") % {"word": word, "share": round(100 * confidence)}


def outcome_words(suggestion: Suggestion) -> str:
    """What a person decided: angenommen von Ada Beispiel am 3. Mai 2026, wartet auf Freigabe oder auf die nächste Ausgabe."""
    who = str(suggestion.decider) if suggestion.decider else _("einer Person, die es hier nicht mehr gibt")
    when = date_words(suggestion.decided_at)
    told = _("%(what)s von %(who)s am %(when)s") % {
        "what": suggestion.get_state_display(), "who": who, "when": when,
    }  # fmt: skip
    if suggestion.proposal is not None and suggestion.proposal.is_undecided:
        waits = (
            _("wartet auf die nächste Ausgabe")
            if suggestion.proposal.edition_key
            else _("wartet auf Freigabe")
        )
        return f"{told}, {waits}"
    return told


def engine_facts(suggestion: Suggestion) -> list[dict[str, str]]:
    """By what it was made, so that it can be made again."""
    known = suggester_named(suggestion.suggester)
    return [
        {"label": _("Verfahren"), "value": str(known.label) if known else suggestion.suggester},
        {"label": _("Fassung"), "value": suggestion.engine_version},
        {"label": _("Sprachmodell"), "value": suggestion.model},
        {"label": _("Startwert"), "value": str(suggestion.seed)},
        {"label": _("Prüfsumme der Eingaben"), "value": suggestion.input_hash[:16]},
        {"label": _("Gefunden am"), "value": date_words(suggestion.made_at)},
    ]
