"""Small counts: refused, or hidden in every output with all that would betray them, and kept for those who may see them."""

import csv
import io
import json
import re
from decimal import Decimal
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

import insek
from insek.engines.secrecy import Cell, bounds_of, table_of
from insek.engines.tables.breakdowns import Cut
from insek.evidence.derived.computing import derive_all
from insek.evidence.models import ImportBatch, Observation, ProtectedValue, SmallCounts
from insek.evidence.releasing import record_or_propose
from insek.evidence.secrecy.settings import set_small_counts
from insek.evidence.secrecy.showing import decide, hear, show_what_was_missed
from insek.evidence.services import NewObservation, record_observations, take_back
from insek.evidence.values_plan import usable_indicators
from insek.intake.models import Batch
from insek.intake.readings import may_see
from insek.package import export_package, import_package
from insek.people.actors import PROGRAM, actor_for
from insek.people.models import Right, Role
from insek.thread.models import Change, Event
from tests.factories import make_actor, make_item, make_user
from tests.reading import form_values

pytestmark = pytest.mark.django_db
PLACES = {"West": ("W 1", "W 2", "W 3"), "Ost": ("O 1", "O 2")}
BELOW = 700
SMALL = {("W 1", "male"): 613}
"""A large threshold, so that what must not be seen are numbers that stand nowhere by chance."""


@pytest.fixture
def places(concept):
    found = {"Stadt": make_item("district", level="city", title="Stadt").district}
    for parent, names in PLACES.items():
        found[parent] = make_item(
            "district", level="ortsbezirk", title=parent, parent=found["Stadt"]
        ).district
        for name in names:
            found[name] = make_item("district", level="stadtteil", title=name, parent=found[parent]).district
    return found


@pytest.fixture
def indicator(concept):
    item = make_item(
        "indicator", number="I 7", title="Empfangende", unit="Personen", adds_up=True, by_sex=True
    )
    SmallCounts.objects.create(indicator=item.indicator, rule="keep", below=BELOW)
    return item.indicator


def numbers(small=None):
    """By place and sex, with all sums."""
    fine = {}
    for number, name in enumerate(n for names in PLACES.values() for n in names):
        fine[name, "male"], fine[name, "female"] = 2_003 + 107 * number, 3_011 + 211 * number
    fine.update(SMALL if small is None else small)
    for parent, names in PLACES.items():
        for sex in ("male", "female"):
            fine[parent, sex] = sum(fine[name, sex] for name in names)
    for sex in ("male", "female"):
        fine["Stadt", sex] = sum(fine[parent, sex] for parent in PLACES)
    for name in ("Stadt", *PLACES, *(n for names in PLACES.values() for n in names)):
        fine[name, ""] = fine[name, "male"] + fine[name, "female"]
    return fine


def observations(places, values, period="2024"):
    return [
        NewObservation(
            places[name],
            period,
            Decimal(value),
            source_title="Statistikstelle",
            breakdown=f"sex={sex}" if sex else "",
        )
        for (name, sex), value in values.items()
    ]


def record(indicator, places, values, period="2024", actor=PROGRAM):
    return record_observations(
        indicator, observations(places, values, period), label="Lieferung", actor=actor
    )


def shown(indicator):
    rows = Observation.objects.current().filter(indicator=indicator)
    return {
        (row.district.item.title, row.breakdown.sex): row.value
        for row in rows.select_related("district__item", "breakdown")
    }


def hidden_of(indicator):
    return {key for key, value in shown(indicator).items() if value is None}


def with_right(*rights):
    role = Role.objects.create(key="statistik", name="Statistikstelle", rights=[str(each) for each in rights])
    user = make_user(None)
    user.memberships.create(role=role)
    return user


def statistician():
    return with_right(Right.SEE_INTERNAL, Right.EDIT, Right.RELEASE, Right.SEE_PROTECTED)


def test_a_small_count_hides_with_what_would_betray_it(places, indicator):
    record(indicator, places, numbers())
    assert set(shown(indicator).values()) == {None}  # until it is known what may be shown
    assert decide(indicator.pk)
    hidden = hidden_of(indicator)
    assert ("W 1", "male") in hidden and len(hidden) == 4
    assert {key: value for key, value in numbers().items() if key not in hidden} == {
        key: value for key, value in shown(indicator).items() if key not in hidden
    }
    assert ProtectedValue.objects.get(why="small").value == 613
    assert SmallCounts.objects.get().outcome == {"small": 1, "along": 3, "too_late": 0, "skipped": []}
    assert not decide(indicator.pk)


def test_the_event_of_a_delivery_lets_it_be_looked_at(places, indicator):
    record(indicator, places, numbers())
    hear(list(Event.objects.filter(item_id=indicator.pk)))
    assert len(hidden_of(indicator)) == 4
    record(indicator, places, numbers(), period="2023")
    show_what_was_missed()
    assert not ProtectedValue.objects.filter(why="new").exists()


def public_outputs(concept, indicator, tmp_path):
    """Everything a visitor can get that may tell a value, by its address."""
    client = Client()
    key, place = indicator.pk, place_of(indicator)
    addresses = [
        indicator.item.url, f"/en{indicator.item.url}", reverse("indicator-list"), reverse("indicator-table"), reverse("observation-table", args=[key]),
        reverse("indicator-ranking", args=[key]), reverse("indicator-ranking-table", args=[key]),
        *(reverse(name, args=[key]) for name in ("indicator-map", "indicator-maps", "indicator-scatter", "indicator-pyramid")),
        reverse("district-profile", args=[place.pk]), reverse("district-profile-file", args=[place.pk, "csv"]),
        reverse("all-values"), reverse("all-values-table"), reverse("all-values-workbook"), reverse("district-values"), reverse("start"),
        reverse("city-map"), f"{reverse('search')}?q=Empfangende", f"{reverse('search')}?q=W%201", reverse("public-history", args=[key]),
        f"{indicator.item.url}?raum={place.pk}&zeitraum=2024", place.item.url, f"/api/v1/items/{key}", "/api/v1/items",
        f"/api/v1/indicators/{key}/observations", f"/api/v1/indicators/{key}/observations?parts=true", f"/api/v1/indicators/{key}/observations.csv",
        reverse("field", args=[concept.fields.first().key]),
    ]  # fmt: skip
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if address.endswith(".xlsx"):
            with ZipFile(io.BytesIO(body)) as book:
                body = b"".join(book.read(name) for name in book.namelist())
        yield address, body.decode("utf-8", "replace")
    for profile in ("public", "working"):
        export_package(concept, tmp_path / f"{profile}.zip", profile=profile)
        with ZipFile(tmp_path / f"{profile}.zip") as package:
            for name in package.namelist():
                yield f"{profile}/{name}", package.read(name).decode("utf-8", "replace")


def place_of(indicator):
    return next(
        row.district
        for row in Observation.objects.filter(indicator=indicator).select_related("district__item")
        if row.district.item.title == "W 1"
    )


def test_no_output_tells_a_hidden_value(concept, places, indicator, tmp_path):
    indicator.item.fields.add(concept.fields.first())
    record(indicator, places, numbers())
    outputs = dict(public_outputs(concept, indicator, tmp_path))
    decide(indicator.pk)
    hidden = [numbers()[key] for key in hidden_of(indicator)]
    for stage in (outputs, dict(public_outputs(concept, indicator, tmp_path))):
        for where, body in stage.items():
            for value in hidden:
                for text in (str(value), f"{value:,}".replace(",", "."), f"{value:,}"):
                    assert f">{text}<" not in body and f",{text}," not in body and f" {text} " not in body, (where, text)  # fmt: skip
                    assert len(text) < 4 or not re.search(rf"(?<!\w){re.escape(text)}(?!\w)", body), (
                        where,
                        text,
                    )
    key, value = next((key, value) for key, value in shown(indicator).items() if value and key[1])
    page = Client().get(f"{indicator.item.url}?raum={places[key[0]].pk}").content.decode()
    assert f"{value:,.0f}".replace(",", ".") in page


def test_nothing_public_together_betrays_a_small_count(concept, places, indicator, client):
    """Read what is public as anybody can, and ask the linear program of an attacker."""
    small = {("W 1", "male"): 613, ("O 2", "female"): 31, ("W 3", "male"): 0}
    values = numbers(small)
    record(indicator, places, values)
    decide(indicator.pk)
    lines = b"".join(client.get(reverse("all-values-table")).streaming_content).decode("utf-8-sig")
    public = {
        (line["Raum"], {"männlich": "male", "weiblich": "female"}.get(line["Geschlecht"], "")): line["Wert"]
        for line in csv.DictReader(io.StringIO(lines), delimiter=";")
    }
    answer = client.get(f"/api/v1/indicators/{indicator.pk}/observations?parts=true").json()
    told = {(row["district_title"], row["sex"] or ""): row["value"] for row in answer["items"]}
    assert {key for key, value in told.items() if value is None} == {
        key for key, value in public.items() if not value
    }
    below = {"Stadt": list(PLACES), **PLACES}
    cells = [
        Cell(key, key[0], Cut(key[1]), 0, 1, float(values[key]), hidden=not told)
        for key, told in public.items()
    ]
    closed = {key for key, told in public.items() if not told}
    assert len(public) == len(values) and set(small) - {("W 3", "male")} <= closed
    assert public["W 3", "male"] in {"0", "0.000000", "0,000000"}
    table = table_of(cells, below)
    for key, (_low, high) in bounds_of(table, closed, closed & set(small)).items():
        assert high >= values[key] + BELOW - 1e-6


def test_an_owner_of_the_right_sees_them_on_one_page_only(places, indicator, client):
    record(indicator, places, numbers())
    decide(indicator.pk)
    address = reverse("small-counts", args=[indicator.pk])
    assert client.get(address).status_code == 302
    client.force_login(make_user("project-lead"), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(address).status_code == 403
    assert client.get(f"{address}.csv").status_code == 403
    client.force_login(statistician(), backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(address).content.decode()
    assert "613" in page and "1 kleine Zahl ist verborgen." in page
    assert "3 weitere Werte sind verborgen" in page
    assert "613" in client.get(f"{address}.csv").content.decode()
    assert "613" not in client.get(indicator.item.url).content.decode()
    assert "Schwelle und verborgene Werte" in client.get(indicator.item.url).content.decode()


def test_history_says_that_there_are_values_and_not_which(places, indicator):
    record(indicator, places, numbers())
    decide(indicator.pk)
    told = json.dumps([change.differences for change in Change.objects.filter(item_id=indicator.pk)], ensure_ascii=False)  # fmt: skip
    assert "W 1, männlich, 2024: unter Geheimhaltung (Statistikstelle)" in told
    assert "613" not in told and str(numbers()["Stadt", ""]) not in told


def test_unchanged_values_are_recognised_although_they_are_hidden(places, indicator):
    record(indicator, places, numbers())
    decide(indicator.pk)
    before = Observation.objects.count()
    record(indicator, places, numbers())
    assert Observation.objects.count() == before


def test_a_correction_and_taking_it_back_stay_hidden(places, indicator):
    record(indicator, places, numbers())
    decide(indicator.pk)
    first = hidden_of(indicator)
    again = record(indicator, places, {("W 1", "male"): 614})
    decide(indicator.pk)
    assert hidden_of(indicator) >= first
    assert ProtectedValue.objects.get(why="small", observation__superseded_by=None).value == 614
    take_back(again, actor=PROGRAM)
    decide(indicator.pk)
    assert ProtectedValue.objects.get(why="small", observation__superseded_by=None).value == 613
    assert hidden_of(indicator) >= first
    assert "613" not in json.dumps([c.differences for c in Change.objects.all()])


def test_a_threshold_that_comes_later_says_what_was_public_before(places, concept):
    item = make_item("indicator", title="Empfangende", unit="Personen", adds_up=True, by_sex=True)
    record(item.indicator, places, numbers())
    set_small_counts(item.indicator, rule="keep", below=BELOW, actor=PROGRAM)
    decide(item.pk)
    assert len(hidden_of(item.indicator)) == 4
    assert SmallCounts.objects.get().outcome["too_late"] == 4


def test_the_rule_does_not_end_while_values_are_hidden(places, indicator):
    record(indicator, places, numbers())
    decide(indicator.pk)
    with pytest.raises(ValidationError, match="4 Werte"):
        set_small_counts(indicator, rule="", below=None, actor=PROGRAM)
    with pytest.raises(PermissionDenied):
        set_small_counts(indicator, rule="keep", below=5, actor=make_actor("project-lead"))
    set_small_counts(indicator, rule="keep", below=5, actor=PROGRAM)
    decide(indicator.pk)
    assert (
        len(hidden_of(indicator)) == 4
    )  # what was hidden may have been subtracted from what was shown: it stays
    change = Change.objects.filter(item_id=indicator.pk).latest("pk")
    assert change.differences["small_counts"][1].startswith("unter 5: ")


def test_only_counts_that_add_up_can_be_hidden(concept):
    share = make_item("indicator", unit="%").indicator
    with pytest.raises(ValidationError, match="zusammen die Stadt"):
        set_small_counts(share, rule="keep", below=3, actor=PROGRAM)
    with pytest.raises(ValidationError, match="zwischen 2 und 1000"):
        set_small_counts(share, rule="refuse", below=1, actor=PROGRAM)


def test_refused_small_counts_never_come_in(places, concept):
    indicator = make_item("indicator", title="Empfangende", unit="Personen", adds_up=True).indicator
    set_small_counts(indicator, rule="refuse", below=3, actor=PROGRAM)
    with pytest.raises(ValidationError, match="Anzahlen unter 3"):
        record(indicator, places, {("W 1", ""): 2})
    record(indicator, places, {("W 1", ""): 0, ("W 2", ""): 3})
    assert shown(indicator) == {("W 1", ""): 0, ("W 2", ""): 3}


def test_who_may_not_see_them_neither_records_nor_reads_in(places, indicator):
    planner = make_actor("planner")
    with pytest.raises(PermissionDenied, match="see_protected"):
        record(indicator, places, numbers(), actor=make_actor("project-lead"))
    with pytest.raises(ValidationError, match="nicht auf eine Freigabe warten"):
        record_or_propose(indicator, observations(places, numbers()), label="x", actor=planner)
    assert usable_indicators(indicator.item.concept, planner) == []
    user = statistician()
    actor = actor_for(user)
    assert usable_indicators(indicator.item.concept, actor) == [indicator]
    made = record_or_propose(indicator, observations(places, numbers()), label="x", actor=actor)
    assert isinstance(made, ImportBatch)
    batch = Batch(target="observations", owner=user, concept=indicator.item.concept)
    assert may_see(batch, actor)
    assert not may_see(batch, make_actor("project-lead"))
    SmallCounts.objects.all().delete()
    assert may_see(batch, make_actor("project-lead"))


def test_what_follows_from_a_hidden_value_is_hidden(places, indicator):
    people = make_item("indicator", number="I 1", title="Einwohner", unit="Personen").indicator
    record(people, places, {(name, ""): 10_000 for name in places})
    rate = make_item("indicator", number="I 9", unit="%", formula=f"[{indicator.pk}] / [{people.pk}] * 100").indicator  # fmt: skip
    record(indicator, places, {**{(name, ""): value for (name, sex), value in numbers().items() if not sex}, ("W 1", ""): 613})  # fmt: skip
    decide(indicator.pk)
    derive_all(people.item.concept_id)
    hidden = {name for name, _sex in hidden_of(indicator)}
    assert "W 1" in hidden and len(hidden) >= 2
    rows = {row.district.item.title: row for row in Observation.objects.current().filter(indicator=rate)}
    assert {name for name, row in rows.items() if row.value is None} == hidden
    assert {rows[name].quality for name in hidden} == {"protected"}


def test_a_package_holds_the_rule_and_no_hidden_value(concept, places, indicator, tmp_path):
    record(indicator, places, numbers())
    decide(indicator.pk)
    export_package(concept, tmp_path / "city.zip", profile="working")
    import_package(tmp_path / "city.zip", replace=True)
    rule = SmallCounts.objects.get()
    assert (rule.rule, rule.below) == ("keep", BELOW)
    assert not ProtectedValue.objects.filter(why__in=["small", "along"]).exists()
    decide(rule.pk)
    assert len([value for value in shown(rule.indicator).values() if value is None]) == 4


def test_the_page_sets_the_rule(places, concept, client):
    item = make_item("indicator", unit="Personen", adds_up=True)
    client.force_login(statistician(), backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("small-counts", args=[item.pk])
    sent = form_values(client.get(address))
    answer = client.post(address, {**sent, "rule": "keep", "below": "1"})
    assert answer.status_code == 400
    answer = client.post(address, {**sent, "rule": "keep", "below": "3"})
    assert answer.status_code == 302
    assert SmallCounts.objects.get().below == 3
    assert "Anzahlen unter 3 werden nicht gezeigt" in client.get(item.url).content.decode()


OPENS = {
    "evidence/secrecy/hiding.py": "puts values away and takes them out",
    "evidence/secrecy/showing.py": "decides what is shown",
    "evidence/secrecy/settings.py": "counts them",
    "evidence/secrecy/pages.py": "the page of those who may",
    "evidence/secrecy/across.py": "asks what other indicators tell of them, and tells only how many",
    "evidence/secrecy/models.py": "keeps them",
    "evidence/models.py": "names the model",
    "evidence/sums/keeping.py": "adds them up for sums that are hidden themselves, and tells only how large a sum is",
    "evidence/services.py": "compares what is recorded with what counts, for those who may record it",
}
"""The modules that may read hidden values. Everybody else reads the observation, which says „geheim“ itself."""


def test_nobody_else_reads_hidden_values():
    words = re.compile(r"ProtectedValue|\bprotected__|[\"']protected[\"']\)|supersedes__protected|\.protected\b|\breveal\(|\bwithheld\b")  # fmt: skip
    root = Path(insek.__file__).parent
    found = {
        str(path.relative_to(root))
        for path in root.rglob("*.py")
        if "migrations" not in path.parts and words.search(path.read_text(encoding="utf-8"))
    }
    assert found == set(OPENS)
