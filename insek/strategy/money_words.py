"""Costs and funding in words."""

from __future__ import annotations

from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from .fact_sheet import CostLine, FundingLine, GoalEffect, TakingPart


def euro(amount: int) -> str:
    """An amount with its unit, grouped."""
    return _("%(amount)s Euro") % {"amount": number_format(amount, force_grouping=True)}


def range_words(low: int, high: int | None, *, about: bool = False) -> str:
    """A range as it is said: one amount, from … to …, at least."""
    if high is None:
        return _("mindestens %(amount)s") % {"amount": euro(low)}
    if low == 0 and high:
        return _("höchstens %(amount)s") % {"amount": euro(high)}
    if low == high:
        return _("rund %(amount)s") % {"amount": euro(low)} if about else euro(low)
    said = _("%(low)s bis %(high)s") % {"low": number_format(low, force_grouping=True), "high": euro(high)}
    return _("rund %(amount)s") % {"amount": said} if about else said


def short_range(low: int, high: int | None) -> str:
    """A range rounded to what a bar of a chart has room for; the table beside it is exact."""
    most = low if high is None else high
    unit, words, decimals = (
        (1_000_000, _("%(amount)s Mio. €"), 2) if most >= 1_000_000 else (1_000, _("%(amount)s Tsd. €"), 0)
    )
    first, last = (number_format(round(Decimal(each) / unit, decimals), decimals) for each in (low, most))
    if most < 1_000:
        return range_words(low, high)
    if high is None:
        return _("ab %(amount)s") % {"amount": words % {"amount": first}}
    return words % {"amount": first if first == last else f"{first}–{last}"}


def amount_words(line: CostLine) -> str:
    """The amount of a line of costs; empty where it is open."""
    if line.amount_eur is None:
        return ""
    about = line.precision == CostLine.Precision.ABOUT
    if line.up_to_eur is not None:
        return range_words(line.amount_eur, line.up_to_eur, about=about)
    said = euro(line.amount_eur)
    if line.precision == CostLine.Precision.EXACT:
        return said
    words = {
        "about": _("rund %(amount)s"),
        "at_least": _("mindestens %(amount)s"),
        "at_most": _("höchstens %(amount)s"),
    }
    return words[line.precision] % {"amount": said}


def span_words(begin: int | None, end: int | None) -> str:
    """Years, such as 2026–2029, from 2026, until 2029; empty for none."""
    if begin and end:
        return str(begin) if begin == end else f"{begin}–{end}"
    if begin:
        return _("ab %(year)s") % {"year": begin}
    return _("bis %(year)s") % {"year": end} if end else ""


def cost_notes(line: CostLine) -> list[str]:
    """What has to be known of an amount: basis, prices, budget."""
    parts = [str(line.get_basis_display())]
    if line.price_year:
        parts.append(_("Preisstand %(year)s") % {"year": line.price_year})
    parts.append(str(line.get_budget_display()))
    if line.budget_product:
        parts.append(_("Produkt %(product)s") % {"product": line.budget_product})
    parts.append(str(line.get_duty_display()))
    return [part for part in parts if part]


def cost_words(line: CostLine) -> str:
    """A line of costs in one line."""
    amount = amount_words(line) or _("Betrag noch offen")
    if line.rhythm == CostLine.Rhythm.YEARLY:
        amount = _("%(amount)s im Jahr") % {"amount": amount}
    kind = _("Folgekosten") if line.is_follow_up else ""
    return ", ".join(filter(None, [line.title, kind, amount, span_words(line.from_year, line.to_year)]))


def percent_words(share: Decimal) -> str:
    """A share in percent, in its shortest form."""
    return _("%(share)s %%") % {"share": number_format(share.normalize(), use_l10n=True)}


def funding_words(line: FundingLine) -> str:
    """A line of funding in one line."""
    amount = euro(line.amount_eur) if line.amount_eur is not None else ""
    return ", ".join(filter(None, [str(line), amount, str(line.get_state_display())]))


def taking_part_words(row: TakingPart) -> str:
    """A unit that takes part, with its task."""
    return f"{row.unit}: {row.task}" if row.task else str(row.unit)


def effect_words(row: GoalEffect) -> str:
    """What a measure does to a goal, in one line."""
    how = [
        str(row.get_direction_display()),
        str(row.get_strength_display()),
        str(row.get_certainty_display()),
    ]
    return f"{row.goal.item}: {', '.join(filter(None, how))}"
