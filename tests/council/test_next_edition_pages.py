"""The next edition in the browser: nothing of it leaks, any two editions compare, and a day has an address."""

import re
from datetime import timedelta

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from shapely import Point

from insek.concept.models import Edition
from insek.council.edition_items import Succession
from insek.council.prospect import prospect
from insek.council.services import file_edition
from insek.council.successions import Seen, say_fate
from insek.people.actors import PROGRAM
from insek.places.locations import set_location
from insek.release.models import Proposal
from insek.steering.models import StatusOverride
from insek.thread.models import Item
from tests.council.editions import adopt, make_resolution
from tests.factories import make_edition, make_item, make_link

TODAY = timezone.localdate()
BEFORE = TODAY - timedelta(days=400)
SECRET = "Geheimer Wortlaut von morgen"


@pytest.fixture(autouse=True)
def files(tmp_path):
    with override_settings(MEDIA_ROOT=tmp_path):
        yield


@pytest.fixture
def goals(concept):
    return [make_item("goal", number=f"Z {n}", title=f"Ziel {n}", text="Alt.") for n in (1, 2)]


@pytest.fixture
def draft(concept, goals):
    adopt(make_edition(concept, "eins"), make_resolution(date=BEFORE))
    return make_edition(concept, "zwei", is_announced=False)


def body(response, status=200):
    assert response.status_code == status
    return re.sub(r"\s+", " ", response.content.decode())


def drop(draft, goal, reason="Überholt."):
    say_fate(draft, [Seen("goals", goal.pk, 0)], fate="dropped", reason=reason, actor=PROGRAM)


def change_in_browser(lead, goal, text):
    page = lead.get(reverse("item-edit", args=[goal.pk])).content.decode()
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    revised = re.search(r'name="proposal_version" value="(\d+)"', page)
    data = {"version": version, "proposal_version": revised[1] if revised else "", "number": goal.number, "title": goal.title, "text": text,
            "standing": goal.standing, "visibility": "public"}  # fmt: skip
    return lead.post(reverse("item-edit", args=[goal.pk]), data, follow=True)


def test_who_works_for_an_edition_changes_nothing_that_is_in_force(draft, goals, as_role):
    lead = as_role("project-lead")
    page = body(lead.post(reverse("edition-work", args=["zwei"]), {"act": "begin"}, follow=True))
    assert "Sie arbeiten an der nächsten Ausgabe" in page
    page = body(change_in_browser(lead, goals[0], SECRET))
    assert "liegt für die nächste Ausgabe bereit" in page and "Gilt mit dem Beschluss der Ausgabe" in page
    assert Item.objects.get(pk=goals[0].pk).text == "Alt."
    assert SECRET in body(lead.get(reverse("item-edit", args=[goals[0].pk]))), "worked on where it was left"
    body(change_in_browser(lead, goals[0], f"{SECRET} 2"))
    assert Proposal.objects.get().state == "bundled"
    page = body(lead.get(reverse("next-edition", args=["zwei"])))
    assert "Eine Änderung gilt mit dem Beschluss." in page and "ist zu" in page
    assert "gegenüber der Ausgabe davor ändert" in page and "ist eingefroren" not in page
    lead.post(reverse("edition-work", args=["zwei"]), {"act": "end"})
    assert "Sie arbeiten an der nächsten Ausgabe" not in body(lead.get(reverse("start")))


def test_forms_say_when_the_public_sees_it(draft, goals, as_role):
    """Targets go into the bundle; a report of today does not, and neither does the order of a list."""
    make_link(goals[0], make_item("indicator", number="I 1", unit="%"), kind="measured_by")
    measure = make_item("measure", number="M 1")
    lead = as_role("project-lead")
    with_edition = "erst etwas mit dem Beschluss der nächsten Ausgabe"
    target = f"/k/{goals[0].pk}/zielwerte/neu"
    assert with_edition not in body(lead.get(target))
    lead.post(reverse("edition-work", args=["zwei"]), {"act": "begin"})
    assert with_edition in body(lead.get(target))
    for address in ("bericht", "schritte/neu", "stand"):
        assert with_edition not in body(lead.get(f"/k/{measure.pk}/{address}")), address


def test_answers_say_when_the_public_sees_it(draft, concept, as_role):
    """What waits for an edition does not wait for its release, whichever page it was sent from."""
    finding = make_item("finding", type="strength", number="S 1")
    lead = as_role("project-lead")
    lead.post(reverse("edition-work", args=["zwei"]), {"act": "begin"})
    sent = {"version": finding.version, "arranged": "0", "type": "weakness"}
    page = body(lead.post(reverse("board-move", args=[finding.pk]), sent, follow=True))
    assert "für die nächste Ausgabe bereit" in page and "wartet auf Freigabe" not in page


def test_nothing_of_the_next_edition_leaks(draft, goals, as_role):
    lead = as_role("project-lead")
    lead.post(reverse("edition-work", args=["zwei"]), {"act": "begin"})
    change_in_browser(lead, goals[0], SECRET)
    drop(draft, goals[1], reason=SECRET)
    visitor = Client()
    addresses = [
        reverse("edition-list"), reverse("edition-compare"), reverse("edition-compare") + "?von=eins&mit=heute",
        reverse("in-force-on", args=[TODAY.isoformat()]), goals[0].url, goals[1].url, "/api/v1/editions",
        reverse("edition", args=["eins"]), reverse("edition-item", args=["eins", goals[1].pk]), "/sitemap.xml",
        reverse("public-history", args=[goals[1].pk]), f"/api/v1/items/{goals[1].pk}",
    ]  # fmt: skip
    for address in addresses:
        said = visitor.get(address, follow=True).content.decode()
        assert SECRET not in said and "ausgaben/zwei" not in said and "entfallen" not in said, address
    for name in ("edition", "succession", "edition-full"):
        assert visitor.get(reverse(name, args=["zwei"])).status_code == 404
    assert visitor.get(reverse("edition-compare") + "?von=eins&mit=zwei").status_code == 404
    assert SECRET in body(lead.get(reverse("edition-compare") + "?von=eins&mit=zwei"))


def test_many_are_said_at_once_and_unchanged_ones_confirmed(draft, goals, as_role):
    planner = as_role("planner")
    url = reverse("succession", args=["zwei"])
    ticks = [f"goals:{goal.pk}:0" for goal in goals]
    page = body(planner.get(url))
    assert "Vorschlag: beibehalten." in page and "ist nichts gesagt" in page
    page = body(planner.post(url, {"act": "say", "punkt": ticks, "fate": "changed"}), 400)
    assert "in einem Satz, warum" in page
    all_goals = {"act": "confirm", "umfang": "alle", "anzahl": "9"}
    assert planner.post(f"{url}?art=goals", all_goals).status_code == 400
    body(planner.post(f"{url}?art=goals", {**all_goals, "anzahl": "2"}, follow=True))
    assert set(Succession.objects.values_list("fate", flat=True)) == {"kept"}
    page = body(planner.post(url, {"act": "say", "punkt": ticks[:1], "fate": "done", "reason": "Ja."}), 400)
    assert "hat jemand anderes dazu etwas gesagt" in page
    merged = {
        "act": "say",
        "punkt": [f"goals:{goals[0].pk}:1"],
        "fate": "merged",
        "reason": "Eins.",
        "into": "Z 2",
    }
    body(planner.post(url, merged, follow=True))
    assert Succession.objects.get(key=goals[0].pk).followers == [("goals", goals[1].pk)]
    assert (
        "Z 1" in body(planner.get(f"{url}?stand=merged")) and planner.get(f"{url}?stand=x").status_code == 404
    )


def test_old_addresses_and_numbers_lead_to_what_became_of_it(draft, goals, client, as_role):
    say_fate(draft, [Seen("goals", goals[1].pk, 0)], fate="merged", reason="Gehört zu Z 1.",
             into=[goals[0].pk], actor=PROGRAM)  # fmt: skip
    filed = file_edition(draft, confirmed=prospect(draft).counts.sign, actor=PROGRAM)
    page = body(as_role("planner").get(reverse("next-edition", args=["zwei"])))
    assert "Die Beratungsfassung ist eingefroren." in page and "Eingefroren würde" not in page
    assert "Gehört zu Z 1." in body(client.get(reverse("succession", args=["zwei"])))
    adopt(filed, make_resolution(date=TODAY))
    page = body(client.get(goals[1].url), 410)
    assert "Ziel 2" in page and "Gehört zu Z 1." in page and goals[0].url in page
    for path in (f"items/{goals[1].pk}", f"items/{goals[1].pk}/links"):
        told = client.get(f"/api/v1/{path}")
        assert told.status_code == 410
        told = told.json()
        assert [each["id"] for each in told["successors"]] == [goals[0].pk]
        assert told["last_words"]["url"].endswith(reverse("edition-item", args=["eins", goals[1].pk]))
        assert [(each["fate"], each["reason"]) for each in told["fates"]] == [("merged", "Gehört zu Z 1.")]
    page = body(client.get(reverse("by-number", args=["eins", "Z 2"]), follow=True))
    assert "Was daraus wurde" in page and goals[0].url in page
    compared = body(client.get(reverse("edition-compare") + "?von=eins&mit=zwei"))
    assert "0 neu, 0 geändert, 1 nicht mehr da." in compared and "Gehört zu Z 1." in compared
    assert "zusammengeführt: Gehört zu Z 1." in body(client.get(reverse("edition", args=["zwei"])))


def test_the_verbleib_of_a_filed_edition_is_measured_by_what_was_filed(draft, goals, as_role):
    """What is changed, withdrawn or finished since it was filed is no matter of what the council has before it."""
    measure = make_item("measure", number="M 1", title="Radweg")
    adopt(make_edition(draft.concept, "anderthalb"), make_resolution(date=BEFORE + timedelta(days=1)))
    for each in (*goals, measure):
        say_fate(draft, [Seen(f"{each.kind}s", each.pk, 0)], fate="kept", actor=PROGRAM)
    file_edition(draft, confirmed=prospect(draft).counts.sign, actor=PROGRAM)
    lead = as_role("project-lead")
    agrees = "passt das Gesagte nicht zum Stand"
    assert agrees not in body(lead.get(reverse("succession", args=["zwei"])))
    Item.objects.filter(pk=goals[0].pk).update(text="Seitdem anders.")
    Item.objects.filter(pk=goals[1].pk).update(visibility="internal")
    StatusOverride.objects.create(
        measure=measure.measure, key="o1", state="completed", reason="Fertig.", set_on=TODAY
    )
    for name in ("succession", "next-edition"):
        page = body(lead.get(reverse(name, args=["zwei"])))
        assert agrees not in page and "stünde er nicht" not in page, name
    page = lead.get(reverse("succession", args=["zwei"]))
    assert {each["proposed"] for each in page.context["entries"]} == {"beibehalten"}


def test_an_item_that_was_never_public_says_nothing(concept, client):
    hidden = make_item("goal", visibility="internal")
    assert client.get(hidden.url).status_code == 404
    assert client.get(f"/api/v1/items/{hidden.pk}").status_code == 404


def located(number):
    item = make_item("measure", number=number)
    set_location(item, Point(7.77, 49.44), expected_version=1, actor=PROGRAM)
    return item


def test_a_withdrawn_place_is_gone_for_programs_of_maps(concept, client):
    item = located("R 1")
    adopt(make_edition(concept, "eins"), make_resolution(date=BEFORE))
    Item.objects.filter(pk=item.pk).update(visibility="internal")
    located("R 2")
    told = client.get(reverse("ogc-feature", args=["measures", item.pk]))
    assert told.status_code == 410 and item.pk in told.json()["detail"]
    assert client.get(f"/api/v1/items/{item.pk}/links").status_code == 410
    assert client.get(f"/api/v1/indicators/{item.pk}/observations").status_code == 404, "it is none"


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (BEFORE, "Davon galt:"),
        (BEFORE - timedelta(days=1), "An diesem Tag galt noch keine."),
        (TODAY + timedelta(days=1), "Dieser Tag liegt in der Zukunft."),
    ],
)
def test_each_day_has_an_address(draft, client, day, said):
    address = reverse("in-force-on", args=[day.isoformat()])
    assert said in body(client.get(address))
    assert client.get(reverse("in-force") + f"?tag={day.isoformat()}").url == address
    answer = client.get(f"/api/v1/in-force?on={day.isoformat()}").json()
    assert [each["key"] for each in answer["editions"]] == (["eins"] if day == BEFORE else [])
    assert answer["known"] is (day <= TODAY)


def test_pages_ask_the_database_a_bounded_number_of_times(draft, client, django_assert_max_num_queries):
    for number in range(3, 30):
        make_item("goal", number=f"Z {number}", title=f"Ziel {number}")
    file_edition(draft, confirmed=prospect(draft).counts.sign, actor=PROGRAM)
    for address, most in (
        (reverse("edition-compare") + "?von=eins&mit=zwei", 20),
        (reverse("in-force-on", args=[TODAY.isoformat()]), 20),
        (reverse("succession", args=["zwei"]), 20),
    ):
        with django_assert_max_num_queries(most):
            client.get(address)


def test_a_part_update_is_set_up_in_the_browser(concept, goals, as_role):
    lead = as_role("project-lead")
    data = {
        "key": "liste",
        "title": "Liste",
        "standing": "working",
        "scope_tables": ["measures"],
        "is_announced": "on",
    }
    assert lead.post(reverse("setup-create", args=["ausgabe"]), data).status_code == 302
    made = Edition.objects.get(key="liste")
    assert (made.scope_tables, made.scope_fields, made.is_announced, made.is_part) == (
        "measures",
        "",
        True,
        True,
    )
