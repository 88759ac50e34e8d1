"""A field of action that is set up for the next edition: nobody outside knows of it until that edition is valid."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.exceptions import ValidationError
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from insek.concept.models import Field
from insek.council.edition_items import EditionItem
from insek.council.prospect import prospect
from insek.council.services import file_edition
from insek.package import export_package
from insek.people.actors import ANONYMOUS, PROGRAM
from insek.publish.report.reading import Reader
from insek.release.bundling import bundling
from insek.release.models import Proposal
from insek.release.releases import release, save_or_propose
from insek.thread.models import Item
from insek.thread.services import create_item, update_item
from insek.thread.setting_up import delete_part, save_part
from tests.council.editions import adopt, make_resolution
from tests.factories import make_actor, make_edition, make_item

pytestmark = pytest.mark.django_db
NAME = "Geheimes Feld"
PUBLIC = (
    "start", "field-list", "contribute", "goal-list", "goal-table", "search", "steering", "steering-targets", "city-map", "money", "plan-overview",
)  # fmt: skip
ELSEWHERE = ("/api/v1/fields", "/api/v1/fields.csv", "/sitemap.xml", "/sitemap-fields.xml")


@pytest.fixture(autouse=True)
def files(tmp_path):
    with override_settings(MEDIA_ROOT=tmp_path):
        yield tmp_path


@pytest.fixture
def draft(concept):
    make_item("goal", number="Z 1", title="Wie es ist", fields=[concept.fields.first()])
    return make_edition(concept, "zwei")


@pytest.fixture
def ahead(draft, as_role):
    """Set up in the browser, while working for the edition."""
    lead = as_role("project-lead")
    lead.post(reverse("edition-work", args=["zwei"]), {"act": "begin"})
    page = lead.get(reverse("setup-create", args=["handlungsfeld"])).content.decode()
    assert 'value="zwei" selected' in page
    sent = {
        "key": "neu", "position": "3", "name": NAME, "colour": "#112233", "standing": "working", "perspective_standing": "working",
        "aim": "Worum es geht.", "waits_for": "zwei",
    }  # fmt: skip
    assert lead.post(reverse("setup-create", args=["handlungsfeld"]), sent).status_code == 302
    return Field.objects.get(key="neu")


def seen_by(client):
    addresses = [reverse(name) for name in PUBLIC] + [*ELSEWHERE]
    found = set()
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if NAME in body.decode() or "/neu/" in body.decode():
            found.add(address)
    return found


def in_package(concept, folder):
    export_package(concept, folder / "public.zip", profile="public")
    with ZipFile(BytesIO((folder / "public.zip").read_bytes())) as package:
        return any(NAME in package.read(name).decode("utf-8", "replace") for name in package.namelist())


def test_nobody_knows_of_it_until_its_edition_is_valid(ahead, draft, files, as_role):
    concept, visitor = draft.concept, Client()
    assert seen_by(visitor) == set() and visitor.get(ahead.url).status_code == 404
    assert visitor.get(reverse("goal-list"), {"feld": "neu"}).status_code in {200, 404}
    assert not in_package(concept, files)
    assert ahead not in Reader(concept, ANONYMOUS).asker.fields
    lead = as_role("project-lead")
    page = lead.get(ahead.url).content.decode()
    assert NAME in page and "wird mit der Ausgabe" in page
    assert "badge--internal" in lead.get(reverse("field-list")).content.decode()
    assert NAME in lead.get(reverse("next-edition", args=["zwei"])).content.decode()

    goal, new = (
        Item.objects.get(number="Z 1"),
        make_item("goal", number="Z 2", title="Neu", visibility="internal", fields=[ahead]),
    )
    with bundling(draft):
        moved = save_or_propose(goal, expected_version=1, values={}, fields=[ahead], actor=PROGRAM)
        save_or_propose(new, expected_version=1, values={"visibility": "public"}, actor=PROGRAM)
    assert isinstance(moved, Proposal) and moved.state == "bundled"
    ready = prospect(draft)
    assert not ready.failed and NAME in {part.title for part in ready.parts}
    assert Field.objects.get(key="neu").waits_for == "zwei"
    filed = file_edition(draft, confirmed=ready.counts.sign, actor=PROGRAM)
    assert seen_by(visitor) == set()
    adopted = adopt(filed, make_resolution(date=timezone.localdate()))
    assert EditionItem.objects.filter(edition=adopted, table="fields", key="neu").exists()
    assert {reverse("field-list"), "/api/v1/fields", "/sitemap-fields.xml"} <= seen_by(visitor)
    assert in_package(concept, files) and visitor.get(ahead.url).status_code == 200
    assert [field.key for field in Item.objects.get(pk=goal.pk).fields.all()] == ["neu"]


def test_what_is_public_cannot_stand_in_it_before(ahead, draft, concept):
    goal = Item.objects.get(number="Z 1")
    for act in (
        lambda: update_item(goal, expected_version=1, values={}, fields=[ahead], actor=PROGRAM),
        lambda: save_or_propose(goal, expected_version=1, values={}, fields=[ahead], actor=PROGRAM),
        lambda: create_item(kind="goal", concept=concept, values={"title": "Neu", "visibility": "public"}, fields=[ahead], actor=PROGRAM),
    ):  # fmt: skip
        with pytest.raises(ValidationError, match="erst mit der Ausgabe"):
            act()
    new = make_item("goal", title="Intern", visibility="internal", fields=[ahead])
    with pytest.raises(ValidationError, match="erst mit der Ausgabe"):
        save_or_propose(new, expected_version=1, values={"visibility": "public"}, actor=make_actor("planner"))
    waiting = Proposal.objects.create(
        concept=concept, item=goal, item_kind="goal", act="update", payload={"fields": ["neu"]}, differences={"fields": [[], ["neu"]]}, base_version=1,
    )  # fmt: skip
    with pytest.raises(ValidationError, match="erst mit der Ausgabe"):
        release(waiting, expected_version=1, actor=make_actor("project-lead"))
    assert not Item.objects.visible_to(ANONYMOUS).filter(fields=ahead).exists()


def test_a_field_waits_only_for_what_is_worked_on_and_a_full_one_not_at_all(ahead, draft, concept):
    with pytest.raises(ValidationError, match="warten noch Handlungsfelder"):
        delete_part(draft, expected_version=draft.version, actor=PROGRAM)
    with pytest.raises(ValidationError, match="nicht mehr gearbeitet"):
        save_part(ahead, values={"waits_for": "fort"}, expected_version=1, actor=PROGRAM)
    full = Item.objects.get(number="Z 1").fields.get()
    with pytest.raises(ValidationError, match="öffentliche Inhalte"):
        save_part(full, values={"waits_for": "zwei"}, expected_version=1, actor=PROGRAM)
    with pytest.raises(ValidationError, match="noch nicht öffentlich"):
        save_part(draft, values={"scope_fields": "neu"}, expected_version=draft.version, actor=PROGRAM)
