"""The content address of an evaluation: what was kept, how it was read, and every number that came out.

Whoever pins the address pins all of it. It is computed from the stored rows themselves, so that it can be computed
again: a number that somebody changed in the database no longer fits, and is not shown.
"""

from collections.abc import Sequence

from sqlmodel import Session

from core import digest
from core.digest import Digest
from core.errors import IntegrityError
from core.evaluation.evaluation import Evaluation, MetricResult
from core.evaluation.evaluation_set import EvaluationSet
from core.registry import queries as registry


def address(session: Session, found: Evaluation, results: Sequence[MetricResult]) -> Digest:
    """Fingerprint an evaluation with its numbers, stored or about to be.

    Who uploaded it and when are no part of it: the same file read in the same way has the same address.

    Args:
        session: where the version and the set are.
        found: the evaluation; its own `digest` is not looked at.
        results: its numbers in the order in which they were computed.
    """
    rows = None if found.set_id is None else session.get(EvaluationSet, found.set_id)
    return digest.of_json(
        {
            "version": registry.address(session, found.version_id),
            "artifact": registry.version_by_id(session, found.version_id).artifact_sha256,
            "data": [found.dataset, found.dataset_version, found.split],
            "set": None if rows is None else rows.digest,
            "kept": found.blob,
            "rows": found.rows,
            "task": found.task.value,
            "provenance": found.provenance.value,
            "columns": found.columns,
            "classes": found.classes,
            "positive": found.positive,
            "threshold": found.threshold,
            "results": [_hashed(row) for row in results],
        }
    )


def require_unchanged(session: Session, found: Evaluation, results: Sequence[MetricResult]) -> None:
    """Refuse numbers that no longer fit the address they were stored under.

    Raises:
        IntegrityError: a stored number, or what it was computed from, was changed afterwards.
    """
    if address(session, found, results) != found.digest:
        raise IntegrityError(
            f"The stored numbers of {found.address} no longer match their fingerprint.",
            "Restore the database from a backup, and find out who changed it.",
        )


def _hashed(row: MetricResult) -> list[object]:
    # Hashed in this order: append only.
    return [
        row.metric,
        row.slice_attribute,
        row.slice_value,
        row.value,
        row.low,
        row.high,
        row.level,
        row.method,
        row.n,
        row.events,
        row.reference,
        row.reported,
    ]
