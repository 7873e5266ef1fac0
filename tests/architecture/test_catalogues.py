"""A conversation, a channel, a job or a recipe that nobody listed cannot be reached: found here."""

import ast
import importlib
from zoneinfo import ZoneInfo

from bot.channels import CHANNELS
from bot.recipes import RECIPES
from handlers import TOPICS
from handlers.base import Topic
from handlers.router import Router
from scheduler import jobs
from tests.architecture.house import ROOT, calls, name, sources
from wording import Phrases


def test_every_conversation_is_in_topics() -> None:
    found = []
    for file in sources("handlers"):
        topic = getattr(importlib.import_module(f"handlers.{file.stem}"), "topic", None)
        if file.stem != "__init__" and isinstance(topic, Topic):
            found.append((file.stem, topic))
    forgotten = [module for module, topic in found if topic not in TOPICS]
    assert not forgotten, f"add to TOPICS in handlers/__init__.py: {forgotten}"
    assert len(found) >= 7


def test_every_channel_is_in_channels() -> None:
    """The memory channel is the tests'; all others are people's."""
    folder = ROOT / "bot" / "channels"
    packages = {path.parent.name for path in folder.glob("*/__init__.py")}
    assert packages == set(CHANNELS)


def test_every_job_has_a_name_of_its_own_and_lives_in_the_scheduler() -> None:
    made = jobs(ZoneInfo("Asia/Shanghai"))
    names = [job.name for job in made]
    assert len(set(names)) == len(names)
    assert all(job.run.__module__.startswith("scheduler.") for job in made)


def test_every_module_of_the_scheduler_that_runs_is_a_job() -> None:
    """A `async (around, due)` that no job runs would never run."""
    run = {(job.run.__module__, job.run.__name__) for job in jobs(ZoneInfo("Asia/Shanghai"))}
    offered = {
        (f"scheduler.{file.stem}", node.name)
        for file in sources("scheduler")
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.AsyncFunctionDef)
        and not node.name.startswith("_")
        and [a.arg for a in node.args.args][:1] == ["around"]
        and len(node.args.args) == 2
    }
    assert offered <= run, f"add to jobs() in scheduler/__init__.py: {offered - run}"


def test_every_recipe_that_is_ordered_can_be_drawn() -> None:
    ordered = {}
    for file, call in calls("Attachment", "handlers", "scheduler", "wording"):
        given = call.args[0] if call.args else next(k.value for k in call.keywords)
        assert isinstance(given, ast.Constant), f"{name(file)}:{call.lineno}: name it plainly"
        ordered[given.value] = f"{name(file)}:{call.lineno}"
    missing = {recipe: where for recipe, where in ordered.items() if recipe not in RECIPES}
    assert not missing, f"add to RECIPES in bot/recipes/__init__.py: {missing}"


def test_no_two_conversations_want_the_same_button_or_key() -> None:
    phrases = Phrases.shipped()
    router = Router(TOPICS, phrases)
    for topic in TOPICS:
        for key, action in topic.keys.items():
            for label in phrases.every(key):
                assert router.labels[label] == action, f"{label!r} stands for two actions"
            assert action in router.routes, f"{topic.name}: the key {key} leads to no action"


def test_every_command_can_stand_in_a_platforms_menu() -> None:
    """Bot API, BotCommand.command: 1 to 32 lower-case letters, digits and underscores."""
    for topic in TOPICS:
        for command in topic.commands:
            assert command.name.isascii()
            assert command.name.replace("_", "").isalnum()
            assert command.name == command.name.lower()
            assert 1 <= len(command.name) <= 32
