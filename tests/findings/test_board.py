"""The board: cards are findings, moved one by one; several people at once lose nothing and see what the others did."""

import pytest
from django.urls import reverse

from insek.findings import board
from insek.findings.models import BoardCard
from insek.people.actors import ANONYMOUS
from insek.people.locking import Conflict
from insek.release.models import Proposal
from insek.thread.models import Item, Link
from tests.factories import make_actor, make_item, make_user

SCRIPT = {"HTTP_X_BOARD": "1"}


def lying(concept, type="strength"):
    found = Item.objects.filter(concept=concept, kind="finding", finding__type=type)
    return [item.title for item in board.in_order(found)]


def version(item):
    card = BoardCard.objects.filter(finding=item.pk).first()
    return card.version if card else 0


def internal(title, type="strength", **values):
    return make_item("finding", title=title, type=type, visibility="internal", **values)


def test_cards_are_laid_before_others_and_stay_there(concept):
    planner = make_actor("planner")
    a, b, c, d = (internal(title) for title in "ABCD")
    assert lying(concept) == ["A", "B", "C", "D"]
    board.place_card(d, before=b.pk, expected_version=0, actor=planner)
    assert lying(concept) == ["A", "D", "B", "C"]
    board.place_card(a, expected_version=version(a), actor=planner)
    assert lying(concept) == ["D", "B", "C", "A"]
    for _round in range(14):  # until no number is left between two of them
        board.place_card(c, before=b.pk, expected_version=version(c), actor=planner)
        board.place_card(b, before=c.pk, expected_version=version(b), actor=planner)
    assert lying(concept) == ["D", "B", "C", "A"]
    for _step in range(5):
        board.step_card(a, steps=-1, expected_version=version(a), actor=planner)
    assert lying(concept) == ["A", "D", "B", "C"]


def test_groups_lie_together_and_the_public_never_reads_them(concept):
    planner = make_actor("planner")
    _a, b, _c, d = (internal(title) for title in "ABCD")
    board.group_cards([(b, 0), (d, 0)], name="Grün", actor=planner)
    quadrant = groups(concept, planner)
    assert quadrant == [("", ["A", "C"]), ("Grün", ["B", "D"])]
    board.step_card(d, steps=-1, expected_version=version(d), actor=planner)
    assert groups(concept, planner)[1] == ("Grün", ["D", "B"])
    board.group_cards([(b, version(b))], name="", actor=planner)
    assert groups(concept, planner)[1] == ("Grün", ["D"])
    Item.objects.update(visibility="public")
    assert [name for name, _cards in groups(concept, ANONYMOUS)] == [""]


def groups(concept, actor):
    from insek.concept.asker import Asker
    from insek.findings.pages import PLURALS

    found = Item.objects.visible_to(actor).filter(concept=concept, kind="finding")
    cards = board.cards_of(Asker(actor, concept=concept), found)
    first, *_rest = board.quadrants_of(cards, PLURALS)
    return [(heap.name, [card.item.title for card in heap.cards]) for heap in first.heaps]


def test_of_two_who_move_the_same_card_the_second_is_told_and_other_cards_never_conflict(concept):
    one, other = make_actor("planner"), make_actor("project-lead")
    a, b, c = (internal(title) for title in "ABC")
    seen = version(a), version(b)
    board.place_card(a, expected_version=seen[0], actor=one)
    board.place_card(b, before=c.pk, expected_version=seen[1], actor=other)
    with pytest.raises(Conflict):
        board.place_card(a, before=c.pk, expected_version=seen[0], actor=other)
    assert lying(concept) == ["B", "C", "A"]


def test_the_whole_way_on_the_board_with_two_people(client, concept, django_user_model):
    """Write, edit in place, meet a conflict, move, wait for release, group and go on to merging: first by script, then without."""
    client.force_login(make_user("planner"))
    address, cards = reverse("board"), reverse("board-cards")
    district = make_item("district", title="Westen")
    first = client.get(cards)
    state = first["ETag"]
    quiet = client.get(cards, headers={"If-None-Match": state})
    assert (quiet.status_code, quiet.content) == (304, b"")

    written = client.post(reverse("board-write"), {"title": "Viele Bäume", "type": "strength"}, **SCRIPT)
    assert written.content.decode() == "„Viele Bäume“ liegt auf der Tafel, noch intern."
    tree = Item.objects.get(title="Viele Bäume")
    assert (tree.visibility, tree.finding.type) == ("internal", "strength")
    changed = client.get(cards, headers={"If-None-Match": state})
    assert changed.status_code == 200 and "Viele Bäume" in changed.content.decode()
    state = changed["ETag"]

    edit = reverse("board-card", args=[tree.pk])
    prefix = f"karte-{tree.pk}"
    words = {
        f"{prefix}-version": 1, f"{prefix}-title": "Viele alte Bäume", f"{prefix}-text": "Im Westen.",
        f"{prefix}-type": "strength", f"{prefix}-districts": [district.pk],
    }  # fmt: skip
    assert f'name="{prefix}-title"' in client.get(edit, **SCRIPT).content.decode()
    assert client.post(edit, words, **SCRIPT).status_code == 200
    assert Link.objects.get(source=tree).target == district
    late = client.post(edit, {**words, f"{prefix}-title": "Bäume überall"}, **SCRIPT)
    page = late.content.decode()
    assert late.status_code == 409
    assert "Viele alte Bäume" in page and "Bäume überall" in page and f'value="{2}"' in page
    tree.refresh_from_db()
    assert tree.title == "Viele alte Bäume"

    move = reverse("board-move", args=[tree.pk])
    seen = {"version": 2, "arranged": version(tree), "tafel": "feld=klima"}
    moved = client.post(move, {**seen, "type": "opportunity"})
    assert moved["Location"] == f"{address}?feld=klima#karte-{tree.pk}"
    tree = Item.objects.get(pk=tree.pk)
    assert tree.finding.type == "opportunity"
    again = client.post(move, {**seen, "type": "threat"}, **SCRIPT)
    assert again.status_code == 409 and "Viele alte Bäume" in again.content.decode()

    shown = make_item("finding", title="Öffentlich", type="weakness")
    sent = client.post(
        reverse("board-move", args=[shown.pk]), {"type": "threat", "version": 1, "arranged": 0}, **SCRIPT
    )
    assert "wartet auf Freigabe" in sent.content.decode()
    assert Proposal.objects.get().item == shown
    shown = Item.objects.get(pk=shown.pk)
    assert shown.finding.type == "weakness"
    assert "wartet auf Freigabe" in client.get(address).content.decode()

    chosen = [f"{tree.pk}:{version(tree)}", f"{shown.pk}:0"]
    client.post(reverse("board-chosen"), {"karte": chosen, "act": "group", "group": "Grün"})
    assert set(BoardCard.objects.filter(group="Grün").values_list("finding", flat=True)) == {
        tree.pk,
        shown.pk,
    }
    merge = client.post(reverse("board-chosen"), {"karte": chosen, "act": "merge"})
    assert merge["Location"] == f"{reverse('item-merge', args=[tree.pk])}?mit={shown.pk}"
    assert client.post(reverse("board-chosen"), {"act": "group"}, **SCRIPT).status_code == 400


def test_a_visitor_sees_what_is_public_and_nothing_to_change(client, concept):
    make_item("finding", title="Offen")
    internal("Geheim")
    page = client.get(reverse("board")).content.decode()
    assert "Offen" in page and "Geheim" not in page
    assert 'data-board-every="0"' in page and "data-handle" not in page and "board-new" not in page


def test_a_board_costs_the_same_with_many_cards(client, concept, django_assert_max_num_queries):
    for number in range(30):
        make_item("finding", title=f"F{number}")
    with django_assert_max_num_queries(25):
        client.get(reverse("board"))
