"""The portal: what a visitor sees in ten seconds."""

from datetime import date

import pytest

from insek.concept.models import Edition, Field, Milestone
from insek.evidence.models import ImportBatch, Observation
from insek.people.actors import ANONYMOUS, PROGRAM
from insek.publish.example import example_chain
from insek.publish.timeline import milestone_date, year_strip
from insek.steering.services import add_task, report_status
from insek.thread import shared_cache
from tests.factories import make_item, make_link
from tests.reading import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain(concept):
    """A whole thread, from a number to an example resolution."""
    made = {
        "indicator": make_item("indicator", concept=concept, title="Radanteil"),
        "finding": make_item("finding", concept=concept),
        "goal": make_item("goal", concept=concept, standing="example"),
        "measure": make_item("measure", concept=concept, standing="example"),
        "resolution": make_item("resolution", concept=concept, standing="example"),
    }
    make_link(made["indicator"], made["finding"], "evidences")
    make_link(made["finding"], made["goal"], "justifies")
    make_link(made["goal"], made["measure"], "implemented_by")
    make_link(made["measure"], made["resolution"], "decided_by")
    return made


def test_the_example_walks_from_the_number_to_the_resolution(concept, chain):
    stations = example_chain(concept, ANONYMOUS)
    assert [station.item.pk for station in stations] == [item.pk for item in chain.values()]
    assert [station.link.kind if station.link else "" for station in stations] == [
        "", "evidences", "justifies", "implemented_by", "decided_by",
    ]  # fmt: skip


def test_the_example_prefers_links_that_say_why(concept, chain):
    other = make_item("finding", concept=concept)
    make_link(make_item("indicator", concept=concept), other, "evidences", reason="")
    make_link(other, chain["goal"], "justifies", reason="")
    assert example_chain(concept, ANONYMOUS)[1].item.pk == chain["finding"].pk


def test_a_torn_thread_gives_no_example(concept, chain):
    chain["finding"].consequences.all().delete()
    assert example_chain(concept, ANONYMOUS) == []


def test_the_example_shows_nothing_internal(concept, chain):
    type(chain["measure"]).objects.filter(pk=chain["measure"].pk).update(visibility="internal")
    assert example_chain(concept, ANONYMOUS) == []


def test_the_start_page_says_what_stands_where(client, concept, chain):
    city = make_item("district", concept=concept, level="city")
    Observation.objects.create(
        indicator=chain["indicator"].indicator,
        district=city.district,
        period="2023",
        value="8.3",
        source_title="Stadt",
        batch=ImportBatch.objects.create(label="Test"),
    )
    Edition.objects.create(
        concept=concept,
        key="2025",
        title="INSEK 2025",
        status="adopted",
        standing="fact",
        date=date(2025, 10, 6),
    )
    page = client.get("/").content.decode()
    assert "Beschlossen am 6. Oktober 2025" in page
    assert "Ein roter Faden" in page
    assert "Erfunden ist, was „Beispiel“ heißt: Ziele und Maßnahmen" in page
    assert "<h1>" in page and page.count("<h1") == 1


def test_figures_of_the_front_page_compare_like_with_like_and_say_how_old_they_are(client, concept, settings):
    """November with November; where there is none before, no change is told."""
    settings.INSEK_DAY = date(2026, 11, 28)
    city = make_item("district", concept=concept, level="city").district
    batch = ImportBatch.objects.create(label="Test")
    third = Field.objects.create(concept=concept, key="rad", position=3, name="Rad")
    fourth = Field.objects.create(concept=concept, key="alt", position=4, name="Alt")
    living, climate = concept.fields.get(key="wohnen"), concept.fields.get(key="klima")
    for title, field, periods in (
        ("Arbeitslose", living, ["2024-11", "2025-04", "2025-11"]),
        ("Zählung", climate, ["2021-04", "2025-11"]),
        ("Wege", third, ["2024", "2025"]),
        ("Lange her", fourth, ["2020-11", "2021-11"]),
    ):
        indicator = make_item("indicator", title=title, fields=[field], unit="Personen", direction="down")
        for number, period in enumerate(periods, start=1):
            Observation.objects.create(
                indicator=indicator.indicator,
                district=city,
                period=period,
                value=10**number,
                source_title="Stadt",
                batch=batch,
            )
    text = words(client.get("/"))
    assert "990 Personen mehr als im November 2024" in text
    assert "November 2025 (12 Monate alt)" in text
    assert "April 2021" not in text
    assert "November 2021" not in text  # a value of five years ago leads no page
    Observation.objects.filter(indicator__item__title="Wege").delete()
    shared_cache.empty()
    assert "Die Stadt in Zahlen" not in words(client.get("/"))  # two numbers are no row


def test_the_start_page_says_how_goals_measures_and_contributions_stand(client, concept):
    """In numbers that lead to what they count; of an empty concept it says nothing, and nothing internal is counted."""
    assert "Wie es steht" not in words(client.get("/"))
    field = concept.fields.get(key="wohnen")
    running = make_item("measure", title="Radweg", fields=[field], start_year=2020)
    make_item("measure", title="Geheim", fields=[field], visibility="internal")
    make_item("goal", title="Mehr Rad", fields=[field])
    make_item("contribution", title="Schön", reply="Danke.", replied_on=date(2026, 1, 1))
    make_item("contribution", title="Offen")
    report_status(running.measure, {"state": "on_track", "happened": "Es wird gebaut."}, actor=PROGRAM)
    add_task(running.measure, {"title": "Freigabe", "due": date(2099, 1, 1)}, actor=PROGRAM)
    response = client.get("/")
    figures = [
        (figure["value"], figure["label"], figure["share"])
        for figure in response.context["glance"]["figures"]
    ]
    assert figures == [
        ("0", "Ziele auf Kurs oder erreicht", "von 1"),
        ("1", "Maßnahme nach Plan oder abgeschlossen", "von 1"),
        ("1", "Beitrag beantwortet", "von 2"),
    ]
    page = words(response)
    assert "Noch hat kein Ziel einen Zielwert." in page and "Es gibt eine Maßnahme: läuft nach Plan." in page
    assert "1. Januar 2099" in page and "Freigabe" in page
    for part in (
        *response.context["glance"]["goals"]["bar"]["parts"],
        *response.context["glance"]["measures"]["bar"]["parts"],
    ):
        assert client.get(part["url"].partition("#")[0]).status_code == 200


def test_an_empty_installation_says_what_will_be_here(client, db):
    assert "Hier wird das Stadtentwicklungskonzept stehen" in client.get("/").content.decode()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"date": date(2023, 1, 1), "date_precision": "year"}, "2023"),
        ({"date": date(2024, 6, 1), "date_precision": "month"}, "Juni 2024"),
        ({"date": date(2025, 10, 6)}, "6. Oktober 2025"),
        (
            {"date": date(2024, 8, 30), "date_end": date(2024, 8, 31)},
            "30. August 2024 bis 31. August 2024",
        ),
    ],
)
def test_a_step_is_dated_as_precisely_as_it_is_known(values, words):
    assert milestone_date(Milestone(key="a", title="A", kind="work", **values)) == words


def test_the_strip_of_years_ends_today():
    steps = [Milestone(key="a", title="A", kind="resolution", date=date(2020, 8, 25))]
    strip = year_strip(steps, today=date(2022, 3, 1))
    assert [(entry["year"], entry["is_now"], len(entry["steps"])) for entry in strip] == [
        (2020, False, 1), (2021, False, 0), (2022, True, 0),
    ]  # fmt: skip
