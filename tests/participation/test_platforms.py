"""Contributions of other platforms come in once, without who wrote them, and go again as a whole."""

import csv
import io
import json
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from shapely.geometry import box

from insek import clock
from insek.engines.tables.book import book_from_bytes
from insek.intake import readings
from insek.intake.models import Batch
from insek.intake.targets import target_named
from insek.participation.gaps import unanswered
from insek.participation.models import Contribution
from insek.people.actors import actor_for
from insek.thread.models import Change, Item
from insek.thread.services import update_item
from tests.factories import make_actor, make_concept, make_item, make_user
from tests.intake.reading import begin, sent_by, write
from tests.items.test_saved_views import client_of
from tests.reading import words

BONN = next((path for folder in Path(__file__).resolve().parents if (path := folder / "shared/data/participation-bonn/contributions.csv").exists()), None)  # fmt: skip
HEADS = {
    "decidim": "id;reference;category/name/de;title/de;body/de;latitude;longitude;answer/de;supports;comments;published_at;url;author/name",
    "consul": "id;code;tags;title;description;lat;lng;official answer;cached_votes_up;comments_count;created_at;url;author_email",
    "adhocracy+": "ID;Reference No.;Category;Title;Description;Location (Latitude);Location (Longitude);Official Statement;Positive ratings;Comment count;Created;Link;Creator",
}  # fmt: skip
ROWS = [
    ["11", "R-11", "Wohnen", "Mehr Bänke", "<p>Am Markt fehlen <b>Bänke</b>.</p><script>x()</script>", "49,45", "7.75", "Kommt 2025.", "12", "2", "2024-05-01 10:00:00", "https://beispiel.de/p/11", "Erna Muster"],
    ["12", "R-12", "Verkehr", "", "Rufen Sie mich an: 0631 123456. Die Ampel ist zu kurz.", "49.40", "7.70", "", "0", "0", "2024-05-02 10:00:00", "", "Hans Beispiel"],
    ["13", "R-13", "", "=HYPERLINK(1)", "Weit weg", "10.0", "10.0", "", "abc", "0", "2024-05-03 10:00:00", "javascript:alert(1)", ""],
    ["14", "R-14", "", "Ohne Tag", "Text", "", "", "", "", "", "", "", ""],
    ["15", "R-15", "", "", "", "", "", "", "", "", "2024-05-03 10:00:00", "", ""],
    ["11", "R-11", "", "Doppelt", "Text", "", "", "", "", "", "2024-05-03 10:00:00", "", ""],
]  # fmt: skip


def table_of(platform, rows=ROWS):
    kept = io.StringIO()
    out = csv.writer(kept, delimiter=";")
    out.writerow(HEADS[platform].split(";"))
    out.writerows(rows)
    return kept.getvalue()


def said_for_all(client, target, text, **common):
    """The preview, with what is said for all rows."""
    batch = begin(client, target, text.encode() if isinstance(text, str) else text, name="export.csv")
    client.post(reverse("reading-table", args=[batch.pk]), {"weiter": "1"})
    where = reverse("reading-columns", args=[batch.pk])
    page = client.get(where)
    sent = sent_by(page) | {f"alle.{name}": value for name, value in common.items()}
    answer = client.post(where, sent)
    if answer.status_code != 302:
        return batch, answer
    for _time in range(9):
        if not answer["Location"].endswith("/woerter"):
            break
        answer = client.post(answer["Location"], sent_by(client.get(answer["Location"])))
    return batch, client.get(answer["Location"])


def preview(client, text, **common):
    return said_for_all(client, "contributions", text, **common)


COMMON = {
    "source_title": "Dialog 2024",
    "came_as": "unread",
    "replied_on": "1.6.2024",
    "new_format": "Dialog im Netz",
}


@pytest.mark.parametrize("platform", HEADS)
def test_an_export_comes_in_with_all_but_who_wrote_it(concept, platform):
    make_item("district", level="city", geometry=box(7.6, 49.3, 7.9, 49.6))
    quarter = make_item("district", level="stadtteil", title="Mitte", geometry=box(7.74, 49.44, 7.76, 49.46))
    client = client_of(make_user("planner"))
    batch, page = preview(client, table_of(platform), **COMMON)
    shown = words(page)
    assert "3 Neu" in shown and "3 Nicht möglich" in shown, shown
    assert "nach einer Telefonnummer aussieht" in shown and "liegt weit außerhalb der Stadt" in shown
    assert (
        "Es fehlt der Tag" in shown and "Weder Titel noch Text" in shown and "steht schon in Zeile 2" in shown
    )
    assert "gelöscht" in shown and "Das Format „Dialog im Netz“ wird dabei angelegt." in shown
    batch.refresh_from_db()
    assert not bytes(batch.data)
    assert "Muster" not in str(book_from_bytes(bytes(batch.table)).sheets[0].rows)
    write(client, batch)
    one = Item.objects.get(contribution__original_id__in=["11", "R-11"])
    row = one.contribution
    assert (one.title, one.text, one.visibility, one.source_title) == (
        "Mehr Bänke",
        "Am Markt fehlen Bänke.",
        "internal",
        "Dialog 2024",
    )
    assert (row.state, row.votes_for, str(row.received_on), row.reply, str(row.replied_on)) == (
        "new",
        12,
        "2024-05-01",
        "Kommt 2025.",
        "2024-06-01",
    )
    assert row.district_id == quarter.pk and (float(row.lat), float(row.lon)) == (49.45, 7.75)
    assert [field.key for field in one.fields.all()] == ["wohnen"] and row.topic_there == "Wohnen"
    assert row.format.item.title == "Dialog im Netz" and row.format.item.visibility == "internal"
    odd = Item.objects.get(title="=HYPERLINK(1)")
    assert odd.contribution.lon is None and odd.source_url == "" and odd.contribution.votes_for is None
    everything = str(list(Change.objects.values_list("differences", flat=True))) + str(
        list(batch.entries.values_list("parts", "shown"))
    )
    assert "Erna" not in everything and "Beispiel" not in everything
    # a second file with the same numbers changes nothing, and says where it says otherwise
    again, page = preview(
        client,
        table_of(platform, [[*ROWS[0][:4], "Anders", *ROWS[0][5:]], ROWS[1]]),
        **{**COMMON, "new_format": ""},
    )
    assert "2 Schon so" in words(page) and "lautet hier anders" in words(page)
    # and all of it goes again but for what somebody has touched
    update_item(
        odd, expected_version=odd.version, values={"title": "Gelesen"}, actor=make_actor("project-lead")
    )
    client.post(reverse("reading-undo", args=[batch.pk]))
    assert [item.title for item in Item.objects.filter(kind="contribution")] == ["Gelesen"]
    assert "Bänke" not in str(
        list(Change.objects.exclude(item_id=odd.pk).values_list("differences", flat=True))
    )
    assert (
        again.pk and Item.objects.filter(kind="format").count() == 1
    )  # the format stays, since one is still in it


def test_what_was_public_there_becomes_public_at_the_hands_of_who_may_release(concept):
    client, common = (
        client_of(make_user("project-lead")),
        {**COMMON, "came_as": "published", "new_format": ""},
    )
    batch, page = preview(client, table_of("decidim", ROWS[:2]), **common)
    assert "Er wird sofort veröffentlicht" in words(page)
    write(client, batch)
    one, two = (Item.objects.get(contribution__original_id=key) for key in ("11", "12"))
    assert (one.visibility, one.contribution.state, one.number) == ("public", "public", "BT 1")
    assert (two.visibility, two.contribution.state, two.number) == (
        "internal",
        "new",
        "",
    )  # a telephone number stands in it
    page = words(client_of(make_user(None)).get(one.url))
    assert "12 dafür" in page and "Dialog 2024" in page
    client.post(reverse("reading-undo", args=[batch.pk]))
    assert not Item.objects.filter(kind="contribution").exists()


def test_a_planner_is_not_offered_to_publish_and_cannot_send_it(concept):
    client = client_of(make_user("planner"))
    batch, page = preview(client, table_of("decidim"), **{**COMMON, "came_as": "published"})
    assert page.status_code == 400 and "Diese Auswahl gibt es nicht mehr." in words(page)
    assert not batch.entries.exists()


def test_comments_come_to_what_they_are_about(concept):
    client = client_of(make_user("project-lead"))
    text = "id;text;created;parent\n1;Erste Idee;2024-01-01;\n2;Guter Gedanke;2024-01-02;1\n3;Wo?;2024-01-02;99\n"
    batch, page = preview(client, text, source_title="Forum", came_as="published")
    assert "2 Neu" in words(page) and "steht weder in der Datei noch ist er eingelesen" in words(page)
    write(client, batch)
    later, page = preview(
        client,
        "contribution_id;text;date\n1;Später gesagt;2024-01-03\n1;Später gesagt;2024-01-03\n",
        source_title="Forum",
        came_as="unread",
    )
    assert "1 Neu" in words(page) and "Dasselbe steht schon in Zeile 2" in words(page)
    write(client, later)
    idea = Item.objects.get(title="Erste Idee")
    assert {row.item.title for row in Contribution.objects.filter(about=idea)} == {
        "Guter Gedanke",
        "Später gesagt",
    }
    page = words(client_of(make_user(None)).get(idea.url))
    assert "Was andere dazu gesagt haben" in page and "Guter Gedanke" in page and "Später gesagt" not in page


def test_hostile_cells_are_refused_or_come_in_as_the_words_they_are(concept):
    rows = [
        {"id": 1, "body": "x" * 1_000_000, "created_at": "2024-01-01", "author": {"name": "Erna Muster"}},
        {"id": 2, "body": "=1+1", "title": "<img src=x onerror=alert(1)>Bank", "created_at": "2024-01-01", "likes": -5},
        {"id": 3, "body": "<script>alert(1)</script>", "title": "", "created_at": "2024-01-01"},
    ]  # fmt: skip
    client = client_of(make_user("project-lead"))
    batch, page = preview(client, "\n".join(map(json.dumps, rows)), source_title="Forum", came_as="published")
    assert "1 Neu" in words(page) and "ist länger als 20000 Zeichen" in words(page), words(page)[:900]
    write(client, batch)
    item = Item.objects.get(kind="contribution")
    assert (item.title, item.text, item.contribution.votes_for) == ("Bank", "=1+1", None)
    assert "onerror" not in client.get(item.url).content.decode()


def test_turned_round_coordinates_are_asked_about(concept):
    make_item("district", level="city", geometry=box(7.6, 49.3, 7.9, 49.6))
    client = client_of(make_user("planner"))
    text = "id;text;created;lat;lon\n1;Eins;2024-01-01;7.75;49.45\n2;Zwei;2024-01-01;7.76;49.44\n"
    batch, _page = preview(client, text, source_title="Forum", came_as="unread")
    assert batch.pk and Batch.objects.get(pk=batch.pk).task["decisions"]["swapped"] == "yes"
    write(client, batch)
    assert sorted(map(float, Contribution.objects.values_list("lat", flat=True))) == [49.44, 49.45]


@pytest.mark.parametrize("role, status", [("auditor", 403), ("administrator", 403), ("planner", 200)])
def test_only_who_may_enter_contributions_reads_them_in(concept, role, status):
    assert (
        client_of(make_user(role)).get(reverse("intake-begin", args=["contributions"])).status_code == status
    )


@pytest.mark.slow
@pytest.mark.skipif(BONN is None, reason="the contributions of Bonn are not here")
def test_the_preview_of_2314_contributions_takes_seconds(db):
    concept, user = make_concept(), make_user("project-lead")
    actor, began = actor_for(user), time.process_time()
    batch = readings.begin_reading(
        concept=concept, target=target_named("contributions"), name="bonn.csv", data=BONN.read_bytes(), pasted="", actor=actor, task={}
    )  # fmt: skip
    readings.say_table(batch, batch.task["sheet"], {}, done=True)
    table = readings.table_of(batch)
    reading = readings.reading_of(batch, actor, table)
    columns = {index: name for index, (name, _why) in readings.propose(batch, reading).items()}
    assert set(columns.values()) == {
        "original_id",
        "received_on",
        "title",
        "text",
        "topic",
        "lat",
        "lon",
        "votes_for",
    }
    readings.say_columns(batch, table, columns, {"source_title": "Dialog Radverkehr", "came_as": "unread"})
    Batch.objects.filter(pk=batch.pk).update(state="preparing")
    batch.refresh_from_db()
    readings._prepare(batch, actor)
    took = time.process_time() - began
    planned = batch.entries.filter(result="planned").count()
    print(f"preview of {batch.entries.count()} in {took:.1f} s, {planned} planned")
    assert planned > 2_290 and took < 15


def test_what_was_said_years_ago_is_taken_over_and_not_overdue(concept, client):
    lead = client_of(make_user("project-lead"))
    today = clock.today()
    rows = [
        ["21", "R-21", "", "Alt", "Vor Jahren gesagt.", "", "", "", "", "", "2019-05-01 10:00:00", "", ""],
        ["22", "R-22", "", "Neu", "Gestern gesagt.", "", "", "", "", "", f"{today - timedelta(days=1)} 10:00:00", "", ""],
        ["23", "R-23", "", "Beantwortet", "Vor Jahren.", "", "", "Ja.", "", "", "2019-05-01 10:00:00", "", ""],
    ]  # fmt: skip
    batch, _page = preview(lead, table_of("decidim", rows), **{**COMMON, "came_as": "published"})
    write(lead, batch)
    by_title = {item.title: item for item in Item.objects.filter(kind="contribution")}
    assert [by_title[title].contribution.taken_over for title in ("Alt", "Neu", "Beantwortet")] == [True, False, False]  # fmt: skip
    where = reverse("contribution-list")
    page = client.get(where)
    said = words(page)
    assert "Aus einem früheren Verfahren übernommen." in said and "berfällig seit" not in said
    counts = {part["name"]: part["count"] for part in page.context["balance"]["bar"]["parts"]}
    assert (counts["said-taken_over"], counts.get("said-overdue", 0)) == (1, 0)
    listed = words(client.get(where, {"rueckmeldung": "uebernommen"}))
    assert "Vor Jahren gesagt." in listed and "Gestern gesagt." not in listed
    own = words(client.get(by_title["Alt"].url))
    assert "aus einem früheren Verfahren übernommen" in own and "berfällig" not in own
    assert not unanswered(concept).exists()
