"""Duties, the log of each, and what a question or a help request adds to its duty."""

import sqlalchemy as sa

from storage.tables.base import Instant, Sealed, link, metadata, row_id

CALLS = "kind = 'help'"
OPEN_CALLS = "kind = 'help' AND state < 4"
CLOSED_CALLS = "kind = 'help' AND state = 4"
"""What indexes hold; a query uses them only where it says the same with the values in it."""

duties = sa.Table(
    "duties",
    metadata,
    row_id(),
    sa.Column("kind", sa.String(16), nullable=False),
    link("community_id", "communities"),
    link("household_id", "households", nullable=True),
    link("subject_id", "people", nullable=True),
    link("raised_by", "people", nullable=True),
    link("owner_id", "people", nullable=True),
    sa.Column("state", sa.SmallInteger, nullable=False),
    sa.Column("presses", sa.Integer, nullable=False, default=1),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("ladder", sa.JSON, nullable=False),
    sa.Column("rung", sa.Integer, nullable=False, default=0),
    sa.Column("next_at", Instant),
    sa.Column("reminders", sa.SmallInteger, nullable=False, server_default="0"),
    sa.Column("taken_at", Instant),
    sa.Column("on_the_way_at", Instant),
    sa.Column("arrived_at", Instant),
    sa.Column("closed_at", Instant),
    link("closed_by", "people", nullable=True),
    sa.Column("outcome", sa.String(16)),
    sa.Column("source_key", sa.String(120), unique=True),
    # What whoever has it waits for, of whom, and when one colleague took it over from another.
    sa.Column("asking", sa.String(8)),
    link("asked_id", "people", nullable=True),
    sa.Column("handed_at", Instant),
    # Since when it is in the hands that have kept it, and how often others let it go: what the board
    # counts is read without the log.
    sa.Column("held_at", Instant),
    sa.Column("given_back", sa.SmallInteger, nullable=False, server_default="0"),
    # One open help request for an elder, whatever is pressed how often by whom.
    sa.Index(
        "uq_duties_open_help",
        "subject_id",
        unique=True,
        sqlite_where=sa.text(OPEN_CALLS),
        postgresql_where=sa.text(OPEN_CALLS),
    ),
    # Asked at the first thing that an elder says on a day.
    sa.Index(
        "ix_duties_silence",
        "subject_id",
        sqlite_where=sa.text("kind = 'checkin' AND state < 4"),
        postgresql_where=sa.text("kind = 'checkin' AND state < 4"),
    ),
    sa.Index(
        "ix_duties_next",
        "next_at",
        sqlite_where=sa.text("state < 4"),
        postgresql_where=sa.text("state < 4"),
    ),
    sa.Index("ix_duties_community_id_opened_at", "community_id", "opened_at"),
    # Each card says how often somebody called before.
    sa.Index(
        "ix_duties_calls",
        "subject_id",
        "opened_at",
        sqlite_where=sa.text(CALLS),
        postgresql_where=sa.text(CALLS),
    ),
    # The next morning looks for what was closed the day before.
    sa.Index(
        "ix_duties_closed_help",
        "closed_at",
        sqlite_where=sa.text(CLOSED_CALLS),
        postgresql_where=sa.text(CLOSED_CALLS),
    ),
    # The board of calls for help reads a month of a whole city, beside many duties of other kinds.
    sa.Index(
        "ix_duties_help",
        "community_id",
        "opened_at",
        sqlite_where=sa.text("kind = 'help'"),
        postgresql_where=sa.text("kind = 'help'"),
    ),
)

duty_log = sa.Table(
    "duty_log",
    metadata,
    row_id(),
    link("duty_id", "duties", index=True),
    sa.Column("at", Instant, nullable=False),
    link("actor_id", "people", nullable=True),
    sa.Column("event", sa.String(16), nullable=False),
    sa.Column("detail", Sealed),
)

questions = sa.Table(
    "questions",
    metadata,
    sa.Column("duty_id", sa.ForeignKey("duties.id"), primary_key=True),
    link("address_id", "addresses"),
    sa.Column("text", Sealed, nullable=False),
    sa.Column("candidates", sa.JSON, nullable=False),
    sa.Column("answer", Sealed),
    # What was asked of the desk before, kept for as long as enquiries are: no foreign key.
    sa.Column("enquiry_id", sa.BigInteger),
    # The question that this one opens again, because its answer did not solve it or was taken back.
    sa.Column("previous_id", sa.BigInteger),
    sa.Column("promised_at", Instant),
    sa.Column("answered_by", sa.BigInteger),
    sa.Column("answered_at", Instant),
    sa.Column("solved", sa.Boolean),
    sa.Index("ix_questions_address_id", "address_id"),
)
