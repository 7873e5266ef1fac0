"""Chromium for the browser tests: the machine's own, quiet, and never skipped in CI."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

PROGRAM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 860}
PATIENCE = 15_000
"""Milliseconds for the page to show what it should, however busy the machine; usually a few."""


expect.set_options(timeout=PATIENCE)


def need_chromium() -> None:
    """Skip where there is no Chromium; in CI, fail."""
    if Path(PROGRAM).exists():
        return
    if os.environ.get("CI"):
        pytest.fail(f"no Chromium at {PROGRAM}")
    pytest.skip(f"no Chromium at {PROGRAM}")


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A browser of our own, with an empty profile."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=PROGRAM, args=QUIET)
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def a_page(browser: Browser, trusting: bool = True, **settings: Any) -> AsyncIterator[Page]:
    """A fresh visitor's window, a phone's unless told otherwise; any script error fails the test.

    So does whatever the page's security policy stops, unless the test is about hostile content.
    """
    context = await browser.new_context(**{"viewport": PHONE, "locale": "zh-CN", **settings})
    page = await context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "console",
        lambda message: (
            errors.append(message.text)
            if trusting and "Content Security Policy" in message.text
            else None
        ),
    )
    try:
        yield page
        assert not errors, errors
    finally:
        await context.close()
