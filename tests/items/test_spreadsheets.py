"""Lists as workbooks: all columns, the filters of the address, types that stay, and nothing internal for visitors."""

import pytest
from django.test import Client
from django.urls import reverse

from insek.config.bench import grow
from insek.items.columns import columns_of
from insek.items.pages import all_pages, pages_of
from insek.people.actors import PROGRAM
from insek.thread.models import Change
from tests.factories import make_item, make_user
from tests.intake.workbooks import download, rows_of, upload
from tests.items.test_saved_views import client_of

KINDS = [pages.kind for pages in all_pages()]


@pytest.fixture
def planner(db):
    return make_user("planner")


@pytest.mark.parametrize("kind", KINDS)
def test_every_list_comes_as_a_workbook_with_all_columns(concept, planner, kind):
    item = make_item(kind, title="Ein Titel")
    item.refresh_from_db()
    book = download(client_of(planner), kind)
    head, rows = rows_of(book)
    assert head[:3] == ["Kennung", "Fassung", "Nummer"]
    assert rows[0][:2] == [item.pk, item.version]
    assert len(head) == len(set(head)) == len(columns_of(pages_of(kind), PROGRAM)) + 2
    assert book.sheetnames[1] == "Hinweise"
    assert book.worksheets[0].freeze_panes == "D2"


@pytest.mark.parametrize("kind", KINDS)
def test_what_came_out_goes_in_unchanged(concept, kind):
    make_item(kind, title="Eins", text="Zeile\n\nZwei", source_title="Statistik", source_date="2024-06")
    make_item(
        kind,
        title="Zwei",
        number="X 1.10",
        standing="example",
        visibility="internal",
        fields=concept.fields.all(),
    )
    client = client_of(make_user("project-lead"))
    before = Change.objects.count()
    batch, page = upload(client, download(client, kind), kind)
    assert page.status_code == 200
    assert list(batch.entries.values_list("result", "reason")) == []
    assert batch.task["unchanged"] == 2
    assert Change.objects.count() == before


def test_filters_and_columns_of_the_address_hold_for_the_file(concept):
    make_item("measure", title="Beispiel", standing="example")
    make_item("measure", title="Andere")
    head, rows = rows_of(download(Client(), verlaesslichkeit="example", spalten="title,standing"))
    assert head == ["Kennung", "Fassung", "Titel", "Verlässlichkeit"]
    assert [row[2:] for row in rows] == [["Beispiel", "Beispiel"]]


def test_nothing_internal_is_in_the_file_of_a_visitor(concept):
    above = make_item("goal", title="Geheimziel", visibility="internal")
    make_item("goal", title="Offen", parent=above.goal)
    _head, rows = rows_of(download(Client(), "goal"))
    assert "Geheimziel" not in str(rows)
    assert len(rows) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_no_kind_shows_visitors_what_is_internal(concept, kind):
    make_item(kind, title="Verborgen", number="V 9", visibility="internal")
    make_item(kind, title="Offen")
    _head, rows = rows_of(download(Client(), kind))
    assert "Offen" in str(rows)
    assert "Verborgen" not in str(rows)
    page = Client().get(
        reverse(f"{kind}-list"),
        {"ansicht": "tabelle", "spalten": ",".join(columns_of(pages_of(kind), PROGRAM))},
    )
    assert "Verborgen" not in page.content.decode()


def test_numbers_and_days_keep_their_type_and_texts_are_no_formulas(concept, planner):
    make_item("measure", title="=1+1", end_year=2031, start_year=2030)
    book = download(client_of(planner), spalten="title,end_year,start_year,updated")
    cells = list(book.worksheets[0][2])
    assert (cells[2].value, cells[2].data_type) == ("=1+1", "s")
    assert (cells[3].value, cells[4].value) == (2031, 2030)
    assert cells[5].is_date
    batch, _page = upload(client_of(planner), book)
    assert batch.task["unchanged"] == 1


def test_a_workbook_costs_the_same_for_many(db, django_assert_max_num_queries):
    grow(900)
    with django_assert_max_num_queries(
        21
    ):  # two for the version of what is kept, seven for rows beside measures
        _head, rows = rows_of(download(Client()))
    assert len(rows) == 300
