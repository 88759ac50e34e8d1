"""`insek import` and `insek export` as an operator meets them."""

from __future__ import annotations

import pytest

from insek.cli import main
from insek.concept.models import Concept
from insek.package import package_hash, read_files
from tests.package import small_package as small
from tests.package.small_package import with_cell

pytestmark = pytest.mark.django_db


def test_a_package_goes_in_and_out(small_files, in_folder, tmp_path, capsys):
    assert main(["import", str(in_folder(small_files))]) == 0
    assert "Eingelesen: INSEK Musterstadt" in capsys.readouterr().out
    assert main(["export", str(tmp_path / "ziel.zip"), "--profile", "working"]) == 0
    assert package_hash(small_files) in capsys.readouterr().out
    assert read_files(tmp_path / "ziel.zip") == small_files


def test_an_older_package_is_read_with_a_note(small_files, in_folder, tmp_path, capsys):
    rows = [{**row, "title_en": "Imprint"} for row in small.rows_of(small_files, "public_pages.csv")]
    newer = small.with_rows(small_files, "public_pages.csv", rows)
    older = small.without_column(newer, "public_pages.csv", "title_en")
    older = small.without_column(small.without_file(older, "minutes.csv"), "contributions.csv", "about")
    assert main(["import", str(in_folder(older))]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("Eingelesen: INSEK Musterstadt")
    assert said[1:] == [
        "contributions.csv, Spalte about: Das Paket ist älter als diese Spalte; sie bleibt leer.",
        "public_pages.csv, Spalte title_en: Das Paket ist älter als diese Spalte; sie bleibt leer.",
        "Diese Tabellen hat das Paket nicht, sie bleiben leer: minutes.csv.",
    ]
    assert main(["export", str(tmp_path / "ziel.zip"), "--profile", "working"]) == 0
    assert read_files(tmp_path / "ziel.zip") == small_files


def test_what_is_public_is_the_usual_export(small_files, in_folder, tmp_path):
    main(["import", str(in_folder(small_files))])
    assert main(["export", str(tmp_path / "offen")]) == 0
    assert small.SECRET.encode() not in (tmp_path / "offen" / "measures.csv").read_bytes()


def test_a_broken_package_is_refused_with_a_list(small_files, in_folder, capsys):
    folder = in_folder(with_cell(small_files, "goals.csv", small.GOAL, "horizon_year", "bald"))
    assert main(["import", str(folder)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "nichts wurde verändert" in said.err
    assert (
        "- goals.csv, Zeile 2, Spalte horizon_year: „bald“ ist keine ganze Zahl. Nur Ziffern schreiben"
        in said.err
    )
    assert not Concept.objects.exists()


def test_a_second_import_needs_to_be_meant(small_files, in_folder, capsys):
    folder = str(in_folder(small_files))
    assert [main(["import", folder]), main(["import", folder]), main(["import", folder, "--replace"])] == [
        0,
        1,
        0,
    ]
    assert "--replace" in capsys.readouterr().err


def test_export_does_not_write_over_something_else(small_files, in_folder, tmp_path, capsys):
    main(["import", str(in_folder(small_files))])
    (tmp_path / "brief").mkdir()
    (tmp_path / "brief" / "brief.txt").write_text("wichtig")
    assert main(["export", str(tmp_path / "brief")]) == 1
    assert "kein Konzeptpaket" in capsys.readouterr().err


def test_places_need_a_concept_and_a_readable_file(small_files, in_folder, tmp_path, capsys):
    file = str(tmp_path / "raeume.geojson")
    assert main(["import", "places", file]) == 1
    assert "Zuerst ein Konzeptpaket einlesen" in capsys.readouterr().err
    main(["import", str(in_folder(small_files))])
    assert main(["import", "places", file]) == 1
    assert "„raeume.geojson“ gibt es nicht." in capsys.readouterr().err
