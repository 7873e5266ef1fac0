"""One desk on one SQLite file, by whatever path; and the lock goes with whoever held it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from storage.alone import AnotherDesk, alone, is_taken
from storage.trouble import DatabaseAway, address

HOLD = """
import sys, time
from storage.alone import alone
from storage.trouble import address
with alone(address(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""
ROOT = Path(__file__).resolve().parents[2]


def test_a_second_desk_on_a_file_is_told_so_and_the_first_keeps_it(tmp_path: Path) -> None:
    url = address(f"sqlite:///{tmp_path / 'linli.sqlite3'}")
    (tmp_path / "link.sqlite3").symlink_to(tmp_path / "linli.sqlite3")
    assert not is_taken(url)
    with alone(url):
        assert is_taken(url)
        for path in ("linli.sqlite3", "link.sqlite3", "../" + tmp_path.name + "/linli.sqlite3"):
            with (
                pytest.raises(AnotherDesk, match="A desk is open on"),
                alone(address(f"sqlite:///{tmp_path / path}")),
            ):
                raise AssertionError("both of them lead")
        with alone(address(f"sqlite:///{tmp_path / 'other.sqlite3'}")):
            pass
    assert not is_taken(url)
    with alone(url):
        pass


def test_sigkill_frees_it(tmp_path: Path) -> None:
    text = f"sqlite:///{tmp_path / 'linli.sqlite3'}"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, text],
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        assert is_taken(address(text))
        holder.send_signal(signal.SIGKILL)
    with alone(address(text)):
        pass


def test_any_number_may_be_open_on_postgresql() -> None:
    url = address("postgresql://linli:secret@127.0.0.1/linli")
    with alone(url), alone(url):
        pass


def test_a_folder_that_cannot_be_made_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    url = address(f"sqlite:///{tmp_path / 'file' / 'linli.sqlite3'}")
    with pytest.raises(DatabaseAway, match="cannot be made"), alone(url):
        pass
