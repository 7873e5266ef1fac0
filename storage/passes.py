"""Passes to the console for who has no web chat: a key that opens it once and soon, and the session that
it then becomes. They lie beside the enrolment codes, so that `revoke` ends them with these."""

import hashlib
import secrets
from datetime import timedelta

import sqlalchemy as sa

from storage.database import Work
from storage.tables.people import invitations

KEY_LASTS = timedelta(minutes=5)
"""How long a key opens the console: from the tap in the chat to the browser, and no longer."""

SESSION_LASTS = timedelta(hours=12)
"""A working day at a screen; then a new key from the chat."""


def _hash(kind: str, secret: str) -> str:
    """Another mark than an enrolment code's: neither opens what the other does."""
    return hashlib.sha256(f"linli-{kind}:{secret}".encode()).hexdigest()


async def issue(work: Work, person_id: int) -> str:
    """A key for this person; it is shown once and never stored in clear."""
    key = secrets.token_urlsafe(24)
    await work.conn.execute(
        sa.insert(invitations).values(
            code_hash=_hash("key", key),
            person_id=person_id,
            made_at=work.now,
            expires_at=work.now + KEY_LASTS,
        )
    )
    return key


async def enter(work: Work, key: str) -> str | None:
    """Use a key once: the session's secret, or None (unknown, used, too late)."""
    secret = secrets.token_urlsafe(24)
    used = await work.conn.execute(
        sa.update(invitations)
        .where(
            invitations.c.code_hash == _hash("key", key),
            invitations.c.used_at.is_(None),
            invitations.c.expires_at > work.now,
        )
        .values(
            code_hash=_hash("session", secret),
            used_at=work.now,
            expires_at=work.now + SESSION_LASTS,
        )
    )
    return secret if used.rowcount else None


_HOLDER = sa.select(invitations.c.person_id).where(
    invitations.c.code_hash == sa.bindparam("hash"),
    invitations.c.expires_at > sa.bindparam("now", type_=invitations.c.expires_at.type),
)


async def holder(work: Work, secret: str) -> int | None:
    """Whose session it is; None where it has ended."""
    values = {"hash": _hash("session", secret), "now": work.now}
    found: int | None = await work.conn.scalar(_HOLDER, values)
    return found


async def leave(work: Work, secret: str) -> None:
    """End the session."""
    await work.conn.execute(
        sa.update(invitations)
        .where(invitations.c.code_hash == _hash("session", secret))
        .values(expires_at=work.now)
    )
