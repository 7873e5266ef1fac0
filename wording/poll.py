"""What is said about one-question polls, in a conversation and from the clock."""

from datetime import datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from domain.messages import Attachment, Button, GroupPoll, Lane, Message, Owed, OwedTo
from domain.people import Language, Person
from domain.poll import FEWEST, Poll
from wording.phrases import Phrases, Say

LINE = Markup("\n")
BLANK = Markup("\n\n")

FITS_A_BUTTON = 20
"""Characters that a phone shows on a button; longer options stand in the text, too."""


def until(say: Say, moment: datetime, zone: ZoneInfo) -> str:
    """A day and an hour on the community's clock."""
    local = moment.astimezone(zone)
    return say.plain("poll.until", month=local.month, day=local.day, time=f"{local:%H:%M}")


def listed(say: Say, poll: Poll) -> Markup:
    """The question and what may be chosen."""
    options = [say("poll.option", option=option) for option in poll.options]
    return LINE.join([Markup("<b>{}</b>").format(poll.question), *options])


def for_group(say: Say, poll: Poll, community: str, closes: str) -> Message:
    """The poll as the platform asks it; its text is for whoever reads the log of what was sent."""
    note = say.plain("poll.note", community=community, until=closes)
    asked = GroupPoll(poll.question, poll.options, poll.multiple, note)
    return Message(listed(say, poll), poll=asked, card=poll.card)


def closing(poll: Poll) -> Message:
    """The platform is to take no more votes."""
    return Message("", poll=GroupPoll(closes=True), card=poll.card, in_place=True)


def close_in(poll: Poll, address_id: int) -> OwedTo:
    """The same, owed to the group: at once, for it makes no sound there."""
    return OwedTo(address_id, closing(poll), Lane.CONVERSATION, f"{poll.card}:close")


def for_person(
    say: Say, poll: Poll, community: str, closes: str, mask: int = 0, *, again: bool = False
) -> Message:
    """The poll in somebody's own chat. What they have marked so far stands in the buttons and nowhere
    else; `again`: in the place of the card they tapped."""
    long = any(len(option) > FITS_A_BUTTON for option in poll.options)
    said = [
        say("poll.card", community=community),
        listed(say, poll) if long else Markup("<b>{}</b>").format(poll.question),
        say("poll.card_facts", until=closes),
    ]
    if poll.multiple:
        said.append(say("poll.card_many"))
    rows = tuple((_choice(say, poll, n, mask),) for n in range(len(poll.options)))
    if mask:
        rows = (*rows, (Button(say.plain("poll.cast"), f"vote.cast:{poll.id}:{mask}"),))
    return Message(BLANK.join(said), buttons=rows, card=poll.card, in_place=again)


def _choice(say: Say, poll: Poll, n: int, mask: int) -> Button:
    label, bit = poll.options[n], 1 << n
    if not poll.multiple:
        return Button(label, f"vote.cast:{poll.id}:{bit}")
    shown = say.plain("poll.chosen", label=label) if mask & bit else label
    return Button(shown, f"vote.mark:{poll.id}:{mask ^ bit}")


def figures(say: Say, poll: Poll) -> list[Markup]:
    """The count in words; of a few votes in people's own chats only how many there were."""
    if not poll.voters:
        return [say("poll.result_nobody")]
    if poll.hidden:
        return [say("poll.result_few", voters=poll.voters, fewest=FEWEST)]
    lines = [
        say("poll.line", option=option, votes=votes, share=f"{poll.count.share(n):.0%}")
        for n, (option, votes) in enumerate(zip(poll.options, poll.votes, strict=True))
    ]
    total = say("poll.result_voters", voters=poll.voters)
    if poll.multiple:
        total += escape(say("poll.result_many"))
    return [LINE.join(lines), total]


def result(say: Say, poll: Poll, *, drawn: bool = True, stale: bool = False) -> Message:
    """How it ended, in words and as a picture (`drawn`) where there is anything to draw; `stale`: the
    platform told no last figures."""
    said = [say("poll.result", question=poll.question), *figures(say, poll)]
    if stale:
        said.append(say("poll.result_stale"))
    said.append(say("poll.result_note"))
    picture = None
    if drawn and poll.voters and not poll.hidden:
        picture = Attachment("poll.tally", "poll.png", {"poll": poll.id}, picture=True)
    return Message(BLANK.join(said), attachment=picture)


def results(
    phrases: Phrases, poll: Poll, asker: Person, address_id: int | None, *, stale: bool = False
) -> tuple[Owed | OwedTo, ...]:
    """The result for whoever asked and for the group, where it is still there; each once."""
    key = f"{poll.card}:result"
    told = result(phrases[asker.language], poll, stale=stale)
    owed: tuple[Owed | OwedTo, ...] = (Owed(asker.id, told, Lane.CONVERSATION, key),)
    if address_id is None:
        return owed
    here = result(phrases[Language.ZH], poll, stale=stale)
    return (*owed, OwedTo(address_id, here, Lane.ROUTINE, f"{key}:group"))
