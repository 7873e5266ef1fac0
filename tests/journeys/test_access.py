"""Access that ends: what a newer register no longer gives is gone, and a revoked chat is a stranger's."""

import asyncio
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.channels.base import Parcel, Refused, Unknown
from bot.loading import load
from bot.revoking import Revoked, revoke
from domain.duty import DutyKind, DutyState
from domain.messages import Lane, Message
from domain.people import Role
from domain.roster import AHEAD
from knowledge.register import RegisterError, read_register
from storage import duties, enroll, inbox, outbox, people, web
from storage.load import Changes
from storage.outbox import Letter
from storage.tables.clock import job_periods
from storage.tables.messaging import outbox as outbox_rows
from storage.tables.people import families, households, shifts
from storage.tables.people import people as person_rows
from storage.tables.visit import visits
from storage.web import Line
from tests.support.desk import Desk
from tests.support.prepared import COMMUNITY

SECOND = "      - {code: w2, name: 社工乙, roles: [worker], phone: '102'}\n"
HOMES = "      - {building: 5幢, floors: [1, 5], doors: [1, 2], worker: w2}\n"
HOME = "room: '101'\n        worker: w2"
DAY = "from: '08:00', to: '20:00', person: w2}"
LEFT = ((SECOND, ""), (HOMES, HOMES.replace("w2", "w1")), (HOME, HOME.replace("w2", "w1")))
LEFT_FOR_GOOD = (*LEFT, (DAY, DAY.replace("w2", "w1")))
"""社工乙 has left: nobody names her any more, and 社工甲 has her homes and her shift."""


async def loads(desk: Desk, folder: Path, *edits: tuple[str, str]) -> Changes:
    """The register as it was, with these edits."""
    text = COMMUNITY.read_text(encoding="utf-8")
    for before, after in edits:
        assert before in text
        text = text.replace(before, after, 1)
    (folder / "register.yaml").write_text(text, encoding="utf-8")
    async with desk.database.writing() as work:
        return await load(work, read_register(folder / "register.yaml"))


async def revokes(desk: Desk, code: str, *, with_roles: bool = False) -> Revoked:
    async with desk.database.writing() as work:
        person = await people.person_by_code(work, code)
        assert person is not None
        return await revoke(work, person, desk.app.parts.phrases, with_roles=with_roles)


async def the_duty_is(desk: Desk, state: DutyState) -> bool:
    async with desk.database.reading() as work:
        duty = await duties.get(work, 1, DutyKind.HELP)
    return duty is not None and duty.state is state


async def test_a_worker_whose_role_was_withdrawn_cannot_tap_an_old_card(
    desk: Desk, tmp_path: Path
) -> None:
    granny, mine, gone = await desk.people("granny", "w1", "w2")
    await granny.does("help.press")
    take = gone.button("我来")[1].action

    changes = await loads(desk, tmp_path, *LEFT_FOR_GOOD)
    assert "w2 is no longer worker" in changes.withdrawn
    for action in (take, "calls.done:1", "helplist", "calls.log:1", "visit", "board"):
        assert "用不了" in await gone.does(action), action
    assert await the_duty_is(desk, DutyState.OPEN)

    await mine.taps("我来")
    assert await the_duty_is(desk, DutyState.TAKEN)
    assert "社工甲 已接" not in gone.transcript, "and reads nothing more of it"
    assert "您好，这里是" in await gone.does("start"), "but is a stranger, who may ask"
    assert "社保" in await gone.says("社保卡丢了怎么办")


async def test_a_shift_that_has_begun_calls_nobody_whose_role_is_gone(
    desk: Desk, tmp_path: Path
) -> None:
    """At ten in the morning the day's shift is hers, and stays so in the roster."""
    granny, gone, heir = await desk.people("granny", "w2", "w3")
    edits = (*LEFT, (DAY, DAY.replace("w2", "w3")))
    await loads(desk, tmp_path, *edits)
    async with desk.database.reading() as work:
        codes = await on_shift(desk, work.now.replace(hour=3))
        assert sorted(codes) == ["w2", "w3"], "what has begun stays"
        assert await on_shift(desk, work.now.replace(day=25)) == ["w3"]

    await granny.does("help.press")
    heir.hears("陈奶奶 求助")
    assert gone.messages == []


async def on_shift(desk: Desk, at: datetime) -> list[str]:
    async with desk.database.reading() as work:
        found = await work.conn.scalars(
            sa.select(person_rows.c.code)
            .join(shifts, shifts.c.person_id == person_rows.c.id)
            .where(shifts.c.starts_at <= at, shifts.c.ends_at > at, person_rows.c.code.like("w%"))
        )
        return list(found)


async def roster_is_laid_out(desk: Desk) -> None:
    """The job of the start is over: it lays out shifts beside whatever is loaded."""
    done = sa.select(job_periods.c.finished_at).where(
        job_periods.c.job == "roster", job_periods.c.finished_at.is_not(None)
    )
    async with asyncio.timeout(10):
        while True:
            async with desk.database.reading() as work:
                if await work.conn.scalar(done):
                    return
            await asyncio.sleep(0.01)


async def test_the_register_is_what_the_newest_file_says_and_twice_is_once(
    desk: Desk, tmp_path: Path
) -> None:
    await roster_is_laid_out(desk)
    changes = await loads(desk, tmp_path, *LEFT_FOR_GOOD)
    assert changes.removed > 20, "her role and her coming shifts"
    assert await loads(desk, tmp_path, *LEFT_FOR_GOOD) == Changes()

    back = await loads(desk, tmp_path)
    assert back.withdrawn == ()
    assert await loads(desk, tmp_path) == Changes()
    _, gone = await desk.people("granny", "w2")
    assert "您负责" in await gone.does("start")


async def test_a_deputy_that_changes_changes_the_coming_shifts(desk: Desk, tmp_path: Path) -> None:
    await loads(desk, tmp_path, (DAY, DAY.replace("w2}", "w2, backup: w3}")))
    async with desk.database.reading() as work:
        w3 = await people.person_by_code(work, "w3")
        coming = sa.select(sa.func.count()).where(shifts.c.starts_at > work.now)
        assert w3 is not None
        assert await work.conn.scalar(coming.where(shifts.c.backup_id == w3.id)) == AHEAD.days - 2


async def test_a_family_link_that_is_gone_ends_what_it_allowed(desk: Desk, tmp_path: Path) -> None:
    granny, daughter, mine = await desk.people("granny", "daughter", "w1")
    gone = (", family: {granny: 女儿}", "")
    changes = await loads(desk, tmp_path, gone, ("[resident, family]", "[resident]"))
    assert "daughter is no longer family of granny" in changes.withdrawn

    await granny.does("help.press")
    assert daughter.messages == []
    assert "小陈" not in mine.hears("陈奶奶 求助").plain
    async with desk.database.reading() as work:
        assert await work.conn.scalar(sa.select(sa.func.count()).select_from(families)) == 0


async def test_a_home_that_changes_hands_calls_its_new_worker(desk: Desk, tmp_path: Path) -> None:
    granny, before, after = await desk.people("granny", "w1", "w3")
    place = "room: '502'\n        worker: w1"
    await loads(desk, tmp_path, (place, place.replace("w1", "w3")))
    await granny.does("help.press")
    after.hears("陈奶奶 求助")
    assert before.messages == []


async def test_a_home_that_is_gone_has_no_worker_and_its_people_no_home(
    desk: Desk, tmp_path: Path
) -> None:
    text = COMMUNITY.read_text(encoding="utf-8")
    start = text.index("      - building: 1幢\n        room: '201'")
    home = text[start : text.index("      - building: 1幢\n        room: '301'")]
    block = "      - {building: 1幢, floors: [1, 5], doors: [1, 2], worker: w1}\n"
    changes = await loads(desk, tmp_path, (home, ""), (block, ""))
    assert "resident is no longer resident" in changes.withdrawn
    async with desk.database.reading() as work:
        person = await people.person_by_code(work, "resident")
        assert person is not None, "people are kept: they are history"
        assert (person.household_id, person.roles) == (None, frozenset())
        orphans = sa.select(sa.func.count()).where(households.c.worker_id.is_(None))
        assert await work.conn.scalar(orphans) == 9


async def test_whose_request_is_open_still_has_a_door_to_go_to(desk: Desk, tmp_path: Path) -> None:
    granny, mine = await desk.people("granny", "w1")
    await granny.does("help.press")
    text = COMMUNITY.read_text(encoding="utf-8")
    start = text.index("      - building: 3幢\n        room: '502'")
    home = text[start : text.index("      - building: 5幢\n        room: '101'")]
    with pytest.raises(RegisterError, match="陈奶奶"):
        await loads(desk, tmp_path, (home, ""), (", family: {granny: 女儿}", ""))
    assert "3幢502" in await mine.does("helplist")


async def test_a_revoked_chat_is_a_strangers_and_its_cards_prove_nothing(desk: Desk) -> None:
    granny, lost, other = await desk.people("granny", "w1", "w2")
    await granny.does("help.press")
    take = lost.button("我来")[1].action

    done = await revokes(desk, "w1")
    assert (done.channels["memory"], done.roles) == (1, frozenset())
    await desk.tick()

    lost.hears("绑定已经收回")
    keyboard = lost.messages[-1].keyboard
    assert keyboard is not None
    assert len(keyboard.rows) == 1, "a stranger's"
    for action in (take, "calls.arrive:1", "helplist", "visit", "diary", "pace"):
        assert "用不了" in await lost.does(action), action
    assert "您好，这里是" in await lost.does("start")
    assert await the_duty_is(desk, DutyState.OPEN)
    seen = len(lost.messages)
    await other.taps("我来")
    await granny.says("我在厨房")
    assert len(lost.messages) == seen, "nothing more of it reaches that chat"


async def test_open_codes_end_and_a_new_one_lets_them_in_again(desk: Desk) -> None:
    (lost,) = await desk.people("w1")
    async with desk.database.writing() as work:
        person = await people.person_by_code(work, "w1")
        assert person is not None
        old = await enroll.invite(work, person.id)
    assert (await revokes(desk, "w1")).codes == 1
    assert "这个码用不了" in await lost.does(f"start:{old}")
    async with desk.database.writing() as work:
        new = await enroll.invite(work, person.id)
    assert "绑定好了，社工甲" in await lost.does(f"start:{new}")
    assert (await revokes(desk, "w1")).codes == 0, "a used code is not open"


async def test_with_roles_the_person_is_nobody_until_a_file_says_otherwise(
    desk: Desk, tmp_path: Path
) -> None:
    granny, _ = await desk.people("granny", "w1")
    await revokes(desk, "daughter", with_roles=True)
    done = await revokes(desk, "w1", with_roles=True)
    assert done.roles == {Role.WORKER}
    assert "No longer worker" in done.told
    again, daughter = await desk.people("w1", "daughter")  # somebody hands them codes by mistake
    await granny.does("help.press")
    assert again.messages == daughter.messages == []
    await loads(desk, tmp_path)
    assert "您负责" in await again.does("start")


async def test_a_dialogue_that_was_open_is_over(desk: Desk) -> None:
    (lost,) = await desk.people("w1")
    await lost.does("visit")
    await revokes(desk, "w1")
    await lost.says("3幢502 阿姨血压高 要换药")
    async with desk.database.reading() as work:
        assert await work.conn.scalar(sa.select(sa.func.count()).select_from(visits)) == 0


async def test_what_waited_for_the_chat_is_withdrawn_and_the_duty_knows(desk: Desk) -> None:
    granny, lost = await desk.people("granny", "w1")
    await granny.does("help.press")
    async with desk.database.writing() as work:
        where = (await inbox.address_ids(work, [("memory", "w1")]))["memory", "w1"]
        later = work.now.replace(hour=23)
        card = Letter(where, Message("高血压"), Lane.ROUTINE, duty_id=1, not_before=later)
        await outbox.owe(work, [card])
    assert (await revokes(desk, "w1")).messages == 1
    await desk.later(hours=24)
    assert "高血压" not in lost.messages[-1].plain
    async with desk.database.reading() as work:
        history = await duties.history(work, 1)
    assert [line.detail for line in history if line.event == "undelivered"] == ["failed:memory"]


async def test_on_a_page_one_sentence_is_all_that_is_left(desk: Desk) -> None:
    """The page keeps what it was told; of what a worker was told, a stranger may see nothing."""
    async with desk.database.writing() as work:
        person = await people.person_by_code(work, "w1")
        assert person is not None
        page = (await web.settle(work, {"a-session": person.id}))["a-session"]
        for number in range(3):
            body = {"html": f"高血压 {number}", "keyboard": [[["求助", "helplist"]]]}
            await web.append(work, [Line(page, f"out:{number}", mine=False, body=body)])
    await revokes(desk, "w1")
    async with desk.database.reading() as work:
        history = await web.newest(work, page)
        after = await web.after(work, page, 3)
        assert await web.entry(work, page, 2) is None
    assert [entry.seq for entry, _ in history.entries] == [4], "numbers go on: an open page sees it"
    assert "绑定已经收回" in str(after[0].body["html"])
    assert history.keyboard == after[0]


@pytest.mark.parametrize(
    ("trouble", "said"),
    [(Refused("no"), "平台没有收下"), (Unknown("?"), "发出后没有回音，也可能已经送到")],
)
async def test_the_log_says_who_was_not_told_after_all_or_perhaps_not(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, trouble: Exception, said: str
) -> None:
    granny, _, head = await desk.people("granny", "w1", "head")
    plainly = desk.channel.send

    async def send(parcel: Parcel) -> str:
        if parcel.address == "w1":
            raise trouble
        return await plainly(parcel)

    monkeypatch.setattr(desk.channel, "send", send)
    await granny.does("help.press")
    for _ in range(8):
        await desk.later(seconds=11)
    async with desk.database.reading() as work:
        told = sa.select(sa.func.count()).where(
            outbox_rows.c.state.in_(["failed", "unknown"]), outbox_rows.c.duty_id == 1
        )
        lost = await work.conn.scalar(told)
        history = await duties.history(work, 1)
    assert lost
    assert len([line for line in history if line.event == "undelivered"]) == lost, "each once"
    await head.does("helplist")
    assert f"没送到 社工甲（{said}）" in await head.taps("记录")
