"""Which households a survey asks: strata, how many of each, and a draw that anybody can repeat.

The draw: every household of the frame has a ticket, SHA-256 over `seed|community code|household code` in
UTF-8; in each stratum of a community the households with the smallest tickets are drawn. The same
register and the same seed give the same sample, on any database and machine; nobody who does not choose
the register can steer it. Sorting by a random key drawn for each unit is simple random sampling without
replacement (C. T. Fan, M. E. Muller, I. Rezucha, JASA 57, 1962), here within strata.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

ORDINARY_TO_SPECIAL = 4
"""Ordinary homes for each special one, as Ningbo asked them (China Ningbo Net, 2009-10-13)."""

HOMES_A_COMMUNITY = 75
"""660 homes in 9 communities were asked in Zhenhai (same source): 73 each, rounded up."""


class Part(StrEnum):
    """The kinds of households within a community; known from the register before anybody is asked."""

    ORDINARY = "ordinary"
    SPECIAL = "special"
    ALL = ""
    """Not told apart, because too few answered to do so without pointing at somebody."""


DRAWN_APART = (Part.ORDINARY, Part.SPECIAL)
"""The strata of a draw."""


class Who(StrEnum):
    """Whom a round asks: every home, some drawn by lot, a given list, or the community's rater."""

    ALL = "all"
    DRAWN = "drawn"
    LIST = "list"
    RATER = "rater"


@dataclass(frozen=True, slots=True)
class Allotment:
    """Of a stratum's `homes`, `drawn` are asked. Each had the chance drawn / homes; its inverse is the
    design weight of a home of this stratum."""

    stratum: Part
    homes: int
    drawn: int

    @property
    def weight(self) -> float | None:
        """How many homes of the frame one that was drawn stands for; None where none was drawn."""
        return self.homes / self.drawn if self.drawn else None


def allot(homes: Mapping[Part, int], wanted: int | None) -> tuple[Allotment, ...]:
    """How many of each stratum to draw so that `wanted` are asked in all; None: every home.

    One special home for four ordinary ones, rounded half up, and at least one where there is any; where
    a stratum has too few, the other makes up for it, so that only a small community is asked less.
    """
    if wanted is not None and wanted < 1:
        raise ValueError(f"a sample has at least one home, not {wanted}")
    ordinary, special = (homes.get(part, 0) for part in DRAWN_APART)
    total = ordinary + special
    drawn = total if wanted is None else min(wanted, total)
    share = max(1, (2 * drawn + ORDINARY_TO_SPECIAL + 1) // (2 * (ORDINARY_TO_SPECIAL + 1)))
    from_special = min(special, max(share, drawn - ordinary), drawn)
    return (
        Allotment(Part.ORDINARY, ordinary, drawn - from_special),
        Allotment(Part.SPECIAL, special, from_special),
    )


def ticket(seed: str, community: str, household: str) -> str:
    """A household's place in the lottery, by the codes of the register; the smallest are drawn."""
    return sha256(f"{seed}|{community}|{household}".encode()).hexdigest()


def draw(seed: str, community: str, households: Collection[str], count: int) -> Sequence[str]:
    """The `count` households of one stratum that are drawn, in the order of their tickets."""
    return sorted(households, key=lambda code: ticket(seed, community, code))[:count]
