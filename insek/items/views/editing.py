"""Creating, changing and deleting items of every kind. A form that is refused keeps what was typed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import ProtectedError, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from insek.people.actors import Actor, actor_of, require
from insek.people.locking import Conflict
from insek.people.requests import posted
from insek.release.acts import act_named
from insek.release.bundling import waits_words, worked_for
from insek.release.changes import shown_changes
from insek.release.models import Proposal
from insek.release.releases import ProposalDecided
from insek.release.waiting_changes import clashing, saved_message, shown_since, waiting_notice
from insek.thread import services
from insek.thread.english import is_english_older
from insek.thread.history import changes_seen_by
from insek.thread.kinds import link_kind_named
from insek.thread.models import Item, Link, Visibility
from insek.web.context import asker_of, concept_or_404

from ..forms import ItemForm, value_typed
from ..losses import losses_of
from ..pages import ItemPages, pages_of
from .items import create_label, item_breadcrumb, kind_title, visible_item

LINKS_NAMED = 8
"""Links of a deleted item that the page names."""


@login_required
@require_http_methods(["GET", "POST"])
def item_create(request: HttpRequest, kind: str) -> HttpResponse:
    """The form for a new item of a kind; ``?feld=`` chooses a field of action beforehand, ``begin`` of its pages the rest."""
    pages = pages_of(kind)
    actor = actor_of(request)
    require(actor, "thread.create_item", kind)
    concept = concept_or_404(request)
    chosen = list(concept.fields.filter(key=request.GET.get("feld", "").replace("\x00", "")))
    begun = pages.begin(asker_of(request))
    if begun is None:
        raise Http404
    initial = {"fields_of_action": chosen, **begun}
    form = pages.form(posted(request), concept=concept, actor=actor, initial=initial)
    if request.method == "POST":
        created = apply(form)
        if isinstance(created, Proposal):
            messages.success(
                request,
                _("„%(item)s“ ist angelegt und bleibt intern, bis die Veröffentlichung freigegeben ist.")
                % {"item": created.item},
            )
            return redirect(created.url)
        if isinstance(created, Item):
            messages.success(request, _("„%(item)s“ ist angelegt.") % {"item": created})
            return redirect(pages.next_page(created) or created.url)
    title = create_label(kind_title(request, pages))
    context = {
        "form": form,
        "page_title": title,
        "page_lead": pages.spec.explanation,
        "active_nav": kind,
        "submit_label": _("Anlegen"),
        "cancel_url": reverse(pages.spec.list_name),
        "breadcrumb": item_breadcrumb(request, pages, (title, "")),
        "noindex": True,
    }
    return render(request, "items/item_form.html", context, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def item_edit(request: HttpRequest, item_id: str) -> HttpResponse:
    """The form of an item, with a warning when somebody else was faster; what was typed is kept."""
    item, pages = visible_item(request, item_id)
    actor = actor_of(request)
    require(actor, "thread.edit_item", item)
    revised = revised_by(request, item)
    form = pages.form(posted(request), concept=item.concept, actor=actor, item=item, revises=revised)
    conflict: dict[str, Any] = {}
    if revised is not None and request.method == "GET":
        conflict = changed_meanwhile(revised, item, actor)
    if request.method == "POST":
        saved = apply(form)
        if isinstance(saved, Item | Proposal):
            messages.success(request, saved_message(saved, item))
            return redirect(saved.url)
        if isinstance(saved, Conflict):
            conflict = bring_up_to_date(request, form, pages, item.pk)
    context = {
        "form": form,
        "item": item,
        "conflict": conflict,
        "waiting_notice": waiting_notice(item, actor, besides=revised.pk if revised else None),
        "waits_for_release": waits_words("update", item) if item.visibility == Visibility.PUBLIC else "",
        "proposal_version": revised.version if revised else 0,
        "page_title": _("%(item)s bearbeiten") % {"item": item.number or item.kind_label},
        "page_lead": item.title,
        "english_is_older": is_english_older(item),
        "active_nav": item.kind,
        "submit_label": _("Speichern"),
        "cancel_url": revised.url if revised else item.url,
        "breadcrumb": item_breadcrumb(
            request, pages, (item.number or item.title, item.url), (_("Bearbeiten"), "")
        ),
        "noindex": True,
    }
    status = 409 if conflict and form.errors else 400 if form.errors else 200
    return render(request, "items/item_form.html", context, status=status)


def revised_by(request: HttpRequest, item: Item) -> Proposal | None:
    """The proposal of the person's own that ``?freigabe=`` names, with the version the form was opened with."""
    sent, edition = request.GET.get("freigabe", ""), worked_for()
    own = Proposal.objects.undecided().filter(item=item.pk, act="update", author=actor_of(request).user_id)
    if not sent and edition is not None:
        bundled = own.bundle_of(edition).last()
        sent = str(bundled.pk) if bundled else ""
    if not sent:
        return None
    found = own.filter(pk=int(sent)).first() if sent.isascii() and sent.isdigit() and len(sent) < 10 else None
    if found is None:
        raise Http404
    version = request.POST.get("proposal_version", "")
    if request.method == "POST":
        found.version = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0
    return found


def changed_meanwhile(proposal: Proposal, item: Item, actor: Actor) -> dict[str, Any]:
    """What others changed since a proposal was written; the form shows the item as it is now."""
    if item.version == proposal.base_version:
        return {}
    clashes = clashing(proposal, act_named(proposal.act).rows(proposal, item))
    changes = shown_since(item, proposal.base_version, actor, clashes)
    return {"changes": changes, "adopted": [], "has_clashes": bool(clashes)} if changes else {}


def apply(form: ItemForm) -> Item | Proposal | Conflict | None:
    """Let the form do its work; what the services refuse becomes messages of the form."""
    if not form.is_valid():
        return None
    try:
        return form.apply()
    except ValidationError as error:
        form.add_service_errors(error)
    except Conflict as error:
        form.add_error(
            None, _("Inzwischen hat jemand anderes diesen Inhalt geändert. Ihre Eingaben stehen noch hier.")
        )
        return error
    except ProposalDecided:
        form.add_error(
            None,
            _("Über diese Änderung hat inzwischen jemand anderes entschieden, oder sie wurde überarbeitet."),
        )
    except IntegrityError:
        form.add_error(
            None, _("Das ließ sich nicht speichern: Die Angaben widersprechen anderen. Nichts ist geändert.")
        )
    return None


def bring_up_to_date(request: HttpRequest, form: ItemForm, pages: ItemPages, item_id: str) -> dict[str, Any]:
    """Put the changes of others under what was typed, so that saving once more takes nothing back unseen.

    A field that the person left alone gets the value that is there now. A field that both changed keeps what was
    typed and is named as a clash. Returns what the page says about it.
    """
    item, _pages = visible_item(request, item_id)
    opened = form.expected_version
    changes = list(
        changes_seen_by(item, form.actor)
        .filter(version__gt=opened, version__lte=item.version)
        .exclude(differences={})
        .select_related("actor", "released_by")
    )
    before = {
        name: pair[0] for change in changes for name, pair in change.differences.items() if name != "link"
    }
    fresh = pages.form(concept=item.concept, actor=form.actor, item=item)
    sent = {name: form[name].data for name in form.fields}
    clashes, adopted = [], []
    for name, old in before.items():
        bound = form.name_in_form(name)
        if bound is None:
            continue
        if value_typed(form.cleaned_data.get(bound)) == old:
            sent[bound] = fresh[bound].value()
            adopted.append(str(form.fields[bound].label))
        else:
            clashes.append(name)
    form.data = {**sent, "version": str(item.version)}
    return {
        "changes": shown_changes(changes, item.kind, actor_of(request), clashes=clashes),
        "adopted": adopted,
        "has_clashes": bool(clashes),
    }


@login_required
@require_http_methods(["GET", "POST"])
def item_delete(request: HttpRequest, item_id: str) -> HttpResponse:
    """Ask once, say what goes with the item and what stays, then delete it for good."""
    item, pages = visible_item(request, item_id)
    actor = actor_of(request)
    require(actor, "thread.delete_item", item)
    problem = ""
    if request.method == "POST":
        version = request.POST.get("version", "")
        try:
            services.delete_item(
                item, expected_version=int(version) if version.isdecimal() else 0, actor=actor
            )
        except Conflict:
            problem = _(
                "Inzwischen hat jemand anderes diesen Inhalt geändert. Bitte sehen Sie ihn noch einmal an."
            )
        except ValidationError as error:
            problem = " ".join(error.messages)
        except ProtectedError as error:
            problem = _("Andere Inhalte beruhen darauf: %(what)s. Nichts ist gelöscht.") % {
                "what": what_rests_on(error)
            }
        else:
            messages.success(request, _("„%(item)s“ ist gelöscht.") % {"item": item})
            return redirect(reverse(pages.spec.list_name))
        item, pages = visible_item(request, item_id)
    links = Link.objects.visible_to(actor).filter(Q(source=item) | Q(target=item))
    count = links.count()
    context = {
        "item": item,
        "links": [
            link_line(link, item)
            for link in links.select_related("source", "target").order_by("kind", "pk")[:LINKS_NAMED]
        ],
        "link_count": count,
        "unnamed_count": max(0, count - LINKS_NAMED),
        "problem": problem,
        "losses": losses_of(item),
        "page_title": _("%(item)s löschen?") % {"item": item.number or item.kind_label},
        "page_lead": item.title,
        "english_is_older": is_english_older(item),
        "active_nav": item.kind,
        "breadcrumb": item_breadcrumb(
            request, pages, (item.number or item.title, item.url), (_("Löschen"), "")
        ),
        "noindex": True,
    }
    return render(request, "items/item_delete.html", context, status=409 if problem else 200)


def link_line(link: Link, item: Item) -> dict[str, Any]:
    """A link as it reads on the page of one of its ends."""
    outward = link.source_id == item.pk
    return {
        "label": link_kind_named(link.kind).label_towards("target" if outward else "source"),
        "item": link.target if outward else link.source,
        "reason": link.reason,
    }


def what_rests_on(error: ProtectedError) -> str:
    """What prevents deleting, in words: "12 Werte, 2 untergeordnete Inhalte"."""
    items = sum(1 for row in error.protected_objects if hasattr(row, "item"))
    others = len(error.protected_objects) - items
    parts = []
    if items:
        parts.append(_("untergeordnete oder darauf bezogene Inhalte (%(count)s)") % {"count": items})
    if others:
        parts.append(_("eingetragene Werte (%(count)s)") % {"count": others})
    return ", ".join(parts)
