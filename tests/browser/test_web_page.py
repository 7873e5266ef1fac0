"""The web page in a real browser: what an elder sees, presses and is told."""

from typing import Any

import pytest
from markupsafe import Markup
from playwright.async_api import Browser, Page, expect

from domain.messages import Message
from storage.database import Database
from tests.bot.channels.web_house import House, a_config, a_house
from tests.browser.chromium import a_page
from tests.browser.desk import answer
from tests.browser.running import check

pytestmark = pytest.mark.browser

LOG = "#log"


async def write(page: Page, text: str) -> None:
    await page.fill("#words", text)
    await page.press("#words", "Enter")


async def session_of(page: Page) -> str:
    [cookie] = await page.context.cookies()
    assert cookie["httpOnly"]
    return str(cookie["value"]).split(".")[0]


async def test_one_press_and_the_worker_knows(demo: House, browser: Browser) -> None:
    async with a_page(browser) as page:
        await page.goto(f"{demo.base}/?as=elder")
        await expect(page.locator(LOG)).to_contain_text("李奶奶，您好")
        sos = page.locator("#keys .sos")
        box = await sos.bounding_box()
        assert box is not None
        assert box["height"] >= 64
        assert box["width"] >= 0.9 * 360, "as wide as the phone"
        await sos.click()
        await expect(page.locator(LOG)).to_contain_text("已经通知社工")
        worker = page.locator("nav button", has_text="社工")
        await expect(worker).to_contain_text("有新消息")
        await worker.click()
        await expect(page.locator(LOG)).to_contain_text("李奶奶（3幢502）求助")
        await expect(worker).not_to_contain_text("有新消息")
        await expect(page.locator(LOG)).not_to_contain_text("已经通知社工")


async def test_only_a_call_for_help_looks_like_one(house: House, browser: Browser) -> None:
    async with a_page(browser) as page:
        await page.goto(house.base)
        await expect(page.locator(LOG)).to_contain_text("李奶奶，您好")
        await write(page, "清单")
        buttons = page.locator(".row").last.locator("button")
        await expect(buttons).to_have_text(["🆘 求助清单", "SOS一键求助"])
        await expect(buttons.first).not_to_have_class("sos")
        await expect(buttons.last).to_have_class("sos")


async def test_a_question_gets_its_answer_and_a_tap_is_felt(house: House, browser: Browser) -> None:
    async with a_page(browser) as page:
        await page.goto(house.base)
        await expect(page.locator("nav")).to_be_hidden()
        await write(page, "居住证怎么办")
        tap = page.get_by_role("button", name="带什么材料")
        await tap.click()
        await expect(tap).to_contain_text("已按")
        await expect(page.locator(LOG)).to_contain_text("您说：ask.part:1")
        link = page.get_by_role("link", name="看原文")
        assert await link.get_attribute("rel") == "noopener noreferrer"


async def test_an_edit_replaces_what_was_tapped_and_keeps_the_focus(
    house: House, browser: Browser
) -> None:
    async with a_page(browser) as page:
        await page.goto(house.base)
        await page.locator("#keys .sos").click()
        wrong = page.get_by_role("button", name="按错了")
        await wrong.focus()
        await page.keyboard.press("Enter")
        await expect(page.locator(LOG)).to_contain_text("这次算按错了")
        await expect(page.locator(LOG)).not_to_contain_text("已经通知社工")
        await expect(page.locator("#toast")).to_have_text("已取消")
        assert await page.evaluate("document.activeElement.textContent.includes('算按错了')")


async def test_what_is_said_while_the_line_is_dead_arrives_once(
    database: Database, browser: Browser, unused_tcp_port: int
) -> None:
    async with a_page(browser) as page:
        async with a_house(database, a_config(), answer, unused_tcp_port) as house:
            await page.goto(house.base)
            await expect(page.locator(LOG)).to_contain_text("李奶奶，您好")
        await expect(page.locator("#banner")).to_contain_text("急事请直接打 120")
        await write(page, "有人在吗")
        await expect(page.locator(".pending")).to_contain_text("网络一好就自动再发")
        async with a_house(database, a_config(), answer, unused_tcp_port) as again:
            again.restart_at(1000)
            await expect(page.locator(LOG)).to_contain_text("您说：有人在吗")
            await expect(page.locator("#banner")).to_be_empty()
            await expect(page.locator(".pending")).to_have_count(0)
            await expect(page.get_by_text("有人在吗", exact=True)).to_have_count(1)
            await expect(page.get_by_text("李奶奶，您好")).to_have_count(1)
            assert len(again.stored) == 1


async def test_a_reload_keeps_what_was_not_sent_yet(house: House, browser: Browser) -> None:
    async with a_page(browser) as page:
        await page.goto(house.base)
        await expect(page.locator(LOG)).to_contain_text("李奶奶，您好")
        await house.channel.stop_receiving()
        await write(page, "别丢了")
        await expect(page.locator("#toast")).to_contain_text("会自动再试")
        await page.reload()
        await expect(page.locator(".pending")).to_contain_text("别丢了")
        await house.channel.start(house.store)
        await expect(page.locator(LOG)).to_contain_text("您说：别丢了")
        await expect(page.get_by_text("别丢了", exact=True)).to_have_count(1)


async def test_a_call_for_help_from_yesterday_is_not_sent(house: House, browser: Browser) -> None:
    async with a_page(browser) as page:
        await page.goto(house.base)
        await expect(page.locator(LOG)).to_contain_text("李奶奶，您好")
        old = {"id": "x", "as": "", "body": {"action": "help.press"}, "urgent": True}
        await page.evaluate(
            "old => localStorage.setItem('linli.queue', JSON.stringify([old]))",
            {**old, "at": "2026-01-01T08:00:00Z"},
        )
        await page.reload()
        await expect(page.locator("#toast")).to_contain_text("过了太久")
        await expect(page.locator(LOG)).to_contain_text("李奶奶，您好")
        assert not any(key.endswith(":x") for key in house.stored)


async def test_a_session_that_is_lost_begins_anew(house: House, browser: Browser) -> None:
    async with a_page(browser) as page:
        await page.goto(house.base)
        await expect(page.locator(LOG)).to_contain_text("李奶奶，您好")
        await page.context.clear_cookies()
        await write(page, "我还在")
        await expect(page.locator(LOG)).to_contain_text("您说：我还在")
        await expect(page.get_by_text("我还在", exact=True)).to_have_count(1)


async def test_large_text_is_really_larger_and_remembered(house: House, browser: Browser) -> None:
    async with a_page(browser) as page:
        await page.goto(house.base)
        await expect(page.locator(LOG)).to_contain_text("李奶奶，您好")
        small = await _sizes(page)
        await page.get_by_role("button", name="大字").click()
        large = await _sizes(page)
        assert large["text"] > 1.3 * small["text"]
        assert large["text"] >= 23
        assert large["sos"] > 1.1 * small["sos"]
        await page.reload()
        await expect(page.get_by_role("button", name="大字")).to_have_attribute(
            "aria-pressed", "true"
        )
        await expect(page.locator(LOG)).to_contain_text("李奶奶，您好")
        assert await _sizes(page) == large
        assert await page.evaluate("document.documentElement.scrollWidth") <= 360


async def test_a_browser_without_chinese_is_met_in_english(house: House, browser: Browser) -> None:
    async with a_page(browser, locale="en-GB") as page:
        await page.goto(house.base)
        await expect(page.locator("html")).to_have_attribute("lang", "en")
        await expect(page.locator("#send")).to_have_text("Send")


async def test_an_elder_starts_with_large_text(demo: House, browser: Browser) -> None:
    async with a_page(browser) as page:
        await page.goto(f"{demo.base}/?as=elder")
        large = page.get_by_role("button", name="大字")
        await expect(large).to_have_attribute("aria-pressed", "true")
        await page.locator("nav button", has_text="社工").click()
        await expect(large).to_have_attribute("aria-pressed", "false")


async def test_on_a_small_page_the_other_keys_are_one_tap_away(
    demo: House, browser: Browser
) -> None:
    async with a_page(browser, viewport={"width": 320, "height": 568}) as page:
        await page.goto(f"{demo.base}/?as=elder")
        call, other = page.locator("#keys .sos"), page.locator("#keys button:not(.sos)").last
        more = page.get_by_role("button", name="其他按钮", exact=True)
        await expect(call).to_be_in_viewport(ratio=1)
        await expect(other).to_be_hidden()
        await more.press("Enter")
        await expect(more).to_have_attribute("aria-expanded", "true")
        await expect(more).to_be_in_viewport(ratio=1)
        await check(page, "all keys")
        await other.press("Enter")
        await expect(more).to_have_attribute("aria-expanded", "false")
        await expect(more).to_be_focused()
        await expect(other).to_be_hidden()
        await page.get_by_role("button", name="大字").click()
        await expect(more).to_be_hidden()
        await expect(other).to_be_visible()


async def _sizes(page: Page) -> Any:
    return await page.evaluate(
        """() => ({
            text: parseFloat(getComputedStyle(document.querySelector(".text")).fontSize),
            sos: document.querySelector("#keys .sos").offsetHeight,
        })"""
    )


async def test_enter_that_chooses_a_word_does_not_send(house: House, browser: Browser) -> None:
    async with a_page(browser) as page:
        await page.goto(house.base)
        await expect(page.locator(LOG)).to_contain_text("李奶奶，您好")
        before = house.received
        await page.fill("#words", "ju zhu zheng")
        for event in ("{isComposing: true}", "{keyCode: 229}"):
            await page.evaluate(
                f"""document.getElementById("words").dispatchEvent(new KeyboardEvent(
                "keydown", {{key: "Enter", bubbles: true, cancelable: true, ...{event}}}))"""
            )
        await page.press("#words", "Shift+Enter")
        assert house.received == before
        assert await page.input_value("#words") == "ju zhu zheng\n"


async def test_everything_can_be_done_from_the_keyboard(house: House, browser: Browser) -> None:
    async with a_page(browser) as page:
        await page.goto(house.base)
        await expect(page.locator(LOG)).to_contain_text("李奶奶，您好")
        await page.keyboard.press("Tab")
        assert await _focused(page) == "跳到输入框"
        await page.keyboard.press("Enter")
        await page.keyboard.type("居住证怎么办")
        await page.keyboard.press("Enter")
        await expect(page.locator(LOG)).to_contain_text("15 个工作日")
        seen = []
        for _ in range(20):
            await page.keyboard.press("Shift+Tab")
            seen.append(await _focused(page))
            if seen[-1] == "大字":
                break
        assert seen[0].startswith("位置")
        for name in ("SOS一键求助", "看原文", "问社工", "120", "大字"):
            assert name in seen, seen
        outline = "getComputedStyle(document.activeElement).outlineStyle"
        assert await page.evaluate(outline) == "solid"


async def _focused(page: Page) -> str:
    return str(await page.evaluate("document.activeElement.textContent.trim()"))


async def test_hostile_markup_stays_words(house: House, browser: Browser) -> None:
    async with a_page(browser, trusting=False) as page:
        await page.goto(house.base)
        await expect(page.locator(LOG)).to_contain_text("李奶奶，您好")
        await house.say(
            await session_of(page),
            Message(
                Markup(
                    '<img src=x onerror="window.bad=1"><script>window.bad=1</script>'
                    '<a href="javascript:window.bad=1">点我</a><b onclick="window.bad=1">粗</b>'
                    '<svg onload="window.bad=1"></svg><a href="tel:110">110</a>'
                )
            ),
        )
        row = page.locator(".row").last
        await expect(row).to_contain_text("点我粗110")
        assert await row.locator("img, script, svg, [onclick]").count() == 0
        assert await row.locator("a").count() == 1
        assert await page.evaluate("window.bad") is None


async def test_numbers_can_be_called_with_one_touch(house: House, browser: Browser) -> None:
    async with a_page(browser) as page:
        await page.goto(house.base)
        await expect(page.locator(LOG)).to_contain_text("李奶奶，您好")
        words = "打 <b>120</b>，女儿 13900000002，居委会 0574-87654321，杭州 0571-12345，每月 <b>120</b> 元"
        await house.say(
            await session_of(page),
            Message(Markup(words.replace("<b>120</b> 元", "120 元，编号 20261234567890"))),
        )
        links = page.locator(".row").last.locator("a")
        await expect(links).to_have_text(["120", "13900000002", "0574-87654321", "0571-12345"])
        assert await links.last.get_attribute("href") == "tel:057112345"


async def test_whoever_reads_further_up_is_not_pulled_down(house: House, browser: Browser) -> None:
    async with a_page(browser) as page:
        await page.goto(house.base)
        await expect(page.locator(LOG)).to_contain_text("李奶奶，您好")
        session = await session_of(page)
        for number in range(25):
            await house.say(session, f"第{number}条")
        await expect(page.locator(LOG)).to_contain_text("第24条")
        await page.evaluate("document.getElementById('log').scrollTop = 0")
        chip = page.locator("#newer")
        await expect(chip).to_have_text("往下看 ↓")
        await house.say(session, "最新")
        await expect(chip).to_have_text("有新消息 ↓")
        assert await page.evaluate("document.getElementById('log').scrollTop") == 0
        await chip.click()
        await expect(chip).to_be_hidden()
        await expect(page.get_by_text("最新", exact=True)).to_be_in_viewport()


async def test_a_place_is_sent_or_refused_in_plain_words(house: House, browser: Browser) -> None:
    async with a_page(browser) as page:
        await page.goto(house.base)
        await page.locator("#place").click()
        await expect(page.locator("#toast")).to_contain_text("没有允许使用位置")
    here = {"latitude": 29.87, "longitude": 121.55}
    async with a_page(browser, geolocation=here, permissions=["geolocation"]) as page:
        await page.goto(house.base)
        await page.locator("#place").click()
        await expect(page.locator(".row.mine:not(.pending)")).to_contain_text("我的位置")
        await expect(page.locator(LOG)).to_contain_text("您说：")
        stored = [house.channel.read(one.payload).location for one in house.stored.values()]
        assert [(p.latitude, p.longitude) for p in stored if p] == [(29.87, 121.55)]


async def test_an_enrolment_link_is_used_once_and_vanishes(house: House, browser: Browser) -> None:
    async with a_page(browser) as page:
        for code, address in (("AB12", house.channel.link("AB12")), ("CD34", "/#join=CD34")):
            await page.goto(house.base + "/" + address.rpartition("/")[2])
            await expect(page.locator(LOG)).to_contain_text(f"您说：start:{code}")
            await page.wait_for_url(f"{house.base}/")
            house.stored.clear()
            await page.reload()
            await expect(page.locator(LOG)).to_contain_text(f"您说：start:{code}")
            assert not house.stored


async def test_too_fast_is_said_and_nothing_is_lost(database: Database, browser: Browser) -> None:
    config = a_config(messages_per_10s=2)
    async with a_house(database, config, answer) as house, a_page(browser) as page:
        await page.goto(house.base)
        await expect(page.locator(LOG)).to_contain_text("李奶奶，您好")
        await write(page, "一")
        await write(page, "二")
        await expect(page.locator("#toast")).to_contain_text("请稍等几秒")
        await expect(page.locator(LOG)).to_contain_text("您说：二", timeout=20_000)


async def test_pictures_and_papers(house: House, browser: Browser) -> None:
    async with a_page(browser) as page:
        await page.goto(house.base)
        await write(page, "图")
        image = page.get_by_role("img", name="三月走访：18 户里完成 16 户")
        await expect(image).to_be_visible()
        assert await image.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
        async with page.expect_download() as waiting:
            await page.get_by_role("link", name="走访日记.xlsx").click()
        assert (await waiting.value).suggested_filename == "走访日记.xlsx"


async def test_the_page_speaks_english_too(house: House, browser: Browser) -> None:
    async with a_page(browser) as page:
        await page.goto(house.base)
        await page.get_by_role("button", name="Switch to English").click()
        await expect(page.get_by_role("button", name="Send", exact=True)).to_be_visible()
        assert await page.get_attribute("html", "lang") == "en"
        assert await page.locator(".text").first.get_attribute("lang") == "zh-CN"
        await page.reload()
        await expect(page.get_by_role("button", name="Send", exact=True)).to_be_visible()
