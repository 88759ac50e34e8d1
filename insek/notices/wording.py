"""The words of each kind of mail: kept, given up for those the program comes with, and tried out with example values."""

from __future__ import annotations

from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from insek.concept.models import Concept
from insek.people.actors import Actor, require
from insek.people.locking import Conflict

from .composing import MANY, NoticePart, compose, values_of
from .models import MailText, Notice
from .register import NoticeKind, NoticeWords, Recipient


def default_words(kind: NoticeKind, language: str) -> tuple[str, str]:
    """Subject and text that the program comes with."""
    with translation.override(language):
        return str(kind.subject), str(kind.text)


def keep_words(
    kind: NoticeKind, language: str, words: tuple[str, str], *, expected_version: int, actor: Actor
) -> None:
    """Keep the words of the city. Raises PermissionDenied, and Conflict where somebody else was faster."""
    require(actor, "notices.set_up")
    subject, text = words
    with transaction.atomic():
        rows = MailText.objects.filter(kind=kind.name, language=language)
        if expected_version:
            changed = rows.filter(version=expected_version).update(
                subject=subject, text=text, version=F("version") + 1
            )
        else:
            _row, changed = MailText.objects.get_or_create(
                kind=kind.name, language=language, defaults={"subject": subject, "text": text}
            )
        if not changed:
            raise Conflict(rows.first())


def drop_words(kind: NoticeKind, language: str, *, actor: Actor) -> None:
    """Back to the words the program comes with. Raises PermissionDenied."""
    require(actor, "notices.set_up")
    MailText.objects.filter(kind=kind.name, language=language).delete()


def example_mail(
    concept: Concept, kind: NoticeKind, language: str, words: tuple[str, str], *, address: str
) -> EmailMultiAlternatives:
    """The mail with values made up for it, which say so. Sends nothing and links to nothing but the start page."""
    with translation.override(language):
        recipient = Recipient(
            key="user:0", email=address, name=_("Erika Beispiel"), language=language, has_settings=True
        )
        named = {name: _("Beispiel") for name in values_of(kind)}
        said = NoticeWords(
            title=_("M 17 Beispiel einer Maßnahme"),
            path=reverse("notice-list"),
            note=_("ein Beispiel"),
            values={name: value for name, value in named.items() if name in kind.values},
        )
        part = NoticePart(Notice(concept=concept, kind=kind.name, to=recipient.key), kind, said)
        parts = [part, part] if kind is MANY else [part]
        return compose(concept, parts, recipient, mail="beispiel", own_words=words)
