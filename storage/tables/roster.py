"""What colleagues agree on about the roster, surge mode, and the log of both."""

import sqlalchemy as sa

from storage.tables.base import BigId, Instant, link, metadata, row_id

swaps = sa.Table(
    "swaps",
    metadata,
    row_id(),
    link("community_id", "communities"),
    # No foreign keys to shifts: one that a newer register withdraws is deleted, this is history.
    sa.Column("shift_id", BigId, nullable=False),
    sa.Column("return_id", BigId),
    link("person_id", "people"),
    link("colleague_id", "people"),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("asked_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("decided_at", Instant),
    sa.Index(
        "ix_swaps_asked",
        "expires_at",
        sqlite_where=sa.text("state = 'asked'"),
        postgresql_where=sa.text("state = 'asked'"),
    ),
)

leaves = sa.Table(
    "leaves",
    metadata,
    row_id(),
    link("community_id", "communities"),
    link("person_id", "people"),
    link("deputy_id", "people"),
    sa.Column("first_day", sa.Date, nullable=False),
    sa.Column("last_day", sa.Date, nullable=False),
    sa.Column("starts_at", Instant, nullable=False),
    sa.Column("ends_at", Instant, nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("asked_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("decided_at", Instant),
    sa.Index("ix_leaves_person_id_ends_at", "person_id", "ends_at"),
    sa.Index("ix_leaves_deputy_id_ends_at", "deputy_id", "ends_at"),
    sa.Index("ix_leaves_state_ends_at", "state", "ends_at"),
)

roster_log = sa.Table(
    "roster_log",
    metadata,
    row_id(),
    link("community_id", "communities"),
    sa.Column("at", Instant, nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("event", sa.String(16), nullable=False),
    # Who did it (nobody: the clock), who goes and who comes.
    link("actor_id", "people", nullable=True),
    link("person_id", "people", nullable=True),
    link("other_id", "people", nullable=True),
    sa.Column("detail", sa.String(120), nullable=False),
    sa.Index("ix_roster_log_community_id_at", "community_id", "at"),
)

surges = sa.Table(
    "surges",
    metadata,
    row_id(),
    link("community_id", "communities"),
    sa.Column("reason", sa.String(16), nullable=False),
    link("started_by", "people"),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("ends_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
    # Nobody: it ended by itself.
    link("ended_by", "people", nullable=True),
    # What the staff have been told of it: nothing, that it runs, that it is over.
    sa.Column("told", sa.SmallInteger, nullable=False),
    sa.Index(
        "uq_surges_running",
        "community_id",
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    ),
)
