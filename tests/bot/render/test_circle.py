"""The map: the same for the same view, whatever the names and however far."""

from io import BytesIO

import pytest
from matplotlib.image import imread

from bot.render.circle import MapView, circle_map
from domain.people import Language
from knowledge.facilities import check_facilities, nearest
from wording import Phrases

SAY = Phrases.shipped()[Language.ZH].plain
HERE = (29.8836, 121.5489)


def view(*places: tuple[str, float, float]) -> MapView:
    rows = [
        {"id": f"f{n}", "type": "食堂", "name": name, "lat": lat, "lon": lon, "hours": "每天",
         "phone": "1", "accessible": True}
        for n, (name, lat, lon) in enumerate(places)
    ]  # fmt: skip
    found = nearest(check_facilities(rows), *HERE)
    return MapView("食堂：从3幢算起", "3幢", HERE, found, {"3幢": HERE, "远处": (31.0, 121.5)})


def pixels(png: bytes) -> tuple[int, int]:
    image = imread(BytesIO(png))
    return int(image.shape[1]), int(image.shape[0])


def test_the_same_view_gives_the_same_bytes() -> None:
    one = view(("一号食堂", 29.8824, 121.5507))
    assert circle_map(one, SAY) == circle_map(one, SAY)


@pytest.mark.parametrize(
    "places",
    [
        (),
        (("一号食堂", 29.8836, 121.5489),),
        (("名字$很长^的" * 12, 29.8824, 121.5507), ("\u200b𠮷", 29.8831, 121.5489)),
        (("在另一个城市", 31.2, 121.5),),
    ],
)
def test_a_picture_for_a_phone_whatever_there_is(
    places: tuple[tuple[str, float, float], ...],
) -> None:
    width, height = pixels(circle_map(view(*places), SAY))
    assert width == 1080
    assert 1080 < height < 1600
