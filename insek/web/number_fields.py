"""Fields of forms that read numbers as people write them, in German and in English (``engines.numbers``)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from insek.engines.numbers import EURO, PERCENT, SIGNS, NotANumber, read_coordinate, read_number
from insek.engines.text import shortened


def sign_here() -> str:
    """What comes before the decimals in the language of the page."""
    return SIGNS.get((get_language() or "de")[:2], ",")


def typed_number(text: str, units: Iterable[str] = ()) -> Decimal:
    """A number in the notation of the page. Raises ValidationError that says how to write it."""
    try:
        return read_number(text, sign_here(), units=units)
    except NotANumber:
        told = _("„%(text)s“ ist keine Zahl. Bitte so schreiben: %(example)s")
        raise _refused(
            told, text, number_format(Decimal("1234.5"), decimal_pos=1, force_grouping=True)
        ) from None


def typed_whole_number(text: str, units: Iterable[str] = ()) -> int:
    """A whole number in the notation of the page. Raises ValidationError that says how to write it."""
    try:
        number = read_number(text, sign_here(), units=units)
    except NotANumber:
        number = Decimal("0.5")
    if number != number.to_integral_value():
        told = _("„%(text)s“ ist keine ganze Zahl. Bitte so schreiben: %(example)s")
        raise _refused(told, text, number_format(1234, force_grouping=True))
    return int(number)


def _refused(told: str, text: str, example: str) -> ValidationError:
    short = shortened(text, 40)
    return ValidationError(told % {"text": short, "example": example}, code="invalid")


class _Typed:
    """A text field with the keyboard for numbers; a browser's own number field reads ``1.500`` in its own way."""

    keyboard = "decimal"

    def __init__(self, *args: Any, units: Iterable[str] = (), **kwargs: Any) -> None:
        self.units = tuple(units)
        kwargs.setdefault("widget", forms.TextInput)
        super().__init__(*args, localize=True, **kwargs)  # type: ignore[call-arg]  # beside a field of Django

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": self.keyboard, "autocomplete": "off"}


class NumberField(_Typed, forms.DecimalField):
    """A number with decimals; ``units`` may follow it."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = typed_number(value, self.units) if value.strip() else None
        return super().to_python(value)


class PercentOrNumberField(NumberField):
    """A number that may carry a percent sign; the form asks whether it fits (``engines.numbers.has_unit``)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, units=PERCENT, **kwargs)


class WholeNumberField(_Typed, forms.IntegerField):
    """A number without decimals; ``units`` may follow it."""

    keyboard = "numeric"

    def to_python(self, value: Any) -> Any:
        if isinstance(value, Decimal):
            value = f"{value:f}".replace(".", sign_here())
        if isinstance(value, str):
            value = typed_whole_number(value, self.units) if value.strip() else None
        return super().to_python(value)


class EuroField(WholeNumberField):
    """Whole euros."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, units=EURO, **kwargs)


class CoordinateField(_Typed, forms.DecimalField):
    """Degrees; point and comma both come before the decimals."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            if not value.strip():
                return None
            try:
                value = read_coordinate(value)
            except NotANumber:
                raise ValidationError(
                    _("Bitte eine Zahl in Grad schreiben, mit Komma oder Punkt."), code="invalid"
                ) from None
        return super().to_python(value)
