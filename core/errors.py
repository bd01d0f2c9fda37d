"""Refusals that a person can act on. Programming mistakes stay ValueError and TypeError."""


class GovernanceError(Exception):
    """A refusal with both halves: what is wrong, and what clears it. Every door shows both."""

    def __init__(self, problem: str, fix: str) -> None:
        super().__init__(f"{problem} {fix}")
        self.problem = problem
        self.fix = fix


class InputError(GovernanceError):
    """What was typed or sent cannot be used as it is."""


class EvidenceError(GovernanceError):
    """An uploaded file or a recorded proof cannot carry the claim made with it."""


class AccessError(GovernanceError):
    """The actor may not do this. Refusals of this kind are recorded as `access.refused`."""


class TransitionError(GovernanceError):
    """A move the rules do not allow now. Refusals of this kind are recorded as `transition.refused`."""


class ConflictError(GovernanceError):
    """Somebody else changed the same thing first; nothing was overwritten."""


class NotFoundError(GovernanceError):
    """There is nothing at this address, or nothing this actor may see."""


class IntegrityError(GovernanceError):
    """Stored bytes no longer match the fingerprint they were stored under."""


class UnreachableError(GovernanceError):
    """The other side does not answer, or not as it should; whether something was done there is not known."""
