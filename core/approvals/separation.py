"""Separation of duties follows contribution: who built a version cannot approve it, whatever role they hold."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.access.person import ReviewRole


class ContributionKind(StrEnum):
    """How somebody can have a hand in a version."""

    ARTIFACT = "artifact"
    TRAINING_RUN = "training_run"
    EVALUATION = "evaluation"
    CARD = "card"
    OPENING = "opening"
    RESUBMISSION = "resubmission"

    @property
    def words(self) -> str:
        """What the person did, to stand after a name."""
        return _WORDS[self]


_WORDS = {
    ContributionKind.ARTIFACT: "registered the version",
    ContributionKind.TRAINING_RUN: "ran the training",
    ContributionKind.EVALUATION: "measured it as its developer",
    ContributionKind.CARD: "wrote the developer's part of its card",
    ContributionKind.OPENING: "opened this request",
    ContributionKind.RESUBMISSION: "resubmitted this request",
}


_INDEPENDENT_WORDS = {
    ContributionKind.EVALUATION: "measured it as independent validator",
    ContributionKind.CARD: "wrote the business owner's part of its card",
}


@dataclass(frozen=True, slots=True)
class Contribution:
    """One hand in a version that survives in it.

    Attributes:
        person_id: whose hand; a token's act counts as its issuer's.
        kind: what was done.
        independent: an independent validator's own evaluation or the business owner's own part of the card:
            it is shown and does not bar.
        detail: where to look ("EVL-12", "intended use").
    """

    person_id: int
    kind: ContributionKind
    independent: bool = False
    detail: str = ""

    @property
    def words(self) -> str:
        """What the person did, to stand after a name."""
        return _INDEPENDENT_WORDS.get(self.kind, self.kind.words) if self.independent else self.kind.words


def bars(contributions: Iterable[Contribution], person_id: int) -> tuple[Contribution, ...]:
    """Return the contributions that keep a person from deciding; empty when nothing does."""
    return tuple(c for c in contributions if c.person_id == person_id and not c.independent)


def contributors(contributions: Iterable[Contribution]) -> frozenset[int]:
    """Return everybody who may not decide.

    >>> contributors([Contribution(1, ContributionKind.ARTIFACT), Contribution(2, ContributionKind.EVALUATION, True)])
    frozenset({1})
    """
    return frozenset(c.person_id for c in contributions if not c.independent)


def in_words(barring: Sequence[Contribution]) -> str:
    """Say why a person is barred, to stand after "You".

    >>> in_words([Contribution(1, ContributionKind.ARTIFACT), Contribution(1, ContributionKind.OPENING)])
    'registered the version and opened this request'
    """
    said = list(dict.fromkeys(c.words for c in barring))
    return " and ".join([", ".join(said[:-1]), said[-1]] if len(said) > 1 else said)


@dataclass(frozen=True, slots=True)
class Grant:
    """One review role that somebody was given, by whom."""

    role: ReviewRole
    holder_id: int
    granter_id: int | None


def lawful(grants: Iterable[Grant]) -> frozenset[ReviewRole]:
    """Return the roles that were not given by their own holder; a role given by the system has no granter."""
    return frozenset(g.role for g in grants if g.granter_id != g.holder_id)
