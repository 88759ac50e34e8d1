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
from insek.concept.levels import level_name
from insek.items.aftermath import register_aftermath
from insek.items.mending import Mend, register_mend
from insek.items.pages import (
    EVERY_KIND,
    Choice,
    Filter,
    ItemPages,
    KindColumn,
    add_filters,
    add_to_detail,
    ask_with_detail,
    is_beside,
    register_pages,
)
from insek.items.why import EntryState, add_states
from insek.people.models import Body, Right, Unit
from insek.people.prepared import prepared
from insek.places.district_page import tell_here
from insek.thread.audience import gated
from insek.thread.identity import is_id
from insek.thread.kinds import kind_names, link_kind_named
from insek.thread.models import Item, Link
from insek.thread.services import commitment_kinds
from insek.web.display import KindNames, date_words, shown_field, shown_items

from .check_pages import check_lines, visible_checks
from .decisions import is_checked, of_weight
from .edition_items import EditionItem, Succession
from .edition_queries import adopted_form, change_of
from .edition_sentences import adopted_notice
from .edition_words import rows_between
from .forms import PaperForm, ResolutionForm
from .freezing import part_tables
from .hearing import Hearing, HearingState, hearing_of, hearing_sentence
from .history_views import public_history_link
from .models import Check, Consultation, Resolution, Subject, Weight
from .rows import held_words
from .succession_words import aftermath, fate_page, fates_of_item

DECISIONS_SHOWN = 40


def paper_facts(item: Item) -> list[tuple[Any, Any]]:
    """Reference, date and unit."""
    paper = item.paper
    return [
        *(
            [(_("Art der Entscheidung"), paper.get_subject_display())]
            if paper.subject != Subject.PAPER
            else []
        ),
        (_("Aktenzeichen"), paper.reference or "–"),
        *([(_("Vorab eingeschätzt"), paper.get_weight_display())] if paper.weight else []),
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
        "votes": known if known != _("nicht veröffentlicht") else _("Zusammengezählte Stimmen liegen hier nicht vor."),
        "vote_bar": vote_bar(resolution),
        "edition": {"title": str(edition), "url": reverse("edition", args=[edition.key])} if edition else None,
        "adopted_fields": [shown_field(field) for field in resolution.adopted_fields.visible_to(asker.actor)],
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


def begin_resolution(asker: Asker) -> dict[str, Any] | None:
    """What the form of a new resolution starts with: the paper that ``?vorlage=`` names, its title, reference, fields and who decides when.

    Up to four queries.
    """
    item_id = str(asker.asked.get("vorlage", ""))
    if not item_id:
        return {}
    item = (
        Item.objects.visible_to(asker.actor).filter(pk=item_id, kind="paper").first()
        if is_id(item_id)
        else None
    )
    if item is None:
        return None
    step = item.paper.consultations.filter(role=Consultation.Role.DECISION).order_by("-position").first()
    is_changed = item.paper.amendments.filter(state__in=["carried", "modified"]).exists()
    begun: dict[str, Any] = {
        "paper": item.pk, "title": item.title, "reference": item.paper.reference,
        "standing": "example" if item.is_example else "working",
        "fields_of_action": list(item.fields.all()),
        **({"outcome": Resolution.Outcome.ADOPTED_WITH_CHANGES} if is_changed else {}),
    }  # fmt: skip
    if step is not None:
        begun |= {
            "body": step.body_id,
            **({"date": step.date} if step.date and step.date <= clock.today() else {}),
        }
    return begun


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
        "decide_url": f"{reverse('resolution-create')}?vorlage={item.pk}"
        if can_edit and rules.test_rule("thread.create_item", actor, "resolution")
        else "",
        "steps": [{"row": step, "date": date_words(step.date), "held": held_words(step)} for step in steps],
        "unheard": _unheard(item, steps) if actor.sees_internal and item.concept.hearing_norm else [],
        "hearing_norm": item.concept.hearing_norm,
        "checks": check_lines(visible_checks(actor).filter(paper=item.pk)),
        "can_edit_way": can_edit,
        "document_url": f"{reverse('document-upload')}?zu={item.pk}"
        if rules.test_rule("documents.edit", actor)
        else "",
        "has_draft": visible_checks(actor).filter(paper=item.pk, status=Check.Status.DRAFT).exists(),
        "check_url": reverse("check-begin", args=[item.pk])
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
            KindColumn("subject", Choice("subject", "paper")),
            KindColumn("reference", lambda item: item.paper.reference),
            KindColumn("date", lambda item: item.paper.date),
            KindColumn("weight", Choice("weight", "paper")),
            KindColumn("unit", lambda item: item.paper.unit, gettext_lazy("Federführung")),
        ),
        filters=(
            Filter(
                "art",
                gettext_lazy("Art der Entscheidung"),
                lambda asker: Subject.choices,
                lambda items, value: items.filter(paper__subject=value),
            ),
            Filter(
                "gewicht",
                gettext_lazy("Gesamtstädtisches Gewicht"),
                lambda asker: Weight.choices,
                lambda items, value: of_weight(items, value),
            ),
            Filter(
                "federfuehrung",
                gettext_lazy("Federführung"),
                lambda asker: [(unit.key, str(unit)) for unit in Unit.objects.all()],
                lambda items, value: items.filter(paper__unit__key=value),
            ),
        ),
        bulk_fields=("unit", "subject", "weight"),
    )
)


def checked_filter(asker: Asker) -> list[Filter]:
    """Papers by whether a check of theirs is finished, for whoever sees those that are not public."""
    if not rules.test_rule("council.see_criteria", asker.actor):
        return []
    choices = [("ja", _("geprüft")), ("nein", _("nicht geprüft"))]
    return [Filter("geprueft", _("INSEK-Prüfung"), lambda asker: choices, is_checked)]


add_filters("paper", checked_filter)
register_pages(
    ItemPages(
        kind="resolution",
        form=ResolutionForm,
        begin=begin_resolution,
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
    """The resolutions that adopt, decide or finance a measure, for its fact sheet. One query where there are any."""
    actor = asker.actor
    links: list[Link] = []
    if is_beside(item, "decisions"):
        links = prepared(
            gated(actor, "decisions on a measure"),
            lambda pk: (
                Link.objects.visible_to(actor)
                .filter(source=pk, kind__in=commitment_kinds())
                .select_related("target__resolution")
                .order_by("kind", "target__sort_key", "pk")[:DECISIONS_SHOWN]
            ),
            item.pk,
        )
    return {
        "decisions": [
            {
                "item": link.target,
                "label": link_kind_named(link.kind).label_towards("target"),
                "date": _("am %(date)s") % {"date": date_words(link.target.resolution.date)},
            }
            for link in links
        ]
    }


ask_with_detail(
    "measure", "decisions", lambda pk: Link.objects.filter(source=pk, kind__in=commitment_kinds())
)
add_to_detail("measure", decisions_on_measure)
add_states(
    "resolution",
    lambda asker, items: {
        item.pk: EntryState(
            fact=", ".join(
                filter(None, [item.resolution.get_outcome_display(), date_words(item.resolution.date)])
            )
        )
        for item in items
    },
    columns=("resolution__outcome", "resolution__date"),
)


def hearings_here(asker: Asker, item: Item, papers: list[str]) -> dict[str, str]:
    """How the body of a district is heard on papers. One query, none without a body or where the law asks for none."""
    body, concept = item.district.ortsbeirat_id, asker.concept
    if body is None or concept is None or not concept.hearing_norm:
        return {}
    name = level_name(concept.pk, "ortsbeirat", default=_("Örtliches Gremium"))
    today = clock.today()
    steps: dict[str, list[Consultation]] = {}
    for step in Consultation.objects.filter(paper__in=papers).select_related("body"):
        steps.setdefault(step.paper_id, []).append(step)
    return {pk: _heard_words(hearing_of(steps.get(pk, ()), body, today), name) for pk in papers}


def _heard_words(hearing: Hearing, body: str) -> str:
    words = str(HEARD_WORDS[hearing.state]) % {"body": body}
    return f"{words} ({date_words(hearing.day)})" if hearing.day else words


HEARD_WORDS = {
    HearingState.HEARD: gettext_lazy("%(body)s: angehört"),
    HearingState.PLANNED: gettext_lazy("%(body)s: Anhörung steht bevor"),
    HearingState.LATE: gettext_lazy("%(body)s: sehr spät angehört"),
    HearingState.CLOSE: gettext_lazy("%(body)s: Anhörung knapp vor der Entscheidung"),
    HearingState.UNCONFIRMED: gettext_lazy("%(body)s: ob angehört wurde, ist nicht eingetragen"),
    HearingState.UNDATED: gettext_lazy("%(body)s: Anhörung ohne Tag"),
    HearingState.AFTER: gettext_lazy("%(body)s: Anhörung erst nach der Entscheidung"),
    HearingState.CANCELLED: gettext_lazy("%(body)s: in der Sitzung nicht behandelt"),
    HearingState.MISSING: gettext_lazy("%(body)s: Anhörung nicht eingetragen"),
}
"""How an Ortsbeirat is heard on a paper that concerns its district."""

tell_here("paper", hearings_here)
add_states(
    "paper",
    lambda asker, items: {item.pk: EntryState(fact=date_words(item.paper.date)) for item in items},
    columns=("paper__date",),
)


def adopted_wording(asker: Asker, item: Item) -> dict[str, Any]:
    """What the council adopted of an item, whether it reads otherwise today, and what a later edition made of it.

    No query where none did, else one more for what became of it.
    """
    added = public_history_link(item)
    holds = item.kind in _adopted_kinds() and is_beside(item, "editions")
    row = adopted_form(item) if holds else None
    if row is None or row.content is None:
        return added
    change = change_of(row, item)
    rows = rows_between(row.table, change.before, change.after) if change and change.after else []
    notice = adopted_notice(row, change, asker.actor)
    is_told = is_beside(item, "successions")
    fates = fates_of_item(item.pk, item.concept, asker.actor) if is_told else []
    later = ["council/_fates.html"] if fates else []
    context = {**added, "adopted": notice, "adopted_rows": rows, "fates": fates}
    if item.kind == "goal" and not notice["changed"] and not rows:
        return {**context, "side_sections": ["council/_adopted_line.html"], "added_sections": later}
    return {**context, "added_sections": ["council/_adopted.html", *later]}


@cache
def _adopted_kinds() -> frozenset[str]:
    """The kinds of which an edition holds the wording."""
    return frozenset(table.kind for table in part_tables() if table.kind)


ask_with_detail(EVERY_KIND, "editions", lambda pk: EditionItem.objects.filter(key=pk))
ask_with_detail(
    EVERY_KIND, "successions", lambda pk: Succession.objects.filter(key=pk).exclude(fate=Succession.Fate.KEPT)
)
add_to_detail(EVERY_KIND, adopted_wording)
register_aftermath(aftermath)
register_mend("succession", Mend(gettext_lazy("Verbleib sagen"), "thread.see_gaps", fate_page))
