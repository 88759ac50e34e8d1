"""The population pyramid: which groups, which length, what is said, what stays hidden."""

import re
from itertools import combinations, pairwise

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insek.engines.tables.breakdowns import AgeGroup
from insek.evidence.pictures.pyramid import finest_ages
from tests.evidence.pictures_of import cpu_of, make_indicator, make_places, observe

pytestmark = pytest.mark.django_db
GROUPS = {"age=0-10": (50, 40), "age=10-20": (30, 35), "age=20-": (20, 25)}


def people(place, period="2023", groups=None, **own):
    rows = []
    for key, (male, female) in (GROUPS if groups is None else groups).items():
        rows += [(place, period, male, f"sex=male;{key}"), (place, period, female, f"sex=female;{key}")]
    return [(*row[:3], {"breakdown": row[3], **own}) for row in rows]


def enter(indicator, rows):
    for place, period, value, own in rows:
        observe(indicator, [(place, period, value)], **own)


@pytest.fixture
def places(concept):
    return make_places("AB")


@pytest.fixture
def indicator(places):
    found = make_indicator(title="Bevölkerung", adds_up=True, by_sex=True, by_age=True)
    enter(found, people(places["A"]))
    observe(found, [(places["A"], "2023", 200)])
    return found


def page_of(client, indicator, query="", status=200):
    answer = client.get(f"{reverse('indicator-pyramid', args=[indicator.pk])}?{query}")
    assert answer.status_code == status
    return answer.content.decode()


def file_of(client, indicator, form, query=""):
    return client.get(f"{reverse('indicator-pyramid-file', args=[indicator.pk, form])}?{query}")


def bars_of(page):
    """Width of the bars of men and women from the oldest to the youngest, for each side."""
    sides = page.split('<div class="pyramid__plot">')[1:]
    found = []
    for side in sides:
        widths = re.findall(r'<rect class="pyramid__bar-\w+"[^>]* width="([\d.]+)%"', side.split("</svg>")[0])
        found.append([float(width) for width in widths])
    return found


def test_bars_are_as_long_as_the_groups_on_one_scale_to_both_sides(client, indicator):
    page = page_of(client, indicator)
    assert bars_of(page) == [[20, 25, 30, 35, 50, 40]]
    assert "insgesamt 200 Personen" in page and "Die letzte Gruppe hat kein Ende" in page
    assert "unter 10 Jahren" in page and ">0–9<" in page and ">20+<" in page


def test_two_places_or_years_stand_beside_each_other_on_one_scale(client, indicator, places):
    enter(
        indicator,
        people(places["B"], groups={"age=0-10": (100, 0), "age=10-20": (10, 20), "age=20-": (0, 5)}),
    )
    page = page_of(client, indicator, f"raum={places['A'].pk}&raum2={places['B'].pk}")
    assert bars_of(page) == [[10, 12.5, 15, 17.5, 25, 20], [0, 2.5, 5, 10, 50, 0]]
    assert "Beide Seiten haben denselben Maßstab" in page
    enter(indicator, people(places["A"], "2019"))
    page = page_of(client, indicator, f"raum={places['A'].pk}&zeitraum2=2019")
    assert "<h2>A, 2023</h2>" in page and "<h2>A, 2019</h2>" in page
    page_of(client, indicator, "raum=nichts", status=404)
    page_of(client, indicator, "zeitraum2=1900", status=404)


def test_shares_are_of_the_known_total_and_never_guessed(client, indicator, places):
    page = page_of(client, indicator, "mass=anteil")
    assert "25,0 %" in page and bars_of(page) == [[20, 25, 30, 35, 50, 40]]
    enter(indicator, people(places["B"]))
    page = page_of(client, indicator, f"raum={places['B'].pk}&mass=anteil")
    assert "Wo die Gesamtzahl nicht bekannt ist, gibt es keine Anteile." in page and bars_of(page) == []


def test_groups_of_different_width_are_made_alike_and_that_is_said(client, places):
    found = make_indicator(by_sex=True, by_age=True)
    enter(
        found, people(places["A"], groups={"age=0-10": (50, 50), "age=10-30": (80, 100), "age=30-": (70, 70)})
    )
    page = page_of(client, found)
    assert bars_of(page) == [[10, 10, 40, 50, 50, 50]]
    assert "der Wert je Altersjahr" in page


def test_the_finest_groups_are_taken_and_the_open_one_kept(client, indicator, places):
    enter(indicator, people(places["A"], groups={"age=0-20": (80, 75), "age=10-": (50, 60)}))
    assert len(bars_of(page_of(client, indicator))[0]) == 6


ages = st.lists(
    st.tuples(st.integers(0, 20), st.integers(1, 8)).map(lambda pair: AgeGroup(pair[0], pair[0] + pair[1])),
    min_size=1,
    max_size=8,
)


@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow])
@given(ages)
def test_chosen_groups_never_overlap_and_cover_the_most(groups):
    def is_apart(chosen):
        ordered = sorted(chosen)
        return all(one.end <= other.start for one, other in pairwise(ordered))

    def worth(chosen):
        return sum(age.end - age.start for age in chosen), len(chosen)

    distinct = sorted(set(groups))
    best = max(
        worth(some)
        for size in range(1, len(distinct) + 1)
        for some in combinations(distinct, size)
        if is_apart(some)
    )
    found = finest_ages(groups)
    assert is_apart(found) and worth(found) == best


def test_files_say_the_same(client, indicator):
    lines = file_of(client, indicator, "csv").content.decode("utf-8-sig").splitlines()
    assert lines[1] == "A;2023;0;10;männlich;50;25;Personen;gezählt;Statistikstelle;;2025-03-01;;Arbeitsstand"
    assert lines[5].startswith("A;2023;20;;männlich;20;10;") and len(lines) == 7
    drawn = file_of(client, indicator, "svg").content.decode()
    assert drawn.count("<rect x=") == 6 and "A, 2023" in drawn and "Quelle: Statistikstelle" in drawn
    assert file_of(client, indicator, "png").content.startswith(b"\x89PNG")
    assert file_of(client, indicator, "xlsx").content.startswith(b"PK")


def test_hidden_counts_have_no_bar_and_stand_nowhere(client, places):
    from insek.evidence.models import SmallCounts
    from insek.evidence.secrecy.showing import decide

    found = make_indicator(title="Empfangende", adds_up=True, by_sex=True, by_age=True)
    SmallCounts.objects.create(indicator=found, rule="keep", below=700)
    groups = {"age=0-10": (613, 4_117), "age=10-20": (5_003, 6_007), "age=20-": (7_013, 8_009)}
    enter(found, people(places["A"], groups=groups))
    total = sum(sum(pair) for pair in groups.values())
    rows = {
        "sex=male": 613 + 5_003 + 7_013, "sex=female": 4_117 + 6_007 + 8_009,
        "age=0-10": 613 + 4_117, "age=10-20": 5_003 + 6_007, "age=20-": 7_013 + 8_009,
    }  # fmt: skip
    enter(found, [(places["A"], "2023", value, {"breakdown": key}) for key, value in rows.items()])
    observe(found, [(places["A"], "2023", total)])
    decide(found.pk)
    page = page_of(client, found)
    widths = bars_of(page)[0]
    assert widths.count(0) == 4 and "Gruppen ohne Wert (in der Tabelle mit Grund): 4" in page
    texts = [page, page_of(client, found, "mass=anteil")]
    texts += [file_of(client, found, form).content.decode() for form in ("csv", "svg")]
    for text in texts:
        assert not re.search(r"(?<![\d.])(613|4117|4\.117)\b", text)
    assert "geheim" in page


def test_without_ages_by_sex_there_is_none_and_nobody_is_led_there(client, places):
    plain = make_indicator(title="Ohne")
    observe(plain, [(places["A"], "2023", 1), (places["B"], "2023", 2)])
    assert "keine Werte nach Alter und Geschlecht" in page_of(client, plain)
    assert file_of(client, plain, "csv").status_code == 404
    assert reverse("indicator-pyramid", args=[plain.pk]) not in client.get(plain.item.url).content.decode()


def test_an_internal_place_is_not_offered(client, indicator, places):
    places["A"].item.visibility = "internal"
    places["A"].item.save()
    assert "keine Werte nach Alter und Geschlecht" in page_of(client, indicator)


def test_it_takes_few_queries_and_little_time_with_single_years(
    client, concept, django_assert_max_num_queries
):
    from insek.evidence.breakdowns import rows_for
    from insek.evidence.models import ImportBatch, Observation

    places = list(make_places("ABCD").values())
    found = make_indicator(by_sex=True, by_age=True)
    keys = [f"sex={sex};age={age}-{age + 1}" for sex in ("female", "male") for age in range(100)]
    numbers, batch = rows_for(keys), ImportBatch.objects.create(label="viele")
    Observation.objects.bulk_create(
        [
            Observation(indicator=found, district=place, period=str(year), breakdown_id=numbers[key], value=50, source_title="Q", batch=batch)
            for place in places for year in range(2015, 2025) for key in keys
        ]
    )  # fmt: skip
    query = f"raum={places[1].pk}&zeitraum=2024&zeitraum2=2015"
    page_of(client, found, query)
    with django_assert_max_num_queries(20):
        page_of(client, found, query)
    assert cpu_of(lambda: page_of(client, found, query)) < 0.1
