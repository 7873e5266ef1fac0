"""Who writes English where the chat is set to Chinese can read the answer, and nothing is set by it."""

from domain.people import Language
from storage import people
from tests.support.desk import Desk


async def set_to(desk: Desk, code: str) -> Language:
    async with desk.database.reading() as work:
        person = await people.person_by_code(work, code)
    assert person is not None
    return person.language


async def test_a_cry_in_english_can_be_read_and_goes_on_in_english(desk: Desk) -> None:
    granny, daughter, mine = await desk.people("granny", "daughter", "w1")

    said = await granny.says("My husband has chest pain and can't breathe")

    assert said.index("Call now") < said.index("请马上打"), "who is with them may read Chinese only"
    assert "This chat is set to Chinese" in said
    calm = "Not urgent, I am only asking"
    assert granny.buttons() == ["🆘 Send a worker", calm, "English from now on"]

    said = await granny.taps("Send a worker")
    assert "Received (10:00)" in said
    assert "set to Chinese" not in said, "the switch is offered once"
    mine.hears("陈奶奶 求助")
    daughter.hears("按了一键求助")
    assert "Understood: a fall" in await granny.taps("Fall")
    assert "正在转给社工" in await granny.says("对门有钥匙"), "each is answered as it is written"
    assert "passing it on to the worker" in await granny.says("the door is open")
    assert await set_to(desk, "granny") is Language.ZH

    await granny.taps("English from now on")
    assert await set_to(desk, "granny") is Language.EN
    await mine.taps("我来")
    granny.hears("Your call: 社工甲 has taken it")


async def test_a_question_in_english_is_answered_so_and_what_is_tapped_under_it_too(
    desk: Desk,
) -> None:
    resident = await desk.person("resident")

    said = await resident.says("How do I replace a lost social security card?")
    assert "Social security card" in said
    assert "This chat is set to Chinese" in said
    assert resident.buttons()[-1] == "English from now on"
    assert "📎 Source" in resident.buttons()
    await resident.taps("Whom to call")
    assert "12333" in resident.messages[-1].plain
    assert "📎 Source" in resident.buttons(), "the dialogue goes on as it began"

    assert "社保卡" in await resident.says("社保卡丢了怎么办")
    assert "📎 出处" in resident.buttons()
    assert await set_to(desk, "resident") is Language.ZH


async def test_pinyin_and_a_single_word_are_no_english_question(desk: Desk) -> None:
    resident = await desk.person("resident")
    for typed in ("shebao ka diule zenme ban", "wo ma diedao le qibulai", "OK"):
        said = await resident.says(typed)
        assert "English" not in said
        assert "English from now on" not in resident.buttons()


async def test_whoever_changes_their_mind_is_answered_as_they_chose(desk: Desk) -> None:
    stranger = desk.stranger()
    await stranger.says("there is a fire in our house")
    await stranger.taps("English from now on")
    assert "Call now" in await stranger.says("着火了")
    assert "以后说中文" in await stranger.does("language")
    assert "请马上打" in await stranger.says("着火了")
