"""Opening rounds and drawing whom they ask: in the database, in a few statements for a whole city.

The draw is the one that `domain/sampling.py` describes; every home of the frame is in it, whether or not
anybody there can be reached, for that is an outcome and no reason to leave a home out.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from domain.ballot import RUNS_FOR, BallotState, Form, Round, RoundState
from domain.people import STAFF, Role
from domain.sampling import Allotment, Part, Who, allot
from storage.among import among
from storage.database import Work
from storage.inbox import insert_new
from storage.often import Changing
from storage.people import reached
from storage.survey import read_round
from storage.tables.people import addresses, communities, households, people, roles
from storage.tables.survey import survey_invitations as ballots
from storage.tables.survey import survey_rounds as rounds
from storage.tables.survey import survey_strata as strata


@dataclass(frozen=True, slots=True)
class Launch:
    """Rounds to be opened. `number` is the one the supervisor was shown, None: the next of each
    community. `homes` of each community are asked, None: all. With `listed`, only these households."""

    questionnaire: str
    version: int
    form: Form
    launched_by: int
    seed: str = ""
    who: Who = Who.ALL
    homes: int | None = None
    number: int | None = None
    campaign_id: int | None = None
    listed: Collection[int] = field(default=())
    runs_for: timedelta = RUNS_FOR


@dataclass(frozen=True, slots=True)
class Frame:
    """Whom a round can ask: of `homes` in each stratum, people in `reachable` can be written to."""

    homes: dict[Part, int]
    reachable: int

    @property
    def total(self) -> int:
        return sum(self.homes.values())


class _Ticket(FunctionElement[bytes]):
    """SHA-256 of a text, in hexadecimal or as bytes: they sort alike."""

    type = sa.LargeBinary()
    inherit_cache = True


@compiles(_Ticket)
def _by_ours(element: _Ticket, compiler: SQLCompiler, **how: Any) -> str:
    return f"linli_sha256({compiler.process(element.clauses, **how)})"


@compiles(_Ticket, "postgresql")
def _by_theirs(element: _Ticket, compiler: SQLCompiler, **how: Any) -> str:
    return f"sha256(convert_to({compiler.process(element.clauses, **how)}, 'UTF8'))"


_STRATUM = sa.case((households.c.special, str(Part.SPECIAL)), else_=str(Part.ORDINARY)).label(
    "stratum"
)

_PREFERENCE = {str(Role.RESIDENT): 0, str(Role.ELDER): 1, str(Role.FAMILY): 2}


def _may_answer() -> tuple[sa.ColumnElement[bool], sa.ColumnElement[int]]:
    """Whether somebody may answer for their household, and who goes first: never staff; a resident, an
    elder, family. The register has adults only. Written for one household at a time, which the indexes
    find: the database then needs no idea of how many there are."""
    held = roles.c.person_id == people.c.id
    staff = sa.exists().where(held, roles.c.role.in_(STAFF))
    first = sa.func.min(sa.case(_PREFERENCE, value=roles.c.role, else_=None))
    rank = sa.select(first).where(held).correlate(people).scalar_subquery()
    return sa.and_(rank.is_not(None), sa.not_(staff)), rank


async def frame(work: Work, community_ids: Collection[int]) -> dict[int, Frame]:
    """The homes of some communities, and how many of them can be reached."""
    counted = await work.conn.execute(
        sa.select(households.c.community_id, _STRATUM, sa.func.count().label("homes"))
        .where(among(households.c.community_id))
        .group_by(households.c.community_id, households.c.special),
        {"ids": community_ids},
    )
    homes: dict[int, dict[Part, int]] = {one: {} for one in community_ids}
    for row in counted:
        homes[row.community_id][Part(row.stratum)] = row.homes
    may, _ = _may_answer()
    somebody = sa.exists().where(
        people.c.household_id == households.c.id, reached(people.c.id), may
    )
    within_reach = await work.conn.execute(
        sa.select(households.c.community_id, sa.func.count().label("homes"))
        .where(among(households.c.community_id), somebody)
        .group_by(households.c.community_id),
        {"ids": community_ids},
    )
    reachable = {row.community_id: row.homes for row in within_reach}
    return {one: Frame(found, reachable.get(one, 0)) for one, found in homes.items()}


async def launch(work: Work, wanted: Launch, community_ids: Collection[int]) -> list[Round]:
    """Open a round in each community where none of this questionnaire is open, with its whole sample;
    returns those that were opened."""
    opened = await open_rounds(work, wanted, community_ids)
    if opened:
        await _strata(work, wanted, opened)
        await _sample(work, wanted, [one.id for one in opened])
    return opened


async def open_rounds(work: Work, wanted: Launch, community_ids: Collection[int]) -> list[Round]:
    """The rounds alone, asking nobody yet."""
    mine = sa.and_(
        rounds.c.community_id == communities.c.id, rounds.c.questionnaire == wanted.questionnaire
    )
    last = sa.select(sa.func.max(rounds.c.number)).where(mine).scalar_subquery()
    number = sa.func.coalesce(last, 0) + 1
    running = sa.exists().where(mine, rounds.c.state == RoundState.OPEN)
    values: dict[str, Any] = {
        "community_id": communities.c.id,
        "questionnaire": wanted.questionnaire,
        "version": wanted.version,
        "form": wanted.form,
        "number": number,
        "state": RoundState.OPEN,
        "launched_by": wanted.launched_by,
        "opened_at": work.now,
        "closes_at": work.now + wanted.runs_for,
        "campaign_id": wanted.campaign_id,
        "who": wanted.who,
        "seed": wanted.seed,
    }
    given = [
        value if isinstance(value, sa.ColumnElement) else sa.literal(value, rounds.c[name].type)
        for name, value in values.items()
    ]
    source = sa.select(*given).where(among(communities.c.id), sa.not_(running))
    if wanted.number is not None:
        source = source.where(number == wanted.number)
    rows = await work.conn.execute(
        insert_new(work, rounds).from_select(list(values), source).returning(rounds),
        {"ids": community_ids},
    )
    return [read_round(row) for row in rows]


async def _strata(work: Work, wanted: Launch, opened: Sequence[Round]) -> None:
    """How many homes each stratum has and how many of them are drawn."""
    counted = await work.conn.execute(
        sa.select(households.c.community_id, _STRATUM, sa.func.count().label("homes"))
        .where(among(households.c.community_id), *_listed(wanted))
        .group_by(households.c.community_id, households.c.special),
        {"ids": [one.community_id for one in opened], "listed": wanted.listed},
    )
    homes: dict[int, dict[Part, int]] = {}
    for row in counted:
        homes.setdefault(row.community_id, {})[Part(row.stratum)] = row.homes
    rows = [
        {"round_id": one.id, "stratum": each.stratum, "homes": each.homes, "drawn": each.drawn}
        for one in opened
        for each in allot(homes.get(one.community_id, {}), wanted.homes)
    ]
    await work.conn.execute(sa.insert(strata), rows)


def _listed(wanted: Launch) -> list[sa.ColumnElement[bool]]:
    return [among(households.c.id, "listed")] if wanted.who is Who.LIST else []


async def _sample(work: Work, wanted: Launch, round_ids: Sequence[int]) -> None:
    text = rounds.c.seed + "|" + communities.c.code + "|" + households.c.code
    tickets = (
        sa.select(
            rounds.c.id.label("round_id"),
            households.c.id.label("household_id"),
            _STRATUM,
            _Ticket(text).label("ticket"),
        )
        .join(communities, communities.c.id == rounds.c.community_id)
        .join(households, households.c.community_id == communities.c.id)
        .where(among(rounds.c.id), *_listed(wanted))
        .subquery("tickets")
    )
    place = sa.func.row_number().over(
        partition_by=(tickets.c.round_id, tickets.c.stratum),
        order_by=(tickets.c.ticket, tickets.c.household_id),
    )
    placed = sa.select(tickets, place.label("place")).subquery("placed")
    values = {
        "round_id": placed.c.round_id,
        "household_id": placed.c.household_id,
        "stratum": placed.c.stratum,
        "subject": sa.literal(0),
        "state": sa.literal(str(BallotState.NO_CHANNEL)),
        "position": sa.literal(0),
    }
    drawn = (
        sa.select(*values.values())
        .join(
            strata,
            sa.and_(strata.c.round_id == placed.c.round_id, strata.c.stratum == placed.c.stratum),
        )
        .where(placed.c.place <= strata.c.drawn)
        .order_by(placed.c.round_id, placed.c.household_id)
    )
    ids = {"ids": round_ids, "listed": wanted.listed}
    await work.conn.execute(sa.insert(ballots).from_select(list(values), drawn), ids)
    answers = await work.conn.execute(_who_answers(), {"ids": round_ids})
    known = [{"id": row.ballot_id, "person_id": row.id, "state": _SAMPLED} for row in answers]
    if known:
        await _CHOOSE.run(work, known)


_SAMPLED = str(BallotState.SAMPLED)
_CHOOSE = Changing(ballots, ["person_id", "state"])


def _who_answers() -> sa.Select[int, int]:
    """One person for each home that was drawn, somebody who can be reached if there is; a home of which
    nobody is known has none. Read for all homes at once and written by their ids: PostgreSQL knows nothing
    yet of rows written a moment ago, and a join with them in the other direction took minutes for a city.
    """
    held = (
        sa.select(
            ballots.c.id.label("ballot_id"),
            people.c.id,
            sa.func.min(sa.case(_PREFERENCE, value=roles.c.role, else_=None)).label("rank"),
            sa.func.max(sa.case((roles.c.role.in_(STAFF), 1), else_=0)).label("staff"),
        )
        .join(ballots, ballots.c.household_id == people.c.household_id)
        .join(roles, roles.c.person_id == people.c.id)
        .where(among(ballots.c.round_id))
        .group_by(ballots.c.id, people.c.id)
        .subquery("held")
    )
    open_ones = (
        sa.select(addresses.c.person_id)
        .where(addresses.c.person_id.is_not(None), addresses.c.unreachable_since.is_(None))
        .distinct()
        .subquery("open_ones")
    )
    closed = sa.case((open_ones.c.person_id.is_(None), 1), else_=0)
    place = sa.func.row_number().over(
        partition_by=held.c.ballot_id, order_by=(closed, held.c.rank, held.c.id)
    )
    first = (
        sa.select(held.c.ballot_id, held.c.id, place.label("place"))
        .outerjoin(open_ones, open_ones.c.person_id == held.c.id)
        .where(held.c.rank.is_not(None), held.c.staff == 0)
        .subquery("first")
    )
    return sa.select(first.c.ballot_id, first.c.id).where(first.c.place == 1)


async def households_at(work: Work, community_id: int, places: Collection[str]) -> dict[str, int]:
    """The ids of a community's households by building and room (`3幢-502`), as the register names them:
    what is stored in clear is blinded."""
    rows = await work.conn.execute(
        sa.select(households.c.code, households.c.id).where(
            households.c.community_id == community_id
        )
    )
    by_code = {row.code: row.id for row in rows}
    codes = {place: work.blind(place) for place in places}
    return {place: by_code[code] for place, code in codes.items() if code in by_code}


@dataclass(frozen=True, slots=True)
class Sample:
    """A round's draw, by the codes of the register: all homes and those that were drawn, by stratum."""

    community: str
    strata: tuple[Allotment, ...]
    homes: dict[Part, list[str]]
    drawn: dict[Part, set[str]]


async def sample_of(work: Work, round_id: int) -> Sample:
    """What is needed to draw a round's sample again, and what was drawn."""
    asked = sa.and_(ballots.c.household_id == households.c.id, ballots.c.round_id == rounds.c.id)
    rows = await work.conn.execute(
        sa.select(
            communities.c.code.label("community"),
            households.c.code,
            _STRATUM,
            ballots.c.stratum.label("drawn_as"),
        )
        .select_from(rounds)
        .join(communities, communities.c.id == rounds.c.community_id)
        .join(households, households.c.community_id == communities.c.id)
        .outerjoin(ballots, asked)
        .where(rounds.c.id == round_id)
    )
    community, homes, drawn = "", dict[Part, list[str]](), dict[Part, set[str]]()
    for row in rows:
        community = row.community
        homes.setdefault(Part(row.stratum), []).append(row.code)
        if row.drawn_as:
            drawn.setdefault(Part(row.drawn_as), set()).add(row.code)
    kept = await work.conn.execute(sa.select(strata).where(strata.c.round_id == round_id))
    return Sample(
        community,
        tuple(Allotment(Part(row.stratum), row.homes, row.drawn) for row in kept),
        homes,
        drawn,
    )
