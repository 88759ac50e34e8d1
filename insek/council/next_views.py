"""The next edition in the browser: what lies ready for it, what becomes of what is in force, and working for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import rules
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from insek.concept.models import Edition
from insek.people.actors import actor_of, require
from insek.people.locking import Conflict
from insek.people.requests import posted
from insek.release.bundles import OPEN, bundle_of
from insek.release.releases import ProposalDecided
from insek.release.waiting_changes import compared, proposal_title, what_each_changes
from insek.thread.fields_ahead import fields_waiting_for
from insek.thread.lineage import Lineage
from insek.thread.models import Item

from .clashes_shown import decide_sent, shown_clashes
from .edition_items import Succession
from .freezing import EditionPart, part_tables
from .in_force import edition_before, held_by
from .prospect import leaving, prospect, withdraws
from .succession_words import shown_fates
from .successions import Seen, SuccessionEntry, confirm_proposed, entries_of, say_fate, take_back_fate
from .views import edition_breadcrumb, edition_of, shown_edition, table_label
from .working import work_for, worked_edition

SHOWN = 100
"""Items on one page of what becomes of them."""
OPEN_ONLY, CONTRADICTED = "offen", "widerspruch"


class FateForm(forms.Form):
    """What becomes of the ticked items, why, and what follows them."""

    fate = forms.ChoiceField(
        choices=[("", gettext_lazy("Bitte wählen")), *Succession.Fate.choices],
        label=gettext_lazy("Was wird daraus?"),
    )
    reason = forms.CharField(
        max_length=500,
        required=False,
        label=gettext_lazy("Grund, in einem Satz"),
        help_text=gettext_lazy("Öffentlich ab dem Einreichen. Nur „beibehalten“ kommt ohne Grund aus."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    into = forms.CharField(
        max_length=500,
        required=False,
        label=gettext_lazy("Was tritt an die Stelle?"),
        help_text=gettext_lazy(
            "Nummern, durch Komma getrennt, etwa Z 3.2, Z 3.3; bei Handlungsfeldern ihre Namen. Nötig bei"
            " „zusammengeführt“ und „aufgeteilt“."
        ),
    )
    is_example = forms.BooleanField(
        required=False,
        label=gettext_lazy("Das ist ein erfundenes Beispiel und keine Auskunft der Stadt."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def succession(request: HttpRequest, key: str) -> HttpResponse:
    """What becomes of each item of the edition before; those who may say so tick and say, everybody reads what was filed."""
    edition, actor = edition_of(request, key), actor_of(request)
    if edition.status == Edition.Status.DRAFT and not rules.test_rule("council.see_next_edition", actor):
        raise Http404
    may_say = rules.test_rule("council.edit_succession", actor, edition)
    if request.method == "POST":
        require(actor, "council.edit_succession", edition)
    form = FateForm(posted(request))
    problem = ""
    if request.method == "POST":
        answer, problem = _say(request, edition, form)
        if answer is not None:
            return answer
    held = _held(edition) if may_say else _frozen(edition)
    entries = entries_of(edition, held.parts, held.lineage)
    state, table = request.GET.get("stand", ""), request.GET.get("art", "")
    if state not in {"", OPEN_ONLY, CONTRADICTED, *Succession.Fate.values} or (
        table and table not in {each.name for each in part_tables()}
    ):
        raise Http404
    chosen = [each for each in entries if _fits(each, state) and table in {"", each.row.table}]
    start = _start(request, len(chosen))
    shown = chosen[start : start + SHOWN]
    said = [each.said for each in shown if each.said is not None]
    for each in said:
        each.edition = edition
    words = shown_fates(said, actor, held.called if may_say else {})
    open_count = sum(each.is_open for each in entries)
    before = edition_before(edition)
    context = {
        "edition": edition,
        "shown": shown_edition(edition),
        "before": str(before) if before else "",
        "before_url": reverse("edition", args=[before.key]) if before else "",
        "form": form,
        "may_say": may_say,
        "problem": problem,
        "entries": [_entry(request, edition, each, words, held.called) for each in shown],
        "confirm_count": sum(each.is_open and each.may_confirm for each in chosen),
        "counts": _counts(entries),
        "all_count": len(entries),
        "open_count": open_count,
        "contradicted_count": sum(each.is_contradicted for each in entries),
        "state": state,
        "tables": [
            {"name": name, "label": table_label(request, name, plural=True), "selected": name == table}
            for name in dict.fromkeys(each.row.table for each in entries)
        ],
        "total": len(chosen),
        "start": start + 1,
        "end": start + len(shown),
        "before_page": _address(request, start - SHOWN) if start else "",
        "next_page": _address(request, start + SHOWN) if start + SHOWN < len(chosen) else "",
        "page_title": _("Verbleib"),
        "active_nav": "edition",
        "noindex": edition.status == Edition.Status.DRAFT,
        "breadcrumb": edition_breadcrumb(edition, (_("Verbleib"), "")),
    }
    return render(request, "council/succession.html", context, status=400 if problem or form.errors else 200)


@dataclass(frozen=True)
class _Held:
    """What an edition holds or would hold, and what came of what by merging and splitting."""

    parts: list[EditionPart]
    lineage: list[Lineage]

    @property
    def tables(self) -> dict[str, str]:
        """The tables of its items, by id."""
        return {part.key: part.table for part in self.parts if part.table != "fields"}

    @property
    def called(self) -> dict[str, str]:
        """What its items are called, by id."""
        return {part.key: f"{part.number} {part.title}".strip() for part in self.parts}

    @property
    def numbered(self) -> dict[str, str]:
        """Its items by number."""
        return {part.number.casefold(): part.key for part in self.parts if part.number}


def _held(edition: Edition) -> _Held:
    """What those who may say what becomes of items measure it by: what a draft would hold today, and what a filed one holds."""
    if edition.status != Edition.Status.DRAFT:
        return _frozen(edition)
    ahead = prospect(edition)
    return _Held(ahead.parts, ahead.lineage)


def _frozen(edition: Edition) -> _Held:
    parts = [EditionPart(row.table, row.key, row.content or {}) for row in held_by(edition).values()]
    return _Held(parts, list(Lineage.objects.filter(concept=edition.concept)))


def _fits(entry: SuccessionEntry, state: str) -> bool:
    if state == OPEN_ONLY:
        return entry.is_open
    if state == CONTRADICTED:
        return entry.is_contradicted
    return not state or (entry.said is not None and entry.said.fate == state)


def _counts(entries: list[SuccessionEntry]) -> list[dict[str, Any]]:
    counted: dict[str, int] = {}
    for each in entries:
        if each.said is not None:
            counted[each.said.fate] = counted.get(each.said.fate, 0) + 1
    return [
        {"fate": value, "label": label, "count": counted[value]}
        for value, label in Succession.Fate.choices
        if value in counted
    ]


def _entry(
    request: HttpRequest,
    edition: Edition,
    entry: SuccessionEntry,
    words: dict[int, dict[str, Any]],
    called: Mapping[str, str],
) -> dict[str, Any]:
    said = entry.said
    return {
        "sign": f"{entry.row.table}:{entry.row.key}:{said.version if said else 0}",
        "id": f"{entry.row.table}-{entry.row.key}",
        "title": str(entry.row),
        "url": reverse("edition-item", args=[entry.row.edition.key, entry.row.key]),
        "kind": table_label(request, entry.row.table),
        "said": words[said.pk] if said else None,
        "proposed": str(Succession.Fate(entry.proposed).label) if entry.proposed else "",
        "change_url": f"{reverse('edition-compare')}?von={entry.row.edition.key}&mit={edition.key}&was=changed&art={entry.row.table}"
        f"#{entry.row.table}-{entry.row.key}"
        if entry.proposed == Succession.Fate.CHANGED
        else "",
        "proposed_into": [called.get(pk, pk) for pk in entry.into],
        "proposed_reason": entry.reason,
        "may_confirm": entry.may_confirm,
        "is_open": entry.is_open,
        "is_contradicted": entry.is_contradicted,
        "is_there": entry.is_there,
    }


def _say(request: HttpRequest, edition: Edition, form: FateForm) -> tuple[HttpResponse | None, str]:
    """Do what the pressed button says; the answer, or what is wrong."""
    actor = actor_of(request)
    try:
        seen = _all_found(request, edition) if request.POST.get("umfang") == "alle" else _seen(request)
        if request.POST.get("act") == "take_back":
            count = take_back_fate(edition, seen, actor=actor)
        elif request.POST.get("act") == "confirm":
            count = len(_confirm(edition, seen, request))
        elif form.is_valid():
            data = form.cleaned_data
            held = _held(edition) if data["into"] else None
            into = _named(edition, data["into"], held.numbered if held else {})
            made = say_fate(
                edition, seen, fate=data["fate"], reason=data["reason"], into=into,
                is_example=data["is_example"], ahead=held.tables if held else {}, actor=actor,
            )  # fmt: skip
            count = len(made)
        else:
            return None, ""
    except ValidationError as error:
        return None, " ".join(error.messages)
    except Conflict:
        return None, _("Inzwischen hat jemand anderes dazu etwas gesagt. Bitte sehen Sie noch einmal hin.")
    said = ngettext(
        "Verbleib eines Inhalts gespeichert.", "Verbleib von %(count)s Inhalten gespeichert.", count
    )
    messages.success(request, said % {"count": count})
    query = request.GET.urlencode()
    return redirect(f"{reverse('succession', args=[edition.key])}{'?' + query if query else ''}"), ""


def _confirm(edition: Edition, seen: list[Seen], request: HttpRequest) -> list[Succession]:
    """Say of the ticked items what is proposed, where that can be said as it stands; the others are left."""
    held, versions = _held(edition), {(each.table, each.key): each.version for each in seen}
    entries = [each for each in entries_of(edition, held.parts, held.lineage) if each.where in versions]
    if any((each.said.version if each.said else 0) != versions[each.where] for each in entries):
        raise Conflict(None)
    reason = request.POST.get("reason", "").strip()
    made = confirm_proposed(edition, entries, reason=reason, ahead=held.tables, actor=actor_of(request))
    if not made:
        raise ValidationError(
            _("Unter diesen Inhalten ist keiner mit einem Vorschlag, der sich bestätigen lässt. Wo sich der Wortlaut ändert, gehört ein Grund dazu.")
        )  # fmt: skip
    return made


def _all_found(request: HttpRequest, edition: Edition) -> list[Seen]:
    """All items that the filters of the address find. Raises Conflict where they are not as many as were shown."""
    state, table = request.GET.get("stand", ""), request.GET.get("art", "")
    held = _held(edition)
    entries = entries_of(edition, held.parts, held.lineage)
    found = [each for each in entries if _fits(each, state) and table in {"", each.row.table}]
    if request.POST.get("anzahl") != str(len(found)):
        raise Conflict(None)
    return [Seen(*each.where, each.said.version if each.said else 0) for each in found]


def _seen(request: HttpRequest) -> list[Seen]:
    found = []
    for value in request.POST.getlist("punkt"):
        table, _sign, rest = value.partition(":")
        name, _sign, version = rest.rpartition(":")
        if version.isascii() and version.isdigit() and len(version) < 8:
            found.append(Seen(table, name, int(version)))
    return found


def _named(edition: Edition, typed: str, numbered: Mapping[str, str]) -> list[str]:
    """Ids of items and keys of fields, from numbers, names and ids as they were typed. Raises ValidationError."""
    found = []
    fields = {str(field.name).casefold(): field.key for field in edition.concept.fields.all()}
    for name in filter(None, (part.strip() for part in re.split(r"[,;\n]", typed))):
        item = Item.objects.filter(concept=edition.concept, number__iexact=name).order_by("pk").first()
        known = numbered.get(name.casefold()) or fields.get(name.casefold(), name)
        found.append(item.pk if item is not None else known)
    return found


def _start(request: HttpRequest, count: int) -> int:
    sent = request.GET.get("ab", "0")
    if not (sent.isascii() and sent.isdigit() and len(sent) < 7):
        raise Http404
    start = int(sent) // SHOWN * SHOWN
    if start and start >= count:
        raise Http404
    return start


def _address(request: HttpRequest, start: int) -> str:
    kept = request.GET.copy()
    kept["ab"] = str(start)
    return f"?{kept.urlencode()}"


@login_required
@require_safe
def next_edition(request: HttpRequest, key: str) -> HttpResponse:
    """What lies ready for an edition that is not adopted yet, and what stands in its way."""
    actor = actor_of(request)
    require(actor, "council.see_next_edition")
    edition = edition_of(request, key)
    if edition.status not in OPEN:
        raise Http404
    ahead = prospect(edition)
    bundle = bundle_of(edition)
    what = what_each_changes(bundle, actor)
    gone = {each.key for each in leaving(edition) if withdraws(each)}
    failing = {each.proposal.pk: each.why for each in ahead.failed}
    is_filed = edition.status == Edition.Status.FILED
    held = _frozen(edition) if is_filed else _Held(ahead.parts, ahead.lineage)
    entries = entries_of(edition, held.parts, held.lineage)
    before = edition_before(edition)
    context = {
        "edition": edition,
        "shown": shown_edition(edition),
        "before": str(before) if before else "",
        "compare_url": f"{reverse('edition-compare')}?von={before.key}&mit={edition.key}" if before else "",
        "bundle": [
            {
                "title": proposal_title(each),
                "url": each.url,
                "what": what[each.pk],
                "who": str(each.author or "INSEK"),
                "why_not": failing.get(each.pk, ""),
                "leaves": each.item_id in gone,
                "has_clash": bool(compared(each, actor).clashes) if each.item is not None else False,
            }
            for each in bundle[:SHOWN]
        ],
        "bundle_count": len(bundle),
        "more_count": max(0, len(bundle) - SHOWN),
        "all_count": len(entries),
        "open_count": sum(each.is_open for each in entries),
        "contradicted_count": sum(each.is_contradicted for each in entries),
        "vanished": [str(each.row) for each in entries if not each.is_there and each.is_open],
        "gaps": ahead.gaps,
        "clashes": shown_clashes(ahead.clashes, actor),
        "new_fields": fields_waiting_for(edition),
        "renewed": _renewed(request, edition),
        "is_worked_for": worked_edition(request) == edition,
        "is_filed": is_filed,
        "may_work": rules.test_rule("council.work_for_edition", actor),
        "may_file": rules.test_rule("council.file_edition", actor) and edition.status == Edition.Status.DRAFT,
        "page_title": _("Arbeitsstand"),
        "active_nav": "edition",
        "noindex": True,
        "breadcrumb": edition_breadcrumb(edition, (_("Arbeitsstand"), "")),
    }
    return render(request, "council/next_edition.html", context)


def _renewed(request: HttpRequest, edition: Edition) -> list[str]:
    """What a part update renews, in words."""
    tables = [table_label(request, name, plural=True) for name in edition.scope_tables.split(";") if name]
    keys = [key for key in edition.scope_fields.split(";") if key]
    return [*tables, *(str(field) for field in edition.concept.fields.filter(key__in=keys))]


@login_required
@require_POST
def edition_work(request: HttpRequest, key: str) -> HttpResponse:
    """Begin or end to work for an edition, or say which of two changes counts that lie ready for it."""
    require(actor_of(request), "council.work_for_edition")
    edition = edition_of(request, key)
    if request.POST.get("act") == "decide":
        try:
            decide_sent(request, edition)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        except ProposalDecided:
            messages.error(request, _("Inzwischen hat jemand anderes etwas daran geändert. Bitte sehen Sie noch einmal hin."))  # fmt: skip
        else:
            messages.success(request, _("Entschieden. Was nicht gilt, ist aus der Ausgabe herausgenommen."))
        return redirect(f"{reverse('next-edition', args=[key])}#bereit")
    if request.POST.get("act") == "end":
        work_for(request, None)
        messages.success(
            request, _("Sie arbeiten wieder an dem, was gilt. Änderungen warten auf ihre Freigabe.")
        )
        return redirect("edition", key)
    if edition.status not in OPEN:
        raise Http404
    work_for(request, edition)
    messages.success(
        request,
        _("Sie arbeiten jetzt an „%(edition)s“. Was Sie an Öffentlichem ändern, gilt erst mit dem Beschluss.")
        % {"edition": edition},
    )
    return redirect("next-edition", key)
