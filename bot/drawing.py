"""Draws attachments when they are sent, for whoever they are sent to."""

from bot.recipes import IN_GROUPS, RECIPES
from domain.messages import Attachment
from domain.people import Language
from domain.policies import Policies
from storage import people
from storage.database import Database, Work
from wording import Phrases


class Drawing:
    """A `Draw`: looks the viewer up anew each time, so that nobody draws what they may not see."""

    def __init__(self, database: Database, phrases: Phrases, policies: Policies) -> None:
        self._database = database
        self._phrases = phrases
        self._policies = policies

    async def __call__(self, attachment: Attachment, address_id: int) -> bytes:
        """The file's bytes. Raises PermissionError where the address speaks for nobody entitled."""
        async with self._database.reading() as work:
            viewer = await people.at_address(work, address_id)
            if viewer is None:
                return await self._for_group(work, attachment, address_id)
            say = self._phrases[viewer.language]
            recipe = RECIPES[attachment.recipe]
            return await recipe(work, viewer, attachment.params, say, self._policies)

    async def _for_group(self, work: Work, attachment: Attachment, address_id: int) -> bytes:
        """An address that speaks for nobody may be a group's or a stranger's, who see little."""
        recipe = IN_GROUPS.get(attachment.recipe)
        if recipe is None:
            raise PermissionError(f"{attachment.recipe} is not for strangers")
        say = self._phrases[Language(attachment.params.get("language", Language.ZH))]
        return await recipe(work, address_id, attachment.params, say)
