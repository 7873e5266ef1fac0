"""Telegram's HTML: what it makes of a text."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.botapi.links import checked_link
from tests.botapi.tags import HtmlError, parse_html, utf16_length


def _entity(kind: str, offset: int, length: int, **more: Any) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length, **more}


LINK = "https://a.cn?x&y"
PYTHON = _entity("pre", 0, 1, language="py")


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("好", "好", []),
        ("👵<b>好</b>", "👵好", [_entity("bold", 2, 1)]),
        ("<B>a<i>b</I></b>", "ab", [_entity("bold", 0, 2), _entity("italic", 1, 1)]),
        ("<b>a</>", "a", [_entity("bold", 0, 1)]),
        ("a<u></u>b", "ab", []),
        ("&lt;b&gt; &amp;&quot; &#20320;&#x597d; &nbsp;&", '<b> &" 你好 &nbsp;&', []),
        ("x<del>y</del>", "xy", [_entity("strikethrough", 1, 1)]),
        ("x<tg-spoiler>y</tg-spoiler>", "xy", [_entity("spoiler", 1, 1)]),
        ("<span class='tg-spoiler'>y</span>", "y", [_entity("spoiler", 0, 1)]),
        ('<a href="HTTPS://A.cn?x&amp;y">a</a>', "a", [_entity("text_link", 0, 1, url=LINK)]),
        ("<a>a.cn</a>", "a.cn", [_entity("text_link", 0, 4, url="http://a.cn/")]),
        ('<a href="tel:120">120</a>', "120", []),
        ("<code class='x'>y</code>", "y", [_entity("code", 0, 1)]),
        ('<pre><code class="language-py">x</code></pre>', "x", [PYTHON]),
        ("<blockquote expandable>x</blockquote>", "x", [_entity("expandable_blockquote", 0, 1)]),
        ("<blockquote >x</blockquote >", "x", [_entity("blockquote", 0, 1)]),
    ],
)  # fmt: skip
def test_markup_becomes_entities(source: str, text: str, entities: list[Any]) -> None:
    assert parse_html(source) == (text, entities)


def test_a_mention_knows_whom() -> None:
    _, (entity,) = parse_html('<a href="tg://user?id=42">王</a>')
    assert (entity["type"], entity["user"]["id"]) == ("text_mention", 42)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("<a =x>", 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href", 'Unclosed start tag "a" at byte offset 0'),
        ("<a href=", 'Unclosed start tag "a" at byte offset 0'),
        ("<a href='x", "Unclosed start tag at byte offset 0"),
        ("<a href=x/y>z</a>", "Unexpected end of name token at byte offset 8"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<tg-emoji>x</tg-emoji>", "Invalid custom emoji identifier specified"),
        ("&#xd800;", "Text contains invalid Unicode characters"),
    ],
)
def test_mistakes_are_told(source: str, reason: str) -> None:
    with pytest.raises(HtmlError) as mistake:
        parse_html(source)
    assert str(mistake.value).startswith(reason)


@given(st.text(alphabet="<>/&;#x12ab='\" 你👵", max_size=60))
def test_any_text_is_parsed_or_refused(source: str) -> None:
    try:
        text, entities = parse_html(source)
    except HtmlError:
        return
    assert len(text) <= len(source)
    for entity in entities:
        assert 0 < entity["length"] <= utf16_length(text) - entity["offset"]


@given(st.text())
def test_escaped_text_comes_back_as_it_was(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert parse_html(escaped) == (text, [])


@pytest.mark.parametrize("url", ["mailto:wang", "javascript://a.cn/x", "ftp://a.cn", "intranet"])
def test_addresses_that_are_no_links(url: str) -> None:
    with pytest.raises(ValueError, match=r"Unsupported URL protocol|Wrong HTTP URL"):
        checked_link(url)
