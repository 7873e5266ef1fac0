"""Sessions, forged cookies, foreign pages, rates and limits of the web chat."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.channels.base import Unreadable
from bot.limits import Rate
from domain.messages import Location
from storage.database import Database
from tests.bot.channels.web_house import a_config, a_house, a_visitor, make_database


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = await make_database(tmp_path)
    yield database
    await database.close()


async def test_a_page_gets_a_session_that_scripts_cannot_read(database: Database) -> None:
    async with a_house(database) as house, a_visitor(house, greeted=False) as visitor:
        answer = await visitor.hello()
        cookie = answer.cookies["linli"]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert not cookie["secure"]
        assert len(visitor.session) == 24
        first = visitor.session
        await visitor.hello()
        assert visitor.session == first, "a visitor who comes back stays who they are"


async def test_over_https_the_cookie_is_kept_to_https(database: Database) -> None:
    config = a_config(base_url="https://linli.example")
    async with a_house(database, config) as house, a_visitor(house, greeted=False) as visitor:
        cookie = (await visitor.hello()).cookies["__Host-linli"]
        assert cookie["secure"]
        assert cookie["path"] == "/"


async def test_a_forged_cookie_opens_nothing(database: Database) -> None:
    async with a_house(database) as house, a_visitor(house) as victim, a_visitor(house) as other:
        [cookie] = victim.http.cookie_jar
        name, rest = cookie.value.split(".", 1)
        [own] = other.http.cookie_jar
        signature = own.value.split(".", 1)[1]
        for forged in (name, f"{name}.{signature}", f"{name}x.{rest}", "", "中文"):
            async with a_visitor(house, greeted=False) as thief:
                answer = await thief.get("/chat/events", Cookie=f"linli={forged}")
                assert answer.status == 401
                assert "zh" in answer.json()


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_foreign_pages_cannot_speak_for_a_visitor(
    database: Database, headers: dict[str, str]
) -> None:
    async with a_house(database) as house, a_visitor(house) as visitor:
        for path in ("/chat/send", "/chat/hello"):
            answer = await visitor.post(path, {"id": "1", "text": "你好"}, **headers)
            assert answer.status == 403
        assert not house.stored


async def test_whoever_sends_too_fast_is_told_so_in_both_languages(database: Database) -> None:
    config = a_config(messages_per_10s=3)
    async with a_house(database, config) as house, a_visitor(house) as visitor:
        statuses = [(await visitor.send(text="在吗")).status for _ in range(5)]
        assert statuses == [202, 202, 202, 429, 429]
        answer = await visitor.send(text="在吗")
        problem = answer.json()
        assert "120" in problem["zh"]
        assert "120" in problem["en"]
        assert 1 <= int(answer.headers["Retry-After"]) <= 10
        async with a_visitor(house) as neighbour:
            assert (await neighbour.send(text="在吗")).status == 202


async def test_new_sessions_are_limited_for_each_client(database: Database) -> None:
    config = a_config(new_sessions_per_minute=2, behind_proxy=True)
    async with a_house(database, config) as house:
        for address, status in (("1.1.1.1", 200), ("1.1.1.1", 200), ("1.1.1.1", 429)):
            async with a_visitor(house, greeted=False) as visitor:
                spoofed = {"X-Forwarded-For": f"9.9.9.9, {address}"}
                assert (await visitor.hello(**spoofed)).status == status
        async with a_visitor(house, greeted=False) as visitor:
            assert (await visitor.hello(**{"X-Forwarded-For": "2.2.2.2"})).status == 200


def test_a_rate_lets_in_again_when_the_time_is_over() -> None:
    now = [0.0]
    rate = Rate(2, 10, clock=lambda: now[0])
    assert [rate.take("a"), rate.take("a")] == [0, 0]
    now[0] = 4
    assert rate.take("a") == 6
    now[0] = 10.5
    assert rate.take("a") == 0


async def test_long_texts_get_a_clear_sentence(database: Database) -> None:
    async with a_house(database) as house, a_visitor(house) as visitor:
        assert (await visitor.send(text="长" * 4000)).status == 202
        answer = await visitor.send(text="长" * 4001)
        assert answer.status == 422
        assert "4000" in answer.json()["zh"]
        assert (await visitor.send(text="长" * 40_000)).status == 413
        assert len(house.stored) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"[]",
        b"[" * 60_000,
        b'{"id": "1"}',
        b'{"id": "1", "text": "  "}',
        b'{"id": "1", "text": 5}',
        b'{"id": "1", "text": "a", "action": "menu"}',
        b'{"id": "a b", "text": "a"}',
        b'{"text": "a"}',
        b'{"id": "1", "text": "\\ud83d"}',
        b'{"id": "1", "location": [91, 0]}',
        b'{"id": "1", "location": [NaN, 0]}',
        b'{"id": "1", "location": [1e999, 0]}',
        b'{"id": "1", "location": "here"}',
        b'{"id": "1", "location": [true, 0, 3]}',
        b'{"id": "1", "action": "menu", "ref": "-1"}',
        b'{"id": "1", "text": "a", "waited": -1}',
        b'{"id": "1", "text": "a", "waited": NaN}',
        b'{"id": "1", "action": "' + b"x" * 65 + b'"}',
    ],
)
async def test_what_no_page_of_ours_sends_is_refused(database: Database, body: bytes) -> None:
    async with a_house(database) as house, a_visitor(house) as visitor:
        answer = await visitor.post("/chat/send", body)
        assert answer.status == 400
        assert answer.json()["error"] == "malformed"
        assert not house.stored


async def test_what_is_stored_reads_as_what_was_said(database: Database) -> None:
    async with a_house(database) as house, a_visitor(house) as visitor:
        await visitor.post(
            "/chat/send", {"id": "a", "text": " 居住证怎么办 "}, **{"Accept-Language": "en-GB,en"}
        )
        await visitor.send("/chat/send?lang=zh", id="b", action="calls.take:12", ref="7")
        await visitor.send(id="c", location=[29.87, 121.55])
        await visitor.send(id="d", text="/start AB12")
        await visitor.send(id="e", text="/menu", waited=5400)
        text, tap, place, start, menu = (
            house.channel.read(one.payload) for one in house.stored.values()
        )
        assert (text.text, text.language_hint) == ("居住证怎么办", "en-GB")
        assert (tap.action, tap.message_ref, tap.tap_id) == ("calls.take:12", "7", "b")
        assert tap.language_hint == "zh"
        assert place.location == Location(29.87, 121.55)
        assert (start.action, start.text) == ("start:AB12", "")
        assert menu.action == "menu"
        assert text.address == visitor.session
        assert text.sent_at is not None
        assert menu.sent_at is not None
        late = text.sent_at - menu.sent_at
        assert timedelta(minutes=89) < late < timedelta(minutes=91), "it keeps the time it was said"
        assert set(house.stored) == {f"{visitor.session}:{key}" for key in "abcde"}


@pytest.mark.parametrize("payload", ["", "[]", "{}", '{"address": 1, "id": "x", "at": "never"}'])
async def test_a_damaged_update_is_unreadable(database: Database, payload: str) -> None:
    async with a_house(database) as house:
        with pytest.raises(Unreadable):
            house.channel.read(payload)


async def test_the_page_is_guarded_and_its_parts_never_go_stale(database: Database) -> None:
    async with a_house(database) as house, a_visitor(house, greeted=False) as visitor:
        page = await visitor.get("/")
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        text = page.text
        assert "<style" not in text
        assert " style=" not in text
        assert "//" not in text.replace("http://www.w3.org", "").split("<body>")[0].split("{")[0]
        again = await visitor.get("/", **{"If-None-Match": page.headers["ETag"]})
        assert again.status == 304
        script = text.split('type="module" src="')[1].split('"')[0]
        part = await visitor.get(script)
        assert part.status == 200
        assert "immutable" in part.headers["Cache-Control"]
        old = "/static/0123456789abcdef/" + script.rpartition("/")[2]
        assert (await visitor.get(old)).status == 404
        assert not visitor.http.cookie_jar, "looking at the page makes no session"


async def test_a_deep_link_carries_the_code(database: Database) -> None:
    config = a_config(base_url="https://linli.example/")
    async with a_house(database, config) as house:
        assert house.channel.link("A&B") == "https://linli.example/?code=A%26B"
