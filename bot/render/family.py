"""A link as a QR code that a telephone reads from another telephone's screen."""

from io import BytesIO

import segno

MODULE = 14
"""Pixels a module: a link takes 25 to 41 modules, so the picture fills a telephone's width."""
QUIET = 4
"""Modules of white around it, as ISO/IEC 18004 asks."""


def code_picture(link: str) -> bytes:
    """A PNG; the same link gives the same bytes."""
    out = BytesIO()
    segno.make(link, error="m", micro=False).save(out, kind="png", scale=MODULE, border=QUIET)
    return out.getvalue()
