"""Months whose ledgers are closed, and who looked at a home on the board of visits."""

import sqlalchemy as sa

from storage.tables.base import BigId, Instant, SealedPack, link, metadata, row_id

ledger_months = sa.Table(
    "ledger_months",
    metadata,
    # The key is the claim: a community's month is closed once, whichever process comes first.
    link("community_id", "communities", primary_key=True),
    sa.Column("month", sa.String(7), primary_key=True),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("facts", SealedPack, nullable=False),
)

home_looks = sa.Table(
    "home_looks",
    metadata,
    row_id(),
    sa.Column("viewer_id", BigId, sa.ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    sa.Column(
        "household_id",
        BigId,
        sa.ForeignKey("households.id", ondelete="CASCADE"),
        nullable=False,
    ),
    sa.Column("at", Instant, nullable=False),
    sa.Index("ix_home_looks_household_id_at", "household_id", "at"),
)
