"""Members of bodies are told of papers on their way to them, and of hearings that are due."""

from datetime import date

import pytest

from insek.council.consulting import add_consultation
from insek.notices.models import Notice
from insek.notices.outbox import tell_of_the_day
from insek.notices.sending import send_due
from insek.people.actors import PROGRAM
from insek.people.models import Membership
from tests.factories import make_body, make_item, make_link, make_unit, make_user
from tests.notices.conftest import all_due

pytestmark = pytest.mark.django_db


def member(body, name):
    user = make_user("ortsbeirat", username=name, email=f"{name}@musterstadt.example")
    Membership.objects.filter(user=user).update(body=body)
    return user


@pytest.fixture
def body(concept):
    return make_body("ortsbeirat-dansenberg", name="Ortsbeirat Dansenberg", kind="ortsbeirat")


def test_members_hear_of_a_paper_once_and_again_when_its_day_changes(concept, body, settings, mail_server):
    settings.INSEK_DAY = date(2026, 3, 2)
    user, _other = member(body, "m"), make_user("council", username="anders")
    paper, draft = (
        make_item("paper", title="Neue Schule"),
        make_item("paper", title="Entwurf", visibility="internal"),
    )
    step = add_consultation(
        paper.paper, {"body": body, "role": "preliminary", "date": date(2026, 3, 20)}, actor=PROGRAM
    )
    add_consultation(
        draft.paper, {"body": body, "role": "preliminary", "date": date(2026, 3, 20)}, actor=PROGRAM
    )
    tell_of_the_day()
    tell_of_the_day()
    rows = Notice.objects.filter(kind="paper_ahead")
    assert set(rows.values_list("to", flat=True)) == {f"user:{user.pk}"} and rows.count() == 2
    all_due()
    assert send_due() == 1 and "Neue Schule" in mail_server.mails[0]["Subject"]
    assert rows.get(subject=draft.pk).state == "obsolete"  # which the member may not see
    step.date = date(2026, 3, 27)
    step.save()
    tell_of_the_day()
    assert rows.filter(subject=paper.pk).count() == 2
    settings.INSEK_DAY = date(2026, 4, 2)
    tell_of_the_day()
    assert rows.count() == 3


def test_a_hearing_that_is_due_is_told_to_the_body_and_the_unit(concept, body, settings):
    concept.hearing_norm = "§ 75 (2) GemO"
    concept.save()
    settings.INSEK_DAY = date(2026, 3, 2)
    unit = make_unit("tiefbau")
    clerk, user = make_user("department", username="c", unit=unit), member(body, "m")
    place = make_item(
        "district", level="ortsbezirk", has_ortsbeirat=True, ortsbeirat=body, title="Dansenberg"
    )
    paper = make_item("paper", unit=unit)
    make_link(paper, place, "located_in")
    tell_of_the_day()
    told = Notice.objects.filter(kind="hearing_due")
    assert set(told.values_list("to", flat=True)) == {f"user:{clerk.pk}", f"user:{user.pk}"}
    add_consultation(paper.paper, {"body": body, "role": "hearing", "date": date(2026, 3, 9)}, actor=PROGRAM)
    settings.INSEK_DAY = date(2026, 4, 1)
    tell_of_the_day()
    assert told.count() == 4  # the day is over and nobody has said that it was heard
    add_consultation(paper.paper, {"body": body, "role": "hearing", "date": date(2026, 5, 9)}, actor=PROGRAM)
    settings.INSEK_DAY = date(2026, 5, 1)
    tell_of_the_day()
    assert told.count() == 4
