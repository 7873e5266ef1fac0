"""Alembic's way in: runs on the connection that `storage.migrate` hands over."""

from typing import Any, Literal

from alembic import context

from storage.tables import metadata
from storage.tables.base import Instant, Sealed, SealedJson


def _plain(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write what a column is in the database: our own types may change, old migrations must not."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Sealed | SealedJson):
        return "sa.LargeBinary()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
    render_item=_plain,
)
with context.begin_transaction():
    context.run_migrations()
