"""The TOWS matrix: options written where findings meet, and what becomes of them."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from lxml import html

from insek.package import package_files
from insek.people.actors import PROGRAM
from insek.people.locking import Conflict
from insek.release.models import Proposal
from insek.release.undo import undo_change
from insek.strategy.models import TowsOption
from insek.strategy.tows_rows import OPTIONS, become
from insek.thread.models import Change, Item, Link
from insek.thread.row_acts import add_row, change_row
from tests.factories import make_actor, make_item
from tests.reading import form_values, words

pytestmark = pytest.mark.django_db


def finding(type, number, **values):
    return make_item("finding", type=type, number=number, title=f"Befund {number}", **values)


@pytest.fixture
def four(concept):
    return {
        kind: finding(kind, f"F {number}", fields=[concept.fields.get(key="klima")])
        for number, kind in enumerate(["strength", "weakness", "opportunity", "threat"], 1)
    }


def option(finding, against, **values):
    own = {"text": "Wald und Förderung verbinden", "against": against.finding, **values}
    return add_row(OPTIONS, finding, own, actor=PROGRAM)


def cell(page, key):
    [found] = html.fromstring(page.content.decode()).xpath(f'//section[@aria-labelledby="zelle-{key}"]')
    return " ".join(found.text_content().split())


def test_the_whole_way_from_a_cell_to_a_goal_without_script(as_role, client, concept, four):
    """Write, be refused and keep the words, edit, become a goal once, lead there and back, and take it back."""
    planner = as_role("planner")
    address, write = reverse("tows"), reverse("tows-write", args=["wo"])
    more = finding("weakness", "F 5")
    sent = {
        "text": "Grün an  Schulwege", "finding": four["weakness"].pk, "against": four["opportunity"].pk,
        "also_finding": more.pk, "also_against": "", "reason": "Beides liegt am Weg.",
    }  # fmt: skip
    refused = planner.post(write, {**sent, "against": four["threat"].pk})
    assert refused.status_code == 400 and "Grün an Schulwege" in cell(refused, "wo")
    assert not TowsOption.objects.exists()
    assert planner.post(reverse("tows-write", args=["xy"]), sent).status_code == 404

    done = planner.post(f"{write}?feld=klima", sent)
    assert done.status_code == 400, "a finding of another field is not offered there"
    done = planner.post(write, sent)
    row = TowsOption.objects.get()
    assert done["Location"] == f"{address}#option-{row.key}"
    assert (row.text, row.cell, row.is_example) == ("Grün an Schulwege", "wo", False)
    page = planner.get(address)
    assert "Grün an Schulwege" in cell(page, "wo") and "F 2 × F 5 × F 3" in cell(page, "wo")
    assert all("Grün an" not in cell(page, key) for key in ("so", "st", "wt"))
    assert "Grün an" in cell(planner.get(f"{address}?feld=klima"), "wo")
    assert "Grün an" not in words(planner.get(f"{address}?feld=wohnen"))

    edit = reverse("row-edit", args=[four["weakness"].pk, "option", row.key])
    values = {**form_values(planner.get(edit)), "text": "Grün an Schulwegen"}
    assert planner.post(edit, values)["Location"].startswith(address)
    late = planner.post(edit, {**values, "text": "Ganz anders"})
    assert late.status_code == 409 and "Ganz anders" in words(late)

    to = reverse("tows-become", args=[four["weakness"].pk, row.key])
    stale = planner.post(to, {"wird": "goal", "version": 1}, follow=True)
    assert "Jemand anderes" in stale.content.decode() and not Item.objects.filter(kind="goal").exists()
    assert planner.post(to, {"wird": "vision", "version": 2}).status_code == 404
    made = planner.post(to, {"wird": "goal", "version": 2})
    goal = Item.objects.get(kind="goal")
    assert made["Location"] == goal.url
    assert (goal.title, goal.visibility) == ("Grün an Schulwegen", "internal")
    assert [field.key for field in goal.fields.all()] == ["klima"]
    links = Link.objects.filter(target=goal, kind="justifies")
    assert {(link.source_id, link.reason) for link in links} == {
        (each.pk, "Beides liegt am Weg.") for each in (four["weakness"], four["opportunity"], more)
    }
    assert "Daraus wurde: Ziel: Grün an Schulwegen" in cell(planner.get(address), "wo")
    assert "Als Ziel anlegen" not in cell(planner.get(address), "wo")
    assert "Grün an Schulwegen" in words(planner.get(four["weakness"].url))
    assert "Hervorgegangen aus der Option" in words(planner.get(goal.url))
    assert "Hervorgegangen aus der Option" in words(planner.get(reverse("item-history", args=[goal.pk])))
    again = planner.post(to, {"wird": "measure", "version": 3}, follow=True)
    assert (
        "schon etwas geworden" in again.content.decode() and not Item.objects.filter(kind="measure").exists()
    )

    client.logout()
    seen = client.get(address)
    assert seen.status_code == 200 and "Grün an" not in words(seen)
    assert "Option schreiben" not in words(seen) and "Grün an" not in words(client.get(four["weakness"].url))
    assert client.post(write, sent).status_code == 302 and TowsOption.objects.count() == 1

    line = Change.objects.filter(item_id=four["weakness"].pk, differences__has_key="tows_option").first()
    undo_change(line, actor=make_actor("planner"))
    row.refresh_from_db()
    assert row.became is None and Item.objects.filter(pk=goal.pk).exists()
    delete = reverse("row-delete", args=[four["weakness"].pk, "option", row.key])
    planner = as_role("planner")
    planner.post(delete, form_values(planner.get(delete)))
    assert not TowsOption.objects.exists()


def test_a_measure_of_an_example_is_an_example_and_the_example_waits_for_release(as_role, concept, four):
    row = option(four["strength"], four["threat"], is_example=True)
    planner = as_role("planner")
    edit = reverse("row-edit", args=[four["strength"].pk, "option", row.key])
    planner.post(edit, {**form_values(planner.get(edit)), "text": "Anders"})
    row.refresh_from_db()
    assert row.text == "Wald und Förderung verbinden" and Proposal.objects.get().is_waiting
    assert "Als Maßnahme anlegen" not in words(planner.get(reverse("tows")))

    lead = as_role("project-lead")
    assert "Als Maßnahme anlegen" in words(lead.get(reverse("tows")))
    lead.post(reverse("tows-become", args=[four["strength"].pk, row.key]), {"wird": "measure", "version": 1})
    measure = Item.objects.get(kind="measure")
    assert measure.is_example and Link.objects.filter(target=measure, kind="justifies").count() == 2
    assert {link.reason for link in Link.objects.filter(target=measure)} == {"Wald und Förderung verbinden"}


def test_only_examples_are_public_and_only_where_all_they_name_is(client, concept, four):
    hidden = finding("opportunity", "F 9", visibility="internal")
    option(four["strength"], four["opportunity"], text="Beispielhaft", is_example=True)
    option(four["strength"], four["opportunity"], text="Ernst gemeint")
    option(four["strength"], hidden, text="Verdeckt", is_example=True)
    page = words(client.get(reverse("tows")))
    assert "Beispielhaft" in page and "Ernst gemeint" not in page and "Verdeckt" not in page
    assert "F 9" not in page

    def rows(**profile):
        return package_files(concept, **profile)["tows_options.csv"].decode()

    assert [text in rows() for text in ("Beispielhaft", "Ernst gemeint", "Verdeckt")] == [True] * 3
    assert [text in rows(profile="public") for text in ("Beispielhaft", "Ernst gemeint", "Verdeckt")] == [
        True, False, False,
    ]  # fmt: skip


def test_an_option_joins_inside_and_outside_and_leaves_the_matrix_when_a_finding_moves(
    as_role, concept, four
):
    with pytest.raises(ValidationError, match="verbindet eine Stärke"):
        option(four["strength"], four["weakness"])
    row = option(four["strength"], four["threat"])
    first, second = option(four["strength"], four["threat"]), option(four["strength"], four["threat"])
    assert row.position < first.position < second.position
    type(four["threat"].finding).objects.filter(pk=four["threat"].pk).update(type="weakness")
    planner = as_role("planner")
    page = words(planner.get(reverse("tows")))
    assert "Ohne Platz in der Matrix" in page and "Als Ziel anlegen" not in page
    row.refresh_from_db()
    with pytest.raises(ValidationError):
        become(TowsOption.objects.get(pk=row.pk), "goal", expected_version=1, actor=PROGRAM)
    assert not Item.objects.filter(kind="goal").exists(), "nothing is left of what was refused"
    changed = change_row(
        OPTIONS,
        TowsOption.objects.get(pk=row.pk),
        {"against": four["opportunity"].finding},
        expected_version=1,
        actor=PROGRAM,
    )
    assert changed.cell == "so"
    with pytest.raises(Conflict):
        become(changed, "goal", expected_version=1, actor=PROGRAM)


def test_the_page_asks_as_often_with_many_options(client, concept, four, django_assert_max_num_queries):
    for number in range(30):
        option(four["strength"], four["threat"], text=f"Option {number}", is_example=True)
    client.get(reverse("tows"))
    with django_assert_max_num_queries(16):
        assert client.get(reverse("tows")).status_code == 200
