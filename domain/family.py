"""Who may take somebody into an elder's family, and how somebody says who they are."""

import re
from datetime import timedelta
from enum import StrEnum

from domain.people import Home, Person, Role

MOST = 8
"""People linked to one elder: beyond that nobody knows any more who is told."""

OPEN_CODES = 4
"""Codes of one elder that may be open at a time: a child for each."""

LASTS = timedelta(hours=24)
"""How long a code opens the family."""

INTRODUCES = timedelta(minutes=10)
"""How long what somebody types after joining is taken for their name."""


class Relation(StrEnum):
    """What somebody may say they are to the elder."""

    DAUGHTER = "daughter"
    SON = "son"
    SPOUSE = "spouse"
    GRANDCHILD = "grandchild"
    RELATIVE = "relative"
    FRIEND = "friend"


def may_keep(person: Person, elder: Person, home: Home | None) -> bool:
    """Whether the person may say who the elder's family is: the elder, who looks after the home, and who
    leads the community."""
    if person.id == elder.id:
        return elder.is_any(Role.ELDER)
    looks_after = home is not None and home.worker_id == person.id and person.is_any(Role.WORKER)
    leads = person.is_any(Role.SUPERVISOR) and person.community_id == elder.community_id
    return elder.is_any(Role.ELDER) and (looks_after or leads)


_PHONE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?(1\d{2}[- ]?\d{4}[- ]?\d{4}|0\d{2,3}-?\d{7,8})(?!\d)")
_OPENING = re.compile(
    r"^(?:我的?)?(?:名字)?(?:叫|是)|(?:电话|手机|号码)(?:号码)?(?:是)?|[:：,，。.、;；]"
)
_NAME = re.compile(r"[\u4e00-\u9fff·]{2,6}|[A-Za-z][A-Za-z' -]{1,30}")

_NEVER = re.compile("[我你您他她它们的了吗呢吧么什怎哪谁不]|女儿|儿子|老伴|妈|爸")
"""In no name: whoever has just joined also asks, thanks and says whose child they are."""
_NO_NAMES = frozenset(
    [
        "谢谢",
        "谢谢你",
        "谢谢您",
        "好的",
        "好",
        "嗯",
        "知道了",
        "收到",
        "你好",
        "您好",
        "不用",
        "不用了",
        "在吗",
        "ok",
        "thanks",
    ]
)
"""What people type after a kindness, and is nobody's name."""


def introduced(text: str) -> tuple[str, str] | None:
    """Name and telephone ("" where there is none) in "我叫陈明，电话 13900000001"; None where it is none."""
    phone = _PHONE.search(text)
    rest = text.replace(phone[0], " ") if phone else text
    name = " ".join(_OPENING.sub(" ", rest.strip()).split())
    if not _NAME.fullmatch(name) or _NEVER.search(name) or name.lower() in _NO_NAMES:
        return None
    return name, phone[1].replace(" ", "") if phone else ""
