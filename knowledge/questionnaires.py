"""Reads and checks `content/surveys.yaml` (and its English) and hands out questionnaires.

Every mistake in the content is told with its line, survey and item, and nothing is loaded.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import Field, model_validator

from domain.survey import Aspect, Item, Kind, Option, Questionnaire, Words
from knowledge.source import ContentError, Place, Source
from knowledge.value import Naming, Text, Value, read_value

SATISFIED_FROM = 0.8
"""Satisfied is an answer worth at least this part of full marks: 比较满意 is 80 of 100. Of the ten
marks a community gives a department that makes 8 (our reading; the speech does not say)."""

DONT_KNOW = 99
"""The code of "don't know" among marks 0 to 10, where 0 is a mark; 99 is survey custom."""

Found = TypeVar("Found")


class _ScaleStep(Value):
    code: int
    label: Text
    score: float | None


class _Common(Value):
    scale: tuple[_ScaleStep, ...]
    scale_note: str = ""
    privacy: Annotated[str, Field(pattern=r"少于\d+份")]
    rules: tuple[str, ...] = ()

    @property
    def minimum_group(self) -> int:
        """The k below which a group shows no score, as the privacy rule states it."""
        found = re.search(r"少于(\d+)份", self.privacy)
        return int(found[1]) if found else 0


class _Choice(Value):
    id: Text
    text: Text
    options: Annotated[tuple[Text, ...], Field(min_length=2)]


class _Question(Value):
    id: Text
    text: Text


class _Open(Value):
    id: Text
    text: Text
    max_chars: Annotated[int, Field(ge=1, le=4000)]


class _Aspect(Value):
    """Rated by its `items` on the scale, or as a whole, by `text`, in marks."""

    id: Text
    name: Text
    origin: str = ""
    basis: str = ""
    weight: Annotated[float, Field(gt=0)] = 1
    text: Text | None = None
    items: tuple[_Question, ...] = ()

    @model_validator(mode="after")
    def _one_way(self) -> "_Aspect":
        if bool(self.text) == bool(self.items):
            raise ValueError(f"aspect {self.id} needs either a text or items")
        return self


class _Survey(Value):
    id: Text
    title: Text
    aspects_required: int
    aspects: tuple[_Aspect, ...]
    items_total: int | None = None
    full_marks_per_aspect: Annotated[int, Field(ge=1, le=20)] | None = None
    departments_sample: tuple[Text, ...] = ()
    background: tuple[_Choice, ...] = ()
    open_questions: tuple[_Open, ...] = ()
    direction: str = ""
    parts: int | None = None
    sampling: dict[str, Any] | None = None
    reference_line: dict[str, Any] | None = None
    respondents: str = ""
    use_of_result: str = ""
    scoring: str = ""

    @model_validator(mode="after")
    def _complete(self) -> "_Survey":
        rated = [item.id for aspect in self.aspects for item in aspect.items]
        rated += [aspect.id for aspect in self.aspects]
        ids = [each.id for each in self.background] + [each.id for each in self.open_questions]
        twice = [each for each, times in Counter(ids + rated).items() if times > 1]
        if twice:
            raise ValueError(f"id {twice[0]} is used twice")
        if len(self.aspects) != self.aspects_required:
            raise ValueError(f"{len(self.aspects)} aspects, not {self.aspects_required}")
        items = sum(len(aspect.items) for aspect in self.aspects)
        if self.items_total is not None and items != self.items_total:
            raise ValueError(f"{items} items, not {self.items_total}")
        return self


class _File(Value):
    version: int
    retrieved: str = ""
    sources: tuple[dict[str, Any], ...] = ()
    common: _Common
    surveys: tuple[_Survey, ...]


class _SurveyEnglish(Value):
    title: Text
    names: dict[str, Text]
    texts: dict[str, Text]
    options: dict[str, tuple[Text, ...]]
    subjects: tuple[Text, ...] = ()


class _English(Value):
    scale: dict[int, Text]
    surveys: dict[str, _SurveyEnglish]


def load_questionnaires(
    chinese: Path | str, english: Path | str | None = None
) -> dict[str, Questionnaire]:
    """The questionnaires of a file or text by id; with `english`, every text must be translated."""
    translation = None if english is None else Source.read(english)
    return _load(Source.read(chinese), translation)


@cache
def shipped_questionnaires() -> Mapping[str, Questionnaire]:
    """The questionnaires that come with the program, in both languages; read once a process."""
    return _load(Source.shipped("surveys.yaml"), Source.shipped("surveys.en.yaml"))


def _load(chinese: Source, english: Source | None) -> dict[str, Questionnaire]:
    file = read_value(_File, chinese, _naming(chinese))
    translation = None if english is None else _Translation(english)
    return {
        survey.id: _Builder(file, survey, translation).questionnaire() for survey in file.surveys
    }


class _Translation:
    """The English file; a text that it lacks is a mistake that names its place."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.file = read_value(_English, source, _naming(source))

    def scale(self, code: int) -> str:
        return self._found(self.file.scale, code, ("scale",))

    def survey(self, survey_id: str) -> _SurveyEnglish:
        return self._found(self.file.surveys, survey_id, ("surveys",))

    def text(self, survey_id: str, part: str, item_id: str) -> str:
        texts: dict[str, str] = getattr(self.survey(survey_id), part)
        return self._found(texts, item_id, ("surveys", survey_id, part))

    def wrong(self, place: Place, reason: str) -> ContentError:
        names = " ".join(str(step) for step in place[1:])
        return ContentError([f"{self.source.at(place)}: {names or place[0]}: {reason}"])

    def _found(self, texts: Mapping[Any, Found], key: object, place: Place) -> Found:
        if key not in texts:
            raise self.wrong(place, f"{key} has no English")
        return texts[key]


class _Builder:
    """Turns one checked survey into domain values, with its English beside the Chinese."""

    def __init__(self, file: _File, survey: _Survey, english: _Translation | None) -> None:
        self.file, self.survey, self.english = file, survey, english

    def questionnaire(self) -> Questionnaire:
        survey = self.survey
        return Questionnaire(
            id=survey.id,
            version=self.file.version,
            title=Words(survey.title, self.english.survey(survey.id).title if self.english else ""),
            aspects=tuple(
                Aspect(each.id, self._words("names", each.id, each.name), each.weight)
                for each in survey.aspects
            ),
            items=(*self._background(), *self._rated(), *self._open()),
            full=survey.full_marks_per_aspect or 100,
            minimum_group=self.file.common.minimum_group,
            subjects=self._subjects(),
        )

    def _background(self) -> Iterator[Item]:
        for each in self.survey.background:
            options = self._options(each)
            yield Item(each.id, self._words("texts", each.id, each.text), Kind.CHOICE, options)

    def _rated(self) -> Iterator[Item]:
        scale = tuple(self._marks() if self.survey.full_marks_per_aspect else self._scale())
        for aspect in self.survey.aspects:
            whole = [_Question(id=aspect.id, text=aspect.text)] if aspect.text else []
            for each in (*aspect.items, *whole):
                words = self._words("texts", each.id, each.text)
                yield Item(each.id, words, Kind.SCALE, scale, aspect.id)

    def _open(self) -> Iterator[Item]:
        for each in self.survey.open_questions:
            words = self._words("texts", each.id, each.text)
            yield Item(each.id, words, Kind.TEXT, required=False, max_chars=each.max_chars)

    def _scale(self) -> Iterator[Option]:
        for step in self.file.common.scale:
            words = Words(step.label, self._label(step.code))
            yield _option(step.code, words, step.score, full=100)

    def _marks(self) -> Iterator[Option]:
        full = self.survey.full_marks_per_aspect or 0
        for mark in range(full, -1, -1):
            yield _option(mark, Words(str(mark)), float(mark), full)
        for step in self.file.common.scale:
            if step.score is None:
                yield _option(DONT_KNOW, Words(step.label, self._label(step.code)), None, full)

    def _label(self, code: int) -> str:
        return self.english.scale(code) if self.english else ""

    def _words(self, part: str, item_id: str, chinese: str) -> Words:
        english = self.english.text(self.survey.id, part, item_id) if self.english else ""
        return Words(chinese, english)

    def _options(self, choice: _Choice) -> tuple[Option, ...]:
        words = self._paired(choice.options, ("options", choice.id))
        return tuple(Option(code, each) for code, each in enumerate(words, start=1))

    def _subjects(self) -> tuple[Words, ...]:
        return tuple(self._paired(self.survey.departments_sample, ("subjects",)))

    def _paired(self, chinese: Sequence[str], place: Place) -> Iterable[Words]:
        """Each text of a list with its English, which stands in the same order at `place`."""
        if self.english is None:
            return [Words(each) for each in chinese]
        own = self.english.survey(self.survey.id)
        english = own.subjects if place == ("subjects",) else own.options.get(str(place[-1]), ())
        if len(chinese) != len(english):
            where = ("surveys", self.survey.id, *place)
            raise self.english.wrong(where, f"{len(english)} in English, {len(chinese)} in Chinese")
        return [Words(*pair) for pair in zip(chinese, english, strict=True)]


def _option(code: int, words: Words, score: float | None, full: float) -> Option:
    satisfied = score is not None and score >= SATISFIED_FROM * full
    return Option(code, words, score, satisfied, dont_know=score is None)


def _naming(source: Source) -> Naming:
    """Names the survey and the item that a place in the Chinese file belongs to."""

    def naming(place: Place) -> tuple[str, Place]:
        ids, rest, data = [], place, source.data
        for depth, step in enumerate(place, start=1):
            data = _step(data, step)
            if isinstance(data, dict) and "id" in data:
                ids.append(str(data["id"]))
                rest = place[depth:]
        names = [f"survey {ids[0]}"] if ids else ["file"]
        names += [f"item {ids[-1]}"] if len(ids) > 1 else []
        return ", ".join(names), rest

    return naming


def _step(data: Any, step: int | str) -> Any:
    try:
        return data[step]
    except (KeyError, IndexError, TypeError):
        return None
