"""People come, move, leave and die; homes change hands; communities join and part."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("communities", sa.Column("ended_at", _MOMENT, nullable=True))
    op.add_column("households", sa.Column("emptied_at", _MOMENT, nullable=True))
    op.add_column("addresses", sa.Column("seen_at", _MOMENT, nullable=True))
    _moves()
    op.create_table(
        "community_changes",
        sa.Column("id", _ID, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("event", sa.String(length=8), nullable=False),
        sa.Column("from_id", _ID, nullable=False),
        sa.Column("into_id", _ID, nullable=False),
        sa.Column("record", sa.LargeBinary(), nullable=False),
        sa.Column("undone_at", _MOMENT, nullable=True),
        *(_points("community_changes", name, "communities") for name in ("from_id", "into_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_community_changes")),
    )
    for name in ("from_id", "into_id"):
        op.create_index(op.f(f"ix_community_changes_{name}"), "community_changes", [name])


def _points(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def _moves() -> None:
    op.create_table(
        "moves",
        sa.Column("id", _ID, nullable=False),
        sa.Column("community_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("other_id", _ID, nullable=True),
        sa.Column("actor_id", _ID, nullable=True),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("event", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("from_home", _ID, nullable=True),
        sa.Column("to_home", _ID, nullable=True),
        sa.Column("to_community", _ID, nullable=True),
        sa.Column("settled_at", _MOMENT, nullable=True),
        sa.Column("record", sa.LargeBinary(), nullable=True),
        *(_points("moves", name, "communities") for name in ("community_id", "to_community")),
        *(_points("moves", name, "people") for name in ("person_id", "other_id", "actor_id")),
        *(_points("moves", name, "households") for name in ("from_home", "to_home")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moves")),
    )
    op.create_index(op.f("ix_moves_person_id"), "moves", ["person_id"])
    op.create_index("ix_moves_community_id_at", "moves", ["community_id", "at"])
    _partial("ix_moves_asked", "to_community", "state = 'asked'")
    _partial("ix_moves_unsettled", "person_id", "settled_at IS NULL")


def _partial(name: str, column: str, where: str) -> None:
    only = sa.text(where)
    op.create_index(name, "moves", [column], sqlite_where=only, postgresql_where=only)
