"""Cells of an office's list: repaired where one reading is possible, refused where digits are lost."""

from datetime import UTC, date, datetime

import pytest

from domain import roll
from domain.roll import Severity


@pytest.mark.parametrize(
    ("typed", "number", "severity"),
    [
        (13800000000, "13800000000", None),
        (13800000000.0, "13800000000", None),
        ("13800000000", "13800000000", None),
        ("13800000000.0", "13800000000", Severity.REPAIRED),
        ("1.3812345678E+10", "13812345678", Severity.REPAIRED),
        ("1.38E+10", "", Severity.REFUSED),
        ("１３８００００００００", "13800000000", Severity.REPAIRED),
        ("138-0000 0000", "13800000000", Severity.REPAIRED),
        ("+86 13800000000", "13800000000", Severity.REPAIRED),
        ("0574-87654321", "0574-87654321", None),
        ("661234", "661234", None),
        ("13800000000/13900000000", "13800000000", Severity.ASKED),
        ("1380000000", "", Severity.REFUSED),
        ("138000000000", "", Severity.REFUSED),
        ("问儿子", "", Severity.REFUSED),
        ("/", "", None),
        ("无", "", None),
        (None, "", None),
    ],
)
def test_a_telephone_number_is_never_guessed(
    typed: object, number: str, severity: Severity | None
) -> None:
    read = roll.phone(typed)
    assert (read.value, read.severity) == (number, severity)


@pytest.mark.parametrize(
    "written", ["3幢", "3栋", "3号楼", "3#", "3", "３幢", "三幢", "03幢", " 3 幢 "]
)
def test_a_building_is_one_however_it_is_written(written: str) -> None:
    assert roll.building_key(written) == roll.building_key("3幢")


def test_what_only_looks_alike_stays_apart() -> None:
    keys = {roll.building_key(name) for name in ("3幢", "3座", "3号", "樱花苑3幢", "13幢", "红楼")}
    assert len(keys) == 6


@pytest.mark.parametrize(
    ("written", "home"),
    [
        ("3幢502室", ("3幢", "502")),
        ("樱花苑3号楼2单元502", ("樱花苑3幢", "2-502")),
        ("3-502", ("3幢", "502")),
        ("海曙区中山路12号樱花苑3号楼502室", ("樱花苑3幢", "502")),
        ("浙江省宁波市海曙区某某街道中山西路88弄3幢502", ("3幢", "502")),
        ("中山路12号3幢502", ("3幢", "502")),
        ("幸福小区3幢502", ("幸福小区3幢", "502")),
        ("三栋五零二", ("3幢", "502")),
        ("村口", None),
        (datetime(2026, 3, 2, tzinfo=UTC), None),
    ],
)
def test_an_address_in_one_cell(written: object, home: tuple[str, str] | None) -> None:
    assert roll.address(written) == home


def test_rooms_and_their_units() -> None:
    assert roll.room(502.0) == roll.room("502室") == roll.room("５０２ 室") == "502"
    assert roll.room("502", "2单元") == roll.room(502, 2) == "2-502"


@pytest.mark.parametrize(
    ("written", "years"),
    [
        (81, 81),
        ("81岁", 81),
        ("1945-03", 81),
        ("1945.12", 80),
        ("1945年3月8日", 81),
        (datetime(1945, 11, 27, tzinfo=UTC), 80),
        ("不详", None),
        ("300", None),
    ],
)
def test_an_age_from_years_or_a_birthday(written: object, years: int | None) -> None:
    assert roll.age(written, date(2026, 11, 26)) == years


def test_a_name_spaced_for_looks_is_closed_up() -> None:
    assert roll.name("张　三").value == "张三"
    assert roll.name("Alex Smith") == roll.Read("Alex Smith")


@pytest.mark.parametrize(
    ("written", "hundredths"),
    [
        (50, 50),
        ("50%", 50),
        (0.5, 50),
        (1.0, 100),
        ("８０％", 80),
        ("半天", None),
        (0, None),
        (120, None),
    ],
)
def test_a_part_of_full_time(written: object, hundredths: int | None) -> None:
    assert roll.share(written) == hundredths


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("2026-03-01", date(2026, 3, 1)),
        ("2026年3月1日", date(2026, 3, 1)),
        (datetime(2026, 3, 1, tzinfo=UTC), date(2026, 3, 1)),
        ("2026.3", None),
        ("2026-02-30", None),
        ("去年", None),
    ],
)
def test_a_day_is_whole_or_is_none(written: object, told: date | None) -> None:
    assert roll.day(written) == told
