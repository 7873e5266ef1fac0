"""How each picture and paper is made: its data gathered for whoever asks, then drawn."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.recipes import (
    ask,
    circle,
    family,
    help_board,
    ledger,
    poll,
    survey,
    survey_campaign,
    survey_result,
    visit,
)
from domain.people import Person
from domain.policies import Policies
from storage.database import Work
from wording import Say

Recipe = Callable[[Work, Person, Mapping[str, Any], Say, Policies], Awaitable[bytes]]

RECIPES: dict[str, Recipe] = {
    "ask.city": ask.city,
    "ask.week": ask.week,
    "ask.sheet": ask.sheet,
    "ask.places": ask.places,
    "circle.map": circle.nearby,
    "family.code": family.code,
    "help.board": help_board.board,
    "help.sheet": help_board.sheet,
    "ledger.binder": ledger.binder,
    "poll.tally": poll.tally,
    "survey.book": survey_result.book,
    "survey.brief": survey_result.brief,
    "survey.campaign_bars": survey_campaign.bars,
    "survey.campaign_book": survey_campaign.book,
    "survey.campaign_ranks": survey_campaign.ranks,
    "survey.ranks": survey_result.ranks,
    "survey.tally": survey.tally,
    "visit.board": visit.board,
    "visit.diary": ledger.diary,
}
"""The catalogue; `Attachment.recipe` names one of these."""

ForGroup = Callable[[Work, int, Mapping[str, Any], Say], Awaitable[bytes]]

IN_GROUPS: dict[str, ForGroup] = {
    "circle.map": circle.for_anybody,
    "poll.tally": poll.in_group,
}
"""What may be shown at an address that speaks for nobody: a group's, or a stranger's."""
