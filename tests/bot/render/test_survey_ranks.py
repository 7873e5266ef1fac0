"""The picture of who is above whom: every group is on one of its pages."""

from io import BytesIO

import pytest
from PIL import Image

from bot.render.survey_ranks import ROW, ranks_picture
from domain.people import Language
from domain.survey_ranks import Place, pages
from wording import Phrases

SAY = Phrases.shipped()[Language.ZH].plain


class Names(dict[int, str]):
    """Notes which groups were drawn."""

    def __init__(self, count: int) -> None:
        super().__init__({n: f"{n} 号社区" for n in range(count)})
        self.drawn: list[int] = []

    def __getitem__(self, key: int) -> str:
        self.drawn.append(key)
        return super().__getitem__(key)


def ranked(count: int) -> list[Place]:
    return [Place(n, 90 - n / 10, 88 - n / 10, 92 - n / 10, 1, count) for n in range(count)]


def picture(count: int, page: int) -> tuple[list[int], int]:
    """Which groups were drawn, and how high the picture is."""
    names = Names(count)
    drawn = ranks_picture(ranked(count), names, "各社区", SAY, page)
    return names.drawn, Image.open(BytesIO(drawn)).height


@pytest.mark.parametrize(("count", "parts"), [(0, 1), (1, 1), (40, 1), (41, 2), (564, 15)])
def test_forty_groups_are_a_picture(count: int, parts: int) -> None:
    assert pages(count) == parts


def test_every_group_is_on_one_page_and_a_page_beyond_the_last_is_the_last() -> None:
    first, high = picture(95, 1)
    second, _ = picture(95, 2)
    last, low = picture(95, 3)
    assert [*first, *second, *last] == list(range(95))
    assert high - low == pytest.approx(25 * ROW, abs=2)
    assert picture(95, 99)[0] == picture(95, 3)[0]
    assert picture(3, 0)[0] == [0, 1, 2]
