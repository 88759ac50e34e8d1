"""Papers come in with their way and resolutions, from a table of a council's system or as OParl, once, and go again."""

import gzip
import json
from pathlib import Path

import pytest
from django.urls import reverse

from insek.council.models import Consultation, Paper, Resolution
from insek.council.papers_said import role_of
from insek.intake import readings
from insek.intake.models import Batch
from insek.intake.targets import target_named
from insek.people.actors import actor_for
from insek.thread.models import Item
from insek.thread.services import update_item
from tests.factories import make_actor, make_body, make_concept, make_user
from tests.intake.reading import begin, sent_by, write
from tests.items.test_saved_views import client_of
from tests.reading import words

KARLSRUHE = next((path for folder in Path(__file__).resolve().parents if (path := folder / "shared/data/oparl-karlsruhe/papers.jsonl.gz").exists()), None)  # fmt: skip
BY_STEP = """Vorlagennummer;Betreff;Art;Amt;Gremium;Sitzungsdatum;Zuständigkeit;Ergebnis;Stimmen
0100/2024;Radweg am Fluss;Beschlussvorlage;Tiefbau;Bauausschuss;12.03.2024;Vorberatung;zugestimmt;
0100/2024;Radweg am Fluss;Beschlussvorlage;Tiefbau;Stadtrat;25.03.2024;Entscheidung;mehrheitlich beschlossen;"Ja 20, Nein 3, Enthaltungen 1"
0101/2024;=cmd|x;Mitteilung;;Stadtrat;25.03.2024;Kenntnisnahme;zur Kenntnis genommen;
0102/2024;;Beschlussvorlage;;Stadtrat;;;;
0103/2024;Vertagtes;Beschlussvorlage;;Stadtrat;25.03.2024;Entscheidung;vertagt;
0104/2024;Unbekannt beraten;Beschlussvorlage;;Runder Tisch;25.03.2024;Vorberatung;;
"""
IN_A_CELL = """Nummer;Betreff;Beratungsfolge
0200/2024;Radweg am Fluss;"Bauausschuss, 12.03.2024 (Vorberatung): zugestimmt; Stadtrat am 25.03.2024 (Entscheidung): einstimmig beschlossen"
"""
OPARL = [
    {"id": "https://beispiel.de/oparl/paper/1", "type": "https://schema.oparl.org/1.1/Paper", "reference": "0300/2024", "name": "Radweg am Fluss", "paperType": "Beschlussvorlage", "date": "2024-03-01",
     "consultation": [{"organization": ["https://beispiel.de/oparl/org/7"], "role": "Vorberatung"},
                      {"organization": [{"name": "Stadtrat"}], "authoritative": True, "meeting": {"start": "2024-03-25T17:00:00+01:00"}, "agendaItem": {"result": "einstimmig beschlossen"}}]},
    {"id": "https://beispiel.de/oparl/paper/2", "type": "https://schema.oparl.org/1.1/Paper", "reference": "", "name": "", "deleted": True, "paperType": "", "date": "2024-03-02"},
]  # fmt: skip


@pytest.fixture
def bodies(concept):
    return make_body(name="Bauausschuss", kind="committee", key="bau"), make_body(
        name="Stadtrat", kind="council", key="rat"
    )


def preview(client, data, meant=None, **common):
    batch = begin(client, "papers", data.encode(), name="vorlagen.csv")
    client.post(reverse("reading-table", args=[batch.pk]), {"weiter": "1"})
    where = reverse("reading-columns", args=[batch.pk])
    answer = client.post(
        where, sent_by(client.get(where)) | {f"alle.{name}": value for name, value in common.items()}
    )
    assert answer.status_code == 302, words(answer)
    for _time in range(9):
        if not answer["Location"].endswith("/woerter"):
            break
        sent = sent_by(client.get(answer["Location"]))
        for name, decision in list(sent.items()):
            word = decision.rsplit("|", 1)[-1]
            if name.startswith("wort.") and word in (meant or {}):
                sent[f"heisst.{name.removeprefix('wort.')}"] = meant[word]
        answer = client.post(answer["Location"], sent)
    return batch, client.get(answer["Location"])


def test_a_row_for_each_step_becomes_a_paper_with_its_way_and_a_resolution(bodies):
    client = client_of(make_user("project-lead"))
    common = {"came_as": "public", "resolutions": "true", "source_title": "Ratsinformationssystem"}
    batch, page = preview(client, BY_STEP, {"runder tisch": "="}, **common)
    shown = words(page)
    assert "4 Neu" in shown and "1 Nicht möglich" in shown and "Es fehlt der Betreff." in shown, shown
    assert "„Runder Tisch“ ist kein bekanntes Gremium" in shown
    write(client, batch)
    paper = Paper.objects.select_related("item").get(reference="0100/2024")
    assert (paper.item.number, paper.item.visibility, paper.item.standing, paper.item.source_title) == (
        "V 0100/2024",
        "public",
        "fact",
        "Ratsinformationssystem",
    )
    way = [(step.body.name, step.role, str(step.date), step.result) for step in paper.consultations.all()]
    assert way == [
        ("Bauausschuss", "preliminary", "2024-03-12", "zugestimmt"),
        ("Stadtrat", "decision", "2024-03-25", "mehrheitlich beschlossen"),
    ]
    [decided] = Resolution.objects.all()
    assert (
        decided.paper,
        decided.outcome,
        decided.votes_yes,
        decided.votes_no,
        decided.votes_abstain,
        decided.unanimous,
    ) == (paper, "adopted", 20, 3, 1, False)
    assert "Runder Tisch, 25.03.2024" in Item.objects.get(number="V 0104/2024").text
    again, page = preview(client, BY_STEP, **common)
    assert "4 Schon so" in words(page) and again.pk
    other = Item.objects.get(number="V 0103/2024")
    update_item(
        other, expected_version=other.version, values={"text": "Gelesen"}, actor=make_actor("project-lead")
    )
    client.post(reverse("reading-undo", args=[batch.pk]))
    assert [item.number for item in Item.objects.filter(kind__in=["paper", "resolution"])] == ["V 0103/2024"]
    assert Consultation.objects.filter(paper=other.pk).count() == 1


@pytest.mark.parametrize("data, meant", [(IN_A_CELL, {}), ("\n".join(map(json.dumps, OPARL)), {"https://beispiel.de/oparl/org/7": "bau"})])  # fmt: skip
def test_the_way_in_one_cell_and_that_of_oparl_are_understood(bodies, data, meant):
    client = client_of(make_user("planner"))
    meant = {word: str(bodies[0].pk) for word in meant}
    batch, page = preview(client, data, meant, came_as="internal", resolutions="true")
    assert "1 Neu" in words(page), words(page)
    write(client, batch)
    [paper] = Paper.objects.all()
    assert [(step.body.key, step.role) for step in paper.consultations.all()] == [
        ("bau", "preliminary"),
        ("rat", "decision"),
    ]
    [decided] = Resolution.objects.all()
    assert (str(decided.date), decided.unanimous, decided.item.visibility) == ("2024-03-25", True, "internal")


def test_steps_of_a_public_paper_wait_where_one_may_not_release(bodies):
    lead, planner = client_of(make_user("project-lead")), client_of(make_user("planner"))
    first, _page = preview(lead, "Nummer;Betreff\n0200/2024;Radweg am Fluss\nX;Y\n", came_as="public")
    write(lead, first)
    batch, page = preview(planner, IN_A_CELL, came_as="internal")
    assert "es kommen nur Beratungen dazu" in words(page)
    write(planner, batch)
    assert [entry.result for entry in batch.entries.all()] == [
        "proposed"
    ] and not Consultation.objects.exists()
    planner.post(reverse("reading-undo", args=[batch.pk]))
    assert [entry.result for entry in batch.entries.all()] == ["undone"] and Paper.objects.count() == 2


@pytest.mark.parametrize("words_, role", [("Anhörung", "hearing"), ("Vorberatung", "preliminary"), ("Beschlussfassung", "decision"), ("unbekannt", "")])  # fmt: skip
def test_roles_as_systems_say_them(words_, role):
    assert role_of(words_) == role


@pytest.mark.slow
@pytest.mark.skipif(KARLSRUHE is None, reason="the papers of Karlsruhe are not here")
def test_the_papers_of_a_real_city_are_read(db):
    concept, user = make_concept(), make_user("project-lead")
    lines = gzip.decompress(KARLSRUHE.read_bytes()).splitlines()[:600]
    actor = actor_for(user)
    batch = readings.begin_reading(
        concept=concept, target=target_named("papers"), name="papers.jsonl", data=b"\n".join(lines), pasted="", actor=actor, task={}
    )  # fmt: skip
    readings.say_table(batch, batch.task["sheet"], {}, done=True)
    table = readings.table_of(batch)
    reading = readings.reading_of(batch, actor, table)
    columns = {index: name for index, (name, _why) in readings.propose(batch, reading).items()}
    assert {"reference", "title", "date", "way"} <= set(columns.values())
    readings.say_columns(batch, table, columns, {"came_as": "internal"})
    Batch.objects.filter(pk=batch.pk).update(state="preparing")
    batch.refresh_from_db()
    readings._prepare(batch, actor)
    planned = batch.entries.filter(result="planned").count()
    named = sum(bool(json.loads(line).get("name")) for line in lines)
    assert planned >= 0.97 * named
