"""The tools on the page of an item are there on the pages of all kinds."""

import pytest
from django.urls import reverse

from insek.thread.kinds import all_kinds
from tests.factories import make_item


@pytest.mark.parametrize("kind", [kind.name for kind in all_kinds()])
def test_whoever_may_edit_is_led_there_from_the_page_of_every_kind(concept, as_role, kind):
    """What a room adds to the page takes the place of nothing that all pages have."""
    item = make_item(kind)
    tools = as_role("project-lead").get(item.url).context["tools"]
    assert reverse("item-history", args=[item.pk]) in {tool["url"] for tool in tools}
    assert all(tool["url"] and tool["label"] for tool in tools)
