"""Learn the second ear for emergencies from its examples: `make ear`, after they or the guides change.

python -m knowledge.learn_ear          learn, and write knowledge/content/ear.npz
python -m knowledge.learn_ear --try    leave a quarter of all examples out, four times over, and say how
                                       many of those would have been heard
"""

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Annotated, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from knowledge.ear import SHIPPED, Ear, Runs, runs
from knowledge.emergencies import Emergencies, load_emergencies
from knowledge.guides import shipped_guides
from knowledge.phrases import plain
from knowledge.source import Source
from knowledge.syllables import readings
from knowledge.value import Texts, Value, read_value

Numbers: TypeAlias = NDArray[np.float64]

SEEN = 2
"""Runs that fewer examples have say nothing in general."""
DECAY = 0.1
"""How strongly weights are held to nothing; with the lengths of runs, chosen by trying."""
ROUNDS, PACE = 300, 0.1
TYPED_EACH = 5
"""Of how many examples one is learned as it would be typed in pinyin, too."""
FOLDS = 4


class Examples(Value):
    """The content of cries.yaml."""

    emergencies: Mapping[str, Annotated[Texts, Field(min_length=1)]]
    ordinary: Annotated[Texts, Field(min_length=1)]

    @property
    def cries(self) -> dict[str, str]:
        """Each cry with its kind."""
        return {text: kind for kind, texts in self.emergencies.items() for text in texts}


def shipped_examples() -> Examples:
    """What office and authors wrote down."""
    return read_value(Examples, Source.shipped("cries.yaml"), lambda place: ("file", place))


def ordinary_texts(examples: Examples) -> tuple[str, ...]:
    """Whatever is none: written examples and the phrasings of the shipped guides."""
    asked = (
        q
        for guide in shipped_guides().guides
        for tongue in ("zh", "en")
        for q in guide.in_language(tongue).questions
    )
    return tuple(dict.fromkeys((*examples.ordinary, *asked)))


def digest_of(cries: Mapping[str, str], ordinary: Sequence[str]) -> str:
    """A name for a set of examples."""
    told = "\n".join((*(f"{kind} {text}" for text, kind in cries.items()), *ordinary))
    return blake2b(told.encode(), digest_size=16).hexdigest()


def learn_ear(cries: Mapping[str, str], ordinary: Sequence[str]) -> Ear:
    """An ear for cries (each with its kind) among ordinary texts."""
    named = {**_typed(list(cries), cries), **cries}
    others = [*ordinary, *_typed(ordinary, dict.fromkeys(ordinary, ""))]
    heard = [runs(text) for text in (*named, *others)]
    counted = Counter(run for each in heard for run in each)
    rows = {run: row for row, run in enumerate(sorted(r for r, n in counted.items() if n >= SEEN))}
    table = _Table.of(heard, rows)
    kinds = tuple(dict.fromkeys(cries.values()))
    is_cry = np.arange(len(heard)) < len(named)
    columns = [table.weigh(is_cry, np.where(is_cry, len(others) / len(named) / 2, 1.0))]
    told = np.array([kinds.index(kind) for kind in named.values()])
    among = _Table.of(heard[: len(named)], rows)
    for kind in range(len(kinds)):
        is_kind = told == kind
        columns.append(among.weigh(is_kind, np.where(is_kind, (~is_kind).sum() / is_kind.sum(), 1)))
    return Ear(
        kinds=kinds,
        rows=rows,
        weights=np.array([weights for weights, _ in columns], np.float32).T,
        leanings=np.array([leaning for _, leaning in columns], np.float32),
        examples=digest_of(cries, ordinary),
    )


def _typed(texts: Sequence[str], kinds: Mapping[str, str]) -> dict[str, str]:
    """Every few of the Chinese texts as they would be typed in pinyin, so that letters alone mean nothing."""
    chinese = [text for text in texts if not text.isascii()][::TYPED_EACH]
    return {" ".join(map(_in_letters, plain(text))): kinds[text] for text in chinese}


def _in_letters(char: str) -> str:
    told = readings().get(char)
    return told[0] if told else char


@dataclass(frozen=True, slots=True)
class _Table:
    """Which text has which run, as two long columns, and by what a text's sum is divided."""

    texts: NDArray[np.intp]
    columns: NDArray[np.intp]
    scale: Numbers
    width: int

    @classmethod
    def of(cls, heard: Sequence[Runs], rows: Mapping[int, int]) -> "_Table":
        found = [sorted(rows[run] for run in each if run in rows) for each in heard]
        lengths = np.array([len(each) for each in found])
        return cls(
            np.repeat(np.arange(len(found)), lengths),
            np.array([row for each in found for row in each], np.intp),
            1 / np.sqrt(np.maximum(lengths, 1)),
            len(rows),
        )

    def weigh(self, wanted: NDArray[np.bool_], counts: Numbers) -> tuple[Numbers, float]:
        """Logistic regression by Adam: a weight for each run and the leaning; `counts` is how much an
        example counts."""
        weights: Numbers = np.zeros(self.width)
        leaning = 0.0
        mean, square = np.zeros(self.width), np.zeros(self.width)
        for turn in range(1, ROUNDS + 1):
            sums: Numbers = (
                np.bincount(self.texts, weights[self.columns], len(self.scale)) * self.scale
            )
            off: Numbers = (1 / (1 + np.exp(-sums - leaning)) - wanted) * counts
            pulls = self._sums(self.columns, (off * self.scale)[self.texts], self.width)
            slope = (pulls + DECAY * weights) / len(self.scale)
            mean = 0.9 * mean + 0.1 * slope
            square = 0.999 * square + 0.001 * slope**2
            weights -= (
                PACE * (mean / (1 - 0.9**turn)) / (np.sqrt(square / (1 - 0.999**turn)) + 1e-8)
            )
            leaning -= 3 * PACE * off.mean()
        return weights, leaning

    @staticmethod
    def _sums(of: NDArray[np.intp], numbers: Numbers, length: int) -> Numbers:
        return np.bincount(of, numbers, length).astype(np.float64, copy=False)


@dataclass(frozen=True, slots=True)
class FirstHearing:
    """Shares of texts that were left out of learning: cries that are heard, by rule or ear; those of
    them that no rule knows; and ordinary texts that are taken for a cry."""

    heard: float
    heard_without_rule: float
    false_alarms: float


def try_out(examples: Examples) -> FirstHearing:
    """What is heard of examples that were left out. The rules were mended by about half of the cries,
    so that the second figure says most."""
    cries, ordinary = examples.cries, ordinary_texts(examples)
    heard, missed, alarms = [], [], []
    for fold in range(FOLDS):
        kept = {text: kind for n, (text, kind) in enumerate(cries.items()) if n % FOLDS != fold}
        ear = learn_ear(kept, [text for n, text in enumerate(ordinary) if n % FOLDS != fold])
        desk = load_emergencies(Source.shipped("emergencies.yaml")).with_ear(ear)
        without = desk.with_ear(None)
        for text in list(cries)[fold::FOLDS]:
            found = _is_heard(desk, text)
            heard.append(found)
            missed += [] if without.recognise(text) else [found]
        alarms += [_is_heard(desk, text) for text in ordinary[fold::FOLDS]]
    return FirstHearing(*(float(np.mean(each)) for each in (heard, missed, alarms)))


def _is_heard(desk: Emergencies, text: str) -> bool:
    return (desk.recognise(text) or desk.suspect(text)) is not None


def main(arguments: Sequence[str]) -> str:
    """Learn, or try; returns what to say."""
    examples = shipped_examples()
    if "--try" in arguments:
        found = try_out(examples)
        return (
            f"left out and heard: {found.heard:.1%}; of what no rule knows {found.heard_without_rule:.1%};"
            f" ordinary texts taken for a cry: {found.false_alarms:.1%}"
        )
    ear = learn_ear(examples.cries, ordinary_texts(examples))
    ear.save(SHIPPED)
    return f"{len(ear.rows)} runs of {len(examples.cries)} cries in {SHIPPED.name}"


if __name__ == "__main__":
    sys.stdout.write(main(sys.argv[1:]) + "\n")
