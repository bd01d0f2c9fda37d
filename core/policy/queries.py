"""Reads of policies. What a gate is shown is gathered in `gathering.py`."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from core.access.person import Person
from core.errors import NotFoundError
from core.policy import gate, gathering, waiver
from core.policy.evidence import GateEvidence
from core.policy.gate import Gate
from core.policy.version import PolicyDraft, PolicyState, PolicyVersion
from core.registry.materiality import RiskTier
from core.registry.stage import Stage
from core.registry.version import ModelVersion
from core.store.blobs import Blobs
from core.store.page import Page, paged


def in_force(session: Session) -> dict[str, PolicyVersion]:
    """The version in force of every policy that has one, by name: its newest, unless that was retired."""
    newest = columns(func.max(col(PolicyVersion.id))).group_by(col(PolicyVersion.name))
    rows = session.exec(
        select(PolicyVersion)
        .where(col(PolicyVersion.id).in_(newest), col(PolicyVersion.retired_at).is_(None))
        .order_by(col(PolicyVersion.name))
    )
    return {row.name: row for row in rows}


def find_governing(session: Session, tier: RiskTier) -> PolicyVersion | None:
    """The policy that decides for a materiality; None where nothing does."""
    return next((one for one in in_force(session).values() if tier.value in one.content["governs"]), None)


def governing(session: Session, tier: RiskTier) -> PolicyVersion:
    """The policy that decides for a materiality.

    Raises:
        NotFoundError: nothing does, so nothing of this materiality can move.
    """
    if (found := find_governing(session, tier)) is None:
        raise NotFoundError(
            f"No policy governs {tier.words.lower()}, so nothing of it can move.",
            "An administrator publishes one on the Policies page.",
        )
    return found


def version(session: Session, name: str, number: int) -> PolicyVersion:
    """A published version; NotFoundError when there is none."""
    wanted = select(PolicyVersion).where(PolicyVersion.name == name, PolicyVersion.number == number)
    if (found := session.exec(wanted).first()) is None:
        raise NotFoundError(f"There is no version {number} of the policy {name}.", "Look at the list of policies.")
    return found


def by_id(session: Session, policy_id: int) -> PolicyVersion:
    """The policy of a stored row; NotFoundError when there is none."""
    if (found := session.get(PolicyVersion, policy_id)) is None:
        raise NotFoundError("This policy is not in the store.", "Look at the list of policies.")
    return found


def last_number(session: Session, name: str) -> int:
    """The number of the newest version, 0 when nothing was published under this name."""
    return session.exec(select(func.max(PolicyVersion.number)).where(PolicyVersion.name == name)).one() or 0


def has_any(session: Session) -> bool:
    """Tell whether any policy was ever published."""
    return session.exec(select(PolicyVersion.id).limit(1)).first() is not None


def draft(session: Session, name: str) -> PolicyDraft | None:
    """What is written of the next version."""
    return session.exec(select(PolicyDraft).where(PolicyDraft.name == name)).first()


def drafts(session: Session) -> list[PolicyDraft]:
    """Every draft, by name; there are few."""
    return list(session.exec(select(PolicyDraft).order_by(PolicyDraft.name).limit(200)))


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """A published version in a list."""

    name: str
    number: int
    title: str
    digest: str
    published_by: str | None
    published_at: datetime
    retired_at: datetime | None
    newest: bool

    @property
    def state(self) -> PolicyState:
        """Where it stands."""
        if self.retired_at is not None:
            return PolicyState.RETIRED
        return PolicyState.IN_FORCE if self.newest else PolicyState.REPLACED


def history(session: Session, name: str, number: int = 1, size: int = 25) -> Page[PolicyLine]:
    """The versions of a policy, newest first, a page at a time."""
    newest = columns(func.max(col(PolicyVersion.number))).where(col(PolicyVersion.name) == name).scalar_subquery()
    statement = (
        columns(
            col(PolicyVersion.name),
            col(PolicyVersion.number),
            col(PolicyVersion.title),
            col(PolicyVersion.digest),
            col(Person.name),
            col(PolicyVersion.published_at),
            col(PolicyVersion.retired_at),
            (col(PolicyVersion.number) == newest).label("newest"),
        )
        .outerjoin(Person, col(Person.id) == col(PolicyVersion.published_by))
        .where(col(PolicyVersion.name) == name)
        .order_by(col(PolicyVersion.number).desc())
    )
    return paged(session, statement, lambda row: PolicyLine(*row), number, size)


def names(session: Session) -> list[str]:
    """Every policy that was published or is being written: in force by what they govern, then the rest by name."""
    published = session.exec(select(PolicyVersion.name).distinct()).all()
    written = session.exec(select(PolicyDraft.name)).all()
    tiers = [tier.value for tier in RiskTier]
    place = {one.name: min(tiers.index(tier) for tier in one.content["governs"]) for one in in_force(session).values()}
    return sorted({*published, *written}, key=lambda name: (place.get(name, len(tiers)), name))


def evidence(session: Session, blobs: Blobs, version: ModelVersion, target: Stage, now: datetime) -> GateEvidence:
    """Everything a gate reads about a version on its way to a stage."""
    return gathering.gather(session, blobs, version, target, now)


def evaluated(
    session: Session,
    blobs: Blobs,
    policy: PolicyVersion,
    version: ModelVersion,
    *,
    target: Stage,
    now: datetime,
    request: str | None = None,
) -> Gate:
    """Evaluate a policy for a version: gather, read the acceptances, decide.

    Args:
        session: where to read.
        blobs: files of the store.
        policy: the policy that decides; for a request the one that governs now.
        version: what is to move.
        target: where to.
        now: the moment.
        request: whose acceptances count, `REQ-17`; without one none does.
    """
    given = waiver.overrides(session, version.key, request) if request else []
    return gate.evaluate(policy.document, target, evidence(session, blobs, version, target, now), given, now)
