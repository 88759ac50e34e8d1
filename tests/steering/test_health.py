"""Where the city stands: every figure leads to what it counts, visitors see what is public, and what it costs."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from insek import clock
from insek.concept.asker import Asker
from insek.council.models import Check, Consultation
from insek.evidence.models import ImportBatch, Observation
from insek.people.actors import ANONYMOUS, PROGRAM
from insek.steering.health import Selection, health_of
from insek.steering.models import MeasureTask, StatusOverride, StatusReport, Target
from insek.steering.services import add_task, report_status
from insek.strategy.models import CostLine, FundingLine
from insek.thread import shared_cache
from insek.thread.kinds import kind_named
from insek.thread.models import Item, Link
from tests.factories import make_body, make_item, make_link, make_unit
from tests.speed import quickest

pytestmark = pytest.mark.django_db
PAGE = "/wo-steht-die-stadt/"
SECRET = "Geheimnis im Rathauskeller"


@pytest.fixture
def city(concept):
    today = clock.today()
    field, unit = concept.fields.first(), make_unit("tiefbau", name="Tiefbau")
    served, bare = make_item("goal", title="Mehr Rad", fields=[field]), make_item("goal", title="Mehr Ruhe")
    late = make_item(
        "measure", title="Brücke bauen", responsible=unit, fields=[field], start_year=today.year - 2
    )
    add_task(late.measure, {"title": "Vergabe", "due": today - timedelta(days=30)}, actor=PROGRAM)
    add_task(late.measure, {"title": "Richtfest", "due": today + timedelta(days=30)}, actor=PROGRAM)
    StatusReport.objects.create(
        measure=late.measure, reported_on=today - timedelta(days=400), state="on_track", happened="Geplant."
    )
    make_link(served, late, "implemented_by")
    CostLine.objects.create(measure=late.measure, amount_eur=500_000)
    FundingLine.objects.create(measure=late.measure, source="Land", state="granted", amount_eur=200_000)
    alone = make_item("measure", title="Bank aufstellen", start_year=today.year)
    report_status(alone.measure, {"state": "completed", "happened": "Steht."}, actor=PROGRAM)
    CostLine.objects.create(measure=alone.measure, amount_eur=77, is_internal=True)
    hidden = make_item("measure", title=SECRET, visibility="internal", fields=[field])
    add_task(hidden.measure, {"title": SECRET, "due": today - timedelta(days=5)}, actor=PROGRAM)
    hidden_goal = make_item("goal", title=SECRET, visibility="internal")
    make_link(bare, hidden, "implemented_by")
    return {
        "field": field, "unit": unit, "served": served, "bare": bare, "late": late, "alone": alone, "hidden": hidden, "hidden_goal": hidden_goal,
    }  # fmt: skip


def page(client, address=PAGE, status=200):
    response = client.get(address)
    assert response.status_code == status, address
    return response.content.decode()


def counted(text):
    """Each address that a figure, a bar, a cell or a line leads to, with the number that stands there."""
    main = text[text.index('<div class="content health">') : text.index("</main>")]
    found = {}
    for address, inner in re.findall(r'<a href="([^"#]+\?[^"#]+)"[^>]*>(.*?)</a>', main, re.S):
        number = re.search(r"\d+", strip_tags(inner))
        if number:
            found[address.replace("&amp;", "&")] = int(number[0])
    shares = r'figure-number__value[^>]*>\s*(\d+)\s*</p>\s*<p class="figure-number__label"><a href="([^"]+)"'
    for number, address in re.findall(shares, main):
        found[address.replace("&amp;", "&")] = int(number)
    return found


def listed(client, address):
    """How many items a list shows in all."""
    text = page(client, address)
    number = re.search(r'id="filter-count"[^>]*>\s*(\d+)', text)
    assert number, address
    return int(number[1])


@pytest.mark.parametrize("role", [None, "project-lead", "department", "council"])
def test_every_figure_leads_to_a_list_of_so_many(city, as_role, role):
    client = as_role(role) if role else Client()
    for asked in ("", f"?feld={city['field'].key}", f"?zustaendig={city['unit'].key}"):
        links = counted(page(client, PAGE + asked))
        assert len(links) >= 4, asked
        for address, number in links.items():
            assert listed(client, address) == number, (asked, address)


def test_visitors_see_what_is_public_and_staff_see_all(city, as_role):
    text = strip_tags(page(Client()))
    assert SECRET not in text and "Gezählt ist, was öffentlich ist." in text
    assert "mit fälligem Bericht" not in text
    assert "77" not in text, "an internal amount is in no public sum"
    assert "500.000" in text and "Bewilligt oder abgerufen sind 200.000" in text
    visitor = health_of(Asker(ANONYMOUS), Selection())
    assert [goal.title for goal in visitor.goals_without_measure] == ["Mehr Ruhe"]
    assert [row.item.title for row in visitor.late] == ["Brücke bauen"]
    lead = as_role("project-lead")
    staff = strip_tags(page(lead))
    assert "Gezählt ist auch, was nur die Verwaltung sieht." in staff and "mit fälligem Bericht" in staff
    page(Client(), f"{reverse(kind_named('measure').list_name)}?fehlt=bericht", 404)


def test_the_year_before_is_said_only_where_something_is_known(city):
    health = health_of(Asker(ANONYMOUS), Selection())
    assert health.states_then == {city["late"].pk: "on_track"}
    text = strip_tags(page(Client()))
    assert "von damals ist nichts bekannt" in text and "vor einem Jahr" in text
    assert "Es fehlen Werte von damals" in text
    StatusReport.objects.all().delete()
    shared_cache.empty()
    assert "ein Vergleich ist nicht möglich" in strip_tags(page(Client()))


def test_a_state_set_by_hand_and_taken_back_since_then_counts_for_then(city):
    then = clock.today() - timedelta(days=500)
    StatusOverride.objects.create(
        measure=city["alone"].measure,
        state="deferred",
        reason="Warten",
        set_on=then,
        taken_back_on=clock.today(),
    )
    assert health_of(Asker(ANONYMOUS), Selection()).states_then[city["alone"].pk] == "deferred"


def test_a_step_done_since_then_was_open_then(city):
    """The step is late then, so the measure was delayed, whatever is said of it today."""
    then = clock.today() - timedelta(days=380)
    MeasureTask.objects.filter(title="Vergabe").update(due=then, done=clock.today())
    assert health_of(Asker(ANONYMOUS), Selection()).states_then[city["late"].pk] == "delayed"


def test_checks_of_citywide_weight_are_a_share_for_staff_and_a_number_for_visitors(city, as_role):
    today = clock.today()
    for number in range(4):
        paper = make_item(
            "paper", title=f"Vorlage {number}", weight="citywide", date=today - timedelta(days=500)
        )
        if number < 3:
            check = make_item(
                "concept_check",
                title=f"Prüfung {number}",
                paper=paper.paper,
                visibility="public" if number else "internal",
            )
            Check.objects.filter(pk=check.pk).update(
                status="final",
                weight="citywide",
                final_on=today - timedelta(days=450 if number == 1 else 10),
                touches_no_goal=True,
            )
    lead = as_role("project-lead")
    text = strip_tags(page(lead))
    assert "75 %" in text and "3 von 4" in text and "Vor einem Jahr: 1 von 4 (25 %)" in text
    assert "Entscheidung von gesamtstädtischem Gewicht ohne Prüfung" in text
    papers = reverse(kind_named("paper").list_name)
    assert listed(lead, f"{papers}?gewicht=citywide&geprueft=ja") == 3
    assert listed(lead, f"{papers}?gewicht=citywide&geprueft=nein") == 1
    public = page(Client())
    assert "75 %" not in public and "Entscheidungen an den Zielen geprüft" in public
    checks = f"{reverse(kind_named('concept_check').list_name)}?stand=final"
    assert counted(public)[checks] == 2 == listed(Client(), checks)


def test_a_place_a_unit_and_a_field_are_chosen_and_unknown_ones_are_refused(city, concept):
    place = make_item("district", title="Mitte", level="stadtteil")
    make_link(city["late"], place, "located_in")
    text = page(Client(), f"{PAGE}?ort={place.pk}")
    assert "Kein Ziel ist mit diesem Ort verknüpft" in text
    assert counted(text)[f"{reverse(kind_named('measure').list_name)}?fehlt=schritt&ort={place.pk}"] == 1
    assert "Auswahl:" in text and "Auswahl:" not in page(Client())
    for name in ("ort", "feld", "zustaendig"):
        page(Client(), f"{PAGE}?{name}=gibt-es-nicht", 404)


def test_nothing_known_is_said(concept):
    text = strip_tags(page(Client()))
    assert "Zu dieser Auswahl gibt es weder Ziele noch Maßnahmen." in text
    assert "Was es kostet" not in text


def test_the_start_page_and_the_page_of_implementation_lead_there(city):
    assert f'href="{PAGE}"' in page(Client(), "/")
    assert f'href="{PAGE}?feld={city["field"].key}"' in page(
        Client(), f"/umsetzung/?feld={city['field'].key}"
    )


def large_city(concept):
    """1,000 measures with steps, reports and costs, 300 goals with indicators and targets, 10,000 papers."""
    today = clock.today()
    made = {}
    for kind, count, own in (
        ("measure", 1000, {"type": "conceptual"}),
        ("goal", 300, {}),
        ("indicator", 300, {}),
        ("paper", 10_000, {}),
    ):
        items = [
            Item(
                concept=concept,
                kind=kind,
                title=f"{kind} {n}",
                visibility="public",
                standing="working",
                sort_key=f"{n:05}",
            )
            for n in range(count)
        ]
        Item.objects.bulk_create(items, batch_size=500)
        model = kind_named(kind).model
        weight = (
            (lambda n: {"weight": "citywide" if n % 10 == 0 else "local", "date": today})
            if kind == "paper"
            else (lambda n: {})
        )
        made[kind] = [model(item=item, **own, **weight(n)) for n, item in enumerate(items)]
        model._default_manager.bulk_create(made[kind], batch_size=500)
    measures, goals, indicators = made["measure"], made["goal"], made["indicator"]
    for measure in measures:
        measure.item_id = measure.pk
    MeasureTask.objects.bulk_create(
        [
            MeasureTask(measure=m, title="Schritt", due=today + timedelta(days=n - 500))
            for n, m in enumerate(measures)
        ],
        batch_size=500,
    )
    StatusReport.objects.bulk_create(
        [
            StatusReport(
                measure=m, state="on_track", happened="Geht.", reported_on=today - timedelta(days=day)
            )
            for m in measures
            for day in (30, 400)
        ],
        batch_size=500,
    )
    CostLine.objects.bulk_create([CostLine(measure=m, amount_eur=1000) for m in measures], batch_size=500)
    Link.objects.bulk_create(
        [
            Link(source_id=goals[n % 300].pk, target_id=m.pk, kind="implemented_by", reason="")
            for n, m in enumerate(measures)
        ],
        batch_size=500,
    )
    city = make_item("district", title="Stadt", level="city").district
    batch = ImportBatch.objects.create(label="Messung")
    Observation.objects.bulk_create(
        [
            Observation(
                batch=batch,
                source_title="Messung",
                indicator=i,
                district=city,
                period=str(today.year - back),
                value=10 + back,
            )
            for i in indicators
            for back in range(1, 5)
        ],
        batch_size=500,
    )
    Target.objects.bulk_create(
        [
            Target(
                goal=g,
                indicator=i,
                direction="at_least",
                value=20,
                year=today.year + 9,
                base_period="2020",
                base_value=10,
                standing="working",
            )
            for g, i in zip(goals, indicators, strict=True)
        ],
        batch_size=500,
    )
    through = Item.fields.through
    field = concept.fields.first()
    through._default_manager.bulk_create(
        [through(item_id=m.pk, field_id=field.pk) for m in measures], batch_size=500
    )
    return field


def test_what_comes_next_is_of_every_sort_and_each_leads_to_its_item(city, as_role):
    today = clock.today()
    paper, hidden = (
        make_item("paper", title="Vorlage zur Brücke", fields=[city["field"]]),
        make_item("paper", title=SECRET, visibility="internal"),
    )
    for item in (paper, hidden):
        Consultation.objects.create(
            paper=item.paper, position=1, body=make_body(), role="hearing", date=today + timedelta(days=3)
        )
    Consultation.objects.create(
        paper=paper.paper, position=2, body=make_body(), role="decision", date=today - timedelta(days=3)
    )
    FundingLine.objects.create(
        measure=city["late"].measure, source="Bund", state="granted", granted_until=str(today.year + 1)
    )
    FundingLine.objects.create(
        measure=city["late"].measure, source="Stiftung", state="applied", granted_until=str(today.year + 1)
    )
    for asked in (Selection(), Selection(field=city["field"].key)):
        found = health_of(Asker(ANONYMOUS), asked).dates
        assert [(each.what, each.title, each.item.pk) for each in found] == [
            ("Anhörung, Stadtrat", "Vorlage zur Brücke", paper.pk),
            ("Schritt, fällig", "Richtfest", city["late"].pk),
            ("Bewilligung endet", "Bund", city["late"].pk),
        ]  # fmt: skip
    text = page(Client())
    assert paper.url in text and SECRET not in text
    assert "Vorlage zur Brücke" not in page(Client(), f"{PAGE}?zustaendig={city['unit'].key}")


def test_what_was_refused_or_is_an_idea_binds_nobody(city):
    until = str(clock.today().year + 9)
    for source, state in (("Land", "refused"), ("Kreis", "idea"), ("EU", "drawn")):
        FundingLine.objects.create(
            measure=city["late"].measure, source=source, state=state, bound_until=until
        )
    found = health_of(Asker(ANONYMOUS), Selection()).dates
    assert [each.title for each in found if each.what == "Zweckbindung endet"] == ["EU"]


QUERIES = 20
CPU_MS = 100
SIGNED_IN = 4  # session, user, memberships and rights come on top


def test_a_large_city_costs_few_queries_and_little_time(concept, as_role):
    """Once after each change it is made; asked again, by anybody who sees the same, it is there."""
    field = large_city(concept)
    shared_cache.empty()
    for client, more in ((Client(), 0), (as_role("project-lead"), SIGNED_IN)):
        for address in (PAGE, f"{PAGE}?feld={field.key}"):
            with CaptureQueriesContext(connection) as first:
                page(client, address)
            assert len(first) < QUERIES + more, [query["sql"][:150] for query in first]
            with CaptureQueriesContext(connection) as again:
                page(client, address)
            assert len(again) < 10 + more
            assert (
                quickest(lambda client=client, address=address: page(client, address), CPU_MS / 1000)
                <= CPU_MS / 1000
            )
