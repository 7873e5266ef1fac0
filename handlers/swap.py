"""换班: one tap chooses the shift, one asks the colleague, one answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from domain.leave import Asked, Leave
from domain.messages import Button, Message, Owed, Rows
from domain.people import STAFF
from domain.roster import Effect, Exchange, Post, effect
from handlers.base import Answer, Services, Topic, Turn
from handlers.roster import ON_ROTA, TWO_WEEKS
from handlers.roster_told import heads, here, names, tell
from storage import leave, roster, swap
from storage.people import Community
from storage.roster import Change, Stand
from storage.swap import Swap
from wording import Say
from wording.roster import moment, short, span, twice

topic = Topic("swap")


@dataclass(frozen=True, slots=True)
class Ground:
    """The roster on which an exchange is thought through: shifts by id, and who may be called."""

    community: Community
    stands: Mapping[int, Stand]
    able: frozenset[int]
    leaves: Sequence[Leave]

    def free(self, person_id: int, post: Post) -> bool:
        """Whether somebody is there when a shift begins, and not on leave."""
        day = post.since.astimezone(self.community.zone).date()
        theirs = (each for each in self.leaves if each.person_id == person_id)
        return not any(each.holds_on(day, day) for each in theirs)

    def effect(self, swap: Exchange) -> Effect:
        return effect((stand.post for stand in self.stands.values()), swap, self.able)

    def own(self, shift_id: int, person_id: int, turn: Turn) -> Post | None:
        """A shift that is theirs to give: they stand it themselves, and it has not begun."""
        stand = self.stands.get(shift_id)
        if stand is None or {stand.person_id, stand.post.person} != {person_id}:
            return None
        return stand.post if stand.post.since > turn.now else None


async def _ground(turn: Turn, services: Services, *, held: bool = False) -> Ground:
    work = services.work
    who = turn.who.community_id
    community = await (roster.hold(work, who) if held else here(turn, services))
    found = await roster.stands(work, community.id, turn.now, turn.now + TWO_WEEKS)
    able = await roster.able(work, community.id)
    agreed = await leave.in_community(work, community.id)
    return Ground(community, {each.post.id: each for each in found}, frozenset(able), agreed)


@topic.action("swap.pick", roles=ON_ROTA)
async def pick(turn: Turn, services: Services) -> Answer:
    """Who could take the shift: each colleague with the shift that would come back, and without."""
    ground = await _ground(turn, services)
    post = ground.own(turn.number(), turn.who.id, turn)
    if post is None:
        return Answer.of(Message(turn.say("roster.not_swappable")), step=turn.step)
    others = await _others(turn, services, ground, post)
    rows = [_choices(turn, ground, post, other, name) for other, name in others.items()]
    key = "roster.pick" if any(rows) else "roster.pick_none"
    text = turn.say(key, span=span(turn.say, post.since, post.until, ground.community.zone))
    return Answer.of(Message(text, buttons=tuple(filter(None, rows))), step=turn.step)


async def _others(turn: Turn, services: Services, ground: Ground, post: Post) -> dict[int, str]:
    """The colleagues who are there on that day."""
    ids = await roster.may_stand(services.work, ground.community.id)
    called = await names(services, ids)
    return {i: called[i] for i in ids if i != turn.who.id and ground.free(i, post)}


def _choices(turn: Turn, ground: Ground, post: Post, other: int, name: str) -> tuple[Button, ...]:
    """What may be asked of a colleague: nothing that leaves a gap; what is twice is marked."""
    cover = Exchange(post.id, other)
    label = turn.say.plain("roster.pick_cover", name=name)
    buttons = [_ask_button(turn, ground, cover, label)]
    if (back := _returned(turn, ground, post, other)) is not None:
        when = short(turn.say, back.since, ground.community.zone)
        swapped = turn.say.plain("roster.pick_swap", name=name, shift=when)
        buttons.insert(0, _ask_button(turn, ground, Exchange(post.id, other, back.id), swapped))
    return tuple(filter(None, buttons))


def _ask_button(turn: Turn, ground: Ground, swap: Exchange, label: str) -> Button | None:
    leads_to = ground.effect(swap)
    if leads_to.gaps:
        return None
    if leads_to.twice or leads_to.bare:
        label = turn.say.plain("roster.pick_twice", label=label)
    return Button(label, f"swap.ask:{swap.given}:{swap.taker}:{swap.back or 0}")


def _returned(turn: Turn, ground: Ground, post: Post, other: int) -> Post | None:
    """The colleague's next shift that can come back without anybody's standing two at once."""
    for shift_id in ground.stands:
        back = ground.own(shift_id, other, turn)
        if back is None or not ground.free(turn.who.id, back):
            continue
        leads_to = ground.effect(Exchange(post.id, other, back.id))
        if not leads_to.gaps and not leads_to.twice:
            return back
    return None


@topic.action("swap.ask", roles=ON_ROTA)
async def ask(turn: Turn, services: Services) -> Answer:
    """Ask the colleague; until they answer nothing changes."""
    ground = await _ground(turn, services)
    post = ground.own(turn.number(), turn.who.id, turn)
    other, back_id = turn.number(1), turn.number(2)
    back = ground.own(back_id, other, turn) if back_id else None
    if post is None or (back_id and (back is None or not ground.free(turn.who.id, back))):
        return Answer.of(Message(turn.say("roster.changed")), step=turn.step)
    others = await _others(turn, services, ground, post)
    leads_to = ground.effect(Exchange(post.id, other, back.id if back else None))
    if other not in others or leads_to.gaps:
        return Answer.of(Message(turn.say("menu.not_for_you")), step=turn.step)
    owed: tuple[Owed, ...] = ()
    asked = await _running(turn, services, post.id, other, back_id)
    if asked is None:
        asked = await swap.ask(
            services.work, ground.community.id, turn.who.id, other, post.id, back_id or None
        )
        owed = await _put_to(turn, services, ground, asked, leads_to)
    text = turn.say("roster.asked", name=others[other], **_times(turn.say, ground, asked))
    take_back = Button(
        turn.say.plain(
            "roster.swap_back", shift=short(turn.say, post.since, ground.community.zone)
        ),
        f"swap.back:{asked.id}",
    )
    return Answer.of(Message(text, buttons=((take_back,),)), owed=owed, step=turn.step)


async def _running(
    turn: Turn, services: Services, shift_id: int, other: int, back_id: int
) -> Swap | None:
    """The very same question, where it waits for its answer already: a second tap asks nobody twice."""
    wanted = (shift_id, other, back_id or None)
    asked = await swap.asked_by(services.work, turn.who.id)
    return next((a for a in asked if (a.shift_id, a.colleague_id, a.return_id) == wanted), None)


def _times(say: Say, ground: Ground, asked: Swap) -> dict[str, str]:
    """The two shifts and the deadline, in words."""
    zone = ground.community.zone
    given = ground.stands[asked.shift_id].post
    back = ground.stands.get(asked.return_id or -1)
    return {
        "span": span(say, given.since, given.until, zone),
        "back": span(say, back.post.since, back.post.until, zone) if back else "",
        "until": moment(say, asked.expires_at, zone),
    }


async def _put_to(
    turn: Turn, services: Services, ground: Ground, asked: Swap, leads_to: Effect
) -> tuple[Owed, ...]:
    called = await names(services, [asked.person_id, asked.colleague_id])
    key = "roster.ask_swap" if asked.return_id else "roster.ask_cover"

    def buttons(say: Say) -> Rows:
        yes = Button(say.plain("roster.agree"), f"swap.yes:{asked.id}")
        return ((yes, Button(say.plain("roster.decline"), f"swap.no:{asked.id}")),)

    return await tell(
        services,
        [asked.colleague_id],
        lambda say: say(
            key,
            name=turn.who.name,
            twice=twice(say, leads_to.twice, called, ground.community.zone, leads_to.bare),
            **_times(say, ground, asked),
        ),
        buttons,
    )


async def _asked_of(turn: Turn, services: Services) -> Swap | None:
    """What was asked of whoever speaks, in the community in which they still work."""
    found = await swap.get(services.work, turn.number())
    if found is None or turn.who.id != found.colleague_id:
        return None
    return found if found.community_id == turn.who.community_id else None


@topic.action("swap.yes", roles=STAFF)
async def agree(turn: Turn, services: Services) -> Answer:
    """Done, if the roster still stands so that it can be; thought through once more while it is held."""
    ground = await _ground(turn, services, held=True)
    asked = await _asked_of(turn, services)
    if asked is None or asked.state is not Asked.ASKED:
        return _gone(turn)
    given = ground.own(asked.shift_id, asked.person_id, turn)
    back = ground.own(asked.return_id, asked.colleague_id, turn) if asked.return_id else None
    there = given and ground.free(turn.who.id, given)
    if asked.return_id:
        there = there and back and ground.free(asked.person_id, back)
    leads_to = ground.effect(Exchange(given.id, turn.who.id, asked.return_id)) if given else None
    if leads_to is None or not there or leads_to.gaps:
        await swap.settle(services.work, asked, Asked.WITHDRAWN)
        owed = await _about(turn, services, asked, asked.person_id, "roster.void_you")
        return Answer.of(Message(turn.say("roster.void")), owed=owed, step=turn.step)
    if not await swap.settle(services.work, asked, Asked.AGREED):
        return _gone(turn)
    await _exchange(services, ground, asked)
    return await _exchanged(turn, services, ground, asked, leads_to)


def _gone(turn: Turn) -> Answer:
    return Answer.of(Message(turn.say("roster.gone")), step=turn.step)


async def _exchange(services: Services, ground: Ground, asked: Swap) -> None:
    """Both shifts, and a line in the log for each of the days."""
    pairs = [(asked.shift_id, asked.person_id, asked.colleague_id)]
    if asked.return_id:
        pairs.append((asked.return_id, asked.colleague_id, asked.person_id))
    changes = []
    for shift_id, giver, taker in pairs:
        done = await roster.hand_over(services.work, shift_id, giver, taker)
        assert done, "the roster is held, so the shift is still theirs"
        post = ground.stands[shift_id].post
        changes.append(change(ground.community, post, "swapped", asked.colleague_id, giver, taker))
    await roster.log(services.work, ground.community.id, changes)


def change(
    community: Community,
    post: Post,
    event: str,
    actor: int | None,
    giver: int | None,
    taker: int | None,
) -> Change:
    """A line of the log about a shift."""
    since, until = post.since.astimezone(community.zone), post.until.astimezone(community.zone)
    detail = f"{since.isoformat()} {until.isoformat()}"
    return Change(since.date(), event, actor, giver, taker, detail)


async def _exchanged(
    turn: Turn, services: Services, ground: Ground, asked: Swap, leads_to: Effect
) -> Answer:
    called = await names(services, [asked.person_id, asked.colleague_id])
    giver, taker = called[asked.person_id], called[asked.colleague_id]
    tail = "_back" if asked.return_id else ""

    def for_heads(say: Say) -> Markup:
        return say(
            f"roster.agreed_head{tail}",
            giver=giver,
            taker=taker,
            twice=twice(say, leads_to.twice, called, ground.community.zone, leads_to.bare),
            **_times(say, ground, asked),
        )

    told = await heads(services, ground.community.id, but=(asked.person_id, asked.colleague_id))
    owed = await tell(
        services,
        [asked.person_id],
        lambda say: say(f"roster.agreed_you{tail}", name=taker, **_times(say, ground, asked)),
    )
    text = turn.say(f"roster.agreed{tail}", name=giver, **_times(turn.say, ground, asked))
    return Answer.of(
        Message(text, in_place=True),
        owed=(*owed, *await tell(services, told, for_heads)),
        step=turn.step,
    )


@topic.action("swap.no", roles=STAFF)
async def decline(turn: Turn, services: Services) -> Answer:
    """不行: the shift stays where it is."""
    asked = await _asked_of(turn, services)
    if asked is None or not await swap.settle(services.work, asked, Asked.DECLINED):
        return _gone(turn)
    called = await names(services, [asked.person_id])
    owed = await _about(turn, services, asked, asked.person_id, "roster.declined_you")
    text = turn.say("roster.declined", name=called.get(asked.person_id, ""))
    return Answer.of(Message(text, in_place=True), owed=owed, step=turn.step)


@topic.action("swap.back", roles=STAFF)
async def withdraw(turn: Turn, services: Services) -> Answer:
    """Whoever asked needs it no more."""
    asked = await swap.get(services.work, turn.number())
    if asked is None or asked.person_id != turn.who.id:
        return _gone(turn)
    if not await swap.settle(services.work, asked, Asked.WITHDRAWN):
        return _gone(turn)
    owed = await _about(turn, services, asked, asked.colleague_id, "roster.withdrawn_them")
    message = Message(turn.say("roster.withdrawn"), in_place=True)
    return Answer.of(message, owed=owed, step=turn.step)


async def _about(
    turn: Turn, services: Services, asked: Swap, whom: int, key: str
) -> tuple[Owed, ...]:
    stand = await roster.stand(services.work, asked.shift_id)
    community = await here(turn, services)
    if stand is None:
        return ()
    post = stand.post
    return await tell(
        services,
        [whom],
        lambda say: say(
            key, name=turn.who.name, span=span(say, post.since, post.until, community.zone)
        ),
    )
