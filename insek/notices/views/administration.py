"""For administrators: what was sent and what was not, and the words of each mail with preview and test."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from insek.people.actors import actor_of, require
from insek.people.locking import Conflict
from insek.people.mail import MailNotSent, can_send, hand_over
from insek.people.models import User
from insek.people.requests import posted
from insek.web.context import concept_or_404
from insek.web.paging import BadCursor, keyset_page, pager

from ..composing import values_of, worded_kind, worded_kinds
from ..forms import MailTextForm, kept_words
from ..models import Notice
from ..register import NoticeKind, notice_kind, notice_kinds, recipients_behind
from ..sending import decide_unsure, send_again
from ..wording import default_words, drop_words, example_mail, keep_words
from .frame import page_context

PAGE_SIZE = 50
LANGUAGES = {"de": "Deutsch", "en": "English"}


@login_required
@require_safe
def notice_table(request: HttpRequest) -> HttpResponse:
    """Who is told what, and when: the table of the program, as it works."""
    rows = [[str(kind.label), str(kind.whom), str(kind.when), _how(kind)] for kind in notice_kinds()]
    context = {
        **page_context(actor_of(request), "notice-table", _("Wer was erfährt")),
        "page_lead": _("So arbeitet das Programm: Jede Zeile ist eine Art von Nachricht."),
        "table": {
            "id": "nachrichten",
            "caption": _("Arten von Nachrichten"),
            "hide_caption": True,
            "columns": [{"label": label} for label in (_("Nachricht"), _("An wen"), _("Wann"), _("Wie"))],
            "rows": rows,
        },
        "can_send": can_send(),
    }
    return render(request, "notices/notice_table.html", context)


def _how(kind: NoticeKind) -> str:
    pace = _("sofort") if kind.at_once else _("mit den anderen des Tages")
    return f"{pace}, {_('gehört zur Aufgabe')}" if kind.is_duty else f"{pace}, {_('abbestellbar')}"


@login_required
@require_safe
def notice_log(request: HttpRequest) -> HttpResponse:
    """What was sent, what waits, and what could not be delivered, with the reason."""
    actor, concept = actor_of(request), concept_or_404(request)
    require(actor, "notices.set_up")
    state = request.GET.get("stand", "")
    if state and state not in Notice.State.values:
        raise Http404
    found = Notice.objects.filter(concept=concept)
    counts = dict(found.order_by().values_list("state").annotate(count=Count("pk")))
    try:
        page = keyset_page(
            found.filter(state=state) if state else found,
            order=("-pk",),
            cursor=request.GET.get("nach", ""),
            size=PAGE_SIZE,
        )
    except BadCursor as error:
        raise Http404 from error
    people = recipients_behind(row.to for row in page.rows)
    rows = []
    for row in page.rows:
        kind, recipient = notice_kind(row.kind), people.get(row.to)
        rows.append(
            {
                "notice": row,
                "label": str(kind.label) if kind is not None else row.kind,
                "name": recipient.name or _("ohne Namen") if recipient is not None else _("nicht mehr da"),
                "can_again": row.state in (Notice.State.FAILED, Notice.State.UNSURE),
            }
        )
    unsure = found.filter(state=Notice.State.UNSURE)
    last_unsure = unsure.values_list("pk", flat=True).first() if counts.get(Notice.State.UNSURE) else None
    states = [("", _("alle"), sum(counts.values()))]
    states += [(value, str(label), counts.get(value, 0)) for value, label in Notice.State.choices]
    context = {
        **page_context(actor, "notice-log", _("Was versandt wurde")),
        "page_lead": _("Adressen und Texte stehen nicht im Protokoll: Sie werden erst beim Senden geholt."),
        "rows": rows,
        "states": [
            {
                "label": label,
                "count": count,
                "url": f"?stand={value}" if value else "?",
                "is_active": value == state,
            }
            for value, label, count in states
        ],
        "can_send": can_send(),
        "unsure": counts.get(Notice.State.UNSURE, 0),
        "last_unsure": last_unsure,
        "wants_unsure": state in ("", Notice.State.UNSURE),
        **pager(page, lambda cursor: f"?stand={state}&nach={cursor}"),
    }
    return render(request, "notices/notice_log.html", context)


@login_required
@require_POST
def notice_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Let one that failed go out once more."""
    require(actor_of(request), "notices.set_up")
    notice = get_object_or_404(Notice, pk=pk, concept=concept_or_404(request))
    if send_again(notice):
        messages.success(request, _("Die Nachricht geht in den nächsten Minuten noch einmal hinaus."))
    else:
        messages.info(request, _("Diese Nachricht wartet schon oder ist gesendet."))
    return redirect("notice-log")


@login_required
@require_POST
def notices_decide(request: HttpRequest) -> HttpResponse:
    """Send all again of which nobody knows whether they went out, or none: those that stood on the page, in one go."""
    last, act = request.POST.get("last", ""), request.POST.get("act", "")
    actor, concept = actor_of(request), concept_or_404(request)
    require(actor, "notices.set_up")
    if act not in {"again", "drop"} or not (last.isascii() and last.isdigit() and len(last) < 19):
        raise Http404
    count = decide_unsure(concept, up_to=int(last), again=act == "again", actor=actor)
    said = (
        ngettext(
            "Eine Nachricht geht in den nächsten Minuten hinaus, wenn sie noch gilt.",
            "%(count)s Nachrichten gehen in den nächsten Minuten hinaus, soweit sie noch gelten.",
            count,
        )
        if act == "again"
        else ngettext(
            "Eine Nachricht wird nicht noch einmal gesendet.",
            "%(count)s Nachrichten werden nicht noch einmal gesendet.",
            count,
        )
    )
    messages.success(request, said % {"count": count})
    return redirect(f"{reverse('notice-log')}?stand=unsure")


@login_required
@require_safe
def mail_texts(request: HttpRequest) -> HttpResponse:
    """All kinds of mail with their subject, and which the city words itself."""
    require(actor_of(request), "notices.set_up")
    concept_or_404(request)
    rows = []
    for kind in worded_kinds():
        own = {code: kept_words(kind, code) is not None for code in LANGUAGES}
        rows.append(
            [
                {"text": str(kind.label), "url": reverse("mail-text", args=[kind.name, "de"])},
                str(kind.whom),
                ", ".join(LANGUAGES[code] for code, is_own in own.items() if is_own) or _("wie mitgeliefert"),
            ]
        )
    context = {
        **page_context(actor_of(request), "mail-texts", _("Texte der Nachrichten")),
        "page_lead": _("Was in jeder Mail steht. Was Sie nicht ändern, kommt mit dem Programm."),
        "table": {
            "id": "texte",
            "caption": _("Texte der Nachrichten"),
            "hide_caption": True,
            "columns": [{"label": label} for label in (_("Nachricht"), _("An wen"), _("Eigener Text"))],
            "rows": rows,
        },
    }
    return render(request, "notices/notice_table.html", {**context, "can_send": True})


@login_required
@require_http_methods(["GET", "POST"])
def mail_text(request: HttpRequest, name: str, language: str) -> HttpResponse:
    """The words of one kind of mail in one language: preview, test, keep, or back to those the program comes with."""
    actor, concept = actor_of(request), concept_or_404(request)
    require(actor, "notices.set_up")
    kind = worded_kind(name)
    if kind is None or language not in LANGUAGES:
        raise Http404
    kept = kept_words(kind, language)
    subject, text = (kept.subject, kept.text) if kept is not None else default_words(kind, language)
    act = request.POST.get("act", "")
    if act == "default":
        drop_words(kind, language, actor=actor)
        messages.success(request, _("Es gilt wieder der Text, der mit dem Programm kommt."))
        return redirect("mail-text", name, language)
    initial = {"subject": subject, "text": text, "version": kept.version if kept is not None else 0}
    form = MailTextForm(posted(request), initial=initial, kind=kind)
    words = (subject, text)
    if request.method == "POST" and form.is_valid():
        words = (form.cleaned_data["subject"], form.cleaned_data["text"])
        if act == "test":
            _test(request, form, kind, language, words)
        elif act != "preview":
            try:
                keep_words(kind, language, words, expected_version=form.expected_version, actor=actor)
            except Conflict:
                form.add_error(
                    None,
                    _("Inzwischen hat jemand anderes diesen Text geändert. Ihre Eingaben stehen noch hier."),
                )
            else:
                messages.success(request, _("Der Text ist gespeichert."))
                return redirect("mail-text", name, language)
    mail = example_mail(concept, kind, language, words, address="")
    context: dict[str, Any] = {
        **page_context(actor, "mail-texts", str(kind.label), (str(kind.label), "")),
        "page_lead": _("An wen: %(whom)s. Wann: %(when)s.") % {"whom": kind.whom, "when": kind.when},
        "form": form,
        "values": [(f"{{{name}}}", str(said)) for name, said in values_of(kind).items()],
        "mail_subject": mail.subject,
        "mail_text": mail.body,
        "mail_lang": language,
        "is_own": kept is not None,
        "languages": [
            {"label": label, "url": reverse("mail-text", args=[name, code]), "is_active": code == language}
            for code, label in LANGUAGES.items()
        ],
        "can_test": can_send() and bool(getattr(request.user, "email", "")),
        "address": getattr(request.user, "email", ""),
    }
    return render(request, "notices/mail_text.html", context, status=400 if form.errors else 200)


def _test(
    request: HttpRequest, form: MailTextForm, kind: NoticeKind, language: str, words: tuple[str, str]
) -> None:
    """Send the mail with example values to the own address, at once."""
    user = request.user
    assert isinstance(user, User)
    mail = example_mail(concept_or_404(request), kind, language, words, address=user.email)
    try:
        hand_over(mail)
    except MailNotSent as error:
        form.add_error(None, str(error))
    else:
        messages.success(request, _("Die Probe ist an %(address)s unterwegs.") % {"address": user.email})
