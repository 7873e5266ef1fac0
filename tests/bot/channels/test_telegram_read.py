"""What people do on Telegram, as the desk understands it."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.channels.base import Ignore, Unreadable
from bot.channels.telegram.config import NAME
from bot.channels.telegram.raw import received
from bot.channels.telegram.read import read
from domain.messages import Contact, GroupNews, Incoming, Location, Media, MediaKind, PollNews

WANG = {"id": 7, "is_bot": False, "first_name": "王阿姨", "language_code": "zh-hans"}
PRIVATE = {"id": 7, "type": "private", "first_name": "王阿姨"}
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


def a_message(**content: Any) -> dict[str, Any]:
    head = {"message_id": 5, "date": int(NOON.timestamp()), "chat": PRIVATE, "from": WANG}
    return {"update_id": 1, "message": head | content}


def heard(update: dict[str, Any]) -> Incoming:
    return read(received(update).payload)


def said(**content: Any) -> Incoming:
    return heard(a_message(**content))


def test_a_text_with_all_that_the_platform_says_about_it() -> None:
    assert said(text="怎么办居住证？") == Incoming(
        channel=NAME, address="7", text="怎么办居住证？", sent_at=NOON, language_hint="zh-hans"
    )


@pytest.mark.parametrize(
    ("typed", "action"),
    [
        ("/start", "start"),
        ("/start A7-k_2", "start:A7-k_2"),
        ("/start@linli_bot A7-k_2", "start:A7-k_2"),
        ("/Menu", "menu"),
        ("/visit 3幢502 老人 一切都好\n下周再去", "visit:3幢502 老人 一切都好\n下周再去"),
    ],
)
def test_a_command_is_an_action(typed: str, action: str) -> None:
    incoming = said(text=typed)
    assert (incoming.action, incoming.text) == (action, "")


@pytest.mark.parametrize("typed", ["/", "/ 3幢", "我要/menu", "/calls.take:12", "1/2"])
def test_what_only_looks_like_a_command_is_text(typed: str) -> None:
    incoming = said(text=typed)
    assert (incoming.action, incoming.text) == ("", typed)


def test_the_largest_of_a_photos_sizes_with_its_caption() -> None:
    sizes = [(90, "small"), (1280, "large"), (320, "middle")]
    photo = [
        {"file_id": name, "file_unique_id": name, "width": w, "height": w} for w, name in sizes
    ]
    incoming = said(photo=photo, caption="楼道灯坏了")
    assert incoming.media == Media(MediaKind.PHOTO, NAME, "large")
    assert incoming.text == "楼道灯坏了"


def test_a_caption_is_never_a_command() -> None:
    voice = {"file_id": "v", "file_unique_id": "v", "duration": 3}
    incoming = said(voice=voice, caption="/menu")
    assert (incoming.media, incoming.action) == (Media(MediaKind.VOICE, NAME, "v"), "")


def test_a_document() -> None:
    incoming = said(document={"file_id": "d", "file_unique_id": "d"})
    assert incoming.media == Media(MediaKind.DOCUMENT, NAME, "d")


def test_a_place_alone_or_with_a_name() -> None:
    point = {"latitude": 29.87, "longitude": 121.55}
    venue = {"location": point, "title": "鼓楼", "address": "海曙区"}
    assert said(location=point).location == Location(29.87, 121.55)
    assert said(venue=venue, location=point).location == Location(29.87, 121.55)


def test_a_contact_card() -> None:
    card = {"phone_number": "+8613800000000", "first_name": "王", "last_name": "秀英"}
    assert said(contact=card).contact == Contact("+8613800000000", "王 秀英")


def test_a_sticker_arrives_empty_so_that_it_can_be_answered() -> None:
    sticker = {
        "file_id": "s",
        "file_unique_id": "s",
        "type": "regular",
        "width": 512,
        "height": 512,
        "is_animated": False,
        "is_video": False,
    }
    incoming = said(sticker=sticker)
    assert (incoming.text, incoming.action, incoming.media) == ("", "", None)


def test_what_no_database_can_keep_is_taken_out_and_the_rest_understood() -> None:
    assert said(text="救\x00命\ud83d🌻").text == "救命?🌻"


def a_tap(**changed: Any) -> dict[str, Any]:
    tap = {
        "id": "99",
        "from": WANG,
        "chat_instance": "1",
        "data": "calls.take:12",
        "message": a_message(text="menu")["message"],
    }
    return {"update_id": 2, "callback_query": tap | changed}


def test_a_tap_names_its_button_and_its_message() -> None:
    incoming = heard(a_tap())
    assert (incoming.address, incoming.action) == ("7", "calls.take:12")
    assert (incoming.message_ref, incoming.tap_id) == ("5", "99")


def test_a_tap_on_a_message_too_old_to_see() -> None:
    incoming = heard(a_tap(message={"chat": PRIVATE, "message_id": 3, "date": 0}))
    assert (incoming.address, incoming.message_ref) == ("7", "3")


@pytest.mark.parametrize(("status", "reachable"), [("kicked", False), ("member", True)])
def test_blocking_and_coming_back(status: str, reachable: bool) -> None:
    bot = {"id": 1, "is_bot": True, "first_name": "邻里"}
    states: dict[str, dict[str, Any]] = {
        "kicked": {"status": "kicked", "user": bot, "until_date": 0},
        "member": {"status": "member", "user": bot},
    }
    old = states["member" if status == "kicked" else "kicked"]
    change = {"chat": PRIVATE, "from": WANG, "date": int(NOON.timestamp())}
    change |= {"old_chat_member": old, "new_chat_member": states[status]}
    incoming = heard({"update_id": 3, "my_chat_member": change})
    assert (incoming.address, incoming.reachable, incoming.text) == ("7", reachable, "")


@pytest.mark.parametrize(
    "update",
    [
        a_tap(message=None),
        a_tap(data=None, game_short_name="chess"),
        {"update_id": 4, "edited_message": a_message(text="改了")["message"]},
        a_message(pinned_message=a_message(text="old")["message"]),
    ],
)
def test_what_asks_nothing_of_us(update: dict[str, Any]) -> None:
    with pytest.raises(Ignore):
        heard(update)


A_GROUP = {"id": -5, "type": "supergroup", "title": "楼道群"}


@pytest.mark.parametrize("more", [{}, {"reply_to_message": a_message(text="投票")["message"]}])
def test_what_people_say_in_a_group_is_neither_kept_nor_read(more: dict[str, Any]) -> None:
    update = a_message(text="/sos 陈奶奶摔倒了", chat=A_GROUP, **more)
    assert received(update).payload == ""
    with pytest.raises(Ignore):  # one that was stored before this was so
        read(json.dumps(update))


@pytest.mark.parametrize(
    ("member", "inside", "admin"),
    [
        ({"status": "member"}, True, False),
        ({"status": "administrator", "can_fly": True}, True, True),
        ({"status": "restricted", "is_member": True, "can_send_polls": True}, True, False),
        ({"status": "restricted", "is_member": True, "can_send_polls": False}, False, False),
        ({"status": "left"}, False, False),
        ({"status": "kicked", "until_date": 0}, False, False),
    ],
)
def test_what_became_of_the_desk_in_a_group(
    member: dict[str, Any], inside: bool, admin: bool
) -> None:
    """Whatever rights this version of the platform lists, and whether or not the library knows them."""
    bot = {"id": 1, "is_bot": True, "first_name": "邻里"}
    change = {"chat": A_GROUP, "from": WANG, "date": int(NOON.timestamp())}
    change |= {"old_chat_member": {"status": "left", "user": bot}}
    change |= {"new_chat_member": member | {"user": bot}}
    incoming = heard({"update_id": 3, "my_chat_member": change})
    assert incoming.news == GroupNews("楼道群", "7", inside, admin)
    assert (incoming.address, incoming.reachable) == ("-5", None)


def test_a_group_that_gets_another_number_and_a_poll_that_is_counted() -> None:
    moved = heard(a_message(chat=A_GROUP | {"type": "group"}, migrate_to_chat_id=-1005))
    assert moved.news == GroupNews(moved_to="-1005")
    option = {"text": "周六", "voter_count": 3, "persistent_id": "a"}
    poll = {
        "id": "77",
        "question": "哪天？",
        "options": [option, option | {"text": "周日", "voter_count": 1}],
        "total_voter_count": 4,
        "is_closed": True,
        "is_anonymous": True,
        "type": "regular",
        "allows_multiple_answers": False,
        "allows_revoting": True,
        "members_only": False,
    }
    counted = {"update_id": 8, "poll": poll}
    assert received(counted).address == "poll:77"
    assert heard(counted).news == PollNews("77", (3, 1), 4, closed=True)


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "{",
        "[]",
        "null",
        "[" * 100_000,
        '{"update_id": 1}',
        '{"update_id": 1, "teleport": {}}',
        '{"update_id": "x", "message": 3}',
        json.dumps(a_message(text={"not": "text"})),
    ],
)
def test_what_cannot_be_understood(payload: str) -> None:
    with pytest.raises(Unreadable):
        read(payload)


def test_the_fault_says_where_but_never_what_was_said() -> None:
    update = a_message(text="我的秘密")
    update["message"]["date"] = "我的秘密"
    with pytest.raises(Unreadable, match=r"message\.date") as fault:
        heard(update)
    assert "秘密" not in str(fault.value)


@pytest.mark.parametrize(
    ("update", "key", "address"),
    [
        (a_message(text="hi"), "1", "7"),
        (a_tap(), "2", "7"),
        (a_tap(message=None), "2", ""),
        ({"update_id": 9, "teleport": {"chat": {"id": 8}}}, "9", "8"),
        ({"update_id": 9, "teleport": {"chat": {"id": "8; drop"}}}, "9", ""),
        ({"update_id": 9}, "9", ""),
    ],
)
def test_the_inbox_row_of_an_update(update: dict[str, Any], key: str, address: str) -> None:
    row = received(update)
    assert (row.channel, row.update_key, row.address) == (NAME, key, address)
    assert json.loads(row.payload) == update


def test_a_row_can_be_kept_by_any_database() -> None:
    row = received(a_message(text="半个\ud83d \x00"))
    assert row.payload.isascii()
    assert "\x00" not in row.payload


@pytest.mark.parametrize("odd", [None, 5, "text", [1], {}, {"update_id": "7"}])
def test_what_is_no_update_has_a_key_all_the_same(odd: Any) -> None:
    assert received(odd).update_key == received(odd).update_key
    assert received(odd).update_key.startswith("odd-")
