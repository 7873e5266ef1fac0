"""请假: from which day, how many days, who stands in; the deputy's yes makes it leave."""

from dataclasses import replace
from datetime import date, timedelta

from markupsafe import Markup

from domain.calendar import day_bounds, local_day
from domain.leave import Asked, Leave, Obstacle, obstacle
from domain.messages import Button, Message, Owed, Rows
from domain.people import STAFF, Role
from domain.roster import Effect, compared
from handlers.base import Answer, Services, Topic, Turn
from handlers.roster_told import heads, here, names, tell
from handlers.visit_card import chunks
from storage import leave, people, roster
from storage.people import Community
from storage.roster import Change
from wording import Say
from wording.roster import days as days_of
from wording.roster import leave_days, moment, twice, weekday
from wording.visit import day_of

topic = Topic("leave")

_WORKER = frozenset({Role.WORKER})
_PAGE = 14
_LENGTHS = (1, 2, 3, 4, 5, 7, 10, 14, 21, 30)
_FURTHEST = 366
"""Days ahead for which leave can be asked."""


@topic.action("leave", roles=_WORKER)
async def first_day(turn: Turn, services: Services) -> Answer:
    """From which day; and what is agreed or asked already, with its way back."""
    community = await here(turn, services)
    today = local_day(turn.now, community.zone)
    ahead = min(max(turn.number(), 0), _FURTHEST - _PAGE)
    offered = [today + timedelta(days=ahead + n) for n in range(_PAGE)]
    buttons = [Button(_day(turn.say, day, today), f"leave.from:{day:%Y%m%d}") for day in offered]
    later = Button(turn.say.plain("leave.later"), f"leave:{ahead + _PAGE}")
    rows = (*chunks(buttons, 3), (later,), *await _own(turn, services))
    message = Message(turn.say("leave.first"), buttons=rows, in_place=ahead > 0)
    return Answer.of(message, step=turn.step)


def _day(say: Say, day: date, today: date) -> str:
    if day == today:
        return say.plain("leave.today")
    return f"{day_of(say, day)} {weekday(say, day)}"


async def _own(turn: Turn, services: Services) -> Rows:
    """A way back from each leave of theirs."""
    rows, today = [], local_day(turn.now, (await here(turn, services)).zone)
    for each in await leave.of_person(services.work, turn.who.id):
        began = each.state is Asked.AGREED and each.first_day <= today
        key = "leave.back_early" if began else "leave.withdraw"
        label = turn.say.plain(key, days=leave_days(turn.say, each))
        rows.append((Button(label, f"leave.back:{each.id}"),))
    return tuple(rows)


def _wanted(turn: Turn, community: Community) -> tuple[date, date] | None:
    """The days a button names: none in the past, none too far ahead."""
    try:
        first = date.fromisoformat(turn.args[0])
    except (IndexError, ValueError):
        return None
    length = turn.number(1) if len(turn.args) > 1 else 1
    today = local_day(turn.now, community.zone)
    if length not in _LENGTHS or not today <= first <= today + timedelta(days=_FURTHEST):
        return None
    return first, first + timedelta(days=length - 1)


def _old(turn: Turn) -> Answer:
    return Answer.of(Message(turn.say("menu.old_button")), step=turn.step)


@topic.action("leave.from", roles=_WORKER)
async def length(turn: Turn, services: Services) -> Answer:
    """For how many days."""
    wanted = _wanted(turn, await here(turn, services))
    if wanted is None:
        return _old(turn)
    first = wanted[0]
    buttons = [
        Button(_length(turn.say, first, count), f"leave.days:{first:%Y%m%d}:{count}")
        for count in _LENGTHS
    ]
    text = turn.say("leave.length", day=day_of(turn.say, first), weekday=weekday(turn.say, first))
    message = Message(text, buttons=chunks(buttons, 2), in_place=True)
    return Answer.of(message, step=turn.step)


def _length(say: Say, first: date, count: int) -> str:
    if count == 1:
        return say.plain("leave.one_day")
    last = first + timedelta(days=count - 1)
    return say.plain("leave.some_days", count=count, last=day_of(say, last))


@topic.action("leave.days", roles=_WORKER)
async def deputy(turn: Turn, services: Services) -> Answer:
    """Who stands in: the colleagues who are there on all of these days."""
    community = await here(turn, services)
    wanted = _wanted(turn, community)
    if wanted is None:
        return _old(turn)
    first, last = wanted
    agreed = await leave.in_community(services.work, community.id)
    ids = [i for i in await roster.may_stand(services.work, community.id) if i != turn.who.id]
    if (why := obstacle(agreed, turn.who.id, -1, first, last)) is not None:
        return Answer.of(Message(turn.say(f"leave.obstacle_{why}")), step=turn.step)
    free = [i for i in ids if obstacle(agreed, turn.who.id, i, first, last) is None]
    called = await names(services, free)
    buttons = [Button(called[i], f"leave.ask:{':'.join(turn.args[:2])}:{i}") for i in free]
    key = "leave.deputy" if buttons else "leave.deputy_none"
    text = turn.say(key, days=days_of(turn.say, first, last))
    message = Message(text, buttons=chunks(buttons, 2), in_place=True)
    return Answer.of(message, step=turn.step)


@topic.action("leave.ask", roles=_WORKER)
async def ask(turn: Turn, services: Services) -> Answer:
    """Ask the deputy, and say what would come to them."""
    community = await here(turn, services)
    wanted, other = _wanted(turn, community), turn.number(2)
    if wanted is None or other not in await roster.may_stand(services.work, community.id):
        return _old(turn)
    agreed = await leave.in_community(services.work, community.id)
    called = await names(services, [other])
    if other == turn.who.id or (why := obstacle(agreed, turn.who.id, other, *wanted)):
        key = f"leave.obstacle_{why if other != turn.who.id else Obstacle.OWN}"
        return Answer.of(Message(turn.say(key, name=called.get(other, ""))), step=turn.step)
    own = await leave.of_person(services.work, turn.who.id)
    same = (other, *wanted)  # a second tap asks nobody twice
    asked = next((a for a in own if (a.deputy_id, a.first_day, a.last_day) == same), None)
    owed: tuple[Owed, ...] = ()
    if asked is None:
        asked = await leave.ask(
            services.work, community.id, community.zone, turn.who.id, other, *wanted
        )
        owed = await _put_to(turn, services, community, asked)
    text = turn.say(
        "leave.asked",
        name=called[other],
        days=leave_days(turn.say, asked),
        until=moment(turn.say, asked.expires_at, community.zone),
    )
    back = Button(
        turn.say.plain("leave.withdraw", days=leave_days(turn.say, asked)), f"leave.back:{asked.id}"
    )
    return Answer.of(Message(text, buttons=((back,),), in_place=True), owed=owed, step=turn.step)


async def _comes(services: Services, community: Community, asked: Leave) -> tuple[int, int, Effect]:
    """How many homes and shifts come to the deputy, and what that leads to on the roster."""
    start = day_bounds(asked.first_day, community.zone)[0]
    end = day_bounds(asked.last_day, community.zone)[1]
    posts = [s.post for s in await roster.stands(services.work, community.id, start, end)]
    own = [post for post in posts if post.person == asked.person_id and start <= post.since < end]
    taken = [replace(post, person=asked.deputy_id) if post in own else post for post in posts]
    homes = len(await people.homes_of(services.work, asked.person_id))
    return homes, len(own), compared(posts, taken, {post.person for post in posts})


async def _put_to(
    turn: Turn, services: Services, community: Community, asked: Leave
) -> tuple[Owed, ...]:
    homes, shifts, leads_to = await _comes(services, community, asked)
    called = await names(services, [asked.deputy_id])

    def words(say: Say) -> Markup:
        return say(
            "leave.asked_you",
            name=turn.who.name,
            days=leave_days(say, asked),
            homes=homes,
            shifts=say("leave.asked_shifts", count=shifts) if shifts else "",
            twice=twice(say, leads_to.twice, called, community.zone, leads_to.bare),
            until=moment(say, asked.expires_at, community.zone),
        )

    def buttons(say: Say) -> Rows:
        yes = Button(say.plain("leave.agree"), f"leave.yes:{asked.id}")
        return ((yes, Button(say.plain("leave.decline"), f"leave.no:{asked.id}")),)

    return await tell(services, [asked.deputy_id], words, buttons)


async def _asked_of(turn: Turn, services: Services) -> Leave | None:
    found = await leave.get(services.work, turn.number())
    if found is None or turn.who.id != found.deputy_id:
        return None
    return found if found.community_id == turn.who.community_id else None


def _gone(turn: Turn) -> Answer:
    return Answer.of(Message(turn.say("roster.gone")), step=turn.step)


@topic.action("leave.yes", roles=STAFF)
async def agree(turn: Turn, services: Services) -> Answer:
    """The deputy stands in: leave it is, and the supervisors are told."""
    community = await roster.hold(services.work, turn.who.community_id)
    asked = await _asked_of(turn, services)
    if asked is None or asked.state is not Asked.ASKED:
        return _gone(turn)
    agreed = await leave.in_community(services.work, community.id)
    why = obstacle(agreed, asked.person_id, asked.deputy_id, asked.first_day, asked.last_day)
    if why is not None:
        await leave.settle(services.work, asked, Asked.WITHDRAWN)
        owed = await _about(services, asked, asked.person_id, "leave.void_you", turn.who.name)
        return Answer.of(Message(turn.say("leave.void")), owed=owed, step=turn.step)
    comes = await _comes(services, community, asked)
    if not await leave.settle(services.work, asked, Asked.AGREED):
        return _gone(turn)
    await _log(services, community, asked, "leave", turn.who.id)
    return await _agreed(turn, services, community, asked, comes)


async def _agreed(
    turn: Turn,
    services: Services,
    community: Community,
    asked: Leave,
    comes: tuple[int, int, Effect],
) -> Answer:
    called = await names(services, [asked.person_id, asked.deputy_id])
    homes, shifts, leads_to = comes

    def for_heads(say: Say) -> Markup:
        return say(
            "leave.agreed_head",
            name=called[asked.person_id],
            deputy=called[asked.deputy_id],
            days=leave_days(say, asked),
            homes=homes,
            shifts=shifts,
            twice=twice(say, leads_to.twice, called, community.zone, leads_to.bare),
        )

    told = await heads(services, community.id, but=(asked.person_id, asked.deputy_id))
    owed = (
        *await _about(services, asked, asked.person_id, "leave.agreed_you", turn.who.name),
        *await tell(services, told, for_heads),
    )
    text = turn.say("leave.agreed", name=called[asked.person_id], days=leave_days(turn.say, asked))
    return Answer.of(Message(text, in_place=True), owed=owed, step=turn.step)


async def _about(
    services: Services, asked: Leave, whom: int, key: str, name: str
) -> tuple[Owed, ...]:
    return await tell(
        services, [whom], lambda say: say(key, name=name, days=leave_days(say, asked))
    )


async def _log(
    services: Services, community: Community, asked: Leave, event: str, actor: int
) -> None:
    detail = f"{asked.first_day} {asked.last_day}"
    line = Change(asked.first_day, event, actor, asked.person_id, asked.deputy_id, detail)
    await roster.log(services.work, community.id, [line])


@topic.action("leave.no", roles=STAFF)
async def decline(turn: Turn, services: Services) -> Answer:
    """不行: whoever asked may ask another."""
    asked = await _asked_of(turn, services)
    if asked is None or not await leave.settle(services.work, asked, Asked.DECLINED):
        return _gone(turn)
    called = await names(services, [asked.person_id])
    owed = await _about(services, asked, asked.person_id, "leave.declined_you", turn.who.name)
    text = turn.say("leave.declined", name=called.get(asked.person_id, ""))
    return Answer.of(Message(text, in_place=True), owed=owed, step=turn.step)


@topic.action("leave.back", roles=STAFF)
async def come_back(turn: Turn, services: Services) -> Answer:
    """Not going, or back before the last day: from now on all is theirs again."""
    asked = await leave.get(services.work, turn.number())
    if asked is None or asked.person_id != turn.who.id:
        return _gone(turn)
    if await leave.settle(services.work, asked, Asked.WITHDRAWN):
        owed = await _about(services, asked, asked.deputy_id, "leave.withdrawn_them", turn.who.name)
        return Answer.of(
            Message(turn.say("leave.withdrawn"), in_place=True), owed=owed, step=turn.step
        )
    community = await roster.hold(services.work, asked.community_id)
    today = local_day(turn.now, community.zone)
    if not await leave.end_early(services.work, asked, today):
        return _gone(turn)
    await _log(services, community, asked, "leave_back", turn.who.id)
    before = asked.first_day > today
    key = "leave.withdrawn_them" if before else "leave.back_them"
    told = [
        asked.deputy_id,
        *await heads(services, community.id, but=(turn.who.id, asked.deputy_id)),
    ]
    owed = await tell(
        services, told, lambda say: say(key, name=turn.who.name, days=leave_days(say, asked))
    )
    text = turn.say("leave.withdrawn" if before else "leave.back")
    return Answer.of(Message(text, in_place=True), owed=owed, step=turn.step)
