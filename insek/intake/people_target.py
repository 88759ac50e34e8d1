"""People as a target: logins without a password, invited by a link. Only who manages people may, and nothing of it stays in the batch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import rules
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.models import Concept
from insek.engines.text import shortened
from insek.people.actors import Actor, require
from insek.people.body_kinds import OTHER_WORDS
from insek.people.models import Body, Membership, Right, Role, Unit, User
from insek.people.services import LastAdministrator, create_user, end_role, give_role, remove_unused_user

from .cells_said import CellsSaid
from .entry_target import EntryTarget, forget_file, refused
from .models import Batch, BatchEntry
from .moments import moment_said
from .rehearsing import EntryRefused
from .targets import Reading, TableRow, WantedField, WordChoice, WordSource, register_targets
from .word_sources import of_rows

Result, Operation = BatchEntry.Result, BatchEntry.Operation
SHOWN = 200
"""New logins that the result leads to."""


def _roles(reading: Reading) -> list[WordChoice]:
    return [
        WordChoice(role.key, str(role), [role.key, role.name, role.name_en, *OTHER_WORDS.get(role.key, ())])
        for role in Role.objects.all()
    ]


ROLES = WordSource("roles", _roles, several=True)
UNITS = of_rows("people.Unit", lambda reading: Unit.objects.all(), Unit, several=False)
BODIES = of_rows("people.Body", lambda reading: Body.objects.all(), Body, several=False)


class PeopleTarget(EntryTarget):
    """Logins, one a row, recognised by their address of mail."""

    name = "people"
    kind = ""
    label = gettext_lazy("Personen mit Zugang")
    explanation = gettext_lazy("Name, E-Mail, Einheit und Rolle; das Passwort wählt jede Person selbst.")
    icon = "user"
    order = 98
    group = gettext_lazy("Verwaltung und Gremien")
    keeps_file = False

    def may(self, actor: Actor, concept: Concept) -> bool:
        """Whoever manages people."""
        return bool(rules.test_rule("people.manage", actor))

    def wanted(self, reading: Reading) -> list[WantedField]:
        """Name, mail, unit, role."""
        return [
            WantedField("last_name", _("Nachname"), "nachname|familienname|last name|surname", meaning="-"),
            WantedField("first_name", _("Vorname"), "vorname|first name", meaning="-"),
            WantedField("whole_name", _("Name in einem (Vorname Nachname, oder Nachname, Vorname)"), "name|person|mitarbeiter|mitglied|ansprechperson", meaning="-"),
            WantedField("email", _("E-Mail"), "e mail|email|mail|mailadresse|e mail adresse", needed=True, meaning="-"),
            WantedField("username", _("Anmeldename"), "anmeldename|benutzername|login|username|kennung", meaning="-", help=_("Fehlt er, wird die E-Mail-Adresse dazu.")),
            WantedField("unit", _("Einheit"), "einheit|amt|referat|fachbereich|abteilung|organisationseinheit|dienststelle", words=UNITS, kind="unit", for_all=True, meaning="-"),
            WantedField("role", _("Rolle"), "rolle|rollen|funktion|role|rechte", words=ROLES, kind="choice", for_all=True, meaning="-"),
            WantedField("body", _("Gremium der Rolle"), "gremium|ausschuss|body|ortsbeirat|fraktion", words=BODIES, kind="choice", for_all=True, meaning="-"),
            WantedField("ends", _("Rolle gilt bis"), "bis|befristet bis|ende|vertragsende|ends", kind="date", for_all=True, meaning="-", help=_("Etwa 31.12.2026.")),
        ]  # fmt: skip

    def complaints(self, reading: Reading) -> list[str]:
        """A name, and a day that can be read."""
        found = super().complaints(reading)
        if not {"last_name", "whole_name"} & {*reading.columns.values()}:
            found.append(_("Bitte sagen Sie, in welcher Spalte der Name steht."))
        if (text := reading.for_all.get("ends")) and _day(text) is None:
            found.append(_("„%(text)s“ ist kein Tag. Bitte schreiben Sie etwa 31.12.2024.") % {"text": text})
        return found

    # ---- preview

    def plan(self, reading: Reading, rows: Sequence[TableRow]) -> Iterator[BatchEntry | None]:
        """One entry a row: a new login, a role for one that is there, or why not."""
        said = CellsSaid(reading)
        by_mail, by_name = {}, {}
        for user in User.objects.prefetch_related("memberships"):
            by_name[user.username.casefold()] = user
            if user.email:
                by_mail[user.email.casefold()] = user
        roles = {role.key: role for role in Role.objects.all()}
        in_file: dict[str, int] = {}
        for row in rows:
            yield self._entry(said, row, by_mail, by_name, roles, in_file)
        forget_file(reading.batch)

    def _entry(
        self, said: CellsSaid, row: TableRow, by_mail: dict[str, User], by_name: dict[str, User], roles: dict[str, Role], in_file: dict[str, int]
    ) -> BatchEntry:  # fmt: skip
        first, last = _names(said, row)
        email = said.line(row, "email")
        entry = BatchEntry(
            row=row.number, act=Operation.CREATE, title=shortened(f"{first} {last}".strip() or email, 400)
        )
        username = said.line(row, "username") or email
        try:
            validate_email(email)
            User._meta.get_field("username").run_validators(username)
        except ValidationError:
            return refused(
                entry,
                _("Ohne gültige E-Mail-Adresse und Anmeldenamen gibt es keinen Zugang."),
                said.head("email"),
            )
        if not last or len(last) > 150 or len(first) > 150 or len(email) > 254:
            return refused(
                entry,
                _("Der Name fehlt oder ist zu lang."),
                said.head("last_name") or said.head("whole_name"),
            )
        if email.casefold() in in_file:
            return refused(
                entry,
                _("Das steht schon in Zeile %(row)s.") % {"row": in_file[email.casefold()]},
                said.head("email"),
            )
        in_file[email.casefold()] = row.number
        notes: list[dict[str, str]] = []
        meant = {name: said.meanings(row, name) for name in ("unit", "role", "body")}
        for name, found in meant.items():
            notes += found.notes(said.head(name))
        ends = said.value(row, "ends") or _day(self._for_all(said, "ends"))
        if said.texts(row, "ends") and not said.value(row, "ends"):
            return refused(entry, said.problem(row, "ends") or _("Das ist kein Tag."), said.head("ends"))
        part: dict[str, Any] = {
            "user": None, "first_name": first, "last_name": last, "email": email, "username": username, "roles": meant["role"].values,
            "unit": meant["unit"].first, "body": meant["body"].first, "ends": ends.isoformat() if ends else "", "made": [],
        }  # fmt: skip
        strong = [
            str(roles[key])
            for key in part["roles"]
            if {Right.MANAGE_PEOPLE, Right.RELEASE} & set(roles[key].rights)
        ]
        there = by_mail.get(email.casefold())
        other = by_name.get(username.casefold())
        if there is None and other is not None:
            return refused(
                entry,
                _("Diesen Anmeldenamen gibt es schon, mit einer anderen E-Mail-Adresse."),
                said.head("username") or said.head("email"),
            )
        if there is not None:
            held = {(one.role_id, str(one.body_id or "")) for one in there.memberships.all()}
            part["roles"] = [key for key in part["roles"] if (key, part["body"]) not in held]
            part["user"] = there.pk
            if not part["roles"]:
                entry.result, entry.ticked = Result.UNCHANGED, False
                return entry
            entry.act, entry.version = Operation.CHANGE, there.version
            notes.append(
                {
                    "column": "",
                    "text": _(
                        "Diesen Zugang gibt es; er bekommt nur die Rolle, sonst bleibt er, wie er ist."
                    ),
                }
            )
        elif not part["roles"]:
            notes.append(
                {
                    "column": said.head("role"),
                    "text": _("Ohne Rolle: Die Person kann sich anmelden und sieht nur, was alle sehen."),
                }
            )
        if strong and part["roles"]:
            notes.append(
                {
                    "column": said.head("role"),
                    "text": _("Diese Rolle darf viel: %(roles)s.") % {"roles": ", ".join(strong)},
                }
            )
        entry.parts, entry.notes, entry.level = [part], notes, 1 if notes else 0
        shown = [
            (_("E-Mail"), email), (_("Anmeldename"), username if there is None else ""), (_("Einheit"), meant["unit"].words if there is None else ""),
            (_("Rolle"), "; ".join(str(roles[key]) for key in part["roles"])), (_("Gremium der Rolle"), meant["body"].words), (_("Rolle gilt bis"), part["ends"]),
        ]  # fmt: skip
        entry.shown = [[str(label), "", words] for label, words in shown if words]
        return entry

    @staticmethod
    def _for_all(said: CellsSaid, name: str) -> str:
        return str(said.reading.for_all.get(name, ""))

    # ---- writing

    def do(self, reading: Reading, entry: BatchEntry) -> None:
        """Create a login and give its roles; then the entry forgets who it was."""
        [part] = entry.parts
        actor = reading.actor
        require(actor, "people.manage")
        made_user = part["user"] is None
        if made_user:
            if (
                User.objects.filter(email__iexact=part["email"]).exists()
                or User.objects.filter(username__iexact=part["username"]).exists()
            ):
                raise EntryRefused(_("Diesen Zugang gibt es inzwischen."))
            unit = Unit.objects.filter(pk=part["unit"]).first() if part["unit"] else None
            user = create_user(
                username=part["username"], first_name=part["first_name"], last_name=part["last_name"], email=part["email"], unit=unit,
                password=None, actor=actor,
            )  # fmt: skip
        else:
            found = User.objects.filter(pk=part["user"]).first()
            if found is None:
                raise EntryRefused(_("Diesen Zugang gibt es nicht mehr."))
            user = found
        body = Body.objects.filter(pk=part["body"]).first() if part["body"] else None
        ends = date.fromisoformat(part["ends"]) if part["ends"] else None
        made = []
        for role in Role.objects.filter(key__in=part["roles"]):
            if not Membership.objects.filter(user=user, role=role, body=body).exists():
                made.append(give_role(user, role=role, actor=actor, body=body, ends=ends).pk)
        entry.result = Result.CREATED if made_user else Result.SAVED
        entry.title = _("Zugang aus Zeile %(row)s") % {"row": entry.row}
        entry.parts, entry.shown = [{"user": user.pk, "is_new": made_user, "made": made}], []

    def undo(self, reading: Reading, entry: BatchEntry) -> str:
        """Take away a login that nobody has used, and roles that were given."""
        [part] = entry.parts
        actor = reading.actor
        require(actor, "people.manage")
        try:
            if part["is_new"]:
                user = User.objects.filter(pk=part["user"]).first()
                if user is not None and not remove_unused_user(user, roles=part["made"], actor=actor):
                    return _("Der Zugang ist schon benutzt oder geändert; er bleibt.")
                return ""
            for membership in Membership.objects.filter(pk__in=part["made"]):
                end_role(membership, actor=actor)
        except LastAdministrator:
            return _("Sonst könnte niemand mehr Personen verwalten; die Rolle bleibt.")
        return ""

    def preview(self, reading: Reading) -> dict[str, Any]:
        """What becomes of the data, and for whom a link is to be made."""
        made = []
        if reading.batch.state == Batch.State.DONE:
            created = reading.batch.entries.filter(result=Result.CREATED).values_list("parts", flat=True)[
                : SHOWN + 1
            ]
            keys = [part["user"] for parts in created for part in parts]
            people = User.objects.filter(pk__in=keys[:SHOWN]).order_by("last_name", "first_name", "pk")
            made = [
                {"name": str(user), "email": user.email, "url": reverse("person-link", args=[user.pk]), "chosen": user.has_usable_password()}
                for user in people
            ]  # fmt: skip
            return {
                "template": "intake/reading_people.html",
                "made": made,
                "more": len(keys) > SHOWN,
                "written": True,
            }
        return {"template": "intake/reading_people.html", "made": [], "more": False, "written": False}

    def leads_to(self, batch: Batch) -> str:
        """The list of people."""
        return reverse("person-list")


def _names(said: CellsSaid, row: TableRow) -> tuple[str, str]:
    """First and last name, from two columns or from one."""
    first, last = said.line(row, "first_name"), said.line(row, "last_name")
    whole = said.line(row, "whole_name")
    if last or not whole:
        return first, last
    if "," in whole:
        last, _comma, first = (part.strip() for part in whole.partition(","))
        return first, last
    first, _space, last = whole.rpartition(" ")
    return first.strip(), last.strip()


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(moment_said(text.strip())) if text.strip() else None
    except ValueError:
        return None


register_targets(lambda: [PeopleTarget()])
