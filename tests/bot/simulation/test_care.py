"""A year in small: the same seed is the same year, nobody is left waiting, every rung is worth something."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner
from typer.testing import Result as TyperResult

from bot.__main__ import app
from bot.simulation.arrivals import Year, arrivals, storms
from bot.simulation.assumed import Assumed, read_assumed
from bot.simulation.ladders import without_each
from bot.simulation.manners import Manners
from bot.simulation.page import Played, Sample, draw, page, plain
from bot.simulation.phones import Shown, listed_in
from bot.simulation.sums import counts, led, lines, waiting
from bot.simulation.town import town
from bot.simulation.world import Result, Run, play
from domain.ladder import Ladder
from domain.messages import Button, Message
from domain.roster import WEEKDAYS
from knowledge import Knowledge
from knowledge.ladders import load_ladders
from knowledge.source import ContentError

ZONE = ZoneInfo("Asia/Shanghai")
SEED = 81890
TWO_TOWNS = (5, 300)


@pytest.fixture
def assumed() -> Assumed:
    """A city of small communities, in which much goes wrong: staff that cannot be reached, holes in
    the roster, workers who take a request and fall silent."""
    shipped = read_assumed()
    return shipped.model_copy(
        update={
            "city": shipped.city.model_copy(update={"homes": 564 * 4, "workers": 564 * 3}),
            "staff": shipped.staff.model_copy(update={"never_enrolled": 0.2, "blocks": 0.5}),
            "rota": shipped.rota.model_copy(update={"gaps": 0.3}),
            "visit": shipped.visit.model_copy(update={"goes_silent": 0.2}),
            "presses": shipped.presses.model_copy(update={"a_home_a_year": 100.0}),
        }
    )


def a_run(assumed: Assumed, *towns: int, ladder: Ladder | None = None) -> Run:
    return Run(towns, Year(date(2026, 7, 1), 10, ZONE), assumed, SEED, ladder)


class Stage:
    """Plays runs, each on an empty database of its own, and once: several tests look at the same years."""

    def __init__(self, folder: Path, knowledge: Knowledge) -> None:
        self._folder = folder
        self._knowledge = knowledge
        self._played: dict[str, Result] = {}

    async def __call__(self, run: Run, url: str = "") -> Result:
        name = f"{run} {url.startswith('postgresql')}"
        if name not in self._played:
            file = self._folder / f"{len(self._played)}.sqlite3"
            self._played[name] = await play(run, url or f"sqlite:///{file}", self._knowledge)
        return self._played[name]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, knowledge: Knowledge) -> Stage:
    return Stage(tmp_path_factory.mktemp("stage"), knowledge)


async def test_every_request_has_an_outcome_by_a_named_person_whatever_goes_wrong(
    stage: Stage, assumed: Assumed, database_url: str
) -> None:
    result = await stage(a_run(assumed, *TWO_TOWNS), database_url)
    assert result.faults == ()
    assert result.presses >= len(result.requests) > 10
    assert counts(result.requests)["without an outcome"] == 0
    assert all(one.named for one in result.requests)
    rungs = [one.rung or 1 for one in result.requests]
    assert max(rungs) > 2, "nothing went wrong, so nothing was proved"
    assert any(one.given_back for one in result.requests)


async def test_the_same_seed_is_the_same_year_whoever_is_played_beside_it(
    stage: Stage, assumed: Assumed
) -> None:
    together = await stage(a_run(assumed, *TWO_TOWNS))
    apart = [await stage(a_run(assumed, number)) for number in TWO_TOWNS]
    both = sum(apart, Result())
    assert sorted(together.requests, key=lambda one: one.key) == sorted(
        both.requests, key=lambda one: one.key
    )
    assert together.messages == both.messages
    year = a_run(assumed).year
    assert arrivals(town(5, assumed, SEED), year, assumed, SEED) != arrivals(
        town(5, assumed, SEED + 1), year, assumed, SEED + 1
    )


async def test_a_ladder_that_lacks_its_repeated_rung_leaves_people_waiting(
    stage: Stage, assumed: Assumed
) -> None:
    shipped = load_ladders()["help"]
    shorter = dict(without_each(shipped))
    assert len(shorter) == len(shipped.rungs) + 1 + len(shipped.stays)
    first_rung_only = Ladder(shipped.rungs[:1])
    whole = await stage(a_run(assumed, *TWO_TOWNS))
    bare = await stage(a_run(assumed, *TWO_TOWNS, ladder=first_rung_only))
    assert whole.faults == ()
    assert counts(bare.requests)["never taken"] > counts(whole.requests)["never taken"] == 0
    assert counts(bare.requests)["without an outcome"] > 0
    assert any("without an outcome" in fault for fault in bare.faults)
    assert any("without a next step" in fault for fault in bare.faults)
    assert lines(bare.requests)[1].cases == len(waiting(bare.requests))


async def test_the_printout_says_what_was_played_and_which_rung_was_answered(
    stage: Stage, assumed: Assumed, tmp_path: Path
) -> None:
    shipped = load_ladders()["help"]
    played = Played("the shipped ladder", shipped, await stage(a_run(assumed, 5)))
    sample = Sample(1, 564, 10, SEED)
    text = page(sample, played, [played])
    assert "1 of 564 communities" in text
    assert "rung 1, 0 s: household_worker duty_worker family" in text
    values = plain(sample, played)
    assert values["ladders"][0]["counts"]["without an outcome"] == 0
    shares = [one.share for one in led(played.result.requests, ["a", "b", "c", "d"])]
    assert sum(shares) == pytest.approx(1)
    draw(played, tmp_path / "care.png")
    assert (tmp_path / "care.png").read_bytes().startswith(b"\x89PNG")


def test_a_list_in_surge_mode_offers_each_request_by_its_own_button() -> None:
    buttons = tuple((Button("我来", f"calls.take:{duty}"),) for duty in (12, 120))
    message = Message("…", buttons=(*buttons, (Button("全部", "helplist"),)))
    assert listed_in(message) == [12, 120]
    assert Shown(120, "1", message).action("calls.take") == "calls.take:120"
    assert Shown(1, "1", message).action("calls.take") == ""


def test_the_whole_city_adds_up_to_the_bureau_s_figures() -> None:
    assumed = read_assumed()
    towns = [town(number, assumed, SEED) for number in range(assumed.city.communities)]
    assert sum(len(each.homes) for each in towns) == 40_000
    assert sum(len(each.staff) - 2 for each in towns) == 4_100


def test_a_year_s_presses_follow_the_source() -> None:
    assumed = read_assumed()
    year = Year(date(2026, 1, 1), 365, ZONE)
    stormy = storms(year, assumed.typhoons, SEED)
    assert len(stormy) >= assumed.typhoons.days
    some = [town(number, assumed, SEED) for number in range(0, 564, 10)]
    presses = [one for each in some for one in arrivals(each, year, assumed, SEED)]
    homes = sum(len(each.homes) for each in some)
    of_the_storms = assumed.typhoons.a_year * assumed.typhoons.extra_a_home
    expected = homes * (assumed.presses.a_home_a_year + of_the_storms)
    assert len(presses) == pytest.approx(expected, rel=0.05)
    assert all((one.at.astimezone(ZONE).date() in stormy) == one.storm for one in presses)


def test_whoever_is_on_duty_is_so_by_the_roster_of_the_register() -> None:
    shipped = read_assumed()
    assumed = shipped.model_copy(update={"staff": shipped.staff.model_copy(update={"away": 0.0})})
    place = town(7, assumed, SEED)
    manners = Manners(place, assumed, ZONE, SEED)
    monday = Year(date(2026, 3, 2), 7, ZONE)
    for shift in place.shifts:
        day = monday.first + timedelta(days=WEEKDAYS.index(min(shift.days)))
        middle = monday.moment(day, shift.since.hour + 5)
        assert manners.situation(shift.persons[0], middle).startswith("duty_")
    asleep = manners.situation(f"c{place.number}-head", monday.moment(monday.first, 3))
    assert asleep == "asleep"


def test_what_is_assumed_must_make_sense(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("city: {communities: 0}", "utf-8")
    with pytest.raises(ContentError, match=r"mine\.yaml: city\.communities"):
        read_assumed(file)


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., TyperResult]:
    """Type a command in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> TyperResult:
        return CliRunner().invoke(app, ["simulate", "care", "--share", "0", *words])

    return run


def test_a_day_is_played_in_processes_and_written_down(
    typed: Callable[..., TyperResult], tmp_path: Path
) -> None:
    done = typed("--days", "1", "--jobs", "1", "--out", "played")
    assert done.exit_code == 0, done.output
    assert "1 of 564 communities (seed 2014)" in done.stdout
    values = json.loads((tmp_path / "played" / "care.json").read_text("utf-8"))
    assert values["ladders"][0]["name"] == "the shipped ladder"
    assert (tmp_path / "played" / "care.png").stat().st_size > 1000


def test_a_database_is_played_in_once(
    typed: Callable[..., TyperResult], tmp_path: Path, loaded_before: None
) -> None:
    url = f"sqlite:///{tmp_path / 'mine.sqlite3'}"
    done = typed("--days", "4", "--database", url, "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["ladders"][0]["faults"] == []
    again = typed("--days", "4", "--database", url)
    assert again.exit_code == 2
    assert "empty database" in again.stderr


def test_what_cannot_be_played_is_told_in_a_sentence(typed: Callable[..., TyperResult]) -> None:
    assert typed("--ladder", "nowhere.yaml").exit_code == 2
    assert "neither" in typed("--rules", "--database", "sqlite:///x.sqlite3").stderr
