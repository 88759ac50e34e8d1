"""What a finding rests on: figures, plans, contributions, minutes, words of documents; or it is an assertion, and says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.asker import Asker
from insek.documents.models import Document, DocumentPage, Passage
from insek.documents.search import find_pages
from insek.documents.services import add_passage
from insek.engines.documents.outline import Place
from insek.engines.periods import begins_after, season
from insek.engines.text import shortened
from insek.evidence.models import Observation
from insek.evidence.queries import Series, breaks_of, series_of
from insek.evidence.services import uncertainty_words
from insek.evidence.words import quality_words, shown_value
from insek.people.actors import PROGRAM, Actor, require
from insek.people.prepared import prepared
from insek.places.models import District
from insek.plans.statement_pages import amount_words
from insek.plans.written import WrittenPart, parts_of
from insek.plans.written_facts import facts_of
from insek.release import releases
from insek.release.models import Proposal
from insek.thread import history
from insek.thread.audience import gated
from insek.thread.kinds import kind_named, link_kind_named
from insek.thread.models import Change, Item, ItemQuerySet, Link
from insek.thread.search import search_items
from insek.thread.services import require_release_of
from insek.web.display import number_words, period_words
from insek.web.richtext import plain_text

PROVEN, ASSERTION, OPEN = "belegt", "behauptung", "offen"
STATES = (
    (PROVEN, gettext_lazy("mit Beleg")),
    (ASSERTION, gettext_lazy("Behauptung ohne Beleg")),
    (OPEN, gettext_lazy("Beleg fehlt noch")),
)
LONGEST_SENTENCE = 480
FOUND = 8
"""Items and pages that a search shows at most."""


def unproven(items: ItemQuerySet, actor: Actor = PROGRAM) -> ItemQuerySet:
    """Findings that neither a link nor words of a document prove, as far as the actor may see."""
    links = Link.objects.visible_to(actor).filter(target=OuterRef("pk"), kind="evidences")
    passages = Passage.objects.filter(item=OuterRef("pk"), document__in=Document.objects.visible_to(actor))
    return items.filter(~Exists(links), ~Exists(passages))


def in_state(items: ItemQuerySet, state: str, actor: Actor) -> ItemQuerySet:
    """The findings that are proven, known as assertions, or still to be proven."""
    if state == PROVEN:
        return items.exclude(pk__in=unproven(Item.objects.filter(kind="finding"), actor).values("pk"))
    return unproven(items, actor).filter(finding__is_assertion=state == ASSERTION)


def state_of(item: Item, count: int) -> str:
    """How well a finding is founded, where ``count`` things prove it."""
    if count:
        return PROVEN
    return ASSERTION if item.finding.is_assertion else OPEN


def counted(ids: Iterable[str], actor: Actor) -> dict[str, int]:
    """How many things prove each of some findings, as far as the actor may see. One query."""

    def read(wanted: Any) -> QuerySet[Any, tuple[str, int, int]]:
        links = Link.objects.visible_to(actor).filter(target=OuterRef("pk"), kind="evidences")
        seen = Document.objects.visible_to(actor)
        passages = Passage.objects.filter(item=OuterRef("pk"), document__in=seen)
        found = Item.objects.filter(pk__among=wanted).order_by()
        found = found.annotate(links=_number_of(links, "target"), words=_number_of(passages, "item"))
        return found.values_list("pk", "links", "words")

    wanted = frozenset(ids)
    rows = prepared(gated(actor, "number of proofs"), read, wanted) if wanted else []
    return {pk: links + words for pk, links, words in rows}


def _number_of(rows: QuerySet[Any], owner: str) -> Coalesce:
    counts = rows.order_by().values(owner).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counts, output_field=IntegerField()), 0)


@dataclass(frozen=True)
class Proof:
    """One thing that can be taken as evidence: a figure, a development, an item, words of a page."""

    key: str
    title: str
    figure: str = ""
    """What it shows, in numbers or in its own words."""
    locator: str = ""
    sentence: str = ""
    url: str = ""
    what: str = ""
    """What sort of thing it is."""


def proofs_for(item: Item, query: str, asker: Asker) -> list[Proof]:
    """What could prove a finding: of a search; without one the indicators of its fields. About 20 queries."""
    actor = asker.actor
    sources = {source for source, target in link_kind_named("evidences").pairs if target == "finding"}
    taken = Link.objects.filter(target=item, kind="evidences").values("source")
    others = Item.objects.filter(concept=item.concept_id, kind__in=sources).exclude(
        Q(pk__in=taken) & ~Q(kind="plan")
    )
    if query:
        rows = list(search_items(query, actor, others)[:FOUND])
    else:
        fields = list(item.fields.values_list("pk", flat=True))
        near = others.filter(kind="indicator", fields__in=fields).distinct()
        rows = list(near.visible_to(actor).order_by("sort_key", "pk")[:FOUND])
    found: list[Proof] = []
    places = Link.objects.filter(source=item, kind="located_in").values_list("target", flat=True)
    here = set(places)
    for row in rows:
        if row.kind == "indicator":
            found += _of_indicator(row, here, actor)
        elif row.kind == "plan_statement":
            found.append(proof_of_statement(row))
        elif row.kind == "plan":
            found += proofs_of_plan(row, actor)
        else:
            text = plain_text(row.shown_text, 240)
            found.append(
                Proof(f"{row.pk}:", str(row), text, "", "", row.url, str(kind_named(row.kind).label))
            )
    return found + (_of_documents(query, asker) if query else [])


def proof_of_statement(item: Item) -> Proof:
    """A statement of a plan in its own words, with what can be checked in it, and document and page."""
    row = item.plan_statement
    until = _("bis %(year)s") % {"year": row.target_year} if row.target_year else ""
    figure = ", ".join(filter(None, [amount_words(row), until, row.who]))
    page = _("S. %(page)s") % {"page": item.page} if item.page else ""
    quote = shortened(item.text or item.title, 400)
    said = f"„{quote}“" + (f" ({figure})" if figure else "")
    sort = _("Kernaussage: %(sort)s") % {"sort": row.get_type_display()}
    return Proof(
        f"{item.pk}:", str(item), said, ", ".join(filter(None, [item.document, page])), said, item.url, sort
    )


def proofs_of_plan(item: Item, actor: Actor) -> list[Proof]:
    """A plan, and each part of its appraisal in words. Up to fifteen queries."""
    facts = facts_of(item.concept, [item], actor)[0]
    text = plain_text(item.shown_text, 240)
    whole = Proof(f"{item.pk}:", str(item), text, "", "", item.url, str(kind_named("plan").label))
    return [whole, *(_of_part(item, part) for part in parts_of(facts))]


def _of_part(item: Item, part: WrittenPart) -> Proof:
    what = _("Bewertung: %(part)s") % {"part": part.heading}
    url = f"{reverse('plan-written', args=[item.pk])}#teil-{part.key}"
    said = shortened(part.said, LONGEST_SENTENCE)
    return Proof(f"{item.pk}:teil.{part.key}", str(item), said, what, said, url, what)


def proof_at(item: Item, part: str, actor: Actor) -> Proof | None:
    """What an item that can prove something, or a part of the appraisal of a plan, says as evidence; None where it says nothing."""
    if item.kind == "plan_statement":
        return proof_of_statement(item)
    if item.kind == "plan":
        key = f"{item.pk}:teil.{part}" if part else f"{item.pk}:"
        return next((proof for proof in proofs_of_plan(item, actor) if proof.key == key), None)
    return None


def _of_indicator(item: Item, here: set[str], actor: Actor) -> list[Proof]:
    """The latest figure of the city and its development, and the latest figure of each district that the finding is about.

    Values that were projected stand beside those that were counted, never as their end, and say that they are, with their interval.
    """
    indicator = item.indicator
    indicator.item = item
    series = series_of(indicator, actor)
    city = next((each for each in series if each.district.level == "city" and each.points), None)
    wanted = [city] if city else []
    wanted += [each for each in series if each is not city and each.district.item_id in here and each.points]
    if not wanted and series:
        wanted = [each for each in series if each.points][:1]
    found = []
    for each in wanted:
        counted = [point for point in each.counted if point.quality != Observation.Quality.FORECAST]
        ahead = [point for point in each.points if point.quality == Observation.Quality.FORECAST]
        for points, key, what in (
            (counted, "wert", _("Wert")),
            (ahead, "voraus", _("Vorausberechneter Wert")),
        ):
            if points:
                found.append(_figure(item, each.district, points[-1], key, what))
        if (course := _course(item, each)) is not None:
            found.append(course)
    return found


def _figure(item: Item, district: District, last: Observation, key: str, what: str) -> Proof:
    """One value, with how it came about and how sure it is."""
    place, value, period = district.item.title, shown_value(last), period_words(last.period)
    is_ahead = last.quality == Observation.Quality.FORECAST
    sure = [quality_words(last), last.note if is_ahead and last.note else uncertainty_words(last)]
    how = "; ".join(filter(None, [period, *sure]))
    where = "; ".join(filter(None, [f"{place}, {period}", *sure]))
    return Proof(
        f"{item.pk}:{key}.{district.item_id}", str(item), f"{place}: {value} ({how})",
        f"{place}, {period}", f"{item.title}: {value} ({where}).", item.url, what,
    )  # fmt: skip


def _course(item: Item, series: Series) -> Proof | None:
    """The development of what was measured since the last break of a series, at the same time of the year; None for fewer than three values."""
    measured = series.counted
    if not measured:
        return None
    newest = measured[-1]
    breaks = [period for _pk, period in breaks_of([item.pk]) if not begins_after(period, newest.period)]
    points = [
        point
        for point in measured
        if point.basis == newest.basis
        and season(point.period) == season(newest.period)
        and not any(begins_after(period, point.period) for period in breaks)
    ]
    if len(points) < 3:
        return None
    first, last, place = points[0], points[-1], series.district.item.title
    figure = _("%(place)s: von %(first)s (%(from)s) auf %(last)s (%(to)s)") % {
        "place": place, "first": shown_value(first), "from": period_words(first.period),
        "last": shown_value(last), "to": period_words(last.period),
    }  # fmt: skip
    if last.quality == Observation.Quality.FORECAST:
        figure += f" ({quality_words(last)})"
    change = last.known - first.known
    if first.known and not item.indicator.in_percent:
        percent = number_words(abs(change / first.known * 100), 0)
        figure += ", " + (_("%(percent)s %% mehr") if change > 0 else _("%(percent)s %% weniger")) % {
            "percent": percent
        }
    span = f"{period_words(first.period)}–{period_words(last.period)}"
    return Proof(
        f"{item.pk}:verlauf.{series.district.item_id}", str(item), figure, f"{place}, {span}",
        f"{item.title}, {figure}.", item.url, _("Entwicklung"),
    )  # fmt: skip


def _of_documents(query: str, asker: Asker) -> list[Proof]:
    """The paragraphs of documents that have the words of a search."""
    found = []
    for hit in find_pages(query, asker.concept, asker.actor, most=FOUND):
        words = {text.lower() for text, is_hit in hit.excerpt if is_hit}
        blocks = hit.page.blocks
        scores = [sum(word in block.get("text", "").lower() for word in words) for block in blocks]
        if not scores or not max(scores):
            continue
        at = scores.index(max(scores))
        page = hit.page.label or str(hit.page.number)
        found.append(
            Proof(
                f"seite:{hit.document.pk}.{hit.page.number}.{at}", str(hit.document), shortened(blocks[at]["text"], 400),
                _("Seite %(page)s") % {"page": page} if hit.document.has_pages else page, "", reverse("document-page", args=[hit.document.pk, hit.page.number]), _("Textstelle"),
            )
        )  # fmt: skip
    return found


def proof_named(item: Item, key: str, query: str, asker: Asker) -> Proof | None:
    """The proof of this key among those of a search."""
    return next((proof for proof in proofs_for(item, query, asker) if proof.key == key), None)


def take_proof(item: Item, proof: Proof, *, sentence: str, actor: Actor) -> Link | Passage | Proposal:
    """Let a finding rest on something; between public items it waits for its release. Raises what linking raises."""
    source, _sign, rest = proof.key.partition(":")
    if source == "seite":
        return _take_passage(item, rest, actor)
    other = Item.objects.visible_to(actor).filter(pk=source, concept=item.concept_id).first()
    if other is None:
        raise ValidationError(_("Das gibt es nicht mehr. Bitte suchen Sie noch einmal."))
    reason = sentence.strip() or proof.sentence
    there = Link.objects.filter(source=other, target=item, kind="evidences").first()
    if there is not None:  # another part of the same thing: both stand at the one link
        return releases.change_link_or_propose(
            there, expected_version=there.version, reason=_both(there.reason, reason, " "), locator=_both(there.locator, proof.locator, "; "), actor=actor,
        )  # fmt: skip
    return releases.link_or_propose(
        other, item, kind="evidences", reason=reason, locator=proof.locator, actor=actor
    )


def _both(before: str, added: str, between: str) -> str:
    """What stands there and what comes, each once."""
    return before if not added or added in before else between.join(filter(None, [before, added]))


def _take_passage(item: Item, place: str, actor: Actor) -> Passage:
    require(actor, "thread.edit_item", item)
    document_id, number, at = (int(part) for part in place.split("."))
    document = Document.objects.visible_to(actor).filter(pk=document_id, concept=item.concept_id).first()
    page = DocumentPage.objects.filter(document=document_id, number=number).first()
    if document is None or page is None or at >= len(page.blocks):
        raise ValidationError(_("Das gibt es nicht mehr. Bitte suchen Sie noch einmal."))
    words = page.blocks[at]["text"]
    with transaction.atomic():
        require_release_of(actor, item)
        passage = add_passage(document, Place(number, at, at), words, item=item, actor=actor)
        label = f"{document} {page.label or page.number}: {shortened(words, 200)}"
        history.record(item, Change.Action.UPDATED, actor=actor, changed={"passages": ["", label]})
    return passage


def shown_proofs(item: Item, actor: Actor) -> Mapping[str, Any]:
    """For the page of a finding: how well it is founded, and what to do about it. One query."""
    count = counted([item.pk], actor).get(item.pk, 0)
    return {"evidence_state": state_of(item, count), "evidence_count": count}
