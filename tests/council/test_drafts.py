"""Drafts of papers and checks are seen by their unit, the lead and those invited, in everything an insider can get."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from insek import clock
from insek.council.consulting import add_consultation
from insek.people.actors import ANONYMOUS, PROGRAM, actor_for
from insek.people.models import Membership, Right, Role
from insek.publish.report.collect import concept_report
from insek.release.changes import shown_changes
from insek.release.models import Proposal
from insek.release.releases import link_or_propose, propose, release, save_or_propose
from insek.release.restoring import restore_item, tombstones_seen_by
from insek.release.waiting_changes import proposal_title
from insek.thread.audience import limited_kinds
from insek.thread.history import changes_seen_by
from insek.thread.models import Item, Link, Round, Tombstone
from insek.thread.services import delete_item, update_item
from tests.council.checks import CREATE, begin, finish, touch
from tests.factories import make_actor, make_body, make_item, make_link, make_unit, make_user
from tests.reading import words
from tests.test_permissions import names

MARK = "Geheimvorlage"
REASON = "Verschwiegenheitsgrund"
BEFORE = "Altgeheimnis"
LOST = "Papierkorbgeheimnis"
SECRETS = (MARK, REASON, BEFORE, LOST)


def draft(unit=None, kind="paper", **values):
    more = {"status": "draft", "final_on": None} if kind == "concept_check" else {}
    return make_item(kind, **{"visibility": "internal", "unit": unit, **more, **values})


def change(item, actor=PROGRAM, **values):
    item = Item.objects.get(pk=item.pk)
    return update_item(item, expected_version=item.version, values=values, actor=actor)


def seen(actor):
    return set(Item.objects.visible_to(actor).values_list("pk", flat=True))


@pytest.mark.parametrize("kind", ["paper", "concept_check"])
def test_a_draft_is_seen_by_its_unit_the_lead_those_invited_and_who_entered_it(concept, kind):
    own, other = make_unit("tiefbau"), make_unit("hochbau")
    clerk, invited = make_actor("planner"), make_user("auditor", unit=other)
    group = Round.objects.create(concept=concept, name="Mitzeichnung")
    group.members.add(invited)
    of_unit = draft(own, kind)
    entered = draft(other, kind, actor=clerk)
    shown = draft(own, kind, visibility="round", round=group)
    public = draft(own, kind) if kind == "concept_check" else make_item(kind, unit=own)
    everything = {item.pk for item in (of_unit, entered, shown, public)}
    open_to_all = set() if kind == "concept_check" else {public.pk}
    of_own = {of_unit.pk, shown.pk, public.pk}
    assert seen(make_actor("project-lead")) == seen(PROGRAM) == everything
    for role in ("department", "planner", "auditor"):
        assert seen(make_actor(role, unit=own)) == of_own
    for role in ("department", "planner", "practice", "auditor", "administrator"):
        assert seen(make_actor(role)) == seen(make_actor(role, unit=make_unit("ordnung"))) == open_to_all
    assert seen(clerk) == open_to_all | {entered.pk}
    assert seen(actor_for(invited)) == open_to_all | {shown.pk, entered.pk}
    group.ends = clock.today() - timedelta(days=1)
    group.save()
    assert shown.pk not in seen(actor_for(invited))


def test_a_department_enters_its_own_draft_and_checks_it_before_others_see_either(concept, as_role):
    own, other = (as_role("department", unit=make_unit(key)) for key in ("tiefbau", "hochbau"))
    values = {"title": "Radweg an der Lauter", "standing": "working", "visibility": "internal"}
    assert own.post(reverse("paper-create"), {**values, "reference": "0001/2026"}).status_code == 302
    paper = Item.objects.get(kind="paper")
    assert (paper.paper.unit.key, paper.visibility) == ("tiefbau", "internal")
    checked = {**values, "paper": paper.pk, "subject": "paper", "weight": "local"}
    none_touched = {"touches_no_goal": "on", "no_goal_reason": "Es geht um die Hausordnung"}
    begun = own.post(f"{CREATE}?vorlage={paper.pk}", {**checked, **none_touched})
    check = Item.objects.get(kind="concept_check")
    assert begun["Location"] == reverse("check-sheet", args=[check.pk])
    waits = own.post(reverse("check-finish", args=[check.pk]), {"version": 1})
    proposal = Proposal.objects.get(act="check_finish")
    assert waits["Location"] == proposal.url
    release(proposal, expected_version=1, actor=PROGRAM)
    assert Item.objects.get(pk=check.pk).concept_check.is_final
    for item in (paper, check):
        assert "Radweg" in words(own.get(item.url))
        assert "Radweg" in words(as_role("project-lead").get(item.url))
        for client in (other, as_role("planner"), as_role("council"), Client()):
            assert client.get(item.url).status_code == 404


def test_a_finished_check_is_open_inside_unless_its_paper_is_a_draft(concept):
    unit, goal = make_unit("tiefbau"), make_item("goal")
    alone, of_draft = begin(concept, unit=unit), begin(concept, draft(unit).paper, unit=unit)
    of_public = begin(concept, make_item("paper", unit=unit).paper, unit=unit)
    for check in (alone, of_draft, of_public):
        touch(check, goal)
    stranger = make_actor("planner", unit=make_unit("hochbau"))
    checks = Item.objects.of_kind("concept_check").visible_to(stranger)
    assert checks.count() == 0
    for check in (alone, of_draft, of_public):
        finish(check)
    change(of_public.item, visibility="internal")
    assert {item.pk for item in checks} == {alone.pk, of_public.pk}
    assert not changes_seen_by(Item.objects.get(pk=alone.pk), stranger).exists()


def test_an_arrow_to_a_draft_is_hidden_and_the_gate_costs_no_query(concept, django_assert_num_queries):
    goal, unit = make_item("district"), make_unit("tiefbau")
    link = make_link(draft(unit), goal, "located_in")
    stranger, colleague = make_actor("auditor", unit=make_unit("hochbau")), make_actor("auditor", unit=unit)
    with django_assert_num_queries(4):
        assert not Link.objects.visible_to(stranger)
        assert list(Link.objects.visible_to(colleague)) == [link]
        assert set(Item.objects.visible_to(stranger)) == {goal}
        assert Item.objects.visible_to(colleague).count() == 2


def test_of_a_paper_of_others_the_history_begins_where_it_was_opened(concept):
    unit, group = make_unit("tiefbau"), Round.objects.create(concept=concept, name="Mitzeichnung")
    invited = make_user("planner")
    group.members.add(invited)
    stranger, colleague = make_actor("planner"), make_actor("planner", unit=unit)
    paper = draft(unit, title="Erste Fassung")
    change(paper, title="Zweite Fassung")

    def read_by(actor):
        item = Item.objects.get(pk=paper.pk)
        return [list(line.differences) for line in changes_seen_by(item, actor).order_by("pk")]

    assert read_by(stranger) == []
    change(paper, visibility="round", round=group)
    change(paper, title="Dritte Fassung")
    assert read_by(actor_for(invited)) == [["title"]]
    change(paper, visibility="public", round=None)
    change(paper, text="Neu")
    assert read_by(stranger) == [["text"]]
    whole = read_by(colleague)
    assert len(whole) == 6
    assert whole == read_by(make_actor("project-lead"))


def test_an_arrow_drawn_to_a_draft_is_told_in_todays_words_alone(concept):
    paper, place = draft(make_unit("tiefbau"), title=MARK), make_item("district")
    link = make_link(paper, place, "located_in", reason=REASON)
    change(paper, title="Offener Titel")
    stranger, lead = make_actor("planner"), make_actor("project-lead")

    def told_to(actor):
        lines = shown_changes(changes_seen_by(place, actor), "district", actor)
        return [(line.link.title, line.link.reason) for line in lines if line.link]

    assert told_to(stranger) == [("ein Inhalt, den Sie nicht sehen", "")]
    change(paper, visibility="public")
    assert told_to(stranger) == [("Offener Titel", "")]
    assert told_to(lead) == [(MARK, REASON)]
    link_or_propose(paper, make_item("district"), kind="located_in", reason="Offen", actor=lead)
    assert link.pk


def test_the_bin_of_drafts_is_that_of_the_unit_and_of_who_deleted_them(concept, as_role):
    unit, clerk = make_unit("tiefbau"), make_actor("planner")
    of_unit, own = draft(unit, title=LOST), draft(title="Eigene", actor=clerk)
    delete_item(of_unit, expected_version=1, actor=PROGRAM)
    delete_item(own, expected_version=1, actor=clerk)

    def bin_of(actor):
        return {stone.pk for stone in tombstones_seen_by(actor, concept)}

    assert bin_of(make_actor("planner", unit=unit)) == {of_unit.pk}
    assert bin_of(clerk) == {own.pk}
    assert bin_of(make_actor("project-lead")) == {of_unit.pk, own.pk}
    assert bin_of(replace(clerk, user_id=None)) == set()
    stranger = as_role("planner", unit=make_unit("hochbau"))
    assert stranger.get(of_unit.url).status_code == 404
    assert as_role("planner", unit=unit).get(of_unit.url).status_code == 410
    restore_item(Tombstone.objects.get(pk=own.pk), actor=clerk)
    assert own.pk in seen(clerk)


def test_a_number_taken_by_a_draft_does_not_tell_its_title(concept, as_role):
    goal = make_item("goal", number="V 7", visibility="internal")
    delete_item(goal, expected_version=1, actor=PROGRAM)
    draft(number="V 7", title=MARK)
    page = words(as_role("planner").get(f"/geloescht/{goal.pk}/"))
    assert "Die Nummer V 7 trägt inzwischen ein Inhalt, den Sie nicht sehen." in page
    assert MARK in words(as_role("project-lead").get(f"/geloescht/{goal.pk}/"))


def test_who_restores_a_draft_does_not_take_it_from_who_entered_it(concept):
    clerk = make_actor("planner")
    paper = draft(actor=clerk)
    stone = delete_item(paper, expected_version=1, actor=make_actor("project-lead"))
    restore_item(stone, actor=make_actor("project-lead"))
    assert paper.pk in seen(clerk)


def test_proposals_about_drafts_are_told_to_those_who_read_them_whole(concept):
    unit = make_unit("tiefbau")
    paper = draft(unit, title=MARK)
    author, colleague = make_actor("department", unit=unit), make_actor("planner", unit=unit)
    stranger = make_actor("planner", unit=make_unit("hochbau"))
    proposal = save_or_propose(paper, expected_version=1, values={"visibility": "public"}, actor=author)
    for actor, count in ((author, 1), (colleague, 1), (stranger, 0), (make_actor("project-lead"), 1)):
        assert Proposal.objects.visible_to(actor).count() == count
    release(proposal, expected_version=1, actor=make_actor("project-lead"))
    assert Proposal.objects.visible_to(colleague).count() == 1
    assert Proposal.objects.visible_to(stranger).count() == 0
    later = propose("update", Item.objects.get(pk=paper.pk), {"text": "Neu"}, actor=stranger)
    assert [proposal_title(row) for row in Proposal.objects.visible_to(stranger)] == [MARK]
    change(paper, visibility="internal", title=BEFORE)
    for row in Proposal.objects.visible_to(stranger):
        assert (row.pk, proposal_title(row), row.shown_item) == (
            later.pk,
            "Ein Inhalt, den Sie nicht sehen",
            None,
        )


def test_the_author_of_a_proposal_about_what_is_a_draft_again_reads_nothing_of_it(concept, as_role):
    stranger = make_user("planner")
    client = Client()
    client.force_login(stranger, backend="django.contrib.auth.backends.ModelBackend")
    paper, place = make_item("paper", title="Offen"), make_item("district", title="Nordstadt")
    propose("update", paper, {"text": "Neu"}, actor=actor_for(stranger))
    link_or_propose(paper, place, kind="located_in", reason="Dort", actor=actor_for(stranger))
    make_link(draft(), place, "located_in")
    change(paper, visibility="internal", title=BEFORE)
    for address in (reverse("proposal-list"), reverse("home"), *(row.url for row in Proposal.objects.all())):
        assert BEFORE not in words(client.get(address)), address
    page = words(client.get(Proposal.objects.first().url))
    assert "Diesen Inhalt sehen Sie nicht mehr." in page
    assert "Zurückziehen" in page


def test_the_form_of_a_resolution_keeps_a_paper_that_its_reader_does_not_see(concept, as_role):
    paper = draft(make_unit("tiefbau"), title=MARK)
    resolution = make_item("resolution", paper=paper.paper, visibility="internal")
    address = reverse("item-edit", args=[resolution.pk])
    planner = as_role("planner", unit=make_unit("hochbau"))
    form = planner.get(address).context["form"]
    assert "paper" not in form.fields
    assert (
        paper.paper not in planner.get(reverse("resolution-create")).context["form"].fields["paper"].queryset
    )
    sent = {name: form[name].value() or "" for name in form.fields}
    sent |= {"title": "Anders", "unanimous": "unknown", "date": "2025-10-06"}
    for name in ("adopted_fields", "fields_of_action", "themes"):
        sent.pop(name, None)
    assert planner.post(address, sent).status_code == 302
    resolution = Item.objects.get(pk=resolution.pk)
    assert (resolution.title, resolution.resolution.paper_id) == ("Anders", paper.pk)
    assert "paper" in as_role("project-lead").get(address).context["form"].fields


def test_the_history_names_a_paper_by_its_title_and_never_by_its_id(concept):
    paper = draft(make_unit("tiefbau"), title=MARK)
    resolution = make_item("resolution", paper=paper.paper)

    def told_to(actor):
        lines = shown_changes(changes_seen_by(resolution, actor), "resolution", actor)
        return ["".join(text for _how, text in row.words) for row in lines[0].rows if row.name == "paper_id"]

    assert told_to(make_actor("project-lead")) == [MARK]
    assert told_to(make_actor("planner")) == ["ein Inhalt, den Sie nicht sehen"]


def everything_but_release(unit):
    """The strongest insider there can be who may not release: every right, and another unit."""
    user = make_user(None, unit=unit)
    rights = [right for right in Right.values if right != Right.RELEASE]
    role = Role.objects.create(key="alles", name="Alles", rights=rights)
    Membership.objects.create(user=user, role=role)
    return user


def secrets_of(concept):
    """A draft and what hangs on it, a draft that was thrown away, and one that has become public with other words."""
    unit, field = make_unit("tiefbau"), concept.fields.first()
    author = make_actor("department", unit=unit)
    goal, place = make_item("goal", fields=[field]), make_item("district", level="city", number="R 1")
    paper = draft(
        unit, title=f"{MARK} Titel", text=f"{MARK} Text", fields=[field, concept.fields.last()], number="V 1",
        source_title=f"{MARK} Quelle", reference="0001/2026",
    )  # fmt: skip
    make_link(paper, place, "located_in", reason=REASON)
    add_consultation(
        paper.paper, {"body": make_body(), "role": "preliminary", "result": f"{MARK} Ergebnis"}, actor=PROGRAM
    )
    check = begin(concept, paper.paper, unit=unit, title=f"{MARK} Prüfung", paragraph=f"{MARK} Absatz")
    touch(check, goal, reason=REASON)
    make_link(paper, check.item, "leads_to", reason=REASON)
    resolution = make_item("resolution", paper=paper.paper, date=clock.today())
    make_link(paper, resolution, "leads_to", reason=REASON)
    save_or_propose(paper, expected_version=1, values={"visibility": "public"}, actor=author, note=MARK)
    lost = draft(unit, title=f"{LOST} Titel", text=LOST)
    make_link(lost, place, "located_in", reason=LOST)
    delete_item(lost, expected_version=1, actor=author)
    opened = draft(unit, title=f"{BEFORE} Titel", text=BEFORE)
    make_link(opened, place, "located_in", reason=BEFORE)
    link = Link.objects.get(source=opened)
    link.reason = "Offen"
    link.save()
    change(opened, title="Offene Vorlage", text="")
    change(opened, visibility="public")
    heavy = draft(unit, title=f"{MARK} für alle Felder", fields=concept.fields.all())
    return [goal, place, opened, resolution], [paper, check.item, heavy]


def addresses_for(items, resolution):
    """Every address without arguments, every page of some items, and lists searched and shown as tables."""
    for name in names():
        for args in ([], *([item.pk] for item in items)):
            try:
                address = reverse(name, args=args)
            except NoReverseMatch:
                continue
            if not args or address.startswith("/k/"):
                yield address
    for kind in ("paper", "concept_check", "resolution", "goal"):
        address = reverse(f"{kind}-list")
        yield f"{address}?q={MARK.lower()}"
        yield f"{address}?ansicht=tabelle&spalten=title,text,paper,unit,reference"
        yield f"{reverse(f'{kind}-workbook')}?spalten=title,text,paper,unit"
    for word in (MARK, BEFORE, REASON):
        yield f"{reverse('search')}?q={word.lower()}"
    yield from (resolution.url, reverse("item-history", args=[resolution.pk]))
    for item in items:
        yield f"{reverse('item-link', args=[item.pk])}?relation=gruende.located_in.paper&q={MARK.lower()}"
    for rule in ("paper_without_check", "check_not_public", "ortsbeirat_not_heard", "link_without_reason"):
        yield reverse("gap", args=[rule])
    yield f"{reverse('proposal-list')}?stand=alle"
    yield reverse("item-thread", args=[items[1].pk, "gruende", "located_in"])


NOT_ASKED = {"/abmelden/", "/anmelden/"}


def text_of(response):
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if content[:2] == b"PK":
        with ZipFile(BytesIO(content)) as book:
            content = b"".join(book.read(name) for name in book.namelist())
    return content.decode("utf-8", "replace")


@pytest.mark.slow
@pytest.mark.django_db
def test_no_output_shows_a_draft_to_an_insider_of_another_unit(concept, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    items, hidden = secrets_of(concept)
    user = everything_but_release(make_unit("hochbau"))
    stranger = Client(raise_request_exception=True)
    stranger.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    lead = Client()
    lead.force_login(make_user("project-lead"), backend="django.contrib.auth.backends.ModelBackend")
    asked = [address for address in addresses_for(items[:3], items[3]) if address not in NOT_ASKED]
    told_to_lead = 0
    for address in asked:
        body = text_of(stranger.get(address))
        for secret in SECRETS:
            assert secret not in body, (
                address,
                body[max(0, body.find(secret) - 200) : body.find(secret) + 80],
            )
        for item in hidden:
            assert item.pk not in body, address
    for address in (
        reverse("paper-list"), reverse("concept_check-table"), reverse("gap", args=["paper_without_check"]),
        reverse("proposal-list"), reverse("deleted-list"), reverse("home"), items[0].url, items[1].url,
        reverse("item-history", args=[items[1].pk]), f"{reverse('resolution-list')}?ansicht=tabelle&spalten=title,paper",
    ):  # fmt: skip
        told_to_lead += any(secret in text_of(lead.get(address)) for secret in SECRETS)
    assert told_to_lead == 10
    for item in hidden:
        assert stranger.get(item.url).status_code == 404
    report = str(concept_report(concept, actor_for(user), working=True))
    assert not any(secret in report for secret in SECRETS)
    assert len(asked) > 200


def test_the_kinds_with_limits_say_so_themselves():
    assert limited_kinds(PROGRAM) == []
    assert limited_kinds(ANONYMOUS) == ["concept_check", "contribution", "paper"]
