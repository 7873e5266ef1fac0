"""Takes the README's pictures: `python -m docs.screenshots [folder]`, with Chromium installed.

Starts the demonstration on an empty database and a free port, and plays a scene with each persona.
"""

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, Page, ViewportSize, async_playwright, expect

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
PHONE: ViewportSize = {"width": 412, "height": 915}
TO_THE_TOP = """it => {
    const log = it.closest("#log");
    log.scrollTop += it.getBoundingClientRect().top - log.getBoundingClientRect().top - 16;
}"""
SETTLES = 700  # milliseconds for pictures to load and lines to come to rest

Scene = Callable[[Page], Awaitable[None]]


@asynccontextmanager
async def demonstration() -> AsyncIterator[str]:
    """The running demo's address."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "LINLI_DATABASE_URL": f"sqlite:///{folder}/linli.db",
            "LINLI_WEB_PORT": "0",
            "LINLI_TELEGRAM_TOKEN": "",
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "demo", stdout=asyncio.subprocess.PIPE, env=environment
        )
        assert process.stdout is not None
        try:
            yield await _address(process.stdout)
        finally:
            process.terminate()
            await process.communicate()


async def _address(output: asyncio.StreamReader) -> str:
    while line := (await output.readline()).decode():
        if "open: " in line:
            return line.rpartition("open: ")[2].strip()
    raise SystemExit("the demonstration did not start")


async def become(page: Page, persona: str) -> None:
    """Play somebody else, and wait for the greeting."""
    await page.locator(f'nav [data-as="{persona}"]').click()
    await expect(page.locator("#keys button").first).to_be_visible()
    await page.wait_for_timeout(SETTLES)


async def answered(page: Page, act: Awaitable[None]) -> None:
    """Do something, and wait for the desk to say something new."""
    before = await page.locator(".row.desk").count()
    await act
    await expect(page.locator(".row.desk").nth(before)).to_be_visible()
    await page.wait_for_timeout(SETTLES)


async def ask(page: Page) -> None:
    """A resident asks in their own words."""
    await become(page, "resident")
    await page.fill("#words", "居住证怎么办")
    await answered(page, page.press("#words", "Enter"))
    await page.evaluate("document.activeElement.blur()")


async def call(page: Page) -> None:
    """An elder presses the button; one press is the request."""
    await become(page, "elder")
    await answered(page, page.locator("#keys .sos").click())


async def come(page: Page) -> None:
    """Their worker sees it, and takes it."""
    await become(page, "worker")
    await page.get_by_role("button", name="我来").first.click()
    await page.wait_for_timeout(SETTLES)
    await page.locator("#log").evaluate("log => { log.scrollTop = log.scrollHeight; }")


async def oversee(page: Page) -> None:
    """The supervisor looks at the month's visits."""
    await become(page, "supervisor")
    await answered(page, page.locator("#keys button", has_text="走访进度").click())
    await page.wait_for_timeout(SETTLES)  # the words under the picture come after it
    await page.locator(".row.desk img").last.evaluate(TO_THE_TOP)


async def watch(page: Page) -> None:
    """The supervisor's live board: who waits, and how fast help was."""
    await page.get_by_role("link", name="看板").click()
    await expect(page.locator("#open button")).to_be_visible()
    await page.wait_for_timeout(SETTLES)


SCENES: dict[str, Scene] = {
    "resident": ask,
    "elder": call,
    "worker": come,
    "supervisor": oversee,
    "board": watch,
}


async def take(browser: Browser, address: str, folder: Path) -> None:
    """Every scene on one phone."""
    context = await browser.new_context(
        viewport=PHONE, device_scale_factor=2, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    page = await context.new_page()
    await page.goto(address)
    await become(page, "worker")  # at work before anything happens
    for name, scene in SCENES.items():
        await scene(page)
        await page.mouse.move(1, 1)
        await page.screenshot(path=folder / f"{name}.png")
    await context.close()


async def main(folder: Path) -> None:
    """Start the demo and the browser, and take all pictures."""
    async with demonstration() as address, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            await take(browser, address, folder)
        finally:
            await browser.close()


if __name__ == "__main__":
    pictures = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/images")
    pictures.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(pictures))
