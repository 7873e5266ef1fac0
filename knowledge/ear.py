"""A second ear for cries for help: what no rule foresaw, by what it sounds like.

Rules know what somebody thought of; people in need say it otherwise. So this ear has learned, from the
examples of `content/cries.yaml` and the phrasings of the guides, how much each run of one to three
characters, and of two or three syllables, speaks for an emergency: a weighted sum and a limit, nothing
that cannot be read off a table. Rules come first and cannot be overruled by it but in one case (see
emergencies.py). `make ear` learns anew; `python -m knowledge.learn_ear --try` says how much is heard at
first hearing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from knowledge.phrases import plain, sounded, syllables

SHIPPED = Path(__file__).parent / "content" / "ear.npz"
"""What was learned from the shipped examples; `make ear` writes it."""
RUNS_WRITTEN, RUNS_SOUNDED = (1, 2, 3), (2, 3)
"""Lengths of the runs that are weighed; chosen by what is heard of examples that were left out."""
STEPS = 127
"""Steps to each side that a weight is kept in."""
LONGEST = 400
"""Characters that are listened to."""

Weights: TypeAlias = NDArray[np.float32]
Runs: TypeAlias = frozenset[int]


@dataclass(frozen=True, slots=True)
class Ear:
    """What was learned.

    `rows` names a run's row of `weights`; the first column speaks for an emergency, each other one for
    its kind among `kinds`; `leanings` is where every sum begins.
    """

    kinds: tuple[str, ...]
    rows: dict[int, int]
    weights: Weights
    leanings: Weights
    examples: str
    """Digest of the texts it was learned from."""

    def hear(self, text: str) -> tuple[float, str]:
        """How much a text sounds like a cry for help (above 0: more than like anything else), and the
        kind that it sounds most like."""
        found = [row for run in runs(text) if (row := self.rows.get(run)) is not None]
        if not found:
            return float(self.leanings[0]), self.kinds[0]
        sums = self.weights[found].sum(axis=0) / len(found) ** 0.5 + self.leanings
        return float(sums[0]), self.kinds[int(sums[1:].argmax())]

    def save(self, to: Path) -> None:
        """Write it down, each weight in a byte."""
        largest = np.abs(self.weights).max(axis=0)
        steps = np.rint(self.weights / largest * STEPS).astype(np.int8)
        np.savez_compressed(
            to,
            runs=np.fromiter(self.rows, np.uint32, len(self.rows)),
            steps=steps,
            largest=largest.astype(np.float32),
            leanings=self.leanings,
            kinds=np.array(self.kinds),
            examples=np.array(self.examples),
        )


@lru_cache(maxsize=1)
def shipped_ear() -> Ear:
    """The ear that comes with the program."""
    return load_ear(SHIPPED)


def load_ear(path: Path) -> Ear:
    """Read what `save` wrote."""
    with np.load(path) as file:
        weights = file["steps"].astype(np.float32) * (file["largest"] / STEPS)
        return Ear(
            kinds=tuple(map(str, file["kinds"])),
            rows={int(run): row for row, run in enumerate(file["runs"])},
            weights=weights,
            leanings=file["leanings"],
            examples=str(file["examples"]),
        )


def runs(text: str) -> Runs:
    """The runs of a text, as numbers that are the same in every process."""
    said = plain(text[:LONGEST])
    written = _runs("w", ("^", *said, "$"), RUNS_WRITTEN)
    heard = _runs("h", ("^", *syllables(sounded(said)), "$"), RUNS_SOUNDED)
    return frozenset((*written, *heard))


def _runs(view: str, signs: Sequence[str], lengths: Iterable[int]) -> list[int]:
    return [
        crc32(f"{view}{' '.join(signs[start : start + length])}".encode())
        for length in lengths
        for start in range(len(signs) - length + 1)
    ]
