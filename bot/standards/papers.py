"""A paper to bring as one line, for formats that know no more than its name."""

import re
from typing import Any

from knowledge.guides import Material

_LINE = re.compile(r"(?P<name>.+)（(?P<form>[^（）]+)）—(?P<where>.+)", re.DOTALL)
UNSAID = {"form": "以窗口要求为准", "where": "本人自备"}
"""Where the format says neither; an editor sees it in the preview."""


def paper_text(material: Material) -> str:
    """`身份证（原件）—本人自备`."""
    return f"{material.name}（{material.form}）—{material.where}"


def paper_from(text: str) -> dict[str, Any]:
    """The paper again, or one of which only the name is known."""
    found = _LINE.fullmatch(text)
    return dict(found.groupdict()) if found else {"name": text, **UNSAID}
