"""Numbers in forms: every field reads them with the one reader, in German and in English."""

import pkgutil
from decimal import Decimal
from importlib import import_module

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import override

import insek
from insek.evidence.models import Observation
from insek.steering.forms import TargetForm
from insek.steering.models import Target
from insek.strategy.row_forms import CostLineForm
from insek.web.number_fields import CoordinateField, EuroField, NumberField, WholeNumberField
from tests.factories import make_item, make_link


def all_forms():
    """Every form of the program."""
    for module in pkgutil.walk_packages(insek.__path__, "insek."):
        if module.name.rsplit(".", 1)[-1] in {"forms", "views"} or "form" in module.name:
            import_module(module.name)
    waiting, found = [forms.BaseForm], set()
    while waiting:
        below = waiting.pop().__subclasses__()
        waiting += below
        found |= {form for form in below if form.__module__.startswith("insek.")}
    return sorted(found, key=lambda form: (form.__module__, form.__name__))


def test_no_form_reads_a_number_in_a_way_of_its_own():
    seen, own = 0, []
    for form in all_forms():
        for name, field in getattr(form, "base_fields", {}).items():
            if not isinstance(field, forms.IntegerField | forms.DecimalField):
                continue
            if isinstance(field.widget, forms.HiddenInput | forms.Select):
                continue
            seen += 1
            if not isinstance(field, NumberField | WholeNumberField | CoordinateField):
                own.append(f"{form.__module__}.{form.__name__}.{name}")
    assert own == []
    assert seen > 25


@pytest.mark.parametrize(("language", "text", "number"), [
    ("de", "101.500", "101500"), ("de", "101,5", "101.5"), ("de", "1.234,56", "1234.56"), ("de", "101.5", "101.5"),
    ("en", "101,500", "101500"), ("en", "101.500", "101.5"), ("en", "1.234,56", "1234.56"),
])  # fmt: skip
def test_a_number_is_read_in_the_language_of_the_page(language, text, number):
    with override(language):
        assert NumberField().clean(text) == Decimal(number)


@pytest.mark.parametrize(("text", "number"), [
    ("1.500", 1500), ("2.500.000 €", 2500000), ("2 500 000", 2500000), ("1.500,00", 1500), ("1.500,-", 1500), ("", None),
])  # fmt: skip
def test_euros(text, number):
    assert EuroField(required=False).clean(text) == number


@pytest.mark.parametrize(("field", "text", "words"), [
    (NumberField(), "12 34", r"„12 34“ ist keine Zahl. Bitte so schreiben: 1.234,5"),
    (WholeNumberField(), "1,5", r"„1,5“ ist keine ganze Zahl. Bitte so schreiben: 1.234"),
    (WholeNumberField(), "x" * 90, "x{39}…“"), (CoordinateField(), "49 26 40", "in Grad"),
])  # fmt: skip
def test_what_is_none_is_refused_with_the_way_to_write_it(field, text, words):
    with pytest.raises(ValidationError, match=words):
        field.clean(text)


def test_what_a_field_shows_it_reads_again():
    for language in ("de", "en"):
        with override(language):
            for number in (Decimal("1234567.125"), Decimal("0.125"), Decimal(1500)):
                field = NumberField()
                shown = field.widget.format_value(field.prepare_value(number))
                assert field.clean(shown) == number


def test_a_browser_gets_a_text_field_with_the_keyboard_for_numbers():
    [html] = [str(field) for field in _cost_form() if field.name == "amount_eur"]
    assert 'type="text"' in html
    assert 'inputmode="numeric"' in html


def _cost_form():
    class Costs(forms.ModelForm):
        class Meta:
            model = CostLineForm.Meta.model
            fields = ["amount_eur"]
            field_classes = CostLineForm.Meta.field_classes

    return Costs()


@pytest.fixture
def aim(concept):
    """A goal that an indicator in percent measures, and the indicator."""
    goal = make_item("goal", title="Mehr Rad")
    indicator = make_item("indicator", title="Radanteil", unit="%")
    make_link(goal, indicator, "measured_by")
    return goal, indicator


@pytest.mark.parametrize(("value", "kept"), [("1.500", "1500"), ("12,5", "12.5"), ("12,5 %", "12.5")])
def test_a_target_is_read_as_it_is_written(aim, value, kept):
    goal, indicator = aim
    sent = {
        "indicator": indicator.pk, "direction": "at_least", "value": value, "year": "2.035", "base_period": "2024",
        "base_value": "8,3", "standing": "working", "version": 1,
    }  # fmt: skip
    form = TargetForm(sent, goal=goal.goal, instance=Target(goal=goal.goal))
    assert form.is_valid(), form.errors
    assert (form.cleaned_data["value"], form.cleaned_data["year"]) == (Decimal(kept), 2035)


def test_a_percentage_is_no_value_of_an_indicator_that_counts_otherwise(aim):
    goal, indicator = aim
    indicator.indicator.unit = "Menschen"
    indicator.indicator.save()
    sent = {
        "indicator": indicator.pk, "direction": "at_least", "value": "12,5 %", "year": "2035", "base_period": "2024",
        "base_value": "8", "standing": "working", "version": 1,
    }  # fmt: skip
    form = TargetForm(sent, goal=goal.goal, instance=Target(goal=goal.goal))
    assert "zählt in Menschen" in form.errors["value"][0]


def test_a_new_value_of_an_indicator_may_carry_its_unit(as_role, concept):
    indicator, city = make_item("indicator", unit="€/m²"), make_item("district", level="city")
    answer = as_role("project-lead").post(
        reverse("observation-create", args=[indicator.pk]),
        {"district": city.pk, "period": "2024", "value": "1.108,50 €/m²", "quality": "measured",
         "source_title": "Statistik"},
    )  # fmt: skip
    assert answer.status_code == 302
    assert Observation.objects.get().value == Decimal("1108.5")
