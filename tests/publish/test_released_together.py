"""Two that become public in one go: what stands between them is shown once, before, and neither stays behind because of it."""

from decimal import Decimal

import pytest

from insek.evidence import also_published
from insek.evidence.releasing import record_or_propose
from insek.evidence.services import NewObservation, record_observations
from insek.people.actors import PROGRAM
from insek.release.models import Proposal
from insek.release.releases import save_or_propose
from insek.steering import services as steer
from insek.thread.models import Item
from tests.factories import make_actor, make_item, make_link
from tests.reading import words

pytestmark = pytest.mark.django_db
MANY = "/freigaben/veroeffentlichen"
TARGET = {
    "direction": "at_least", "value": Decimal("41.5"), "year": 2037, "base_period": "2019", "base_value": Decimal("33.25"),
    "standing": "fact", "source_title": "Verkehrserhebung", "source_url": "https://example.org/quelle", "note": "Nur Werktage",
}  # fmt: skip


def published(item):
    """The proposal that an internal item becomes public."""
    made = save_or_propose(
        item, expected_version=item.version, values={"visibility": "public"}, actor=make_actor("planner")
    )
    assert isinstance(made, Proposal)
    return made


def pressed(page):
    """What the page of several sends when everything stays ticked."""
    entries = page.context["entries"]
    seen = {f"words-{each['proposal'].pk}": each["comparison"].words_sign for each in entries}
    return {"aenderung": [each["tick"] for each in entries], "act": "release", **seen}


def _a_target():
    goal, indicator = (
        make_item(kind, title=f"Neu {kind}", visibility="internal") for kind in ("goal", "indicator")
    )
    make_link(goal, indicator, "measured_by", reason="")
    steer.set_target(goal.goal, {**TARGET, "indicator": indicator.indicator}, actor=PROGRAM)
    return goal, indicator


def _a_value():
    indicator, place = (
        make_item(kind, title=f"Neu {kind}", visibility="internal") for kind in ("indicator", "district")
    )
    new = NewObservation(place.district, "2021", Decimal("41.5"), note="Nur Werktage", source_title="Amt")
    record_observations(indicator.indicator, [new], label="x", actor=PROGRAM)
    return indicator, place


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("make", [_a_target, _a_value])
def test_what_stands_between_two_is_shown_once_and_both_are_released_together(concept, as_role, make, turned):
    lead, pair = as_role("project-lead"), list(make())
    proposals = [published(item) for item in (reversed(pair) if turned else pair)]
    page = lead.post(MANY, {"aenderung": [f"{each.pk}:1:{each.item.version}" for each in proposals]})
    assert words(page).count("Nur Werktage") == 1
    assert "Nur Werktage" not in "".join(words(lead.get(each.url)) for each in proposals)
    lead.post(MANY, pressed(page))
    assert not Proposal.objects.waiting().exists()
    assert {item.visibility for item in Item.objects.filter(pk__in=[item.pk for item in pair])} == {"public"}


def test_values_become_public_with_their_place(concept, as_role, monkeypatch):
    indicator, place = _a_value()
    Item.objects.filter(pk=indicator.pk).update(visibility="public")
    later = NewObservation(place.district, "2022", Decimal("42.5"), note="Mit Samstag", source_title="Amt")
    record_observations(indicator.indicator, [later], label="x", actor=PROGRAM)
    lead, waits = as_role("project-lead"), published(place)
    page = words(lead.get(waits.url))
    assert "Die Werte von Neu indicator" in page and "Nur Werktage" in page and "Mit Samstag" in page
    monkeypatch.setattr(also_published, "MOST_VALUES", 1)
    page = words(lead.get(waits.url))
    assert "Die Werte von Neu district und 1 weitere" in page and "Mit Samstag" not in page


def test_what_is_proposed_beside_an_item_goes_after_that_it_becomes_public(concept, as_role):
    """The value was proposed first; it is no surprise among the words of its place, which is released before it."""
    lead, place = as_role("project-lead"), make_item("district", title="Nord", visibility="internal")
    indicator = make_item("indicator")
    new = NewObservation(place.district, "2021", Decimal("41.5"), source_title="Amt")
    value = record_or_propose(indicator.indicator, [new], label="x", actor=make_actor("planner"))
    both = [value, published(place)]
    page = lead.post(MANY, {"aenderung": [f"{each.pk}:1:1" for each in both]})
    lead.post(MANY, pressed(page))
    assert not Proposal.objects.waiting().exists()
