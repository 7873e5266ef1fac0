"""Groups that the desk is in, and one-question polls."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _groups()
    _polls()
    op.create_table(
        "poll_voters",
        sa.Column("poll_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["poll_id"], ["polls.id"], name=op.f("fk_poll_voters_poll_id_polls")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_poll_voters_person_id_people")
        ),
        sa.PrimaryKeyConstraint("poll_id", "person_id", name=op.f("pk_poll_voters")),
    )
    op.create_index("ix_poll_voters_person_id", "poll_voters", ["person_id"])


def _groups() -> None:
    op.create_table(
        "chat_groups",
        sa.Column("id", _ID, nullable=False),
        sa.Column("address_id", _ID, nullable=False),
        sa.Column("title", sa.LargeBinary(), nullable=False),
        sa.Column("inside", sa.Boolean(), nullable=False),
        sa.Column("admin", sa.Boolean(), nullable=False),
        sa.Column("community_id", _ID, nullable=True),
        sa.Column("asked_id", _ID, nullable=True),
        sa.Column("by_id", _ID, nullable=True),
        sa.Column("since", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["address_id"], ["addresses.id"], name=op.f("fk_chat_groups_address_id_addresses")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["communities.id"],
            name=op.f("fk_chat_groups_community_id_communities"),
        ),
        sa.ForeignKeyConstraint(
            ["asked_id"], ["people.id"], name=op.f("fk_chat_groups_asked_id_people")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_chat_groups_by_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_groups")),
        sa.UniqueConstraint("address_id", name=op.f("uq_chat_groups_address_id")),
    )
    op.create_index("ix_chat_groups_community_id", "chat_groups", ["community_id"])


def _polls() -> None:
    op.create_table(
        "polls",
        sa.Column("id", _ID, nullable=False),
        sa.Column("community_id", _ID, nullable=False),
        sa.Column("by_id", _ID, nullable=False),
        sa.Column("group_id", _ID, nullable=True),
        sa.Column("question", sa.String(length=300), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("multiple", sa.Boolean(), nullable=False),
        sa.Column("days", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("asked_at", _MOMENT, nullable=True),
        sa.Column("closes_at", _MOMENT, nullable=True),
        sa.Column("closed_at", _MOMENT, nullable=True),
        sa.Column("ref", sa.String(length=40), nullable=True),
        sa.Column("votes", sa.JSON(), nullable=False),
        sa.Column("voters", sa.Integer(), nullable=False),
        sa.Column("told_up_to", _ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_polls_community_id_communities")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_polls_by_id_people")),
        sa.ForeignKeyConstraint(
            ["group_id"], ["chat_groups.id"], name=op.f("fk_polls_group_id_chat_groups")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_polls")),
        sa.UniqueConstraint("ref", name=op.f("uq_polls_ref")),
    )
    op.create_index("ix_polls_community_id_id", "polls", ["community_id", "id"])
    op.create_index("ix_polls_group_id", "polls", ["group_id"])
    at_work = sa.text("state IN ('sending', 'open', 'closing')")
    op.create_index(
        "ix_polls_at_work",
        "polls",
        ["closes_at"],
        sqlite_where=at_work,
        postgresql_where=at_work,
    )
