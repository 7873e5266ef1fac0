"""Finding entries by what people say: built from any list of entries in one call, swapped whole.

Four views of a question are added up. Each lies between 0 and 1 and is measured against the
question itself (a term that no entry knows counts as not found), so that scores of different
questions can be compared:

- the best single phrasing: cosine over characters and pairs of characters, rare ones counting more;
- the entry as a whole: BM25 over all its phrasings as one text;
- its body, the same way;
- the letters as they stand: rapidfuzz's ratio to the best phrasing, for near-exact titles.

A question is searched for as it was typed and as it was probably meant (`knowledge.repair`); the
better of the two wins. Words that mean the same are one word (`knowledge.vocabulary`). Where a sentence
model is installed, what the question means is a fifth view (`knowledge.meaning`).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from rapidfuzz import fuzz, process

from knowledge.bag import Asked, Floats, Lexicon, Postings, Rows
from knowledge.meaning import Meanings, Meant, installed_meanings
from knowledge.normalise import clean, core
from knowledge.reading import Reading
from knowledge.repair import Repairer, pairs_of, sound_alike
from knowledge.terms import joined, terms_of, together
from knowledge.vocabulary import Vocabulary

PHRASING, WHOLE, BODY, LETTERS = 0.20, 0.45, 0.30, 0.05
"""Weights of the views, chosen on the development half of `tests/knowledge/questions.yaml` from sixteen
sets and flat around this one. Nothing is learned per view: a learned mixture did worse elsewhere."""
MEANT, MEANT_WHOLE = 0.8, 0.4
"""Weights of the nearest phrasing's and the whole entry's meaning beside those views (which make up 1),
chosen on the same half of the questions and flat around this, too."""
SAME = 0.25
"""What a question gains that is a phrasing letter for letter."""
HINT = 0.7
"""What a word counts that the question points to but does not say."""
REPAIRED = 0.02
"""How much better the question as it was meant must do for each character that was changed."""
SLIPPED = 0.03
"""How much better a question must do that is read with slips of the finger than without."""
REPLACED = 0.6
"""How well it must do at the least, times the share of the question's characters that were changed.
白蚁 is not half of 宁波 and half of 医保, but 慧民宾葬 is 惠民殡葬, all of which is found. Voice errors and
typos of `tests/knowledge/questions.yaml` change up to half; 0.5 to 0.8 do as well."""
NEAR = 10
"""Entries whose single phrasings are looked at, the best as a whole first."""
PIECE = 250
"""Entries of an index that are moved at once: a millisecond or two."""
COMPARED = 6
"""Entries whose letters are compared; what is further behind is not brought back by them."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What can be found: ways of asking for it, and a longer text about it."""

    id: str
    phrasings: tuple[str, ...]
    body: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """An entry found, how well (0 to 1), the phrasing that was nearest, and whether it is the same."""

    id: str
    score: float
    phrasing: str
    is_same: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, and the text it was found by: as typed, or as it was meant.

    A repaired reading helps to find long before it can be shown: `may_be_said` is whether a person
    would recognise it as their own question.
    """

    matches: tuple[Match, ...]
    read_as: str
    may_be_said: bool = False


@dataclass(frozen=True, slots=True)
class _Weighed:
    text: str
    asked: Asked
    scores: Floats
    best: float


@dataclass(frozen=True)
class Index:
    """An unchanging index; when the content changes, build another."""

    entries: tuple[Entry, ...]
    _vocabulary: Vocabulary
    _repairer: Repairer
    _said: tuple[tuple[str, ...], ...]
    _all_said: frozenset[str]
    _first: tuple[int, ...]
    _lexicon: Lexicon
    _mixed: Postings
    _single: Rows
    _meant: Meant | None

    @classmethod
    def build(
        cls,
        entries: Iterable[Entry],
        meanings: Meanings | None = None,
        reading: Reading | None = None,
    ) -> Self:
        """Index the entries; one without phrasings is found by its body only.

        By meaning too where a sentence model is installed, unless other `meanings` are given.
        """
        kept, told_by = tuple(entries), installed_meanings() if meanings is None else meanings
        read = reading or Reading()
        words = read.vocabulary
        said = tuple(tuple(map(read.phrasing, entry.phrasings)) for entry in kept)
        told = [read.body(entry.body) for entry in kept]
        single = [[read.terms(text) for text in texts] for texts in said]
        whole, bodies = [together(texts) for texts in single], [read.terms(text) for text in told]
        both = [np.concatenate(pair) for pair in zip(whole, bodies, strict=True)]
        lexicon = Lexicon.of(*joined(both), len(kept))
        return cls(
            entries=kept,
            _vocabulary=words,
            _repairer=Repairer.build(
                [*words.words(), *(t for texts in said for t in texts), *told], words.english()
            ),
            _said=said,
            _all_said=frozenset(text for texts in said for text in texts),
            _first=tuple(np.cumsum([0, *map(len, said)]).tolist()),
            _lexicon=lexicon,
            _mixed=Postings.of(lexicon, whole).mixed(WHOLE, Postings.of(lexicon, bodies), BODY),
            _single=Rows.of(lexicon, [text for texts in single for text in texts]),
            _meant=Meant(told_by, said) if told_by and any(said) else None,
        )

    def apart(self) -> Iterator[tuple[str, Any]]:
        """The index in pieces, to be moved one by one: whoever unpacks or drops a large one whole keeps
        the interpreter from everything else meanwhile."""
        for name, value in vars(self).items():
            if isinstance(value, tuple):
                for start in range(0, max(len(value), 1), PIECE):
                    yield name, value[start : start + PIECE]
            elif name != "_all_said":
                yield name, value

    @classmethod
    def together(cls, pieces: Iterable[tuple[str, Any]]) -> Self:
        """The index again, from what `apart` gave."""
        found: dict[str, Any] = {}
        all_said: set[str] = set()
        for name, piece in pieces:
            if isinstance(piece, tuple):
                found.setdefault(name, []).extend(piece)
            else:
                found[name] = piece
            if name == "_said":
                all_said.update(text for texts in piece for text in texts)
        whole: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in found.items()
        }
        return cls(**whole, _all_said=frozenset(all_said))

    @property
    def reads_meaning(self) -> bool:
        """Whether a sentence model is asked, which takes longer than all the rest."""
        return self._meant is not None

    def search(self, text: str, limit: int = 5) -> list[Match]:
        """The best entries first; nothing in common with any entry gives an empty list."""
        return list(self.find(text, limit).matches)

    def find(self, text: str, limit: int = 5) -> Found:
        """The same, with the reading of the question that was found by."""
        typed = self._weigh(self._vocabulary.rewrite(core(text)))
        if typed.text in self._all_said:
            return Found(tuple(self._nearest(typed, limit)), typed.text)
        repaired, read = self._repaired(typed)
        if read is typed:
            return Found(tuple(self._nearest(typed, limit)), typed.text)
        matches = tuple(self._nearest(read, limit))
        said = bool(matches) and self._explains(matches[0], typed.text, repaired)
        return Found(matches, repaired, may_be_said=said)

    def _repaired(self, typed: _Weighed) -> tuple[str, _Weighed]:
        """The question as it was probably meant; as it was typed where that finds no less."""
        best = (typed.text, typed)
        for number, repaired in enumerate(self._repairer.readings(typed.text)):
            meant = self._vocabulary.rewrite(repaired)
            read = self._weigh(meant) if meant != typed.text else typed
            needed = max(self._needed(typed, repaired), best[1].best + SLIPPED * number)
            if read.best > needed:
                best = (repaired, read)
        return best

    def own_words(self, entry_id: str) -> Mapping[str, float]:
        """Signs that stand side by side in an entry's phrasings, as they are written, and in what share
        of them; empty for an entry that is not there."""
        phrasings = next((e.phrasings for e in self.entries if e.id == entry_id), ())
        told = Counter(pair for said in phrasings for pair in pairs_of(clean(said)))
        return {pair: times / len(phrasings) for pair, times in told.items()}

    def _needed(self, typed: _Weighed, repaired: str) -> float:
        """How well a repaired reading must do to be searched for instead of what was typed."""
        changed, signs = changes(typed.text, repaired), len(_signs(typed.text)) or 1
        return max(typed.best + REPAIRED * changed, REPLACED * changed / signs)

    def _explains(self, match: Match, typed: str, repaired: str) -> bool:
        """Whether what was put right is known words, and words of what was found.

        头晕得厉害 read as 头运的位和 finds something, but to show it would frighten whoever wrote it.
        """
        brought_in = pairs_of(repaired) - pairs_of(typed)
        if not self._repairer.knows(brought_in) or not sound_alike(typed, repaired):
            return False
        number = next(n for n, entry in enumerate(self.entries) if entry.id == match.id)
        own = pairs_of(" ".join((*self._said[number], self.entries[number].body)))
        return 0 < len(brought_in) <= 2 * len(brought_in & own)

    def _weigh(self, text: str) -> _Weighed:
        """What every entry as a whole has of a question; cheap, so done for both its readings."""
        hints = [terms_of(hint) for hint in self._vocabulary.hints(text)]
        asked = self._lexicon.ask(terms_of(text), together(hints), HINT)
        scores = self._mixed.scores(asked)
        return _Weighed(text, asked, scores, float(scores.max(initial=0.0)))

    def _nearest(self, question: _Weighed, limit: int) -> list[Match]:
        """The best entries by their single phrasings, meaning and letters too."""
        if self._meant is None:
            near = _best(question.scores, max(limit, NEAR))
            ranked = self._with_phrasings(question, near)
        else:
            ranked = self._with_meaning(question, self._meant, limit)
        best = sorted(ranked, reverse=True)[: max(limit, COMPARED)]
        found = [self._match(n, score, question.text) for score, n in best]
        return sorted(found, key=lambda match: -match.score)[:limit]

    def _with_meaning(
        self, question: _Weighed, meant: Meant, limit: int
    ) -> list[tuple[float, int]]:
        """What is near by its letters or by its meaning, by both."""
        if not question.text:
            return []
        direction, wholes = meant.ask(question.text)
        both = question.scores + np.float32(MEANT_WHOLE) * wholes + np.float32(MEANT)
        near = _best(both, 2 * max(limit, NEAR))
        return [
            (score + MEANT * meant.nearest(direction, n) + MEANT_WHOLE * float(wholes[n]), n)
            for score, n in self._with_phrasings(question, near)
        ]

    def _with_phrasings(self, question: _Weighed, near: Sequence[int]) -> list[tuple[float, int]]:
        asking = [n for n in near if self._said[n]] if question.best > 0 else []
        nearest = dict.fromkeys(near, 0.0)
        if asking:
            groups = [(self._first[n], self._first[n + 1]) for n in asking]
            found = self._single.best_in(groups, question.asked, len(self._lexicon.terms))
            nearest.update(zip(asking, found.tolist(), strict=True))
        return [(float(question.scores[n]) + PHRASING * min(nearest[n], 1.0), n) for n in near]

    def _match(self, number: int, score: float, asked: str) -> Match:
        entry, said = self.entries[number], self._said[number]
        nearest = process.extractOne(asked, said, scorer=fuzz.ratio) if said else None
        _, letters, place = nearest or ("", 0.0, 0)
        whole = 1.0 if self._meant is None else 1.0 + MEANT + MEANT_WHOLE
        is_same = letters == 100
        score = (score + LETTERS * letters / 100) / whole + SAME * is_same
        phrasing = entry.phrasings[place] if said else ""
        return Match(entry.id, min(max(score, 0.0), 1.0), phrasing, is_same)


def _best(scores: Floats, many: int) -> list[int]:
    """Positions of the highest scores above nothing."""
    many = min(many, len(scores))
    return [n for n in np.argpartition(scores, -many)[-many:].tolist() if scores[n] > 0]


def changes(typed: str, meant: str) -> int:
    """Chinese characters that were put right; letters that were read as pinyin cost nothing."""
    a, b = _signs(typed), _signs(meant)
    return sum(x != y for x, y in zip(a, b, strict=True)) if len(a) == len(b) else 0


def _signs(text: str) -> list[str]:
    return [char for char in text if not char.isascii()]
