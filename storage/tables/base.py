"""What all tables share: names for every constraint, instants in UTC, columns that are sealed at rest."""

import json
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""SQLite numbers rows by itself only in a column whose type is exactly INTEGER."""


class Instant(sa.types.TypeDecorator[datetime]):
    """A moment in UTC. Naive time is refused, whatever the database."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant needs a time zone: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or value.tzinfo is UTC:
            return value
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        """For SQLite the text at once: SQLAlchemy's way through two types takes three times as long."""
        return _text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[Any], datetime | None] | None:
        """PostgreSQL's driver gives moments in UTC: a look at each of ten thousand would take long."""
        if dialect.name == "sqlite":
            return _moment
        return None if dialect.driver == "asyncpg" else super().result_processor(dialect, coltype)


def _text(value: datetime | None) -> str | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError(f"an instant needs a time zone: {value!r}")
    there = value if value.tzinfo is UTC else value.astimezone(UTC)
    return there.isoformat(" ", "microseconds")[: len("2026-01-01 00:00:00.000000")]


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(f"{text}+00:00")


class Sealed(sa.types.TypeDecorator[str]):
    """Text that is encrypted at rest: phone numbers, addresses, health notes, people's own words.

    The key travels with the engine (`Database` puts its vault on the dialect), so no query names it.
    """

    impl = sa.LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else dialect.vault.seal(value.encode())  # type: ignore[attr-defined]

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else dialect.vault.open(value).decode()  # type: ignore[attr-defined]


class SealedJson(sa.types.TypeDecorator[Any]):
    """JSON values that are encrypted at rest."""

    impl = sa.LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return dialect.vault.seal(text.encode())  # type: ignore[attr-defined,no-any-return]

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(dialect.vault.open(value))  # type: ignore[attr-defined]


class SealedPack(sa.types.TypeDecorator[bytes]):
    """Many bytes of text, compressed and encrypted at rest."""

    impl = sa.LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else dialect.vault.seal(zlib.compress(value, 1))  # type: ignore[attr-defined]

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else zlib.decompress(dialect.vault.open(value))  # type: ignore[attr-defined]


def row_id() -> sa.Column[int]:
    """The usual primary key."""
    return sa.Column("id", BigId, primary_key=True)


def link(name: str, to: str, **kwargs: Any) -> sa.Column[int]:
    """A column that points to another table's row; required unless `nullable=True`."""
    kwargs.setdefault("nullable", False)
    return sa.Column(name, BigId, sa.ForeignKey(f"{to}.id"), **kwargs)
