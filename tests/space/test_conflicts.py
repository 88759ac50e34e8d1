"""Overlapping aims: measured against the rules of the city, answered with a sentence, and nothing that is no conflict."""

from __future__ import annotations

import pytest
import shapely
from django.urls import reverse

from insek.engines.geometry import to_degrees
from insek.people.actors import PROGRAM
from insek.places.locations import set_location
from insek.release.models import Proposal
from insek.release.releases import release
from insek.space.models import SignConflict
from insek.space.overlaps import found_overlaps, located_features
from insek.thread.gaps import gap_named
from insek.thread.models import Change, Item, Link
from tests.factories import make_concept, make_item
from tests.reading import form_values, words

EAST, NORTH = 410_000, 5_477_000


def metres(shape):
    return to_degrees(shapely.affinity.translate(shape, EAST, NORTH), 25832)


def make_area(title, shape, **values):
    item = make_item("feature", title=title, **values)
    set_location(item, metres(shape), expected_version=1, actor=PROGRAM)
    return item


def overlaps_of(concept):
    rules = list(SignConflict.objects.filter(concept=concept))
    return found_overlaps(rules, located_features(concept), concept.metric_crs)


@pytest.fixture
def plan():
    concept = make_concept(metric_crs=25832)
    make_area("Wohnen", shapely.box(0, 0, 200, 100), concept=concept, sign="centre")
    make_area("Grün", shapely.box(100, 0, 500, 100), concept=concept, sign="green")
    make_area("Luft", shapely.LineString([(50, -1000), (50, 1000)]), concept=concept, sign="cold_air")
    return concept


def rule(concept, one, other, **values):
    return SignConflict.objects.create(
        concept=concept, **{"one": one, "other": other, "reason": "Beides geht nicht.", **values}
    )


@pytest.mark.django_db
def test_areas_are_measured_with_their_shares(plan):
    rule(plan, "centre", "green")
    (one,) = overlaps_of(plan)
    titles = {item.pk: item.title for item in Item.objects.filter(concept=plan)}
    assert (titles[one.first], titles[one.second]) == ("Wohnen", "Grün")
    assert one.area_ha == pytest.approx(1, rel=1e-3)
    assert one.first_share == pytest.approx(0.5, rel=1e-3) and one.second_share == pytest.approx(
        0.25, rel=1e-3
    )


@pytest.mark.django_db
@pytest.mark.parametrize(("reach", "area", "length"), [(0, 0, 100), (20, 0.4, 0)])
def test_a_line_crosses_with_its_length_or_with_its_width(plan, reach, area, length):
    rule(plan, "centre", "cold_air", reach_m=reach)
    (one,) = overlaps_of(plan)
    assert one.area_ha == pytest.approx(area, rel=1e-3) and one.length_m == pytest.approx(length, rel=1e-3)


@pytest.mark.django_db
def test_what_only_touches_other_variants_and_slivers_are_no_conflict(plan):
    rule(plan, "business", "centre")
    rule(plan, "campus", "campus")
    make_area("Daneben", shapely.box(200, 0, 300, 100), concept=plan, sign="business")
    make_area("Splitter", shapely.box(199.5, 0, 300, 100), concept=plan, sign="business")
    make_area("Eins", shapely.box(0, 500, 100, 600), concept=plan, sign="campus", variant="A")
    make_area("Zwei", shapely.box(0, 500, 100, 600), concept=plan, sign="campus", variant="B")
    assert overlaps_of(plan) == []
    make_area("Drei", shapely.box(50, 500, 100, 600), concept=plan, sign="campus", variant="A")
    assert len(overlaps_of(plan)) == 1, "a sign against itself counts each pair once"


@pytest.mark.django_db
def test_a_conflict_is_a_gap_until_it_is_answered_and_the_answer_stays_readable(
    plan, client, as_role, django_assert_max_num_queries
):
    rule(plan, "centre", "green")
    gap = gap_named("aims_that_conflict")
    assert [item.title for item in gap.find(plan)] == ["Wohnen"]
    lead = as_role("project-lead")
    page = reverse("sign-conflicts")
    assert page in lead.get(reverse("gap", args=["aims_that_conflict"])).content.decode()
    with django_assert_max_num_queries(30):
        shown = words(lead.get(page))
    assert (
        "Gemeinsam: 1,0 ha, das sind 50 % des ersten und 25 % des zweiten." in shown
        and "Beides geht nicht." in shown
    )
    first, second = (Item.objects.get(title=title) for title in ("Wohnen", "Grün"))
    sent = {"eins": first.pk, "zwei": second.pk}
    refused = lead.post(reverse("sign-conflict-answer"), {**sent, "grund": " "}, follow=True)
    assert "in einem Satz" in refused.content.decode()
    assert not Link.objects.filter(kind="lies_over").exists()
    public = words(client.get(page))
    assert "Beides geht nicht." in public and "Wohnen" not in public, "what is open is work on the plan"
    assert page not in client.get(reverse("spatial-concept")).content.decode()
    lead.post(reverse("sign-conflict-answer"), {**sent, "grund": "Der Park reicht bis ins Quartier."})
    for proposal in Proposal.objects.waiting():
        release(proposal, expected_version=proposal.version, actor=PROGRAM)
    assert Link.objects.get(kind="lies_over").reason == "Der Park reicht bis ins Quartier."
    shown = words(lead.get(page))
    assert "Der Park reicht bis ins Quartier." in shown
    public = words(client.get(page))
    assert (
        "Wohnen" in public and "Der Park reicht bis ins Quartier." in public and "ohne Antwort" not in public
    )
    assert page in client.get(reverse("spatial-concept")).content.decode()
    assert "Eine Überlagerung, 0 ohne Antwort." in shown, shown
    assert list(gap.find(plan)) == []


@pytest.mark.django_db
def test_rules_are_the_citys_and_have_history(plan, as_role):
    lead = as_role("project-lead")
    new = reverse("sign-conflict-create")
    typed = {
        **form_values(lead.get(new)),
        "one": "green",
        "other": "centre",
        "reason": "Frei heißt frei.",
        "reach_m": "",
    }
    assert lead.post(new, typed).status_code == 302
    row = SignConflict.objects.get()
    assert (row.one, row.other, row.reach_m) == ("centre", "green", 0)
    assert Change.objects.filter(item_id="", action="created").exists()
    assert "haben schon eine Regel" in words(lead.post(new, typed))
    edit = reverse("sign-conflict-edit", args=[row.pk])
    values = form_values(lead.get(edit))
    assert lead.post(edit, {**values, "reach_m": "50"}).status_code == 302
    assert lead.post(edit, {**values, "reach_m": "60"}).status_code == 409
    assert lead.post(edit, {**values, "version": "2", "reach_m": "9000"}).status_code == 400
    assert lead.post(reverse("sign-conflict-delete", args=[row.pk]), {"version": "2"}).status_code == 302
    assert not SignConflict.objects.exists()
    assert as_role("planner").get(new).status_code == 403
