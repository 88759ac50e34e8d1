"""Bulk edit: one act for many items of a kind, chosen in a table or by the filters of a list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import rules
from django import forms
from django.db.models import Model
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from insek.concept.models import Concept
from insek.engines.text import shortened
from insek.items.columns import form_label
from insek.items.forms import value_typed
from insek.items.own_forms import OwnInput
from insek.items.pages import ItemPages, Text, pages_of
from insek.people.actors import Actor, require
from insek.release.plain_values import from_plain
from insek.thread.models import Item, Visibility
from insek.thread.own_values import OwnWords
from insek.web.choices import offer_choices

from . import batches, rehearsing
from .models import Batch, BatchEntry


@dataclass(frozen=True)
class BulkAct:
    """Something that can be done with many items. ``field`` is the field of the kind's form that says to which value."""

    name: str
    label: Text
    field: str = ""
    column: str = ""
    """What the history calls it."""


def acts_of(pages: ItemPages, concept: Concept, actor: Actor) -> list[BulkAct]:
    """What this actor may do with many items of a kind."""
    form = pages.form(concept=concept, actor=actor)
    acts = []
    if pages.in_fields:
        acts += [
            BulkAct("feld-dazu", _("Handlungsfeld hinzufügen"), "fields_of_action", "fields"),
            BulkAct("feld-weg", _("Handlungsfeld wegnehmen"), "fields_of_action", "fields"),
            BulkAct("feld-statt", _("In ein Handlungsfeld verschieben"), "fields_of_action", "fields"),
            BulkAct("thema-dazu", _("Querschnittsthema hinzufügen"), "themes", "themes"),
            BulkAct("thema-weg", _("Querschnittsthema wegnehmen"), "themes", "themes"),
        ]
    acts += [
        BulkAct("verlaesslichkeit", _("Verlässlichkeit setzen"), "standing", "standing"),
        BulkAct("sichtbarkeit", _("Sichtbarkeit setzen"), "visibility", "visibility"),
        *(
            BulkAct(f"eigen-{name}", _("%(field)s setzen") % {"field": form_label(pages, name)}, name, name)
            for name in pages.bulk_fields
        ),
        *(
            BulkAct(f"eigen-{name}", _("%(field)s setzen") % {"field": bound.label}, name, name)
            for name, bound in form.fields.items()
            if isinstance(bound, OwnInput)
        ),
    ]
    acts = [act for act in acts if act.field in form.fields]
    if rules.test_rule("thread.delete_item", actor, None):
        acts.append(BulkAct("loeschen", _("Löschen")))
    return acts


class BulkForm(forms.Form):
    """Which act, and to which value; only the value beside the chosen act counts."""

    akt = forms.ChoiceField(choices=(), error_messages={"required": "", "invalid_choice": ""})

    def __init__(self, *args: Any, pages: ItemPages, concept: Concept, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.acts = acts_of(pages, concept, actor)
        missing = _("Bitte wählen Sie, was sich ändern soll.")
        self.fields["akt"].error_messages |= {"required": missing, "invalid_choice": missing}
        offer_choices(self, "akt", [(act.name, act.label) for act in self.acts])
        own = pages.form(concept=concept, actor=actor).fields
        self.needed = set()
        for act in self.acts:
            if act.field:
                bound = _one_value(act, own[act.field])
                if bound.required:
                    self.needed.add(act.name)
                bound.required, bound.label = False, str(act.label)
                self.fields[act.name] = bound
        if "sichtbarkeit" in self.fields:
            self.fields["runde"] = own["round"]
            self.fields["runde"].label, self.fields["runde"].help_text = _("Runde"), ""

    def clean(self) -> dict[str, Any]:
        """The value of the chosen act is there; what stands beside other acts does not matter."""
        cleaned = super().clean() or self.cleaned_data
        chosen = cleaned.get("akt")
        for name in [name for name in self.errors if name not in {"akt", chosen, "runde"}]:
            del self.errors[name]
        if chosen in self.needed and chosen not in self.errors and cleaned.get(chosen) in (None, ""):
            self.add_error(chosen, _("Bitte wählen Sie einen Wert."))
        if chosen == "sichtbarkeit":
            if cleaned.get(chosen) == Visibility.ROUND and not cleaned.get("runde"):
                self.add_error("runde", _("Bitte wählen Sie die Runde."))
        else:
            self.errors.pop("runde", None)
        return cleaned

    def task(self) -> dict[str, Any]:
        """The act as a batch keeps it: plain values."""
        chosen = self.cleaned_data["akt"]
        value = self.cleaned_data.get(chosen)
        task = {"act": chosen, "value": value.key if chosen in _MANY and value else value_typed(value)}
        if chosen == "sichtbarkeit" and task["value"] == Visibility.ROUND:
            task["round"] = self.cleaned_data["runde"].pk
        return task

    def label(self) -> str:
        """The act in words: Verlässlichkeit setzen: Beispiel."""
        chosen = self.cleaned_data["akt"]
        act = next(act for act in self.acts if act.name == chosen)
        if not act.field:
            return str(act.label)
        value = self.cleaned_data.get(chosen)
        choices = {str(key): str(label) for key, label in getattr(self.fields[chosen].widget, "choices", ())}
        words = (
            str(value)
            if isinstance(value, Model)
            else choices.get(str(value_typed(value)), "" if value is None else str(value))
        )
        if isinstance(bound := self.fields[chosen], OwnInput):
            words = OwnWords().words(bound.definition, value)
        elif isinstance(value, bool):
            words = _("ja") if value else _("nein")
        if task_round := (self.cleaned_data.get("runde") if chosen == "sichtbarkeit" else None):
            words = f"{words} ({task_round})" if value == Visibility.ROUND else words
        return f"{act.label}: {words or _('ohne Angabe')}"

    def rows(self) -> list[dict[str, Any]]:
        """The acts for the page, each with the field of its value."""
        chosen = self.data.get("akt", "") if self.is_bound else ""
        return [
            {
                "act": act, "chosen": act.name == chosen,
                "value": self[act.name] if act.field else None,
                "round": self["runde"] if act.name == "sichtbarkeit" else None,
                "errors": [*(self.errors.get(act.name, ())), *(self.errors.get("runde", ()) if act.name == "sichtbarkeit" else ())],
            }
            for act in self.acts
        ]  # fmt: skip


def _one_value(act: BulkAct, bound: forms.Field) -> forms.Field:
    """The field of the kind's form as a field for one value."""
    if isinstance(bound, forms.ModelMultipleChoiceField):
        one: forms.ModelChoiceField[Any] = forms.ModelChoiceField(
            bound.queryset, required=True, to_field_name="key", empty_label=_("bitte wählen")
        )
        return one
    if isinstance(bound, forms.NullBooleanField):
        return bound
    if isinstance(bound, forms.BooleanField):
        return forms.TypedChoiceField(
            choices=[("", _("bitte wählen")), ("ja", _("ja")), ("nein", _("nein"))],
            coerce=lambda value: value == "ja", empty_value=None, required=True,
        )  # fmt: skip
    bound.help_text = ""
    return bound


def choose_items(
    *,
    concept: Concept,
    pages: ItemPages,
    ids: Iterable[str],
    cut: bool,
    query: str,
    actor: Actor,
    back: str = "",
) -> Batch:
    """Keep which items shall be changed; what shall be done with them is asked next. Raises PermissionDenied.

    ``back`` is the page that led here and goes on afterwards.
    """
    require(actor, "intake.change_many")
    chosen = list(dict.fromkeys(ids))
    return batches.begin(
        concept=concept, kind=pages.kind, origin=Batch.Origin.BULK, label=_("Auswahl"),
        task={"items": chosen[: batches.LIMIT], "cut": cut or len(chosen) > batches.LIMIT, "query": query, "back": back},
        total=min(len(chosen), batches.LIMIT), language=get_language() or "de", actor=actor,
    )  # fmt: skip


def say_act(batch: Batch, form: BulkForm) -> None:
    """Keep what shall be done, and make the preview."""
    kept = {name: batch.task.get(name, "") for name in ("items", "cut", "query", "back")}
    batch.task = {**kept, **form.task()}
    batch.label = shortened(form.label(), 300)
    batch.save(update_fields=["task", "label"])
    batches.prepare(batch)


def plan(batch: Batch, actor: Actor) -> Iterator[BatchEntry]:
    """What the act would change, item by item in the order of their numbers."""
    require(actor, "intake.change_many")
    found = batches.visible_items(batch, actor).filter(pk__in=batch.task["items"])
    items = list(found.prefetch_related("fields", "themes").order_by("sort_key", "pk"))
    seen = {item.pk for item in items}
    for gone in [pk for pk in batch.task["items"] if pk not in seen]:
        yield rehearsing.refused(BatchEntry(batch=batch, title=gone), _("Diesen Inhalt gibt es nicht mehr."))
    act = batch.task["act"]
    if act == "loeschen":
        yield from (rehearsing.planned_deletion(item, actor=actor, batch=batch) for item in items)
        return
    allowed = {known.name: known for known in acts_of(pages_of(batch.kind), batch.concept, actor)}
    if act not in allowed:
        for item in items:
            yield rehearsing.refused(BatchEntry(batch=batch, item_id=item.pk, title=shortened(str(item), 400)), _("Das dürfen Sie nicht."))  # fmt: skip
        return
    values = _values(batch, allowed[act])
    for item in items:
        own: dict[str, Any] = {"values": values}
        if act in _MANY:
            own = {"values": {}, **_changed_set(item, act, batch.task["value"])}
        yield rehearsing.planned_change(item, actor=actor, batch=batch, **own)


_MANY = {
    "feld-dazu": "fields",
    "feld-weg": "fields",
    "feld-statt": "fields",
    "thema-dazu": "themes",
    "thema-weg": "themes",
}


def _changed_set(item: Item, act: str, key: str) -> dict[str, Any]:
    """The fields of action or themes of an item with one more or one less."""
    name = _MANY[act]
    rows = list(getattr(item, name).all())
    if act.endswith("-statt"):
        return {name: list(getattr(item.concept, name).filter(key=key))}
    if act.endswith("-weg"):
        return {name: [row for row in rows if row.key != key]}
    if key in {row.key for row in rows}:
        return {name: rows}
    return {name: [*rows, *getattr(item.concept, name).filter(key=key)]}


def _values(batch: Batch, act: BulkAct) -> dict[str, Any]:
    """The value of the act as the services take it; the same for every item."""
    if act.name in _MANY:
        return {}
    plain = {act.column: batch.task["value"]}
    if act.name == "sichtbarkeit":
        plain["round"] = batch.task.get("round")
    return from_plain(Item(concept=batch.concept, kind=batch.kind), plain).values


batches.register_planner(Batch.Origin.BULK, plan)
