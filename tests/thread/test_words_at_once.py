"""Two who write the index of search at the same moment on PostgreSQL: no word is lost that one of them uses."""

import threading

import pytest
from django.db import connection, connections, transaction

from insek.people.actors import PROGRAM
from insek.thread import postings
from insek.thread.models import Posting, Word
from insek.thread.services import delete_item, update_item
from tests.factories import make_item

pytestmark = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has one writer: nobody writes beside it"
)


def words():
    return set(Word.objects.values_list("term", flat=True))


@pytest.mark.django_db(transaction=True)
def test_a_word_that_somebody_is_just_beginning_to_use_stays(concept):
    goes, stays = make_item("goal", title="Seilbahn"), make_item("goal", title="Wald")
    written, may_end = threading.Event(), threading.Event()

    def write():
        try:
            with transaction.atomic():
                update_item(stays, expected_version=1, values={"title": "Seilbahn"}, actor=PROGRAM)
                written.set()
                may_end.wait(20)
        finally:
            connections.close_all()

    writer = threading.Thread(target=write)
    writer.start()
    assert written.wait(20)
    delete_item(
        goes, expected_version=1, actor=PROGRAM
    )  # the last item with the word, as far as anybody sees
    may_end.set()
    writer.join(20)
    assert "seilbahn" in words()
    assert Posting.objects.filter(word=postings.number_of("seilbahn")).count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_could_not_be_forgotten_at_once_is_forgotten_later(concept, monkeypatch):
    goal = make_item("goal", title="Seilbahn")
    with monkeypatch.context() as busy:
        busy.setattr(postings, "_may_forget", lambda: False)
        delete_item(goal, expected_version=1, actor=PROGRAM)
    assert "seilbahn" in words()
    postings.forget_unused_words()
    assert words() == set()
