"""Facilities by Open Referral HSDS 3: they come back whole, beside the guides or alone."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.standards import hsds
from bot.standards.package import as_json, to_zip
from bot.standards.places import Placed, read, services
from bot.standards.posted import posted, schedules
from knowledge import Knowledge
from knowledge.facilities import check_facilities
from knowledge.source import ContentError
from tests.knowledge.test_facilities import a_place

Write = Callable[[Sequence[Any]], bytes]
FORMS = pytest.mark.parametrize("write", [as_json, to_zip])


def a_community(*rows: Any, code: str = "sample", **changed: Any) -> Placed:
    told = {"name": "示例社区", "phone": "0574-00000000", "city": "宁波市", "province": "浙江省"}
    return Placed(code=code, rows=rows, **(told | changed))


PLACES = (
    a_place(
        address="示例路1号",
        person="s03",
        sample=True,
        meals=[
            {"meal": "lunch", "order_by": "09:30", "served": "11:00-12:30", "days": ["mon"], "home": True},
            {"meal": "dinner", "order_by": "15:00", "served": "16:30-18:00", "day_before": True},
        ],
    ),
    a_place(id="f02", name="二号食堂", accessible=False, hours="工作日 08:30-11:30 13:30-17:00"),
    a_place(id="f08", type="避灾安置点", name="避灾点", hours="台风、暴雨预警期间全天"),
)  # fmt: skip


@FORMS
def test_they_come_back_whole_into_a_community_that_has_none(write: Write) -> None:
    again = read(write(services(a_community(*PLACES))), [a_community()])
    assert check_facilities(again.rows["sample"]) == check_facilities(PLACES)
    assert again.left_out == []


@FORMS
def test_what_the_file_says_wins_over_what_was_here(write: Write) -> None:
    here = a_community(a_place(accessible=True), a_place(id="f02", name="二号食堂", hours="每天"))
    again = read(write(services(a_community(*PLACES))), [here])
    assert check_facilities(again.rows["sample"]) == check_facilities(PLACES)


@FORMS
def test_two_of_a_name_stay_two(write: Write) -> None:
    here = a_community(PLACES[0], a_place(id="f02", name=PLACES[0]["name"]))
    again = read(write(services(here)), [here])
    assert check_facilities(again.rows["sample"]) == check_facilities(here.rows)


def test_guides_and_facilities_travel_in_one_package(knowledge: Knowledge) -> None:
    both = hsds.to_package(knowledge.book, services(a_community(*PLACES)))
    book, told = hsds.read(both, knowledge.book, knowledge.book.retrieved)
    assert book.guides == knowledge.book.guides
    assert told == ["2 kinds of facilities: bring them in with python -m bot places import"]
    assert check_facilities(read(both, [a_community()]).rows["sample"]) == check_facilities(PLACES)


def test_the_tables_hang_together_as_the_standard_says() -> None:
    with ZipFile(io.BytesIO(to_zip(services(a_community(*PLACES))))) as archive:
        described = json.loads(archive.read("datapackage.json"))
        rows = {
            r["name"]: list(csv.DictReader(io.StringIO(archive.read(r["path"]).decode())))
            for r in described["resources"]
        }
    for resource in described["resources"]:
        for key in resource["schema"]["foreignKeys"]:
            ids = {row["id"] for row in rows[key["reference"]["resource"]]}
            pointed = {row[key["fields"]] for row in rows[resource["name"]]} - {""}
            assert pointed <= ids, resource["name"]
    assert [row["name"] for row in rows["service"]] == ["老年食堂", "避灾安置点"]
    assert [row["name"] for row in rows["organization"]] == ["示例社区"]
    assert {row["latitude"] for row in rows["location"]} == {"29.8824"}
    assert [row["address_1"] for row in rows["address"]] == ["示例路1号"]
    assert len(rows["accessibility"]) == 2
    workdays = [(r["byday"], r["opens_at"], r["closes_at"]) for r in rows["schedule"]][1:3]
    assert workdays == [
        ("MO,TU,WE,TH,FR", "08:30", "11:30"),
        ("MO,TU,WE,TH,FR", "13:30", "17:00"),
    ]


def a_foreign_service(**place: Any) -> bytes:
    location: dict[str, Any] = {
        "id": "7b8e0f1c-0000-4000-8000-000000000002",
        "location_type": "physical",
        "name": "阳光助浴点",
        "latitude": 29.88,
        "longitude": 121.55,
        "schedules": [{"id": "s", "byday": "MO,TU", "opens_at": "09:00", "closes_at": "16:00:00"}],
        "addresses": [{"id": "a", "address_1": "示例路2号", "address_2": "后门"}],
    }
    service = {
        "id": "7b8e0f1c-0000-4000-8000-000000000001",
        "name": "助浴点",
        "phones": [{"id": "p", "number": "0574-00000001"}],
        "service_at_locations": [{"id": "at", "location": location | place}],
    }
    return json.dumps({"services": [service]}, ensure_ascii=False).encode()


def test_anothers_place_becomes_a_facility() -> None:
    found = read(a_foreign_service(), [a_community()], "sample")
    (facility,) = check_facilities(found.rows["sample"])
    assert (facility.type, facility.name, facility.address) == (
        "助浴点", "阳光助浴点", "示例路2号 后门",
    )  # fmt: skip
    assert (facility.hours, facility.phone) == ("周一、周二 09:00-16:00", "0574-00000001")
    assert not facility.accessible


@pytest.mark.parametrize(
    ("words", "free"),
    [
        ("Wheelchair access at the main door", True),
        ("门口有坡道，无障碍", True),
        ("No wheelchair access", False),
        ("induction loop", False),
    ],
)
def test_only_plain_words_make_a_place_barrier_free(words: str, free: bool) -> None:
    file = a_foreign_service(accessibility=[{"id": "x", "description": words}])
    found = read(file, [a_community()], "sample")
    assert found.rows["sample"][0]["accessible"] is free
    assert bool(found.left_out) is not free


@pytest.mark.parametrize(
    ("file", "problem"),
    [
        (a_foreign_service(), "say --community"),
        (a_foreign_service(latitude=290), "lat"),
        (a_foreign_service(latitude="north"), "lat"),
        (a_foreign_service(latitude=None), "no facilities"),
        (b"{}", "no HSDS file"),
    ],
)
def test_what_cannot_be_taken_is_told(file: bytes, problem: str) -> None:
    default = "" if "--community" in problem else "sample"
    with pytest.raises(ContentError, match=problem):
        read(file, [a_community()], default)


@given(st.text(min_size=1).filter(lambda text: text == text.strip()))
def test_posted_hours_come_back_letter_for_letter(text: str) -> None:
    assert posted(schedules("some", text)) == text
