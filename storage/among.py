"""`among(column)`: whether a column is one of the ids that are handed in when the statement runs, and
`one_of`: whether it is one of a few values that never change.

A turn's statements are built once, as constants, for building one and finding its compiled form costs
more than running it (0.25 of 0.5 ms, measured). An `IN` list is another text for every number of
ids; here they travel as one value, so the text stays the same and is prepared once.
"""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class _Ids(sa.types.TypeDecorator[Collection[int]]):
    """Many ids as one value: an array on PostgreSQL, JSON on SQLite."""

    impl = sa.JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[Any]:
        kind = ARRAY(sa.BigInteger) if dialect.name == "postgresql" else sa.JSON()
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: Collection[int] | None, dialect: Dialect) -> list[int]:
        return list(value or ())


class _Among(FunctionElement[bool]):
    type = sa.Boolean()
    inherit_cache = True


def among(column: sa.Column[Any], name: str = "ids") -> sa.ColumnElement[bool]:
    """True for the rows whose column is in the collection that is given as the parameter `name`."""
    return _Among(column, sa.bindparam(name, type_=_Ids()))


def one_of(column: sa.ColumnElement[Any], values: Collection[str]) -> sa.ColumnElement[bool]:
    """True for the rows whose column is one of these, which are part of the text."""
    return sa.or_(*(column == value for value in sorted(values)))


@compiles(_Among)
def _one_of_json(element: _Among, compiler: SQLCompiler, **how: Any) -> str:
    column, ids = (compiler.process(clause, **how) for clause in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({ids}))"  # noqa: S608  (compiled clauses)


@compiles(_Among, "postgresql")
def _one_of_array(element: _Among, compiler: SQLCompiler, **how: Any) -> str:
    column, ids = (compiler.process(clause, **how) for clause in element.clauses)
    return f"{column} = ANY ({ids})"
