"""Whether one may have what a guide is about: at most three questions, then the rule that decides.

Every rule quotes the guide: `because` stands in it word for word. Where a guide is rewritten so that
it no longer does, its rules are not used until somebody has looked at them.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from domain.eligibility import Facts, age_in, decide
from domain.people import Language
from knowledge.guides import Guide, GuideBook, Name
from knowledge.normalise import clean
from knowledge.source import ContentError, Source
from knowledge.value import Day, Text, Texts, Value, naming_entries, read_value

AGE = "age"
_DENIALS = ("不", "没", "没有", "未", "无", "非", "不是")
MOST_ASKS = 3
_MAY = re.compile(
    r"(?:能不能|可不可以|能|可以|有没有资格|有资格|够不够|符不符合|符合)"
    r"(?:免费)?(?:领|办|申请|享受|参加|参保|拿|坐|打|报名|有|选|评|吗)"
    r"|\b(?:can|may|could) (?:i|he|she|we|they|my)\b|\beligible\b|\bqualify\b"
)
_HOW = re.compile(r"网上|手机|周末|代办|当天|online|weekend")
Finding: TypeAlias = Literal["fits", "not", "ask"]


class Words(Value):
    """A sentence in both languages."""

    zh: Text
    en: Text

    def get(self, language: Language) -> str:
        """In that language."""
        return self.en if language is Language.EN else self.zh


class Option(Words):
    """One of the answers to a question; `said` is how people state it unasked."""

    said: Texts = ()


class Fact(Value):
    """What is asked of the person concerned. An age has no options here: each guide cuts its own."""

    ask: Words
    options: Mapping[Text, Option] = {}


class Rule(Value):
    """`when` names for each fact the options that fit; none is everybody."""

    when: Mapping[Text, Texts] = {}
    finding: Finding
    because: Text
    text: Words


class _Check(Value):
    asks: Annotated[tuple[Text, ...], Field(min_length=1, max_length=MOST_ASKS)]
    ages: Annotated[tuple[int, ...], Field(max_length=4)] = ()
    options: Mapping[Text, Texts] = {}
    rules: Annotated[tuple[Rule, ...], Field(min_length=2)]


class _AgeWords(Value):
    under: Words
    between: Words
    over: Words


class _Conditions(Value):
    version: int
    checked: Day
    age_words: _AgeWords
    facts: Mapping[Text, Fact]
    guides: Mapping[Name, _Check]


class Check(Value):
    """The questions and rules of one guide. Options are in the order in which they are offered."""

    guide: Name
    facts: Mapping[str, Fact]
    rules: tuple[Rule, ...]

    @cached_property
    def asks(self) -> tuple[str, ...]:
        """The facts in the order in which they are asked."""
        return tuple(self.facts)

    def next(self, known: Facts) -> str | Rule:
        """The fact to ask, or the rule that decides."""
        rules = [{fact: frozenset(fit) for fact, fit in rule.when.items()} for rule in self.rules]
        found = decide(self.asks, rules, known)
        return found if isinstance(found, str) else self.rules[found]

    def stated_in(self, text: str) -> dict[str, str]:
        """What somebody says of themselves unasked: "外地户口", "85岁"; the longest word holds."""
        said = clean(text)
        stated = {fact: _said(said, self.facts[fact]) for fact in self.asks if fact != AGE}
        if AGE in self.facts and (age := age_in(said)) is not None:
            stated[AGE] = max((o for o in self.facts[AGE].options if int(o) <= age), key=int)
        return {fact: option for fact, option in stated.items() if option}


def asks_whether(text: str) -> bool:
    """Whether a question is about being entitled at all: 我能领吗, not 能网上办吗."""
    said = clean(text)
    return bool(_MAY.search(said)) and not _HOW.search(said)


def _said(text: str, fact: Fact) -> str:
    heard = [
        (len(word), name)
        for name, option in fact.options.items()
        for word in option.said
        if any(not _denied(text[: at.start()]) for at in re.finditer(re.escape(word), text))
    ]
    return max(heard)[1] if heard else ""


def _denied(before: str) -> bool:
    """没有居住证 does not say 有居住证; what is said by denying it has words of its own."""
    return before.endswith(_DENIALS)


class Conditions(Value):
    """All checks, by guide."""

    checks: Mapping[Name, Check]

    def of(self, guide: Guide) -> Check | None:
        """A guide's check, while the guide says what the rules quote."""
        check = self.checks.get(guide.id)
        return check if check is not None and not _unquoted(check, guide) else None


def load_conditions(path_or_text: Path | str | Source) -> Conditions:
    """Read and check a file; raises ContentError with a sentence for each thing wrong."""
    source = Source.read(path_or_text)
    read = read_value(_Conditions, source, naming_entries(source, "guides", "guide"))
    problems = [
        f'{source.at(("guides", name))}: guide "{name}": {problem}'
        for name, check in read.guides.items()
        for problem in _problems(check, read)
    ]
    if problems:
        raise ContentError(problems)
    return Conditions(
        checks={name: _check(name, check, read) for name, check in read.guides.items()}
    )


def unquoted(conditions: Conditions, book: GuideBook) -> list[str]:
    """A sentence for each rule that quotes what its guide does not say."""
    found = [f'guide "{n}": is in no guide file' for n in conditions.checks.keys() - book.by_id]
    for guide in book.guides:
        if check := conditions.checks.get(guide.id):
            found += [f'guide "{guide.id}": does not say “{q}”' for q in _unquoted(check, guide)]
    return found


def _unquoted(check: Check, guide: Guide) -> list[str]:
    told = "\n".join((guide.summary, *guide.eligibility, *guide.steps, guide.note or "", guide.fee))
    return [rule.because for rule in check.rules if rule.because not in told]


def _problems(check: _Check, read: _Conditions) -> Iterator[str]:
    if lost := [fact for fact in check.asks if fact not in read.facts]:
        yield f"asks what is no fact: {', '.join(lost)}"
        return
    if (AGE in check.asks) != bool(check.ages) or list(check.ages) != sorted(set(check.ages)):
        yield "an age is asked with its limits, in rising order"
        return
    options = {fact: set(_options(fact, check, read)) for fact in check.asks}
    for number, rule in enumerate(check.rules, 1):
        for fact, fit in rule.when.items():
            if unknown := set(fit) - options.get(fact, set()):
                yield f"rule {number} needs {fact}: {', '.join(sorted(unknown))}, never asked for"
    if check.rules[-1].when:
        yield "the last rule must fit everybody"


def _options(fact: str, check: _Check, read: _Conditions) -> Mapping[str, Option]:
    if fact == AGE:
        return _ages(check.ages, read.age_words)
    every = read.facts[fact].options
    return {name: every[name] for name in check.options.get(fact, tuple(every)) if name in every}


def _ages(limits: tuple[int, ...], words: _AgeWords) -> dict[str, Option]:
    """不到80岁, 80—89岁, 90岁以上: an option between each two limits, named by its lower one."""
    made = {"0": _aged(words.under, limits[0], 0)}
    for low, high in pairwise(limits):
        made[str(low)] = _aged(words.between, low, high - 1)
    return made | {str(limits[-1]): _aged(words.over, limits[-1], 0)}


def _aged(words: Words, age: int, until: int) -> Option:
    return Option(
        zh=words.zh.format(age=age, until=until), en=words.en.format(age=age, until=until)
    )


def _check(name: str, check: _Check, read: _Conditions) -> Check:
    facts = {
        fact: Fact(ask=read.facts[fact].ask, options=_options(fact, check, read))
        for fact in check.asks
    }
    return Check(guide=name, facts=facts, rules=check.rules)


@lru_cache(maxsize=1)
def shipped_conditions() -> Conditions:
    """The rules that come with the program."""
    return load_conditions(Source.shipped("conditions.yaml"))


def check_of(guide: Guide) -> Check | None:
    """The shipped rules of a guide, where there are any that fit its text."""
    return shipped_conditions().of(guide)
