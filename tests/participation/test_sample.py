"""What the sample answers is an example and promises nothing for real places."""

import csv
import re
from pathlib import Path

CITY = Path(__file__).parents[2] / "insek" / "cities" / "kaiserslautern"
PROMISE = re.compile(
    r"\b(?:wird|werden|wurde) (?:noch|jetzt|bald|um|geprüft|frei|gebaut|verlängert|überarbeitet)|\bist (?:bestellt|geprüft|vorgesehen\.)"
    r"|\bwir (?:melden|prüfen|nehmen|schicken|geben|klären|beraten)|\b(?:nehmen|geben|prüfen|melden) wir|\bhilft (?:bei|Ihnen)|in diesem Jahr",
    re.IGNORECASE,
)
PROMISED = (
    "Die Grünzeit ist geprüft und wird um vier Sekunden verlängert.",
    "Das Ersatzteil ist bestellt, die Rutsche wird noch in diesem Jahr frei.",
    "Die Bänke nehmen wir in die Liste der Fußwege auf.",
    "Sehr gern. Ihr Ortsbeirat hilft bei der Aufstellung.",
)


def test_no_reply_of_the_sample_promises_anything():
    with (CITY / "contributions.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["standing"] == "example" and row["reply"]]
    assert len(rows) > 20
    assert [row["reply"] for row in rows if PROMISE.search(row["reply"])] == []


def test_what_a_promise_is():
    assert all(PROMISE.search(reply) for reply in PROMISED)
