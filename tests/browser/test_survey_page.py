"""The page of survey results in a real browser: pictures with their tables, for overseers only."""

import pytest
import pytest_asyncio
import sqlalchemy as sa
from playwright.async_api import Browser, expect

from bot.app import App
from domain.ballot import BallotState, Form, RoundState
from storage import people, sheets
from storage.database import Database
from storage.tables.people import households
from storage.tables.survey import (
    survey_invitations,
    survey_rounds,
    survey_sheets,
    survey_strata,
)
from tests.browser.chromium import DESKTOP, PHONE, a_page
from tests.browser.running import check, link_for_the_head

pytestmark = pytest.mark.browser


async def a_closed_round(database: Database) -> None:
    """The sample community's homes, and as many more as make thirty, have rated it."""
    async with database.writing() as work:
        head = await people.person_by_code(work, "head")
        assert head is not None
        (home, *_) = (await work.conn.execute(sa.select(households).limit(1))).all()
        values = {"community_id": head.community_id, "building_id": home.building_id}
        plain = {"room": "1", "special": False, "tags": []}
        await work.conn.execute(
            sa.insert(households), [values | plain | {"code": f"x{n}"} for n in range(30)]
        )
        opened = {"number": 1, "launched_by": head.id, "version": 2, "form": Form.SHORT}
        moments = {"opened_at": work.now, "closes_at": work.now, "closed_at": work.now}
        made = await work.conn.execute(
            sa.insert(survey_rounds).values(
                questionnaire="resident-rates-community",
                community_id=head.community_id,
                state=RoundState.CLOSED,
                **opened,
                **moments,
            )
        )
        key = made.inserted_primary_key
        assert key is not None
        ids = await work.conn.scalars(
            sa.select(households.c.id).where(households.c.code.like("x%"))
        )
        asked = {"round_id": key[0], "person_id": head.id, "state": BallotState.DONE, "position": 0}
        rows = [asked | {"household_id": i, "subject": n} for n, i in enumerate(ids)]
        await work.conn.execute(sa.insert(survey_invitations), rows)
        stratum = {"round_id": key[0], "stratum": "ordinary", "homes": 30, "drawn": 30}
        await work.conn.execute(sa.insert(survey_strata), stratum)
        answers = [{f"a{a}": (a + n) % 4 + 2 for a in range(1, 8)} for n in range(30)]
        sheet = {"round_id": key[0], "subject": 0, "counted": False, "stratum": "o"}
        await work.conn.execute(
            sa.insert(survey_sheets),
            [sheet | {"id": f"{n:032}", "answers": one} for n, one in enumerate(answers)],
        )
        await sheets.count_all(work, key[0], 10)


@pytest_asyncio.fixture(loop_scope="session")
async def app(app: App) -> App:
    """The demonstration, in which a round has been closed."""
    await a_closed_round(app.parts.database)
    return app


async def test_each_picture_has_its_table_beside_it_in_every_look(
    app: App, browser: Browser
) -> None:
    link = await link_for_the_head(app, "surveys")
    async with a_page(browser) as page:
        await page.goto(link)
        await expect(page.locator("#lines")).to_contain_text("交回 30 份")
        assert "key" not in page.url
        for size, scheme, words in (
            (PHONE, "light", "有看法"),
            (DESKTOP, "dark", "With opinion"),
        ):
            await page.set_viewport_size(size)  # type: ignore[arg-type]
            await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            await expect(page.locator("#bars table")).to_contain_text(words)
            await expect(page.locator("#ranks tbody tr")).to_have_count(7)
            for picture in await page.locator(".beside img").all():
                await picture.scroll_into_view_if_needed()
                await expect(picture).to_have_js_property("complete", True)
                assert await picture.evaluate("one => one.naturalWidth") == 1080
            await check(page, scheme)
            wide = await page.evaluate("document.documentElement.scrollWidth")
            assert wide <= size["width"]
            await page.locator("#language").click()
        await expect(page.locator("#results-head")).to_contain_text("第 1 期")
        await expect(page.locator("#trial")).to_contain_text("（简版，7 题）")
        await page.locator("#trial").select_option("resident-rates-community:short")
        await page.locator("#walk").click()
        await expect(page.locator("#chat")).to_contain_text("试答完了", timeout=30_000)
        await expect(page.locator("#chat li").first).to_contain_text("第 1 题，共 7 题")
        await page.locator("#language").click()
        await expect(page.locator("#chat li")).to_have_count(0)
        await page.locator("#language").click()
        await expect(page.locator("#results-head")).to_contain_text("第 1 期")
        for ending in ("xlsx", "docx"):
            async with page.expect_download() as paper:
                await page.locator(f"#{ending}").click()
            assert (await paper.value).suggested_filename.endswith(f"第 1 期）.{ending}")


async def test_a_worker_sees_nothing_of_it(app: App, browser: Browser) -> None:
    async with a_page(browser) as page:
        await page.goto(f"{app.address}/?as=worker")
        await expect(page.locator("#keys button").first).to_be_visible()
        await page.goto(f"{app.address}/surveys?as=worker")
        await expect(page.locator("#notice")).to_contain_text("只给社区负责人和街道看")
        await expect(page.locator("#board")).to_be_hidden()
        answer = await page.request.get(f"{app.address}/surveys/trial?as=worker")
        assert answer.status == 403
        for file in ("bars.png", "ranks.png", "book.xlsx", "brief.docx"):
            answer = await page.request.get(f"{app.address}/surveys/{file}?as=worker")
            assert answer.status == 403
