"""One-question polls in the database: drafted, asked, counted, closed. Nothing here knows who chose what:
in a group only the platform does, in people's own chats nobody."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from domain.messages import PollNews
from domain.people import Role
from domain.poll import Asking, Poll, PollState
from storage import inbox
from storage.database import AnyRow, Work
from storage.tables.messaging import outbox
from storage.tables.people import roles
from storage.tables.poll import poll_voters, polls

AT_WORK = (PollState.SENDING, PollState.OPEN, PollState.CLOSING)
ASKED = frozenset({Role.RESIDENT, Role.ELDER, Role.FAMILY})
"""Who is asked in their own chats: a community's people, not its staff."""

PATIENCE = timedelta(minutes=10)
"""How long after it was to be closed the platform's last figures are waited for."""


_COLUMNS = tuple(polls.c[name] for name in Poll.__dataclass_fields__)


def _read(row: AnyRow) -> Poll:
    values: dict[str, Any] = dict(row._mapping)
    lists = {"options": tuple(values["options"]), "votes": tuple(values["votes"])}
    return Poll(**values | lists | {"state": PollState(values["state"])})


async def draft(
    work: Work, asking: Asking, community_id: int, by_id: int, group_id: int | None
) -> Poll:
    """A poll that nobody but its author sees yet: one choice, closing on the day after."""
    made = await work.conn.execute(
        sa.insert(polls)
        .values(
            community_id=community_id,
            by_id=by_id,
            group_id=group_id,
            question=asking.question,
            options=list(asking.options),
            multiple=False,
            days=1,
            state=PollState.DRAFT,
            made_at=work.now,
            votes=[0] * len(asking.options),
            voters=0,
        )
        .returning(*_COLUMNS)
    )
    return _read(made.one())


async def get(work: Work, poll_id: int, *, locked: bool = False) -> Poll | None:
    """A poll, or None."""
    query = sa.select(*_COLUMNS).where(polls.c.id == poll_id)
    row = (await work.conn.execute(query.with_for_update() if locked else query)).one_or_none()
    return None if row is None else _read(row)


async def newest(work: Work, community_id: int, limit: int) -> Sequence[Poll]:
    """A community's polls that were asked, newest first."""
    rows = await work.conn.execute(
        sa.select(*_COLUMNS)
        .where(polls.c.community_id == community_id, polls.c.state != PollState.DRAFT)
        .order_by(polls.c.id.desc())
        .limit(limit)
    )
    return [_read(row) for row in rows]


async def at_once(work: Work, poll: Poll) -> int:
    """How many run in the place where this one would."""
    here = polls.c.group_id == poll.group_id
    if poll.group_id is None:
        here = sa.and_(polls.c.group_id.is_(None), polls.c.community_id == poll.community_id)
    query = sa.select(sa.func.count()).where(here, polls.c.state.in_(AT_WORK))
    return await work.conn.scalar(query) or 0


async def change(
    work: Work, poll_id: int, expected: Collection[PollState], **values: Any
) -> Poll | None:
    """The poll changed, where it stood as expected; else None, and nothing is changed."""
    done = await work.conn.execute(
        sa.update(polls)
        .where(polls.c.id == poll_id, polls.c.state.in_(expected))
        .values(**values)
        .returning(*_COLUMNS)
    )
    row = done.one_or_none()
    return None if row is None else _read(row)


async def finish(work: Work, poll: Poll) -> Poll | None:
    """It is over with the figures it has; None where it was over already. Who voted in their own chat is
    told from then on."""
    over = {"state": PollState.CLOSED, "closed_at": work.now}
    told = {"told_up_to": 0} if poll.group_id is None else {}
    return await change(work, poll.id, AT_WORK, **over, **told)


async def drop(work: Work, poll_id: int) -> None:
    """A draft that is not wanted."""
    await work.conn.execute(
        sa.delete(polls).where(polls.c.id == poll_id, polls.c.state == PollState.DRAFT)
    )


async def called_back(work: Work, poll: Poll) -> bool:
    """It has not gone out yet and never will; False where it is on its way already."""
    held = await work.conn.execute(
        sa.update(outbox)
        .where(outbox.c.dedupe_key == poll.card, outbox.c.state == "queued")
        .values(state="failed", error="the poll was called back")
    )
    return bool(held.rowcount)


_OF_OUTBOX = outbox.c.dedupe_key == sa.literal("poll:") + sa.cast(polls.c.id, sa.String)
_ON_ITS_WAY = (
    sa.select(polls.c.id, outbox.c.message_ref)
    .join(outbox, _OF_OUTBOX)
    .where(polls.c.state == PollState.SENDING)
)


async def note_sent(work: Work) -> None:
    """Polls that have gone out are open, by the platform's name for each: the second part of the name
    of its message."""
    for row in (await work.conn.execute(_ON_ITS_WAY.where(outbox.c.state == "sent"))).all():
        ref = (row.message_ref or "").partition(":")[2] or None
        asked = {"state": PollState.OPEN, "asked_at": work.now, "ref": ref}
        await change(work, row.id, [PollState.SENDING], **asked)


async def lost(work: Work) -> list[Poll]:
    """Polls that did not go out, or perhaps not; they are over."""
    ended = outbox.c.state.not_in(["queued", "sending", "sent"])
    gone = {"state": PollState.LOST, "closed_at": work.now}
    rows = (await work.conn.execute(_ON_ITS_WAY.where(ended))).all()
    found = [await change(work, row.id, [PollState.SENDING], **gone) for row in rows]
    return [poll for poll in found if poll is not None]


async def over(work: Work) -> list[Poll]:
    """Polls whose time is up, and those that are to be closed and of which nothing has been heard."""
    due = sa.and_(polls.c.state == PollState.OPEN, polls.c.closes_at <= work.now)
    silent = sa.and_(polls.c.state == PollState.CLOSING, polls.c.closes_at <= work.now - PATIENCE)
    rows = await work.conn.execute(
        sa.select(*_COLUMNS).where(sa.or_(due, silent)).order_by(polls.c.id)
    )
    return [_read(row) for row in rows]


async def in_group(work: Work, group_id: int) -> list[Poll]:
    """What is being asked in a group."""
    rows = await work.conn.execute(
        sa.select(*_COLUMNS).where(polls.c.group_id == group_id, polls.c.state.in_(AT_WORK))
    )
    return [_read(row) for row in rows]


async def counted(work: Work, news: PollNews) -> Poll | None:
    """The platform's figures; the poll as it stands with them, or None where it is none of ours or is
    over. Figures say all, so what came too soon or too late is no loss."""
    found = await work.conn.scalar(sa.select(polls.c.id).where(polls.c.ref == news.ref))
    if found is None:
        return None
    poll = await get(work, found, locked=True)
    assert poll is not None, "it was found just now"
    if len(news.votes) != len(poll.options):
        return None
    figures = {"votes": list(news.votes), "voters": news.voters}
    return await change(work, found, AT_WORK, **figures)


async def vote(work: Work, poll_id: int, person_id: int, chosen: Sequence[int]) -> bool | None:
    """A vote in somebody's own chat: that they have voted, and what was chosen, are written apart.
    False where they had voted already, None where it takes no more votes."""
    poll = await get(work, poll_id, locked=True)
    if poll is None or poll.state is not PollState.OPEN:
        return None
    row = {"poll_id": poll_id, "person_id": person_id}
    if not (await work.conn.execute(inbox.insert_new(work, poll_voters), row)).rowcount:
        return False
    votes = [count + (n in chosen) for n, count in enumerate(poll.votes)]
    values = {"votes": votes, "voters": poll.voters + 1}
    return await change(work, poll_id, [PollState.OPEN], **values) is not None


async def has_voted(work: Work, poll_id: int, person_id: int) -> bool:
    """Whether somebody has voted in their own chat."""
    query = sa.select(poll_voters.c.poll_id).where(
        poll_voters.c.poll_id == poll_id, poll_voters.c.person_id == person_id
    )
    return await work.conn.scalar(query) is not None


async def to_tell(work: Work) -> list[Poll]:
    """Polls in people's own chats with somebody left to be asked, or to be told the result."""
    rows = await work.conn.execute(
        sa.select(*_COLUMNS).where(polls.c.told_up_to.is_not(None)).order_by(polls.c.id)
    )
    return [_read(row) for row in rows]


async def next_to_tell(work: Work, poll: Poll, limit: int) -> Sequence[int]:
    """Of an open poll the next people to ask, of a closed one the next of those who voted."""
    after = poll.told_up_to or 0
    if poll.state is PollState.OPEN:
        query = sa.select(roles.c.person_id).where(
            roles.c.community_id == poll.community_id,
            roles.c.role.in_(ASKED),
            roles.c.person_id > after,
        )
        wanted = query.distinct().order_by(roles.c.person_id)
    else:
        voted = poll_voters.c.poll_id == poll.id, poll_voters.c.person_id > after
        wanted = sa.select(poll_voters.c.person_id).where(*voted).order_by(poll_voters.c.person_id)
    return (await work.conn.scalars(wanted.limit(limit))).all()
