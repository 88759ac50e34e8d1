"""German text: folding, sorting, and the analysis with which search finds "Radverkehr" under "Rad".

A text is indexed under every word, its lemma and, where the word is a compound, its parts (`index_terms`); a query
asks for its words and their lemmas only (`query_terms`). So "Rad" finds "Radverkehr", while "Radverkehr" does not find every
text with "Verkehr". Terms are lower-case letters and digits without any other sign, so that neither FTS5 nor
`to_tsvector('simple', …)` cuts them again.

Lemmas come from simplemma (dictionary), parts from HanTa (a hidden Markov model of German morphemes: Wartena,
"A Probabilistic Morphology Model for German Lemmatization", KONVENS 2019) and from a small vocabulary of our own.
Both libraries are loaded at the first use, not at import.
"""

from insek.engines.text.excerpts import excerpt
from insek.engines.text.folding import clean, fold, shortened, sort_key
from insek.engines.text.terms import index_terms, known_terms, query_terms

__all__ = ["clean", "excerpt", "fold", "index_terms", "known_terms", "query_terms", "shortened", "sort_key"]
