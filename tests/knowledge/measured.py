"""Cries for help and ordinary talk that were written unseen, to measure with; nothing learns from them."""

from pathlib import Path
from typing import Any

import yaml


def blind() -> tuple[dict[str, str], tuple[str, ...]]:
    """Each cry with its kind, and the ordinary texts."""
    said: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "said.yaml").read_text("utf-8"))
    cries = {text: kind for kind, texts in said["emergencies"].items() for text in texts}
    return cries, tuple(map(str, said["ordinary"]))
