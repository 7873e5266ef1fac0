"""`python -m bot evaluate`: how well questions are found and answered, beside plain searches."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.progress import track

from knowledge import Knowledge
from knowledge.answers import Reply, ReplyKind
from knowledge.guides import entry_of
from knowledge.measures import Share, Trial, auroc, car10, mrr, rate, share_of, top
from knowledge.questions import UNANSWERABLE, Question, load_questions
from knowledge.rivals import Search, rivals

QUESTIONS = Path("tests/knowledge/questions.yaml")
OURS = "Linli"
MEASURES: Mapping[str, Callable[[Sequence[Trial]], float]] = {
    "top-1": top(1), "top-3": top(3), "MRR@5": mrr, "AUROC": auroc, "CAR10": car10,
}  # fmt: skip
PARTS = {
    "tuning": "half of the guides, whose questions chose the weights",
    "test": "the other half; its questions were read while building",
    "fresh": "written last; nothing in finding was chosen by it",
}
FOUND = 5
"""Entries a search may name; MRR@5 looks no further."""


@dataclass(frozen=True)
class Report:
    """Shares by part, method and measure; by kind of question; and what was replied."""

    searches: Mapping[str, Mapping[str, Mapping[str, Share]]]
    kinds: Mapping[str, Mapping[str, Share]]
    replies: Mapping[str, Mapping[str, Share]]
    counts: Mapping[str, int]


def evaluate(
    questions: Path = QUESTIONS, docs: Path | None = Path("docs"), *, as_json: bool = False
) -> str:
    """Measure, write `search.md` and `images/search.png` under `docs`, and say the result."""
    from bot.evaluation_page import draw, page

    report = measure(load_questions(questions), Knowledge.shipped())
    if docs is not None:
        (docs / "images").mkdir(parents=True, exist_ok=True)
        (docs / "search.md").write_text(page(report), "utf-8")
        draw(report, docs / "images" / "search.png")
    return json.dumps(plain(report), ensure_ascii=False, indent=1) if as_json else page(report)


def measure(questions: Sequence[Question], knowledge: Knowledge) -> Report:
    """Ask everything of every method in one run, with a bar that shows how far it is."""
    entries = [entry_of(guide) for guide in knowledge.book.guides]
    methods = {OURS: _ours(knowledge), **rivals(entries)}
    answerable = [q for q in questions if q.guides]
    trials: dict[tuple[str, str, str], list[Trial]] = defaultdict(list)
    for name, search in methods.items():
        for question in track(answerable, description=f"{name:22}"):
            trial = _trial(search(question.text), question.guides)
            trials[question.part, name, question.kind].append(trial)
    replies = [(q, knowledge.answer(q.text)) for q in track(questions, description="replies")]
    return Report(
        searches={part: _by_method(trials, part, methods) for part in PARTS},
        kinds=_by_kind(trials),
        replies={part: _replied([r for r in replies if r[0].part == part]) for part in PARTS},
        counts={part: sum(q.part == part for q in questions) for part in PARTS},
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


def _ours(knowledge: Knowledge) -> Search:
    """The search as it is; how sure it is comes from the zones, so it is scored by `_sure`."""

    def search(text: str) -> list[tuple[str, float]]:
        matches = knowledge.index.search(text, FOUND + 5)
        found = [match for match in matches if match.id in knowledge.book.by_id]
        chance = knowledge.zones.chance
        return [(match.id, chance(found[at:], text)) for at, match in enumerate(found)]

    return search


def _trial(found: Sequence[tuple[str, float]], right: frozenset[str]) -> Trial:
    named = [entry for entry, _ in found[:FOUND]]
    place = next((n for n, entry in enumerate(named, 1) if entry in right), 0)
    without = [score for entry, score in found if entry not in right]
    return Trial(place, found[0][1] if found else 0.0, without[0] if without else 0.0)


Trials = Mapping[tuple[str, str, str], Sequence[Trial]]


def _by_method(trials: Trials, part: str, methods: Iterable[str]) -> dict[str, dict[str, Share]]:
    table = {}
    for name in methods:
        asked = [t for (p, n, _), each in trials.items() if (p, n) == (part, name) for t in each]
        table[name] = {label: share_of(asked, measure) for label, measure in MEASURES.items()}
    return table


def _by_kind(trials: Trials) -> dict[str, dict[str, Share]]:
    kinds: dict[str, list[Trial]] = defaultdict(list)
    for (_, name, kind), each in trials.items():
        if name == OURS:
            kinds[kind] += each
    labels = ("top-1", "top-3", "MRR@5")
    return {
        kind: {label: share_of(asked, MEASURES[label]) for label in labels}
        for kind, asked in kinds.items()
    }


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
