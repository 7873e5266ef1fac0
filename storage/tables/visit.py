"""The visit diary, what stands beside each line of it, and what each worker agreed on."""

import sqlalchemy as sa

from storage.tables.base import Instant, Sealed, SealedJson, link, metadata, row_id

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
    # A month of all workers at once.
    sa.Index("ix_visits_day", "day"),
    # What was promised, among years of visits of which nothing was.
    sa.Index(
        "ix_visits_promised",
        "household_id",
        sqlite_where=sa.text("follow_up_on IS NOT NULL"),
        postgresql_where=sa.text("follow_up_on IS NOT NULL"),
    ),
)

visit_trail = sa.Table(
    "visit_trail",
    metadata,
    row_id(),
    link("visit_id", "visits", index=True),
    link("actor_id", "people"),
    sa.Column("at", Instant, nullable=False),
    # changed, removed or restored; how it stood before and after.
    sa.Column("event", sa.String(8), nullable=False),
    sa.Column("before", SealedJson, nullable=False),
    sa.Column("after", SealedJson, nullable=False),
)

visit_media = sa.Table(
    "visit_media",
    metadata,
    row_id(),
    link("visit_id", "visits", index=True),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("ref", Sealed, nullable=False),
    sa.Column("added_at", Instant, nullable=False),
    sa.Column("source_key", sa.String(120), nullable=False, unique=True),
)

visit_checks = sa.Table(
    "visit_checks",
    metadata,
    sa.Column("visit_id", sa.ForeignKey("visits.id"), primary_key=True),
    link("community_id", "communities"),
    link("household_id", "households", index=True),
    link("worker_id", "people"),
    link("asked_id", "people"),
    sa.Column("asked_on", sa.Date, nullable=False),
    # Yes, no, or nothing was said.
    sa.Column("was_there", sa.Boolean),
    sa.Column("answered_at", Instant),
    sa.Index("ix_visit_checks_community_id_asked_on", "community_id", "asked_on"),
)

visit_workers = sa.Table(
    "visit_workers",
    metadata,
    sa.Column("person_id", sa.ForeignKey("people.id"), primary_key=True),
    # Of full time, in hundredths; from which day to which.
    sa.Column("share", sa.SmallInteger),
    sa.Column("first_day", sa.Date),
    sa.Column("last_day", sa.Date),
    # Minutes after midnight at which the day's digest comes; -1: they want none.
    sa.Column("digest_at", sa.SmallInteger),
    # The last day on which it was looked what they are to hear, and the last milestone they heard.
    sa.Column("looked_on", sa.Date),
    sa.Column("told", sa.String(24)),
    # The first day of the month that cannot be kept, and whether their supervisors have heard so.
    sa.Column("lost_month", sa.Date),
    sa.Column("lost_told", sa.Boolean, nullable=False, server_default=sa.false()),
)
