"""Who came, moved, left or died, whose homes changed hands, and how communities were joined or parted."""

import sqlalchemy as sa

from storage.tables.base import Instant, SealedJson, link, metadata, row_id

moves = sa.Table(
    "moves",
    metadata,
    row_id(),
    link("community_id", "communities"),
    # Whom it is about; of homes that changed hands, who gave them and who has them.
    link("person_id", "people", index=True),
    link("other_id", "people", nullable=True),
    link("actor_id", "people", nullable=True),
    sa.Column("at", Instant, nullable=False),
    # From which day on it is so.
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("event", sa.String(12), nullable=False),
    # planned (for a day to come), over (it was planned, and they have moved since), asked (of another
    # community), done, undone, declined.
    sa.Column("state", sa.String(10), nullable=False),
    link("from_home", "households", nullable=True),
    link("to_home", "households", nullable=True),
    link("to_community", "communities", nullable=True),
    # When a register agreed with it: from then on the register is the last word again.
    sa.Column("settled_at", Instant),
    # What it took away, so that it can be undone.
    sa.Column("record", SealedJson),
    sa.Index("ix_moves_community_id_at", "community_id", "at"),
    sa.Index(
        "ix_moves_asked",
        "to_community",
        sqlite_where=sa.text("state = 'asked'"),
        postgresql_where=sa.text("state = 'asked'"),
    ),
    sa.Index(
        "ix_moves_unsettled",
        "person_id",
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    ),
)

community_changes = sa.Table(
    "community_changes",
    metadata,
    row_id(),
    sa.Column("at", Instant, nullable=False),
    # merged or split.
    sa.Column("event", sa.String(8), nullable=False),
    link("from_id", "communities", index=True),
    link("into_id", "communities", index=True),
    # Ids and names as they were, so that it can be taken back.
    sa.Column("record", SealedJson, nullable=False),
    sa.Column("undone_at", Instant),
)
