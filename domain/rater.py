"""Who rates the departments for a community, and what became of those who did."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Raters:
    """Whom a community has appointed."""

    community_id: int
    person_id: int
    deputy_id: int | None
    handed_over: bool


@dataclass(frozen=True, slots=True)
class Left:
    """A community whose rater or deputy works there no more, and whom it has now; None: nobody."""

    before: Raters
    now: Raters | None

    @property
    def rater_left(self) -> bool:
        """Whether it was the rater, not the deputy alone."""
        return self.now is None or self.now.person_id != self.before.person_id
