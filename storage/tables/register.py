"""Loads of the register: what was brought in, and what there was before, so that it can be undone."""

import sqlalchemy as sa

from storage.tables.base import Instant, SealedJson, metadata, row_id

loads = sa.Table(
    "loads",
    metadata,
    row_id(),
    sa.Column("at", Instant, nullable=False),
    sa.Column("file", sa.String(120), nullable=False),
    # By community; only the last load's, for nothing else can be undone and it is personal data.
    sa.Column("record", SealedJson),
    sa.Column("undone_at", Instant),
)
