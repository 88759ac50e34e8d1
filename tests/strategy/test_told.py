"""Periods of grants warn half a year and a month ahead; figures are missed when their period is long over."""

from datetime import date
from decimal import Decimal

import pytest

from insek.evidence.services import NewObservation, record_observations
from insek.notices.models import Notice
from insek.notices.outbox import tell_of_the_day
from insek.people.actors import PROGRAM
from insek.strategy.fact_sheet import FundingLine
from insek.strategy.told import last_day
from tests.factories import make_item, make_unit, make_user
from tests.reading import words

pytestmark = pytest.mark.django_db


def on(settings, *moment):
    settings.INSEK_DAY = date(*moment)
    tell_of_the_day()


def test_the_end_of_a_grant_is_told_twice_ahead(concept, settings, client):
    unit = make_unit("bau")
    user = make_user("department", username="a", unit=unit)
    measure = make_item("measure", responsible=unit, title="Brücke").measure
    values = {"measure": measure, "source": "Land"}
    FundingLine.objects.create(**values, state="granted", granted_until="2027", bound_until="2040-05")
    FundingLine.objects.create(**values, state="refused", granted_until="2027")
    told = Notice.objects.filter(kind="grant_ends")
    on(settings, 2027, 6, 30)
    assert told.count() == 0
    on(settings, 2027, 7, 5)
    on(settings, 2027, 9, 5)
    assert [notice.to for notice in told.all()] == [f"user:{user.pk}"]
    on(settings, 2027, 12, 2)
    assert told.count() == 2
    client.force_login(user)
    assert "Bewilligungszeitraum bis 31.12.2027 (Land)" in words(client.get("/nachrichten/"))
    on(settings, 2028, 1, 2)
    assert told.count() == 2
    assert (last_day("2028-02"), last_day(""), last_day("bald")) == (date(2028, 2, 29), None, None)


def test_the_day_to_apply_by_is_told_ahead_until_somebody_has_applied(concept, settings, client):
    unit = make_unit("bau")
    user = make_user("department", username="a", unit=unit)
    measure = make_item("measure", responsible=unit, title="Brücke").measure
    line = FundingLine.objects.create(
        measure=measure,
        source="Land",
        programme="Brücken",
        state="idea",
        apply_by="2027-03-31",
        granted_until="2027-04",
    )
    told = Notice.objects.filter(kind="grant_ends")
    on(settings, 2026, 9, 1)
    assert told.count() == 0
    on(settings, 2026, 11, 2)
    assert [(notice.to, notice.data["which"]) for notice in told] == [(f"user:{user.pk}", "apply_by")], (
        "an idea is granted nothing that ends"
    )
    client.force_login(user)
    assert "Antrag bis 31.03.2027 (Land, Brücken)" in words(client.get("/nachrichten/"))
    assert "Antrag bis 31. März 2027" in words(client.get(measure.item.url))
    FundingLine.objects.filter(pk=line.pk).update(state="applied")
    on(settings, 2027, 3, 10)
    assert {notice.data["which"] for notice in told.all()} == {"apply_by", "granted_until"} and told.filter(
        data__which="apply_by"
    ).count() == 1
    assert "Antrag bis" not in words(client.get(measure.item.url))


def test_a_figure_whose_period_is_long_over_is_missed_once_a_month(concept, settings, client):
    user = make_user("planner", username="p")
    indicator = make_item("indicator", title="Radanteil", periodicity="year")
    make_item("indicator", title="Nie gemessen", periodicity="year")
    city = make_item("district", title="Stadt", level="city")
    row = NewObservation(city.district, "2024", Decimal(10), source_title="Amt")
    record_observations(indicator.indicator, [row], label="x", actor=PROGRAM)
    told = Notice.objects.filter(kind="figures_due")
    on(settings, 2026, 9, 1)
    assert told.count() == 0
    on(settings, 2026, 10, 5)
    on(settings, 2026, 10, 20)
    assert [notice.to for notice in told.all()] == [f"user:{user.pk}"]
    on(settings, 2026, 10, 28)
    assert told.count() == 1
    on(settings, 2026, 10, 29)
    on(settings, 2026, 11, 1)
    assert told.count() == 2, "the first of a month is no new month"
    client.force_login(user)
    page = words(client.get("/nachrichten/"))
    assert "Zu einem Indikator sollte es einen neueren Wert geben" in page and "Radanteil" in page
