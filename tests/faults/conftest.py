"""The stage, set up once for all tests that need it, on one event loop."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.faults.process import Stage


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of them run on the loop on which the stage is listened to."""
    for item in items:
        if "tests/faults/" in item.path.as_posix() and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stage() -> AsyncIterator[Stage]:
    """What forks the desks."""
    async with Stage() as made:
        yield made
