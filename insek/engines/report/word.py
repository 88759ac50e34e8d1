"""A report as a Word file: real styles from a template that a city can replace."""

from __future__ import annotations

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
from docx.shared import Emu, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run
from docxtpl import DocxTemplate  # type: ignore[import-untyped]  # comes without types
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
TONES = {
    "good": "0B4F45", "middling": "7D5300", "bad": "A72A1C", "quiet": "4B5A54", "example": "7A3EA1", "accent": "A44E16",
}  # fmt: skip
SHARES = {"side": 0.34, "code": 0.11, "full": 0.74, "medium": 0.58}
"""How much of the line a picture takes; all others nearly the whole."""
CONTENTS_LEVELS = 2
Target = WordDocument | _Cell


class TemplateRefused(Exception):
    """The template cannot be used; the message says why, for the person who made it."""


def to_word(document: dict[str, Any], template: Path) -> bytes:
    """The document in the template. Raises TemplateRefused."""
    data = cleaned(document, document["lang"], any_script=True)
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
        self.bookmarks, self.pictures, self.headings = count(1), count(1), count(1)
        self.contents: list[tuple[int, str, str]] = []
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
        fill_contents(self.word, self.contents)

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
        if colour := TONES.get(data.get("tone", "")):
            made.font.color.rgb = RGBColor.from_string(colour)
            made.bold = made.bold or data["tone"] != "quiet" or None
        if data.get("anchor"):
            self.mark(paragraph, f"i_{data['anchor']}", made._r)
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

    def heading(self, text: str, level: int, *, id: str = "", own_page: bool = False) -> None:
        made = self.paragraph([{"t": text}], f"Heading {min(level, 4)}")
        if own_page:
            made.paragraph_format.page_break_before = True
        if id:
            self.mark(made, f"i_{id}", made._p.r_lst[0])
        if level <= CONTENTS_LEVELS:
            name = f"_Toc{next(self.headings):06}"
            self.mark(made, name, made._p.r_lst[0])
            self.contents.append((level, text, name))

    def mark(self, paragraph: Paragraph, name: str, first: Any) -> None:
        """A bookmark around a paragraph from a run on."""
        number = str(next(self.bookmarks))
        start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
        start.set(qn("w:id"), number)
        start.set(qn("w:name"), name)
        end.set(qn("w:id"), number)
        first.addprevious(start)
        paragraph._p.append(end)

    def block(self, data: dict[str, Any]) -> None:
        getattr(self, f"block_{data['type']}")(data)

    def block_p(self, data: dict[str, Any]) -> None:
        self.paragraph(data["runs"], data["style"])

    def block_heading(self, data: dict[str, Any]) -> None:
        self.heading(data["text"], data["level"], id=data["id"], own_page=data["own_page"])

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

    def grid(self, rows: list[list[list[dict[str, Any]]]], shares: list[float], *, header: bool) -> Table:
        """A table in the template's table style, the first row repeated on every page where it is a header."""
        made = self.word.add_table(rows=len(rows), cols=len(shares))
        made.autofit = False
        for column, share in zip(made._tbl.tblGrid.gridCol_lst, shares, strict=True):
            column.w = Emu(int(self.width * share / sum(shares)))
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
        for row_element in made._tbl.tr_lst:
            row_element.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        if header:
            flag = OxmlElement("w:tblHeader")
            made.rows[0]._tr.get_or_add_trPr().append(flag)
        self.place._p.addprevious(made._tbl)
        self.paragraph([], "INSEK Abstand")
        return made

    def block_figure(self, data: dict[str, Any]) -> None:
        if not data["svg"]:
            return
        made = self.paragraph([], "")
        made.paragraph_format.keep_with_next = bool(data["caption"]) or None
        self.picture(made, data, SHARES.get(data["width"], 0.82))
        if data["caption"]:
            self.paragraph([{"t": data["caption"]}], "caption")

    def pictures_beside(self, side: list[dict[str, Any]]) -> None:
        """What is in the margin of the PDF: the pictures in one line, what they show below."""
        figures = [block for block in side if block["type"] == "figure" and block["svg"]]
        if figures:
            line = self.paragraph([])
            for block in figures:
                self.picture(line, block, SHARES.get(block["width"], 0.34))
                line.add_run("   ")
            if captions := " · ".join(block["caption"] for block in figures if block["caption"]):
                line.paragraph_format.keep_with_next = True
                self.paragraph([{"t": captions}], "caption")
        for block in side:
            if block["type"] != "figure":
                self.block(block)

    def picture(self, line: Paragraph, data: dict[str, Any], share: float) -> None:
        shape = line.add_run().add_picture(
            BytesIO(pictures.png(data["svg"], scale=2)), width=Emu(int(self.width * share))
        )
        shape._inline.docPr.set("descr", data["alt"])
        shape._inline.docPr.set("name", f"Bild {next(self.pictures)}")

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

    def block_legend(self, data: dict[str, Any]) -> None:
        rows: list[list[list[dict[str, Any]]]] = [
            [[], [{"t": row["name"], "b": True}, {"t": f"\n{row['note']}" if row["note"] else ""}]]
            for row in data["rows"]
        ]
        if not rows:
            return
        made = self.grid(rows, [1, 9], header=False)
        for element, row in zip(made.rows, data["rows"], strict=True):
            shape = (
                element.cells[0]
                .paragraphs[0]
                .add_run()
                .add_picture(BytesIO(pictures.png(row["svg"], scale=3)), width=Emu(432000))
            )
            shape._inline.docPr.set("descr", row["name"])
            shape._inline.docPr.set("name", f"Bild {next(self.pictures)}")

    def block_links(self, data: dict[str, Any]) -> None:
        for group in [*data["groups"], *data["after"]]:
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
        name = f"{data['number']} {data['title']}".strip()
        self.heading(name, data["level"], id=data["id"], own_page=data["own_page"])
        fields = [field["name"] for field in data["fields"]]
        marks = [data["visibility"], *data["marks"], *fields]
        tone = "example" if data["standing"] == "example" else "quiet"
        rest = " · ".join(filter(None, marks))
        self.paragraph(
            [{"t": data["standing_label"], "tone": tone}, {"t": f" · {rest}" if rest else ""}], "mark"
        )
        ties = [block for block in data["blocks"] if block["type"] == "links"]
        rest_of = [block for block in data["blocks"] if block["type"] != "links"]
        for block in rest_of:
            self.block(block)
        self.pictures_beside(data["side"])
        for block in ties:
            self.block(block)
        if data["url"]:
            self.paragraph(
                [{"t": f"{self.words['online']} "}, {"t": data["address"], "href": data["url"]}], "quiet"
            )


def fill_contents(word: WordDocument, entries: list[tuple[int, str, str]]) -> None:
    """Write the entries of the table of contents into its field, so that it is there before Word updates it."""
    field = next((text for text in word.element.iter(qn("w:instrText")) if "TOC" in (text.text or "")), None)
    if field is None or not entries:
        return
    first = field.getparent().getparent()
    runs = list(first.iterchildren(qn("w:r")))
    kinds = [run.find(qn("w:fldChar")).get(qn("w:fldCharType")) if run.find(qn("w:fldChar")) is not None else "" for run in runs]  # fmt: skip
    if "separate" not in kinds or kinds[-1] != "end":
        return
    end = runs[-1]
    for run in runs[kinds.index("separate") + 1 : -1]:
        first.remove(run)
    names = {style.name for style in word.styles}
    anchor = first
    for number, (level, text, name) in enumerate(entries):
        line = Paragraph(first if number == 0 else OxmlElement("w:p"), word._body)
        if number:
            anchor.addnext(line._p)
            anchor = line._p
        if f"toc {level}" in names:
            line.style = word.styles[f"toc {level}"]
        _contents_line(line, text, name)
    anchor.append(end)


def _contents_line(line: Paragraph, text: str, name: str) -> None:
    link = OxmlElement("w:hyperlink")
    link.set(qn("w:anchor"), name)
    line._p.append(link)
    link.append(line.add_run(f"{text}\t")._r)
    for run in field(line, f" PAGEREF {name} \\h ", "…"):
        link.append(run._r)


def field(paragraph: Paragraph, code: str, shown: str) -> list[Run]:
    """Append a field that Word computes (``PAGE``, ``TOC …``), with what stands there until it does; its runs."""
    runs = []
    for kind in ("begin", "code", "separate", "shown", "end"):
        run = paragraph.add_run(shown if kind == "shown" else "")
        if kind == "code":
            text = OxmlElement("w:instrText")
            text.set(qn("xml:space"), "preserve")
            text.text = code
            run._r.append(text)
        elif kind != "shown":
            sign = OxmlElement("w:fldChar")
            sign.set(qn("w:fldCharType"), kind)
            run._r.append(sign)
        runs.append(run)
    return runs
