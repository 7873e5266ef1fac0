"""The board of visits in a real browser: from a worker to a home and back by keyboard; and a ledger."""

import pytest
from playwright.async_api import Browser, expect

from bot.app import App
from tests.browser.chromium import DESKTOP, PHONE, a_page
from tests.browser.running import check

pytestmark = pytest.mark.browser


async def test_from_the_community_to_a_home_by_keyboard_in_every_look(
    app: App, browser: Browser
) -> None:
    async with a_page(browser, reduced_motion="reduce") as page:
        await page.goto(f"{app.address}/?as=supervisor")
        await expect(page.locator("#keys button").first).to_be_visible()
        await page.goto(f"{app.address}/visits?as=supervisor")
        lines = page.locator("#lines tbody tr")
        await expect(lines.first).to_be_visible()
        for size, scheme, said in (
            (PHONE, "light", "走访进度"),
            (DESKTOP, "dark", "Visits against the pace"),
        ):
            await page.set_viewport_size(size)  # type: ignore[arg-type]
            await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            await expect(page.locator("#progress-head")).to_have_text(said)
            await expect(page.locator("#cover tbody tr").first).to_be_visible()
            await check(page, scheme)
            wide = await page.evaluate("document.documentElement.scrollWidth")
            assert wide <= size["width"], "nothing but the tables scrolls sideways"
            await page.locator("#language").click()
        await expect(page.locator("#progress-head")).to_have_text("走访进度")

        name = lines.first.get_by_role("button")
        await name.focus()
        await page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog")
        await expect(dialog).to_contain_text("的住户")
        await check(page, "homes")
        await dialog.locator("tbody button").first.click()
        await expect(dialog).to_contain_text("看过这一户会留下记录")
        await check(page, "home")
        await page.get_by_role("button", name="返回住户").click()
        await expect(dialog).to_contain_text("的住户")
        await page.keyboard.press("Escape")
        await expect(lines.first.get_by_role("button")).to_be_focused()

        async with page.expect_download() as paper:
            await page.get_by_role("link", name="走访日记 XLSX").click()
        assert (await paper.value).suggested_filename.endswith("走访日记.xlsx")
        await page.context.set_offline(True)
        await page.locator("#refresh").click()
        await expect(page.locator("#banner")).to_contain_text("连不上")
        await page.context.set_offline(False)
        await expect(page.locator("#banner")).to_be_empty(timeout=20_000)

        await page.goto(f"{app.address}/?as=elder")
        await expect(page.locator("#keys button").first).to_be_visible()
        await page.goto(f"{app.address}/visits?as=elder")
        await expect(page.locator("#notice")).to_contain_text("走访看板只给")
        await expect(page.locator("#board")).to_be_hidden()
