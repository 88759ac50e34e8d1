"""Minutes: what is needed, who may read them, where they are shown, and what follows from them."""

import json
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from insek.concept.models import Milestone
from insek.participation.gaps import undocumented
from insek.people.actors import ANONYMOUS
from insek.publish.report.reading import Reader
from insek.thread.services import update_item
from insek.web.reports import all_chapters
from tests.factories import make_actor, make_body, make_item, make_link

MARK = "Geheimrunde"


@pytest.fixture
def milestone(concept):
    return Milestone.objects.create(
        concept=concept, key="auftakt", date="2024-03-20", title="Auftakt", kind="event"
    )


def test_minutes_say_who_met(concept):
    with pytest.raises(ValidationError) as refused:
        make_item("minutes", concept=concept, meeting="")
    assert "wer sich getroffen hat" in str(refused.value)
    for named in ({"body": make_body()}, {"meeting": "Werkstatt"}):
        assert make_item("minutes", concept=concept, **{"meeting": "", **named}).pk


def test_the_next_meeting_is_not_before_this_one(concept):
    with pytest.raises(ValidationError):
        make_item("minutes", concept=concept, date=date(2025, 5, 2), next_meeting=date(2025, 5, 1))


def test_the_page_says_when_who_where_how_many_and_what_was_agreed(concept, milestone, client):
    form = make_item("format", concept=concept, title="Marktplatz").format
    item = make_item(
        "minutes", concept=concept, title="Niederschrift", text="Notiz <script>alert(1)</script>", format=form,
        date=date(2025, 5, 1), precision="month", meeting="", place="Rathaus", people=12,
        results="- Mehr **Schatten**", next_meeting=date(2025, 6, 3), milestone=milestone,
    )  # fmt: skip
    page = client.get(item.url).content.decode()
    for words in ("Mai 2025", "Marktplatz", "Rathaus", "12 Personen", "<strong>Schatten</strong>", "3. Juni 2025",
                  f'href="/prozess/#schritt-{milestone.key}"'):  # fmt: skip
        assert words in page, words
    assert "<script>alert" not in page


def test_a_rounded_number_of_people_says_so(concept, client):
    item = make_item("minutes", concept=concept, date=date(2025, 5, 1), people=100, people_rounded=True)
    assert "rund 100 Personen" in client.get(item.url).content.decode()


def test_the_list_begins_with_the_newest_and_filters_by_year_and_body(concept, client):
    make_item("minutes", concept=concept, title="Älter", date=date(2024, 1, 2), body=make_body())
    make_item("minutes", concept=concept, title="Neuer", date=date(2025, 1, 2))
    address = reverse("minutes-list")
    page = client.get(address).content.decode()
    assert page.index("Neuer") < page.index("Älter")
    for query in ({"jahr": "2024"}, {"gremium": "stadtrat"}):
        page = client.get(address, query).content.decode()
        assert "Älter" in page
        assert "Neuer" not in page
    assert client.get(address, {"jahr": "1999"}).status_code == 404


def test_format_process_and_milestone_lead_to_the_minutes(concept, milestone, client):
    fmt = make_item("format", concept=concept)
    named = make_item("minutes", concept=concept, title="Mit Auswahl", format=fmt.format, milestone=milestone)
    drawn = make_item("minutes", concept=concept, title="Mit Pfeil")
    make_link(fmt, drawn, "documented_in")
    make_link(fmt, named, "documented_in")
    page = client.get(fmt.url).content.decode()
    section = page[page.index('id="protokolle"') : page.index("</section>", page.index('id="protokolle"'))]
    assert section.count(named.url) == section.count(drawn.url) == 1
    process = client.get(reverse("process")).content.decode()
    assert f'id="schritt-{milestone.key}"' in process
    assert named.url in process
    assert drawn.url not in process


def test_internal_minutes_are_on_no_public_page(concept, milestone, client, as_role):
    fmt = make_item("format", concept=concept)
    item = make_item(
        "minutes", concept=concept, title=MARK, visibility="internal", format=fmt.format, milestone=milestone,
        body=make_body(), date=date(1999, 1, 1),
    )  # fmt: skip
    addresses = (fmt.url, reverse("process"), reverse("minutes-list"), "/api/v1/minutes")
    for reader in (client, as_role("moderator"), as_role("council")):
        for address in addresses:
            page = reader.get(address).content.decode()
            assert MARK not in page, address
            assert item.pk not in page, address
        assert 'value="1999"' not in reader.get(reverse("minutes-list")).content.decode()
    lead = as_role("planner")
    assert all(MARK in lead.get(address).content.decode() for address in addresses[:3])


def test_an_internal_format_is_not_named_on_public_minutes(concept, client, as_role):
    fmt = make_item("format", concept=concept, title=MARK, visibility="internal")
    item = make_item("minutes", concept=concept, format=fmt.format, meeting="")
    for address in (item.url, reverse("minutes-list"), reverse("minutes-table"), "/api/v1/minutes"):
        answer = client.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert MARK not in body.decode(), address
    assert MARK in as_role("planner").get(item.url).content.decode()


@pytest.mark.parametrize("number", [1, 12])
def test_the_process_costs_one_query_for_all_minutes(
    concept, milestone, client, number, django_assert_max_num_queries
):
    for _one in range(number):
        make_item("minutes", concept=concept, milestone=milestone)
    client.get(reverse("process"))
    with django_assert_max_num_queries(8):
        client.get(reverse("process"))


def test_planners_write_minutes_and_others_do_not(concept, milestone, as_role):
    address = reverse("minutes-create")
    sent = {"title": "Sitzung", "date": "2026-01-05", "precision": "day", "meeting": "Runde", "people": "9",
            "standing": "working", "visibility": "internal", "milestone": milestone.pk, "results": "Ja."}  # fmt: skip
    for role in ("council", "moderator", "department", "auditor"):
        assert as_role(role).post(address, sent).status_code == 403
    assert Client().post(address, sent).status_code == 302
    planner = as_role("planner")
    assert "Listen mit Namen gehören nicht hierher" in planner.get(address).content.decode()
    answer = planner.post(address, sent)
    assert answer.status_code == 302
    assert milestone.minutes.get().people == 9


@pytest.mark.parametrize(
    "broken",
    [
        {"title": "\x00"}, {"meeting": "x" * 201}, {"people": "-1"}, {"people": "9" * 30}, {"date": "2026-13-01"},
        {"milestone": "99999"}, {"format": "zzzzzzzz"}, {"meeting": ""},
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused_with_what_was_typed(concept, as_role, broken):
    sent = {"title": "Sitzung", "date": "2026-01-05", "precision": "day", "meeting": "Runde", "text": "Meine Notiz",
            "standing": "working", "visibility": "internal", **broken}  # fmt: skip
    answer = as_role("planner").post(reverse("minutes-create"), sent)
    assert answer.status_code == 400
    assert "Meine Notiz" in answer.content.decode()


def test_half_a_character_is_refused_without_an_error(concept, as_role):
    body = "title=Sitzung&date=2026-01-05&precision=day&meeting=Runde&results=%ED%A0%80&standing=working"
    answer = as_role("planner").post(
        reverse("minutes-create"),
        f"{body}&visibility=internal",
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code in {302, 400}


def test_a_format_that_is_over_waits_for_its_minutes(concept):
    over = make_item("format", concept=concept, starts=date(2020, 1, 1))
    make_item("format", concept=concept, starts=date(2999, 1, 1))
    make_item("format", concept=concept)
    drawn = make_item("format", concept=concept, starts=date(2020, 1, 1))
    make_link(drawn, make_item("minutes", concept=concept), "documented_in")
    named = make_item("format", concept=concept, starts=date(2020, 1, 1))
    make_item("minutes", concept=concept, format=named.format)
    assert list(undocumented(concept)) == [over]


def test_a_milestone_may_go_and_its_minutes_stay(concept, milestone):
    item = make_item("minutes", concept=concept, milestone=milestone)
    milestone.delete()
    item.minutes.refresh_from_db()
    assert item.minutes.milestone is None


def test_minutes_are_found_by_what_was_agreed(concept, client):
    item = make_item("minutes", concept=concept, results="Trinkbrunnen am Markt")
    assert item.pk in client.get(reverse("search"), {"q": "Trinkbrunnen"}).content.decode()


def test_whoever_is_slower_overwrites_nothing(concept, as_role):
    item = make_item("minutes", concept=concept, visibility="internal")
    actor = make_actor()
    update_item(item, expected_version=item.version, values={"place": "Theater"}, actor=actor)
    sent = {"title": item.title, "version": "1", "date": "2025-05-14", "precision": "day", "meeting": "Werkstatt",
            "place": "Rathaus", "standing": "working", "visibility": "internal"}  # fmt: skip
    answer = as_role("planner").post(reverse("item-edit", args=[item.pk]), sent)
    assert answer.status_code == 409
    item.minutes.refresh_from_db()
    assert item.minutes.place == "Theater"


def test_the_printed_concept_has_a_chapter_of_minutes_with_public_ones_alone(concept):
    make_item("minutes", concept=concept, title="Zweites", date=date(2025, 2, 1), results="- Mehr Bänke")
    make_item("minutes", concept=concept, title="Erstes", date=date(2024, 2, 1))
    make_item("minutes", concept=concept, title=MARK, visibility="internal")
    chapter = next(chapter for chapter in all_chapters() if chapter.name == "protokolle")
    said = json.dumps(chapter.build(Reader(concept, ANONYMOUS)), ensure_ascii=False, default=str)
    assert said.index("Erstes") < said.index("Zweites")
    assert "Mehr Bänke" in said
    assert MARK not in said
