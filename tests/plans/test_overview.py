"""The Gesamtschau says what is in the data, to everybody only what they may see."""

import csv
import io

import pytest
import shapely
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from insek.concept.models import Theme
from insek.people.actors import ANONYMOUS
from insek.places.models import Location
from insek.plans import overview_views
from insek.plans.overview import SORTS, rows_of, sums_of
from insek.plans.statement_counts import by_district, by_field, plans_of
from insek.plans.timeline import in_force_of, plans_in_time
from insek.thread import shared_cache
from insek.thread.models import Item
from tests.factories import make_actor, make_item, make_link, make_user
from tests.plans.test_appraisals import appraise

pytestmark = pytest.mark.django_db
PARTS = [name for name, _label in overview_views.PARTS]


def plans_with(concept, *rows):
    made = []
    for field, status, currency, substance, binding in rows:
        item = make_item("plan", fields=[concept.fields.get(key=field)], status=status)
        appraise(item, currency=currency, substance=substance, bindingness=binding)
        made.append(item)
    return made


def sums(concept):
    rows = rows_of(Item.objects.filter(kind="plan"))
    in_force = in_force_of(plans_in_time([row.item for row in rows], make_actor()))
    found = sums_of(rows, concept.fields.all(), in_force)
    return {entry.field.key: entry for entry in found}


def test_totals_count_what_holds_is_current_and_says_something(concept):
    old, good, law, _draft = plans_with(
        concept,
        ("wohnen", "adopted", 20, 90, "concept"),
        ("klima", "adopted", 80, 80, "concept"),
        ("klima", "in_force", 90, 90, "statute"),
        ("wohnen", "draft", 90, 90, "statute"),
    )
    appraise(old, version=1, currency=30, substance=90)
    found = sums(concept)
    assert (found["wohnen"].plans, found["wohnen"].sound, found["wohnen"].currency) == (2, 0, 60)
    assert (found["klima"].sound, found["klima"].binding, found["klima"].binding_sound) == (2, 1, 1)
    page = Client().get(reverse("plan-overview")).content.decode()
    assert "Nur alte oder schwache Planwerke, oder gar keine, gelten im Handlungsfeld „Wohnen“." in page
    assert "2 von 2 Planwerken tragen" in page and "1 davon bindet auch andere als die Stadt." in page
    page = Client().get(reverse("plan-overview-plans")).content.decode()
    assert good.title in page and law.title in page


def test_no_plan_at_all_is_said_plainly(concept):
    for name in PARTS:
        response = Client().get(reverse(name))
        assert response.status_code == 200
        empty = name not in (
            "plan-overview",
            "plan-overview-time",
            "plan-overview-areas",
            "plan-overview-gaps",
        )
        assert ("Noch gibt es keine Planwerke" in response.content.decode()) != empty, name
    assert "Kein Planwerk passt" in Client().get(reverse("plan-overview-plans")).content.decode()


@pytest.mark.parametrize("sort", SORTS)
def test_every_order_puts_the_appraised_first(concept, sort):
    bare = make_item("plan", number="P 9", status="adopted")
    weak, strong = plans_with(
        concept, ("wohnen", "adopted", 10, 10, "report"), ("klima", "adopted", 90, 90, "statute")
    )
    shown = [row.item for row in rows_of(Item.objects.filter(kind="plan"), sort=sort)]
    assert len(shown) == 3
    if sort not in ("nummer", "jahr"):
        assert shown == [strong, weak, bare]
    assert (
        Client().get(reverse("plan-overview-plans"), {"sortierung": sort, "feld": "klima"}).status_code == 200
    )


def test_unknown_orders_and_filters_are_no_page(concept):
    for query in ({"sortierung": "x"}, {"bindung": "x"}, {"feld": "\x00"}):
        assert Client().get(reverse("plan-overview-plans"), query).status_code == 404
        assert Client().get(reverse("plan-overview-table"), query).status_code == 404


def test_the_table_has_one_column_a_field_and_no_formula(concept):
    item = make_item("plan", title="=SUMME(A1)", fields=[concept.fields.get(key="klima")])
    appraise(item, standing="example")
    text = Client().get(reverse("plan-overview-table")).content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text), delimiter=";")
    assert (row["Titel"], row["Klima"], row["Wohnen"]) == ("'=SUMME(A1)", "x", "")
    assert (row["Aktualität"], row["Verlässlichkeit der Bewertung"]) == ("70", "Beispiel")


def test_an_internal_plan_is_in_no_public_sum(concept, as_role):
    field = concept.fields.get(key="klima")
    hidden = make_item("plan", title="Geheimplan", visibility="internal", fields=[field])
    appraise(hidden, currency_reason="Geheimgrund")
    for client in (Client(), as_role("council")):
        for name in (*PARTS, "plan-overview-table", "plan-list", "plan-table"):
            response = client.get(reverse(name))
            body = (b"".join(response.streaming_content) if response.streaming else response.content).decode()
            assert "Geheim" not in body and hidden.pk not in body
        assert client.get(reverse("plan-appraise", args=[hidden.pk])).status_code in {302, 404}
    assert "Kein Planwerk passt" in Client().get(reverse("plan-overview-plans")).content.decode()
    assert "Geheimplan" in as_role("planner").get(reverse("plan-overview-plans")).content.decode()


def test_queries_do_not_grow_with_the_plans(concept):
    def asked(address):
        with CaptureQueriesContext(connection) as captured:
            assert Client().get(address).status_code == 200
        return len(captured)

    plans_with(concept, *[("klima", "adopted", 50, 50, "concept")] * 2)
    addresses = [*map(reverse, PARTS), reverse("plan-list"), Item.objects.first().url]
    few = [asked(address) for address in addresses]
    plans_with(concept, *[("wohnen", "adopted", 50, 50, "concept")] * 20)
    assert [asked(address) for address in addresses] == few
    assert max(few) <= 15


def test_what_nobody_appraised_is_not_called_old_or_weak(concept):
    """No verdict on a field follows while plans in force there are not appraised, nor from plans that are not in force."""
    living = concept.fields.get(key="wohnen")
    Item.objects.filter(kind="plan").delete()
    concept.fields.exclude(key="wohnen").delete()

    def said():
        response = Client().get(reverse("plan-overview"))
        return response.context["sums"][0].sentence, response.context["summary"][-1].words

    draft = make_item("plan", fields=[living], status="draft")
    appraise(draft, currency=90, substance=90)
    assert said()[0] == "Das eine Planwerk zu diesem Feld gilt nicht.", "a draft may be neither old nor weak"
    bare = make_item("plan", fields=[living], status="adopted")
    assert said() == (
        "Keines der geltenden Planwerke zu diesem Feld ist bisher bewertet.",
        "Noch nicht zu sagen ist es im Handlungsfeld „Wohnen“: Dort sind geltende Planwerke nicht bewertet.",
    )
    appraise(make_item("plan", fields=[living], status="adopted"), currency=10, substance=10)
    assert said()[0] == (
        "Das eine bewertete geltende Planwerk ist nicht zugleich aktuell und aussagekräftig; 1 weiteres ist nicht bewertet."
    )
    appraise(bare, currency=90, substance=10)
    assert said() == (
        "Hier gilt nur Altes oder Schwaches: Keines der 2 geltenden Planwerke ist zugleich aktuell und aussagekräftig.",
        "Nur alte oder schwache Planwerke, oder gar keine, gelten im Handlungsfeld „Wohnen“.",
    )


def test_one_invented_appraisal_does_not_make_all_of_them_examples(concept):
    """The note says how many are invented, and the table which; it says nothing of plans that nobody checked."""
    invented, real = plans_with(concept, *[("klima", "adopted", 80, 80, "concept")] * 2)
    addresses = (reverse("plan-overview"), reverse("plan-overview-plans"))
    invented.plan.appraisals.update(standing="example")
    for address in addresses:
        page = Client().get(address).content.decode()
        assert "1 der 2 Bewertungen hier ist ein Beispiel und keine Aussage der Stadt." in page
        assert "Die Planwerke sind echt" not in page
    assert Client().get(addresses[1]).content.decode().count("Bewertung ist ein Beispiel") == 1
    real.plan.appraisals.update(standing="example")
    shared_cache.empty()  # what the services write empties it
    page = Client().get(addresses[1]).content.decode()
    assert "Alle Bewertungen hier sind Beispiele" in page and "Bewertung ist ein Beispiel" not in page


def test_a_plan_speaks_to_the_fields_of_its_statements_too(concept):
    """What a statement wants counts on every page of the Gesamtschau as on that of the gaps; what only states a finding does not."""
    climate, living = (concept.fields.get(key=key) for key in ("klima", "wohnen"))
    plan = make_item("plan", status="adopted")
    make_item("plan_statement", plan=plan.plan, type="aim", fields=[climate])
    make_item("plan_statement", plan=plan.plan, type="state", fields=[living])
    make_item("plan_statement", plan=plan.plan, type="aim", fields=[living], visibility="internal")
    sums = {each.field.key: each for each in Client().get(reverse("plan-overview")).context["sums"]}
    assert (sums["klima"].plans, sums["wohnen"].plans) == (1, 0)
    assert sums["klima"].sentence == "Keines der geltenden Planwerke zu diesem Feld ist bisher bewertet."
    [row] = Client().get(reverse("plan-overview-plans")).context["rows"]
    assert [dot.key for dot in row["dots"] if dot] == ["klima"]
    [line] = csv.DictReader(
        io.StringIO(Client().get(reverse("plan-overview-table")).content.decode("utf-8-sig")), delimiter=";"
    )
    assert list(line.values()).count("x") == 1


def test_a_filter_that_leaves_out_the_successor_does_not_revive_the_plan(concept):
    """What a plan in the table was replaced by is known also where the filter does not show it."""
    old, new = plans_with(concept, *[("klima", "adopted", 90, 90, "statute")] * 2)
    make_link(old, new, "superseded_by")
    new.plan.appraisals.update(bindingness="concept")
    response = Client().get(reverse("plan-overview-plans"), {"bindung": "statute"})
    assert [row["item"].title for row in response.context["rows"]] == [old.title]
    assert {entry.field.key: entry.binding for entry in response.context["sums"]}["klima"] == 0


def test_a_filter_leaves_no_verdict_on_whole_fields(concept):
    plans_with(concept, ("klima", "adopted", 80, 80, "concept"))
    page = Client().get(reverse("plan-overview-plans"), {"bindung": "concept"}).content.decode()
    assert "Nur alte oder schwache" not in page and "Worauf sich jedes Handlungsfeld" not in page


def test_what_is_not_verified_says_so(concept):
    make_item("plan", confidence="low")
    assert "nicht überprüft" in Client().get(reverse("plan-overview-plans")).content.decode()


def test_statements_are_counted_by_field_and_district(concept):
    """Each cell says how many and how many can be checked, and opens them; internal ones only inside."""
    district = make_item("district", title="Musterau")
    make_item("district", title="Hinterfeld")
    housing, climate = concept.fields.get(key="wohnen"), concept.fields.get(key="klima")
    plan = make_item("plan", title="Wohnraumkonzept", status="adopted", number="P 1")
    draft = make_item("plan", title="Klimaentwurf", status="draft", number="P 2")
    first = make_item("plan_statement", plan=plan.plan, target_year=2030, fields=[housing])
    make_link(first, district, "located_in")
    make_item("plan_statement", plan=plan.plan, fields=[housing])
    make_item("plan_statement", plan=plan.plan, fields=[housing, climate], visibility="internal")
    make_item("plan_statement", plan=draft.plan, fields=[climate])
    visitor, insider = ANONYMOUS, make_actor("project-lead")
    fields = list(concept.fields.all())

    def counted(matrix):
        return {
            (row.title, name): (cell.count, cell.checkable)
            for row, cells in matrix.rows
            for name, cell in zip(matrix.columns, cells, strict=True)
            if cell.count
        }

    seen = by_field(concept, fields, visitor, plans_of(concept, visitor))
    assert counted(seen) == {("Wohnraumkonzept", "Wohnen"): (2, 1), ("Klimaentwurf", "Klima"): (1, 0)}
    places = by_district(concept, visitor, plans_of(concept, visitor))
    assert counted(places) == {("Wohnraumkonzept", "Musterau"): (1, 1)}
    assert counted(by_field(concept, fields, insider, plans_of(concept, insider)))[plan.title, "Wohnen"] == (
        3,
        1,
    )
    page = Client().get(reverse("plan-overview-statements")).content.decode()
    assert "2 (1)" in page and "Aus 1 von 1" not in page
    for matrix in (seen, places):
        for _row, cells in matrix.rows:
            for cell in cells:
                if cell.count:
                    listed = Client().get(cell.url)
                    assert listed.status_code == 200, cell.url
                    assert listed.content.decode().count('href="/k/') >= cell.count


def test_counting_statements_takes_a_few_queries_however_many(concept):
    """Sixty plans ask as often as one."""
    fields = list(concept.fields.all())
    asked = []
    for _round in range(2):
        for _number in range(3):
            make_item("plan_statement", plan=make_item("plan", status="adopted").plan, fields=fields)
        with CaptureQueriesContext(connection) as queries:
            plans = plans_of(concept, ANONYMOUS)
            by_field(concept, fields, ANONYMOUS, plans)
            by_district(concept, ANONYMOUS, plans)
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 6, "two of them ask whether what is kept still holds, once a request"


def test_what_is_in_force_is_one_thing_on_every_page(concept):
    """Noted, of unknown state or wholly replaced: it carries no field, answers nothing, and is drawn as not in force."""
    field = concept.fields.get(key="klima")
    theme = Theme.objects.create(concept=concept, key="hitze", name="Hitze")
    district = make_item("district", title="Musterau")
    new = make_item("plan", title="Nachfolger", status="adopted", year=2024)
    for number, status in enumerate(("noted", "unknown", "adopted", "procedure")):
        plan = make_item(
            "plan", number=f"P {number}", status=status, year=2020, fields=[field], themes=[theme]
        )
        appraise(plan, currency=90, substance=90)
        make_link(plan, district, "located_in")
        if status == "adopted":
            make_link(plan, new, "superseded_by")
    assert sums(concept)["klima"].sound == 0
    short = Client().get(reverse("plan-overview")).content.decode()
    assert (
        "Von 5 Planwerken gilt 1." in short and "Zu „Hitze“ ist kein geltendes Planwerk eingetragen." in short
    )
    gaps = Client().get(reverse("plan-overview-gaps"))
    named = {part["id"]: [one.subject.name for one in part["sort"].gaps] for part in gaps.context["sorts"]}
    assert named["themen"] == ["Hitze"] and named["orte"] == ["Musterau"] and "Klima" in named["felder"]
    drawn = Client().get(reverse("plan-overview-time")).context["timeline"]["drawn"]["rows"]
    assert [row["item"].title for row in drawn if row["holds"]] == ["Nachfolger"]
    assert Client().get(reverse("plan-overview-areas")).context["map"]["legend_title"] == ""


def test_no_text_at_hand_is_not_said_as_no_answer(concept):
    """Where no statement was taken, a gap is one of the entries, and the page says what is not known; with all texts it says nothing of that."""
    plan = make_item("plan", title="Konzept", status="adopted", number="P 1", area="Am Bahnhof")
    make_item("plan", title="Entwurf", status="draft")
    make_item("district", title="Musterau")

    def page():
        return Client().get(reverse("plan-overview-gaps")).content.decode()

    assert "Aus keinem der 1 geltenden Planwerke" not in page(), "one plan is named as one"
    assert "Aus dem einen geltenden Planwerk sind hier keine Kernaussagen zu lesen." in page()
    assert "Bei 1 geltenden Planwerk (P 1) ist das Gebiet nur mit Worten genannt" in page()
    other = make_item("plan", title="Zweites", status="running", area="Gesamtstadt")
    assert "Aus keinem der 2 geltenden Planwerke sind hier Kernaussagen zu lesen." in page()
    make_item("plan_statement", plan=plan.plan)
    assert "Aus 1 von 2 geltenden Planwerken sind hier keine Kernaussagen zu lesen." in page()
    make_item("plan_statement", plan=other.plan)
    assert "keine Kernaussagen zu lesen" not in page() and "nicht bekannt" not in page()
    statements = Client().get(reverse("plan-overview-statements")).content.decode()
    assert "Noch sind hier keine" not in statements, (
        "they are there, though none stands in a field or district"
    )
    assert "Keine Kernaussage ist zugeordnet" in statements and reverse("plan_statement-list") in statements


def test_perimeters_stand_on_the_map_and_in_the_table(concept):
    """Drawn, by districts, the whole city, in words, not at all: each said; only what is in force shades the map; an internal plan only inside."""
    city = make_item(
        "district", title="Musterstadt", level="city", geometry=shapely.box(7.0, 49.0, 8.0, 50.0)
    )
    west = make_item(
        "district",
        title="West",
        level="stadtteil",
        geometry=shapely.box(7.0, 49.0, 7.5, 50.0),
        parent=city.district,
    )
    east = make_item(
        "district",
        title="Ost",
        level="stadtteil",
        geometry=shapely.box(7.5, 49.0, 8.0, 50.0),
        parent=city.district,
    )
    drawn = make_item("plan", number="P 1", title="Bebauungsplan", status="in_force", area="Alte Fabrik")
    Location.objects.create(item=drawn, geometry=shapely.box(7.1, 49.1, 7.2, 49.2))
    linked = make_item("plan", number="P 2", title="Quartierskonzept", status="draft")
    make_link(linked, east, "located_in")
    make_item("plan", number="P 3", title="Leitbild", status="adopted", area="Gesamtstadt")
    make_item("plan", number="P 4", title="Rahmenplan", status="adopted", area="Am Bahnhof")
    make_item("plan", number="P 5", title="Bericht", status="adopted")
    hidden = make_item("plan", number="P 6", title="Geheimplan", status="adopted", visibility="internal")
    make_link(hidden, west, "located_in")
    response = Client().get(reverse("plan-overview-areas"))
    rows = {
        row.plan.item.number: (row.known_by, [place.item.title for place in row.districts])
        for row in response.context["perimeters"]
    }
    assert rows == {
        "P 1": ("drawn", ["West"]), "P 2": ("districts", ["Ost"]), "P 3": ("city", []), "P 4": ("named", []), "P 5": ("unknown", []),
    }  # fmt: skip
    page = response.content.decode()
    assert (
        "2 Planwerke haben ein Gebiet auf der Karte, 1 ist für die ganze Stadt, bei 1 ist es nur mit Worten genannt, bei 1 ist keines eingetragen."
        in page
    )
    assert [(place["name"], place["value_label"]) for place in response.context["map"]["places"]] == [
        ("West", "1 geltendes Planwerk")
    ]
    assert "Geheim" not in page and "ha</span>" in page
    inside = Client()
    inside.force_login(make_user("project-lead"))
    labels = [
        place["value_label"] for place in inside.get(reverse("plan-overview-areas")).context["map"]["places"]
    ]
    assert labels == ["2 geltende Planwerke"]
