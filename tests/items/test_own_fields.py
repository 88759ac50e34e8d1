"""Own fields as a lead and a clerk use them: defined, filled in, filtered, exported, read back, retired; and nothing leaks."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from insek.concept.models import Concept
from insek.items.own_lists import own_columns
from insek.items.pages import pages_of
from insek.people.actors import ANONYMOUS, PROGRAM, actor_for
from insek.release.models import Proposal
from insek.release.releases import release, save_or_propose
from insek.thread import own_acts, services
from insek.thread.models import Change, FieldDefinition, Item
from tests.factories import make_item, make_unit, make_user
from tests.intake.test_bulk import agree, choose, internal, say
from tests.intake.workbooks import changed, download, rows_of, upload
from tests.items.test_saved_views import client_of
from tests.reading import words
from tests.thread.test_own_fields import VALUES, fill, make_field

SECRET = "Zwangsversteigerung"


def define(client: Client, kind: str, **sent: Any) -> Any:
    """Send the form of a new field."""
    given = {"audience": "public", "editors": "all", **sent}
    return client.post(f"{reverse('own-field-create')}?art={kind}", given, follow=True)


def sent_form(client: Client, item: Item, **changes: Any) -> dict[str, Any]:
    """What the form of an item would be sent with."""
    form = client.get(reverse("item-edit", args=[item.pk])).context["form"]
    sent = {}
    for name in form.fields:
        value = form[name].value()
        if value not in (None, ""):
            sent[name] = [getattr(each, "pk", each) for each in value] if isinstance(value, list) else value
    return {**sent, **changes}


def test_the_whole_way_of_a_clerk(concept: Concept, as_role: Callable[..., Client]) -> None:
    lead, clerk = as_role("project-lead"), as_role("planner")
    make_unit("tiefbau", name="Tiefbauamt")
    for sent in (
        {"type": "number", "name": "Bruttofläche", "unit": "ha"},
        {"type": "choice", "name": "Förderkulisse", "new_options": "Soziale Stadt | Social city\nStadtumbau"},
        {"type": "date", "name": "Bewilligt bis"},
        {"type": "unit", "name": "Ansprechstelle", "audience": "staff"},
        {"type": "yes_no", "name": "Klimacheck", "group": "Prüfungen"},
    ):
        assert "ist gespeichert" in define(lead, "measure", **sent).content.decode()
    assert words(lead.get(reverse("own-field-list"))).count("0 Angaben") == 5
    park, platz = internal(title="Park"), internal(title="Platz")
    page = clerk.get(reverse("item-edit", args=[park.pk])).content.decode()
    assert "Prüfungen" in page and "Weitere Angaben" in page
    sent = sent_form(
        clerk, park,
        **{"own.bruttoflaeche": "1.234,5 ha", "own.foerderkulisse": "stadtumbau", "own.bewilligt-bis": "2027-05-03",
           "own.ansprechstelle": "tiefbau", "own.klimacheck": "nein"},
    )  # fmt: skip
    assert clerk.post(reverse("item-edit", args=[park.pk]), sent).status_code == 302
    park = Item.objects.get(pk=park.pk)
    assert park.own == {
        "bruttoflaeche": 1234.5, "foerderkulisse": "stadtumbau", "bewilligt-bis": "2027-05-03", "ansprechstelle": "tiefbau",
        "klimacheck": False,
    }  # fmt: skip
    text = words(clerk.get(park.url))
    for said in ("1.234,5 ha", "Stadtumbau", "3. Mai 2027", "Tiefbauamt (nur Verwaltung)", "Klimacheck nein"):
        assert said in text
    listed = {"ansicht": "tabelle", "spalten": "own.bruttoflaeche,own.foerderkulisse,own.ansprechstelle"}
    table = clerk.get(
        reverse("measure-list"),
        {**listed, "own.foerderkulisse": "stadtumbau", "own.bruttoflaeche.ab": "1.000"},
    )
    assert [each.pk for each in table.context["page"].rows] == [park.pk]
    assert "Tiefbauamt" in words(table)
    assert [
        each.pk for each in clerk.get(reverse("measure-list"), {"own.klimacheck": "-"}).context["page"].rows
    ] == [platz.pk]
    book = changed(
        download(clerk), **{"Park|Bruttofläche (ha)": 12.25, "Platz|Förderkulisse": "Social city", "Platz|Klimacheck": "ja",
                            "Platz|Ansprechstelle": "Tiefbauamt", "Platz|Bewilligt bis": "1.2.2030"}
    )  # fmt: skip
    batch, page = upload(clerk, book)
    assert "eingefügt: 12,25 ha" in words(page)
    assert "2 geändert" in words(agree(clerk, batch))
    assert Item.objects.get(pk=park.pk).own["bruttoflaeche"] == 12.25
    assert Item.objects.get(pk=platz.pk).own == {
        "foerderkulisse": "soziale-stadt", "klimacheck": True, "ansprechstelle": "tiefbau", "bewilligt-bis": "2030-02-01",
    }  # fmt: skip
    lines = b"".join(clerk.get(reverse("measure-table")).streaming_content).decode()  # type: ignore[attr-defined]  # a stream
    assert "12,25" in lines and "Tiefbauamt" in lines
    field = FieldDefinition.objects.get(key="foerderkulisse")
    lead.post(reverse("own-field-end", args=[field.pk]), {"version": field.version})
    text = words(clerk.get(park.url))
    assert "Nicht mehr geführt Förderkulisse Stadtumbau" in text
    assert "own.foerderkulisse" not in clerk.get(reverse("item-edit", args=[park.pk])).content.decode()
    assert Item.objects.get(pk=park.pk).own["foerderkulisse"] == "stadtumbau"
    assert "Förderkulisse (nicht mehr geführt)" in words(clerk.get(reverse("item-history", args=[park.pk])))


@pytest.mark.parametrize(("type_", "entered", "kept", "words_"), VALUES)
def test_the_form_of_every_type_keeps_what_it_shows(
    concept: Concept, as_role: Callable[..., Client], type_: str, entered: Any, kept: Any, words_: str
) -> None:
    make_unit("tiefbau", name="Tiefbau")
    field = make_field(concept, type_, unit="ha")
    item = fill(internal(title="Park"), field, kept)
    client = as_role("planner")
    assert client.post(reverse("item-edit", args=[item.pk]), sent_form(client, item)).status_code == 302
    assert Item.objects.get(pk=item.pk).own == {field.key: kept}
    assert Item.objects.get(pk=item.pk).version == item.version
    book = download(client)
    batch, _page = upload(client, book)
    assert not batch.entries.exclude(result="unchanged").exists()


def test_words_that_fit_no_more_stay_until_somebody_writes_others(
    concept: Concept, as_role: Callable[..., Client]
) -> None:
    field = make_field(concept, "short", "Baubeginn")
    item = fill(internal(title="Park"), field, "im Frühjahr")
    own_acts.change_field(field, values={"type": "year"}, expected_version=field.version, actor=PROGRAM)
    client = as_role("planner")
    assert "im Frühjahr (passt nicht zur Art des Feldes)" in words(client.get(item.url))
    assert (
        client.post(reverse("item-edit", args=[item.pk]), sent_form(client, item, title="Anders")).status_code
        == 302
    )
    assert Item.objects.get(pk=item.pk).own == {field.key: "im Frühjahr"}
    assert (
        client.post(
            reverse("item-edit", args=[item.pk]), sent_form(client, item, **{field.full_name: "2031"})
        ).status_code
        == 302
    )
    assert Item.objects.get(pk=item.pk).own == {field.key: 2031}


def test_a_change_of_type_says_what_it_cannot_read_and_asks(
    concept: Concept, as_role: Callable[..., Client]
) -> None:
    field = make_field(concept, "short", "Baubeginn")
    fill(internal(title="Park"), field, "im Frühjahr")
    client = as_role("project-lead")
    sent = {
        "name": "Baubeginn",
        "type": "year",
        "audience": "public",
        "editors": "all",
        "version": field.version,
    }
    page = client.post(reverse("own-field-edit", args=[field.pk]), sent)
    assert page.status_code == 400
    assert "1 von 1 Angaben passen nicht zur neuen Art, etwa: „im Frühjahr“" in words(page)
    assert (
        client.post(reverse("own-field-edit", args=[field.pk]), {**sent, "confirmed": "on"}).status_code
        == 302
    )
    assert FieldDefinition.objects.get().type == "year"
    stale = client.post(reverse("own-field-edit", args=[field.pk]), {**sent, "name": "Anders"})
    assert stale.status_code == 409


def test_options_are_renamed_and_retired_and_values_stay(
    concept: Concept, as_role: Callable[..., Client]
) -> None:
    field = make_field(concept, "choice", "Topf")
    item = fill(internal(title="Park"), field, "land")
    client = as_role("project-lead")
    form = client.get(reverse("own-field-edit", args=[field.pk])).context["form"]
    sent = {name: form[name].value() for name in form.fields if form[name].value() not in (None, "", False)}
    sent |= {"wert-land": "Landesmittel", "beenden-land": "on", "new_options": "EU | European Union"}
    looked = client.post(reverse("own-field-edit", args=[field.pk]), {**sent, "vorschau": "ja"})
    preview = looked.content.decode().partition("vorschau-titel")[2].partition("</section>")[0]
    assert "EU</option>" in preview and "Landesmittel" not in preview
    assert FieldDefinition.objects.get().options == field.options
    assert client.post(reverse("own-field-edit", args=[field.pk]), sent).status_code == 302
    assert FieldDefinition.objects.get().options.splitlines() == [
        "eigen|Eigenmittel|Own funds", "-land|Landesmittel|State", "-bund|Bund", "eu|EU|European Union",
    ]  # fmt: skip
    planner = as_role("planner")
    assert "Landesmittel" in words(planner.get(item.url))
    bound = planner.get(reverse("item-edit", args=[item.pk])).context["form"].fields[field.full_name]
    assert [key for key, _label in bound.choices] == ["", "eigen", "land", "eu"]


def test_names_that_stand_for_something_else_are_refused(
    concept: Concept, as_role: Callable[..., Client]
) -> None:
    lead = as_role("project-lead")
    assert "So heißt hier schon" in words(define(lead, "measure", type="short", name="nächster Schritt"))
    assert "mindestens einen Eintrag" in words(define(lead, "measure", type="choice", name="Topf"))
    assert lead.get(f"{reverse('own-field-create')}?art=unbekannt").status_code == 404
    define(lead, "measure", type="short", name="Topf")
    assert "gibt es hier schon" in words(define(lead, "measure", type="short", name="Topf"))
    assert FieldDefinition.objects.count() == 1


def test_bounds_that_are_no_numbers_are_told_and_change_nothing(
    concept: Concept, as_role: Callable[..., Client]
) -> None:
    field = make_field(concept, "money", "Budget")
    item = make_item("measure", concept=concept, **{field.full_name: 5})
    page = as_role("planner").get(reverse("measure-list"), {f"{field.full_name}.ab": "viel"})
    assert "„viel“ ist keine Zahl" in words(page)
    assert [each.pk for each in page.context["page"].rows] == [item.pk]
    assert (
        as_role("planner")
        .get(reverse("measure-list"), {f"{field.full_name}.bis": "4,99 €"})
        .context["page"]
        .rows
        == []
    )


@pytest.mark.parametrize("descending", [False, True])
def test_lists_sort_by_an_own_field_page_by_page_with_nothing_lost(
    concept: Concept, as_role: Callable[..., Client], descending: bool
) -> None:
    field = make_field(concept, "number", "Rang")
    values = [Decimal(number * 7 % 30) - 5 for number in range(30)]
    for value in values:
        make_item("measure", concept=concept, **{field.full_name: value})
    without = [make_item("measure", concept=concept).pk for _each in range(3)]
    client, found = as_role("planner"), []
    url = f"{reverse('measure-list')}?sortierung={'-' if descending else ''}{field.full_name}"
    while url:
        answer = client.get(url)
        found += answer.context["page"].rows
        url = answer.context["next_url"] and f"{reverse('measure-list')}{answer.context['next_url']}"
    assert [item.own.get(field.key) for item in found[:30]] == sorted(map(int, values), reverse=descending)
    assert {item.pk for item in found[30:]} == set(without)


def test_many_items_are_given_a_value_at_once(concept: Concept, as_role: Callable[..., Client]) -> None:
    field = make_field(concept, "several", "Töpfe")
    items = [internal(title=f"M {number}") for number in range(2)]
    client = client_of(make_user("planner"))
    batch, act = choose(client, items), f"eigen-{field.full_name}"
    assert "eingefügt: Eigenmittel; Land" in words(say(client, batch, act, **{act: ["eigen", "land"]}))
    agree(client, batch)
    assert [Item.objects.get(pk=item.pk).own for item in items] == [{field.key: ["eigen", "land"]}] * 2


def test_what_all_read_waits_for_its_release_and_the_rest_does_not(
    concept: Concept, as_role: Callable[..., Client]
) -> None:
    open_, closed = (
        make_field(concept, "number", "Offen"),
        make_field(concept, "short", "Zu", audience="staff"),
    )
    item, client = make_item("measure", concept=concept, title="Park"), as_role("planner")
    assert (
        client.post(
            reverse("item-edit", args=[item.pk]), sent_form(client, item, **{closed.full_name: SECRET})
        ).status_code
        == 302
    )
    assert Item.objects.get(pk=item.pk).own == {closed.key: SECRET}
    assert not Proposal.objects.exists()
    client.post(reverse("item-edit", args=[item.pk]), sent_form(client, item, **{open_.full_name: "1.000"}))
    assert Item.objects.get(pk=item.pk).own == {closed.key: SECRET}
    proposal = Proposal.objects.get()
    assert proposal.payload == {open_.full_name: 1000}
    assert "Offen" in words(as_role("project-lead").get(reverse("proposal", args=[proposal.pk])))
    release(proposal, expected_version=proposal.version, actor=PROGRAM)
    assert Item.objects.get(pk=item.pk).own == {closed.key: SECRET, open_.key: 1000}
    visitor = Client()
    assert "1.000" in words(visitor.get(item.url))
    change = Change.objects.filter(item_id=item.pk).first()
    assert change is not None
    undone = as_role("planner").post(
        reverse("item-undo", args=[item.pk, change.pk]),
        {"zurueck": [open_.full_name], "version": item.version + 2},
    )
    assert undone.status_code == 302
    assert Proposal.objects.waiting().get().payload == {open_.full_name: None}


def test_a_lead_only_field_of_a_public_item_is_not_smuggled_in(
    concept: Concept, as_role: Callable[..., Client]
) -> None:
    field = make_field(concept, "short", "Vermerk", editors="lead")
    item, client = make_item("measure", concept=concept), as_role("planner")
    assert field.full_name not in client.get(reverse("item-edit", args=[item.pk])).content.decode()
    with pytest.raises(PermissionDenied):
        save_or_propose(
            item,
            expected_version=item.version,
            values={field.full_name: "x"},
            actor=actor_for(make_user("planner")),
        )


def test_opening_a_field_asks_first_and_history_of_before_stays_closed(
    concept: Concept, as_role: Callable[..., Client]
) -> None:
    field = make_field(concept, "short", "Vermerk", audience="staff")
    item = make_item("measure", concept=concept, **{field.full_name: "erst " + SECRET})
    fill(item, field, "jetzt offen")
    client = as_role("project-lead")
    sent = {
        "name": "Vermerk",
        "type": "short",
        "audience": "public",
        "editors": "all",
        "version": field.version,
    }
    page = client.post(reverse("own-field-edit", args=[field.pk]), sent)
    assert "bei 1 öffentlichen Inhalten" in words(page)
    assert (
        client.post(reverse("own-field-edit", args=[field.pk]), {**sent, "confirmed": "on"}).status_code
        == 302
    )
    visitor = Client()
    assert "jetzt offen" in words(visitor.get(item.url))
    services.update_item(
        Item.objects.get(pk=item.pk), expected_version=2, values={"title": "Anders"}, actor=PROGRAM
    )
    history = visitor.get(visitor.get(item.url).context["public_history_url"])
    assert history.status_code == 200
    assert SECRET not in words(history)


def test_lists_and_pages_cost_no_query_more_for_each_own_field(
    concept: Concept, as_role: Callable[..., Client]
) -> None:
    client = as_role("planner")
    make_unit("tiefbau", name="Tiefbau")
    items = [internal(title=f"M {number}") for number in range(6)]

    def counts() -> list[int]:
        found = []
        for url in (
            f"{reverse('measure-list')}?ansicht=tabelle&spalten={names}",
            items[0].url,
            reverse("item-edit", args=[items[0].pk]),
        ):
            client.get(url)
            with CaptureQueriesContext(
                connection,
            ) as asked:
                assert client.get(url).status_code == 200
            found.append(len(asked))
        return found

    names = "title"
    before = counts()
    fields = [
        make_field(concept, type_, f"Eins {type_}") for type_ in ("number", "short", "unit", "choice", "date")
    ]
    concept.refresh_from_db()
    names = ",".join(column.name for column in own_columns(concept, pages_of("measure"), PROGRAM))
    values = {"number": 5, "short": "x", "unit": "tiefbau", "choice": "land", "date": "2027-01-01"}
    for field in fields:
        for item in items:
            fill(item, field, values[field.type])
    after = counts()
    assert all(now - then <= 3 for now, then in zip(after, before, strict=True)), (before, after)
    for type_ in ("number", "unit", "short"):
        make_field(concept, type_, f"Zwei {type_}")
    assert counts() == [after[0], after[1], after[2] + 1]  # the form reads the units for each field of units


def test_nobody_outside_reads_what_is_for_the_administration(concept: Concept) -> None:
    closed = make_field(concept, "short", "Zuvermerk", audience="staff")
    item = make_item("measure", concept=concept, title="Park", **{closed.full_name: SECRET})
    visitor = Client()
    addresses = [
        item.url, reverse("measure-list"), f"{reverse('measure-list')}?ansicht=tabelle&spalten=own.zuvermerk,title",
        reverse("measure-table"), f"{reverse('measure-list')}?own.zuvermerk={'%2B'}", f"{reverse('search')}?q={SECRET}",
        f"/api/v1/items/{item.pk}", "/api/v1/measures", "/api/v1/measures.csv", f"{item.url}/pdf",
    ]  # fmt: skip
    for address in addresses:
        answer = visitor.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]  # a stream
        found = body.decode(errors="replace").replace(f"q={SECRET}", "").replace(f'value="{SECRET}"', "")
        assert SECRET not in found or address.startswith(reverse("search")), address
        assert "Zuvermerk" not in found, address
    assert [column.name for column in own_columns(concept, pages_of("measure"), ANONYMOUS)] == []
    head, _rows = rows_of(download(visitor))
    assert "Zuvermerk" not in head
