"""Invitation sheets: what is printed is read back as a telephone reads it, and opens the door once."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import Result

from bot.render.invitation import Card, sheets
from storage import enroll, inbox, people
from storage.database import Database
from storage.enroll_sheets import Audience, end_unused, guests, put_down
from tests.support import qr
from tests.support.clock import HandClock

Run = Callable[..., Result]
LINK = re.compile(r"https://desk\.example\.org/\?code=((?:[2-9A-HJ-NP-Z]{4}-?){3})")


def printed(file: str) -> list[str]:
    links = [qr.read(matrix) for matrix in qr.drawn(Path(file).read_bytes())]
    codes = [found[1] for link in links if (found := LINK.fullmatch(link))]
    assert len(codes) == len(links) == len(set(codes))
    return codes


def test_a_sheet_is_printed_once_and_a_lost_one_is_ended(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINLI_WEB_URL", "https://desk.example.org")
    done = run("invite-sheets", "test-place", "--for", "residents", "--out", "all.pdf")
    assert done.exit_code == 0, done.output
    assert "4 codes written to all.pdf" in done.output
    codes = printed("all.pdf")
    assert len(codes) == 4
    assert not any(code in done.output for code in codes)
    assert Path("all.pdf").stat().st_mode & 0o077 == 0

    again = run("invite-sheets", "test-place", "--for", "elders", "--out", "elders.pdf")
    assert again.exit_code == 2
    assert "All 1 are in already, or have a code that waits" in again.output
    anew = run("invite-sheets", "test-place", "--for", "elders", "--again", "--out", "elders.pdf")
    assert anew.exit_code == 0
    assert len(printed("elders.pdf")) == 1
    assert (
        "is there already"
        in run("invite-sheets", "test-place", "--again", "--out", "all.pdf").output
    )
    assert (
        "1 codes that nobody"
        in run("invite-sheets", "test-place", "--building", "3幢", "--end").output
    )
    assert run("invite-sheets", "test-place", "--out", "x.pdf", "--end").exit_code == 2
    assert (
        "nobody whom"
        in run("invite-sheets", "test-place", "--building", "99幢", "--out", "none.pdf").output
    )
    assert not Path("none.pdf").exists()


async def test_each_sheet_is_for_those_it_names(peopled: Database) -> None:
    async with peopled.reading() as work:
        here = (await people.all_communities(work))[0].id
        names = {
            (kind, building): [one.name for one in await guests(work, here, kind, building)]
            for kind in Audience
            for building in ("", "3幢")
        }
    assert names[Audience.RESIDENTS, "3幢"] == names[Audience.ELDERS, "3幢"] == ["陈奶奶"]
    assert names[Audience.FAMILIES, "3幢"] == ["小陈"], "brought to the elder's door"
    assert names[Audience.RESIDENTS, ""] == ["陈奶奶", "小陈", "王先生", "Alex"]
    assert names[Audience.WORKERS, ""] == ["书记", "社工甲", "社工乙", "社工丙"]


async def test_a_code_of_a_sheet_opens_once_and_ends_with_it(
    peopled: Database, clock: HandClock
) -> None:
    async with peopled.writing() as work:
        ids = await inbox.address_ids(work, [("memory", "phone")])
        address = ids["memory", "phone"]
        granny, son = [await people.person_by_code(work, code) for code in ("granny", "resident")]
        assert granny is not None
        assert son is not None
        old, new, his = (enroll.new_code() for _ in range(3))
        await put_down(work, {old: granny.id, his: son.id})
        await put_down(work, {new: granny.id})
        assert await enroll.redeem(work, old, address) is None, "the newer sheet holds"
        assert await enroll.redeem(work, new, address) == granny.id
        assert await enroll.redeem(work, new, address) is None
        assert await end_unused(work, [granny.id, son.id]) == 1
        assert await enroll.redeem(work, his, address) is None
        late = enroll.new_code()
        await put_down(work, {late: son.id})
    clock.forward(days=14)
    async with peopled.writing() as work:
        assert await enroll.redeem(work, late, address) is None


def test_pages_are_cut_by_building_and_the_same_cards_are_the_same_bytes() -> None:
    made = datetime(2026, 11, 26, tzinfo=UTC)
    cards = [
        Card(
            group, "测试社区", group, "陈奶奶", f"https://t.me/bot?start={rooms}-{room}", "K7QM", ()
        )
        for group, rooms in (("1幢", 9), ("3幢", 1))
        for room in range(rooms)
    ]
    file = sheets(cards, made)
    assert file == sheets(cards, made)
    assert len(re.findall(rb"/Type /Page\b", file)) == 3
    assert [qr.read(matrix) for matrix in qr.drawn(file)] == [card.link for card in cards]
