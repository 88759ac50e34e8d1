"""The two suggesters of the room: fields of action of items, and links between them; reproducible, and learning from decisions."""

from __future__ import annotations

import numpy as np
import pytest

from insek.engines.text.classes import RIDGE, ClassModel, Texts
from insek.engines.text.encoders import NGramEncoder, SentenceEncoder, text_parts
from insek.people.actors import PROGRAM
from insek.release.models import Proposal
from insek.suggestions import runs, services
from insek.suggestions.calibration import calibration_of
from insek.suggestions.item_fields import ItemFieldsForm
from insek.suggestions.models import Suggestion, SuggestionRun, TextVector
from insek.suggestions.register import suggester_named
from insek.suggestions.vectors import forget_unused_vectors, vectors_of
from insek.thread.models import Item, Link
from insek.thread.services import link_items
from tests.factories import make_actor, make_item, make_link

HOUSING = (
    "Mehr Wohnungen am Bahnhof",
    "Bezahlbare Miete für Familien",
    "Neue Wohnungen für Studierende",
    "Wohnen im Alter",
)
CLIMATE = (
    "Schatten durch Bäume",
    "Begrünte Dächer gegen Hitze",
    "Bäume am Marktplatz",
    "Wasser und Hitzeschutz",
)


@pytest.fixture(autouse=True)
def _quick_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Letters stand in for the sentence encoder, which takes seconds to load; `test_encoders` asks that one."""
    encoder = NGramEncoder()
    monkeypatch.setattr(runs, "best_encoder", lambda: encoder)


def run(name, concept):
    suggester = suggester_named(name)
    return SuggestionRun.objects.get(pk=runs.begin_run(suggester, concept).pk)


def what_is_said():
    return sorted(
        Suggestion.objects.values_list("subject", "content_hash", "confidence", "why", "input_hash")
    )


def test_fields_of_items_are_learnt_from_those_that_have_theirs(concept, client):
    fields = {field.key: field for field in concept.fields.all()}
    for key, titles in (("wohnen", HOUSING), ("klima", CLIMATE)):
        for title in titles:
            make_item("finding", title=title, fields=[fields[key]], visibility="internal")
    flat = make_item("measure", title="Wohnungen auf dem alten Bahnhof", visibility="internal")
    trees = make_item("goal", title="Bäume gegen die Hitze", visibility="public")
    make_item(
        "contribution",
        title="Neue Wohnungen",
        visibility="internal",
        state="rejected",
        rejection_reason="Spam",
    )
    done = run("item-fields", concept)
    assert (done.total, done.new, done.model) == (2, 2, "n-grams-3-5/1"), (
        "what has a field or was refused is not looked at"
    )
    found = {each.item_id: each for each in Suggestion.objects.all()}
    assert {pk: each.content["fields"] for pk, each in found.items()} == {
        flat.pk: ["wohnen"],
        trees.pk: ["klima"],
    }
    assert "„Wohnungen“" in found[flat.pk].why and "„Bäume“" in found[trees.pk].why
    said = what_is_said()
    Suggestion.objects.all().delete()
    assert run("item-fields", concept).input_hash == done.input_hash and what_is_said() == said

    actor = make_actor("planner")
    one, two = Suggestion.objects.get(item=flat), Suggestion.objects.get(item=trees)
    form = ItemFieldsForm({"chosen": ["wohnen", "klima"]}, suggestion=one, asker=_asker(concept))
    assert form.is_valid() and [str(label) for _key, label in form.fields["chosen"].choices] == [
        "Wohnen",
        "Klima",
    ]
    services.accept(one, expected_version=1, actor=actor, changed_to=form.content())
    assert {field.key for field in flat.fields.all()} == {"wohnen", "klima"} and one.state == "changed"
    services.accept(two, expected_version=1, actor=actor)
    assert not trees.fields.exists() and two.proposal.act == "update", "what is public waits for its release"
    services.take_back(two, expected_version=2, actor=actor)
    services.refuse(two, expected_version=3, actor=actor)
    again = run("item-fields", concept)
    assert again.total == 1 and again.decided_before == 0
    assert [each.content["fields"] for each in Suggestion.objects.waiting()] in ([], [["wohnen"]]), (
        "never the refused one again"
    )


def _asker(concept):
    from insek.concept.asker import Asker

    return Asker(PROGRAM, concept=concept)


def test_links_are_proposed_where_none_is_and_none_was_refused(concept):
    field = concept.fields.first()
    inside = {"visibility": "internal", "fields": [field]}
    heat = make_item(
        "finding", title="Hitze in der Innenstadt", text="Am Stiftsplatz fehlen Bäume und Schatten.", **inside
    )
    cool = make_item(
        "goal",
        title="Die Innenstadt kühlt ab",
        text="Bäume und Schatten am Stiftsplatz gegen die Hitze.",
        **inside,
    )
    plant = make_item(
        "measure", title="Bäume am Stiftsplatz", text="Schatten gegen die Hitze in der Innenstadt.", **inside
    )
    far = make_item(
        "goal", title="Digitale Verwaltung", text="Anträge gehen ohne Papier.", visibility="internal"
    )
    make_link(cool, plant, "implemented_by")
    done = run("item-links", concept)
    [one] = Suggestion.objects.all()
    assert (done.state, one.item_id, one.other_id, one.content["kind"]) == (
        "done",
        heat.pk,
        cool.pk,
        "justifies",
    )
    assert (
        "„Schatten“" in one.why
        and one.content["reason"].startswith("Beides betrifft")
        and "Handlungsfeld" in one.why
    )
    assert far.pk not in {one.other_id}
    services.accept(
        one,
        expected_version=1,
        actor=make_actor("planner"),
        changed_to={**one.content, "reason": "Ohne Schatten wird es heiß."},
    )
    link = Link.objects.get(kind="justifies")
    assert (link.source_id, link.target_id, link.reason) == (heat.pk, cool.pk, "Ohne Schatten wird es heiß.")
    services.take_back(one, expected_version=2, actor=make_actor("planner"))
    assert not Link.objects.filter(kind="justifies").exists()

    # Somebody draws it by hand: it falls away. Refused, it does not come back when the link is gone.
    drawn = link_items(heat, cool, kind="justifies", reason="x", actor=PROGRAM)
    assert run("item-links", concept).gone == 1 and not Suggestion.objects.exists()
    drawn.delete()
    run("item-links", concept)
    services.refuse(Suggestion.objects.get(), expected_version=1, actor=make_actor("planner"))
    assert run("item-links", concept).new == 0 and not Suggestion.objects.waiting().exists()

    # Both ends public: the link waits for its release.
    Suggestion.objects.all().delete()
    Item.objects.filter(pk__in=[heat.pk, cool.pk]).update(visibility="public")
    run("item-links", concept)
    services.accept(Suggestion.objects.get(), expected_version=1, actor=make_actor("planner"))
    assert (
        Proposal.objects.get(state="waiting").suggested_by == "item-links 1"
        and not Link.objects.filter(kind="justifies").exists()
    )


def test_confidence_is_set_right_by_decisions(concept):
    make = {
        "concept": concept,
        "kind": "item-link",
        "suggester": "item-links",
        "why": "x",
        "decided_at": "2026-01-01T00:00:00Z",
    }
    for place in range(60):
        said = 0.9 if place % 2 else 0.3
        right = place % 4 == 1 if place % 2 else place % 12 == 0
        Suggestion.objects.create(
            subject=str(place), content_hash="x", confidence=said, raw_confidence=said, state="accepted" if right else "refused", **make
        )  # fmt: skip
        if place == 30:
            assert calibration_of(concept, "item-links").corrected(0.9) == 0.9, "too few to learn from"
    learnt = calibration_of(concept, "item-links")
    assert 0.4 < learnt.corrected(0.9) < 0.6 and 0.1 < learnt.corrected(0.3) < 0.25


@pytest.mark.django_db
def test_encoders():
    """The one in the wheel knows what words mean; the one of letters what they look like. Vectors are kept by encoder and text."""
    texts = [
        "Der Radweg ist zu schmal.",
        "Fahrradfahrer brauchen mehr Platz.",
        "Die Kita braucht mehr Erzieherinnen.",
        "",
    ]
    sentences, letters = SentenceEncoder(), NGramEncoder()
    alike = sentences.encode(texts)
    assert alike[0] @ alike[1] > max(alike[0] @ alike[2], alike[1] @ alike[2]) + 0.05
    for encoder in (sentences, letters):
        rows = encoder.encode(texts)
        assert rows.shape == (4, encoder.dimensions) and np.allclose(
            np.linalg.norm(rows[:3], axis=1), 1, atol=1e-4
        )
        assert not rows[3].any() and np.array_equal(rows, encoder.encode(texts))
    kept = vectors_of(texts[:2] * 2, sentences)
    assert (
        TextVector.objects.count() == 2
        and np.allclose(kept, vectors_of(texts[:2] * 2, sentences))
        and kept.shape == (4, 512)
    )
    TextVector.objects.update(used_on="2020-01-01")
    vectors_of(texts[:1], sentences)
    assert forget_unused_vectors() == 1 and TextVector.objects.get().model == sentences.id
    long = "Ein Satz über die Stadt und ihre Straßen. " * 60
    parts = list(text_parts(f"{long}\n\nKurz."))
    assert 2 < len(parts) <= 12 and all(len(part) <= 700 for part in parts) and parts[-1].endswith("Kurz.")


def test_leaving_one_out_in_closed_form_is_what_learning_without_it_says():
    """The confidence rests on it: the formula must give what a model says that never saw the example."""
    encoder = NGramEncoder()
    texts = [*HOUSING, *CLIMATE]
    truth = np.array([[place < 4, place >= 4] for place in range(8)])
    named = Texts(["Wohnen", "Klima"], encoder.encode(["Wohnen", "Klima"]))
    whole = ClassModel(named, Texts(texts, encoder.encode(texts)), truth)
    alike = whole.sights.alike(whole._seen, whole._seen)
    both = np.vstack([np.eye(2, dtype=bool), truth])
    share = np.where(np.arange(10) < 2, 3.0, 1.0)  # a description weighs as much as three examples
    ridge = np.diag(RIDGE / (share / share.mean()))
    for out in (0, 5):
        keep = [place for place in range(10) if place != out + 2]
        dual = np.linalg.solve((alike + 1.0 + ridge)[np.ix_(keep, keep)], np.where(both[keep], 1.0, -1.0))
        assert np.allclose((alike[out + 2, keep] + 1.0) @ dual, whole.learnt.left_out.scores[out], atol=1e-6)
