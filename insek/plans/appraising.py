"""The appraisal of a plan computed from facts: each number with the facts it follows from, by the rubric of its concept.

What is not known gives no points and is said. Nothing here is stored: it is shown beside what people decided, and offered to them.
docs/methods/appraisal.md explains the rubric and its limits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from insek import clock
from insek.concept.models import Field
from insek.engines.text.statements.parts import years_in
from insek.places.lying import drawn_items
from insek.thread.models import Item, Link

from .models import Bindingness, Plan, PlanAppraisal, PlanStatement
from .rubric import (
    BINDINGS,
    binding_of_plan,
    binding_of_statement,
    binding_reason,
    rubric,
    scale_step,
)
from .rubric_values import Rubric, rubric_of
from .text_signs import TextSigns, signs_of

SUPERSEDED, PARTLY = "superseded_by", "partly_superseded_by"
MOST_REASON = 500


@dataclass(frozen=True)
class Fact:
    """One fact with the points it gives or takes."""

    words: str
    points: int

    @property
    def signed(self) -> str:
        """The points with their sign, as people write it."""
        return f"{self.points:+d}".replace("-", "−") if self.points else "0"


@dataclass(frozen=True)
class ComputedScale:
    """A number between 0 and 100 with the facts it is the sum of."""

    value: int
    word: Any
    facts: tuple[Fact, ...]

    @property
    def reason(self) -> str:
        """The facts in one sentence, as long as a reason may be."""
        said = " ".join(fact.words for fact in self.facts)
        return said if len(said) <= MOST_REASON else f"{said[: MOST_REASON - 1].rsplit(' ', 1)[0]}…"


@dataclass(frozen=True)
class ComputedAppraisal:
    """What follows from the facts of a plan."""

    currency: ComputedScale
    substance: ComputedScale
    bindingness: Bindingness
    bindingness_reason: str
    mix: tuple[tuple[str, int], ...]
    """Classes of its statements with their numbers, the strongest first."""
    implementation: str
    implementation_reason: str
    has_text: bool = False
    """Whether statements of it are known; else its substance follows from what is entered about it."""

    @property
    def implementation_word(self) -> Any:
        """How far its own measures got, in words."""
        return PlanAppraisal.Implementation(self.implementation).label

    def as_values(self) -> dict[str, Any]:
        """The same as the form of an appraisal takes it."""
        return {
            "currency": self.currency.value,
            "currency_reason": self.currency.reason,
            "substance": self.substance.value,
            "substance_reason": self.substance.reason,
            "bindingness": self.bindingness,
            "bindingness_reason": self.bindingness_reason,
            "implementation": self.implementation,
            "implementation_reason": self.implementation_reason,
        }


@dataclass
class _Known:
    plan: Plan
    item: Item
    statements: list[PlanStatement]
    links: set[str]
    fields: int
    all_fields: int
    located: frozenset[str]
    """Which of its statements are about a district."""
    districts: int
    is_drawn: bool
    """Whether its area is drawn."""
    signs: TextSigns
    rubric: Rubric

    @property
    def year(self) -> int | None:
        """The year its age is reckoned from."""
        return self.plan.reckoned_year


def computed_appraisal(item: Item, known_rubric: Rubric | None = None) -> ComputedAppraisal:
    """Compute the appraisal of a plan from all that is known of it, internal statements too: only for insiders.

    ``known_rubric`` is that of its concept, where it was read already. Nine queries.
    """
    statements = list(PlanStatement.objects.filter(plan=item.pk).select_related("item"))
    own = [statement.pk for statement in statements]
    links = Link.objects.filter(source=item.pk, kind__in=[SUPERSEDED, PARTLY])
    fields = set(
        Item.fields.through.objects.filter(item__in=[item.pk, *own]).values_list("field_id", flat=True)
    )
    located = list(
        Link.objects.filter(source__in=[item.pk, *own], kind="located_in").values_list("source", "target")
    )
    known = _Known(
        plan=item.plan,
        item=item,
        statements=statements,
        links=set(links.values_list("kind", flat=True)),
        fields=len(fields),
        all_fields=Field.objects.filter(concept=item.concept_id).count(),
        located=frozenset(source for source, _district in located),
        districts=len({district for _source, district in located}),
        is_drawn=bool(statements) and bool(drawn_items([item.pk])),
        signs=signs_of(item, [row.item.text for row in statements]) if statements else TextSigns(False),
        rubric=known_rubric or rubric_of(item.concept_id),
    )
    bindingness = binding_of_plan(item.plan)
    implementation, implementation_reason = _implementation(known)
    return ComputedAppraisal(
        currency=_scale(known.rubric.currency, _currency_facts(known)),
        substance=_scale(
            known.rubric.substance, _substance_facts(known) if statements else _facts_without_text(known)
        ),
        bindingness=bindingness,
        bindingness_reason=binding_reason(item.plan),
        mix=_mix(known),
        implementation=implementation,
        implementation_reason=implementation_reason,
        has_text=bool(statements),
    )


def _scale(scale: Any, facts: list[Fact]) -> ComputedScale:
    value = max(0, min(100, sum(fact.points for fact in facts)))
    return ComputedScale(value, scale_step(scale, value).word, tuple(facts))


def _currency_facts(known: _Known) -> list[Fact]:
    """Age against the half-life, then what takes points; what holds no longer has a ceiling."""
    values, today = known.rubric, clock.today().year
    if known.year is None:
        facts = [Fact(_("Das Jahr ist nicht bekannt; gerechnet wird mit der Mitte."), 50)]
    else:
        age, half = max(0, today - known.year), values[f"half_life-{known.plan.type}"]
        words = ngettext(
            "Von %(year)s, %(age)s Jahr alt; Planwerke dieser Art verlieren in %(half)s Jahren die Hälfte.",
            "Von %(year)s, %(age)s Jahre alt; Planwerke dieser Art verlieren in %(half)s Jahren die Hälfte.",
            age,
        ) if known.plan.year else ngettext(
            "%(year)s beschlossen, %(age)s Jahr her; Planwerke dieser Art verlieren in %(half)s Jahren die Hälfte.",
            "%(year)s beschlossen, %(age)s Jahre her; Planwerke dieser Art verlieren in %(half)s Jahren die Hälfte.",
            age,
        )  # fmt: skip
        points = round(100 * 0.5 ** (age / half))
        facts = [Fact(words % {"year": known.year, "age": age, "half": half}, points)]
    if known.plan.horizon_year and known.plan.horizon_year < today:
        words = _("Es blickt nur bis %(year)s.") % {"year": known.plan.horizon_year}
        facts.append(Fact(words, -values["horizon_passed"]))
    if PARTLY in known.links:
        facts.append(Fact(_("Zum Teil abgelöst."), -values["superseded-part"]))
    data_year = _data_year(known)
    if data_year and known.year and known.year - data_year > values["old_data-years"]:
        words = _("Die jüngsten Zahlen darin sind von %(year)s.") % {"year": data_year}
        facts.append(Fact(words, -values["old_data-points"]))
    facts += _law_facts(known)
    total = sum(fact.points for fact in facts)
    for holds, ceiling, words in (
        (SUPERSEDED in known.links, values["superseded-whole"], _("Ganz abgelöst.")),
        (known.plan.status == Plan.Status.EXPIRED, values["expired"], _("Ausgelaufen.")),
    ):
        if holds:
            facts.append(Fact(words, min(0, ceiling - total)))
            total = min(total, ceiling)
    return facts


def laws_since(sort: str, year: int | None) -> list[str]:
    """Changes of law after a year that count for plans of a type; none for an unknown year."""
    if year is None:
        return []
    return [law["name"] for law in rubric()["laws"] if sort in law["types"] and law["year"] > year]


def _law_facts(known: _Known) -> list[Fact]:
    values, later = known.rubric, laws_since(known.plan.type, known.year)
    if not later:
        return []
    points = min(values["law-most"], values["law-points"] * len(later))
    return [Fact(_("Seither geändertes Recht: %(laws)s.") % {"laws": "; ".join(later)}, -points)]


def _data_year(known: _Known) -> int | None:
    """The latest year that a finding of the plan speaks of, not after the plan itself."""
    years = [
        year
        for row in known.statements
        if row.type == PlanStatement.Type.STATE
        for year in years_in(row.item.text)
        if known.year is None or year <= known.year
    ]
    return max(years, default=None)


def _substance_facts(known: _Known) -> list[Fact]:
    """What one can act on and check in its statements."""
    weight, rows = known.rubric.of("substance"), known.statements
    wishes = [row for row in rows if row.type != PlanStatement.Type.STATE]
    checkable = sum(row.is_checkable or row.pk in known.located for row in wishes)
    measures = sum(row.type == PlanStatement.Type.ACT for row in rows)
    numbers = sum(row.amount is not None for row in rows)
    costs = any(row.amount_unit.casefold().startswith(("euro", "€", "eur")) for row in rows)
    enough = known.rubric["enough_measures"]
    everywhere = known.districts == 0 and not known.plan.area
    return [
        Fact(
            _("%(n)s von %(all)s Zielen, Maßnahmen und Regeln lassen sich prüfen (Zahl, Jahr, Zuständige oder Stadtteil).")
            % {"n": checkable, "all": len(wishes)},
            round(weight["checkable"] * checkable / len(wishes)) if wishes else 0,
        ),
        Fact(
            ngettext("%(n)s Maßnahme.", "%(n)s Maßnahmen.", measures) % {"n": measures},
            round(weight["measures"] * min(1, measures / enough)),
        ),
        _field_fact(known, weight["fields"]),
        Fact(
            _("Kein Stadtteil und kein Gebiet eingetragen.") if everywhere
            else ngettext("%(n)s Stadtteil genannt.", "%(n)s Stadtteile genannt.", known.districts) % {"n": known.districts} if known.districts
            else _("Gilt für: %(area)s.") % {"area": known.plan.area},
            0 if everywhere else weight["districts"],
        ),
        Fact(
            _("%(n)s von %(all)s Kernaussagen nennen eine Zahl.") % {"n": numbers, "all": len(rows)},
            round(weight["numbers"] * min(1, 2 * numbers / len(rows))),
        ),
        _indicator_fact(known.signs, weight["indicators"]),
        Fact(_("Kosten sind genannt.") if costs else _("Kosten sind nicht genannt."), weight["costs"] if costs else 0),
        _map_fact(known, weight["map"]),
    ]  # fmt: skip


def _indicator_fact(signs: TextSigns, weight: int) -> Fact:
    if signs.indicators:
        words = _("Indikatoren oder Kennzahlen sind genannt (%(where)s).")
        return Fact(words % {"where": ", ".join(signs.indicators)}, weight)
    if signs.has_documents:
        return Fact(_("Indikatoren oder Kennzahlen sind im gelesenen Text nicht genannt."), 0)
    return Fact(_("Ob Indikatoren genannt sind, ist nicht bekannt: Ein Dokument liegt nicht vor."), 0)


def _map_fact(known: _Known, weight: int) -> Fact:
    if known.is_drawn:
        return Fact(_("Sein Gebiet ist gezeichnet."), weight)
    if known.signs.maps:
        words = _("Eine Karte ist genannt (%(where)s).")
        return Fact(words % {"where": ", ".join(known.signs.maps)}, weight)
    if known.signs.has_documents:
        return Fact(_("Eine Karte ist im gelesenen Text nicht genannt, und sein Gebiet ist nicht gezeichnet."), 0)  # fmt: skip
    return Fact(_("Ob es eine Karte enthält, ist nicht bekannt: Ein Dokument liegt nicht vor."), 0)


def _field_fact(known: _Known, weight: int) -> Fact:
    words = _("%(n)s von %(all)s Handlungsfeldern angesprochen.") % {
        "n": known.fields,
        "all": known.all_fields,
    }
    return Fact(words, round(weight * known.fields / known.all_fields) if known.all_fields else 0)


def _facts_without_text(known: _Known) -> list[Fact]:
    """What is entered about a plan whose text is not at hand; it cannot reach more than 60."""
    weight, plan = known.rubric.of("without_text"), known.plan
    aims = plan.aim_list
    numbers = sum(any(sign.isdigit() for sign in aim) for aim in aims)
    return [
        Fact(_("Ohne Kernaussagen: gerechnet aus dem, was über das Planwerk eingetragen ist, höchstens 60."), 0),
        Fact(
            ngettext("%(n)s Ziel eingetragen.", "%(n)s Ziele eingetragen.", len(aims)) % {"n": len(aims)},
            round(weight["aims"] * min(1, len(aims) / known.rubric["enough_aims"])),
        ),
        Fact(
            ngettext("%(n)s davon mit einer Zahl.", "%(n)s davon mit einer Zahl.", numbers) % {"n": numbers},
            round(weight["numbers"] * numbers / len(aims)) if aims else 0,
        ),
        _field_fact(known, weight["fields"]),
        Fact(
            _("Blickt bis %(year)s.") % {"year": plan.horizon_year} if plan.horizon_year else _("Kein Zieljahr bekannt."),
            weight["horizon"] if plan.horizon_year else 0,
        ),
        Fact(
            _("Gilt für: %(area)s.") % {"area": plan.area} if plan.area else _("Kein Gebiet bekannt."),
            weight["area"] if plan.area else 0,
        ),
        Fact(
            _("Sein Inhalt ist beschrieben.") if known.item.text else _("Sein Inhalt ist nicht beschrieben."),
            weight["described"] if known.item.text else 0,
        ),
    ]  # fmt: skip


def _mix(known: _Known) -> tuple[tuple[str, int], ...]:
    """How many statements bind in which class; a plan may hold several."""
    counts: dict[str, int] = {}
    for row in known.statements:
        binding = binding_of_statement(row, known.plan)
        if binding is not None:
            counts[binding.key] = counts.get(binding.key, 0) + 1
    return tuple((str(BINDINGS[key].name), counts[key]) for key in BINDINGS if key in counts)


def _implementation(known: _Known) -> tuple[str, str]:
    """Only what its state says; how far its measures got nobody can compute from that."""
    if known.plan.status == Plan.Status.RUNNING:
        return PlanAppraisal.Implementation.BEGUN, _(
            "Das Planwerk ist in Umsetzung; wie weit, ist nicht eingetragen."
        )
    return PlanAppraisal.Implementation.UNKNOWN, _("Dazu ist nichts eingetragen.")
