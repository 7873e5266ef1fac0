"""The durable inbox, the outbox, and the web chat's transcript."""

import sqlalchemy as sa

from storage.tables.base import Instant, Sealed, SealedJson, link, metadata, row_id

inbox = sa.Table(
    "inbox",
    metadata,
    row_id(),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("update_key", sa.String(120), nullable=False),
    link("address_id", "addresses", nullable=True),
    sa.Column("payload", Sealed, nullable=False),
    sa.Column("received_at", Instant, nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("tries", sa.Integer, nullable=False, default=0),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("handled_at", Instant),
    sa.Column("error", sa.String(300)),
    sa.UniqueConstraint("channel", "update_key"),
    # The waiting rows are few; an index over all rows would cost each turn a write.
    sa.Index(
        "ix_inbox_waiting",
        "address_id",
        "id",
        sqlite_where=sa.text("state = 'new'"),
        postgresql_where=sa.text("state = 'new'"),
    ),
    sa.Index(
        "ix_inbox_dead",
        "id",
        sqlite_where=sa.text("state = 'dead'"),
        postgresql_where=sa.text("state = 'dead'"),
    ),
    # What was said in private belongs to nobody any more; it goes within a day.
    sa.Index(
        "ix_inbox_nobodys",
        "id",
        sqlite_where=sa.text("state = 'private'"),
        postgresql_where=sa.text("state = 'private'"),
    ),
)

outbox = sa.Table(
    "outbox",
    metadata,
    row_id(),
    sa.Column("lane", sa.SmallInteger, nullable=False),
    link("address_id", "addresses"),
    sa.Column("body", SealedJson, nullable=False),
    sa.Column("card", sa.String(60)),
    sa.Column("edits", sa.String(40)),
    sa.Column("dedupe_key", sa.String(120), unique=True),
    sa.Column("duty_id", sa.BigInteger),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("tries", sa.Integer, nullable=False, default=0),
    sa.Column("claimed_until", Instant),
    sa.Column("claimed_by", sa.Integer),
    sa.Column("attempted_at", Instant),
    sa.Column("sent_at", Instant),
    sa.Column("message_ref", sa.String(40)),
    sa.Column("error", sa.String(300)),
    # What must not be kept once it has been said: a ballot in somebody's chat.
    sa.Column("private", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Index(
        "ix_outbox_private",
        "address_id",
        "id",
        sqlite_where=sa.text("private"),
        postgresql_where=sa.text("private"),
    ),
    sa.Index(
        "ix_outbox_waiting",
        "lane",
        "due_at",
        sqlite_where=sa.text("state = 'queued'"),
        postgresql_where=sa.text("state = 'queued'"),
    ),
    # Asked every few seconds, beside a month of messages that were settled long ago.
    sa.Index(
        "ix_outbox_claimed",
        "claimed_until",
        sqlite_where=sa.text("state = 'sending'"),
        postgresql_where=sa.text("state = 'sending'"),
    ),
    sa.Index(
        "ix_outbox_cards",
        "address_id",
        "card",
        sqlite_where=sa.text("card IS NOT NULL"),
        postgresql_where=sa.text("card IS NOT NULL"),
    ),
)

transcript = sa.Table(
    "transcript",
    metadata,
    row_id(),
    link("address_id", "addresses"),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("source", sa.String(120), nullable=False),
    sa.Column("mine", sa.Boolean, nullable=False),
    sa.Column("body", SealedJson, nullable=False),
    sa.Column("replaces", sa.Integer),
    # Bodies are sealed, so what sets the lasting keyboard must be told by a column of its own.
    sa.Column("keyboard", sa.Boolean, nullable=False, default=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("private", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.UniqueConstraint("address_id", "seq"),
    sa.UniqueConstraint("address_id", "source"),
    sa.Index(
        "ix_transcript_edits",
        "address_id",
        "replaces",
        sqlite_where=sa.text("replaces IS NOT NULL"),
        postgresql_where=sa.text("replaces IS NOT NULL"),
    ),
    sa.Index(
        "ix_transcript_keyboards",
        "address_id",
        "seq",
        sqlite_where=sa.text("keyboard"),
        postgresql_where=sa.text("keyboard"),
    ),
    sa.Index(
        "ix_transcript_private",
        "address_id",
        "seq",
        sqlite_where=sa.text("private"),
        postgresql_where=sa.text("private"),
    ),
)
