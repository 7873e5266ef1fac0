"""What is typed where a tap was meant, while a call for help is running.

On the stairs 我来 is typed, after a slip of the hand 按错了, by whoever waits 怎么还没来. None of it is a
question, and none of it moves a call by itself: a typed word says not which one. The button it meant is shown
instead.
"""

import re
from functools import lru_cache

from markupsafe import Markup

from domain.duty import DutyKind
from domain.help import Call
from domain.messages import Button, Lane, Message
from domain.people import ANYONE, STAFF, Language
from handlers.base import PASS, Answer, Services, Topic, Turn
from handlers.calls import open_calls
from handlers.help_news import reached
from knowledge.normalise import clean
from storage import duties, help, people
from wording.help import call_of, clock_time, state_key

topic = Topic("typed")

_LONGEST = 20
"""Characters of what may be one of these words and nothing else."""
_STOPS, _GAPS = r"[,.!?;~，。！？；、…]", r"[,.!?;~，。！？；、…\s]"
_HOME = ANYONE - STAFF


def means(turn: Turn, services: Services, *what: str) -> bool:
    """Whether that is all that is said, once or several: `staff`, `wrong`, `off` or `asking`."""
    text = turn.incoming.text
    if not 0 < len(text) <= _LONGEST:
        return False
    listed = (services.phrases[one].plain(f"help.typed_{key}") for one in Language for key in what)
    words = frozenset[str]().union(*map(_words, listed))
    return any(words.issuperset(said) for said in (_said(text, _STOPS), _said(text, _GAPS)))


def _said(text: str, between: str) -> list[str]:
    """我没事了，按错了 says two things; so does 没事了 按错了, but an English one is several words."""
    return [bare for part in re.split(between, text) if (bare := _bare(part))] or [""]


@lru_cache(maxsize=16)
def _words(listed: str) -> frozenset[str]:
    return frozenset(_bare(word) for word in listed.split("|"))


def _bare(text: str) -> str:
    return "".join(re.findall(r"\w+", clean(text))).rstrip("啊呀呢啦哦吧")


@topic.text(order=60, claim=lambda t, s: means(t, s, "staff"), roles=STAFF)
async def step_taken(turn: Turn, services: Services) -> Answer:
    """我来, 在路上, 到了, typed: the calls that are open, each with the button that says it."""
    here = turn.who.community_id
    if not await duties.unclosed(services.work, here, DutyKind.HELP):
        return PASS
    listed = await open_calls(turn, services)
    first = Message(turn.say("help.tap_card"))
    return Answer.of(first, *listed.messages, step=turn.step, lane=Lane.EMERGENCY)


@topic.text(order=60, claim=lambda t, s: means(t, s, "wrong", "off"), roles=_HOME)
async def by_mistake(turn: Turn, services: Services) -> Answer:
    """按错了, typed long after: the button for it; where nothing runs, that nobody comes."""
    running = await _running(turn, services)
    if running:
        return Answer.of(*(may_be_off(turn, call) for call in running), step=turn.step)
    if means(turn, services, "off"):
        return PASS
    return Answer.of(Message(turn.say("help.cancel_none")), step=turn.step)


@topic.text(order=60, claim=lambda t, s: means(t, s, "asking"), roles=_HOME)
async def how_is_it(turn: Turn, services: Services) -> Answer:
    """怎么还没来, 我妈怎么样了: how their calls stand."""
    running = await _running(turn, services)
    if not running:
        return PASS
    lines = [await standing(turn, services, call) for call in running]
    text = Markup("\n").join([*lines, turn.say("help.numbers_short")])
    return Answer.of(Message(text), step=turn.step, lane=Lane.EMERGENCY)


async def _running(turn: Turn, services: Services) -> list[Call]:
    """The calls for whoever speaks, and for whom they are family."""
    ids = [turn.who.id, *await people.elders_of(services.work, turn.who.id)]
    found = [await duties.open_help(services.work, one) for one in ids]
    return [await help.call(services.work, duty) for duty in found if duty]


async def standing(turn: Turn, services: Services, call: Call) -> Markup:
    """How a call stands, for those at home."""
    whose, duty = call_of(turn.say, call, turn.who.id), call.duty
    if duty.owner_id is None:
        time = clock_time(duty.opened_at, call.zone)
        return turn.say("help.stands_open", call=whose, time=time)
    if not await reached(services, [duty.owner_id]):
        return turn.say("help.again_lost", call=whose, worker=call.worker)
    doing = turn.say(f"help.doing_{state_key(duty)}")
    return turn.say("help.stands_taken", call=whose, worker=call.worker, doing=doing)


def may_be_off(turn: Turn, call: Call) -> Message:
    """Whether it was pressed by mistake is said by a tap: somebody may mean 没事了 of the pain alone."""
    whose = call_of(turn.say, call, turn.who.id)
    button = Button(turn.say.plain("help.wrong"), f"adds.wrong:{call.duty.id}")
    return Message(turn.say("help.tap_wrong", call=whose), buttons=((button,),))
