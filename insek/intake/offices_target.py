"""Units and bodies as targets: an organisation chart as a table, the bodies of a city. Only who manages people may."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import rules
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.models import Concept
from insek.engines.text import fold, shortened
from insek.people.actors import Actor, require
from insek.people.body_kinds import kind_told_by
from insek.people.locking import Conflict
from insek.people.models import Body, Unit
from insek.people.services import change_body, change_unit, create_body, create_unit

from .cells_said import CellsSaid
from .entry_target import EntryTarget, forget_columns, refused
from .models import Batch, BatchEntry
from .targets import Reading, TableRow, WantedField, register_targets
from .word_sources import of_choices

Result, Operation = BatchEntry.Result, BatchEntry.Operation
DROPPED = "dropped"
"""A column with people, who are read in as people or not at all."""


class OfficesTarget(EntryTarget):
    """Rows with a name that are recognised by it: what is there is changed where the table says more."""

    kind = ""
    group = gettext_lazy("Verwaltung und Gremien")
    keeps_file = False
    model: type[Any]
    fields: tuple[str, ...]

    def may(self, actor: Actor, concept: Concept) -> bool:
        """Whoever manages people."""
        return bool(rules.test_rule("people.manage", actor))

    def plan(self, reading: Reading, rows: Sequence[TableRow]) -> Iterator[BatchEntry | None]:
        """One entry a row."""
        said = CellsSaid(reading)
        there = self.known()
        in_file: dict[str, int] = {}
        names = {fold(said.line(row, name)).strip() for row in rows for name in ("name", "abbreviation")} - {
            ""
        }
        for row in rows:
            name = said.line(row, "name")
            entry = BatchEntry(row=row.number, act=Operation.CREATE, title=shortened(name, 400))
            try:
                values, parent = self.values(said, row, there, names)
            except ValidationError as error:
                yield refused(entry, " ".join(error.messages))
                continue
            if fold(name).strip() in in_file:
                yield refused(
                    entry,
                    _("Das steht schon in Zeile %(row)s.") % {"row": in_file[fold(name).strip()]},
                    said.head("name"),
                )
                continue
            in_file[fold(name).strip()] = row.number
            yield self._entry(entry, values, parent, there.get(fold(name).strip()), said)
        forget_columns(reading.batch, [DROPPED])

    def _entry(
        self, entry: BatchEntry, values: dict[str, str], parent: dict[str, str], there: Any, said: CellsSaid
    ) -> BatchEntry:
        labels = {name: str(wanted.label) for name, wanted in said.reading.wanted.items()}
        before = {name: str(getattr(there, name) or "") for name in values} if there is not None else {}
        changed = {name: value for name, value in values.items() if value and value != before.get(name, "")}
        if "id" in parent and there is not None and str(there.parent_id or "") == parent.get("id", ""):
            parent = {}
        if there is not None and not changed and not parent:
            entry.result, entry.ticked = Result.UNCHANGED, False
            return entry
        entry.parts = [
            {"values": values, "parent": parent, "id": there.pk if there is not None else None, "rank": 0}
        ]
        entry.shown = [
            [labels[name], before.get(name, ""), self.words(name, value)] for name, value in changed.items()
        ]
        if parent:
            entry.shown.append(
                [labels["parent"], str(there.parent or "") if there is not None else "", parent["said"]]
            )
        if there is not None:
            entry.act, entry.version = Operation.CHANGE, there.version
        return entry

    def known(self) -> dict[str, Any]:
        """What is there, by folded name. One query."""
        return {fold(row.name).strip(): row for row in self.model.objects.all()}

    def values(
        self, said: CellsSaid, row: TableRow, there: dict[str, Any], names: set[str]
    ) -> tuple[dict[str, str], dict[str, str]]:
        """What a row says, and what it names above it. Raises ValidationError."""
        values = {name: said.line(row, name) for name in self.fields}
        if not values["name"]:
            raise ValidationError(_("Es fehlt der Name."))
        for name, value in values.items():
            limit = self.model._meta.get_field(name).max_length
            if len(value) > limit:
                words = _("„%(word)s“ ist zu lang: höchstens %(limit)s Zeichen.")
                raise ValidationError(words % {"word": shortened(value, 40), "limit": limit})
        return values, {}

    def words(self, name: str, value: str) -> str:
        """A value as it is shown."""
        return value

    def save(self, row: Any, values: dict[str, Any], version: int, actor: Actor) -> Any:
        """Create (``row`` None) or change."""
        raise NotImplementedError

    def do(self, reading: Reading, entry: BatchEntry) -> None:
        """Create or change one."""
        [part] = entry.parts
        row = self.model.objects.filter(pk=part["id"]).first() if part["id"] else None
        if part["id"] and row is None:
            raise Conflict(None)
        parent_before = getattr(row, "parent_id", None)
        now = {name: getattr(row, name) for name in self.plain()} if row is not None else {}
        values = {
            **{name: now.get(name, "") for name in self.plain()},
            **{name: value for name, value in part["values"].items() if value},
        }
        self.lead_up(values, part, now)
        saved = self.save(row, values, entry.version, reading.actor)
        entry.result = Result.SAVED if row is not None else Result.CREATED
        entry.parts = [
            {
                **part,
                "id": saved.pk,
                "before": {**now, "parent_id": parent_before} if row is not None else None,
            }
        ]
        entry.version = self.model.objects.values_list("version", flat=True).get(pk=saved.pk)

    def plain(self) -> Sequence[str]:
        """The columns that are saved."""
        return self.fields

    def lead_up(self, values: dict[str, Any], part: dict[str, Any], now: dict[str, Any]) -> None:
        """Put what stands above among the values."""

    def undo(self, reading: Reading, entry: BatchEntry) -> str:
        """Take away what was made and nothing refers to, put back what was changed."""
        require(reading.actor, "people.manage")
        [part] = entry.parts
        row = self.model.objects.filter(pk=part["id"]).first()
        if row is None:
            return ""
        if row.version != entry.version:
            return _("Seitdem geändert; bleibt, wie es ist.")
        if part["before"] is not None:
            before = dict(part["before"])
            parent = before.pop("parent_id", None)
            values = {name: before.get(name, "") for name in self.plain()}
            if hasattr(row, "parent_id"):
                values["parent"] = Unit.objects.filter(pk=parent).first() if parent else None
            self.save(row, values, row.version, reading.actor)
            return ""
        for relation in row._meta.related_objects:
            if relation.related_model._base_manager.filter(**{relation.field.name: row}).exists():
                return _("Darauf verweist inzwischen etwas.")
        try:
            row.delete()
        except ProtectedError:
            return _("Darauf verweist inzwischen etwas.")
        return ""


class UnitsTarget(OfficesTarget):
    """Organisational units with what they belong to."""

    name = "units"
    label = gettext_lazy("Einheiten der Verwaltung")
    explanation = gettext_lazy("Dezernate, Ämter, Abteilungen: Name, Kürzel, wozu sie gehören.")
    icon = "building"
    order = 96
    model = Unit
    fields = ("name", "name_en", "abbreviation")

    def wanted(self, reading: Reading) -> list[WantedField]:
        """Name, short name, what it belongs to."""
        return [
            WantedField("name", _("Name"), "name|bezeichnung|einheit|organisationseinheit|amt|referat|fachbereich|dezernat|abteilung", meaning="-", needed=True),
            WantedField("abbreviation", _("Kürzel oder Nummer"), "kuerzel|abkuerzung|nr|nummer|kurzzeichen|kurzname|oe|kennziffer|code", kind="references", meaning="-"),
            WantedField("parent", _("Gehört zu (Name oder Kürzel)"), "gehoert zu|uebergeordnet|uebergeordnete einheit|dezernat|parent|teil von|bereich", kind="references", meaning="-"),
            WantedField("name_en", _("Name auf Englisch"), "english|englisch|name en", meaning="-"),
            WantedField(DROPPED, _("Person (kommt unter „Personen“ herein)"), "leitung|leiter|leiterin|amtsleitung|ansprechperson|name der leitung|telefon|e mail|email", many=True, meaning="-"),
        ]  # fmt: skip

    def known(self) -> dict[str, Any]:
        """Units by name, and by short name where that is no name of another."""
        rows = list(Unit.objects.select_related("parent"))
        found = {fold(row.abbreviation).strip(): row for row in rows if row.abbreviation}
        return {**found, **{fold(row.name).strip(): row for row in rows}}

    def plan(self, reading: Reading, rows: Sequence[TableRow]) -> Iterator[BatchEntry | None]:
        """One entry a row; how deep each stands decides the order in which they are made."""
        entries = [entry for entry in super().plan(reading, rows) if entry is not None]
        planned = [entry for entry in entries if entry.parts]
        keys: dict[str, BatchEntry] = {}
        for entry in planned:
            values = entry.parts[0]["values"]
            keys |= {key: entry for name in ("abbreviation", "name") if (key := fold(values[name]).strip())}
        above = {id(entry): keys.get(entry.parts[0]["parent"].get("key", "")) for entry in planned}
        for entry in planned:
            line: list[int] = []
            step: BatchEntry | None = entry
            while step is not None and id(step) not in line:
                line.append(id(step))
                step = above[id(step)]
            if step is not None:
                refused(entry, _("Die Einheit gehört zu sich selbst, vielleicht über andere Zeilen."))
            else:
                entry.parts[0]["rank"] = len(line) - 1
        yield from entries

    def values(
        self, said: CellsSaid, row: TableRow, there: dict[str, Any], names: set[str]
    ) -> tuple[dict[str, str], dict[str, str]]:
        """Name, short name, and the unit above: one that is there or stands in the same table."""
        values, _nothing = super().values(said, row, there, names)
        above = said.line(row, "parent")
        key = fold(above).strip()
        if not key:
            return values, {}
        if key in {fold(values["name"]).strip(), fold(values["abbreviation"]).strip()}:
            raise ValidationError(_("Eine Einheit kann nicht zu sich selbst gehören."))
        if key in there:
            return values, {"id": str(there[key].pk), "said": above}
        if key in names:
            return values, {"key": key, "said": above}
        raise ValidationError(
            _("Die übergeordnete Einheit „%(name)s“ gibt es nicht, auch nicht in dieser Tabelle.")
            % {"name": shortened(above, 60)}
        )

    def rank(self, entry: BatchEntry) -> int:
        """Units above come before those below."""
        return max((int(part["rank"]) for part in entry.parts), default=0)

    def lead_up(self, values: dict[str, Any], part: dict[str, Any], now: dict[str, Any]) -> None:
        """The unit above, which may have come in with the same table. Raises ValidationError."""
        above = part["parent"]
        if "key" in above:
            values["parent"] = self.known().get(above["key"])
            if values["parent"] is None:
                raise ValidationError(_("Die übergeordnete Einheit ist nicht hereingekommen."))
        elif "id" in above:
            values["parent"] = Unit.objects.get(pk=above["id"])
        else:
            values["parent"] = Unit.objects.filter(children=part["id"]).first() if part["id"] else None

    def save(self, row: Any, values: dict[str, Any], version: int, actor: Actor) -> Any:
        """Through the services of people."""
        if row is None:
            return create_unit(**values, actor=actor)
        return change_unit(row, expected_version=version, **values, actor=actor)

    def leads_to(self, batch: Batch) -> str:
        """The list of units."""
        return reverse("unit-list")


KINDS = of_choices("body.kind", Body.Kind.choices)


class BodiesTarget(OfficesTarget):
    """Bodies with their kind."""

    name = "bodies"
    label = gettext_lazy("Gremien")
    explanation = gettext_lazy("Rat, Ausschüsse, örtliche Gremien, Steuerungsgruppe.")
    icon = "gavel"
    order = 97
    model = Body
    fields = ("name", "name_en", "kind")

    def wanted(self, reading: Reading) -> list[WantedField]:
        """Name and kind."""
        return [
            WantedField("name", _("Name"), "name|bezeichnung|gremium|organisation|ausschuss", meaning="-", needed=True),
            WantedField("kind", _("Art"), "art|typ|kind|gremienart|organizationtype|classification", words=KINDS, kind="choice", for_all=True, meaning="-", help=_("Nur nötig, wo der Name sie nicht sagt.")),
            WantedField("name_en", _("Name auf Englisch"), "english|englisch|name en", meaning="-"),
            WantedField(DROPPED, _("Person (kommt unter „Personen“ herein)"), "vorsitz|vorsitzende|mitglieder|leitung|schriftfuehrung|e mail|email", many=True, meaning="-"),
        ]  # fmt: skip

    def values(
        self, said: CellsSaid, row: TableRow, there: dict[str, Any], names: set[str]
    ) -> tuple[dict[str, str], dict[str, str]]:
        """Name and kind; the kind may follow from the name."""
        name = said.line(row, "name")
        kind = said.meanings(row, "kind").first or kind_told_by(name)
        values = {"name": name, "name_en": said.line(row, "name_en"), "kind": kind}
        if not name:
            raise ValidationError(_("Es fehlt der Name."))
        if len(name) > 200 or len(values["name_en"]) > 200:
            raise ValidationError(
                _("„%(word)s“ ist zu lang: höchstens %(limit)s Zeichen.")
                % {"word": shortened(name, 40), "limit": 200}
            )
        if not kind and fold(name).strip() not in there:
            raise ValidationError(_("Welche Art von Gremium ist das? Der Name sagt es nicht."))
        return values, {}

    def words(self, name: str, value: str) -> str:
        """The kind in words."""
        return str(Body.Kind(value).label) if name == "kind" else value

    def save(self, row: Any, values: dict[str, Any], version: int, actor: Actor) -> Any:
        """Through the services of people."""
        if row is None:
            return create_body(**values, actor=actor)
        return change_body(row, expected_version=version, **values, actor=actor)

    def leads_to(self, batch: Batch) -> str:
        """The list of bodies."""
        return reverse("body-list")


register_targets(lambda: [UnitsTarget(), BodiesTarget()])
