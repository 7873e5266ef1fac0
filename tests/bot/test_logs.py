"""Logs: what happened and to which row; never who, what they said, or where they live."""

import json
import logging
import sys
from collections.abc import Iterator

import pytest
import structlog

from bot.logs import LogFormat, place_of, set_up_logs
from domain.messages import Contact
from domain.people import ANYONE
from handlers.base import Answer, Services, Topic, Turn
from tests.support.desk import Desk

SENSITIVE = ("陈奶奶", "13812345678", "3幢502", "摔倒了起不来", "高血压", "低保", "granny")


@pytest.fixture(params=["plain", "json"])
def shape(request: pytest.FixtureRequest) -> Iterator[LogFormat]:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    shape: LogFormat = request.param
    yield shape
    structlog.reset_defaults()
    root.handlers[:] = before
    root.setLevel(level)


async def test_a_whole_emergency_leaves_no_personal_word_in_the_log(
    desk: Desk, shape: LogFormat, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_logs(shape, "debug")
    topic = Topic("crash")

    @topic.action("crash", roles=ANYONE, strangers=True, command="help.command")
    async def crash(turn: Turn, _services: Services) -> Answer:
        try:
            raise KeyError(turn.who.name)
        except KeyError as error:
            raise ValueError(f"{turn.who.name} {turn.args}") from error

    desk.app.desk.router.routes |= topic.routes
    granny, worker = await desk.people("granny", "w1")
    await granny.does("help.press")
    await granny.says("我摔倒了起不来，低保户")
    await granny.shares(contact=Contact("13812345678", "陈奶奶"))
    await worker.blocks()
    await granny.does("help.press")
    await granny.does("crash:3幢502:摔倒了起不来")
    for _ in range(3):
        await desk.later(seconds=61)
    await desk.channel.deliver("odd", "granny", '{"text": "陈奶奶 13812345678"')
    await desk.settles()
    await desk.app.reception.sweep()

    written = capsys.readouterr().err
    assert "turn.dead" in written
    assert "turn.unreadable" in written
    assert "ValueError" in written
    assert "KeyError" in written, "the cause is told as well"
    assert "in crash" in written, "and the place"
    assert not [word for word in SENSITIVE if word in written]
    if shape == "json":
        assert all(json.loads(line) for line in written.splitlines())


def test_the_place_of_a_fault_fits_a_line() -> None:
    try:
        raise RuntimeError("陈奶奶")
    except RuntimeError as error:
        told = place_of(error)
    assert told.startswith("RuntimeError in test_logs.py:")
    assert "陈奶奶" not in told
    assert place_of(ValueError("x")) == "ValueError"


def test_lines_go_to_standard_error(shape: LogFormat, capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs(shape, "warning")
    structlog.get_logger().info("unimportant")
    structlog.get_logger().warning("important", row=7)
    out, err = capsys.readouterr()
    assert out == ""
    assert "unimportant" not in err
    assert "important" in err
    assert sys.stderr is not None
