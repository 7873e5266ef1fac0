"""A map of communities from their coordinates alone."""

from hypothesis import given
from hypothesis import strategies as st

from domain.help_map import EDGE, HIGH, WIDE, Spot, laid_out, middle

CITY = st.tuples(st.floats(28.8, 30.5), st.floats(120.8, 122.4))


@given(st.dictionaries(st.integers(1, 999), CITY, min_size=1, max_size=40))
def test_everything_is_drawn_within_the_edge(places: dict[int, tuple[float, float]]) -> None:
    for spot in laid_out(places).values():
        assert EDGE <= spot.x <= WIDE - EDGE
        assert EDGE <= spot.y <= HIGH - EDGE


def test_north_is_above_east_is_right_and_distances_are_true() -> None:
    """At 60 degrees north a degree of longitude is half of one of latitude."""
    spots = laid_out({1: (59.5, 30.0), 2: (60.5, 30.0), 3: (60.5, 32.0)})
    assert spots[2].y < spots[1].y
    assert spots[2].x == spots[1].x < spots[3].x
    assert abs((spots[3].x - spots[2].x) - (spots[1].y - spots[2].y)) <= 1


def test_one_alone_stands_in_the_middle_and_none_is_no_map() -> None:
    assert laid_out({7: (29.88, 121.55)}) == {7: Spot(WIDE // 2, HIGH // 2)}
    assert laid_out({}) == {}
    assert middle([(29.0, 121.0), (30.0, 122.0)]) == (29.5, 121.5)
