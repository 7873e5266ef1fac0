"""Months are closed: what their ledgers tell stays as it was; who looked at a home is a row."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "ledger_months",
        sa.Column("community_id", _ID, nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["communities.id"],
            name=op.f("fk_ledger_months_community_id_communities"),
        ),
        sa.PrimaryKeyConstraint("community_id", "month", name=op.f("pk_ledger_months")),
    )
    op.create_table(
        "home_looks",
        sa.Column("id", _ID, nullable=False),
        sa.Column("viewer_id", _ID, nullable=False),
        sa.Column("household_id", _ID, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["viewer_id"],
            ["people.id"],
            name=op.f("fk_home_looks_viewer_id_people"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["households.id"],
            name=op.f("fk_home_looks_household_id_households"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_home_looks")),
    )
    op.create_index("ix_home_looks_household_id_at", "home_looks", ["household_id", "at"])
    # A community's month of the diary, for its ledgers.
    op.create_index("ix_visits_community_id_day", "visits", ["community_id", "day"])
