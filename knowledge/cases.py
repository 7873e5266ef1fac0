"""The kinds of residents' matters and what is promised for each, checked."""

from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from domain.case import CaseKind
from domain.people import Language
from knowledge.source import ContentError

MOST_DAYS = 60
"""Working days; the Regulations on Complaint Work (信访工作条例, 2022, article 34) allow 60 days at most."""

_Word = Annotated[str, Field(min_length=1, max_length=12)]


class _Kind(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    id: Annotated[str, Field(pattern=r"^[a-z]{2,12}$")]
    name: dict[str, Annotated[str, Field(min_length=1, max_length=30)]]
    days: Annotated[int, Field(ge=1, le=MOST_DAYS)]
    basis: Annotated[str, Field(min_length=2)]
    words: list[_Word]

    @property
    def kind(self) -> CaseKind:
        if missing := set(Language) - set(self.name):
            raise ValueError(f"{self.id}: the name in {str(min(missing))!r} is missing")
        return CaseKind(self.id, self.name, self.days, tuple(self.words))


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    version: int = Field(ge=1)
    kinds: Annotated[list[_Kind], Field(min_length=2, max_length=20)]


def load_cases(path: Path | None = None) -> tuple[CaseKind, ...]:
    """The kinds in order, the last for whatever is none of the others; raises ContentError that says what
    is wrong."""
    file = path or resources.files("knowledge").joinpath("content/cases.yaml")
    try:
        read = _File.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
        return _whole(tuple(one.kind for one in read.kinds))
    except ValidationError as error:
        problems = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
    except (yaml.YAMLError, ValueError) as error:
        problems = [str(error)]
    raise ContentError([f"cases.yaml: {problem}" for problem in problems])


def _whole(kinds: tuple[CaseKind, ...]) -> tuple[CaseKind, ...]:
    ids = [kind.id for kind in kinds]
    if twice := {one for one in ids if ids.count(one) > 1}:
        raise ValueError(f"{min(twice)!r} stands twice")
    if kinds[-1].words:
        raise ValueError("the last kind takes whatever is left, so it has no words")
    return kinds


@cache
def shipped_cases() -> tuple[CaseKind, ...]:
    """The shipped kinds, read once."""
    return load_cases()


def case_kind(kind_id: str) -> CaseKind:
    """A kind by its id; one that was taken out of the file since counts as the last."""
    kinds = shipped_cases()
    return next((kind for kind in kinds if kind.id == kind_id), kinds[-1])


def kind_name(kind_id: str, language: Language) -> str:
    """What a kind is called."""
    return case_kind(kind_id).names[language]


def check_promises(stated: object) -> None:
    """A community's own promises, by kind; raises ValueError that says what is wrong."""
    if not isinstance(stated, dict):
        raise ValueError("case_days: write it as {property: 7}")
    known = {kind.id for kind in shipped_cases()}
    for name, days in stated.items():
        if name not in known:
            raise ValueError(f"case_days: {name!r} is none of {', '.join(sorted(known))}")
        if type(days) is not int or not 1 <= days <= MOST_DAYS:
            raise ValueError(f"case_days, {name}: must be 1 to {MOST_DAYS} working days")
