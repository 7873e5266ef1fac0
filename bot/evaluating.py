"""`python -m bot evaluate`: how well questions are found and answered, beside plain searches."""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from rich.progress import track

from knowledge import Knowledge
from knowledge.answers import Reply, ReplyKind
from knowledge.attraction import Attraction, attractions
from knowledge.elsewhere import ours
from knowledge.guides import entry_of
from knowledge.index import Entry, Index
from knowledge.meaning import NO_MEANINGS, installed_meanings
from knowledge.measures import Share, Trial, auroc, car10, mrr, rate, share_of, top
from knowledge.questions import UNANSWERABLE, Question, load_office, load_questions
from knowledge.rivals import Search, rivals
from knowledge.zones import Zones

QUESTIONS = Path("tests/knowledge/questions.yaml")
OFFICE = Path("tests/knowledge/office.yaml")
OURS, MEANT = "Linli", "Linli, sentence model"
MEASURES: Mapping[str, Callable[[Sequence[Trial]], float]] = {
    "top-1": top(1), "top-3": top(3), "MRR@5": mrr, "AUROC": auroc, "CAR10": car10,
}  # fmt: skip
PARTS = {
    "tuning": "half of the guides, whose questions chose the weights",
    "test": "the other half; its questions were read while building",
    "later": "written unseen in five batches, each measured before its misses were mended in general terms",
    "fresh": "two batches, written last; five words were taken back after a look at its misses",
}
ELSEWHERE = "office"
FOUND = 5
"""Entries a search may name; MRR@5 looks no further."""


Shares: TypeAlias = Mapping[str, Mapping[str, Share]]
Trials: TypeAlias = Mapping[tuple[str, str, str], Sequence[Trial]]
"""By part, method and kind of question."""


@dataclass(frozen=True)
class Report:
    """Shares by part and method; by kind of question; what was replied, by method and part;
    guides that draw the phrasings of others."""

    searches: Mapping[str, Shares]
    kinds: Mapping[str, Shares]
    replies: Mapping[str, Shares]
    counts: Mapping[str, int]
    greedy: Sequence[Attraction] = ()


def evaluate(
    questions: Path = QUESTIONS,
    office: Path = OFFICE,
    docs: Path | None = Path("docs"),
    *,
    as_json: bool = False,
) -> str:
    """Measure, write `search.md` and `images/search.png` under `docs`, and say the result."""
    from bot.evaluation_page import draw, page

    report = measure(load_questions(questions), load_office(office))
    if docs is not None:
        (docs / "images").mkdir(parents=True, exist_ok=True)
        (docs / "search.md").write_text(page(report), "utf-8")
        draw(report, docs / "images" / "search.png")
    return json.dumps(plain(report), ensure_ascii=False, indent=1) if as_json else page(report)


def measure(
    questions: Sequence[Question], office: tuple[Sequence[Entry], Sequence[Question]]
) -> Report:
    """Ask everything of every method in one run, with a bar that shows how far it is."""
    desks = {OURS: Knowledge.shipped(NO_MEANINGS)}
    if installed_meanings():
        desks[MEANT] = Knowledge.shipped()
    trials = _trials(_methods(desks), questions) | _trials(_elsewhere(office[0], desks), office[1])
    return Report(
        searches={part: _by_method(trials, part) for part in (*PARTS, ELSEWHERE)},
        kinds={name: _by_kind(trials, name) for name in desks},
        replies={name: _by_part(name, desk, questions) for name, desk in desks.items()},
        counts={
            **{part: sum(q.part == part for q in questions) for part in PARTS},
            ELSEWHERE: sum(bool(q.guides) for q in office[1]),
        },
        greedy=attractions([entry_of(guide) for guide in desks[OURS].book.guides]),
    )


def plain(report: Report) -> dict[str, object]:
    """The report's values without intervals, for programs."""
    tables = {"searches": report.searches, "kinds": report.kinds, "replies": report.replies}
    return {name: _values(table) for name, table in tables.items()}


def _values(table: object) -> object:
    if isinstance(table, Share):
        return round(table.value, 4)
    assert isinstance(table, Mapping)
    return {key: _values(value) for key, value in table.items()}


def _methods(desks: Mapping[str, Knowledge]) -> dict[str, Search]:
    own = {name: _search(desk.index, desk.zones) for name, desk in desks.items()}
    book = next(iter(desks.values())).book
    return {**own, **rivals([entry_of(guide) for guide in book.guides])}


def _elsewhere(entries: Sequence[Entry], desks: Mapping[str, Knowledge]) -> dict[str, Search]:
    """The same methods on another office's entries."""
    by = {OURS: NO_MEANINGS, MEANT: installed_meanings()}
    own = {
        name: _search(
            Index.build(entries, meanings=by[name]), Zones.learn(entries, (), by[name].learning())
        )
        for name in desks
    }
    return {**own, **rivals(entries)}


def _search(index: Index, zones: Zones) -> Search:
    """The search as it is; how sure it is comes from the zones."""

    def search(text: str) -> list[tuple[str, float]]:
        found = ours(index.search(text, FOUND + 5))
        return [(m.id, zones.chance(found[at:], text)) for at, m in enumerate(found)]

    return search


def _trials(
    methods: Mapping[str, Search], questions: Sequence[Question]
) -> dict[tuple[str, str, str], list[Trial]]:
    answerable = [q for q in questions if q.guides]
    trials: dict[tuple[str, str, str], list[Trial]] = defaultdict(list)
    for name, search in methods.items():
        for question in track(answerable, description=f"{name:22}"):
            trial = _trial(search(question.text), question.guides)
            trials[question.part, name, question.kind].append(trial)
    return trials


def _trial(found: Sequence[tuple[str, float]], right: frozenset[str]) -> Trial:
    named = [entry for entry, _ in found[:FOUND]]
    place = next((n for n, entry in enumerate(named, 1) if entry in right), 0)
    without = [score for entry, score in found if entry not in right]
    return Trial(place, found[0][1] if found else 0.0, without[0] if without else 0.0)


def _by_method(trials: Trials, part: str) -> dict[str, dict[str, Share]]:
    table = {}
    for name in dict.fromkeys(name for _, name, _ in trials):
        asked = [t for (p, n, _), each in trials.items() if (p, n) == (part, name) for t in each]
        table[name] = {label: share_of(asked, measure) for label, measure in MEASURES.items()}
    return table


def _by_kind(trials: Trials, method: str) -> dict[str, dict[str, Share]]:
    kinds: dict[str, list[Trial]] = defaultdict(list)
    for (part, name, kind), each in trials.items():
        if name == method and part != ELSEWHERE:
            kinds[kind] += each
    labels = ("top-1", "top-3", "MRR@5")
    return {
        kind: {label: share_of(asked, MEASURES[label]) for label in labels}
        for kind, asked in kinds.items()
    }


def _by_part(name: str, desk: Knowledge, questions: Sequence[Question]) -> Shares:
    said = [(q, desk.answer(q.text)) for q in track(questions, description=f"{name}, replies")]
    return {part: _replied([r for r in said if r[0].part == part]) for part in PARTS}


def _replied(replies: Sequence[tuple[Question, Reply]]) -> dict[str, Share]:
    """What became of the questions: what a resident would have got."""
    asked = [(q, r) for q, r in replies if q.guides]
    none = [r for q, r in replies if q.kind in UNANSWERABLE]
    alarms = [r for q, r in replies if q.kind == "emergency"]
    answered = [r.guide is not None and r.guide.id in q.guides for q, r in asked]
    offered = [r.guide is None and not r.emergency and _offers(q, r) for q, r in asked]
    return {
        "answered rightly": rate(answered),
        "right one among at most three buttons": rate(offered),
        "solved (either)": rate([a or b for a, b in zip(answered, offered, strict=True)]),
        "answered wrongly": rate([bool(r.guide and r.guide.id not in q.guides) for q, r in asked]),
        "no guide fits, answered with one": rate([r.kind is ReplyKind.ANSWER for r in none]),
        "no guide fits, offered some": rate([r.kind is ReplyKind.CHOICES for r in none]),
        "emergencies recognised": rate([r.kind is ReplyKind.EMERGENCY for r in alarms]),
    }


def _offers(question: Question, reply: Reply) -> bool:
    offered = {candidate.id for candidate in reply.candidates}
    return reply.kind is ReplyKind.CHOICES and bool(offered & question.guides)
