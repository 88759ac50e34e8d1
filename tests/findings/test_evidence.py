"""A finding rests on evidence that shows its figure, or is marked as an assertion: on its page, in the list, on the board."""

from decimal import Decimal

from django.urls import reverse

from insek.engines.documents.content import Block
from insek.evidence.models import SeriesBreak
from insek.evidence.services import NewObservation, record_observations
from insek.people.actors import PROGRAM
from insek.thread.gaps import gap_named
from insek.thread.models import Link
from tests.documents.making_documents import make_document
from tests.factories import make_item, make_user


def measured(title, values, **given):
    city = make_item("district", level="city", title="Musterstadt")
    indicator = make_item("indicator", title=title, unit="Plätze", **given)
    rows = [
        NewObservation(city.district, period, Decimal(value), source_title="Amt") for period, value in values
    ]
    record_observations(indicator.indicator, rows, label="x.csv", actor=PROGRAM)
    return indicator, city


def test_evidence_is_chosen_by_its_figure_or_the_finding_says_that_there_is_none(client, concept):
    client.force_login(make_user("planner"))
    indicator, city = measured("Kitaplätze", [("2020", 400), ("2021", 420), ("2022", 460), ("2023", 500)])
    finding = make_item("finding", title="Es fehlen Kitaplätze", type="weakness", visibility="internal")
    make_document(
        concept, [Block("paragraph", "Im Westen fehlen viele Kitaplätze.")], title="Bericht", is_public=True
    )
    page = reverse("finding-evidence", args=[finding.pk])
    found = client.get(page, {"q": "Kitaplätze"}).content.decode()
    assert "Musterstadt: 500 Plätze (2023)" in found
    assert "Musterstadt: von 400 Plätze (2020) auf 500 Plätze (2023), 25 % mehr" in found
    assert "Im Westen fehlen viele Kitaplätze." in found

    assert client.post(f"{page}?q=Kitaplätze", {"beleg": "aaaaaaaa:"}).status_code == 400
    assert torn(concept) == {finding.pk}
    client.post(page, {"behauptung": "1", "version": 1})
    assert torn(concept) == set()
    assert "Behauptung ohne Beleg" in client.get(finding.url).content.decode()
    assert states(client, finding) == {"behauptung"}

    client.post(f"{page}?q=Kitaplätze", {"beleg": f"{indicator.pk}:verlauf.{city.pk}", "satz": ""})
    link = Link.objects.get(target=finding, kind="evidences")
    assert (link.source, link.locator) == (indicator, "Musterstadt, 2020–2023")
    assert link.reason == "Kitaplätze, Musterstadt: von 400 Plätze (2020) auf 500 Plätze (2023), 25 % mehr."
    assert states(client, finding) == {"belegt"}
    again = client.get(page, {"q": "Kitaplätze"}).content.decode()
    assert f"{indicator.pk}:" not in again
    key = again.split('value="seite:')[1].split('"')[0]
    client.post(f"{page}?q=Kitaplätze", {"beleg": f"seite:{key}"})
    assert finding.passages.get().quotation == "Im Westen fehlen viele Kitaplätze."
    assert "2 Belege" in client.get(reverse("board")).content.decode()


def test_a_projected_value_stands_beside_counted_ones_and_says_what_it_is(client, concept):
    client.force_login(make_user("planner"))
    indicator, city = measured("Menschen", [("2021", 400), ("2022", 410), ("2023", 420)])
    ahead = NewObservation(
        city.district, "2040", Decimal(500), quality="forecast", standard_error=Decimal(39), source_title="Szenario",
        note="Median; 80 von 100 Ziehungen: 450 bis 550",
    )  # fmt: skip
    record_observations(indicator.indicator, [ahead], label="x", actor=PROGRAM)
    finding = make_item("finding", visibility="internal")
    page = reverse("finding-evidence", args=[finding.pk])
    found = client.get(page, {"q": "Menschen"}).content.decode()
    assert "Musterstadt: 420 Plätze (2023)" in found
    assert "auf 420 Plätze (2023)" in found, "a development ends with what was counted"
    assert (
        "Musterstadt: 500 Plätze (2040; vorausberechnet; Median; 80 von 100 Ziehungen: 450 bis 550)" in found
    )
    client.post(f"{page}?q=Menschen", {"beleg": f"{indicator.pk}:voraus.{city.pk}", "satz": ""})
    link = Link.objects.get(target=finding, kind="evidences")
    assert (
        link.reason
        == "Menschen: 500 Plätze (Musterstadt, 2040; vorausberechnet; Median; 80 von 100 Ziehungen: 450 bis 550)."
    )


def test_what_is_public_rests_on_new_evidence_only_after_its_release(client, concept):
    client.force_login(make_user("planner"))
    indicator, city = measured("Radwege", [("2023", 5)])
    finding = make_item("finding", title="Wenig Radwege")
    page = reverse("finding-evidence", args=[finding.pk])
    client.post(f"{page}?q=Radwege", {"beleg": f"{indicator.pk}:wert.{city.pk}", "satz": "Nur fünf."})
    assert not Link.objects.filter(target=finding).exists()
    assert states(client, finding) == {"offen"}


def test_internal_evidence_proves_nothing_to_visitors(client, concept):
    finding = make_item("finding")
    from tests.factories import make_link

    make_link(make_item("indicator", visibility="internal"), finding, "evidences")
    assert states(client, finding) == {"offen"}


def torn(concept):
    return {row.pk for row in gap_named("finding_without_evidence").find(concept)}


def states(client, finding):
    address = reverse("finding-list")
    return {
        state for state in ("belegt", "behauptung", "offen")
        if finding.title in client.get(address, {"beleg": state}).content.decode()
    }  # fmt: skip


def test_a_statement_is_found_with_its_words_and_its_figure(concept, as_role):
    plan = make_item("plan", title="Brunnenkonzept", type="concept")
    statement = make_item(
        "plan_statement", title="Brunnen bauen", text="Wir bauen bis 2030 zwanzig Trinkbrunnen.", plan=plan.plan, type="act",
        amount=20, amount_unit="Brunnen", target_year=2030, who="Stadtwerke", document="Konzept 2021", page="12",
    )  # fmt: skip
    finding, planner = make_item("finding", visibility="internal"), as_role("planner")
    address = reverse("finding-evidence", args=[finding.pk])
    body = planner.get(f"{address}?q=Trinkbrunnen").content.decode()
    assert "Kernaussage: Maßnahme" in body
    assert "„Wir bauen bis 2030 zwanzig Trinkbrunnen.“ (20 Brunnen, bis 2030, Stadtwerke)" in body
    assert planner.post(f"{address}?q=Trinkbrunnen", {"beleg": f"{statement.pk}:"}).status_code == 302
    link = Link.objects.get(kind="evidences")
    assert (link.source_id, link.locator) == (statement.pk, "Konzept 2021, S. 12")
    assert link.reason.startswith("„Wir bauen bis 2030")


def test_a_part_of_an_appraisal_and_a_statement_become_evidence_in_one_step(concept, as_role):
    plan = make_item("plan", title="Brunnenkonzept", type="concept", year=2019, visibility="internal")
    statement = make_item(
        "plan_statement", text="Zwanzig Brunnen.", plan=plan.plan, type="act", visibility="internal"
    )
    finding, planner = make_item("finding", title="Heiße Stadt", visibility="internal"), as_role("planner")
    page = planner.get(reverse("plan-written", args=[plan.pk])).content.decode()
    address = reverse("evidence-take", args=[plan.pk])
    for part in ("stand", "aktualitaet", "aussagekraft", "bindung", "umsetzung", "inhalt"):
        assert f"{address}?teil={part}" in page
    assert "Heiße Stadt" in planner.get(f"{address}?teil=aktualitaet").content.decode()
    assert planner.post(f"{address}?teil=aktualitaet", {"befund": ""}).status_code == 400
    assert planner.post(f"{address}?teil=aktualitaet", {"befund": finding.pk}).status_code == 302
    link = Link.objects.get(source=plan)
    assert link.locator == "Bewertung: Aktualität" and "Es ist von 2019" in link.reason
    assert planner.post(f"{address}?teil=inhalt", {"befund": finding.pk}).status_code == 302
    link.refresh_from_db()
    assert link.locator == "Bewertung: Aktualität; Bewertung: Was es sagt", "both parts stand at the one link"
    assert reverse("evidence-take", args=[statement.pk]) in planner.get(statement.url).content.decode()
    assert (
        planner.post(reverse("evidence-take", args=[statement.pk]), {"befund": finding.pk}).status_code == 302
    )
    assert Link.objects.filter(target=finding, kind="evidences").count() == 2
    assert planner.get(f"{address}?teil=unsinn").status_code == 404
    assert planner.get(reverse("evidence-take", args=[finding.pk])).status_code == 404
    assert as_role("auditor").get(address).status_code == 403


def test_a_development_is_of_what_was_measured_since_the_break_at_the_same_time_of_year(client, concept):
    client.force_login(make_user("planner"))
    indicator, city = measured("Einwohner", [("2009-12-31", 97), ("2012-12-31", 90), ("2013-06-30", 99), ("2013-12-31", 91), ("2014-12-31", 94)])  # fmt: skip
    SeriesBreak.objects.create(indicator=indicator.indicator, period="2011", reason="Zensus")
    rows = [NewObservation(city.district, "2045-12-31", Decimal(50), source_title="Amt", quality="forecast")]
    record_observations(indicator.indicator, rows, label="y.csv", actor=PROGRAM)
    finding = make_item("finding", title="Wachstum", type="strength", visibility="internal")
    found = client.get(reverse("finding-evidence", args=[finding.pk]), {"q": "Einwohner"}).content.decode()
    assert "von 90 Plätze (31. Dezember 2012) auf 94 Plätze (31. Dezember 2014)" in found
    assert "Musterstadt: 94 Plätze (31. Dezember 2014)" in found and "auf 50 Plätze" not in found
