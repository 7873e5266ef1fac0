"""Rounds, ballots and sheets in both databases."""

import asyncio
from dataclasses import replace

import pytest
import sqlalchemy as sa

from domain.ballot import BallotState, Form, as_asked
from knowledge import Knowledge
from knowledge.questionnaires import shipped_questionnaires
from storage import sheets, survey, survey_draw
from storage.database import Database
from storage.survey_draw import Launch
from storage.tables.survey import survey_invitations, survey_rounds, survey_sheets
from tests.handlers.survey_town import RESIDENTS, Town, a_town
from tests.support.clock import HandClock

HERE = 1
ASKED = as_asked(shipped_questionnaires()[RESIDENTS], Form.SHORT)


@pytest.fixture
async def town(database: Database, knowledge: Knowledge, clock: HandClock) -> Town:
    return await a_town(database, knowledge, clock, homes=20)


def a_launch(number: int = 1) -> Launch:
    return Launch(RESIDENTS, 2, Form.SHORT, launched_by=1, seed="seed", number=number)


async def launched(town: Town) -> int:
    async with town.database.writing() as work:
        (opened,) = await survey_draw.launch(work, a_launch(), [HERE])
    return opened.id


async def finished(town: Town, ballot_id: int, answers: dict[str, int | str]) -> bool:
    async with town.database.writing() as work:
        await survey.begin(work, ballot_id)
        ballot = await survey.ballot(work, ballot_id)
        assert ballot is not None
        await survey.keep(work, ballot, answers)
    async with town.database.writing() as work:
        await survey.get(work, ballot.round_id, lock=True)
        return await sheets.hand_in(work, replace(ballot, draft=answers, position=1), minimum=5)


async def test_two_launches_at_once_open_one_round(town: Town) -> None:
    async def launch(number: int) -> bool:
        async with town.database.writing() as work:
            return bool(await survey_draw.launch(work, a_launch(number), [HERE]))

    opened = await asyncio.gather(*(launch(number) for number in (1, 1, 2, 1)))
    assert sum(opened) == 1
    assert len(await town.reads(sa.select(survey_rounds.c.id))) == 1
    assert len(await town.reads(sa.select(survey_invitations.c.id))) == 20


async def test_two_fingers_at_once_answer_one_question(town: Town) -> None:
    await launched(town)
    async with town.database.writing() as work:
        await survey.begin(work, 1)
        ballot = await survey.ballot(work, 1)
    assert ballot is not None

    async def tap(code: int) -> bool:
        async with town.database.writing() as work:
            return await survey.keep(work, ballot, {"a1": code})

    assert sum(await asyncio.gather(*(tap(code) for code in (5, 4, 3, 2, 1)))) == 1


async def test_handing_in_at_once_from_two_channels_makes_one_sheet(town: Town) -> None:
    await launched(town)
    async with town.database.writing() as work:
        await survey.begin(work, 1)
        begun = await survey.ballot(work, 1)
        assert begun is not None
        await survey.keep(work, begun, {"a1": 5})
        ballot = await survey.ballot(work, 1)
    assert ballot is not None

    async def hand_in() -> bool:
        async with town.database.writing() as work:
            await survey.get(work, ballot.round_id, lock=True)
            return await sheets.hand_in(work, ballot, 5)

    assert sum(await asyncio.gather(*(hand_in() for _ in range(4)))) == 1
    assert len(await town.reads(sa.select(survey_sheets.c.id))) == 1


async def test_many_hand_in_at_once_and_every_sheet_is_there_once(town: Town) -> None:
    round_id = await launched(town)
    answers: list[dict[str, int | str]] = [
        {"a1": 5, "o1": f"text {number}"} for number in range(1, 21)
    ]
    made = await asyncio.gather(
        *(finished(town, number, answers[number - 1]) for number in range(1, 21))
    )
    assert all(made)
    async with town.database.writing() as work:
        running = await sheets.counted(work, round_id, 0)
        assert len(running) % 5 == 0
        assert len(running) <= 15
        await survey.close(work, round_id, ASKED)
        await sheets.count_all(work, round_id, 5)
        final = await sheets.counted(work, round_id, 0)
        round_ = await survey.get(work, round_id)
        assert round_ is not None
        words = await sheets.words(work, round_, "o1")
        turnout = await sheets.turnout(work, round_id)
    assert sorted(str(sheet["o1"]) for sheet in final) == sorted(str(a["o1"]) for a in answers)
    assert sorted(words[0]) == sorted(str(a["o1"]) for a in answers)
    assert turnout.count(BallotState.DONE) == turnout.sampled == 20


async def test_what_was_answered_does_not_stand_in_the_order_of_answering(town: Town) -> None:
    """Whoever owns the database knows the order in which people finished; sheets must not have it."""
    round_id = await launched(town)
    for number in range(1, 21):
        assert await finished(town, number, {"a1": 5, "o1": str(number)})
    async with town.database.writing() as work:
        await survey.close(work, round_id, ASKED)
        await sheets.count_all(work, round_id, 5)
    order = [int(row.answers["o1"]) for row in await town.reads(sa.select(survey_sheets))]
    matches = sum(number == place for place, number in enumerate(order, start=1))
    # A random order of 20 matches in 1 place on average; 8 or more in one case of 100,000.
    assert matches < 8
    assert order != sorted(order)


async def test_sheets_and_ballots_share_no_column_but_round_subject_and_stratum(
    town: Town,
) -> None:
    names = {column.name for column in survey_sheets.c}
    assert names == {"id", "round_id", "subject", "stratum", "counted", "answers"}


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_on_postgresql_no_transaction_number_joins_a_sheet_to_its_author(town: Town) -> None:
    """PostgreSQL keeps the number of the transaction that wrote a row, for anyone to select."""
    round_id = await launched(town)
    for number in range(1, 21):
        assert await finished(town, number, {"a1": 5})
    async with town.database.writing() as work:
        await survey.close(work, round_id, ASKED)
        await sheets.count_all(work, round_id, 5)
    wrote = sa.literal_column("xmin::text", sa.Text)
    authors = await town.reads(sa.select(wrote).select_from(survey_invitations))
    written = await town.reads(sa.select(wrote).select_from(survey_sheets))
    assert len(set(written)) == 1
    assert len(set(authors)) == 1, "nor does it tell in which order they finished"


async def test_closing_twice_closes_once_and_forgets_drafts(town: Town) -> None:
    round_id = await launched(town)
    async with town.database.writing() as work:
        for number, draft in ((1, {"a1": 1}), (2, {f"a{n}": 1 for n in range(1, 5)})):
            await survey.begin(work, number)
            for _ in range(5):  # one answer given and corrected is one answer
                ballot = await survey.ballot(work, number)
                assert ballot is not None
                assert await survey.keep(work, ballot, draft)
        assert await survey.close(work, round_id, ASKED)
        assert not await survey.close(work, round_id, ASKED)
        one, half = await survey.ballot(work, 1), await survey.ballot(work, 2)
    assert one is not None
    assert half is not None
    assert one.state is BallotState.BROKEN_OFF, "one of eight"
    assert half.state is BallotState.PARTIAL, "four of eight"
    assert one.draft == half.draft == {}


async def test_answers_and_drafts_are_sealed_at_rest(town: Town) -> None:
    await launched(town)
    await finished(town, 1, {"o1": "secret-words"})
    async with town.database.reading() as work:
        raw = await work.conn.execute(sa.text("SELECT answers FROM survey_sheets"))
        (sealed,) = raw.scalars()
    assert b"secret" not in bytes(sealed)
