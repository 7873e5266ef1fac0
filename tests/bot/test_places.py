"""`python -m bot places`: facilities go out to others and come in again."""

import json
from pathlib import Path

import yaml

from tests.bot.conftest import Run
from tests.support.prepared import COMMUNITY


def test_facilities_go_out_and_come_back(run: Run, tmp_path: Path) -> None:
    assert "5 facilities written" in run("places", "export", "places.zip").output
    emptied = yaml.safe_load(COMMUNITY.read_text(encoding="utf-8"))
    code = emptied["communities"][0]["code"]
    before = emptied["communities"][0]["details"].pop("facilities")
    (tmp_path / "empty.yaml").write_text(yaml.dump(emptied), encoding="utf-8")
    assert run("load", "empty.yaml").exit_code == 0
    assert "0 facilities" in run("places", "export", "none.json").output

    assert "5 would be new" in run("places", "import", "places.zip", "--check").output
    assert "5 new, 0 changed" in run("places", "import", "places.zip").output
    assert "0 new, 0 changed" in run("places", "import", "places.zip").output
    assert run("places", "export", "again.zip", "--community", code).exit_code == 0
    assert (tmp_path / "again.zip").read_bytes() == (tmp_path / "places.zip").read_bytes()
    assert "0 changed" in run("load", str(COMMUNITY)).output, "as the register has them"
    assert len(before) == 5


def test_what_cannot_be_taken_changes_nothing(run: Run, tmp_path: Path) -> None:
    run("places", "export", "places.json")
    package = json.loads((tmp_path / "places.json").read_text(encoding="utf-8"))
    for service in package["services"]:
        for at in service["service_at_locations"]:
            for told in at["location"]["attributes"]:
                if told["taxonomy_term"]["name"] == "person":
                    told["value"] = '"nobody"'
    (tmp_path / "other.json").write_text(json.dumps(package), encoding="utf-8")
    told = run("places", "import", "other.json")
    assert told.exit_code == 2
    assert "'nobody' is not in its staff" in told.output
    assert run("places", "import", "gone.zip").exit_code == 2
    assert run("places", "export", "x.zip", "--community", "moon").exit_code == 2
