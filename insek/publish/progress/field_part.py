"""The part of a report on one field of action: own words first, then what was reached, what changed, what is late and why, what comes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from insek.engines.report import blocks
from insek.engines.report.blocks import Block, Run, run
from insek.steering.dashboard import state_sentence
from insek.steering.light import Light
from insek.steering.light_words import words_of
from insek.steering.nearer import TargetCourse, goal_sentence
from insek.steering.queries import AssessedMeasure
from insek.steering.status_words import full_reason
from insek.strategy.fact_sheet import FundingLine
from insek.strategy.money_pages import total_words
from insek.strategy.money_words import euro
from insek.strategy.sums import Money, total_of
from insek.strategy.totals import Span, funded_eur
from insek.web.display import date_words, number_words
from insek.web.richtext import plain_text

from ..report.figures import has_chart, time_chart
from ..report.steering import light_runs, state_bar, state_run
from .knowing import Facts, FieldFacts
from .limits import ReportLimits

EXCERPT = 240
ASSURED = (FundingLine.State.GRANTED, FundingLine.State.DRAWN)


def field_part(field: FieldFacts, facts: Facts, limits: ReportLimits, level: int) -> list[Block]:
    """Everything on one field; ``level`` is that of its headings."""
    rows = field.measures
    made: list[Block] = []
    if field.words:
        made += blocks.rich(facts.reader.german(field.words))
    summary = [state_sentence(rows)] if rows else [_("Zu diesem Handlungsfeld gibt es noch keine Maßnahme.")]
    if field.goals:
        summary.append(goal_sentence({item.pk: facts.lights[item.pk] for item in field.goals}, field.courses))
    summary += money_sentences(facts.money_of(rows))
    summary += [spent] if (spent := spent_words(facts, rows)) else []
    made.append(blocks.paragraph(" ".join(filter(None, summary))))
    if rows:
        made.append(state_bar(rows))
    for title, entries, limit in (
        (_("Was erreicht wurde"), list(_reached(field, facts)), limits.reached),
        (_("Was sich geändert hat"), list(_changes(field, facts)), limits.changes),
        (_("Was nicht nach Plan läuft, und warum"), list(_late(field, facts)), limits.late),
        (_("Was als Nächstes kommt"), list(_ahead(field, facts)), limits.ahead),
        (_("Was entschieden wurde"), list(_decisions(field, facts)), limits.decisions),
        (_("Was aus Beiträgen aufgenommen wurde"), list(_taken_up(field, facts)), limits.contributions),
    ):
        made += listed(title, entries, limit, level)
    made += _targets(field, facts, limits, level)
    if limits.measures and rows:
        made += _measures(rows, facts, level)
    return made


Entry = tuple[list[Run], list[Run], list[Run]]


def listed(
    title: str, entries: Sequence[Entry], limit: int, level: int, *, half: bool = False
) -> list[Block]:
    """Rows under a heading, and how many more there are; nothing where there are none, or none shall be named."""
    if not entries or not limit:
        return []
    made = [blocks.heading(title, level), blocks.lines(entries[:limit], half=half)]
    if (more := len(entries) - limit) > 0:
        made.append(blocks.paragraph(more_words(more), style="quiet"))
    return made


def more_words(more: int) -> str:
    """How many are not named here."""
    return ngettext("Und ein weiterer Eintrag.", "Und %(count)s weitere.", more) % {
        "count": number_words(more)
    }


def named(row: AssessedMeasure, facts: Facts) -> list[Run]:
    """A measure by its title, marked where it is an example."""
    return [run(row.item.title, bold=True), *facts.reader.marks(row.item)]


def head(item: Any) -> list[Run]:
    """The number of an item, leading to where it is written out."""
    return [run(item.number or "–", ref=item.pk)]


def _reached(field: FieldFacts, facts: Facts) -> Iterator[Entry]:
    for row in facts.finished(field.measures):
        said = facts.said.get(row.item.pk)
        text = f"\n{plain_text(said.happened, EXCERPT)}" if said else ""
        yield (
            head(row.item),
            [*named(row, facts), run(facts.reader.german(text))],
            [state_run(row.status.state)],
        )
    for row, step in facts.steps_done(field.measures):
        yield (
            head(row.item),
            [run(facts.reader.german(step.title)), run(blocks.like(row.item.title, f"\n{row.item.title}"), tone="quiet"), *facts.reader.marks(row.item)],
            [run(_("erledigt am %(day)s") % {"day": date_words(step.done)})],
        )  # fmt: skip


def _changes(field: FieldFacts, facts: Facts) -> Iterator[Entry]:
    for row in field.measures:
        if changed := facts.changed(row):
            then, now = changed
            yield head(row.item), named(row, facts), [run(f"{then.label} → "), state_run(now)]
    before = facts.before.figures.get("lights", {}) if facts.before else {}
    for goal in field.goals:
        then_light, now_light = before.get(goal.pk, ""), facts.lights[goal.pk]
        if then_light in Light.values and now_light and then_light != now_light.value:
            yield (
                head(goal), [run(goal.title, bold=True), *facts.reader.marks(goal)],
                [run(f"{Light(then_light).label} → {now_light.label}")],
            )  # fmt: skip


def _late(field: FieldFacts, facts: Facts) -> Iterator[Entry]:
    for row in facts.late(field.measures):
        why = [full_reason(row.status)]
        if row.report and row.report.deferred_for:
            why.append(_("Grund: %(reason)s.") % {"reason": row.report.get_deferred_for_display()})
        told = [run("\n" + " ".join(why))]
        if row.report and row.report.obstacles:
            told.append(
                run(facts.reader.german(f"\n{plain_text(row.report.obstacles, EXCERPT)}"), italic=True)
            )
        yield head(row.item), [*named(row, facts), *told], [state_run(row.status.state)]


def _ahead(field: FieldFacts, facts: Facts) -> Iterator[Entry]:
    for row, step in facts.steps_ahead(field.measures):
        yield (
            head(row.item),
            [run(facts.reader.german(step.title)), run(blocks.like(row.item.title, f"\n{row.item.title}"), tone="quiet"), *facts.reader.marks(row.item)],
            [run(_("bis %(day)s") % {"day": date_words(step.due)})],
        )  # fmt: skip


def _decisions(field: FieldFacts, facts: Facts) -> Iterator[Entry]:
    for item in field.decisions:
        row = item.resolution
        yield (
            [run(row.reference or item.number or "–")],
            [run(item.title, bold=True), *facts.reader.marks(item)],
            [run(f"{row.get_outcome_display()}\n{date_words(row.date)}")],
        )


def _taken_up(field: FieldFacts, facts: Facts) -> Iterator[Entry]:
    for contribution, into in field.taken_up:
        yield (
            [run(contribution.number or "–")],
            [run(contribution.title, bold=True), *facts.reader.marks(contribution)],
            [run(_("in %(item)s") % {"item": into.number or into.title})],
        )


def _targets(field: FieldFacts, facts: Facts, limits: ReportLimits, level: int) -> list[Block]:
    """Figures with what shall be reached, how sure that is, and charts of the first ones that have a course."""
    rows: list[Entry] = []
    drawn: list[Block] = []
    seen: set[str] = set()
    for course in field.courses:
        rows.append(_target(course, facts))
        indicator = facts.reader.known.get(course.target.indicator_id)
        if len(drawn) < limits.charts and indicator is not None and indicator.pk not in seen:
            own = next((item for item in facts.reader.items("indicator") if item.pk == indicator.pk), None)
            if own is not None and has_chart(own, facts.reader):
                seen.add(own.pk)
                chart = time_chart(own, facts.reader)
                if chart:
                    drawn.append(blocks.keep(
                        blocks.paragraph(run(f"{own.number} ", bold=True), run(own.indicator.title_text, bold=True), *facts.reader.marks(own), style="sticky"),
                        chart,
                    ))  # fmt: skip
    made = listed(_("Kommen die Ziele näher?"), rows, limits.targets, level, half=True)
    return [*made, *drawn]


def _target(course: TargetCourse, facts: Facts) -> Entry:
    target = course.target
    invented = "example" in {target.standing, target.indicator.item.standing, target.goal.item.standing}
    mark = [run(f" {_('Beispiel')}", tone="example")] if invented else []
    aim = facts.reader.capital(words_of(target))
    return (
        head(target.goal.item),
        [run(target.indicator.title_text, bold=True), *mark, run(f"\n{aim}.")],
        light_runs(target, course.reading),
    )


def _measures(rows: Sequence[AssessedMeasure], facts: Facts, level: int) -> list[Block]:
    """Every measure with what was reported of it and its next step."""
    entries: list[Entry] = []
    for row in rows:
        said = facts.said.get(row.item.pk)
        told: list[Run] = []
        if said:
            told.append(run(facts.reader.german(f"\n{plain_text(said.happened, 2 * EXCERPT)}")))
            if said.next_step:
                told += [
                    run(f"\n{_('Als Nächstes:')} ", bold=True),
                    run(facts.reader.german(plain_text(said.next_step, EXCERPT))),
                ]
        else:
            told.append(
                run(
                    "\n"
                    + _("In diesem Zeitraum wurde nicht berichtet. %(reason)s")
                    % {"reason": full_reason(row.status)},
                    tone="quiet",
                )
            )
        unit = str(row.measure.responsible or _("Zuständigkeit noch offen"))
        entries.append((
            [run(row.item.number or "–", anchor=row.item.pk)], [*named(row, facts), *told],
            [state_run(row.status.state), run(f"\n{unit}", tone="quiet")],
        ))  # fmt: skip
    return [blocks.heading(_("Alle Maßnahmen"), level), blocks.lines(entries)]


def money_sentences(money: Money) -> list[str]:
    """What the measures cost together, and what of that is assured from outside."""
    if not money.items:
        return []
    said = []
    total = total_of(money)
    if total.total is not None:
        said.append(
            ngettext("Eine Maßnahme nennt Kosten: %(total)s.", "%(count)s Maßnahmen nennen Kosten, zusammen %(total)s.", money.named)
            % {"count": number_words(money.named), "total": total_words(total.total)}
        )  # fmt: skip
    else:
        said.append(_("Was die Maßnahmen kosten, ist noch nicht genannt."))
    amounts = [funded_eur(line) for line, _item in money.funding if line.state in ASSURED]
    if assured := sum(amount for amount in amounts if amount is not None):
        said.append(
            _("Bewilligt oder abgerufen sind %(amount)s.") % {"amount": total_words(Span(assured, assured))}
        )
    if money.has_examples:
        said.append(_("Darunter sind Beispiele."))
    return said


def spent_words(facts: Facts, rows: Sequence[AssessedMeasure]) -> str:
    """What was spent so far, as the last reports say; empty where none says so."""
    amounts = [
        said.spent_eur for row in rows if (said := facts.said.get(row.item.pk)) is not None and said.spent_eur is not None
    ]  # fmt: skip
    if not amounts:
        return ""
    return ngettext(
        "Ausgegeben sind nach dem Bericht zu einer Maßnahme %(amount)s.", "Ausgegeben sind nach den Berichten zu %(count)s Maßnahmen %(amount)s.",
        len(amounts),
    ) % {"count": number_words(len(amounts)), "amount": euro(sum(amounts))}  # fmt: skip
