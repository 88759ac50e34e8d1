"""The own area says to each role what waits for it, and to nobody what is not theirs."""

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from insek.council.models import Consultation
from insek.people.actors import actor_for
from insek.people.models import Body, Membership, Role
from insek.publish.duties.models import Feedback
from insek.steering.models import MeasureTask
from tests import factories
from tests.reading import words


def signed_in(user):
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def home(client):
    return words(client.get("/mein-bereich/"))


def member_of(body, role):
    user = factories.make_user(None)
    factories.ensure_roles()
    Membership.objects.create(user=user, role=Role.objects.get(key=role), body=body)
    return user


def test_moderators_see_what_is_unread_and_others_do_not(concept, as_role):
    factories.make_item(
        "contribution", concept=concept, title="Bitte mehr Bänke", state="new", visibility="internal"
    )
    moderator = home(as_role("moderator"))
    assert "Beiträge, die gelesen werden wollen" in moderator and "Bitte mehr Bänke" in moderator
    assert "Bitte mehr Bänke" not in home(as_role("planner"))
    assert "gelesen werden wollen" not in home(as_role("council"))


def test_a_moderator_without_anything_to_read_reads_that(concept, as_role):
    assert "Alle Beiträge sind gelesen." in home(as_role("moderator"))


def test_late_answers_are_named(concept, as_role):
    long_ago = timezone.localdate() - timedelta(days=40)
    factories.make_item("contribution", concept=concept, title="Warte schon lange", received_on=long_ago)
    assert "Seit über vier Wochen ohne Rückmeldung" in home(as_role("moderator"))


def test_a_member_sees_the_papers_on_their_way_to_the_own_body_alone(concept):
    council = factories.make_body()
    committee = factories.make_body("bauausschuss", name="Bauausschuss", kind="committee")
    member = signed_in(member_of(council, "council"))
    assert "keine Vorlage auf dem Weg" in home(member)
    seen, hidden, other = (
        factories.make_item("paper", concept=concept, title=title, visibility=visibility)
        for title, visibility in (
            ("Neues Radnetz", "public"),
            ("Noch geheim", "internal"),
            ("Kita am Park", "public"),
        )
    )
    for paper, body in ((seen, council), (hidden, council), (other, committee)):
        Consultation.objects.create(
            paper=paper.paper, position=1, body=body, role="decision", date=timezone.localdate()
        )
    shown = home(member)
    assert "Neues Radnetz" in shown
    assert "Noch geheim" not in shown and "Kita am Park" not in shown
    Consultation.objects.filter(paper=seen.pk).update(date=timezone.localdate() - timedelta(days=1))
    assert "Neues Radnetz" not in home(member)


def test_an_ortsbeirat_sees_what_it_was_not_heard_on(concept):
    body = factories.make_body("ob-nord", name="Ortsbeirat Nord", kind=Body.Kind.ORTSBEIRAT)
    district = factories.make_item(
        "district", concept=concept, title="Nord", level="ortsbezirk", has_ortsbeirat=True, ortsbeirat=body
    )
    paper = factories.make_item("paper", concept=concept, title="Straße im Norden")
    factories.make_link(paper, district, "located_in")
    member = signed_in(member_of(body, "ortsbeirat"))
    assert "noch nicht angehört" in home(member) and "Straße im Norden" in home(member)
    Consultation.objects.create(paper=paper.paper, position=1, body=body, role="hearing")
    assert "noch nicht angehört" not in home(member)


def test_an_ortsbeirat_no_longer_waits_for_what_is_decided(concept):
    body = factories.make_body("ob-nord", name="Ortsbeirat Nord", kind=Body.Kind.ORTSBEIRAT)
    district = factories.make_item(
        "district", concept=concept, title="Nord", level="ortsbezirk", has_ortsbeirat=True, ortsbeirat=body
    )
    titles = ("Entschieden", "Beschlossen", "Am Faden", "Offen")
    papers = [factories.make_item("paper", concept=concept, title=title) for title in titles]
    for paper in papers:
        factories.make_link(paper, district, "located_in")
    member = signed_in(member_of(body, "ortsbeirat"))
    assert all(title in home(member) for title in titles)
    Consultation.objects.create(
        paper=papers[0].paper, position=1, body=factories.make_body(), role="decision", result="angenommen"
    )
    factories.make_item("resolution", concept=concept, title="Erster", paper=papers[1].paper)
    second = factories.make_item("resolution", concept=concept, title="Zweiter")
    factories.make_link(papers[2], second, "leads_to")
    shown = home(member)
    assert "Offen" in shown and not any(title in shown for title in titles[:3])


def test_a_department_sees_its_late_steps(concept):
    unit = factories.make_unit("tiefbau")
    measure = factories.make_item("measure", concept=concept, title="Radweg Nord", responsible=unit)
    user = signed_in(factories.make_user("department", unit=unit))
    assert "überfällig" not in home(user)
    yesterday = timezone.localdate() - timedelta(days=1)
    MeasureTask.objects.create(measure=measure.measure, position=1, title="Bauen", due=yesterday)
    assert "Schritte, die überfällig sind" in home(user)
    other = factories.make_user("department", unit=factories.make_unit("gruen"))
    assert "überfällig" not in home(signed_in(other))


def test_the_measures_of_the_own_unit_lead_on_to_all_of_them(concept):
    unit = factories.make_unit("tiefbau")
    client = signed_in(factories.make_user("department", unit=unit))
    factories.make_item("measure", concept=concept, responsible=factories.make_unit("gruen"))
    address = "/massnahmen/?zustaendig=tiefbau"
    for number in range(7):
        page = client.get("/mein-bereich/").content.decode()
        assert f'href="{address}"' not in page
        factories.make_item("measure", concept=concept, title=f"Weg {number}", responsible=unit)
    assert f'href="{address}">Alle Maßnahmen Ihrer Einheit' in client.get("/mein-bereich/").content.decode()
    assert "6 von 7" in home(client)
    found = words(client.get(address))
    assert all(f"Weg {number}" in found for number in range(7))


def test_open_feedback_waits_for_those_who_answer_it(concept, as_role):
    Feedback.objects.create(concept=concept, kind="barrier", message="Der Kontrast ist zu schwach")
    assert "Der Kontrast ist zu schwach" in home(as_role("planner"))
    assert "Der Kontrast ist zu schwach" not in home(as_role("moderator"))


def test_who_is_in_an_ortsbeirat_comes_to_the_own_district_in_one_step(concept):
    body = factories.make_body("ortsbeirat-dorf", kind="ortsbeirat")
    own = factories.make_item("district", title="Dorf", has_ortsbeirat=True, ortsbeirat=body)
    factories.make_item("district", title="Nachbarort", has_ortsbeirat=True)
    client = signed_in(member_of(body, "ortsbeirat"))
    page = client.get("/mein-bereich/").content.decode()
    assert "Ihr Ort" in page and f'href="{own.url}"' in page and "Nachbarort" not in page
    council = factories.make_body("stadtrat")
    assert "Ihr Ort" not in home(signed_in(member_of(council, "council")))


def test_the_english_own_area_shows_english_titles_where_there_are_any(concept, client):
    """What changed last, the own places, measures and steps: in English where somebody wrote it, else marked as German."""
    unit = factories.make_unit("gruen")
    user = factories.make_user("project-lead", unit=unit)
    client.force_login(user)
    factories.make_item(
        "goal", title="Mehr Bäume", title_en="More trees", number="Z 1", actor=actor_for(user)
    )
    factories.make_item("goal", title="Nur deutsch", number="Z 2", actor=actor_for(user))
    factories.make_item("measure", title="Bäume pflanzen", title_en="Plant trees", responsible=unit)
    body = client.get("/en/mein-bereich/").content.decode()
    changed = body[body.index('id="zuletzt"') :]
    assert "Z 1 More trees" in changed and "Mehr Bäume" not in body
    assert 'lang="de">Z 2 Nur deutsch' in changed
    assert "Plant trees" in body and "Bäume pflanzen" not in body
    german = client.get("/mein-bereich/").content.decode()
    assert "Mehr Bäume" in german and "More trees" not in german
