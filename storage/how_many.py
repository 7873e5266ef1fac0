"""`how_many(condition)`: a count beside others of the same rows."""

import sqlalchemy as sa


def how_many(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    """Of the rows looked at, those that fit; SQLite and PostgreSQL understand it alike."""
    return sa.func.count(sa.case((condition, 1)))
