"""Devices that press for help without a chat, the keys of the platforms that speak for them, what came."""

import sqlalchemy as sa

from storage.tables.base import Instant, Sealed, link, metadata, row_id

device_keys = sa.Table(
    "device_keys",
    metadata,
    row_id(),
    sa.Column("platform", sa.String(40), nullable=False),
    sa.Column("key", sa.String(20), nullable=False, unique=True),
    # Sealed and not hashed: a signature can only be checked with the secret itself.
    sa.Column("secret", Sealed, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("expires_at", Instant),
)

devices = sa.Table(
    "devices",
    metadata,
    row_id(),
    # A keyed hash of platform and number: the number is a household's telephone number.
    sa.Column("code", sa.String(64), nullable=False, unique=True),
    sa.Column("platform", sa.String(40), nullable=False),
    sa.Column("number", Sealed, nullable=False),
    link("person_id", "people", index=True),
    # Added by a command, not by the register: loading the register leaves it alone.
    sa.Column("by_hand", sa.Boolean, nullable=False),
    sa.Column("seen_at", Instant),
)

device_presses = sa.Table(
    "device_presses",
    metadata,
    sa.Column("platform", sa.String(40), primary_key=True),
    sa.Column("request", sa.String(64), primary_key=True),
    sa.Column("event", sa.String(12), nullable=False),
    # No foreign key: a device that is taken off leaves what it did.
    sa.Column("device_id", sa.BigInteger, nullable=False),
    link("duty_id", "duties", nullable=True, index=True),
    sa.Column("at", Instant, nullable=False),
)
