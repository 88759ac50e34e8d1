import pytest

from insek.participation.titles import LONGEST_TITLE, title_from_text


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Bänke in der Pariser Str. fehlen. Bitte bald.", "Bänke in der Pariser Str. fehlen"),
        ("Die Mainzer Str. Ecke Ring ist laut. Ja.", "Die Mainzer Str. Ecke Ring ist laut"),
        ("Mehr Licht in der Pariser Str.", "Mehr Licht in der Pariser Str."),
        ("Am 3. Oktober war die Mainzerstr. gesperrt. Warum?", "Am 3. Oktober war die Mainzerstr. gesperrt"),
        ("Im 19. Jahrhundert war das besser. Heute nicht.", "Im 19. Jahrhundert war das besser"),
        ("Mehr Grün, z. B. Bäume, für ca. 20 Plätze. Danke!", "Mehr Grün, z. B. Bäume, für ca. 20 Plätze"),
        (
            "Die Linie Nr. 5 fährt nicht, d. h. gar nicht. Schade.",
            "Die Linie Nr. 5 fährt nicht, d. h. gar nicht",
        ),
        ("Der Hbf. ist laut. Bitte.", "Der Hbf. ist laut"),
        ("Dr. Beispiel sagt: „Das reicht.“ Ich auch.", "Dr. Beispiel sagt: „Das reicht.“"),
        ("Das war 2024. Danach nichts.", "Das war 2024"),
        ("hier fehlt ein weg. bitte bauen", "hier fehlt ein weg"),
        ("Was soll das? Nichts.", "Was soll das?"),
        ("Mehr Bänke\x85im Park", "Mehr Bänke"),
        ("公園にベンチが欲しい。お願いします。", "公園にベンチが欲しい。"),
        ("نريد المزيد من المقاعد؟ شكرا جزيلا", "نريد المزيد من المقاعد؟"),
        ("Нужны скамейки. Спасибо.", "Нужны скамейки"),
        ("..........", ".........."),
    ],
)
def test_a_title_ends_where_the_sentence_ends(text, title):
    assert title_from_text(text) == title


def test_a_long_first_sentence_is_cut_at_a_word():
    title = title_from_text("Wort " * 60)
    assert len(title) <= LONGEST_TITLE + 2 and title.endswith("Wort …")


def test_a_text_without_spaces_is_cut_where_it_must():
    assert title_from_text("公" * 200) == "公" * LONGEST_TITLE + " …"
