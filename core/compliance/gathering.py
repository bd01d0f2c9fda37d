"""Gathers the records that can show something about a version's duties."""

from datetime import datetime

from sqlmodel import Session

from core.approvals import queries as approvals
from core.approvals.contributions import contributions
from core.approvals.review import ReviewDecision
from core.approvals.separation import contributors
from core.approvals.states import RequestKind, RequestState
from core.cards import contradiction
from core.cards import queries as cards
from core.cards.answers import lack
from core.cards.completeness import set_aside
from core.cards.schema import answer
from core.compliance.access_review import queries as access_reviews
from core.compliance.access_review.review import Ruling
from core.compliance.coverage import CardEvidence
from core.compliance.proof import Proof, ProofKind
from core.evaluation import queries as evaluations
from core.evaluation.provenance import Provenance
from core.lineage import queries as lineage
from core.lineage.graph import upstream
from core.lineage.node import NodeKind
from core.monitoring import queries as monitoring
from core.registry import queries as registry
from core.registry.version import missing_to_rebuild
from core.store.blobs import Blobs
from core.store.page import LARGEST


def card(session: Session, version_id: int) -> CardEvidence | None:
    """What the newest card of a version answers; None when there is no card."""
    newest = cards.latest(session, version_id)
    if newest is None:
        return None
    schema = cards.schema(session)
    record = cards.record(session, version_id, newest.content)
    answered = {
        field.path
        for field in schema.fields
        if set_aside(newest.content, field) or lack(field, answer(newest.content, field.path)) is None
    }
    differs = {found.path for found in contradiction.find(newest.content, record)}
    return CardEvidence(newest.number, frozenset(answered), frozenset(differs), cards.touched(session, version_id))


def proofs(session: Session, blobs: Blobs, version_id: int, now: datetime) -> tuple[Proof, ...]:
    """Every record of a version that a catalogue can ask for, as known at `now`."""
    return (
        *_registry(session, version_id),
        *_evaluations(session, version_id),
        *_lineage(session, version_id),
        *_approvals(session, version_id),
        *_monitoring(session, blobs, version_id, now),
        *_access(session),
    )


def _registry(session: Session, version_id: int) -> list[Proof]:
    version = registry.version_by_id(session, version_id)
    address = registry.address(session, version_id)
    found = [
        Proof(
            ProofKind.LIFECYCLE,
            address,
            f"registered and in {len(registry.history(session, version_id))} stages so far",
        )
    ]
    if not missing_to_rebuild(version):
        found.append(
            Proof(ProofKind.REPRODUCIBILITY, address, "code, data, environment and seed", version.registered_at)
        )
    return found


def _evaluations(session: Session, version_id: int) -> list[Proof]:
    """Recomputed evaluations. Numbers that somebody only stated show nothing."""
    current = {one.key for one in evaluations.current(session, version_id)}
    found: list[Proof] = []
    for line in evaluations.evaluations(session, version_id, size=LARGEST).items:
        if line.provenance is Provenance.REPORTED:
            continue
        about = f"{line.dataset}, {line.rows:,} rows, {line.provenance.words.lower()}"
        superseded = line.id not in current
        found.append(Proof(ProofKind.EVALUATION_PERFORMANCE, line.address, about, line.uploaded_at, superseded))
        groups = sorted({row.slice_attribute for row in evaluations.results(session, line.id) if row.slice_attribute})
        if groups:
            by = f"{line.dataset}, by {', '.join(groups)}"
            found.append(Proof(ProofKind.EVALUATION_FAIRNESS, line.address, by, line.uploaded_at, superseded))
    return found


def _lineage(session: Session, version_id: int) -> list[Proof]:
    start = lineage.version_node(session, version_id)
    kinds = {NodeKind.DATASET_VERSION: ProofKind.LINEAGE_DATASET, NodeKind.RUN: ProofKind.LINEAGE_RUN}
    targets = {one.target for one in upstream(start, lambda node: lineage.origins(session, node))}
    return [Proof(kinds[node.kind], node.name, node.kind.words) for node in sorted(targets) if node.kind in kinds]


def _approvals(session: Session, version_id: int) -> list[Proof]:
    """Applied promotions, and that nobody who signed one had a hand in the version. A revoked one shows nothing."""
    version = registry.version_by_id(session, version_id)
    found: list[Proof] = []
    for request in approvals.of_version(session, version_id):
        if request.state is not RequestState.APPLIED or request.kind is not RequestKind.PROMOTION:
            continue
        signed = [one for one in approvals.reviews(session, request.key) if one.decision is ReviewDecision.APPROVE]
        people = ", ".join(sorted({one.person for one in signed}))
        about = f"to {request.target.value}, signed by {people}"
        found.append(Proof(ProofKind.APPROVAL_QUORUM, request.address, about, request.decided_at))
        hands = contributors(contributions(session, version, request))
        if signed and not hands & {one.person_id for one in signed}:
            apart = "no signer had a hand in the version"
            found.append(Proof(ProofKind.APPROVAL_SEPARATION, request.address, apart, request.decided_at))
    return found


def _monitoring(session: Session, blobs: Blobs, version_id: int, now: datetime) -> list[Proof]:
    """The newest window compared with a baseline, and the newest whose outcomes are due and could be judged."""
    watch = monitoring.windows(session, blobs, registry.version_by_id(session, version_id), now)
    if watch is None:
        return []
    found: list[Proof] = []
    compared = [one for one in watch.windows if one.inputs and one.window.start <= now]
    judged = [one for one in watch.windows if one.verdict.judged]
    if watch.baseline is not None and compared:
        last = compared[-1]
        about = f"{len(last.inputs)} inputs against the baseline {watch.baseline.name}"
        found.append(Proof(ProofKind.MONITORING_DRIFT, watch.address, about, min(last.window.end, now)))
    if judged:
        last = judged[-1]
        about = f"{last.outcome.labelled:,} of {last.outcome.rows:,} outcomes known, {last.verdict.words.lower()}"
        found.append(Proof(ProofKind.MONITORING_PERFORMANCE, watch.address, about, min(last.window.end, now)))
    return found


def _access(session: Session) -> list[Proof]:
    """The review of who has access that was signed last; it is about everybody here, so it counts for every version."""
    signed = access_reviews.last_signed(session)
    if signed is None:
        return []
    counts = ", ".join(f"{signed.counts[ruling]} {ruling.words}" for ruling in Ruling if signed.counts[ruling])
    about = f"who has access, {counts}, signed by {signed.signed_by}"
    return [Proof(ProofKind.ACCESS_REVIEW, signed.address, about, signed.signed_at)]
