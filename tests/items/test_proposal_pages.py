"""The pages of the release step: the list, one change word by word, and the buttons that decide."""

from __future__ import annotations

import pytest
from django.test import Client

from insek.people.actors import PROGRAM
from insek.release.models import Proposal
from insek.release.releases import link_or_propose, save_or_propose, unlink_or_propose
from insek.steering.services import add_task
from insek.thread.models import Item, Link
from insek.thread.services import delete_item, update_item
from tests.factories import make_actor, make_item, make_link, make_user
from tests.reading import form_values, words

pytestmark = pytest.mark.django_db
HOSTILE = '<script>alert(1)</script>"><b>'


def proposed(item, actor=None, note="", **values):
    made = save_or_propose(
        item, expected_version=item.version, values=values, actor=actor or make_actor("planner"), note=note
    )
    assert isinstance(made, Proposal)
    return made


def press(client, proposal, act, **more):
    page = client.get(proposal.url)
    return client.post(proposal.url, {**form_values(page), "act": act, **more}, follow=True)


def test_from_the_form_to_the_public_page(concept, as_role):
    goal = make_item("goal", number="Z 1", title="Kühle Stadt", text="Mehr Grün.")
    planner, lead, visitor = as_role("planner"), as_role("project-lead"), Client()
    form = planner.get(f"/k/{goal.pk}/bearbeiten")
    assert "Öffentlich ändert sich erst etwas" in words(form)
    answer = planner.post(
        f"/k/{goal.pk}/bearbeiten",
        {**form_values(form), "text": "Mehr Grün und Wasser.", "release_note": "Der Rat wünscht es."},
        follow=True,
    )
    assert "Öffentlich zu sehen ist noch die bisherige Fassung." in answer.content.decode()
    assert 'value="release"' not in answer.content.decode()
    assert "Mehr Grün." in words(visitor.get(goal.url))
    address = answer.redirect_chain[0][0]
    page = lead.get(address)
    assert "Mehr Grün eingefügt: und Wasser ." in words(page).replace("Wasser.", "Wasser .")
    assert "Der Rat wünscht es." in words(page)
    assert "Eine Änderung wartet auf Freigabe." in words(lead.get(goal.url))
    assert "wartet auf Freigabe" not in visitor.get(goal.url).content.decode()
    done = lead.post(address, {**form_values(page), "act": "release"}, follow=True)
    assert "Die Änderung ist veröffentlicht." in done.content.decode()
    assert "Mehr Grün und Wasser." in words(visitor.get(goal.url))
    assert "freigegeben von" in words(lead.get(f"/k/{goal.pk}/verlauf"))
    assert "Freigegeben von" in words(lead.get(address))


def test_the_lead_confirms_on_the_same_path(concept, as_role):
    goal, lead = make_item("goal", title="Alt"), as_role("project-lead")
    sent = {**form_values(lead.get(f"/k/{goal.pk}/bearbeiten")), "title": "Neu"}
    answer = lead.post(f"/k/{goal.pk}/bearbeiten", sent, follow=True)
    assert Item.objects.get().title == "Alt"
    assert 'value="release"' in answer.content.decode()
    press(lead, Proposal.objects.get(), "release")
    assert Item.objects.get().title == "Neu"


def test_saving_without_a_difference_leads_back(concept, as_role):
    goal, planner = make_item("goal"), as_role("planner")
    sent = form_values(planner.get(f"/k/{goal.pk}/bearbeiten"))
    assert planner.post(f"/k/{goal.pk}/bearbeiten", sent)["Location"] == goal.url
    assert not Proposal.objects.exists()


def test_what_changed_meanwhile_is_shown_merged_and_clashes_are_named(concept, as_role):
    goal = make_item("goal", title="Ziel", text="Grün.")
    proposal = proposed(goal, text="Viel Grün.")
    update_item(
        goal, expected_version=1, values={"text": "Wenig Grün.", "source_title": "Bericht"}, actor=PROGRAM
    )
    lead = as_role("project-lead")
    page = lead.get(proposal.url)
    assert "Was inzwischen geändert wurde" in words(page)
    assert "inzwischen auch von anderen geändert" in words(page)
    assert "gestrichen: Wenig eingefügt: Viel" in words(page)
    assert lead.post(proposal.url, {"act": "release", "version": 1, "item_version": 1}).status_code == 409
    press(lead, proposal, "release")
    goal.refresh_from_db()
    assert (goal.text, goal.source_title) == ("Viel Grün.", "Bericht")


def test_a_change_that_stands_there_by_now_is_moot(concept, as_role):
    goal = make_item("goal", title="Alt")
    proposal = proposed(goal, title="Neu")
    update_item(goal, expected_version=1, values={"title": "Neu"}, actor=PROGRAM)
    page = as_role("project-lead").get(proposal.url)
    assert "Der Inhalt steht inzwischen schon so da." in words(page)
    assert 'value="release"' not in page.content.decode()


def test_sent_back_revised_and_released(concept, as_role):
    goal, user = make_item("goal", title="Alt", text="Bleibt."), make_user("planner")
    planner, lead = Client(), as_role("project-lead")
    planner.force_login(user)
    sent = {**form_values(planner.get(f"/k/{goal.pk}/bearbeiten")), "title": "Viel zu langer Titel"}
    planner.post(f"/k/{goal.pk}/bearbeiten", sent)
    proposal = Proposal.objects.get()
    empty = press(lead, proposal, "return", answer="  ")
    assert empty.status_code == 400
    assert "Bitte sagen Sie, was noch fehlt." in words(empty)
    press(lead, proposal, "return", answer="Bitte kürzer.")
    assert "Bitte kürzer." in words(planner.get("/mein-bereich/"))
    update_item(goal, expected_version=1, values={"text": "Neu von anderen."}, actor=PROGRAM)
    address = f"/k/{goal.pk}/bearbeiten?freigabe={proposal.pk}"
    form = planner.get(address)
    values = form_values(form)
    assert (values["title"], values["text"]) == ("Viel zu langer Titel", "Neu von anderen.")
    assert "Was inzwischen geändert wurde" in words(form)
    answer = planner.post(address, {**values, "title": "Kurz"})
    assert answer["Location"] == proposal.url
    assert Proposal.objects.count() == 1
    assert said_before(lead.get(proposal.url)) == 1
    press(lead, proposal, "return", answer="Fast.")
    planner.post(address, {**form_values(planner.get(address)), "title": "Kurz und gut"})
    page = words(lead.get(proposal.url))
    assert page.index("Bitte kürzer.") < page.index("Fast.")
    press(lead, proposal, "release")
    assert said_before(lead.get(proposal.url)) == 2
    goal.refresh_from_db()
    assert (goal.title, goal.text) == ("Kurz und gut", "Neu von anderen.")
    assert planner.get(address).status_code == 404
    assert as_role("planner").get(address).status_code == 404


def said_before(page):
    """How many answers the page names with which the proposal was sent back before."""
    assert "Zuvor zurückgegeben" in words(page)
    return words(page).count("mit der Antwort:")


def test_a_revision_that_comes_too_late_is_refused_and_kept(concept, as_role):
    goal, user = make_item("goal", title="Alt"), make_user("planner")
    planner = Client()
    planner.force_login(user)
    planner.post(
        f"/k/{goal.pk}/bearbeiten", {**form_values(planner.get(f"/k/{goal.pk}/bearbeiten")), "title": "Eins"}
    )
    proposal = Proposal.objects.get()
    address = f"/k/{goal.pk}/bearbeiten?freigabe={proposal.pk}"
    sent = form_values(planner.get(address))
    planner.post(address, {**sent, "title": "Zwei"})
    late = planner.post(address, {**sent, "title": "Drei"})
    assert late.status_code == 400
    assert form_values(late)["title"] == "Drei"
    proposal.refresh_from_db()
    assert proposal.payload == {"title": "Zwei"}


def test_the_author_withdraws(concept, as_role):
    goal, user = make_item("goal"), make_user("planner")
    planner = Client()
    planner.force_login(user)
    planner.post(
        f"/k/{goal.pk}/bearbeiten", {**form_values(planner.get(f"/k/{goal.pk}/bearbeiten")), "title": "Neu"}
    )
    proposal = Proposal.objects.get()
    assert press(as_role("planner"), proposal, "withdraw").status_code == 403
    assert "zurückgezogen" in press(planner, proposal, "withdraw").content.decode()
    proposal.refresh_from_db()
    assert proposal.state == "withdrawn"


def test_what_is_deleted_leaves_the_lists_and_stays_readable(concept, as_role):
    goal = make_item("goal", title="Fort")
    proposal = proposed(goal, title="Neu")
    lead = as_role("project-lead")
    assert proposal.url in lead.get("/mein-bereich/").content.decode()
    delete_item(goal, expected_version=1, actor=PROGRAM)
    for path in ("/freigaben/", "/mein-bereich/"):
        assert proposal.url not in lead.get(path).content.decode()
    assert "Ein Inhalt, den es nicht mehr gibt" in words(lead.get("/freigaben/?stand=entschieden"))
    page = lead.get(proposal.url)
    assert "Diesen Inhalt gibt es nicht mehr." in words(page) and "Zurückgezogen am" in words(page)
    assert "Der Inhalt wurde gelöscht." in words(page)
    assert "lässt sich nur noch zurückziehen" not in words(page)
    assert 'value="withdraw"' not in page.content.decode()


def test_a_button_that_stands_alone_is_no_bare_text(concept, as_role):
    goal, user = make_item("goal"), make_user("planner")
    link = make_link(goal, make_item("measure"), "implemented_by")
    made = unlink_or_propose(link, actor=make_actor("planner"))
    Proposal.objects.update(author=user)
    planner = Client()
    planner.force_login(user)
    page = planner.get(made.url).content.decode()
    assert 'class="kern-btn kern-btn--secondary" type="submit" name="act" value="withdraw"' in page
    made = proposed(goal, title="Neu")
    Proposal.objects.update(author=user)
    page = planner.get(made.url).content.decode()
    assert 'class="kern-btn kern-btn--tertiary" type="submit" name="act" value="withdraw"' in page


def test_what_is_gone_by_itself_says_so_and_can_only_be_withdrawn(concept, as_role):
    goal = make_item("goal", title="Fort")
    proposal = proposed(goal, title="Neu")
    Item.objects.filter(pk=goal.pk).delete()
    lead = as_role("project-lead")
    page = lead.get(proposal.url)
    assert "Diesen Inhalt gibt es nicht mehr." in words(page)
    assert 'value="release"' not in page.content.decode()
    assert lead.post(proposal.url, {"act": "release", "version": 1, "item_version": 1}).status_code == 409
    assert "Ein Inhalt, den es nicht mehr gibt" in words(lead.get("/freigaben/"))
    press(lead, proposal, "withdraw")
    proposal.refresh_from_db()
    assert proposal.state == "withdrawn"


def test_a_new_item_shows_its_whole_text_and_the_links_that_come_with_it(concept, as_role):
    goal = make_item("goal", visibility="internal", title="Neues Ziel", text="Ganz neuer Text.")
    make_link(make_item("finding", title="Hitze"), goal, "justifies", reason="Weil es heiß ist.")
    make_link(make_item("finding", title="Geheim", visibility="internal"), goal, "justifies")
    proposal = proposed(goal, visibility="public")
    text = words(as_role("project-lead").get(proposal.url))
    assert "Was öffentlich wird" in text
    assert "eingefügt: Ganz neuer Text." in text
    assert "Hitze" in text
    assert "Geheim" not in text


def test_links_go_the_same_way(concept, as_role):
    link = make_link(make_item("goal"), make_item("measure"), "implemented_by", reason="Alt.")
    planner, lead = as_role("planner"), as_role("project-lead")
    address = f"/verknuepfung/{link.pk}"
    answer = planner.post(address, {**form_values(planner.get(address)), "reason": "Neu."}, follow=True)
    assert "Die Begründung wartet auf Freigabe." in answer.content.decode()
    assert "gestrichen: Alt eingefügt: Neu" in words(answer)
    press(lead, Proposal.objects.get(), "release")
    assert Link.objects.get().reason == "Neu."
    planner.post(f"{address}/loesen", form_values(planner.get(f"{address}/loesen")))
    assert Link.objects.exists()
    press(lead, Proposal.objects.first(), "release")
    assert not Link.objects.exists()


def test_a_link_that_waits_is_said_at_both_its_ends(concept, as_role):
    finding, goal, other = make_item("finding", title="Hitze"), make_item("goal"), make_item("goal")
    waits = link_or_propose(finding, goal, kind="justifies", reason="Darum.", actor=make_actor("planner"))
    lead, planner = as_role("project-lead"), as_role("planner")
    for item in (finding, goal):
        for client in (lead, planner):
            assert f'href="{waits.url}"' in client.get(item.url).content.decode()
        assert "Hitze" in words(lead.get(f"/freigaben/?inhalt={item.pk}"))
        assert "wartet auf Freigabe" not in words(Client().get(item.url))
    assert waits.url not in lead.get(other.url).content.decode()
    press(lead, waits, "release")
    gone = unlink_or_propose(Link.objects.get(), actor=make_actor("planner"))
    assert f'href="{gone.url}"' in lead.get(goal.url).content.decode()


def test_several_are_released_at_once_each_for_itself(concept, as_role):
    goals = [make_item("goal", title=f"Ziel {number}") for number in range(3)]
    proposals = [proposed(goal, text="Neu.") for goal in goals]
    lead = as_role("project-lead")
    page = lead.get("/freigaben/")
    ticks = [entry["tick"] for entry in page.context["entries"]]
    assert len(ticks) == 3
    update_item(goals[0], expected_version=1, values={"text": "Anders."}, actor=PROGRAM)
    sent = {"aenderung": [*ticks, "unsinn", "1:2", "\x00"], "act": "release"}
    answer = lead.post("/freigaben/veroeffentlichen", sent, follow=True)
    assert "3 Freigaben" in words(answer) and "2 veröffentlicht" in words(answer)
    assert "Inzwischen hat jemand anderes diesen Inhalt geändert." in words(answer)
    states = {proposal.pk: proposal.state for proposal in Proposal.objects.all()}
    assert states[proposals[0].pk] == "waiting"
    assert lead.post("/freigaben/veroeffentlichen", follow=True).status_code == 200
    assert as_role("planner").post("/freigaben/veroeffentlichen", {"aenderung": ticks}).status_code == 403
    assert Client().post("/freigaben/veroeffentlichen").status_code == 302


def pressed(answer):
    """What the page of several sends when everything stays ticked."""
    entries = answer.context["entries"]
    words_seen = {f"words-{each['proposal'].pk}": each["comparison"].words_sign for each in entries}
    return {"aenderung": [each["tick"] for each in entries], "act": "release", **words_seen}


def test_nothing_becomes_public_that_came_after_the_words_were_shown(concept, as_role):
    lead = as_role("project-lead")
    measure = make_item("measure", title="Brunnen", visibility="internal")
    proposal = proposed(measure, visibility="public")
    page = lead.get(proposal.url)
    many = lead.post("/freigaben/veroeffentlichen", {"aenderung": f"{proposal.pk}:1:1"})
    add_task(measure.measure, {"title": "Heimlicher Schritt"}, actor=PROGRAM)
    assert lead.post(proposal.url, {**form_values(page), "act": "release"}).status_code == 409
    answer = lead.post("/freigaben/veroeffentlichen", pressed(many), follow=True)
    assert (
        "Brunnen nicht möglich Anderes würde öffentlich, als Sie gesehen haben. Bitte einzeln ansehen."
        in words(answer)
    )
    assert Item.objects.get(pk=measure.pk).visibility == "internal"
    assert "Heimlicher Schritt" in words(lead.get(proposal.url))
    press(lead, proposal, "release")
    assert Item.objects.get(pk=measure.pk).visibility == "public"


@pytest.mark.parametrize("unticked", [False, True])
def test_two_that_are_linked_are_released_together_and_their_link_is_shown(concept, as_role, unticked):
    lead = as_role("project-lead")
    goal, measure = (
        make_item(kind, title=f"Neu {kind}", visibility="internal") for kind in ("goal", "measure")
    )
    make_link(goal, measure, "implemented_by", reason="Es wird zu heiß.")
    first, second = (proposed(item, visibility="public") for item in (goal, measure))
    page = lead.post(
        "/freigaben/veroeffentlichen", {"aenderung": [f"{each.pk}:1:1" for each in (first, second)]}
    )
    assert words(page).count("Es wird zu heiß.") == 1
    data = pressed(page)
    if unticked:
        data["aenderung"] = [f"{second.pk}:1:1"]
    lead.post("/freigaben/veroeffentlichen", data)
    assert list(Proposal.objects.waiting()) == ([first] if unticked else [])
    assert Item.objects.get(pk=measure.pk).visibility == "public"


def test_before_several_are_released_the_words_of_each_are_shown_folded_up(concept, as_role):
    goals = [make_item("goal", title=f"Ziel {number}") for number in range(2)]
    proposals = [proposed(goal, text=f"Neue Worte {number}.") for number, goal in enumerate(goals)]
    hidden = make_item("measure", title="Brunnen", text="Ein Brunnen am Markt.", visibility="internal")
    make_link(goals[0], hidden, "implemented_by", reason="Es wird zu heiß.")
    proposals.append(
        save_or_propose(
            hidden, expected_version=1, values={"visibility": "public"}, actor=make_actor("planner")
        )
    )
    update_item(goals[1], expected_version=1, values={"text": "Anders."}, actor=PROGRAM)
    lead = as_role("project-lead")
    ticks = [f"{each.pk}:{each.version}:{each.item.version}" for each in proposals]
    answer = lead.post("/freigaben/veroeffentlichen", {"aenderung": ticks})
    page = words(answer)
    assert "2 Änderungen werden öffentlich, sobald Sie unten bestätigen." in page
    assert "Diese gehen so nicht mit, bitte einzeln ansehen: Ziel 1" in page
    for said in ("Neue Worte 0.", "Ein Brunnen am Markt.", "Es wird zu heiß."):
        assert said in page
    assert "Neue Worte 1." not in page
    assert answer.content.decode().count('<details class="disclosure">') == 2
    assert Proposal.objects.waiting().count() == 3
    lead.post("/freigaben/veroeffentlichen", pressed(answer))
    assert list(Proposal.objects.waiting()) == [proposals[1]]


def test_the_list_filters_and_pages(concept, as_role, django_assert_max_num_queries):
    author = make_actor("planner")
    for number in range(30):
        proposed(make_item("goal", title=f"Ziel {number}"), author, title=f"Neu {number}")
    proposed(make_item("measure", title="Brücke"), text="Neu.")
    lead = as_role("project-lead")
    lead.get("/freigaben/")
    with django_assert_max_num_queries(12):
        first = lead.get("/freigaben/")
    assert len(first.context["entries"]) == 25
    assert len(lead.get("/freigaben/" + first.context["next_url"]).context["entries"]) == 6
    assert [e["title"] for e in lead.get("/freigaben/?art=measure").context["entries"]] == ["Brücke"]
    assert lead.get("/freigaben/?von=mir").context["entries"] == []
    assert lead.get("/freigaben/?stand=entschieden").context["entries"] == []
    for bad in ("?art=unsinn", "?stand=x", "?nach=unsinn", "?von=%00"):
        assert lead.get(f"/freigaben/{bad}").status_code == 404
    assert lead.get("/freigaben/?inhalt=%00x").status_code == 200


def test_hostile_words_are_harmless(concept, as_role):
    proposal = proposed(make_item("goal", title="Alt"), title=HOSTILE, note=HOSTILE)
    lead = as_role("project-lead")
    for address in (proposal.url, "/freigaben/", "/mein-bereich/"):
        page = lead.get(address).content.decode()
        assert "<script>alert" not in page
    for sent in ({"act": "x"}, {}, {"act": "release", "version": "9" * 30}, {"act": "return", "answer": "a\x00"}, {"act": "return", "answer": "x" * 3000, "version": 1}):  # fmt: skip
        answer = lead.post(proposal.url, {"version": 1, "item_version": 1, **sent})
        assert answer.status_code in {400, 409}
    broken = "act=return&version=1&answer=%ED%A0%80"
    assert lead.post(proposal.url, broken, content_type="application/x-www-form-urlencoded").status_code < 500
    page = lead.get("/freigaben/")
    assert page.status_code == 200
    proposal.refresh_from_db()
    assert "\ud800" not in proposal.answer


def test_the_gate_of_the_pages(concept, as_role):
    proposal = proposed(make_item("goal", title="Sichtbar"), title="Noch geheim")
    assert Client().get(proposal.url).status_code == 302
    assert Client().get("/freigaben/").status_code == 302
    for role in ("council", "moderator", "ortsbeirat"):
        assert as_role(role).get(proposal.url).status_code == 404
        assert "Noch geheim" not in as_role(role).get("/freigaben/").content.decode()
    for address in ("/", "/suche/?q=geheim", "/ziele/", "/neu.atom", "/api/v1/goals/", proposal.item.url):
        assert "Noch geheim" not in Client().get(address).content.decode()


def test_the_own_area_says_what_waits(concept, as_role):
    lead = as_role("project-lead")
    assert "Wartet auf Ihre Freigabe" in words(lead.get("/mein-bereich/"))
    user = make_user("planner")
    planner = Client()
    planner.force_login(user)
    goal = make_item("goal", title="Kühle Stadt")
    planner.post(
        f"/k/{goal.pk}/bearbeiten", {**form_values(planner.get(f"/k/{goal.pk}/bearbeiten")), "text": "Neu"}
    )
    assert "Kühle Stadt" in words(lead.get("/mein-bereich/"))
    assert "Ihre Änderungen vor der Freigabe" in words(planner.get("/mein-bereich/"))
    again = words(as_role("planner").get(f"/k/{goal.pk}/bearbeiten"))
    assert "Ansehen, bevor Sie dasselbe noch einmal ändern" in again
