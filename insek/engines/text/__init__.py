"""German text: folding, sorting, and the analysis with which search finds "Radverkehr" under "Rad".

A text is indexed under every word, its lemma and, where the word is a compound, its parts (`index_terms`); a query
asks for its words and their lemmas (`query_terms`), and in a search for what else may answer them, each way with its quality (`asked_words`).
So "Rad" finds "Radverkehr", while "Radverkehr" does not find every text with "Verkehr". Terms are lower-case letters and digits without any other sign.

Lemmas come from simplemma (dictionary), parts from HanTa (a hidden Markov model of German morphemes: Wartena,
"A Probabilistic Morphology Model for German Lemmatization", KONVENS 2019) and from a small vocabulary of our own.
Both libraries are loaded at the first use, not at import.
"""

from insek.engines.text.asking import AskedWord, Way, asked_words
from insek.engines.text.excerpts import excerpt, excerpts
from insek.engines.text.folding import clean, fold, shortened, sort_key
from insek.engines.text.ranking import key_between
from insek.engines.text.relations import Related, relations
from insek.engines.text.terms import counted_terms, index_terms, known_terms, query_terms

__all__ = [
    "AskedWord",
    "Related",
    "Way",
    "asked_words",
    "clean",
    "counted_terms",
    "excerpt",
    "excerpts",
    "fold",
    "index_terms",
    "key_between",
    "known_terms",
    "query_terms",
    "relations",
    "shortened",
    "sort_key",
]
