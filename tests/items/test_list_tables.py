"""A list as a table: columns and order come from the address, and nothing is shown that the gate hides."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.functional import Promise

from insek.config.bench import grow
from insek.items.columns import columns_of, form_label, own_field
from insek.items.pages import all_pages, pages_of
from insek.people.actors import ANONYMOUS, PROGRAM
from insek.strategy.rows import COSTS
from insek.thread.kinds import all_kinds
from insek.thread.row_acts import add_row
from tests.factories import make_item, make_unit, make_user
from tests.reading import words

KINDS = [pages.kind for pages in all_pages()]
HOSTILE = ["\x00", "<script>", "title,title,title", "x" * 5000, "title,<b>", "__class__", "-", ",,,"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_column_has_a_name_of_its_own_in_words(kind):
    columns = columns_of(pages_of(kind), PROGRAM)
    labels = [str(column.label) for column in columns.values()]
    assert all(label and label != name for label, name in zip(labels, columns, strict=True))
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("kind", KINDS)
def test_what_many_can_be_given_at_once_is_a_field_of_the_form(kind):
    pages = pages_of(kind)
    assert [name for name in pages.bulk_fields if name not in pages.form.Meta.fields] == []


@pytest.mark.parametrize("kind", KINDS)
def test_all_columns_of_all_kinds_can_be_shown(concept, as_role, kind):
    item = make_item(kind, title="Ein Titel")
    names = ",".join(columns_of(pages_of(kind), PROGRAM))
    answer = as_role("project-lead").get(reverse(f"{kind}-list"), {"ansicht": "tabelle", "spalten": names})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'aria-labelledby="tabelle-titel"' in page
    assert f'href="{item.url}"' in page


def test_the_address_says_which_columns_stand_in_which_order(concept):
    item = make_item("measure", title="Park", next_step="Entwurf", responsible=make_unit("tiefbau"))
    for amount, is_internal in ((1250000, False), (77, True)):
        add_row(COSTS, item, {"amount_eur": amount, "is_internal": is_internal}, actor=PROGRAM)
    page = Client().get(reverse("measure-list"), {"ansicht": "tabelle", "spalten": "next_step,title,costs"})
    table = page.content.decode().split("<thead>")[1].split("</table>")[0]
    assert table.index("Nächster Schritt") < table.index("Titel") < table.index("Kosten")
    assert "rund 1.250.000 Euro" in table
    assert "77" not in re.sub(r'="[^"]*"', "", table), "ids in addresses aside"
    assert "Referat tiefbau" not in table


def test_columns_come_from_check_boxes_too(concept):
    make_item("goal")
    page = Client().get(
        reverse("goal-list"),
        [("ansicht", "tabelle"), ("spalten", "title"), ("spalten", "standing")],
        follow=True,
    )
    assert [str(head["label"]) for head in page.context["table"]["heads"]] == ["Titel", "Verlässlichkeit"]


@pytest.mark.parametrize("columns", HOSTILE)
def test_unknown_columns_are_left_out(concept, columns):
    make_item("goal")
    page = Client().get(reverse("goal-list"), {"ansicht": "tabelle", "spalten": columns})
    assert page.status_code == 200
    assert "<script>" not in page.content.decode().split("<main")[1].split("</main>")[0]


def test_a_head_sorts_and_turns_the_order_round(concept):
    for title in ("Birke", "Ahorn", "Zeder"):
        make_item("goal", title=title)
    page = Client().get(reverse("goal-list"), {"ansicht": "tabelle", "sortierung": "titel"})
    head = next(head for head in page.context["table"]["heads"] if str(head["label"]) == "Titel")
    assert head["sorted"] == "ascending"
    assert "sortierung=-titel" in head["url"]
    turned = Client().get(reverse("goal-list") + head["url"])
    assert [row["item"].title for row in turned.context["table"]["rows"]] == ["Zeder", "Birke", "Ahorn"]
    assert Client().get(reverse("goal-list"), {"sortierung": "--titel"}).status_code == 404


def test_pages_go_on_in_an_order_turned_round(concept):
    for number in range(60):
        make_item("goal", title=f"Ziel {number:02}")
    seen, address = [], reverse("goal-list") + "?ansicht=tabelle&sortierung=-titel"
    while address:
        page = Client().get(address)
        seen += [row["item"].title for row in page.context["table"]["rows"]]
        address = reverse("goal-list") + page.context["next_url"] if page.context["next_url"] else ""
    assert seen == [f"Ziel {number:02}" for number in reversed(range(60))]


def test_the_table_names_nothing_that_is_hidden(concept, as_role):
    above = make_item("goal", title="Geheimziel", visibility="internal")
    make_item("goal", title="Offen", parent=above.goal)
    address = reverse("goal-list") + "?ansicht=tabelle&spalten=title,parent,round"
    seen = Client().get(address)
    assert "Geheimziel" not in seen.content.decode()
    assert "round" not in columns_of(pages_of("goal"), ANONYMOUS)
    assert "Geheimziel" in words(as_role("planner").get(address))


def test_cards_stay_what_a_list_opens_with(concept):
    make_item("goal")
    page = Client().get(reverse("goal-list"))
    assert page.context["table"] is None
    assert 'href="?ansicht=tabelle"' in page.content.decode()


def test_a_visitor_finds_no_filters_where_there_is_one_thing_alone(concept, as_role):
    make_item("goal", title="Einziges")
    address = reverse("goal-list")
    page = Client().get(address).content.decode()
    assert "Einziges" in page
    assert not any(part in page for part in ('class="filter"', "field-filter", "Sortiert nach"))
    for seen in (Client().get(f"{address}?q=Einziges"), as_role("planner").get(address)):
        assert 'class="filter"' in seen.content.decode() and "Sortiert nach" in seen.content.decode()
    make_item("goal", title="Zweites")
    assert 'class="filter"' in Client().get(address).content.decode()


def test_visitors_get_no_cookie_from_a_table(concept):
    make_item("goal")
    assert not Client().get(reverse("goal-list"), {"ansicht": "tabelle"}).cookies


def test_a_table_asks_no_more_of_many_items_than_of_few(db):
    grow(30)
    anonymous, lead = Client(), Client()
    lead.force_login(make_user("project-lead"), backend="django.contrib.auth.backends.ModelBackend")
    plans = []
    for kind in all_kinds():
        names = ",".join(columns_of(pages_of(kind.name), PROGRAM))
        address = f"{reverse(kind.list_name)}?ansicht=tabelle"
        plans += [(client, f"{address}{more}", 13 + extra)
                  for client, extra in ((anonymous, 0), (lead, 4)) for more in ("", f"&spalten={names}")]  # fmt: skip

    def count(client, address):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    for client, address, _budget in plans:
        client.get(address)
    small = [count(client, address) for client, address, _budget in plans]
    assert [(*plan[1:], n) for plan, n in zip(plans, small, strict=True) if n > plan[2]] == []
    grow(600)
    large = [count(client, address) for client, address, _budget in plans]
    assert [(plan[1], a, b) for plan, a, b in zip(plans, small, large, strict=True) if b > a] == []


def test_every_column_of_every_kind_is_called_by_a_word_of_the_page():
    """A label that nobody wrote is the English name of a column: Path, Words, Mode."""
    unnamed = [
        f"{pages.kind}.{name}"
        for pages in all_pages()
        for name in pages.form.base_fields
        if own_field(pages, name) is not None and not isinstance(form_label(pages, name), Promise)
    ]
    assert unnamed == []
