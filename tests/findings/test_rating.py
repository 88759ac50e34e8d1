"""Rating findings: asked by link, by code and on paper; answers changed, links taken back; what came out, compared and published."""

import re
from datetime import timedelta

import pytest
from django.core import signing
from django.urls import reverse

from insek import clock
from insek.findings import rating
from insek.findings.rating_models import Rating, RatingGroup, RatingName, RatingRound, RatingSheet
from insek.people.actors import ANONYMOUS, PROGRAM
from tests.factories import make_actor, make_item, make_user


def make_round(concept, **values):
    today = clock.today()
    given = {
        "title": "Frühjahr",
        "opens_on": today - timedelta(3),
        "closes_on": today + timedelta(3),
        **values,
    }
    return rating.save_round(RatingRound(concept=concept), values=given, expected_version=0, actor=PROGRAM)


def answers(item, value, **others):
    return {item.pk: {**dict.fromkeys(("importance", "urgency", "influence", "confidence"), value), **others}}


def fill(group, item, values):
    for value in values:
        rating.save_sheet(group, answers(item, value), way=RatingSheet.Way.PAPER)


def test_the_whole_way_of_a_round(client, concept):
    lead = make_user("project-lead")
    client.force_login(lead)
    today = clock.today()
    open_finding = make_item("finding", title="Viel Grün")
    make_item("finding", title="Noch geheim", visibility="internal")
    form = {
        "title": "Herbst",
        "opens_on": today,
        "closes_on": today + timedelta(5),
        "threshold": 3,
        "is_anonymous": "on",
    }
    few = client.post(reverse("rating-new"), {**form, "threshold": 2})
    assert few.status_code == 400 and few.context["form"].errors.keys() == {"threshold"}  # said where it is
    made = client.post(reverse("rating-new"), form)
    round = RatingRound.objects.get()
    assert made["Location"] == reverse("rating-groups", args=[round.key])
    for name in ("Verbände", "Verwaltung"):
        client.post(made["Location"], {"act": "add", "name": name})
    groups = {group.name: group for group in RatingGroup.objects.all()}
    manage = client.get(made["Location"]).content.decode()
    tokens = re.findall(
        r"/bewerten/([\w:-]{60,})", manage
    )  # signed with the second in which the page was made
    token = next(each for each in tokens if rating.group_behind(each)[0] == groups["Verbände"])
    link = reverse("rate", args=[token])
    client.logout()

    sheet = client.get(link)
    page = sheet.content.decode()
    assert "Viel Grün" in page and "Noch geheim" not in page and not sheet.cookies
    secret = page.split('name="bogen" value="')[1].split('"')[0]
    sent = {"bogen": secret, f"w-{open_finding.pk}-importance": "5", f"w-{open_finding.pk}-urgency": "9"}
    thanks = client.post(link, sent)
    assert thanks.status_code == 200 and f"bogen={secret}" in thanks.content.decode()
    client.post(link, {**sent, f"w-{open_finding.pk}-importance": "4"})
    row = Rating.objects.get()
    assert (row.importance, row.urgency, row.sheet.way) == (4, None, "link")
    assert 'value="4" checked' in client.get(f"{link}?bogen={secret}").content.decode()
    assert client.post(link, {"bogen": "x"}).status_code == 400

    client.force_login(lead)
    client.post(made["Location"], {"act": "workshop", "group": groups["Verbände"].key})
    code = RatingGroup.objects.get(name="Verbände").code
    entry = client.post(reverse("rate-code"), {"code": f" {code.lower()} "})
    client.post(entry["Location"], {"bogen": "b" * 20, f"w-{open_finding.pk}-importance": "2"})
    assert RatingSheet.objects.filter(way="workshop").count() == 1
    assert client.post(reverse("rate-code"), {"code": "AAAAAA"}).status_code == 400
    enter = reverse("rating-enter", args=[round.key, groups["Verbände"].key])
    client.post(enter, {f"w-{open_finding.pk}-importance": "1", f"w-{open_finding.pk}-influence": "3"})
    assert RatingSheet.objects.filter(way="on_paper").count() == 1
    assert "Viel Grün" in client.get(reverse("rating-paper", args=[round.key])).content.decode()

    results = reverse("rating", args=[round.key])
    shown = client.get(results).content.decode()
    assert "3 Bögen" in shown and "3 Antworten, Streuung 1,5" in shown and "wenige" in shown
    table = client.get(reverse("rating-table", args=[round.key]))
    lines = table.content.decode("utf-8-sig").splitlines()
    assert [line.split(";")[3:6] for line in lines[1:]] == [
        ["Wichtigkeit", "alle", "3"],
        ["Wichtigkeit", "Verbände", "3"],
    ]

    client.post(made["Location"], {"act": "revoke", "group": groups["Verbände"].key})
    assert client.get(link).status_code == 410
    assert client.post(reverse("rate-code"), {"code": code}).status_code == 400
    client.logout()
    assert client.get(results).status_code == 404
    client.force_login(lead)
    client.post(made["Location"], {"act": "publish"})
    client.logout()
    assert client.get(results).status_code == 200


def test_a_link_is_signed_and_ends_with_its_round(concept):
    group = rating.add_group(make_round(concept), name="Rat", actor=PROGRAM)
    token = rating.token_of(group)
    assert rating.group_behind(token) == (group, "link")
    forged = signing.dumps(
        {"g": group.key, "n": group.nonce, "e": "2999-01-01", "w": "l"}, key="x", salt=rating.SALT
    )
    longer = rating.token_of(group)
    RatingRound.objects.update(closes_on=clock.today() - timedelta(1))
    for bad in (token[:-2], forged, longer, "x"):
        with pytest.raises(rating.NotOpen):
            rating.group_behind(bad)


def test_small_groups_are_hidden_and_a_later_round_is_compared(client, concept):
    item = make_item("finding", title="Enge Straßen")
    earlier = make_round(concept, title="Frühjahr")
    fill(rating.add_group(earlier, name="Rat", actor=PROGRAM), item, [2] * 12)
    later = make_round(concept, title="Herbst", earlier=earlier)
    council, youth = (rating.add_group(later, name=name, actor=PROGRAM) for name in ("Rat", "Jugend"))
    fill(council, item, [1] * 6 + [5] * 6)
    fill(youth, item, [4] * 4)
    [result] = rating.results_of(later, asker(make_actor("planner"), concept))
    assert set(result.groups["urgency"]) == {council.key}
    assert (result.whole["urgency"].number, result.whole["urgency"].agreement) == (12, -1)
    client.force_login(make_user("planner"))
    page = client.get(reverse("rating", args=[later.key])).content.decode()
    assert "zu wenige" in page and "gespalten" in page and "+1,0" in page
    assert rating.results_of(
        later, asker(ANONYMOUS, concept)
    )  # the gate of the page keeps it from visitors, not this
    assert client.get(reverse("rating-groups", args=["gibt-es-nicht"])).status_code == 404


def test_what_too_few_answered_is_not_ranked(client, concept):
    """Below the threshold not even the title of what one person rated is shown, no place in the order and no empty picture."""
    client.force_login(make_user("planner"))
    item, other = make_item("finding", title="Enge Straßen"), make_item("finding", title="Weite Wege")
    round = make_round(concept)
    group = rating.add_group(round, name="Rat", actor=PROGRAM)
    address = reverse("rating", args=[round.key])
    fill(group, item, [4])
    page = client.get(address).content.decode()
    assert "Noch zu wenige Antworten" in page and f"ab {round.threshold} Antworten" in page
    assert "Enge Straßen" not in page and "rating-map" not in page
    fill(group, other, [4] * round.threshold)
    page = client.get(address).content.decode()
    assert "Weite Wege" in page and "Enge Straßen" not in page and "rating-map" in page
    assert f"1 Befund hat weniger als {round.threshold} Antworten und steht nicht da." in page


def test_names_stand_apart_and_go(concept, monkeypatch):
    item = make_item("finding")
    anonymous, named = make_round(concept, title="A"), make_round(concept, title="B", is_anonymous=False)
    for round in (anonymous, named):
        group = rating.add_group(round, name="Rat", actor=PROGRAM)
        rating.save_sheet(group, answers(item, 3), way=RatingSheet.Way.LINK, name="Erika Muster")
    name = RatingName.objects.get()
    assert name.sheet.group.round == named and rating.purge_names() == 0
    RatingName.objects.update(ends=clock.today() - timedelta(1))
    assert (rating.purge_names(), RatingSheet.objects.count()) == (1, 2)


def asker(actor, concept):
    from insek.concept.asker import Asker

    return Asker(actor, concept=concept)


def test_a_long_sheet_comes_by_field_in_steps_and_keeps_what_was_said(client, concept):
    """Each step is kept when one goes on; who comes back finds the first step with something open; nothing is asked twice."""
    fields = list(concept.fields.order_by("position"))[:2]
    rows = [
        make_item("finding", title=f"Befund {n}", fields=fields if n == 1 else fields[1:])
        for n in range(1, 9)
    ]
    rows += [make_item("finding", title=f"Befund {n}") for n in (9, 10)]
    group = rating.add_group(make_round(concept), name="Rat", actor=PROGRAM)
    link = reverse("rate", args=[rating.token_of(group)])
    first = client.get(link)
    steps = first.context["steps"]
    assert [(step.title, len(step.items)) for step in steps] == [
        (str(fields[0]), 1), (f"{fields[1]} (1 von 2)", 3), (f"{fields[1]} (2 von 2)", 4), ("Ganze Stadt", 2),
    ]  # fmt: skip
    page = first.content.decode()
    assert "Befund 1<" in page and "Befund 2<" not in page and "0 von 10 Befunden bewertet" in page
    secret = first.context["secret"]
    sent = {"bogen": secret, "schritt": "1", "weiter": "2", f"w-{rows[0].pk}-importance": "5"}
    further = client.post(link, sent)
    assert further["Location"].endswith(f"?bogen={secret}&schritt=2")
    assert "1 von 10 Befunden bewertet" in client.get(further["Location"]).content.decode()
    client.post(link, {"bogen": secret, "schritt": "2", "weiter": "4", f"w-{rows[1].pk}-importance": "2"})
    assert Rating.objects.count() == 2, "what was said before stays"
    assert client.get(f"{link}?bogen={secret}").context["step"].number == 2
    done = client.post(link, {"bogen": secret, "schritt": "4", "weiter": "ende"}).content.decode()
    assert "2 Befunden ist gespeichert" in done and "8 Befunde haben Sie offen gelassen" in done
    assert RatingSheet.objects.count() == 1
    skipped = client.post(link, {"bogen": "y" * 20, "schritt": "1", "weiter": "2"})
    assert skipped.status_code == 302 and RatingSheet.objects.count() == 1, "nothing said, nothing kept"
    assert client.post(link, {"bogen": "y" * 20, "schritt": "4", "weiter": "ende"}).status_code == 400


def test_a_short_sheet_is_one_page(client, concept):
    make_item("finding", title="Viel Grün")
    group = rating.add_group(make_round(concept), name="Rat", actor=PROGRAM)
    shown = client.get(reverse("rate", args=[rating.token_of(group)]))
    assert shown.context["steps"] == [] and "Bewertung abgeben" in shown.content.decode()
