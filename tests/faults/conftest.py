"""The stage, set up once for all tests that need it, on one event loop."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.faults.process import Stage
from tests.support.loops import share_loop


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    share_loop(items, "tests/faults")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stage() -> AsyncIterator[Stage]:
    """What forks the desks."""
    async with Stage() as made:
        yield made
