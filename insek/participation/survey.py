"""What the page of a format shows of its questionnaire: each question with its answers as bars and as a table."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import rules
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from insek.concept.asker import Asker
from insek.items.row_order import order_url
from insek.thread.models import Item
from insek.web.display import number_words

from .survey_models import SurveyQuestion, read_counts
from .survey_rows import SURVEY_QUESTIONS

FEWEST = 5
"""Answers below which only their number is kept: fewer would let people be recognised."""
FEWEST_FOR_SHARES = 30
"""Answers below which no percentages are said."""


def survey_of(asker: Asker, item: Item) -> dict[str, Any] | None:
    """The questionnaire of a format; None where there is none. One query."""
    rows = list(SURVEY_QUESTIONS.visible_to(SURVEY_QUESTIONS.of_item(item), asker.actor))
    if not rows:
        return None
    edits = rules.test_rule("participation.edit_survey", asker.actor, item)
    shown = [_question(row, item, edits=edits) for row in rows]
    most, fewest = max(row.answered for row in rows), min(row.answered for row in rows)
    return {
        "questions": shown,
        "table": _table(rows),
        "most": most,
        "fewest": fewest,
        "add_url": reverse("row-create", args=[item.pk, "umfrage"]) if edits else "",
        "order_url": order_url(SURVEY_QUESTIONS, item) if edits and len(rows) > 1 else "",
    }


def _question(row: SurveyQuestion, item: Item, *, edits: bool) -> dict[str, Any]:
    counts = read_counts(row.counts)
    top = max((count for _label, count in counts), default=0) or 1
    return {
        "tally": {
            "title": row.text,
            "rows": [{"label": label, "count": _counted(count, row), "width": round(1000 * count / top)} for label, count in counts],
            "note": answered_words(row),
            "content": True,
        },
        "edit_url": reverse("row-edit", args=[item.pk, "umfrage", row.key]) if edits else "",
    }  # fmt: skip


def _counted(count: int, row: SurveyQuestion) -> str:
    share = share_of(count, row)
    return f"{number_words(count)} ({share})" if share else number_words(count)


def share_of(count: int, row: SurveyQuestion) -> str:
    """The share of those who answered, in words; empty where too few did."""
    if row.answered < FEWEST_FOR_SHARES:
        return ""
    return _("%(share)s %%") % {"share": round(100 * count / row.answered)}


def answered_words(row: SurveyQuestion) -> str:
    """How many answered and how many did not, the mean, and what is not shown and why."""
    parts = [
        ngettext("%(count)s Antwort", "%(count)s Antworten", row.answered)
        % {"count": number_words(row.answered)}
    ]
    if row.missing:
        parts.append(_("%(count)s ohne Antwort") % {"count": number_words(row.missing)})
    if row.mean is not None:
        parts.append(_("Mittelwert %(mean)s") % {"mean": number_words(Decimal(row.mean), 1)})
    if row.sort == SurveyQuestion.Sort.SEVERAL:
        parts.append(_("mehrere Antworten möglich"))
    if row.sort == SurveyQuestion.Sort.TEXT:
        parts.append(_("freie Texte, als Beiträge zu lesen, soweit sie veröffentlicht sind"))
    elif not row.counts and row.answered < FEWEST:
        parts.append(_("zu wenige, um sie zu zeigen"))
    elif row.counts and row.answered < FEWEST_FOR_SHARES:
        parts.append(_("zu wenige für Anteile"))
    return "; ".join(parts)


def _table(rows: list[SurveyQuestion]) -> dict[str, Any]:
    body: list[list[Any]] = []
    for row in rows:
        end = [number_words(row.answered), number_words(row.missing)]
        asked = {"text": row.text, "is_content": True}
        for label, count in read_counts(row.counts):
            body.append(
                [
                    asked,
                    {"text": label, "is_content": True},
                    number_words(count),
                    share_of(count, row) or "–",
                    *end,
                ]
            )
        if not row.counts:
            body.append([asked, answered_words(row), "–", "–", *end])
    heads = (_("Frage"), _("Antwort"), _("Anzahl"), _("Anteil"), _("haben geantwortet"), _("ohne Antwort"))
    columns = [{"label": head, "numeric": place > 1} for place, head in enumerate(heads)]
    return {
        "id": "umfrage-tabelle",
        "caption": _("Alle Fragen und Antworten"),
        "columns": columns,
        "rows": body,
    }
