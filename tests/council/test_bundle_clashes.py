"""What lies ready for the next edition and contradicts itself is decided by a person; many changes, mergers and splits lie ready like one."""

import re
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from insek.council.edition_items import EditionItem, Succession
from insek.council.edition_queries import changes_of
from insek.council.prospect import prospect
from insek.council.services import adopt_edition, file_edition
from insek.council.successions import entries_of
from insek.intake import batches
from insek.intake.models import Batch, BatchEntry
from insek.people.actors import PROGRAM
from insek.release.bundle_clashes import BundleUndecided, clashes_in, decide
from insek.release.bundles import bundle_of
from insek.release.bundling import bundling
from insek.release.models import Proposal
from insek.release.releases import ProposalDecided, change_link_or_propose, save_or_propose, unlink_or_propose
from insek.release.reshaping import merge_or_propose
from insek.release.row_proposals import add_or_propose
from insek.release.splitting import SplitPart, split_or_propose
from insek.thread.models import Item
from insek.thread.rows import rows_named
from insek.thread.services import delete_item
from tests.council.editions import adopt, make_resolution
from tests.factories import make_actor, make_edition, make_item, make_link, make_user

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture(autouse=True)
def files(tmp_path):
    with override_settings(MEDIA_ROOT=tmp_path):
        yield


@pytest.fixture
def goals(concept):
    return [make_item("goal", number=f"Z {n}", title=f"Ziel {n}", text="Wie beschlossen.") for n in (1, 2, 3)]


@pytest.fixture
def draft(concept, goals):
    adopt(make_edition(concept, "eins"), make_resolution(date=TODAY - timezone.timedelta(days=400)))
    return make_edition(concept, "zwei")


def change(draft, item, actor=PROGRAM, **values):
    with bundling(draft):
        return save_or_propose(item, expected_version=item.version, values=values, actor=actor)


def fresh(goals):
    for goal in goals:
        goal.refresh_from_db()
    return goals


def file(draft):
    return file_edition(draft, confirmed=prospect(draft).counts.sign, actor=PROGRAM)


def test_two_changes_of_the_same_words_are_shown_and_decided(draft, goals, as_role):
    fresh(goals)
    planner = make_actor("planner")
    first = change(draft, goals[0], planner, text="Wie die eine will.", title="Anders")
    second = change(draft, goals[0], text="Wie der andere will.")
    change(draft, goals[1], text="Woanders.")
    with pytest.raises(BundleUndecided):
        file(draft)
    lead = as_role("project-lead")
    page = lead.get(reverse("next-edition", args=["zwei"])).content.decode()
    assert page.count('name="gilt"') == 2 and "widersprechen" not in page and "Was sich widerspricht" in page
    words = re.sub(r"<[^>]+>", "", page)
    assert "die eine will" in words and "der andere will" in words
    assert "widersprechen sich" in lead.get(reverse("edition-file", args=["zwei"])).content.decode()
    [clash] = clashes_in(bundle_of(draft))
    work = reverse("edition-work", args=["zwei"])
    sent = {"act": "decide", "was": clash.sign, "gilt": str(second.pk)}
    answer = lead.post(
        work, {**sent, "gesehen": [f"{first.pk}:{first.version + 1}", f"{second.pk}:1"]}, follow=True
    )
    assert "Inzwischen hat jemand anderes" in answer.content.decode() and clashes_in(bundle_of(draft))
    answer = lead.post(
        work, {**sent, "gesehen": [f"{first.pk}:{first.version}", f"{second.pk}:1"]}, follow=True
    )
    assert "Entschieden" in answer.content.decode() and not clashes_in(bundle_of(draft))
    first.refresh_from_db()
    assert (first.state, first.payload) == ("bundled", {"title": "Anders"})
    filed = file(draft)
    adopt(filed, make_resolution(date=TODAY))
    goal = Item.objects.get(pk=goals[0].pk)
    assert (goal.title, goal.text) == ("Anders", "Wie der andere will.")


def test_a_change_of_which_nothing_is_left_comes_back_to_who_wrote_it(draft, goals):
    fresh(goals)
    planner = make_actor("planner")
    first = change(draft, goals[0], planner, text="Eins.")
    second = change(draft, goals[0], text="Zwei.")
    [clash] = clashes_in(bundle_of(draft))
    seen = {first.pk: 1, second.pk: 1}
    with pytest.raises(PermissionDenied):
        decide(draft, clash.sign, counts=second.pk, versions=seen, actor=make_actor("practice"))
    with pytest.raises(ValidationError, match="nichts mehr"):
        decide(draft, clash.sign, counts=0, versions=seen, actor=PROGRAM)
    with pytest.raises(ProposalDecided):
        decide(draft, clash.sign, counts=second.pk, versions={}, actor=make_actor("project-lead"))
    decide(draft, clash.sign, counts=second.pk, versions=seen, actor=make_actor("project-lead"))
    first.refresh_from_db()
    assert first.state == "returned" and "andere Änderung" in first.answer


def test_what_says_the_same_or_something_else_does_not_contradict_itself(draft, goals):
    fresh(goals)
    measure = make_item("measure", number="M 1")
    link = make_link(goals[0], measure, "implemented_by", "Weil.")
    change(draft, goals[0], text="Gleich.")
    change(draft, goals[0], make_actor("planner"), text="Gleich.", title="Und noch etwas")
    assert not clashes_in(bundle_of(draft))
    with bundling(draft):
        change_link_or_propose(link, expected_version=1, reason="Anders.", locator="", actor=PROGRAM)
        assert not clashes_in(bundle_of(draft))
        unlink_or_propose(link, actor=PROGRAM)
    assert [clash.unit[0] for clash in clashes_in(bundle_of(draft))] == ["link"]


def test_a_clash_after_the_filing_stops_the_adoption(draft, goals):
    fresh(goals)
    filed = file(draft)
    change(draft, goals[0], text="Eins.")
    change(draft, goals[0], text="Zwei.")
    with pytest.raises(BundleUndecided):
        adopt_edition(filed, resolution=make_resolution(date=TODAY), actor=PROGRAM)
    assert Item.objects.get(pk=goals[0].pk).text == "Wie beschlossen."


def test_a_merger_and_a_split_lie_ready_and_their_verbleib_is_proposed(draft, goals, as_role):
    one, two, three = fresh(goals)
    with bundling(draft):
        merged = merge_or_propose(
            one, [(two.pk, two.version)], values={"title": "Beides"}, place_of="", reason="Gehört zusammen.",
            expected_version=one.version, actor=PROGRAM,
        )  # fmt: skip
        split = split_or_propose(
            three, [SplitPart("Der neue Teil", number="Z 3.1")], values={}, reason="Zu viel auf einmal.", expected_version=three.version, actor=PROGRAM,
        )  # fmt: skip
    assert {merged.state, split.state} == {"bundled"} and Item.objects.filter(kind="goal").count() == 3
    ahead = prospect(draft)
    assert not ahead.failed and not ahead.clashes
    entries = {each.row.number: each for each in entries_of(draft, ahead.parts, ahead.lineage)}
    part = next(each.key for each in ahead.parts if each.number == "Z 3.1")
    assert (entries["Z 2"].proposed, entries["Z 2"].into, entries["Z 2"].reason) == (
        "merged",
        (one.pk,),
        "Gehört zusammen.",
    )
    assert (entries["Z 3"].proposed, set(entries["Z 3"].into)) == ("split", {three.pk, part})
    assert entries["Z 1"].proposed == "changed" and not entries["Z 1"].may_confirm

    lead, url = as_role("project-lead"), reverse("succession", args=["zwei"])
    page = lead.get(url).content.decode()
    assert "Vorschlag: zusammengeführt." in page and "Z 3.1 Der neue Teil" in page
    ticks = [f"goals:{goal.pk}:0" for goal in goals]
    assert lead.post(url, {"punkt": ticks, "act": "confirm"}).status_code == 302
    said = {each.key: each for each in Succession.objects.all()}
    assert {pk: each.fate for pk, each in said.items()} == {two.pk: "merged", three.pk: "split"}
    assert "Z 3.1 Der neue Teil" in lead.get(url).content.decode()
    filed = file(draft)
    assert "Z 3.1 Der neue Teil" in Client().get(url).content.decode()
    adopted = adopt(filed, make_resolution(date=TODAY))
    assert Item.objects.get(pk=part).number == "Z 3.1" and not Item.objects.filter(pk=two.pk).exists()
    assert (
        Item.objects.get(pk=one.pk).title == "Beides"
        and changes_of(adopted, list(EditionItem.objects.filter(edition=adopted))) == {}
    )
    assert Client().get(two.url).url.startswith(one.url)
    assert Client().get(reverse("edition-item", args=["zwei", part])).status_code == 200


def test_who_changes_what_goes_has_to_say_which_counts(draft, goals):
    one, two, _three = fresh(goals)
    with bundling(draft):
        merged = merge_or_propose(
            one,
            [(two.pk, two.version)],
            values={},
            place_of="",
            reason="",
            expected_version=one.version,
            actor=PROGRAM,
        )
    late = change(draft, two, text="Doch noch anders.")
    [clash] = clashes_in(bundle_of(draft))
    assert clash.unit == ("gone", two.pk) and set(clash.proposals) == {merged, late}
    decide(
        draft,
        clash.sign,
        counts=merged.pk,
        versions={merged.pk: 1, late.pk: 1},
        actor=make_actor("project-lead"),
    )
    assert not clashes_in(bundle_of(draft)) and not prospect(draft).failed


def test_who_works_for_an_edition_does_not_delete_what_is_in_force(draft, goals, as_role):
    lead = as_role("project-lead")
    lead.post(reverse("edition-work", args=["zwei"]), {"act": "begin"})
    goal = fresh(goals)[0]
    answer = lead.post(reverse("item-delete", args=[goal.pk]), {"version": goal.version})
    assert (
        "Löschen würde ändern, was gilt" in answer.content.decode()
        and Item.objects.filter(pk=goal.pk).exists()
    )
    inside = make_item("goal", title="Intern", visibility="internal")
    with bundling(draft):
        delete_item(inside, expected_version=1, actor=PROGRAM)


@pytest.mark.parametrize("in_a_job", [False, True])
def test_many_changes_at_once_lie_ready_too(
    draft, goals, monkeypatch, django_capture_on_commit_callbacks, in_a_job
):
    """Also in a job, which knows nothing of who works for what; and are taken out again as a whole."""
    fresh(goals)
    user = make_user("project-lead")
    batch = Batch.objects.create(
        concept=draft.concept,
        owner=user,
        kind="goal",
        origin="bulk",
        label="Sammeländerung",
        state="ready",
        total=3,
    )
    BatchEntry.objects.bulk_create(
        BatchEntry(batch=batch, item_id=goal.pk, title=goal.title, version=goal.version, is_public=True, differences={"text": [goal.text, "Für alle."]})
        for goal in goals
    )  # fmt: skip
    jobs = []
    if in_a_job:
        monkeypatch.setattr(batches, "INLINE", 1)
        monkeypatch.setattr(batches, "run_batch", SimpleNamespace(enqueue=lambda *sent: jobs.append(sent)))
    with bundling(draft), django_capture_on_commit_callbacks(execute=True):
        batches.apply(batch, batch.entries.values_list("pk", flat=True))
    assert bool(jobs) is in_a_job
    for sent in jobs:
        batches.run(*sent)
    batch.refresh_from_db()
    assert batch.state == "done" and batch.is_for_edition
    assert {each.state for each in Proposal.objects.all()} == {"bundled"} and Proposal.objects.count() == 3
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("batch", args=[batch.pk])).content.decode()
    assert "Sie liegen für die nächste Ausgabe bereit." in page and "zur Freigabe vorgelegt" not in page
    jobs.clear()
    with django_capture_on_commit_callbacks(execute=True):
        batches.undo(batch)
    for sent in jobs:
        batches.run(*sent)
    assert not Proposal.objects.filter(state="bundled").exists()


def test_rows_that_lie_ready_are_filed_under_the_key_that_they_will_have(draft):
    measure = make_item("measure", number="M 1")
    rows = rows_named("cost_line")
    cost = {"amount_eur": 1000, "title": "Bau", "is_follow_up": False}
    with bundling(draft):
        made = add_or_propose(rows, measure, cost, actor=PROGRAM)
        assert add_or_propose(rows, measure, cost, actor=PROGRAM) == made
    adopted = adopt(file(draft), make_resolution(date=TODAY))
    assert rows.of_item(measure).count() == 1
    assert changes_of(adopted, list(EditionItem.objects.filter(edition=adopted))) == {}
