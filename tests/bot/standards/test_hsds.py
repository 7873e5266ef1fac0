"""Open Referral HSDS 3: our own package comes back whole, another's says what it can."""

import csv
import io
import json
from datetime import date
from zipfile import ZipFile

import pytest

from bot.standards import hsds
from knowledge import Knowledge
from knowledge.source import ContentError

ON = date(2026, 12, 1)


@pytest.mark.parametrize("made", [hsds.to_json, hsds.to_package])
def test_our_own_export_comes_back_whole(knowledge: Knowledge, made: object) -> None:
    assert callable(made)
    again, left_out = hsds.read(made(knowledge.book), knowledge.book, ON)
    assert again.guides == knowledge.book.guides
    assert left_out == []


def test_without_the_guides_at_hand_it_comes_back_whole_too(knowledge: Knowledge) -> None:
    only = knowledge.book.with_guides(knowledge.book.guides[-1:])
    again, _ = hsds.read(hsds.to_package(knowledge.book), only, ON)
    assert again.guides == knowledge.book.guides


def test_the_package_is_what_the_standard_says(knowledge: Knowledge) -> None:
    package = hsds.to_package(knowledge.book)
    assert package == hsds.to_package(knowledge.book)
    with ZipFile(io.BytesIO(package)) as archive:
        described = json.loads(archive.read("datapackage.json"))
        tables = {
            r["path"].removesuffix(".csv"): list(
                csv.DictReader(io.StringIO(archive.read(r["path"]).decode()))
            )
            for r in described["resources"]
        }
    assert described["profile"] == "tabular-data-package"
    assert len(tables["services"]) == len(knowledge.book.guides)
    assert {row["status"] for row in tables["services"]} == {"active"}
    organizations = {row["id"] for row in tables["organizations"]}
    places = {row["id"] for row in tables["locations"]}
    assert all(row["organization_id"] in organizations for row in tables["services"])
    assert all(row["location_id"] in places for row in tables["service_at_location"])
    assert {row["location_type"] for row in tables["locations"]} <= {"physical", "virtual"}


def test_anothers_service_becomes_a_guide_that_says_it_is_unverified(knowledge: Knowledge) -> None:
    service = {
        "id": "7b8e0f1c-0000-4000-8000-000000000001",
        "name": "社区助浴",
        "description": "行动不便的老人可以预约上门洗澡。",
        "status": "active",
        "alert": "春节停三天",
        "phones": [{"id": "p", "number": "0574-00000001"}],
        "schedules": [{"id": "s", "byday": "MO,TU", "opens_at": "09:00", "closes_at": "16:00"}],
        "required_documents": [{"id": "d", "document": "身份证"}],
    }
    given_up = {
        "id": "7b8e0f1c-0000-4000-8000-000000000002",
        "name": "上门理发",
        "status": "defunct",
    }
    file = json.dumps({"services": [service, given_up]}).encode()
    book, left_out = hsds.read(file, knowledge.book, ON)
    (guide,) = book.guides
    assert guide.id == "she-qu-zhu-yu"
    assert guide.summary == service["description"]
    assert guide.hours == "周一、周二 09:00-16:00"
    assert (guide.materials[0].name, guide.phone) == ("身份证", ("0574-00000001",))
    assert not guide.verified
    assert (guide.as_of, guide.category) == (ON, "其他")
    assert not guide.is_unknown("materials")
    assert guide.is_unknown("can_community_stamp")
    assert {"where", "fee"} <= set(guide.unverified_fields), "nothing was said of them"
    assert {"materials", "hours", "phone"}.isdisjoint(guide.unverified_fields)
    assert left_out == [
        "alert: a guide has no place for it", "上门理发: left out, its status is 'defunct'",
    ]  # fmt: skip


@pytest.mark.parametrize("file", [b"", b"{", b"{}", b"[1]", b'{"services": []}', b"PK\x03\x04"])
def test_what_is_no_package_is_told(knowledge: Knowledge, file: bytes) -> None:
    with pytest.raises(ContentError):
        hsds.read(file, knowledge.book, ON)
