"""Cards about guides that a conversation and the clock both show to whoever keeps them."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from domain.content import Review
from domain.messages import Button, Message
from domain.people import Language
from wording.phrases import Say

_LINES = Markup("\n")


def review_card(say: Say, review: Review) -> Message:
    """What is to be checked, as residents read it now: right, or to be changed."""
    body, duty = review.version.body, review.duty_id
    lines = [say("content.review", name=body["name"]), *_why(say, review)]
    lines += [
        say("content.fact", field=say.plain(f"content.col_{field}"), value=_fact(say, body, field))
        for field in review.facts
    ]
    lines.append(say("content.review_how"))
    buttons = (
        (
            Button(say.plain("content.right"), f"content.right:{duty}"),
            Button(say.plain("content.wrong"), f"content.wrong:{duty}"),
        ),
        (Button(say.plain("content.whole"), f"ask.guide:{review.version.guide_id}"),),
    )
    return Message(_LINES.join(lines), buttons=buttons, card=f"review:{duty}")


def _fact(say: Say, body: Mapping[str, Any], field: str) -> str:
    """What the guide says there now, or that it says nothing yet."""
    value = body.get(field)
    if field == "can_community_stamp":
        choices = {True: "yes", False: "no"}
        word = choices.get(value) if isinstance(value, bool) else None
        value = say.plain(f"content.choice_{field}_{word}") if word else ""
    return told(value, say) or say.plain("content.fact_open")


def _why(say: Say, review: Review) -> list[Markup]:
    """What residents said is wrong; what nobody verified; or else that its year is over."""
    body = review.version.body
    wrong = say.plain("ask.join").join(
        say.plain("content.wrong_in", what=say.plain(f"felt.why_{why}"), times=times)
        for why, times in review.wrong.items()
    )
    lines = [say("content.review_wrong", what=wrong)] if wrong else []
    sure = review.review_on is not None and not body["unverified_fields"] and body["verified"]
    if not sure:
        lines.append(say("content.review_unverified"))
    elif not wrong:
        lines.append(say("content.review_due", date=review.review_on))
    return lines


def told(value: Any, say: Say) -> str:
    """A field of a guide on one line, short enough for a card."""
    joint = "；" if say.language is Language.ZH else "; "
    if isinstance(value, Mapping):
        value = [v for v in value.values() if v]
    if isinstance(value, list):
        value = joint.join(str(v.get("name") or v.get("text")) if isinstance(v, Mapping) else str(v)
                           for v in value)  # fmt: skip
    text = str(value or "")
    return text if len(text) <= 200 else text[:199] + "…"
