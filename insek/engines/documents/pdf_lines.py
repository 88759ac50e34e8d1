"""The pieces of text of a PDF's page, as pdfium gives them: where each stands, how big and how bold it is."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

LINE_END = {"\r", "\n"}
HYPHENS = "\x02\u00ad\ufffe"
"""What pdfium and typesetters write where a word is divided at the end of a line."""
LETTER_GAP = 0.85
"""Parts of the size of the letters that lie between two pieces of a line, such as two columns; spaces are narrower."""
CELL_GAP = 0.6
"""The same where the file holds no space: two cells of a table may be near each other."""
LETTERSPACE = 0.16
"""Between letters that are set apart; pdfium takes it for a space."""
BOLD = 600


@dataclass
class Piece:
    """Letters beside each other on one line. From the upper left corner, in points."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    is_bold: bool

    @property
    def middle(self) -> float:
        """Half its height."""
        return (self.top + self.bottom) / 2


def pieces_of(page: Any, height: float) -> list[Piece]:
    """All pieces of a page in the order in which the file holds them."""
    import pypdfium2.raw as pdfium

    text = page.get_textpage()
    try:
        return list(_pieces(pdfium, text.raw, height))
    finally:
        text.close()


def _pieces(pdfium: Any, raw: Any, height: float) -> Iterator[Piece]:
    count = pdfium.FPDFText_CountChars(raw)
    box = pdfium.FS_RECTF()
    reference = ctypes.byref(box)
    generated = pdfium.FPDFText_IsGenerated
    loose, size_of, letter_of = (
        pdfium.FPDFText_GetLooseCharBox,
        pdfium.FPDFText_GetFontSize,
        pdfium.FPDFText_GetUnicode,
    )
    letters: list[str] = []
    left = right = top = bottom = size = 0.0
    bold = 0
    waits = made_up = heavy = False

    def made() -> Piece | None:
        text = "".join(letters).strip()
        return (
            Piece(text, left, height - top, right, height - bottom, size, bold * 2 > len(letters))
            if text
            else None
        )

    for index in range(count):
        letter = chr(letter_of(raw, index))
        if letter in LINE_END:
            if letters and (piece := made()):
                yield piece
            letters, waits = [], False
            continue
        if letter.isspace():
            waits = bool(letters)
            made_up = waits and generated(raw, index) == 1
            continue
        if not loose(raw, index, reference):
            continue
        if box.right <= box.left and letter not in HYPHENS:
            continue
        now = size_of(raw, index) or 1.0
        tall = box.top - box.bottom
        begins = waits or not letters
        if letters:
            middle = (box.top + box.bottom) / 2
            em = max(now, tall * 0.7)
            gap = CELL_GAP if made_up and waits else LETTER_GAP
            away = box.left - right > gap * em or box.left < left - now
            if away or not bottom <= middle <= top:
                if piece := made():
                    yield piece
                letters, waits = [], False
            elif waits and made_up and box.left - right < LETTERSPACE * em:
                waits = False  # letters set apart, no two words
        if not letters:
            left, right, top, bottom = box.left, box.right, box.top, box.bottom
            size, bold = round(_shown_size(now, tall), 1), 0
        elif waits:
            letters.append(" ")
        waits = False
        letters.append(letter)
        right = max(right, box.right)
        if tall > top - bottom:
            top, bottom = box.top, box.bottom
        if begins:
            heavy = _is_heavy(pdfium, raw, index)
        bold += heavy
    if letters and (piece := made()):
        yield piece


def _shown_size(size: float, tall: float) -> float:
    """The size of the letters as one sees them: some files write 1 and enlarge the page."""
    return size if size > 2 else tall * 0.8


_name = ctypes.create_string_buffer(128)
_flags = ctypes.c_int()


def _is_heavy(pdfium: Any, raw: Any, index: int) -> bool:
    """Whether a letter is bold, by its weight, the flags of its font, or the name of its font."""
    if pdfium.FPDFText_GetFontWeight(raw, index) >= BOLD:
        return True
    length = pdfium.FPDFText_GetFontInfo(raw, index, _name, 128, ctypes.byref(_flags))
    if _flags.value & (1 << 18):
        return True
    name = _name.value[: max(length - 1, 0)].lower()
    return any(word in name for word in (b"bold", b"black", b"heavy", b"semibd", b"demi"))
