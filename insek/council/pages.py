"""How papers and resolutions are shown."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

import rules
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek import clock
from insek.concept.asker import Asker
from insek.items.pages import EVERY_KIND, Choice, Filter, ItemPages, KindColumn, add_to_detail, register_pages
from insek.people.models import Body, Right
from insek.thread.kinds import kind_names, link_kind_named
from insek.thread.models import Item, Link
from insek.thread.services import commitment_kinds
from insek.web.display import KindNames, date_words, shown_field, shown_items

from .check_pages import check_lines, visible_checks
from .edition_queries import adopted_form, change_of
from .edition_sentences import adopted_notice
from .edition_words import rows_between
from .forms import PaperForm, ResolutionForm
from .freezing import part_tables
from .hearing import hearing_of, hearing_sentence
from .history_views import public_history_link
from .models import Consultation, Resolution
from .rows import held_words


def paper_facts(item: Item) -> list[tuple[Any, Any]]:
    """Reference, date and unit."""
    paper = item.paper
    return [
        (_("Aktenzeichen"), paper.reference or "–"),
        (_("Datum"), date_words(paper.date) or _("Datum nicht bekannt")),
        (_("Federführung"), str(paper.unit) if paper.unit else ""),
    ]


def votes(resolution: Resolution) -> str:
    """The result of the vote in words; says so when it is not known."""
    if resolution.votes_yes is not None or resolution.votes_no is not None:
        return _("%(yes)s Ja, %(no)s Nein, %(abstain)s Enthaltungen") % {
            "yes": resolution.votes_yes or 0, "no": resolution.votes_no or 0, "abstain": resolution.votes_abstain or 0,
        }  # fmt: skip
    if resolution.unanimous is None:
        return _("nicht veröffentlicht")
    return _("einstimmig") if resolution.unanimous else _("nicht einstimmig")


def vote_bar(resolution: Resolution) -> list[dict[str, str]]:
    """The votes as parts of a line of 100 units; empty when they are not known."""
    counts = [
        ("yes", resolution.votes_yes or 0),
        ("abstain", resolution.votes_abstain or 0),
        ("no", resolution.votes_no or 0),
    ]
    total = sum(count for _name, count in counts)
    parts, at = [], 0.0
    for name, count in counts:
        width = 100 * count / total if total else 0
        if width:
            parts.append({"name": name, "x": f"{at:.2f}", "width": f"{width:.2f}"})
        at += width
    return parts


def resolution_facts(item: Item) -> list[tuple[Any, Any]]:
    """Date, outcome, body; for a line of the list."""
    resolution = item.resolution
    return [
        (_("Datum"), date_words(resolution.date)),
        (_("Ergebnis"), resolution.get_outcome_display()),
        (_("Gremium"), str(resolution.body)),
    ]


def resolution_detail(asker: Asker, item: Item) -> dict[str, Any]:
    """The edition and the fields that this resolution adopts, and the paper it rests on."""
    resolution = item.resolution
    visible = Item.objects.visible_to(asker.actor)
    edition = resolution.edition
    known = votes(resolution)
    return {
        "outcome": capfirst(resolution.get_outcome_display()),
        "when_and_who": _("%(body)s, %(date)s") % {
            "body": resolution.body, "date": date_words(resolution.date),
        },
        "votes": known if known != _("nicht veröffentlicht") else _("Stimmenzahlen liegen hier nicht vor."),
        "vote_bar": vote_bar(resolution),
        "edition": {"title": str(edition), "url": reverse("edition", args=[edition.key])} if edition else None,
        "adopted_fields": [shown_field(field) for field in resolution.adopted_fields.all()],
        "paper_item": visible.filter(pk=resolution.paper_id).first() if resolution.paper_id else None,
    }  # fmt: skip


def resolution_lines(items: Iterable[Item], names: KindNames) -> list[dict[str, Any]]:
    """Resolutions in a list outside their own. One query for their fields."""
    rows = list(items)
    return [
        {
            "item": shown,
            "date": date_words(item.resolution.date),
            "outcome": item.resolution.get_outcome_display(),
            "body": str(item.resolution.body),
        }
        for item, shown in zip(rows, shown_items(rows, names) if rows else [], strict=True)
    ]


def paper_detail(asker: Asker, item: Item) -> dict[str, Any]:
    """The way of the paper, the Ortsbeirat that is not heard, its checks, and the resolutions taken on it."""
    names = kind_names(asker)
    actor = asker.actor
    visible = Item.objects.visible_to(actor)
    taken = (
        visible.filter(kind="resolution", resolution__paper=item.pk)
        .select_related("resolution__body")
        .order_by("resolution__date", "pk")
    )
    can_edit = rules.test_rule("council.edit_consultation", actor, item)
    steps = list(item.paper.consultations.select_related("body"))
    return {
        "resolutions": resolution_lines(taken[:50], names),
        "steps": [{"row": step, "date": date_words(step.date), "held": held_words(step)} for step in steps],
        "unheard": _unheard(item, steps) if actor.sees_internal else [],
        "checks": check_lines(visible_checks(actor).filter(paper=item.pk)),
        "can_edit_way": can_edit,
        "check_url": f"{reverse('concept_check-create')}?vorlage={item.pk}"
        if rules.test_rule("thread.create_item", actor, "concept_check")
        and (actor.has(Right.EDIT) or item.paper.unit_id == actor.unit_id)
        else "",
    }


def _unheard(item: Item, steps: list[Consultation]) -> list[dict[str, Any]]:
    """Places whose Ortsbeirat must be heard, with what is known of it and the way to enter it. One query."""
    links = item.consequences.filter(kind="located_in", target__district__has_ortsbeirat=True)
    today = clock.today()
    found = []
    for link in links.select_related("target__district__ortsbeirat").order_by("target__sort_key", "pk"):
        body = link.target.district.ortsbeirat
        hearing = hearing_of(steps, body.pk if body else None, today)
        if hearing.state.is_in_order:
            continue
        url = reverse("consultation-create", args=[item.pk])
        if hearing.step is not None:
            url = reverse("consultation-edit", args=[item.pk, hearing.step])
        elif body is not None:
            url += f"?anhoerung={body.key}"
        found.append(
            {
                "place": link.target.title,
                "body": str(body) if body else "",
                "words": hearing_sentence(hearing) if body else "",
                "is_entered": hearing.step is not None,
                "url": url if body else "",
            }
        )
    return found


register_pages(
    ItemPages(
        kind="paper",
        form=PaperForm,
        detail_template="council/paper.html",
        detail=paper_detail,
        facts=paper_facts,
        layout="lines",
        related=("paper__unit",),
        columns=(
            KindColumn("reference", lambda item: item.paper.reference),
            KindColumn("date", lambda item: item.paper.date),
            KindColumn("unit", lambda item: item.paper.unit, gettext_lazy("Federführung")),
        ),
        bulk_fields=("unit",),
    )
)
register_pages(
    ItemPages(
        kind="resolution",
        form=ResolutionForm,
        detail_template="council/resolution.html",
        detail=resolution_detail,
        facts=resolution_facts,
        layout="lines",
        sorts={"datum": (gettext_lazy("Datum"), ("-resolution__date", "pk"))},
        default_sort="datum",
        related=("resolution__body", "resolution__edition"),
        filters=(
            Filter(
                "gremium",
                gettext_lazy("Gremium"),
                lambda asker: [(body.key, str(body)) for body in Body.objects.all()],
                lambda items, value: items.filter(resolution__body__key=value),
            ),
            Filter(
                "ergebnis",
                gettext_lazy("Ergebnis"),
                lambda asker: Resolution.Outcome.choices,
                lambda items, value: items.filter(resolution__outcome=value),
            ),
        ),
        columns=(
            KindColumn("reference", lambda item: item.resolution.reference),
            KindColumn("date", lambda item: item.resolution.date, sort="datum"),
            KindColumn("body", lambda item: item.resolution.body),
            KindColumn("outcome", Choice("outcome", "resolution")),
            KindColumn("votes", lambda item: votes(item.resolution), gettext_lazy("Stimmen")),
        ),
        bulk_fields=("body", "outcome"),
    )
)


def decisions_on_measure(asker: Asker, item: Item) -> dict[str, Any]:
    """The resolutions that adopt, decide or finance a measure, for its fact sheet. One query."""
    links = (
        Link.objects.visible_to(asker.actor)
        .filter(source=item, kind__in=commitment_kinds())
        .select_related("target__resolution")
        .order_by("kind", "target__sort_key", "pk")
    )
    return {
        "decisions": [
            {
                "item": link.target,
                "label": link_kind_named(link.kind).label_towards("target"),
                "date": _("am %(date)s") % {"date": date_words(link.target.resolution.date)},
            }
            for link in links[:40]
        ]
    }


add_to_detail("measure", decisions_on_measure)


def adopted_wording(asker: Asker, item: Item) -> dict[str, Any]:
    """What the council adopted of an item, and whether it reads otherwise today. One query where none did."""
    added = public_history_link(item)
    row = adopted_form(item) if item.kind in _adopted_kinds() else None
    if row is None or row.content is None:
        return added
    change = change_of(row, item)
    rows = rows_between(row.table, change.before, change.after) if change and change.after else []
    notice = adopted_notice(row, change, asker.actor)
    return {**added, "adopted": notice, "adopted_rows": rows, "added_sections": ["council/_adopted.html"]}


@cache
def _adopted_kinds() -> frozenset[str]:
    """The kinds of which an edition holds the wording."""
    return frozenset(table.kind for table in part_tables() if table.kind)


add_to_detail(EVERY_KIND, adopted_wording)
