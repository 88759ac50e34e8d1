"""The slow German analysis never runs inside a transaction: new words wait for the job, and are found at once as written."""

from types import SimpleNamespace

import pytest
from django.db import transaction

from insek.engines.text import known_terms, terms
from insek.participation import services as contributing
from insek.people.actors import PROGRAM
from insek.thread import events, indexing, postings, search
from insek.thread.models import Item, Posting, SearchEntry
from insek.thread.services import create_item, update_item
from tests.factories import make_concept, make_item

NEW = "Radwegenetz"
"""A word whose parts only the analysis knows."""


@pytest.fixture(autouse=True)
def _a_process_that_knows_no_words(monkeypatch):
    monkeypatch.setattr(terms, "_known", {})


def found(word):
    return [item.pk for item in search.search_items(word, PROGRAM)]


def waiting():
    return list(SearchEntry.objects.filter(waiting=True).values_list("item", flat=True))


@pytest.mark.django_db
def test_analysis_refuses_to_run_in_a_transaction():
    with transaction.atomic(), pytest.raises(postings.AnalysisInTransaction):
        indexing.analyse(NEW, [])


@pytest.mark.django_db
def test_known_words_cost_nothing_and_are_allowed():
    outside = indexing.analyse(NEW, ["Viele Bäume"])
    with transaction.atomic():
        assert indexing.analyse(NEW, ["Viele Bäume"]) == outside


def test_what_is_known_of_a_text():
    assert known_terms("Radwegenetz") == (("radwegenetz",), False)
    whole = terms.index_terms("Radwegenetz, das Netz: 3.2")
    told, is_whole = known_terms("Radwegenetz, das Netz: 3.2")
    assert is_whole and set(told) == set(whole)


def test_a_process_forgets_the_oldest_words(monkeypatch):
    monkeypatch.setattr(terms, "MOST_KNOWN", 10)
    for number in range(11):
        terms.index_terms(f"x{number}")
    assert len(terms._known) == 10 and "x0" not in terms._known and "x10" in terms._known


@pytest.mark.django_db
def test_in_a_transaction_an_item_is_found_as_written_and_waits_for_the_rest(concept):
    with transaction.atomic():
        item = create_item(kind="goal", concept=concept, values={"title": NEW}, actor=PROGRAM)
    assert (found(NEW), found("Netz"), waiting()) == ([item.pk], [], [item.pk])
    assert (indexing.analyse_waiting(), waiting()) == (1, [])
    assert found("Netz") == [item.pk]


@pytest.mark.django_db
def test_outside_a_transaction_an_item_is_whole_at_once(concept):
    item = make_item("goal", concept=concept, title=NEW)
    assert found("Netz") == [item.pk] and waiting() == []


@pytest.mark.django_db
def test_a_change_that_touches_no_text_leaves_the_index_alone(concept, monkeypatch):
    item = make_item("measure", concept=concept, title=NEW)
    monkeypatch.setattr(postings, "store_terms", None)
    update_item(item, expected_version=1, values={"start_year": 2030}, actor=PROGRAM)


@pytest.mark.django_db
def test_what_changes_while_it_is_analysed_is_read_again(concept, monkeypatch):
    with transaction.atomic():
        item = create_item(kind="goal", concept=concept, values={"title": NEW}, actor=PROGRAM)
    real, seen = indexing.analyse_item, []

    def slow(spec, item, row):
        if not seen:
            update_item(item, expected_version=1, values={"title": "Anders"}, actor=PROGRAM, index_later=True)
        seen.append(item.version)
        return real(spec, item, row)

    monkeypatch.setattr(indexing, "analyse_item", slow)
    indexing.analyse_waiting()
    assert waiting() == [] and found("Anders") == [item.pk] and found("Netz") == []


@pytest.mark.django_db
def test_one_that_cannot_be_analysed_keeps_nobody_waiting(concept, monkeypatch):
    with transaction.atomic():
        bad = create_item(kind="goal", concept=concept, values={"title": "Unheilswort"}, actor=PROGRAM)
        good = create_item(kind="goal", concept=concept, values={"title": NEW}, actor=PROGRAM)
    real = indexing.analyse_item

    def picky(spec, item, row):
        if item.pk == bad.pk:
            raise ValueError
        return real(spec, item, row)

    monkeypatch.setattr(indexing, "analyse_item", picky)
    assert indexing.analyse_waiting() == 1
    assert waiting() == [bad.pk] and found("Netz") == [good.pk]


@pytest.mark.django_db
def test_a_contribution_is_written_without_analysis(concept, monkeypatch):
    form = make_item("format", concept=concept, open_from="2020-01-01").format

    def never(*_words):
        raise AssertionError("the model ran while somebody waited for the answer")

    with monkeypatch.context() as patched:
        patched.setattr(terms, "_analyse", never)
        item, token = contributing.submit_contribution(format=form, text=f"Mehr {NEW}, bitte.", type="idea")
        contributing.correct_contribution(
            contributing.contribution_behind(token), text=f"Doch kein {NEW}.", expected_version=1
        )
    assert waiting() == [item.pk]
    indexing.analyse_waiting()
    assert found("Netz") == [item.pk]


@pytest.mark.django_db(transaction=True)
def test_the_job_runs_after_the_commit_and_is_asked_for_once(monkeypatch):
    concept, asked = make_concept(), []
    job = SimpleNamespace(enqueue=lambda: asked.append(waiting()))
    monkeypatch.setattr(events, "deliver_events", job)
    with transaction.atomic():
        for number in range(3):
            create_item(kind="goal", concept=concept, values={"title": f"{NEW} {number}"}, actor=PROGRAM)
        assert asked == []
    assert [len(each) for each in asked] == [3]


@pytest.mark.django_db
def test_the_clock_asks_for_what_was_lost(concept):
    with transaction.atomic():
        create_item(kind="goal", concept=concept, values={"title": NEW}, actor=PROGRAM)
    events.ask_for_events()
    assert waiting() == [] and len(found("Netz")) == 1


@pytest.mark.django_db
def test_reindexing_in_a_transaction_leaves_new_words_to_the_job(concept):
    item = make_item("goal", concept=concept, title=NEW)
    terms._known.clear()
    with transaction.atomic():
        indexing.reindex()
    assert item.pk in waiting()
    indexing.analyse_waiting()
    assert waiting() == [] and found("Netz") == [item.pk]
    assert Item.objects.filter(search_entry__waiting=True).count() == 0


@pytest.mark.django_db
def test_what_an_earlier_version_indexed_otherwise_is_indexed_anew_in_portions(monkeypatch):
    items = [make_item("goal", title=f"Radweg {number}") for number in range(3)]
    before = dict(Posting.objects.values_list("pk", "weight"))
    assert indexing.renew_index() == 0
    SearchEntry.objects.update(made=7)
    Posting.objects.update(weight=1)
    assert indexing.renew_index(most=1) == 3  # a portion is finished
    assert sorted(Posting.objects.values_list("weight", flat=True)) == sorted(before.values())
    assert set(SearchEntry.objects.values_list("made", flat=True)) == {postings.making()}
    monkeypatch.setattr(postings, "making", lambda: 8)
    assert not indexing.is_rebuilding()  # nothing says that it is not found
    assert indexing.renew_index() == len(items)
