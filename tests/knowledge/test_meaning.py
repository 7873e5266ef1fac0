"""A sentence model helps where one is installed, is asked as little as can be, and may be missing."""

import importlib.util
import pickle
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from structlog.testing import capture_logs

from knowledge import Knowledge, meaning
from knowledge.bag import Floats
from knowledge.index import Entry, Index
from knowledge.meaning import NO_MEANINGS, Meanings, Meant, installed_meanings

TOPICS = ("钱账款薪", "书读本页", "水河雨湖")
LIBRARY = [Entry("pay", ("欠我的薪水",)), Entry("read", ("借本小说",)), Entry("wet", ("雨下了",))]


class ByTopic:
    """A made-up model: a text points where its characters belong."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def query(self, texts: str) -> Floats:
        self.asked.append(texts)
        row = np.array([0.1 + sum(c in topic for c in texts) for topic in TOPICS], np.float32)
        return np.asarray(row / np.linalg.norm(row), np.float32)


@pytest.fixture
def nothing_loaded() -> Iterator[None]:
    installed_meanings.cache_clear()
    yield
    installed_meanings.cache_clear()


def test_what_shares_no_letter_is_found_by_what_it_means() -> None:
    by_letters = Index.build(LIBRARY, meanings=NO_MEANINGS)
    by_meaning = Index.build(LIBRARY, meanings=Meanings(ByTopic()))
    assert by_letters.search("账款") == []
    assert by_meaning.search("账款")[0].id == "pay"
    assert by_meaning.search("河湖")[0].id == "wet"
    assert by_meaning.search("") == by_meaning.search("🙂") == []


def test_scores_by_meaning_fall_and_stay_between_nothing_and_one() -> None:
    matches = Index.build(LIBRARY, meanings=Meanings(ByTopic())).search("借本小说读")
    scores = [match.score for match in matches]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert matches[0].id == "read"


def test_an_indexed_text_is_read_once_and_a_question_is_not_kept() -> None:
    model = ByTopic()
    meanings = Meanings(model)
    index = Index.build(LIBRARY, meanings=meanings)
    Index.build(LIBRARY, meanings=meanings)
    assert len(model.asked) == len(LIBRARY)
    index.search("河湖")
    index.search("河湖")
    assert model.asked[len(LIBRARY) :] == ["河湖", "河湖"]
    meanings.learning().of("雨河")
    meanings.of("雨河")
    assert model.asked.count("雨河") == 1


def test_a_long_question_is_read_in_part() -> None:
    model = ByTopic()
    Meanings(model).of("书" * 20_000)
    assert len(model.asked[0]) == meaning.LONGEST_READ


def test_directions_are_written_down_and_read_again(tmp_path: Path) -> None:
    first, second = ByTopic(), ByTopic()
    kept = Meanings(first)
    kept.of_all(["钱", "书书水", "河"])
    assert kept.save(tmp_path / "kept.npz") == 3
    read = Meanings(second, tmp_path / "kept.npz")
    assert np.allclose(read.of("书书水"), first.query("书书水"), atol=0.02)
    assert second.asked == []
    assert Meanings(second, tmp_path / "missing.npz").of_all(["钱"]).shape == (1, 3)


def test_entries_without_phrasings_have_no_meaning() -> None:
    meant = Meant(Meanings(ByTopic()), [["钱"], [], ["河"]])
    direction, wholes = meant.ask("账")
    assert wholes[0] > wholes[1] == 0
    assert meant.nearest(direction, 1) == 0


def test_a_model_that_cannot_load_is_told_once_and_done_without(
    nothing_loaded: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> meaning.Model:
        raise OSError("libgomp is missing")

    monkeypatch.setattr(meaning, "find_spec", lambda _: importlib.util.find_spec("numpy"))
    monkeypatch.setattr(meaning, "_load", broken)
    with capture_logs() as logs:
        assert not installed_meanings()
        assert not installed_meanings()
        assert Index.build(LIBRARY).search("薪水")[0].id == "pay"
    assert [line["event"] for line in logs] == ["sentence_model_unusable"]


def test_no_model_is_no_matter(nothing_loaded: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meaning, "find_spec", lambda _: None)
    with capture_logs() as logs:
        assert installed_meanings() is NO_MEANINGS
    assert logs == []


def test_an_index_travels_and_its_model_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    there = Meanings(ByTopic())
    packed = pickle.dumps(Index.build(LIBRARY, meanings=Meanings(ByTopic())))
    monkeypatch.setattr(meaning, "installed_meanings", lambda: there)
    assert pickle.loads(packed).search("账款")[0].id == "pay"
    assert not pickle.loads(pickle.dumps(NO_MEANINGS))


async def test_a_reply_by_letters_is_the_answer(knowledge: Knowledge) -> None:
    assert await knowledge.reply("身份证丢了") == knowledge.answer("身份证丢了")
