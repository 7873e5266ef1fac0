"""Which other city a question is about: what is written down here holds here.

Somebody who names another city mostly asks about this one all the same: their papers, their hospital, their
parents are there. So a city counts only where the matter itself is said to be there: 杭州的公租房,
苏州社保卡丢了, 那边的低保, "a permit in Shanghai".
"""

import re
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from domain.people import Language
from knowledge.normalise import clean
from knowledge.source import Source
from knowledge.value import Text, Texts, Value, naming_entries, read_value

HOTLINE = "12345"
"""The government's, in every Chinese city: here as it is, elsewhere behind the area code."""
LONGEST = 120
"""Characters of a question about a place; whoever writes more tells where they have been."""

_BEFORE = (
    r"(?:^|[，。,.!?！？;；\s])"
    r"(?:请问一?下?|我?想?问一?下?|想问问?|了解一?下|咨询一?下|查一?下|你好|您好|那|关于|在)*"
)
_THEN = r"(?:市|省)?(?:那边|那里|那儿|当地)?的?(?:今年|现在|目前)?"
_NOT_THERE = (
    "路|街|大道|市?第|人|籍|户|老家|来|过|回|搬|嫁|毕业|医院|看病|住院|就医|治|手术|生病|工作|打工|上班|上学|读|退休[了后以]"
    r"|去世|出生|的?(?:孩子|小孩|老人|医院|发票|病历|户口|单位|公司|房子|儿子|女儿|朋友|亲戚|学生|农村户口)"
    "|银行|牌照|号码|话|菜|到|转|寄|买|开的|办的|交的|缴的|驾|车|区域|大学|同胞|籍贯|站|机场"
)
_MOVED = re.compile(
    r"转[过到回入]|[迁搬接]过?[来到回]|异地|回来|过来|备案|跨省|老家|在外|拿回|带回"
)
_LATIN_MOVED = re.compile(
    r"\b(?:from|was|were|live|lives|lived|living|stay|staying|moved?|hospital|treated|studies|studying|works?"
    r"|working|transfer|back|refund|reimburse\w*)\b"
)
_ASKED_LATIN = re.compile(
    r"^(?:\W|and |so )*(?:how|where|what|when|which|can|could|do|does|is|are)\b"
)


class _City(Value):
    zh: Text
    en: Text
    code: Annotated[str, Field(pattern=r"^0\d{2,3}$")] | None = None


class _Home(Value):
    zh: Text
    en: Text


class _Cities(Value):
    home: _Home
    ours: Annotated[Texts, Field(min_length=1)]
    others: Annotated[tuple[_City, ...], Field(min_length=1)]


class Place(Value):
    """Another place that is asked about, and our own; `number` answers there, dialled from anywhere."""

    zh: Text
    en: Text
    number: Text
    home_zh: Text
    home_en: Text

    def name(self, language: Language) -> str:
        """Its name for a reader."""
        return self.zh if language is Language.ZH else self.en

    def home(self, language: Language) -> str:
        """Our own city's name for a reader."""
        return self.home_zh if language is Language.ZH else self.home_en

    @property
    def is_whole(self) -> bool:
        """Whether the number can be dialled as it is: a province has many area codes."""
        return self.number != HOTLINE


class Cities:
    """The places that are known, ready to be looked for."""

    def __init__(self, content: _Cities) -> None:
        known = {name: city for city in content.others for name in _names(city)}
        names = "|".join(sorted(map(re.escape, known), key=len, reverse=True))
        written = "|".join(re.escape(city.zh) for city in content.others)
        letters = "|".join(re.escape(name) for name in known if name.isascii())
        self._known = known
        self._home = content.home
        self._ours = re.compile("|".join(_word(name) for name in content.ours))
        self._any = re.compile(names)
        self._first = re.compile(rf"{_BEFORE}({written}){_THEN}(?!{_NOT_THERE})(?=[^\W_]|\s+\w)")
        self._there = re.compile(
            rf"({written})(?:市|省)?[，,\s]*(?:那边|那里|那儿)的?(?!{_NOT_THERE})(?=\w)"
        )
        self._latin = re.compile(rf"\b(?:in|of|for) ({letters})\W*$")
        self._pinyin = re.compile(rf"({letters}) (?!ren |hu ?kou|yi ?yuan|kan ?bing)\w+")

    def asked_about(self, question: str) -> Place | None:
        """The other place a question is about; None where it is about here, or no place is named."""
        said = clean(question, LONGEST + 1)
        if len(said) > LONGEST or not self._any.search(said) or self._ours.search(said):
            return None
        if said.isascii():
            found = self._found_in_letters(said)
        else:
            moved = _MOVED.search(said.replace("我老家在", ""))
            found = None if moved else self._first.search(said) or self._there.search(said)
        return self._place(self._known[found[1]]) if found else None

    def _found_in_letters(self, said: str) -> re.Match[str] | None:
        if _LATIN_MOVED.search(said):
            return None
        in_english = self._latin.search(said) if _ASKED_LATIN.search(said) else None
        return in_english or self._pinyin.match(said)

    def _place(self, city: _City) -> Place:
        number = f"{city.code}-{HOTLINE}" if city.code else HOTLINE
        home = self._home
        return Place(zh=city.zh, en=city.en, number=number, home_zh=home.zh, home_en=home.en)


def load_cities(path_or_text: Path | str | Source) -> Cities:
    """Read and check a file of places; raises ContentError with a sentence for each thing wrong."""
    source = Source.read(path_or_text)
    return Cities(read_value(_Cities, source, naming_entries(source, "others", "city")))


@lru_cache(maxsize=1)
def shipped_cities() -> Cities:
    """The places that come with the program."""
    return load_cities(Source.shipped("cities.yaml"))


def _names(city: _City) -> tuple[str, ...]:
    return city.zh, city.en.lower().replace("'", ""), city.en.lower()


def _word(name: str) -> str:
    return rf"\b{name}\b" if name.isascii() else re.escape(name)
