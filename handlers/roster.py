"""我的值班: one's shifts of the next two weeks."""

from datetime import timedelta

from markupsafe import Markup

from domain.messages import Button, Message, Rows
from domain.people import Role
from handlers.base import Answer, Services, Topic, Turn
from handlers.roster_told import here, names
from handlers.visit_card import chunks
from storage import leave, roster, swap
from storage.people import Community
from storage.roster import Stand
from wording.roster import leave_days, short, span
from wording.visit import LINE

topic = Topic("roster", keys={"roster.key": "shifts"})

ON_ROTA = frozenset({Role.WORKER, Role.SUPERVISOR})
TWO_WEEKS = timedelta(days=14)


@topic.action("shifts", roles=ON_ROTA, command="roster.command")
async def own_shifts(turn: Turn, services: Services) -> Answer:
    """What they stand, for whom, what they have asked, and whether they are on leave."""
    work, community = services.work, await here(turn, services)
    stands = await roster.stands(work, community.id, turn.now, turn.now + TWO_WEEKS)
    mine = [stand for stand in stands if stand.post.person == turn.who.id]
    lines = [*_shifts(turn, community, mine, await names(services, _owners(mine)))]
    lines += await _asked(turn, services, community)
    lines += await _leaves(turn, services)
    return Answer.of(
        Message(LINE.join(lines), buttons=_buttons(turn, community, mine)), step=turn.step
    )


def _owners(stands: list[Stand]) -> set[int]:
    return {stand.person_id for stand in stands}


def _shifts(
    turn: Turn, community: Community, mine: list[Stand], called: dict[int, str]
) -> list[Markup]:
    if not mine:
        return [turn.say("roster.mine_none")]
    lines = [turn.say("roster.mine")]
    for stand in mine:
        post = stand.post
        if post.since <= turn.now:
            until = post.until.astimezone(community.zone).strftime("%H:%M")
            lines.append(turn.say("roster.mine_now", until=until))
            continue
        when = span(turn.say, post.since, post.until, community.zone)
        own = stand.person_id == turn.who.id
        key = "roster.mine_line" if own else "roster.mine_for"
        lines.append(turn.say(key, span=when, name=called.get(stand.person_id, "")))
    return lines


async def _asked(turn: Turn, services: Services, community: Community) -> list[Markup]:
    """What they have asked of colleagues and wait for."""
    lines = []
    for asked in await swap.asked_by(services.work, turn.who.id):
        stand = await roster.stand(services.work, asked.shift_id)
        called = await names(services, [asked.colleague_id])
        if stand is not None:
            when = span(turn.say, stand.post.since, stand.post.until, community.zone)
            name = called.get(asked.colleague_id, "")
            lines.append(turn.say("roster.mine_asked", name=name, span=when))
    return lines


async def _leaves(turn: Turn, services: Services) -> list[Markup]:
    """Their own leave, and for whom they stand in."""
    own = await leave.of_person(services.work, turn.who.id)
    others = await leave.as_deputy(services.work, turn.who.id)
    ids = {each.deputy_id for each in own} | {each.person_id for each in others}
    called = await names(services, ids)
    lines = [
        turn.say(
            f"leave.mine_{each.state}",
            days=leave_days(turn.say, each),
            name=called.get(each.deputy_id, ""),
        )
        for each in own
    ]
    return lines + [
        turn.say(
            "leave.mine_deputy",
            days=leave_days(turn.say, each),
            name=called.get(each.person_id, ""),
        )
        for each in others
    ]


def _buttons(turn: Turn, community: Community, mine: list[Stand]) -> Rows:
    swaps = [
        Button(
            turn.say.plain("roster.swap_button", shift=short(turn.say, post.since, community.zone)),
            f"swap.pick:{post.id}",
        )
        for stand in mine
        for post in [stand.post]
        if stand.person_id == turn.who.id and post.since > turn.now
    ]
    away = (Button(turn.say.plain("leave.key"), "leave"),)
    return (*chunks(swaps, 2), *((away,) if turn.who.is_any(Role.WORKER) else ()))
