"""What follows from examples is an example: formulas over them, values of an example scenario; and the basis of the population goes out with each value."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from insek.concept.models import Concept
from insek.evidence.models import Observation, ScenarioRun
from insek.evidence.scenarios.runs import assumptions_hash, compute
from insek.evidence.services import NewObservation, record_observations
from insek.package import PackageRefused, export_package, import_package
from insek.people.actors import PROGRAM
from insek.thread.services import create_item
from tests.factories import make_item, make_user
from tests.reading import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(concept):
    return make_item("district", level="city", title="Ganze Stadt").district


@pytest.fixture
def people(concept, city):
    row = make_item("indicator", number="I 1", title="Einwohner", unit="Personen", needs_basis=True).indicator
    new = [
        NewObservation(city, f"{year}-12-31", Decimal(100_000 + year), source_title="Amt", basis="register")
        for year in range(2015, 2025)
    ]
    record_observations(row, new, label="x", actor=PROGRAM)
    return row


def derived(formula, **values):
    own = {
        "title": "Anteil",
        "unit": "%",
        "number": "I 9",
        "visibility": "public",
        "standing": "working",
        "formula": formula,
    }
    return create_item(
        kind="indicator", concept=Concept.objects.get(), actor=PROGRAM, values={**own, **values}
    )


def test_a_formula_over_an_example_is_an_example(people, tmp_path):
    shown = make_item("indicator", number="I 2", title="Beispielzahl", standing="example")
    formula = f"[{shown.pk}] / [{people.pk}] * 100"
    with pytest.raises(ValidationError, match="Aus Beispielen folgt nur ein Beispiel: I 2"):
        derived(formula)
    made = derived(formula, standing="example")
    export_package(made.concept, tmp_path / "p")
    import_package(tmp_path / "p", replace=True)
    table = tmp_path / "p" / "indicators.csv"
    lines = table.read_text(encoding="utf-8").splitlines(keepends=True)
    table.write_text(
        "".join(
            line.replace(",example,", ",working,") if line.startswith(made.pk) else line for line in lines
        ),
        encoding="utf-8",
    )
    with pytest.raises(PackageRefused) as refused:
        import_package(tmp_path / "p", replace=True)
    assert {problem.code for problem in refused.value.problems} == {"example_formula"}


def test_values_of_an_example_scenario_come_into_examples_only(people, client):
    scenario = make_item(
        "scenario", title="Mittlerer Pfad", people=people, standing="example", years=3
    ).scenario
    compute(
        ScenarioRun.objects.create(scenario=scenario, assumptions_hash=assumptions_hash(scenario), seed=1)
    )
    real, example = (
        make_item("indicator", title=title, unit="Personen", standing=standing, visibility="internal")
        for title, standing in (("Ausblick", "working"), ("Ausblick (Beispiel)", "example"))
    )
    client.force_login(make_user("project-lead"))
    page = reverse("scenario-publish", args=[scenario.pk])
    answer = client.post(page, {"indicator": real.pk})
    assert answer.status_code == 400 and "Das Szenario ist ein Beispiel" in words(answer)
    client.post(page, {"indicator": example.pk})
    assert not Observation.objects.filter(indicator=real.pk).exists()
    assert Observation.objects.filter(indicator=example.pk).count() == 3


def test_the_basis_stands_in_every_table(people, client):
    lines = (
        client.get(reverse("observation-table", args=[people.pk])).content.decode("utf-8-sig").splitlines()
    )
    assert lines[0].endswith("Grundlage der Bevölkerung") and lines[-1].endswith("Melderegister")
    long = b"".join(client.get(reverse("all-values-table"))).decode("utf-8-sig").splitlines()
    assert long[0].endswith("Grundlage der Bevölkerung") and long[-1].endswith("Melderegister")
