"""New values of indicators in a round of reports: asked on the same page, questioned where they do not fit, released in one go."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client

from insek.evidence.models import Observation
from insek.evidence.queries import CityValue
from insek.evidence.services import NewObservation, record_observations
from insek.notices.models import Notice
from insek.people.actors import PROGRAM, actor_for
from insek.release.models import Proposal
from insek.steering import rounds
from insek.steering.plausible import question_about
from insek.steering.round_models import RoundValue
from insek.steering.round_queries import standings
from insek.steering.round_values import values_asked
from tests.factories import make_item, make_unit
from tests.reading import words
from tests.steering.making import answered, form_of, open_round, page_of, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_day_of_round")]
ASKS = ["next_step", "values"]


@pytest.fixture
def asking(concept, lead, unit, trees):
    return open_round(concept, lead, [unit], asks=ASKS)


def test_the_page_asks_for_the_next_value_with_what_is_known(asking, trees, unit, clerk):
    client, address = signed_in(clerk), page_of(asking, unit)
    text = words(client.get(address))
    assert "2024: 108 Bäume" in text and "Quelle: Baumkataster" in text and "gezählt" in text
    sent = form_of(client, address)
    assert sent[f"m-{trees.pk}-period"] == "2025" and sent[f"m-{trees.pk}-source_title"] == "Baumkataster"
    client.post(address, {**sent, **answered(trees, says="new", value="110"), "act": "send"})
    [proposal] = Proposal.objects.filter(act="observations")
    assert not Observation.objects.filter(period="2025").exists()
    page = signed_in_lead_page(asking)
    assert "110" in page and "Angehakte veröffentlichen" in page
    done, left = rounds.release_reports(asking, {proposal.pk: proposal.version}, actor=PROGRAM)
    assert (done, left) == (1, 0)
    value = Observation.objects.current().get(period="2025")
    assert value.value == 110 and value.source_title == "Baumkataster"
    assert "110" in words(Client().get(trees.url))


def signed_in_lead_page(round):
    from insek.people.models import User

    client = signed_in(User.objects.get(username="leitung"))
    return words(client.get(f"/mein-bereich/berichtsrunden/{round.key}/"))


def test_no_new_value_is_one_click_and_answers(asking, trees, unit, clerk):
    client, address = signed_in(clerk), page_of(asking, unit)
    [row] = standings(asking)
    assert (row.asked, row.asked_values, row.owes) == (1, 1, 1)
    assert "ein Indikator" in words(client.get("/mein-bereich/"))
    client.post(address, {**form_of(client, address), **answered(trees, says="same"), "act": "send"})
    assert RoundValue.objects.get().is_answered and not Proposal.objects.exists()
    [row] = standings(asking)
    assert row.owes == 0 and page_of(asking, unit) not in client.get("/mein-bereich/").content.decode()


def test_a_value_that_does_not_fit_is_asked_about_and_explained(asking, trees, unit, clerk):
    client, address = signed_in(clerk), page_of(asking, unit)
    sent = {**form_of(client, address), **answered(trees, says="new", value="170"), "act": "send"}
    answer = client.post(address, sent)
    assert answer.status_code == 400 and "weicht ungewöhnlich weit" in words(answer)
    assert RoundValue.objects.get().value == 170 and not Proposal.objects.exists()
    note = {"note": "Ein Wald ist eingemeindet."}
    kept = client.post(
        address,
        {**form_of(client, address), **answered(trees, **note), "act": "draft"},
        headers={"accept": "application/json"},
    ).json()
    assert kept["problems"] == {} and "weicht ungewöhnlich weit" in kept["questions"][trees.pk]
    client.post(address, {**form_of(client, address), "act": "send"})
    payload = Proposal.objects.get().payload["values"][0]
    assert payload["note"] == "Ein Wald ist eingemeindet." and payload["value"] == "170"


def test_what_is_missing_or_known_is_refused_and_kept(asking, trees, unit, clerk):
    client, address = signed_in(clerk), page_of(asking, unit)
    for said, told in (
        ({"period": "2025-Q1", "value": "110"}, "passt nicht zum Turnus"),
        ({"period": "irgendwann", "value": "110"}, "Stichtag oder Zeitraum"),
        ({"period": "2025", "value": ""}, "Bitte einen Wert angeben"),
        ({"period": "2025", "value": "110", "source_title": ""}, "nennen Sie die Quelle"),
        ({"period": "2024", "value": "108", "source_title": "Kataster"}, "steht schon da"),
    ):
        sent = {**form_of(client, address), **answered(trees, says="new", **said), "act": "send"}
        answer = client.post(address, sent)
        assert answer.status_code == 400 and told in words(answer), said
    assert not Proposal.objects.exists()


def test_only_what_is_due_in_the_time_of_the_round_is_asked_for(concept, asking, trees, city, unit, lead):
    assert [each.item for each in values_asked(asking)] == [trees]
    make_item("indicator", concept=concept, supplied_by=make_unit("anderes"))
    make_item("indicator", concept=concept, supplied_by=unit, formula=f"[{trees.pk}] * 2", title="Abgeleitet")
    empty = make_item("indicator", concept=concept, supplied_by=unit, title="Noch ohne Wert", number="I 9")
    assert [each.item for each in values_asked(asking)] == [trees, empty]
    record_observations(
        trees.indicator,
        [NewObservation(city.district, "2025", Decimal(110), source_title="x")],
        label="x",
        actor=PROGRAM,
    )
    assert [each.item for each in values_asked(asking)] == [empty], (
        "the value of the time of the round is there"
    )
    assert values_asked(open_round(concept, lead, [unit])) == [], "a round that asks for no values"


def test_the_lead_asks_back_about_a_value(asking, trees, unit, clerk, lead):
    client, address = signed_in(clerk), page_of(asking, unit)
    client.post(
        address, {**form_of(client, address), **answered(trees, says="new", value="110"), "act": "send"}
    )
    said = RoundValue.objects.get()
    page = f"/mein-bereich/berichtsrunden/{asking.key}/"
    sent = {"act": "ask", "answer": f"w{said.pk}", "version": said.version, "question": "Mit Stadtwald?"}
    assert signed_in(lead).post(page, sent).status_code == 302
    assert Proposal.objects.get().state == "returned"
    assert Notice.objects.filter(kind="round_question", to=f"user:{clerk.pk}").count() == 1
    assert "Mit Stadtwald?" in words(client.get(address))
    client.post(address, {**form_of(client, address), **answered(trees, value="111"), "act": "send"})
    assert Proposal.objects.filter(state="waiting").get().payload["values"][0]["value"] == "111"


def test_a_value_of_another_unit_is_not_taken(asking, concept, unit, clerk):
    from django.core.exceptions import ValidationError

    from insek.steering.round_values import save_value

    other = make_item("indicator", concept=concept, supplied_by=make_unit("anderes"))
    with pytest.raises(ValidationError, match="andere Einheit"):
        save_value(asking, other, unit, {"says": "same"}, expected_version=0, actor=actor_for(clerk))


@pytest.mark.parametrize(
    ("before", "value", "told"),
    [
        ([], "5", ""),
        (["100"], "140", ""),
        (["100"], "160", "weicht ungewöhnlich"),
        (["100"], "1000", "Komma"),
        (["100", "102", "104", "106"], "108", ""),
        (["100", "102", "104", "106"], "130", "weicht ungewöhnlich"),
        (["100", "140", "90", "150"], "100", ""),
        (["3", "4"], "-1", "negativ"),
        (["0", "0"], "7", ""),
    ],
)
def test_the_rules_of_the_question(concept, before, value, told):
    indicator = make_item("indicator", concept=concept, unit="Bäume").indicator
    known = [CityValue(str(2000 + at), Decimal(text)) for at, text in enumerate(before)]
    said = question_about(indicator, known, "2025", Decimal(value))
    assert (told in said) if told else said == ""


def test_a_share_above_a_hundred_is_asked_about(concept):
    indicator = make_item("indicator", concept=concept, unit="%").indicator
    assert "zwischen 0 und 100" in question_about(indicator, [], "2025", Decimal("101"))
    assert question_about(indicator, [], "2025", Decimal("99")) == ""


def test_a_question_back_about_a_value_that_stands_can_be_answered(asking, trees, unit, clerk, lead):
    client, address = signed_in(clerk), page_of(asking, unit)
    client.post(
        address, {**form_of(client, address), **answered(trees, says="new", value="110"), "act": "send"}
    )
    proposal = Proposal.objects.get()
    assert rounds.release_reports(asking, {proposal.pk: proposal.version}, actor=actor_for(lead)) == (1, 0)
    said = RoundValue.objects.get()
    rounds.ask_back(said, "Mit Stadtwald?", expected_version=said.version, actor=actor_for(lead))
    assert [each.item for each in values_asked(asking)] == [trees]
    [row] = standings(asking)
    assert (row.asked, row.asked_back, row.owes) == (1, 1, 1)
    assert "Mit Stadtwald?" in words(client.get(address))
    client.post(address, {**form_of(client, address), **answered(trees, value="111"), "act": "send"})
    assert Proposal.objects.get(state="waiting").payload["values"][0]["value"] == "111"
