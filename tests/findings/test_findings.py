"""Findings: their four types, the doors above their list, the filter, and where they are torn."""

import pytest
from django.core.exceptions import ValidationError

from insek.concept.asker import Asker
from insek.findings.models import Finding
from insek.findings.pages import PLURALS, list_context, mark
from insek.items.pages import pages_of
from insek.people.actors import ANONYMOUS
from insek.thread.gaps import gap_named
from insek.thread.kinds import link_kinds_between
from insek.thread.models import Item
from tests.factories import make_actor, make_concept, make_item, make_link


def torn(name, concept):
    return {str(row) for row in gap_named(name).find(concept)}


def test_a_finding_is_one_of_four(concept):
    with pytest.raises(ValidationError) as refused:
        make_item("finding", type="luck")
    assert set(refused.value.message_dict) == {"type"}
    assert list(PLURALS) == list(Finding.Type)


def test_the_doors_count_what_one_may_see_of_this_concept(concept):
    make_item("finding", type="threat", concept=make_concept())
    for kind, visibility in (("strength", "public"), ("weakness", "public"), ("weakness", "internal")):
        make_item("finding", type=kind, visibility=visibility)
    make_item("goal")

    def doors(actor, **asked):
        asker = Asker(actor, concept=concept, asked=asked, path="/befunde/")
        return list_context(asker, Item.objects.none())["doors"]

    assert [door["count"] for door in doors(ANONYMOUS)] == [1, 1, 0, 0]
    assert [door["count"] for door in doors(make_actor("planner"))] == [1, 2, 0, 0]
    chosen = doors(ANONYMOUS, typ="weakness")
    assert [door["chosen"] for door in chosen] == [False, True, False, False]
    assert [door["url"] for door in chosen] == [
        "?typ=strength", "/befunde/", "?typ=opportunity", "?typ=threat",
    ]  # fmt: skip


def test_the_doors_cost_two_queries(concept, django_assert_num_queries):
    make_item("finding")
    asker = Asker(ANONYMOUS, concept=concept)
    with django_assert_num_queries(2):
        list_context(asker, Item.objects.none())


def test_too_many_are_not_counted(concept, monkeypatch):
    monkeypatch.setattr("insek.findings.pages.COUNT_LIMIT", 1)
    for _each in range(2):
        make_item("finding")
    shown = list_context(Asker(ANONYMOUS, concept=concept), Item.objects.none())
    assert [door["count"] for door in shown["doors"]] == [""] * 4


def test_each_type_has_its_word_and_its_sign(concept):
    assert [mark(make_item("finding", type=kind)) for kind in Finding.Type.values] == [
        ("strength", "Stärke"), ("weakness", "Schwäche"), ("opportunity", "Chance"), ("threat", "Risiko"),
    ]  # fmt: skip


def test_the_list_is_filtered_by_type(concept):
    make_item("finding")
    threat = make_item("finding", type="threat")
    (chosen,) = [each for each in pages_of("finding").filters if each.name == "typ"]
    assert list(chosen.apply(Item.objects.filter(kind="finding"), "threat")) == [threat]


@pytest.mark.parametrize("source", ["indicator", "plan", "contribution"])
def test_a_finding_rests_on_an_indicator_a_plan_or_a_contribution(concept, source):
    assert [link.name for link in link_kinds_between(source, "finding")] == ["evidences"]
    assert link_kinds_between("finding", source) == []


def test_a_finding_without_evidence_or_consequence_is_torn_in_its_own_concept(concept):
    other = make_concept()
    proven, followed, lonely = (make_item("finding") for _each in range(3))
    make_item("finding", concept=other)
    make_link(make_item("indicator"), proven, "evidences")
    make_link(followed, make_item("goal"), "justifies")
    assert torn("finding_without_evidence", concept) == {str(followed), str(lonely)}
    assert torn("finding_without_goal", concept) == {str(proven), str(lonely)}
    assert len(torn("finding_without_goal", other)) == 1


@pytest.mark.parametrize("language", ["", "/en"])
def test_the_former_address_leads_to_the_list_with_its_filters(client, concept, language):
    answer = client.get(f"{language}/feststellungen/?typ=threat&q=Rad")
    assert (answer.status_code, answer["Location"]) == (301, f"{language}/befunde/?typ=threat&q=Rad")
    assert client.get(f"{language}/feststellungen/neu")["Location"] == f"{language}/befunde/neu"
    assert client.get(f"{language}/feststellungen/anderes").status_code == 404
