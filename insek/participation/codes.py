"""An address as a sign to read with a telephone. Kept nowhere: the address is a secret."""

from __future__ import annotations

from io import BytesIO

import segno
from django.utils.safestring import SafeString, mark_safe


def qr_svg(address: str) -> SafeString:
    """The address as an SVG of black on white, without any style of its own."""
    out = BytesIO()
    made = segno.make(address, micro=False, error="m", boost_error=False)
    made.save(
        out, kind="svg", border=2, dark="#000", light="#fff", xmldecl=False, svgns=False, svgclass=None,
        lineclass=None, omitsize=True, nl=False,
    )  # fmt: skip
    return mark_safe(out.getvalue().decode("ascii"))  # noqa: S308  (drawn here, an address of our own is all it holds)
