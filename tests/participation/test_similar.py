import pytest

from insek.participation.similar import bare, similar_to
from insek.thread.models import Item
from tests.factories import make_actor, make_item


@pytest.fixture
def moderator(concept):
    return make_actor("moderator")


def said(concept, text, **values):
    item = make_item(
        "contribution",
        concept=concept,
        title=text[:80],
        text=text,
        visibility="internal",
        state="new",
        **values,
    )
    return Item.objects.select_related("contribution").get(pk=item.pk)


@pytest.mark.parametrize(
    "text",
    ["公園にベンチが欲しい", "Нет скамеек в парке", "نريد مقاعد في الحديقة", "Bus zu oft zu voll", "🌳🌳🌳🌳🌳🌳🌳🌳🌳🌳", "Mehr. Ok. Ja. So.", "Bank " * 700],
    ids=["japanese", "russian", "arabic", "short words", "emoji", "tiny words", "long"],
)  # fmt: skip
def test_the_same_text_is_recognised(concept, moderator, text):
    first, second = said(concept, text), said(concept, text)
    said(concept, "Der Weg am Fluss ist zugewachsen.")
    assert [row.pk for row in similar_to(second, moderator)] == [first.pk]


@pytest.mark.parametrize(
    ("one", "other"),
    [("Mehr Bänke!", "mehr  bänke"), ("Нет скамеек", "НЕТ СКАМЕЕК!"), ("Mehr Bänke", "Mehr Ba\u0308nke"), ("ＡＢＣ Platz", "ABC Platz")],
)  # fmt: skip
def test_case_spaces_and_signs_make_no_other_text(one, other):
    assert bare(one) == bare(other)


def test_the_same_text_is_found_behind_a_thousand_others(concept, moderator, monkeypatch):
    monkeypatch.setattr("insek.participation.similar.COMPARED", 3)
    first = said(concept, "Bitte mehr Licht am Weg.", received_on="2024-01-01")
    for number in range(5):
        said(concept, f"Etwas ganz anderes, Nummer {number}.", received_on="2024-02-01")
    again = said(concept, "Bitte mehr Licht am Weg.", received_on="2024-03-01")
    assert [row.pk for row in similar_to(again, moderator)] == [first.pk]


def test_what_only_shares_letters_is_not_similar(concept, moderator):
    said(concept, "Нет скамеек в парке")
    other = said(concept, "Автобус опаздывает")
    assert similar_to(other, moderator) == []


def test_similar_costs_two_queries(concept, moderator, django_assert_max_num_queries):
    first = said(concept, "Schatten auf dem Stiftsplatz fehlt im Sommer")
    with django_assert_max_num_queries(2):
        similar_to(first, moderator)
