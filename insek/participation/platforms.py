"""Contributions of other platforms as a target of reading in: Decidim, CONSUL, adhocracy+, any table with texts and dates.

They come in as internal and unmoderated, or as published where they were read there and somebody who may release says so. The
source says where they are from, their number there that each comes in once. Names and addresses of those who wrote are never kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from datetime import date
from decimal import Decimal
from typing import Any

import rules
from django.db import transaction
from django.db.models import Max, ProtectedError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.models import Concept, Field, Standing
from insek.engines.tables.notes import OpenQuestion
from insek.engines.text import shortened
from insek.intake.entry_target import EntryTarget, forget_columns
from insek.intake.items_wanted import form_of
from insek.intake.items_writing import make_words, take_words_away
from insek.intake.models import Batch, BatchEntry
from insek.intake.readings import rows_of
from insek.intake.targets import Reading, TableRow, WantedField, WordChoice, WordSource, register_targets
from insek.intake.word_sources import of_choices, of_rows, source_of
from insek.items.pages import pages_of
from insek.people.actors import Actor
from insek.people.models import Right
from insek.places.models import District
from insek.thread import services
from insek.thread.models import Change, Item, Visibility
from insek.thread.recording import released_by

from .deadlines import is_taken_over
from .forms import formats_of
from .models import Contribution, Format, SurveyQuestion
from .numbers import take_number
from .platform_questions import question_of_swapped
from .platform_rows import SWAPPED, PlatformPlan, day_said, looks_swapped, points_of

Result = BatchEntry.Result
PERSON = "person"
"""Columns that are said to be this are emptied in what is kept of the file before the preview is shown."""
PUBLISHED, UNREAD = "published", "unread"
NEW_FORMAT = "new_format"


def _formats(reading: Reading) -> list[WordChoice]:
    return [
        WordChoice(row.pk, str(row.item), [row.item.title, row.item.number])
        for row in formats_of(reading.concept)
    ]


def _states(reading: Reading) -> list[WordChoice]:
    found = [WordChoice(UNREAD, _("intern, noch nicht moderiert"), [])]
    if rules.test_rule("thread.release_item", reading.actor):
        found.append(
            WordChoice(
                PUBLISHED, _("veröffentlicht: Sie waren dort öffentlich zu lesen, und ich gebe sie frei"), []
            )
        )
    return found


def _places(reading: Reading) -> Any:
    return District.objects.of(reading.concept).select_related("item").order_by("level", "item__sort_key")


FORMATS = WordSource("formats", _formats)
STATES = WordSource("contribution.came_as", _states)
TYPES = of_choices("contribution.type", Contribution.Type.choices)
PLACES = of_rows("items.district", _places, District, several=False)


class PlatformTarget(EntryTarget):
    """Contributions, one a row."""

    name = "contributions"
    kind = "contribution"
    label = gettext_lazy("Beiträge anderer Plattformen")
    explanation = gettext_lazy(
        "Was Menschen anderswo gesagt haben, mit Stimmen, Ort und Rückmeldung; nie, wer es war."
    )
    icon = "kind-contribution"
    order = 27
    group = gettext_lazy("Beteiligung")
    keeps_file = False

    def may(self, actor: Actor, concept: Concept) -> bool:
        """Whoever may enter contributions."""
        return actor.has(Right.EDIT) and bool(rules.test_rule("thread.create_item", actor, self.kind))

    def wanted(self, reading: Reading) -> list[WantedField]:
        """Words, day, number there, what others said to it, and where they came from."""
        form = form_of(pages_of(self.kind), reading)
        said, there, place, comes = (
            _("Was gesagt wurde"),
            _("Auf der Plattform"),
            _("Ort"),
            _("Woher und wohin"),
        )
        return [
            WantedField("title", _("Titel"), "title|titel|betreff|name|ueberschrift|vorschlag|proposal", meaning="-", group=said),
            WantedField("text", _("Text"), "text|body|body de|beschreibung|description|inhalt|beitrag|summary|nachricht|idee|comment|kommentartext", many=True, meaning="-", group=said),
            WantedField("received_on", _("Eingegangen am"), "datum|created|created at|erstellt am|published at|eingang|date|erstellt|submitdate", needed=True, for_all=True, kind="date", meaning="-", group=said, help=_("Etwa 31.12.2024.")),
            WantedField("type", _("Art"), "art|typ|type|beitragsart", for_all=True, words=TYPES, kind="choice", meaning="-", group=said),
            WantedField("topic", _("Thema"), "thema|kategorie|category|topic|rubrik|tags|category name de|labels|schlagworte|geozone", words=source_of(self.kind, "fields_of_action", form.fields["fields_of_action"]), kind="choice", meaning="-", group=said),
            WantedField("original_id", _("Nummer auf der Plattform"), "id|nr|nummer|reference|reference no|kennung|vorschlagsnummer|beitragsnummer", kind="references", meaning="-", group=there),
            WantedField("replies_to", _("Kommentar zu (Nummer des Beitrags)"), "contribution id|kommentar zu|antwort auf|parent|parent id|root commentable id|commentable id|beitrags id|reply to", kind="references", meaning="-", group=there),
            WantedField("votes_for", _("Stimmen dafür"), "votes|stimmen|supports|unterstuetzungen|positive ratings|cached votes up|likes|zustimmung|votes for|endorsements total count|pro", kind="number", meaning="-", group=there),
            WantedField("votes_against", _("Stimmen dagegen"), "negative ratings|cached votes down|gegenstimmen|ablehnung|dislikes|votes against|contra", kind="number", meaning="-", group=there),
            WantedField("source_url", _("Adresse dort"), "url|link|adresse|permalink", meaning="-", group=there),
            WantedField("reply", _("Rückmeldung der Stadt"), "answer|answer de|antwort|rueckmeldung|official statement|official feedback|stellungnahme|moderator feedback", many=True, meaning="-", group=there),
            WantedField("replied_on", _("Rückmeldung vom"), "answered at|antwort vom|beantwortet am|rueckmeldung vom", for_all=True, kind="date", meaning="-", group=there),
            WantedField("lon", _("Geografische Länge"), "lon|lng|longitude|laengengrad|location lon|location longitude|map location longitude|x", kind="references", meaning="-", group=place),
            WantedField("lat", _("Geografische Breite"), "lat|latitude|breitengrad|location lat|location latitude|map location latitude|y", kind="references", meaning="-", group=place),
            WantedField("district", _("Raum"), "stadtteil|ortsteil|ortsbezirk|bezirk|scope name de|district", words=PLACES, kind="place", meaning="-", group=place),
            WantedField(PERSON, _("Angabe zur Person (wird gelöscht)"), "author|author name|author id|author url|autor|verfasser|verfasserin|creator|nutzer|benutzer|user|username|name des nutzers|e mail|email|mail|telefon|phone|ip|ip adresse|authors names|authors emails|user endorsements|endorsements user endorsements|vorname|nachname", many=True, meaning="-", group=_("Nicht aufbewahren")),
            WantedField("source_title", _("Name der Plattform (steht als Quelle bei jedem Beitrag)"), for_all=True, in_column=False, needed=True, help=_("Etwa „Dialog Radverkehr 2017“."), group=comes),
            WantedField("format", _("Beteiligungsformat, zu dem sie gehören"), for_all=True, in_column=False, words=FORMATS, group=comes),
            WantedField(NEW_FORMAT, _("oder ein neues Format mit diesem Titel"), for_all=True, in_column=False, help=_("Es wird intern angelegt; Zeit und Ort tragen Sie dort nach."), group=comes),
            WantedField("came_as", _("Sie kommen herein als"), for_all=True, in_column=False, needed=True, words=STATES, group=comes),
        ]  # fmt: skip

    def complaints(self, reading: Reading) -> list[str]:
        """Title or text, and days that can be read."""
        found = super().complaints(reading)
        named = {*reading.columns.values()}
        if not {"title", "text"} & named:
            found.append(_("Bitte sagen Sie, in welcher Spalte Titel oder Text stehen."))
        if "reply" in named and "replied_on" not in named and not reading.for_all.get("replied_on"):
            found.append(_("Zu den Rückmeldungen fehlt ihr Tag: als Spalte oder für alle Zeilen."))
        if ("lon" in named) != ("lat" in named):
            found.append(_("Länge und Breite gehören zusammen: Es fehlt eine der beiden Spalten."))
        if reading.for_all.get("format") and reading.for_all.get(NEW_FORMAT):
            found.append(_("Bitte ein vorhandenes Format wählen oder ein neues nennen, nicht beides."))
        for name in ("received_on", "replied_on"):
            if (text := reading.for_all.get(name)) and day_said(text) is None:
                found.append(
                    _("„%(text)s“ ist kein Tag. Bitte schreiben Sie etwa 31.12.2024.") % {"text": text}
                )
        states = {choice.value for choice in reading.choices(STATES)}
        formats = {choice.value for choice in reading.choices(FORMATS)}
        if reading.for_all.get("came_as", UNREAD) not in states or reading.for_all.get("format", "") not in {
            *formats,
            "",
        }:
            found.append(_("Diese Auswahl gibt es nicht mehr. Bitte wählen Sie neu."))
        return found

    def open_questions(self, reading: Reading) -> Sequence[OpenQuestion]:
        """What numbers and days mean, and whether longitude and latitude are turned round."""
        found = [*super().open_questions(reading)]
        named = {*reading.columns.values()}
        if {"lon", "lat"} <= named and SWAPPED not in reading.decisions:
            from insek.intake.cells_said import CellsSaid

            assert reading.table is not None
            if looks_swapped(reading, points_of(CellsSaid(reading), rows_of(reading.table))):
                found.append(question_of_swapped())
        return found

    # ---- preview

    def plan(self, reading: Reading, rows: Sequence[TableRow]) -> Iterator[BatchEntry | None]:
        """One entry a row. What says who it was goes out of the file that is kept."""
        yield from PlatformPlan(reading, rows).entries()
        forget_columns(reading.batch, [PERSON])

    def preview(self, reading: Reading) -> dict[str, Any]:
        """What is done with names, where they come in, and what was written."""
        task = reading.batch.task
        format_ = (
            Format.objects.filter(pk=reading.for_all.get("format") or task.get("format_made", ""))
            .select_related("item")
            .first()
        )
        return {
            "template": "participation/reading_platform.html",
            "persons": [name for name in task.get("columns", {}).values() if name == PERSON],
            "format": format_.item if format_ else None,
            "new_format": "" if format_ else reading.for_all.get(NEW_FORMAT, ""),
            "source": reading.for_all.get("source_title", ""),
            "published": reading.for_all.get("came_as") == PUBLISHED,
            "written": reading.batch.state == Batch.State.DONE,
        }  # fmt: skip

    def leads_to(self, batch: Batch) -> str:
        """Where moderators read what came in; the list of what is public."""
        published = batch.task.get("for_all", {}).get("came_as") == PUBLISHED
        return reverse("contribution-list" if published else "moderation")

    # ---- writing

    def rank(self, entry: BatchEntry) -> int:
        """Comments come after what they are about."""
        return max((1 for part in entry.parts if "original" in part.get("about", {})), default=0)

    def begin(self, reading: Reading) -> None:
        """The format and the fields of action that are made in passing."""
        batch = reading.batch
        reading.scratch["made"] = make_words(reading, self._sources(reading))
        title = " ".join(reading.for_all.get(NEW_FORMAT, "").split())
        if title and not batch.task.get("format_made"):
            with transaction.atomic():
                values = {
                    "title": shortened(title, 200),
                    "standing": Standing.WORKING,
                    "visibility": Visibility.INTERNAL,
                }
                item = services.create_item(
                    kind="format", concept=batch.concept, values=values, actor=reading.actor, index_later=True
                )
                batch.task = {**batch.task, "format_made": item.pk}
                batch.save(update_fields=["task"])
        chosen = batch.task.get("format_made") or reading.for_all.get("format") or ""
        reading.scratch["format"] = Format.objects.filter(item__concept=batch.concept, pk=chosen).first()

    def _sources(self, reading: Reading) -> list[WordSource]:
        return [each.words for each in reading.wanted.values() if each.words is not None]

    def do(self, reading: Reading, entry: BatchEntry) -> None:
        """Write one contribution, once: what has come from there under its number meanwhile stays."""
        [part] = entry.parts
        values = self._values(reading, part)
        there = Contribution.objects.filter(
            item__concept=reading.concept,
            item__kind="contribution",
            item__source_title=values["source_title"],
        )
        if values["original_id"] and there.filter(original_id=values["original_id"]).exists():
            entry.result = Result.UNCHANGED
            return
        actor = reading.actor
        public = (
            reading.for_all.get("came_as") == PUBLISHED
            and not part.get("personal")
            and rules.test_rule("thread.release_item", actor)
        )
        if public:
            values |= {
                "state": Contribution.State.PUBLIC,
                "visibility": Visibility.PUBLIC,
                "number": take_number(reading.concept.pk),
            }
        keys = [reading.scratch["made"].get(key, key) for key in part.get("fields", [])]
        fields = Field.objects.filter(concept=reading.concept, key__in=keys) if keys else ()
        with released_by(actor) if public else nullcontext():
            item = services.create_item(
                kind="contribution",
                concept=reading.concept,
                values=values,
                actor=actor,
                fields=fields,
                index_later=True,
            )
        entry.item_id, entry.version, entry.result = item.pk, item.version, Result.CREATED
        entry.last_change = _last_change(item.pk)

    def _values(self, reading: Reading, part: dict[str, Any]) -> dict[str, Any]:
        values = {
            **part["values"],
            "standing": Standing.WORKING,
            "visibility": Visibility.INTERNAL,
            "format": reading.scratch["format"],
        }
        for name in ("received_on", "replied_on"):
            if name in values:
                values[name] = date.fromisoformat(values[name])
        for name in ("lon", "lat"):
            if name in values:
                values[name] = Decimal(values[name])
        values["taken_over"] = is_taken_over(values["received_on"], values.get("replied_on"))
        values["district"] = (
            District.objects.of(reading.concept).filter(pk=values.get("district") or "").first()
        )
        if about := part.get("about"):
            found = Item.objects.filter(concept=reading.concept, kind="contribution")
            if "original" in about:
                found = found.filter(
                    source_title=values["source_title"], contribution__original_id=about["original"]
                )
            else:
                found = found.filter(pk=about["id"])
            values["about"] = found.order_by("pk").first()
        return values

    # ---- taking back

    def undo(self, reading: Reading, entry: BatchEntry) -> str:
        """Take a contribution away with its words, where nobody has touched it since."""
        item = Item.objects.filter(pk=entry.item_id).first()
        if item is not None:
            if item.version != entry.version or _last_change(item.pk) != entry.last_change:
                return _("Seitdem geändert; bleibt, wie es ist.")
            entitled = reading.actor.with_rights(Right.EDIT, Right.DELETE, Right.RELEASE)
            services.delete_item(item, expected_version=item.version, actor=entitled)
            Change.objects.filter(item_id=entry.item_id).update(differences={})
        entry.parts, entry.shown = [], []
        return ""

    def end(self, reading: Reading) -> None:
        """Take away the format and the fields that were made in passing, where nothing rests on them."""
        batch = reading.batch
        take_words_away(reading, self._sources(reading))
        item = Item.objects.filter(pk=batch.task.get("format_made", "")).first()
        if item is None or item.version != 1 or Contribution.objects.filter(format=item.pk).exists():
            return
        if SurveyQuestion.objects.filter(format=item.pk).exists():
            return
        try:
            with transaction.atomic():
                services.delete_item(
                    item, expected_version=1, actor=reading.actor.with_rights(Right.EDIT, Right.DELETE)
                )
        except ProtectedError:
            return


def _last_change(item_id: str) -> int:
    last = Change.objects.filter(item_id=item_id).order_by().aggregate(last=Max("pk"))["last"]
    return int(last or 0)


register_targets(lambda: [PlatformTarget()])
