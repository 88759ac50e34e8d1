"""From the bytes of a file to a book of sheets, told apart by what is in it rather than by its name."""

from __future__ import annotations

import io
import re
import zipfile

from .book import USUAL_LIMITS, Book, ReadLimits
from .notes import FileRefused, Note
from .notes import german as _
from .text_files import read_json_lines, read_text_file

OTHER_FILES = (
    (b"%PDF", _("ein PDF")),
    (b"\x89PNG", _("ein Bild")),
    (b"\xff\xd8\xff", _("ein Bild")),
    (b"GIF8", _("ein Bild")),
    (b"\x1f\x8b", _("ein gepacktes Archiv")),
    (b"7z\xbc\xaf", _("ein gepacktes Archiv")),
    (b"Rar!", _("ein gepacktes Archiv")),
    (b"SQLite format 3", _("eine Datenbank oder ein GeoPackage")),
    (b"fgb\x03", _("eine Karte (FlatGeobuf)")),
    (b"{\\rtf", _("ein Textdokument (RTF)")),
)


def read_book(data: bytes, name: str = "", limits: ReadLimits = USUAL_LIMITS) -> Book:
    """Read a file in this process; pages and jobs call ``reading_apart.read_apart``. Raises FileRefused."""
    if len(data) > limits.file_bytes:
        raise FileRefused(
            Note("too_large", _("Die Datei ist größer als %(most)s MB. Bitte teilen Sie sie auf."), {"most": str(limits.file_bytes // 1024 // 1024)})
        )  # fmt: skip
    if not data.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise FileRefused(Note("empty", _("Die Datei ist leer.")))
    kind = kind_of(data)
    if kind in {"xlsx", "xlsb", "xls", "ods"}:
        from .workbook import read_workbook

        book = read_workbook(data, kind, limits)
    elif kind == "jsonl":
        book = read_json_lines(data, limits, name=_stem(name))
    else:
        book = read_text_file(data, limits, kind="csv", name=_stem(name))
    _check_content(book)
    return book


def read_pasted(text: str, limits: ReadLimits = USUAL_LIMITS) -> Book:
    """What was copied out of a spreadsheet (tabs between cells) or typed. Raises FileRefused."""
    if not text.strip():
        raise FileRefused(Note("empty", _("Es ist nichts eingefügt.")))
    if len(text) * 2 > limits.file_bytes:
        raise FileRefused(Note("too_large", _("Der Text ist zu lang. Bitte laden Sie ihn als Datei hoch.")))
    return read_text_file(text.encode(), limits, kind="text", name=_("Eingefügt"))


def kind_of(data: bytes) -> str:
    """Which of ``book.KINDS`` a file is. Raises FileRefused for other files, saying what they are."""
    if data.startswith(b"PK"):
        return _kind_of_archive(data)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        if _wide("EncryptedPackage") in data:
            raise FileRefused(Note("password", _("Die Datei ist mit einem Kennwort geschützt. Bitte speichern Sie sie ohne Kennwort.")))  # fmt: skip
        if _wide("Workbook") in data or _wide("Book") in data:
            return "xls"
        raise _is_other(_("ein altes Word- oder anderes Office-Dokument"))
    if data[:2] in {b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00"}:
        return "xls"
    for start, words in OTHER_FILES:
        if data.startswith(start):
            raise _is_other(words)
    begin = data[:4000].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if begin.startswith(b"<"):
        if re.search(rb"<(?:html|table|!doctype html|head|body|meta)\b", begin):
            raise FileRefused(
                Note("html", _("Das ist eine Internetseite (HTML), auch wenn sie anders heißt. Bitte öffnen Sie sie in Excel oder LibreOffice und speichern Sie sie als XLSX."))
            )  # fmt: skip
        if b"urn:schemas-microsoft-com:office:spreadsheet" in begin:
            raise FileRefused(
                Note("xml", _("Das ist eine Excel-XML-Datei von 2003. Bitte öffnen Sie sie in Excel oder LibreOffice und speichern Sie sie als XLSX."))
            )  # fmt: skip
        raise _is_other(_("eine XML-Datei"))
    if begin.startswith((b"{", b"[{")) or re.match(rb"\[\s*\{", begin):
        if re.search(rb'"type"\s*:\s*"feature', begin):
            raise _is_other(_("eine Karte (GeoJSON)"))
        return "jsonl"
    return "csv"


def _wide(text: str) -> bytes:
    return text.encode("utf-16-le")


def _kind_of_archive(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            mimetype = archive.read("mimetype")[:100] if "mimetype" in names else b""
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise FileRefused(Note("broken", _("Die Datei ist beschädigt oder keine Tabelle. Bitte speichern Sie sie neu als XLSX."))) from error  # fmt: skip
    if any(name.endswith("workbook.bin") for name in names):
        return "xlsb"
    if any(name.endswith("workbook.xml") for name in names):
        return "xlsx"
    if b"opendocument.spreadsheet" in mimetype:
        return "ods"
    if b"opendocument.text" in mimetype or "word/document.xml" in names:
        raise _is_other(_("ein Textdokument"))
    if any(name.lower().endswith(".shp") for name in names):
        raise _is_other(_("eine Karte (Shapefile)"))
    raise _is_other(_("ein gepacktes Archiv"))


def _is_other(words: str) -> FileRefused:
    return FileRefused(
        Note("other", _("Das ist keine Tabelle, sondern %(what)s. Bitte laden Sie eine Tabelle hoch (XLSX, XLS, ODS, CSV)."), {"what": words})
    )  # fmt: skip


def _stem(name: str) -> str:
    return name.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0][:200]


def _check_content(book: Book) -> None:
    """A file needs a sheet with more than one filled row."""
    filled = max(
        (sum(any(cell is not None for cell in row) for row in sheet.rows) for sheet in book.sheets), default=0
    )
    if filled == 0:
        raise FileRefused(Note("empty", _("Die Datei enthält keine ausgefüllten Zellen.")))
    if filled == 1:
        raise FileRefused(Note("only_head", _("Die Datei enthält nur eine Zeile, also höchstens Überschriften und keine Angaben.")))  # fmt: skip
