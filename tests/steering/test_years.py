"""A goal's year and its targets' years: the goal's decides, and nothing that contradicts it gets in by any way."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from insek.concept.models import Concept
from insek.package import PackageRefused, import_package, package_files
from insek.people.actors import PROGRAM
from insek.steering.models import Target
from insek.steering.queries import with_late_target
from insek.steering.services import change_target, set_target
from insek.thread.models import Item
from insek.thread.services import update_item
from tests.factories import make_item, make_link

pytestmark = pytest.mark.django_db


@pytest.fixture
def indicator(concept):
    return make_item("indicator", title="Radanteil")


@pytest.fixture
def goal(concept, indicator):
    goal = make_item("goal", title="Mehr Rad", horizon_year=2035)
    make_link(goal, indicator, "measured_by")
    return goal


def values(indicator, year):
    return {
        "indicator": indicator.indicator, "direction": "at_least", "value": Decimal(20), "year": year,
        "base_period": "2020", "base_value": Decimal(10),
    }  # fmt: skip


def new_year(goal, year):
    item = Item.objects.get(pk=goal.pk)
    return update_item(item, expected_version=item.version, values={"horizon_year": year}, actor=PROGRAM)


def test_a_target_after_the_year_of_its_goal_is_refused(goal, indicator, as_role):
    with pytest.raises(ValidationError, match="2035 erreicht sein"):
        set_target(goal.goal, values(indicator, 2036), actor=PROGRAM)
    typed = {**values(indicator, 2036), "indicator": indicator.pk, "standing": "working", "version": 1}
    answer = as_role("project-lead").post(f"/k/{goal.pk}/zielwerte/neu", typed)
    assert answer.status_code == 400
    assert "ein späterer Zielwert widerspricht dem" in answer.content.decode()
    assert not Target.objects.exists()
    made = set_target(goal.goal, values(indicator, 2035), actor=PROGRAM)
    with pytest.raises(ValidationError):
        change_target(made, {"year": 2040}, expected_version=1, actor=PROGRAM)


def test_one_before_it_is_an_interim_value_and_said_to_be(goal, indicator):
    for year in (2030, 2035):
        set_target(goal.goal, values(indicator, year), actor=PROGRAM)
    page = Client().get(goal.url).content.decode()
    assert "mindestens 20 Personen bis 2030 (Zwischenwert; das Ziel gilt bis 2035)" in page
    assert "mindestens 20 Personen bis 2035" in page
    assert page.count("Zwischenwert") == 1


def test_the_year_of_a_goal_does_not_move_before_its_targets(goal, indicator, as_role):
    set_target(goal.goal, values(indicator, 2034), actor=PROGRAM)
    with pytest.raises(ValidationError, match="Zielwert bis 2034"):
        new_year(goal, 2033)
    for year in (2034, 2040, None):
        assert new_year(goal, year).goal.horizon_year == year
    fresh = Item.objects.get(pk=goal.pk).goal
    set_target(fresh, values(indicator, 2050), actor=PROGRAM)
    client, item = as_role("project-lead"), Item.objects.get(pk=goal.pk)
    typed = {
        "title": item.title, "standing": "working", "visibility": "public", "horizon_year": "2049", "version": item.version,
    }  # fmt: skip
    answer = client.post(f"/k/{goal.pk}/bearbeiten", typed)
    assert "darf nicht davor liegen" in answer.content.decode()
    assert Item.objects.get(pk=goal.pk).goal.horizon_year is None


def test_what_contradicts_from_before_is_a_gap_and_named_where_it_stands(goal, indicator):
    assert not with_late_target(goal.concept).exists()
    Target.objects.create(goal=goal.goal, standing="working", **values(indicator, 2040))
    assert list(with_late_target(goal.concept)) == [goal]
    assert "(widerspricht dem Ziel, das bis 2035 gilt)" in Client().get(goal.url).content.decode()


@pytest.mark.parametrize(
    ("before", "after", "column"),
    [
        (",2034,", ",2036,", "year"),
        (",2034,", ",2020,", "year"),
        (",at_least,", ",at_most,", "direction"),
    ],
)
def test_a_package_with_a_contradiction_is_refused(goal, indicator, before, after, column, tmp_path):
    set_target(goal.goal, values(indicator, 2034), actor=PROGRAM)
    files = package_files(Concept.objects.get())
    table = files["targets.csv"].decode()
    assert table.count(before) == 1
    files = {**files, "targets.csv": table.replace(before, after).encode()}
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    with pytest.raises(PackageRefused) as refused:
        import_package(tmp_path, replace=True)
    assert ("target_contradiction", "targets.csv", 2, column) in [
        (problem.code, problem.file, problem.row, problem.column) for problem in refused.value.problems
    ]
