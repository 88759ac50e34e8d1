"""`insek report`: the public state of the concept, or of one item, as files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.utils import translation

from insek.concept.queries import current_concept
from insek.engines.report.pdf import NotTypeset
from insek.engines.report.word import TemplateRefused
from insek.people.actors import ANONYMOUS
from insek.thread.models import Item

from .making import make_concept, make_item
from .sheets import SHEETS


class ReportRefused(Exception):
    """The report cannot be made; the message says why and what to do."""


def write_reports(
    *,
    what: str,
    item_id: str = "",
    pdf: Path | None = None,
    docx: Path | None = None,
    language: str = "de",
    is_short: bool = False,
) -> Iterator[Path]:
    """Write the files that are asked for; without any, a PDF beside. Raises ReportRefused."""
    concept = current_concept()
    if concept is None:
        raise ReportRefused("Es gibt noch kein Konzept. Zuerst ein Konzeptpaket einlesen: insek import PAKET")
    item = None
    if what == "item":
        item = Item.objects.visible_to(ANONYMOUS).filter(pk=item_id.lower()).first()
        if item is None:
            raise ReportRefused(
                "Einen öffentlichen Inhalt mit dieser Kennung gibt es nicht. Sie steht in der Adresse: /k/KENNUNG/"
            )
        if item.kind not in SHEETS:
            raise ReportRefused("Einzeln gibt es Ziele, Maßnahmen, Räume und Indikatoren.")
    targets = [(format, path) for format, path in (("pdf", pdf), ("docx", docx)) if path]
    for format, path in targets or [("pdf", Path(f"{item.pk if item else concept.key}.pdf"))]:
        try:
            if item is None:
                made = make_concept(concept, ANONYMOUS, format=format, language=language, is_short=is_short)
            else:
                with translation.override(language):
                    made = make_item(item, ANONYMOUS, format=format)
            path.write_bytes(made)
        except (NotTypeset, TemplateRefused) as error:
            raise ReportRefused(str(error)) from error
        except OSError as error:
            raise ReportRefused(f"{path} kann nicht geschrieben werden: {error.strerror}") from error
        yield path
