"""An internal item of every kind is planted and looked for in everything a visitor can get."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from insek import clock
from insek.concept.models import Field, Milestone
from insek.council.edition_items import EditionItem
from insek.evidence.services import NewObservation, record_observations
from insek.package import export_package
from insek.people.actors import PROGRAM
from insek.plans import overview_views
from insek.release.public_history import has_public_history
from insek.suggestions.models import Suggestion
from insek.thread.kinds import all_kinds, all_link_kinds
from insek.thread.models import Change, Item, Link, Round
from insek.thread.own_acts import define_field, retire_field
from insek.thread.services import update_item
from tests.council.editions import adopt
from tests.factories import make_edition, make_item, make_link

MARK = "Geheimvorhaben"
REASON = "Verschwiegenheitsgrund"
ASKED = MARK.lower()  # what is asked for comes back on the page: in small letters it is told apart
WORDS = (MARK, REASON)


def own_fields_to_close(concept, kind):
    """Own fields that nobody outside reads: one for the administration, and one that will be kept no more."""
    return [
        define_field(
            concept=concept, kind=kind, actor=PROGRAM,
            values={"type": "long", "name": f"{MARK} {audience} {kind}", "group": MARK, "audience": audience},
        )
        for audience in ("staff", "public")
    ]  # fmt: skip


def plant(concept):
    """A public and an internal (or round) item of every kind, linked along every link there is."""
    field = concept.fields.first()
    ahead = Field.objects.create(
        concept=concept, key="noch-nicht", name=f"{MARK}-Feld", name_en=f"{MARK} field", aim=MARK, perspective=MARK, position=9,
        waits_for="zwei",
    )  # fmt: skip
    audience = Round.objects.create(concept=concept, name=f"{MARK}-Runde")
    public, hidden = {}, {}
    for number, kind in enumerate(all_kinds()):
        closed = own_fields_to_close(concept, kind.name)
        public[kind.name] = make_item(
            kind.name, concept=concept, title=f"Offen {kind.name}", fields=[field], number=f"{kind.prefix} 1",
            **dict.fromkeys((each.full_name for each in closed), f"{MARK} in einem eigenen Feld"),
        )  # fmt: skip
        retire_field(closed[1], expected_version=1, actor=PROGRAM)
        seen = {"visibility": "round", "round": audience} if number % 2 else {"visibility": "internal"}
        hidden[kind.name] = make_item(
            kind.name, concept=concept, title=f"{MARK} {kind.name}", text=f"{MARK} im Text", fields=[field, ahead],
            number=f"{kind.prefix} 2", source_title=f"{MARK}-Quelle", **seen,
        )  # fmt: skip
    for link_kind in all_link_kinds():
        for source, target in sorted(link_kind.pairs):
            for here, there in (
                (public[source], hidden[target]),
                (hidden[source], public[target]),
                (hidden[source], hidden[target]),
            ):
                if link_kind.name == "prerequisite_of" and (here, there) != (public[source], hidden[target]):
                    continue  # a measure does not need itself
                if (
                    here.pk != there.pk
                    and not Link.objects.filter(source=here, target=there, kind=link_kind.name).exists()
                ):
                    make_link(here, there, link_kind.name, reason=REASON)
    visible, secret = public["district"].district, hidden["district"].district
    for indicator, place in (("indicator", secret), ("indicator", visible)):
        source = MARK if place is secret else "Statistik"
        record_observations(
            public[indicator].indicator,
            [NewObservation(place, "2024", 5, source_title=source)],
            label="x",
            actor=PROGRAM,
        )
    record_observations(
        hidden["indicator"].indicator,
        [NewObservation(visible, "2024", 7, source_title=MARK)],
        label="x",
        actor=PROGRAM,
    )
    own = {"goal": hidden["goal"].goal, "district": secret}
    for kind, parent in own.items():
        row = getattr(public[kind], kind)
        row.parent = parent
        row.save()
    for state, other in (("open", public["measure"]), ("refused", hidden["measure"])):
        Suggestion.objects.create(
            concept=concept, kind="item-link", subject=f"item:{public['goal'].pk}", content_hash=state, item=public["goal"], other=other,
            content={"kind": "implemented_by", "target": other.pk, "reason": MARK}, why=MARK, evidence=[{"words": MARK}], confidence=0.9,
            suggester=MARK, engine_version="1", state=state, note=MARK, decided_at=None if state == "open" else clock.now(),
        )  # fmt: skip
    Change.objects.filter(concept=concept).update(suggested_by=MARK)
    public["resolution"].resolution.paper = hidden["paper"].paper
    public["resolution"].resolution.save()
    Milestone.objects.create(concept=concept, key="start", date="2024-01-01", title="Auftakt", kind="event")
    return public, hidden


def addresses(public, concept, languages=("", "/en")):
    names = [
        "start",
        "field-list",
        "contribute",
        "city-map",
        *(name for name, _label in overview_views.PARTS),
        "money",
        "spatial-concept",
        "steering",
        "city-health",
        "steering-targets",
        "process",
        "about",
        "search",
        "edition-list",
    ]
    found = [reverse(name) for name in names] + [reverse("field", args=[concept.fields.first().key])]
    found += [f"{reverse('search')}?q={word}" for word in ("Offen", ASKED, "Text", "Quelle")]
    for kind in all_kinds():
        found += [
            reverse(kind.list_name),
            reverse(f"{kind.name}-table"),
            f"{reverse(kind.list_name)}?q={ASKED}",
        ]
        found += [f"{reverse(kind.list_name)}?sortierung=neu", public[kind.name].url]
        for link_kind in all_link_kinds():
            found += [
                reverse("item-thread", args=[public[kind.name].pk, side, link_kind.name])
                for side, end in (("gruende", "target"), ("folgen", "source"))
                if link_kind.meets(kind.name, end)
            ]
    found += [
        reverse("observation-table", args=[public["indicator"].pk]),
        reverse("indicator-ranking", args=[public["indicator"].pk]),
        reverse("indicator-ranking-table", args=[public["indicator"].pk]),
        reverse("edition", args=["entwurf"]),
    ]
    return [f"{language}{address}" for language in languages for address in found]


def frozen_and_changed(public):
    """The adopted wording of every item and the public history of every kind."""
    kept = [
        reverse("edition-item", args=["entwurf", key])
        for key in EditionItem.objects.values_list("key", flat=True)
    ]
    told = [reverse("public-history", args=[item.pk]) for item in public.values() if has_public_history(item)]
    assert len(told) == len(public) - 1  # contributions have none
    return [f"{language}{address}" for language in ("", "/en") for address in (*kept, *told)]


@pytest.mark.slow
@pytest.mark.django_db
def test_no_public_output_shows_an_internal_item(concept, tmp_path, as_role, settings):
    settings.MEDIA_ROOT = tmp_path / "files"
    public, hidden = plant(concept)
    edition = make_edition(concept)
    adopt(edition, public["resolution"].resolution)
    for item in (public["goal"], public["measure"]):
        item.refresh_from_db()
        update_item(item, expected_version=item.version, values={"text": "Offen und geändert"}, actor=PROGRAM)
    everywhere = addresses(public, concept) + frozen_and_changed(public)
    german = [address for address in everywhere if not address.startswith("/en")]
    for client, asked in (
        (Client(), everywhere),
        (as_role("council"), german),
        (as_role("ortsbeirat"), german),
    ):
        for address in asked:
            response = client.get(address)
            assert response.status_code == 200, address
            body = (b"".join(response.streaming_content) if response.streaming else response.content).decode()
            for word in WORDS:
                assert word not in body, (address, body[max(0, body.find(word) - 200) : body.find(word) + 80])
            for item in hidden.values():
                assert item.pk not in body, address
        for item in hidden.values():
            assert client.get(item.url).status_code == 404
        assert client.get(reverse("field", args=["noch-nicht"])).status_code == 404
    translation.activate("de")
    archive = b"".join(client.get(reverse("edition-package", args=["entwurf"])).streaming_content)
    export_package(concept, tmp_path / "public.zip", profile="public")
    for content in (archive, (tmp_path / "public.zip").read_bytes()):
        with ZipFile(BytesIO(content)) as package:
            for name in package.namelist():
                text = package.read(name).decode("utf-8", "replace")
                assert not any(word in text for word in WORDS), name
                assert not any(item.pk in text for item in hidden.values()), name


@pytest.mark.django_db
def test_a_link_that_a_kind_cannot_have_has_no_page(concept, client):
    goal = make_item("goal", concept=concept)
    assert client.get(reverse("item-thread", args=[goal.pk, "folgen", "implemented_by"])).status_code == 200
    assert client.get(reverse("item-thread", args=[goal.pk, "gruende", "implemented_by"])).status_code == 404


@pytest.mark.django_db
def test_those_who_may_see_it_do_see_it(concept, as_role):
    _public, hidden = plant(concept)
    lead = as_role("project-lead")
    for kind in all_kinds():
        assert MARK in lead.get(reverse(kind.list_name)).content.decode(), kind.name
    assert lead.get(reverse("search"), {"q": MARK}).content.decode().count(hidden["goal"].pk) >= 1
    beside = 4  # a scenario and a reachability stand on an indicator
    assert Item.objects.count() == 2 * len(all_kinds()) + beside
