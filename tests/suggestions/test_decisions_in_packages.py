"""What people decided about suggestions goes with the working profile of a package, never with the public one, and holds where it is read in."""

from __future__ import annotations

import json

import pytest
from django.utils import timezone

from insek.concept.models import Concept
from insek.package import PackageRefused, import_package, package_files
from insek.suggestions import services
from insek.suggestions.keeping import content_hash, keep
from insek.suggestions.models import Suggestion, SuggestionRun
from insek.suggestions.register import Proposed
from tests.factories import make_actor, make_item
from tests.package.test_own_fields import in_folder
from tests.suggestions.making import make_suggestion

pytestmark = pytest.mark.django_db
FILE = "suggestion_decisions.csv"


def decided(concept, actor):
    """One refused and one accepted otherwise than proposed; a third waits."""
    item, other = make_item("goal", title="Stadtbad"), make_item("goal", title="Stadtwald")
    refused = make_suggestion(concept, item, content_hash="a" * 64, raw_confidence=0.7312345, note="")
    changed = make_suggestion(concept, other, content_hash="b" * 64)
    waiting = make_suggestion(concept, make_item("goal", title="Offen"), content_hash="c" * 64)
    services.refuse(refused, expected_version=1, actor=actor, note="Passt nicht.")
    services.accept(changed, expected_version=1, actor=actor, changed_to={"fields": ["klima"]})
    return refused, changed, waiting


def test_only_the_working_profile_holds_decisions_and_never_who_decided(concept):
    actor = make_actor("planner", username="frau-geheim")
    decided(concept, actor)
    public = package_files(concept, profile="public")
    assert b"Passt nicht" not in b"".join(public.values())
    assert len(public[FILE].splitlines()) == 1
    header, *lines = package_files(concept)[FILE].decode().splitlines()
    assert len(lines) == 2, "what waits is in no package"
    assert "decider" not in header and "frau-geheim" not in "".join(lines)


def test_decisions_come_back_as_they_were_and_are_never_proposed_again(concept, tmp_path):
    refused, _changed, _waiting = decided(concept, make_actor("planner"))
    files = package_files(concept)
    Suggestion.objects.all().delete()
    import_package(in_folder(tmp_path, files), replace=True)
    here = Concept.objects.get()
    one, two = Suggestion.objects.order_by("content_hash")
    assert (one.state, one.note, one.item_id, one.raw_confidence) == (
        "refused",
        "Passt nicht.",
        refused.item_id,
        0.7312345,
    )
    assert (two.state, two.changed_to, two.content) == (
        "changed",
        {"fields": ["klima"]},
        {"fields": ["wohnen"]},
    )
    assert timezone.localdate(one.decided_at) == timezone.localdate(refused.decided_at)
    assert package_files(here)[FILE] == files[FILE]

    Suggestion.objects.filter(pk=one.pk).update(kind="item-field")
    said = Proposed(
        kind="item-field", subject=one.subject, item=one.item_id, content={"fields": ["wohnen"]}, why="Wieder das Wort.",
        confidence=0.9,
    )  # fmt: skip
    Suggestion.objects.filter(pk=one.pk).update(content_hash=content_hash(said))
    again = keep(SuggestionRun.objects.create(concept=here, suggester="item-fields"), [said])
    assert (again.new, again.decided_before) == (0, 1)


def test_a_package_without_decisions_takes_none_away_and_one_with_them_decides_what_waits(concept, tmp_path):
    refused, _changed, waiting = decided(concept, make_actor("planner"))
    files = package_files(concept)
    public = package_files(concept, profile="public")
    import_package(in_folder(tmp_path / "public", public), replace=True)
    assert Suggestion.objects.decided().count() == 2, "the public profile has none, and yet they stand"
    Suggestion.objects.filter(pk=refused.pk).update(
        state="open", decided_at=None, note="", item=refused.item_id
    )
    import_package(in_folder(tmp_path / "working", files), replace=True)
    assert dict(Suggestion.objects.values_list("content_hash", "state")) == {
        "a" * 64: "refused", "b" * 64: "changed", "c" * 64: "open",
    }  # fmt: skip
    assert waiting.pk in Suggestion.objects.values_list("pk", flat=True)


def test_what_is_no_json_is_refused_with_its_place(concept, tmp_path):
    decided(concept, make_actor("planner"))
    files = package_files(concept)
    text = files[FILE].decode()
    good = '"' + json.dumps({"fields": ["wohnen"]}).replace('"', '""') + '"'
    assert good in text
    with pytest.raises(PackageRefused) as wrong:
        import_package(
            in_folder(tmp_path, {**files, FILE: text.replace(good, "keins", 1).encode()}), replace=True
        )
    assert FILE in str(wrong.value.problems[0])
