"""What one test's engines have compiled the next test's need not compile again.

A process of ours has one database and compiles each statement once; a session of tests has thousands of
databases, and would spend most of its time on compiling.
"""

from collections.abc import Hashable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.util import LRUCache

from storage.database import Database

MOST = 4000
"""Statements that are kept of each kind of database."""

_before = Database.__init__
_dialects: dict[Hashable, sa.Dialect] = {}
_statements: dict[Hashable, LRUCache[Any, Any]] = {}
_ready: dict[Hashable, dict[Hashable, Any]] = {}


def share_compiled() -> None:
    """From now on, in this process."""
    pytest.MonkeyPatch().setattr(Database, "__init__", _shared)


def _shared(self: Database, *args: Any, **kwargs: Any) -> None:
    _before(self, *args, **kwargs)
    # By the vault as well: a statement keeps the dialect, with its vault, for which it was compiled.
    key = self.url.drivername, self.writers.dialect.vault.blind("")  # type: ignore[attr-defined]
    self._ready = _ready.setdefault(key, {})
    known = _dialects.get(key)
    if (
        known is None or known.server_version_info is None
    ):  # no connection has told it of the server
        _dialects[key] = self.writers.dialect
        return
    for engine in (self.writers, self.readers, self._drivers._engine):
        engine.sync_engine.dialect = known
        statements = _statements.setdefault(key, LRUCache(MOST))
        engine.sync_engine.update_execution_options(compiled_cache=statements)
