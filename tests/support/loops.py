"""Tests that share something which lives on one event loop."""

from collections.abc import Iterable

import pytest
import pytest_asyncio


def share_loop(items: Iterable[pytest.Item], folder: str) -> None:
    """All tests of the folder run on the session's loop, where what they share is listened to."""
    for item in items:
        if f"/{folder}/" in item.path.as_posix() and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
