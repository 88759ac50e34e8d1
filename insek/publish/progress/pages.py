"""How progress reports are shown: the files with their hashes first, then what was frozen, and for editors the way to issue one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import rules
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek import clock
from insek.concept.asker import Asker
from insek.items.pages import ItemPages, KindColumn, register_pages
from insek.steering.round_models import ReportRound
from insek.thread.models import Item
from insek.web.display import date_words, number_words

from .forms import ProgressReportForm
from .making import is_current
from .models import ProgressContent, ProgressFile

FORMATS = {"pdf": "PDF", "docx": "Word"}
LANGUAGES = {"de": gettext_lazy("Deutsch"), "en": gettext_lazy("Englisch")}


def content_of(item: Item) -> ProgressContent | None:
    """What was made of a report. One query."""
    return ProgressContent.objects.filter(report=item.pk).first()


def facts(item: Item) -> list[tuple[Any, Any]]:
    """The period."""
    row = item.progress_report
    period = _("%(from)s bis %(to)s") % {"from": date_words(row.period_from), "to": date_words(row.period_to)}
    return [(_("Zeitraum"), period)]


def shown_files(content: ProgressContent) -> list[dict[str, Any]]:
    """Each file in words, German before English, the full form first; one that is not here with its hash alone. One query."""
    there = {row.name: row for row in content.files.all()}
    found = []
    for name in sorted(
        content.hashes, key=lambda name: ("-en." in name, name.startswith("short"), "docx" in name)
    ):
        form, _sign, rest = name.partition("-")
        language, _sign, format = rest.partition(".")
        row = there.get(name)
        said = [str(LANGUAGES.get(language, language))]
        if row is not None and row.pages:
            said.append(_("%(count)s Seiten") % {"count": number_words(row.pages)})
        found.append({
            "name": name, "label": f"{ProgressFile.Form(form).label}, {FORMATS.get(format, format)}" if form in ProgressFile.Form.values else name,
            "about": " · ".join(said), "size": row.size if row else 0, "sha256": content.hashes[name],
            "url": reverse("progress-file", args=[content.report_id, name]) if row else "",
        })  # fmt: skip
    return found


def detail(asker: Asker, item: Item) -> dict[str, Any]:
    """The files, the own words, and what is still to be done before it is issued. Up to four queries."""
    content = content_of(item)
    writes = rules.test_rule("progress.write", asker.actor, item)
    report = item.progress_report
    report.item = item
    context: dict[str, Any] = {
        "content": content,
        "files": shown_files(content) if content and content.hashes else [],
        "made_words": date_words(content.made_on) if content and content.made_on else "",
        "words": list(report.words.select_related("field")),
        "writes": writes,
        "is_issued": report.is_issued,
    }
    if writes:
        context |= {
            "is_current": is_current(report, content),
            "word_url": reverse("row-create", args=[item.pk, "worte"]),
            "fields_left": item.concept.fields.count() > len(context["words"]),
        }
    return context


def begin(asker: Asker) -> dict[str, Any]:
    """A new report begins with the period of the round that is named, else of the last one, else with the year before."""
    today = clock.today()
    rounds = ReportRound.objects.filter(concept=asker.concept)
    named = asker.asked.get("runde", "")
    last = rounds.filter(key=named).first() if named else rounds.first()
    if last is not None:
        return {"period_from": last.period_from, "period_to": last.period_to, "title": last.title}
    return {"period_from": today - timedelta(days=365), "period_to": today}


register_pages(
    ItemPages(
        kind="progress_report",
        form=ProgressReportForm,
        detail_template="progress/report.html",
        facts=facts,
        detail=detail,
        begin=begin,
        columns=(
            KindColumn("period_from", lambda item: item.progress_report.period_from),
            KindColumn("period_to", lambda item: item.progress_report.period_to),
        ),
        reasons_empty=gettext_lazy("Ein Bericht steht am Ende: Er sagt, was aus allem geworden ist."),
        consequences_empty=gettext_lazy("Noch beruft sich nichts im Konzept auf diesen Bericht."),
    )
)  # fmt: skip
