"""What an everyday service adds to its duty, and the daily 报平安."""

import sqlalchemy as sa

from storage.tables.base import Instant, link, metadata

services = sa.Table(
    "services",
    metadata,
    sa.Column("duty_id", sa.ForeignKey("duties.id"), primary_key=True),
    link("subject_id", "people"),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("on_day", sa.Date, nullable=False),
    sa.Column("part", sa.String(8), nullable=False),
    sa.Column("starts_at", Instant, nullable=False),
    sa.Column("ends_at", Instant, nullable=False),
    sa.Column("order_by", Instant, nullable=False),
    # The dining point's id in the community's own list of facilities.
    sa.Column("point", sa.String(64)),
    sa.Column("at_home", sa.Boolean, nullable=False),
    sa.Column("chore", sa.String(12)),
    sa.Column("reason", sa.String(12)),
    sa.Column("waiting", sa.Boolean, nullable=False),
    # One meal is one order, whoever of the family taps how often.
    sa.Index(
        "uq_services_waiting",
        "subject_id",
        "kind",
        "on_day",
        "part",
        unique=True,
        sqlite_where=sa.text("waiting"),
        postgresql_where=sa.text("waiting"),
    ),
    sa.Index("ix_services_on_day", "on_day"),
)

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
