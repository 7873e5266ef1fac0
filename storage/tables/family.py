"""Codes with which an elder takes somebody into the family, and what became of each tie."""

import sqlalchemy as sa

from storage.tables.base import Instant, link, metadata, row_id

family_codes = sa.Table(
    "family_codes",
    metadata,
    row_id(),
    sa.Column("code_hash", sa.String(64), nullable=False, unique=True),
    link("elder_id", "people", index=True),
    link("made_by", "people"),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("used_at", Instant),
    link("used_by", "addresses", nullable=True),
)

family_log = sa.Table(
    "family_log",
    metadata,
    row_id(),
    link("elder_id", "people", index=True),
    link("relative_id", "people", nullable=True),
    link("actor_id", "people", nullable=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("event", sa.String(12), nullable=False),
)
