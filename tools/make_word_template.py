"""Make the default Word template of reports: .venv/bin/python tools/make_word_template.py"""

from pathlib import Path

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_BREAK, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor

from insek.engines.report.word_contents import field

TARGET = Path(__file__).resolve().parents[1] / "insek" / "engines" / "report" / "vorlage.docx"
FONT = "Fira Sans"
INK, MUTED, FOREST, COPPER, ALARM = "15221E", "4B5A54", "0B4F45", "A44E16", "A72A1C"


def main() -> None:
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin, section.bottom_margin = Cm(2.6), Cm(2.4)
    section.different_first_page_header_footer = False
    styles(document)
    cover(document)
    head_and_foot(section)
    document.save(TARGET)


def look(style, *, size, colour=INK, bold=False, before=0, after=6, keep=False, line=1.25):
    style.font.name, style.font.size, style.font.bold = FONT, Pt(size), bold
    style.font.italic = False
    style.font.color.rgb = RGBColor.from_string(colour)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(name), None)
    for name in ("w:ascii", "w:hAnsi", "w:cs"):
        fonts.set(qn(name), FONT)
    shape = style.paragraph_format
    shape.space_before, shape.space_after, shape.line_spacing, shape.keep_with_next = (
        Pt(before),
        Pt(after),
        line,
        keep,
    )


def styles(document) -> None:
    known = document.styles
    look(known["Normal"], size=10)
    for number, (size, before, colour) in enumerate(
        [(24, 0, FOREST), (15, 18, FOREST), (11.5, 14, INK), (10, 8, FOREST)], 1
    ):
        style = known[f"Heading {number}"]
        look(
            style,
            size=size,
            colour=colour,
            bold=number > 2,
            before=before,
            after=14 if number == 1 else 4,
            keep=True,
            line=1.1,
        )
        style.paragraph_format.page_break_before = number == 1
    look(known["Title"], size=30, colour=FOREST, after=10, line=1.1)
    border = known["Title"].element.pPr.find(qn("w:pBdr"))
    if border is not None:
        known["Title"].element.pPr.remove(border)
    look(known["List Bullet"], size=10, after=3)
    look(known["Caption"], size=8.5, colour=MUTED, after=8)
    look(known["Quote"], size=10, colour=MUTED)
    for name, values in {
        "INSEK Vorspann": {"size": 12, "colour": MUTED, "after": 10},
        "INSEK Leise": {"size": 8.5, "colour": MUTED, "after": 4},
        "INSEK Zwischentitel": {
            "size": 9,
            "colour": COPPER,
            "bold": True,
            "before": 6,
            "after": 2,
            "keep": True,
        },
        "INSEK Kennzeichen": {"size": 8.5, "colour": MUTED, "after": 5, "keep": True},
        "INSEK Zahl": {"size": 19, "colour": FOREST, "after": 0, "keep": True},
        "INSEK Zelle": {"size": 9, "after": 2, "line": 1.1},
        "INSEK Abstand": {"size": 5, "after": 2, "line": 1.0},
        "INSEK Verzeichnis": {"size": 24, "colour": FOREST, "after": 14},
    }.items():
        style = known.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = known["Normal"]
        look(style, **values)
    for level, values in enumerate(
        ({"size": 10, "bold": True, "before": 6, "after": 2}, {"size": 9.5, "colour": MUTED, "after": 1}), 1
    ):
        style = known.add_style(f"toc {level}", WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = known["Normal"]
        look(style, **values)
        style.paragraph_format.left_indent = Cm(0.6 * (level - 1))
        style.paragraph_format.tab_stops.add_tab_stop(Cm(16), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
    link = known.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER)
    link.font.color.rgb = RGBColor.from_string(FOREST)
    table = known.add_style("INSEK Tabelle", WD_STYLE_TYPE.TABLE)
    table.base_style = known["Normal Table"]
    lines = '<w:bottom w:val="single" w:sz="4" w:color="CFD6CF"/><w:insideH w:val="single" w:sz="4" w:color="CFD6CF"/>'
    table.element.append(parse_xml(f"<w:tblPr {nsdecls('w')}><w:tblBorders>{lines}</w:tblBorders></w:tblPr>"))
    for lang in known.element.iter(qn("w:lang")):
        lang.set(qn("w:val"), "de-DE")


def cover(document) -> None:
    city = document.add_paragraph("{{ stadt }}", style="INSEK Zwischentitel")
    city.paragraph_format.space_after = Pt(120)
    document.add_paragraph("{{ titel }}", style="Title")
    document.add_paragraph("{{ untertitel }}", style="INSEK Vorspann").paragraph_format.space_after = Pt(200)
    document.add_paragraph("{{ stand }}")
    document.add_paragraph("{{ hinweis }}", style="INSEK Leise")
    mark = document.add_paragraph("{{ kennzeichen }}", style="INSEK Kennzeichen")
    alarm(mark.runs[0])
    mark.add_run().add_break(WD_BREAK.PAGE)
    document.add_paragraph("{{ inhaltsverzeichnis }}", style="INSEK Verzeichnis")
    contents = document.add_paragraph()
    field(contents, 'TOC \\o "1-2" \\h \\z \\u', "…")
    document.add_paragraph("{{ inhalt }}")
    update = OxmlElement("w:updateFields")
    update.set(qn("w:val"), "true")
    document.settings.element.append(update)


def head_and_foot(section) -> None:
    head = section.header.paragraphs[0]
    head.text = "{{ kennzeichen }}"
    head.style = (
        section.header.part.document.styles["INSEK Kennzeichen"]
        if hasattr(section.header.part, "document")
        else "INSEK Kennzeichen"
    )
    alarm(head.runs[0])
    foot = section.footer.paragraphs[0]
    foot.style = "INSEK Leise"
    foot.add_run("{{ stadt }} · {{ stand }} · ")
    field(foot, "PAGE", "1")


def alarm(run) -> None:
    run.font.bold, run.font.color.rgb = True, RGBColor.from_string(ALARM)


if __name__ == "__main__":
    main()
