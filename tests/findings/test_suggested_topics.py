"""Findings that plans and contributions suggest: topics that several name in the same sense."""

from __future__ import annotations

import pytest

from insek.engines.text.encoders import NGramEncoder
from insek.engines.text.topics import topics_of
from insek.findings.suggesting import OF_TOPICS, look_for_findings
from insek.people.actors import PROGRAM
from insek.suggestions import runs, services
from insek.suggestions.models import Suggestion, SuggestionRun
from insek.thread.models import Item, Link
from tests.factories import make_actor, make_item, make_link

AIMS = (
    "Öffentliche Räume in der Mitte aufwerten",
    "Bahnhof und öffentliche Räume aufwerten",
    "Öffentliche Räume und Plätze aufwerten",
)
OTHERS = (
    "Den Wald schützen",
    "Busse öfter fahren lassen",
    "Radwege bauen",
    "Wohnungen für Ältere schaffen",
    "Betriebe halten",
)


@pytest.fixture(autouse=True)
def _quick_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = NGramEncoder()
    monkeypatch.setattr(runs, "best_encoder", lambda: encoder)


def run(concept):
    look_for_findings(concept)
    return SuggestionRun.objects.filter(suggester=OF_TOPICS.name).latest("pk")


def plan(aims, **values):
    return make_item(
        "plan",
        title=values.pop("title", "Rahmenplan"),
        type="concept",
        status=values.pop("status", "adopted"),
        aims=aims,
        visibility="public",
        **values,
    )


def test_what_several_plans_in_force_want_is_an_opportunity_with_all_of_them_as_evidence(concept):
    plans = [plan(aim) for aim in AIMS]
    for aim in OTHERS:
        plan(aim)
    done = run(concept)
    assert (done.new, done.model) == (1, "n-grams-3-5/1")
    one = Suggestion.objects.get(kind="finding")
    assert (
        one.content["title"] == "3 geltende Planwerke verfolgen dasselbe: Öffentliche Räume"
        and one.content["type"] == "opportunity"
    )
    assert {proof["item"] for proof in one.content["proofs"]} == {item.pk for item in plans} and len(
        one.evidence
    ) == 3
    services.accept(one, expected_version=one.version, actor=make_actor("planner"))
    finding = Item.objects.get(kind="finding")
    assert set(Link.objects.filter(target=finding, kind="evidences").values_list("source", flat=True)) == {
        item.pk for item in plans
    }
    assert run(concept).new == 0


def test_plans_that_hold_no_more_and_words_of_two_plans_do_not_count(concept):
    old, new = plan(AIMS[0]), plan(AIMS[1])
    plan(f"{AIMS[2]}\n{AIMS[2]} und pflegen", status="draft")
    for aim in OTHERS:
        plan(aim)
    assert run(concept).new == 0
    plan(AIMS[2])
    make_link(old, new, "superseded_by")
    assert run(concept).new == 0, "what another plan took the place of says nothing any more"


def test_statements_are_read_where_a_plan_has_them(concept):
    for aim in AIMS:
        item = plan("Etwas anderes erreichen")
        make_item(
            "plan_statement", title=aim, text=f"{aim}.", plan=item.plan, type="state", visibility="internal"
        )
    for aim in OTHERS:
        plan(aim)
    run(concept)
    one = Suggestion.objects.get(kind="finding")
    assert one.content["type"] == "", "what plans only state is neither good nor bad"
    assert {Item.objects.get(pk=proof["item"]).kind for proof in one.content["proofs"]} == {"plan_statement"}


def say(title, sort="problem", **values):
    return make_item(
        "contribution",
        title=title,
        text=f"{title} ist es im Sommer zu heiß.",
        type=sort,
        visibility="public",
        state="public",
        **values,
    )


def test_what_many_people_name_is_a_weakness_where_they_call_it_a_problem(concept):
    mine = [
        say(f"Am Stiftsplatz {where}", standing="example")
        for where in ("fehlen Bäume", "fehlt Schatten", "fehlen Bänke")
    ]
    for place in (
        "Im Wald",
        "Auf der Brücke",
        "Vor der Schule",
        "Hinter dem Bad",
        "Neben der Kirche",
        "Am Bach",
    ):
        make_item(
            "contribution",
            title=place,
            text="Hier möchte ich etwas ganz anderes sagen.",
            type="idea",
            visibility="public",
            state="public",
        )
    assert run(concept).new == 0, "three people are not many"
    for _number in range(2):
        make_item(
            "contribution",
            title="Stiftsplatz",
            type="problem",
            visibility="internal",
            state="merged",
            merged_into=mine[0].contribution,
        )
    run(concept)
    one = Suggestion.objects.get(kind="finding")
    assert (one.content["title"], one.content["type"]) == ("5 Beiträge nennen: Stiftsplatz", "weakness")
    assert "5 Beiträge (mit 2 zusammengeführten)" in one.why and "keine Stichprobe" in one.content["text"]
    assert one.content["is_example"] and len(one.evidence) == 3, "what was merged is counted and never quoted"
    assert Suggestion.objects.visible_to(PROGRAM).count() == 1


def test_contributions_that_wait_or_were_rejected_are_never_read(concept):
    for number in range(6):
        make_item(
            "contribution",
            title=f"Am Stiftsplatz fehlt Schatten {number}",
            type="problem",
            visibility="internal",
            state="new",
        )
    assert (run(concept).total, Suggestion.objects.count()) == (0, 0)


def test_a_topic_is_a_word_in_one_sense():
    texts = [*AIMS, "Die Raumfahrt fördern", *OTHERS]
    vectors = NGramEncoder().encode(texts)
    [topic] = topics_of(texts, list(range(len(texts))), vectors, 3)
    assert (topic.word, topic.members) == ("Öffentliche Räume", (0, 1, 2))
    assert topics_of(texts, ["one"] * len(texts), vectors, 3) == [], "one that says it three times is one"
    assert topics_of(texts, list(range(len(texts))), vectors, 4) == []
