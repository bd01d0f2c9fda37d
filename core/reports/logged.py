"""What an entry of the log says, in the words of the rooms it is about: the log itself holds bare values."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from core.access.person import ReviewRole, SystemRole
from core.access.proof import ProofMethod
from core.access.token import TokenScope
from core.approvals import attestation
from core.approvals.review import Opinion, ReviewDecision
from core.approvals.states import RequestKind
from core.cards.section import Section
from core.compliance.access_review.review import Ruling
from core.compliance.declaration import Declared
from core.evaluation.provenance import Independence, Provenance
from core.evidence.finding import FindingState, Severity
from core.evidence.kind import EvidenceKind
from core.lineage.node import EdgeKind, NodeKind
from core.monitoring.alert import AlertCause
from core.monitoring.monitor import Cadence
from core.notifications.kind import Kind
from core.policy.verdict import Verdict
from core.registry.materiality import RiskTier
from core.registry.stage import Stage
from core.reports.report import ReportKind

_KINDS: Final[Mapping[str, tuple[type[StrEnum], ...]]] = {
    "after": (FindingState, SystemRole),
    "before": (FindingState, SystemRole),
    "cadence": (Cadence,),
    "cause": (AlertCause,),
    "changed": (EvidenceKind, Section),
    "confirmed": (Section,),
    "decision": (ReviewDecision,),
    "found": (Verdict,),
    "governs": (RiskTier,),
    "independence": (Independence,),
    "kind": (RequestKind, ReportKind, EdgeKind),
    "kinds": (Kind,),
    "materiality": (RiskTier,),
    "opinion": (Opinion,),
    "origin": (Stage,),
    "proof": (ProofMethod,),
    "provenance": (Provenance,),
    "role": (ReviewRole, SystemRole),
    "roles": (ReviewRole, SystemRole),
    "ruling": (Ruling, Declared, attestation.Ruling),
    "scopes": (TokenScope,),
    "severity": (Severity,),
    "stands": (FindingState,),
    "target": (Stage,),
    "was": (SystemRole,),
}
"""Which enumerations the values under a name come from; the same value means one thing under one name."""


def in_words(name: str, value: str) -> str:
    """Say a value as a reader would; what no enumeration knows stays as it stands there.

    Args:
        name: under which the entry holds it.
        value: as it stands in the log.

    >>> in_words("opinion", "fit_with_conditions"), in_words("target", "dataset_version:loanapp@1990")
    ('fit for this purpose, with conditions', 'Data loanapp@1990')
    >>> in_words("rule", "selection_rate")
    'selection_rate'
    """
    for kind in _KINDS.get(name, ()):
        for member in kind:
            if member.value == value:
                return str(getattr(member, "words", value.replace("_", " ")))
    node, colon, rest = value.partition(":")
    if colon and node in set(NodeKind):
        return f"{NodeKind(node).words} {rest}"
    return value
