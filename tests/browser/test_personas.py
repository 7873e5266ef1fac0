"""Each persona's main path through the whole desk, as `make run` opens it, in Chromium."""

import pytest
from playwright.async_api import Browser, Page, expect

from bot.app import App
from tests.browser.chromium import a_page

pytestmark = pytest.mark.browser


@pytest.fixture
def address(app: App) -> str:
    """Where the running demonstration is."""
    return app.address


async def become(page: Page, persona: str) -> None:
    await page.locator(f'nav [data-as="{persona}"]').click()
    await expect(page.locator("#keys button").first).to_be_visible()


async def say(page: Page, words: str) -> None:
    await page.fill("#words", words)
    await page.press("#words", "Enter")


async def key(page: Page, label: str) -> None:
    await page.locator("#keys button", has_text=label).click()


async def tap(page: Page, label: str) -> None:
    await page.locator("#log button", has_text=label).last.click()


async def hears(page: Page, words: str) -> None:
    await expect(page.locator(".row.desk", has_text=words).last).to_be_visible()


async def test_a_resident_asks_and_reads_on(address: str, browser: Browser) -> None:
    async with a_page(browser) as page:
        await page.goto(address)
        await become(page, "resident")
        await say(page, "我爸满八十了，高龄津贴怎么领？")
        await hears(page, "每月都有一笔高龄津贴")
        await tap(page, "带什么")
        await hears(page, "社会保障卡")
        await tap(page, "返回")
        await hears(page, "每月都有一笔高龄津贴")

        await say(page, "楼上空调滴水滴到我家衣服上三年了")
        await tap(page, "问社工")
        await hears(page, "已经交给社工甲")
        await become(page, "worker")
        await tap(page, "回答")
        await hears(page, "请打字回答")
        await say(page, "明天上午我上门看一看")
        await become(page, "resident")
        await hears(page, "明天上午我上门看一看")

        await page.get_by_role("button", name="Switch to English").click()
        await hears(page, "English from now on")
        await expect(page.locator(".day").first).to_contain_text("November")
        await say(page, "bus card for elderly")
        await hears(page, "Free bus card for older people")
        await become(page, "elder")
        await expect(page.locator("#send")).to_have_text("发送")  # hers is as it was


async def test_an_elder_presses_and_the_worker_comes(address: str, browser: Browser) -> None:
    async with a_page(browser) as page:
        await page.goto(address)
        await become(page, "elder")
        await page.locator("#keys .sos").click()
        await hears(page, "收到了（10:00）")
        await hears(page, "打字也行")  # nobody can speak into this page

        await become(page, "worker")
        await hears(page, "陈奶奶（示例） 求助")
        await tap(page, "我来")
        await hears(page, "社工甲 已接")
        following = page.get_by_role("button", name="在路上").last
        await expect(following).to_be_in_viewport(ratio=1)  # on a phone, under a long card
        await tap(page, "在路上")
        await tap(page, "到了")
        await tap(page, "已处理")
        await tap(page, "✅ 帮好了")
        await hears(page, "社工甲 已处理：帮好了")

        await become(page, "elder")
        await hears(page, "您的求助：社工甲正在路上")
        await hears(page, "您的求助：社工甲说已经帮好了")
        await become(page, "family")
        await hears(page, "社工甲接到了陈奶奶（示例）的求助")


async def test_a_worker_logs_a_visit_and_takes_the_diary(address: str, browser: Browser) -> None:
    async with a_page(browser) as page:
        await page.goto(address)
        await become(page, "worker")
        await say(page, "3幢502 阿姨血压高 要换药")
        await hears(page, "记下了：3幢502")
        await tap(page, "养老服务")
        await hears(page, "养老服务")
        await key(page, "本月走访")
        await hears(page, "/30")
        await say(page, "/diary")
        async with page.expect_download() as paper:
            await page.locator(".row.desk a", has_text=".xlsx").last.click()
        assert (await paper.value).suggested_filename.endswith(".xlsx")


async def test_a_supervisor_sees_the_month_and_launches_a_survey(
    address: str, browser: Browser
) -> None:
    async with a_page(browser) as page:
        await page.goto(address)
        await become(page, "supervisor")
        await key(page, "走访进度")
        await hears(page, "社工甲")
        await expect(page.locator(".row.desk img").last).to_have_js_property("complete", True)
        await key(page, "更多功能")
        await tap(page, "满意度评议")
        await tap(page, "居民评社区")
        await tap(page, "简版")
        await hears(page, "问什么")
        await tap(page, "发起")
        await hears(page, "发起了")

        await become(page, "resident")
        await tap(page, "开始")
        for number in range(1, 8):
            await hears(page, f"第 {number} 题")
            await tap(page, "非常满意")
        await tap(page, "不写，跳过")
        await tap(page, "交上去")
        await hears(page, "收到了，谢谢您")
        await become(page, "supervisor")
        await key(page, "更多功能")
        await tap(page, "满意度评议")
        await tap(page, "居民评社区")
        await hears(page, "收回 1 份")
