"""Pages of public duty, feedback without cookie, and no cookie on any public page."""

from datetime import date
from importlib.resources import files

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from insek.jobs.clock import all_recurring
from insek.publish.duties import services
from insek.publish.duties.models import Feedback, FeedbackContact, PublicPage
from insek.publish.duties.titles import TITLES
from insek.publish.duties.views import MOST_FEEDBACK
from insek.thread.kinds import all_kinds
from tests.factories import make_actor, make_item

SENT = {
    "kind": "barrier",
    "message": "Die Karte liest mir nichts vor.",
    "page": "/karte/",
    "contact": "a@b.de",
}


def give(concept, **values):
    return services.give_feedback(concept, **{**SENT, **values})


@pytest.mark.parametrize("key", TITLES)
def test_a_page_shows_the_words_of_the_city_or_says_that_they_are_missing(concept, key):
    assert "fehlt noch" in Client().get(reverse(key)).content.decode()
    PublicPage.objects.create(
        concept=concept,
        key=key,
        title="Überschrift",
        text="Ein <script>x</script> **Wort**",
        date=date(2026, 11, 24),
    )
    page = Client().get(reverse(key)).content.decode()
    assert "<strong>Wort</strong>" in page
    assert "<script>x" not in page
    assert "24. November 2026" in page
    with translation.override("de"):
        english = Client().get(f"/en{reverse(key)}")
    assert english.status_code == 200
    assert 'lang="de' in english.content.decode()


def test_easy_language_is_marked_and_linked_from_the_start(concept):
    PublicPage.objects.create(
        concept=concept, key="leichte-sprache", title="Leichte Sprache", text="Guten Tag."
    )
    assert 'lang="de-simple"' in Client().get(reverse("leichte-sprache")).content.decode()
    assert Client().get("/").content.decode().count(f'href="{reverse("leichte-sprache")}"') == 2


def test_every_page_leads_to_the_duties(concept):
    page = Client().get(reverse("goal-list")).content.decode()
    assert [key for key in (*TITLES, "feedback") if f'href="{reverse(key)}"' not in page] == []


def test_no_public_page_sets_a_cookie(concept):
    addresses = [
        "/",
        "/en/",
        reverse("about"),
        reverse("search"),
        reverse("process"),
        reverse("field-list"),
        reverse("edition-list"),
    ]
    addresses += [reverse(name) for name in (*TITLES, "feedback", "feedback-thanks")]
    for kind in all_kinds():
        addresses += [reverse(kind.list_name), make_item(kind.name).url]
    with translation.override("de"):
        answers = {address: Client().get(address) for address in addresses}
    assert {
        address: answer.status_code for address, answer in answers.items() if answer.status_code != 200
    } == {}
    assert [address for address, answer in answers.items() if answer.cookies] == []


def test_feedback_is_kept_without_cookie_and_without_token(concept):
    client = Client(enforce_csrf_checks=True)
    answer = client.post(reverse("feedback"), SENT)
    assert (answer.status_code, answer["Location"]) == (302, reverse("feedback-thanks"))
    assert not answer.cookies
    row = Feedback.objects.get()
    assert (row.message, row.state, row.contact.contact) == (SENT["message"], "open", "a@b.de")
    assert row.contact.ends == timezone.localdate() + services.KEPT_CONTACT


def test_the_trap_takes_what_a_machine_writes(concept):
    assert Client().post(reverse("feedback"), {**SENT, "website": "http://spam"}).status_code == 302
    assert not Feedback.objects.exists()


def test_hostile_words_are_refused_or_shown_as_words(concept, as_role):
    assert Client().post(reverse("feedback"), {**SENT, "message": "a\x00b"}).status_code == 400
    assert Client().post(reverse("feedback"), {**SENT, "message": "x" * 5000}).status_code == 400
    assert Client().post(reverse("feedback"), {}).status_code == 400
    assert Client().get(f"{reverse('feedback')}?seite=%22%3E%3Cscript%3E").status_code == 200
    row = give(concept, message="<script>alert(1)</script>")
    page = as_role("planner").get(reverse("feedback-answer", args=[row.pk])).content.decode()
    assert "&lt;script&gt;" in page


def test_too_much_from_one_network_is_refused_and_nothing_that_was_typed_is_lost(concept):
    for _number in range(MOST_FEEDBACK):
        assert Client().post(reverse("feedback"), SENT).status_code == 302
    answer = Client().post(reverse("feedback"), SENT)
    assert answer.status_code == 400
    assert SENT["message"] in answer.content.decode()
    assert Feedback.objects.count() == MOST_FEEDBACK


def test_nobody_switches_the_form_off_for_others(concept):
    for number in range(60):
        Client().post(reverse("feedback"), SENT, REMOTE_ADDR=f"198.51.{number % 4}.7")
    assert Feedback.objects.count() == 4 * MOST_FEEDBACK
    assert Client().post(reverse("feedback"), SENT, REMOTE_ADDR="203.0.113.5").status_code == 302


def test_contacts_are_deleted_when_their_day_has_come_and_the_words_stay(concept):
    row = give(concept)
    assert services.purge_contacts() == 0
    FeedbackContact.objects.update(ends=timezone.localdate())
    assert services.purge_contacts() == 1
    assert Feedback.objects.filter(pk=row.pk).exists()
    assert "purge-feedback-contacts" in {job.name for job in all_recurring()}


def test_staff_answer_and_may_open_again(concept, as_role):
    row = give(concept)
    planner = as_role("planner")
    assert "Die Karte liest" in planner.get(reverse("feedback-list")).content.decode()
    address = reverse("feedback-answer", args=[row.pk])
    sent = {"version": 1, "state": "answered", "answer": "Die Liste daneben nennt dieselben Orte."}
    assert planner.post(address, {**sent, "answer": ""}).status_code == 400
    assert planner.post(address, sent).status_code == 302
    assert planner.post(address, sent).status_code == 400
    row.refresh_from_db()
    assert (row.state, row.answered_at is None) == ("answered", False)
    assert "Die Karte liest" not in planner.get(reverse("feedback-list")).content.decode()
    assert "Die Karte liest" in planner.get(f"{reverse('feedback-list')}?stand=answered").content.decode()
    services.answer_feedback(row, answer="", state="open", expected_version=2, actor=make_actor("planner"))
    row.refresh_from_db()
    assert (row.state, row.answered_at) == ("open", None)
    with pytest.raises(ValidationError):
        services.answer_feedback(
            row, answer=" ", state="answered", expected_version=3, actor=make_actor("planner")
        )


def test_what_people_told_is_read_by_staff_alone(concept, as_role):
    row = give(concept)
    for role in ("council", "auditor", "department"):
        assert as_role(role).get(reverse("feedback-list")).status_code == 403
        assert as_role(role).get(reverse("feedback-answer", args=[row.pk])).status_code == 403
    assert Client().get(reverse("feedback-list")).status_code == 302


def test_the_project_lead_words_the_pages(concept, as_role):
    lead = as_role("project-lead")
    address = reverse("public-page-edit", args=["impressum"])
    values = {"version": 0, "title": "Impressum", "text": "Stadt Musterstadt", "standing": "working"}
    assert lead.post(address, values).status_code == 302
    assert "Stadt Musterstadt" in Client().get(reverse("impressum")).content.decode()
    assert lead.post(address, {**values, "version": 7}).status_code == 400
    assert lead.post(address, {**values, "version": 1, "text": "Neu"}).status_code == 302
    assert lead.get(reverse("public-page-edit", args=["anderes"])).status_code == 404
    assert as_role("planner").get(address).status_code == 403
    with pytest.raises(PermissionDenied):
        services.save_page(concept, "impressum", values, expected_version=2, actor=make_actor("planner"))


def test_pages_cost_few_queries(concept, django_assert_max_num_queries):
    PublicPage.objects.create(concept=concept, key="impressum", title="Impressum", text="Stadt")
    with django_assert_max_num_queries(4):
        Client().get(reverse("impressum"))


def english(key):
    with translation.override("de"):
        return Client().get(f"/en{reverse(key)}").content.decode()


@pytest.mark.parametrize("key", ["barrierefreiheit", "datenschutz", "impressum"])
def test_the_english_text_stands_on_the_english_page_and_the_german_one_until_there_is_one(concept, key):
    page = PublicPage.objects.create(concept=concept, key=key, title="Überschrift", text="Deutsches Wort")
    shown = english(key)
    assert "Deutsches Wort" in shown
    assert shown.count('<span lang="de">Überschrift') == 1
    assert 'prose duty" lang="de"' in shown
    page.title_en, page.text_en = "Heading", "An English **word**"
    page.save()
    shown = english(key)
    assert "<strong>word</strong>" in shown
    assert "<span>Heading</span>" in shown
    assert "Deutsches Wort" not in shown
    assert 'prose duty" lang' not in shown
    assert "Deutsches Wort" in Client().get(reverse(key)).content.decode()


def test_easy_language_stays_german_and_the_english_page_says_so(concept, as_role):
    PublicPage.objects.create(
        concept=concept, key="leichte-sprache", title="Leichte Sprache", text="Guten Tag.", text_en="Hello."
    )
    shown = english("leichte-sprache")
    assert "Guten Tag." in shown
    assert "Hello." not in shown
    assert 'lang="de-simple"' in shown
    form = as_role("project-lead").get(reverse("public-page-edit", args=["leichte-sprache"])).content.decode()
    assert "text_en" not in form


def test_the_city_words_the_english_page_too(concept, as_role):
    lead, address = as_role("project-lead"), reverse("public-page-edit", args=["impressum"])
    sent = {"version": 0, "title": "Impressum", "text": "Stadt", "title_en": "Legal notice",
            "text_en": "City <script>x</script>", "standing": "working"}  # fmt: skip
    assert lead.post(address, sent).status_code == 302
    shown = english("impressum")
    assert "Legal notice" in shown
    assert "<script>x" not in shown
    assert lead.post(address, {**sent, "version": 1, "text_en": "a\x00b"}).status_code == 400


def test_the_shipped_city_has_its_duties_in_english():
    pages = files("insek").joinpath("cities", "kaiserslautern", "texts", "pages")
    for key in ("barrierefreiheit", "datenschutz", "impressum"):
        german, shown = (pages.joinpath(f"{key}{end}").read_text() for end in (".md", ".en.md"))
        assert shown.count("\n## ") == german.count("\n## "), key
