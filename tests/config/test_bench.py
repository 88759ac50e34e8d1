"""What is measured with: a city in given proportions, and processor time instead of a clock."""

import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from insek.config.bench_city import enlarge
from insek.config.bench_cost import Meter, family_of, seconds_of
from insek.config.bench_search import bench_search
from insek.evidence.models import Observation
from insek.evidence.services import NewObservation, record_observations
from insek.participation.models import Contribution
from insek.people.actors import ANONYMOUS, PROGRAM
from insek.thread.models import Item, Link
from insek.thread.search import search_items
from insek.thread.services import link_items
from tests.factories import make_item

LINUX = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processor time is read from /proc")


@pytest.mark.django_db
def test_a_city_is_enlarged_in_its_own_proportions():
    for number in range(6):
        make_item("contribution", title=f"Radweg {number}", visibility="public")
    finding, goal = make_item("finding", visibility="public"), make_item("goal", visibility="public")
    link_items(source=finding, target=goal, kind="justifies", reason="Darum.", actor=PROGRAM)
    indicator, city = make_item("indicator").indicator, make_item("district", level="city").district
    record_observations(
        indicator,
        [
            NewObservation(city, str(2000 + year), Decimal(year), source_title="Statistik")
            for year in range(3)
        ],
        label="Probe",
        actor=PROGRAM,
    )
    districts = Item.objects.filter(kind="district").count()
    copied = Item.objects.exclude(kind="district").count()
    enlarge(districts + copied * 11)
    assert Item.objects.count() == districts + copied * 11
    assert Item.objects.filter(kind="district").count() == districts
    assert Contribution.objects.count() == 6 * 11
    assert Observation.objects.count() == 3 * 11
    assert Link.objects.filter(kind="justifies").count() == 11
    assert len(set(Link.objects.filter(kind="justifies").values_list("source", flat=True))) == 11
    assert search_items("Radweg", ANONYMOUS).filter(kind="contribution").count() == 6 * 11


@LINUX
def test_processor_time_counts_work_and_not_waiting():
    work = [
        sys.executable,
        "-c",
        "import sys; input(); [i for i in range(10_000_000)]; print(flush=True); input()",
    ]
    process = subprocess.Popen(work, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdin and process.stdout
        meter = Meter(lambda: family_of(process.pid))
        process.stdin.write("\n")
        process.stdin.flush()
        process.stdout.readline()
        worked = meter.lap()
        assert worked == pytest.approx(seconds_of(process.pid), abs=worked)
        assert worked > 0
        assert meter.lap() < worked / 100
    finally:
        process.kill()
        process.communicate()


@LINUX
def test_children_are_counted_with_their_parent():
    assert os.getpid() in family_of(os.getppid())


def test_questions_that_cannot_be_read_are_named_before_a_city_is_built(tmp_path, capsys):
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("frage\nRadweg\n", encoding="utf-8")
    for path in (tmp_path / "none.csv", wrong):
        assert bench_search(items=50_000, questions=path, keep=None) == 1
        assert str(path) in capsys.readouterr().out
