"""Reads conditions such as `b2 in (3, 4) and not b5 == 2`: a small grammar of its own, nothing is run.

    condition  =  part { "or" part }
    part       =  piece { "and" piece }
    piece      =  "not" piece  |  "(" condition ")"  |  "answered" ID  |  comparison
    comparison =  ID ("==" | "!=" | "<" | "<=" | ">" | ">=") NUMBER
               |  ID "in" "(" NUMBER { "," NUMBER } ")"  |  ID "has" NUMBER

An ID is a question that stands earlier. Options are meant by their code, and on a scale "don't know"
is neither more nor less than anything. "==", "!=" and "in" suit one choice, "has" several.
"""

import re
from collections.abc import Mapping

from domain.skips import Among, Answered, Compared, Condition, Every, Not, Some, holds
from domain.survey import Item, Kind

WORDS = frozenset({"and", "or", "not", "in", "has", "answered", "end"})
"""What no question may be called."""

_TOKEN = re.compile(
    r"\s*(?:(-?\d+(?:\.\d+)?)|([A-Za-z_]\w*)|(==|!=|<=|>=|<|>|[(),\[\]]))", re.ASCII
)
_ORDER = ("<", "<=", ">", ">=")
_DEEPEST = 20


class SkipError(ValueError):
    """A condition that cannot be used, with a sentence that says what to write instead."""


def read_condition(text: str, earlier: Mapping[str, Item]) -> Condition:
    """The condition, about questions that are asked before."""
    reader = _Reader(_tokens(text), earlier)
    condition = reader.either()
    if reader.left:
        raise SkipError(
            f'"{reader.left[0]}" is not expected there; join comparisons by "and" or "or"'
        )
    return condition


def _tokens(text: str) -> list[str]:
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            raise SkipError(
                f'"{text[at:].strip()[:12]}" cannot be read; a condition looks like b2 == 3'
            )
        found.append(token[0].strip())
        at = token.end()
    return found


class _Reader:
    def __init__(self, left: list[str], earlier: Mapping[str, Item]) -> None:
        self.left, self.earlier, self.depth = left, earlier, 0

    def take(self, *wanted: str) -> str:
        """The next word, which must be one of these; without any, whatever it is."""
        found = self.left.pop(0) if self.left else ""
        if not found or (wanted and found not in wanted):
            after = f'not "{found}"' if found else "but the condition ends"
            raise SkipError(f"here should stand {' or '.join(wanted) or 'more'}, {after}")
        return found

    def next_is(self, word: str) -> bool:
        if self.left[:1] == [word]:
            self.left.pop(0)
            return True
        return False

    def either(self) -> Condition:
        parts = [self.together()]
        while self.next_is("or"):
            parts.append(self.together())
        return Some(tuple(parts)) if len(parts) > 1 else parts[0]

    def together(self) -> Condition:
        parts = [self.piece()]
        while self.next_is("and"):
            parts.append(self.piece())
        return Every(tuple(parts)) if len(parts) > 1 else parts[0]

    def piece(self) -> Condition:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise SkipError("it is too long; split the question's condition into simpler ones")
        if self.next_is("not"):
            return Not(self.piece())
        if self.next_is("("):
            inner = self.either()
            self.take(")")
            return inner
        if self.next_is("answered"):
            return Answered(self.item().id)
        return self.comparison(self.item())

    def item(self) -> Item:
        name = self.take()
        if name not in self.earlier:
            raise SkipError(
                f'"{name}" is not a question that stands earlier; '
                f"a condition can only ask about {_list(self.earlier)}"
            )
        return self.earlier[name]

    def comparison(self, item: Item) -> Condition:
        if item.kind is Kind.TEXT:
            raise SkipError(f'"{item.id}" is answered in words; write answered {item.id}')
        if item.kind is Kind.MULTIPLE:
            self.take("has")
            return Among(item.id, frozenset({self.code(item)}))
        operator = self.take("==", "!=", *_ORDER, "in")
        if item.kind is Kind.NUMBER:
            if operator == "in":
                raise SkipError(f'"{item.id}" is a number; compare it with == < <= > >=')
            return Compared(item.id, operator, self.number())
        if operator == "in":
            return Among(item.id, self.codes(item))
        return Among(item.id, _meant(item, operator, self.code(item)))

    def codes(self, item: Item) -> frozenset[int]:
        closing = ")" if self.take("(", "[") == "(" else "]"
        found = {self.code(item)}
        while self.take(",", closing) == ",":
            found.add(self.code(item))
        return frozenset(found)

    def code(self, item: Item) -> int:
        code = self.number()
        if code != int(code) or item.option(int(code)) is None:
            offered = ", ".join(str(option.code) for option in item.options)
            raise SkipError(f'"{item.id}" has no option {code:g}; its options are {offered}')
        return int(code)

    def number(self) -> float:
        token = self.take()
        try:
            return float(token)
        except ValueError:
            raise SkipError(f'here should stand a number, not "{token}"') from None


def _meant(item: Item, operator: str, code: int) -> frozenset[int]:
    """The options for which a comparison is true."""
    fits = Compared(item.id, operator, code)
    return frozenset(
        option.code
        for option in item.options
        if _true(fits, option.code) and not (option.dont_know and operator in _ORDER)
    )


def _true(fits: Compared, code: int) -> bool:
    return bool(holds(fits, {fits.item: code}, ()))


def _list(earlier: Mapping[str, Item]) -> str:
    names = list(earlier)
    return ", ".join(names[-8:]) if names else "nothing: it is the first question"
