"""The main menu: every public list is in it once, groups say where one is, and it costs nothing more than the names."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from insek.thread.kinds import all_kinds
from insek.web.context import kind_names_of
from insek.web.menu import main_navigation
from tests.factories import make_concept


def menu_of(client, address):
    text = client.get(address).content.decode()
    return text[text.index('id="hauptnavigation"') : text.index("</nav>", text.index('id="hauptnavigation"'))]


@pytest.mark.django_db
def test_every_public_list_and_section_stands_in_the_menu_once(client):
    make_concept()
    links = re.findall(r'href="([^"]+)"', menu_of(client, "/"))
    wanted = {reverse(kind.list_name) for kind in all_kinds()} | {
        reverse(name)
        for name in ("field-list", "spatial-concept", "plan-overview", "contribute", "process", "edition-list",
                     "steering", "city-map", "search", "report")
    }  # fmt: skip
    addresses = [link for link in links if link.startswith("/") and not link.startswith("/static/")]
    assert wanted <= set(addresses)
    assert len(addresses) == len(set(addresses))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "current"),
    [("goal-list", "page"), ("plan-overview", "page"), ("process", "page"), ("edition-list", "page")],
)
def test_a_page_is_marked_with_the_group_it_stands_in(client, name, current):
    make_concept()
    menu = menu_of(client, reverse(name))
    assert menu.count("data-current") == 1
    assert f'href="{reverse(name)}" aria-current="{current}"' in menu
    assert menu.count("aria-current") == 1


@pytest.mark.django_db
def test_a_single_entry_marks_no_group(client):
    make_concept()
    menu = menu_of(client, reverse("city-map"))
    assert "data-current" not in menu and menu.count('aria-current="page"') == 1


@pytest.mark.django_db
def test_the_menu_costs_the_concept_and_its_names_only(rf, django_assert_max_num_queries):
    make_concept()
    with django_assert_max_num_queries(2):
        entries = main_navigation(kind_names_of(rf.get("/")))
    keys = [key for entry in entries for key in (entry["holds"] if entry["links"] else [entry["key"]])]
    assert len(keys) == len(set(keys)), "a page stands under one entry only"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    ["home", "deleted-list", "gap-list", "criterion-list", "criterion-create", "person-list",
     "role-list", "unit-list", "body-list", "setup", "round-list", "round-create", "feedback-list", "proposal-list",
     "batch-list", "intake-home", "saved-view-list", "moderation"],
)  # fmt: skip
def test_every_page_of_the_staff_area_is_reached_from_the_start_by_the_own_area(concept, as_role, name):
    role = (
        "administrator" if name in {"person-list", "role-list", "unit-list", "body-list"} else "project-lead"
    )
    trail = as_role(role).get(reverse(name)).context["breadcrumb"]
    assert [step["url"] for step in trail[:2]] == [reverse("start"), reverse("home")]
    assert len({step["label"] for step in trail}) == len(trail)
