"""What the plans say, counted: their statements by field of action and by district."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, NamedTuple

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from insek.concept.models import Concept, Field
from insek.people.actors import Actor
from insek.thread.models import Item, Link
from insek.thread.shared_cache import cached

from .models import PlanStatement

SHADES = 4
"""Shades of the heat map; the darkest is the largest number on the page."""


@dataclass(frozen=True)
class StatementCell:
    """How many statements of a plan are about a field or district, and how many of them can be checked."""

    count: int = 0
    checkable: int = 0
    shade: int = 0
    url: str = ""

    @property
    def html(self) -> SafeString:
        """The cell of the table; made here, since a table has a thousand of them."""
        if not self.count:
            return EMPTY
        words = f"{self.count} ({self.checkable})" if self.checkable else str(self.count)
        return SafeString(f'<td class="shade-{self.shade}"><a href="{escape(self.url)}">{words}</a></td>')


EMPTY = mark_safe("<td></td>")
NONE = StatementCell()


class StatementRow(NamedTuple):
    """A plan with its cells."""

    plan: Item
    cells: tuple[StatementCell, ...]

    @property
    def html(self) -> SafeString:
        """All cells of the row."""
        return SafeString("".join(cell.html for cell in self.cells))


@dataclass(frozen=True)
class StatementMatrix:
    """Plans in rows, fields or districts in columns."""

    columns: tuple[str, ...]
    rows: tuple[StatementRow, ...]


def plans_of(concept: Concept, actor: Actor) -> list[Item]:
    """The plans that this actor may see. One query."""
    seen = Item.objects.visible_to(actor).filter(concept=concept, kind="plan")
    return list(seen.select_related("plan").order_by("sort_key", "pk"))


class StatementCount(NamedTuple):
    """How many statements of a plan are about one thing, how many of them can be checked, how many want something."""

    plan: str
    about: Any
    statements: int
    checkable: int
    wants: int


def counts_by(column: str, concept: Concept, actor: Actor) -> list[StatementCount]:
    """Statements by plan and by ``themes``, ``fields`` (keys of the database) or ``districts`` (ids); kept. One query."""
    return cached(concept, actor, ("statements by", column), lambda: _counts(column, concept, actor))


def _counts(column: str, concept: Concept, actor: Actor) -> list[StatementCount]:
    if column == "districts":
        of, plan, about = "source__plan_statement__", "source__plan_statement__plan", "target"
        links = Link.objects.visible_to(actor).filter(kind="located_in", source__kind="plan_statement")
        rows: Any = links.filter(source__concept=concept)
    else:
        of, plan, about = "plan_statement__", "plan_statement__plan", column
        told = Item.objects.visible_to(actor).filter(concept=concept, kind="plan_statement")
        rows = told.filter(**{f"{column}__isnull": False})
    checkable = (
        Q(**{f"{of}amount__isnull": False})
        | Q(**{f"{of}target_year__isnull": False})
        | ~Q(**{f"{of}who": ""})
    )
    counted = (
        rows.order_by()
        .values_list(plan, about)
        .annotate(
            n=Count("pk"),
            good=Count("pk", filter=checkable),
            wants=Count("pk", filter=~Q(**{f"{of}type": PlanStatement.Type.STATE})),
        )
    )
    return [StatementCount(*row) for row in counted if row[0]]


def by_field(
    concept: Concept, fields: Sequence[Field], actor: Actor, plans: Sequence[Item]
) -> StatementMatrix:
    """Plans × fields; of statements of other plans than these nothing is counted. One query, kept."""
    keys = {field.pk: field.key for field in fields}
    counted = [row._replace(about=keys.get(row.about, "")) for row in counts_by("fields", concept, actor)]
    return _matrix(plans, counted, [(field.key, str(field)) for field in fields], "feld")


def by_district(concept: Concept, actor: Actor, plans: Sequence[Item]) -> StatementMatrix:
    """Plans × districts that any statement is about. Two queries, one kept."""
    districts = Item.objects.visible_to(actor).filter(concept=concept, kind="district")
    columns = list(districts.order_by("sort_key", "pk").values_list("pk", "title"))
    return _matrix(plans, counts_by("districts", concept, actor), columns, "ort")


def _matrix(
    plans: Sequence[Item],
    counted: Iterable[StatementCount],
    columns: Sequence[tuple[str, str]],
    filter_name: str,
) -> StatementMatrix:
    known, names = {plan.pk for plan in plans}, {column for column, _name in columns}
    counts = {
        (row.plan, row.about): (row.statements, row.checkable)
        for row in counted
        if row.plan in known and row.about in names
    }
    most = max((count for count, _good in counts.values()), default=1)
    telling = {plan for plan, _column in counts}
    address = reverse("plan_statement-list")

    def cell(plan: Item, column: str) -> StatementCell:
        count, good = counts.get((plan.pk, column), (0, 0))
        if not count:
            return NONE
        shade = 1 + (SHADES - 1) * count // most
        return StatementCell(
            count, good, min(shade, SHADES), f"{address}?aus={plan.pk}&{filter_name}={column}"
        )

    rows = [
        StatementRow(plan, tuple(cell(plan, column) for column, _name in columns))
        for plan in plans
        if plan.pk in telling
    ]
    return StatementMatrix(columns=tuple(name for _column, name in columns), rows=tuple(rows))
