"""The nearest place, how far, and how long an older person walks there."""

from typing import Any

import pytest

from knowledge.facilities import Facility, check_facilities, distance_m, kinds, nearest
from knowledge.source import ContentError


def a_place(**changed: Any) -> dict[str, Any]:
    place: dict[str, Any] = {
        "id": "f01", "type": "老年食堂", "name": "一号食堂", "lat": 29.8824, "lon": 121.5507,
        "hours": "每天 10:30-12:30", "phone": "0574-00000002", "accessible": True,
    }  # fmt: skip
    return place | changed


@pytest.fixture
def places() -> tuple[Facility, ...]:
    return check_facilities(
        [
            a_place(),
            a_place(id="f02", name="二号食堂", lat=29.8924),
            a_place(id="f03", type="警务室", name="警务室", lat=29.8825),
        ]
    )


def test_a_hundredth_of_a_degree_north_is_about_1112_metres() -> None:
    assert distance_m(29.88, 121.55, 29.89, 121.55) == pytest.approx(1112, abs=1)
    assert distance_m(29.88, 121.55, 29.88, 121.55) == 0


def test_the_nearest_comes_first(places: tuple[Facility, ...]) -> None:
    assert [n.facility.id for n in nearest(places, 29.8824, 121.5507)] == ["f01", "f03", "f02"]


def test_only_the_kind_asked_for(places: tuple[Facility, ...]) -> None:
    found = nearest(places, 29.8825, 121.5507, kind="老年食堂")
    assert [n.facility.id for n in found] == ["f01", "f02"]
    assert kinds(places) == ("老年食堂", "警务室")


def test_limit_and_nothing_to_find(places: tuple[Facility, ...]) -> None:
    assert len(nearest(places, 29.88, 121.55, limit=1)) == 1
    assert nearest(places, 29.88, 121.55, kind="电影院") == ()


def test_minutes_are_an_older_walkers_along_streets(places: tuple[Facility, ...]) -> None:
    here, far = nearest(places, 29.8824, 121.5507, kind="老年食堂")
    assert here.minutes == 1
    assert far.minutes == 25


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"lat": 129.0}, 'facility "f01", field "lat"'),
        ({"hours": ""}, 'facility "f01", field "hours"'),
        ({"phon": "1"}, 'facility "f01", field "phon"'),
    ],
)
def test_a_broken_row_is_named(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ContentError, match=said):
        check_facilities([a_place(**wrong)])


def test_an_id_used_twice_is_refused() -> None:
    with pytest.raises(ContentError, match='facility "f01", field "id": is used 2 times'):
        check_facilities([a_place(), a_place()])
