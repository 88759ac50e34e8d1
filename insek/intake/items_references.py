"""What cells name by number or title: other ends of links and rows, and items of the same kind that stand above."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from insek.engines.tables.references import KnownNumbers, read_references
from insek.engines.text import fold, shortened

from .items_entries import says_more
from .items_said import RowsSaid, SaidRow
from .marks import row_mark

_REFERENCES = re.compile(r"\s*[;,\n]\s*")


class OtherEnds:
    """Finds the items that the rows of a table name, there already or in the same table."""

    kind: str
    sayer: RowsSaid
    said: Sequence[SaidRow]
    others: dict[tuple[str, str], dict[str, str]]
    taken: dict[str, str]
    _known_numbers: dict[str, KnownNumbers]

    def _resolve(self, said: SaidRow) -> None:
        """Find the other ends; what is not found is kept as said."""
        parts = []
        for part in said.parts:
            text = part.pop("wanted", None)
            if text is None:
                parts.append(part)
                continue
            kind, label = part.pop("kind"), part.pop("label")
            if part["do"] == "own":
                self._take_own(said, part, text, label)
                continue
            for there in self._meant(said, text, kind, part["head"]):
                to = {name: value for name, value in there.items() if name in {"id", "row"}}
                parts.append({**part, "to": to, "title": there["title"]})
                said.shown[label] = "; ".join(filter(None, [said.shown.get(label, ""), there["title"]]))
        said.parts = parts

    def _take_own(self, said: SaidRow, part: dict[str, Any], text: str, label: str) -> None:
        """Another item of the kind becomes the value of a field; one of the same table under a mark until it is written."""
        found = self._meant(said, text, self.kind, part["head"])
        if not found:
            return
        there = found[0]
        said.values[self.sayer.history_name(part["name"])] = there.get("id") or row_mark(there["row"])
        said.shown[label] = there["title"]
        if len(found) > 1:
            said.keep(part["head"], text, _("Hier steht nur eines; auch genannt: %(word)s.") % {"word": "; ".join(each["title"] for each in found[1:])})  # fmt: skip

    def _meant(self, said: SaidRow, text: str, kind: str, head: str) -> list[dict[str, str]]:
        """The items that a cell names by number or title; what is unknown is kept as said."""

        def known(word: str) -> dict[str, str] | None:
            return self.others.get((kind, fold(" ".join(word.split())).strip()))

        unknown: list[str] = []
        if there := known(text):
            found = [there]
        else:
            words = [word for word in _REFERENCES.split(text) if word.strip()]
            titles = [there for word in words if (there := known(word))]
            if len(titles) == len(words):
                found = titles
            else:
                read = read_references(text, self._numbers(kind))
                found = [there for number in read.known if (there := known(number))]
                unknown = list(read.unknown) or ([] if found or read.nothing else [shortened(text, 60)])
                if found and not unknown and says_more(text, kind):
                    said.keep(head, text)
        own = [there for there in found if there.get("row") != said.row.ref]
        if unknown:
            said.keep(
                head, text, _("„%(word)s“ gibt es nicht; steht im Text.") % {"word": ", ".join(unknown)}
            )
        elif len(own) < len(found):
            said.keep(head, text, _("Ein Inhalt wird nicht mit sich selbst verknüpft; steht im Text."))
        return own

    def _numbers(self, kind: str) -> KnownNumbers:
        """The numbers of a kind: those that are there, then those of the table, each as it is written."""
        if kind not in self._known_numbers:
            numbers = [number for number, of in self.taken.items() if of == kind]
            own = [said.number for said in self.said if said.number] if kind == self.kind else []
            self._known_numbers[kind] = KnownNumbers([*own, *numbers])
        return self._known_numbers[kind]
