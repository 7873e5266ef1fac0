"""The commands that a platform shows, by role and language, gathered from the topics."""

from bot.channels.base import CommandLine, CommandMenu
from domain.people import Language, Person
from handlers import TOPICS
from wording import Phrases


def menus(phrases: Phrases, person: Person | None) -> list[CommandMenu]:
    """The menus to show: everyone's (None) in each language, or one person's in theirs."""
    languages = list(Language) if person is None else [person.language]
    return [_menu(phrases, language, person) for language in languages]


def _menu(phrases: Phrases, language: Language, person: Person | None) -> CommandMenu:
    say = phrases[language]
    lines = [
        CommandLine(command.name, say.plain(command.describe))
        for topic in TOPICS
        for command in topic.commands
        if (command.strangers if person is None else person.is_any(*command.roles))
    ]
    role = None if person is None else next(iter(sorted(person.roles)), None)
    return CommandMenu(role, language, lines)
