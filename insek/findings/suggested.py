"""Suggested findings: what a person is shown, may change, and what accepting makes. What proposes them stands in `suggesting.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.asker import Asker
from insek.concept.models import Field
from insek.evidence.pages import course_chart
from insek.people.actors import Actor
from insek.people.models import Right
from insek.release.releases import link_or_propose
from insek.suggestions.models import Suggestion
from insek.suggestions.register import (
    ShownSuggestion,
    SuggestionForm,
    SuggestionKind,
    register_suggestion_kind,
)
from insek.thread.models import Item, Link, Standing, Visibility
from insek.thread.services import create_item
from insek.web.charts import Bar, bar_chart
from insek.web.display import number_words

from .models import Finding
from .suggested_numbers import BESIDE

FINDING = "finding"
LONGEST_TITLE = 200
EXAMPLE_WORDS = gettext_lazy("Der Befund wird als Beispiel gekennzeichnet, weil er auf Beispielen beruht.")


class FindingSuggestionForm(SuggestionForm):
    """The sentence and the sort of finding, as a person would have them."""

    title = forms.CharField(
        label=gettext_lazy("Befund in einem Satz"),
        max_length=LONGEST_TITLE,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    text = forms.CharField(
        label=gettext_lazy("Erläuterung"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    type = forms.ChoiceField(label=gettext_lazy("Art"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["type"]
        choice.choices = Finding.Type.choices
        if not self.suggestion.content.get("type"):
            choice.help_text = _(
                "Ob das gut oder schlecht für die Stadt ist, sagt der Beleg nicht. Das entscheiden Sie."
            )


def may_decide_finding(suggestion: Suggestion, actor: Actor) -> bool:
    """A finding comes with its evidence, so it takes the right to link too."""
    return actor.has(Right.LINK)


def accept_finding(suggestion: Suggestion, content: Mapping[str, Any], actor: Actor) -> Item:
    """Make the finding, internal, with its evidence and its places. It becomes public by the release like any other."""
    if content.get("type") not in Finding.Type.values:
        raise ValidationError(
            _("Bitte wählen Sie unter „Ändern und annehmen“ die Art: Stärke, Schwäche, Chance oder Risiko.")
        )
    proofs = content["proofs"]
    known = (
        Item.objects.visible_to(actor)
        .filter(concept=suggestion.concept_id)
        .in_bulk([*(proof["item"] for proof in proofs), *content["places"]])
    )
    if any(proof["item"] not in known for proof in proofs):
        raise ValidationError(_("Den Beleg gibt es nicht mehr."))
    fields = Field.objects.filter(concept=suggestion.concept_id, key__in=content["fields"])
    finding = create_item(
        kind="finding", concept=suggestion.concept, fields=list(fields), actor=actor, index_later=True,
        values={
            "title": content["title"], "text": content["text"], "type": content["type"], "visibility": Visibility.INTERNAL,
            "standing": Standing.EXAMPLE if content["is_example"] else Standing.WORKING,
        },
    )  # fmt: skip
    for proof in proofs:
        link_or_propose(
            known[proof["item"]],
            finding,
            kind="evidences",
            reason=proof["reason"],
            locator=proof["locator"],
            actor=actor,
        )
    for place in content["places"]:
        if place in known:
            link_or_propose(finding, known[place], kind="located_in", reason="", actor=actor)
    return finding


def shown_findings(suggestions: Sequence[Suggestion], asker: Asker) -> Mapping[int, ShownSuggestion]:
    """The evidence, the sentence and which of the four. Two queries; the chart is made where it is asked for."""
    proofs = {proof["item"] for each in suggestions for proof in each.content["proofs"]}
    places = {place for each in suggestions for place in each.content["places"]}
    items = Item.objects.visible_to(asker.actor).select_related("indicator").in_bulk([*proofs, *places])
    resting = findings_resting_on(proofs, asker)
    found = {}
    for each in suggestions:
        content = each.changed_to or each.content
        first = items.get(content["proofs"][0]["item"])
        if first is None:
            continue
        sort = (
            Finding.Type(content["type"]).label
            if content["type"]
            else _("Stärke, Schwäche, Chance oder Risiko? Das entscheiden Sie.")
        )
        here = ", ".join(items[place].shown_title for place in content["places"] if place in items)
        known = (
            [one for proof in content["proofs"] for one in resting.get(proof["item"], ())]
            if len(content["proofs"]) == 1
            else []
        )
        lines = [
            (_("Art"), str(sort)),
            (_("Ort"), here),
            (_("Stützt sich schon darauf"), "; ".join(dict.fromkeys(known))),
            (_("Beispiel"), str(EXAMPLE_WORDS) if content["is_example"] else ""),
        ]
        found[each.pk] = ShownSuggestion(
            title=f"{first.number} {first.shown_title}" if len(content["proofs"]) == 1 else _("%(count)s Belege") % {"count": len(content["proofs"])},
            title_url=first.url if len(content["proofs"]) == 1 else "", title_lang=first.title_lang if len(content["proofs"]) == 1 else "",
            text=content["figure"], becomes=content["title"], becomes_text=content["text"],
            lines=[(label, value) for label, value in lines if value], chart=_chart_of(first, each.content, asker),
        )  # fmt: skip
    return found


def findings_resting_on(ids: set[str], asker: Asker) -> dict[str, list[str]]:
    """The findings that rest on each of some items, in words. One query."""
    rows = Link.objects.visible_to(asker.actor).filter(
        source__in=ids, kind="evidences", target__kind="finding"
    )
    found: dict[str, list[str]] = {}
    for link in rows.select_related("target").order_by("target__sort_key"):
        found.setdefault(link.source_id, []).append(f"{link.target.number} {link.target.shown_title}".strip())
    return found


def _chart_of(
    item: Item, content: Mapping[str, Any], asker: Asker
) -> Callable[[], dict[str, Any] | None] | None:
    if item.kind != "indicator":
        return None
    if content.get("bars"):
        return partial(_bars, item, content)
    return partial(course_chart, item, asker.actor)


def _bars(item: Item, content: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of all places as they were compared, as bars and table."""
    decimals, unit = content["decimals"], content["unit"]
    rows = [(name, value, number_words(value, decimals)) for name, value in content["bars"]]
    beside = content["sort"] == BESIDE
    said = _("%(title)s im Vergleich") if beside else _("%(title)s nach Räumen")
    title = said % {"title": item.shown_title}
    return {
        "id": "beleg", "title": title, "description": content["where"],
        "spec": bar_chart([Bar(name=name, value=value, text=text) for name, value, text in rows], unit=unit, description=title, decimals=decimals),
        "table": {
            "id": "beleg-tabelle", "caption": title, "columns": [{"label": _("Stadt") if beside else _("Raum")}, {"label": unit, "numeric": True}],
            "rows": [[name, {"text": text, "numeric": True}] for name, _value, text in rows],
        },
    }  # fmt: skip


def still_new(suggestions: Sequence[Suggestion]) -> set[int]:
    """Those whose evidence is there and on which nobody has rested a finding just so. Two queries."""
    proofs = {proof["item"] for each in suggestions for proof in each.content["proofs"]}
    there = set(Item.objects.filter(pk__in=proofs).values_list("pk", flat=True))
    rows = Link.objects.filter(source__in=proofs, kind="evidences", target__kind="finding")
    told = set(rows.values_list("source", "locator"))
    return {
        each.pk for each in suggestions
        if all(proof["item"] in there for proof in each.content["proofs"])
        and not all((proof["item"], proof["locator"]) in told for proof in each.content["proofs"])
    }  # fmt: skip


register_suggestion_kind(
    SuggestionKind(
        name=FINDING, label=gettext_lazy("Befund"), plural=gettext_lazy("Befunde"),
        question=gettext_lazy("Ist das ein Befund?"), accept=accept_finding, shown=shown_findings, form=FindingSuggestionForm,
        may_decide=may_decide_finding, standing=still_new, is_edited=True, order=15,
    )
)  # fmt: skip
