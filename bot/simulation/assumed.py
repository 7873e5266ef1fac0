"""What is assumed of the city and its people: read from a file and checked, plain values from then on."""

from importlib import resources
from math import exp, log
from pathlib import Path
from random import Random
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from knowledge.source import ContentError

Share = Annotated[float, Field(ge=0, le=1)]
Situation = Literal["duty_day", "duty_night", "at_work", "free", "asleep", "away"]
Step = Literal["go", "arrive", "done"]


class _Value(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Time(_Value):
    """A time that differs from case to case: log-normal. Seconds."""

    median: float = Field(gt=0)
    spread: float = Field(ge=0)

    def draw(self, dice: Random) -> float:
        """One case."""
        return exp(dice.gauss(log(self.median), self.spread))


class City(_Value):
    """Its size, and how many of the elders have family with a chat."""

    communities: int = Field(gt=0)
    workers: int = Field(gt=0)
    homes: int = Field(gt=0)
    family_with_a_chat: Share


class Presses(_Value):
    """How often, when and how the button is pressed."""

    a_home_a_year: float = Field(ge=0)
    by_hour: tuple[float, ...] = Field(min_length=24, max_length=24)
    by_mistake: Share
    by_family: Share


class Typhoons(_Value):
    """Days on which more is pressed and ways are long; `extra_a_home` in each storm."""

    a_year: int = Field(ge=0)
    days: int = Field(gt=0)
    extra_a_home: float = Field(ge=0)
    on_foot: float = Field(ge=1)


class Perhaps(_Value):
    """Something that a share of people do after a while."""

    share: Share
    after: Time


class Elder(_Value):
    """What follows a press."""

    says_what: Perhaps
    presses_again: Perhaps
    takes_back: Perhaps


class Staff(_Value):
    """How well whoever works there can be reached."""

    never_enrolled: Share
    blocks: Share
    blocked_days: int = Field(ge=0)
    away: Share
    silent: Share
    silent_notices: Share
    later: Time
    found_late: Share


class Manner(_Value):
    """How a message is met in a situation."""

    notices: Share
    looks: Time
    takes: Share
    own: Share


class Rota(_Value):
    """How well the roster is kept."""

    gaps: Share
    without_deputy: Share


class Visit(_Value):
    """What becomes of a request in somebody's hands."""

    by_telephone: Share
    mistake_by_telephone: Share
    rings_back: Time
    sets_out: Time
    way: Time
    way_from_home: Time
    stays: Time
    goes_silent: Share
    wakes: Share
    forgets: dict[Step, Share]


class Assumed(_Value):
    """All of it."""

    city: City
    presses: Presses
    typhoons: Typhoons
    elder: Elder
    staff: Staff
    situations: dict[Situation, Manner]
    rota: Rota
    visit: Visit


def read_assumed(file: Path | None = None) -> Assumed:
    """The shipped assumptions, or those of a file; raises ContentError with a line for each fault."""
    source = file or resources.files("bot.simulation").joinpath("care.yaml")
    name = file.name if file else "care.yaml"
    try:
        return Assumed.model_validate(yaml.safe_load(source.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ContentError([f"{name}: {error}"]) from None
    except ValidationError as error:
        raise ContentError(
            [f"{name}: {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        ) from None
