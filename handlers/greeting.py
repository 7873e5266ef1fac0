"""The welcome that fits who is speaking, and the lasting keyboard of each role."""

from domain.messages import Button, Keyboard, Message, Rows
from domain.people import STAFF, Person, Role
from handlers.base import Services, Turn
from storage import people
from wording import Say

_Rows = tuple[tuple[tuple[str, str], ...], ...]

_HELP: _Rows = ((("help.key", "help.press"),),)
_AT_HOME = frozenset({Role.ELDER, Role.FAMILY})
_KEYS: tuple[tuple[frozenset[Role], _Rows], ...] = (
    (
        frozenset({Role.WORKER}),
        (
            (("visit.key", "visit"), ("visit.pace_key", "pace")),
            (("help.list_key", "helplist"), ("question.waiting_key", "questions")),
            (("service.orders_key", "orders"), ("checkin.board_key", "silent")),
            (("cases.key", "cases"), ("cases.window_key", "walkin")),
            (("roster.key", "shifts"), ("ledger.key", "ledger")),
        ),
    ),
    (
        frozenset({Role.SUPERVISOR, Role.STREET}),
        (
            (("help.list_key", "helplist"), ("helpboard.key", "helpboard")),
            (("cases.key", "cases"), ("question.waiting_key", "questions")),
            (("checkin.board_key", "silent"), ("service.orders_key", "orders")),
            (("visit.board_key", "board"), ("menu.tools_key", "menu.tools")),
        ),
    ),
    (
        frozenset({Role.BUREAU}),
        (
            (("helpboard.key", "helpboard"), ("ledger.key", "ledger")),
            (("ask.menu_key", "menu"),),
        ),
    ),
    (
        _AT_HOME,
        (
            *_HELP,
            (("service.menu_key", "services"), ("family.key", "family")),
            (("ask.menu_key", "menu"), ("circle.key", "circle")),
            (("case.key", "case"),),
        ),
    ),
    (
        frozenset({Role.RESIDENT}),
        (
            *_HELP,
            (("ask.menu_key", "menu"), ("circle.key", "circle")),
            (("case.key", "case"),),
        ),
    ),
)

_TOOLS: _Rows = (
    (("surge.key", "surge"), ("roster.month_key", "roster")),
    (("cases.window_key", "walkin"), ("survey.key", "survey")),
    (("report.key", "report"), ("ledger.key", "ledger")),
    (("content.key", "guides"), ("readiness.key", "readiness")),
)
"""What who leads needs now and then: behind one key, for of fourteen a telephone shows eight."""


def tools(say: Say) -> Rows:
    """Buttons for what stands behind that key."""
    return _buttons(say, _TOOLS)


def _buttons(say: Say, rows: _Rows) -> Rows:
    return tuple(tuple(Button(say.plain(key), action) for key, action in row) for row in rows)


def keyboard(say: Say, person: Person | None) -> Keyboard:
    """The lasting keyboard for a person: few keys, the most urgent first and alone.

    Whoever is worker and supervisor has the keys of both; staff who have family here, or are old
    themselves, have the key for help, too.
    """
    if person is None:
        return Keyboard(((Button(say.plain("ask.menu_key"), "menu"),),))
    mine = [rows for roles, rows in _KEYS if person.is_any(*roles)]
    at_work = [rows for roles, rows in _KEYS if roles <= STAFF and person.is_any(*roles)]
    rows = _together(at_work) if at_work else mine[0] if mine else ()
    if at_work and person.is_any(*_AT_HOME):
        rows = (*rows, *_HELP)
    return Keyboard(_buttons(say, rows))


def _together(several: list[_Rows]) -> _Rows:
    """The keys of several jobs, each once, two in a row: whoever does both needs both."""
    first, *others = several
    seen = {key for row in first for key in row}
    fresh = (key for rows in others for row in rows for key in row if key not in seen)
    more = tuple(dict.fromkeys(fresh))
    return (*first, *(more[start : start + 2] for start in range(0, len(more), 2)))


async def greet(turn: Turn, services: Services, person: Person | None) -> Message:
    """The welcome that fits who is speaking, with their keyboard."""
    if person is None:
        communities = await people.all_communities(services.work)
        how = turn.say("menu.stranger_how")
        text = (
            turn.say("menu.welcome_stranger", community=communities[0].name, how=how)
            if len(communities) == 1
            else turn.say("menu.welcome_stranger_any", how=how)
        )
        return Message(text, keyboard=keyboard(turn.say, None))
    say = services.phrases[person.language]
    community = (await people.community(services.work, person.community_id)).name
    if person.is_any(Role.SUPERVISOR, Role.STREET):
        text = say("menu.welcome_supervisor", name=person.name)
    elif person.is_any(Role.WORKER):
        homes = len(await people.homes_of(services.work, person.id))
        text = say("menu.welcome_worker", name=person.name, homes=homes)
    elif person.is_any(Role.BUREAU):
        text = say("menu.welcome_bureau", name=person.name)
    elif person.is_any(Role.ELDER):
        text = say("menu.welcome_elder", name=person.name)
    elif person.is_any(Role.FAMILY):
        elders = await people.persons(
            services.work, await people.elders_of(services.work, person.id)
        )
        names = say.plain("menu.names_join").join(elder.name for elder in elders.values())
        text = say("menu.welcome_family", name=person.name, elders=names)
    else:
        text = say("menu.welcome", name=person.name, community=community)
    return Message(text, keyboard=keyboard(say, person))
