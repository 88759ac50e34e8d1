"""What can be done with ratings: ask groups in a round, take and change answers, count them, say what came out."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from insek import clock
from insek.concept.asker import Asker
from insek.concept.models import Concept
from insek.engines.ratings import Summary, shown_parts, summed
from insek.engines.text import shortened
from insek.people.actors import Actor, require
from insek.people.locking import claim_version
from insek.thread.cleaning import clean_text
from insek.thread.models import Item, ItemQuerySet, Visibility

from .board import in_order
from .rating_models import (
    DIMENSIONS,
    Rating,
    RatingGroup,
    RatingName,
    RatingRound,
    RatingSheet,
    new_code,
    new_row_key,
)

SALT = "insek.findings.rating"
NAMES_KEPT = 90
"""Days after the end of a round in which names are kept."""
MOST_GROUPS = 20
WAYS = {"l": RatingSheet.Way.LINK, "w": RatingSheet.Way.WORKSHOP}


class NotOpen(Exception):
    """The link is wrong, taken back or out of time. Says which in words."""


def save_round(
    round: RatingRound, *, values: Mapping[str, Any], expected_version: int, actor: Actor
) -> RatingRound:
    """Keep a new round or change one. Showing internal findings to those who are asked takes the right to release.

    Raises PermissionDenied, Conflict, ValidationError.
    """
    require(actor, "findings.rate")
    if values.get("includes_internal"):
        require(actor, "findings.publish_ratings")
    with transaction.atomic():
        if not round._state.adding:
            claim_version(round, expected_version)
        for name, value in values.items():
            setattr(round, name, clean_text(value))
        round.full_clean(exclude={"concept"})
        round.save()
    return round


def publish_round(round: RatingRound, *, is_public: bool, actor: Actor) -> None:
    """Show everybody what came out, or no longer. Raises PermissionDenied."""
    require(actor, "findings.publish_ratings")
    RatingRound.objects.filter(pk=round.pk).update(published_on=clock.today() if is_public else None)


def add_group(round: RatingRound, *, name: str, actor: Actor) -> RatingGroup:
    """Ask one more group. Raises PermissionDenied, ValidationError."""
    require(actor, "findings.rate")
    name = str(clean_text(name)).strip()
    number = round.groups.count()
    if not name or len(name) > 120:
        raise ValidationError(_("Bitte einen Namen mit höchstens 120 Zeichen schreiben."))
    if number >= MOST_GROUPS:
        raise ValidationError(_("Mehr Gruppen nimmt eine Runde nicht auf."))
    if round.groups.filter(name=name).exists():
        raise ValidationError(_("Diese Gruppe gibt es schon."))
    return RatingGroup.objects.create(round=round, name=name, position=number + 1)


def renew_link(group: RatingGroup, *, actor: Actor) -> None:
    """Make the old link and code void and give the group new ones."""
    require(actor, "findings.rate")
    group.nonce, group.revoked_on = new_row_key(), None
    group.code = _free_code() if group.code else ""
    group.save(update_fields=["nonce", "revoked_on", "code"])


def revoke_link(group: RatingGroup, *, actor: Actor) -> None:
    """Take link and code back: from now on nobody answers by them."""
    require(actor, "findings.rate")
    group.nonce, group.code, group.revoked_on = new_row_key(), "", clock.today()
    group.save(update_fields=["nonce", "code", "revoked_on"])


def open_workshop(group: RatingGroup, *, actor: Actor) -> None:
    """Give the group a code to type on the phone."""
    require(actor, "findings.rate")
    group.code = _free_code()
    group.save(update_fields=["code"])


def _free_code() -> str:
    for _try in range(20):
        code = new_code()
        if not RatingGroup.objects.filter(code=code).exists():
            return code
    raise RuntimeError("no code is free")


def token_of(group: RatingGroup, way: str = "l") -> str:
    """What the link of a group holds: signed, with its last day, void as soon as the link is taken back."""
    last = group.round.closes_on.isoformat()
    return signing.dumps({"g": group.key, "n": group.nonce, "e": last, "w": way}, salt=SALT)


def group_behind(token: str) -> tuple[RatingGroup, RatingSheet.Way]:
    """The group a link was made for. Raises NotOpen."""
    try:
        said = signing.loads(token, salt=SALT)
        key, nonce, last, way = said["g"], said["n"], date.fromisoformat(said["e"]), WAYS[said["w"]]
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        raise NotOpen(_("Dieser Link stimmt nicht. Vielleicht fehlt ein Stück.")) from None
    group = RatingGroup.objects.select_related("round__concept").filter(key=key).first()
    if group is None or group.nonce != nonce:
        raise NotOpen(
            _("Dieser Link ist zurückgenommen. Fragen Sie, wer Sie eingeladen hat, nach einem neuen.")
        )
    if clock.today() > min(last, group.round.closes_on):
        raise NotOpen(_("Diese Runde ist zu Ende."))
    if not group.round.is_open:
        raise NotOpen(_("Diese Runde hat noch nicht begonnen."))
    return group, way


def group_of_code(code: str) -> RatingGroup | None:
    """The group whose code somebody typed."""
    typed = "".join(code.split()).upper()[:6]
    if len(typed) < 6:
        return None
    group = RatingGroup.objects.select_related("round").filter(code=typed).first()
    return group if group is not None and group.round.is_open else None


def findings_of(round: RatingRound) -> ItemQuerySet:
    """What is rated in a round: public findings, internal ones where the round says so."""
    items = Item.objects.filter(concept=round.concept_id, kind="finding")
    if not round.includes_internal:
        items = items.filter(visibility=Visibility.PUBLIC)
    if round.field_id:
        items = items.filter(fields=round.field_id)
    return in_order(items.select_related("finding"))


Answers = Mapping[str, Mapping[str, int | None]]
"""Id of a finding -> dimension -> 1 to 5, or None."""


def save_sheet(
    group: RatingGroup, answers: Answers, *, way: RatingSheet.Way, token: str = "", name: str = ""
) -> RatingSheet:
    """Keep what one person answered; who comes back with the same secret changes the own answers. Raises ValidationError."""
    allowed = set(findings_of(group.round).values_list("pk", flat=True))
    given = {
        pk: row for pk, row in answers.items()
        if pk in allowed and any(value is not None for value in row.values())
    }  # fmt: skip
    if not given:
        raise ValidationError(_("Bitte bewerten Sie mindestens einen Befund."))
    digest = hashlib.sha256(token.encode()).hexdigest() if token else ""
    with transaction.atomic():
        sheet = (
            RatingSheet.objects.select_for_update().filter(group=group, digest=digest).first()
            if digest
            else None
        )
        if sheet is None:
            sheet = RatingSheet.objects.create(group=group, way=way, digest=digest)
        sheet.ratings.all().delete()
        Rating.objects.bulk_create(
            Rating(sheet=sheet, finding_id=pk, **{name: row.get(name) for name in DIMENSIONS})
            for pk, row in sorted(given.items())
        )
        name = str(clean_text(name)).strip()
        if name and not group.round.is_anonymous:
            ends = group.round.closes_on + timedelta(days=NAMES_KEPT)
            RatingName.objects.update_or_create(
                sheet=sheet, defaults={"name": shortened(name, 120), "ends": ends}
            )
    return sheet


def answers_behind(group: RatingGroup, token: str) -> dict[str, dict[str, int | None]]:
    """What somebody answered before, who comes back with the secret."""
    digest = hashlib.sha256(token.encode()).hexdigest()
    rows = Rating.objects.filter(sheet__group=group, sheet__digest=digest)
    return {row.finding_id: {name: getattr(row, name) for name in DIMENSIONS} for row in rows}


def new_secret() -> str:
    """The secret under which a person finds the own answers again."""
    return secrets.token_urlsafe(18)


def purge_names() -> int:
    """Delete the names whose time is over. Run by the clock."""
    deleted, _rows = RatingName.objects.filter(ends__lt=clock.today()).delete()
    return deleted


# --- what came out ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Result:
    """What came out for one finding: by dimension all together, and each group that is large enough."""

    item: Item
    whole: Mapping[str, Summary]
    groups: Mapping[str, Mapping[str, Summary]]
    """Dimension -> key of the group -> summary; too small groups are left out."""

    @property
    def is_told(self) -> bool:
        """Whether enough answered any of the questions; else not even that somebody rated it is shown."""
        return any(summary.number for summary in self.whole.values())

    @property
    def is_weighed(self) -> bool:
        """Whether enough answered how important or urgent it is; else there is no weight to be told."""
        return any(self.whole[name].number for name in ("importance", "urgency"))

    @property
    def weight(self) -> float:
        """Importance and urgency in the mean: what comes first; 0 where it is not weighed."""
        rows = [self.whole[name].mean for name in ("importance", "urgency") if self.whole[name].number]
        return sum(rows) / len(rows) if rows else 0.0


def results_of(round: RatingRound, asker: Asker) -> list[Result]:
    """What came out of a round, the weightiest first. Two queries."""
    rows = Rating.objects.filter(sheet__group__round=round).values_list(
        "finding", "sheet__group__key", *DIMENSIONS
    )
    values: dict[str, dict[str, dict[str, list[int]]]] = {}
    for finding, group, *answers in rows:
        for name, value in zip(DIMENSIONS, answers, strict=True):
            if value is not None:
                values.setdefault(finding, {}).setdefault(name, {}).setdefault(group, []).append(value)
    items = Item.objects.visible_to(asker.actor).filter(pk__in=values).select_related("finding", "concept")
    found = []
    for item in items.prefetch_related("fields"):
        whole, groups = {}, {}
        for name in DIMENSIONS:
            parts = {key: summed(each) for key, each in values[item.pk].get(name, {}).items()}
            groups[name], whole[name] = shown_parts(parts, round.threshold)
        found.append(Result(item, whole, groups))
    return sorted(found, key=lambda each: (-each.weight, each.item.sort_key, each.item.pk))


def hidden_groups(round: RatingRound) -> list[RatingGroup]:
    """The groups of which fewer people answered than are shown."""
    return [group for group in with_counts(round) if group.answered < round.threshold]  # type: ignore[attr-defined]  # counted beside it


def with_counts(round: RatingRound) -> Sequence[RatingGroup]:
    """The groups of a round with how many people answered."""
    return list(round.groups.annotate(answered=Count("sheets")).select_related("round"))


def seen_rounds(concept: Concept, actor: Actor) -> Iterable[RatingRound]:
    """The rounds that somebody may read about: all for insiders, else what is published."""
    rounds = RatingRound.objects.filter(concept=concept).select_related("field", "earlier", "concept")
    return rounds if actor.sees_internal else rounds.exclude(published_on=None)


def latest_weights(concept: Concept, asker: Asker) -> tuple[RatingRound | None, dict[str, Result]]:
    """The results of the newest round that the asker may see and in which enough answered to be told, by finding."""
    today = clock.today()
    for round in seen_rounds(concept, asker.actor):
        results = results_of(round, asker) if round.opens_on <= today else []
        if any(each.is_weighed for each in results):
            return round, {each.item.pk: each for each in results}
    return None, {}
