"""Reads and checks questionnaires (`content/surveys/*.yaml`, or a file of an office's own).

Every mistake is told with file, line, survey and item, and with what to do about it; a file with a
mistake is not used at all.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path

from domain.skips import Condition, Not, asks_about, both
from domain.survey import Aspect, Item, Kind, Option, Questionnaire, Section, Words
from domain.survey_privacy import COMMUNITIES, HOMES
from knowledge.questionnaire_file import ItemField, QuestionnaireFile, Scale
from knowledge.skips import WORDS, SkipError, read_condition
from knowledge.source import ContentError, Place, Source
from knowledge.value import Naming, read_value

SATISFIED_FROM = 0.8
"""Satisfied is an answer worth at least this part of full marks: 比较满意 is 80 of 100. Of the ten
marks a community gives a department that makes 8 (our reading; the speech does not say)."""

DONT_KNOW = 99
"""The code of "don't know" among marks 0 to 10, where 0 is a mark; 99 is survey custom."""

MOST_ITEMS = 99
"""More nobody answers in a chat."""

END = "end"
_MAX_CHARS = 200


def read_questionnaire(path_or_text: Path | str) -> Questionnaire:
    """The questionnaire of a file or text; raises ContentError, which names every mistake."""
    return _read(Source.read(path_or_text))


@cache
def shipped_questionnaires() -> Mapping[str, Questionnaire]:
    """The questionnaires that come with the program, in both languages; read once a process."""
    folder = files("knowledge").joinpath("content", "surveys")
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".yaml"))
    found = [_read(Source.shipped(f"surveys/{name}")) for name in names]
    return {each.id: each for each in reversed(found)}  # residents first


def _read(source: Source) -> Questionnaire:
    file = read_value(QuestionnaireFile, source, _naming(source))
    reading = _Reading(file, source)
    made = reading.questionnaire()
    if reading.problems:
        raise ContentError(sorted(reading.problems, key=_line))
    return made


class _Reading:
    """Turns a checked file into the domain's value, and gathers what does not fit together."""

    def __init__(self, file: QuestionnaireFile, source: Source) -> None:
        self.file, self.source = file, source
        self.naming = _naming(source)
        self.problems: list[str] = []
        self.items: dict[str, Item] = {}

    def questionnaire(self) -> Questionnaire:
        file = self.file
        self._ids()
        for at, field in self._fields():
            self.items[field.id] = self._item(at, field)
        self._skip()
        self._strata()
        least, reason = self._least()
        return Questionnaire(
            file.id,
            file.version,
            file.title.words,
            tuple(Aspect(each.id, each.name.words, each.weight) for each in file.aspects),
            tuple(self.items.values()),
            self._full(),
            least,
            tuple(each.words for each in file.subjects),
            tuple(Section(each.id, each.title.words) for each in file.sections),
            reason,
        )

    def _least(self) -> tuple[int, Words | None]:
        """Of how many sheets a result is shown, and why of so few: fewer than is usual needs a reason that
        people can read."""
        usual, who = (COMMUNITIES, "communities") if self.file.subjects else (HOMES, "homes")
        least, reason = self.file.minimum_group or usual, self.file.minimum_reason
        if least < usual and reason is None:
            self.wrong(
                ("minimum_group",),
                f"fewer than {usual} {who} show no result; take it out, or say why {least} are enough in "
                "minimum_reason",
            )
        if least >= usual and reason is not None:
            self.wrong(("minimum_reason",), f"{least} need no reason; take it out")
        return least, reason.words if reason else None

    def wrong(self, place: Place, reason: str) -> None:
        entry, rest = self.naming(place)
        field = f', field "{".".join(str(step) for step in rest)}"' if rest else ""
        self.problems.append(f"{self.source.at(place)}: {entry}{field}: {reason}.")

    def _fields(self) -> Iterator[tuple[Place, ItemField]]:
        for s, section in enumerate(self.file.sections):
            for i, field in enumerate(section.items):
                yield ("sections", s, "items", i), field

    def _ids(self) -> None:
        seen: dict[str, str] = {}
        places: list[tuple[Place, str, str]] = [
            (("sections", n), each.id, "section") for n, each in enumerate(self.file.sections)
        ]
        places += [(place, field.id, "question") for place, field in self._fields()]
        for place, name, what in places:
            if name in seen:
                self.wrong((*place, "id"), f"{name} is the id of a {seen[name]}; take another")
            if name in WORDS:
                self.wrong((*place, "id"), f'"{name}" is a word of conditions; take another')
            seen[name] = what
        aspects = Counter(each.id for each in self.file.aspects)
        for n, each in enumerate(self.file.aspects):
            if aspects[each.id] > 1:
                self.wrong(("aspects", n, "id"), f"{each.id} is used twice; take another")
        if len(list(self._fields())) > MOST_ITEMS:
            self.wrong((), f"more than {MOST_ITEMS} questions; make two questionnaires of it")

    def _item(self, at: Place, field: ItemField) -> Item:
        text = field.kind is Kind.TEXT
        self._fits(at, field)
        return Item(
            field.id,
            field.text.words,
            field.kind,
            self._options(at, field),
            field.aspect,
            not text if field.required is None else field.required,
            field.max_chars or _MAX_CHARS,
            self.file.sections[int(at[1])].id,
            both(self._when(at[:2], field, section=True), self._when(at, field)),
            field.stratum,
            field.min,
            field.max,
            field.decimals or 0,
            field.unit.words if field.unit else None,
        )

    def _fits(self, at: Place, field: ItemField) -> None:
        """What stands with this kind of question, and what does not."""
        taken = {
            "scale": (Kind.SCALE,),
            "aspect": (Kind.SCALE,),
            "options": (Kind.CHOICE, Kind.MULTIPLE),
            "max_chars": (Kind.TEXT,),
            "min": (Kind.NUMBER, Kind.MULTIPLE),
            "max": (Kind.NUMBER, Kind.MULTIPLE),
            "decimals": (Kind.NUMBER,),
            "unit": (Kind.NUMBER,),
        }
        for name, kinds in taken.items():
            if getattr(field, name) not in (None, ()) and field.kind not in kinds:
                wanted = " or ".join(kinds)
                self.wrong((*at, name), f"stands with kind {wanted} only; take it out here")
        if field.kind is Kind.NUMBER and (field.min is None or field.max is None):
            self.wrong(at, "a number needs min and max, so that a slip is noticed; give both")
        if field.min is not None and field.max is not None and field.min > field.max:
            self.wrong((*at, "max"), f"{field.max:g} is less than min, {field.min:g}; turn them")
        if field.kind is Kind.SCALE and field.aspect is None:
            self.wrong(at, "a scale rates an aspect; name it with aspect")
        if field.aspect and field.aspect not in {each.id for each in self.file.aspects}:
            self.wrong((*at, "aspect"), f"{field.aspect} is not under aspects; add it there")

    def _options(self, at: Place, field: ItemField) -> tuple[Option, ...]:
        if field.kind is Kind.SCALE:
            return self._scale(at, field)
        if field.kind not in (Kind.CHOICE, Kind.MULTIPLE):
            return ()
        if len(field.options) < 2:
            self.wrong(at, "needs options, at least two")
        if any(each.alone for each in field.options) and field.kind is Kind.CHOICE:
            self.wrong((*at, "options"), "alone has a sense in a multiple choice only; take it out")
        made = tuple(
            Option(place if each.code is None else each.code, each.words, alone=each.alone)
            for place, each in enumerate(field.options, start=1)
        )
        self._codes((*at, "options"), made)
        ticks = [each for each in (field.min, field.max) if each is not None]
        if field.kind is Kind.MULTIPLE and any(not 0 <= n <= len(made) or n % 1 for n in ticks):
            self.wrong(at, f"min and max of a multiple choice lie between 0 and {len(made)}")
        return made

    def _codes(self, at: Place, options: tuple[Option, ...]) -> None:
        for code, times in Counter(option.code for option in options).items():
            if times > 1:
                self.wrong(at, f"code {code} is used twice; give each option its own")

    def _scale(self, at: Place, field: ItemField) -> tuple[Option, ...]:
        scale = self.file.scales.get(field.scale or "")
        if scale is None:
            known = ", ".join(self.file.scales) or "none yet; add scales"
            self.wrong((*at, "scale"), f"a scale question names one of scales: {known}")
            return ()
        made = tuple(_marks(scale) if scale.marks else _steps(scale))
        self._codes(("scales", field.scale or ""), made)
        return made

    def _full(self) -> float:
        used = {item.options for item in self.items.values() if item.kind is Kind.SCALE}
        tops = {max((o.score or 0 for o in options), default=0) for options in used if options}
        if len(tops) > 1:
            told = " and ".join(f"{top:g}" for top in sorted(tops))
            self.wrong(
                ("scales",), f"scales worth {told} cannot be scored together; make them alike"
            )
        return max(tops, default=100)

    def _when(self, at: Place, field: ItemField, *, section: bool = False) -> Condition | None:
        text = self.file.sections[int(at[1])].when if section else field.when
        if text is None:
            return None
        earlier = self.items
        if section:  # a section is passed over as a whole, so its own questions cannot decide
            name = self.file.sections[int(at[1])].id
            earlier = {i: item for i, item in earlier.items() if item.section != name}
        return self._condition((*at, "when"), text, earlier)

    def _condition(self, at: Place, text: str, earlier: Mapping[str, Item]) -> Condition | None:
        try:
            return read_condition(text, earlier)
        except SkipError as error:
            told = f"{self.source.at(at)}"
            if not any(problem.startswith(told) for problem in self.problems):  # a section's: once
                self.wrong(at, f"{text!r}: {error}")
            return None

    def _skip(self) -> None:
        """Going on elsewhere after an answer: the questions between are asked unless it was given."""
        order = list(self.items)
        starts = {each.id: each.items[0].id for each in self.file.sections}
        for at, field in self._fields():
            for n, rule in enumerate(field.skip):
                here = (*at, "skip", n)
                begin = order.index(field.id) + 1
                target = starts.get(rule.to, rule.to)
                until = len(order) if target == END else _index(order, target)
                if until < begin:
                    self.wrong(
                        (*here, "to"), f'"{rule.to}" is neither a later item or section nor end'
                    )
                    continue
                earlier = {name: self.items[name] for name in order[:begin]}
                condition = self._condition((*here, "when"), rule.when, earlier)
                if condition and field.id not in asks_about(condition):
                    self.wrong(
                        (*here, "when"), f"a skip decides by {field.id}, just answered; name it"
                    )
                elif condition:
                    self._pass_over(order[begin:until], condition)

    def _pass_over(self, names: list[str], condition: Condition) -> None:
        for name in names:
            item = self.items[name]
            self.items[name] = replace(item, when=both(item.when, Not(condition)))

    def _strata(self) -> None:
        """Weights need the stratum of everybody who began: nobody is sent away before it is known."""
        for at, field in self._fields():
            item = self.items[field.id]
            if field.stratum and (item.when or not item.required or item.kind is not Kind.CHOICE):
                self.wrong(
                    at,
                    "a stratum question is a choice, required, and asked of everybody: put it before "
                    "every skip that passes it, and take its when out",
                )


def _line(problem: str) -> int:
    found = re.search(r" line (\d+):", problem)
    return int(found[1]) if found else 0


def _index(order: list[str], name: str) -> int:
    return order.index(name) if name in order else -1


def _steps(scale: Scale) -> Iterator[Option]:
    full = max(step.score or 0 for step in scale.steps)
    for step in scale.steps:
        yield _option(step.code, step.words, step.score, full, step.face)


def _marks(scale: Scale) -> Iterator[Option]:
    full = scale.marks or 0
    for mark in range(full, -1, -1):
        yield _option(mark, Words(str(mark)), float(mark), full)
    if scale.dont_know:
        yield _option(DONT_KNOW, scale.dont_know.words, None, full)


def _option(code: int, words: Words, score: float | None, full: float, face: str = "") -> Option:
    satisfied = score is not None and score >= SATISFIED_FROM * full
    return Option(code, words, score, satisfied, dont_know=score is None, face=face)


def _naming(source: Source) -> Naming:
    """Names the survey and the item that a place in the file belongs to."""
    data = source.data if isinstance(source.data, dict) else {}

    def naming(place: Place) -> tuple[str, Place]:
        inner: object = data
        rest, name = place, ""
        for depth, step in enumerate(place, start=1):
            inner = _step(inner, step)
            if isinstance(inner, dict) and "id" in inner:
                name, rest = str(inner["id"]), place[depth:]
        what = {"aspects": "aspect", "sections": "item"}.get(
            str(place[0]) if place else "", "entry"
        )
        what = "section" if "items" not in place and what == "item" else what
        survey = f"survey {data['id']}" if "id" in data else "file"
        return survey + (f", {what} {name}" if name else ""), rest

    return naming


def _step(data: object, step: int | str) -> object:
    try:
        return data[step]  # type: ignore[index]
    except (KeyError, IndexError, TypeError):
        return None
