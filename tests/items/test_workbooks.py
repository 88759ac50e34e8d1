"""Long lists as workbooks: made by a job, for whom asked, for a stated time; and labels looked up once for a file."""

from datetime import datetime, timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import trans_real
from openpyxl import load_workbook
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet
from xlsxwriter.xmlwriter import XMLwriter

from insek.config.bench import grow
from insek.items import workbooks
from insek.items.models import WorkbookJob
from insek.items.pages import pages_of
from insek.items.quick_sheet import QuickSheet
from insek.items.spreadsheets import write_workbook
from insek.items.views import lists
from insek.jobs import reaper
from insek.people.actors import PROGRAM
from insek.thread.models import Item
from insek.thread.services import update_item
from tests.factories import make_item, make_user
from tests.items.test_saved_views import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def long_list(monkeypatch, concept):
    """A list of three measures, one of them internal, where two rows are long already."""
    monkeypatch.setattr(workbooks, "AT_ONCE", 1)
    for title in ("Eins", "Zwei"):
        make_item("measure", title=title)
    make_item("measure", title="Verborgen", visibility="internal")
    return reverse("measure-workbook")


def titles_in(answer):
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    place = rows[0].index("Titel")
    return [row[place] for row in rows[1:]]


@pytest.fixture
def asked_for(django_capture_on_commit_callbacks):
    """Asks for a workbook and lets the job make it; gives the address of its page."""

    def ask(client, address):
        with django_capture_on_commit_callbacks(execute=True):
            return _place(client.post(address))

    return ask


def _place(answer):
    assert answer.status_code == 302
    return answer["Location"]


def test_a_long_list_is_made_by_a_job_and_only_when_somebody_asks(long_list, asked_for):
    client = Client()
    page = client.get(f"{long_list}?spalten=title").content.decode()
    assert "Tabelle erstellen" in page and not WorkbookJob.objects.exists()
    place = asked_for(client, f"{long_list}?spalten=title")
    page = client.get(place).content.decode()
    assert "Die Tabelle ist fertig" in page and "2 Zeilen." in page and "24 Stunden" in page
    assert titles_in(client.get(f"{place}datei")) == ["Eins", "Zwei"]
    assert asked_for(client, f"{long_list}?spalten=title") == place, "the same is given again"


def test_a_workbook_of_the_inside_is_for_whom_it_was_made(long_list, asked_for):
    owner, other = client_of(make_user("project-lead")), client_of(make_user("planner"))
    place = asked_for(owner, long_list)
    answer = owner.get(f"{place}datei")
    assert titles_in(answer) == ["Eins", "Verborgen", "Zwei"]
    assert answer["Cache-Control"] == "private, no-store"
    for stranger in (other, Client()):
        assert stranger.get(place).status_code == stranger.get(f"{place}datei").status_code == 404


def test_a_visitors_workbook_is_not_given_out_once_less_is_public(long_list, asked_for):
    place = asked_for(Client(), long_list)
    name = WorkbookJob.objects.get().file.name
    item = Item.objects.get(title="Eins")
    update_item(item, expected_version=item.version, values={"visibility": "internal"}, actor=PROGRAM)
    answer = Client().get(f"{place}datei")
    assert answer.status_code == 410 and "nicht mehr ausgegeben" in answer.content.decode()
    assert not default_storage.exists(name)


def test_a_workbook_goes_when_its_time_is_over(long_list, asked_for):
    place = asked_for(Client(), long_list)
    name = WorkbookJob.objects.get().file.name
    WorkbookJob.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert Client().get(place).status_code == 404
    workbooks.clear_workbooks()
    assert not WorkbookJob.objects.exists() and not default_storage.exists(name)


def test_what_a_dead_worker_left_is_made_by_the_next(long_list, asked_for):
    place = asked_for(Client(), long_list)
    WorkbookJob.objects.update(state="running", done=1)
    workbooks.run_workbook.call(WorkbookJob.objects.get().pk)
    assert titles_in(Client().get(f"{place}datei")) == ["Eins", "Zwei"]


def test_a_workbook_that_no_task_is_making_is_asked_for_again_or_given_up(long_list, asked_for):
    waiting, died = (asked_for(Client(), f"{long_list}?spalten={name}") for name in ("title", "number"))
    keys = [place.strip("/").rsplit("/", 1)[-1] for place in (waiting, died)]
    for key, state in zip(keys, ("waiting", "running"), strict=True):
        WorkbookJob.objects.filter(pk=key).update(state=state)
    assert reaper.reap() == 0, "both were just touched"
    assert "wird erstellt" in Client().get(died).content.decode()
    long_ago = timezone.now() - reaper.LOST_AFTER - timedelta(seconds=1)
    WorkbookJob.objects.update(touched_at=long_ago)
    assert reaper.reap() == 2  # tasks run at once in tests
    assert titles_in(Client().get(f"{waiting}datei")) == ["Eins", "Zwei"]
    page = Client().get(died).content.decode()
    assert "Das ist nicht gelungen" in page and "Noch einmal erstellen" in page
    assert reaper.reap() == 0


def test_only_so_many_wait_at_once(long_list, monkeypatch):
    monkeypatch.setattr(workbooks, "MOST_WAITING", 0)
    answer = Client().post(long_list)
    assert answer.status_code == 503 and "viele Tabellen" in answer.content.decode()


@pytest.mark.parametrize("kind", ["measure", "finding"])
def test_labels_are_looked_up_once_for_a_file_however_long(db, monkeypatch, kind):
    """Half of the time of a table went into translating every choice for every row."""
    grow(180)
    pages, asked = pages_of(kind), []
    plain = trans_real.gettext
    monkeypatch.setattr(trans_real, "gettext", lambda text: asked.append(text) or plain(text))
    monkeypatch.setattr(translation._trans, "gettext", trans_real.gettext)
    counts = {}
    for size in (5, 6, 25):
        items = Item.objects.filter(
            pk__in=list(Item.objects.filter(kind=kind).values_list("pk", flat=True)[:size])
        )
        assert items.count() == size
        for name, write in (
            ("csv", lambda items: list(lists.table_rows(pages, items))),
            ("xlsx", lambda items: write_workbook(
                pages.select_many(items), list(workbooks.columns_of(pages, PROGRAM).values()), title="x",
                editable=frozenset(), kind=kind, actor=PROGRAM,
            )),
        ):  # fmt: skip
            asked.clear()
            write(items)
            counts.setdefault(name, []).append(len(asked))
    for _first, few, many in counts.values():
        assert few == many > 0, counts


def test_a_table_is_sent_in_portions(db, monkeypatch):
    grow(90)
    monkeypatch.setattr(lists, "PORTION", 10)
    parts = list(lists.table_rows(pages_of("measure"), Item.objects.filter(kind="measure")))
    assert len(parts) > 3 and parts[0].startswith("\ufeffKennung;Nummer;Titel")


def test_a_quick_sheet_is_what_xlsxwriter_writes_and_asks_nothing_of_plain_cells(monkeypatch):
    texts = [
        "Weg",
        "",
        " vorn",
        "hinten\n",
        "a & b < c > d",
        "zwei\nZeilen",
        '"so"',
        "_x000D_",
        "\x1f",
        "\ufffe",
        "<r>x</r>",
        "Größe 😀",
    ]

    def sheet(kind, texts):
        target = BytesIO()
        book = Workbook(target, {"constant_memory": True})
        looks = [None, book.add_format({"bold": True}), book.add_format({"num_format": "DD.MM.YYYY"})]
        made = book.add_worksheet("Wege", worksheet_class=kind)
        for row, text in enumerate(texts):
            made.write_string(row, 0, text, looks[row % 2])
            made.write_number(row, 2, row / 7, looks[0])
            made.write_datetime(row, 30, datetime(2026, 1, 1 + row), looks[2])
            made.write_boolean(row, 31, True)
        book.close()
        return ZipFile(target).read("xl/worksheets/sheet1.xml")

    assert sheet(QuickSheet, texts) == sheet(Worksheet, texts)
    asked = []
    monkeypatch.setattr(XMLwriter, "_escape_data", lambda self, data: asked.append(data) or data)
    sheet(QuickSheet, ["Weg", "Größe"])
    assert not {"Weg", "Größe"} & set(asked)
