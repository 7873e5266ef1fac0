"""A poll's count as one picture: a bar an option, in the order in which they were offered."""

from bot.render import Saying
from bot.render.picture import FAINT, MARGIN, TRACK, WIDTH, Picture, line_height, lines
from domain.poll import Poll

SPAN = WIDTH - 2 * MARGIN
TITLE, LABEL, BODY, SMALL = 50, 36, 30, 26
BAR, GAP = 48, 34
"""Heights in pixels: of a bar, and of the room under it."""
_PLAIN, _AHEAD = "#67a9cf", "#2166ac"
"""The bars, and those of the options chosen most often: told apart by the colour-blind, too."""


def poll_picture(poll: Poll, community: str, say: Saying) -> bytes:
    """The count as a PNG 1080 pixels wide. Says that it is informal: a picture travels without the text
    it came with."""
    total = say("papers.poll_voters", community=community, voters=poll.voters)
    note = say("papers.poll_note")
    picture = Picture(_height(poll, total, note))
    y = picture.paragraph(MARGIN + TITLE / 2, poll.question, TITLE)
    y = picture.paragraph(y, total, BODY, FAINT) + GAP / 2
    for index in range(len(poll.options)):
        y = _option(picture, y, poll, index, say)
    picture.paragraph(y + SMALL / 2, note, SMALL, FAINT)
    return picture.png()


def _height(poll: Poll, total: str, note: str) -> float:
    head = line_height(TITLE) * len(lines(poll.question, TITLE)) + GAP / 2
    head += line_height(BODY) * len(lines(total, BODY))
    labels = sum(line_height(LABEL) * len(lines(option, LABEL)) for option in poll.options)
    bars = (BAR + GAP) * len(poll.options)
    return 2 * MARGIN + head + labels + bars + line_height(SMALL) * len(lines(note, SMALL))


def _option(picture: Picture, y: float, poll: Poll, index: int, say: Saying) -> float:
    """Its words, its bar and its figures; gives the y after them."""
    share = poll.count.share(index)
    y = picture.paragraph(y, poll.options[index], LABEL) - line_height(LABEL) / 2
    colour = _AHEAD if index in poll.count.ahead else _PLAIN
    picture.box(MARGIN, y, SPAN * 0.72, BAR, TRACK)
    picture.box(MARGIN, y, SPAN * 0.72 * share, BAR, colour)
    figures = say("papers.poll_votes", votes=poll.votes[index], share=f"{share:.0%}")
    room = SPAN * 0.26
    picture.text(WIDTH - MARGIN, y + BAR / 2, figures, BODY, align="right", width=room)
    return y + BAR + GAP + LABEL / 2
