"""Carried amendments become changes of the words they were moved to, and Maßgaben of the edition, without being typed again.

The words of an amendment are compared with those of its goal or measure as they stand, also where a change of them waits for the same
edition. Where its former words are not found there, nothing is guessed: whoever enters it changes the item by hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from insek.concept.models import Edition
from insek.engines.diff import word_diff
from insek.engines.text import shortened
from insek.people.actors import Actor, require
from insek.release.bundling import bundling
from insek.release.models import Proposal
from insek.release.releases import save_or_propose
from insek.thread.models import Item, Visibility
from insek.web.richtext import plain_text

from .amendments import PaperAmendment
from .comparing import PartChange
from .edition_items import EditionItem
from .services import VotedAmendment

WORDS = frozenset({"title", "text"})
"""Fields of an item that an amendment changes."""
LONGEST_WORDS = 500
"""Signs of the words of a Maßgabe."""
SMALL_CHANGE = 160
"""Signs of the words that go and come, up to which a Maßgabe names them alone."""


def item_of(amendment: PaperAmendment) -> Item | None:
    """The goal or measure whose words it changes."""
    named = amendment.goal or amendment.measure
    return named.item if named is not None else None


def edition_before_the_council(item: Item) -> Edition | None:
    """The edition that was filed and holds the item, the one filed last. One query."""
    held = EditionItem.objects.filter(key=item.pk, edition__status=Edition.Status.FILED)
    row = (
        held.filter(edition__concept=item.concept_id)
        .select_related("edition__concept")
        .order_by("-edition__filed_on", "-edition__pk")
        .first()
    )
    return row.edition if row is not None else None


def _waiting(item: Item, edition: Edition | None) -> Proposal | None:
    """The change of its words that waits for the edition, or for its release. One query."""
    rows = Proposal.objects.filter(item=item.pk, act="update")
    rows = rows.bundle_of(edition) if edition is not None else rows.waiting()
    return next((row for row in rows.order_by("-pk") if WORDS & row.payload.keys()), None)


def words_of(item: Item, waiting: Proposal | None) -> dict[str, str]:
    """Title and text as they are, or as they are going to be."""
    values = waiting.payload if waiting is not None else {}
    return {name: str(values.get(name, getattr(item, name))) for name in sorted(WORDS)}


def _holds(words: Mapping[str, str], amendment: PaperAmendment) -> bool:
    """Whether its new words stand there, and its former ones do not where they are others."""
    after, before = amendment.after.strip(), amendment.before.strip()
    for text in (words["title"], words["text"], plain_text(words["text"])):
        if after and after in text and (not before or before in after or before not in text):
            return True
    return not after and before not in plain_text(words["text"]) and before not in words["text"]


def is_taken_over(amendment: PaperAmendment) -> bool:
    """Whether the item reads as it was moved, today or with what waits. Two queries."""
    item = item_of(amendment)
    return item is not None and _holds(
        words_of(item, _waiting(item, edition_before_the_council(item))), amendment
    )


def changed_words(amendment: PaperAmendment, words: Mapping[str, str]) -> dict[str, str]:
    """What the amendment makes of title or text. Raises ValidationError where its former words are not there."""
    before, after = amendment.before.strip(), amendment.after.strip()
    title, text = words["title"], words["text"]
    if before and before == plain_text(text):
        if not after:
            raise ValidationError(_("Damit entfiele der ganze Wortlaut. Dass ein Inhalt entfällt, sagt sein Verbleib in der Ausgabe."))  # fmt: skip
        return {"text": after}
    if before and before == title:
        if not after:
            raise ValidationError(_("Damit entfiele der ganze Wortlaut. Dass ein Inhalt entfällt, sagt sein Verbleib in der Ausgabe."))  # fmt: skip
        return {"title": after}
    if before and text.count(before) == 1:
        return {"text": text.replace(before, after).strip()}
    if not before and after:
        return {"text": f"{text.rstrip()}\n\n{after}".strip()}
    raise ValidationError(
        _("Der bisherige Wortlaut der Änderung steht so nicht im Text von „%(item)s“, oder mehrmals. Bitte ändern Sie ihn dort von Hand.")
        % {"item": item_of(amendment)}
    )  # fmt: skip


def take_over(amendment: PaperAmendment, *, actor: Actor) -> Item | Proposal:
    """Change the words of its goal or measure: with the edition that was filed and holds it, else with a release.

    Raises PermissionDenied, Conflict, and ValidationError where it was not carried, is there already or does not fit.
    """
    item = item_of(amendment)
    if item is None or not amendment.is_in:
        raise ValidationError(
            _("Übernommen wird, was angenommen ist und ein Ziel oder eine Maßnahme ändert.")
        )
    require(actor, "thread.edit_item", item)
    edition = edition_before_the_council(item)
    waiting = _waiting(item, edition)
    words = words_of(item, waiting)
    if _holds(words, amendment):
        raise ValidationError(_("Dieser Wortlaut steht dort schon."))
    revises = None
    if waiting is not None:
        if waiting.author_id != actor.user_id or not waiting.payload.keys() <= WORDS:
            raise ValidationError(
                _("Am Wortlaut von „%(item)s“ liegt schon eine andere Änderung bereit. Bitte tragen Sie diese dort mit ein.") % {"item": item}
            )  # fmt: skip
        revises = (waiting, waiting.version)
    values = changed_words(amendment, words)
    if waiting is not None:
        values = {**waiting.payload, **values}
    with bundling(edition):
        return save_or_propose(
            item, expected_version=item.version, values=values, actor=actor, note=proviso_words(amendment), revises=revises,
        )  # fmt: skip


def proviso_words(amendment: PaperAmendment) -> str:
    """The words of the Maßgabe, in German as they are part of the resolution: what goes and what comes, else how it reads then."""
    item = item_of(amendment)
    assert item is not None
    name = f"In {'Ziel' if amendment.goal_id else 'Maßnahme'} {item.number or f'„{item.title}“'}"
    diff = word_diff(amendment.before, amendment.after)
    gone = [words.strip() for operation, words in diff if operation == "removed" and words.strip()]
    come = [words.strip() for operation, words in diff if operation == "added" and words.strip()]
    if len(gone) == len(come) == 1 and len(gone[0]) + len(come[0]) <= SMALL_CHANGE:
        return f"{name} wird „{gone[0]}“ durch „{come[0]}“ ersetzt."
    if not amendment.after:
        return shortened(f"{name} entfällt „{amendment.before}“.", LONGEST_WORDS)
    if not amendment.before:
        return shortened(f"{name} wird eingefügt: „{amendment.after}“.", LONGEST_WORDS)
    return shortened(f"{name} heißt es: „{amendment.after}“.", LONGEST_WORDS)


def voted_by(edition: Edition, changes: Sequence[PartChange], actor: Actor) -> list[VotedAmendment]:
    """What of today's changes the carried amendments made, with the words of their Maßgaben. One query, and one of what one may see."""
    if edition.filed_on is None:
        return []  # nothing was voted on
    changed = {change.key: change for change in changes if change.before and change.after}
    rows = (
        PaperAmendment.objects.filter(
            Q(goal__in=changed) | Q(measure__in=changed), state__in=_carried(),
            paper__item__in=Item.objects.visible_to(actor).filter(concept=edition.concept_id),
        )
        .filter(Q(decided_on=None) | Q(decided_on__gte=edition.filed_on))
        .select_related("goal__item", "measure__item")
        .order_by("decided_on", "pk")
    )  # fmt: skip
    found: dict[str, VotedAmendment] = {}
    for row in rows:
        change = changed[str(row.goal_id or row.measure_id)]
        after = change.after or {}
        words = {name: str(after["cells"].get(name, "")) for name in WORDS}
        names = WORDS & set(change.names)
        if not names or not _holds(words, row):
            continue
        before = found.get(change.key)
        text = " ".join(filter(None, [before.text if before else "", proviso_words(row)]))
        found[change.key] = VotedAmendment(
            change.table, change.key, frozenset(names), shortened(text, LONGEST_WORDS)
        )
    return list(found.values())


def _carried() -> Iterable[str]:
    return [PaperAmendment.State.CARRIED, PaperAmendment.State.MODIFIED]


def may_take_over(amendment: PaperAmendment, item: Item | None) -> bool:
    """Whether there are words that it changes: it was carried, and what it names is public and so stands in an edition."""
    return item is not None and amendment.is_in and item.visibility == Visibility.PUBLIC
