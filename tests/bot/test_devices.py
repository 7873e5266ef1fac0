"""`python -m bot devices`, and devices in the register."""

from pathlib import Path

from tests.bot.conftest import Run
from tests.support.prepared import COMMUNITY


def test_devices_and_keys_are_kept_by_hand(run: Run) -> None:
    assert (
        "…4321 calls for 陈奶奶" in run("devices", "add", "yjt", "0574-8765 4321", "granny").output
    )
    shown = run("devices", "list").output
    assert "陈奶奶" in shown
    assert "87654321" not in shown
    assert run("devices", "add", "yjt", "0574-1", "nobody").exit_code == 2
    assert run("devices", "add", "Y J T", "0574-1", "granny").exit_code == 2
    assert run("devices", "add", "yjt", "1", "granny").exit_code == 2

    made = run("devices", "key", "yjt").output
    name, secret = (line.split()[1] for line in made.splitlines()[:2])
    assert run("devices", "key", "yjt", "--grace", "2").exit_code == 0
    listed = run("devices", "keys").output
    assert f"{name}  made" in listed
    assert "ends" in listed
    assert secret not in listed
    assert "2 keys ended" in run("devices", "revoke", "yjt").output
    assert "0 keys ended" in run("devices", "revoke", "yjt", "--key", name).output

    told = run("doctor").output
    assert "yjt has no key that holds" in told
    assert "1 call for somebody" in told
    assert "nobody any more" in run("devices", "drop", "yjt", "0574-87654321").output
    assert "was not on record" in run("devices", "drop", "yjt", "0574-87654321").output


def test_the_register_names_devices_and_takes_them_back(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "register.yaml"
    plain = COMMUNITY.read_text(encoding="utf-8")
    granny = "{code: granny, name: 陈奶奶,"
    assert granny in plain
    file.write_text(plain.replace(granny, granny + " devices: {yjt: 0574-87654321},"), "utf-8")
    run("devices", "add", "yjt", "0574-11112222", "resident")

    assert "1 rows added" in run("load", str(file)).output
    assert "0 rows added" in run("load", str(file)).output
    assert "2 devices" in run("devices", "list").output
    assert "1 devices call for nobody any more" in run("load", str(COMMUNITY)).output
    left = run("devices", "list").output
    assert "by hand" in left
    assert "1 devices" in left

    file.write_text(plain.replace(granny, granny + " devices: {yjt: '1'},"), "utf-8")
    assert "no number of a device" in run("load", str(file)).output
