"""What somebody typed becomes a poll, or one sentence says what is wrong; and how polls are counted."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from domain.poll import Asking, Count, Flaw, FlawedPoll, closing, marked, understand

NINGBO = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("typed", "options"),
    [
        ("哪天开会？\n周六\n周日", ("周六", "周日")),
        ("  哪天开会？ \n\n1、周六\n2. 周日\n3）都行\n", ("周六", "周日", "都行")),
        ("哪天开会？\n• 周六\n- 周日", ("周六", "周日")),
        ("哪天开会？\nA：周六\nB：周日", ("周六", "周日")),
        ("哪天开会？\n18:00 以后\n9:30 以前", ("18:00 以后", "9:30 以前")),
        ("哪天开会？\n3号楼先装\n5号楼先装", ("3号楼先装", "5号楼先装")),
        ("哪天开会？\n1.5 米\n2.5 米", ("1.5 米", "2.5 米")),
    ],
)
def test_a_line_is_an_option_without_its_bullet(typed: str, options: tuple[str, ...]) -> None:
    assert understand(typed) == Asking("哪天开会？", options)


@pytest.mark.parametrize(
    ("typed", "flaw", "which"),
    [
        ("", Flaw.NO_QUESTION, ""),
        (" \n ", Flaw.NO_QUESTION, ""),
        ("问" * 301 + "\n是\n否", Flaw.LONG_QUESTION, "301"),
        ("哪天？", Flaw.FEW_OPTIONS, "0"),
        ("哪天？\n周六\n•", Flaw.FEW_OPTIONS, "1"),
        ("哪天？\n" + "\n".join("一二三四五六七八九十百"), Flaw.MANY_OPTIONS, "11"),
        ("哪天？\n周六\n" + "长" * 101, Flaw.LONG_OPTION, "长" * 20),
        ("哪天？\n周六\n1、周六", Flaw.TWICE, "周六"),
    ],
)
def test_what_makes_no_poll(typed: str, flaw: Flaw, which: str) -> None:
    with pytest.raises(FlawedPoll) as found:
        understand(typed)
    assert (found.value.flaw, found.value.which) == (flaw, which)


def test_what_the_platform_just_takes_is_taken() -> None:
    longest = understand("问" * 300 + "\n" + "\n".join(f"{n}" * 100 for n in range(10)))
    assert len(longest.question) == 300
    assert [len(option) for option in longest.options] == [100] * 10


def test_a_poll_closes_in_the_evening_of_a_later_day_on_the_communitys_clock() -> None:
    late = datetime(2026, 11, 23, 17, 30, tzinfo=UTC)  # half past one at night there, on the 24th
    assert closing(late, 1, NINGBO) == datetime(2026, 11, 25, 10, 0, tzinfo=UTC)


def test_shares_are_of_the_voters_and_the_winner_may_be_several_or_none() -> None:
    several = Count((3, 3, 1), voters=4)
    assert [several.share(n) for n in range(3)] == [0.75, 0.75, 0.25]
    assert several.ahead == (0, 1)
    nobody = Count((0, 0), voters=0)
    assert (nobody.share(0), nobody.ahead) == (0.0, ())


def test_a_forged_mark_names_no_option_that_is_not_there() -> None:
    assert marked(0b101, 3) == [0, 2]
    assert marked(1 << 40, 3) == []
    assert marked(-1 & 0b11, 2) == [0, 1]
