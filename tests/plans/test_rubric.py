"""The rubric of appraisals is data of the concept: set with a reason, kept in history and package, taken back to the usual."""

import csv
import io

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from insek.package import edition_files, package_files
from insek.people.locking import Conflict
from insek.plans.appraising import computed_appraisal
from insek.plans.models import RubricValue
from insek.plans.rubric_values import changes_of, numbers, rubric_of, set_rubric, usual_rubric
from insek.thread.models import Item
from tests.factories import make_actor, make_item, make_user
from tests.plans.test_appraisals import appraise

pytestmark = pytest.mark.django_db
WHY = "Unsere Konzepte werden alle vier Jahre fortgeschrieben."


def set_so(concept, actor=None, reason=WHY, **values):
    stamp = rubric_of(concept.pk).stamp
    wanted = {key.replace("__", "-"): value for key, value in values.items()}
    return set_rubric(
        concept, values=wanted, reason=reason, stamp=stamp, actor=actor or make_actor("project-lead")
    )


def test_a_number_that_is_set_counts_in_every_computed_appraisal(concept):
    """Half-life, points and bounds of classes; the usual rubric stays beside it, and the usual number takes the row away."""
    plan = make_item("plan", type="concept", status="adopted", year=2016, aims="Ein Ziel")
    item = Item.objects.select_related("plan", "concept").get(pk=plan.pk)
    before = computed_appraisal(item)
    assert set_so(concept, half_life__concept=4) == ["half_life-concept"]
    after = computed_appraisal(item)
    assert after.currency.value < before.currency.value and "in 4 Jahren" in after.currency.facts[0].words
    assert computed_appraisal(item, usual_rubric()).currency.value == before.currency.value
    set_so(concept, without_text__aims=4)
    assert computed_appraisal(item).substance.value < before.substance.value
    set_so(concept, half_life__concept=8, without_text__aims=20, reason="")
    assert not RubricValue.objects.exists() and computed_appraisal(item).currency == before.currency
    set_so(
        concept,
        bound_currency__1=before.currency.value,
        bound_currency__2=3,
        bound_currency__3=2,
        bound_currency__4=1,
    )
    assert computed_appraisal(item).currency.word == "aktuell"


def test_bounds_of_classes_hold_wherever_points_are_shown(concept):
    """A plan carries its field from the second class on; its page, the table and the sentence all follow."""
    plan = make_item("plan", status="adopted", fields=[concept.fields.get(key="klima")])
    appraise(plan, currency=50, substance=50, standing="working")
    assert "teils überholt" in Client().get(plan.url).content.decode()
    assert "1 von 1 Planwerken trägt" not in Client().get(reverse("plan-overview")).content.decode()
    set_so(concept, bound_currency__2=45, bound_currency__3=40, bound_substance__2=45, bound_substance__3=40)
    assert "noch aktuell" in Client().get(plan.url).content.decode()
    assert "1 von 1 Planwerken trägt" in Client().get(reverse("plan-overview")).content.decode()
    assert "mindestens 45" in Client().get(reverse("plan-overview-plans")).content.decode()


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"half_life-concept": 0}, "half_life-concept"), ({"substance-checkable": 50}, "substance-checkable"),
        ({"without_text-aims": 30}, "without_text-aims"), ({"bound_currency-1": 60}, "bound_currency-1"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_whole(concept, values, key):
    with pytest.raises(ValidationError) as refused:
        set_rubric(
            concept,
            values={**values, "expired": 5},
            reason=WHY,
            stamp=rubric_of(concept.pk).stamp,
            actor=make_actor("project-lead"),
        )
    assert list(refused.value.message_dict) == [key] and not RubricValue.objects.exists()


def test_a_change_needs_the_right_a_reason_and_what_is_there_now(concept):
    with pytest.raises(PermissionDenied):
        set_so(concept, make_actor("planner"), expired=5)
    with pytest.raises(ValidationError) as refused:
        set_so(concept, expired=5, reason=" ")
    assert list(refused.value.message_dict) == ["reason"]
    old = rubric_of(concept.pk).stamp
    set_so(concept, expired=5)
    with pytest.raises(Conflict):
        set_rubric(concept, values={"expired": 7}, reason=WHY, stamp=old, actor=make_actor("project-lead"))
    assert rubric_of(concept.pk)["expired"] == 5


def test_the_page_says_what_is_set_and_the_form_what_changes(concept):
    """Everybody reads the rubric with its reasons; who sets it up changes or resets it; names stand in no public history."""
    make_item("plan", type="concept", status="adopted", year=2016)
    make_item("plan", type="landuse", status="adopted", year=2016)
    lead, address, form = Client(), reverse("plan-overview-rubric"), reverse("plan-rubric-change")
    assert "Diese Stadt rechnet mit den üblichen Zahlen." in Client().get(address).content.decode()
    assert form not in Client().get(address).content.decode()
    lead.force_login(make_user("project-lead"))
    sent = {key: one.usual for key, one in numbers().items()} | {
        "half_life-concept": 4,
        "reason": WHY,
        "stamp": rubric_of(concept.pk).stamp,
    }
    said = lead.post(form, sent, follow=True).content.decode()
    assert "Bei 1 von 2 Planwerken ergibt sich daraus eine andere berechnete Bewertung." in said
    assert WHY in said and "8 →" not in said and "Was daran geändert wurde" in said
    public = Client().get(address).content.decode()
    assert (
        WHY in public
        and "1 Zahl hat diese Stadt anders gesetzt" in public
        and "Was daran geändert wurde" not in public
    )
    stale = lead.post(form, {**sent, "half_life-concept": 6})
    assert stale.status_code == 409 and 'value="6"' in stale.content.decode()
    assert (
        lead.post(
            form, {**sent, "stamp": rubric_of(concept.pk).stamp, "half_life-concept": "viel"}
        ).status_code
        == 400
    )
    reset = lead.post(
        form, {"zuruecksetzen": "1", "stamp": rubric_of(concept.pk).stamp}, follow=True
    ).content.decode()
    assert (
        "wieder wie üblich" in reset and not RubricValue.objects.exists() and changes_of(concept).count() == 2
    )


def test_an_appraisal_that_is_older_than_the_rubric_is_marked_inside(concept):
    plan = make_item("plan", status="adopted", year=2016)
    appraise(plan)
    inside = Client()
    inside.force_login(make_user("project-lead"))
    assert "Der Maßstab wurde am" not in inside.get(plan.url).content.decode()
    set_so(concept, expired=5)
    assert "Der Maßstab wurde am" in inside.get(plan.url).content.decode()
    assert "Der Maßstab wurde am" not in Client().get(plan.url).content.decode()


def test_the_rubric_is_part_of_package_and_edition(concept):
    """What is set is in the package of every profile; numbers that cannot be are taken for the usual ones."""
    set_so(concept, half_life__concept=4)
    for files in (
        package_files(concept),
        package_files(concept, profile="public"),
        edition_files(concept, parts=lambda items: items),
    ):
        (row,) = csv.DictReader(io.StringIO(files["plan_rubric.csv"].decode()))
        assert (row["key"], row["value"], row["reason"]) == ("half_life-concept", "4", WHY)
    RubricValue.objects.update(value=0)
    RubricValue.objects.create(concept=concept, key="unbekannt", value=3, reason="Aus einem anderen Programm")
    assert rubric_of(concept.pk).values == usual_rubric().values
