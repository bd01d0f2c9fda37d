"""What a request was decided on, or ended on: the checks as they stood then, kept once and never evaluated anew."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy import JSON, Column
from sqlmodel import Field, Session, SQLModel

from core.approvals.request import TransitionRequest
from core.approvals.standing import Standing
from core.digest import Digest, of_json
from core.errors import IntegrityError
from core.policy import waiver
from core.policy.gate import Gate
from core.policy.result import Override, RuleResult
from core.registry import queries as registry
from core.store.transaction import Transaction


class DecidedGate(SQLModel, table=True):
    """What one request was decided on, by its fingerprint, which the request and the log name."""

    __tablename__ = "decided_gate"
    __table_args__ = ({"info": {"immutable": True}},)

    digest: str = Field(primary_key=True, max_length=71)
    content: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))


@dataclass(frozen=True, slots=True)
class DecidedUnder:
    """The policy that decided: its name, the number of its version, and its fingerprint."""

    name: str
    number: int
    digest: str

    @property
    def label(self) -> str:
        """How people call it: `high, version 3`."""
        return f"{self.name}, version {self.number}"


@dataclass(frozen=True, slots=True)
class HeldAgainst:
    """The champion of that moment: the number of the version, and the fingerprint of its model file if it names one."""

    version: int
    artifact: str | None


@dataclass(frozen=True, slots=True)
class Decided:
    """What a request was decided on.

    Attributes:
        request: its address, `REQ-17`.
        at: the moment of the decision, or of the end without one.
        evidence: fingerprint of everything that was under review.
        policy: what governed; None where nothing did.
        champion: the version in charge then; None where there was none, or where it was the version itself.
        gate: what every rule answered; None where no policy was asked (a way back).
    """

    request: str
    at: datetime
    evidence: str
    policy: DecidedUnder | None
    champion: HeldAgainst | None
    gate: Gate | None


_SHAPE: Final = TypeAdapter(Decided)


def keep(tx: Transaction, standing: Standing, gate: Gate | None) -> Digest:
    """Keep what a request is decided on and name it on the request; the caller records the event that quotes it.

    Called before anything moves, so that the champion is still the one the gate was held against.

    Returns:
        The fingerprint of what is kept.
    """
    request, policy = standing.request, standing.policy
    champion = registry.champion(tx.session, standing.model.key)
    held = champion if champion is not None and champion.key != standing.version.key else None
    decided = Decided(
        request=request.address,
        at=tx.now,
        evidence=standing.digest,
        policy=DecidedUnder(policy.name, policy.number, policy.digest) if policy else None,
        champion=HeldAgainst(held.version, held.artifact_sha256) if held else None,
        gate=_without_words(gate) if gate else None,
    )
    content = json.loads(_SHAPE.dump_json(decided))
    request.gate_digest = of_json(content)
    tx.add(DecidedGate(digest=request.gate_digest, content=content))
    return Digest(request.gate_digest)


def recall(session: Session, request: TransitionRequest) -> Decided | None:
    """What a request was decided on, or stood on when it was withdrawn or expired; None while it is open.

    Raises:
        IntegrityError: what is kept no longer matches its fingerprint.
    """
    if request.gate_digest is None:
        return None
    row = session.get(DecidedGate, request.gate_digest)
    if row is None or of_json(row.content) != request.gate_digest:
        raise IntegrityError(
            f"What {request.address} was decided on does not match its fingerprint.",
            "Somebody changed the database behind Signoff. Run `signoff doctor` and restore a backup.",
        )
    decided = _SHAPE.validate_json(json.dumps(row.content))
    if decided.gate is None or not decided.gate.overridden:
        return decided
    words = {one.waiver: one for one in waiver.overrides(session, request.version_id)}
    return replace(decided, gate=_mapped(decided.gate, lambda given: words.get(given.waiver, given)))


def _without_words(gate: Gate) -> Gate:
    """Leave out what may have to be erased: the name and the words of an acceptance stay in its own row."""
    return _mapped(gate, lambda given: replace(given, by="", reason=""))


def _mapped(gate: Gate, change: Callable[[Override], Override]) -> Gate:
    def one(result: RuleResult) -> RuleResult:
        return replace(result, override=change(result.override)) if result.override else result

    return replace(gate, results=tuple(one(result) for result in gate.results))
