"""Moderation: the queue, one contribution, several at once, and the way back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from shapely.geometry.base import BaseGeometry

from insek.concept.models import Concept
from insek.people.actors import Actor, actor_of, require
from insek.people.breadcrumbs import staff_breadcrumb
from insek.people.locking import Conflict
from insek.people.mail import can_send
from insek.places.layers import lies_in
from insek.places.queries import place_choices
from insek.thread.identity import is_id
from insek.thread.models import Change, Item
from insek.web.context import asker_of, concept_fields, concept_or_404
from insek.web.display import date_words, shown_field
from insek.web.paging import BadCursor, bounded_count, keyset_page, pager

from .. import moderation, queries
from ..models import Contact, Contribution
from ..pages import SIGNS, district_name, one_point
from ..progress import late_words
from ..similar import similar_to
from ..surroundings import is_outside, outline_of

PAGE_SIZE = 50
ORDER = ("contribution__received_on", "pk")
MOST_TICKED = 200
UNDO = "moderation_undo"
"""Where the session keeps what can be undone with one click."""


def moderator(request: HttpRequest) -> tuple[Actor, Concept]:
    """Who moderates, and the concept. Raises PermissionDenied, and Http404 without a concept."""
    actor = actor_of(request)
    require(actor, "participation.moderate")
    concept = concept_or_404(request)
    return actor, concept


def _chosen(request: HttpRequest, concept: Concept, actor: Actor) -> tuple[Any, list[dict[str, Any]]]:
    """The contributions that the filters of the address leave, and the filters. Unknown values give 404."""
    rows = queries.queue(concept, actor, "")
    parts: list[tuple[str, str, list[tuple[str, Any]], str]] = [
        ("stand", _("Stand"), list(Contribution.State.choices), "contribution__state"),
        ("feld", _("Thema"), [(field.key, str(field)) for field in concept_fields(request)], "fields__key"),
        ("format", _("Format"), queries.format_choices(concept, actor), "contribution__format"),
        ("ort", _("Ort"), place_choices(concept, actor), "place"),
        ("art", _("Art"), list(Contribution.Type.choices), "contribution__type"),
        ("antwort", _("Rückmeldung"), [("nein", _("ohne")), ("ja", _("mit"))], "answered"),
    ]
    filters = []
    for name, label, choices, lookup in parts:
        value = request.GET.get(name, "new" if name == "stand" else "")
        if value:
            if value != "alle" and value not in {str(key) for key, _label in choices}:
                raise Http404
            if lookup == "answered":
                rows = queries.answered(rows, value)
            elif lookup == "place":
                rows = rows.filter(lies_in(concept, value))
            elif value != "alle":
                rows = rows.filter(**{lookup: value})
        options = [{"value": key, "label": text, "selected": str(key) == value} for key, text in choices]
        filters.append({"name": name, "label": label, "type": "select", "value": value, "options": options})
    return rows, filters


@login_required
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What waits, the oldest first."""
    actor, concept = moderator(request)
    rows, filters = _chosen(request, concept, actor)
    try:
        page = keyset_page(rows, order=ORDER, cursor=request.GET.get("nach", ""), size=PAGE_SIZE)
    except BadCursor as error:
        raise Http404 from error
    kept = request.GET.copy()
    kept.pop("nach", None)
    kept_filter = kept.urlencode()
    count = bounded_count(rows)

    def address(cursor: str) -> str:
        kept["nach"] = cursor
        return f"?{kept.urlencode()}"

    with_contact = set(
        Contact.objects.filter(contribution__in=[item.pk for item in page.rows]).values_list("pk", flat=True)
    )
    outline = outline_of(concept)
    context = {
        **frame(_("Beiträge moderieren")),
        "page_lead": _("Die ältesten zuerst. Öffentlich wird nur, was Sie veröffentlichen."),
        "entries": [line_of(item, item.pk in with_contact, outline) for item in page.rows],
        "filters": filters[:3],
        "more_filters": filters[3:],
        "more_open": any(part["value"] for part in filters[3:]),
        "reset_url": request.path if request.GET else "",
        "result_label": ngettext("%(count)s Beitrag", "%(count)s Beiträge", count) % {"count": count},
        **pager(page, address),
        "undoable": request.session.get(UNDO, []),
        "filter": kept_filter,
    }
    return render(request, "participation/moderation.html", context)


def line_of(item: Item, has_contact: bool, outline: BaseGeometry | None = None) -> dict[str, Any]:
    """A contribution as a line of the queue; ``outline`` is that of the city, where the line says what lies outside."""
    row = item.contribution
    return {
        "item": item,
        "sign": SIGNS[row.type],
        "type": row.get_type_display(),
        "state": row.get_state_display(),
        "is_answerable": row.state in moderation.ANSWERABLE,
        "is_new": row.state == Contribution.State.NEW,
        "received": date_words(row.received_on),
        "place": district_name(row),
        "format": row.format.item.title if row.format else "",
        "fields": [shown_field(field) for field in item.fields.all()],
        "unchecked": row.state == Contribution.State.NEW and not row.checked,
        "has_contact": has_contact,
        "answered": bool(row.reply),
        "late": "" if row.reply else late_words(row),
        "is_outside": is_outside(row, outline),
        "url": reverse("moderate", args=[item.pk]),
    }


def frame(title: str, *steps: tuple[str, str]) -> dict[str, Any]:
    """Title and way of a page of moderation."""
    return {
        "page_title": title,
        "active_nav": "account",
        "noindex": True,
        "breadcrumb": staff_breadcrumb(*steps, (title, "")),
    }


@login_required
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Publish the ticked contributions; what somebody changed meanwhile stays and is named."""
    actor, concept = moderator(request)
    versions = ticked(request)
    items = queries.queue(concept, actor).filter(pk__in=versions).order_by(*ORDER)
    done, missed = moderation.publish_many([(item, versions[item.pk]) for item in items], actor=actor)
    if done:
        request.session[UNDO] = [item.pk for item in done]
        messages.success(
            request,
            ngettext("%(count)s Beitrag ist veröffentlicht.", "%(count)s Beiträge sind veröffentlicht.", len(done))
            % {"count": len(done)},
        )  # fmt: skip
    elif not missed:
        messages.info(request, _("Bitte zuerst Beiträge ankreuzen, die noch nicht veröffentlicht sind."))
    warn_of_missed(request, missed)
    return back_to_queue(request)


def ticked(request: HttpRequest, name: str = "beitrag") -> dict[str, int]:
    """Ids of the ticked contributions with the versions that the moderator saw; what is no such pair is left out."""
    versions: dict[str, int] = {}
    for value in request.POST.getlist(name)[:MOST_TICKED]:
        pk, _colon, version = value.partition(":")
        if is_id(pk) and version.isascii() and version.isdigit() and len(version) < 9:
            versions[pk] = int(version)
    return versions


def warn_of_missed(request: HttpRequest, missed: list[Item]) -> None:
    """Name what somebody else changed meanwhile."""
    for item in missed:
        messages.warning(
            request, _("„%(item)s“ wurde inzwischen geändert und bleibt, wie es ist.") % {"item": item}
        )


def back_to_queue(request: HttpRequest) -> HttpResponse:
    """The queue with the filters from which the form was sent."""
    kept = QueryDict(request.POST.get("filter", "")[:500].encode("utf-8", "replace"))
    query = kept.urlencode()
    return redirect(f"{reverse('moderation')}?{query}" if query else "moderation")


@login_required
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take back the last act: of one contribution, or of all that were published together."""
    actor, concept = moderator(request)
    ids = [pk for pk in request.POST.getlist("beitrag")[:200] if is_id(pk)]
    count = 0
    for item in queries.queue(concept, actor, "").filter(pk__in=ids):
        try:
            moderation.undo(item, actor=actor)
            count += 1
        except (ValidationError, Conflict):
            messages.warning(
                request, _("„%(item)s“ wurde inzwischen geändert und bleibt, wie es ist.") % {"item": item}
            )
    request.session.pop(UNDO, None)
    if count:
        messages.success(request, _("Zurückgenommen."))
    return redirect("moderation")


@login_required
@require_http_methods(["GET", "POST"])
def contribution(request: HttpRequest, item_id: str) -> HttpResponse:
    """One contribution: publish, answer, merge or reject; then the next one comes."""
    actor, concept = moderator(request)
    item = queries.queue(concept, actor, "").filter(pk=item_id).first()
    if item is None:
        raise Http404
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            word = _perform_posted(request, item, concept, actor)
        except Conflict as conflict:
            errors["form"] = [_("Jemand war schneller. Unten steht, wie es jetzt ist; Ihr Text ist noch da.")]
            item = queries.queue(concept, actor, "").get(pk=conflict.current.pk)
        except ValidationError as error:
            errors = error.message_dict if hasattr(error, "error_dict") else {"form": error.messages}
        else:
            request.session[UNDO] = [item.pk]
            messages.success(request, word)
            following = queries.queue(concept, actor).order_by(*ORDER).exclude(pk=item.pk).first()
            if "next" in request.POST and following is not None:
                return redirect("moderate", item_id=following.pk)
            return redirect("moderation")
    context = {
        **frame(item.title, (_("Beiträge moderieren"), reverse("moderation"))),
        **_shown(request, item, actor),
        "errors": errors,
        "typed": request.POST,
    }
    return render(request, "participation/moderate.html", context, status=400 if errors else 200)


def _shown(request: HttpRequest, item: Item, actor: Actor) -> dict[str, Any]:
    """What the page of one contribution shows. Some six queries."""
    row: Contribution = item.contribution
    here = row.lon is not None and row.lat is not None
    last = Change.objects.filter(item_id=item.pk).order_by("-at", "-id").first()
    return {
        "item": item,
        "row": row,
        "line": line_of(item, False),
        "contact": Contact.objects.filter(contribution=row).first(),
        "can_send": can_send(),
        "is_outside": is_outside(row, outline_of(item.concept)) if here else False,
        "reply_day": date_words(row.replied_on),
        "point_map": one_point(asker_of(request), row) if here else None,
        "similar": similar_to(item, actor),
        "may_undo": last is not None and last.version == item.version and moderation.is_moderation(last),
        "merged": list(Item.objects.visible_to(actor).filter(contribution__merged_into=row)[:20]),
    }


def _perform_posted(request: HttpRequest, item: Item, concept: Concept, actor: Actor) -> str:
    """Do what the pressed button says; returns what was done, in words."""
    sent = request.POST
    version = sent.get("version", "")
    expected = int(version) if version.isascii() and version.isdigit() and len(version) < 9 else 0
    match sent.get("act"):
        case "publish":
            moderation.publish(item, expected_version=expected, actor=actor, title=sent.get("title", ""))
            return _("Der Beitrag ist veröffentlicht.")
        case "reject":
            merged = item.contribution.merged.count()
            moderation.reject(item, reason=sent.get("reason", ""), expected_version=expected, actor=actor)
            return _("Der Beitrag ist abgelehnt.") + _returned(merged)
        case "reply":
            moderation.reply(item, text=sent.get("reply", ""), expected_version=expected, actor=actor)
            return _("Die Rückmeldung ist gespeichert.")
        case "merge":
            into = _named(sent.get("into_typed", "").strip() or sent.get("into", ""), concept, actor)
            moderation.merge(item, into=into, expected_version=expected, actor=actor)
            return _("Der Beitrag ist zusammengeführt.")
    raise ValidationError(_("Diese Handlung gibt es nicht."))


def _returned(count: int) -> str:
    """How many contributions wait on their own again, as a sentence behind another."""
    if not count:
        return ""
    said = ngettext(
        "%(count)s damit zusammengeführter Beitrag steht wieder in der Warteschlange.",
        "%(count)s damit zusammengeführte Beiträge stehen wieder in der Warteschlange.",
        count,
    )
    return " " + said % {"count": count}


def _named(name: str, concept: Concept, actor: Actor) -> Item:
    """The contribution of a number, an id or an address. Raises ValidationError."""
    rows = queries.queue(concept, actor, "")
    last = name.rstrip("/").rsplit("/", 1)[-1].lower()
    found = (
        rows.filter(pk=last).first()
        if is_id(last)
        else rows.filter(number__iexact=name[:30].replace("\x00", "")).first()
    )
    if found is None or not name:
        raise ValidationError({"into": _("Bitte einen Beitrag wählen oder seine Nummer nennen.")})
    return found
