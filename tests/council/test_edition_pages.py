"""Editions in the browser: numbers before anything irrevocable, the adopted wording for good, and why it was changed."""

import re
import zipfile
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from insek.council.deviations import explain_deviation
from insek.council.edition_items import Deviation, EditionItem
from insek.people.actors import PROGRAM
from insek.thread.models import Item
from insek.thread.services import delete_item, update_item
from tests.council.editions import adopt, file, make_resolution
from tests.factories import make_edition, make_item

TODAY = timezone.localdate()


@pytest.fixture(autouse=True)
def files(tmp_path):
    with override_settings(MEDIA_ROOT=tmp_path):
        yield


@pytest.fixture
def edition(concept):
    return make_edition(concept)


@pytest.fixture
def goal(concept):
    return make_item(
        "goal", number="Z 1", title="Wohnraum schaffen", text="Bis 2035 entstehen 500 Wohnungen."
    )


def change(item, **values):
    item.refresh_from_db()
    return update_item(item, expected_version=item.version, values=values, actor=PROGRAM)


def body(response, status=200):
    assert response.status_code == status
    return re.sub(r"\s+", " ", response.content.decode())


def hidden(page, name):
    return re.search(rf'name="{name}" value="([^"]*)"', page)[1]


def test_the_page_of_a_draft_is_what_it_would_freeze(edition, goal, client):
    make_item("goal", number="Z 2", title="Noch intern", visibility="internal")
    page = body(client.get(reverse("edition", args=[edition.key])))
    assert "Bis 2035 entstehen 500 Wohnungen." in page and "Noch intern" not in page
    assert "Zu lesen ist, was jetzt öffentlich ist." in page
    assert "noch keiner" in page and "nicht dokumentiert" not in page
    assert reverse("edition-file", args=[edition.key]) not in page
    change(goal, text="Bis 2035 entstehen 700 Wohnungen.")
    assert "700 Wohnungen" in body(client.get(reverse("edition", args=[edition.key])))


def test_a_draft_of_nothing_public_says_so(edition, client):
    make_item("goal", visibility="internal")
    page = body(client.get(reverse("edition", args=[edition.key])))
    assert "Noch ist nichts öffentlich" in page and "Inhaltsverzeichnis" not in page


def test_an_edition_without_content_says_so_before_it_is_filed(edition, as_role):
    """On the old code an edition of 0 public and 70 internal items was frozen at one click."""
    for _each in range(70):
        make_item("measure", visibility="internal")
    lead = as_role("project-lead")
    page = body(lead.get(reverse("edition-file", args=[edition.key])))
    assert "0 öffentlich, 70 intern" in page
    assert "weder ein Ziel noch eine Maßnahme" in page
    late = body(lead.get(reverse("edition-adopt", args=[edition.key])))
    assert "0 öffentlich, 70 intern" in late
    for each in (page, late):  # all that can be done here is to publish something
        main = each.split("<main", 1)[1].split("</main", 1)[0]
        assert main.count("<button") == main.count('name="akt" value="veroeffentlichen"')


def test_the_project_lead_files_a_draft_after_confirming_its_numbers(edition, goal, as_role):
    make_item("measure", visibility="internal")
    lead, address = as_role("project-lead"), reverse("edition-file", args=[edition.key])
    assert "1 öffentlich, 1 intern" in body(lead.get(address))
    asked = body(lead.post(address, {"step": "look"}))
    assert "Eingefroren wird: 1 öffentlich. Draußen bleibt: 1 intern." in asked
    edition.refresh_from_db()
    assert edition.status == "draft"
    sign = hidden(asked, "numbers")
    body(lead.post(address, {"step": "confirm", "numbers": sign}), 400)
    make_item("measure", number="M 1")
    again = body(lead.post(address, {"step": "confirm", "numbers": sign, "understood": "on"}), 400)
    assert "Inzwischen hat sich geändert" in again and "Eingefroren wird: 2 öffentlich." in again
    done = lead.post(
        address, {"step": "confirm", "numbers": hidden(again, "numbers"), "understood": "on"}, follow=True
    )
    edition.refresh_from_db()
    assert edition.status == "filed" and edition.filed_sha256 in body(done)


def test_the_page_of_a_filed_edition_holds_its_words_and_says_what_changed_since(edition, goal, client):
    make_item("measure", number="M 1", title="Bauen")
    file(edition)
    change(goal, text="Bis 2035 entstehen 900 Wohnungen.")
    page = body(client.get(reverse("edition", args=[edition.key])))
    assert "eingereicht und damit eingefroren" in page
    assert "500 Wohnungen" in page and "900 Wohnungen" not in page
    page = body(client.get(reverse("edition-contents", args=[edition.key])))
    assert "1 Ziel, 1 Maßnahme" in page
    rows = dict(re.findall(r">([^<]+)</a></th><td>([^<]+)</td>", page.replace("> <", "><")))
    assert {name: state.strip() for name, state in rows.items() if name[:2] in {"Z ", "M "}} == {
        "Z 1 Wohnraum schaffen": "seither geändert", "M 1 Bauen": "unverändert",
    }  # fmt: skip
    words = body(client.get(reverse("edition-item", args=[edition.key, goal.pk])))
    assert "Bis 2035 entstehen 500 Wohnungen." in words and "Wortlaut der Beratungsfassung" in words
    assert re.search(r"<del>.*?500</del>\s*<ins>.*?900</ins>", words)


def test_the_resolution_is_entered_with_its_amendments_and_confirmed_with_the_numbers(edition, goal, as_role):
    other = make_item("goal", number="Z 2", title="Bleibt")
    file(edition)
    change(goal, text="Bis 2035 entstehen 900 Wohnungen.", title="Nebenbei")
    change(other, text="Nicht beraten.")
    resolution = make_resolution(title="Beschluss des INSEK", date=TODAY, outcome="adopted_with_changes")
    lead, address = as_role("project-lead"), reverse("edition-adopt", args=[edition.key])
    page = body(lead.get(address))
    assert "Beschluss des INSEK" in page
    assert set(re.findall(r'name="voted" value="([^"]+)"', page)) == {
        f"goals:{goal.pk}:text", f"goals:{goal.pk}:title", f"goals:{other.pk}:text",
    }  # fmt: skip
    marked = {"resolution": resolution.pk, "voted": [f"goals:{goal.pk}:text"], "step": "look"}
    missing = body(lead.post(address, marked), 400)
    assert (
        "Zu jeder Maßgabe gehört ihr Wortlaut." in missing and f'value="goals:{goal.pk}:text" id=' in missing
    )
    words = {f"words:goals:{goal.pk}": "In Z 1 wird 500 durch 900 ersetzt."}
    asked = body(lead.post(address, {**marked, **words}))
    assert "was eingereicht war (Inhalte: 2), mit Maßgaben (1)." in asked
    assert "Seither geändert und nicht beschlossen</span><span>2<" in asked.replace("> <", "><")
    edition.refresh_from_db()
    assert edition.status == "filed"
    done = lead.post(address, {**marked, **words, "step": "confirm", "understood": "on"}, follow=True)
    shown = body(done)
    assert (
        "In Z 1 wird 500 durch 900 ersetzt." in shown
        and "Dabei wurde ein Inhalt durch eine Maßgabe geändert." in shown
    )
    adopted = body(Client().get(reverse("edition-item", args=[edition.key, goal.pk])))
    assert "Bis 2035 entstehen 900 Wohnungen." in adopted and "<h1>Wohnraum schaffen</h1>" in adopted
    assert "In Z 1 wird 500 durch 900 ersetzt." in adopted
    for name in ("edition-package", "edition-filed-package"):
        package = Client().get(reverse(name, args=[edition.key]))
        assert zipfile.ZipFile(BytesIO(b"".join(package.streaming_content))).testzip() is None


def test_a_late_entry_says_both_days_and_never_that_it_is_the_text_of_the_resolution(edition, goal, as_role):
    """On the old page "all public content of the day of the resolution" stood above the text of today."""
    resolution = make_resolution(date="2025-10-06")
    lead, address = as_role("project-lead"), reverse("edition-adopt", args=[edition.key])
    assert "Nacherfassung" in body(lead.get(address))
    asked = body(lead.post(address, {"resolution": resolution.pk, "step": "look"}))
    assert "Eingefroren wird: 1 öffentlich. Draußen bleibt: 0 intern. Das lässt sich" in asked
    sent = {
        "resolution": resolution.pk,
        "step": "confirm",
        "understood": "on",
        "numbers": hidden(asked, "numbers"),
    }
    page = body(lead.post(address, sent, follow=True))
    assert "Nacherfassung: am 6. Oktober 2025 beschlossen" in page
    assert "Eingefroren ist der Text vom Tag der Eintragung." in page
    assert "vom Tag des Beschlusses" not in page
    assert "nacherfasst" in body(Client().get(reverse("edition-list")))
    goal_page = body(Client().get(goal.url))
    assert "nacherfasst am" in goal_page


def test_a_filed_edition_that_was_not_adopted_stays_readable(edition, goal, as_role):
    file(edition)
    lead = as_role("project-lead")
    sent = lead.post(
        reverse("edition-withdraw", args=[edition.key]), {"reason": "Vertagt auf 2027."}, follow=True
    )
    page = body(sent)
    assert "nicht beschlossen" in page and "Vertagt auf 2027." in page
    words = body(Client().get(reverse("edition-item", args=[edition.key, goal.pk])))
    assert "Bis 2035 entstehen 500 Wohnungen." in words and "nicht beschlossen wurde" in words


def test_the_number_of_an_adopted_edition_leads_to_the_adopted_text(edition, goal, client):
    """On the old code it led to the item of today, whatever that said."""
    adopt(edition)
    change(goal, number="Z 7", text="Ganz anders.")
    address = reverse("by-number", args=[edition.key, "Z 1"])
    words = body(client.get(address, follow=True))
    assert "Bis 2035 entstehen 500 Wohnungen." in words
    assert client.get(reverse("by-number", args=[edition.key, "Z 7"])).status_code == 404
    goal.refresh_from_db()
    delete_item(goal, expected_version=goal.version, actor=PROGRAM)
    assert "steht heute nicht mehr öffentlich im Konzept" in body(client.get(address, follow=True))


def test_a_number_of_what_is_no_part_of_the_text_leads_to_its_item(edition, goal, client):
    indicator = make_item("indicator", number="I 1")
    adopt(edition)
    assert client.get(reverse("by-number", args=[edition.key, "I 1"]))["Location"] == indicator.url
    delete_item(indicator, expected_version=1, actor=PROGRAM)
    assert client.get(reverse("by-number", args=[edition.key, "I 1"])).status_code == 410


def test_an_adopted_item_shows_that_it_reads_otherwise_when_and_why(edition, goal, client):
    assert "Wie beschlossen" not in body(client.get(goal.url))
    adopt(edition)
    assert "Wie beschlossen" in body(client.get(goal.url))
    change(goal, text="Bis 2035 entstehen 900 Wohnungen.")
    page = body(client.get(goal.url))
    assert "Weicht vom beschlossenen Wortlaut ab" in page
    assert re.search(r"<del>.*?500</del>\s*<ins>.*?900</ins>", page)
    assert "Grund nicht dokumentiert" in page
    row = EditionItem.objects.select_related("edition__concept").get(key=goal.pk)
    later = make_resolution(title="Ratsbeschluss zu Wohnungen", date=TODAY)
    explain_deviation(
        row,
        day=TODAY,
        nature="resolution",
        reason="Der Rat hat die Zahl erhöht.",
        resolution=later,
        actor=PROGRAM,
    )
    for address in (goal.url, reverse("edition-item", args=[edition.key, goal.pk])):
        page = body(client.get(address))
        assert (
            "Der Rat hat die Zahl erhöht." in page
            and "durch Beschluss" in page
            and "Ratsbeschluss zu Wohnungen" in page
        )
        assert "Grund nicht dokumentiert" not in page
    change(goal, text="Bis 2035 entstehen 500 Wohnungen.")
    assert "Wie beschlossen" in body(client.get(goal.url))


def test_the_reason_of_a_deviation_is_entered_on_its_page(edition, goal, as_role):
    adopt(edition)
    address = reverse("deviation-edit", args=[edition.key, goal.pk])
    lead = as_role("project-lead")
    assert lead.get(address).status_code == 404  # nothing differs yet
    change(goal, title="Wohnraum schafen")
    page = body(lead.get(address))
    assert f'value="{TODAY.isoformat()}"' in page
    wrong = body(
        lead.post(address, {"day": "2001-01-01", "nature": "editorial", "reason": "Tippfehler"}), 400
    )
    assert "liegt vor der beschlossenen Fassung" in wrong
    body(lead.post(address, {"day": TODAY, "nature": "resolution", "reason": "Ohne Beschluss"}), 400)
    done = lead.post(
        address, {"day": TODAY, "nature": "editorial", "reason": "Tippfehler berichtigt"}, follow=True
    )
    assert "Tippfehler berichtigt" in body(done) and "redaktionell" in body(done)
    again = lead.post(address, {"day": TODAY, "nature": "next_edition", "reason": "Für 2040"}, follow=True)
    assert "Teil der nächsten Ausgabe" in body(again)
    assert list(Deviation.objects.values_list("reason", flat=True)) == ["Für 2040"]
    assert as_role("planner").get(address).status_code == 403


def test_a_real_text_is_not_changed_by_an_example_of_a_resolution(edition, goal):
    adopt(edition)
    change(goal, text="Anders.")
    row = EditionItem.objects.select_related("edition__concept").get(key=goal.pk)
    with pytest.raises(Exception, match="Beispiel und ein echter Beschluss"):
        explain_deviation(
            row, day=TODAY, nature="resolution", reason="Erfunden", actor=PROGRAM,
            resolution=make_resolution(standing="example"),
        )  # fmt: skip


def test_what_was_withdrawn_since_is_read_as_adopted_and_its_internal_text_is_not(edition, goal, client):
    adopt(edition)
    change(goal, visibility="internal", text="Vertrauliche Überlegung")
    words = body(client.get(reverse("edition-item", args=[edition.key, goal.pk])))
    assert "Bis 2035 entstehen 500 Wohnungen." in words
    assert "Vertrauliche Überlegung" not in words and f"/k/{goal.pk}" not in words.replace(
        "/k/" + goal.pk + "/x", ""
    )


def test_a_page_of_an_edition_asks_no_more_for_many_items_than_for_few(concept, edition, client):
    for number in range(3):
        make_item("goal", number=f"Z {number}", fields=[concept.fields.first()])
        make_item("measure", number=f"M {number}")
    adopt(edition)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            body(client.get(reverse("edition", args=[edition.key])))
            body(client.get(reverse("edition-contents", args=[edition.key])))
        return len(captured)

    few = queries()
    for number in range(3, 20):
        make_item("goal", number=f"Z {number}", fields=[concept.fields.first()])
        make_item("measure", number=f"M {number}")
    EditionItem.objects.all().delete()
    later = make_edition(concept, "zweite")
    adopt(later, make_resolution(date=TODAY))
    edition.key = "zweite"
    assert queries() <= few + 1
    item = Item.objects.get(number="M 1")
    client.get(item.url)
    with CaptureQueriesContext(connection) as captured:
        client.get(item.url)
    assert len(captured) <= 22


def test_an_example_says_so_wherever_its_adopted_wording_stands(concept, client):
    sample = make_edition(concept, "beispiel", standing="example")
    goal = make_item("goal", number="Z 1", standing="example")
    adopt(sample, make_resolution(standing="example", source_title=""))
    change(goal, text="Anders.")
    box = body(client.get(goal.url)).split('class="section adopted', 1)[1].split("</section>", 1)[0]
    assert "Beispiel" in box and "Weicht vom beschlossenen Wortlaut ab" in box
    for address in (
        reverse("edition-item", args=["beispiel", goal.pk]),
        reverse("edition", args=["beispiel"]),
    ):
        assert "badge" in body(client.get(address)).split("<main", 1)[1] and "Beispiel" in body(
            client.get(address)
        )
