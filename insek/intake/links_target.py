"""Links between items as a target: two columns of numbers or titles, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import rules
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.models import Concept
from insek.engines.text import fold, shortened
from insek.people.actors import Actor
from insek.release import releases
from insek.release.models import Proposal
from insek.thread import services
from insek.thread.kinds import all_link_kinds, kind_named, link_kinds_between
from insek.thread.models import Item, Link
from insek.thread.pieces import in_pieces

from .models import Batch, BatchEntry
from .rehearsing import refusal_words
from .said_words import words_of_reading
from .targets import Reading, ReadingTarget, TableRow, WantedField, WordChoice, WordSource, register_targets

Result = BatchEntry.Result


def _kinds(reading: Reading) -> list[WordChoice]:
    return [
        WordChoice(kind.name, f"{kind.forward} / {kind.backward}", [kind.name, str(kind.forward)])
        for kind in all_link_kinds()
        if not kind.commits
    ]


KINDS = WordSource("link-kinds", _kinds)


class LinksTarget(ReadingTarget):
    """Links, one a row: from what is the reason to what follows from it."""

    name = "links"
    label = gettext_lazy("Verknüpfungen")
    explanation = gettext_lazy("Was woraus folgt: zwei Spalten mit Nummern oder Titeln und die Begründung.")
    icon = "thread"
    order = 95
    group = gettext_lazy("Zusammenhang")

    def may(self, actor: Actor, concept: Concept) -> bool:
        """Whoever may link items."""
        return bool(rules.test_rule("thread.link_items", actor)) and bool(
            rules.test_rule("intake.change_many", actor)
        )

    def wanted(self, reading: Reading) -> list[WantedField]:
        """The two ends, the reason, and which link it is."""
        return [
            WantedField("source", _("Grund (Nummer oder Titel)"), "von|ausgang|grund|quelle", meaning="-", needed=True),
            WantedField("target", _("Was daraus folgt (Nummer oder Titel)"), "zu|ziel|nach|folge", meaning="-", needed=True),
            WantedField("reason", _("Begründung"), "warum|weil|begruendung|grund", meaning="-"),
            WantedField("locator", _("Fundstelle"), "fundstelle|seite", meaning="-"),
            WantedField("kind", _("Art der Verknüpfung"), "art|verknuepfung|beziehung", meaning="-", words=KINDS, kind="choice", for_all=True,
                        help=_("Nur nötig, wo zwischen beiden mehrere Arten möglich sind.")),
        ]  # fmt: skip

    def plan(self, reading: Reading, rows: Sequence[TableRow]) -> Iterator[BatchEntry | None]:
        """One entry a row: the two ends and the reason, or why it cannot be drawn."""
        items = _Items(reading)
        rows_there = Link.objects.filter(source__concept=reading.concept)
        drawn = {
            (source, target, kind): reason
            for source, target, kind, reason in rows_there.values_list(
                "source_id", "target_id", "kind", "reason"
            )
        }
        known = words_of_reading(reading)
        for row in rows:
            said = {
                name: row.cells[index]
                for index, name in reading.columns.items()
                if name and index < len(row.cells)
            }
            entry = BatchEntry(
                row=row.number,
                sheet=shortened(row.sheet, 100),
                act=BatchEntry.Operation.CREATE,
                title=shortened(f"{said.get('source', '')} → {said.get('target', '')}", 400),
            )
            try:
                source, target = items.find(said.get("source", "")), items.find(said.get("target", ""))
                word = said.get("kind", "")
                kind = known["link-kinds"].meaning(reading, word) if word else reading.for_all.get("kind", "")
                name = _kind_between(source, target, kind)
            except ValidationError as error:
                entry.result, entry.reason, entry.level = Result.REFUSED, " ".join(error.messages), 2
                yield entry
                continue
            key = (source.pk, target.pk, name)
            reason, locator = (" ".join(said.get(each, "").split()) for each in ("reason", "locator"))
            entry.title = shortened(f"{source} → {target}", 400)
            entry.shown = [
                [_("Verknüpfung"), "", link_words(name)],
                [_("Begründung"), "", reason or _("nicht dokumentiert")],
            ]
            entry.parts = [
                {
                    "source": source.pk,
                    "target": target.pk,
                    "kind": name,
                    "reason": reason,
                    "locator": locator,
                }
            ]
            if key in drawn:
                entry.result = Result.UNCHANGED
                if reason and reason != drawn[key]:
                    entry.level = 1
                    told = _("Die Verknüpfung gibt es schon; ihre Begründung bleibt, wie sie ist.")
                    entry.notes = [{"column": "", "text": told}]
            elif len(reason) > 500 or len(locator) > 200:
                entry.result, entry.reason, entry.level = (
                    Result.REFUSED,
                    _("Die Begründung ist länger als 500 Zeichen, oder die Fundstelle länger als 200."),
                    2,
                )
            drawn.setdefault(key, reason)
            yield entry

    def write(self, reading: Reading, tell: Callable[[int], None]) -> None:
        """Draw the links that are not drawn yet; between public ends they wait where one may not release."""
        batch = reading.batch
        keys = list(batch.entries.filter(result=Result.PLANNED).values_list("pk", flat=True))
        state = {"done": batch.total - len(keys)}

        def write(some: Sequence[int]) -> None:
            for entry in BatchEntry.objects.filter(pk__in=some, result=Result.PLANNED):
                _draw(batch, entry, reading.actor)
            state["done"] += len(some)
            tell(state["done"])

        in_pieces(keys, write, first=5, smallest=3)

    def take_back(self, reading: Reading, tell: Callable[[int], None]) -> None:
        """Take the links away that stand as they were drawn."""
        batch = reading.batch
        keys = list(
            batch.entries.filter(result__in=[Result.CREATED, Result.PROPOSED]).values_list("pk", flat=True)
        )

        def take(some: Sequence[int]) -> None:
            for entry in BatchEntry.objects.filter(pk__in=some):
                _take_away(entry, reading.actor)

        in_pieces(keys, take, first=5, smallest=3)
        tell(batch.total)

    def leads_to(self, batch: Batch) -> str:
        """What is torn and what is linked."""
        return reverse("gap-list")


def link_words(name: str) -> str:
    """What a link says on the way to what follows."""
    return next((str(kind.forward) for kind in all_link_kinds() if kind.name == name), name)


class _Items:
    """Finds items by number, id or title."""

    def __init__(self, reading: Reading) -> None:
        seen = Item.objects.visible_to(reading.actor).filter(concept=reading.concept)
        self.found: dict[str, list[Item]] = {}
        for item in seen.select_related("concept"):
            for name in {
                item.pk,
                fold(item.number).strip(),
                fold(item.title).strip(),
                fold(str(item)).strip(),
            }:
                if name:
                    self.found.setdefault(name, []).append(item)

    def find(self, text: str) -> Item:
        """The item that a cell names. Raises ValidationError."""
        key = fold(" ".join(text.split())).strip()
        found = self.found.get(key, [])
        numbered = [item for item in found if fold(item.number).strip() == key]
        if len(numbered or found) == 1:
            return (numbered or found)[0]
        if not key:
            raise ValidationError(_("Hier steht nichts."))
        words = (
            _("„%(word)s“ heißen mehrere. Bitte die Nummer eintragen.")
            if found
            else _("„%(word)s“ gibt es nicht.")
        )
        raise ValidationError(words % {"word": shortened(text, 60)})


def _kind_between(source: Item, target: Item, wanted: str) -> str:
    """Which link it is. Raises ValidationError."""
    possible = [kind.name for kind in link_kinds_between(source.kind, target.kind) if not kind.commits]
    if source.pk == target.pk:
        raise ValidationError(_("Ein Inhalt kann nicht mit sich selbst verknüpft werden."))
    if (wanted and wanted not in possible) or not possible:
        labels = {"source": kind_named(source.kind).label, "target": kind_named(target.kind).label}
        raise ValidationError(_("„%(source)s“ und „%(target)s“ lassen sich so nicht verknüpfen.") % labels)
    if not wanted and len(possible) > 1:
        kinds = ", ".join(link_words(name) for name in possible)
        raise ValidationError(
            _("Hier sind mehrere Arten möglich: %(kinds)s. Bitte die Art angeben.") % {"kinds": kinds}
        )
    return wanted or possible[0]


def _draw(batch: Batch, entry: BatchEntry, actor: Actor) -> None:
    [part] = entry.parts
    try:
        with transaction.atomic():
            items = Item.objects.visible_to(actor).filter(concept=batch.concept).select_related("concept")
            ends = {item.pk: item for item in items.filter(pk__in=[part["source"], part["target"]])}
            if len(ends) < 2:
                raise releases.ItemGone
            drawn = releases.link_or_propose(
                ends[part["source"]], ends[part["target"]], kind=part["kind"], reason=part["reason"], locator=part["locator"], actor=actor
            )  # fmt: skip
            waits = isinstance(drawn, Proposal)
            BatchEntry.objects.filter(pk=entry.pk).update(
                result=Result.PROPOSED if waits else Result.CREATED, proposal=drawn.pk if waits else None,
                parts=[{**part, "key": None if waits else drawn.pk}],
            )  # fmt: skip
    except Exception as error:
        BatchEntry.objects.filter(pk=entry.pk).update(
            result=Result.REFUSED, reason=refusal_words(error, ""), level=2
        )


def _take_away(entry: BatchEntry, actor: Actor) -> None:
    [part] = entry.parts
    try:
        with transaction.atomic():
            if entry.result == Result.PROPOSED:
                proposal = Proposal.objects.filter(pk=entry.proposal or 0).undecided().first()
                if proposal is not None:
                    releases.withdraw(proposal, expected_version=proposal.version, actor=actor)
            link = Link.objects.filter(pk=part.get("key") or 0).select_related("source", "target").first()
            if link is not None and link.version > 1:
                BatchEntry.objects.filter(pk=entry.pk).update(
                    reason=_("Seitdem geändert; bleibt, wie es ist.")
                )
                return
            if link is not None:
                services.unlink_items(link, actor=actor)
            BatchEntry.objects.filter(pk=entry.pk).update(result=Result.UNDONE)
    except Exception as error:
        BatchEntry.objects.filter(pk=entry.pk).update(reason=refusal_words(error, ""))


register_targets(lambda: [LinksTarget()])
