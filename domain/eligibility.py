"""Whether somebody may have a thing: the rules in their order, and what must still be asked."""

import re
from collections.abc import Mapping, Sequence

Facts = Mapping[str, str]
"""What is known: a fact's name and which of its options holds."""
When = Mapping[str, frozenset[str]]
"""What a rule needs: for each fact, the options that fit."""

_NUMERALS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2}
_CN = "零一二三四五六七八九十百两"
_AGE = re.compile(
    rf"(\d{{1,3}}|[{_CN}]{{1,5}})\s*(?:多)?\s*(?:周岁|岁|years? old|yrs? old|-year-old)"
)
_NO_AGE = rf"(?!\s*(?:个|天|年|元|块|万|多|号|月|[\d{_CN}]))"
_FULL = re.compile(rf"(?:满|过了|快)\s*(\d{{2,3}}|[{_CN}]{{2,5}}){_NO_AGE}")
OLDEST = 120
"""Years; a larger number is no age."""


def decide(asks: Sequence[str], rules: Sequence[When], known: Facts) -> int | str:
    """The number of the rule that decides, or the fact that must be asked next.

    The first rule that fits decides. One that what is known contradicts is passed over; one that may
    still fit has its first unknown fact asked, in the order of `asks`. The last rule needs nothing,
    so there is always an end.
    """
    for number, when in enumerate(rules):
        if any(fact in known and known[fact] not in fit for fact, fit in when.items()):
            continue
        unknown = [fact for fact in asks if fact in when and fact not in known]
        if unknown:
            return unknown[0]
        return number
    raise ValueError("the last rule must fit everybody")


def age_in(text: str) -> int | None:
    """The age somebody states: 85岁, 八十五岁, 满八十了; None where there is none or several."""
    found = {age for word in _words_of_age(text) if (age := _number(word)) and age <= OLDEST}
    return found.pop() if len(found) == 1 else None


def _words_of_age(text: str) -> list[str]:
    stated: list[str] = _AGE.findall(text)
    return stated or _FULL.findall(text)


def _number(word: str) -> int | None:
    if word.isdigit():
        return int(word)
    total, digit = 0, 0
    for char in word:
        if char == "十":
            total, digit = total + (digit or 1) * 10, 0
        elif char == "百":
            total, digit = total + (digit or 1) * 100, 0
        else:
            digit = _NUMERALS[char]
    return total + digit or None
