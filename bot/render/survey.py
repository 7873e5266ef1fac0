"""A survey's tally as one picture: a diverging bar an aspect, readable on a phone."""

from collections.abc import Iterator
from itertools import pairwise

from bot.render import Saying
from bot.render.picture import (
    FAINT,
    INK,
    MARGIN,
    TRACK,
    WIDTH,
    Picture,
    line_height,
    lines,
)
from domain.people import Language
from domain.survey import Option, Score, Tally

SPAN = WIDTH - 2 * MARGIN
TITLE, LEAD, LABEL, BODY, SMALL = 50, 36, 38, 30, 26
BLOCK, BAR = 188, 58
"""Heights in pixels of one aspect and of its bar."""

_COLOURS = (
    (0.0, "#b2182b"),
    (0.3, "#ef8a62"),
    (0.6, "#d0d4d9"),
    (0.8, "#67a9cf"),
    (1.0, "#2166ac"),
)
"""By part of full marks: red to blue through grey, told apart by the colour-blind too (ColorBrewer
RdBu)."""


def tally_picture(
    tally: Tally, title: str, language: Language, say: Saying, subtitle: str = ""
) -> bytes:
    """The tally as a PNG 1080 pixels wide. A group or aspect with too few answers says so only."""
    sheet = _Sheet(tally, title, language, say, subtitle)
    return sheet.draw()


class _Sheet:
    def __init__(
        self, tally: Tally, title: str, language: Language, say: Saying, subtitle: str
    ) -> None:
        self.tally, self.language, self.say = tally, language, say
        self.title, self.subtitle = title, subtitle
        self.scale = [option for option in tally.questionnaire.scale if not option.dont_know]
        self.picture = Picture(self._height())

    def draw(self) -> bytes:
        y = self._head(MARGIN + TITLE / 2)
        if self.tally.suppressed:
            self.picture.paragraph(y, self._hidden_text(), LEAD)
            return self.picture.png()
        y = self._legend(y)
        for score, aspect in zip(self.tally.aspects, self.tally.questionnaire.aspects, strict=True):
            self._aspect(y, score, aspect.name.get(self.language))
            y += BLOCK
        self.picture.paragraph(y + SMALL, self._note(), SMALL, FAINT)
        return self.picture.png()

    def _height(self) -> float:
        head = MARGIN + line_height(TITLE) * len(lines(self.title, TITLE))
        head += line_height(LEAD) * (len(lines(self._lead(), LEAD)) + bool(self.subtitle))
        if self.tally.suppressed:
            return head + line_height(LEAD) * len(lines(self._hidden_text(), LEAD)) + MARGIN
        legend = line_height(BODY) * (1 + max(row for row, _, _ in self._swatches())) + BODY
        note = line_height(SMALL) * len(lines(self._note(), SMALL))
        return head + legend + BLOCK * len(self.tally.aspects) + note + MARGIN

    def _head(self, y: float) -> float:
        y = self.picture.paragraph(y, self.title, TITLE)
        if self.subtitle:
            self.picture.text(MARGIN, y, self.subtitle, BODY, FAINT, width=SPAN)
            y += line_height(LEAD)
        return self.picture.paragraph(y, self._lead(), LEAD) if self._lead() else y

    def _lead(self) -> str:
        if self.tally.suppressed:
            return ""
        returned = self.say("papers.survey_returned", count=self.tally.n)
        if self.tally.score is None:
            return returned
        total = self.say("papers.survey_total", score=f"{self.tally.score:.1f}")
        return f"{returned}    {total}"

    def _hidden_text(self) -> str:
        return self.say("papers.survey_all_hidden", count=self.tally.n, minimum=self.tally.minimum)

    def _note(self) -> str:
        satisfied = [o.words.get(self.language) for o in self.scale if o.satisfied]
        labels = self.say("papers.survey_join").join(satisfied)
        return self.say("papers.survey_note", labels=labels)

    def _legend(self, y: float) -> float:
        """A colour and its words for each step of the scale, in as many rows as they need."""
        row = 0
        for row, x, option in self._swatches():
            middle = y + row * line_height(BODY)
            self.picture.box(MARGIN + x, middle - 13, 26, 26, self._colour(option))
            self.picture.text(MARGIN + x + 36, middle, option.words.get(self.language), BODY)
        return y + (row + 1) * line_height(BODY) + BODY

    def _swatches(self) -> Iterator[tuple[int, float, Option]]:
        row, x = 0, 0.0
        for option in self.scale:
            label = option.words.get(self.language)
            taken = 36 + 28 + BODY * sum(0.58 if char.isascii() else 1.02 for char in label)
            if x and x + taken > SPAN:
                row, x = row + 1, 0.0
            yield row, x, option
            x += taken

    def _aspect(self, y: float, score: Score, name: str) -> None:
        self.picture.text(MARGIN, y, name, LABEL, width=SPAN * 0.72)
        if score.suppressed or score.mean is None or score.satisfied is None:
            self._hidden(y)
            return
        mean = self.say("papers.survey_mean", score=f"{score.mean:.1f}")
        self.picture.text(WIDTH - MARGIN, y, mean, LABEL, align="right")
        self._bar(y + 32, score)
        self.picture.text(MARGIN, y + 32 + BAR + 28, self._details(score), BODY, FAINT, width=SPAN)

    def _hidden(self, y: float) -> None:
        self.picture.box(MARGIN, y + 32, SPAN, BAR, TRACK)
        words = self.say("papers.survey_hidden", minimum=self.tally.minimum)
        self.picture.text(WIDTH / 2, y + 32 + BAR / 2, words, BODY, FAINT, align="center")

    def _details(self, score: Score) -> str:
        low, high = score.interval or (0.0, 1.0)
        satisfied = self.say(
            "papers.survey_satisfied",
            share=f"{score.satisfied or 0:.0%}",
            low=f"{low:.0%}",
            high=f"{high:.0%}",
        )
        parts = [satisfied, self.say("papers.survey_n", count=score.n)]
        if score.dont_know:
            parts.append(self.say("papers.survey_dont_know", count=score.dont_know))
        return "    ".join(parts)

    def _bar(self, y: float, score: Score) -> None:
        """Worst left, best right, the middle of the scale astride one line through all bars."""
        shares = self._shares(score)
        left, right = self._reach()
        unit = SPAN / (left + right)
        edges = [MARGIN + (left - self._below(score)) * unit]
        for _, share in shares:
            edges.append(edges[-1] + share * unit)
        for (option, share), (start, end) in zip(shares, pairwise(edges), strict=True):
            self.picture.box(start, y, end - start, BAR, self._colour(option))
            if end - start > 2.2 * BODY:
                ink = "#ffffff" if self._part(option) in (0.0, 1.0) else INK
                middle = (start + end) / 2
                self.picture.text(middle, y + BAR / 2, f"{share:.0%}", BODY, ink, align="center")
        for above in (y - 9, y + BAR):  # the common line, not drawn across the figures
            self.picture.box(MARGIN + left * unit - 1, above, 3, 9, INK)

    def _shares(self, score: Score) -> list[tuple[Option, float]]:
        """Each option with its part of the ratings, worst first."""
        counts = score.counts or {}
        return [(o, counts.get(o.code, 0) / score.ratings) for o in reversed(self.scale)]

    def _below(self, score: Score) -> float:
        """The part of the ratings left of the common line: the bad ones and half the middling."""
        return sum(share * self._leftness(option) for option, share in self._shares(score))

    def _leftness(self, option: Option) -> float:
        if option.satisfied:
            return 0.0
        return 1.0 if self._part(option) < 0.5 else 0.5

    def _reach(self) -> tuple[float, float]:
        """How far any bar goes to either side, so that all bars share one line and one unit."""
        below = [self._below(s) for s in self.tally.aspects if not s.suppressed]
        return max(below, default=0.5), max((1 - part for part in below), default=0.5)

    def _part(self, option: Option) -> float:
        return (option.score or 0.0) / self.tally.questionnaire.full

    def _colour(self, option: Option) -> str:
        return _blend(self._part(option))


def _blend(part: float) -> str:
    """The colour at a part of full marks, between its two neighbours."""
    for (low, dark), (high, light) in pairwise(_COLOURS):
        if part <= high:
            weight = (part - low) / (high - low)
            channels = zip(_channels(dark), _channels(light), strict=True)
            return "#" + "".join(f"{round(a + (b - a) * weight):02x}" for a, b in channels)
    return _COLOURS[-1][1]


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
