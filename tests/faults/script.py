"""The scripted life: what happens to three help requests from the press to the end, scene by scene.

Each scene ends when everything is still: then the next one may be relied on to begin from the same place,
whatever was suffered in between.
"""

from dataclasses import dataclass

GRANNY, DAUGHTER, FIRST, SECOND, THIRD, HEAD = 1000, 1001, 5000, 5001, 5002, 6000
PEOPLE = {
    "granny": GRANNY,
    "daughter": DAUGHTER,
    "w1": FIRST,
    "w2": SECOND,
    "w3": THIRD,
    "head": HEAD,
}
"""Telegram's numbers of the people of the test community: her worker is w1, on duty is w2."""

STAFF = (FIRST, SECOND, THIRD, HEAD)
PRESS = "🆘 一键求助"


@dataclass(frozen=True, slots=True)
class Act:
    """Somebody does something: a verb of the double's users, and what it is said or done with."""

    who: int
    does: str
    what: str = ""


@dataclass(frozen=True, slots=True)
class Scene:
    """`later`: seconds that pass first. `hears`: what must have been told, to whom, before it is over.
    `asleep`: it happens while no process runs; `backwards`: the platform tells of it in reverse order."""

    name: str
    acts: tuple[Act, ...] = ()
    hears: tuple[tuple[int, str], ...] = ()
    later: float = 0
    asleep: bool = False
    backwards: bool = False


def presses(who: int) -> Act:
    return Act(who, "says", PRESS)


def taps(who: int, label: str) -> Act:
    return Act(who, "taps", label)


LIFE = (
    Scene(
        "press",
        (presses(GRANNY),),
        (
            (GRANNY, "收到了"),
            (FIRST, "陈奶奶 求助"),
            (SECOND, "陈奶奶 求助"),
            (DAUGHTER, "按了一键求助"),
        ),
        asleep=True,
    ),
    Scene(
        "kind",
        (taps(GRANNY, "摔倒"),),
        ((GRANNY, "知道了：摔倒"), (FIRST, "摔倒 / 急病"), (THIRD, "陈奶奶 求助")),
    ),
    Scene("words", (Act(GRANNY, "says", "门没锁"),), ((FIRST, "又说：门没锁"),)),
    Scene("climb", hears=((HEAD, "陈奶奶 求助"),), later=180),
    Scene("again", (presses(DAUGHTER),), ((DAUGHTER, "这是第 2 次"), (FIRST, "又按了一次"))),
    Scene("repeat", hears=((THIRD, "陈奶奶 求助"), (HEAD, "陈奶奶 求助")), later=121),
    Scene("take", (taps(THIRD, "我来"),), ((GRANNY, "社工丙"), (DAUGHTER, "社工丙"))),
    Scene("silence", hears=((THIRD, "在您手上"),), later=301),
    Scene("given back", hears=((THIRD, "没等到您的消息"), (FIRST, "陈奶奶 求助")), later=121),
    Scene("take over", (taps(FIRST, "我来"),), ((GRANNY, "社工甲"),)),
    Scene("press while taken", (presses(GRANNY),), ((GRANNY, "社工甲"), (FIRST, "又按了一次"))),
    Scene("to whom", (taps(FIRST, "转给"),)),
    Scene("offered", (taps(FIRST, "社工丙"),), ((THIRD, "请您接手"),)),
    Scene("accepted", (taps(THIRD, "我接手"),), ((FIRST, "接手了"), (GRANNY, "社工丙"))),
    Scene("on the way", (taps(THIRD, "在路上"),), ((GRANNY, "正在路上"),)),
    Scene("arrived", (taps(THIRD, "到了"),), ((GRANNY, "已经到了"),)),
    Scene("what support", (taps(THIRD, "要支援"),)),
    Scene("support", (taps(THIRD, "搭把手"),), ((FIRST, "陈奶奶"), (SECOND, "陈奶奶"))),
    Scene("called again", hears=((FIRST, "陈奶奶"),), later=121),
    Scene("joined", (taps(FIRST, "我来支援"),), ((THIRD, "社工甲"),)),
    Scene("done", (taps(THIRD, "已处理"),)),
    Scene("how it ended", (taps(THIRD, "帮好了"),), ((GRANNY, "安顿好了"), (DAUGHTER, "安顿好了"))),
    Scene("by mistake", (presses(GRANNY),), ((GRANNY, "收到了"), (FIRST, "陈奶奶 求助"))),
    Scene("wrong", (taps(GRANNY, "按错了"),), ((GRANNY, "已记为按错"), (FIRST, "不用过来"))),
    Scene(
        "family",
        (presses(DAUGHTER),),
        ((DAUGHTER, "已替陈奶奶"), (SECOND, "陈奶奶 求助")),
    ),
    Scene("family taken", (taps(SECOND, "我来"),), ((DAUGHTER, "社工乙"),)),
    Scene("family done", (taps(SECOND, "已处理"),)),
    Scene("no sign how", hears=((SECOND, "请按一下结果"),), later=301),
    Scene("family ended", (taps(SECOND, "电话办好"),), ((DAUGHTER, "办好了"), (GRANNY, "办好了"))),
)


DISORDER = (
    Scene(
        "two press",
        (presses(GRANNY), presses(DAUGHTER)),
        ((GRANNY, "收到了"), (FIRST, "陈奶奶 求助"), (SECOND, "陈奶奶 求助")),
        backwards=True,
    ),
    Scene(
        "all she says",
        (taps(GRANNY, "身体不舒服"), Act(GRANNY, "says", "门没锁"), presses(GRANNY)),
        ((FIRST, "又说：门没锁"),),
        backwards=True,
    ),
    Scene("climb", hears=((HEAD, "陈奶奶 求助"),), later=180),
    Scene(
        "two take it",
        (taps(FIRST, "我来"), taps(SECOND, "我来")),
        ((GRANNY, "接到了您的求助"),),
        backwards=True,
    ),
    Scene(
        "all the way",
        (taps(FIRST, "到了"), taps(SECOND, "到了"), taps(SECOND, "到了"), presses(DAUGHTER)),
        ((GRANNY, "已经到了"),),
        backwards=True,
    ),
    Scene(
        "done twice",
        (taps(FIRST, "已处理"), taps(SECOND, "已处理"), presses(DAUGHTER)),
        backwards=True,
    ),
    Scene(
        "ended twice",
        (taps(FIRST, "帮好了"), taps(SECOND, "送医院"), presses(DAUGHTER)),
        backwards=True,
    ),
)
"""The same requests where everybody acts at once and the platform mixes it up: who has it at the end is a
matter of luck, what must be true is not."""
