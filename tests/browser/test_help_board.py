"""The live board in a real browser: a call appears, is taken, its log is read; by keyboard, in any look."""

import pytest
import sqlalchemy as sa
from playwright.async_api import Browser, expect

from bot.app import App
from storage.tables.people import buildings, communities, roles
from tests.browser.chromium import DESKTOP, PHONE, a_page
from tests.browser.running import check, link_for_the_head
from tests.support.clock import HandClock

pytestmark = pytest.mark.browser


async def test_a_call_is_seen_live_and_its_log_is_read_by_keyboard(
    app: App, browser: Browser, clock: HandClock
) -> None:
    async with a_page(browser) as others, a_page(browser, viewport=DESKTOP) as page:
        await page.goto(f"{app.address}/?as=supervisor")
        await page.get_by_role("link", name="看板").click()
        await expect(page.locator("#now")).to_have_text("现在没有没办完的求助。")
        await expect(page.locator("#targets li")).to_have_count(3)

        await others.goto(f"{app.address}/?as=worker")  # at work, so that there is somebody to tell
        await expect(others.locator("#keys button").first).to_be_visible()
        await others.goto(f"{app.address}/?as=elder")
        await others.locator("#keys .sos").click()
        card = page.locator("#open button")
        await expect(card).to_contain_text("陈奶奶")
        await expect(page.locator("#now")).to_contain_text("1 件没人接")
        clock.forward(seconds=50)
        await expect(card).to_contain_text("等了 5")

        await others.goto(f"{app.address}/?as=worker")
        await others.get_by_role("button", name="我来").last.click()
        await expect(card).to_contain_text("已接")
        await expect(card).to_contain_text("社工甲")

        await card.focus()
        await page.keyboard.press("Enter")
        log = page.get_by_role("dialog")
        await expect(log).to_contain_text("陈奶奶（示例）的求助，全程记录")
        await expect(log.locator("li").last).to_contain_text("社工甲：已接")
        await page.keyboard.press("Escape")
        await expect(card).to_be_focused()

        async with page.expect_download() as paper:
            await page.locator("#csv").click()
        assert (await paper.value).suggested_filename.startswith("求助数字-")


async def test_a_link_opens_once_and_a_worker_is_told_that_it_is_not_theirs(
    app: App, browser: Browser
) -> None:
    link = await link_for_the_head(app, "board")
    async with a_page(browser) as page:
        await page.goto(link)
        await expect(page.locator("#pressed")).to_contain_text("件求助")
        assert "key" not in page.url, "it stands in no history"
        await page.get_by_role("button", name="退出").click()
        await expect(page.locator("#notice")).to_contain_text("打开看板")
        await expect(page.locator("#board")).to_be_hidden()
    async with a_page(browser) as thief:
        await thief.goto(link)
        await expect(thief.locator("#notice")).to_contain_text("已经用过或过期了")
    async with a_page(browser) as page:
        await page.goto(f"{app.address}/?as=worker")
        await expect(page.locator("#keys button").first).to_be_visible()
        await expect(page.locator("#board")).to_be_hidden()
        await page.goto(f"{app.address}/board?as=worker")
        await expect(page.locator("#notice")).to_contain_text("只给社区负责人和街道看")


async def oversee_another(app: App) -> None:
    """The supervisor is at the bureau, too: for a community that lies to the east."""
    async with app.parts.database.writing() as work:
        head = await work.conn.scalar(
            sa.select(roles.c.person_id).where(roles.c.role == "supervisor")
        )
        row = {"code": "east", "name": "东边社区", "timezone": "Asia/Shanghai", "details": {}}
        made = await work.conn.execute(
            sa.insert(communities).values(row).returning(communities.c.id)
        )
        east = {"community_id": made.scalar_one()}
        await work.conn.execute(
            sa.insert(buildings), east | {"name": "1幢", "lat": 29.9, "lon": 121.7}
        )
        await work.conn.execute(sa.insert(roles), east | {"person_id": head, "role": "bureau"})


async def test_every_look_is_accessible_and_a_lost_desk_is_said(app: App, browser: Browser) -> None:
    await oversee_another(app)
    async with a_page(browser, reduced_motion="reduce") as page:
        await page.goto(f"{app.address}/?as=elder")
        await page.locator("#keys .sos").click()
        await expect(page.locator(".row.desk").last).to_be_visible()
        await page.goto(f"{app.address}/board?as=supervisor")
        await expect(page.locator("#open button")).to_be_visible()
        for size, scheme, now in ((PHONE, "light", "没办完"), (DESKTOP, "dark", "open now")):
            await page.set_viewport_size(size)  # type: ignore[arg-type]
            await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            await expect(page.locator("#now")).to_contain_text(now)
            await expect(page.locator("#on-map svg text")).to_have_count(2)
            await check(page, scheme)
            wide = await page.evaluate("document.documentElement.scrollWidth")
            assert wide <= size["width"], "nothing but the tables scrolls sideways"
            await page.locator("#language").click()
        await page.locator("#large").click()
        await page.locator("#open button").click()
        await expect(page.get_by_role("dialog")).to_be_visible()
        await check(page, "dialog")
        await page.keyboard.press("Escape")
        await page.context.set_offline(True)
        await expect(page.locator("#banner")).to_contain_text("连不上", timeout=20_000)
        await check(page, "offline")
        await page.context.set_offline(False)
        await expect(page.locator("#banner")).to_be_empty(timeout=20_000)
