"""The doctor's rota check: every finding of a community, and few lines for a whole city."""

from datetime import timedelta

from bot.parts import policies
from bot.readiness import NAMED, Line, check, few
from bot.settings import read_settings
from domain.surge import Reason
from storage import people, surge
from storage.database import Database


async def test_every_finding_is_a_line_with_its_community(peopled: Database) -> None:
    rules = policies(read_settings(_env_file=None))
    async with peopled.writing() as work:
        head = await people.person_by_code(work, "head")
        assert head is not None
        until = work.now + timedelta(hours=6)
        await surge.start(work, [1], Reason.TYPHOON, head.id, until)
    async with peopled.reading() as work:
        lines = await check(work, rules)
    assert ("ok", "roster", "测试社区: no gap in the next 14 days") in lines
    gap = "别的社区: 336 hours of the next 14 days without anyone on duty, first 11-23 10:00"
    assert ("fault", "roster", gap) in lines
    assert ("note", "surge", "测试社区: surge mode (typhoon) until 11-23 16:00") in lines
    assert ("note", "reach", "测试社区: 3 of 3 workers have no channel: invite them") in lines
    assert ("note", "duty", "测试社区: 2 people on duty cannot be reached (2 never)") in lines
    assert not [line for line in lines if line[:2] == ("fault", "ladder")], "nobody is enrolled yet"


def test_a_city_is_told_in_few_lines() -> None:
    faults: list[Line] = [("fault", "roster", f"{n}: a gap") for n in range(NAMED + 3)]
    well: list[Line] = [("ok", "roster", f"{n}: no gap") for n in range(500)]
    told = list(few([*faults, *well]))
    assert len(told) == NAMED + 2
    assert told[NAMED] == ("fault", "roster", "and 3 more such lines")
    assert told[-1] == ("ok", "roster", "500 such as: 0: no gap")
