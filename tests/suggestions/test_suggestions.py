"""Suggestions from a run to a decision: kept once, decided once, never proposed again, told in the history, never public."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from insek.release import releases
from insek.release.changes import shown_changes
from insek.release.models import Proposal
from insek.suggestions import register, runs, services
from insek.suggestions.models import Suggestion, SuggestionRun
from insek.suggestions.quality import quality_of, wilson
from insek.suggestions.register import Proposed, ShownSuggestion, Suggester, SuggestionKind
from insek.thread.models import Change, Item
from tests import factories
from tests.reading import words

pytestmark = pytest.mark.django_db


def accept_title(suggestion: Suggestion, content: Any, actor: Any) -> Any:
    item = suggestion.item
    return releases.save_or_propose(
        item, expected_version=item.version, values={"title": content["title"]}, actor=actor
    )


KIND = SuggestionKind(
    name="title", label="Überschrift", plural="Überschriften", question="Besser so?", accept=accept_title,
    shown=lambda some, asker: {
        each.pk: ShownSuggestion(str(each.item), becomes=each.content["title"]) for each in some
    },
)  # fmt: skip


@dataclass
class Titles:
    """Proposes a shorter title of each goal."""

    subjects: list[Item]
    model: str = ""
    input_hash: str = "a"
    sure: float = 0.8
    seen: list[str] = field(default_factory=list)

    def at(self, subjects: Any) -> Any:
        for item in subjects:
            self.seen.append(item.pk)
            yield Proposed(
                kind="title", subject=f"item:{item.pk}", item=item.pk, content={"title": f"{item.title} kurz"},
                why="Kürzer ist besser.", confidence=self.sure,
            )  # fmt: skip


@pytest.fixture
def suggester(monkeypatch: pytest.MonkeyPatch) -> Suggester:
    monkeypatch.setattr(register, "_kinds", {"title": KIND})
    made = Suggester(
        "titles", "Überschriften kürzen", "Kürzt.", ("title",), "1",
        lambda looking: Titles(list(Item.objects.filter(concept=looking.concept, kind="goal").order_by("number"))), piece=2,
    )  # fmt: skip
    monkeypatch.setattr(register, "_suggesters", {"titles": made})
    return made


def run(suggester: Suggester, concept: Any) -> SuggestionRun:
    """One run; in tests a job is done at once."""
    return SuggestionRun.objects.get(pk=runs.begin_run(suggester, concept).pk)


def goals(concept: Any, number: int, **values: Any) -> list[Item]:
    defaults = {"concept": concept, "visibility": "internal", **values}
    return [
        factories.make_item("goal", number=f"Z {place}", title=f"Ziel {place}", **defaults)
        for place in range(1, number + 1)
    ]


def test_what_was_decided_outlives_runs_and_engines(concept, suggester, monkeypatch):
    first, second, third = goals(concept, 3)
    done = run(suggester, concept)
    assert (done.state, done.total, done.found, done.new, done.input_hash) == ("done", 3, 3, 3, "a")
    one, two, _three = Suggestion.objects.order_by("subject", "pk").order_by("item__number")
    actor = factories.make_actor("planner")
    services.accept(one, expected_version=1, actor=actor)
    services.refuse(two, expected_version=1, actor=actor, note="Lieber lang")
    Item.objects.filter(pk=first.pk).update(title="Ziel 1")  # so that the engine finds the same again

    newer = replace(suggester, version="2")
    monkeypatch.setattr(register, "_suggesters", {"titles": newer})
    again = run(newer, concept)
    assert (again.found, again.new, again.decided_before, again.version) == (3, 0, 2, "2")
    assert dict(Suggestion.objects.values_list("item", "state")) == {
        first.pk: "accepted", second.pk: "refused", third.pk: "open",
    }  # fmt: skip
    assert dict(Suggestion.objects.values_list("item", "engine_version"))[first.pk] == "1"

    # What is no longer proposed goes when it waits, and stays when somebody decided it; a deleted item keeps its decision too.
    nothing = replace(newer, begin=lambda looking: Titles([], input_hash="b"))
    monkeypatch.setattr(register, "_suggesters", {"titles": nothing})
    assert run(nothing, concept).gone == 1
    SuggestionRun.objects.all().delete()
    Item.objects.get(pk=second.pk).delete()
    assert sorted(Suggestion.objects.values_list("state", flat=True)) == ["accepted", "refused"]
    assert [each.item_id for each in Suggestion.objects.visible_to(actor)] == [first.pk]


def test_a_run_goes_on_where_its_process_died_and_is_given_up_in_the_end(concept, suggester, monkeypatch):
    items = goals(concept, 5)
    look = Titles(items)
    monkeypatch.setattr(register, "_suggesters", {"titles": replace(suggester, begin=lambda looking: look)})
    made = SuggestionRun.objects.create(concept=concept, suggester="titles", version="1")
    assert runs.begin_run(suggester, concept).pk == made.pk, "what waits is not asked for twice"
    with transaction.atomic(), pytest.raises(IntegrityError):
        SuggestionRun.objects.create(concept=concept, suggester="titles")
    die = [True]

    def dying(run_: Any, proposals: Any) -> Any:
        kept = keep(run_, proposals)
        if look.seen[-1] == items[3].pk and die:
            die.clear()
            raise SystemExit
        return kept

    keep = runs.keep
    monkeypatch.setattr(runs, "keep", dying)
    with pytest.raises(SystemExit):
        runs.run_suggester.func(made.pk)
    made.refresh_from_db()
    assert (made.state, made.done, made.attempts) == ("running", 2, 1)
    runs.run_suggester.func(made.pk)  # somebody else's task for the same run does nothing
    later = timezone.now() + timedelta(minutes=10)
    assert runs.resume_lost(later) == 1
    made.refresh_from_db()
    assert (made.state, made.done, made.found, made.attempts) == ("done", 5, 5, 2)
    assert Suggestion.objects.count() == 5 and len(look.seen) == 7, (
        "the piece that was kept is not looked at again"
    )

    tired = SuggestionRun.objects.create(concept=concept, suggester="titles", state="running", attempts=3)
    assert runs.resume_lost(later) == 1
    tired.refresh_from_db()
    assert tired.state == "failed" and tired.problem
    with transaction.atomic(), pytest.raises(RuntimeError):
        runs.look_through(made)


def test_accepting_goes_through_release_and_history_says_what_proposed_it(concept, suggester):
    [item] = goals(concept, 1, visibility="public")
    run(suggester, concept)
    one = Suggestion.objects.get()
    planner, lead = factories.make_actor("planner"), factories.make_actor("project-lead")
    services.accept(one, expected_version=1, actor=planner)
    assert one.proposal is not None and one.proposal.is_waiting and one.proposal.suggested_by == "titles 1"
    assert Item.objects.get().title == "Ziel 1"
    with pytest.raises(services.AlreadyDecided) as late:
        services.refuse(Suggestion.objects.get(), expected_version=1, actor=lead)
    assert late.value.current.decider.pk == planner.user_id

    services.take_back(one, expected_version=2, actor=planner)
    assert one.is_open and Proposal.objects.get().state == "withdrawn"
    services.accept(one, expected_version=3, actor=planner)
    proposal = Proposal.objects.get(state="waiting")
    releases.release(proposal, expected_version=proposal.version, actor=lead)
    change = Change.objects.filter(item_id=item.pk).first()
    [line] = shown_changes([change], "goal", lead)
    assert (change.suggested_by, line.suggested_by) == ("titles 1", "Überschriften kürzen (1)")
    assert Item.objects.get().title == "Ziel 1 kurz"
    assert not Change.objects.exclude(pk=change.pk).exclude(suggested_by="").exists()


def test_undo_takes_back_what_accepting_made_and_leaves_what_changed_since(concept, suggester):
    goals(concept, 1)
    run(suggester, concept)
    one, actor = Suggestion.objects.get(), factories.make_actor("planner")
    services.accept(one, expected_version=1, actor=actor, changed_to={"title": "Kurz"})
    assert (one.state, one.changed_to, Item.objects.get().title) == ("changed", {"title": "Kurz"}, "Kurz")
    assert quality_of(concept, "title", "titles").changed == 1
    services.take_back(one, expected_version=2, actor=actor)
    one.refresh_from_db()
    assert (one.state, one.changed_to, one.decided_at, Item.objects.get().title) == (
        "open",
        None,
        None,
        "Ziel 1",
    )
    for refused in ({"state": "accepted"}, {"confidence": 1.5}, {"why": ""}):
        with transaction.atomic(), pytest.raises(IntegrityError):
            Suggestion.objects.filter(pk=one.pk).update(**refused)


def test_the_gate(concept, suggester):
    inside, public = factories.make_actor("planner"), factories.make_actor("council")
    goals(concept, 1, visibility="public")
    run(suggester, concept)
    one = Suggestion.objects.get()
    assert Suggestion.objects.visible_to(inside).count() == 1
    for role in ("council", "moderator", "auditor"):
        with pytest.raises(PermissionDenied):
            services.accept(one, expected_version=1, actor=factories.make_actor(role))
    assert not Suggestion.objects.visible_to(public).exists()


def test_quality_is_honest_about_few(concept):
    low, high = wilson(84, 120)
    assert round(low, 3) == 0.613 and round(high, 3) == 0.775
    assert wilson(0, 0) == (0.0, 1.0) and wilson(3, 3)[0] < 0.5
    assert "Noch ist nichts" in quality_of(concept, "title", "titles").words
    make = {
        "concept": concept,
        "kind": "title",
        "suggester": "titles",
        "why": "x",
        "confidence": 0.5,
        "decided_at": timezone.now(),
    }
    for place in range(120):
        if place == 19:
            assert "zu wenige" in quality_of(concept, "title", "titles").words
        Suggestion.objects.create(
            subject=str(place), content_hash="x", state="accepted" if place < 84 else "refused", **make
        )
    words = quality_of(concept, "title", "titles").words
    assert "Von 120 entschiedenen: 84 angenommen" in words and "61 bis 77 %" in words


def refuse_all(suggestion: Suggestion, content: Any, actor: Any) -> Any:
    raise ValidationError("Das geht gerade nicht.")


def test_the_queue_without_script(concept, suggester, as_role, monkeypatch, django_assert_max_num_queries):
    goals(concept, 3)
    run(suggester, concept)
    ada, ben = as_role("planner", first_name="Ada", last_name="Beispiel"), as_role("project-lead")
    page = ada.get("/vorschlaege/").content.decode()
    assert "Besser so?" in page and "Ziel 1 kurz" in page and "noch 3" in page
    one, two, three = Suggestion.objects.order_by("item__number")

    def decide(client: Client, which: Suggestion, act: str, version: int = 1, query: str = "") -> str:
        sent = client.post(f"/vorschlaege/{which.pk}/{query}", {"act": act, "version": version}, follow=True)
        return sent.content.decode()

    page = decide(ada, one, "accept")
    assert "Angenommen von Ada Beispiel" in page and "noch 2" in page and "Ziel 2 kurz" in page
    # What lies before Ada is not shown to Ben, who decides the next one; what Ada decided he is told of.
    assert "Ziel 3 kurz" in ben.get("/vorschlaege/").content.decode()
    assert "Schon entschieden von Ada Beispiel: angenommen" in decide(ben, one, "refuse")
    assert Suggestion.objects.get(pk=one.pk).state == "accepted"
    Suggestion.objects.update(held_until=timezone.now() - timedelta(minutes=1))  # Ben went home
    page = decide(ada, two, "later")
    assert "Ziel 3 kurz" in page and "noch 2" in page
    page = ada.post(f"/vorschlaege/{one.pk}/zuruecknehmen", {"version": 2}, follow=True).content.decode()
    assert "Zurückgenommen" in page and Item.objects.get(number="Z 1").title == "Ziel 1"
    page = decide(ada, three, "refuse", query="?art=title&ordnung=zweifelhaft")
    assert "Abgelehnt von Ada" in page and 'value="zweifelhaft" selected' in page

    # What is not possible says why, and leaves the suggestion as it was.
    Item.objects.filter(pk=two.item_id).update(version=9)
    monkeypatch.setattr(register, "_kinds", {"title": replace(KIND, accept=refuse_all)})
    page = decide(ada, two, "accept", version=2)
    assert (
        "Das geht gerade nicht." in page
        and 'value="accept"' in page
        and Suggestion.objects.get(pk=two.pk).version == 2
    )
    monkeypatch.setattr(register, "_kinds", {"title": KIND})
    Suggestion.objects.filter(pk=two.pk).update(about=three.item_id)
    page = ada.get(f"/vorschlaege/?zu={three.item_id}").content.decode()
    assert "noch 1" in page and "gehört zu" in page and "Ziel 2 kurz" in page
    for address, most in (
        ("/vorschlaege/", 22),
        ("/vorschlaege/viele?ab=80", 20),
        ("/vorschlaege/entschieden", 16),
        ("/vorschlaege/suchen", 14),
    ):
        with django_assert_max_num_queries(most):
            ada.get(address)

    page = ada.get("/vorschlaege/viele?ab=80").content.decode()
    values = [f"{each.pk}.{each.version}" for each in Suggestion.objects.waiting()]
    assert len(values) == 2 and all(value in page for value in values) and "Ziel 2 kurz" in page
    Item.objects.filter(pk=one.item_id).update(version=7)
    page = ada.post(
        "/vorschlaege/viele?ab=80", {"wahl": [*values, f"{three.pk}.1"]}, follow=True
    ).content.decode()
    assert "2 Vorschläge sind angenommen" in page and "1 war inzwischen entschieden" in page
    page = ada.get("/vorschlaege/entschieden").content.decode()
    assert page.count("von Ada Beispiel am") == 3 and "Von 3 entschiedenen: 2 angenommen" in page
    assert "Kein Vorschlag wartet" in ada.get("/mein-bereich/").content.decode()
    assert "zu dieser Auswahl gefunden hat, ist entschieden" in ada.get("/vorschlaege/").content.decode()
    SuggestionRun.objects.all().delete()
    assert "hier noch nicht gesucht" in ada.get("/vorschlaege/").content.decode()


def test_the_own_area_counts_groups_where_it_shows_groups(concept, suggester, as_role):
    goals(concept, 4)
    run(suggester, concept)
    page = words(as_role("project-lead").get("/mein-bereich/"))
    assert "4 warten Überschriften" in page and "1 von" not in page
