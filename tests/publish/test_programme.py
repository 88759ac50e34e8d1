"""One funded programme: its costs and financing add up, on the page, in print and in the workbook."""

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from insek.concept.asker import Asker
from insek.people.actors import PROGRAM
from insek.steering.programme import funded_programme, programmes_of
from insek.steering.services import report_status
from insek.strategy.rows import COSTS, FUNDING
from insek.thread.row_acts import add_row
from tests.factories import make_actor, make_item, make_unit
from tests.publish.test_dossier import words_of
from tests.reading import words

pytestmark = pytest.mark.django_db
ZUSAMMENHALT = {"programm": "Sozialer Zusammenhalt"}


@pytest.fixture
def east(concept):
    """Two measures of a programme, one outside of it, one internal."""
    first = make_item(
        "measure",
        number="M 1",
        title="Quartierspark",
        responsible=make_unit("gruen"),
        start_year=2026,
        end_year=2027,
    )
    second = make_item("measure", number="M 2", title="Stadtteiltreff", start_year=2027, end_year=2027)
    other = make_item("measure", number="M 3", title="Radweg")
    add_row(
        COSTS,
        first,
        {"amount_eur": 900_000, "precision": "exact", "from_year": 2026, "to_year": 2026},
        actor=PROGRAM,
    )
    add_row(
        COSTS,
        first,
        {"amount_eur": 20_000, "rhythm": "yearly", "is_follow_up": True, "precision": "exact"},
        actor=PROGRAM,
    )
    add_row(
        COSTS,
        second,
        {"amount_eur": 300_000, "up_to_eur": 400_000, "from_year": 2027, "to_year": 2027},
        actor=PROGRAM,
    )
    add_row(COSTS, second, {"title": "Ausstattung"}, actor=PROGRAM)
    add_row(COSTS, other, {"amount_eur": 7_000_000}, actor=PROGRAM)
    programme = {"source": "Bund und Land", "programme": "Sozialer Zusammenhalt"}
    add_row(
        FUNDING,
        first,
        {
            **programme,
            "amount_eur": 600_000,
            "own_share_eur": 100_000,
            "state": "granted",
            "granted_until": "2028",
            "bound_until": "2045",
        },
        actor=PROGRAM,
    )
    add_row(FUNDING, first, {"source": "Stiftung", "amount_eur": 50_000, "state": "applied"}, actor=PROGRAM)
    add_row(
        FUNDING,
        second,
        {
            "source": "Bund und Land",
            "programme": "sozialer zusammenhalt",
            "amount_eur": 100_000,
            "state": "idea",
        },
        actor=PROGRAM,
    )
    add_row(FUNDING, second, {**programme, "amount_eur": 900_000, "state": "refused"}, actor=PROGRAM)
    add_row(
        FUNDING,
        second,
        {**programme, "amount_eur": 11, "state": "granted", "is_internal": True},
        actor=PROGRAM,
    )
    add_row(FUNDING, other, {"source": "EU", "programme": "EFRE", "amount_eur": 1}, actor=PROGRAM)
    secret = make_item("measure", title="Verdeckter Ankauf", visibility="internal")
    add_row(FUNDING, secret, {**programme, "amount_eur": 5}, actor=PROGRAM)
    report_status(
        first.measure,
        {
            "state": "on_track",
            "happened": "Es geht voran.",
            "next_step": "Ausschreiben",
            "spent_eur": 123_456,
        },
        actor=PROGRAM,
    )
    return concept


def visitor(concept):
    return Asker(make_actor("council"), concept=concept)


def test_costs_and_financing_add_up(east):
    known = programmes_of(visitor(east))
    assert known == {"sozialer zusammenhalt": "Sozialer Zusammenhalt", "efre": "EFRE"}
    found = funded_programme(visitor(east), "sozialer zusammenhalt", "Sozialer Zusammenhalt")
    assert [each.item.number for each in found.measures] == ["M 1", "M 2"]
    assert (found.total.total.low, found.total.total.high) == (1_200_000, 1_300_000), "without what follows"
    assert [(group.key, group.total.low) for group in found.years] == [("2026", 900_000), ("2027", 300_000)]
    assert (found.funded, found.own_share) == (750_000, 100_000), (
        "what was refused pays nothing, of other programmes all counts"
    )
    assert found.uncovered == (350_000, 450_000)
    assert sum(group.total for group in found.sources) == found.funded
    assert sum(each.costs.low for each in found.measures) == found.total.total.low
    assert found.open_costs == 1


def test_what_is_internal_counts_for_the_staff_alone(client, east, as_role):
    page = words(client.get(reverse("programme"), ZUSAMMENHALT))
    assert "Verdeckter" not in page and "750.000" in page
    staff = words(as_role("project-lead").get(reverse("programme"), ZUSAMMENHALT))
    assert "Verdeckter Ankauf" in staff and "750.016" in staff
    assert "Zeilen nur für die Verwaltung sind hier dabei" in staff
    workbook = client.get(reverse("programme-xlsx"), ZUSAMMENHALT)
    assert "Verdeckter" not in str(
        [
            [cell.value for row in sheet.rows for cell in row]
            for sheet in load_workbook(BytesIO(b"".join(workbook))).worksheets
        ]
    )


def test_the_page_lists_how_each_measure_stands(client, east, django_assert_max_num_queries):
    client.get(reverse("programme"))
    with django_assert_max_num_queries(30):
        page = words(client.get(reverse("programme"), ZUSAMMENHALT))
    for said in (
        "M 1 Quartierspark",
        "läuft nach Plan",
        "Referat gruen",
        "123.456",
        "2028",
        "2045",
        "Ausschreiben",
        "Nicht gedeckt: 350.000 bis 450.000 Euro",
        "Kostenzeilen ohne Betrag: 1",
    ):
        assert said in page, said
    assert "Radweg" not in page
    assert "Radweg" in words(client.get(reverse("programme"), {"programm": "EFRE"}))
    assert client.get(reverse("programme"), {"programm": "nichtda"}).status_code == 404


def test_it_is_a_pdf_and_a_word_file_that_say_the_same(client, east):
    answer = client.get(reverse("programme-pdf"), ZUSAMMENHALT)
    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF")
    said = words_of(answer.content)
    for each in ("Sozialer Zusammenhalt", "900.000", "Stiftung", "Quartierspark", "123.456", "Nicht gedeckt"):
        assert each in said, each
    word = client.get(reverse("programme-docx"), ZUSAMMENHALT)
    assert word.content.startswith(b"PK")


def test_the_workbook_has_amounts_as_numbers_and_ranges_as_two(client, east):
    book = load_workbook(BytesIO(b"".join(client.get(reverse("programme-xlsx"), ZUSAMMENHALT))))
    rows = [[cell.value for cell in row] for row in book["Kosten"].rows]
    assert rows[0][1:] == ["Kosten von", "Kosten bis"]
    assert rows[-1][1:] == [1_200_000, 1_300_000] and sum(row[1] for row in rows[1:-1]) == 1_200_000
    assert [row[0].value for row in book["Monitoring"].rows][1:] == [
        "M 1 Quartierspark",
        "M 2 Stadtteiltreff",
    ]


def test_without_a_programme_it_says_what_will_be_here(client, concept):
    assert "Noch keine Gesamtmaßnahme" in words(client.get(reverse("programme")))
    assert client.get(reverse("programme-pdf")).status_code == 404
