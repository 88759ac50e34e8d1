"""A report as a Word file: real styles from a template that a city can replace."""

from __future__ import annotations

import re
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu
from docx.table import _Cell
from docx.text.paragraph import Paragraph
from docxtpl import DocxTemplate  # type: ignore[import-untyped]
from jinja2 import TemplateError
from jinja2.sandbox import SandboxedEnvironment

from . import pictures
from .words import cleaned

DEFAULT_TEMPLATE = Path(__file__).resolve().parent / "vorlage.docx"
MARK = "[[INHALT]]"
"""The paragraph of the template at whose place the content comes."""
STYLES = {
    "": "Normal", "lead": "INSEK Vorspann", "quiet": "INSEK Leise", "label": "INSEK Zwischentitel",
    "mark": "INSEK Kennzeichen", "number": "INSEK Zahl", "caption": "Caption", "quote": "Quote",
    "bullet": "List Bullet", "ordered": "List Number", "table": "INSEK Tabelle",
}  # fmt: skip
_sizes = re.compile(r'width="([\d.]+)" height="([\d.]+)"')
Target = WordDocument | _Cell


class TemplateRefused(Exception):
    """The template cannot be used; the message says why, for the person who made it."""


def to_word(document: dict[str, Any], template: Path) -> bytes:
    """The document in the template. Raises TemplateRefused."""
    data = cleaned(document)
    try:
        word = DocxTemplate(template)
        word.render(
            {
                "titel": data["title"], "stadt": data["city"], "untertitel": data["subtitle_line"] or data["subtitle"],
                "stand": data["state"], "hinweis": data["notice"],
                "kennzeichen": data["words"]["working"] if data["working"] else "",
                "inhalt": MARK, "inhaltsverzeichnis": data["words"]["contents"],
            },
            SandboxedEnvironment(autoescape=True),
            autoescape=True,
        )  # fmt: skip
    except (PackageNotFoundError, BadZipFile, KeyError, OSError, TemplateError, ValueError) as error:
        raise TemplateRefused(
            f"Die Word-Vorlage {template.name} kann nicht verwendet werden: {error}"
        ) from error
    made = word.docx
    _Writer(made, data).write()
    properties = made.core_properties
    properties.title, properties.author, properties.language = (
        data["title"],
        data["city"],
        _locale(data["lang"]),
    )
    properties.subject, properties.comments = data["state"], data["notice"]
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def _locale(lang: str) -> str:
    return "de-DE" if lang == "de" else "en-GB"


class _Writer:
    """Writes the blocks at the place of the mark, one after the other."""

    def __init__(self, word: WordDocument, data: dict[str, Any]) -> None:
        self.word, self.data = word, data
        self.ids = set(data["ids"])
        self.words = data["words"]
        self.names = {style.name for style in word.styles}
        self.bookmarks, self.pictures = count(1), count(1)
        mark = next((each for each in word.paragraphs if MARK in each.text), None)
        self.place = mark if mark is not None else word.add_paragraph()
        section = word.sections[0]
        self.width = Emu((section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0))

    def write(self) -> None:
        for chapter in self.data["chapters"]:
            if chapter["title"]:
                self.heading(chapter["title"], 1)
            if chapter["lead"]:
                self.paragraph([{"t": chapter["lead"]}], "lead")
            for block in chapter["blocks"]:
                self.block(block)
        element = self.place._p
        element.getparent().remove(element)

    def paragraph(self, runs: list[dict[str, Any]], style: str = "", into: _Cell | None = None) -> Paragraph:
        """A paragraph with runs before the mark, or as the text of a cell."""
        made = into.paragraphs[0] if into is not None else self.place.insert_paragraph_before()
        name = STYLES.get(style, style)
        if name in self.names:
            made.style = self.word.styles[name]
        for run in runs:
            self.run(made, run)
        return made

    def run(self, paragraph: Paragraph, data: dict[str, Any]) -> None:
        made = paragraph.add_run(data["t"].replace("\u00ad", ""))
        made.bold, made.italic = data.get("b") or None, data.get("i") or None
        anchor = data.get("ref", "") if data.get("ref", "") in self.ids else ""
        if anchor or data.get("href"):
            link = OxmlElement("w:hyperlink")
            if anchor:
                link.set(qn("w:anchor"), f"i_{anchor}")
            else:
                related = paragraph.part.relate_to(
                    data["href"], RELATIONSHIP_TYPE.HYPERLINK, is_external=True
                )
                link.set(qn("r:id"), related)
            if "Hyperlink" in self.names:
                made.style = self.word.styles["Hyperlink"]
            paragraph._p.append(link)
            link.append(made._r)

    def heading(self, text: str, level: int, *, id: str = "") -> None:
        made = self.paragraph([{"t": text}], f"Heading {min(level, 4)}")
        if id:
            number = str(next(self.bookmarks))
            start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
            start.set(qn("w:id"), number)
            start.set(qn("w:name"), f"i_{id}")
            end.set(qn("w:id"), number)
            made._p.insert(1, start)
            made._p.append(end)

    def block(self, data: dict[str, Any]) -> None:
        getattr(self, f"block_{data['type']}")(data)

    def block_p(self, data: dict[str, Any]) -> None:
        self.paragraph(data["runs"], data["style"])

    def block_heading(self, data: dict[str, Any]) -> None:
        self.heading(data["text"], data["level"], id=data["id"])

    def block_list(self, data: dict[str, Any]) -> None:
        for place, entry in enumerate(data["entries"], 1):
            for block in entry:
                if block["type"] == "p":
                    # numbers are written out: Word would go on counting from one list to the next
                    lead = [{"t": f"{place}. "}] if data["ordered"] else []
                    self.paragraph([*lead, *block["runs"]], "" if data["ordered"] else "bullet")
                else:
                    self.block(block)

    def block_quote(self, data: dict[str, Any]) -> None:
        for block in data["blocks"]:
            if block["type"] == "p":
                self.paragraph(block["runs"], "quote")
            else:
                self.block(block)

    def block_table(self, data: dict[str, Any]) -> None:
        if data["caption"]:
            self.paragraph([{"t": data["caption"]}], "label")
        head = [[{"t": column["label"], "b": True}] for column in data["columns"]]
        self.grid([head, *data["rows"]], [column["share"] for column in data["columns"]], header=True)

    def block_facts(self, data: dict[str, Any]) -> None:
        rows = [[[{"t": row["label"], "b": True}], row["runs"]] for row in data["rows"]]
        if rows:
            self.grid(rows, [1, 3], header=False)

    def grid(self, rows: list[list[list[dict[str, Any]]]], shares: list[float], *, header: bool) -> None:
        """A table in the template's table style, the first row repeated on every page where it is a header."""
        made = self.word.add_table(rows=len(rows), cols=len(shares))
        if STYLES["table"] in self.names:
            made.style = self.word.styles[STYLES["table"]]
        look = made._tbl.tblPr.find(qn("w:tblLook"))
        if look is not None:
            look.set(qn("w:firstRow"), "1" if header else "0")
            look.set(qn("w:firstColumn"), "0" if header else "1")
        cells = made._cells
        for number, row in enumerate(rows):
            for place, runs in enumerate(row[: len(shares)]):
                cell = cells[number * len(shares) + place]
                cell.width = Emu(int(self.width * shares[place] / sum(shares)))
                self.paragraph(runs, "INSEK Zelle", into=cell)
        if header:
            flag = OxmlElement("w:tblHeader")
            made.rows[0]._tr.get_or_add_trPr().append(flag)
        self.place._p.addprevious(made._tbl)
        self.paragraph([], "INSEK Abstand")

    def block_figure(self, data: dict[str, Any]) -> None:
        if not data["svg"]:
            return
        share = 0.42 if data["width"] == "side" else 0.82
        made = self.paragraph([], "")
        made.paragraph_format.keep_with_next = bool(data["caption"]) or None
        shape = made.add_run().add_picture(
            BytesIO(pictures.png(data["svg"], scale=2)), width=Emu(int(self.width * share))
        )
        shape._inline.docPr.set("descr", data["alt"])
        shape._inline.docPr.set("name", f"Bild {next(self.pictures)}")
        if data["caption"]:
            self.paragraph([{"t": data["caption"]}], "caption")

    def block_number(self, data: dict[str, Any]) -> None:
        self.paragraph([{"t": f"{data['value']} {data['unit']}"}], "number")
        if data["note"]:
            self.paragraph([{"t": data["note"]}], "quiet")

    def block_steps(self, data: dict[str, Any]) -> None:
        for row in data["rows"]:
            mark = f" ({self.words['example']})" if row["standing"] == "example" else ""
            self.paragraph([{"t": f"{row['date']}: {row['title']}{mark}"}], "label")
            if row["text"]:
                self.paragraph([{"t": row["text"]}])
            if row["note"]:
                self.paragraph([{"t": row["note"], "href": row["href"]}], "quiet")

    def block_links(self, data: dict[str, Any]) -> None:
        for group in data["groups"]:
            self.paragraph([{"t": group["label"]}], "label")
            for entry in group["entries"]:
                name = f"{entry['number']} {entry['title']}".strip()
                runs = [
                    {"t": name, "ref": entry["id"], "href": "" if entry["id"] in self.ids else entry["url"]}
                ]
                if entry["example"]:
                    runs.append({"t": f" ({self.words['example']})", "i": True})
                if entry["reason"]:
                    runs.append({"t": f" – {entry['reason']}"})
                self.paragraph(runs, "bullet")

    def block_item(self, data: dict[str, Any]) -> None:
        self.heading(f"{data['number']} {data['title']}".strip(), data["level"], id=data["id"])
        fields = [field["name"] for field in data["fields"]]
        marks = [data["standing_label"], data["visibility"], *data["marks"], *fields]
        self.paragraph([{"t": " · ".join(filter(None, marks))}], "mark")
        for block in [*data["side"], *data["blocks"]]:
            self.block(block)
        if data["url"]:
            self.paragraph([{"t": data["address"], "href": data["url"]}], "quiet")
