"""Questionnaires as they are asked. A row is never changed: rounds keep what they were launched with."""

import sqlalchemy as sa

from storage.tables.base import Instant, metadata

survey_questionnaires = sa.Table(
    "survey_questionnaires",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    # The same for the same questions and words: tells that a version was changed without a new number.
    sa.Column("digest", sa.String(32), nullable=False),
    sa.Column("body", sa.JSON, nullable=False),
    sa.Column("stored_at", Instant, nullable=False),
    # No longer offered for new rounds; those that run go on.
    sa.Column("retired_at", Instant),
)
