"""The weights of the appraisal sheet as an office may set them."""

from pathlib import Path

import pytest

from domain.appraisal import Measure
from knowledge.appraisal import load_weights
from knowledge.source import ContentError


def test_the_shipped_weights_can_be_used() -> None:
    assert sum(load_weights().points[measure] for measure in Measure) == 100


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("version: 1\npoints: {visits: 100}", "missing"),
        ("version: 0\npoints: {}", "version"),
        ("version: 1\npoints: {smiles: 100}", "smiles"),
        ("version: 1\npoints: {visits: many}", "points.visits"),
        ("version: 1\nweights: {}", "points"),
        ("[", "expected"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, text: str, why: str) -> None:
    file = tmp_path / "appraisal.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ContentError, match=why):
        load_weights(file)
