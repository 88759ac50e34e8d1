"""One funded programme: its costs and financing add up, on the page, in print and in the workbook."""

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from insek.concept.asker import Asker
from insek.people.actors import PROGRAM
from insek.publish.programme.tables import monitoring, notes, sentences, shown, tables_of
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


def efre(concept, costs, *funding):
    """A measure of a programme with these lines."""
    item = make_item("measure", number="M 8", title="Uferweg")
    for line in costs:
        add_row(COSTS, item, {"precision": "exact", **line}, actor=PROGRAM)
    for line in funding:
        add_row(FUNDING, item, {"source": "Bund", "programme": "EFRE", **line}, actor=PROGRAM)
    return funded_programme(visitor(concept), "efre", "EFRE")


def test_funding_without_an_amount_is_no_zero(client, concept):
    found = efre(concept, [{"amount_eur": 90_000}], {"state": "granted"}, {"state": "idea"})
    assert (found.funded, found.own_share, found.paid, found.open_funding) == (None, None, None, 2)
    _costs, financing, balance, measures = tables_of(found)
    assert financing.rows[0][-2] is None and set(financing.rows[-1][1:]) == {None}
    assert [row[1] for row in balance.rows[1:]] == [None, None, None]
    assert measures.rows[0][5] is None and measures.rows[0][7] is None
    page = words(client.get(reverse("programme")))
    assert "was Förderung und Eigenanteil bringen, ist noch nicht genannt" in page
    assert "Finanzierungszeilen ohne Betrag: 2; sie sind nicht enthalten" in page
    assert "Nicht gedeckt: 90.000" not in page


def test_what_is_not_covered_is_said_of_the_amounts_that_are_there(concept):
    found = efre(
        concept,
        [{"amount_eur": 90_000}],
        {"state": "granted"},
        {"state": "applied", "amount_eur": 30_000},
        {"state": "refused"},
    )
    assert (found.funded, found.open_funding, found.uncovered) == (30_000, 1, (60_000, 60_000))
    assert "Nicht gedeckt, soweit Beträge genannt sind: 60.000 Euro." in sentences(found)
    assert monitoring(found).rows[0][5] is None and monitoring(found).rows[0][6] == 30_000


def test_what_is_paid_every_year_without_years_is_named(client, concept):
    yearly = {"amount_eur": 50_000, "rhythm": "yearly"}
    found = efre(concept, [yearly, {"amount_eur": 200_000}], {"state": "granted", "amount_eur": 200_000})
    assert found.endless == 1 and found.endless_yearly.low == 50_000
    costs, _financing, _balance, measures = tables_of(found)
    assert [[row[0], shown(row[1])] for row in costs.rows] == [
        ["ohne Jahr", "200.000 Euro"],
        ["jedes Jahr, Beginn oder Ende nicht genannt", "50.000 Euro im Jahr"],
        ["Zusammen", "200.000 Euro"],
    ]
    assert shown(measures.rows[0][-1]) == "50.000 Euro" and len(measures.heads) == len(measures.rows[0])
    page = words(client.get(reverse("programme")))
    assert "ohne genannten Beginn oder ohne Ende: 1, zusammen 50.000 Euro im Jahr" in page
    assert "Nicht gedeckt, soweit Beträge genannt sind: 0 Euro" in page
    book = load_workbook(BytesIO(b"".join(client.get(reverse("programme-xlsx")))))
    rows = [[cell.value for cell in row] for row in book["Kosten"].rows]
    assert rows[2] == ["jedes Jahr, Beginn oder Ende nicht genannt", "50.000 Euro im Jahr", None]
    assert rows[-1][1:] == [200_000, 200_000]
    assert client.get(reverse("programme-pdf")).content.startswith(b"%PDF")


def test_mixed_prices_in_one_sum_are_said(concept):
    one, other = {"amount_eur": 1, "price_year": 2024}, {"amount_eur": 1, "price_year": 2026}
    mixed = efre(concept, [one, other], {"state": "idea"})
    assert any("verschiedener Preisstände" in note for note in notes(mixed))
    mixed.total.price_years = {2026}
    assert not any("verschiedener Preisstände" in note for note in notes(mixed))


def test_the_first_end_and_the_last_bond_are_found_in_time_and_not_as_text(concept):
    found = efre(
        concept,
        [],
        {"state": "granted", "granted_until": "2027", "bound_until": "2040"},
        {"state": "drawn", "granted_until": "2027-06-30", "bound_until": "2040-03-31"},
        {"state": "refused", "granted_until": "2026", "bound_until": "2050"},
    )
    [row] = found.measures
    assert (row.granted_until, row.bound_until) == ("2027-06-30", "2040")
