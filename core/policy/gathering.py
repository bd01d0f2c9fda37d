"""Gathers what a gate is shown about a version from the rooms that keep it."""

from datetime import datetime

from sqlmodel import Session

from core.cards import queries as cards
from core.evidence.kind import EvidenceKind
from core.policy.evidence import CardEvidence, GateEvidence, Reference
from core.registry import queries as registry
from core.registry.stage import Stage
from core.registry.version import ModelVersion
from core.store.blobs import Blobs


def gather(session: Session, blobs: Blobs, version: ModelVersion, target: Stage, now: datetime) -> GateEvidence:  # noqa: ARG001
    """Gather everything a gate reads about a version on its way to a stage.

    Args:
        session: where to read.
        blobs: files of the store.
        version: the version.
        target: where it is to go; it decides what its card still needs.
        now: the moment.
    """
    model = registry.model_by_id(session, version.model_id)
    address = f"{model.slug}@{version.version}"
    in_charge = registry.champion(session, model.key)
    champion = in_charge if in_charge is not None and in_charge.key != version.key else None
    return GateEvidence(
        model=model.slug,
        version=version.version,
        task=version.task,
        champion=f"{model.slug}@{champion.version}" if champion else None,
        card=_card(session, version, address, target, now),
        artifact=_artifact(version, address),
        record=_record(version),
    )


def _card(session: Session, version: ModelVersion, address: str, target: Stage, now: datetime) -> CardEvidence | None:
    newest = cards.latest(session, version.key)
    if newest is None:
        return None
    measured = cards.measured(session, version.key, target, now)
    return CardEvidence(
        reference=Reference(EvidenceKind.CARD, f"{address} card {newest.number}", newest.digest),
        saved_at=newest.at,
        missing=tuple(gap.label for gap in measured.gaps),
        contradicted=tuple(one.words for one in measured.contradictions),
    )


def _artifact(version: ModelVersion, address: str) -> Reference | None:
    if not version.artifact_sha256:
        return None
    return Reference(EvidenceKind.ARTIFACT, address, version.artifact_sha256)


def _record(version: ModelVersion) -> dict[str, object]:
    return {
        "code_ref": version.code_ref,
        "data_digests": version.data_digests,
        "environment_ref": version.environment_ref,
        "seed": version.seed,
    }
