import base64
import html
import json
import re
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from insek.participation import bots, moderation
from insek.participation.models import Contact, Contribution, new_key
from insek.participation.pages import format_dates
from insek.people import counting
from insek.people.actors import PROGRAM
from insek.people.models import Role
from insek.people.services import ensure_roles
from insek.thread.kinds import all_kinds
from insek.thread.models import Change, Item
from insek.thread.services import delete_item, update_item
from tests.factories import make_actor, make_item, make_user

SECRET = "Verborgenes Anliegen"


@pytest.fixture
def as_role(concept):
    def login(role):
        client = Client()
        client.force_login(make_user(role))
        return client

    return login


def is_solved(payload):
    """Whether a form with it counts as one whose task was solved."""
    request = RequestFactory(REMOTE_ADDR="203.0.113.7").post("/mitmachen/")
    return bots.judged(request, payload)[0]


def words(form_of, **values):
    return {"text": "Mehr Bänke am Markt, bitte.", "type": "idea", "format": form_of.pk, **values}


def test_contributing_and_coming_back(client, form_of, solved):
    response = client.post("/mitmachen/", words(form_of, altcha=solved()))
    assert response.status_code == 302
    page = client.get(response["Location"])
    assert "Danke!" in page.content.decode() and "Wird gelesen" in page.content.decode()
    assert not client.cookies and "no-store" in page["Cache-Control"]
    item = Item.objects.get(kind="contribution")
    assert (item.visibility, item.contribution.checked) == ("internal", True)
    assert client.get(item.url).status_code == 404


def test_a_contribution_costs_few_questions(client, form_of, solved, django_assert_max_num_queries):
    """Each is a turn of the database; on PostgreSQL half a millisecond of processor time."""
    client.post("/mitmachen/", words(form_of, altcha=solved()))
    with django_assert_max_num_queries(23):
        assert (
            client.post("/mitmachen/", words(form_of, altcha=solved(), text="Noch eine Bank.")).status_code
            == 302
        )


def test_without_javascript_it_is_taken_and_marked(client, form_of):
    assert client.post("/mitmachen/", words(form_of)).status_code == 302
    assert not Contribution.objects.get().checked


def test_a_solution_counts_once(form_of, solved):
    payload = solved()
    assert is_solved(payload) and not is_solved(payload)


def test_a_solution_counts_once_however_it_is_written(form_of, solved):
    payload = solved()
    told = json.loads(base64.b64decode(payload))
    assert is_solved(payload)
    spaced = base64.b64encode(json.dumps(told, indent=1).encode()).decode()
    turned = {"solution": told["solution"] | {"time": 7}, "challenge": told["challenge"], "more": 1}
    for again in (
        spaced,
        base64.b64encode(json.dumps(turned).encode()).decode(),
        payload + "====",
        payload + "\n",
    ):
        assert not is_solved(again)


def test_a_solution_counts_once_in_all_processes(form_of, solved):
    payload = solved()
    assert is_solved(payload)
    counting.forget()  # another process remembers nothing of this one
    assert not is_solved(payload)


@pytest.mark.parametrize(
    "payload", ["", "x", "e30=", "bnVsbA==", "W10=", "eyJjaGFsbGVuZ2UiOm51bGx9", "ä" * 50, "a" * 9000]
)
def test_broken_solutions_are_none(payload):
    assert bots.proof_of(payload) == ""


@pytest.mark.parametrize("extra", [{bots.TRAP: "https://spam.example"}, None])
def test_bots_are_refused_before_the_database_is_asked(client, form_of, extra):
    if extra is None:
        for _time in range(bots.MOST_UNCHECKED):
            client.post("/mitmachen/", {"text": ""})
    with CaptureQueriesContext(connection) as asked:
        response = client.post("/mitmachen/", words(form_of, **(extra or {})))
    assert response.status_code in {400, 429} and "Mehr Bänke" in response.content.decode()
    assert len(asked) == 0 and Contribution.objects.count() == 0


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"text": ""}, "text"), ({"text": "kurz"}, "text"), ({"text": "x" * 5000}, "text"), ({"text": "ab\x00" * 9}, "text"),
        ({"type": "nonsense"}, "type"), ({"point": "hier"}, "point"), ({"point": "99.5, 400.1"}, "point"),
        ({"district": "aaaaaaaa"}, "district"), ({"topic": "abc"}, "topic"), ({"format": "aaaaaaaa"}, "format"),
        ({"email": "nonsense"}, "email"), ({"email": "a@example.org"}, "consent"),
    ],
)  # fmt: skip
def test_hostile_and_wrong_input_is_answered_kindly(client, form_of, solved, changed, field):
    response = client.post("/mitmachen/", words(form_of, altcha=solved(), **changed))
    assert response.status_code == 400 and field in response.context["form"].errors
    assert Contribution.objects.count() == 0


def test_an_address_is_kept_with_consent_and_shown_to_moderators_alone(client, form_of, solved, as_role):
    client.post("/mitmachen/", words(form_of, altcha=solved(), email="a@example.org", consent="on"))
    item = Contact.objects.get().contribution.item
    assert "a@example.org" in as_role("moderator").get(reverse("moderate", args=[item.pk])).content.decode()
    assert "a@example.org" not in as_role("planner").get(item.url).content.decode()


def test_closed_says_so(client, concept):
    assert "keine Beiträge angenommen" in client.get("/mitmachen/").content.decode()


def test_a_wrong_personal_link_is_missing(client, form_of):
    assert client.get(reverse("my-contribution", args=["falsch"])).status_code == 404


def test_the_personal_page_shows_the_answer(client, form_of, solved, as_role):
    mine = client.post("/mitmachen/", words(form_of, altcha=solved()))["Location"].split("?")[0]
    item = Item.objects.get(kind="contribution")
    moderator = as_role("moderator")
    where = reverse("moderate", args=[item.pk])
    moderator.post(where, {"act": "reply", "version": 1, "reply": "Im Frühjahr kommen Bänke."})
    moderator.post(where, {"act": "publish", "version": 2, "title": "Bänke am Markt"})
    page = client.get(mine).content.decode()
    assert "Im Frühjahr kommen Bänke." in page and "Veröffentlicht" in page and "Berichtigen" not in page
    assert "Im Frühjahr kommen Bänke." in client.get(item.url).content.decode()


def test_the_personal_page_says_kind_and_place_to_check_them(client, form_of, solved, concept):
    city = make_item("district", concept=concept, title="Siegelbach", level="ortsbezirk")
    said = words(form_of, altcha=solved(), type="problem", point="49.44 7.77")
    mine = client.post("/mitmachen/", said)["Location"].split("?")[0]
    page = client.get(mine).content.decode()
    assert "Problem" in page and 'figure class="points"' in page and "49,44000° N 7,77000° O" in page
    Contribution.objects.update(lat=None, lon=None, district=city.district)
    page = client.get(mine).content.decode()
    assert "Siegelbach" in page and "data-points" not in page
    Contribution.objects.update(district=None)
    assert "die ganze Stadt" in client.get(mine).content.decode()


def test_a_format_without_an_end_says_since_or_from_when(concept):
    def told(day, **values):
        return format_dates(make_item("format", concept=concept, starts=day, **values).format)

    assert told("2020-09-01", open_from="2020-09-01") == "seit 1. September 2020"
    assert told("2999-09-01", open_from="2999-09-01") == "ab 1. September 2999"
    assert told("2020-09-01") == "1. September 2020"
    assert told("2020-09-01", open_from="2020-09-01", open_until="2020-09-09") == "1. September 2020"


def test_withdrawing_on_the_personal_page(client, form_of, solved):
    mine = client.post("/mitmachen/", words(form_of, altcha=solved()))["Location"].split("?")[0]
    asked = client.post(mine, {"act": "withdraw"}).content.decode()
    assert "Endgültig löschen" in asked and "Mehr Bänke" in asked and Contribution.objects.count() == 1
    assert "ist gelöscht" in client.post(mine, {"act": "withdraw-for-good"}).content.decode()
    assert client.get(mine).status_code == 404 and Contribution.objects.count() == 0


def test_the_secret_never_stands_in_the_log(client, form_of, caplog):
    with caplog.at_level("INFO", logger="insek.request"):
        client.get(reverse("my-contribution", args=["GeheimesWort"]))
    assert "GeheimesWort" not in caplog.text and "/beitraege/meiner/…" in caplog.text


def test_publishing_several_and_undoing_it(form_of, as_role, concept):
    items = [
        make_item("contribution", concept=concept, visibility="internal", state="new") for _n in range(3)
    ]
    moderator = as_role("moderator")
    chosen = [f"{item.pk}:1" for item in items[:2]] + ["unsinn", "aaaaaaaa:9", f"{items[2].pk}:x"]
    page = moderator.post(reverse("moderation-bulk"), {"beitrag": chosen}, follow=True).content.decode()
    assert Item.objects.filter(kind="contribution", visibility="public").count() == 2
    assert "2 Beiträge sind veröffentlicht." in page and "Rückgängig" in page
    moderator.post(reverse("moderation-undo"), {"beitrag": [item.pk for item in items[:2]]})
    assert Item.objects.filter(kind="contribution", visibility="public").count() == 0


def test_what_moderation_decided_is_taken_back_from_the_history_by_who_may_moderate(concept):
    """Nothing but this right and that to see the history: it needs no right to change."""
    ensure_roles()
    Role.objects.create(key="history", name="Beteiligung", rights=["see_internal", "see_history", "moderate"])
    item = make_item("contribution", concept=concept, visibility="internal", state="new")
    edited = update_item(item, expected_version=1, values={"text": "Anders"}, actor=PROGRAM)
    moderation.publish(edited, expected_version=edited.version, actor=PROGRAM)
    deciding, editing = Change.objects.filter(item_id=item.pk).order_by("-pk")[:2]
    client = Client()
    client.force_login(make_user("history"))
    back = reverse("item-undo", args=[item.pk, deciding.pk])
    page = client.get(reverse("item-history", args=[item.pk])).content.decode()
    assert f'href="{back}"' in page
    not_theirs = reverse("item-undo", args=[item.pk, editing.pk])
    assert f'href="{not_theirs}"' not in page and client.get(not_theirs).status_code == 403
    shown = client.get(back)
    sent = {
        "zurueck": [row["name"] for row in shown.context["rows"]],
        "version": shown.context["version"],
    }
    answer = client.post(back, sent, follow=True)
    assert "Die Änderung ist zurückgenommen." in answer.content.decode()
    row = Item.objects.get(pk=item.pk)
    assert (row.visibility, row.contribution.state, row.text) == ("internal", "new", "Anders")


@pytest.mark.parametrize(
    "sent", [{}, {"act": "explode"}, {"act": "publish", "version": "99"}, {"act": "publish", "version": "x"},
             {"act": "reject", "version": "1"}, {"act": "merge", "version": "1", "into_typed": "BT 999"},
             {"act": "merge", "version": "1", "into": "\x00"}],
)  # fmt: skip
def test_wrong_acts_change_nothing(concept, as_role, sent):
    item = make_item("contribution", concept=concept, visibility="internal", state="new")
    assert as_role("moderator").post(reverse("moderate", args=[item.pk]), sent).status_code == 400
    assert Item.objects.get(pk=item.pk).version == 1


def test_filters_of_the_queue(concept, as_role):
    make_item(
        "contribution", concept=concept, visibility="internal", state="new", type="praise", title="Ein Lob"
    )
    moderator = as_role("moderator")
    assert "Ein Lob" in moderator.get("/moderation/?art=praise").content.decode()
    assert "Ein Lob" not in moderator.get("/moderation/?art=idea").content.decode()
    assert "Ein Lob" in moderator.get("/moderation/?stand=alle").content.decode()
    assert ">alle</option>" not in moderator.get("/moderation/").content.decode()
    assert moderator.get("/moderation/?art=falsch").status_code == 404
    assert moderator.get("/moderation/?nach=falsch").status_code == 404


@pytest.mark.parametrize(
    "role", ["planner", "department", "council", "ortsbeirat", "auditor", "administrator", None]
)
def test_nobody_else_opens_moderation(concept, as_role, role):
    item = make_item("contribution", concept=concept, visibility="internal", state="new")
    client = as_role(role)
    assert [
        client.get(address).status_code for address in ("/moderation/", reverse("moderate", args=[item.pk]))
    ] == [403, 403]
    assert client.post(reverse("moderation-bulk"), {"beitrag": f"{item.pk}:1"}).status_code == 403
    assert client.post(reverse("moderation-undo"), {"beitrag": item.pk}).status_code == 403


def hidden_outputs(item):
    return [
        item.url, reverse("contribution-list"), reverse("contribution-table"), reverse("format-list"),
        f"/suche/?q={SECRET.split()[0]}", "/",
    ]  # fmt: skip


@pytest.mark.parametrize("role", ["anonymous", "council", "ortsbeirat", None])
def test_unmoderated_contributions_are_nowhere(concept, form_of, as_role, role):
    client = Client() if role == "anonymous" else as_role(role)
    for state, more in (("new", {}), ("rejected", {"rejection_reason": "Grund"})):
        item = make_item(
            "contribution", concept=concept, title=SECRET, visibility="internal", state=state, format=form_of,
            lon="7.5", lat="49.5", reply=SECRET, replied_on="2026-01-01", **more,
        )  # fmt: skip
        for address in [*hidden_outputs(item), form_of.item.url]:
            response = client.get(address)
            body = b"".join(response.streaming_content) if response.streaming else response.content
            assert SECRET not in body.decode(), address
        delete_item(item, expected_version=1, actor=PROGRAM)


def test_a_moderator_sees_internal_contributions_and_nothing_else_internal(concept, as_role):
    moderator = as_role("moderator")
    for kind in all_kinds():
        item = make_item(kind.name, concept=concept, title=SECRET, visibility="internal")
        seen = moderator.get(item.url).status_code == 200
        assert seen == (kind.name == "contribution"), kind.name
        listed = SECRET in moderator.get(reverse(kind.list_name)).content.decode()
        assert listed == (kind.name == "contribution"), kind.name


def queries_of(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


@pytest.mark.parametrize(
    ("address", "most"), [("/beitraege/", 16), ("/beteiligung/", 12), ("/mitmachen/", 9)]
)
def test_the_public_pages_ask_little_however_much_there_is(client, concept, form_of, address, most):
    def fill(count):
        for number in range(count):
            make_item("contribution", concept=concept, format=form_of, lon="7.5", lat=f"49.{number:03}")

    fill(2)
    few = queries_of(client, address)
    fill(15)
    assert queries_of(client, address) == few <= most


def test_the_queue_asks_little_however_much_waits(concept, as_role, form_of):
    moderator = as_role("moderator")

    def fill(count):
        for _number in range(count):
            make_item("contribution", concept=concept, visibility="internal", state="new", format=form_of)

    fill(2)
    few = queries_of(moderator, "/moderation/")
    fill(15)
    assert queries_of(moderator, "/moderation/") == few <= 18


def test_sent_twice_on_a_bad_line_is_one_contribution(client, form_of):
    page = client.get("/mitmachen/").content.decode()
    key = re.search(r'name="key" value="([^"]+)"', page)[1]
    first = client.post("/mitmachen/", words(form_of, key=key))
    again = client.post("/mitmachen/", words(form_of, key=key))
    assert first["Location"] == again["Location"] and f"/{key}/" in first["Location"]
    assert Contribution.objects.count() == 1


def test_other_words_under_the_same_key_are_not_lost(client, form_of):
    key = new_key()
    first = client.post("/mitmachen/", words(form_of, key=key))
    other = client.post("/mitmachen/", words(form_of, key=key, text="Und auch mehr Schatten."))
    assert other["Location"] != first["Location"] and Contribution.objects.count() == 2


def test_a_key_of_another_shape_makes_no_link(client, form_of):
    page = client.post("/mitmachen/", words(form_of, key="kurz"))
    assert page.status_code == 400 and Contribution.objects.count() == 0


def test_the_personal_link_can_be_kept_in_three_ways(client, form_of):
    mine = client.post("/mitmachen/", words(form_of))["Location"].split("?")[0]
    page = client.get(mine).content.decode()
    assert "<svg" in page and "style=" not in page.split("<svg", 1)[1].split("</svg>")[0]
    mail = html.unescape(re.search(r'href="(mailto:[^"]+)"', page)[1])
    assert mail.startswith("mailto:?") and f"http://testserver{mine}" in unquote(mail)
    assert "data-copy" in page


def test_thanks_are_said_once(client, form_of, concept):
    where = client.post("/mitmachen/", words(form_of))["Location"]
    item = Item.objects.get(kind="contribution")
    moderation.publish(item, expected_version=1, actor=make_actor("moderator"))
    assert "Danke!" not in client.get(where).content.decode()
