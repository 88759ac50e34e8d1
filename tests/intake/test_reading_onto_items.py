"""An office's list meets items that are there already, from the adopted PDF: the same ones change, and their wording stays."""

import re

from django.urls import reverse

from insek.concept.models import Standing
from insek.people.actors import actor_for
from insek.release import releases
from insek.release.models import Proposal
from insek.strategy.fact_sheet import CostLine, FundingLine
from insek.thread.models import Item, Link
from tests.factories import make_item, make_user
from tests.intake.reading import begin, go_on, workbook, write
from tests.items.test_saved_views import client_of
from tests.reading import words

HEADS = ["Nr.", "Maßnahme", "Kurzbeschreibung", "Zu Ziel", "Abhängig von", "Ort"]
ROWS = [
    ["1.1.1", "Park am Hafen", "Kurz gesagt: ein Park.", "Ziel 1.1", None, "gesamte Stadt"],
    ["1.1.2", "Radweg Nord", "Ein Weg.", "Ziel 1.1", "1.1.1", "Hafen"],
    ["1.1.3", "Ganz neu", "Ein Haus.", "Ziel 1.1", "1.1.2", "Hafen"],
]
WORDING = "Am Hafen entsteht ein Park, wie der Rat ihn beschlossen hat."


def test_a_list_finds_the_measures_of_the_pdf_and_leaves_their_wording(concept):
    lead = make_user("project-lead")
    city = make_item("district", title="Musterstadt", level="city")
    quarter = make_item("district", title="Hafen")
    goal = make_item("goal", number="Z 1.1", title="Grün")
    official = {
        "standing": Standing.OFFICIAL,
        "source_title": "INSEK",
        "document": "INSEK",
        "page": "12",
        "visibility": "internal",
    }
    park = make_item("measure", number="M 1.1.1", title="Park am Hafen", text=WORDING, **official)
    # its number was taken when it was entered, so that it has none
    way = make_item("measure", number="", title="Radweg Nord", text=WORDING, **official)
    client = client_of(lead)
    batch = begin(client, "items.measure", workbook(HEADS, *ROWS))
    page = words(go_on(client, batch))
    assert "Maßnahme (setzt voraus) 1.1.1 Park am Hafen" in page
    assert "1 Neu" in page and "2 Anders als bisher" in page
    assert "Der amtliche Wortlaut bleibt" in page and "nicht entschieden" not in page
    write(client, batch)
    assert Item.objects.filter(kind="measure").count() == 3
    park.refresh_from_db()
    way.refresh_from_db()
    assert (park.number, park.title, way.number) == ("M 1.1.1", "Park am Hafen", "M 1.1.2")
    assert park.text == f"{WORDING}\n\n- **Kurzbeschreibung:** Kurz gesagt: ein Park."
    new = Item.objects.get(number="M 1.1.3")
    assert new.text == "Ein Haus."
    assert set(Link.objects.values_list("kind", "source", "target")) == {
        ("implemented_by", goal.pk, park.pk), ("implemented_by", goal.pk, way.pk), ("implemented_by", goal.pk, new.pk),
        ("prerequisite_of", park.pk, way.pk), ("prerequisite_of", way.pk, new.pk),
        ("located_in", park.pk, city.pk), ("located_in", way.pk, quarter.pk), ("located_in", new.pk, quarter.pk),
    }  # fmt: skip


def test_a_title_that_was_adopted_stays_and_the_other_is_kept(concept):
    make_item(
        "measure", number="M 7", title="Radweg Nord", text=WORDING, standing=Standing.OFFICIAL, source_title="INSEK",
        document="INSEK", page="3", visibility="internal",
    )  # fmt: skip
    client = client_of(make_user("project-lead"))
    batch = begin(
        client,
        "items.measure",
        workbook(["Nr.", "Maßnahme", "Stand"], ["7", "Nordring für Räder", "in Umsetzung"]),
    )
    go_on(client, batch)
    write(client, batch)
    item = Item.objects.get(kind="measure")
    assert (item.title, item.measure.entry_state) == ("Radweg Nord", "in Umsetzung")
    assert item.text.startswith(WORDING) and "- **Maßnahme:** Nordring für Räder" in item.text


def test_what_is_pasted_begins_with_its_head(concept):
    for kind, number in (("guideline", "LL 1"), ("guideline", "LL 2"), ("goal", "Z 1.1"), ("goal", "Z 1.2")):
        make_item(kind, number=number, visibility="internal")
    client = client_of(make_user("project-lead"))
    rows = [
        "Grund\tFolge\tBegründung",
        "LL 1\tZ 1.1\tGrün entsteht nur gemeinsam.",
        "LL 2\tZ 1.2\tSchulen stehen schon in jedem Stadtteil.",
    ]
    batch = begin(client, "links", "\n".join(rows))
    go_on(client, batch)
    write(client, batch)
    assert set(Link.objects.values_list("source__number", "target__number", "reason")) == {
        ("LL 1", "Z 1.1", "Grün entsteht nur gemeinsam."), ("LL 2", "Z 1.2", "Schulen stehen schon in jedem Stadtteil."),
    }  # fmt: skip


def test_a_number_is_the_same_however_it_is_spaced(concept):
    make_item("measure", number="M 1.1.1", title="Park am Hafen", visibility="internal")
    client = client_of(make_user("project-lead"))
    batch = begin(
        client,
        "items.measure",
        workbook(
            ["ID", "Vorhaben", "Prio"], ["M1.1.1", "Park am Hafen", "hoch"], ["M 01.1.2", "Weg", "hoch"]
        ),
    )
    page = words(go_on(client, batch))
    assert "1 Neu" in page and "1 Anders als bisher" in page
    write(client, batch)
    assert Item.objects.get(title="Park am Hafen").number == "M 1.1.1"


COSTS = ["Nr.", "Maßnahme", "Stand", "Kosten"]


def _measure_with_costs(number: str, amount: int, **more: str) -> Item:
    item = make_item("measure", number=number, title=f"Park {number}", text="Ein Park.", **more)
    CostLine.objects.create(measure=item.measure, position=1, amount_eur=amount, precision="exact")
    return item


def _costs(item: Item) -> list[tuple[int | None, int | None]]:
    return list(item.measure.cost_lines.order_by("position").values_list("amount_eur", "up_to_eur"))


def test_other_costs_than_those_that_stand_there_are_shown_and_decided_and_none_is_lost(concept):
    stays, replaced, both, same = (
        _measure_with_costs(f"M {n}", 200_000, visibility="internal") for n in range(1, 5)
    )
    Item.objects.filter(pk=both.pk).update(text="")
    client = client_of(make_user("project-lead"))
    said = "1,5–2,0 Mio. €"
    rows = [[f"M {n}", f"Park M {n}", "läuft", said] for n in (1, 2, 3)]
    batch = begin(client, "items.measure", workbook(COSTS, *rows, ["M 4", "Park M 4", "läuft", "200 T€"]))
    page = go_on(client, batch)
    told = words(page)
    assert "Kostenzeilen: Bei 3 Inhalten steht schon etwas anderes da" in told
    assert told.count("Es steht da 200.000 Euro Die Tabelle sagt 1.500.000 bis 2.000.000 Euro") == 3
    names = re.findall(r'<select name="(frage\.rows\.cost_line\.[^"]+)"', page.content.decode())
    assert len(names) == 3
    # who decides and goes on at once is shown what becomes of it before anything is written
    sent = {"frage.rows.cost_line": "replaced", names[0]: "stays", names[1]: "all", names[2]: "both"}
    client.post(reverse("reading-write", args=[batch.pk]), sent)
    assert _costs(replaced) == [(200_000, None)]
    client.post(reverse("reading-write", args=[batch.pk]), sent)
    assert (_costs(stays), _costs(replaced)) == ([(200_000, None)], [(1_500_000, 2_000_000)])
    assert _costs(both) == [(200_000, None), (1_500_000, 2_000_000)] and _costs(same) == [(200_000, None)]
    texts = {item.number: item.text for item in Item.objects.filter(kind="measure")}
    assert texts["M 1"] == f"Ein Park.\n\n- **Kosten:** {said}"
    assert (texts["M 2"], texts["M 3"], texts["M 4"]) == ("Ein Park.", "", "Ein Park.")
    # the same list again changes nothing, and what was kept in the text is not said twice
    again = begin(client, "items.measure", workbook(COSTS, *rows))
    go_on(client, again)
    assert {entry.result for entry in again.entries.all()} == {"unchanged"}
    client.post(reverse("reading-undo", args=[batch.pk]))
    for item in (stays, replaced, both, same):
        item.refresh_from_db()
        assert (_costs(item), item.measure.entry_state) == ([(200_000, None)], "")
        assert item.text == ("" if item == both else "Ein Park.")
    # a measure without a text gets one, and two lines of the same words are told apart
    FundingLine.objects.create(measure=both.measure, position=1, source="Land", share_percent=70)
    other = begin(
        client,
        "items.measure",
        workbook(["Nr.", "Maßnahme", "Förderung"], ["M 3", "Park M 3", "Land (60 %)"]),
    )
    told = words(go_on(client, other))
    assert (
        "Land, Idee (Fördersatz in Prozent: 70)" in told and "Land, Idee (Fördersatz in Prozent: 60)" in told
    )
    write(client, other)
    assert Item.objects.get(pk=both.pk).text == "- **Förderung:** Land (60 %)"


def test_costs_of_public_measures_wait_for_their_release_and_are_taken_back(concept):
    empty = make_item("measure", number="M 1", title="Park M 1", text="Ein Park.")
    priced = _measure_with_costs("M 2", 200_000)
    client = client_of(make_user("planner"))
    rows = [["M 1", "Park M 1", "läuft", "80 T€"], ["M 2", "Park M 2", "läuft", "90 T€"]]
    batch = begin(client, "items.measure", workbook(COSTS, *rows))
    go_on(client, batch)
    client.post(reverse("reading-again", args=[batch.pk]), {"frage.rows.cost_line": "replaced"})
    write(client, batch)
    assert {entry.result for entry in batch.entries.all()} == {"proposed"}
    waiting = Proposal.objects.undecided()
    assert sorted(waiting.values_list("act", flat=True)) == [
        "cost_line_add", "cost_line_add", "cost_line_remove", "update", "update"
    ]  # fmt: skip
    lead = actor_for(make_user("project-lead"))
    for proposal in waiting.filter(item_id=empty.pk):
        seen = Item.objects.get(pk=empty.pk).version
        releases.release(proposal, expected_version=proposal.version, actor=lead, item_version=seen)
    assert (_costs(empty), _costs(priced)) == ([(80_000, None)], [(200_000, None)])
    client.post(reverse("reading-undo", args=[batch.pk]))
    assert not Proposal.objects.undecided().exists()
    assert {entry.item_id: entry.result for entry in batch.entries.all()} == {
        empty.pk: "proposed",
        priced.pk: "undone",
    }
