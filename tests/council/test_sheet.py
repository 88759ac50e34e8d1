"""The whole check on one page: proposed by the program, said by a person, confirmed by the lead; and the unit may answer to a conflict."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from insek import clock
from insek.concept.asker import Asker
from insek.council import answering, checking
from insek.council.check_sheet import NONE
from insek.council.models import Check, WeightCriterion
from insek.council.suggested_kinds import GOAL, MEASURE, NOTHING, PLACE, WEIGHT, draft_of
from insek.council.suggesting import NAME, TOUCHES, papers_to_check
from insek.people.actors import PROGRAM
from insek.release.models import Proposal
from insek.suggestions import services
from insek.suggestions.models import Suggestion
from insek.suggestions.register import suggestion_kind_named
from insek.suggestions.runs import begin_run, look_through
from insek.thread.models import Item
from tests.council.checks import begin, change, fresh, touch
from tests.factories import make_actor, make_item, make_unit
from tests.reading import form_values, words

TEXT = """Der Rat beschließt den Bau des Radwegs an der Talstraße.

Entlang des Radwegs werden vierzig Bäume gepflanzt und Flächen entsiegelt. Die Kosten liegen bei 2,4 Mio. Euro.

Der Radweg verbindet die Altstadt mit dem Neubaugebiet."""


@pytest.fixture
def city(concept):
    """Two fields with words of their own, three goals, a measure, two criteria with a sign."""
    housing, climate = concept.fields.order_by("position")
    housing.aim = "Wohnungen, Schulen und Kitas, dazu Radwege, Radverkehr und Bus und Bahn."
    climate.aim = "Bäume, Grünflächen, Schatten und entsiegelte Flächen gegen Hitze."
    for field in (housing, climate):
        field.save()
    goals = {
        "bike": make_item(
            "goal",
            concept=concept,
            title="Ein Radnetz ohne Lücken",
            text="Sichere Radwege verbinden alle Stadtteile.",
            fields=[housing],
        ),
        "trees": make_item(
            "goal",
            concept=concept,
            title="Bäume für die Stadt",
            text="Bäume werden gepflanzt, Flächen entsiegelt.",
            fields=[climate],
        ),
        "homes": make_item(
            "goal",
            concept=concept,
            title="Wohnungen im Bestand",
            text="Neue Wohnungen in leeren Häusern.",
            fields=[housing],
        ),
    }
    goals["measure"] = make_item(
        "measure",
        concept=concept,
        title="Radweg Talstraße",
        text="Ein Radweg an der Talstraße.",
        fields=[housing],
    )
    WeightCriterion.objects.create(
        concept=concept,
        key="haushalt",
        position=1,
        title="Mehr als eine Million Euro",
        sign="amount",
        least=Decimal(1_000_000),
    )
    WeightCriterion.objects.create(
        concept=concept,
        key="regel",
        position=2,
        title="Eine Regel für später",
        sign="words",
        words="Satzung, Richtlinie",
    )
    return goals


def a_paper(concept, title="Radweg Talstraße: Baubeschluss", text=TEXT, **values):
    return make_item(
        "paper",
        concept=concept,
        title=title,
        text=text,
        visibility="internal",
        unit=make_unit("tiefbau"),
        **values,
    )


def look(concept, paper=None):
    run = begin_run(TOUCHES, concept, about=paper)
    if run.is_working:
        look_through(run)
    return Suggestion.objects.filter(concept=concept, suggester=NAME)


def found(rows, kind):
    return {
        each.other_id or each.field_key or each.content.get("weight", ""): each
        for each in rows.filter(kind=kind)
    }


def test_what_a_paper_touches_is_proposed_with_the_sentences_that_say_so(city, concept):
    """Fields, goals, measures, weight, each with its passage and how sure; nothing of it is said before a person does."""
    paper = a_paper(concept)
    rows = look(concept)
    goals = found(rows, GOAL)
    assert set(goals) >= {city["bike"].pk, city["trees"].pk}
    assert city["homes"].pk not in goals
    trees = goals[city["trees"].pk]
    assert "Entlang des Radwegs werden vierzig Bäume gepflanzt und Flächen entsiegelt." in [
        one["words"] for one in trees.evidence
    ]
    assert trees.evidence[0]["url"] == paper.url
    assert (trees.content["effect"], trees.item_id, trees.about_id) == ("neutral", paper.pk, paper.pk)
    assert set(found(rows, "item-field")) == {"wohnen", "klima"}
    assert city["measure"].pk in found(rows, MEASURE)
    weight = found(rows, WEIGHT)["citywide"]
    assert (weight.content["criteria"], "2,4 Mio. Euro" in weight.why) == (["haushalt"], True)
    assert not found(rows, NOTHING)
    assert not Check.objects.exists() and not paper.fields.exists()


def test_that_nothing_is_touched_is_proposed_too(city, concept):
    """An appointment touches no goal and has no weight that its text shows."""
    paper = a_paper(concept, "Bestellung eines Mitglieds des Aufsichtsrats", "Der Rat bestellt ein Mitglied.")
    rows = look(concept)
    nothing = rows.get(kind=NOTHING)
    assert "Personen und Gremien" in nothing.content["reason"]
    assert not found(rows, GOAL)
    assert set(found(rows, WEIGHT)) == {"local"}
    services.accept(nothing, expected_version=nothing.version, actor=make_actor("project-lead"))
    check = draft_of(paper)
    assert (check.touches_no_goal, check.no_goal_reason) == (True, nothing.content["reason"])


def test_the_same_papers_give_the_same_suggestions_and_what_was_decided_is_left_alone(city, concept):
    """Two runs with the same hash; a refused goal does not come back, an accepted one fills the draft and can be taken back."""
    paper, lead = a_paper(concept), make_actor("project-lead")
    first = {(each.kind, each.subject, each.content_hash, each.confidence) for each in look(concept)}
    hashes = set(concept.suggestion_runs.values_list("input_hash", flat=True))
    assert {(each.kind, each.subject, each.content_hash, each.confidence) for each in look(concept)} == first
    assert set(concept.suggestion_runs.values_list("input_hash", flat=True)) == hashes
    goals = found(look(concept), GOAL)
    services.refuse(goals[city["trees"].pk], expected_version=1, actor=lead)
    kept = goals[city["bike"].pk]
    kept.refresh_from_db()
    services.accept(
        kept, expected_version=kept.version, actor=lead, changed_to={**kept.content, "effect": "strong"}
    )
    check = draft_of(paper)
    assert [(row.goal_id, row.effect) for row in check.goals.all()] == [(city["bike"].pk, "strong")]
    again = look(concept).filter(kind=GOAL)
    assert not again.waiting().filter(other__in=[city["bike"].pk, city["trees"].pk]).exists()
    kept.refresh_from_db()
    services.take_back(kept, expected_version=kept.version, actor=lead)
    assert not Item.objects.filter(kind="concept_check").exists()


def test_what_people_decided_of_papers_moves_what_is_proposed(city, concept):
    """A topic that no field speaks of belongs to the field of the papers that people gave it to."""
    for number in range(4):
        a_paper(
            concept,
            f"Buslinie {number} im Takt",
            "Der Bus fährt öfter.",
            fields=[concept.fields.get(key="klima")],
        )
    paper = a_paper(concept, "Neue Haltestelle am Markt", "Der Bus hält am Markt.")
    look(concept, paper)
    sure = {
        each.field_key: each.confidence
        for each in Suggestion.objects.filter(item=paper.pk, kind="item-field")
    }
    assert sure["klima"] > 0.3


def test_three_goals_are_checked_in_one_form(city, concept, as_role):
    """Weight, two goals, a refused one, a measure and a field in one saving; history names the program and who accepted."""
    paper = a_paper(concept)
    look(concept)
    client = as_role("project-lead")
    begun = client.post(reverse("check-begin", args=[paper.pk]))
    check = draft_of(paper)
    assert begun["Location"] == reverse("check-sheet", args=[check.pk])
    page = client.get(begun["Location"])
    told = words(page)
    assert (
        "Vorschlag: von gesamtstädtischem Gewicht" in told
        and "Mehr als eine Million Euro: „2,4 Mio. Euro“" in told
    )
    assert "Entlang des Radwegs werden vierzig Bäume gepflanzt und Flächen entsiegelt." in told
    assert "von 100 gezeigten waren 56 richtig" in told
    values = form_values(page)
    bike, trees = city["bike"].pk, city["trees"].pk
    assert f"effect_{bike}" not in values
    sent = {
        **values, "weight": "citywide", "criteria": ["haushalt"], f"effect_{bike}": "strong", f"effect_{trees}": "supports",
        f"reason_{trees}": "Vierzig Bäume kommen dazu", "measures": [city["measure"].pk], "fields_of_paper": ["wohnen"],
    }  # fmt: skip
    assert client.post(begun["Location"], sent)["Location"] == begun["Location"]
    done = fresh(check)
    assert (done.weight, [row.key for row in done.criteria.all()]) == ("citywide", ["haushalt"])
    assert {row.goal_id: (row.effect, row.reason) for row in done.goals.all()} == {
        bike: ("strong", values[f"reason_{bike}"]), trees: ("supports", "Vierzig Bäume kommen dazu"),
    }  # fmt: skip
    assert [row.pk for row in done.measures.all()] == [city["measure"].pk]
    assert [field.key for field in Item.objects.get(pk=paper.pk).fields.all()] == ["wohnen"]
    states = dict(Suggestion.objects.filter(kind=GOAL, other__in=[bike, trees]).values_list("other", "state"))
    assert states == {bike: "changed", trees: "changed"}
    again = client.get(begun["Location"])
    sent = {**form_values(again), f"effect_{trees}": NONE}
    client.post(begun["Location"], {**sent, "act": "finish"})
    assert [row.goal_id for row in fresh(check).goals.all()] == [bike]


def test_somebody_else_was_faster_and_nothing_typed_is_lost(city, concept, as_role):
    """The sheet says so, keeps what was typed, and saves it the second time."""
    paper = a_paper(concept)
    look(concept)
    client = as_role("project-lead")
    address = client.post(reverse("check-begin", args=[paper.pk]))["Location"]
    sent = {
        **form_values(client.get(address)),
        "weight": "local",
        f"effect_{city['bike'].pk}": "supports",
        f"reason_{city['bike'].pk}": "Meine Worte",
    }
    touch(draft_of(paper), city["homes"])
    late = client.post(address, sent)
    assert late.status_code == 400 and "Meine Worte" in late.content.decode()
    assert not draft_of(paper).goals.filter(goal=city["bike"].pk).exists()
    assert client.post(address, {**sent, "version": form_values(late)["version"]}).status_code == 302
    assert draft_of(paper).goals.get(goal=city["bike"].pk).reason == "Meine Worte"


def test_the_sheet_asks_for_what_belongs_together(city, concept, as_role):
    """A goal without its sentence, none and some at once, a criterion without weight: nothing is saved."""
    paper = a_paper(concept)
    look(concept)
    client = as_role("project-lead")
    address = client.post(reverse("check-begin", args=[paper.pk]))["Location"]
    values = form_values(client.get(address))
    bike = city["bike"].pk
    for wrong in (
        {f"effect_{bike}": "supports", f"reason_{bike}": ""},
        {f"effect_{bike}": "supports", "touches_no_goal": "on"},
        {"touches_no_goal": "on", "no_goal_reason": ""},
        {"weight": "local", "criteria": ["haushalt"]},
        {f"effect_{bike}": "erfunden"},
    ):
        assert client.post(address, {**values, **wrong}).status_code == 400
    assert not draft_of(paper).goals.exists() and draft_of(paper).weight == ""


def test_a_department_checks_its_own_paper_and_the_lead_confirms(city, concept, as_role):
    """The unit sees what is proposed of its paper, decides it on the sheet; finishing waits for who may release; other units see nothing."""
    paper = a_paper(concept)
    look(concept)
    own = as_role("department", unit=make_unit("tiefbau"))
    other = as_role("department", unit=make_unit("hochbau"))
    address = own.post(reverse("check-begin", args=[paper.pk]))["Location"]
    assert other.get(address).status_code == 404
    assert other.post(reverse("check-begin", args=[paper.pk])).status_code == 404
    sent = {
        **form_values(own.get(address)),
        "weight": "citywide",
        f"effect_{city['bike'].pk}": "supports",
        "act": "finish",
    }
    assert own.post(address, sent).status_code == 302
    check = draft_of(paper)
    assert check.goals.count() == 1
    own.post(reverse("check-finish", args=[check.pk]), {"version": check.item.version})
    assert not fresh(check).is_final
    assert Proposal.objects.filter(act="check_finish", item=check.pk).count() == 1
    with pytest.raises(PermissionDenied):
        checking.finish_check(
            fresh(check), expected_version=1, actor=make_actor("department", unit=make_unit("tiefbau"))
        )


def test_a_conflict_waits_for_the_answer_of_the_unit(concept, as_role):
    """Not before the unit was asked, answered or let its time pass; what it says stands with the check."""
    paper = make_item("paper", concept=concept, title="Neue Halle im Tal", unit=make_unit("tiefbau")).paper
    check = begin(concept, paper, unit=make_unit("tiefbau"), weight="citywide")
    touch(check, make_item("goal", concept=concept), effect="conflicts")
    lead = make_actor("project-lead")
    assert any("noch nicht gefragt" in line for line in checking.what_is_missing(fresh(check)))
    with pytest.raises(ValidationError):
        checking.finish_check(fresh(check), expected_version=fresh(check).item.version, actor=lead)
    with pytest.raises(ValidationError):
        answering.ask_unit(
            fresh(check),
            clock.today() - timedelta(days=1),
            expected_version=fresh(check).item.version,
            actor=lead,
        )
    client, own = as_role("project-lead"), as_role("department", unit=make_unit("tiefbau"))
    asked = {
        "version": fresh(check).item.version,
        "answer_until": (clock.today() + timedelta(days=7)).isoformat(),
    }
    assert client.post(reverse("check-ask", args=[check.pk]), asked).status_code == 302
    assert "Ihre Antwort zu einem Widerspruch" in words(own.get("/mein-bereich/"))
    assert own.post(reverse("check-ask", args=[check.pk]), asked).status_code == 403
    answer = {"version": fresh(check).item.version, "answer": "Die Halle steht auf bebauter Fläche."}
    assert own.post(reverse("check-answer", args=[check.pk]), answer).status_code == 302
    assert checking.what_is_missing(fresh(check)) == []
    done = checking.finish_check(fresh(check), expected_version=fresh(check).item.version, actor=lead)
    assert done.visibility == "public"
    assert "Die Halle steht auf bebauter Fläche." in words(as_role("council").get(done.url))


def test_a_unit_that_does_not_answer_holds_nobody_up(concept):
    """After the day the check can be finished; a conflict that the unit names itself needs no answer, one that somebody else adds does."""
    check = begin(concept, unit=make_unit("tiefbau"), weight="citywide", actor=PROGRAM)
    touch(check, make_item("goal", concept=concept), effect="conflicts")
    ask(check)
    assert not answering.was_heard(fresh(check))
    Check.objects.filter(pk=check.pk).update(answer_until=date(2020, 1, 1))
    assert answering.was_heard(fresh(check))
    clerk = make_actor("department", unit=make_unit("tiefbau"))
    own = begin(concept, actor=clerk, weight="citywide")
    touch(own, make_item("goal", concept=concept), effect="conflicts", actor=clerk)
    assert own.unit_id is not None and answering.was_heard(fresh(own))
    touch(own, make_item("goal", concept=concept), effect="conflicts")
    assert not answering.was_heard(fresh(own)), "the lead added one"


def ask(check, days=7):
    check = fresh(check)
    answering.ask_unit(
        check,
        clock.today() + timedelta(days=days),
        expected_version=check.item.version,
        actor=make_actor("project-lead"),
    )


def say(check, text="Wir sehen das anders."):
    check = fresh(check)
    clerk = make_actor("department", unit=make_unit("tiefbau"))
    answering.answer_check(check, text, expected_version=check.item.version, actor=clerk)


def test_a_conflict_after_the_answer_is_asked_about_again(concept, as_role):
    """A new one, and one that is worded anew; what the unit said of the others stays said."""
    check = begin(concept, unit=make_unit("tiefbau"), weight="citywide", actor=PROGRAM)
    first, later = (make_item("goal", concept=concept, title=title) for title in ("Boden", "Wald"))
    touch(check, first, effect="conflicts")
    ask(check)
    say(check)
    assert checking.what_is_missing(fresh(check)) == []
    touch(check, later, effect="conflicts")
    [told] = checking.what_is_missing(fresh(check))
    assert "Wald" in told and "Boden" not in told and "noch einmal" in told
    page = words(as_role("project-lead").get(reverse("check-finish", args=[check.pk])))
    assert "Um Antwort bitten" in page and "Auf einer Seite prüfen" in page
    with pytest.raises(ValidationError):
        checking.finish_check(
            fresh(check), expected_version=fresh(check).item.version, actor=make_actor("project-lead")
        )
    ask(check)
    assert len(checking.what_is_missing(fresh(check))) == 1
    own = as_role("department", unit=make_unit("tiefbau"))
    assert "Ihre Antwort zu einem Widerspruch" in words(own.get("/mein-bereich/"))
    say(check, "Auch zum Wald.")
    assert checking.what_is_missing(fresh(check)) == []
    touch(check, first, effect="conflicts", reason="Die Halle liegt im Schutzgebiet.")
    assert len(checking.what_is_missing(fresh(check))) == 1, "worded anew"
    touch(check, first, effect="hinders")
    assert checking.what_is_missing(fresh(check)) == []


def test_the_time_of_one_conflict_is_not_that_of_a_later_one(concept):
    """Who let the day pass is asked again about what came after it, and only about that."""
    check = begin(concept, unit=make_unit("tiefbau"), weight="citywide", actor=PROGRAM)
    touch(check, make_item("goal", concept=concept), effect="conflicts")
    ask(check)
    Check.objects.filter(pk=check.pk).update(answer_until=date(2020, 1, 1))
    touch(check, make_item("goal", concept=concept, title="Wald"), effect="conflicts")
    assert [str(row.goal) for row in answering.unheard(fresh(check))] == ["Wald"]
    ask(check)
    assert [str(row.goal) for row in answering.unheard(fresh(check))] == ["Wald"]
    check = change(check, unit=make_unit("schulen"))
    assert answering.not_asked(fresh(check)).count() == 2, "another unit leads the matter now"


def test_every_kind_is_shown_in_words_in_the_queue(city, concept, as_role):
    """What accepting makes stands beside the paper, and a person may change it before."""
    paper = a_paper(concept, text=TEXT.replace("Altstadt", "Altstadt, Satzung"))
    place = make_item("district", concept=concept, title="Altstadt")
    rows = look(concept)
    Suggestion.objects.create(
        concept=concept, kind=PLACE, subject=f"paper:{paper.pk}", item=paper, other=place, about=paper, content={"item": place.pk}, why="Die Vorlage nennt „Altstadt“.",
        confidence=0.8, suggester=NAME, engine_version="1",
    )  # fmt: skip
    asker = Asker(make_actor("project-lead"), concept=concept)
    for name in (GOAL, MEASURE, PLACE, WEIGHT):
        one = rows.filter(kind=name).first()
        shown = suggestion_kind_named(name).shown([one], asker)[one.pk]
        assert shown.title.endswith("Radweg Talstraße: Baubeschluss") and shown.becomes
        assert as_role("project-lead").get(reverse("suggestion", args=[one.pk])).status_code == 200
    place_row = rows.get(kind=PLACE)
    services.accept(place_row, expected_version=1, actor=make_actor("project-lead"))
    assert [row.pk for row in draft_of(paper).districts.all()] == [place.pk]
    assert list(papers_to_check(concept)) == [paper]
