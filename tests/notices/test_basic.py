"""What the house itself tells: changes that wait for a release, and those that came back."""

import pytest

from insek.notices.basic import invite
from insek.notices.models import Notice
from insek.notices.outbox import tell_of_the_day
from insek.notices.sending import send_due
from insek.people.actors import actor_for
from insek.release.releases import save_or_propose, send_back, withdraw
from insek.thread import events
from tests.factories import make_item, make_user
from tests.notices.smtp_server import text_of
from tests.reading import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def proposal(concept):
    author = make_user("planner", username="autorin")
    item = make_item("goal", concept=concept, title="Grüne Höfe", visibility="public")
    return save_or_propose(
        item, expected_version=item.version, values={"title": "Grünere Höfe"}, actor=actor_for(author)
    )


def test_who_releases_is_told_at_each_new_change_and_once_a_week(concept, proposal, settings):
    from datetime import date

    lead = make_user("project-lead", username="leitung")
    events.deliver()
    assert [notice.to for notice in Notice.objects.filter(kind="to_release")] == [f"user:{lead.pk}"]
    settings.INSEK_DAY = date(2031, 3, 3)
    assert tell_of_the_day() == 1 and tell_of_the_day() == 0  # another week
    settings.INSEK_DAY = date(2031, 3, 4)
    assert tell_of_the_day() == 0


def test_what_came_back_is_told_to_its_author_and_settles_when_withdrawn(concept, proposal, client):
    lead = make_user("project-lead", username="leitung")
    send_back(proposal, expected_version=proposal.version, answer="Bitte mit Quelle.", actor=actor_for(lead))
    events.deliver()
    [notice] = Notice.objects.filter(kind="returned")
    assert notice.to == f"user:{proposal.author_id}"
    client.force_login(proposal.author)
    page = words(client.get("/nachrichten/"))
    assert "Grüne Höfe zurückgegeben, mit einer Antwort steht an" in page
    proposal.refresh_from_db()
    withdraw(proposal, expected_version=proposal.version, actor=actor_for(proposal.author))
    assert "hat sich erledigt" in words(client.get("/nachrichten/"))


def test_the_link_to_a_password_stands_in_the_mail_alone(concept, settings, client, mail_server):
    user = make_user("planner", email="p@musterstadt.example")
    invite(user)
    client.force_login(user)
    page = client.get("/nachrichten/").content.decode()
    assert "Zugang zu INSEK" in page and "kennwort/waehlen" not in page
    send_due()
    assert "kennwort/waehlen" in text_of(mail_server.mails[0])
    assert "kennwort/waehlen" not in client.get("/nachrichten/").content.decode()
