"""Questionnaires tried out in the console: each as the chat that somebody will see, nobody being asked."""

import asyncio
from collections.abc import Iterator

from bot.channels.web.lately import Lately
from bot.survey_preview import Said, preview
from domain.ballot import Form, as_asked, has_short
from domain.people import Language
from domain.survey import Questionnaire
from storage import questionnaires
from storage.database import Work
from wording import Say

KEPT = 16
"""Chats that are kept: a version never changes, and walking one takes a second."""


class Trials:
    """The real handlers answer, in a database that is thrown away and beside the event loop."""

    def __init__(self) -> None:
        self._walks: Lately[list[Said]] = Lately(KEPT)

    async def of(self, asked: Questionnaire, form: Form, language: Language) -> list[Said]:
        """The chat, each question answered by the first way there is."""
        key = (asked.id, asked.version, form, language)
        return await self._walks.get(key, lambda: asyncio.to_thread(_walked, asked, form, language))


def _walked(asked: Questionnaire, form: Form, language: Language) -> list[Said]:
    return asyncio.run(preview(asked, language, form, {}))


async def offered(work: Work, say: Say) -> list[tuple[str, str]]:
    """What may be tried, with its name: the forms of every questionnaire that may be launched."""
    found = (await questionnaires.offered(work)).values()
    return [pair for asked in found for pair in _forms(asked, say)]


def _forms(asked: Questionnaire, say: Say) -> Iterator[tuple[str, str]]:
    title = asked.title.get(say.language)
    for form in Form if has_short(asked) else (Form.FULL,):
        named = say.plain(f"surveyed.web_form_{form}")
        count = as_asked(asked, form).taps
        words = say.plain("surveyed.web_trial", title=title, form=named, count=count)
        yield f"{asked.id}:{form}", words


async def wanted(work: Work, name: str) -> tuple[Questionnaire, Form] | None:
    """The questionnaire and the form of such a name; None where it is not offered."""
    which, _, form = name.partition(":")
    asked = (await questionnaires.offered(work)).get(which)
    if asked is None or form not in list(Form):
        return None
    return (asked, Form(form)) if form == Form.FULL or has_short(asked) else None
