"""Taking out of a sentence what tells whose it is: names, numbers, addresses."""

import re
from collections.abc import Iterable
from enum import StrEnum

NAME, NUMBER, PLACE = "〔姓名〕", "〔号码〕", "〔地址〕"

_CN = "零〇一二三四五六七八九十百千"
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_LONG_NUMBER = re.compile(r"(?<![A-Za-z])[+＋]?\d(?:[ \-－—.]?\d){5,}[Xx]?")
_SPOKEN_NUMBER = re.compile(r"[零〇幺一二三四五六七八九]{7,}")
_N = rf"(?:\d{{1,4}}|[{_CN}]{{1,5}})"
_ROAD = r"[\u4e00-\u9fff]{1,8}?(?:路|街|弄|巷|小区|新村|花园|公寓|苑)\s*"
_UNIT = rf"(?:{_N}\s*(?:单元|门|梯)\s*)?"
_DOOR = rf"(?:\d{{2,4}}|[{_CN}]{{2,5}})\s*(?:室|号|房)?"
_HOME = re.compile(
    rf"(?:{_ROAD})?{_N}\s*(?:号楼|幢|栋|单元|座|#)\s*{_UNIT}(?:{_DOOR})?"
    rf"|{_ROAD}{_N}\s*(?:弄|号)\s*(?:{_N}\s*(?:弄|号)\s*)?{_UNIT}(?:{_DOOR})?"
    rf"|{_N}\s*号\s*{_UNIT}(?:\d{{2,4}}|[{_CN}]{{2,5}})\s*室"
)
_DASHED_HOME = re.compile(r"(?<!\d)\d{1,3}(?:-\d{1,2})?-\d{3,4}(?:室)?(?!\d)")
_ROOM = re.compile(rf"(?:\d{{2,4}}|[{_CN}]{{2,5}})室")
_INTRODUCED = re.compile(
    r"(我叫|我是|名字叫|名叫|姓名是?[:：]?|联系人是?[:：]?)\s*"
    r"([\u4e00-\u9fff]{2,4}?)(?=[，,。.、；;！!？?\s]|今年|住|电话|手机|$)"
)
_NO_NAMES = (
    "本地",
    "外地",
    "宁波",
    "居民",
    "老人",
    "残疾",
    "低保",
    "退休",
    "独生",
    "新来",
    "谁",
    "来",
    "不",
)
"""What follows 我是 and says no name: 我是外地人, 我是低保户."""
_TITLED = re.compile(
    r"[赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳酆鲍史唐"
    r"费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋庞熊纪舒屈项祝董梁杜阮蓝闵席季"
    r"麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫经房裘缪干解应宗丁宣邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊於惠甄曲"
    r"封储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘斜厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠"
    r"蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍却璩桑桂濮牛寿通边扈燕冀浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘"
    r"匡国文寇广禄阙东欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公]"
    r"(?:大爷|大妈|大伯|大婶|阿姨|阿婆|爷爷|奶奶|先生|女士|师傅|老师|书记|主任|医生|大叔|叔叔)"
)


_MARKED = re.compile(
    r"(?:(?:联系)?(?:电话|手机|号码)|身份证号?码?|家?住在?|我叫|我是|名字叫|名叫|姓名|联系人)?"
    rf"\s*(?:是|[:：])?\s*(?:{NAME}|{NUMBER}|{PLACE})(?:家里?)?的?"
)
_LOOSE_ENDS = " ，,。.、；;：:！!\n"


def unmarked(text: str) -> str:
    """A stripped sentence without its marks and the words that led to them: a way of asking, whose
    ever it was."""
    kept = (clause.strip(_LOOSE_ENDS) for clause in _MARKED.sub("，", text).split("，"))
    return "，".join(clause for clause in kept if len(clause) > 1)


def stripped(text: str, names: Iterable[str] = ()) -> str:
    """The sentence with every known name, number and address in it replaced by what it was.

    `names` are those of the household, its family and its worker. A stranger's own name is found only
    where the sentence introduces it, so whoever approves a text still reads it first.
    """
    for name in sorted({*names} - {""}, key=len, reverse=True):
        if len(name) > 1:
            text = text.replace(name, NAME)
    text = _MAIL.sub(NUMBER, text)
    text = _HOME.sub(PLACE, _DASHED_HOME.sub(PLACE, text))
    text = _ROOM.sub(PLACE, text)
    text = _SPOKEN_NUMBER.sub(NUMBER, _LONG_NUMBER.sub(NUMBER, text))
    text = _INTRODUCED.sub(_without_name, text)
    return _TITLED.sub(NAME, text)


def _without_name(found: re.Match[str]) -> str:
    lead, name = found.groups()
    return found[0] if name.startswith(_NO_NAMES) else f"{lead}{NAME}"


_SENTENCE = re.compile(r"[^。！!？?；;\n]+[。！!？?；;]?")


def sentences_of_nobody(text: str) -> tuple[str, ...]:
    """The sentences of a stripped text in which nothing was replaced: half a sentence may mislead."""
    found = (each.strip() for each in _SENTENCE.findall(text))
    return tuple(s for s in found if s and not any(mark in s for mark in (NAME, NUMBER, PLACE)))


class Sight(StrEnum):
    """How much of people's lives a reader of ledgers sees."""

    OWN = "own"
    """A worker, of their own homes and of what they did themselves: everything."""
    HEAD = "head"
    """The community's supervisor: names and homes, but no word of anybody's health."""
    FIGURES = "figures"
    """Street and bureau: figures, and where in the community; no names, rooms or words."""


HEALTH, WITHHELD = "〔健康情况〕", "〔略〕"
_MASK = "＊"
_HEALTH_WORDS = (
    "血压|血糖|血脂|心脏|心梗|脑梗|中风|癌|肿瘤|糖尿|透析|化疗|放疗|残疾|精神|抑郁|痴呆|失智|失能|瘫|病|药|医|"
    "住院|出院|手术|骨折|摔|跌|头晕|发烧|发热|咳|疼|痛|感冒|康复|体检|伤口|换药|吃药|怀孕|流产|艾滋|肝炎|结核"
)
_HEALTH = re.compile(
    _HEALTH_WORDS
    + r"|\b(?:blood|diabet\w*|ill(?:ness)?|sick|hospital|surgery|medicine|pills?|pain)\b",
    re.I,
)
_NOT_HEALTH = re.compile("医保|医疗保险|医药费报销政策|门诊统筹|通病")
"""Words of policy that are no word of anybody's body."""
_CLAUSE = re.compile(r"([，,。.；;！!？?\s、]+)")


def without_health(text: str) -> str:
    """The sentence with each clause about somebody's health replaced, the rest as it was.

    Cautious: a clause that merely speaks of a hospital goes as well. Who needs to know asks the worker.
    """
    parts = _CLAUSE.split(text)
    kept: list[str] = []
    for clause, stop in zip(parts[::2], [*parts[1::2], ""], strict=True):
        told = HEALTH if _HEALTH.search(_NOT_HEALTH.sub("", clause)) else clause
        if told is HEALTH and kept[-2:-1] == [HEALTH]:
            kept[-1] = stop
        else:
            kept += [told, stop]
    return "".join(kept)


def name_for(sight: Sight, name: str) -> str:
    """A person's name: in full, or for whoever needs figures only its first character."""
    if sight is not Sight.FIGURES or not name:
        return name
    return name[0] + _MASK * 2


def place_for(sight: Sight, building: str, room: str) -> str:
    """An address inside the community: in full, or the building alone."""
    if sight is not Sight.FIGURES or not room:
        return f"{building}{room}"
    return f"{building}{_MASK * 3}"


def words_for(sight: Sight, text: str) -> str:
    """What somebody wrote: in full, without health, or not at all."""
    if sight is Sight.OWN or not text:
        return text
    return without_health(text) if sight is Sight.HEAD else WITHHELD
