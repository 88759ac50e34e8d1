"""One measure is needed before another; never in a circle, however deep."""

import pytest
from django.core.exceptions import ValidationError

from insek.package import package_files
from insek.package.parsing import parse_package
from insek.package.problems import Problems
from insek.strategy.dependencies import PREREQUISITE, check_circles, way_between
from tests.factories import make_item, make_link

CHAIN = [(str(number), str(number + 1)) for number in range(3000)]


@pytest.mark.parametrize(
    ("pairs", "start", "end", "way"),
    [
        ([], "a", "b", []),
        ([("a", "b")], "a", "b", ["a", "b"]),
        ([("a", "b")], "b", "a", []),
        ([("a", "b"), ("b", "c"), ("a", "c")], "a", "c", ["a", "c"]),
        ([("a", "b"), ("b", "a")], "a", "c", []),
        (CHAIN, "0", "3000", [str(number) for number in range(3001)]),
    ],
)
def test_the_shortest_way_between_two(pairs, start, end, way):
    assert way_between(pairs, start, end) == way


def test_a_circle_is_refused_with_its_chain(concept):
    first, second, third = (make_item("measure", number=f"M {n}", title=f"T{n}") for n in (1, 2, 3))
    make_link(first, second, PREREQUISITE)
    make_link(second, third, PREREQUISITE)
    with pytest.raises(ValidationError, match="„M 1 T1“ → „M 2 T2“ → „M 3 T3“ → „M 1 T1“"):
        make_link(third, first, PREREQUISITE)
    make_link(first, third, PREREQUISITE)  # twice needed is no circle


def test_it_is_shown_on_both(client, concept):
    first, second = make_item("measure", title="Brücke"), make_item("measure", title="Radweg")
    make_link(first, second, PREREQUISITE)
    for item, word in ((first, "ist Voraussetzung für"), (second, "setzt voraus")):
        assert word in client.get(item.url).content.decode()


def test_a_package_with_a_circle_is_refused_once(concept):
    first, second = make_item("measure", title="A"), make_item("measure", title="B")
    make_link(first, second, PREREQUISITE)
    files = package_files(concept)
    back = f"{second.pk},{first.pk},{PREREQUISITE},,\n"
    problems = Problems()
    package = parse_package({**files, "links.csv": files["links.csv"] + back.encode()}, problems)
    check_circles(package, problems)
    assert [problem.code for problem in problems] == ["circle"]
