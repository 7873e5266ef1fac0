"""`python -m bot person`: what somebody is told about themselves, and what is taken out."""

import json
import stat
from pathlib import Path

from tests.bot.conftest import Run


def test_a_person_is_told_everything_and_taken_out_only_when_it_is_meant(
    run: Run, tmp_path: Path
) -> None:
    assert "about 陈奶奶" in run("person", "export", "granny", "--out", "hers.json").output
    told = json.loads((tmp_path / "hers.json").read_text(encoding="utf-8"))
    assert told["held"]["people"][0]["health"] == "高血压"
    assert stat.S_IMODE((tmp_path / "hers.json").stat().st_mode) == 0o600
    again = run("person", "export", "granny", "--out", "hers.json")
    assert again.exit_code == 2, "nothing is written over"

    assert "repeat it with --yes" in run("person", "erase", "granny").output
    assert run("person", "erase", "granny").exit_code == 0, "she is there still"
    assert run("person", "erase", "w1", "--yes").exit_code == 2
    assert "are erased" in run("person", "erase", "granny", "--yes").output
    assert run("person", "erase", "granny", "--yes").exit_code == 2
