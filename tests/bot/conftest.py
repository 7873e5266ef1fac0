"""A command line in an empty folder."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import app
from tests.support.prepared import COMMUNITY

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, loaded_before: None) -> Run:
    """Type a command in an empty folder with a database of its own, that has the test community."""
    for name in [name for name in os.environ if name.startswith("LINLI_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LINLI_DATABASE_URL", f"sqlite:///{tmp_path / 'linli.sqlite3'}")

    def typed(*words: str) -> Result:
        return CliRunner().invoke(app, words)

    assert typed("load", str(COMMUNITY)).exit_code == 0
    return typed
