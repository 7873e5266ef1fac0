"""What an operator can set, run or be surprised by stands in the documentation."""

import re
from collections import Counter
from itertools import groupby
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

import pytest
from typer import Typer

from bot.__main__ import app
from bot.metrics import Metrics
from bot.settings import Settings
from scheduler import jobs
from tests.architecture.house import ROOT

OPERATIONS = ROOT / "docs" / "operations.md"


def operations() -> str:
    return OPERATIONS.read_text(encoding="utf-8")


def test_every_setting_is_documented() -> None:
    rows = "\n".join(line for line in operations().splitlines() if line.startswith("|"))
    names = [f"`LINLI_{setting.upper()}`" for setting in Settings.model_fields]
    assert not [name for name in names if name not in rows]


def test_every_setting_says_what_it_is() -> None:
    assert not [name for name, field in Settings.model_fields.items() if not field.description]


def test_every_setting_can_be_copied_from_the_example() -> None:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    told = {line.removeprefix("#").partition("=")[0] for line in lines}
    assert not [name for name in Settings.model_fields if f"LINLI_{name.upper()}" not in told]


def test_no_setting_is_documented_that_does_not_exist() -> None:
    named = set(re.findall(r"`LINLI_([A-Z_]+)`", operations()))
    assert named - {"TEST_DATABASE_URL"} <= {field.upper() for field in Settings.model_fields}


def named(commands: Typer) -> list[str]:
    found = [
        c.name or str(c.callback and c.callback.__name__) for c in commands.registered_commands
    ]
    return sorted(name.rstrip("_") for name in found)


@pytest.mark.parametrize("command", named(app))
def test_every_command_is_documented(command: str) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    row, call = f"| `{command}", f"python -m bot {command}"
    assert row in operations() or call in readme + operations()


TABLES = {
    "guides": "### Guides",
    "devices": "### Devices",
    "survey": "### Surveys",
    "places": "### Places",
    "rounds": "### Rounds of a survey",
}
"""Groups of commands that have a table of their own; others stand in the table of all, or in examples."""

GROUPED = [
    (str(group.name), command)
    for group in app.registered_groups
    for command in named(cast(Typer, group.typer_instance))
]


@pytest.mark.parametrize(("group", "command"), GROUPED)
def test_every_command_of_a_group_is_documented(group: str, command: str) -> None:
    if heading := TABLES.get(group):
        section = re.split("\n###? ", operations().partition(f"\n{heading}\n")[2])[0]
        assert f"| `{command}" in section
    else:
        assert re.search(f"(`|bot ){group} {command}\\b", operations())


def test_every_default_is_told_as_it_is() -> None:
    """In the table and in the example, where a setting has one that a person would write."""
    table = dict(re.findall(r"^\| `LINLI_(\w+)` \| `?([^|`]+)`? \|", operations(), re.MULTILINE))
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    for name, field in Settings.model_fields.items():
        if field.default in (None, ""):
            continue
        default = f"{field.default:g}" if isinstance(field.default, float) else str(field.default)
        assert table[name.upper()] == default
        assert f"#LINLI_{name.upper()}={default}\n" in example


@pytest.mark.parametrize("job", [job.name for job in jobs(ZoneInfo("Asia/Shanghai"))])
def test_every_job_is_documented(job: str) -> None:
    assert f"`{job}`" in operations()


def test_every_metric_is_documented() -> None:
    families = {metric.name for metric in Metrics().registry.collect()}
    missing = sorted(family for family in families if family not in operations())
    assert not missing


PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_table_or_text_says_one_thing_twice(page: Path) -> None:
    """Two pieces of work that are merged line by line leave both versions of what both have changed."""
    lines = page.read_text(encoding="utf-8").splitlines()
    for is_table, rows in groupby(lines, key=lambda line: line.startswith("|")):
        if is_table:
            names = Counter(re.split(r"(?<!\\)\|", row)[1].strip() for row in rows)
            assert not [name for name, times in names.items() if times > 1 and name.strip("-—")]
    said = Counter(line for line in lines if len(line) > 60 and not line.startswith("|"))
    assert not [line for line, times in said.items() if times > 1]
