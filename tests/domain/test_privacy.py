"""What tells whose a sentence is goes out of it; what it asks stays in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.privacy import stripped, unmarked


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (
            "我叫王建国，住3幢502，电话13800001111，想办低保",
            "我叫〔姓名〕，住〔地址〕，电话〔号码〕，想办低保",
        ),
        ("陈奶奶腿不好怎么申请护理", "〔姓名〕腿不好怎么申请护理"),
        ("身份证33020319400101123X丢了", "身份证〔号码〕丢了"),
        ("电话1 3 8 0 0 0 0 1 1 1 1", "电话〔号码〕"),
        ("中山西路12号3单元201室漏水", "〔地址〕漏水"),
        ("三号楼二单元五零二的灯坏了", "〔地址〕的灯坏了"),
        ("寄到a.b@example.org", "寄到〔号码〕"),
        ("张阿姨家的狗咬人", "〔姓名〕家的狗咬人"),
    ],
)
def test_names_numbers_and_addresses_go(said: str, kept: str) -> None:
    assert stripped(said, ["陈奶奶"]) == kept


@pytest.mark.parametrize(
    "said",
    [
        "我是外地人怎么办居住证",
        "高龄津贴60元什么时候发",
        "2025年1月1日以后生的孩子补贴3600元",
        "打12345没人接",
        "老年大学在几号报名",
        "一号线怎么坐",
        "满80岁有什么补贴",
    ],
)
def test_what_is_asked_stays(said: str) -> None:
    assert stripped(said, ["陈奶奶", "x", ""]) == said


@given(st.text(max_size=200), st.lists(st.text(max_size=4), max_size=3))
def test_any_text_whatever_comes_back_without_its_names(said: str, names: list[str]) -> None:
    kept = stripped(said, names)
    for name in names:
        if len(name) > 1 and not any(name in mark for mark in ("〔姓名〕", "〔号码〕", "〔地址〕")):
            assert name not in kept


@pytest.mark.parametrize(
    ("stripped_text", "phrasing"),
    [
        ("〔姓名〕的高龄津贴怎么领，电话〔号码〕", "高龄津贴怎么领"),
        ("我叫〔姓名〕，家住〔地址〕，楼下井盖松了", "楼下井盖松了"),
        ("高龄津贴怎么领？", "高龄津贴怎么领？"),
        ("〔号码〕", ""),
    ],
)
def test_a_way_of_asking_has_no_gaps(stripped_text: str, phrasing: str) -> None:
    assert unmarked(stripped_text) == phrasing
