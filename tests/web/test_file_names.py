from insek.web.file_names import LONGEST, file_stem


def test_a_file_name_is_whole_words_without_umlauts():
    title = "M 25 Mobilitätsstationen an allen Haltepunkten und in den Ortsbezirken außerhalb der Kernstadt"
    stem = file_stem(title, otherwise="x")
    assert stem == "m-25-mobilitaetsstationen-an-allen-haltepunkten-und-in-den"
    assert len(stem) <= LONGEST
    assert file_stem("Straße", otherwise="x") == "strasse"


def test_a_word_longer_than_a_name_is_cut_and_other_scripts_have_their_id():
    assert file_stem("a" * 80, otherwise="x") == "a" * LONGEST
    assert file_stem("a" * LONGEST + " b", otherwise="x") == "a" * LONGEST
    assert file_stem("حديقة", otherwise="abcd2345") == "abcd2345"
