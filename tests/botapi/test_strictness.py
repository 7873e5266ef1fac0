"""What the platform refuses is refused here, in its words, as both libraries report them."""

from __future__ import annotations

from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramForbiddenError, TelegramNotFound, TelegramUnauthorizedError
from aiohttp import ClientSession
from telegram.error import Forbidden
from telegram.ext import ExtBot

from tests.botapi import BotApi, png
from tests.botapi.clients import Client

WANG = 7


@pytest.fixture
def talking(api: BotApi) -> BotApi:
    api.user(WANG).starts()
    return api


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("字" * 4097, "message is too long"),
        ("👵" * 4097, "message is too long"),
        ("字" * 11_000, "text is too long"),
        (" \n\u200b ", "text must be non-empty"),
        ("<b></b>", "text must be non-empty"),
        ("a < b", 'unsupported start tag "" at byte offset 2'),
        ("<p>段落</p>", 'unsupported start tag "p" at byte offset 0'),
        ("电话<br>", 'unsupported start tag "br" at byte offset 6'),
        ("<b>没关", 'can\'t find end tag corresponding to start tag "b"'),
        ("<b>乱<i>套</b></i>", 'expected "</i>", found "</b>"'),
        ("完</b>", "unexpected end tag at byte offset 3"),
        ("<b", "unclosed start tag at byte offset 0"),
        ("<span>x</span>", 'must have class "tg-spoiler"'),
    ],
)
async def test_texts_that_are_refused(
    talking: BotApi, client: Client, text: str, reason: str
) -> None:
    with pytest.raises(client.refused) as refusal:
        await client.say(WANG, text)
    assert reason in str(refusal.value).lower().replace("</I>", "</i>")
    assert talking.user(WANG).heard == []


@pytest.mark.parametrize(
    ("text", "length"),
    [("字" * 4096, 4096), ("👵" * 4096, 4096), ("<b>" + "x" * 4096 + "</b>", 4096)],
)
async def test_length_is_counted_in_characters_after_parsing(
    talking: BotApi, client: Client, text: str, length: int
) -> None:
    await client.say(WANG, text)
    assert len(talking.user(WANG).heard[0].text) == length


async def test_plain_text_is_not_parsed(talking: BotApi, client: Client) -> None:
    await client.say(WANG, "3 < 5 & <b>", html=False)
    assert talking.user(WANG).heard[0].text == "3 < 5 & <b>"


@pytest.mark.parametrize(
    ("button", "reason"),
    [
        ({"text": "a", "callback_data": "求" * 22}, "button_data_invalid"),
        ({"text": "a"}, "text buttons are unallowed in the inline keyboard"),
        ({"text": "a", "callback_data": "a", "url": "https://a.cn"}, "exactly one action"),
        ({"text": "a", "url": "tel:120"}, "url 'tel:120' is invalid"),
        ({"text": "a", "url": "http://localhost/"}, "wrong http url"),
    ],
)
async def test_buttons_that_are_refused(
    talking: BotApi, client: Client, button: dict[str, Any], reason: str
) -> None:
    with pytest.raises(client.refused) as refusal:
        await client.say(WANG, "好", [[button]])
    assert reason in str(refusal.value).lower()


async def test_callback_data_may_have_64_bytes(talking: BotApi, client: Client) -> None:
    await client.say(WANG, "好", [[{"text": "a", "callback_data": "x" * 64}]])
    assert talking.user(WANG).taps("a").body["callback_query"]["data"] == "x" * 64


@pytest.mark.parametrize(
    "markup",
    [{"keyboard": ["一"]}, {"inline_keyboard": [["一"]]}, {"keyboard": [[{"label": "一"}]]}, [1]],
)
async def test_keyboards_of_a_wrong_shape_are_refused(talking: BotApi, markup: Any) -> None:
    status, answer = await _post(talking, "sendMessage", text="好", reply_markup=markup)
    assert (status, answer["error_code"]) == (400, 400)
    assert answer["description"].startswith("Bad Request: ")


async def test_captions_and_pictures(talking: BotApi, client: Client) -> None:
    await client.picture(WANG, png(), "字" * 1024)
    with pytest.raises(client.refused, match=r"(?i)message caption is too long"):
        await client.picture(WANG, png(), "字" * 1025)
    with pytest.raises(client.refused, match=r"(?i)image_process_failed"):
        await client.picture(WANG, b"no picture")
    with pytest.raises(client.refused, match=r"(?i)photo_invalid_dimensions"):
        await client.picture(WANG, png(2100, 100))
    with pytest.raises(client.refused, match=r"(?i)file must be non-empty"):
        await client.paper(WANG, "空.txt", b"")


async def test_edits_that_are_refused(talking: BotApi, client: Client) -> None:
    rows = [[{"text": "好", "callback_data": "ok"}]]
    message_id = await client.say(WANG, "<b>一</b>", rows)
    with pytest.raises(client.refused, match=r"(?i)message is not modified: specified new message"):
        await client.edit(WANG, message_id, "<b>一</b>", rows)
    await client.edit(WANG, message_id, "一", rows)
    with pytest.raises(client.refused, match=r"(?i)message_too_long"):
        await client.edit(WANG, message_id, "字" * 4097)
    with pytest.raises(client.refused, match=r"(?i)message to edit not found"):
        await client.edit(WANG, 999, "二")
    photo = await client.picture(WANG, png())
    with pytest.raises(client.refused, match=r"(?i)there is no text in the message to edit"):
        await client.edit(WANG, photo, "二")
    menu = await client.keyboard(WANG, "菜单", [[{"text": "办事"}]])
    with pytest.raises(client.refused, match=r"(?i)message can't be edited"):
        await client.edit(WANG, menu, "二")


async def test_whom_a_bot_may_write_to(
    api: BotApi, client: Client, aiogram_bot: Bot, ptb_bot: ExtBot[None]
) -> None:
    wang = api.user(WANG)
    with pytest.raises(client.refused, match=r"(?i)chat not found"):
        await client.say(12345, "有人吗")
    with pytest.raises(client.refused, match=r"(?i)bot can't initiate conversation with a user"):
        await client.say(WANG, "有人吗")
    wang.starts()
    wang.blocks()
    with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
        await aiogram_bot.send_message(WANG, "有人吗")
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await ptb_bot.send_message(WANG, "有人吗")
    with pytest.raises(RuntimeError, match="blocked"):
        wang.says("喂")
    wang.unblocks()
    await client.say(WANG, "有人吗")


async def test_wrong_tokens_and_methods(api: BotApi) -> None:
    for token, error in (("1:unknown", TelegramUnauthorizedError), ("12:!", TelegramNotFound)):
        async with Bot(token, AiohttpSession(api=TelegramAPIServer.from_base(api.url))) as stranger:
            with pytest.raises(error):
                await stranger.get_me()
    assert await _post(api, "sendTelepathy") == (
        404,
        {"ok": False, "error_code": 404, "description": "Not Found: method not found"},
    )


async def test_requests_may_be_json_forms_or_queries(talking: BotApi) -> None:
    address = f"{talking.url}/bot{talking.token}/SENDMESSAGE"
    body = {"chat_id": str(WANG), "text": "好"}
    async with ClientSession() as session:
        for answer in (
            await session.post(address, json=body),
            await session.post(address, data=body),
            await session.get(address, params=body),
        ):
            assert (await answer.json())["result"]["text"] == "好"
        async with session.post(address, data=b"{", headers=_JSON) as refusal:
            assert refusal.status == 400
    assert len(talking.user(WANG).heard) == 3


_JSON = {"Content-Type": "application/json"}


async def _post(api: BotApi, method: str, **body: Any) -> tuple[int, dict[str, Any]]:
    async with (
        ClientSession() as session,
        session.post(f"{api.url}/bot{api.token}/{method}", json={"chat_id": WANG} | body) as answer,
    ):
        return answer.status, await answer.json()
