"""One search: time, memory and build time at 92, 1,000 and 10,000 entries, beside plain searches.

    python -m benchmarks.ask [--sizes 92 1000 10000] [--questions 300] [--rivals] [--meaning]

Everything runs in this process on one core, one after the other, with the same questions: shipped
phrasings, a third of them with two signs exchanged, so that the repair has work; then the same typed in
pinyin with a slip in each, which is the dearest to read. Entries beyond the shipped guides are the same
guides under invented place names, since nobody ships 10,000 guides.

With `--meaning` (and the extra `semantic`) questions are also read by the sentence model. Its building
is not measured: the phrasings of beyond the shipped guides get made-up directions, since to read 80,000
texts takes half an hour; a search costs the same.
"""

import argparse
import gc
import random
import resource
import time
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from pypinyin import lazy_pinyin

from knowledge.bag import Floats
from knowledge.guides import entry_of, load_guides
from knowledge.index import Entry, Index
from knowledge.meaning import NO_MEANINGS, Meanings, installed_meanings
from knowledge.rivals import rivals
from knowledge.source import Source

NAMES = "东南西北中山河湖海江春夏秋冬梅兰竹菊松柏福禄寿喜安康宁和平顺金银铜玉石云雨风雪"
PHRASINGS = 8
"""Phrasings of an entry, as a large office would keep them; the shipped guides have three times that."""

MEASURED_IN = 384
"""Numbers of a direction, as the sentence model gives them."""


def entries(many: int) -> list[Entry]:
    """The shipped guides, and copies of them under invented names."""
    book = load_guides(Source.shipped("guides.yaml"), Source.shipped("guides.en.yaml"))
    shipped = [entry_of(guide) for guide in book.guides]
    draw = random.Random(2012)
    made = (_copy(shipped[n % len(shipped)], n, draw) for n in range(len(shipped), many))
    return [*shipped[:many], *made]


def _copy(entry: Entry, number: int, draw: random.Random) -> Entry:
    name = "".join(draw.choices(NAMES, k=3))
    said = draw.sample(entry.phrasings, min(PHRASINGS, len(entry.phrasings)))
    body = entry.body[draw.randrange(40) :]
    return Entry(f"{entry.id}-{number}", tuple(f"{name}{text}" for text in said), f"{name} {body}")


def questions(known: Sequence[Entry], many: int) -> list[str]:
    """Phrasings, every third with two neighbouring signs exchanged."""
    draw = random.Random(564)
    said = [text for entry in known[:92] for text in entry.phrasings]
    return [
        _slip(text, draw) if n % 3 == 0 else text
        for n, text in enumerate(draw.choices(said, k=many))
    ]


def in_pinyin(asked: Sequence[str]) -> list[str]:
    """The Chinese ones as letters, every second in one go, with two neighbouring letters exchanged."""
    draw = random.Random(19)
    chinese = (text for text in asked if not text.isascii())
    return [
        _slip((" " if n % 2 else "").join(lazy_pinyin(text)), draw)
        for n, text in enumerate(chinese)
    ]


def _slip(text: str, draw: random.Random) -> str:
    at = draw.randrange(max(len(text) - 1, 1))
    return text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :]


def timed(search: Callable[[str], object], asked: Sequence[str]) -> tuple[float, float, float]:
    """p50, p95 and p99 of a search: milliseconds of this thread's processor time, since cores may be
    shared with others."""
    for text in asked[:20]:
        search(text)
    took = []
    for text in asked:
        start = time.thread_time()
        search(text)
        took.append((time.thread_time() - start) * 1e3)
    took.sort()
    return took[len(took) // 2], took[int(len(took) * 0.95)], took[int(len(took) * 0.99)]


def main() -> None:
    """Measure and print a table."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--sizes", type=int, nargs="+", default=[92, 1_000, 10_000])
    options.add_argument("--questions", type=int, default=300)
    options.add_argument("--meaning", action="store_true", help="with the sentence model, too")
    options.add_argument("--rivals", action="store_true", help="measure the plain searches too")
    given = options.parse_args()
    print(f"{'entries':>8} {'method':24} {'p50 ms':>8} {'p95 ms':>8} {'p99 ms':>8}  build, memory")
    for size in given.sizes:
        known = entries(size)
        asked = questions(known, given.questions)
        gc.collect()
        before, start = _held(), time.perf_counter()
        index = Index.build(known, meanings=NO_MEANINGS)
        built = time.perf_counter() - start
        held = _held() - before
        _row(size, "Linli", timed(index.search, asked), f"{built:.2f} s, {held:.0f} MB")
        _row(size, "Linli, pinyin with slips", timed(index.search, in_pinyin(asked)), "")
        if given.meaning:
            read = Index.build(known, meanings=Guessed(installed_meanings()))
            held = _held() - before
            _row(size, "Linli, sentence model", timed(read.search, asked), f"{held:.0f} MB")
        if given.rivals:
            for name, search in rivals(known).items():
                _row(size, name, timed(search, asked[: max(20, 30_000 // size)]), "")


class Guessed(Meanings):
    """Real directions for questions, made-up ones for entries."""

    def __init__(self, real: Meanings) -> None:
        super().__init__(real.model)

    def of_all(self, texts: Iterable[str]) -> Floats:
        """A direction a text, at random."""
        drawn = np.random.default_rng(2012)
        rows = drawn.standard_normal((len(list(texts)), MEASURED_IN), dtype=np.float32)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def _held() -> float:
    """The most memory this process has held so far, in MB; sizes are measured smallest first."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _row(size: int, name: str, took: tuple[float, float, float], more: str) -> None:
    times = " ".join(f"{each:8.2f}" for each in took)
    print(f"{size:>8} {name:24} {times}  {more}", flush=True)


if __name__ == "__main__":
    main()
