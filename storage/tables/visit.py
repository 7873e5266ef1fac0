"""The visit diary."""

import sqlalchemy as sa

from storage.tables.base import Instant, Sealed, link, metadata, row_id

visits = sa.Table(
    "visits",
    metadata,
    row_id(),
    link("community_id", "communities"),
    link("worker_id", "people"),
    link("household_id", "households"),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("mode", sa.String(12), nullable=False),
    sa.Column("topics", sa.JSON, nullable=False),
    sa.Column("note", Sealed, nullable=False),
    sa.Column("follow_up_on", sa.Date),
    sa.Column("source_key", sa.String(120), nullable=False, unique=True),
    sa.Column("removed_at", Instant),
    sa.Index("ix_visits_worker_id_day", "worker_id", "day"),
    sa.Index("ix_visits_household_id_day", "household_id", "day"),
    sa.Index("ix_visits_community_id_day", "community_id", "day"),
)
