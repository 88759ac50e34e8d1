"""Tricks in names and sizes, and text that nobody would write: refused or kept, never a crash."""

from __future__ import annotations

import io
import stat
import zipfile
from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insek.package import PackageRefused, Problems, read_files, reading
from insek.package.archive import zip_bytes
from insek.package.checks import check_package
from insek.package.parsing import parse_package
from insek.package.tables import table_named
from insek.thread.cleaning import clean_text
from tests.package import small_package as small
from tests.package.small_package import with_cell

pytestmark = pytest.mark.django_db  # for the small package, which is made in the database

ANYTHING = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def zipped(tmp_path, *entries, mode=0):
    """A zip with these names and contents, written as they are."""
    path = tmp_path / "paket.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            entry = zipfile.ZipInfo(name)
            entry.filename = name
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = mode << 16
            archive.writestr(entry, content)
    return path


def code_of(path):
    with pytest.raises(PackageRefused) as refused:
        read_files(path)
    [problem] = refused.value.problems
    assert problem.message and problem.advice
    return problem.code


@pytest.mark.parametrize(
    "name",
    ["../goals.csv", "/etc/passwd", "texts/../../goals.csv", "..\\goals.csv", "C:/goals.csv", "texts\\a.md"],
)
def test_a_name_that_leads_out_is_refused(tmp_path, name):
    assert code_of(zipped(tmp_path, (name, b"x"))) == "path_trick"
    assert list(tmp_path.iterdir()) == [tmp_path / "paket.zip"]


def test_a_name_that_ends_twice_is_refused(tmp_path):
    path = zipped(tmp_path, ("goals.csv?.exe", b"x"))
    path.write_bytes(path.read_bytes().replace(b"goals.csv?", b"goals.csv\0"))
    assert code_of(path) == "path_trick"


def test_a_link_in_a_zip_is_refused(tmp_path):
    assert code_of(zipped(tmp_path, ("goals.csv", b"/etc/passwd"), mode=stat.S_IFLNK | 0o777)) == "path_trick"


def test_a_link_in_a_folder_is_refused(tmp_path):
    (tmp_path / "goals.csv").symlink_to("/etc/passwd")
    assert code_of(tmp_path) == "path_trick"


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path):
    assert code_of(zipped(tmp_path, ("goals.csv", bytes(64 * 1024 * 1024)))) == "too_large"


def test_a_folder_that_is_too_large_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "MOST_BYTES", 10)
    (tmp_path / "goals.csv").write_bytes(b"12345678901")
    assert code_of(tmp_path) == "too_large"


def test_too_many_files_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "MOST_FILES", 3)
    assert code_of(zipped(tmp_path, *((f"{number}.csv", b"x") for number in range(4)))) == "too_large"


def test_too_many_files_in_a_folder_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "MOST_FILES", 3)
    for number in range(3):
        (tmp_path / f"{number}.csv").write_bytes(b"x")
    assert len(read_files(tmp_path)) == 3
    (tmp_path / "3.csv").write_bytes(b"x")
    assert code_of(tmp_path) == "too_large"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_file_that_stands_twice_is_refused(tmp_path):
    assert code_of(zipped(tmp_path, ("goals.csv", b"1"), ("goals.csv", b"2"))) == "duplicate_file"


@pytest.mark.parametrize("content", [b"", b"kein zip", b"PK\x03\x04" + bytes(50)])
def test_what_is_no_zip_is_refused(tmp_path, content):
    path = tmp_path / "paket.zip"
    path.write_bytes(content)
    assert code_of(path) == "not_a_zip"


def test_a_damaged_zip_is_refused(tmp_path, small_files):
    path = tmp_path / "paket.zip"
    content = bytearray(zip_bytes(small_files))
    content[200:400] = bytes(200)
    path.write_bytes(content)
    assert code_of(path) == "not_a_zip"


def test_an_encrypted_zip_is_refused(tmp_path):
    path = zipped(tmp_path, ("goals.csv", b"x"))
    content = bytearray(path.read_bytes())
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    assert code_of(path) == "not_a_zip"


def test_a_missing_path_is_refused(tmp_path):
    assert code_of(tmp_path / "nichts") == "no_package"


def test_a_zipped_folder_and_what_systems_leave_behind_are_understood(tmp_path):
    path = zipped(
        tmp_path,
        ("stadt/datapackage.json", b"{}"),
        ("stadt/goals.csv", b"id"),
        ("stadt/.DS_Store", b"x"),
        ("__MACOSX/stadt/._goals.csv", b"x"),
    )
    assert read_files(path) == {"datapackage.json": b"{}", "goals.csv": b"id"}


def test_a_table_from_a_spreadsheet_is_understood(small_files):
    """With byte order mark, line ends of Windows and empty lines at the end."""
    table = b"\xef\xbb\xbf" + small_files["goals.csv"].replace(b"\n", b"\r\n") + b"\r\n\r\n"
    problems = Problems()
    package = parse_package({**small_files, "goals.csv": table}, problems)
    assert list(problems) == []
    goal = package.index("goals")[(small.GOAL,)]
    assert goal.values["text"] == "Zeile eins\nZeile zwei ä"


def checked(files):
    """Read and check without a database; the problems found."""
    problems = Problems()
    try:
        package = parse_package(files, problems)
        problems.refuse_if_any()
        check_package(package, problems)
        problems.refuse_if_any()
    except PackageRefused as refused:
        assert str(refused)
        return None, refused.problems
    return package, []


HOSTILE = st.text(alphabet=st.characters(), max_size=80) | st.sampled_from(
    [
        "=1+1",
        '"',
        '""',
        ",",
        "\n",
        "\r\n",
        "\ufeff",
        "a\u202eb",
        "\u0000",
        "A\u0308",
        ";",
        "'",
        "\\",
        "\u2028",
        " ",
        "-0",
    ]
)


@ANYTHING
@given(text=HOSTILE)
def test_text_in_a_cell_is_kept_clean_or_refused(small_files, text):
    try:
        files = with_cell(small_files, "goals.csv", small.GOAL, "text", text)
    except UnicodeEncodeError:
        return  # half characters cannot be written as UTF-8 in the first place
    package, problems = checked(files)
    try:
        expected = clean_text(text).strip()
    except ValidationError:
        assert [problem.column for problem in problems] == ["text"]
        return
    assert problems == []
    row = package.index("goals")[(small.GOAL,)]
    assert row.values["text"] == expected
    column = row.table.column("text")
    assert (column.parse(column.format(expected), None) or "") == expected


@ANYTHING
@given(
    data=st.data(),
    name=st.sampled_from(
        ["goals.csv", "links.csv", "districts.csv", "districts.geojson", "datapackage.json", "editions.csv"]
    ),
)
def test_any_damage_to_a_file_is_survived(small_files, data, name):
    content = bytearray(small_files[name])
    for _ in range(data.draw(st.integers(1, 5))):
        start = data.draw(st.integers(0, len(content)))
        content[start : start + data.draw(st.integers(0, 8))] = data.draw(st.binary(max_size=8))
    _package, problems = checked({**small_files, name: bytes(content)})
    assert all(problem.message and problem.advice and problem.file for problem in problems)


@ANYTHING
@given(content=st.binary(max_size=300))
def test_any_bytes_as_a_zip_are_survived(content):
    with pytest.raises(PackageRefused):
        reading.read_zip(io.BytesIO(content), "paket.zip")


def test_an_absent_column_holds_what_it_declares(small_files, monkeypatch):
    table = table_named("themes")
    columns = [
        replace(each, if_absent="Climate") if each.name == "name_en" else each for each in table.columns
    ]
    monkeypatch.setitem(table.__dict__, "columns", tuple(columns))
    problems = Problems()
    package = parse_package(small.without_column(small_files, "themes.csv", "name_en"), problems)
    assert list(problems) == []
    assert [row.values["name_en"] for row in package.table("themes")] == ["Climate"]
    assert package.notes == [
        "themes.csv, Spalte name_en: Das Paket ist älter als diese Spalte; überall gilt „Climate“."
    ]
    parse_package(small.without_column(small_files, "themes.csv", "name"), problems)
    assert [each.code for each in problems] == ["missing_column"]
