"""A small scripted desk for the page: enough of a conversation to look at every part of it."""

from markupsafe import Markup

from domain.messages import Attachment, Button, Incoming, Location, Message
from tests.bot.channels.web_house import House, an_elders_keyboard

GREETING = Message(
    Markup(
        "李奶奶，您好！我是<b>邻里</b>，社区的前台。\n"
        "有事按下面的红色按钮，也可以直接写下来。\n"
        '急病请打 <a href="tel:120">120</a>。'
    ),
    keyboard=an_elders_keyboard(),
)
LIST = Message(
    "今天没有新的求助",
    buttons=((Button("🆘 求助清单", "help.list"), Button("🆘 一键求助", "help.press")),),
)
GUIDE = Message(
    Markup(
        "<b>居住证</b>：在本地住满半年、有稳定工作或住所就能办。\n"
        "带身份证和住址证明，到街道便民服务中心，<b>15 个工作日</b>，不收费。"
    ),
    buttons=(
        (Button("📄 带什么材料", "ask.part:1"), Button("🕘 去哪办", "ask.part:2")),
        (Button("问社工", "ask.worker"), Button("看原文", url="https://example.org/guide")),
    ),
)
CALLED = Message(
    Markup(
        "<b>14:02 收到了，已经通知社工王芳、值班社工和您女儿。</b>\n"
        "请坐下或躺好，门如果能开就打开。\n"
        '要救护车请打 <a href="tel:120">120</a>'
    ),
    buttons=(
        (Button("摔倒 / 急病", "adds.kind:fall"), Button("身体不舒服", "help.kind:ill")),
        (Button("要人帮忙", "adds.kind:hand"), Button("按错了", "adds.wrong:1")),
    ),
)
CHART = Message("三月走访：18 户里完成 16 户", attachment=Attachment("chart", "走访.png", {}, True))
SHEET = Message("三月的走访日记", attachment=Attachment("diary", "走访日记.xlsx"))


async def answer(house: House, incoming: Incoming) -> None:
    """What the desk would say."""
    where = incoming.address
    match incoming.action or incoming.text:
        case "start":
            await house.say(where, GREETING)
        case "help.press":
            await house.say(where, CALLED)
            await _tell_the_worker(house, where)
        case "adds.wrong:1":
            await house.say(where, Message("好的，这次算按错了。"), edits=incoming.message_ref)
            await house.channel.acknowledge(incoming, "已取消")
        case "图":
            await house.say(where, CHART)
            await house.say(where, SHEET)
        case "清单":
            await house.say(where, LIST)
        case "在哪":
            await house.say(where, Message("服务中心在这里", location=Location(29.87, 121.55)))
        case "居住证怎么办":
            await house.say(where, GUIDE)
        case _:
            await house.say(where, f"您说：{incoming.text or incoming.action}")


async def _tell_the_worker(house: House, where: str) -> None:
    session, _, persona = where.partition(".")
    if persona == "elder":
        await house.say(
            f"{session}.worker",
            Message("🆘 李奶奶（3幢502）求助", buttons=((Button("我来", "calls.take:1"),),)),
        )
