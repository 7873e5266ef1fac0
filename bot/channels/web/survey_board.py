"""The console's page of survey results: each picture with its table beside it, under the board's sign-in."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from aiohttp import web

from bot.channels.web.attached import NOT_KEPT, attached
from bot.channels.web.board_door import BoardDoor
from bot.channels.web.lately import Lately
from bot.channels.web.survey_trial import Trials, offered, wanted
from bot.channels.web.survey_wire import page
from bot.render.survey_book import Counted, survey_book
from bot.survey_brief import brief_page
from bot.survey_view import bars_drawn, of_many, of_one, ranks_drawn
from domain.ballot import Round
from domain.people import Language
from storage import questionnaires, survey_result
from storage.database import Database, Work
from storage.looked import looked
from wording import Phrases, Say

KEPT = 4
"""Results of many communities that are kept: a city's takes seconds to count and a few MB."""

Chosen = list[tuple[Round, str]]


class SurveyBoard:
    """Every request is authorised anew: somebody sees the rounds of the communities they oversee."""

    def __init__(self, door: BoardDoor, database: Database, phrases: Phrases) -> None:
        self._door = door
        self._database = database
        self._phrases = phrases
        self._of_many: Lately[Counted] = Lately(KEPT)
        self._trials = Trials()

    def routes(self) -> list[web.RouteDef]:
        """All but the page itself."""
        return [
            web.get("/surveys/data", self._door.kept(self.data)),
            web.get("/surveys/trial", self._door.kept(self.trial)),
            web.get(r"/surveys/{what:bars|ranks}.png", self._door.kept(self.picture)),
            web.get(r"/surveys/{what:book}.xlsx", self._door.kept(self.file)),
            web.get(r"/surveys/{what:brief}.docx", self._door.kept(self.file)),
        ]

    async def data(self, request: web.Request) -> web.Response:
        """GET: what there is to choose from, and the figures of what is chosen."""
        say = self._say(request)
        async with self._door.reading(request) as (work, who_id):
            groups = await self._theirs(work, who_id)
            chosen = _chosen(groups, request)
            counted = await self._counted(work, chosen, say) if chosen else None
            picks = await _picks(work, groups, say)
            trials = await offered(work, say)
        await self._note(who_id)
        shown = await asyncio.to_thread(page, picks, _places(groups, request), counted, say)
        return _json(shown | {"trials": trials})

    async def trial(self, request: web.Request) -> web.Response:
        """GET: a questionnaire as a simulated chat, before anybody is asked."""
        async with self._door.reading(request) as (work, who_id):
            await self._overseer(work, who_id)
            self._door.drawing(who_id)
            found = await wanted(work, request.query.get("try", ""))
        if found is None:
            raise self._door.refused(web.HTTPNotFound, "survey.unknown")
        asked, form = found
        return _json(
            [asdict(one) for one in await self._trials.of(asked, form, self._say(request).language)]
        )

    async def _overseer(self, work: Work, who_id: int) -> None:
        if not await survey_result.oversees_any(work, who_id):
            raise self._door.refused(web.HTTPForbidden, "surveyed.no_access")

    async def _theirs(self, work: Work, who_id: int) -> dict[str, Chosen]:
        """The closed rounds of the communities that somebody oversees, by what counts together."""
        await self._overseer(work, who_id)
        groups: dict[str, Chosen] = {}
        closed = await survey_result.newest_closed(work, who_id)
        asked = await questionnaires.titles(work, [round_ for round_, _ in closed])
        for round_, name in closed:
            if not asked[round_.id].aspects:
                continue  # nothing is rated in it
            key = f"{round_.questionnaire}.{round_.version}.{round_.form}"
            groups.setdefault(key, []).append((round_, name))
        return groups

    async def picture(self, request: web.Request) -> web.Response:
        """GET: a picture; the page has the same as a table."""
        draw = _ranks(request) if request.match_info["what"] == "ranks" else _bars(request)
        return await self._made(request, "png", draw)

    async def file(self, request: web.Request) -> web.Response:
        """GET: the workbook, or the one-page brief of one community."""
        brief = request.match_info["what"] == "brief"
        make, kind = (brief_page, "docx") if brief else (survey_book, "xlsx")
        return await self._made(request, kind, make, alone=brief)

    async def _made(
        self,
        request: web.Request,
        kind: str,
        make: Callable[[Counted, Say], bytes],
        *,
        alone: bool = False,
    ) -> web.Response:
        say = self._say(request)
        async with self._door.reading(request) as (work, who_id):
            chosen = _chosen(await self._theirs(work, who_id), request)
            if not chosen or (alone and len(chosen) > 1):
                raise self._door.refused(web.HTTPNotFound, "surveyed.no_access")
            self._door.drawing(who_id)
            counted = await self._counted(work, chosen, say)
        await self._note(who_id)
        body = await asyncio.to_thread(make, counted, say)
        return attached(body, f"survey.{kind}", f"{counted.title}.{kind}")

    async def _counted(self, work: Work, chosen: Chosen, say: Say) -> Counted:
        """What closed rounds say together does not change any more, and a page asks for it three times."""
        if len(chosen) == 1:
            return await of_one(work, chosen[0][0], say)
        key = (say.language, tuple(round_.id for round_, _ in chosen))
        return await self._of_many.get(key, lambda: of_many(work, chosen, say))

    def _say(self, request: web.Request) -> Say:
        return self._phrases[Language.from_tag(request.query.get("lang", ""))]

    async def _note(self, who_id: int) -> None:
        async with self._database.each_alone() as work:
            await looked(work, who_id, "survey")


def _json(said: Any) -> web.Response:
    body = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    return web.Response(body=body, content_type="application/json", headers=NOT_KEPT)


def _ranks(request: web.Request) -> Callable[[Counted, Say], bytes]:
    wanted = request.query.get("page", "")
    page = int(wanted[:6]) if wanted.isascii() and wanted.isdigit() else 1
    return lambda counted, say: ranks_drawn(counted, say, page)


def _bars(request: web.Request) -> Callable[[Counted, Say], bytes]:
    number = request.query.get("subject", "")

    def draw(counted: Counted, say: Say) -> bytes:
        offered = {str(subject): subject for subject, _ in counted.results}
        return bars_drawn(counted, offered.get(number, counted.results[0][0]), say)

    return draw


def _chosen(groups: dict[str, Chosen], request: web.Request) -> Chosen:
    """The rounds asked for: of one community or of all; what is not theirs is simply not there."""
    rounds = groups.get(request.query.get("pick", "")) or next(iter(groups.values()), [])
    place = request.query.get("place", "")
    return [one for one in rounds if place in ("", str(one[0].community_id))] or rounds


async def _picks(work: Work, groups: dict[str, Chosen], say: Say) -> list[list[str]]:
    picks = []
    for key, rounds in groups.items():
        round_ = rounds[0][0]
        title = (await questionnaires.asked(work, round_)).title.get(say.language)
        form = say.plain(f"surveyed.web_form_{round_.form}")
        picks.append([key, f"{title}（{form}）" if len(groups) > 1 else title])
    return picks


def _places(groups: dict[str, Chosen], request: web.Request) -> list[list[Any]]:
    rounds = groups.get(request.query.get("pick", "")) or next(iter(groups.values()), [])
    return [[round_.community_id, name] for round_, name in rounds]
