"""Withdrawing a person's access: a lost telephone, a worker who left."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from domain.people import Person, Role
from handlers.parting import cut_off
from storage import enroll, family, outbox, people
from storage.database import Work
from wording import Phrases


@dataclass(frozen=True, slots=True)
class Revoked:
    """What was withdrawn; `channels` counts the chats and pages that spoke for the person."""

    person: Person
    channels: Counter[str]
    codes: int
    messages: int
    roles: frozenset[Role]

    @property
    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "addresses": dict(self.channels),
            "codes": self.codes,
            "messages": self.messages,
            "roles": sorted(self.roles),
        }

    @property
    def told(self) -> str:
        """For the operator, in plain words."""
        places = ", ".join(f"{count} {name}" for name, count in sorted(self.channels.items()))
        done = [
            f"{self.person.name}: unbound {places or 'nothing, no chat or page was bound'}.",
            f"  {self.codes} open codes ended, {self.messages} waiting messages withdrawn.",
        ]
        kept = ", ".join(sorted(self.person.roles - self.roles))
        if self.roles:
            lost = ", ".join(sorted(self.roles))
            done.append(
                f"  No longer {lost}; a file that still says so brings it back when loaded."
            )
        if kept:
            done.append(f"  Still {kept} in the register: a new code from `invite` lets them in.")
        return "\n".join(done)


async def revoke(
    work: Work, person: Person, phrases: Phrases, *, with_roles: bool = False
) -> Revoked:
    """In the caller's transaction. Codes end first, so that none binds a chat in between."""
    codes = await enroll.end_codes(work, person.id) + await family.end_codes(work, person.id)
    unbound = await people.unbind(work, person.id)
    withdrawn = await outbox.withdraw(work, unbound, "access was revoked")
    roles = await people.retire(work, person.id) if with_roles else frozenset[Role]()
    await cut_off(work, phrases[person.language], unbound)
    channels = Counter(name for name, _ in unbound.values())
    return Revoked(person, channels, codes, withdrawn, roles)
