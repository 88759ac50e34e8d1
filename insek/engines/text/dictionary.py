"""What the dictionary knows of a German word: its lemma, whether it is a verb, and which verb is behind a noun."""

import re
from functools import lru_cache

from insek.engines.text.tokens import as_term, term_of
from insek.engines.text.vocabulary import SEPARABLE, STOPWORDS

_WRITTEN_OUT = re.compile("(?i:ae|oe|(?<![aeq])ue)")
LONGEST_ANALYSED = 40
"""Longer words are indexed as they stand: the model's time grows with the square of the length."""


def readings(word: str) -> tuple[str, ...]:
    """Return the spellings under which a dictionary may know a word: German nouns have a capital."""
    if word.islower():
        return word, word.capitalize()
    return (word, word.capitalize()) if word.isupper() and len(word) > 1 else (word,)


def is_analysable(word: str) -> bool:
    return 2 < len(word) <= LONGEST_ANALYSED and word.isalpha() and word.casefold() not in STOPWORDS


def lemma_of(word: str) -> str:
    from simplemma import lemmatize

    return lemmatize(word, lang="de", low_memory=True)  # 15 MB instead of 100, the same lemmas


def is_in_dictionary(word: str) -> bool:
    """Return whether the dictionary knows a word, small or with a capital."""
    from simplemma import is_known

    return any(is_known(reading, lang="de", low_memory=True) for reading in readings(word))


def is_verb(word: str) -> bool:
    from simplemma import is_known

    return word[-1:] == "n" and is_known(word, lang="de", low_memory=True) and lemma_of(word) == word


@lru_cache(maxsize=20_000)
def verbs_of(term: str) -> tuple[str, ...]:
    """Return the folded verb from which a folded noun in -ung comes ("wohnung" -> "wohnen"), if there is one."""
    if not term.endswith("ung") or len(term) < 6:
        return ()
    stem = term[:-3]
    endings = [stem + "en", stem + "n"]
    if stem[-1] in "lr":
        endings += [stem[:-1] + "e" + stem[-1] + "n"]
    return tuple(verb for verb in endings if is_verb(verb) or is_verb(with_umlauts(verb)))[:1]


@lru_cache(maxsize=20_000)
def verb_without_prefix(word: str) -> str:
    """Return the folded verb that stands alone where a sentence divides a verb ("abkühlen" -> "kuehlen"); empty for other words."""
    verb = lemma_of(word.lower())
    if not is_verb(verb):
        return ""
    rests = (verb.removeprefix(prefix) for prefix in SEPARABLE if verb.startswith(prefix))
    return next((as_term(rest) for rest in rests if len(rest) > 4 and is_verb(rest)), "")


def with_umlauts(term: str) -> str:
    return term.replace("ae", "ä").replace("oe", "ö").replace("ue", "ü")


@lru_cache(maxsize=20_000)
def dictionary_form(word: str) -> str:
    """Return the folded lemma of a word by the dictionary, the same however it is capitalised; empty where it has no term."""
    if not is_analysable(word):
        return term_of(word)
    if is_verb(word):
        return as_term(word)  # "parken" is no park
    noun, lemma = word.capitalize(), lemma_of(word.capitalize())
    return as_term(lemma if lemma != noun or is_in_dictionary(noun) else lemma_of(word.lower()))


def with_umlauts_restored(word: str) -> str:
    """Return a word that no dictionary knows with the umlauts that ae, oe, ue stand for ("Strassenbaeume"); "Frauenhaus" stays."""
    if not _WRITTEN_OUT.search(word) or not word.isalpha() or is_in_dictionary(word):
        return word
    return _WRITTEN_OUT.sub(lambda hit: with_umlauts(hit[0].lower()), word)
