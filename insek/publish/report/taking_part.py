"""The chapter of participation: the formats with their numbers, what was contributed, and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from insek.engines.report import blocks
from insek.engines.report.blocks import Block, Run, run
from insek.participation.dates import people_words
from insek.participation.models import Contribution
from insek.participation.pages import district_name, format_dates
from insek.thread.models import Item, Visibility
from insek.web.display import date_words, number_words
from insek.web.reports import Chapter, register_chapter
from insek.web.richtext import plain_text

from .reading import Reader

MOST = 400
"""Contributions that are printed; the list in the net has them all."""
WHOLE = 150
"""Contributions up to which each is printed in full; of more the register gives the beginning."""
BEGINNING = 140
FOLLOWED = ("evidences", "taken_up")
"""Links that say what became of a contribution: a finding rests on it, a goal or measure took it up."""


def taking_part(reader: Reader) -> list[Block]:
    """Formats, numbers, contributions with answers and consequences."""
    formats, contributions = reader.items("format"), reader.items("contribution")
    if not formats and not contributions:
        return []
    made = [_numbers(formats, contributions, reader)]
    if formats:
        made += [blocks.heading(_("Formate"), 2), _formats(formats, contributions)]
        for item in sorted(formats, key=_when):
            results = blocks.rich(item.format.results)
            content = blocks.rich(item.text)
            if results:
                content += [blocks.paragraph(_("Ergebnisse"), style="label"), *results]
            if content:
                made.append(reader.item(item, [*content, *reader.source(item)], thread=True))
    if contributions:
        made += [blocks.heading(_("Was daraus wurde"), 2), _outcomes(contributions, reader)]
        made.append(blocks.heading(_("Die Beiträge"), 2))
        if len(contributions) > MOST:
            more = _("Hier stehen die ersten %(shown)s von %(all)s Beiträgen; alle stehen im Netz.")
            made.append(blocks.paragraph(more % {"shown": MOST, "all": len(contributions)}))
        made.append(_contributions(contributions[:MOST], reader))
    return made


def _when(item: Item) -> tuple[str, str]:
    return str(item.format.starts or ""), item.sort_key


def _followed(item: Item, reader: Reader) -> list[Item]:
    return [target for kind in FOLLOWED for target in reader.targets(item, kind)]


def _numbers(formats: Sequence[Item], contributions: Sequence[Item], reader: Reader) -> Block:
    """How many ways, people and contributions, and how many had a consequence."""
    said = []
    if formats:
        people = sum(item.format.people or 0 for item in formats)
        said.append(
            ngettext("Es gab ein Beteiligungsformat.", "Es gab %(number)s Beteiligungsformate.", len(formats))
            % {"number": len(formats)}
        )
        if people:
            said.append(
                _("Wo gezählt wurde, nahmen zusammen rund %(people)s Personen teil.")
                % {"people": number_words(people)}
            )
    if contributions:
        answered = sum(bool(item.contribution.reply) for item in contributions)
        followed = sum(bool(_followed(item, reader)) for item in contributions)
        said.append(
            ngettext(
                "Ein Beitrag ist veröffentlicht.",
                "%(number)s Beiträge sind veröffentlicht.",
                len(contributions),
            )
            % {"number": number_words(len(contributions))}
        )
        said.append(
            _("%(answered)s haben eine Rückmeldung, %(followed)s stehen hinter einem Befund, einem Ziel oder einer Maßnahme.")
            % {"answered": number_words(answered), "followed": number_words(followed)}
        )  # fmt: skip
    return blocks.paragraph(" ".join(said))


def _formats(formats: Sequence[Item], contributions: Sequence[Item]) -> Block:
    given = Counter(item.contribution.format_id for item in contributions)
    columns = [
        {"label": _("Nr."), "share": 0.8}, {"label": _("Format"), "share": 3.6}, {"label": _("Zeit"), "share": 2.6},
        {"label": _("Ort"), "share": 1.6}, {"label": _("Teilnehmende"), "share": 1.2, "numeric": True},
        {"label": _("Beiträge"), "share": 1.1, "numeric": True},
    ]  # fmt: skip
    rows = []
    for item in sorted(formats, key=_when):
        row = item.format
        told = bool(item.text.strip() or row.results.strip())
        number = run(item.number, ref=item.pk) if told else run(item.number, anchor=item.pk)
        mark = [run(f" {_('Beispiel')}", tone="example")] if item.is_example else []
        rows.append(
            [
                [number], [run(item.title), *mark], [run(format_dates(row))], [run(row.place)],
                [run(people_words(row, short=True) or "–")], [run(number_words(given[row.pk]) if given[row.pk] else "–")],
            ]
        )  # fmt: skip
    return blocks.table(columns, rows)


def _outcomes(contributions: Sequence[Item], reader: Reader) -> Block:
    """Kinds of contributions against what became of them."""
    columns = [{"label": _("Art"), "share": 2}, *(
        {"label": label, "share": 1.4, "numeric": True}
        for label in (_("Beiträge"), _("mit Rückmeldung"), _("belegt Befund"), _("aufgenommen"))
    )]  # fmt: skip

    def line(label: str, items: Sequence[Item], bold: bool = False) -> list[list[Run]]:
        counts = (
            len(items),
            sum(bool(item.contribution.reply) for item in items),
            *(sum(bool(reader.targets(item, kind)) for item in items) for kind in FOLLOWED),
        )
        return [[run(label, bold=bold)], *([run(number_words(count), bold=bold)] for count in counts)]

    rows = [
        line(str(label), found)
        for value, label in Contribution.Type.choices
        if (found := [item for item in contributions if item.contribution.type == value])
    ]
    return blocks.table(columns, [*rows, line(_("Zusammen"), contributions, bold=True)])


def _contributions(contributions: Sequence[Item], reader: Reader) -> Block:
    columns = [
        {"label": _("Nr."), "share": 0.9}, {"label": _("Beitrag"), "share": 3.6},
        {"label": _("Rückmeldung"), "share": 3.6}, {"label": _("Steht hinter"), "share": 1.3},
    ]  # fmt: skip
    rows = []
    whole = len(contributions) <= WHOLE
    for item in contributions:
        row = item.contribution
        number = [run(item.number or "–", anchor=item.pk, bold=True)]
        if item.is_example:
            number.append(run(f"\n{_('Beispiel')}", tone="example"))
        if item.visibility != Visibility.PUBLIC:
            number.append(run(f"\n{item.get_visibility_display()}", tone="bad"))
        place = district_name(row)
        about = " · ".join(filter(None, [str(row.get_type_display()), place, date_words(row.received_on)]))
        said = [
            run(item.title, bold=True),
            run(f"\n{about}\n", tone="quiet"),
            *_words(item.text, whole=whole),
        ]
        answer = _words(row.reply, whole=whole) if row.reply else [run(_("noch keine"))]
        rows.append([number, said, answer, reader.numbers_of(_followed(item, reader)) or [run("–")]])
    return blocks.table(columns, rows)


def _words(text: str, *, whole: bool) -> list[Run]:
    """A text as a line of words, or its beginning."""
    return blocks.flat(text) if whole else [run(blocks.like(text, plain_text(text, BEGINNING)))]


register_chapter(
    Chapter(
        "beteiligung",
        gettext_lazy("Beteiligung"),
        50,
        taking_part,
        gettext_lazy("Wie Bürgerinnen und Bürger mitgesprochen haben und was daraus wurde."),
    )
)
