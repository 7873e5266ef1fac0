"""台账 on demand: a worker's own, a supervisor's all, a street's figures; nobody else's."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook
from typer.testing import CliRunner

from bot.__main__ import app
from bot.drawing import Drawing
from domain.people import Role
from storage import people
from storage.tables.people import addresses, roles
from tests.support.clock import HandClock
from tests.support.desk import Desk, Someone
from tests.support.october import BEFORE, October

SAMPLE = Path("knowledge/content/sample-community.yaml").resolve()


async def file_of(desk: Desk, who: Someone) -> bytes:
    """What is drawn for the newest file somebody was sent."""
    attachment = next(m.attachment for m in reversed(who.messages) if m.attachment)
    parts = desk.app.parts
    async with desk.database.reading() as work:
        where = sa.select(addresses.c.id).where(addresses.c.address == who.address)
        address_id = int(await work.conn.scalar(where) or 0)
    return await Drawing(desk.database, parts.phrases, parts.policies)(attachment, address_id)


@pytest.fixture
def clock() -> HandClock:
    """The desk opens on the 1st of October."""
    return HandClock(datetime(2026, 10, 1, 2, 0, tzinfo=UTC))


async def test_who_asks_has_what_is_theirs(desk: Desk, clock: HandClock) -> None:
    await October(desk.database, clock).play(BEFORE)
    w1, head = await desk.people("w1", "head")
    said = await w1.says("📚 台账")
    assert "不用填" in said
    assert w1.buttons() == [
        "2026年11月（到今天）",
        "2026年10月",
        "2026年9月",
        "2026年8月",
        "2026年7月",
        "2026年6月",
    ]
    assert "还没结账" in await w1.taps("2026年10月")
    assert "考核表" not in w1.buttons()
    await w1.taps("走访日记")
    book = load_workbook(BytesIO(await file_of(desk, w1)))
    assert book.sheetnames == ["走访日记", "来源"]
    assert book["走访日记"]["G4"].value == "血压偏高，送了药；问了助餐的事"
    assert "只能看自己的" in await w1.does("ledger.get:2026-10:appraisal:xlsx")
    assert "没有这个月" in await w1.does("ledger.get:2027-10:diary:xlsx")
    assert "没有这个月" in await w1.does("ledger.get:yesterday:diary:xlsx")

    await head.says("📚 台账")
    assert "🖥 打开走访看板" in head.buttons()
    await head.taps("2026年10月")
    await head.taps("考核表")
    book = load_workbook(BytesIO(await file_of(desk, head)))
    assert [cell.value for cell in book["考核表"][6]][1] == "社工甲"
    async with desk.database.reading() as work:
        worker = await people.person_by_code(work, "w1")
    assert worker is not None
    await head.does(f"board.diary:{worker.id}:2026-10")
    diary = load_workbook(BytesIO(await file_of(desk, head))).worksheets[0]
    assert diary["G4"].value == "〔健康情况〕；问了助餐的事", "the diary alone is no way around"
    await head.does("ledger.month:2026-10")
    await head.taps("全套（Word）")
    assert (await file_of(desk, head))[:2] == b"PK"


async def test_a_right_that_is_gone_draws_nothing_and_a_street_reads_figures(
    desk: Desk, clock: HandClock
) -> None:
    october = await October(desk.database, clock).play(BEFORE)
    w1, head = await desk.people("w1", "head")
    for who in (w1, head):
        await who.does("ledger.get:2026-10:diary:xlsx")
    async with desk.database.writing() as work:
        gone = await people.person_by_code(work, "w1")
        assert gone is not None
        await people.retire(work, gone.id)
        await work.conn.execute(
            sa.update(roles)
            .where(roles.c.role == Role.SUPERVISOR, roles.c.community_id == october.here)
            .values(role=Role.STREET)
        )
    with pytest.raises(PermissionError):
        await file_of(desk, w1)
    book = load_workbook(BytesIO(await file_of(desk, head)))
    assert [cell.value for cell in book["走访日记"][4]][4:8:3] == ["3幢＊＊＊", "〔略〕"]


def test_the_command_writes_a_file_and_says_what_cannot_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LINLI_DATABASE_URL", f"sqlite:///{tmp_path / 'l.sqlite3'}")
    run = CliRunner()
    assert run.invoke(app, ["load", str(SAMPLE)]).exit_code == 0
    code = "sample-yongjiangwan"
    base = ["ledger", "all", "--community", code, "--month", "2026-10", "--out", "l.xlsx"]
    done = run.invoke(app, base)
    assert done.exit_code == 0, done.output
    assert "open: as it stands now" in done.output
    assert load_workbook(tmp_path / "l.xlsx").sheetnames[-1] == "来源"
    for wrong, why in (
        (["--month", "10/2026"], "is no month"),
        (["--format", "pdf"], "there are: xlsx, docx"),
        (["--community", "nowhere"], "No community"),
        (["--worker", "nobody"], "Nobody in the register"),
        (["--out", "no/such/place.xlsx"], "cannot be written"),
    ):
        told = run.invoke(app, [*base, *wrong])
        assert told.exit_code == 2
        assert why in told.output
