"""How help ends: outcomes, handing over, support, who looked, and the question a day later."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("households", sa.Column("way", sa.LargeBinary(), nullable=True))
    with op.batch_alter_table("duties") as duties:
        duties.add_column(sa.Column("asking", sa.String(length=8), nullable=True))
        duties.add_column(sa.Column("asked_id", _ID, nullable=True))
        duties.add_column(sa.Column("handed_at", sa.DateTime(timezone=True), nullable=True))
        duties.create_foreign_key(op.f("fk_duties_asked_id_people"), "people", ["asked_id"], ["id"])
    _index("ix_duties_calls", ["subject_id", "opened_at"], "kind = 'help'")
    _index("ix_duties_closed_help", ["closed_at"], "kind = 'help' AND state = 4")
    _looks()
    _after()


def _index(name: str, columns: list[str], where: str) -> None:
    op.create_index(
        name,
        "duties",
        columns,
        unique=False,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )


def _link(table: str, column: str, to: str, ondelete: str = "CASCADE") -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{to}")
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name, ondelete=ondelete)


def _looks() -> None:
    op.create_table(
        "looks",
        sa.Column("id", _ID, nullable=False),
        sa.Column("viewer_id", _ID, nullable=False),
        sa.Column("subject_id", _ID, nullable=False),
        sa.Column("duty_id", _ID, nullable=False),
        sa.Column("what", sa.String(length=8), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _link("looks", "viewer_id", "people"),
        _link("looks", "subject_id", "people"),
        _link("looks", "duty_id", "duties"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_looks")),
    )
    op.create_index(op.f("ix_looks_duty_id"), "looks", ["duty_id"], unique=False)
    op.create_index("ix_looks_subject_id_at", "looks", ["subject_id", "at"], unique=False)


def _after() -> None:
    op.create_table(
        "help_after",
        sa.Column("duty_id", _ID, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked", sa.SmallInteger(), nullable=False),
        sa.Column("answer", sa.String(length=12), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", _ID, nullable=True),
        _link("help_after", "duty_id", "duties"),
        _link("help_after", "answered_by", "people", "SET NULL"),
        sa.PrimaryKeyConstraint("duty_id", name=op.f("pk_help_after")),
    )
    op.create_index(op.f("ix_help_after_asked_at"), "help_after", ["asked_at"], unique=False)
