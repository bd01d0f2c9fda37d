"""Separation of duties follows contribution: who built a version cannot approve it, whatever role they hold."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum


class ContributionKind(StrEnum):
    """How somebody can have a hand in a version."""

    ARTIFACT = "artifact"
    TRAINING_RUN = "training_run"
    EVALUATION = "evaluation"
    CARD = "card"
    OPENING = "opening"

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
    said = list(dict.fromkeys(c.kind.words for c in barring))
    return " and ".join([", ".join(said[:-1]), said[-1]] if len(said) > 1 else said)


@dataclass(frozen=True, slots=True)
class Grant:
    """One review role that somebody was given, by whom."""

    role: str
    holder_id: int
    granter_id: int | None


def lawful(grants: Iterable[Grant]) -> frozenset[str]:
    """Return the roles that were not given by their own holder; a role given by the system has no granter."""
    return frozenset(g.role for g in grants if g.granter_id != g.holder_id)


def surviving_authors(history: Sequence[tuple[int, object]]) -> dict[str, frozenset[int]]:
    """Tell for each field of the newest card whose words still stand in it.

    A person who changed one item of a field has a hand in it, and so has everybody whose other items were left as
    they were; a text that was replaced takes its author out.

    Args:
        history: author and content of every card version, oldest first; content is a JSON object of sections, which
            are objects of fields.

    Returns:
        For each filled field (`section.name`) of the newest version the people whose values survive in it.

    >>> surviving_authors([(1, {"use": {"who": "a", "what": "b"}}), (2, {"use": {"who": "c", "what": "b"}})])
    {'use.who': frozenset({2}), 'use.what': frozenset({1})}
    """
    owners: dict[tuple[str, ...], tuple[object, int]] = {}
    for author, content in history:
        owners = {
            path: owners[path] if path in owners and owners[path][0] == value else (value, author)
            for path, value in _leaves(content, ())
        }
    fields: dict[str, set[int]] = {}
    for path, (_, author) in owners.items():
        fields.setdefault(".".join(path[:2]), set()).add(author)
    return {name: frozenset(people) for name, people in fields.items()}


def _leaves(value: object, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], object]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, (*path, str(key)))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _leaves(inner, (*path, str(index)))
    elif value not in (None, ""):
        yield path, value
