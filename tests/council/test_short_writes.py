"""Filing and adopting hold the writer for a moment only: items are written in pieces that nobody sees, or that changed."""

import pytest
from django.core.exceptions import ValidationError
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from insek.concept.models import Edition
from insek.council import indexing
from insek.council.edition_items import EditionItem
from insek.council.services import VotedAmendment
from insek.people.actors import PROGRAM
from insek.thread import pieces
from insek.thread.models import EditionNumber
from insek.thread.services import update_item
from tests.council.editions import adopt, file, make_resolution
from tests.factories import make_edition, make_item


@pytest.fixture(autouse=True)
def files(tmp_path):
    with override_settings(MEDIA_ROOT=tmp_path):
        yield tmp_path


@pytest.fixture
def edition(concept):
    return make_edition(concept)


def voted_today():
    return make_resolution(date=timezone.localdate(), outcome="adopted_with_changes")


@pytest.fixture
def one_by_one(monkeypatch):
    """Everything is written row by row. Returns what is called between two pieces."""
    for name in ("FIRST", "SMALLEST", "LARGEST"):
        monkeypatch.setattr(pieces, name, 1)
    meanwhile = []
    for module in (pieces, indexing):
        monkeypatch.setattr(module, "pause", lambda *_seconds: [look() for look in meanwhile])
    return meanwhile


@pytest.fixture
def three(concept):
    return [make_item("goal", number=f"Z {n}", title=f"Ziel {n}") for n in (1, 2, 3)]


@pytest.mark.parametrize("late", [False, True])
def test_a_draft_becomes_an_edition_all_at_once(as_role, edition, three, one_by_one, late):
    """Its items are written in pieces before, so that nobody waits; nobody sees them before all are there."""
    lead, seen = as_role("project-lead"), []

    def look():
        contents = lead.get(reverse("edition-contents", args=[edition.key]))
        rows = EditionItem.objects.filter(edition=edition).count()
        seen.append(
            (
                rows,
                contents.status_code == 200 and "Ziel 2" in contents.content.decode(),
                lead.get(reverse("edition-item", args=[edition.key, three[1].pk])).status_code,
            )
        )

    one_by_one.append(look)
    adopt(edition) if late else file(edition)
    look()
    assert {shown for _rows, shown, _status in seen[:-1]} == {False}
    assert {status for _rows, _shown, status in seen[:-1]} == {404}
    assert max(rows for rows, _shown, _status in seen[:-1]) >= 3
    assert seen[-1][1:] == (True, 200)


class Killed(BaseException):
    """The process is gone."""


def test_filing_that_was_killed_is_done_again(edition, three, one_by_one, monkeypatch):
    def kill():
        if EditionItem.objects.filter(edition=edition).count() == 2:
            raise Killed

    one_by_one.append(kill)
    with monkeypatch.context() as dead:
        dead.setattr(indexing.RowsAhead, "drop", lambda ahead: None)
        with pytest.raises(Killed):
            file(edition)
    assert EditionItem.objects.count() == 2
    one_by_one.clear()
    filed = file(edition)
    assert [row.number for row in EditionItem.objects.filter(edition=filed, table="goals")] == [
        "Z 1",
        "Z 2",
        "Z 3",
    ]
    assert EditionNumber.objects.count() == 3


def test_of_two_who_file_the_same_draft_one_does(edition, three, one_by_one):
    def other():
        one_by_one.clear()
        file(Edition.objects.get(pk=edition.pk))

    one_by_one.append(other)
    with pytest.raises(ValidationError, match="keine Arbeitsfassung mehr"):
        file(edition)
    edition.refresh_from_db()
    assert edition.status == "filed"
    assert EditionItem.objects.filter(edition=edition, table="goals").count() == 3
    assert EditionNumber.objects.count() == 3


def test_adopting_writes_what_amendments_touched_and_leaves_the_rest(edition, three):
    file(edition)
    rest = set(EditionItem.objects.exclude(key=three[1].pk).values_list("pk", "position"))
    update_item(three[1], expected_version=1, values={"text": "Wie der Rat es wollte."}, actor=PROGRAM)
    added = [make_item("goal", number=number, title=number) for number in ("Z 2.1", "Z 2.2", "Z 9")]
    voted = [VotedAmendment("goals", three[1].pk, frozenset({"text"}), "Ersetzt."),
             *(VotedAmendment("goals", item.pk, frozenset(), "Kommt hinzu.") for item in added)]  # fmt: skip
    adopted = adopt(edition, voted_today(), voted=voted)
    rows = EditionItem.objects.filter(edition=adopted, table="goals")
    assert [row.number for row in rows] == ["Z 1", "Z 2", "Z 2.1", "Z 2.2", "Z 3", "Z 9"]
    assert rest <= set(EditionItem.objects.values_list("pk", "position"))
    assert dict(rows.values_list("number", "item_version"))["Z 3"] == 1
    assert {"Z 2.1", "Z 9"} <= set(EditionNumber.objects.values_list("number", flat=True))


def test_where_there_is_no_room_between_two_items_all_are_written_anew(edition, three):
    file(edition)
    for position, row in enumerate(
        EditionItem.objects.order_by("position"), 1
    ):  # as version 0.1 numbered them
        EditionItem.objects.filter(pk=row.pk).update(position=position)
    added = make_item("goal", number="Z 2.1", title="Neu")
    voted = [VotedAmendment("goals", added.pk, frozenset(), "Kommt hinzu.")]
    adopted = adopt(edition, voted_today(), voted=voted)
    rows = EditionItem.objects.filter(edition=adopted, table="goals")
    assert [row.number for row in rows] == ["Z 1", "Z 2", "Z 2.1", "Z 3"]
    assert dict(rows.values_list("number", "item_version")) == {"Z 1": 1, "Z 2": 1, "Z 2.1": None, "Z 3": 1}
