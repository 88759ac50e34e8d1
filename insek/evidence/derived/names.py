"""Formulas as they are kept (ids) and as people read and write them (numbers such as I 12)."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from insek.concept.models import Concept
from insek.engines.formulas import DEEPEST, LONGEST, MOST_NAMES, MOST_PIECES, FormulaError, parse, renamed
from insek.engines.text import shortened
from insek.people.actors import Actor
from insek.release.field_words import register_field_words
from insek.thread.models import Item

from .cuts import read_cut, words_in_formula
from .rules_of_formulas import SIGN, cut_key_of, indicator_of


class NamesOfParts:
    """The indicators of a concept that somebody sees, by number, id and title. One query."""

    def __init__(self, concept: Concept | int, actor: Actor) -> None:
        self.concept, self.actor = concept, actor

    @cached_property
    def items(self) -> dict[str, Item]:
        """By id, in the order of lists."""
        rows = Item.objects.visible_to(self.actor).filter(concept=self.concept, kind="indicator")
        return {row.pk: row for row in rows.order_by("sort_key", "pk")}

    @cached_property
    def _by_name(self) -> dict[str, str]:
        found: dict[str, str] = {}
        twice = set()
        for pk, item in self.items.items():
            for name in {_plain(item.title), _plain(item.title_en)} - {""}:
                twice |= {name} & found.keys()
                found[name] = pk
        for name in twice:
            del found[name]
        numbers = {_plain(item.number): pk for pk, item in self.items.items() if item.number}
        return found | numbers | {pk: pk for pk in self.items}

    def in_ids(self, text: str) -> str:
        """A formula as it is kept. Raises ValidationError that says where it is wrong."""
        if not text.strip():
            return ""
        try:
            parse(text)
            return renamed(text, self._id)
        except FormulaError as error:
            raise ValidationError(words_of(error)) from None

    def _id(self, name: str) -> str:
        """The id a name stands for; behind a colon, words say which part of it. Raises ValidationError."""
        if (found := self._by_name.get(_plain(name))) is not None:
            return found
        for at in (at for at, sign in enumerate(name) if sign in ":|"):
            if (found := self._by_name.get(_plain(name[:at]))) is not None:
                return f"{found}{SIGN}{self._cut(name[at + 1 :])}"
        raise ValidationError(
            _("„%(name)s“ ist keine Nummer eines Indikators, den Sie sehen.") % {"name": name}
        )

    @staticmethod
    def _cut(text: str) -> str:
        if (cut := read_cut(text)) is None:
            raise ValidationError(
                _(
                    "„%(text)s“ ist kein Teil, nach dem Werte gegliedert sein können, etwa „weiblich, unter 6“."
                )
                % {"text": shortened(text.strip(), 60)}
            )
        return cut.key

    def in_numbers(self, text: str) -> str:
        """A formula as people read it; what is not seen keeps no name."""
        try:
            return renamed(text, self.called)
        except FormulaError:
            return text

    def called(self, key: str) -> str:
        """What a part is called in a formula."""
        item, cut = self.items.get(indicator_of(key)), cut_key_of(key)
        if item is None:
            return _("nicht sichtbar")
        return f"{item.number or item.pk}: {words_in_formula(cut)}" if cut else item.number or item.pk


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold().replace("[", "").replace("]", "")


def words_of(error: FormulaError) -> str:
    """Why a formula can not be read, and where."""
    said = {
        "too_long": _("Eine Formel hat höchstens %(most)s Zeichen und %(pieces)s Zahlen, Namen und Zeichen.") % {"most": LONGEST, "pieces": MOST_PIECES},
        "too_deep": _("Höchstens %(most)s Klammern stehen ineinander.") % {"most": DEEPEST},
        "too_many": _("Eine Formel nennt höchstens %(most)s Indikatoren.") % {"most": MOST_NAMES},
        "no_names": _("Eine Formel nennt mindestens einen Indikator, etwa [I 12]."),
        "strange": _("Zeichen %(at)s: „%(text)s“ gehört in keine Formel. Namen mit Sonderzeichen stehen in eckigen Klammern."),
        "unexpected": _("Zeichen %(at)s: „%(text)s“ steht hier an falscher Stelle."),
        "ends": _("Zeichen %(at)s: Hier fehlt noch eine Zahl oder ein Indikator."),
        "not_closed": _("Zeichen %(at)s: Diese Klammer wird nicht geschlossen."),
        "grouped": _("Zeichen %(at)s: „%(text)s“ ist auf zwei Weisen zu lesen. Bitte ohne Tausenderpunkte schreiben."),
    }  # fmt: skip
    words = said[error.code]
    return words % {"at": error.at, "text": error.text} if "%(" in words else words


def formula_help(names: NamesOfParts, item: Item | None) -> SafeString:
    """How a formula is written, with the indicators to choose from."""
    rows: list[tuple[Any, ...]] = [
        (each.number or each.pk, each.shown_title) for pk, each in names.items.items() if item is None or pk != item.pk
    ]  # fmt: skip
    said = _(
        "Nur für Werte, die aus anderen folgen, etwa [I 2] / [I 1] * 1000; sie werden dann nicht eingetragen. Erlaubt sind + - * / ( ), Zahlen und Nummern von Indikatoren in eckigen Klammern. Hinter einem Doppelpunkt steht ein Teil: [I 3: weiblich, unter 6]."
    )
    if not rows:
        return format_html("{}", said)
    listed = format_html_join("", "<li><code>[{}]</code> {}</li>", rows)
    return format_html("{} <details><summary>{}</summary><ul>{}</ul></details>", said, _("Indikatoren zur Auswahl"), listed)  # fmt: skip


def _in_history(value: Any, actor: Actor) -> str:
    """A formula in history: with today's numbers. One query."""
    ids: set[str] = set()

    def note(name: str) -> str:
        ids.add(indicator_of(name))
        return name

    try:
        renamed(value, note)
    except FormulaError:
        return str(value)
    items = {row.pk: row for row in Item.objects.visible_to(actor).filter(pk__in=ids)}
    gone = _("nicht sichtbar")

    def called(name: str) -> str:
        item, cut = items.get(indicator_of(name)), cut_key_of(name)
        number = (item.number or item.pk) if item else gone
        return f"{number}: {words_in_formula(cut)}" if item and cut else number

    return renamed(value, called)


register_field_words("indicator", "formula", _in_history)
