"""The profile says by plain rules what weighs most, where it is known from, and what is not known."""

from django.urls import reverse

from insek.people.actors import PROGRAM
from tests.factories import make_item, make_link, make_user
from tests.findings.test_rating import fill, make_round, rating


def test_the_profile_follows_the_evidence_and_then_the_rating(client, concept):
    client.force_login(make_user("planner"))
    names = ("Grün", "Wald")
    green, wood = (make_item("finding", title=title, type="strength") for title in names)
    heat = make_item("finding", title="Hitze", type="threat")
    make_link(make_item("indicator"), wood, "evidences")
    assert sentences(client)[:2] == [
        "Festgehalten sind 2 Stärken, 0 Schwächen, 0 Chancen und 1 Risiko; belegt: 1 von 3. Quelle: Liste der Befunde",
        "Stärken, die am besten belegt sind: Wald.",
    ]
    group = rating.add_group(make_round(concept, title="Herbst"), name="Rat", actor=PROGRAM)
    fill(group, green, [5] * 10)
    fill(group, wood, [2] * 10)
    fill(group, heat, [1] * 5 + [5] * 6)
    told = sentences(client)
    assert (
        "Stärken, die nach Wichtigkeit und Dringlichkeit vorn liegen (Mittel 5,0, 2,0 von 5): Grün; Wald. Quelle: Herbst"
        in told
    )
    assert "Gespalten sind die Antworten zur Wichtigkeit bei: Hitze. Quelle: Herbst" in told
    assert told[-1] == "Noch ohne Beleg: Grün; Hitze. Quelle: Liste der Befunde"
    client.logout()
    assert not any(
        "Herbst" in each for each in sentences(client)
    )  # not published: visitors are told what they may see


def test_what_too_few_answered_has_no_mean(client, concept):
    """Below the threshold there is nothing to be told: no mean of 0 on a scale from 1, and an earlier round counts on."""
    client.force_login(make_user("planner"))
    green = make_item("finding", title="Grün", type="strength")
    round = make_round(concept, title="Herbst")
    group = rating.add_group(round, name="Rat", actor=PROGRAM)
    fill(group, green, [5] * (round.threshold - 1))
    told = sentences(client)
    assert not any("Mittel" in each for each in told), told
    assert not any("am besten belegt" in each for each in told), "it has no evidence at all"
    fill(group, green, [5])
    assert any("(Mittel 5,0 von 5): Grün. Quelle: Herbst" in each for each in sentences(client))
    later = rating.add_group(make_round(concept, title="Winter"), name="Rat", actor=PROGRAM)
    fill(later, green, [1])
    assert any("(Mittel 5,0 von 5): Grün. Quelle: Herbst" in each for each in sentences(client))


def test_what_is_cut_is_said(client, concept):
    client.force_login(make_user("planner"))
    for title in ("Eins", "Zwei", "Drei", "Vier"):
        make_item("finding", title=title, type="weakness")
    assert "Noch ohne Beleg, 3 von 4 genannt: " in sentences(client)[-1]


def sentences(client):
    from lxml import html

    page = html.fromstring(client.get(reverse("board")).content.decode())
    return [
        " ".join(each.text_content().split())
        for each in page.xpath("//ul[@class='board-profile__sentences']/li")
    ]
