"""Enrolment codes: single-use, expiring, stored only as a hash, impossible to guess."""

import hashlib
import secrets
from datetime import timedelta

import sqlalchemy as sa

from storage.database import Work
from storage.tables.people import invitations

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0/O, 1/I/L, so that a code can be read out over the telephone."""

CODE_LENGTH = 12
"""31^12 is about 59 bits: at 5 tries a minute, guessing one takes longer than the sun will last."""

LIFETIME = timedelta(days=14)


def new_code() -> str:
    """A fresh code in groups of four: `K7QM-2XWD-9HJR`."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(CODE_LENGTH))
    return "-".join(letters[i : i + 4] for i in range(0, CODE_LENGTH, 4))


def code_hash(code: str) -> str:
    """What is kept of a code."""
    bare = "".join(c for c in code.upper() if c.isalnum())
    return hashlib.sha256(f"linli-invitation:{bare}".encode()).hexdigest()


def looks_like_code(text: str) -> bool:
    """Whether the text can be an enrolment code, however it is grouped or cased."""
    bare = [c for c in text.upper() if c not in "- "]
    return len(bare) == CODE_LENGTH and all(c in _ALPHABET for c in bare)


async def invite(work: Work, person_id: int) -> str:
    """Make a code for a person; it is shown once and never stored in clear."""
    code = new_code()
    await work.conn.execute(
        sa.insert(invitations).values(
            code_hash=code_hash(code),
            person_id=person_id,
            made_at=work.now,
            expires_at=work.now + LIFETIME,
        )
    )
    return code


async def redeem(work: Work, code: str, address_id: int) -> int | None:
    """Use a code once: returns the person it is for, or None (unknown, used, expired)."""
    found = await work.conn.scalar(
        sa.update(invitations)
        .where(
            invitations.c.code_hash == code_hash(code),
            invitations.c.used_at.is_(None),
            invitations.c.expires_at > work.now,
        )
        .values(used_at=work.now, used_by=address_id)
        .returning(invitations.c.person_id)
    )
    return None if found is None else int(found)


async def end_codes(work: Work, person_id: int) -> int:
    """Codes of theirs that nobody has used yet open nothing any more, and consoles that a pass has
    opened are shut; returns how many were unused."""
    ended = await work.conn.execute(
        sa.update(invitations)
        .where(invitations.c.person_id == person_id, invitations.c.expires_at > work.now)
        .values(expires_at=work.now)
        .returning(invitations.c.used_at)
    )
    return sum(row.used_at is None for row in ended)
