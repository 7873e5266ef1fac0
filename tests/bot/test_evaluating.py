"""The evaluation measures every method in one run and says it as a page, a picture and an object."""

import json
from pathlib import Path

from bot.evaluating import MEASURES, OURS, PARTS, evaluate

QUESTIONS = """
first:
  guides:
    shenfenzheng: {plain: [身份证丢了怎么补], typo: [身份正丢了怎么办]}
    dibao: {colloquial: [家里穷想吃低保]}
  out: [今天下雨吗]
  emergency: [我妈摔倒了起不来]
fresh:
  guides:
    yangquan: {voice: [养狗正怎么办]}
  abuse: [笨蛋]
"""
OFFICE = """
entries:
  card: {ask: [借书证怎么办, 办借书证, 图书证], asked: [想借书要什么证]}
  room: {ask: [自习室几点开门, 自习室开放时间, 阅览室], asked: [几点能去自习]}
unanswerable: [今天下雨吗]
"""


def test_a_small_set_is_measured_told_and_drawn(tmp_path: Path, loaded_before: None) -> None:
    for name, text in (("questions.yaml", QUESTIONS), ("office.yaml", OFFICE)):
        (tmp_path / name).write_text(text, "utf-8")
    said = evaluate(
        tmp_path / "questions.yaml", tmp_path / "office.yaml", tmp_path / "docs", as_json=True
    )
    told = json.loads(said)
    assert told["searches"]["fresh"][OURS]["top-1"] == 1.0
    assert set(told["searches"]["office"][OURS]) == set(MEASURES)
    assert "rapidfuzz WRatio" in told["searches"]["office"]
    replies = {
        outcome: share
        for part in PARTS
        for outcome, share in told["replies"][OURS][part].items()
        if share
    }
    assert replies["emergencies recognised"] == 1.0
    assert "answered wrongly" not in replies
    written = (tmp_path / "docs" / "search.md").read_text("utf-8")
    assert "## Another office's content" in written
    assert "## Guides that draw others' questions" in written
    assert (tmp_path / "docs" / "images" / "search.png").stat().st_size > 10_000
