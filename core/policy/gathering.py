"""Gathers what a gate is shown about a version from the rooms that keep it."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from core.cards import queries as cards
from core.errors import IntegrityError
from core.evaluation import compare
from core.evaluation import queries as evaluations
from core.evaluation.compare import Comparison
from core.evaluation.evaluation import Evaluation, MetricResult
from core.evaluation.provenance import Independence
from core.evidence.kind import EvidenceKind
from core.metrics.measured import CLASS
from core.metrics.metric import Direction
from core.policy.evidence import CardEvidence, Compared, Contrast, GateEvidence, Measured, Measurement, Reference
from core.registry import queries as registry
from core.registry.stage import Stage
from core.registry.version import ModelVersion
from core.store.blobs import Blobs

_NOT_PAIRED = "The version in charge was not measured on these rows."


def gather(session: Session, blobs: Blobs, version: ModelVersion, target: Stage, now: datetime) -> GateEvidence:
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
    unreadable: dict[str, str] = {}
    # Only a step to production is held against the version in charge; pairing reads every row of both.
    pairs: dict[int, Comparison] = {}
    if champion is not None and target is Stage.PRODUCTION:
        try:
            pairs = {one.candidate.key: one for one in compare.with_champion(session, blobs, version)}
        except IntegrityError as broken:
            unreadable["comparison"] = broken.problem
    return GateEvidence(
        model=model.slug,
        version=version.version,
        task=version.task,
        evaluations=tuple(
            _measured(session, one, pairs.get(one.key)) for one in evaluations.current(session, version.key)
        ),
        champion=f"{model.slug}@{champion.version}" if champion else None,
        card=_card(session, version, address, target, now),
        artifact=_artifact(version, address),
        record=_record(version),
        unreadable=unreadable,
    )


def _measured(session: Session, evaluation: Evaluation, pair: Comparison | None) -> Measured:
    """One evaluation with its numbers, groups and contrasts apart."""
    results = evaluations.results(session, evaluation.key)
    used = evaluations.set_by_id(session, evaluation.set_id) if evaluation.set_id is not None else None
    alone = [one for one in results if one.reference is None]
    return Measured(
        reference=_reference(evaluation),
        set_name=used.name if used else None,
        dataset=evaluation.dataset,
        dataset_version=evaluation.dataset_version,
        split=evaluation.split,
        provenance=evaluation.provenance,
        measured_at=evaluation.uploaded_at,
        clustered=evaluation.clustered,
        uses=evaluations.uses(session, used.key) if used else None,
        attributes=tuple(used.groups) if used else _attributes(alone),
        on_training=used is not None and used.independence is Independence.TRAINING,
        measurements=tuple(_measurement(one) for one in alone),
        contrasts=tuple(_contrast(one) for one in results if one.reference is not None),
        compared=_compared(pair),
        unpaired=(pair.unpaired or "") if pair else _NOT_PAIRED,
        references_compared=(_reference(pair.champion),) if pair else (),
    )


def _reference(evaluation: Evaluation) -> Reference:
    return Reference(EvidenceKind.EVALUATION, evaluation.address, evaluation.digest)


def _compared(pair: Comparison | None) -> tuple[Compared, ...]:
    """Differences with the champion, turned so that more is better."""
    found = []
    for one in pair.differences if pair else ():
        ends = (one.difference, one.low, one.high)
        if one.metric.direction is Direction.LOWER:
            ends = (-one.difference, None if one.high is None else -one.high, None if one.low is None else -one.low)
        elif one.metric.direction is not Direction.HIGHER:
            continue
        found.append(Compared(one.metric, *ends, level=one.level, method=one.method, n=one.n, events=one.discordant))
    return tuple(found)


def _attributes(results: Sequence[MetricResult]) -> tuple[str, ...]:
    """The group columns of a file with its own labels; the classes of an answer are no groups."""
    found = dict.fromkeys(one.slice_attribute for one in results if one.slice_attribute not in {None, CLASS})
    return tuple(one for one in found if one is not None)


def _measurement(one: MetricResult) -> Measurement:
    return Measurement(
        metric=one.metric,
        value=one.value,
        low=one.low,
        high=one.high,
        level=one.level,
        method=one.method,
        n=one.n,
        events=one.events,
        attribute=one.slice_attribute,
        group=one.slice_value,
    )


def _contrast(one: MetricResult) -> Contrast:
    metric, _, shape = one.metric.rpartition("_")
    return Contrast(
        shape=shape,
        metric=metric,
        attribute=one.slice_attribute or "",
        group=one.slice_value or "",
        reference=one.reference or "",
        value=one.value,
        low=one.low,
        high=one.high,
        level=one.level,
        method=one.method,
        n=one.n,
        events=one.events,
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
