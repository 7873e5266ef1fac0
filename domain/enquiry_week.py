"""A week of questions, summed up: what was asked, found, missed and said to be wrong; new words."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import date, timedelta

from domain.enquiry import Enquiry, Reason, Verdict
from domain.privacy import unmarked

MOST_GUIDES, MOST_TEXTS, MOST_WORDS = 10, 50, 12
"""What a report names; the rest is in the sums."""

_RUNS = re.compile(r"[\u4e00-\u9fff]+")
_EMPTY = frozenset(
    "的了吗呢啊呀吧么我你您他她它们这那在是有没不要会能可以和跟与及就都也还又再到去来给把被让问请谁什怎哪几多少个一"
)
"""Characters that join words; a string with one of them is no word."""
_LONGEST_WORD = 4


@dataclass(frozen=True, slots=True)
class Wrong:
    """What somebody said was wrong with a guide, in the words of their question."""

    guide: str
    reason: Reason | None
    text: str


@dataclass(frozen=True, slots=True)
class Answers:
    """Questions that went to people: how many, answered, within the promise, solved, not solved."""

    asked: int = 0
    answered: int = 0
    in_time: int = 0
    solved: int = 0
    unsolved: int = 0


@dataclass(frozen=True, slots=True)
class Week:
    """Monday `first` to Sunday. Texts are without personal data; pairs come with how often."""

    first: date
    asked: int
    chats: int
    found: int
    offered: int
    chosen: int
    missed: int
    passed_on: int
    verdicts: Mapping[Verdict, int]
    guides: tuple[tuple[str, int], ...]
    missed_texts: tuple[tuple[str, int], ...]
    wrong: tuple[Wrong, ...]
    answers: Answers = Answers()

    @property
    def last(self) -> date:
        """The Sunday."""
        return self.first + timedelta(days=6)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not self.asked and not self.answers.asked


@dataclass(frozen=True, slots=True)
class PlaceWeek:
    """One community's line in the table of all: figures, and nobody's words."""

    community_id: int
    name: str
    asked: int = 0
    found: int = 0
    offered: int = 0
    missed: int = 0
    wrong: int = 0
    useful: int = 0
    unsolved: int = 0
    answers: Answers = Answers()

    @property
    def solved_share(self) -> float | None:
        """Of what residents judged, an answer of the desk or of a person, the share that helped."""
        good = self.useful + self.answers.solved
        judged = good + self.unsolved + self.wrong + self.answers.unsolved
        return good / judged if judged else None

    @property
    def is_empty(self) -> bool:
        """Whether nobody there asked anything."""
        return not self.asked and not self.answers.asked


def all_places(name: str, places: Sequence[PlaceWeek]) -> PlaceWeek:
    """The last line: all of them together."""
    answers = zip(*(astuple(place.answers) for place in places), strict=True)
    figures = ("asked", "found", "offered", "missed", "wrong", "useful", "unsolved")
    sums = {figure: sum(getattr(place, figure) for place in places) for figure in figures}
    return PlaceWeek(0, name, **sums, answers=Answers(*(sum(each) for each in answers)))


PLACES_PAGE = 20
"""Communities in one picture of all: a chat shows a higher one too small to be read."""


def who_asked(places: Sequence[PlaceWeek]) -> list[PlaceWeek]:
    """The communities that asked at all, those that most often found nothing first."""
    asking = (place for place in places if not place.is_empty)
    return sorted(asking, key=lambda p: (-p.missed, -p.wrong, -p.asked, p.community_id))


def week_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def is_missed(one: Enquiry) -> bool:
    """Not found, none of the three, or of no help."""
    nothing_chosen = one.kind == "choices" and one.guide is None and one.passed_on
    return one.kind == "handoff" or nothing_chosen or one.verdict is Verdict.UNSOLVED


def sum_up(first: date, enquiries: Sequence[Enquiry], answers: Answers) -> Week:
    """The week's figures, of enquiries whose texts are stripped already; one of which nothing is left but
    gaps counts and is not shown."""
    kinds = Counter(one.kind for one in enquiries)
    guides = Counter(one.guide for one in enquiries if one.guide)
    missed = Counter(one.text for one in enquiries if is_missed(one) and unmarked(one.text))
    return Week(
        first=first,
        asked=len(enquiries),
        chats=len({one.address_id for one in enquiries}),
        found=kinds["answer"],
        offered=kinds["choices"],
        chosen=sum(one.kind == "choices" and one.guide is not None for one in enquiries),
        missed=kinds["handoff"],
        passed_on=sum(one.passed_on for one in enquiries),
        verdicts={v: sum(one.verdict is v for one in enquiries) for v in Verdict},
        guides=tuple(guides.most_common(MOST_GUIDES)),
        missed_texts=tuple(missed.most_common(MOST_TEXTS)),
        wrong=tuple(
            Wrong(one.guide, one.reason, one.text)
            for one in enquiries
            if one.verdict is Verdict.WRONG and one.guide
        ),
        answers=answers,
    )


def new_words(texts: Iterable[str], known: str) -> tuple[tuple[str, int], ...]:
    """Strings of two to four characters in at least two of the texts that the guides never use."""
    seen = Counter(word for text in set(texts) for word in _words(text))
    fresh = {word: n for word, n in seen.items() if n > 1 and word not in known}
    whole = {
        word: n
        for word, n in fresh.items()
        if not any(word != other and word in other and fresh[other] >= n for other in fresh)
    }
    ordered = sorted(whole.items(), key=lambda pair: (-pair[1], -len(pair[0]), pair[0]))
    return tuple(ordered[:MOST_WORDS])


def _words(text: str) -> set[str]:
    return {
        run[start : start + length]
        for run in _RUNS.findall(text)
        for length in range(2, _LONGEST_WORD + 1)
        for start in range(len(run) - length + 1)
        if _EMPTY.isdisjoint(run[start : start + length])
    }
