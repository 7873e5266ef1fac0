"""The index finds what people mean, from any list of entries, and is a value like any other."""

import pytest

from knowledge.index import PIECE, Entry, Index
from knowledge.meaning import NO_MEANINGS
from knowledge.normalise import clean, core
from knowledge.zones import Asked, Zones, ask_left_out

LIBRARY = [
    Entry("card", ("借书证怎么办", "办借书证要带什么", "How do I get a library card?")),
    Entry("return", ("书过期了没还", "还书要罚款吗", "overdue book fine"), "逾期每天一角"),
    Entry("room", ("自习室几点开门", "阅览室周末开吗"), "儿童阅览室在二楼，早上九点开"),
]


def test_another_offices_entries_are_found() -> None:
    index = Index.build(LIBRARY)
    assert index.search("借书证要怎么办理")[0].id == "card"
    assert index.search("書過期了怎麼辦")[0].id == "return"
    assert index.search("library card please")[0].id == "card"


def test_a_body_is_searched_too() -> None:
    assert Index.build(LIBRARY).search("儿童")[0].id == "room"


def test_the_match_names_the_phrasing_as_it_was_written() -> None:
    assert Index.build(LIBRARY).search("how do i get a library card")[0].phrasing == (
        "How do I get a library card?"
    )


def test_scores_fall_and_stay_between_nothing_and_one() -> None:
    matches = Index.build(LIBRARY).search("办借书证要带什么")
    scores = [match.score for match in matches]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_an_unknown_word_lowers_the_score() -> None:
    index = Index.build(LIBRARY)
    plain, odd = index.search("借书证怎么办")[0], index.search("借书证怎么办火星飞船")[0]
    assert plain.id == odd.id == "card"
    assert odd.score < plain.score


def test_limit_is_kept_and_nothing_in_common_is_nothing() -> None:
    index = Index.build(LIBRARY)
    assert len(index.search("书开怎", limit=2)) <= 2
    assert index.search("🙂") == []
    assert index.search("") == []


def test_an_empty_index_finds_nothing_and_learns_nothing() -> None:
    assert Index.build([]).search("借书证") == []
    assert Zones.learn([]) == Zones(answer=2.0, choices=0.0)


def test_an_entry_without_phrasings_is_found_by_its_body() -> None:
    index = Index.build([Entry("bare", (), "无障碍坡道在东门"), *LIBRARY])
    assert index.search("无障碍坡道")[0].id == "bare"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("请问一下借书证怎么办啊谢谢", "借书证怎么办"),
        ("ＡＢＣ１２３", "abc123"),
        ("借\u200b书\u202e证", "借书证"),
        ("請問户囗", "户口"),
        ("吗", "吗"),
        ("你好", "你好"),
        ("谢谢你", "谢谢你"),
        ("！？。", ""),
    ],
)
def test_politeness_and_noise_are_taken_off(typed: str, meant: str) -> None:
    assert core(typed) == meant


def test_length_is_capped_even_where_one_character_becomes_many() -> None:
    assert len(clean("\ufdfa" * 20_000)) <= 300


def test_left_out_phrasings_are_not_in_the_index_they_are_asked_of() -> None:
    entries = [Entry("a", ("天", "唯一的说法")), Entry("b", ("地", "别的"))]
    asked = {a.wanted: a for a in ask_left_out(entries)}
    assert asked["a"].matches == ()


def test_striking_the_answer_out_leaves_the_others() -> None:
    matches = tuple(Index.build(LIBRARY).search("借书证过期了"))
    without = Asked("card", matches).without_answer().matches
    assert {match.id for match in matches} - {match.id for match in without} == {"card"}


def test_an_index_is_moved_in_small_pieces_and_is_the_same_again() -> None:
    many = [
        Entry(f"e{n}", (f"第{n}号楼的水表", f"{n}号楼抄表"), f"{n}号楼") for n in range(PIECE + 5)
    ]
    index = Index.build(many, meanings=NO_MEANINGS)
    pieces = list(index.apart())
    assert max(len(piece) for _, piece in pieces if isinstance(piece, tuple)) == PIECE
    again = Index.together(pieces)
    assert again.entries == index.entries
    for asked in ("第7号楼的水表", "25号楼抄表", "水表"):
        assert again.find(asked) == index.find(asked)
