"""Nobody else sees, moves or reads a request: every action there is, tried by everyone it is not for.

The actions come from the catalogue of conversations, so that a new one is tried without being named.
"""

import importlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import count, groupby

import sqlalchemy as sa

from bot.revoking import revoke
from domain.duty import DutyKind
from domain.help import OUTCOMES, HelpKind, Need
from domain.messages import Incoming, Message
from domain.people import Language, Person
from handlers import TOPICS
from handlers.base import Answer, Services, Step, Turn
from storage import duties, looks, people
from storage import help as stored_help
from storage.database import Work
from storage.duties import Opening
from storage.tables.case import cases as case_rows
from storage.tables.checkin import checkin_days, checkins
from storage.tables.device import devices
from storage.tables.duties import duties as duty_rows
from storage.tables.duties import duty_log
from storage.tables.family import family_codes
from storage.tables.help import looks as look_rows
from storage.tables.people import families
from storage.tables.service import meal_plans, services
from tests.support.desk import Desk
from wording import Phrases

DUTY, LAST = 1, 5
"""陈奶奶's call for help, and the last of what else is about her: what was not solved, a meal, a silence,
and what she wants seen to."""
SECRETS = (
    "陈奶奶",
    "3幢502（5 楼）",
    "高血压",
    "儿子又打我",
    "对门 501",
    "单元门密码",
    "tel:201",
    "tel:202",
)
ZH = Phrases.shipped()[Language.ZH]
ROUTES = {name: route for topic in TOPICS for name, route in topic.routes.items()}
TURNED_AWAY = {ZH.plain("menu.not_for_you")}
REFUSALS = {*TURNED_AWAY, ZH.plain("help.not_yours")}
_NUMBERS = count(1000)


def named(about_requests: bool) -> list[str]:
    """Every action there is: those that name a request, or all others. What stands in a menu or on the
    lasting keyboard names none."""
    found = []
    for topic in TOPICS:
        apart = {command.name for command in topic.commands} | set(topic.keys.values())
        for name, route in topic.routes.items():
            module = importlib.import_module(route.handler.__module__)
            knows = getattr(module, "help", None) is stored_help
            if about_requests is (knows and name not in apart):
                found.append(name)
    return found


def tried(person_id: int) -> list[str]:
    """Each action with each duty, in whatever place it takes it, and with what may follow."""
    more = [str(one) for one in (OUTCOMES[1], Need.LIFT, HelpKind.FALL, person_id)]
    about = [
        f"{name}:{args}"
        for name in named(about_requests=True)
        for args in (f"{DUTY}", *(f"{DUTY}:{one}" for one in more), f"{person_id}:{DUTY}")
    ]
    rest = [*named(about_requests=False), *named(about_requests=True)]
    others = [f"{name}:{duty}" for name in rest for duty in range(DUTY, LAST + 1)]
    return [*about, *others, *(f"{name}:{person_id}:{LAST}" for name in rest)]


def tried_with(granny: int, daughter: int, home: int) -> list[str]:
    """Each action with her own numbers: herself, her daughter, her home."""
    every = [*named(about_requests=False), *named(about_requests=True)]
    return [f"{name}:{of}" for name in every for of in (granny, f"{granny}:{daughter}", home)]


async def numbers_of_hers(work: Work) -> tuple[int, int, int]:
    """陈奶奶, her daughter, her home."""
    granny, daughter = [await people.person_by_code(work, c) for c in ("granny", "daughter")]
    assert granny is not None
    assert daughter is not None
    assert granny.household_id is not None
    return granny.id, daughter.id, granny.household_id


@asynccontextmanager
async def undone(desk: Desk) -> AsyncIterator[Work]:
    """A transaction of which nothing is kept."""
    async with desk.database.writing(keep=False) as work:
        yield work


async def some_chat(work: Work) -> int:
    """An address to speak from; whose it is decides nothing, the person does."""
    return int(await work.conn.scalar(sa.text("SELECT min(id) FROM addresses")))


async def says(
    desk: Desk,
    work: Work,
    who: Person | None,
    incoming: Incoming,
    chat: int,
    step: Step | None = None,
) -> Answer:
    """What the desk answers, by the way that every tap takes."""
    parts = desk.app.desk
    knowledge = parts.knowledge.at(who.community_id if who else None)
    services = Services(work, knowledge, parts.phrases, parts.policies, parts.climb)
    turn = Turn(next(_NUMBERS), chat, incoming, who, Language.ZH, ZH, work.now, step=step)
    return await parts.router.answer(turn, services)


def by_name(who: Person | None, every: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Each action with all that is tried of it. Where the person's role is turned away by the name alone,
    what follows the name is not even read (`tests/handlers/test_router.py`): of that a single try is told."""
    admitted = {name for name in ROUTES if ROUTES[name].admits(who if who and who.roles else None)}
    ordered = sorted(dict.fromkeys(every), key=lambda action: action.split(":")[0])
    for name, actions in groupby(ordered, lambda action: action.split(":")[0]):
        tries = list(actions)
        assert len(tries) > 1
        yield name, tries if name in admitted else tries[:1]


def shown(answer: Answer, who: Person | None) -> str:
    """All that this person reads because of it."""
    theirs = [one.message for one in answer.owed if who and getattr(one, "person_id", 0) == who.id]
    labels = [b.label for m in answer.messages for row in m.buttons for b in row]
    return "\n".join([*map(_html, [*answer.messages, *theirs]), *labels, answer.notice])


def _html(message: Message) -> str:
    return str(message.html)


KEPT = (
    (families, families.c.elder_id),
    (services, services.c.subject_id),
    (meal_plans, meal_plans.c.person_id),
    (checkins, checkins.c.person_id),
    (checkin_days, checkin_days.c.person_id),
    (devices, devices.c.person_id),
    (family_codes, family_codes.c.elder_id),
)
"""What else is kept about her, and by which column it is hers."""


async def kept(work: Work) -> list[list[str]]:
    """Her family, orders and signs of life, as they are."""
    granny = (await numbers_of_hers(work))[0]
    return [
        sorted(map(str, (await work.conn.execute(sa.select(table).where(hers == granny))).all()))
        for table, hers in KEPT
    ]


async def stands(work: Work) -> tuple[object, ...]:
    """All that is about her as it is: the rows, their logs, and who looked."""
    hers = sa.select(duty_rows).where(duty_rows.c.id <= LAST).order_by(duty_rows.c.id)
    log = sa.select(duty_log).where(duty_log.c.duty_id <= LAST).order_by(duty_log.c.id)
    seen = sa.select(sa.func.count()).where(look_rows.c.duty_id <= LAST)
    raised = sa.select(case_rows).where(case_rows.c.duty_id <= LAST)
    rows = [(await work.conn.execute(query)).all() for query in (hers, log, raised)]
    return (*rows, await work.conn.scalar(seen))


async def the_person(work: Work, code: str) -> Person | None:
    """Who the code names; a revoked worker's chat speaks for nobody, or for one without a role."""
    return await people.person_by_code(work, code)


async def with_a_request(desk: Desk) -> None:
    """陈奶奶's, which 社工甲 has and needs support with, and whatever else can be about her; w3 may do
    nothing any more."""
    granny, mine, _ = await desk.people("granny", "w1", "daughter")
    await desk.person("w3")
    await desk.also_family_of("english", "other-elder")
    await granny.does("help.press")
    await mine.taps("我来")
    await mine.does(f"hands.support:{DUTY}:lift")
    await granny.says("🍚 生活服务")
    await granny.taps("订饭")
    await granny.taps("今天晚饭 送到家")
    await granny.does("case.kind:hazard")
    await granny.says("吃高血压的药头晕，儿子又打我")
    await granny.does("cancel")
    async with desk.database.writing() as work:
        subject = await people.person_by_code(work, "granny")
        assert subject is not None
        for kind in (DutyKind.AFTER, DutyKind.CHECKIN):
            opening = Opening(
                kind,
                subject.community_id,
                desk.app.parts.policies.ladders[kind],
                f"test:{kind}",
                household_id=subject.household_id,
                subject_id=subject.id,
            )
            assert await duties.open_duty(work, opening) is not None
        takes_part = {"person_id": subject.id, "community_id": subject.community_id, "hour": 9}
        await work.conn.execute(sa.insert(checkins).values(takes_part))
        kinds = await work.conn.scalars(sa.select(duty_rows.c.kind).order_by(duty_rows.c.id))
        assert sorted(kinds) == ["after", "case", "checkin", "help", "meal"]
    async with desk.database.writing() as work:
        gone = await people.person_by_code(work, "w3")
        assert gone is not None
        await revoke(work, gone, desk.app.parts.phrases, with_roles=True)
    await desk.tick()  # what is due is told now, not by a sweep in the middle of the walk


OUTSIDERS = ("resident", "other-elder", "other-worker", "other-head", "w3", "english", "")
"""A resident, another elder, a worker and a head of another community, a worker whose access was
withdrawn, somebody else's family, and a stranger."""


async def test_who_is_not_concerned_is_refused_by_every_action(desk: Desk) -> None:
    await with_a_request(desk)
    about = set(named(about_requests=True))
    assert len(about) > 20, "the search found too little, so it proves nothing"
    for code in OUTSIDERS:
        async with undone(desk) as work:
            who = await the_person(work, code) if code else None
            before, hers, chat = await stands(work), await kept(work), await some_chat(work)
            every = [*tried(who.id if who else 1), *tried_with(*await numbers_of_hers(work))]
            for name, actions in by_name(who, every):
                for action in actions:
                    incoming = Incoming("memory", "x", action=action)
                    answer = await says(desk, work, who, incoming, chat)
                    read = [secret for secret in SECRETS if secret in shown(answer, who)]
                    assert not read, f"{code or 'a stranger'} reads {read} by {action}"
                    said = {message.plain for message in answer.messages}
                    assert len(actions) > 1 or said == TURNED_AWAY, (
                        f"{code or 'a stranger'}: {action}"
                    )
                    elsewhere = not action.endswith(f":{DUTY}") and f":{DUTY}:" not in action
                    refused = elsewhere or (said and said <= REFUSALS)
                    assert refused or name not in about, f"{code or 'a stranger'}: {action}: {said}"
                assert await stands(work) == before, f"{code or 'a stranger'} moves it by {name}"
            assert await kept(work) == hers, f"{code or 'a stranger'} changes what is hers"


async def test_a_step_that_was_left_open_lets_nobody_write_into_a_request(desk: Desk) -> None:
    await with_a_request(desk)
    for code in OUTSIDERS:
        async with undone(desk) as work:
            who = await the_person(work, code) if code else None
            before, chat = await stands(work), await some_chat(work)
            note = Step("closing.words", {"duty": DUTY})
            await says(desk, work, who, Incoming("memory", "x", text="写进去"), chat, note)
            assert await stands(work) == before, code


async def test_whatever_shows_a_health_note_is_written_down(desk: Desk) -> None:
    """The same walk by those who may see it: each action that shows it leaves a row of who looked."""
    await with_a_request(desk)
    showing = set()
    for code in ("w1", "head"):
        async with undone(desk) as work:
            who = await the_person(work, code)
            assert who is not None
            seen = sa.select(sa.func.count()).where(look_rows.c.viewer_id == who.id)
            before, chat = await work.conn.scalar(seen), await some_chat(work)
            every = (each for _, tries in by_name(who, tried(who.id)) for each in tries)
            for action in every:
                async with work.conn.begin_nested() as alone:
                    incoming = Incoming("memory", "x", action=action)
                    answer = await says(desk, work, who, incoming, chat)
                    if "高血压" in shown(answer, who):
                        assert await work.conn.scalar(seen) != before, f"{code} sees it by {action}"
                        showing.add(action.split(":")[0])
                    await alone.rollback()
            assert await work.conn.scalar(seen) == before, "each begins where nobody looked"
    assert {"helplist", "calls.take", "calls.done", "hands.give", "hands.support"} <= showing


async def test_the_head_reads_who_looked_and_nobody_else_does(desk: Desk) -> None:
    granny, mine, on_duty, head = await desk.people("granny", "w1", "w2", "head")
    await granny.does("help.press")
    await on_duty.does("helplist")
    await mine.taps("我来")
    await desk.later(minutes=5)
    await head.does("helplist")
    await head.taps("记录")
    said = await head.taps("谁看过")
    for line in (
        "社工甲：收到求助单",
        "社工乙：看了清单",
        "社工甲：看了求助单",
        "社工甲：收到提醒单",
        "书记：看了清单",
        "书记：看了记录",
    ):
        assert line in said
    assert "谁看过 陈奶奶 的求助（7 次）" in said
    assert "小陈" not in said, "the family is told as family"
    assert "用不了" in await mine.does("calls.looks:1")
    assert not [label for label in mine.buttons() if "谁看过" in label]
    async with desk.database.reading() as work:
        person = await people.person_by_code(work, "granny")
        assert person is not None
        found = await looks.at_person(work, person.id)
    assert [one.what for one in found].count("list") == 2
    assert {one.viewer_code for one in found} == {"w1", "w2", "head"}


async def test_who_looked_goes_with_the_person(desk: Desk) -> None:
    """The rows name people, so they end with the people, on either side."""
    granny, on_duty = await desk.people("granny", "w2")
    await granny.does("help.press")
    await on_duty.does("helplist")
    async with undone(desk) as work:
        left = sa.select(sa.func.count()).select_from(look_rows)
        assert await work.conn.scalar(left) == 1
        await work.conn.execute(sa.delete(duty_log))
        await work.conn.execute(sa.delete(duty_rows))
        assert await work.conn.scalar(left) == 0
