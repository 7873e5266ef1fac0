"""The words by which a name list says what the register keeps as a value."""

from domain.people import Language, Role
from domain.roll import plain, several
from domain.visit_day import Tier

ROLES = {
    Role.RESIDENT: "居民",
    Role.ELDER: "老人",
    Role.FAMILY: "家属",
    Role.WORKER: "社工",
    Role.SUPERVISOR: "督导",
    Role.STREET: "街道",
    Role.BUREAU: "部门",
}
_OTHERS = {
    "网格员": Role.WORKER,
    "网格长": Role.WORKER,
    "专职社工": Role.WORKER,
    "社区工作者": Role.WORKER,
    "书记": Role.SUPERVISOR,
    "主任": Role.SUPERVISOR,
    "副主任": Role.SUPERVISOR,
    "副书记": Role.SUPERVISOR,
    "社区书记": Role.SUPERVISOR,
    "社区主任": Role.SUPERVISOR,
    "独居老人": Role.ELDER,
}
LANGUAGES = {Language.ZH: "中文", Language.EN: "英文"}
TIERS = {Tier.HIGH: "每周", Tier.KEY: "每月", Tier.GENERAL: "每季"}
_TIER_WORDS = {
    "周": Tier.HIGH,
    "高风险": Tier.HIGH,
    "月": Tier.KEY,
    "重点": Tier.KEY,
    "季": Tier.GENERAL,
    "一般": Tier.GENERAL,
}
_BY_WORD = {word: role for role, word in ROLES.items()} | _OTHERS


def roles_of(raw: object) -> tuple[tuple[Role, ...], tuple[str, ...]]:
    """What somebody is, and the words that say nothing of the kind (委员)."""
    said = several(raw)
    known = dict.fromkeys(_BY_WORD[word] for word in said if word in _BY_WORD)
    return tuple(known), tuple(word for word in said if word not in _BY_WORD)


def language_of(raw: object) -> Language | None:
    """中文 or 英文, None where it is neither."""
    text = plain(raw).casefold()
    if text in ("英文", "英语", "en", "english"):
        return Language.EN
    return Language.ZH if text in ("中文", "汉语", "普通话", "zh") else None


def tier_of(raw: object) -> Tier | None:
    """How often a home is to be seen (每周, 重点，每月一次); None where the words say nothing of the kind."""
    text = plain(raw)
    found = {tier for word, tier in _TIER_WORDS.items() if word in text}
    return found.pop() if len(found) == 1 else None
