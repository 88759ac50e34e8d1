"""The pages of notices: what was told to me, what I want to hear, the log, the words of the mail, who answers, personal links."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.http import HttpResponse
from django.utils import timezone

from insek import clock
from insek.notices import links
from insek.notices.links import Purpose, forget_addresses, link_behind, make_link, path_of
from insek.notices.models import AnswerLink, MailText, Notice, NoticeSettings, UnitDuty
from insek.notices.outbox import put
from insek.notices.persons import unit_people
from insek.notices.register import ToTell
from insek.notices.sending import doubt_what_waited, send_due
from insek.people.actors import PROGRAM
from insek.people.models import Right
from tests.factories import make_unit, make_user
from tests.notices.smtp_server import html_of, text_of
from tests.reading import words

pytestmark = pytest.mark.django_db


def test_the_own_page_shows_what_stands_and_what_is_done(concept, bell, client):
    user, other = make_user("planner"), make_user("planner", username="andere")
    holds = [
        ToTell(f"user:{user.pk}", subject="a"),
        ToTell(f"user:{user.pk}", subject="b"),
        ToTell(f"user:{other.pk}", subject="c"),
    ]
    kind = bell(holds)
    put(concept, kind, holds)
    holds.pop(0)
    client.force_login(user)
    page = words(client.get("/nachrichten/"))
    assert (
        "Glocke a hat sich erledigt" in page and "Glocke b laut steht an Mail: nur im eigenen Bereich" in page
    )
    assert "Glocke c" not in page


def test_a_matter_that_stands_is_one_line_whatever_was_told_of_it_before(concept, bell, client):
    user = make_user("planner")
    kind = bell([ToTell(f"user:{user.pk}", subject="a", occasion="2026-11")])
    put(concept, kind, [ToTell(f"user:{user.pk}", subject=one, occasion="2026-10") for one in ("a", "b")])
    put(concept, kind, [ToTell(f"user:{user.pk}", subject="a", occasion="2026-11")])
    client.force_login(user)
    page = words(client.get("/nachrichten/"))
    assert page.count("Glocke a") == 1 and "Glocke a laut steht an" in page
    assert "Glocke b hat sich erledigt" in page


def test_what_one_wants_to_hear_is_kept_and_duty_is_not_asked(concept, bell, client):
    user = make_user("planner", email="p@musterstadt.example")
    bell([], name="news", label="Neues")
    bell([], name="work", label="Pflicht", is_duty=True)
    bell([], name="asked", label="Für Fremde", is_duty=True, for_staff=False)
    client.force_login(user)
    page = words(client.get("/nachrichten/einstellungen"))
    assert "Neues" in page and page.index("Pflicht") > page.index("Was immer kommt")
    assert "Für Fremde" not in page
    sent = {
        "kinds": [],
        "rhythm": "weekly",
        "language": "en",
        "absent_from": "2026-07-01",
        "absent_until": "2026-07-14",
    }
    assert client.post("/nachrichten/einstellungen", sent).status_code == 302
    row = NoticeSettings.objects.get()
    assert (row.muted, row.rhythm, row.language, row.absent_until) == (
        ["news"],
        "weekly",
        "en",
        date(2026, 7, 14),
    )
    wrong = client.post("/nachrichten/einstellungen", {**sent, "absent_until": "2026-06-01"})
    assert wrong.status_code == 400 and "Das Ende liegt vor dem Anfang" in words(wrong)
    client.post("/nachrichten/einstellungen", {**sent, "kinds": ["news"]})
    assert NoticeSettings.objects.get().muted == []


def test_the_table_shows_every_kind_that_there_is(concept, as_role):
    page = words(as_role("department").get("/nachrichten/wer-was"))
    assert "Freigabe wer Inhalte veröffentlichen darf" in page and "gehört zur Aufgabe" in page
    assert "kein Mailserver eingerichtet" in page


def test_a_city_words_its_mail_with_preview_and_test(concept, as_role, server, bell):
    kind = bell(values={"frist": "letzter Tag"})
    admin = as_role("administrator", email="a@musterstadt.example")
    page = words(admin.get("/nachrichten/texte/bell/de"))
    assert "Es läutet: M 17 Beispiel einer Maßnahme" in page and "{frist} letzter Tag" in page
    typed = {"subject": "Ding {titel}", "text": "Hallo {name}, bis {frist}!", "version": "0"}
    preview = words(admin.post("/nachrichten/texte/bell/de", {**typed, "act": "preview"}))
    assert "Hallo Erika Beispiel, bis Beispiel!" in preview and not MailText.objects.exists()
    admin.post("/nachrichten/texte/bell/de", {**typed, "act": "test"})
    assert server.mails[0]["To"] == "a@musterstadt.example" and "Hallo Erika Beispiel" in text_of(
        server.mails[0]
    )
    wrong = admin.post("/nachrichten/texte/bell/de", {**typed, "text": "Bis {farbe}", "act": "keep"})
    assert wrong.status_code == 400 and "{farbe}" in words(wrong) and not MailText.objects.exists()
    assert admin.post("/nachrichten/texte/bell/de", {**typed, "act": "keep"}).status_code == 302
    late = admin.post("/nachrichten/texte/bell/de", {**typed, "text": "Anders", "act": "keep"})
    assert late.status_code == 400 and "jemand anderes diesen Text geändert" in words(late)
    user = make_user("planner", email="p@musterstadt.example", first_name="{titel}", last_name="<b>")
    put(concept, kind, [ToTell(f"user:{user.pk}", subject="x")])
    Notice.objects.update(due_at=timezone.now())
    send_due()
    mail = server.to("p@musterstadt.example")[0]
    assert mail["Subject"] == "Ding Glocke x" and "Hallo {titel} <b>," in text_of(
        mail
    )  # a name is no template
    assert "&lt;b&gt;" in html_of(mail)
    admin.post("/nachrichten/texte/bell/de", {"act": "default"})
    assert not MailText.objects.exists()


def test_the_log_says_what_failed_and_lets_it_go_again(concept, as_role, server, bell):
    user = make_user("planner", email="fort@musterstadt.example", first_name="Erna", last_name="Fort")
    server.refusals["fort@musterstadt.example"] = (550, "gone")
    put(concept, bell(at_once=True), [ToTell(f"user:{user.pk}")])
    send_due()
    admin = as_role("administrator")
    page = words(admin.get("/nachrichten/versand/?stand=failed"))
    assert "Erna Fort" in page and "nicht zustellbar" in page and "nimmt diese Adresse nicht an" in page
    assert "fort@musterstadt" not in page
    admin.post(f"/nachrichten/versand/{Notice.objects.get().pk}/noch-einmal")
    assert Notice.objects.get().state == "waiting"
    assert admin.get("/nachrichten/versand/?stand=quatsch").status_code == 404


@pytest.mark.parametrize(("act", "state"), [("again", "waiting"), ("drop", "dropped")])
def test_of_what_nobody_knows_an_administrator_decides_in_one_go(concept, as_role, server, bell, act, state):
    users = [make_user("planner", username=name, email=f"{name}@x.example") for name in ("a", "b", "c")]
    put(concept, bell(at_once=True), [ToTell(f"user:{user.pk}") for user in users[:2]])
    assert doubt_what_waited() == 2 and send_due() == 0
    admin = as_role("administrator")
    page = admin.get("/nachrichten/versand/?stand=unsure")
    assert "Bei 2 Nachrichten ist unklar" in words(page)
    put(concept, bell(at_once=True), [ToTell(f"user:{users[2].pk}")])
    doubt_what_waited()  # what came after the page was opened is not decided
    sent = {"act": act, "last": page.context["last_unsure"]}
    assert as_role("planner").post("/nachrichten/versand/unklare", sent).status_code == 403
    for wrong in ({"act": "quatsch"}, {"last": "quatsch"}, {"last": "9" * 30}):
        assert admin.post("/nachrichten/versand/unklare", {**sent, **wrong}).status_code == 404
    assert admin.post("/nachrichten/versand/unklare", sent).status_code == 302
    states = list(Notice.objects.order_by("pk").values_list("state", flat=True))
    assert states == [state, state, "unsure"]
    assert send_due() == (2 if act == "again" else 0)
    assert "unklar ist" not in words(admin.get("/nachrichten/versand/?stand=sent"))


def test_the_own_area_says_the_same_as_the_mail(concept, bell, client, server):
    user = make_user("planner", email="p@x.example")
    put(concept, bell(at_once=True), [ToTell(f"user:{user.pk}")])
    assert send_due() == 1
    client.force_login(user)
    [line] = client.get("/nachrichten/").context["lines"]
    mail = server.mails[0]
    assert line.title.strip() in mail["Subject"] and line.url in text_of(mail)


def test_who_answers_for_a_unit_who_stands_in_and_who_leads(concept, as_role):
    unit, bare = make_unit("bau"), make_unit("leer", name="Leeres Amt")
    anna, bert, chef, lead = (
        make_user("department", username="anna", unit=unit), make_user("department", username="bert", unit=unit),
        make_user("department", username="chef"), make_user("project-lead", username="lead"),
    )  # fmt: skip
    people = unit_people(None, clock.today())
    assert people.who_answers(unit.pk) == [f"user:{anna.pk}", f"user:{bert.pk}"]
    assert people.has_nobody(bare.pk) and people.who_answers(bare.pk) == [f"user:{lead.pk}"]
    admin = as_role("administrator", username="verwaltung")
    for user, part in ((anna, "answers"), (bert, "substitute"), (chef, "head")):
        admin.post("/nachrichten/einheiten/", {"unit": unit.pk, "user": user.pk, "part": part})
    people = unit_people([unit.pk], clock.today())
    assert people.who_answers(unit.pk) == [f"user:{anna.pk}"] and people.who_heads(unit.pk) == [
        f"user:{chef.pk}"
    ]
    NoticeSettings.objects.create(user=anna, absent_from=clock.today(), absent_until=clock.today())
    assert unit_people([unit.pk], clock.today()).who_answers(unit.pk) == [
        f"user:{anna.pk}",
        f"user:{bert.pk}",
    ]
    after = clock.today() + timedelta(days=1)
    assert unit_people([unit.pk], after).who_answers(unit.pk) == [f"user:{anna.pk}"]
    page = words(admin.get("/nachrichten/einheiten/"))
    assert "Niemand antwortet für diese Einheit" in page and "chef: leitet" in page
    admin.post(f"/nachrichten/einheiten/{UnitDuty.objects.get(part='head').pk}/austragen")
    assert unit_people([unit.pk], after).who_heads(unit.pk) == [f"user:{lead.pk}"]


@pytest.fixture
def purpose(monkeypatch):
    """A page behind personal links that says who asks for which unit."""
    monkeypatch.setattr(links, "_purposes", {})
    page = lambda request, link: HttpResponse(f"{links.bearer_of(link).name} für {link.unit}")  # noqa: E731  (a page of this test)
    links.register_purpose(Purpose("probe", "Probe", page, frozenset({Right.EDIT_OWN_MEASURES})))
    return "probe"


def test_a_personal_link_opens_its_page_until_it_expires_or_is_taken_back(
    concept, as_role, client, purpose, server
):
    unit, lead = make_unit("bau", name="Bauamt"), as_role("project-lead")
    sent = {
        "purpose": purpose,
        "unit": unit.pk,
        "name": "Erna Amt",
        "email": "erna@musterstadt.example",
        "days": "30",
    }
    page = lead.post("/nachrichten/links/", sent, follow=True)
    send_due()
    [mail] = server.to("erna@musterstadt.example")
    link = AnswerLink.objects.get()
    assert f"https://insek.musterstadt.example{path_of(link)}" in text_of(mail) and path_of(link) in words(
        page
    )
    assert path_of(link) not in words(lead.get("/nachrichten/links/"))  # shown once
    assert client.get(path_of(link)).content.decode() == "Erna Amt für Bauamt"
    assert AnswerLink.objects.get().last_used_at is not None
    assert client.get(path_of(link)[:-2] + "xx").status_code == 404
    AnswerLink.objects.update(ends_at=timezone.now())
    gone = client.get(path_of(link))
    assert gone.status_code == 410 and "abgelaufen" in words(gone)
    AnswerLink.objects.update(ends_at=timezone.now() + timedelta(days=1))
    assert client.get(path_of(link)).status_code == 200
    lead.post(f"/nachrichten/links/{link.pk}/zuruecknehmen")
    gone = client.get(path_of(link))
    assert gone.status_code == 410 and "zurückgenommen" in words(gone)


def test_a_link_answers_for_a_unit_that_has_nobody_else(concept, purpose, monkeypatch):
    monkeypatch.setattr("insek.notices.persons.REPORTS", purpose)
    unit = make_unit("bau")
    link = make_link(
        concept=concept, purpose=purpose, unit=unit, name="Erna", email="", days=10, actor=PROGRAM
    )
    assert unit_people([unit.pk], clock.today()).who_answers(unit.pk) == [f"link:{link.key}"]
    user = make_user("department", unit=unit)
    assert unit_people([unit.pk], clock.today()).who_answers(unit.pk) == [f"user:{user.pk}"]


def test_who_has_a_link_stops_what_is_no_duty_and_the_link_goes_on(concept, purpose, bell, client, server):
    link = make_link(
        concept=concept, purpose=purpose, unit=make_unit(), name="Erna", email="e@x.example", days=10, actor=PROGRAM
    )  # fmt: skip
    kind = bell(at_once=True)
    put(concept, kind, [ToTell(f"link:{link.key}")])
    assert send_due() == 1
    stop = server.mails[0]["List-Unsubscribe"].strip(" <>").removeprefix("https://insek.musterstadt.example")
    assert "kommen nicht mehr" in words(client.post(stop))
    put(concept, kind, [ToTell(f"link:{link.key}", occasion="2")])
    assert send_due() == 0 and client.get(path_of(link)).status_code == 200
    assert AnswerLink.objects.get().email == "e@x.example"


def test_the_address_of_a_link_that_is_refused_is_used_no_more(concept, purpose, bell, client, server):
    link = make_link(
        concept=concept, purpose=purpose, unit=make_unit(), name="Erna", email="e@x.example", days=10, actor=PROGRAM
    )  # fmt: skip
    server.refusals["e@x.example"] = (550, "no such user")
    put(concept, bell(at_once=True), [ToTell(f"link:{link.key}")])
    assert send_due() == 0 and AnswerLink.objects.get().email == ""
    assert client.get(path_of(link)).status_code == 200


def test_the_address_of_a_link_is_forgotten_when_it_is_over(concept, purpose):
    values = {"concept": concept, "purpose": purpose, "unit": make_unit(), "days": 10, "actor": PROGRAM}
    old, new = (make_link(name=name, email=f"{name}@x.example", **values) for name in ("alt", "neu"))
    AnswerLink.objects.filter(pk=old.pk).update(ends_at=timezone.now() - timedelta(days=31))
    assert forget_addresses() == 1
    assert set(AnswerLink.objects.values_list("email", flat=True)) == {"", "neu@x.example"}
    assert set(AnswerLink.objects.values_list("name", flat=True)) == {"alt", "neu"}
    AnswerLink.objects.filter(pk=old.pk).update(ends_at=timezone.now() - timedelta(days=401))
    assert forget_addresses() == 1
    assert set(AnswerLink.objects.values_list("name", flat=True)) == {"", "neu"}
    assert link_behind("quatsch") is None and links.look_up_links([old.key, new.key]).keys() == {new.key}


def test_a_link_needs_a_purpose_a_name_and_an_end(concept, as_role, purpose):
    lead, unit = as_role("project-lead"), make_unit()
    for wrong in ({"days": "0"}, {"days": "500"}, {"name": " "}, {"purpose": "quatsch"}):
        sent = {"purpose": purpose, "unit": unit.pk, "name": "Erna", "days": "30", **wrong}
        assert lead.post("/nachrichten/links/", sent).status_code == 400
    assert not AnswerLink.objects.exists()
