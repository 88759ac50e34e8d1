"""Amendments on the page of a paper, word by word with their votes, and the votes of groups on that of a resolution."""

from __future__ import annotations

from collections import Counter
from typing import Any

import rules
from django.urls import reverse
from django.utils.translation import gettext as _

from insek.concept.asker import Asker
from insek.engines.diff import word_diff
from insek.items.pages import add_to_detail
from insek.thread.kinds import kind_names
from insek.thread.models import Item
from insek.web.display import date_words, number_words, shown_item

from .amendment_rows import AMENDMENTS, GROUP_VOTES, VOTE_WORDS
from .amendments import VOTES, GroupVote, PaperAmendment
from .taking_over import is_taken_over, item_of, may_take_over


def amendments_of(asker: Asker, item: Item) -> dict[str, Any]:
    """What was moved to change the paper, in the order in which it was entered. One query."""
    actor, names = asker.actor, kind_names(asker)
    rows = list(
        AMENDMENTS.visible_to(AMENDMENTS.of_item(item), actor).select_related(
            "goal__item", "measure__item", "body"
        )
    )
    edits = rules.test_rule(AMENDMENTS.rule, actor, item)
    if not rows and not edits:
        return {}
    counts = Counter(row.state for row in rows)
    return {
        "added_sections": ["council/_amendments.html"],
        "amendments": [_shown(row, names, edits, asker) for row in rows],
        "amendment_counts": [
            {"label": label, "count": counts[value]} for value, label in PaperAmendment.State.choices if counts[value]
        ],
        "amendment_url": reverse("row-create", args=[item.pk, AMENDMENTS.address]) if edits else "",
    }  # fmt: skip


def _shown(row: PaperAmendment, names: Any, edits: bool, asker: Asker) -> dict[str, Any]:
    named = row.goal or row.measure
    may_take = edits and may_take_over(row, item_of(row)) and rules.test_rule("thread.edit_item", asker.actor, item_of(row))  # fmt: skip
    is_taken = may_take and is_taken_over(row)
    decided = [str(row.body) if row.body else "", date_words(row.decided_on) if row.decided_on else ""]
    return {
        "row": row,
        "state": row.get_state_display(),
        "moved_on": date_words(row.moved_on) if row.moved_on else "",
        "about": shown_item(named.item, names) if named else None,
        "words": word_diff(row.before, row.after),
        "decided": ", ".join(filter(None, decided)),
        "votes": votes_words(row),
        "take_url": reverse("amendment-take-over", args=[row.paper_id, row.key])
        if may_take and not is_taken
        else "",
        "is_taken": is_taken,
        "edit_url": reverse("row-edit", args=[row.paper_id, AMENDMENTS.address, row.key]) if edits else "",
    }


def votes_words(row: PaperAmendment | GroupVote) -> str:
    """The votes that are known, such as: Ja 23, Nein 14, Enthaltung 2."""
    known = [(VOTE_WORDS[name], getattr(row, name)) for name in VOTES]
    return ", ".join(f"{label} {number_words(count, 0)}" for label, count in known if count is not None)


def group_votes_of(asker: Asker, item: Item) -> dict[str, Any]:
    """How the groups voted, where it is known, as a table; what of the count no group is named for is said. One query."""
    rows = list(GROUP_VOTES.of_item(item))
    edits = rules.test_rule(GROUP_VOTES.rule, asker.actor, item)
    if not rows and not edits:
        return {}
    address = GROUP_VOTES.address
    missing = [
        (VOTE_WORDS[name], counted - sum(getattr(row, name) for row in rows))
        for name in VOTES
        if (counted := getattr(item.resolution, name)) is not None
    ]
    return {
        "added_sections": ["council/_group_votes.html"],
        "group_votes": {
            "id": "fraktionen-tabelle",
            "caption": _("Stimmen der Fraktionen"),
            "hide_caption": True,
            "columns": [{"label": _("Fraktion oder Gruppe")}, *({"label": str(VOTE_WORDS[name]), "numeric": True} for name in VOTES)],
            "rows": [
                [
                    {"text": row.group, "is_content": True, "url": reverse("row-edit", args=[item.pk, address, row.key]) if edits else ""},
                    *({"text": number_words(getattr(row, name), 0), "numeric": True} for name in VOTES),
                ]
                for row in rows
            ],
        } if rows else None,
        "group_votes_missing": ", ".join(f"{label} {number_words(count, 0)}" for label, count in missing if count > 0) if rows else "",
        "group_vote_url": reverse("row-create", args=[item.pk, address]) if edits else "",
    }  # fmt: skip


add_to_detail("paper", amendments_of)
add_to_detail("resolution", group_votes_of)
