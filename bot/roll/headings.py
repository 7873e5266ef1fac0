"""Which column is which: the words that offices write above the columns of a name list."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from enum import StrEnum


class Field(StrEnum):
    """What a column may hold."""

    CODE = "code"
    NAME = "name"
    HEAD = "head"
    PHONE = "phone"
    ADDRESS = "address"
    BUILDING = "building"
    UNIT = "unit"
    ROOM = "room"
    WORKER = "worker"
    GRID = "grid"
    AGE = "age"
    CATEGORY = "category"
    SPECIAL = "special"
    WAY = "way"
    HEALTH = "health"
    KEY = "key"
    ROLES = "roles"
    LANGUAGE = "language"
    LARGE = "large"
    ELDER = "elder"
    RELATION = "relation"
    TIER = "tier"
    SHARE = "share"
    SINCE = "since"
    UNTIL = "until"


HEADINGS: Mapping[Field, tuple[str, ...]] = {
    Field.CODE: ("代号", "人员代号", "家属代号"),
    Field.NAME: (
        "姓名",
        "名字",
        "居民姓名",
        "住户姓名",
        "老人姓名",
        "社工姓名",
        "网格员姓名",
        "成员姓名",
    ),
    Field.HEAD: ("户主", "户主姓名"),
    Field.PHONE: (
        "联系电话",
        "电话",
        "手机",
        "手机号",
        "手机号码",
        "电话号码",
        "联系方式",
        "本人电话",
        "联系号码",
    ),
    Field.ADDRESS: (
        "住址",
        "地址",
        "家庭住址",
        "家庭地址",
        "居住地址",
        "现住址",
        "详细地址",
        "门牌",
        "门牌号",
        "现居住地址",
        "居住地",
    ),
    Field.BUILDING: ("楼幢", "幢", "幢号", "楼栋", "栋", "栋号", "楼号", "楼幢号", "楼栋号", "楼"),
    Field.UNIT: ("单元", "单元号"),
    Field.ROOM: ("房号", "室", "室号", "房间号", "户号", "房间", "房室"),
    Field.WORKER: (
        "社工",
        "责任社工",
        "包片社工",
        "联系社工",
        "包户社工",
        "网格员",
        "网格社工",
        "网格/社工",
        "专职社工",
        "网格长",
    ),
    Field.GRID: ("网格", "所属网格", "网格名称", "网格号", "责任网格"),
    Field.AGE: ("年龄", "周岁", "出生年月", "出生日期", "出生年月日", "生日", "年龄/出生年月"),
    Field.CATEGORY: (
        "特殊对象类别",
        "特殊对象",
        "类别",
        "人员类别",
        "重点人群",
        "困难类型",
        "特殊类别",
        "特殊群体",
        "对象类别",
    ),
    Field.SPECIAL: ("重点户", "重点关注", "是否重点"),
    Field.WAY: ("上门说明", "怎么走", "进门方式"),
    Field.HEALTH: ("健康情况", "健康状况", "身体状况", "病史", "慢性病"),
    Field.KEY: ("备用钥匙", "钥匙"),
    Field.ROLES: ("身份", "职务", "岗位", "角色"),
    Field.LANGUAGE: ("语言",),
    Field.LARGE: ("大字",),
    Field.ELDER: ("老人代号",),
    Field.RELATION: ("关系",),
    Field.TIER: ("走访频次", "走访档次", "走访频率", "多久走访一次"),
    Field.SHARE: ("工时比例", "工作量", "工时"),
    Field.SINCE: ("到岗日期", "到岗时间", "上岗日期", "入职日期"),
    Field.UNTIL: ("离岗日期", "离岗时间", "离职日期"),
}
"""The first is what an export writes. Not the resident-identity number, sex, or notes: they are not kept."""

_BY_WORD = {word: field for field, spelt in HEADINGS.items() for word in spelt}
LOOK_AT = 15
"""Rows from the top among which the headings are looked for, below titles and dates."""

Columns = Mapping[Field, Sequence[int]]


def cleaned(heading: object) -> str:
    """A heading without what is only there for looks: spaces, stars, what stands in brackets."""
    text = unicodedata.normalize("NFKC", str(heading or ""))
    return re.sub(r"\s+|\(.*?\)|[*:]", "", text)


def field_of(heading: object) -> Field | None:
    """What a heading's column holds, None where it is not known."""
    return _BY_WORD.get(cleaned(heading))


def find(rows: Sequence[Sequence[object]]) -> int | None:
    """Which of the rows (from 0) holds the headings: it knows the most words, at least two."""
    scores = [len({field_of(value) for value in row} - {None}) for row in rows[:LOOK_AT]]
    best = max(scores, default=0)
    return scores.index(best) if best >= 2 else None


def below(head: Sequence[object], row: Sequence[object]) -> bool:
    """Whether the row under the headings divides them further: 住址 over 楼幢 and 房号."""
    said = [value for value in row if cleaned(value)]
    known = [field_of(value) for value in said]
    return len(set(known)) >= 2 and None not in known and list(head) != list(row)


def columns(head: Sequence[object]) -> tuple[Columns, list[str]]:
    """The places of every field (from 0; several where a list has 电话 and 手机), and unknown headings."""
    found: dict[Field, list[int]] = {}
    strangers = []
    for at, heading in enumerate(head):
        field = field_of(heading)
        if field is not None:
            found.setdefault(field, []).append(at)
        elif cleaned(heading):
            strangers.append(cleaned(heading))
    return found, list(dict.fromkeys(strangers))
