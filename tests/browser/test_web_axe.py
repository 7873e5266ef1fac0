"""axe-core finds nothing to object to, in any of the page's looks."""

import pytest
from playwright.async_api import Browser, expect

from tests.bot.channels.web_house import House
from tests.browser.chromium import DESKTOP, PHONE, a_page
from tests.browser.running import check

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_look_is_accessible(
    demo: House, browser: Browser, scheme: str, size: dict[str, int]
) -> None:
    async with a_page(browser, color_scheme=scheme, viewport=size, reduced_motion="reduce") as page:
        await page.goto(f"{demo.base}/?as=elder")
        log = page.locator("#log")
        await expect(log).to_contain_text("李奶奶，您好")
        for said, told in (("居住证怎么办", "15 个工作日"), ("图", "日记"), ("在哪", "这里")):
            await page.fill("#words", said)
            await page.press("#words", "Enter")
            await expect(log).to_contain_text(told)
        await page.locator("#keys .sos").click()
        await expect(page.locator("nav .unread")).to_be_visible()
        await page.get_by_role("button", name="摔倒").click()
        await expect(page.locator(".pressed")).to_be_visible()
        for language in ("中文", "English"):
            for large in ("large", "usual"):
                await check(page, f"{scheme} {language} {large}")
                await page.locator("#large").click()
            await page.locator("#language").click()
        await page.context.set_offline(True)
        await expect(page.locator("#banner")).to_contain_text("120")
        await page.locator("#place").click()
        await expect(page.locator("#toast")).not_to_be_empty()
        await check(page, f"{scheme} offline")
