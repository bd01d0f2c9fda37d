"""Kinds of records that can show something about a duty, and how long each keeps."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class ProofKind(StrEnum):
    """A kind of record, as catalogues name it."""

    EVALUATION_PERFORMANCE = "evaluation.performance"
    EVALUATION_FAIRNESS = "evaluation.fairness"
    REPRODUCIBILITY = "reproducibility.record"
    LINEAGE_DATASET = "lineage.dataset"
    LINEAGE_RUN = "lineage.run"
    APPROVAL_QUORUM = "approval.quorum"
    APPROVAL_SEPARATION = "approval.separation"
    LIFECYCLE = "lifecycle.record"
    MONITORING_DRIFT = "monitoring.drift"
    MONITORING_PERFORMANCE = "monitoring.performance"
    ACCESS_REVIEW = "access.review"

    @property
    def words(self) -> str:
        """What is looked for, as people read it."""
        return _WORDS[self]

    @property
    def keeps(self) -> timedelta | None:
        """How long such a record counts; None for one that does not age."""
        days = _DAYS.get(self)
        return None if days is None else timedelta(days=days)


_WORDS = {
    ProofKind.EVALUATION_PERFORMANCE: "a recomputed evaluation",
    ProofKind.EVALUATION_FAIRNESS: "a recomputed evaluation by group",
    ProofKind.REPRODUCIBILITY: "a complete record to rebuild it (code, data, environment, seed)",
    ProofKind.LINEAGE_DATASET: "a registered data set it was trained on",
    ProofKind.LINEAGE_RUN: "a recorded training run",
    ProofKind.APPROVAL_QUORUM: "an applied approval with every signature its policy asks for",
    ProofKind.APPROVAL_SEPARATION: "signatures of people who did not build it",
    ProofKind.LIFECYCLE: "its registration and every stage it stood in",
    ProofKind.MONITORING_DRIFT: "a comparison of live inputs with a named baseline",
    ProofKind.MONITORING_PERFORMANCE: "live quality on labels that have matured",
    ProofKind.ACCESS_REVIEW: "a signed review of who has access",
}

_DAYS = {
    ProofKind.EVALUATION_PERFORMANCE: 365,
    ProofKind.EVALUATION_FAIRNESS: 365,
    ProofKind.REPRODUCIBILITY: 730,
    ProofKind.MONITORING_DRIFT: 35,
    ProofKind.MONITORING_PERFORMANCE: 95,
    ProofKind.ACCESS_REVIEW: 95,
}


@dataclass(frozen=True, slots=True)
class Proof:
    """One record that shows something about a version, or about the house that keeps it.

    Attributes:
        kind: what kind of record it is.
        address: how people name it ("EVL-12", "REQ-17", "ACR-3", "mortgage-approval@4"); the page makes a link of it.
        label: one short line about it.
        at: when it came about; None where that does not matter.
        superseded: a newer record took its place.
    """

    kind: ProofKind
    address: str
    label: str
    at: datetime | None = None
    superseded: bool = False

    def stale(self, now: datetime) -> bool:
        """Tell whether it no longer counts at `now`."""
        too_old = self.kind.keeps is not None and self.at is not None and now - self.at > self.kind.keeps
        return self.superseded or too_old
