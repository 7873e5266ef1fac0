"""The result's picture: drawn for the community's own head, from what may be shown."""

import pytest

from bot.recipes import survey as recipes
from knowledge import Knowledge
from storage import people
from storage.database import Database
from tests.handlers.survey_town import Town, a_town
from tests.support.clock import HandClock

PNG = b"\x89PNG"


@pytest.fixture
async def town(database: Database, knowledge: Knowledge, clock: HandClock) -> Town:
    made = await a_town(database, knowledge, clock, homes=6)
    await made.launches()
    for number in range(1, 7):
        await made.answers(f"r{number}", *[4] * 7)
    await made.does("head", "survey.close:1")
    return made


async def drawn(town: Town, code: str, **params: int) -> bytes:
    async with town.database.reading() as work:
        viewer = await people.person_by_code(work, code)
        assert viewer is not None
        say = town.phrases[viewer.language]
        return await recipes.tally(
            work, viewer, {"round": 1, "subject": 0} | params, say, town.policies
        )


async def test_the_head_gets_a_picture(town: Town) -> None:
    assert (await drawn(town, "head")).startswith(PNG)


@pytest.mark.parametrize("code", ["other-head", "w1", "r1"])
async def test_nobody_else_does(town: Town, code: str) -> None:
    with pytest.raises(PermissionError):
        await drawn(town, code)


async def test_a_round_that_is_not_there_is_nobodys(town: Town) -> None:
    with pytest.raises(PermissionError):
        await drawn(town, "head", round=99)
    with pytest.raises(ValueError, match="rates no subject 3"):
        await drawn(town, "head", subject=3)
