"""What the shipped city shows of findings: thirty with evidence, rated by three groups that say they are examples."""

from __future__ import annotations

from collections import defaultdict

import pytest
from django.test import Client
from django.urls import reverse

from insek.findings import rating
from insek.findings.evidence import ASSERTION, PROVEN, in_state
from insek.findings.models import Finding
from insek.findings.rating_models import Rating, RatingGroup, RatingRound
from insek.people.actors import ANONYMOUS
from insek.thread.models import Item
from tests.demo_city import loaded_demo
from tests.reading import words

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


def test_thirty_findings_with_evidence_are_rated_by_three_example_groups():
    with loaded_demo():
        public = Item.objects.visible_to(ANONYMOUS).filter(kind="finding")
        proven = set(in_state(public, PROVEN, ANONYMOUS).values_list("pk", flat=True))
        groups = defaultdict(set)
        columns = Rating.objects.filter(finding__in=proven).values_list("finding", "sheet__group__name")
        for finding, group in columns:
            groups[finding].add(group)
        by_three = [finding for finding, names in groups.items() if len(names) == 3]
        assert len(by_three) >= 30
        assert all("(Beispiel)" in name for name in RatingGroup.objects.values_list("name", flat=True))
        assert set(Finding.objects.filter(pk__in=by_three).values_list("type", flat=True)) == {
            "strength",
            "weakness",
            "opportunity",
            "threat",
        }
        assert not in_state(public, ASSERTION, ANONYMOUS).filter(pk__in=by_three).exists()
        round = RatingRound.objects.get(is_example=True)
        client = Client()
        page = words(client.get(reverse("rating", args=[round.key])))
        assert "Beispiel" in page
        for group in rating.with_counts(round):
            assert group.answered >= round.threshold and group.name in page  # none is hidden as too small
        shown = sum(Item.objects.get(pk=finding).shown_title in page for finding in by_three)
        assert shown == len(by_three)
        # no invented text stands among those of real plans, and the list says why
        statements = words(client.get(reverse("plan_statement-list")))
        assert "erfundene Beispiele stehen hier nicht" in statements
        assert not Item.objects.filter(kind="plan_statement").exists()
