"""A problem somebody found in a version: how bad it is, who mends it until when, and whether it still blocks."""

from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from sqlmodel import Field, SQLModel

from core.errors import TransitionError
from core.store.columns import choice


class Severity(StrEnum):
    """How bad a finding is. Only `high` blocks."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def words(self) -> str:
        """The severity as a reader would say it."""
        return self.value.capitalize()


class FindingState(StrEnum):
    """Where a finding stands."""

    OPEN = "open"
    IN_REMEDIATION = "in_remediation"
    RESOLVED = "resolved"
    VERIFIED = "verified"
    RISK_ACCEPTED = "risk_accepted"

    @property
    def words(self) -> str:
        """The state as a reader would say it."""
        return _STATE_WORDS[self]

    @property
    def closed(self) -> bool:
        """Whether somebody independent said that it is done with."""
        return self in {FindingState.VERIFIED, FindingState.RISK_ACCEPTED}


MENDING: Final = (FindingState.OPEN, FindingState.IN_REMEDIATION)
"""States in which its owner still has to mend it."""

_STATE_WORDS = {
    FindingState.OPEN: "Open",
    FindingState.IN_REMEDIATION: "Being mended",
    FindingState.RESOLVED: "Mended, waits for an independent look",
    FindingState.VERIFIED: "Closed",
    FindingState.RISK_ACCEPTED: "Risk accepted",
}

_MOVES = MappingProxyType(
    {
        FindingState.OPEN: {
            FindingState.IN_REMEDIATION,
            FindingState.RESOLVED,
            FindingState.VERIFIED,
            FindingState.RISK_ACCEPTED,
        },
        FindingState.IN_REMEDIATION: {FindingState.RESOLVED, FindingState.VERIFIED, FindingState.RISK_ACCEPTED},
        FindingState.RESOLVED: {FindingState.OPEN, FindingState.VERIFIED, FindingState.RISK_ACCEPTED},
        FindingState.VERIFIED: set[FindingState](),
        FindingState.RISK_ACCEPTED: {FindingState.OPEN},
    }
)


class Finding(SQLModel, table=True):
    """One problem, at `FND-<id>`; `request` and `alert` say in which request it came up, and which alert it answers."""

    __tablename__ = "finding"

    id: int | None = Field(default=None, primary_key=True)
    model_id: int = Field(foreign_key="registered_model.id", index=True)
    version_id: int = Field(foreign_key="model_version.id", index=True)
    request: str | None = Field(default=None, max_length=20)
    title: str = Field(max_length=200)
    detail: str = Field(default="", max_length=4000)
    severity: Severity = Field(sa_type=choice(Severity))
    state: FindingState = Field(default=FindingState.OPEN, sa_type=choice(FindingState), index=True)
    owner_id: int = Field(foreign_key="person.id", index=True)
    due_at: datetime | None = None
    raised_by: int | None = Field(default=None, foreign_key="person.id")
    raised_at: datetime
    closed_by: int | None = Field(default=None, foreign_key="person.id")
    closed_at: datetime | None = None
    resolution: str = Field(default="", max_length=4000)
    alert: str | None = Field(default=None, max_length=20, index=True)

    @property
    def key(self) -> int:
        """The id of a stored finding; ValueError when it was never stored."""
        if self.id is None:
            raise ValueError("This finding is not stored yet.")
        return self.id

    @property
    def address(self) -> str:
        """How people call it: `FND-3`."""
        return f"FND-{self.key}"


def blocks(severity: Severity, state: FindingState) -> bool:
    """Tell whether a finding keeps a version from being approved.

    A high one does until somebody independent closed it; that its owner calls it mended is not enough.

    >>> blocks(Severity.HIGH, FindingState.RESOLVED), blocks(Severity.MEDIUM, FindingState.OPEN)
    (True, False)
    """
    return severity is Severity.HIGH and not state.closed


def after(state: FindingState, wanted: FindingState) -> FindingState:
    """Return `wanted` when a finding may go there from `state`.

    Raises:
        TransitionError: it may not.
    """
    if wanted not in _MOVES[state]:
        raise TransitionError(
            f"A finding that is “{state.words.lower()}” cannot become “{wanted.words.lower()}”.",
            "Look at it again: somebody may have moved it meanwhile. Raise a new one if the problem came back.",
        )
    return wanted
