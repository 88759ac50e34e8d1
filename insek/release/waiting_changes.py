"""Changes that wait for their release, as the pages show them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import rules
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from insek.concept.asker import Asker
from insek.engines.text import shortened
from insek.people.actors import Actor
from insek.people.addresses import address_of
from insek.thread import history
from insek.thread.history import changes_seen_by
from insek.thread.kinds import kind_named
from insek.thread.models import Change, Item, Link, Visibility
from insek.web.paging import bounded_count
from insek.web.waiting import SHOWN, Waiting, WaitingLine, register_waiting

from . import releases
from .acts import act_named
from .also_published import AlsoPublished, Before, all_also_published, is_public_by_then
from .changes import ShownChange, history_label, shown_changes
from .models import Proposal


@dataclass(frozen=True)
class Comparison:
    """A proposal against its item as it is now."""

    change: ShownChange
    meanwhile: list[ShownChange]
    """What others changed since the author opened the item, where that matters to the act."""
    clashes: list[str]
    """Names of the fields that both changed."""
    publishes: bool
    """Whether the item becomes public by it; then all of its text is new."""
    links: list[Link]
    """Links that the public sees with the item for the first time."""
    also_published: list[AlsoPublished]
    """What rooms show to the public with the item for the first time."""

    @property
    def words_sign(self) -> str:
        """A short sign for all that people say in what is shown: one word, link or row more or less gives another."""
        rows = [(row.name, list(row.words)) for row in self.change.rows]
        links = [(link.pk, link.version) for link in self.links]
        rest = [
            (each.lead, each.title, each.said_by_people)
            for each in self.also_published
            if each.said_by_people or not each.words
        ]
        return hashlib.sha256(repr((rows, links, rest)).encode()).hexdigest()[:16]

    @property
    def is_moot(self) -> bool:
        """Whether nothing would change any more."""
        return not self.change.rows and not self.change.link


def compared(proposal: Proposal, actor: Actor, *, before: Before = ()) -> Comparison:
    """What a proposal would do, or did. Reads the item as it is now where it waits and the actor may see it.

    ``before``: ids of items that become public before it in the same go; what is between them and it becomes public with it.
    """
    item = seen_item(proposal, actor)
    act = act_named(proposal.act)
    rows, meanwhile, clashes = dict(proposal.differences), [], []
    is_published = publishes(proposal, rows)
    links: list[Link] = []
    also_published: list[AlsoPublished] = []
    if proposal.is_undecided and item is not None:
        rows = act.rows(proposal, item)
        if act.overwrites and item.version != proposal.base_version:
            clashes = clashing(proposal, rows)
            meanwhile = shown_since(item, proposal.base_version, actor, clashes)
        if is_published:
            links = _new_links(item, before)
            also_published = all_also_published(item, actor, before)
    if history.UNDOES in proposal.differences:
        rows = {**rows, history.UNDOES: proposal.differences[history.UNDOES]}
    made = Change(
        item_id=proposal.item_id or "",
        action=Change.Action.UPDATED,
        at=proposal.proposed_at,
        actor=proposal.author,
        differences=rows,
    )
    change = shown_changes([made], proposal.item_kind, actor, clashes=clashes)[0]
    return Comparison(change, meanwhile, clashes, is_published, links, also_published)


def shows_what_was_seen(proposal: Proposal, actor: Actor, sign: str, *, before: Before = ()) -> bool:
    """Whether an item that becomes public would show nothing but the words that were shown with this sign.

    Rows and links come and go beside an item without a new version of it.
    """
    if not publishes(proposal, proposal.differences):
        return True
    return compared(proposal, actor, before=before).words_sign == sign


def seen_item(proposal: Proposal, actor: Actor) -> Item | None:
    """The item of a proposal, where it is still there and the actor may see it. One query."""
    return Item.objects.visible_to(actor).select_related("concept").filter(pk=proposal.item_id).first()


def clashing(proposal: Proposal, rows: dict[str, list[Any]]) -> list[str]:
    """Fields that somebody else changed to something else since the proposal was written."""
    written = proposal.differences
    return [name for name, (now, _after) in rows.items() if name in written and written[name][0] != now]


def shown_since(item: Item, version: int, actor: Actor, clashes: Iterable[str]) -> list[ShownChange]:
    """What changed in an item since a version, for the page."""
    changes = changes_seen_by(item, actor).filter(version__gt=version, version__lte=item.version)
    changes = changes.exclude(differences={}).select_related("actor", "released_by")
    return shown_changes(changes, item.kind, actor, clashes=clashes)


def publishes(proposal: Proposal, rows: dict[str, list[Any]]) -> bool:
    """Whether an item becomes public by a proposal that changes these rows."""
    return rows.get("visibility", [None, None])[1] == Visibility.PUBLIC


def in_order(proposals: Iterable[Proposal]) -> list[Proposal]:
    """The order in which several are released: first what makes items public, so that the words of nothing that is changed or added
    beside them in the same go become words of theirs; else the oldest first."""
    return sorted(
        proposals, key=lambda each: (not publishes(each, each.differences), each.proposed_at, each.pk)
    )


def made_public_by(proposals: Iterable[Proposal]) -> list[str]:
    """The ids of the items that some proposals make public, each once, in their order."""
    found = [each.item_id for each in proposals if publishes(each, each.differences) and each.item_id]
    return list(dict.fromkeys(found))


def before_it(proposal: Proposal, made_public: Sequence[str]) -> Before:
    """Those of the items that become public in one go which come before that of a proposal."""
    if proposal.item_id not in made_public:
        return made_public
    return made_public[: made_public.index(proposal.item_id)]


def _new_links(item: Item, before: Before) -> list[Link]:
    forward = Link.objects.filter(is_public_by_then(before, "target"), source=item)
    backward = Link.objects.filter(is_public_by_then(before, "source"), target=item)
    return [
        *backward.select_related("source", "target").order_by("kind", "pk"),
        *forward.select_related("source", "target").order_by("kind", "pk"),
    ]


def shown_lines(proposals: Sequence[Proposal], actor: Actor) -> dict[int, ShownChange]:
    """What each of some proposals said when it was written, word by word. A few queries for each kind of item."""
    by_kind: dict[str, list[Proposal]] = {}
    for proposal in proposals:
        by_kind.setdefault(proposal.item_kind, []).append(proposal)
    shown: dict[int, ShownChange] = {}
    for kind, rows in by_kind.items():
        changes = [
            Change(
                action=Change.Action.UPDATED,
                at=row.proposed_at,
                actor=row.author,
                differences=row.differences,
            )
            for row in rows
        ]
        lines = shown_changes(changes, kind, actor)
        shown |= {row.pk: line for row, line in zip(rows, lines, strict=True)}
    return shown


def proposal_title(proposal: Proposal) -> str:
    """What it is about: the item, or that it is gone or out of sight."""
    if proposal.item is None:
        return _("Ein Inhalt, den es nicht mehr gibt")
    return str(proposal.item) if proposal.shows_item else _("Ein Inhalt, den Sie nicht sehen")


def what_changes(proposal: Proposal, line: ShownChange | None) -> str:
    """The names of the fields that change, or the act, in one line. No query; ``line`` names the other end of a link."""
    if publishes(proposal, proposal.differences):
        return _("wird öffentlich")
    names = [name for name in proposal.differences if name not in {"link", history.UNDOES}]
    if proposal.act == "update":
        return _("ändert: %(fields)s") % {
            "fields": ", ".join(history_label(proposal.item_kind, name) for name in names)
        }
    label = str(act_named(proposal.act).label)
    return f"{label}: {line.link.title}" if line is not None and line.link is not None else label


def what_each_changes(proposals: Sequence[Proposal], actor: Actor) -> dict[int, str]:
    """The same for several. A few queries where one of them is about a link, else none."""
    lines = shown_lines([row for row in proposals if "link" in row.differences], actor)
    return {row.pk: what_changes(row, lines.get(row.pk)) for row in proposals}


def moment_words(moment: Any) -> str:
    """A moment in short words."""
    return str(date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT"))


def earlier_answers(proposal: Proposal) -> list[dict[str, str]]:
    """With which answers it was sent back before, the first one first."""
    return [
        {"when": moment_words(datetime.fromisoformat(entry["at"])), "answer": entry["answer"]}
        for entry in proposal.earlier_answers
    ]


def waiting_notice(item: Item, actor: Actor, *, besides: int | None = None) -> dict[str, str]:
    """That changes of an item or of its links wait, for those who may see them; empty where none does.

    One query for people.
    """
    if actor.user_id is None:
        return {}
    undecided = [Proposal.State.WAITING, Proposal.State.BUNDLED]
    rows = (
        Proposal.objects.filter(concept=item.concept_id, state__in=undecided).about(item.pk).visible_to(actor)
    )
    found = list(rows.exclude(pk=besides or 0).order_by("-proposed_at").values_list("pk", "edition_key")[:10])
    if not found:
        return {}
    count = {"count": len(found)}
    if any(edition for _pk, edition in found):
        text = ngettext(
            "Eine Änderung wartet auf die nächste Ausgabe.",
            "%(count)s Änderungen warten auf Freigabe oder auf die nächste Ausgabe.",
            len(found),
        )
    else:
        text = ngettext(
            "Eine Änderung wartet auf Freigabe.", "%(count)s Änderungen warten auf Freigabe.", len(found)
        )
    only_waiting = not any(edition for _pk, edition in found)
    url = (
        address_of("proposal", found[0][0])
        if len(found) == 1
        else f"{address_of('proposal-list')}?{'' if only_waiting else 'stand=alle&'}inhalt={item.pk}"
    )
    return {"text": text % count, "url": url}


def waits_message(proposal: Proposal, otherwise: str) -> str:
    """What a person reads whose change waits: for the edition they work for, or ``otherwise``."""
    if proposal.edition_key:
        return _("Das liegt für die nächste Ausgabe bereit. Öffentlich gilt es mit deren Beschluss.")
    return otherwise


def saved_message(saved: Item | Proposal, item: Item) -> str:
    """What the person reads after saving."""
    if not isinstance(saved, Proposal):
        return _("„%(item)s“ ist gespeichert.") % {"item": saved}
    if saved.edition_key:
        return _(
            "Die Änderung an „%(item)s“ liegt für die nächste Ausgabe bereit. Öffentlich gilt sie mit deren Beschluss."
        ) % {"item": item}
    if item.visibility != Visibility.PUBLIC:
        return _(
            "„%(item)s“ ist gespeichert und bleibt intern, bis die Veröffentlichung freigegeben ist."
        ) % {"item": item}
    return _(
        "Die Änderung an „%(item)s“ wartet auf Freigabe. Öffentlich zu sehen ist noch die bisherige Fassung."
    ) % {"item": item}


def _line(proposal: Proposal, note: str) -> WaitingLine:
    item = proposal.shown_item
    kind = str(kind_named(proposal.item_kind).label)
    return WaitingLine(
        item.title if item else proposal_title(proposal),
        proposal.url,
        f"{kind} · {note}",
        item.number if item else "",
        item.standing if item else "",
        title_is_german=item is not None,
    )


def to_release(asker: Asker) -> Waiting | None:
    """What waits for the release of somebody with the right. Two queries."""
    actor, concept = asker.actor, asker.concept
    if concept is None or not rules.test_rule("thread.release_item", actor):
        return None
    rows = releases.waiting(concept).visible_to(actor).select_related("item", "author")
    found = list(rows[:SHOWN])
    what = what_each_changes(found, actor)
    lines = [
        _line(row, _("von %(name)s, %(what)s") % {"name": row.author or "INSEK", "what": what[row.pk]})
        for row in found
    ]
    return Waiting(
        "freigaben",
        _("Wartet auf Ihre Freigabe"),
        lines,
        bounded_count(rows) if len(lines) == SHOWN else len(lines),
        address_of("proposal-list"),
        _("Alle Freigaben"),
        _("Keine Änderung. Was öffentlich ist, ist auf dem Stand, den Sie freigegeben haben."),
    )


def own_proposals(asker: Asker) -> Waiting | None:
    """What the person proposed and what came back. Two queries."""
    actor, concept = asker.actor, asker.concept
    if concept is None or actor.user_id is None:
        return None
    rows = Proposal.objects.filter(concept=concept, author=actor.user_id).undecided().visible_to(actor)
    if rules.test_rule("thread.release_item", actor):
        rows = rows.filter(state=Proposal.State.RETURNED)
    found = list(rows.select_related("item").order_by("state", "-proposed_at", "-pk")[:SHOWN])
    if not found:
        return None
    what = what_each_changes(found, actor)
    return Waiting(
        "eigene-freigaben",
        _("Ihre Änderungen vor der Freigabe"),
        [
            _line(row, shortened(f"{row.get_state_display()}: {row.answer or what[row.pk]}", 200))
            for row in found
        ],
        bounded_count(rows) if len(found) == SHOWN else len(found),
        f"{address_of('proposal-list')}?von=mir&stand=alle",
        _("Alle eigenen"),
    )


register_waiting("releases", 5, to_release)
register_waiting("own-proposals", 6, own_proposals)
