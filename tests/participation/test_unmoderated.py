"""What somebody wrote and nobody has moderated is read by moderators alone, wherever insiders look."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from insek.package import export_package
from insek.participation import moderation
from insek.participation.models import PersonalLink
from insek.people.actors import PROGRAM
from insek.release.models import Proposal
from insek.release.releases import save_or_propose
from insek.thread.models import Item
from insek.thread.services import delete_item, link_items, unlink_items, update_item
from tests.factories import make_actor, make_item
from tests.web.test_gate_everywhere import addresses, plant

MARK, REASON = "Nachbarschaftsname", "Herkunftsgrund"
INSIDERS = ("planner", "practice", "department", "auditor", "administrator")


@pytest.fixture
def waiting(concept):
    """A contribution that waits too long, with a place, a field, and links from and to public items."""
    return make_item(
        "contribution", concept=concept, title=f"{MARK} parkt hier", text=f"{MARK} im Text", visibility="internal",
        state="new", lon="7.77", lat="49.44", reply=f"{MARK} in der Antwort", replied_on=timezone.localdate(),
        fields=[concept.fields.first()], received_on=timezone.localdate() - timedelta(days=90),
    )  # fmt: skip


def read(client, address):
    response = client.get(address)
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return response.status_code, body.decode("utf-8", "replace")


@pytest.mark.slow
def test_no_page_of_an_insider_shows_it(concept, waiting, as_role):
    public, _hidden = plant(concept)
    link_items(waiting, public["finding"], kind="evidences", reason=REASON, actor=PROGRAM)
    everywhere = [
        *addresses(public, concept, languages=[""]),
        f"{reverse('contribution-list')}?sichtbarkeit=internal",
        f"{reverse('search')}?q={MARK.lower()}",
        f"{reverse('item-link', args=[public['finding'].pk])}?link=gruende-evidences-contribution",
        reverse("item-history", args=[public["finding"].pk]),
        reverse("item-delete", args=[public["finding"].pk]),
        reverse("gap-list"), reverse("gap", args=["contribution_unanswered"]), reverse("home"),
        reverse("city-map"), reverse("tile", args=[14, 8545, 5613]),
    ]  # fmt: skip
    for role in INSIDERS:
        client = as_role(role)
        for address in everywhere:
            _status, body = read(client, address)
            for word in (MARK, REASON, waiting.pk):
                at = body.find(word)
                assert at < 0, (role, address, body[max(0, at - 200) : at + 80])
        for name in ("item", "item-edit", "item-delete", "item-link", "item-history"):
            assert client.get(reverse(name, args=[waiting.pk])).status_code in {403, 404}, (role, name)
    assert MARK in read(as_role("project-lead"), waiting.url)[1]


def test_neither_interface_nor_public_package_holds_it(concept, waiting, client, tmp_path):
    for address in ("/api/v1/contributions", "/api/v1/changes", "/neu.atom"):
        assert MARK not in read(client, address)[1]
    export_package(concept, tmp_path / "public", profile="public")
    texts = [
        path.read_text() for path in (tmp_path / "public").rglob("*.*") if path.suffix in {".csv", ".md"}
    ]
    assert texts
    assert not any(MARK in text for text in texts)


def test_gaps_count_what_the_reader_may_see(concept, waiting, as_role):
    update_item(
        waiting, expected_version=waiting.version, values={"reply": "", "replied_on": None}, actor=PROGRAM
    )
    address = reverse("gap", args=["contribution_unanswered"])
    assert MARK in read(as_role("project-lead"), address)[1]
    assert MARK not in read(as_role("planner"), address)[1]


def test_the_history_of_a_published_contribution_begins_with_its_release_for_those_who_do_not_moderate(
    concept, waiting, as_role
):
    cleaned = update_item(
        waiting, expected_version=waiting.version, values={"title": "Parken", "text": "Hier wird geparkt.", "reply": "Ja."},
        actor=PROGRAM,
    )  # fmt: skip
    public = moderation.publish(cleaned, expected_version=cleaned.version, actor=make_actor("moderator"))
    update_item(
        public, expected_version=public.version, values={"text": "Hier wird oft geparkt."}, actor=PROGRAM
    )
    address = reverse("item-history", args=[public.pk])
    status, body = read(as_role("planner"), address)
    assert status == 200
    assert MARK not in body
    assert "oft" in body
    assert MARK in read(as_role("project-lead"), address)[1]


def test_the_history_of_a_public_item_does_not_name_what_was_linked_with_it(concept, waiting, as_role):
    finding = make_item("finding", concept=concept)
    link = link_items(waiting, finding, kind="evidences", reason=REASON, actor=PROGRAM)
    unlink_items(link, actor=PROGRAM)
    address = reverse("item-history", args=[finding.pk])
    status, body = read(as_role("planner"), address)
    assert status == 200
    assert MARK not in body
    assert REASON not in body
    assert "ein Inhalt, den Sie nicht sehen" in body
    lead = read(as_role("project-lead"), address)[1]
    assert MARK in lead
    assert REASON in lead


def test_the_bin_does_not_name_what_a_deleted_item_was_linked_with(concept, waiting, as_role):
    finding = make_item("finding", concept=concept, visibility="internal")
    link_items(waiting, finding, kind="evidences", reason=REASON, actor=PROGRAM)
    delete_item(finding, expected_version=finding.version, actor=PROGRAM)
    address = reverse("deleted-item", args=[finding.pk])
    status, body = read(as_role("planner"), address)
    assert status == 200
    assert MARK not in body
    assert "ein Inhalt, den Sie nicht sehen" in body
    assert MARK in read(as_role("project-lead"), address)[1]
    client = as_role("planner")
    assert MARK not in client.post(address, follow=True).content.decode()
    assert Item.objects.filter(pk=finding.pk).exists()


def test_proposals_do_not_hold_what_was_taken_out_before_a_release(concept, waiting):
    moderator, planner = make_actor("moderator"), make_actor("planner")
    public = moderation.publish(waiting, expected_version=waiting.version, actor=moderator)
    values = {"text": "Hier wird geparkt."}
    save_or_propose(public, expected_version=public.version, values=values, actor=make_actor("project-lead"))
    assert Proposal.objects.visible_to(planner).count() == 1
    rejected = moderation.reject(public, reason="Ein Name.", expected_version=public.version, actor=moderator)
    cleaned = update_item(
        rejected, expected_version=rejected.version, values={**values, "title": "Parken"}, actor=PROGRAM
    )
    again = moderation.publish(cleaned, expected_version=cleaned.version, actor=moderator)
    assert not Proposal.objects.visible_to(planner).exists()
    delete_item(again, expected_version=again.version, actor=PROGRAM)
    assert not Proposal.objects.visible_to(planner).exists()
    assert Proposal.objects.visible_to(make_actor("project-lead", username="leitung2")).count() == 1


def test_a_reply_is_read_where_its_contribution_is(concept, waiting, client, as_role):
    merged = make_item("contribution", concept=concept, visibility="internal", state="new")
    token = PersonalLink.make(merged.contribution)
    moderator = make_actor("moderator")
    merged = moderation.merge(merged, into=waiting, expected_version=merged.version, actor=moderator)
    mine = reverse("my-contribution", args=[token])
    assert MARK not in read(client, mine)[1]
    moderation.publish(waiting, expected_version=waiting.version, actor=moderator)
    assert f"{MARK} in der Antwort" in read(client, mine)[1]
    moderation.reply(merged, text="Eigene Antwort.", expected_version=merged.version, actor=moderator)
    assert "Eigene Antwort." in read(client, mine)[1]
    for address in (
        waiting.url,
        "/api/v1/contributions",
        "/neu.atom",
        f"{reverse('search')}?q=eigene",
    ):
        for reader in (client, as_role("planner")):
            assert "Eigene Antwort." not in read(reader, address)[1], address
