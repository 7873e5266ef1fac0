"""How the month stands: a worker's own pace, the supervisor's board, and the diary on paper."""

from datetime import date, timedelta

from markupsafe import Markup

from domain.calendar import Month, local_day
from domain.ledger import Kind
from domain.messages import Attachment, Button, Message, Rows
from domain.people import Person, Role
from domain.visit import BoardRow, Quota, count_attempts, count_home_days
from domain.visit_plan import unseen_special
from handlers import base
from handlers.base import Answer, Services, Turn
from handlers.visit_card import chunks, label, month_pace, zone_here
from storage import ledger, ledger_facts, people, visit, visit_homes
from storage.visit import Worker
from wording import Say
from wording.ledger import ledger_file, not_there
from wording.visit import LINE, day_of, diary, standing

topic = base.Topic("board", keys={"visit.pace_key": "pace", "visit.board_key": "board"})

_WORKER = frozenset({Role.WORKER})
_HEADS = frozenset({Role.SUPERVISOR, Role.STREET})
_NAMED = 5
"""Special homes that are named; more are counted."""


@topic.action("pace", roles=_WORKER, command="visit.pace_command")
async def own_pace(turn: Turn, services: Services) -> Answer:
    """本月走访: the count against the pace, what is left, and who must not be forgotten."""
    today = local_day(turn.now, await zone_here(turn, services))
    month = Month.of(today)
    made = (await visit.facts(services.work, [turn.who.id], month))[turn.who.id]
    stand = await month_pace(services, turn.who.id, count_home_days(made), today)
    lines = [standing(turn.say, stand)]
    if attempts := count_attempts(made):
        lines.append(turn.say("visit.attempts", count=attempts))
    lines += await _special(turn, services, month)
    buttons = (
        Button(turn.say.plain("visit.key"), "visit"),
        Button(turn.say.plain("visit.diary_button"), diary(turn.who.id, month)),
    )
    return Answer.of(Message(LINE.join(lines), buttons=(buttons,)), step=turn.step)


async def _special(turn: Turn, services: Services, month: Month) -> list[Markup]:
    """The special homes that nobody has seen this month, by name."""
    doors = {door.home.id: door for door in await visit_homes.doors(services.work, turn.who.id)}
    homes = [door.home for door in doors.values()]
    if not any(home.special for home in homes):
        return []
    unseen = unseen_special(homes, await visit_homes.last_visits(services.work, turn.who.id), month)
    if not unseen:
        return [turn.say("visit.special_done")]
    names = turn.say.plain("visit.join").join(label(doors[home.id]) for home in unseen[:_NAMED])
    if len(unseen) > _NAMED:
        names = turn.say.plain("visit.special_more", homes=names)
    return [turn.say("visit.special", count=len(unseen), homes=names)]


@topic.action("board", roles=_HEADS, command="visit.board_command")
async def board(turn: Turn, services: Services) -> Answer:
    """走访进度: every worker of the community against the pace, in words and as a picture."""
    today = local_day(turn.now, await zone_here(turn, services))
    last = turn.args[:1] == ("last",)
    day = today.replace(day=1) - timedelta(days=1) if last else today
    policies = services.policies
    here = await people.community(services.work, turn.who.community_id)
    rows = await visit.board(
        services.work, here.id, day, policies.calendar, Quota(policies.visits_a_month)
    )
    other = ("board_this", "board") if last else ("board_last", "board:last")
    buttons = (
        Button(turn.say.plain(f"visit.{other[0]}"), other[1]),
        Button(turn.say.plain("visit.diary_button"), "diary"),
        Button(turn.say.plain("visit.hints_button"), "hints"),
    )
    if not rows:
        return Answer.of(Message(turn.say("visit.board_empty"), buttons=(buttons,)), step=turn.step)
    words = Message(_in_words(turn.say, here.name, day, rows), buttons=(buttons,))
    return Answer.of(_picture(turn.say, here.name, here.id, day), words, step=turn.step)


def _picture(say: Say, community: str, community_id: int, day: date) -> Message:
    params = {"community": community_id, "day": day.isoformat()}
    file = say.plain("visit.board_file", day=day.isoformat())
    return Message(
        say("visit.board_picture", community=community),
        attachment=Attachment("visit.board", file, params, picture=True),
    )


def _in_words(say: Say, community: str, day: date, rows: list[BoardRow]) -> Markup:
    head = say(
        "visit.board",
        community=community,
        year=day.year,
        month=day.month,
        day=day_of(say, day),
        expected=rows[0].pace.expected_by_now,
    )
    done, behind = sum(row.pace.done for row in rows), sum(row.pace.behind for row in rows)
    total = say("visit.board_total", done=done, behind=behind)
    return LINE.join([head, "", *(_line(say, row) for row in rows), "", total])


def _line(say: Say, row: BoardRow) -> Markup:
    its = row.pace
    key = "board_impossible" if its.impossible else "board_short"
    tail = say(f"visit.{key}", short=its.expected_by_now - its.done) if its.behind else ""
    mark = "⚠️" if its.behind else "✅"
    return say(
        "visit.board_line",
        mark=mark,
        worker=row.worker,
        done=its.done,
        target=its.target,
        tail=tail,
    )


@topic.action("diary", roles=_WORKER | _HEADS, command="visit.diary_command")
async def choose_diary(turn: Turn, services: Services) -> Answer:
    """/diary: a worker's own of this month at once; a supervisor says whose."""
    if not turn.who.is_any(*_HEADS):
        today = local_day(turn.now, await zone_here(turn, services))
        return await _hand_out(turn, services, turn.who.id, Month.of(today))
    month = Month.of(local_day(turn.now, await zone_here(turn, services)))
    workers = await visit.workers(services.work, turn.who.community_id)
    if not workers:
        return Answer.of(Message(turn.say("visit.board_empty")), step=turn.step)
    buttons = chunks([Button(each.name, diary(each.id, month)) for each in workers], 2)
    return Answer.of(Message(turn.say("visit.diary_whom"), buttons=buttons), step=turn.step)


@topic.action("board.diary", roles=_WORKER | _HEADS)
async def hand_out(turn: Turn, services: Services) -> Answer:
    """One worker's diary of one month."""
    try:
        year, number = (turn.args[1] if len(turn.args) > 1 else "").split("-")
        month = Month(int(year), int(number))
    except ValueError:
        return Answer.of(Message(turn.say("menu.old_button")), step=turn.step)
    return await _hand_out(turn, services, turn.number(), month)


def _may_see(viewer: Person, worker_id: int) -> bool:
    return viewer.id == worker_id or viewer.is_any(*_HEADS)


async def _hand_out(turn: Turn, services: Services, worker_id: int, month: Month) -> Answer:
    """The diary as a file, if it is theirs or a worker's of their community."""
    here = await visit.workers(services.work, turn.who.community_id)
    worker = next((each for each in here if each.id == worker_id), None)
    if worker is None or not _may_see(turn.who, worker_id):
        return Answer.of(Message(turn.say("visit.diary_refused")), step=turn.step)
    kept = await ledger.closed(services.work, turn.who.community_id, month)
    if kept is not None and not kept.had(worker_id):
        return Answer.of(not_there(turn.say, worker.name, month), step=turn.step)
    made = (
        kept.visits if kept else await ledger_facts.lines(services.work, worker.community_id, month)
    )
    today = Month.of(local_day(turn.now, await zone_here(turn, services)))
    message = Message(
        turn.say(
            "visit.diary",
            worker=worker.name,
            year=month.year,
            month=month.number,
            count=sum(line.worker_id == worker_id for line in made),
        ),
        buttons=_other_month(turn.say, worker, month, today),
        attachment=ledger_file(
            turn.say, worker.name, worker.community_id, month, (Kind.DIARY,), worker.id
        ),
    )
    return Answer.of(message, step=turn.step)


def _other_month(say: Say, worker: Worker, month: Month, today: Month) -> Rows:
    if month == today:
        return ((Button(say.plain("visit.diary_last"), diary(worker.id, today.previous())),),)
    return ((Button(say.plain("visit.diary_this"), diary(worker.id, today)),),)
