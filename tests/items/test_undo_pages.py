"""Taking back changes and bringing back deleted items on pages, without JavaScript."""

import pytest
from django.db import models
from django.test import Client

from insek.people.actors import PROGRAM
from insek.release.models import Proposal
from insek.thread import history
from insek.thread.extensions import lost_with
from insek.thread.kinds import all_kinds
from insek.thread.models import Change, Item, Link, Tombstone
from insek.thread.rows import rows_of_kind
from insek.thread.services import delete_item, update_item
from tests.factories import make_item, make_link
from tests.reading import form_values, words

pytestmark = pytest.mark.django_db

SCRIPT = "<script>alert(1)</script>"


def changed(item, **values):
    item.refresh_from_db()
    update_item(item, expected_version=item.version, values=values, actor=PROGRAM)
    item.refresh_from_db()
    return Change.objects.filter(item_id=item.pk).latest("pk")


def address(change):
    return f"/k/{change.item_id}/verlauf/{change.pk}/zuruecknehmen"


def deleted(item):
    item.refresh_from_db()
    return delete_item(item, expected_version=item.version, actor=PROGRAM)


def test_from_the_history_to_the_button_and_back(concept, as_role):
    item = make_item("goal", number="Z 1", title="Mehr Rad", text="Alt.", visibility="internal")
    change = changed(item, title="Weniger Rad", text="Neu.")
    client = as_role("planner")
    assert address(change) in client.get(f"/k/{item.pk}/verlauf").content.decode()
    page = client.get(address(change))
    assert "eingefügt: Mehr" in words(page) and "gestrichen: Weniger" in words(page)
    sent = form_values(page)
    assert sent["zurueck"] == ["title", "text"]
    answer = client.post(address(change), {**sent, "zurueck": ["title"]}, follow=True)
    assert "Die Änderung ist zurückgenommen." in answer.content.decode()
    item.refresh_from_db()
    assert (item.title, item.text) == ("Mehr Rad", "Neu.")
    assert "macht die Änderung vom" in words(client.get(f"/k/{item.pk}/verlauf"))


def test_what_somebody_changed_since_is_named_and_not_ticked(concept, as_role):
    item = make_item("goal", title="Eins", text="Eins.", visibility="internal")
    change = changed(item, title="Zwei", text="Zwei.")
    changed(item, title="Drei")
    page = as_role("planner").get(address(change))
    assert form_values(page)["zurueck"] == ["text"]
    assert words(page).count("Seitdem hat das jemand noch einmal geändert.") == 1


def test_what_is_public_leads_to_its_release(concept, as_role):
    item = make_item("goal", title="Mehr Rad")
    change = changed(item, title="Weniger Rad")
    client = as_role("planner")
    page = client.get(address(change))
    assert "wenn Ihre Änderung freigegeben ist" in words(page)
    answer = client.post(address(change), form_values(page))
    assert answer["Location"] == Proposal.objects.get().url
    assert "macht die Änderung vom" in words(client.get(answer["Location"]))
    item.refresh_from_db()
    assert item.title == "Weniger Rad"


def test_who_was_faster_is_not_overwritten(concept, as_role):
    item = make_item("goal", title="Eins", visibility="internal")
    change = changed(item, title="Zwei")
    client = as_role("planner")
    sent = form_values(client.get(address(change)))
    changed(item, title="Drei")
    answer = client.post(address(change), sent)
    assert answer.status_code == 409
    assert "Inzwischen hat jemand etwas geändert." in words(answer)
    assert "zurueck" not in form_values(answer)


def test_links_on_pages(concept, as_role):
    goal, measure = make_item("goal", visibility="internal"), make_item("measure", visibility="internal")
    make_link(goal, measure, "implemented_by", "Weil es hilft.")
    client = as_role("planner")
    drawn = Change.objects.filter(item_id=goal.pk).latest("pk")
    page = client.get(address(drawn))
    assert "Verknüpfung wieder lösen" in words(page) and measure.title in words(page)
    client.post(address(drawn), form_values(page))
    assert not Link.objects.exists()
    gone = Change.objects.filter(item_id=measure.pk).latest("pk")
    page = client.get(address(gone))
    assert "Verknüpfung wieder anlegen" in words(page) and "Weil es hilft." in words(page)
    client.post(address(gone), form_values(page))
    assert Link.objects.get().reason == "Weil es hilft."
    assert "schon wieder so da" in words(client.get(address(gone)))


def test_creating_leads_to_the_page_that_deletes(concept, as_role):
    item = make_item("goal", visibility="internal")
    client = as_role("planner")
    assert f"/k/{item.pk}/loeschen" in words_and_links(client.get(f"/k/{item.pk}/verlauf"))
    created = Change.objects.get(item_id=item.pk)
    assert client.get(address(created))["Location"].endswith(f"/k/{item.pk}/loeschen")


def words_and_links(page):
    text = page.content.decode()
    return text[text.index("<main") : text.index("</main>")]


def test_nothing_is_offered_that_the_role_does_not_allow(concept, as_role):
    item = make_item("goal", visibility="internal")
    change = changed(item, title="Anders")
    client = as_role("auditor")
    assert "Rückgängig machen" not in words(client.get(f"/k/{item.pk}/verlauf"))
    assert client.get(address(change)).status_code == 403
    assert client.post(address(change), {"zurueck": "title", "version": "2"}).status_code == 403
    assert as_role("council").get(address(change)).status_code in {403, 404}
    assert Client().get(address(change)).status_code == 302


def test_a_change_of_another_item_is_not_found(concept, as_role):
    item, other = make_item("goal", visibility="internal"), make_item("goal", visibility="internal")
    change = changed(other, title="Anders")
    client = as_role("planner")
    assert client.get(f"/k/{item.pk}/verlauf/{change.pk}/zuruecknehmen").status_code == 404
    assert client.get(f"/k/{item.pk}/verlauf/{10**30}/zuruecknehmen").status_code == 404


@pytest.mark.parametrize("version", ["", "-1", "abc", "\x00", "9" * 40, "²"])
def test_a_bad_version_is_a_conflict(concept, as_role, version):
    item = make_item("goal", title="Eins", visibility="internal")
    change = changed(item, title="Zwei")
    answer = as_role("planner").post(address(change), {"zurueck": "title", "version": version})
    assert answer.status_code == 409
    item.refresh_from_db()
    assert item.title == "Zwei"


@pytest.mark.parametrize(
    "ticked", [[], ["\x00"], [SCRIPT], ["\ud800"], ["pk", "version", "created_by"], ["x" * 10_000]]
)
def test_ticks_that_no_page_offers_change_nothing(concept, as_role, ticked):
    item = make_item("goal", title="Eins", visibility="internal")
    change = changed(item, title="Zwei")
    answer = as_role("planner").post(
        address(change),
        {"zurueck": [name.encode("utf-8", "surrogatepass") for name in ticked], "version": "2"},
    )
    assert answer.status_code == 400
    assert "Bitte wählen Sie" in words(answer)
    item.refresh_from_db()
    assert (item.title, item.version) == ("Zwei", 2)


def test_words_of_others_are_shown_as_words(concept, as_role):
    item = make_item("goal", title=SCRIPT, visibility="internal")
    change = changed(item, title="Zwei")
    client = as_role("planner")
    tombstone = deleted(make_item("goal", title=SCRIPT, visibility="internal"))
    for page in (address(change), "/geloescht/", f"/geloescht/{tombstone.pk}/"):
        assert SCRIPT not in client.get(page).content.decode()


def test_the_bin_lists_filters_and_restores(concept, as_role):
    goal = make_item("goal", number="Z 1", title="Mehr Rad", visibility="internal")
    deleted(goal)
    deleted(make_item("finding", title="Wenig Rad", visibility="internal"))
    client = as_role("planner")
    page = client.get("/geloescht/")
    assert "Mehr Rad" in words(page) and "Wenig Rad" in words(page) and "2 gelöschte Inhalte" in words(page)
    assert "Wenig Rad" not in words(client.get("/geloescht/?art=goal"))
    assert "Mehr Rad" not in words(client.get("/geloescht/?person=999999"))
    page = client.get(f"/geloescht/{goal.pk}/")
    assert "Was zurückkommt" in words(page) and "Mehr Rad" in words(page)
    answer = client.post(f"/geloescht/{goal.pk}/", follow=True)
    assert "„Z 1 Mehr Rad“ ist wiederhergestellt." in answer.content.decode()
    assert client.get(f"/k/{goal.pk}").status_code == 200
    assert client.get(f"/geloescht/{goal.pk}/").status_code == 404


def test_the_bin_goes_on_page_by_page(concept, as_role):
    for _number in range(30):
        deleted(make_item("goal", visibility="internal"))
    client = as_role("planner")
    first = client.get("/geloescht/?art=goal").content.decode()
    following = first[first.index('href="?nach=') + 6 :].split('"', 1)[0].replace("&amp;", "&")
    assert "art=goal" in following
    assert client.get(f"/geloescht/{following}").content.decode().count('class="entry"') == 5


def test_the_list_costs_the_same_however_much_was_deleted(concept, as_role, django_assert_max_num_queries):
    for kind in ("goal", "finding", "measure") * 8:
        deleted(make_item(kind, visibility="internal"))
    client = as_role("planner")
    client.get("/geloescht/")
    with django_assert_max_num_queries(14):
        client.get("/geloescht/")


@pytest.mark.parametrize("query", ["art=%00", "art=<script>", "person=²", "person=" + "9" * 40, "person=-1"])
def test_filters_that_no_page_offers_show_everything(concept, as_role, query):
    deleted(make_item("goal", title="Mehr Rad", visibility="internal"))
    assert "Mehr Rad" in words(as_role("planner").get(f"/geloescht/?{query}"))


def test_a_bad_cursor_is_not_found(concept, as_role):
    assert as_role("planner").get("/geloescht/?nach=unsinn").status_code == 404


def test_a_taken_number_is_said_before_and_after_trying(concept, as_role):
    tombstone = deleted(make_item("goal", number="Z 1", title="Alt", visibility="internal"))
    make_item("goal", number="Z 1", title="Mehr Rad")
    client = as_role("planner")
    page = client.get(f"/geloescht/{tombstone.pk}/")
    assert "trägt inzwischen „Mehr Rad“" in words(page) and "Wiederherstellen" not in words(page)
    answer = client.post(f"/geloescht/{tombstone.pk}/")
    assert answer.status_code == 409
    assert Tombstone.objects.exists()


@pytest.mark.parametrize(
    ("kind", "lost"),
    [
        ("measure", ["Antworten aus Berichtsrunden, die mit ihm"]),
        ("goal", ["Wirkungen von Maßnahmen, die mit ihm"]),
        (
            "indicator",
            [
                "Brüche in der Reihe, die mit ihm",
                "Zielwerte, die mit ihm",
                "Schwelle kleiner Zahlen, die mit ihm",
                "Werte anderer Gebiete, die mit ihm",
            ],
        ),
        ("paper", []),
        ("plan", ["Bewertungen, die mit ihm gelöscht wurden."]),
        (
            "finding",
            ["Bewertungen aus Runden, die", "Plätze auf der Tafel, die", "Optionen an anderen Befunden, die"],
        ),
    ],
)
def test_the_bin_names_only_what_an_item_of_the_kind_can_lose(concept, as_role, kind, lost):
    tombstone = deleted(make_item(kind, visibility="internal"))
    page = words(as_role("project-lead").get(f"/geloescht/{tombstone.pk}/"))
    assert ("Was nicht zurückkommt" in page) is bool(lost)
    assert page.count("die mit ihm gelöscht wurden") == len(lost)
    assert all(rows in page for rows in lost)


def test_every_row_that_goes_with_an_item_is_named_in_the_bin():
    for kind in all_kinds():
        hanging = [
            relation.related_model
            for relation in kind.model._meta.related_objects
            if relation.on_delete is models.CASCADE
            if relation.related_model not in {rows.model for rows in rows_of_kind(kind.name)}
        ]
        assert bool(hanging) is bool(lost_with(kind.name)), f"{kind.name}: {hanging}"


def test_the_deleted_page_leads_staff_to_the_way_back(concept, as_role):
    tombstone = deleted(make_item("goal"))
    page = as_role("planner").get(f"/k/{tombstone.pk}")
    assert page.status_code == 410 and f"/geloescht/{tombstone.pk}/" in page.content.decode()
    for client in (Client(), as_role("auditor")):
        assert f"/geloescht/{tombstone.pk}/" not in client.get(f"/k/{tombstone.pk}").content.decode()


def test_the_bin_is_for_those_who_may_create(concept, as_role):
    tombstone = deleted(make_item("goal"))
    for path in ("/geloescht/", f"/geloescht/{tombstone.pk}/"):
        assert Client().get(path).status_code == 302
        for role in ("auditor", "department", "moderator", "council"):
            assert as_role(role).get(path).status_code == 403


def test_what_is_gone_for_good_says_so(concept, as_role):
    tombstone = deleted(make_item("goal", title="Mehr Rad", visibility="internal"))
    Change.objects.filter(item_id=tombstone.pk).update(differences={})
    client = as_role("planner")
    assert "ohne Worte gelöscht" in words(client.get("/geloescht/"))
    assert "auf Dauer gelöscht" in words(client.get(f"/geloescht/{tombstone.pk}/"))


def test_restoring_what_was_public_leads_to_its_release(concept, as_role):
    tombstone = deleted(make_item("goal"))
    answer = as_role("planner").post(f"/geloescht/{tombstone.pk}/")
    assert answer["Location"] == Proposal.objects.get().url
    assert Item.objects.get().visibility == "internal"


def test_deleted_links_are_named_in_the_history(concept, as_role):
    goal, measure = (
        make_item("goal", visibility="internal"),
        make_item("measure", title="Radweg", visibility="internal"),
    )
    make_link(goal, measure, "implemented_by")
    tombstone = deleted(goal)
    page = words(as_role("planner").get(f"/geloescht/{tombstone.pk}/"))
    assert "Radweg" in page and history.UNDOES not in page and "implemented_by" not in page
