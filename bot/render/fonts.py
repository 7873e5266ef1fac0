"""The Chinese font that installs with the program, for pictures drawn without any system font.

Noto Sans SC (SIL Open Font License) ships inside the `zhplot` package.
"""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from matplotlib.font_manager import FontProperties, get_font

FONT_IN_PACKAGE = "fonts/NotoSansSC-Regular.ttf"
STAND_IN = "□"
"""Drawn for what the font lacks (a rare character in a name), instead of failing or warning."""


@cache
def font_path() -> Path:
    """Where the font file lies. The package is found, not imported: importing changes matplotlib's
    global settings."""
    spec = find_spec("zhplot")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("package zhplot with the Chinese font is not installed")
    return Path(spec.submodule_search_locations[0]) / FONT_IN_PACKAGE


def font(size: float) -> FontProperties:
    """The font at a size in points."""
    return FontProperties(fname=str(font_path()), size=size)


@cache
def _known() -> frozenset[int]:
    return frozenset(get_font(str(font_path())).get_charmap())


def drawable(text: str) -> str:
    """The text on one line with everything the font lacks replaced by a box."""
    return "".join(
        " " if char.isspace() else char if ord(char) in _known() else STAND_IN for char in text
    )
