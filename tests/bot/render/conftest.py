"""The words on paper, read straight from their catalogue."""

from pathlib import Path

import pytest
import yaml

from bot.render import Saying

WORDING = Path(__file__).parents[3] / "wording"


def papers(language: str) -> dict[str, str]:
    """One language's catalogue for paper."""
    text = (WORDING / language / "papers.yaml").read_text(encoding="utf-8")
    loaded: dict[str, str] = yaml.safe_load(text)
    return loaded


def saying(language: str) -> Saying:
    """Says the sentences of `papers.yaml`."""
    catalogue = papers(language)

    def say(key: str, /, **values: object) -> str:
        return catalogue[key.removeprefix("papers.")].format(**values)

    return say


@pytest.fixture
def say() -> Saying:
    return saying("zh")


@pytest.fixture
def say_english() -> Saying:
    return saying("en")
