"""A ballot answered in the web chat: what stood on the page is forgotten as soon as something newer does."""

import sqlalchemy as sa

from storage import inbox, web
from storage.database import Database
from storage.tables.messaging import transcript
from storage.web import Line


async def test_of_a_ballot_on_the_page_only_its_last_word_is_kept(database: Database) -> None:
    async with database.writing() as work:
        (here,) = (await inbox.address_ids(work, [("web", "s1")])).values()

        async def stands(source: str, html: str, **more: object) -> int:
            line = Line(here, source, False, {"html": html}, private=True, **more)  # type: ignore[arg-type]
            return (await web.append(work, [line]))[line.key].seq

        invited = Line(here, "out:1", False, {"html": "想听听您家对社区的看法"})
        await web.append(work, [invited])
        question = await stands("out:2", "第 1 题")
        await stands("out:3", "您答的是：非常满意。第 2 题", edits=question)
        said = Line(here, "in:a", True, {"html": "楼道灯坏了"}, private=True)
        await web.append(work, [said])
        await stands("out:4", "请看一看对不对：楼道灯坏了", edits=question)
        last = await stands("out:5", "收到了，谢谢您！", edits=question)
        assert await web.sweep_out_private(work) > 0
        kept = await work.conn.execute(
            sa.select(transcript.c.seq, transcript.c.body).order_by(transcript.c.seq)
        )
        bodies = {row.seq: row.body["html"] for row in kept}
        again = await web.sweep_out_private(work)
        shown = await web.newest(work, here)
    assert bodies == {
        1: "想听听您家对社区的看法",
        question: "…",
        last: "收到了，谢谢您！",
    }, "the first line keeps its place and nothing else; what was typed and answered is gone"
    assert again == 0
    texts = [now.body["html"] for _, now in shown.entries]
    assert texts == ["想听听您家对社区的看法", "收到了，谢谢您！"], "and the page still reads well"
