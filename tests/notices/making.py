"""Rows of notices for tests of other rooms."""

from __future__ import annotations

from insek.concept.models import Concept
from insek.notices.links import token_of
from insek.notices.models import AnswerLink, Notice, UnitDuty
from insek.participation.contacts import path_of
from insek.people.models import Unit, User
from tests.factories import make_item


def notice_arguments(concept: Concept, unit: Unit) -> dict[str, dict[str, list[object]]]:
    """One row of each sort, and what the addresses of this room are asked with."""
    from django.utils import timezone

    user = User.objects.earliest("pk")
    notice = Notice.objects.create(concept=concept, kind="returned", to="user:0", state=Notice.State.FAILED)
    duty = UnitDuty.objects.create(unit=unit, user=user, part=UnitDuty.Part.HEAD)
    link = AnswerLink.objects.create(
        concept=concept, purpose="nichts", unit=unit, name="Erna", ends_at=timezone.now()
    )
    said = make_item("contribution", concept=concept, visibility="internal")
    return {
        "contribution-by-mail": {"": [path_of(said.pk).rstrip("/").rpartition("/")[2]], "wrong": ["falsch"]},
        "follow-confirm": {"wrong": ["falsch"]},
        "notice-stop": {"wrong": ["falsch"]},
        "notice-again": {"": [notice.pk]},
        "mail-text": {"": ["returned", "de"]},
        "unit-duty-end": {"": [duty.pk]},
        "answer-link-revoke": {"": [link.pk]},
        "answer": {"over": [token_of(link)], "wrong": ["falsch"]},
    }
