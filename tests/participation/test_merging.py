"""Merged into one that is later rejected, withdrawn or unpublished: back to the queue, and the person reads the truth."""

import pytest
from django.core.exceptions import ValidationError

from insek.participation import moderation, services
from insek.participation.models import Contribution
from insek.participation.progress import progress_of
from insek.thread.models import Change, Item
from tests.factories import PROGRAM, make_actor, make_item


@pytest.fixture
def moderator(concept):
    return make_actor("moderator")


def fresh(item):
    return Item.objects.select_related("contribution").get(pk=item.pk)


def merged_pair(form_of, moderator, *, publish=True):
    """A contribution with its secret, merged into another; both items."""
    first, token = services.submit_contribution(format=form_of, text="Bänke am Markt, bitte.", type="idea")
    second, key = services.submit_contribution(format=form_of, text="Der Markt braucht Bänke.", type="idea")
    if publish:
        moderation.publish(second, expected_version=1, actor=moderator)
    moderation.merge(first, into=fresh(second), expected_version=1, actor=moderator)
    return first, token, fresh(second), key


@pytest.mark.parametrize("publish", [True, False])
def test_merged_into_one_that_is_rejected_waits_again(form_of, moderator, publish):
    first, token, second, _key = merged_pair(form_of, moderator, publish=publish)
    moderation.reject(second, reason="Werbung", expected_version=second.version, actor=moderator)
    row = fresh(first).contribution
    assert (row.state, row.merged_into_id) == ("new", None)
    assert Change.objects.filter(item_id=first.pk).latest("pk").actor_id == moderator.user_id
    assert progress_of(services.contribution_behind(token)).state == "Wird gelesen"


def test_merged_into_one_that_is_unpublished_waits_again(form_of, moderator):
    first, _token, second, _key = merged_pair(form_of, moderator)
    publishing = Change.objects.get(item_id=second.pk, action="released")
    from insek.release.undo import undo_change

    undo_change(publishing, actor=moderator)
    assert fresh(second).visibility == "internal" and fresh(first).contribution.state == "new"


def test_merged_into_one_that_its_writer_withdraws_waits_again(form_of, moderator, client):
    first, _token, second, key = merged_pair(form_of, moderator, publish=False)
    page = client.post(f"/beitraege/meiner/{key}/", {"act": "withdraw-for-good"})
    assert page.status_code == 200 and not Item.objects.filter(pk=second.pk).exists()
    assert fresh(first).contribution.state == "new"


def test_a_rejection_that_fails_leaves_the_merged_where_they_are(form_of, moderator):
    first, _token, second, _key = merged_pair(form_of, moderator)
    with pytest.raises(moderation.Conflict):
        moderation.reject(second, reason="Werbung", expected_version=second.version + 1, actor=moderator)
    assert fresh(first).contribution.state == "merged"


def test_undoing_does_not_merge_into_what_was_rejected(form_of, moderator):
    first, _token, second, _key = merged_pair(form_of, moderator)
    moderation.reject(second, reason="Werbung", expected_version=second.version, actor=moderator)
    with pytest.raises(ValidationError, match="inzwischen abgelehnt"):
        moderation.undo(fresh(first), actor=moderator)
    assert fresh(first).contribution.state == "new"


def test_undone_twice_stands_as_decided(form_of, moderator):
    first, _token, second, _key = merged_pair(form_of, moderator)
    moderation.undo(fresh(first), actor=moderator)
    assert fresh(first).contribution.state == "new"
    moderation.undo(fresh(first), actor=moderator)
    assert fresh(first).contribution.merged_into_id == second.pk


def test_what_an_older_package_lost_is_found(form_of, moderator):
    first, _token, second, _key = merged_pair(form_of, moderator)
    Contribution.objects.filter(pk=second.pk).update(state="rejected", rejection_reason="Alt")
    assert (moderation.return_lost_merges(), moderation.return_lost_merges()) == (1, 0)
    assert fresh(first).contribution.state == "new"


def test_the_page_names_the_other_only_where_it_is_public(form_of, moderator, client):
    _first, token, _second, _key = merged_pair(form_of, moderator, publish=False)
    page = client.get(f"/beitraege/meiner/{token}/").content.decode()
    assert "der noch gelesen wird" in page and "Der Markt braucht" not in page
    _first, token, _second, _key = merged_pair(form_of, moderator)
    page = client.get(f"/beitraege/meiner/{token}/").content.decode()
    assert "Dasselbe Anliegen:" in page and "Der Markt braucht Bänke" in page
    assert "als Antwort auf beide" in page


def test_the_moderator_reads_how_many_wait_again(form_of, concept):
    from django.test import Client

    from tests.factories import make_user

    client = Client()
    client.force_login(make_user("moderator"), backend="django.contrib.auth.backends.ModelBackend")
    _first, _token, second, _key = merged_pair(form_of, make_actor("moderator"))
    here = f"/moderation/{second.pk}/"
    assert "wieder einzeln in der Warteschlange" in client.get(here).content.decode()
    sent = {"act": "reject", "reason": "Werbung", "version": second.version}
    page = client.post(here, sent, follow=True).content.decode()
    assert "1 damit zusammengeführter Beitrag steht wieder in der Warteschlange." in page


def test_deleting_by_staff_names_what_rests_on_it(concept):
    target = make_item("contribution", concept=concept)
    other = make_item(
        "contribution",
        concept=concept,
        state="merged",
        merged_into=target.contribution,
        visibility="internal",
    )
    assert moderation.return_merged(target, actor=PROGRAM) == 1
    assert fresh(other).contribution.merged_into_id is None
