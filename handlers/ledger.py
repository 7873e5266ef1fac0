"""台账 on demand: which month, which one, as a table or as a document; and the way to the board of visits."""

from domain.calendar import Month, local_day
from domain.ledger import OF_WORKER, Kind
from domain.messages import Button, Message, Rows
from domain.people import OVERSEERS, Role
from domain.privacy import Sight
from handlers.base import Answer, Services, Topic, Turn
from storage import heirs, help_board, ledger, passes, people
from storage.people import Community
from wording.ledger import DOCX, FORMATS, XLSX, ledger_file, not_there

topic = Topic("ledger", keys={"ledger.key": "ledger"})

_READERS = OVERSEERS | {Role.WORKER}
_MONTHS = 6
"""Months that are offered: this one and those before it."""
_OWN = "own"


@topic.action("ledger", roles=_READERS, command="ledger.command")
async def choose_month(turn: Turn, services: Services) -> Answer:
    """台账: which month."""
    here, sight = await _theirs(turn, services)
    if sight is None:
        return _refused(turn)
    this = Month.of(local_day(turn.now, here.zone))
    months = [this]
    while len(months) < _MONTHS:
        months.append(months[-1].previous())
    buttons = [_month_button(turn, month, now=month == this) for month in months]
    rows: Rows = tuple(tuple(buttons[n : n + 2]) for n in range(0, len(buttons), 2))
    if turn.who.is_any(*OVERSEERS):
        console = Button(turn.say.plain("ledger.console_button"), "ledger.console")
        rows = (*rows, *await _former(turn, services, here), (console,))
    key = "menu_own" if sight is Sight.OWN else "menu_head"
    text = turn.say(f"ledger.{key}", community=here.name)
    return Answer.of(Message(text, buttons=rows, in_place=True), step=turn.step)


def _month_button(turn: Turn, month: Month, *, now: bool) -> Button:
    key = "ledger.menu_month_open" if now else "ledger.menu_month"
    label = turn.say.plain(key, year=month.year, month=month.number)
    return Button(label, f"ledger.month:{month}")


async def _theirs(turn: Turn, services: Services) -> tuple[Community, Sight | None]:
    """The community whose ledgers they read: their own, else the first that they oversee."""
    here = await people.community(services.work, turn.who.community_id)
    sight = await ledger.sight(services.work, turn.who.id, here.id)
    if sight is None and (others := await help_board.overseen(services.work, turn.who.id)):
        here = await people.community(services.work, others[0].id)
        sight = await ledger.sight(services.work, turn.who.id, here.id)
    return here, sight


def _refused(turn: Turn) -> Answer:
    return Answer.of(Message(turn.say("ledger.refused")), step=turn.step)


def _asked(turn: Turn, here: Community) -> Month | None:
    """The month that a button names; none that is still to come."""
    try:
        month = ledger.month_of(turn.args[0] if turn.args else "")
    except ValueError:
        return None
    return month if month <= Month.of(local_day(turn.now, here.zone)) else None


@topic.action("ledger.month", roles=_READERS)
async def choose_kind(turn: Turn, services: Services) -> Answer:
    """Which ledger of that month."""
    here, sight = await _theirs(turn, services)
    month = _asked(turn, here)
    if sight is None or month is None:
        return _refused(turn) if sight is None else _no_month(turn)
    closed = await ledger.is_closed(services.work, here.id, month)
    say = turn.say.plain

    def button(label: str, what: str, form: str = XLSX) -> Button:
        return Button(say(label), f"ledger.get:{month}:{what}:{form}")

    kinds = OF_WORKER if sight is Sight.OWN else tuple(Kind)
    each = [button(f"ledger.name_{kind}", kind) for kind in kinds]
    rows: Rows = (
        (button("ledger.all_button", "all"), button("ledger.docx_button", "all", DOCX)),
        *(tuple(each[n : n + 3]) for n in range(0, len(each), 3)),
        *(((button("ledger.own_button", _OWN),),) if _is_both(turn, sight) else ()),
        (Button(say("ledger.back"), "ledger"),),
    )
    key = "ledger.menu_which" if closed else "ledger.menu_which_open"
    text = turn.say(key, year=month.year, month=month.number)
    return Answer.of(Message(text, buttons=rows, in_place=True), step=turn.step)


def _is_both(turn: Turn, sight: Sight) -> bool:
    return sight is not Sight.OWN and turn.who.is_any(Role.WORKER)


def _no_month(turn: Turn) -> Answer:
    return Answer.of(Message(turn.say("ledger.bad_month")), step=turn.step)


@topic.action("ledger.get", roles=_READERS)
async def hand_out(turn: Turn, services: Services) -> Answer:
    """The file; it is made when it is sent, and the right is asked for again then."""
    here, sight = await _theirs(turn, services)
    month, what = _asked(turn, here), turn.args[1] if len(turn.args) > 1 else ""
    form = turn.args[2] if len(turn.args) > 2 else XLSX
    if sight is None:
        return _refused(turn)
    if month is None or form not in FORMATS or what not in ("all", _OWN, *Kind):
        return _no_month(turn)
    own = sight is Sight.OWN or (what == _OWN and turn.who.is_any(Role.WORKER))
    kinds = (Kind(what),) if what in list(Kind) else ()
    if own and not set(kinds) <= set(OF_WORKER):
        return _refused(turn)
    who = turn.who.name if own else here.name
    worker = turn.who.id if own else None
    closed = await ledger.closed(services.work, here.id, month)
    if own and closed is not None and not closed.had(turn.who.id):
        return Answer.of(not_there(turn.say, who, month), step=turn.step)
    file = ledger_file(turn.say, who, here.id, month, kinds, worker, form)
    title = turn.say("ledger.sent", title=who, year=month.year, month=month.number)
    state = turn.say("ledger.sent_closed" if closed else "ledger.sent_open")
    text = title + "\n" + state
    return Answer.of(Message(text, attachment=file), step=turn.step)


async def _former(turn: Turn, services: Services, here: Community) -> Rows:
    """What became a part of this community, whose months are kept."""
    rows = []
    for one in await heirs.former(services.work, here.id):
        name = (await people.community(services.work, one)).name
        label = turn.say.plain("ledger.former", community=name)
        rows.append((Button(label, f"ledger.former:{one}"),))
    return tuple(rows)


@topic.action("ledger.former", roles=OVERSEERS)
async def choose_former(turn: Turn, services: Services) -> Answer:
    """The closed months of a community that became a part of theirs; with a month, its ledgers."""
    here, sight = await _theirs(turn, services)
    if sight is None or turn.number() not in await heirs.former(services.work, here.id):
        return _refused(turn)
    then = await people.community(services.work, turn.number())
    months = await ledger.closed_months(services.work, then.id)
    wanted = next((one for one in months if str(one) in turn.args[1:]), None)
    if wanted is not None:
        file = ledger_file(turn.say, then.name, then.id, wanted)
        say = turn.say
        title = say("ledger.sent", title=then.name, year=wanted.year, month=wanted.number)
        text = title + "\n" + say("ledger.sent_closed")
        return Answer.of(Message(text, attachment=file), step=turn.step)
    rows = tuple(
        (
            Button(
                turn.say.plain("ledger.menu_month", year=one.year, month=one.number),
                f"ledger.former:{then.id}:{one}",
            ),
        )
        for one in months
    )
    text = turn.say("ledger.former_months", community=then.name)
    return Answer.of(Message(text, buttons=rows, in_place=True), step=turn.step)


@topic.action("ledger.console", roles=OVERSEERS)
async def open_console(turn: Turn, services: Services) -> Answer:
    """打开走访看板: a link for this person, once and soon; the key is behind the # and reaches no log."""
    if not await help_board.overseen(services.work, turn.who.id):
        return _refused(turn)
    key = await passes.issue(services.work, turn.who.id)
    minutes = int(passes.KEY_LASTS.total_seconds() // 60)
    url = f"{services.policies.web_url}/visits#key={key}"
    link = Button(turn.say.plain("ledger.console_button"), url=url)
    text = turn.say("ledger.console", minutes=minutes)
    return Answer.of(Message(text, buttons=((link,),)), step=turn.step)
