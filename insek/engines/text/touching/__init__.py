"""Which fields of action and goals a council paper touches, with the sentences that say so, and whether it touches none. Plain Python and numpy."""

from .judging import AimWords, FieldWords, JudgedPaper, TouchModel, weights
from .reading import ReadPaper, read_paper

__all__ = ["AimWords", "FieldWords", "JudgedPaper", "ReadPaper", "TouchModel", "read_paper", "weights"]
