"""The table of contents of a Word file, and the fields that Word computes."""

from __future__ import annotations

from docx.document import Document as WordDocument
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from docx.text.run import Run


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
