"""A month as ledgers read it: its bounds, the rules it is reckoned by, and the statements' parameters."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.appraisal import Weights
from domain.calendar import Month, month_bounds
from domain.policies import Policies
from storage.people import Community
from storage.tables.base import Instant


@dataclass(frozen=True, slots=True)
class Span:
    """The month as the community's wall clock bounds it."""

    month: Month
    since: datetime
    until: datetime

    @classmethod
    def of(cls, month: Month, community: Community) -> "Span":
        return cls(month, *month_bounds(month.year, month.number, community.zone))

    def by(self, moment: datetime | None) -> datetime | None:
        """What happened after the month had not happened when it ended."""
        return moment if moment is not None and moment < self.until else None

    def values(self, community: Community) -> dict[str, Any]:
        """What the statements below are run with."""
        return {
            "here": community.id,
            "since": self.since,
            "until": self.until,
            "first": self.month.first_day,
            "last": self.month.last_day,
        }


@dataclass(frozen=True, slots=True)
class Rules:
    """What a ledger is reckoned by, besides what happened."""

    policies: Policies
    weights: Weights


HERE = sa.bindparam("here", type_=sa.BigInteger)
SINCE = sa.bindparam("since", type_=Instant)
UNTIL = sa.bindparam("until", type_=Instant)
FIRST, LAST = sa.bindparam("first", type_=sa.Date), sa.bindparam("last", type_=sa.Date)
