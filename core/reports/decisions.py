"""What a report says about people and the record: findings, requests, reviews, timeline, lineage, obligations."""

from dataclasses import dataclass
from datetime import datetime

from core.reports.evidenced import Gate
from core.reports.said import Fact, Mark


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem somebody attached."""

    address: str
    title: str
    severity: Mark
    state: Mark
    facts: tuple[Fact, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """What one person decided, and how they proved that it was them."""

    name: str
    role: str
    decision: Mark
    validity: Mark
    opinion: str
    statement: str
    comment: str
    at: datetime
    proof: str
    seen: str


@dataclass(frozen=True, slots=True)
class Pin:
    """One thing that was signed: what it is and its fingerprint."""

    component: str
    name: str
    digest: str


@dataclass(frozen=True, slots=True)
class Request:
    """One request to move the version, with everybody's decision.

    Attributes:
        gate: what the checks said when it was decided; None while it is open, and where no policy was asked.
    """

    address: str
    title: str
    state: Mark
    facts: tuple[Fact, ...]
    comment: str = ""
    pins: tuple[Pin, ...] = ()
    reviews: tuple[Review, ...] = ()
    gate: Gate | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """One entry of the audit log that concerns this version."""

    at: datetime
    words: str
    who: str
    subject: str
    seq: int


@dataclass(frozen=True, slots=True)
class Link:
    """One edge of the lineage graph."""

    source: str
    relation: str
    target: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Lineage:
    """Where the version came from and what it feeds."""

    facts: tuple[Fact, ...]
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Obligation:
    """One obligation and what the record holds for it."""

    reference: str
    words: str
    state: Mark
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """One framework, read against the record."""

    framework: str
    facts: tuple[Fact, ...]
    obligations: tuple[Obligation, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Promotion:
    """One promotion or rollback that was applied, numbered for sampling."""

    number: int
    address: str
    version: str
    kind: str
    target: str
    opened_by: str
    applied_at: datetime
    policy: str
    signers: tuple[str, ...]
    evidence: str
    revoked_by: str
