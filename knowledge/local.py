"""What a community may say otherwise of a guide: when it is open, whom to ring, where to go."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from knowledge.guides import Guide, GuideBook, Where
from knowledge.value import Text, Texts, Value


class Local(Value):
    """Hours, telephone numbers and places of one guide in one community; None where as everywhere.

    There is no field for anything else, so a community cannot override the law.
    """

    hours: Text | None = None
    phone: Texts | None = None
    where: Annotated[tuple[Where, ...], Field(min_length=1)] | None = None

    def applied_to(self, guide: Guide) -> Guide:
        """The guide as residents of the community read it. What the community says of itself is not
        unverified any more."""
        said = {name: getattr(self, name) for name in type(self).model_fields}
        said = {name: value for name, value in said.items() if value is not None}
        doubts = tuple(name for name in guide.unverified_fields if name not in said)
        return guide.model_copy(update={**said, "unverified_fields": doubts})


def applied(book: GuideBook, local: Mapping[str, Local]) -> GuideBook:
    """The book with a community's own words in it; those for a guide that is gone are left out."""
    guides = tuple(
        local[guide.id].applied_to(guide) if guide.id in local else guide for guide in book.guides
    )
    return book.with_guides(guides)
