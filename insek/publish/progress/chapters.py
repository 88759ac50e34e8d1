"""A progress report as a document of plain blocks: the whole at a glance, a part for each field of action, how it came about."""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from insek.concept.models import Edition
from insek.engines.report import blocks
from insek.engines.report.blocks import Block, run
from insek.steering.dashboard import state_sentence
from insek.steering.light import Light
from insek.steering.nearer import goal_sentence
from insek.steering.round_queries import standings
from insek.steering.states import MeasureState
from insek.web.display import date_words, number_words

from ..report.collect import document_of, german_notice
from ..report.field_chapters import districts_map
from ..report.steering import BAR_ORDER, LIGHT_TONES, state_bar, state_run
from .field_part import field_part, head, listed, money_sentences, named, spent_words
from .knowing import BAD, GOOD, NEAR, Facts
from .limits import ReportLimits

WORST = 8
"""Measures that the first pages name because they do not go as planned."""

TOGETHER = 120
"""Measures up to which the fields follow one another without a new page, so that no sheet stays half empty."""


def progress_document(facts: Facts, limits: ReportLimits) -> dict[str, Any]:
    """The report in the active language."""
    reader, item = facts.reader, facts.report.item
    chapters: list[dict[str, Any]] = []

    def chapter(id: str, title: str, made: list[Block], lead: str = "") -> None:
        if made:
            chapters.append({
                "id": id, "title": title, "number": str(len(chapters) + 1), "lead": lead, "part": "concept", "spread": False, "blocks": made,
            })  # fmt: skip

    opening = [*_foreword(facts, limits), *_glance(facts, limits)]
    chapter("ueberblick", _("Auf einen Blick"), opening)
    together = limits.is_short or len(facts.measures) <= TOGETHER
    level = 3 if together else 2
    parts = [(field, field_part(field, facts, limits, level)) for field in facts.fields]
    method = _method(facts)
    how = _("Wie dieser Bericht entstanden ist")
    if together:
        body: list[Block] = []
        for field, made in parts:
            body += [blocks.heading(field.name or _("Feldübergreifend"), 2), *made]
        chapter(
            "felder",
            _("Nach Handlungsfeldern") if parts else how,
            [*body, *([blocks.heading(how, 2)] if parts else []), *method],
        )
    else:
        for field, made in parts:
            chapter(f"feld-{field.key or 'uebergreifend'}", field.name or _("Feldübergreifend"), made)
        chapter("verfahren", how, method)
    document = document_of(
        reader,
        chapters,
        kind="concept",
        working=False,
        title=item.title if reader.language == "de" else item.shown_title,
    )
    period = _("%(from)s bis %(to)s") % {
        "from": date_words(facts.report.period_from), "to": date_words(facts.report.period_to),
    }  # fmt: skip
    with override(settings.LANGUAGE_CODE):
        address = reader.address(item.url)
    examples = (
        item.is_example
        or any(row.item.is_example for row in facts.measures)
        or any(g.is_example for g in reader.items("goal"))
    )
    notice = [
        _("Dieser Bericht enthält Beispiele. Sie sind erfunden, nicht beschlossen und keine Aussage der Stadt; jedes ist gekennzeichnet.") if examples else "",
        german_notice() if reader.language != "de" else "",
    ]  # fmt: skip
    return {
        **document, "subtitle_line": period, "form": _("Kurzfassung") if limits.is_short else "", "date": facts.today.isoformat(),
        "state": _("Stand: %(date)s") % {"date": date_words(facts.today)}, "notice": " ".join(filter(None, notice)),
        "reading": _("Im Netz: %(address)s") % {"address": f"{urlsplit(address).netloc}{urlsplit(address).path}"} if address else "",
        "cover": reader.map(size=420, dark=True),
    }  # fmt: skip


def _foreword(facts: Facts, limits: ReportLimits) -> list[Block]:
    text = facts.report.item.text
    return [blocks.heading(_("Vorwort"), 2), *blocks.rich(facts.reader.german(text))] if text.strip() else []


def _glance(facts: Facts, limits: ReportLimits) -> list[Block]:
    """The sentences first, then bars, the comparison, and what needs attention."""
    rows = facts.measures
    if not rows and not facts.lights:
        return [blocks.paragraph(_("Das Konzept hat noch keine öffentlichen Ziele und Maßnahmen."))]
    said = [state_sentence(rows), goal_sentence(facts.lights, facts.courses) if facts.lights else ""]
    said += money_sentences(facts.money)
    said.append(spent_words(facts, rows))
    made: list[Block] = [
        blocks.heading(_("Wie es steht"), 2),
        blocks.paragraph(" ".join(filter(None, said)), style="lead"),
    ]
    made.append(blocks.figures(_figures(facts)))
    if rows:
        made += [
            blocks.paragraph(run(_("Maßnahmen nach ihrem Stand"), bold=True), style="sticky"),
            state_bar(rows),
        ]
    if facts.lights:
        made += [
            blocks.paragraph(run(_("Ziele nach ihrer Ampel"), bold=True), style="sticky"),
            _goal_bar(facts),
        ]
    made += _comparison(facts)
    late = facts.late(rows)
    entries = [
        (head(row.item), named(row, facts), [state_run(row.status.state)]) for row in late
    ]  # fmt: skip
    made += listed(_("Braucht Aufmerksamkeit"), entries, WORST, 2)
    if not limits.is_short and (located := districts_map([row.item for row in rows], facts.reader)):
        made.append(blocks.rest([blocks.heading(_("Wo etwas geschieht"), 2)], located, least=70))
    return made


def _figures(facts: Facts) -> list[dict[str, Any]]:
    rows, counts = facts.measures, Counter(row.status.state for row in facts.measures)
    near = sum(light in NEAR for light in facts.lights.values())
    of_measures = _("von %(count)s Maßnahmen") % {"count": number_words(len(rows))}
    shown = [
        (sum(counts[state] for state in GOOD), _("laufen nach Plan oder sind abgeschlossen"), of_measures),
        (len(facts.finished(rows)), _("neu abgeschlossen"), _("seit dem %(day)s") % {"day": date_words(facts.before_day)}),
        (sum(row.item.pk in facts.said for row in rows), _("mit Bericht aus dem Zeitraum"), of_measures),
        (near, _("Ziele auf Kurs oder erreicht"), _("von %(count)s Zielen") % {"count": number_words(len(facts.lights))}),
        (len(facts.decisions), _("Beschlüsse"), ngettext("dazu eine Prüfung an den Zielen", "dazu %(count)s Prüfungen an den Zielen", len(facts.checks)) % {"count": number_words(len(facts.checks))}),
        (len(facts.taken_up), _("Beiträge aufgenommen"), _("in Ziele und Maßnahmen")),
    ]  # fmt: skip
    return [
        {"value": number_words(count), "unit": "", "name": name, "note": note, "ref": "", "example": False} for count, name, note in shown
    ]  # fmt: skip


def _goal_bar(facts: Facts) -> Block:
    counts = Counter(facts.lights.values())
    order = (Light.REACHED, Light.GREEN, Light.YELLOW, Light.RED, Light.MISSED, Light.GREY)
    parts = [(str(light.label), counts[light], LIGHT_TONES[light]) for light in order]
    return blocks.bar([*parts, (_("ohne Zielwert"), counts[None], "quiet")])


def _comparison(facts: Facts) -> list[Block]:
    """What it is compared with, in a sentence, and the states then and now as a table; a sentence alone where nothing is known of then."""
    before = facts.states_before
    title = blocks.heading(
        _("Gegenüber dem letzten Bericht") if facts.before else _("Gegenüber dem Beginn des Zeitraums"), 2
    )
    day = date_words(facts.before_day)
    if not before:
        nothing = _(
            "Ein früherer Bericht liegt nicht vor, und von keiner Maßnahme ist bekannt, wie sie am %(day)s stand; ein Vergleich ist nicht möglich."
        )
        return [title, blocks.paragraph(nothing % {"day": day})]
    compared = [row for row in facts.measures if row.item.pk in before]
    changed = [pair for row in compared if (pair := facts.changed(row))]
    rank = {
        state: place
        for place, state in enumerate(
            (
                *BAD,
                MeasureState.UNKNOWN,
                MeasureState.NOT_STARTED,
                MeasureState.ON_TRACK,
                MeasureState.COMPLETED,
            )
        )
    }
    better = sum(rank[now] > rank[then] for then, now in changed)
    if facts.before:
        source = _("Verglichen ist mit dem Bericht „%(title)s“, Stand %(day)s.") % {
            "title": facts.before.report.item.title, "day": day,
        }  # fmt: skip
    else:
        source = _(
            "Ein früherer Bericht liegt nicht vor. Verglichen ist mit dem, was vom %(day)s bekannt ist."
        ) % {"day": day}
    said = ngettext(
        "Bei einer Maßnahme sind beide Stände bekannt.", "Bei %(count)s Maßnahmen sind beide Stände bekannt.", len(compared)
    ) % {"count": number_words(len(compared))}  # fmt: skip
    said += " " + _("Besser: %(better)s, schlechter: %(worse)s, unverändert: %(same)s.") % {
        "better": number_words(better), "worse": number_words(len(changed) - better), "same": number_words(len(compared) - len(changed)),
    }  # fmt: skip
    if new := len(facts.measures) - len(compared):
        said += " " + ngettext("Eine weitere ist neu oder war ohne Stand.", "%(count)s weitere sind neu oder waren ohne Stand.", new) % {"count": number_words(new)}  # fmt: skip
    then, now = (
        Counter(before[row.item.pk] for row in compared),
        Counter(row.status.state for row in compared),
    )
    columns = [
        {"label": _("Stand"), "share": 3}, {"label": day, "numeric": True, "share": 1.4},
        {"label": date_words(facts.today), "numeric": True, "share": 1.4},
    ]  # fmt: skip
    rows = [
        [[state_run(state)], [run(number_words(then[state]))], [run(number_words(now[state]))]]
        for state in BAR_ORDER if then[state] or now[state]
    ]  # fmt: skip
    return [title, blocks.paragraph(f"{source} {said}"), blocks.keep(blocks.table(columns, rows))]


def _method(facts: Facts) -> list[Block]:
    """From what the report is made, what is not in it, and how one can tell that it is genuine."""
    edition = facts.concept.editions.filter(status=Edition.Status.ADOPTED).order_by("-date", "-pk").first()
    made = [
        _("Dieser Bericht ist am %(day)s aus dem zusammengestellt, was im Programm öffentlich stand: Berichten der zuständigen Stellen, erledigten und geplanten Schritten, Werten der Indikatoren, Kosten und Förderungen, Beschlüssen und beantworteten Beiträgen. Von Hand geschrieben sind nur das Vorwort und die eigenen Worte zu den Handlungsfeldern.") % {"day": date_words(facts.today)},
    ]  # fmt: skip
    if edition is not None:
        made.append(_("Berichtet wird über „%(title)s“.") % {"title": edition.title})
    if facts.round is not None:
        rows = [row for row in standings(facts.round) if row.asked]
        made.append(
            _("Fragen nach Maßnahmen und Werten in der Berichtsrunde „%(title)s“, auch nach solchen, die nur die Verwaltung sieht: %(asked)s, davon beantwortet: %(answered)s. Gefragte Stellen: %(units)s.")
            % {"title": facts.round.title, "answered": number_words(sum(row.answered for row in rows)), "asked": number_words(sum(row.asked for row in rows)), "units": number_words(len(rows))}
        )  # fmt: skip
    made += [
        _("Der Stand einer Maßnahme folgt aus festen Regeln; ein Bericht, der älter als ein Jahr ist, gilt nicht mehr. Die Ampel eines Ziels spricht nur, wo die Schwankung der Werte das Gegenteil mit 99 Prozent ausschließt; die genannten Spannen gelten mit derselben Sicherheit."),
        _("Jede Maßnahme und jedes Ziel steht in einem Handlungsfeld, auch wenn mehrere betroffen sind. Beträge sind zusammengezählt, wie sie genannt sind, und nicht auf einen Preisstand umgerechnet."),
        _("Ausgegeben ändert sich dieser Bericht nicht mehr. Seine Prüfsumme (SHA-256) steht auf seiner Seite im Netz."),
    ]  # fmt: skip
    return [blocks.paragraph(text) for text in made]
