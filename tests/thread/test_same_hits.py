"""The same hits in the same order on SQLite and PostgreSQL: both must give what `search_hits.csv` holds.

`INSEK_WRITE_HITS=1` writes the file anew, where the order is meant to change.
"""

import csv
import os
from pathlib import Path

import pytest

from insek.people.actors import ANONYMOUS
from insek.thread import search
from insek.thread.models import Item
from insek.thread.search import find, hits
from tests.factories import make_item

HITS = Path(__file__).with_name("search_hits.csv")
ITEMS = [
    ("goal", "Z 1", "Ein Radnetz ohne Lücken", "Alle Stadtteile sind auf sicheren Wegen mit dem Fahrrad erreichbar."),
    ("goal", "Z 2", "Die Innenstadt kühlt ab", "Bäume und Schatten an jedem Platz; Straßen ohne Bäume werden weniger."),
    ("goal", "Z 3", "Wohnen für jede Lebenslage", "Wohnungen für Ältere, Familien und Studierende, barrierefrei und bezahlbar."),
    ("goal", "Z 4", "Schatten", ""),
    ("goal", "Z 4.1", "Bus und Bahn, auf die Verlass ist", "Der Bus fährt öfter, auch am Wochenende."),
    ("measure", "M 1", "Fuß- und Radweg am Bach", "Der Weg ist beleuchtet und breit."),
    ("measure", "M 2", "Bäume für die Innenstadt", "Jedes Jahr zwanzig Bäume auf Plätzen ohne Schatten."),
    ("measure", "M 17", "Abstellplätze am Hauptbahnhof", "Für Fahrräder, mit Dach und Licht."),
    ("measure", "M 18", "Ein Café im Rathaus", "Öffentliche Toiletten und ein Treffpunkt."),
    ("finding", "F 1", "Hitze in der Innenstadt", "Im Sommer ist es auf den Plätzen heiß."),
    ("finding", "F 2", "Wenig Schatten", "Es fehlen Bäume in der Innenstadt."),
    ("finding", "F 3", "Straßenbäume fehlen", "Die Zahl der Bäume an Straßen sinkt; das Radnetz hat Lücken."),
    ("contribution", "BT 1", "Schatten", "Auf dem Platz vor dem Rathaus ist es zu heiß."),
    ("contribution", "BT 2", "Dunkle Unterführung", "Am Bahnhof ist es abends dunkel."),
    ("contribution", "BT 3", "Der Bus kommt nie", "Am Wochenende fährt kein Bus zum Klinikum."),
    ("vision", "L 1", "Stadt im Wald", "Wald, Wasser und Schatten reichen bis in die Innenstadt."),
]  # fmt: skip
QUERIES = (
    "Schatten", "Bäume", "Baum Innenstadt", "Straßenbäume", "Strassenbaeume", "Strassenbaume", "Radweg", "Fahrradweg", "Fußweg",
    "Fahrradparkplatz Bahnhof", "Hauptbanhof", "Bus Wochenende", "Bus Klinikum", "mit dem Fahrrad zum Klinikum", "Behinderte", "Hitze",
    "Innenstadt", "Inn", "Z 4", "z4.1", "M17", "Maßnahme 17", "Maßnahmen Schatten", "Ziele Innenstadt", "Toilette", "bike", "shade",
    "Beleuchtung", "Straßenbeleuchtung", "Wohnung Studenten", "Seilbahn", "Schatten Wald Bus", '"Bus"', "der die das", "Lücken im Radnetz",
)  # fmt: skip


@pytest.mark.django_db
def test_both_databases_give_the_same_hits_in_the_same_order(concept, monkeypatch):
    for kind, number, title, text in ITEMS:
        make_item(kind, number=number, title=title, text=text)
    numbers = dict(Item.objects.values_list("pk", "number"))
    found = {
        query: "|".join(numbers[pk] for pk in find(query, ANONYMOUS, fill=True).ids) for query in QUERIES
    }
    # very frequent words are read from the top: the database looks for what has all words, in either of them alike
    monkeypatch.setattr(search, "FROM_TOP", 2)
    for query in ("Schatten", "Baum Innenstadt", "Bus"):
        found[f"{query} (from the top)"] = "|".join(
            sorted(numbers[item.pk] for item in hits(query, ANONYMOUS))
        )
    if os.environ.get("INSEK_WRITE_HITS"):
        with HITS.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([("query", "hits"), *found.items()])
    with HITS.open(encoding="utf-8", newline="") as file:
        assert found == {row["query"]: row["hits"] for row in csv.DictReader(file)}
