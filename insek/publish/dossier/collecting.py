"""The dossier of a place: what applies there, by groups, with the words of each and what is not known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.asker import Asker
from insek.concept.models import Edition
from insek.council.wording import edition_on
from insek.items.why import PLACE, read_with_states, states_of
from insek.places.models import Location
from insek.places.queries import map_places
from insek.plans.areas import CITY, NAMED, UNKNOWN, Perimeter, perimeters_of
from insek.plans.models import Bindingness, PlanStatement
from insek.plans.rubric import BINDING_OTHERS, BINDINGS, Binding, binding_of_plan, binding_of_statement
from insek.plans.timeline import in_force_of, plans_in_time
from insek.thread.kinds import kind_named, kind_names
from insek.thread.models import EditionNumber, Item, Link
from insek.web.display import ShownItem, shown_items

from .applying import Applying, Rank, Reason, applying_at
from .asked import AskedDossier, AskedPlace
from .words import reason_words

SHOWN = 40
"""Rows of a group; of more it says how many."""
WIDE = 30
"""Of what is for the whole city."""
MOST_PLANS = 1_000
MOST_STATEMENTS = 1_000
NOT_BINDING = (Bindingness.NOT_ADOPTED, Bindingness.REPORT, Bindingness.NOT_IN_FORCE)
COUNCIL = ("paper", "concept_check", "resolution")
APPLIES = (Rank.COVERS, Rank.CROSSES, Rank.INSIDE, Rank.DISTRICT)
"""What a plan needs so that its statements apply here; one that only borders or is near does not."""
GROUPS: tuple[tuple[str, Any, tuple[str, ...]], ...] = (
    ("ziele", gettext_lazy("Ziele"), ("goal",)),
    ("raumelemente", gettext_lazy("Raumelemente"), ("feature",)),
    ("kernaussagen", gettext_lazy("Bindende Aussagen der Planwerke"), ("plan_statement",)),
    ("planwerke", gettext_lazy("Planwerke"), ("plan",)),
    ("massnahmen", gettext_lazy("Maßnahmen"), ("measure",)),
    ("beitraege", gettext_lazy("Beiträge aus der Beteiligung"), ("contribution",)),
    ("rat", gettext_lazy("Vorlagen, Prüfungen und Beschlüsse"), COUNCIL),
    ("befunde", gettext_lazy("Befunde"), ("finding",)),
)


@dataclass(frozen=True)
class DossierRow:
    """One item with why it applies, and the words that are quoted of it."""

    item: ShownItem
    why: str
    reason: Reason | None = None
    fact: str = ""
    quote: str = ""
    state: Any = None

    @property
    def is_internal(self) -> bool:
        """Whether the public does not see it."""
        return self.item.visibility != "public"


@dataclass
class DossierGroup:
    """The items of one sort: those that apply here, and those for the whole city."""

    key: str
    title: str
    rows: list[DossierRow] = field(default_factory=list)
    count: int = 0
    wide: list[DossierRow] = field(default_factory=list)
    wide_count: int = 0
    list_url: str = ""

    @property
    def more(self) -> int:
        """How many of those that apply here are not shown."""
        return self.count - len(self.rows)

    @property
    def wide_more(self) -> int:
        """The same of those for the whole city."""
        return self.wide_count - len(self.wide)


@dataclass
class Dossier:
    """All that is said of a place."""

    place: AskedPlace
    asked: AskedDossier
    applying: Applying
    groups: list[DossierGroup]
    edition: Edition | None
    not_in_edition: frozenset[str]
    """Ids of goals, elements and measures that the edition does not number."""
    unknown_area: list[DossierRow]
    """Plans in force of which it is not known where they apply."""
    unbound: int
    """Statements here of which it is not known how they bind."""

    def group(self, key: str) -> DossierGroup:
        """A group by its key."""
        return next(group for group in self.groups if group.key == key)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known to apply here beside what is for the whole city."""
        return not any(group.count for group in self.groups)


@dataclass
class _Plans:
    """The plans and statements that apply, before they have words."""

    here: list[str] = field(default_factory=list)
    wide: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    said_area: dict[str, str] = field(default_factory=dict)
    """What is said of the area of each unknown one."""
    statements: list[str] = field(default_factory=list)
    wide_statements: list[str] = field(default_factory=list)
    plan_of: dict[str, str] = field(default_factory=dict)
    binding: dict[str, Binding] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    unbound: int = 0


def dossier_of(asker: Asker, asked: AskedDossier) -> Dossier:
    """What is said of the place that was asked about. Some thirty queries, however much there is."""
    place = asked.place
    assert place is not None and asker.concept is not None
    found = applying_at(asker, place, asked.reach)
    plans = _plans(asker, found)
    goals = Item.objects.visible_to(asker.actor).filter(concept=asker.concept, kind="goal")
    wide_goals = list(
        goals.exclude(pk__in=found.of("goal")).order_by("sort_key", "pk").values_list("pk", flat=True)
    )
    ids: dict[str, tuple[list[str], list[str]]] = {}
    for key, _title, kinds in GROUPS:
        wide = [pk for kind in kinds for pk in found.city.get(kind, ())]
        ids[key] = (found.of(*kinds), wide)
    ids["ziele"] = (found.of("goal"), [pk for pk in wide_goals if not place.item or pk != place.item.pk])
    ids["planwerke"], ids["kernaussagen"] = (
        (plans.here, plans.wide),
        (plans.statements, plans.wide_statements),
    )
    named = {kind for _key, _title, kinds in GROUPS for kind in kinds}
    other = sorted({*found.kinds.values(), *found.city} - named, key=lambda kind: kind_named(kind).order)
    ids["weiteres"] = (found.of(*other), [pk for kind in other for pk in found.city.get(kind, ())])
    shown = {pk for here, wide in ids.values() for pk in (*here[:SHOWN], *wide[:WIDE])} | {
        *plans.unknown[:WIDE]
    }
    rows = _Rows(asker, found, plans, shown)
    groups = []
    for key, title, kinds in (*GROUPS, ("weiteres", _("Weiteres"), tuple(other))):
        here, wide = ids[key]
        groups.append(
            DossierGroup(
                key, str(title), rows.of(here[:SHOWN]), len(here), rows.of(wide[:WIDE], is_wide=True), len(wide),
                _list_url(asker, kinds, place),
            )
        )  # fmt: skip
    edition = edition_on(asker.concept)
    return Dossier(
        place, asked, found, groups, edition, _not_in(edition, rows.items), rows.of(plans.unknown[:WIDE]), plans.unbound
    )  # fmt: skip


def _list_url(asker: Asker, kinds: Sequence[str], place: AskedPlace) -> str:
    """The list of all items of the only kind of a group, in the district where one is asked about."""
    if len(kinds) != 1:
        return ""
    address = reverse(kind_named(kinds[0]).list_name)
    return f"{address}?ort={place.district.pk}" if place.district and not place.is_city else address


def _not_in(edition: Edition | None, items: dict[str, ShownItem]) -> frozenset[str]:
    """Which goals, elements and measures the edition does not have; none where it has no numbers. Up to two queries."""
    asked = {pk for pk, item in items.items() if item.kind in ("goal", "measure", "feature") and item.number}
    if edition is None or not asked:
        return frozenset()
    numbered = set(EditionNumber.objects.filter(edition=edition, item_id__in=asked).values_list("item_id", flat=True))  # fmt: skip
    if not numbered and not edition.numbers.exists():
        return frozenset()
    return frozenset(asked - numbered)


def _plans(asker: Asker, found: Applying) -> _Plans:
    """The plans whose area covers the place, with what they say that binds. Eight queries."""
    visible = Item.objects.visible_to(asker.actor).filter(concept=asker.concept, kind="plan")
    items = list(visible.select_related("plan").order_by("sort_key", "pk")[:MOST_PLANS])
    in_time = plans_in_time(items, asker.actor)
    in_force = in_force_of(in_time)
    made = _Plans()
    areas = {row.plan.item.pk: row for row in perimeters_of(in_time, asker).rows}
    for pk in found.of("plan"):
        if pk in areas:
            made.here.append(pk)
    for item in items:
        made.facts[item.pk] = _plan_fact(item, areas[item.pk], item.pk in in_force)
        if item.pk in made.here or item.pk not in in_force:
            continue
        if areas[item.pk].known_by == CITY:
            made.wide.append(item.pk)
        elif areas[item.pk].known_by in (NAMED, UNKNOWN):
            made.unknown.append(item.pk)
            words = item.plan.area.strip()
            made.said_area[item.pk] = (
                _("Gebiet nur in Worten: %(area)s") % {"area": words}
                if words
                else _("Gebiet nicht eingetragen")
            )
    order = list(BINDINGS)
    bindings = {item.pk: binding_of_plan(item.plan) for item in items}
    made.here.sort(key=lambda pk: (pk not in in_force, found.here[pk].order, order.index(bindings[pk])))
    made.wide.sort(key=lambda pk: order.index(bindings[pk]))
    _statements(asker, found, made, {item.pk: item for item in items}, in_force, bindings)
    return made


def _plan_fact(item: Item, area: Perimeter, is_in_force: bool) -> str:
    status = str(item.plan.get_status_display())
    replaced = area.plan.is_replaced and not is_in_force
    parts = [str(item.plan.get_type_display()), _("abgelöst") if replaced else status]
    return ", ".join(part for part in parts if part)


def _statements(
    asker: Asker, found: Applying, made: _Plans, plans: dict[str, Item], in_force: Iterable[str], bindings: dict[str, Any]
) -> None:  # fmt: skip
    """What the plans say that binds: of those that cover the place, of those for the whole city that bind others, and what has a place of its own."""
    covering = {pk for pk in made.here if pk in in_force and found.here[pk].rank in APPLIES}
    wide = {pk for pk in made.wide if bindings[pk] in BINDING_OTHERS}
    own = set(found.of("plan_statement")) | set(found.city.get("plan_statement", ()))
    seen = Item.objects.visible_to(asker.actor).filter(concept=asker.concept, kind="plan_statement")
    rows = list(
        PlanStatement.objects.filter(Q(plan__in=covering | wide) | Q(pk__in=own), item__in=seen)
        .exclude(type=PlanStatement.Type.STATE, marking="")
        .select_related("item")
        .order_by("item__sort_key", "pk")[: MOST_STATEMENTS + 1]
    )
    found.is_cut |= len(rows) > MOST_STATEMENTS
    rows = rows[:MOST_STATEMENTS]
    ids = [row.pk for row in rows]
    placed = set(Location.objects.filter(pk__in=ids).values_list("pk", flat=True))
    placed |= set(Link.objects.filter(source__in=ids, kind=PLACE).values_list("source", flat=True))
    local: list[str] = []
    for row in rows:
        if row.pk in placed and row.pk not in own:
            continue  # it has a place of its own, and that is elsewhere
        plan = plans.get(row.plan_id or "")
        binding = binding_of_statement(row, plan.plan if plan else None)
        is_prepared = binding is not None and binding.key == Bindingness.REGIONAL_PREPARED
        if binding is not None and binding.key in NOT_BINDING:
            continue
        if plan is not None and plan.pk not in in_force and not is_prepared:
            continue
        if binding is None:
            made.unbound += row.pk in found.here
            continue
        made.binding[row.pk] = binding
        if plan is not None:
            made.plan_of[row.pk] = plan.pk
        if row.pk in found.here or (row.plan_id in covering and row.pk not in placed):
            local.append(row.pk)
        else:
            made.wide_statements.append(row.pk)
    order = list(BINDINGS)
    made.statements = sorted(local, key=lambda pk: order.index(made.binding[pk].key))
    made.wide_statements.sort(key=lambda pk: order.index(made.binding[pk].key))


class _Rows:
    """The rows of all items that are shown, read at once. Some nine queries."""

    def __init__(self, asker: Asker, found: Applying, plans: _Plans, ids: set[str]) -> None:
        self.found, self.plans = found, plans
        names = kind_names(asker)
        through = {pk for key in ids if key in found.here for pk in found.here[key].through[:3]}
        wanted = ids | through | {plans.plan_of[pk] for pk in ids if pk in plans.plan_of}
        visible = Item.objects.visible_to(asker.actor).filter(pk__in=wanted)
        items = list(read_with_states(visible).order_by())
        self.states = states_of(asker, items)
        self.items = {item.pk: item for item in shown_items(items, names)}
        self.names = names
        quoted = [
            item.pk for item in items if item.kind in ("contribution", "plan_statement") and item.pk in ids
        ]
        self.texts = dict(Item.objects.filter(pk__in=quoted).values_list("pk", "text"))
        assert asker.concept is not None
        self.districts = {row.pk: row.item.shown_title for row in map_places(asker.concept, asker.actor)}
        self.numbers = {pk: item.number or f"„{item.shown_title}“" for pk, item in self.items.items()}

    def of(self, ids: Iterable[str], *, is_wide: bool = False) -> list[DossierRow]:
        """The rows of some items in their order."""
        return [self._row(pk, is_wide) for pk in ids if pk in self.items]

    def _row(self, pk: str, is_wide: bool) -> DossierRow:
        item, state = self.items[pk], self.states.get(pk)
        reason = None if is_wide else self.found.here.get(pk)
        plan = self.plans.plan_of.get(pk, "")
        why = _("gilt für die ganze Stadt") if is_wide else self.plans.said_area.get(pk, "")
        if reason is not None:
            why = self._why(reason)
        elif plan and not is_wide:
            reason = self.found.here[plan]
            why = _("aus %(plan)s; dessen Gebiet: %(why)s") % {
                "plan": self.numbers[plan], "why": reason_words(reason, self.districts, self.numbers),
            }  # fmt: skip
        elif plan:
            why = _("aus %(plan)s, gilt für die ganze Stadt") % {"plan": self.numbers[plan]}
        fact = self.plans.facts.get(pk, "") or (state.fact if state else "")
        if pk in self.plans.binding:
            fact = str(self.plans.binding[pk].short)
        elif item.kind in COUNCIL:
            fact = str(self.names(item.kind))
        return DossierRow(item, why, reason, fact, self.texts.get(pk, ""), state.mark if state else None)

    def _why(self, reason: Reason) -> str:
        """Why something applies; of a goal also how that lies which brings it here."""
        said = reason_words(reason, self.districts, self.numbers)
        closest = self.found.here.get(reason.through[0]) if reason.through else None
        if closest is None:
            return said
        return f"{said} ({reason_words(closest, self.districts, self.numbers)})"
