"""The daily 报平安: who takes part, and what became of each of their days."""

import sqlalchemy as sa

from storage.tables.base import Instant, link, metadata

checkins = sa.Table(
    "checkins",
    metadata,
    sa.Column("person_id", sa.ForeignKey("people.id"), primary_key=True),
    link("community_id", "communities", index=True),
    # Before which hour, by the community's clock.
    sa.Column("hour", sa.SmallInteger, nullable=False),
    link("proposed_by", "people", nullable=True),
    # When the elder said yes; without it nobody is asked anything.
    sa.Column("agreed_at", Instant),
    sa.Column("stopped_at", Instant),
    sa.Column("paused_until", sa.Date),
    sa.Column("ask_at", Instant),
    sa.Index("ix_checkins_ask_at", "ask_at"),
)

checkin_days = sa.Table(
    "checkin_days",
    metadata,
    sa.Column("person_id", sa.ForeignKey("people.id"), primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    link("community_id", "communities"),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("asked_at", Instant),
    sa.Column("due_at", Instant),
    sa.Column("safe_at", Instant),
    sa.Column("how", sa.String(8)),
    sa.Column("by_id", sa.BigInteger),
    sa.Column("duty_id", sa.BigInteger),
    sa.Index("ix_checkin_days_community_id_day", "community_id", "day"),
    sa.Index(
        "ix_checkin_days_due",
        "due_at",
        sqlite_where=sa.text("state = 'asked' AND safe_at IS NULL"),
        postgresql_where=sa.text("state = 'asked' AND safe_at IS NULL"),
    ),
)
