"""What a resident's matter (民情) adds to its duty."""

import sqlalchemy as sa

from storage.tables.base import Instant, Sealed, link, metadata, row_id

cases = sa.Table(
    "cases",
    metadata,
    sa.Column("duty_id", sa.ForeignKey("duties.id"), primary_key=True),
    # The kind's id in knowledge/content/cases.yaml, and where it was raised: door, chat or window.
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("via", sa.String(8), nullable=False),
    sa.Column("text", Sealed, nullable=False),
    # 首问: who had it first, whoever has it now.
    link("first_id", "people", nullable=True),
    # The chat in which it was raised, and the visit during which.
    link("address_id", "addresses", nullable=True),
    link("visit_id", "visits", nullable=True),
    sa.Column("promised_at", Instant, nullable=False),
    # As it was promised before it was put off, and why it was.
    sa.Column("first_promised_at", Instant, nullable=False),
    sa.Column("postponed", Sealed),
    # When the supervisor was asked to help it along.
    sa.Column("raised_at", Instant),
    sa.Column("result", Sealed),
    # Was it solved: when this was asked, what was said, when, and by whose tap.
    sa.Column("asked_at", Instant),
    sa.Column("solved", sa.Boolean),
    sa.Column("said_at", Instant),
    link("said_by", "people", nullable=True),
    # The case that this one opens again, because it was not solved.
    link("previous_id", "duties", nullable=True),
    sa.Index("ix_cases_address_id", "address_id"),
    sa.Index("ix_cases_visit_id", "visit_id", unique=True),
)

case_media = sa.Table(
    "case_media",
    metadata,
    row_id(),
    link("duty_id", "duties", index=True),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("ref", Sealed, nullable=False),
    sa.Column("added_at", Instant, nullable=False),
    sa.Column("source_key", sa.String(120), nullable=False, unique=True),
)
