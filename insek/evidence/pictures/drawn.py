"""Maps as a picture of its own (SVG), with title, legend and source in it, for reports and slides."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from insek.concept.asker import Asker
from insek.engines.colours import mixed
from insek.engines.report.pictures import FOREST, FOREST_SOFT, INK, MUTED, PAPER
from insek.places.still import DARK_FROM, Ground, Shade, ground_picture

WIDTH, MARGIN = 960, 32
LETTERS_A_LINE = 92
GAP = 16
TYPE = "Fira Sans, Segoe UI, Arial, sans-serif"


@dataclass(frozen=True)
class Panel:
    """One map: what stands above it, and the shade of each district; those of ``drawn`` without one stay blank."""

    caption: str
    shades: Mapping[str, Shade]
    drawn: frozenset[str]


def paper_colour(shade: Shade) -> str:
    """A shade on white paper."""
    return mixed(FOREST, FOREST_SOFT, shade.percent)


def text_lines(
    words: str, y: float, *, size: int, colour: str = INK, weight: int = 400, letters: int = LETTERS_A_LINE
) -> tuple[str, float]:
    """Words in lines, and where the next ones begin."""
    lines = textwrap.wrap(words, letters) or [""]
    drawn = "".join(
        f'<text x="{MARGIN}" y="{y + (number + 0.8) * size * 1.35:.0f}" font-size="{size}" font-weight="{weight}" fill="{colour}">{escape(line)}</text>'
        for number, line in enumerate(lines)
    )
    return drawn, y + len(lines) * size * 1.35


def framed(body: str, height: float, *, title: str) -> str:
    """A picture on white paper, named for those who do not see it."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" width="{WIDTH}" height="{height:.0f}"'
        f' role="img" font-family="{TYPE}"><title>{escape(title)}</title>'
        f'<rect width="100%" height="100%" fill="{PAPER}"/>{body}</svg>'
    )


def map_sheet(
    asker: Asker,
    panels: Sequence[Panel],
    *,
    title: str,
    subtitle: str,
    legend: Sequence[tuple[Shade | None, str]],
    notes: Sequence[str],
) -> str | None:
    """Maps of one scale with their legend; None where no district has an outline. Two queries, for visitors one."""
    ground = ground_picture(asker)
    if ground is None:
        return None
    head, y = text_lines(title, 20, size=24, weight=600, letters=70)
    more, y = text_lines(subtitle, y + 4, size=16, colour=MUTED)
    columns = 1 if len(panels) == 1 else 2 if len(panels) == 2 else 3 if len(panels) <= 9 else 4
    wide = (WIDTH - 2 * MARGIN - (columns - 1) * GAP) / columns
    scale = wide / ground.width
    caption = 24 if len(panels) > 1 else 0
    tall = ground.height * scale + caption + GAP
    y += GAP
    body = []
    for number, panel in enumerate(panels):
        x = MARGIN + number % columns * (wide + GAP)
        top = y + number // columns * tall
        if caption:
            body.append(
                f'<text x="{x:.0f}" y="{top + 16:.0f}" font-size="15" font-weight="600" fill="{INK}">{escape(panel.caption)}</text>'
            )
        body.append(
            f'<g transform="translate({x:.1f} {top + caption:.1f}) scale({scale:.4f})">{_districts(ground, panel, scale, named=len(panels) == 1)}</g>'
        )
    y += -(-len(panels) // columns) * tall
    signs, y = _legend(legend, y)
    below = []
    for note in filter(None, notes):
        drawn, y = text_lines(note, y + 4, size=14, colour=MUTED, letters=125)
        below.append(drawn)
    return framed(head + more + "".join(body) + signs + "".join(below), y + 24, title=f"{title}. {subtitle}")


def _districts(ground: Ground, panel: Panel, scale: float, *, named: bool) -> str:
    line = 1.2 / scale
    parts = [
        f'<path d="{part.path}" fill="{paper_colour(shade) if (shade := panel.shades.get(part.pk)) else PAPER}" stroke="{MUTED}" stroke-width="{line:.2f}" stroke-linejoin="round"/>'
        for part in ground.parts
        if part.pk in panel.drawn
    ]
    city = [
        f'<path d="{path}" fill="none" stroke="{MUTED}" stroke-width="{2 * line:.2f}"/>'
        for path in ground.outline
    ]
    shown = {part.title: part.pk for part in ground.parts if part.pk in panel.drawn}
    names = [
        f'<text x="{name["x"]}" y="{name["y"]}" text-anchor="middle" font-size="12.5" fill="{ink}" stroke="{halo}" stroke-width="3" paint-order="stroke" stroke-linejoin="round">{escape(name["text"])}</text>'
        for name in (ground.names if named else [])
        if name["text"] in shown
        for ink, halo in [_readable(panel.shades.get(shown[name["text"]]))]
    ]
    return "".join([*parts, *city, *names])


def _readable(shade: Shade | None) -> tuple[str, str]:
    """What is readable on a shade, and its own colour around the letters."""
    if shade is None:
        return INK, PAPER
    return (PAPER if shade.percent > DARK_FROM else INK), paper_colour(shade)


def _legend(legend: Sequence[tuple[Shade | None, str]], y: float) -> tuple[str, float]:
    drawn = []
    for number, (shade, words) in enumerate(legend):
        x, top = MARGIN + number % 2 * (WIDTH - 2 * MARGIN) / 2, y + number // 2 * 26
        colour = paper_colour(shade) if shade else PAPER
        drawn.append(
            f'<rect x="{x:.0f}" y="{top:.0f}" width="28" height="18" rx="2" fill="{colour}" stroke="{MUTED}"/>'
            f'<text x="{x + 38:.0f}" y="{top + 14.5:.0f}" font-size="15" fill="{INK}">{escape(words)}</text>'
        )
    return "".join(drawn), y + -(-len(legend) // 2) * 26 + 8
