"""Formulas over parts of a whole: women, children under six; put together from what was delivered, never from what is hidden."""

import random
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from insek.concept.models import Concept
from insek.engines.tables.breakdowns import AgeGroup, Cut
from insek.evidence.derived.computing import derive_all
from insek.evidence.derived.cuts import read_cut, value_of, words_in_formula
from insek.evidence.derived.names import NamesOfParts
from insek.evidence.derived.part_values import PartValue
from insek.evidence.models import Observation
from insek.evidence.services import NewObservation, record_observations
from insek.package import PackageRefused, export_package, import_package, package_files, read_files
from insek.people.actors import PROGRAM
from insek.release.releases import release, save_or_propose
from insek.release.waiting_changes import compared
from insek.thread.services import create_item
from tests.factories import make_actor, make_item

STARTS = (0, 3, 6, 10, 15, 18, 25, 65)


def value(number, quality="measured", error=None, basis=""):
    return PartValue("2024", None if number is None else Decimal(number), quality, error, "", basis)


def groups_of(sex, numbers):
    ends = [*STARTS[1:], None]
    return {
        Cut(sex, AgeGroup(start, end)): value(number)
        for start, end, number in zip(STARTS, ends, numbers, strict=True)
    }


def test_what_people_write_is_the_part_they_mean_and_is_written_back():
    said = {
        "weiblich": "sex=female", "unter 6": "age=0-6", "weiblich, 65 und älter": "sex=female;age=65-",
        "ab 18 Jahren, männlich": "sex=male;age=18-", "Haushalte=1 Person": "Haushalte=1 Person", "3-5, Gruppe=übrige": "age=3-6;Gruppe=übrige",
        "sex=female;age=0-6": "sex=female;age=0-6", "Gruppe=a, b;": "Gruppe=a, b",
    }  # fmt: skip
    for text, key in said.items():
        cut = read_cut(text)
        assert cut is not None and cut.key == key, text
        for language in ("de", "en"):
            with override(language):
                assert read_cut(words_in_formula(key)) == cut, (language, words_in_formula(key))
    for text in ("", "Einwohner", "insgesamt", "alle", "weiblich, Quatsch", "A=1, A=2"):
        assert read_cut(text) is None, text


def test_parts_are_put_together_without_gap_and_never_by_subtraction():
    rng = random.Random(3)
    for _each in range(100):
        men, women = ([rng.randint(0, 50) for _start in STARTS] for _sex in "mw")
        there = groups_of("male", men) | groups_of("female", women)
        first, last = sorted(rng.sample(range(len(STARTS)), 2))
        ages = AgeGroup(STARTS[first], STARTS[last])
        assert value_of(Cut("female", ages), there, adds_up=True).value == sum(women[first:last])
        assert value_of(Cut("", ages), there, adds_up=True).value == sum(men[first:last] + women[first:last])
        assert value_of(Cut("male"), there, adds_up=True).value == sum(men)
        assert value_of(Cut("", ages), there, adds_up=False) is None
        # with a gap in it there is none, though all ages together and the rest were known
        gone = rng.randrange(first, last)
        missing = {cut: one for cut, one in there.items() if cut.age.start != STARTS[gone]}
        missing[Cut("female")] = value(sum(women))
        assert value_of(Cut("female", ages), missing, adds_up=True) is None or last - first == 0
    assert value_of(Cut("", AgeGroup(4, 6)), there, adds_up=True) is None


def test_what_was_delivered_counts_and_what_is_hidden_stays_so():
    ages = AgeGroup(0, 6)
    there = groups_of("", [10, 11, 0, 0, 0, 0, 0, 0])
    assert value_of(Cut("", ages), there | {Cut("", ages): value(20)}, adds_up=True).value == 20
    hidden = there | {Cut("", AgeGroup(3, 6)): value(None, "protected")}
    assert value_of(Cut("", ages), hidden, adds_up=True)[1:3] == (None, "protected")
    both = there | {Cut("", AgeGroup(3, 6)): value(4, "estimated", basis="census2022")}
    assert value_of(Cut("", ages), both, adds_up=True)[1:3] == (None, "meaningless")


# ---- as indicators


@pytest.fixture
def city(concept):
    return make_item("district", level="city", title="Ganze Stadt").district


@pytest.fixture
def people(concept, city):
    row = make_item("indicator", number="I 4", title="Einwohner", unit="Personen", by_sex=True, by_age=True, adds_up=True).indicator  # fmt: skip
    keys = {"": 100, "sex=male": 48, "sex=female": 52, "sex=male;age=0-3": 3, "sex=male;age=3-6": 4, "sex=female;age=0-3": 5, "sex=female;age=3-6": 6}  # fmt: skip
    new = [NewObservation(city, "2024-12-31", Decimal(number), source_title="Statistik", breakdown=key) for key, number in keys.items()]  # fmt: skip
    record_observations(row, new, label="Test", actor=PROGRAM)
    return row


def derived(formula, **values):
    concept = Concept.objects.get()
    kept = NamesOfParts(concept, PROGRAM).in_ids(formula)
    own = {"title": "Anteil", "unit": "%", "number": "I 9", "decimals": 1, "visibility": "public", "standing": "working"}  # fmt: skip
    return create_item(
        kind="indicator", concept=concept, actor=PROGRAM, values={**own, "formula": kept, **values}
    ).indicator


def test_a_share_of_a_part_follows_and_the_page_says_of_which(people, client):
    row = derived("[I 4: unter 6] / [I 4: weiblich] * 100")
    assert row.formula == f"[{people.pk}|age=0-6] / [{people.pk}|sex=female] * 100"
    assert NamesOfParts(Concept.objects.get(), PROGRAM).in_numbers(row.formula) == "[I 4: unter 6 Jahren] / [I 4: weiblich] * 100"  # fmt: skip
    derive_all(row.item.concept_id)
    made = Observation.objects.current().get(indicator=row)
    assert (made.value.quantize(Decimal("0.01")), made.source_title) == (Decimal("34.62"), "abgeleitet aus I 4 Einwohner")  # fmt: skip
    page = client.get(row.item.url).content.decode()
    assert "I 4: unter 6 Jahren" in page and "I 4: weiblich" in page
    new = NewObservation(people.observations.first().district, "2024-12-31", Decimal(10), source_title="Statistik", breakdown="sex=female;age=3-6")  # fmt: skip
    record_observations(people, [new], label="Berichtigt", actor=PROGRAM)
    derive_all(row.item.concept_id)
    assert Observation.objects.current().get(indicator=row).value.quantize(Decimal("0.01")) == Decimal("42.31")  # fmt: skip


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("[I 4: Quatsch] * 2", "ist kein Teil, nach dem Werte gegliedert sein können"),
        ("[I 4: Haushalte=1 Person] * 2", "keine Werte nach dieser Gliederung"),
        ("[I 5: weiblich] * 2", "ist keine Nummer eines Indikators"),
    ],
)
def test_parts_that_are_none_are_refused(people, formula, said):
    with pytest.raises(ValidationError) as refused:
        derived(formula)
    assert said in str(refused.value)


def test_the_package_brings_parts_and_refuses_what_is_none(people, tmp_path):
    row = derived("[I 4: unter 6] / [I 4] * 100")
    export_package(row.item.concept, tmp_path / "p")
    import_package(tmp_path / "p", replace=True)
    assert package_files(Concept.objects.get()) == read_files(tmp_path / "p")
    table = tmp_path / "p" / "indicators.csv"
    text = table.read_text(encoding="utf-8")
    assert f"[{people.pk}|age=0-6]" in text
    table.write_text(text.replace("|age=0-6]", "|age=6-0]"), encoding="utf-8")
    with pytest.raises(PackageRefused) as refused:
        import_package(tmp_path / "p", replace=True)
    assert "bad_formula" in {problem.code for problem in refused.value.problems}


def test_what_is_worked_out_meanwhile_is_no_change_that_somebody_must_see_again(city, people):
    rate = derived("[I 4: unter 6] / [I 4] * 100", visibility="internal")
    actor = make_actor("planner")
    item = rate.item
    waiting = save_or_propose(
        item, expected_version=item.version, values={"visibility": "public"}, actor=actor
    )
    seen = compared(waiting, make_actor("project-lead"))
    assert seen.also_published == []
    derive_all(item.concept_id)
    after = compared(waiting, make_actor("project-lead"))
    assert "18" in after.also_published[0].words[0], "it is said all the same"
    assert after.words_sign == seen.words_sign
    release(waiting, expected_version=waiting.version, actor=make_actor("project-lead"))
    item.refresh_from_db()
    assert item.visibility == "public"
