"""The fields of a questionnaire's file, each checked by itself."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from domain.survey import Kind, Words
from knowledge.value import Text, Value

Label = Annotated[str, Field(min_length=1, max_length=300)]
SurveyId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")]
ItemId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,15}$")]


def _both(value: object) -> object:
    """A plain text is the Chinese."""
    if isinstance(value, str):
        return {"zh": value}
    if not isinstance(value, dict):
        raise ValueError(f"must be a text, or zh and en with a text each, not {value!r}")
    return value


class Spoken(Value):
    """A text in Chinese, and in English where there is one."""

    zh: Label
    en: Label | None = None

    @property
    def words(self) -> Words:
        return Words(self.zh, self.en or "")


Said = Annotated[Spoken, BeforeValidator(_both)]


class OptionField(Spoken):
    """A choice; its code is its place in the list unless it says another."""

    code: Annotated[int, Field(ge=0, le=999)] | None = None
    alone: bool = False


class Step(Spoken):
    """One answer of a scale."""

    code: Annotated[int, Field(ge=0, le=999)]
    score: Annotated[float, Field(ge=0, le=100)] | None
    face: Annotated[str, Field(max_length=4)] = ""


class Scale(Value):
    """Steps in words, best first; or marks from 0 to `marks`, and "don't know" beside them."""

    steps: tuple[Step, ...] = ()
    marks: Annotated[int, Field(ge=1, le=20)] | None = None
    dont_know: Said | None = None

    @model_validator(mode="after")
    def _one_way(self) -> "Scale":
        if bool(self.steps) == bool(self.marks):
            raise ValueError("needs either steps or marks")
        if self.steps and not any(step.score for step in self.steps):
            raise ValueError("needs at least one step with a score above 0")
        if self.steps and self.dont_know:
            raise ValueError("says don't know as a step whose score is null, not as dont_know")
        return self


class AspectField(Value):
    """What several questions rate together; `origin` and `basis` say where it comes from."""

    id: ItemId
    name: Said
    weight: Annotated[float, Field(gt=0)] = 1
    origin: str = ""
    basis: str = ""


class SkipField(Value):
    """Where it goes on after this answer: an item, a section, or the end."""

    when: Text
    to: Text


class ItemField(Value):
    """One question."""

    id: ItemId
    kind: Kind
    text: Said
    scale: Text | None = None
    aspect: ItemId | None = None
    options: Annotated[
        tuple[Annotated[OptionField, BeforeValidator(_both)], ...], Field(max_length=20)
    ] = ()
    required: bool | None = None
    max_chars: Annotated[int, Field(ge=1, le=2000)] | None = None
    min: float | None = None
    max: float | None = None
    decimals: Annotated[int, Field(ge=0, le=3)] | None = None
    unit: Said | None = None
    when: Text | None = None
    skip: tuple[SkipField, ...] = ()
    stratum: bool = False


class SectionField(Value):
    """A part under a heading of its own, asked as a whole where `when` holds."""

    id: ItemId
    title: Said
    when: Text | None = None
    items: Annotated[tuple[ItemField, ...], Field(min_length=1)]


class QuestionnaireFile(Value):
    """A questionnaire. `about` documents it for its keepers and is not read by the program."""

    format: Literal["linli-survey-1"]
    id: SurveyId
    version: Annotated[int, Field(ge=1, le=9999)]
    title: Said
    minimum_group: Annotated[int, Field(ge=2, le=1000)] | None = None
    minimum_reason: Said | None = None
    subjects: tuple[Said, ...] = ()
    scales: Mapping[Text, Scale] = {}
    aspects: tuple[AspectField, ...] = ()
    sections: Annotated[tuple[SectionField, ...], Field(min_length=1)]
    about: Mapping[str, Any] = {}
