"""The demo does not age: half a year and two years later it tells the same story, on its stated day."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone

from insek import clock
from insek.concept.models import Concept
from insek.config.settings import DEMO_DAY
from insek.people.actors import ANONYMOUS
from insek.people.models import User
from insek.publish.report.collect import concept_report
from insek.steering.light import Light
from insek.steering.models import StatusReport
from insek.thread.models import Round
from tests.demo_city import loaded_demo
from tests.reading import words

STORY = date.fromisoformat(DEMO_DAY)
PUBLIC = (
    "/", "/handlungsfelder/", "/umsetzung/", "/mitmachen/", "/beitraege/", "/massnahmen/", "/ziele/", "/vorlagen/",
    "/beschluesse/", "/ausgaben/", "/prozess/", "/grundlagen/", "/planwerke/gesamtschau/", "/suche/?q=Wasser", "/api/",
)  # fmt: skip
STAFF = ("/mein-bereich/", "/luecken/", "/freigaben/")


@pytest.fixture
def real_time(monkeypatch):
    """Lets the real clock go to another day."""
    really = timezone.now

    def shift(day: date) -> None:
        local = timezone.localtime(really())
        there = datetime.combine(
            day, local.time(), tzinfo=local.tzinfo
        )  # the day in the city, whatever it is in Greenwich
        by = there.astimezone(UTC) - local.astimezone(UTC)
        monkeypatch.setattr(timezone, "now", lambda: really() + by)

    return shift


def story() -> dict[str, str]:
    """What pages, feed and printed concept say, to visitors and to each login."""
    said = {}
    client = Client()
    for path in PUBLIC:
        answer = client.get(path)
        assert answer.status_code == 200, path
        said[path] = words(answer)
    said["steering.csv"] = b"".join(client.get("/umsetzung/massnahmen.csv")).decode()
    said["report"] = repr(concept_report(Concept.objects.get(), ANONYMOUS))
    for user in User.objects.filter(is_demo=True).order_by("username"):
        client = Client()
        client.force_login(user, backend=django_settings.AUTHENTICATION_BACKENDS[-1])
        for path in STAFF:
            answer = client.get(path)
            if answer.status_code == 200:
                said[f"{user.username} {path}"] = words(answer)
    return {
        name: re.sub(r"\b\d\d:\d\d\b|\?v=[0-9a-f]+", "·", text) for name, text in said.items()
    }  # the hour is the real one, and so are versions of files


def told_otherwise(first: dict[str, str], later: dict[str, str]) -> dict[str, tuple[str, str]]:
    """Where two tellings differ, with the words around the first difference."""
    found = {}
    for name in first.keys() | later.keys():
        one, other = first.get(name, ""), later.get(name, "")
        if one != other:
            at = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0)
            found[name] = (one[max(0, at - 60) : at + 80], other[max(0, at - 60) : at + 80])
    return found


@pytest.mark.slow
def test_whenever_it_is_loaded_the_story_is_the_same(db, settings, real_time):
    settings.INSEK_DAY = STORY
    told = []
    for day in (STORY, date(2026, 6, 1), date(2028, 11, 28)):
        real_time(day)
        with loaded_demo():
            told.append(story())
    assert len([name for name in told[0] if name.endswith("/mein-bereich/")]) == 9
    assert "Was möchten Sie sagen?" in told[0]["/mitmachen/"], "the open format is open"
    for later in told[1:]:
        assert told_otherwise(told[0], later) == {}


@pytest.mark.slow
def test_loaded_once_it_tells_the_same_half_a_year_and_two_years_later(db, settings, real_time):
    settings.INSEK_DAY = STORY
    real_time(STORY)
    with loaded_demo():
        first = story()
        for days in (182, 730):
            real_time(STORY + timedelta(days=days))
            assert told_otherwise(first, story()) == {}


@pytest.mark.slow
def test_papers_are_on_their_way_a_round_has_people_units_report_and_each_light_speaks(db, settings):
    settings.INSEK_DAY = STORY
    with loaded_demo():
        own = {}
        for login in ("rat", "ortsbeirat"):
            client = Client()
            client.force_login(
                User.objects.get(username=login), backend=django_settings.AUTHENTICATION_BACKENDS[-1]
            )
            own[login] = words(client.get("/mein-bereich/"))
        assert "Pendlerradroute: Auftrag für die Vorplanung" in own["rat"]
        assert "Mobilitätsstation am Haltepunkt Hohenecken" in own["ortsbeirat"]
        assert Round.objects.get().members.count() == 6
        assert StatusReport.objects.values("unit").distinct().count() >= 4
        section = Client().get("/umsetzung/").content.decode().partition('id="ziele"')[2]
        assert all(f"mark--{light}" in section for light in Light.values)


def test_what_happens_happens_on_the_stated_day_and_elsewhere_when_it_does(settings, real_time):
    real_time(date(2027, 3, 1))
    settings.INSEK_DAY = STORY
    assert clock.today() == STORY
    assert timezone.localtime(clock.now()).date() == STORY
    assert timezone.localtime(clock.now()).hour == timezone.localtime().hour
    settings.INSEK_DAY = None
    assert clock.today() == timezone.localdate() == date(2027, 3, 1)
    assert abs(clock.now() - timezone.now()) < timedelta(seconds=5)
