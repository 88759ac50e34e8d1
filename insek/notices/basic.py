"""What the house itself tells: a way to a password, changes that wait for a release, and those that came back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from insek.concept.models import Concept
from insek.people.mail import register_inviting
from insek.people.models import Right, User
from insek.release.models import Proposal
from insek.thread.models import Item

from .models import Notice
from .outbox import put
from .persons import user_key, with_right
from .register import NoticeKind, NoticeReader, NoticeWords, ToTell, register_notice

INVITATION = "invitation"


def _invitation(notice: Notice, reader: NoticeReader) -> NoticeWords | None:
    """The link is made when the mail is written and stands nowhere else."""
    user = User.objects.filter(pk=reader.recipient.actor.user_id or 0, is_active=True).first()
    if user is None:
        return None
    parts = [urlsafe_base64_encode(force_bytes(user.pk)), default_token_generator.make_token(user)]
    return NoticeWords(
        title=_("Zugang zu INSEK"),
        path=reverse("password_reset_confirm", args=parts),
        values={"benutzername": user.username, "tage": str(settings.PASSWORD_RESET_TIMEOUT // 86_400)},
    )


register_notice(
    NoticeKind(
        name=INVITATION,
        label=gettext_lazy("Link zum Wählen eines Passworts"),
        whom=gettext_lazy("wer einen Zugang hat oder bekommt"),
        when=gettext_lazy("wenn die Administration ihn sendet"),
        subject=gettext_lazy("Ihr Zugang zu INSEK"),
        text=gettext_lazy(
            "Guten Tag,\n\nfür Sie gibt es einen Zugang zu INSEK, der Plattform für das Stadtentwicklungskonzept. Ihr Benutzername: {benutzername}\n\n"
            "Haben Sie damit nichts zu tun, löschen Sie diese Nachricht.\n\nUnter dieser Adresse wählen Sie Ihr Passwort; sie gilt {tage} Tage und nur ein Mal:"
        ),
        say=_invitation,
        only_by_mail=True,
        is_duty=True,
        at_once=True,
        order=1,
        values={
            "benutzername": gettext_lazy("womit sich die Person anmeldet"),
            "tage": gettext_lazy("wie viele Tage der Link gilt"),
        },
    )
)


def invite(user: User) -> None:
    """Send a person a link; each time it is asked for it is another one."""
    concept, kind = Concept.objects.order_by("pk").first(), invitation_kind()
    if concept is not None:
        count = Notice.objects.filter(concept=concept, kind=INVITATION, to=user_key(user.pk)).count()
        put(concept, kind, [ToTell(user_key(user.pk), occasion=str(count + 1))])


def invitation_kind() -> NoticeKind:
    """Its line of the table."""
    from .register import notice_kind

    kind = notice_kind(INVITATION)
    assert kind is not None
    return kind


register_inviting(invite)


def _is_about_proposals(event: object) -> bool:
    return getattr(event, "action", "") in {"proposed", "decided", "deleted"}


def _to_release(concept: Concept, today: date) -> Iterable[ToTell]:
    """Told anew when something came in, and once a week while it waits. Three queries."""
    waiting = Proposal.objects.filter(concept=concept).waiting()
    newest = waiting.order_by("-proposed_at", "-pk").values_list("pk", flat=True).first()
    if newest is None:
        return []
    year, week, _day = today.isocalendar()
    return [
        ToTell(to, occasion=str(newest), again=f"{year}W{week}")
        for to in with_right(Right.RELEASE, Right.SEE_INTERNAL)
    ]


def _say_to_release(notice: Notice, reader: NoticeReader) -> NoticeWords | None:
    seen = Proposal.objects.filter(concept=notice.concept_id).waiting().visible_to(reader.recipient.actor)
    count = seen.count()
    if not count:
        return None
    title = ngettext("Eine Änderung wartet auf Freigabe", "%(count)s Änderungen warten auf Freigabe", count)
    return NoticeWords(title % {"count": count}, reverse("proposal-list"))


register_notice(
    NoticeKind(
        name="to_release",
        label=gettext_lazy("Freigabe"),
        whom=gettext_lazy("wer Inhalte veröffentlichen darf"),
        when=gettext_lazy("wenn eine Änderung dazukommt, und einmal in der Woche, solange eine wartet"),
        subject=gettext_lazy("INSEK: {titel}"),
        text=gettext_lazy("Guten Tag,\n\n{titel}. Was öffentlich ist, ändert sich erst mit Ihrer Freigabe."),
        say=_say_to_release,
        find=_to_release,
        hears=_is_about_proposals,
        is_duty=True,
        order=10,
    )
)


def _returned(concept: Concept, today: date) -> Iterable[ToTell]:
    """What came back to its author and was not taken up or withdrawn. One query."""
    rows = Proposal.objects.filter(concept=concept, state=Proposal.State.RETURNED, author__isnull=False)
    for pk, item, author, at in rows.values_list("pk", "item_id", "author_id", "decided_at"):
        yield ToTell(
            user_key(author), subject=item or "", occasion=f"{pk}-{at:%Y%m%d%H%M%S}", data={"proposal": pk}
        )


def _say_returned(notice: Notice, reader: NoticeReader) -> NoticeWords | None:
    item = reader.item(notice)
    title = _label(item) if item is not None else _("Ihr Änderungsvorschlag")
    return NoticeWords(
        title, reverse("proposal", args=[notice.data["proposal"]]), _("zurückgegeben, mit einer Antwort")
    )


register_notice(
    NoticeKind(
        name="returned",
        label=gettext_lazy("Zurückgegeben"),
        whom=gettext_lazy("wer die Änderung vorgeschlagen hat"),
        when=gettext_lazy("wenn sie nicht freigegeben, sondern mit einer Antwort zurückgegeben wird"),
        subject=gettext_lazy("INSEK: Ihre Änderung kam zurück"),
        text=gettext_lazy(
            "Guten Tag,\n\nIhre Änderung an „{titel}“ ist noch nicht öffentlich. Was noch fehlt, steht in der Antwort:"
        ),
        say=_say_returned,
        find=_returned,
        hears=_is_about_proposals,
        is_duty=True,
        order=11,
    )
)


def _label(item: Item) -> str:
    return f"{item.number} {item.shown_title}".strip()
