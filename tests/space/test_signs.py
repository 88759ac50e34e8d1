"""The catalogue of plan signs: the city's own, as data, from the form to map, legend, files and back."""

from __future__ import annotations

import json

import pytest
import shapely
from django.core.exceptions import ValidationError
from django.urls import reverse

from insek.engines.colours import distance_for_all, grey_distance
from insek.package import export_package, import_package
from insek.people.actors import PROGRAM
from insek.people.locking import Conflict
from insek.places.locations import set_location
from insek.space import sign_acts
from insek.space.models import Feature, SignConflict
from insek.space.sign_hints import hints
from insek.space.sign_models import PlanSign
from insek.space.signs import signs_from_rows
from insek.thread.gaps import gap_named
from insek.thread.models import Change, Item
from insek.thread.services import update_item
from tests.factories import make_actor, make_concept, make_item
from tests.reading import form_values, words

SPOT = shapely.Point(7.77, 49.44)
AREA = SPOT.buffer(0.01)
TYPED = {
    "name": "Kühler Platz", "name_en": "Cool square", "shape": "area", "colour": "#005f6b", "letter": "KP", "hatch": "level",
    "dash": "1.5 1.2", "width": "5", "explanation": "Hier kühlt Wasser.", "explanation_en": "Water cools here.",
}  # fmt: skip


def drawn(key, shape=AREA, **values):
    item = make_item("feature", sign=key, **values)
    return set_location(item, shape, expected_version=item.version, actor=PROGRAM)


def test_the_usual_signs_are_told_apart_without_colour_and_seen():
    usual = signs_from_rows(None)
    assert len({sign.letter for sign in usual}) == len({sign.key for sign in usual}) == len(usual) == 10
    patterns = [(sign.shape, sign.hatch, sign.dash, sign.arrow) for sign in usual if sign.shape != "point"]
    assert len(set(patterns)) == len(patterns)
    said = [hint for sign in usual for hint in hints(sign, usual)]
    assert said and all("Graustufen" in hint for hint in said), "the two points have the same lightness"
    assert grey_distance("#2d5f91", "#9c4a22") < 0.1 < distance_for_all("#2d5f91", "#9c4a22")
    assert distance_for_all("#b03a2e", "#4d7a1f") < distance_for_all("#2d5f91", "#9c4a22")
    pale = PlanSign(key="x", shape="point", colour="#ffe680", letter="X")
    assert "3 : 1" in hints(pale, usual)[0]


@pytest.mark.django_db
def test_a_sign_is_made_seen_used_changed_ordered_and_ended(client, as_role):
    concept = make_concept()
    lead = as_role("project-lead")
    assert as_role("planner").get(reverse("sign-list")).status_code == 403
    new = reverse("sign-create")
    look = lead.post(new, {**TYPED, "colour": "#ffe680", "vorschau": "ja"})
    assert look.status_code == 200 and "schwer zu sehen" in words(look) and PlanSign.objects.count() == 10
    taken = lead.post(new, {**TYPED, "letter": "s"})
    assert taken.status_code == 400 and "Diesen Buchstaben hat schon" in words(taken)
    assert lead.post(new, TYPED).status_code == 302
    sign = PlanSign.objects.get(letter="KP")
    assert (sign.key, sign.position, sign.dash, sign.width) == ("kuehler-platz", 11, "", 3), (
        "no dashes on areas"
    )
    item = drawn(sign.key, title="Am Brunnen")
    page = words(client.get(reverse("spatial-concept")))
    assert "Kühler Platz" in page and "Hier kühlt Wasser." in page
    edit = reverse("sign-edit", args=[sign.pk])
    typed = form_values(lead.get(edit))
    as_point = lead.post(edit, {**typed, "shape": "point"})
    assert as_point.status_code == 400 and "Am Brunnen" in words(as_point), "refused with the list"
    assert lead.post(edit, {**typed, "name": "Kühlplatz"}).status_code == 302
    slow = lead.post(edit, {**typed, "name": "Anders"})
    assert slow.status_code == 409 and PlanSign.objects.get(pk=sign.pk).name == "Kühlplatz"
    move = {"version": PlanSign.objects.get(pk=sign.pk).version, "richtung": "hoch"}
    assert lead.post(reverse("sign-move", args=[sign.pk]), move).status_code == 302
    assert [each.key for each in PlanSign.objects.all()][-2:] == ["kuehler-platz", "local_centre"]
    assert "Kühlplatz" in words(lead.get(reverse("sign-list")))
    changes = Change.objects.filter(differences__part__1="plansign")
    assert any("name" in change.differences for change in changes) and changes.count() >= 4
    sign.refresh_from_db()
    end = reverse("sign-end", args=[sign.pk])
    refused = lead.post(end, {"version": sign.version, "was": "loeschen"})
    assert refused.status_code == 409 and "Elemente: 1" in words(refused)
    assert lead.post(end, {"version": sign.version}).status_code == 302
    assert "kuehler-platz" not in lead.get(reverse("feature-create")).content.decode()
    assert 'value="kuehler-platz" selected' in lead.get(reverse("item-edit", args=[item.pk])).content.decode()
    assert "Kühlplatz" in words(client.get(reverse("spatial-concept"))), "the legend explains it as before"
    unused = sign_acts.add_sign(concept, values={**TYPED, "name": "Nie"}, actor=make_actor())
    with pytest.raises(Conflict):
        sign_acts.delete_sign(unused, expected_version=7, actor=make_actor())
    with pytest.raises(ValidationError, match="Buchstaben"):
        sign_acts.take_up_sign(PlanSign.objects.get(pk=sign.pk), expected_version=PlanSign.objects.get(pk=sign.pk).version, actor=make_actor())  # fmt: skip
    sign_acts.delete_sign(unused, expected_version=unused.version, actor=make_actor())
    assert "Cool square" in words(client.get(f"/en{reverse('spatial-concept')}"))


@pytest.mark.django_db
def test_the_catalogue_goes_out_and_comes_in_and_older_packages_mean_the_usual_signs(tmp_path, client):
    concept = make_concept()
    sign = sign_acts.add_sign(concept, values=TYPED, actor=make_actor())
    item = drawn(sign.key, concept=concept)
    for other in ("business", "green"):
        SignConflict.objects.create(concept=concept, one=other, other=sign.key, reason="Beides geht nicht.")
    export_package(concept, tmp_path)
    assert "kuehler-platz,11,Kühler Platz,Cool square,area,#005f6b,KP,level" in (
        tmp_path / "plan_signs.csv"
    ).read_text("utf-8")
    before = list(PlanSign.objects.values("key", "position", "letter", "dash", "width", "arrow"))
    PlanSign.objects.filter(pk=sign.pk).update(letter="ZZ")
    import_package(tmp_path, replace=True)
    assert list(PlanSign.objects.values("key", "position", "letter", "dash", "width", "arrow")) == before
    assert SignConflict.objects.count() == 2, "two rules with the same sign are two"
    found = client.get(reverse("search"), {"q": "Kühler Platz"}).content.decode()
    assert item.title in found, "search knows the name of the sign from the package"
    api = client.get(reverse("api-plan-signs")).json()["items"]
    assert api[-1]["letter"] == "KP" and api[-1]["width"] == 3.0
    shown = client.get(f"/api/v1/items/{item.pk}").json()["properties"]
    assert (shown["sign"], shown["sign_label"]) == ("kuehler-platz", "Kühler Platz")
    (tmp_path / "plan_signs.csv").unlink()
    text = (tmp_path / "features.csv").read_text("utf-8").replace("kuehler-platz", "node")
    (tmp_path / "features.csv").write_text(text, "utf-8")
    rules = (tmp_path / "sign_conflicts.csv").read_text("utf-8").replace("kuehler-platz", "node")
    (tmp_path / "sign_conflicts.csv").write_text(rules, "utf-8")
    told = json.loads((tmp_path / "datapackage.json").read_text("utf-8"))
    told["resources"] = [each for each in told["resources"] if each["path"] != "plan_signs.csv"]
    (tmp_path / "datapackage.json").write_text(json.dumps(told), "utf-8")
    report = import_package(tmp_path, replace=True)
    assert PlanSign.objects.count() == 10 and any("plan_signs.csv fehlt" in note for note in report.notes)
    [hint] = [note for note in report.notes if "Spalte sign" in note]
    assert "features.csv, Zeile 2" in hint and "Planzeichen für Punkte" in hint
    contradicting = Item.objects.get(pk=item.pk)
    assert list(gap_named("sign_contradicts_shape").find(report.concept)) == [contradicting]
    update_item(
        contradicting, values={"title": "Umbenannt"}, expected_version=contradicting.version, actor=PROGRAM
    )
    assert Feature.objects.get(pk=item.pk).sign == "node", "it may be worked on, and still says what it is"
