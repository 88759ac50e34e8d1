"""Findings that values suggest: only like is compared, places stand out against what is usual, and what a person decides holds."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from insek import clock
from insek.engines import changes
from insek.evidence.comparison.models import ComparisonArea, ComparisonValue
from insek.evidence.models import ImportBatch, Observation, SeriesBreak
from insek.findings import suggested_values
from insek.findings.suggested import FindingSuggestionForm
from insek.findings.suggested_numbers import Value, numbers_of
from insek.findings.suggested_values import comparable, found_in
from insek.findings.suggesting import OF_VALUES, look_for_findings
from insek.suggestions import services
from insek.suggestions.models import Suggestion, SuggestionRun
from insek.thread.models import Change, Item, Link
from tests.factories import make_actor, make_item, make_link, make_user

RISING = (100, 103, 105, 110, 112, 117, 119, 123, 126, 131, 133, 138)
LAST_YEAR = clock.today().year - 1


@pytest.fixture
def city(concept):
    return make_item("district", title="Kaiserslautern", level="city", visibility="public")


def indicator(title="Wege mit dem Rad", direction="up", **values):
    return make_item(
        "indicator",
        title=title,
        unit=values.pop("unit", "Fahrten"),
        direction=direction,
        visibility="public",
        **values,
    )


def observe(item, place, values, *, end=LAST_YEAR, quality="measured", **more):
    batch = ImportBatch.objects.create(label="Test")
    Observation.objects.bulk_create(
        Observation(indicator_id=item.pk, district_id=place.pk, period=str(end - len(values) + 1 + at), value=Decimal(str(value)), quality=quality, batch=batch, source_title="Test", **more)
        for at, value in enumerate(values)
    )  # fmt: skip


def run(concept, about=None):
    look_for_findings(concept, about=about)
    return SuggestionRun.objects.filter(suggester=OF_VALUES.name).latest("pk")


def test_a_trend_becomes_a_finding_with_its_evidence_and_its_origin_when_a_person_accepts_it(concept, city):
    field = concept.fields.first()
    item = indicator(fields=[field])
    observe(item, city, RISING)
    done = run(concept)
    assert (done.state, done.total, done.new, len(done.input_hash)) == ("done", 1, 1, 64)
    one = Suggestion.objects.get(kind="finding")
    assert (one.content["type"], one.content["sort"], one.about_id, one.item_id) == (
        "opportunity",
        "trend",
        item.pk,
        item.pk,
    )
    assert (
        f"von 100 Fahrten ({LAST_YEAR - 11}) auf 138 Fahrten ({LAST_YEAR})" in one.content["text"]
        and "Trend über 12 Werte" in one.why
    )
    assert not Item.objects.filter(kind="finding").exists(), "nothing is there before a person accepts it"
    actor = make_actor("planner")
    form = FindingSuggestionForm(
        {"title": "Mehr Menschen fahren Rad", "text": "Seit Jahren.", "type": "strength"},
        suggestion=one,
        asker=None,
    )
    assert form.is_valid()
    services.accept(one, expected_version=one.version, actor=actor, changed_to=form.content())
    finding = Item.objects.get(kind="finding")
    assert (finding.title, finding.finding.type, finding.visibility, finding.standing) == (
        "Mehr Menschen fahren Rad",
        "strength",
        "internal",
        "working",
    )
    assert list(finding.fields.all()) == [field]
    link = Link.objects.get(source=item, target=finding, kind="evidences")
    assert "100 Fahrten" in link.reason and link.locator == f"Musterstadt, {LAST_YEAR - 11} bis {LAST_YEAR}"
    assert Change.objects.filter(item_id=finding.pk).first().suggested_by == "findings-of-values 1"
    assert run(concept).new == 0, "what a finding rests on already is not proposed"
    services.take_back(one, expected_version=one.version, actor=actor)
    assert not Item.objects.filter(kind="finding").exists() and one.is_open


def test_what_was_refused_is_never_proposed_again_and_the_same_values_say_the_same(concept, city):
    item = indicator(direction="down")
    observe(item, city, RISING)
    first = run(concept)
    said = list(Suggestion.objects.values_list("subject", "content", "why", "confidence", "input_hash"))
    assert [content["type"] for _s, content, *_rest in said] == ["threat"]
    Suggestion.objects.all().delete()
    assert run(concept).input_hash == first.input_hash
    assert (
        list(Suggestion.objects.values_list("subject", "content", "why", "confidence", "input_hash")) == said
    )
    one = Suggestion.objects.get()
    services.refuse(one, expected_version=one.version, actor=make_actor("planner"))
    observe(item, city, [141], end=LAST_YEAR + 1)
    again = run(concept)
    assert (again.new, Suggestion.objects.waiting().count()) == (0, 0)


def test_without_a_direction_no_side_is_claimed_and_a_person_has_to_say_it(concept, city):
    observe(indicator(direction="none"), city, RISING)
    run(concept)
    one = Suggestion.objects.get()
    assert one.content["type"] == "" and one.confidence < 0.7
    with pytest.raises(ValidationError, match="Art"):
        services.accept(one, expected_version=one.version, actor=make_actor("planner"))
    assert not Item.objects.filter(kind="finding").exists()


def test_what_rests_on_examples_becomes_an_example(concept, city):
    observe(indicator(standing="example"), city, RISING)
    run(concept)
    one = Suggestion.objects.get()
    services.accept(one, expected_version=one.version, actor=make_actor("planner"))
    assert Item.objects.get(kind="finding").standing == "example"


@pytest.mark.parametrize(
    "why",
    ["break", "estimated", "old", "forecast", "short", "sum"],
    ids=["break of the series", "estimated", "old", "forecast", "short", "sum since a year"],
)
def test_nothing_is_said_of_what_cannot_be_compared(concept, city, why):
    item = indicator(title="Seit 2010 gepflanzte Bäume" if why == "sum" else "Bevölkerung")
    if why == "forecast":
        observe(item, city, RISING, end=LAST_YEAR + 30)
    elif why == "old":
        observe(item, city, RISING, end=LAST_YEAR - 4)
    elif why == "estimated":
        observe(item, city, RISING[:6], end=LAST_YEAR - 6)
        observe(item, city, RISING[6:], quality="estimated")
    else:
        observe(item, city, RISING[:6] if why == "short" else RISING)
    if why == "break":
        SeriesBreak.objects.create(indicator_id=item.pk, period=str(LAST_YEAR - 5), reason="Neuer Zensus")
    assert found_in(numbers_of(concept)) == []


def test_a_series_holds_one_value_a_year_of_one_time_of_year_since_its_last_break():
    months = [
        Value(f"{year}-{month:02}", float(year), "measured") for year in range(2010, 2020) for month in (3, 9)
    ]
    kept = comparable([*months, Value("2020-09", 2020.0, "measured")])
    assert [each.period for each in kept][:2] == ["2010-09", "2011-09"] and len(kept) == 11
    assert [each.period for each in comparable(months, ["2015-09"])] == [
        "2015-09",
        "2016-09",
        "2017-09",
        "2018-09",
        "2019-09",
    ]
    years = [
        Value("2019", 1.0, "measured"),
        Value("2019-12-31", 2.0, "measured"),
        Value("2020", 3.0, "measured"),
    ]
    assert [each.value for each in comparable(years)] == [2.0, 3.0]
    overlapping = [Value(f"{year}-{year + 2}", 1.0, "measured") for year in range(2010, 2020)]
    assert [each.period for each in comparable(overlapping)] == [
        "2010-2012",
        "2013-2015",
        "2016-2018",
        "2019-2021",
    ]


def test_two_surveys_are_compared_where_their_uncertainty_is_known(concept, city):
    item = indicator(title="Wege zu Fuß", unit="%", direction="up", periodicity="irregular")
    for end, value in ((LAST_YEAR - 5, 20), (LAST_YEAR, 30)):
        observe(item, city, [value], end=end, sample_size=1_500)
    [found] = found_in(numbers_of(concept))
    assert (found.sort, found.type, found.numbers) == ("survey", "opportunity", (20.0, 30.0))
    Observation.objects.update(sample_size=60)
    assert found_in(numbers_of(concept)) == [], "60 people say nothing of ten points"
    Observation.objects.update(sample_size=None)
    assert found_in(numbers_of(concept)) == []


def places(number=12):
    return [
        make_item("district", title=f"Stadtteil {at}", level="stadtteil", visibility="public")
        for at in range(number)
    ]


def test_a_place_stands_out_beyond_small_numbers_and_what_is_usual(concept, city):
    item = indicator(title="Menschen in Grundsicherung", unit="%", direction="down")
    districts = places()
    for at, place in enumerate(districts):
        observe(item, place, [9 + at % 4 * 0.4 if at else 26])
    found = found_in(numbers_of(concept))
    assert [(each.sort, each.place, each.type) for each in found] == [("place", districts[0].pk, "weakness")]
    run(concept)
    one = Suggestion.objects.get()
    assert (one.other_id, one.content["places"]) == (districts[0].pk, [districts[0].pk]) and len(
        one.content["bars"]
    ) == 12
    services.accept(one, expected_version=one.version, actor=make_actor("planner"))
    finding = Item.objects.get(kind="finding")
    assert Link.objects.filter(source=finding, target=districts[0], kind="located_in").exists()
    Observation.objects.filter(district=districts[5].pk).update(quality="estimated")
    assert suggested_values.found_in(numbers_of(concept))[0].count == 11, (
        "estimated values are left out among counted ones"
    )


def test_numbers_of_things_are_told_by_how_many_people_live_there(concept, city):
    item = indicator(title="Spielplätze", unit="Spielplätze", adds_up=True)
    people = indicator(title="Einwohnerinnen und Einwohner", unit="Personen", direction="none", adds_up=True)
    districts = places()
    for at, place in enumerate(districts):
        observe(people, place, [9_000 if at == 3 else 6_000])
        observe(item, place, [1 if at == 3 else 9 + at % 5])
    found = found_in(numbers_of(concept))
    assert {each.place for each in found} == {districts[3].pk} and {each.type for each in found} == {
        "weakness"
    }
    assert found[0].against == people
    Observation.objects.filter(indicator=people.pk).delete()
    assert found_in(numbers_of(concept)) == [], "of large places there is more of everything"


def test_a_finding_that_says_it_already_is_not_proposed(concept, city):
    item = indicator()
    observe(item, city, RISING)
    make_link(
        item,
        make_item("finding", title="Rad gewinnt", type="opportunity", visibility="internal"),
        "evidences",
    )
    assert run(concept).found == 0
    make_link(
        item, make_item("finding", title="Rad verliert", type="threat", visibility="internal"), "evidences"
    )
    assert run(concept).found == 0


def test_the_queue_shows_the_chart_and_the_sentence_to_edit(concept, city, client):
    item = indicator()
    observe(item, city, RISING)
    client.force_login(make_user("planner"))
    page = client.get(item.url).content.decode()
    assert "Befunde vorschlagen lassen" in page and reverse("finding-look") in page
    sent = client.post(reverse("finding-look"), {"zu": item.pk})
    assert sent.status_code == 302 and SuggestionRun.objects.get().about_id == item.pk
    shown = client.get(reverse("suggestion-queue"), {"art": "finding"}).content.decode()
    assert 'id="zeitreihe"' in shown and "data-chart" in shown and "Wege mit dem Rad: seit" in shown
    assert '<details class="disclosure suggestion-change" data-change open>' in shown
    board = client.get(reverse("board")).content.decode()
    assert "Befunde vorschlagen lassen" in board
    client.logout()
    assert (
        "Befunde vorschlagen lassen"
        not in client.get(item.url).content.decode() + client.get(reverse("board")).content.decode()
    )
    assert (
        client.post(reverse("finding-look"), {"zu": item.pk}).status_code == 302
        and SuggestionRun.objects.count() == 1
    )


def test_all_tests_of_a_run_are_judged_together(concept, city):
    """One series of these alone would count; among many without anything it may be chance."""
    item = indicator()
    noisy = (100, 103, 102, 106, 107, 108, 109, 113)
    observe(item, city, noisy)
    [chance] = [test.chance for test in changes.changes_of(noisy, range(8)) if test.sort == changes.TREND]
    assert suggested_values.MISTAKEN / 3 > chance > 1e-4
    assert [each.sort for each in found_in(numbers_of(concept))] == ["trend"]
    for number in range(30):
        observe(indicator(title=f"Zahl {number}"), city, [100, 104, 99, 103, 98, 103, 99, 101])
    assert found_in(numbers_of(concept)) == []


def others(item, values, *, end=LAST_YEAR, sort="city"):
    for at, value in enumerate(values):
        area, _new = ComparisonArea.objects.get_or_create(
            concept=item.concept, code=f"0{at}", defaults={"name": f"Stadt {at}", "sort": sort}
        )
        ComparisonValue.objects.create(
            indicator=item.indicator, area=area, period=str(end), value=value, source_title="Inkar"
        )


def test_a_city_outside_all_it_compares_itself_with_becomes_a_suggestion_that_says_who_chose_them(
    concept, city
):
    item = indicator("Anteil der Wege mit dem Rad", unit="%")
    observe(item, city, [8.3])
    others(item, [15, 12.4, 19, 16, 14])
    run(concept)
    one = Suggestion.objects.get()
    assert (one.content["type"], one.content["sort"], one.content["places"]) == ("weakness", "beside", [])
    assert one.content["title"] == "Anteil der Wege mit dem Rad: weniger als in jeder Vergleichsstadt"
    assert (
        "in der Mitte der 5 Vergleichsstädte 15" in one.content["text"]
        and "dort zwischen 12" in one.content["text"]
    )
    assert "Der niedrigste Wert unter 6 Städten" in one.why and "hat die Stadt gewählt" in one.why
    assert one.content["bars"][-1] == ["Musterstadt", 8.3] and len(one.content["bars"]) == 6
    services.accept(one, expected_version=one.version, actor=make_actor("planner"))
    assert Link.objects.get(kind="evidences").locator == f"Musterstadt und 5 Vergleichsstädte, {LAST_YEAR}"
    assert run(concept).new == 0


@pytest.mark.parametrize(
    ("values", "change"),
    [
        ([15, 12.4, 19, 8.0, 14], {}),
        ([15, 12.4, 19, 16], {}),
        ([9.6, 9.0, 9.1, 9.2, 9.9], {}),
        ([15, 12.4, 19, 16, 14], {"unit": "Fahrten", "adds_up": True}),
        ([15, 12.4, 19, 16, 14], {"uncertainty": 3}),
        ([15, 12.4, 19, 16, 14], {"end": LAST_YEAR - 5}),
        ([15, 12.4, 19, 16, 14], {"sort": "district"}),
        ([15, 12.4, 19, 16, 14], {"quality": "estimated"}),
    ],
    ids=["among them", "too few", "too near the middle", "says how large it is", "may be chance", "old", "no cities", "estimated"],
)  # fmt: skip
def test_nothing_is_said_of_a_city_that_cannot_be_told_from_others(concept, city, values, change):
    end, sort, quality = (change.pop(name, usual) for name, usual in (("end", LAST_YEAR), ("sort", "city"), ("quality", "measured")))  # fmt: skip
    item = indicator(**{"unit": "%", **change})
    observe(item, city, [8.3], end=end, quality=quality)
    others(item, values, end=end, sort=sort)
    assert run(concept).new == 0
