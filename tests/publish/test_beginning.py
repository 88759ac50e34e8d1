"""An empty installation leads its first administrator by the hand, and says what is still missing."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from insek.concept.models import Concept, Field, LevelName
from insek.concept.states import STATES, state_of
from insek.concept.structures import STRUCTURES
from insek.council.hearing import unheard_links
from insek.people.models import Body, Membership, Unit
from insek.places.models import District
from insek.publish.beginning import services
from insek.publish.beginning.lines import lines_of
from insek.publish.beginning.shell import begin_from_shell
from tests.factories import make_user

CITY = {
    "city": "Musterstadt",
    "ags": "07 312 000",
    "title": "Stadtentwicklungskonzept",
    "horizon_from": "2026",
    "horizon_to": "2040",
}


@pytest.fixture
def first(client):
    """The first administrator of an empty installation, signed in."""
    user = make_user("administrator")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def lead(client, concept):
    """Whoever leads the project."""
    client.force_login(make_user("project-lead"), backend="django.contrib.auth.backends.ModelBackend")
    return client


def post(client, name, **data):
    return client.post(reverse(name), data, follow=True)


@pytest.mark.django_db
def test_the_own_area_of_an_empty_installation_leads_to_the_first_step(first):
    response = first.get(reverse("home"), follow=True)
    assert response.redirect_chain[-1][0] == reverse("beginning-city")
    assert "Wie heißt Ihre Stadt?" in response.content.decode()
    assert reverse("beginning") in first.get(reverse("start")).content.decode()


@pytest.mark.django_db
def test_from_nothing_to_a_frame_on_the_pages_alone(first):
    page = post(first, "beginning-city", **CITY).content.decode()
    concept = Concept.objects.get()
    assert (concept.ags, concept.metric_crs, concept.hearing_norm) == ("07312000", 25832, "§ 75 Abs. 2 GemO")
    assert Membership.objects.filter(role="project-lead").count() == 1  # the one who began
    assert District.objects.get().level == "city"
    assert "Es fehlt noch: Einleitung" in page and "Noch kein Handlungsfeld" in page
    post(
        first,
        "beginning-fields",
        structure="vier-felder",
        lines="Verwaltung;Wie die Stadt arbeitet\nMobilität",
        themes="Teilhabe",
    )
    assert [field.name for field in concept.fields.all()][-1] == "Verwaltung"
    assert concept.fields.count() == 5  # Mobilität was there already
    post(first, "beginning-fields", structure="vier-felder")
    assert (concept.fields.count(), concept.themes.count()) == (5, 1)
    post(
        first, "beginning-levels", **{"goal-singular": "Entwicklungsziel", "goal-plural": "Entwicklungsziele"}
    )
    assert "Entwicklungsziele" in first.get(reverse("start")).content.decode()
    post(first, "beginning-levels", **{"goal-singular": "", "goal-plural": ""})
    assert not LevelName.objects.exists()
    post(
        first,
        "beginning-units",
        lines="Name\tKürzel\tgehört zu\nReferat Stadtentwicklung\t61\t\nAbteilung Verkehr\t61.2\t61",
    )
    assert Unit.objects.get(abbreviation="61.2").parent.abbreviation == "61"
    post(
        first,
        "beginning-bodies",
        lines="Stadtrat\nBauausschuss\nOrtsbeirat Nord\nKlimarunde;Steuerungsgruppe",
    )
    assert list(Body.objects.order_by("name").values_list("kind", flat=True)) == [
        "committee",
        "steering_group",
        "ortsbeirat",
        "council",
    ]
    post(first, "beginning-districts", lines="Nord;01\nSüd;02;Stadtteil;Nord")
    assert District.objects.get(code="02").parent.item.title == "Nord"
    page = first.get(reverse("beginning")).content.decode()
    assert "5 Handlungsfelder" in page and "2 Einheiten" in page and "3 Räume, noch ohne Flächen" in page


@pytest.mark.django_db
def test_a_wrong_row_is_named_and_nothing_is_made(first, concept):
    response = first.post(reverse("beginning-units"), {"lines": "Amt A\nAmt B;;Amt X\n;B"})
    assert "Zeile 3: Der Name fehlt." in response.content.decode()
    response = first.post(reverse("beginning-units"), {"lines": "Amt A\nAmt B;B;Amt X"})
    assert "Zeile 2: „Amt X“ gibt es noch nicht" in response.content.decode()
    assert "Amt B;B;Amt X" in response.content.decode()  # what was typed stays
    assert not Unit.objects.exists()
    response = first.post(reverse("beginning-bodies"), {"lines": "Stadtrat\nRunder Tisch"})
    assert "Zeile 2" not in response.content.decode() or not Body.objects.exists()


@pytest.mark.django_db
def test_a_second_concept_is_not_begun(first, concept):
    assert first.get(reverse("beginning-city")).url == reverse("beginning")
    first.post(reverse("beginning-city"), CITY)
    assert Concept.objects.count() == 1


@pytest.mark.django_db
def test_a_key_that_is_none_is_refused(first):
    response = first.post(reverse("beginning-city"), {**CITY, "ags": "99312000"})
    assert response.status_code == 400 and "beginnt mit der Zahl des Landes" in response.content.decode()
    assert not Concept.objects.exists()


@pytest.mark.django_db
def test_the_law_of_one_state_is_nobody_elses(first, concept):
    concept.hearing_norm = ""
    assert unheard_links(concept).query.is_empty()
    assert state_of("07312000").hearing_norm and not any(
        s.hearing_norm for code, s in STATES.items() if code != "07"
    )
    assert state_of("14612000").crs == 25833 and state_of("0731") is None


@pytest.mark.django_db
def test_a_concept_begins_from_the_shell(db):
    assert begin_from_shell(city="Musterstadt", structure="keine")[0] is False
    assert begin_from_shell(city="Musterstadt", ags="1205")[0] is False and not Concept.objects.exists()
    is_begun, said = begin_from_shell(
        city="Musterstadt", ags="12054000", until="2040", structure="brandenburg"
    )
    assert is_begun
    concept = Concept.objects.get()
    assert (concept.metric_crs, concept.fields.count()) == (25833, len(STRUCTURES["brandenburg"].fields))
    assert "Ihre Stadt einrichten" in said
    is_begun, said = begin_from_shell(city="Andersstadt")
    assert not is_begun and "schon begonnen" in said


def test_two_rows_of_one_name_are_told_and_only_wrapping_quotation_marks_go():
    with pytest.raises(
        ValidationError, match="Zeile 3: „Sekretariat“ steht schon mit anderen Angaben in Zeile 2"
    ):
        lines_of("Name;Kürzel\nSekretariat;10\nSekretariat;20", most_cells=3, heads=("name",))
    [line] = lines_of('"Haus ""Nord"""\tA\n"Haus ""Nord"""\tA', most_cells=3)
    assert line.cells == ('Haus "Nord"', "A")
    assert lines_of('Verein "Mühle"', most_cells=1)[0].cells == ('Verein "Mühle"',)


@pytest.mark.django_db
def test_fields_and_themes_come_together_or_not_at_all(lead):
    before = Field.objects.count()
    said = {"structure": "vier-felder", "lines": "Verwaltung", "themes": "T" * 300}
    assert lead.post(reverse("beginning-fields"), said).status_code == 400
    assert Field.objects.count() == before
    said = {"structure": "vier-felder", "lines": "Verwaltung " + "V" * 300, "themes": ""}
    page = lead.post(reverse("beginning-fields"), said).content.decode()
    assert "„Verwaltung V" in page and "Zeile" not in page.split('role="alert"', 1)[-1][:400]


@pytest.mark.django_db
def test_of_two_who_begin_at_a_time_one_is_told(first, monkeypatch):
    made = services.Concept

    def made_meanwhile(**values):
        monkeypatch.setattr(services, "Concept", made)
        begin_from_shell(city="Andersstadt")
        return made(**values)

    made_meanwhile.objects = made.objects
    monkeypatch.setattr(services, "Concept", made_meanwhile)
    response = first.post(reverse("beginning-city"), CITY)
    assert response.status_code == 400 and "schon begonnen" in response.content.decode()
    assert Concept.objects.get().city == "Andersstadt"


@pytest.mark.django_db
def test_words_that_somebody_else_saved_are_not_overwritten_unseen(lead, concept):
    seen = lead.get(reverse("beginning-levels")).context["form"]["seen"].value()
    theirs = LevelName.objects.create(
        concept=concept, level="goal", singular="Entwicklungsziel", plural="Entwicklungsziele"
    )
    said = {"seen": seen, "measure-singular": "Vorhaben", "measure-plural": "Vorhaben"}
    response = lead.post(reverse("beginning-levels"), said)
    assert response.status_code == 400 and "Entwicklungsziel" in response.content.decode()
    assert LevelName.objects.filter(pk=theirs.pk).exists() and LevelName.objects.count() == 1
    again = response.context["form"]["seen"].value()
    assert lead.post(reverse("beginning-levels"), {**said, "seen": again}).status_code == 302
    assert list(LevelName.objects.values_list("level", flat=True)) == ["measure"]


@pytest.mark.django_db
def test_steps_lead_to_the_pages_that_do_them(lead, concept):
    District.objects.of(concept).delete()
    page = lead.get(reverse("beginning")).content.decode()
    assert f'href="{reverse("map-setup")}"' in page and "Noch kein Raum" in page
    page = lead.get(reverse("beginning-districts")).content.decode()
    assert reverse("intake-begin", args=["items.district"]) in page


@pytest.mark.django_db
def test_two_hundred_districts_come_in_pieces_after_all_are_checked(lead, concept, monkeypatch):
    pieces = []
    written = services.in_pieces
    monkeypatch.setattr(
        services,
        "in_pieces",
        lambda rows, write, **how: written(
            rows, lambda piece: pieces.append(len(piece)) or write(piece), **how
        ),
    )
    rows = [f"Teil {number};{number:03};Stadtteil" for number in range(1, 201)]
    wrong = [*rows[:-1], "Teil 200;" + "9" * 40]
    response = lead.post(reverse("beginning-districts"), {"lines": "\n".join(wrong)})
    assert response.status_code == 400 and "Zeile 200" in response.content.decode() and not pieces
    assert lead.post(reverse("beginning-districts"), {"lines": "\n".join(rows)}).status_code == 302
    assert sum(pieces) == 200 and len(pieces) > 3
    assert District.objects.of(concept).count() == 200


@pytest.mark.django_db
def test_the_words_are_folded_by_topic_and_open_where_a_city_has_its_own(lead, concept):
    LevelName.objects.create(
        concept=concept, level="goal", singular="Entwicklungsziel", plural="Entwicklungsziele"
    )
    form = lead.get(reverse("beginning-levels")).context["form"]
    assert [topic["is_open"] for topic in form.topics()] == [True, False, False, False]
    from insek.publish.staff.setup_forms import LEVELS

    assert {part["level"] for topic in form.topics() for part in topic["levels"]} == set(LEVELS)
    said = {"seen": form["seen"].value(), "unit-singular": "Amt"}
    refused = lead.post(reverse("beginning-levels"), said)
    assert refused.status_code == 400 and refused.context["form"].topics()[3]["is_open"]
