"""How far a review role reaches: everything, one use case, or one model."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Scope:
    """Where something happens, or how far a grant reaches.

    As the place of an action, a model carries its use case too: `Scope(model_id=3, use_case_id=1)`. As the reach of
    a grant at most one of the two is set, and none means everything.
    """

    model_id: int | None = None
    use_case_id: int | None = None

    def covers(self, place: "Scope") -> bool:
        """Tell whether a grant of this reach counts at `place`.

        >>> Scope(use_case_id=1).covers(Scope(model_id=3, use_case_id=1))
        True
        >>> Scope(model_id=3).covers(Scope(use_case_id=1))
        False
        """
        if self == EVERYTHING:
            return True
        if self.model_id is not None:
            return place.model_id == self.model_id
        return place.use_case_id == self.use_case_id


EVERYTHING: Final = Scope()
"""The whole house. As a place it is the strictest: only grants for everything count there."""
