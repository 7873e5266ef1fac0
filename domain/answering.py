"""Answering one question at a time: what is asked next, what is taken, how far it is.

Which questions are asked depends on what was said; a correction may open or shut later ones. Answers
to questions that are no longer asked stay in the draft, in case the correction is taken back, and are
left out of what is handed in.
"""

from dataclasses import dataclass
from math import isfinite
from unicodedata import normalize

from domain.outcome import PARTIAL_FROM
from domain.skips import holds
from domain.survey import Answer, Answers, Item, Kind, Questionnaire


class AnswerRefusedError(ValueError):
    """An answer that the questionnaire does not know: nothing is recorded."""

    def __init__(self, item_id: str, reason: str) -> None:
        super().__init__(f"item {item_id}: {reason}")
        self.item_id = item_id


class UnknownItemError(AnswerRefusedError):
    """The questionnaire has no such item, or does not ask it of this respondent."""


class UnknownCodeError(AnswerRefusedError):
    """The item has no option with that code."""


class TooFewError(AnswerRefusedError):
    """Fewer options are ticked than must be."""


class TooManyError(AnswerRefusedError):
    """More options are ticked than may be, or one that stands alone beside others."""


class NotANumberError(AnswerRefusedError):
    """What was typed is no number, or has more decimals than are asked for."""


class OutOfRangeError(AnswerRefusedError):
    """The number is smaller or larger than it can be."""


class BadTextError(AnswerRefusedError):
    """A free text that is too long, or empty where an answer is required."""


@dataclass(frozen=True, slots=True)
class Route:
    """The questions that are asked as far as is known now, and those that may be asked yet."""

    asked: tuple[Item, ...]
    perhaps: tuple[Item, ...] = ()


def route(questionnaire: Questionnaire, answers: Answers) -> Route:
    """What is asked of somebody who has said this so far, in order."""
    asked: list[Item] = []
    perhaps: list[Item] = []
    said: dict[str, Answer] = {}
    to_come: set[str] = set()
    for item in questionnaire.items:
        wanted = True if item.when is None else holds(item.when, said, to_come)
        if wanted is False:
            continue
        (perhaps if wanted is None else asked).append(item)
        if wanted and item.id in answers:
            said[item.id] = answers[item.id]
        else:
            to_come.add(item.id)
    return Route(tuple(asked), tuple(perhaps))


def next_item(questionnaire: Questionnaire, answers: Answers) -> Item | None:
    """The first question not answered yet, None when the sheet is complete."""
    asked = route(questionnaire, answers).asked
    return next((item for item in asked if item.id not in answers), None)


def is_complete(questionnaire: Questionnaire, answers: Answers) -> bool:
    """Whether something was said, and nothing is left to ask."""
    return bool(answers) and next_item(questionnaire, answers) is None


def answered(questionnaire: Questionnaire, answers: Answers) -> tuple[Item, ...]:
    """The questions that are asked and have an answer, in order."""
    return tuple(item for item in route(questionnaire, answers).asked if item.id in answers)


def before(questionnaire: Questionnaire, answers: Answers, item: Item | None) -> Item | None:
    """The answered question before this one; before the end (None) the last one."""
    found: Item | None = None
    for each in route(questionnaire, answers).asked:
        if item is not None and each.id == item.id:
            break
        found = each if each.id in answers else found
    return found


def pending(item: Item) -> str:
    """The name under which a draft keeps what is ticked while nobody has said that this is all."""
    return f"?{item.id}"


def no_dealings(questionnaire: Questionnaire) -> dict[str, Answer] | None:
    """The sheet of somebody who knows nothing of whom it is about: "don't know" throughout; None
    where a question cannot be left so."""
    sheet: dict[str, Answer] = {}
    for item in questionnaire.items:
        unknown = next((option.code for option in item.options if option.dont_know), None)
        if unknown is None and item.required:
            return None
        sheet[item.id] = "" if unknown is None else unknown
    return sheet


def mean_score(questionnaire: Questionnaire, answers: Answers) -> float | None:
    """The mean of what one respondent gave, None where they gave "don't know" only."""
    scores = [
        option.score
        for item in questionnaire.items
        for option in item.options
        if item.kind is Kind.SCALE and answers.get(item.id) == option.code
    ]
    given = [score for score in scores if score is not None]
    return sum(given) / len(given) if given else None


def handed_in(questionnaire: Questionnaire, answers: Answers) -> dict[str, Answer]:
    """The answers to the questions that are asked: what a sheet holds."""
    return {item.id: answers[item.id] for item in answered(questionnaire, answers)}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a sheet is, in questions: `total` are certain, at `most` so many are asked."""

    done: int
    total: int
    most: int

    @property
    def partial(self) -> bool:
        """Whether it is a partial sheet and not one that was broken off."""
        return self.done >= PARTIAL_FROM * self.total

    @property
    def complete(self) -> bool:
        """Whether nothing is left to ask."""
        return self.done == self.most


def progress(questionnaire: Questionnaire, answers: Answers) -> Progress:
    """Answered and all questions; an optional one that was passed over is answered."""
    way = route(questionnaire, answers)
    done = sum(item.id in answers for item in way.asked)
    return Progress(done, len(way.asked), len(way.asked) + len(way.perhaps))


def record(
    questionnaire: Questionnaire, answers: Answers, item_id: str, answer: Answer
) -> dict[str, Answer]:
    """The answers with this one added or corrected; refuses what is not offered."""
    item = next((i for i in route(questionnaire, answers).asked if i.id == item_id), None)
    if item is None:
        raise UnknownItemError(item_id, f"{questionnaire.id} has no such question")
    return {**answers, item_id: checked(item, answer)}


def checked(item: Item, answer: Answer) -> Answer:
    """The answer as it is kept; raises AnswerRefusedError where it is none to this question."""
    passed_over = answer == "" and not item.required
    match item.kind:
        case Kind.TEXT:
            return _text(item, answer)
        case _ if passed_over:
            return ""
        case Kind.NUMBER:
            return _number(item, answer)
        case Kind.MULTIPLE:
            return _several(item, answer)
        case Kind.SCALE | Kind.CHOICE:
            return _code(item, answer)


def _code(item: Item, answer: object) -> int:
    code = int(answer) if isinstance(answer, str) and _is_code(answer) else answer
    if isinstance(code, bool) or not isinstance(code, int) or item.option(code) is None:
        offered = ", ".join(str(option.code) for option in item.options)
        raise UnknownCodeError(item.id, f"{answer!r} is not one of {offered}")
    return code


def _is_code(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 4


def _several(item: Item, answer: Answer) -> list[int]:
    chosen = answer if isinstance(answer, list) else [answer]
    codes = sorted({_code(item, each) for each in chosen})
    least = int(item.minimum if item.minimum is not None else item.required)
    most = len(item.options) if item.maximum is None else int(item.maximum)
    if len(codes) < least:
        raise TooFewError(item.id, f"{len(codes)} ticked, at least {least}")
    lonely = [option.code for option in item.options if option.alone and option.code in codes]
    if len(codes) > (1 if lonely else most):
        raise TooManyError(item.id, f"{len(codes)} ticked, at most {1 if lonely else most}")
    return codes


def ticked(item: Item, chosen: list[int], code: int, on: bool) -> list[int]:
    """What is ticked after a tap; an option that stands alone drives the others out, and they it."""
    option = item.option(code)
    if option is None:
        raise UnknownCodeError(item.id, f"{code} is not offered")
    if not on:
        return [each for each in chosen if each != code]
    alone = {each.code for each in item.options if each.alone}
    left = [] if option.alone else [each for each in chosen if each not in alone]
    return sorted({*left, code})


def _number(item: Item, answer: Answer) -> int | float:
    number = _read(item, str(answer))
    if number is None or round(number, item.decimals) != number:
        raise NotANumberError(item.id, f"{str(answer)[:20]!r} is not the number asked for")
    low = item.minimum is not None and number < item.minimum
    if low or (item.maximum is not None and number > item.maximum):
        raise OutOfRangeError(item.id, f"not from {item.minimum} to {item.maximum}")
    return number if item.decimals else int(number)


def _read(item: Item, typed: str) -> float | None:
    """`３ 个` is 3 where the unit is 个; commas between thousands are left out."""
    text = normalize("NFKC", typed).strip()
    for unit in (item.unit.zh, item.unit.en) if item.unit else ():
        text = text.removesuffix(unit).strip() if unit else text
    try:
        number = float(text.replace(",", "")) if text.isascii() and len(text) <= 20 else None
    except ValueError:
        return None
    return number if number is not None and isfinite(number) else None


def _text(item: Item, answer: Answer) -> str:
    text = str(answer).strip()
    if item.required and not text:
        raise BadTextError(item.id, "an answer is required")
    if len(text) > item.max_chars:
        raise BadTextError(item.id, f"{len(text)} characters, at most {item.max_chars}")
    return text
