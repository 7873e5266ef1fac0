"""The shipped weights of the appraisal sheet, checked."""

from functools import cache
from importlib import resources
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from domain.appraisal import Measure, Weights
from knowledge.source import ContentError


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    version: int = Field(ge=1)
    points: dict[str, int]


def load_weights(path: Path | None = None) -> Weights:
    """The points of each measure; raises ContentError that says what is wrong."""
    file = path or resources.files("knowledge").joinpath("content/appraisal.yaml")
    try:
        read = _File.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
        points = {Measure(name): value for name, value in read.points.items()}
        return Weights(read.version, points)
    except ValidationError as error:
        problems = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
    except (yaml.YAMLError, ValueError) as error:
        problems = [str(error)]
    raise ContentError([f"appraisal.yaml: {problem}" for problem in problems])


@cache
def shipped_weights() -> Weights:
    """The shipped weights, read once."""
    return load_weights()
