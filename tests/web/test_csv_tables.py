"""Tables as CSV: for people in the language of the page, for programs always the same."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import gettext_lazy, override

from insek.web.csv_tables import CsvTable

HEAD = [("value", gettext_lazy("Wert")), ("day", "=Tag")]
CELLS = [
    Decimal("-1234.50"), 10000, True, None, "9.10", "=1+1", date(2024, 12, 31),
    datetime(2024, 7, 1, 12, 30, tzinfo=ZoneInfo("Europe/Berlin")), "a;b,c",
]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "for_people", "expected"),
    [
        ("de", True, "\ufeffWert;'=Tag\r\n-1234,5;10000;ja;;9.10;'=1+1;31.12.2024;01.07.2024 12:30;\"a;b,c\"\r\n"),
        ("en", True, "\ufeffValue,'=Tag\r\n-1234.5,10000,yes,,9.10,'=1+1,2024-12-31,2024-07-01T12:30:00+02:00,\"a;b,c\"\r\n"),
        ("de", False, "\ufeffvalue;day\r\n-1234.5;10000;true;;9.10;'=1+1;2024-12-31;2024-07-01T12:30:00+02:00;\"a;b,c\"\r\n"),
    ],
)  # fmt: skip
def test_a_table_is_written_as_its_reader_opens_it(language, for_people, expected):
    with override(language):
        table = CsvTable(HEAD, for_people=for_people)
        table.line(CELLS)
        assert table.taken() == expected
        assert table.taken() == ""
