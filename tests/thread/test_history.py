"""Purging personal data from the history."""

from datetime import timedelta
from functools import partial
from io import BytesIO

import pytest
from django.utils import timezone
from openpyxl import Workbook

from insek.cli import main
from insek.intake import batches
from insek.intake.models import Batch
from insek.people.actors import PROGRAM
from insek.thread import history
from insek.thread.models import Change
from insek.thread.services import update_item
from tests.factories import make_actor, make_item


def test_purge_takes_the_words_and_leaves_who_when_and_what(concept):
    item = make_item("finding", text="Gemeldet von Erika Mustermann.")
    other = make_item("finding", text="Auch Erika Mustermann.")
    update_item(item, expected_version=1, values={"text": "Gemeldet von Anwohnenden."}, actor=PROGRAM)
    assert history.purge(item_ids=[item.pk], needle="Erika Mustermann") == 2
    changes = Change.objects.filter(item_id=item.pk).order_by("pk")
    assert [change.action for change in changes] == ["created", "updated"]
    assert changes[1].differences["text"] == ["Gemeldet von [gelöscht].", "Gemeldet von Anwohnenden."]
    assert "Erika" not in str([change.differences for change in changes])
    assert "Erika" in str(Change.objects.get(item_id=other.pk).differences)


def test_the_command_purges_everywhere_and_says_where_the_words_still_stand(concept, capsys):
    item = make_item("finding", title="Befund", text="Gemeldet von Erika Mustermann.")
    gone = make_item("finding", title="Erika Mustermann schreibt")
    update_item(gone, expected_version=1, values={"title": "Eine Anwohnerin schreibt"}, actor=PROGRAM)
    assert main(["purge", "Erika Mustermann"]) == 0
    said = capsys.readouterr().out
    assert "Gestrichen in 3 Zeilen" in said
    assert f"/k/{item.pk}" in said
    assert f"/k/{gone.pk}" not in said
    assert "Erika" not in str(list(Change.objects.values_list("differences", flat=True)))


def test_purge_refuses_an_empty_text(concept):
    with pytest.raises(ValueError, match="empty"):
        history.purge(item_ids=[], needle="  ")


def test_purging_reaches_what_batches_keep(concept):
    begun = batches.begin(
        concept=concept, kind="goal", origin="bulk", label="", task={}, total=1, language="de", actor=make_actor()
    )  # fmt: skip
    entry = begun.entries.create(
        title="Garten von Frau Muster", differences={"text": ["Muster", "Neu"], "number": ["", "Z 1"]}
    )
    history.purge(needle="Muster")
    entry.refresh_from_db()
    assert entry.title == "Garten von Frau [gelöscht]"
    assert entry.differences == {"text": ["[gelöscht]", "Neu"], "number": ["", "Z 1"]}


def workbook(text):
    book, file = Workbook(), BytesIO()
    book.active.append(["Nummer", "Titel"])
    book.create_sheet("Notizen").append(["", text])
    book.save(file)
    return file.getvalue()


def test_purging_reaches_files_that_wait(concept):
    actor = make_actor()
    begin = partial(
        batches.begin, concept=concept, kind="goal", origin="sheet", task={}, total=1, language="de", actor=actor
    )  # fmt: skip
    held = [
        begin(label="Tabelle", data=workbook("Garten von Frau Muster & Sohn")),
        begin(label="CSV", data="Nr.;Titel\n1;Müster, Muster & Sohn".encode("cp1252")),
        begin(label="kaputt", data=b"PK unlesbar"),
        begin(label="abgelaufen"),
    ]
    Batch.objects.filter(label="abgelaufen").update(expires_at=timezone.now() - timedelta(minutes=1))
    free = [begin(label="Liste von Muster & Sohn", data=workbook("Garten"))]
    assert history.purge(needle="Muster & Sohn") == len(held) + len(free)
    assert [type(row).objects.filter(pk=row.pk).exists() for row in held] == [False] * len(held)
    for row in free:
        row.refresh_from_db()
    assert free[0].label == "Liste von [gelöscht]"
