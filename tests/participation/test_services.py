from datetime import timedelta
from decimal import Decimal

import pytest
import shapely
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from insek.participation import moderation, services
from insek.participation.contacts import purge_contacts
from insek.participation.gaps import unanswered
from insek.participation.models import Contact, Contribution, PersonalLink
from insek.participation.similar import similar_to
from insek.people.locking import Conflict
from insek.thread.models import Change, Item
from insek.thread.services import create_item
from tests.factories import PROGRAM, make_actor, make_concept, make_item


def send(form_of, text="Mehr Bänke am Markt, bitte.", **values):
    return services.submit_contribution(format=form_of, text=text, type="idea", **values)


@pytest.fixture
def moderator(concept):
    return make_actor("moderator")


def fresh(item):
    return Item.objects.select_related("contribution").get(pk=item.pk)


def test_a_contribution_starts_internal(form_of):
    item, token = send(form_of)
    assert (item.visibility, item.contribution.state) == ("internal", "new")
    assert item.title == "Mehr Bänke am Markt, bitte"
    assert not PersonalLink.objects.filter(digest__contains=token).exists()
    assert services.contribution_behind(token).pk == item.pk
    assert services.contribution_behind("x" + token) is None


def test_a_point_finds_its_district(concept, form_of):
    west = make_item("district", concept=concept, title="West", geometry=shapely.box(7, 49, 7.5, 50))
    make_item("district", concept=concept, title="Ost", geometry=shapely.box(7.5, 49, 8, 50))
    item, _token = send(form_of, point=(Decimal("7.2"), Decimal("49.5")))
    assert item.contribution.district_id == west.pk
    assert item.contribution.geometry.equals(shapely.Point(7.2, 49.5))


def test_a_point_far_away_is_refused(concept, form_of):
    make_item("district", concept=concept, level="city", geometry=shapely.box(7, 49, 8, 50))
    with pytest.raises(ValidationError) as refused:
        send(form_of, point=(Decimal("10"), Decimal("49.5")))
    assert list(refused.value.message_dict) == ["point"]
    assert Contribution.objects.count() == 0


@pytest.mark.parametrize(("start", "end"), [(None, None), (1, None), (-5, -1)])
def test_a_format_that_is_not_open_takes_nothing(concept, start, end):
    today = timezone.localdate()
    days = {
        "open_from": today + timedelta(days=start) if start else None,
        "open_until": today + timedelta(days=end) if end else None,
    }
    closed = make_item("format", concept=concept, **days).format
    with pytest.raises(ValidationError):
        send(closed)


def test_the_contributor_corrects_within_a_day(form_of):
    item, token = send(form_of)
    services.correct_contribution(
        services.contribution_behind(token), text="Doch lieber Stühle.", expected_version=1
    )
    assert fresh(item).text == "Doch lieber Stühle."
    Item.objects.filter(pk=item.pk).update(created_at=timezone.now() - timedelta(hours=25))
    with pytest.raises(ValidationError):
        services.correct_contribution(
            services.contribution_behind(token), text="Zu spät, leider.", expected_version=2
        )


def test_withdrawing_leaves_no_words(form_of):
    item, token = send(form_of, text="Ich heiße Geheim.", email="a@example.org")
    services.withdraw_contribution(services.contribution_behind(token))
    assert not Item.objects.filter(pk=item.pk).exists() and Contact.objects.count() == 0
    assert "Geheim" not in str(list(Change.objects.values_list("differences", flat=True)))


def test_withdrawing_ends_with_moderation(form_of, moderator):
    item, token = send(form_of)
    moderation.publish(item, expected_version=1, actor=moderator)
    with pytest.raises(ValidationError):
        services.withdraw_contribution(services.contribution_behind(token))


def test_contacts_are_kept_apart_and_purged(form_of):
    item, _token = send(form_of, email="a@example.org")
    contact = Contact.objects.get()
    assert contact.ends == timezone.localdate() + timedelta(days=180)
    assert purge_contacts() == 0
    Contact.objects.update(ends=timezone.localdate() - timedelta(days=1))
    assert purge_contacts() == 1 and Item.objects.filter(pk=item.pk).exists()


def test_erasing_a_contact_leaves_the_contribution(form_of):
    item, _token = send(form_of, email="a@example.org")
    item.contribution.contact.erase()
    assert Contact.objects.count() == 0 and Item.objects.filter(pk=item.pk).exists()


def test_publishing_gives_a_number_and_a_better_title(form_of, moderator):
    item, _token = send(form_of)
    done = moderation.publish(item, expected_version=1, actor=moderator, title="Bänke am Markt")
    assert (done.visibility, done.contribution.state, done.title, done.number) == (
        "public", "public", "Bänke am Markt", "BT 1",
    )  # fmt: skip
    assert Change.objects.filter(item_id=item.pk, action="released", actor_id=moderator.user_id).exists()


def test_a_rejection_needs_a_reason(form_of, moderator):
    item, _token = send(form_of)
    with pytest.raises(ValidationError):
        moderation.reject(item, reason=" ", expected_version=1, actor=moderator)
    done = moderation.reject(item, reason="Werbung", expected_version=1, actor=moderator)
    assert (done.visibility, done.contribution.state) == ("internal", "rejected")


def test_merging_takes_along_what_was_merged_before(form_of, moderator):
    first, second, third = (send(form_of, text=f"Bänke am Markt {n}")[0] for n in "abc")
    moderation.merge(first, into=fresh(second), expected_version=1, actor=moderator)
    moderation.merge(fresh(second), into=fresh(third), expected_version=1, actor=moderator)
    assert fresh(first).contribution.merged_into_id == third.pk
    with pytest.raises(ValidationError):
        moderation.merge(fresh(third), into=fresh(second), expected_version=1, actor=moderator)


@pytest.mark.parametrize("act", ["publish", "reject", "merge", "reply"])
def test_every_act_can_be_undone(form_of, moderator, act):
    item, other = send(form_of)[0], send(form_of, text="Etwas ganz anderes.")[0]
    before = Contribution.objects.filter(pk=item.pk).values().get()
    {
        "publish": lambda: moderation.publish(item, expected_version=1, actor=moderator),
        "reject": lambda: moderation.reject(item, reason="x", expected_version=1, actor=moderator),
        "merge": lambda: moderation.merge(item, into=fresh(other), expected_version=1, actor=moderator),
        "reply": lambda: moderation.reply(item, text="Danke!", expected_version=1, actor=moderator),
    }[act]()
    moderation.undo(fresh(item), actor=moderator)
    assert Contribution.objects.filter(pk=item.pk).values().get() == before
    assert fresh(item).visibility == "internal"


def test_undo_refuses_what_is_no_moderation(form_of, moderator):
    item, _token = send(form_of)
    with pytest.raises(ValidationError):
        moderation.undo(item, actor=moderator)


def test_two_moderators_never_overwrite_each_other(form_of, moderator):
    item, _token = send(form_of)
    moderation.publish(item, expected_version=1, actor=moderator)
    with pytest.raises(Conflict):
        moderation.reject(fresh(item), reason="x", expected_version=1, actor=moderator)
    done, missed = moderation.publish_many([(fresh(item), 1)], actor=moderator)
    assert (done, [row.pk for row in missed]) == ([], [item.pk])


@pytest.mark.parametrize("role", ["planner", "department", "council", "auditor", None])
def test_only_moderators_moderate(form_of, role):
    item, _token = send(form_of)
    with pytest.raises(PermissionDenied):
        moderation.publish(item, expected_version=1, actor=make_actor(role))


def test_moderating_reaches_contributions_alone(concept, moderator):
    goal = make_item("goal", concept=concept, visibility="internal")
    with pytest.raises(ValidationError):
        moderation.publish(goal, expected_version=1, actor=moderator)


def test_nobody_publishes_past_moderation(concept):
    values = {"title": "Am Tor vorbei", "visibility": "public"}
    with pytest.raises(ValidationError):
        create_item(kind="contribution", concept=concept, values=values, actor=PROGRAM)


def test_unanswered_for_four_weeks_is_a_gap(form_of, moderator):
    item, _token = send(form_of)
    assert list(unanswered(item.concept)) == []
    Contribution.objects.update(received_on=timezone.localdate() - timedelta(days=29))
    assert [row.pk for row in unanswered(item.concept)] == [item.pk]
    moderation.reply(fresh(item), text="Danke, wir prüfen das.", expected_version=1, actor=moderator)
    assert list(unanswered(item.concept)) == []


def test_a_duplicate_is_found(form_of, moderator):
    first, _t = send(form_of, text="Schatten auf dem Stiftsplatz fehlt im Sommer")
    send(form_of, text="Der Bus nach Mölschbach fährt abends nicht mehr")
    second, _t = send(form_of, text="Im Sommer kein Schatten am Stiftsplatz")
    assert [row.pk for row in similar_to(fresh(second), moderator)] == [first.pk]


def test_other_concepts_are_another_matter(form_of, moderator):
    item, _t = send(form_of)
    far = make_item("contribution", concept=make_concept())
    with pytest.raises(ValidationError):
        moderation.merge(item, into=fresh(far), expected_version=1, actor=moderator)
