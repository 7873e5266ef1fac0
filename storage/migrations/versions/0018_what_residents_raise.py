"""What residents raise: a matter with an owner, a promised date and its end."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)
_LINKS = {
    "duty_id": "duties",
    "first_id": "people",
    "address_id": "addresses",
    "visit_id": "visits",
    "said_by": "people",
    "previous_id": "duties",
}


def upgrade() -> None:
    op.create_table(
        "cases",
        sa.Column("duty_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("via", sa.String(length=8), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("first_id", _ID, nullable=True),
        sa.Column("address_id", _ID, nullable=True),
        sa.Column("visit_id", _ID, nullable=True),
        sa.Column("promised_at", _MOMENT, nullable=False),
        sa.Column("first_promised_at", _MOMENT, nullable=False),
        sa.Column("postponed", sa.LargeBinary(), nullable=True),
        sa.Column("raised_at", _MOMENT, nullable=True),
        sa.Column("result", sa.LargeBinary(), nullable=True),
        sa.Column("asked_at", _MOMENT, nullable=True),
        sa.Column("solved", sa.Boolean(), nullable=True),
        sa.Column("said_at", _MOMENT, nullable=True),
        sa.Column("said_by", _ID, nullable=True),
        sa.Column("previous_id", _ID, nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_cases_{column}_{table}")
            )
            for column, table in _LINKS.items()
        ),
        sa.PrimaryKeyConstraint("duty_id", name=op.f("pk_cases")),
    )
    op.create_index("ix_cases_address_id", "cases", ["address_id"])
    op.create_index("ix_cases_visit_id", "cases", ["visit_id"], unique=True)
    op.create_table(
        "case_media",
        sa.Column("id", _ID, nullable=False),
        sa.Column("duty_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("ref", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", _MOMENT, nullable=False),
        sa.Column("source_key", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["duty_id"], ["duties.id"], name=op.f("fk_case_media_duty_id_duties")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_media")),
        sa.UniqueConstraint("source_key", name=op.f("uq_case_media_source_key")),
    )
    op.create_index("ix_case_media_duty_id", "case_media", ["duty_id"])
