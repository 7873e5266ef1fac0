"""The board of visits in the console: what each role sees of it, and what of that leaves a row."""

from collections.abc import AsyncIterator
from io import BytesIO

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from domain.people import Role
from storage import ledger, looks, people
from storage.database import Database
from storage.tables.people import roles
from tests.bot.channels.test_web_board import bind
from tests.bot.channels.web_house import House, Visitor, a_config, a_house, a_visitor
from tests.support.clock import HandClock
from tests.support.october import October
from tests.support.october_paper import facts_of


@pytest.fixture
async def house(peopled: Database, clock: HandClock) -> AsyncIterator[House]:
    """The 1st of November: October is closed."""
    october = await October(peopled, clock).play()
    made = await facts_of(october)
    async with peopled.writing() as work:
        await ledger.close(work, october.here, made)
    async with a_house(peopled, a_config()) as house:
        yield house


async def person_id(house: House, code: str) -> int:
    async with house.database.reading() as work:
        person = await people.person_by_code(work, code)
    assert person is not None
    return person.id


async def sheet(visitor: Visitor, asks: str) -> list[str]:
    answer = await visitor.get(f"/visits/ledger.xlsx?month=2026-10{asks}")
    assert answer.status == 200, answer.text
    return load_workbook(BytesIO(answer.body)).sheetnames


async def test_a_supervisor_comes_from_the_community_to_a_home_and_that_is_a_row(
    house: House,
) -> None:
    w1 = await person_id(house, "w1")
    async with a_visitor(house) as head:
        await bind(house, head, "head")
        this = (await head.get("/visits/data")).json()
        assert this["lines"][0]["done"] == "0/30"
        last = (await head.get("/visits/data?month=last")).json()
        assert last["title"] == "测试社区　2026年10月走访"
        assert last["as_of"] == "已结账（2026年11月1日 06:20）"
        lines = {one["name"]: one for one in last["lines"]}
        assert (lines["社工甲"]["done"], lines["社工甲"]["special"]) == ("5/30", "1/1")
        assert lines["社工乙"]["state"] == "少 28，本月恐难完成"
        assert last["late"] == "超期未办 4 件，详见民情台账。"
        assert last["cover"][-1] == ["全社区", 30, 5, 0, 0, 0, 25]
        assert last["months"][:2] == [["2026-11", False], ["2026-10", True]]
        homes = (await head.get(f"/visits/workers/{w1}")).json()["homes"]
        assert (homes[0]["place"], homes[0]["special"]) == ("3幢502", True)
        seen = (await head.get(f"/visits/homes/{homes[0]['id']}")).json()
        assert seen["title"] == "3幢502的走访（近一年）"
        assert ["2026-10-08 09:00", "上门", "社工甲", "〔健康情况〕；问了助餐的事"] in seen[
            "visits"
        ]
        async with house.database.reading() as work:
            granny = await people.person_by_code(work, "granny")
            assert granny is not None
            [look] = await looks.at_person(work, granny.id)
        assert (look.viewer_code, look.what, look.duty_id) == ("head", "home", None)
        assert (await sheet(head, ""))[-1] == "来源"
        assert await sheet(head, "&kind=appraisal&lang=en") == ["Appraisal", "Sources"]
        assert (await head.get("/visits/ledger.docx?month=2026-10")).body[:2] == b"PK"
        for wrong in ("month=2027-01", "month=x", "month=2026-10&kind=secrets"):
            assert (await head.get(f"/visits/ledger.xlsx?{wrong}")).status == 404
        assert (await head.get("/visits/homes/999999")).status == 404


async def test_a_worker_sees_their_own_and_a_street_figures(house: House) -> None:
    w1, w2 = await person_id(house, "w1"), await person_id(house, "w2")
    async with a_visitor(house) as worker:
        await bind(house, worker, "w1")
        last = (await worker.get("/visits/data?month=last")).json()
        assert [one["name"] for one in last["lines"]] == ["社工甲"]
        assert len(last["cover"]) == 1
        assert (await worker.get(f"/visits/workers/{w2}")).status == 404
        homes = (await worker.get(f"/visits/workers/{w1}")).json()["homes"]
        seen = (await worker.get(f"/visits/homes/{homes[0]['id']}")).json()
        assert any("血压" in line[3] for line in seen["visits"]), "their own home in full"
        assert await sheet(worker, "") == ["月度汇总", "走访日记", "民情台账", "来源"]
        assert (await worker.get("/visits/ledger.xlsx?month=2026-10&kind=help")).status == 404
    async with house.database.writing() as work:
        await work.conn.execute(
            sa.update(roles).where(roles.c.role == Role.SUPERVISOR).values(role=Role.STREET)
        )
    async with a_visitor(house) as street:
        await bind(house, street, "head")
        listed = (await street.get(f"/visits/workers/{w1}")).json()["homes"]
        assert listed[0] == {
            "id": None,
            "place": "3幢＊＊＊",
            "special": True,
            "last": "2026-10-14",
        }
        assert (await street.get(f"/visits/homes/{homes[0]['id']}")).status == 404


async def test_nobody_else_sees_anything(house: House) -> None:
    async with a_visitor(house, greeted=False) as nobody:
        assert (await nobody.get("/visits/data")).status == 401
    async with a_visitor(house) as granny:
        await bind(house, granny, "granny")
        answer = await granny.get("/visits/data")
        assert answer.status == 403
        assert "走访看板只给" in answer.json()["zh"]
    async with a_visitor(house) as other:
        await bind(house, other, "other-head")
        data = (await other.get("/visits/data?month=last")).json()
        assert [one["name"] for one in data["lines"]] == ["别处社工"]
        assert (await other.get("/visits/data?place=1")).status == 403
