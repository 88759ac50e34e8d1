"""A report as a Word file: real styles from a template that a city can replace."""

from __future__ import annotations

from io import BytesIO
from itertools import count, zip_longest
from pathlib import Path
from typing import Any

from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from . import pictures
from .word_contents import field, fill_contents
from .word_sections import end_section
from .word_template import MARK, TemplateRefused, filled
from .words import cleaned

__all__ = ["TemplateRefused", "to_word"]
DEFAULT_TEMPLATE = Path(__file__).resolve().parent / "vorlage.docx"
STYLES = {
    "": "Normal", "lead": "INSEK Vorspann", "quiet": "INSEK Leise", "label": "INSEK Zwischentitel", "margin": "INSEK Leise", "vision": "INSEK Vorspann", "sticky": "Normal",
    "mark": "INSEK Kennzeichen", "number": "INSEK Zahl", "caption": "Caption", "quote": "Quote",
    "bullet": "List Bullet", "ordered": "List Number", "table": "INSEK Tabelle",
}  # fmt: skip
TONES = {
    "good": "0B4F45", "middling": "7D5300", "bad": "A72A1C", "quiet": "4B5A54", "example": "7A3EA1", "accent": "A44E16",
}  # fmt: skip
SHARES = {"side": 0.34, "code": 0.11, "full": 0.74, "medium": 0.58}
"""How much of the line a picture takes; all others nearly the whole."""
CONTENTS_LEVELS = 2
PLATE, UPRIGHT, BELOW = 0.8, 0.42, 0.36
"""How much of the height of a sheet a large map takes, across, upright, and below text."""
Target = WordDocument | _Cell


def to_word(document: dict[str, Any], template: Path) -> bytes:
    """The document in the template. Raises TemplateRefused."""
    data = cleaned(document, document["lang"], any_script=True)
    made = filled(template, data)
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
        sides = (section.left_margin or 0) + (section.right_margin or 0)
        ends = (section.top_margin or 0) + (section.bottom_margin or 0)
        self.width = Emu((section.page_width or 0) - sides)
        self.high = Emu((section.page_height or 0) - ends)
        self.across = Emu((section.page_height or 0) - sides), Emu((section.page_width or 0) - ends)

    def write(self) -> None:
        for chapter in self.data["chapters"]:
            if chapter["title"]:
                self.heading(f"{chapter['number']} {chapter['title']}".strip(), 1)
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
        if style in {"label", "sticky"}:
            made.paragraph_format.keep_with_next = True
        for run in runs:
            self.run(made, run)
        return made

    def run(self, paragraph: Paragraph, data: dict[str, Any]) -> None:
        if data.get("page"):
            if data["page"] in self.ids:
                field(paragraph, f" PAGEREF i_{data['page']} \\h ", "…")
            return
        made = paragraph.add_run(data["t"].replace("\u00ad", ""))
        made.bold, made.italic = data.get("b") or None, data.get("i") or None
        if colour := TONES.get(data.get("tone", "")):
            made.font.color.rgb = RGBColor.from_string(colour)
            made.bold = made.bold or data["tone"] != "quiet" or None
        if data.get("lang", self.data["lang"]) != self.data["lang"]:
            spoken = OxmlElement("w:lang")
            spoken.set(qn("w:val"), _locale(data["lang"]))
            made._r.get_or_add_rPr().append(spoken)
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

    def heading(
        self, text: str, level: int, *, id: str = "", own_page: bool = False, listed: bool = True
    ) -> None:
        made = self.paragraph([{"t": text}], f"Heading {min(level, 4)}")
        if own_page:
            made.paragraph_format.page_break_before = True
        if id:
            self.mark(made, f"i_{id}", made._p.r_lst[0])
        if listed and level <= CONTENTS_LEVELS:
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
        self.heading(
            data["text"], data["level"], id=data["id"], own_page=data["own_page"], listed=data["listed"]
        )

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
        """Labels with values; what stands in the margin of the PDF in pairs, so that a fact sheet stays short."""
        rows = [[[{"t": row["label"], "b": True}], row["runs"]] for row in data["rows"]]
        if data.get("stacked") and len(rows) > 1:
            blank: list[list[dict[str, Any]]] = [[], []]
            paired = [[*left, *right] for left, right in zip_longest(rows[::2], rows[1::2], fillvalue=blank)]
            self.grid(paired, [1, 2, 1, 2], header=False)
        elif rows:
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

    def block_keep(self, data: dict[str, Any]) -> None:
        for block in data["blocks"]:
            self.block(block)

    block_float = block_keep

    def block_margin(self, data: dict[str, Any]) -> None:
        self.block_keep(data)
        self.pictures_beside(data["side"])

    def block_columns(self, data: dict[str, Any]) -> None:
        for made in data["columns"]:
            for block in made:
                if block["type"] == "figure":
                    self.block_figure({**block, "width": "medium"})
                else:
                    self.block(block)

    def block_rest(self, data: dict[str, Any]) -> None:
        self.block_keep(data)
        if len(data["pictures"]) > 1:
            share = 0.96 / len(data["pictures"])
            self.in_one_line([(picture, share) for picture in data["pictures"]])
            return
        room = Emu(int(self.width * SHARES["full"])), Emu(int(self.high * BELOW))
        for picture in data["pictures"]:
            self.block_figure(picture, room=room)

    def block_plate(self, data: dict[str, Any]) -> None:
        """A large map: one across has a section of its own, and its legend follows upright."""
        if data["wide"]:
            end_section(self.word, self.place)
        self.block_keep(data)
        wide, high = self.across if data["wide"] else (self.width, self.high)
        self.block_figure(data["picture"], room=(wide, Emu(int(high * (PLATE if data["wide"] else UPRIGHT)))))
        if data["wide"]:
            end_section(self.word, self.place, across=True)
        for block in data["foot"]:
            self.block(block)

    def block_page(self, data: dict[str, Any]) -> None:
        """Word breaks its pages itself."""

    def block_figures(self, data: dict[str, Any]) -> None:
        rows = []
        for row in data["rows"]:
            mark = [{"t": f" ({self.words['example']})", "tone": "example"}] if row["example"] else []
            value = f"{row['value']} {row['unit']}".strip()
            rows.append(
                [
                    [{"t": value, "b": True, "tone": "good"}],
                    [
                        {"t": row["name"], "b": True, "ref": row["ref"]},
                        *mark,
                        {"t": f"\n{row['note']}" if row["note"] else ""},
                    ],
                ]
            )
        if rows:
            self.grid(rows, [1.5, 4], header=False)

    def block_bar(self, data: dict[str, Any]) -> None:
        self.paragraph([{"t": " · ".join(f"{part['count']} {part['label']}" for part in data["parts"])}])

    def block_lines(self, data: dict[str, Any]) -> None:
        """A list of rows as a table without a head: number, text, what stands at the end."""
        headed = any(row["head"] for row in data["rows"])
        rows = [[*([row["head"]] if headed else []), row["text"], row["end"]] for row in data["rows"]]
        if rows:
            end = 3.1 if data["half"] else 2.2
            self.grid(rows, [0.95, 4, end] if headed else [4, 1.6], header=False)

    def block_chain(self, data: dict[str, Any]) -> None:
        for row in data["rows"]:
            self.paragraph([{"t": row["title"], "b": True}, {"t": f": {row['when']}"}], "bullet")

    def block_quadrants(self, data: dict[str, Any]) -> None:
        for part in data["parts"]:
            self.heading(part["label"], 3)
            for block in part["blocks"]:
                self.block(block)

    def block_multiples(self, data: dict[str, Any]) -> None:
        for cell in data["cells"]:
            self.paragraph(cell["title"], "label")
            self.paragraph(cell["text"])
            if cell["figure"]:
                self.block_figure({**cell["figure"], "width": "medium"})
            self.paragraph(cell["source"], "quiet")

    def block_sheet(self, data: dict[str, Any]) -> None:
        """A fact sheet with its whole texts, however long."""
        picture = [data["picture"]] if data["picture"] else []
        self.block_item({**data, "blocks": data["variants"][0], "side": [*data["side"], *picture]})

    def block_figure(self, data: dict[str, Any], *, room: tuple[Emu, Emu] | None = None) -> None:
        if not data["svg"]:
            return
        made = self.paragraph([], "")
        made.paragraph_format.keep_with_next = bool(data["caption"]) or None
        self.picture(made, data, SHARES.get(data["width"], 0.82), room=room)
        if data["caption"]:
            self.paragraph([{"t": data["caption"]}], "caption")

    def in_one_line(self, figures: list[tuple[dict[str, Any], float]]) -> None:
        """Pictures beside each other, each over its share of the line, with what they show below."""
        line = self.paragraph([])
        for place, (block, share) in enumerate(figures):
            if place:
                line.add_run(" ")
            self.picture(line, block, share)
        if captions := " · ".join(block["caption"] for block, _share in figures if block["caption"]):
            line.paragraph_format.keep_with_next = True
            self.paragraph([{"t": captions}], "caption")

    def pictures_beside(self, side: list[dict[str, Any]]) -> None:
        """What is in the margin of the PDF: the pictures in one line, what they show below."""
        figures = [block for block in side if block["type"] == "figure" and block["svg"]]
        if figures:
            self.in_one_line([(block, SHARES.get(block["width"], 0.34)) for block in figures])
        said: list[dict[str, Any]] = []
        for block in side:
            if block["type"] == "p" and block["style"] == "margin":
                said += [*([{"t": " · "}] if said else []), *block["runs"]]
            elif block["type"] != "figure":
                self.block(block)
        if said:
            self.paragraph(said, "margin")

    def picture(
        self,
        line: Paragraph,
        data: dict[str, Any],
        share: float,
        *,
        room: tuple[Emu, Emu] | None = None,
    ) -> None:
        """A picture over a share of the line, or as large as there is room."""
        wide, high = room or (Emu(int(self.width * share)), self.high)
        shape = line.add_run().add_picture(BytesIO(pictures.png(data["svg"], scale=2)), width=wide)
        if shape.height > high:
            shape.width, shape.height = Emu(int(shape.width * high / shape.height)), high
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
        self.heading(name, data["level"], id=data["id"], own_page=data["own_page"], listed=data["listed"])
        fields = [field["name"] for field in data["fields"]]
        shown = {"example": "example", "official": "quiet"}.get(data["standing"], "")
        standing = [{"t": data["standing_label"], "tone": shown}] if shown else []
        rest = " · ".join(filter(None, [data["visibility"], *data["marks"], *fields]))
        if standing or rest:
            self.paragraph([*standing, {"t": f" · {rest}" if standing and rest else rest}], "mark")
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
