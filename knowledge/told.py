"""When what a text tells of happened: long ago, to people in the news, or just now.

Whoever asks for a rail in the bathroom tells of the fall, years ago, that made them want it; whoever was
asking about a form may cry out in the middle of it. So a text is looked at clause by clause: one that says
that it is over counts no sign of its own, and one that says that it happens now is heard by itself, whatever
the rest of the text asks for.
"""

import re
from dataclasses import dataclass

MOST = 24
"""Clauses that are looked at, half of them from each end; a text with more is a story or a flood."""
FOLLOWING = 2
"""Clauses after one that says "now" that may go on telling of it."""

_ENDS = re.compile(
    r"[，。！？；：,.!?;:\n]+|\s{2,}|(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])"
    r"|\s+(?:and now|but now|and|but|then|so|because)\s+"
    r"|(?=(?:现在|刚刚|刚才|今天|今晚|今早|格歇))"
)
_COUNT = r"(?:[一二两三四五六七八九十几半\d]+|多|好几|这么多)"
_OVER = re.compile(
    rf"去年|旧年|前年|上个?月|{_COUNT}(?:来|几|多)?(?:年|个多?月)(?:多|半)?(?:以)?前"
    r"|前(?:些|两|几|好几)年|小时候|小的时候|年轻(?:的)?时候?|当年|那年|那(?:一)?次|有一次"
    r"|[一二两三四五六七八九十\d]+岁(?:的)?(?:时候|时|那年|就)|(?:19|20)\d\d年"
    r"|qu ?nian|qian ?nian|shang ?ge ?yue|xiao ?shi ?hou|nian ?qian"
    r"|\blast (?:year|month|winter|spring|summer|autumn|fall)\b|\b(?:years?|months) ago\b"
    r"|\bin (?:19|20)\d\d\b|\bwhen (?:i|he|she|we|my \w+) (?:was|were)"
    r" (?:a (?:child|kid|baby|boy|girl)|little|young|\w+(?: years old)?$)"
    r"|\bas a child\b|\blong ago\b"
)
_OF_OTHERS = re.compile(
    r"新闻|报道|报纸|抖音|电视(?:上|里)|网上(?:看|说|讲)|听说(?:有|别|隔壁村|邻村|外地|.{0,3}有个)"
    r"|\bin the news\b|\bi (?:read|heard|saw) (?:about|that)\b|\bon tv\b|\bin the newspaper\b"
)
_WHAT_OF_THEN = re.compile(
    rf"(?:去年|旧年|前年|上个?月|当年|{_COUNT}(?:年|个月)前)[^，。]{{0,3}}的(?!时候)"
)
"""去年买的热水器: a thing of then, and what it does now."""
_NOW = re.compile(
    r"现在|刚刚|刚才|刚(?!好|满|退休|生|来|搬|办|买|出生)|今天|今晚|今早|今朝|这会儿|正在|格歇"
    r"|又(?=[^是要有想说])|gang ?cai|gang ?gang|xian ?zai"
    r"|\b(?:right )?now\b|\bjust\b|\bthis morning\b|\btonight\b|\btoday\b|\bagain\b"
    r"|\b(?:hours?|minutes?) ago\b"
    r"|\b(?:is|are|am) \w+ing\b|'s \w+ing\b"
)
_URGENT = re.compile(
    r"刚刚|刚才|今天|今晚|今早|今朝|这会儿|正在|突然|忽然|格歇|现在|gang ?cai|gang ?gang|tu ?ran"
    r"|\b(?:right )?now\b|\bjust\b|\bthis morning\b|\btonight\b|\bsuddenly\b|\bagain\b"
    r"|分钟前|分钟以前|小时前|小时以前|\b(?:hours?|minutes?) ago\b|\b(?:is|are|am) \w+ing\b"
)
_WISH = re.compile(
    r"[吗么嘛?？]|[能会][不勿]|可不可|可以|好[不勿]好|好伐|伐$|想(?:问|要|申请|给|请|让|办|知|装|了解|找)|怎(?:么|样)(?!办$)"
    r"|如何|哪|找谁|该谁|谁[来管]|问谁|谁能|有没有|是不是|算不算|要不要|让不让|什么|多少|几级|几钱|来得及|啥"
    r"|zen ?me|neng ?bu|xiang|\b(?:can|could|is there|are there|do|does|how|who|where|which|what)\b"
)
_CALLS = re.compile(
    r"救命|救人|救救|快来|快点|来人|派人|救护|110|119|打120|叫120"
    r"|\bhelp me\b|please help|\bsos\b|ambulance|emergency"
)


@dataclass(frozen=True, slots=True)
class Told:
    """`rest` is what is left of a text without what is over, "" where nothing says that it is over or
    where nothing is asked; `now` are the places where it says that something happens now."""

    rest: str
    now: tuple[str, ...]


def told(text: str) -> Told:
    """Look at a text clause by clause."""
    clauses = [clause for clause in _ENDS.split(text.lower()) if clause and clause.strip()]
    if len(clauses) > MOST:
        clauses = [*clauses[: MOST // 2], *clauses[-MOST // 2 :]]
    if len(clauses) < 2:
        return Told("", ())
    lasting = [clause for clause in clauses if not _is_over(clause)]
    asked = _WISH.search(text.lower()) and not _CALLS.search(text.lower())
    rest = "，".join(lasting) if len(lasting) < len(clauses) and asked else ""
    return Told(rest, tuple(_now(clauses)))


def _is_over(clause: str) -> bool:
    if _NOW.search(clause) or _WHAT_OF_THEN.search(clause):
        return False
    return _OVER.search(clause) is not None or _OF_OTHERS.search(clause) is not None


def _now(clauses: list[str]) -> list[str]:
    found = []
    for place, clause in enumerate(clauses):
        if _URGENT.search(clause) and not _is_over(clause):
            ends = range(place + 2, min(place + 1 + FOLLOWING, len(clauses)) + 1)
            found += ["，".join(clauses[place:end]) for end in ends]
    return found
