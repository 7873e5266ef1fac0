"""Who else may call: devices, family taken in by a code, and a request that nobody made."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _devices()
    _family()
    op.create_table(
        "probe",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("started_at", _MOMENT, nullable=False),
        sa.Column("stage", sa.String(length=12), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.Column("good_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_probe")),
    )


def _devices() -> None:
    op.create_table(
        "device_keys",
        sa.Column("id", _ID, nullable=False),
        sa.Column("platform", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=20), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_keys")),
        sa.UniqueConstraint("key", name=op.f("uq_device_keys_key")),
    )
    op.create_table(
        "devices",
        sa.Column("id", _ID, nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("platform", sa.String(length=40), nullable=False),
        sa.Column("number", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.Column("seen_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_devices_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_devices")),
        sa.UniqueConstraint("code", name=op.f("uq_devices_code")),
    )
    op.create_index("ix_devices_person_id", "devices", ["person_id"])
    op.create_table(
        "device_presses",
        sa.Column("platform", sa.String(length=40), nullable=False),
        sa.Column("request", sa.String(length=64), nullable=False),
        sa.Column("event", sa.String(length=12), nullable=False),
        sa.Column("device_id", sa.BigInteger(), nullable=False),
        sa.Column("duty_id", _ID, nullable=True),
        sa.Column("at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["duty_id"], ["duties.id"], name=op.f("fk_device_presses_duty_id_duties")
        ),
        sa.PrimaryKeyConstraint("platform", "request", name=op.f("pk_device_presses")),
    )
    op.create_index("ix_device_presses_duty_id", "device_presses", ["duty_id"])


def _family() -> None:
    for table in ("roles", "families"):
        op.add_column(
            table,
            sa.Column("by_chat", sa.Boolean(), server_default=sa.false(), nullable=False),
        )
    op.create_table(
        "family_codes",
        sa.Column("id", _ID, nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("elder_id", _ID, nullable=False),
        sa.Column("made_by", _ID, nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("used_at", _MOMENT, nullable=True),
        sa.Column("used_by", _ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["elder_id"], ["people.id"], name=op.f("fk_family_codes_elder_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["people.id"], name=op.f("fk_family_codes_made_by_people")
        ),
        sa.ForeignKeyConstraint(
            ["used_by"], ["addresses.id"], name=op.f("fk_family_codes_used_by_addresses")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family_codes")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_family_codes_code_hash")),
    )
    op.create_index("ix_family_codes_elder_id", "family_codes", ["elder_id"])
    op.create_table(
        "family_log",
        sa.Column("id", _ID, nullable=False),
        sa.Column("elder_id", _ID, nullable=False),
        sa.Column("relative_id", _ID, nullable=True),
        sa.Column("actor_id", _ID, nullable=True),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("event", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["elder_id"], ["people.id"], name=op.f("fk_family_log_elder_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["relative_id"], ["people.id"], name=op.f("fk_family_log_relative_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["people.id"], name=op.f("fk_family_log_actor_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family_log")),
    )
    op.create_index("ix_family_log_elder_id", "family_log", ["elder_id"])
