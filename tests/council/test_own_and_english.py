"""English versions are no change of what was adopted; own fields are part of it; keys and ids keep their addresses."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client, override_settings
from django.urls import get_resolver, reverse
from django.utils import timezone

from insek.concept.models import RESERVED_EDITION_KEYS, Edition
from insek.council.edition_items import EditionItem
from insek.council.edition_queries import changes_of
from insek.council.freezing import parts_of
from insek.council.indexing import archive_files
from insek.council.prospect import prospect
from insek.council.services import VotedAmendment, file_edition
from insek.council.successions import entries_of
from insek.people.actors import PROGRAM
from insek.release.releases import release
from insek.release.reshaping import merge_or_propose
from insek.thread.gaps import gap_named
from insek.thread.own_acts import define_field, retire_field
from insek.thread.services import update_item
from insek.thread.setting_up import save_part
from tests.council.editions import adopt, make_resolution
from tests.factories import make_actor, make_edition, make_item

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture(autouse=True)
def files(tmp_path):
    with override_settings(MEDIA_ROOT=tmp_path):
        yield


@pytest.fixture
def goal(concept):
    return make_item("goal", number="Z 1", title="Ziel", text="Wie beschlossen.")


def in_force(concept):
    return adopt(make_edition(concept, "eins"), make_resolution(date=TODAY - timezone.timedelta(days=400)))


def change(item, **values):
    item.refresh_from_db()
    return update_item(item, expected_version=item.version, values=values, actor=PROGRAM)


def compare(**asked):
    page = Client().get(reverse("edition-compare"), {"von": "eins", "mit": "heute", **asked})
    return page.content.decode()


def own(concept, **values):
    return define_field(
        concept=concept,
        kind="goal",
        actor=PROGRAM,
        values={"type": "short", "name": "Frist", "audience": "public", **values},
    )


def test_an_english_version_is_no_change_of_what_was_adopted(concept, goal):
    edition = in_force(concept)
    change(goal, title_en="Goal", text_en="As adopted.")
    field = concept.fields.first()
    save_part(field, values={"name_en": "Living", "aim_en": "To live."}, expected_version=1, actor=PROGRAM)
    assert changes_of(edition, list(EditionItem.objects.all())) == {}
    draft = make_edition(concept, "zwei")
    assert {entry.proposed for entry in entries_of(draft, prospect(draft).parts)} == {"kept"}
    page = compare()
    assert "0 neu, 0 geändert, 0 nicht mehr da." in page and "englische Fassung ergänzt" in page
    assert (
        "As adopted." in page
        and "Ziel" in compare(was="english")
        and "As adopted." not in compare(was="changed")
    )
    change(goal, text="Anders.")
    page = compare()
    assert "0 neu, 1 geändert, 0 nicht mehr da." in page and "kein Teil des Beschlusses" in page


def test_of_an_edition_that_kept_no_english_version_nothing_is_said(concept, goal):
    in_force(concept)
    for row in EditionItem.objects.all():
        row.content.pop("english")
        row.content["cells"]["name_en"] = "As before"
        row.save()
    change(goal, title_en="Goal")
    page = compare()
    assert (
        "0 neu, 0 geändert, 0 nicht mehr da." in page
        and "englische Fassung" not in page.split('id="ergebnis"')[1]
    )


def test_own_fields_stand_in_the_adopted_edition_and_in_its_comparison(concept, goal):
    term = own(concept)
    several = own(concept, name="Wirkt auf", type="several", options="a|Klima\nb|Wohnen")
    secret = own(concept, name="Intern", audience="staff")
    change(goal, **{term.full_name: "bis 2030", several.full_name: ["a", "b"], secret.full_name: "geheim"})
    edition = in_force(concept)
    row = EditionItem.objects.get(edition=edition, key=goal.pk)
    visitor = Client()
    page = visitor.get(reverse("edition-item", args=["eins", goal.pk])).content.decode()
    assert (
        "Frist" in page and "bis 2030" in page and "Klima" in page and "geheim" not in str(row.content) + page
    )
    assert changes_of(edition, [row]) == {}
    change(goal, **{term.full_name: "bis 2035"})
    assert changes_of(edition, [row])[goal.pk].names == (term.full_name,)
    page = compare()
    assert "1 geändert" in page and "Frist" in page and "2035" in page
    row.content.pop("own")  # as editions were frozen before
    row.save()
    assert changes_of(edition, [row]) == {}


def test_an_amendment_of_an_own_field_is_in_the_archive(concept, goal):
    term = own(concept)
    change(goal, **{term.full_name: "bis 2030"})
    draft = make_edition(concept, "eins")
    filed = file_edition(draft, confirmed=prospect(draft).counts.sign, actor=PROGRAM)
    change(goal, **{term.full_name: "bis 2032"}, text="Auch anders.")
    voted = [VotedAmendment("goals", goal.pk, frozenset({term.full_name}), "Frist verlängert.")]
    resolution = make_resolution(date=TODAY, outcome="adopted_with_changes")
    adopted = adopt(filed, resolution, voted=voted)
    [part] = [
        each
        for each in parts_of(archive_files(adopted, "archive", adopted.sha256), example=False)
        if each.table == "goals"
    ]
    assert (
        part.content["own"][term.key]["words"] == "bis 2032"
        and part.content["cells"]["text"] == "Wie beschlossen."
    )


def test_an_empty_obligatory_own_field_is_a_gap(concept, goal, as_role):
    term = own(concept, is_required=True)
    full = make_item("goal", number="Z 2", **{term.full_name: "bis 2030"})
    make_item("measure", number="M 1")
    gap = gap_named("own_field_empty")
    concept.refresh_from_db()
    assert [item.pk for item in gap.find(concept)] == [goal.pk]
    lead = as_role("project-lead")
    page = lead.get(reverse("gap", args=["own_field_empty"])).content.decode()
    assert "Z 1" in page and "Frist" in page and "Z 2" not in page
    change(goal, **{term.full_name: "bald"})
    assert not gap.find(concept).exists()
    change(full, text="Neu.")
    retire_field(term, expected_version=term.version, actor=PROGRAM)
    concept.refresh_from_db()
    assert not gap.find(concept).exists()


def test_no_edition_takes_the_address_of_another_page(concept):
    def paths(patterns):
        for each in patterns:
            yield str(each.pattern)
            yield from paths(getattr(each, "url_patterns", ()))

    second = {
        path.split("/")[1] for path in paths(get_resolver().url_patterns) if path.startswith("ausgaben/")
    }
    taken = {word for word in second if "<" not in word}
    assert taken - {""} == set(RESERVED_EDITION_KEYS)
    for key in RESERVED_EDITION_KEYS:
        with pytest.raises(ValidationError, match="eine eigene Seite"):
            save_part(
                Edition(concept=concept, key=key),
                values={"title": "Neu"},
                expected_version=None,
                actor=PROGRAM,
            )


def test_the_interface_names_what_an_item_that_is_gone_became(concept, goal):
    other = make_item("goal", number="Z 2", title="Zweites")
    waiting = merge_or_propose(
        goal,
        [(other.pk, other.version)],
        values={},
        place_of="",
        reason="",
        expected_version=goal.version,
        actor=PROGRAM,
    )
    release(waiting, expected_version=1, actor=make_actor("project-lead"))
    answer = Client().get(f"/api/v1/items/{other.pk}")
    assert answer.status_code == 410
    [named] = answer.json()["successors"]
    assert (named["id"], named["number"]) == (goal.pk, "Z 1") and named["url"].endswith(goal.url)
    assert named["api_url"].endswith(f"/api/v1/items/{goal.pk}")
    hidden = make_item("goal", number="Z 3", title="Weg")
    change(hidden, visibility="internal")
    assert Client().get(f"/api/v1/items/{hidden.pk}").status_code == 404
