"""Putting somebody on duty by hand: instead of another, besides them, or where nobody is."""

from datetime import UTC, datetime

from domain.messages import Button, Message, Owed, Rows
from domain.roster import AHEAD, Exchange, Post, Span, clashes, effect
from handlers.base import Answer, Services, Topic, Turn
from handlers.roster_month import HEADS, for_whom, open_spans
from handlers.roster_told import away_at, here, names, tell
from handlers.swap import change
from handlers.visit_card import chunks
from storage import roster
from storage.people import Community
from storage.roster import Stand
from wording.roster import span, twice

topic = Topic("put")


async def _running(turn: Turn, services: Services) -> Stand | None:
    """The shift that a tap names, if it is of their community and not over."""
    stand = await roster.stand(services.work, turn.number())
    if stand is None or stand.community_id != turn.who.community_id:
        return None
    return stand if stand.post.until > turn.now else None


def _old(turn: Turn) -> Answer:
    return Answer.of(Message(turn.say("roster.changed")), step=turn.step)


async def _choices(services: Services, community: Community, post: Post, action: str) -> Rows:
    """A button for everyone who is there and does not stand it already."""
    away = await away_at(services, community, post)
    ids = await roster.may_stand(services.work, community.id)
    ids = [i for i in ids if i != post.person and i not in away]
    called = await names(services, ids)
    return chunks([Button(called[i], f"{action}:{i}") for i in ids], 2)


@topic.action("put.shift", roles=HEADS)
async def shift(turn: Turn, services: Services) -> Answer:
    """Who stands it, and who could instead."""
    stand = await _running(turn, services)
    if stand is None:
        return _old(turn)
    community, post = await here(turn, services), stand.post
    called = await names(services, [post.person, stand.person_id])
    text = turn.say(
        "roster.shift",
        span=span(turn.say, post.since, post.until, community.zone),
        name=called[post.person],
        for_whom=for_whom(turn.say, stand, called),
    )
    more = [Button(turn.say.plain("roster.extra_button"), f"put.extra:{post.id}")]
    if stand.added:
        more.append(Button(turn.say.plain("roster.off_button"), f"put.off:{post.id}"))
    rows = (*await _choices(services, community, post, f"put.on:{post.id}"), tuple(more))
    return Answer.of(Message(text, buttons=rows, in_place=True), step=turn.step)


async def _may_be_put(
    turn: Turn, services: Services, community: Community, person_id: int, post: Post
) -> Answer | None:
    """Why somebody cannot be put on; None where they can."""
    if person_id not in await roster.may_stand(services.work, community.id):
        return Answer.of(Message(turn.say("menu.not_for_you")), step=turn.step)
    away = (await away_at(services, community, post)).get(person_id)
    if away is None:
        return None
    called = await names(services, [person_id, away.deputy_id])
    text = turn.say("roster.away", name=called[person_id], deputy=called[away.deputy_id])
    return Answer.of(Message(text), step=turn.step)


@topic.action("put.on", roles=HEADS)
async def put_on(turn: Turn, services: Services) -> Answer:
    """Somebody else instead; both are told, and what is twice is said."""
    community = await roster.hold(services.work, turn.who.community_id)
    stand = await _running(turn, services)
    if stand is None:
        return _old(turn)
    post, taker = stand.post, turn.number(1)
    called = await names(services, [taker, post.person])
    when = span(turn.say, post.since, post.until, community.zone)
    if taker in (post.person, stand.person_id):
        text = turn.say("roster.put_same", span=when, name=called[post.person])
        return Answer.of(Message(text), step=turn.step)
    if (refusal := await _may_be_put(turn, services, community, taker, post)) is not None:
        return refusal
    around = [
        s.post for s in await roster.stands(services.work, community.id, post.since, post.until)
    ]
    able = await roster.able(services.work, community.id)
    leads_to = effect(around, Exchange(post.id, taker), able)
    await roster.hand_over(services.work, post.id, stand.person_id, taker)
    line = change(community, post, "put", turn.who.id, post.person, taker)
    await roster.log(services.work, community.id, [line])
    text = turn.say(
        "roster.put",
        span=when,
        name=called[taker],
        twice=twice(turn.say, leads_to.twice, called, community.zone, leads_to.bare),
    )
    owed = (
        *await _told(turn, services, community, post, taker, "roster.put_you"),
        *await _told(
            turn, services, community, post, post.person, "roster.freed_you", called[taker]
        ),
    )
    return Answer.of(Message(text, in_place=True), owed=owed, step=turn.step)


async def _told(
    turn: Turn,
    services: Services,
    community: Community,
    post: Post,
    whom: int,
    key: str,
    name: str = "",
) -> tuple[Owed, ...]:
    if whom == turn.who.id:
        return ()
    return await tell(
        services,
        [whom],
        lambda say: say(key, span=span(say, post.since, post.until, community.zone), name=name),
    )


@topic.action("put.extra", roles=HEADS)
async def extra(turn: Turn, services: Services) -> Answer:
    """Who besides them, at the same hours."""
    stand = await _running(turn, services)
    if stand is None:
        return _old(turn)
    return await _who(turn, services, Span(stand.post.since, stand.post.until), "roster.extra")


@topic.action("put.fill", roles=HEADS)
async def fill(turn: Turn, services: Services) -> Answer:
    """Who, where nobody is."""
    gap = _named_span(turn)
    return _old(turn) if gap is None else await _who(turn, services, gap, "roster.fill")


def _named_span(turn: Turn) -> Span | None:
    """The hours a button names, as far as shifts are laid out; not all of them over."""
    since, until = turn.number(0), turn.number(1)
    latest = (turn.now + AHEAD).timestamp()
    if not 0 < since < until <= latest or until <= turn.now.timestamp():
        return None
    return Span(datetime.fromtimestamp(since, UTC), datetime.fromtimestamp(until, UTC))


async def _who(turn: Turn, services: Services, hours: Span, key: str) -> Answer:
    community = await here(turn, services)
    post = Post(0, 0, hours.since, hours.until)
    named = f"put.add:{hours.since.timestamp():.0f}:{hours.until.timestamp():.0f}"
    text = turn.say(key, span=span(turn.say, hours.since, hours.until, community.zone))
    rows = await _choices(services, community, post, named)
    return Answer.of(Message(text, buttons=rows, in_place=True), step=turn.step)


@topic.action("put.add", roles=HEADS)
async def add(turn: Turn, services: Services) -> Answer:
    """One more on duty; the same tap twice is once."""
    community = await roster.hold(services.work, turn.who.community_id)
    hours, person_id = _named_span(turn), turn.number(2)
    if hours is None:
        return _old(turn)
    post = Post(0, person_id, hours.since, hours.until)
    if (refusal := await _may_be_put(turn, services, community, person_id, post)) is not None:
        return refusal
    called = await names(services, [person_id])
    when = span(turn.say, hours.since, hours.until, community.zone)
    stands = await roster.stands(services.work, community.id, hours.since, hours.until)
    own = [stand.post for stand in stands if stand.post.person == person_id]
    if any(one.since <= hours.since and one.until >= hours.until for one in own):
        text = turn.say("roster.put_same", span=when, name=called[person_id])
        return Answer.of(Message(text), step=turn.step)
    await roster.add(services.work, community.id, person_id, hours.since, hours.until)
    line = change(community, post, "added", turn.who.id, None, person_id)
    await roster.log(services.work, community.id, [line])
    pairs = [pair for pair in clashes([*own, post]) if post in pair]
    text = turn.say(
        "roster.put",
        span=when,
        name=called[person_id],
        twice=twice(turn.say, pairs, called, community.zone),
    )
    owed = await _told(turn, services, community, post, person_id, "roster.put_you")
    return Answer.of(Message(text, in_place=True), owed=owed, step=turn.step)


@topic.action("put.off", roles=HEADS)
async def take_off(turn: Turn, services: Services) -> Answer:
    """Withdraw what was added by hand, unless nobody else is there then."""
    community = await roster.hold(services.work, turn.who.community_id)
    stand = await _running(turn, services)
    if stand is None or not stand.added:
        return _old(turn)
    post = stand.post
    around = await roster.stands(services.work, community.id, post.since, post.until)
    others = [each for each in around if each.post.id != post.id]
    since = max(post.since, turn.now)
    if gaps := await open_spans(services, community, others, since, post.until):
        when = span(turn.say, gaps[0].since, gaps[0].until, community.zone)
        return Answer.of(Message(turn.say("roster.gap", span=when)), step=turn.step)
    await roster.take_off(services.work, post.id)
    line = change(community, post, "off", turn.who.id, post.person, None)
    await roster.log(services.work, community.id, [line])
    called = await names(services, [post.person])
    when = span(turn.say, post.since, post.until, community.zone)
    owed = await _told(turn, services, community, post, post.person, "roster.taken_off_you")
    message = Message(
        turn.say("roster.taken_off", span=when, name=called[post.person]), in_place=True
    )
    return Answer.of(message, owed=owed, step=turn.step)
