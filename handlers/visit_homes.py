"""Which of a worker's homes a sentence means: by its address, else by the name it begins with."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from domain.address import VisitSentence, parse_visit_sentence, without_opening
from domain.visit_plan import walking_order
from storage.visit_homes import Door

MOST = 4
"""How many homes are offered where it is not clear which is meant."""
ALIKE = 60
"""From this likeness (0 to 100) a written name may be a slip for a known one: two of three characters."""

_BRACKETS = re.compile(r"[（(].*?[)）]")
_QUESTION = re.compile(
    r"[?？]|吗|怎么|怎样|哪里|哪儿|什么|多少|几点|能不能|可不可以|是不是|如何|呢$"
)
_TITLED = re.compile(
    r"(?P<surname>[一-鿿])(?:奶奶|爷爷|阿姨|叔叔|阿婆|阿公|大爷|大妈|伯伯|婆婆|师傅|先生|女士|大姐|大哥)"
)
_AFTER_NAME = " \t　家里的，,。.、:：;；"
_GAP = re.compile(r"[\s，,。、:：]")


@dataclass(frozen=True, slots=True)
class Meant:
    """What a sentence may mean. `found`: the doors are such as it names, else they are only near it.

    `sure`: the one door is it. `note` is what was said besides.
    """

    doors: tuple[Door, ...]
    note: str
    asked_for: str
    found: bool = True
    sure: bool = False


def by_address(doors: Sequence[Door], sentence: VisitSentence) -> Meant:
    """The home at an address; several, or near ones, where it is not clear; none where none is near."""
    read = [(door, _read(door)) for door in doors]
    same = [(door, its) for door, its in read if its is not None and _fits(sentence, its)]
    if sentence.estate:
        named = [(d, its) for d, its in same if fuzz.ratio(its.estate, sentence.estate) >= ALIKE]
        same = named or same
    unit = f"{sentence.unit}-" if sentence.unit else ""
    place = f"{sentence.building}幢{unit}{sentence.room}"
    found = tuple(door for door, _ in same) or _near(read, sentence)
    return Meant(found[:MOST], sentence.note, place, bool(same), len(same) == 1)


def _read(door: Door) -> VisitSentence | None:
    """The home's own address, read as a typed one would be."""
    return parse_visit_sentence(f"{door.home.place}室") or parse_visit_sentence(door.home.place)


def _fits(said: VisitSentence, home: VisitSentence) -> bool:
    units = {said.unit, home.unit} - {None}
    return (said.building, said.room) == (home.building, home.room) and len(units) <= 1


def _near(
    read: Iterable[tuple[Door, VisitSentence | None]], said: VisitSentence
) -> tuple[Door, ...]:
    """Homes one slip away (a figure wrong, missing or swapped), those of the same building first."""
    wanted = f"{said.building}-{said.room}"
    close = [
        (its.building != said.building, walking_order(door.home), door)
        for door, its in read
        if its is not None and OSA.distance(wanted, f"{its.building}-{its.room}") == 1
    ]
    return tuple(door for *_, door in sorted(close, key=lambda each: each[:2]))


def may_name(text: str) -> bool:
    """Whether a text can be a visit that begins with a name at all: one that asks is a question."""
    return len(text) > 1 and not _QUESTION.search(text)


def by_name(doors: Sequence[Door], text: str) -> Meant | None:
    """The homes of whom a sentence begins with; None where it begins with nobody, or only asks."""
    if not may_name(text):
        return None
    said = without_opening(text)
    named = _exactly(doors, said)
    if named:
        length = len(named[0][1])
        note = said[length:].lstrip(_AFTER_NAME).strip()
        found = tuple(door for door, _ in named)
        return Meant(found[:MOST], note, said[:length], sure=len(found) == 1 and bool(note))
    first, _, note = _cut(said)
    if not note or not 2 <= len(first) <= 6:
        return None
    found = _alike(doors, first)
    return Meant(found[:MOST], note, first) if found else None


def _cut(said: str) -> tuple[str, str, str]:
    gap = _GAP.search(said)
    return (said[: gap.start()], gap[0], said[gap.end() :].strip()) if gap else (said, "", "")


def bare(name: str) -> str:
    """A name without what stands in brackets behind it."""
    return _BRACKETS.sub("", name).strip()


def _exactly(doors: Iterable[Door], said: str) -> list[tuple[Door, str]]:
    """The doors of the longest name with which the sentence begins."""
    hits = [
        (door, bare(name))
        for door in doors
        for name in door.names
        if len(bare(name)) > 1 and said.startswith(bare(name))
    ]
    longest = max((len(name) for _, name in hits), default=0)
    unique = {door.home.id: (door, name) for door, name in hits if len(name) == longest}
    return list(unique.values())


def _alike(doors: Iterable[Door], written: str) -> tuple[Door, ...]:
    """Doors whose people may be meant: by surname for "陈阿姨", by likeness for a slip of the pen."""
    titled = _TITLED.match(written)
    scored = []
    for door in doors:
        if titled:
            score = max((float(n.startswith(titled["surname"])) for n in door.names), default=0.0)
        else:
            score = max((_likeness(written, bare(name)) for name in door.names), default=0.0)
        if score:
            scored.append((-score, not door.home.special, walking_order(door.home), door))
    return tuple(door for *_, door in sorted(scored, key=lambda each: each[:3]))


def _likeness(written: str, name: str) -> float:
    return fuzz.ratio(written, name, score_cutoff=ALIKE)


def called(doors: Sequence[Door], text: str) -> tuple[Door, ...]:
    """The homes of whom a text names and says nothing else: by the whole name, else by one like it."""
    said = without_opening(text).strip()
    named = tuple(door for door, _ in _exactly(doors, said))
    return (named or _alike(doors, said))[:MOST]
