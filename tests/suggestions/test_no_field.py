"""That an item belongs to no field of action is proposed, decided and remembered; how often it is right is counted on real texts."""

from __future__ import annotations

import csv
import gzip
import json

import pytest

from insek.config.bench_check import FIRST, LABELS, PAPERS, ROOT
from insek.engines.text.encoders import NGramEncoder
from insek.suggestions import runs, services
from insek.suggestions.models import Suggestion
from insek.suggestions.no_field import NoFieldModel
from insek.suggestions.register import suggester_named, suggestion_kind_named
from tests.factories import make_actor, make_item

FIELDS = {
    "wohnen": "Wohnen\nWohnen. Bezahlbare Wohnungen für alle.",
    "verkehr": "Mobilität\nMobilität. Radwege, Bus und Bahn.",
}
FEES = "Satzung über Friedhofsgebühren\nDie Gebührensatzung für den Friedhof und der Gebührensatz werden neu gefasst."


def test_a_text_about_other_things_belongs_to_none():
    none, flats, unclear = NoFieldModel(FIELDS, []).at(
        [FEES, "Neue Wohnungen\nBezahlbare Wohnungen am Bahnhof.", "Eine Bitte\nDas muss besser werden."]
    )
    assert none is not None and "Finanzen" in none.matters
    assert flats is None and unclear is None, "where no word speaks of other things, nothing is said"


def test_a_field_that_is_about_it_itself_is_not_spoken_against():
    own = {
        **FIELDS,
        "ordnung": "Friedhöfe und Gebühren\nFriedhof und Gebühren. Gebührensatzung und Friedhof.",
    }
    assert NoFieldModel(own, []).at([FEES]) == [None]
    unknown = {"eins": "Handlungsfeld 1\n", "zwei": "Handlungsfeld 2\n"}
    assert NoFieldModel(unknown, []).at([FEES]) == [None], (
        "whose fields say nothing cannot be told from others"
    )


def test_it_is_decided_once_and_can_be_given_a_field_instead(concept, monkeypatch):
    monkeypatch.setattr(runs, "best_encoder", NGramEncoder)
    for key, words in FIELDS.items():
        concept.fields.update_or_create(
            key=key,
            defaults={"name": words.partition("\n")[0], "aim": words.partition(". ")[2], "position": 20},
        )
    concept.fields.exclude(key__in=FIELDS).delete()
    title, _gap, text = FEES.partition("\n")
    items = [make_item("finding", title=f"{title} {n}", text=text, visibility="internal") for n in range(3)]
    suggester, actor = suggester_named("item-fields"), make_actor("planner")
    runs.begin_run(suggester, concept)
    found = {each.item_id: each for each in Suggestion.objects.filter(kind="item-no-field")}
    assert set(found) == {item.pk for item in items}
    kept, moved, refused = (found[item.pk] for item in items)
    shown = suggestion_kind_named("item-no-field").shown([kept], _asker(concept, actor))
    assert shown[kept.pk].becomes == "Kein Handlungsfeld"
    services.accept(kept, expected_version=kept.version, actor=actor)
    services.accept(moved, expected_version=moved.version, actor=actor, changed_to={"fields": ["wohnen"]})
    services.refuse(refused, expected_version=refused.version, actor=actor)
    assert kept.state == "accepted" and not items[0].fields.exists()
    assert [field.key for field in items[1].fields.all()] == ["wohnen"]
    runs.begin_run(suggester, concept)
    assert not Suggestion.objects.waiting().filter(kind="item-no-field").exists()
    assert not Suggestion.objects.waiting().filter(item=items[0]).exists(), (
        "who belongs to none is left alone"
    )


def _asker(concept, actor):
    from insek.concept.asker import Asker

    return Asker(actor, concept=concept)


def _rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _lines(name):
    with gzip.open(PAPERS / name, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@pytest.mark.skipif(not PAPERS.is_dir(), reason="the council papers are not at hand")
def test_real_texts_are_told_as_the_handbook_says():
    """docs/methods/suggestions.md: proposed and right of the papers of both parts; and contributions that all have a field."""
    city = ROOT / "insek" / "cities" / "kaiserslautern"
    fields = {row["key"]: f"{row['name']}\n{row['name']}. {row['aim']}" for row in _rows(city / "fields.csv")}
    known = [
        (f"{row['title']}\n{row['text']}", row["fields"].split(";"))
        for table in ("goals", "measures", "findings", "contributions")
        for row in _rows(city / f"{table}.csv")
        if row["fields"]
    ]
    model = NoFieldModel(fields, known)
    titles = {row["id"]: row.get("name") or "" for row in _lines("papers.jsonl.gz")}
    texts = {row["file"]: f"{titles[row['paper']]}\n{row['text']}"[:4000] for row in _lines("texts.jsonl.gz")}
    bare = {row["id"] for row in _rows(LABELS / FIRST) if not row["fields"]}
    drawn = _rows(LABELS / "papers.csv")
    for part, proposed, right in (("tune", 54, 52), ("unseen", 27, 27)):
        papers = [row for row in drawn if row["part"] == part]
        found = model.at([texts[row["file"]] for row in papers])
        said = [row["id"] in bare for row, one in zip(papers, found, strict=True) if one]
        assert (len(said), sum(said)) == (proposed, right)
    asked = _rows(PAPERS.parent / "participation-bonn" / "contributions.csv")
    assert sum(one is not None for one in model.at([f"{row['title']}\n{row['text']}" for row in asked])) == 7
