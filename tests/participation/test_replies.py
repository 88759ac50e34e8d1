"""One reply to several contributions: who gets it, what is replaced, what stays, and the way back."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from insek.participation import moderation
from insek.thread.models import Change
from insek.thread.services import update_item
from tests.factories import make_actor, make_item

ANSWER = "Danke! Die Bänke sind **bestellt**."
ADDRESS = "/moderation/antworten"


def made(concept, number=1, **values):
    defaults = {"visibility": "internal", "state": "new"}
    return [make_item("contribution", concept=concept, **{**defaults, **values}) for _one in range(number)]


def pair(item):
    item.refresh_from_db()
    return f"{item.pk}:{item.version}"


def sent(items, *, act="", ticked=None, text=ANSWER, **more):
    pairs = [pair(item) for item in items]
    ticked = pairs if ticked is None else ticked
    return {"act": act, "kandidat": pairs, "beitrag": ticked, "reply": text, **more}


def replies(items):
    for item in items:
        item.contribution.refresh_from_db()
    return [item.contribution.reply for item in items]


def test_the_first_page_ticks_those_without_a_reply(concept, as_role):
    (fresh,), (answered,) = made(concept), made(concept, reply="Schon gesagt.", replied_on=date(2026, 1, 2))
    page = as_role("moderator").post(ADDRESS, sent([fresh, answered], text="")).content.decode()
    assert f'value="{pair(fresh)}" checked' in page
    assert f'value="{pair(answered)}" checked' not in page
    assert "Hat schon eine Rückmeldung vom 2. Januar 2026:" in page
    assert "Schon gesagt." in page


def test_the_preview_says_who_gets_it_and_keeps_nothing(concept, as_role):
    items = made(concept, 3)
    items += made(concept, reply="Alt.", replied_on=date(2026, 1, 2))
    page = (
        as_role("moderator")
        .post(ADDRESS, sent(items, act="preview", ticked=[pair(items[0]), pair(items[3])]))
        .content.decode()
    )
    assert "Sie steht danach bei 2 Beiträgen" in page
    assert "1 davon hat schon eine Rückmeldung" in page
    assert "<strong>bestellt</strong>" in page
    assert replies(items) == ["", "", "", "Alt."]


def test_each_contribution_keeps_its_own_reply_and_history_and_it_can_be_undone(concept, as_role):
    items = [*made(concept, 2), *made(concept, visibility="public", state="public")]
    client = as_role("moderator")
    page = client.post(ADDRESS, sent(items, act="confirm"), follow=True).content.decode()
    assert "3 Beiträge haben jetzt diese Rückmeldung." in page
    assert "Rückgängig machen" in page
    assert replies(items) == [ANSWER] * 3
    for item in items:
        change = Change.objects.filter(item_id=item.pk).latest("pk")
        assert change.actor is not None
        assert change.differences["reply"] == ["", ANSWER]
    client.post(reverse("moderation-undo"), {"beitrag": [item.pk for item in items]})
    assert replies(items) == [""] * 3


def test_what_changed_meanwhile_stays_and_is_named(concept, as_role):
    first, second = made(concept, 2)
    form = sent([first, second], act="confirm")
    update_item(second, expected_version=second.version, values={"text": "anders"}, actor=make_actor())
    page = as_role("moderator").post(ADDRESS, form, follow=True).content.decode()
    assert replies([first, second]) == [ANSWER, ""]
    assert "wurde inzwischen geändert" in page


def test_the_rejected_and_merged_are_left_out(concept, as_role):
    (target,) = made(concept)
    (rejected,) = made(concept, state="rejected", rejection_reason="Werbung")
    (merged,) = made(concept, state="merged", merged_into=target.contribution)
    other = make_item("goal", concept=concept, visibility="internal")
    as_role("moderator").post(ADDRESS, sent([target, rejected, merged, other], act="confirm"))
    assert replies([target, rejected, merged]) == [ANSWER, "", ""]


@pytest.mark.parametrize(
    ("text", "ticked", "said"),
    [
        ("", None, "Bitte die Rückmeldung schreiben."),
        ("   \n", None, "Bitte die Rückmeldung schreiben."),
        ("x" * 4001, None, "zu lang"),
        ("a\x00b", None, ""),
        (ANSWER, [], "mindestens einen Beitrag"),
    ],
)
@pytest.mark.parametrize("act", ["preview", "confirm"])
def test_what_cannot_be_kept_is_said_and_the_text_stays(concept, as_role, act, text, ticked, said):
    items = made(concept, 2)
    answer = as_role("moderator").post(ADDRESS, sent(items, act=act, text=text, ticked=ticked))
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert replies(items) == ["", ""]


def test_half_a_character_is_refused(concept, as_role):
    (item,) = made(concept)
    body = f"act=confirm&kandidat={pair(item)}&beitrag={pair(item)}&reply=%ED%A0%80"
    answer = as_role("moderator").post(ADDRESS, body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in {302, 400}
    assert "\ud800" not in replies([item])[0]


def test_a_script_in_the_reply_stays_text(concept, as_role):
    (item,) = made(concept)
    page = as_role("moderator").post(ADDRESS, sent([item], act="preview", text="<script>alert(1)</script>"))
    assert "<script>alert" not in page.content.decode()


@pytest.mark.parametrize("value", ["", "x", "zzzzzzzz:1", "\x00:1", "abc:99999999999", ":", "1" * 5000])
def test_wrong_boxes_are_nobody(concept, as_role, value):
    page = as_role("moderator").post(ADDRESS, {"beitrag": value}, follow=True)
    assert page.status_code == 200
    assert "Bitte zuerst Beiträge ankreuzen" in page.content.decode()


@pytest.mark.parametrize("role", ["planner", "council", "auditor", "administrator", None])
def test_nobody_else_replies(concept, as_role, role):
    items = made(concept, 2)
    assert as_role(role).post(ADDRESS, sent(items, act="confirm")).status_code == 403
    assert replies(items) == ["", ""]
    with pytest.raises(PermissionDenied) as refused:
        moderation.reply_many([(items[0], items[0].version)], text=ANSWER, actor=make_actor(role))
    assert "participation.moderate" in str(refused.value)


def test_the_way_back_keeps_the_filters(concept, as_role):
    items = made(concept, 1, visibility="public", state="public")
    answer = as_role("moderator").post(
        ADDRESS, sent(items, act="confirm", filter="stand=public&antwort=nein")
    )
    assert answer["Location"] == "/moderation/?stand=public&antwort=nein"
    evil = as_role("moderator").post(ADDRESS, sent(items, act="confirm", filter="//evil.example/\r\nX: 1"))
    assert evil["Location"].startswith("/moderation/?")
    assert "\n" not in evil["Location"]


def test_the_queue_is_filtered_by_reply(concept, as_role):
    (without,), (answered,) = made(concept), made(concept, reply="Ja.", replied_on=date(2026, 1, 2))
    client = as_role("moderator")
    page = client.get("/moderation/", {"antwort": "nein"}).content.decode()
    assert without.pk in page and answered.pk not in page
    page = client.get("/moderation/", {"antwort": "ja"}).content.decode()
    assert answered.pk in page and without.pk not in page
    assert client.get("/moderation/", {"antwort": "vielleicht"}).status_code == 404


@pytest.mark.parametrize("number", [2, 40])
def test_the_preview_asks_little_however_many_are_ticked(
    concept, as_role, number, django_assert_max_num_queries
):
    items, client = made(concept, number), as_role("moderator")
    form = sent(items, act="preview")
    client.post(ADDRESS, form)
    with django_assert_max_num_queries(11):
        client.post(ADDRESS, form)


def test_whoever_comes_back_after_signing_in_is_led_to_the_queue(concept, as_role):
    assert as_role("moderator").get(ADDRESS)["Location"] == "/moderation/"
    assert as_role("planner").get(ADDRESS).status_code == 403
