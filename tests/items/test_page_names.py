"""The page of every kind shows what the pages of all kinds show: no kind names something of its own as the page names it already."""

import pytest

from insek.items.views import items
from insek.thread.kinds import all_kinds
from tests.factories import make_item

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", [each.name for each in all_kinds()])
def test_what_the_page_has_reaches_its_template(concept, as_role, monkeypatch, kind):
    given = {}
    page_of = items.page_of

    def keep(*asked):
        given.update(page_of(*asked))
        return given

    monkeypatch.setattr(items, "page_of", lambda *asked: dict(keep(*asked)))
    shown = as_role("planner").get(make_item(kind).url)
    assert {"tools", "facts", "why"} <= given.keys()
    assert [name for name, value in given.items() if shown.context[name] is not value] == []
