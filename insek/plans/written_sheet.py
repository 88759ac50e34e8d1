"""An appraisal in words as a workbook: a line for each sentence, with what it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO

from django.utils.translation import gettext as _

from insek.engines.text import shortened

from .written import WrittenPart

WIDTHS = (26, 80, 60, 60)


def written_workbook(
    title: str, parts: Sequence[WrittenPart], *, text: str = "", text_note: str = "", plans: Iterable[tuple[str, Sequence[WrittenPart]]] = ()
) -> BytesIO:  # fmt: skip
    """The sentences of an appraisal, a person's text where there is one, and those of single plans on a sheet of their own."""
    from xlsxwriter import Workbook  # slow to import, and only needed here

    target = BytesIO()
    book = Workbook(target, {"constant_memory": True, "strings_to_urls": False, "strings_to_formulas": False})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    book.set_properties({"title": title})

    def sheet(name: str, head: Sequence[str], lines: Iterable[Sequence[str]], widths: Sequence[int]) -> None:
        made = book.add_worksheet(shortened(name, 31))
        made.freeze_panes(1, 0)
        for column, width in enumerate(widths):
            made.set_column(column, column, width)
        for column, label in enumerate(head):
            made.write_string(0, column, label, bold)
        for line, cells in enumerate(lines, 1):
            for column, cell in enumerate(cells):
                made.write_string(line, column, cell[:32_767], wrapped)

    if text:
        sheet(_("Geltender Text"), [title], [[text], *([[text_note]] if text_note else [])], [120])
    head = [_("Teil"), _("Satz"), _("Zitat"), _("Worauf er beruht")]
    sheet(_("Entwurf"), head, _lines(parts), WIDTHS)
    plans = list(plans)
    if plans:
        lines = ([name, *line] for name, those in plans for line in _lines(those))
        sheet(_("Planwerke"), [_("Planwerk"), *head], lines, [16, *WIDTHS])
    book.close()
    target.seek(0)
    return target


def _lines(parts: Sequence[WrittenPart]) -> Iterable[list[str]]:
    for part in parts:
        for sentence in part.sentences:
            yield [
                part.heading,
                sentence.words,
                sentence.quote,
                "; ".join(source.label for source in sentence.sources),
            ]
