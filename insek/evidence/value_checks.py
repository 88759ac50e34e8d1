"""What is asked of periods, parts and percentages before a value is recorded."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from insek.engines import periods
from insek.engines.numbers import PERCENT, has_unit
from insek.engines.tables.breakdowns import read_key
from insek.engines.tables.time_spans import read_time
from insek.thread.cleaning import is_moment
from insek.web.display import period_words

from .breakdowns import cut_in_words
from .models import Indicator


def check_moment(text: str) -> str:
    """Return a day, month or year in normal form. Raises ValidationError for one that does not exist."""
    if not is_moment(text.strip()):
        raise ValidationError(
            _("Bitte ein Jahr, einen Monat oder einen Tag angeben, etwa 2024 oder 2024-12-31.")
        )
    return text.strip()


def check_period(text: str, indicator: Indicator | None = None) -> str:
    """Return a period in normal form, as it is kept or as people write it. Raises ValidationError.

    Of an ``indicator`` only such as go with its turn: no quarter stands among years.
    """
    plain = " ".join(text.split())
    try:
        if not periods.is_period(plain):
            span = read_time(plain)
            plain = periods.text_of(span.start, span.end)
    except ValueError:
        raise ValidationError(
            _(
                "Bitte einen Stichtag oder Zeitraum angeben, etwa 2024, 2024-12-31, 2024-06, 2024-Q1, 2024-H1, 2022/23 oder 2020-2022."
            )
        ) from None
    if indicator is not None and not fits_turn(plain, indicator):
        raise ValidationError(
            _("%(period)s passt nicht zum Turnus des Indikators (%(turn)s).")
            % {"period": period_words(plain), "turn": indicator.get_periodicity_display()}
        )
    return plain


def fits_turn(period: str, indicator: Indicator) -> bool:
    """Whether a period goes with the turn of an indicator."""
    kinds = indicator.period_kinds
    return not kinds or periods.period_of(period).kind in kinds


def check_breakdown(key: str, indicator: Indicator) -> str:
    """Return the key of a part that the indicator has. Raises ValidationError."""
    if not key:
        return key
    try:
        cut = read_key(key)
    except ValueError:
        raise ValidationError(_("Diese Gliederung ist nicht zu verstehen.")) from None
    if not cut.dimensions() <= indicator.dimensions:
        raise ValidationError(
            _("Der Indikator hat diese Gliederung nicht: %(part)s.") % {"part": cut_in_words(cut)}
        )
    return key


def check_percent(indicator: Indicator, text: str) -> None:
    """Refuse a percentage where the indicator counts otherwise. Raises ValidationError."""
    if has_unit(text, PERCENT) and not indicator.in_percent:
        raise ValidationError(
            _("Hier steht ein Prozentwert; der Indikator zählt in %(unit)s. Bitte rechnen Sie um.")
            % {"unit": indicator.unit_text}
        )
