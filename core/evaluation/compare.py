"""Head to head with the version in charge, on the rows that both predicted.

Only rows that carry an id in both files, with equal labels, are pairs; the order of rows is no key. What cannot be
paired gets no verdict, and the reason is said.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING

from sqlmodel import Session

from core.evaluation import queries
from core.evaluation.evaluation import Evaluation
from core.evaluation.provenance import Independence, Provenance
from core.metrics.difference import ComparisonVerdict, McNemar, PairedDifference
from core.metrics.measured import LEVEL, Slice
from core.metrics.metric import Metric
from core.registry import queries as registry
from core.registry.version import ModelVersion
from core.store.blobs import Blobs

if TYPE_CHECKING:
    from core.evaluation.pairing import Pairs

MANY_USES = 20
"""From so many uses on, a reader is told that a set has seen many tries."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A version beside the version in charge, on one set of rows.

    Attributes:
        candidate: the evaluation of the version that wants promotion.
        champion: that of the version in charge.
        champion_version: its number.
        shared: rows that both predicted with equal labels; 0 where there are no pairs.
        differences: one per metric, candidate minus champion; empty where there are no pairs.
        by_group: differences of the main rates within each group.
        mcnemar: reported beside accuracy; None where rows are clustered or weighted, or for numbers.
        unpaired: why there is no paired verdict; None when there is one.
        warnings: what a reader must know before believing the verdicts.
    """

    candidate: Evaluation
    champion: Evaluation
    champion_version: int
    shared: int
    differences: list[PairedDifference] = field(default_factory=list)
    by_group: dict[Slice, list[PairedDifference]] = field(default_factory=dict)
    mcnemar: McNemar | None = None
    unpaired: str | None = None
    warnings: list[str] = field(default_factory=list)

    def difference(self, metric: Metric) -> PairedDifference | None:
        """The difference of one metric; None where it could not be compared."""
        return next((found for found in self.differences if found.metric is metric), None)

    def verdict(self, metric: Metric, margin: float) -> ComparisonVerdict | None:
        """Judge one metric by a margin; None where it could not be compared."""
        found = self.difference(metric)
        return None if found is None else found.verdict(margin)


def with_champion(session: Session, blobs: Blobs, version: ModelVersion, level: float = LEVEL) -> list[Comparison]:
    """Compare the current evaluations of a version with those of the version in charge.

    Returns:
        One comparison per set (or dataset and split) that both were measured on; empty without a champion, or when
        the version is the champion itself.

    Raises:
        IntegrityError: kept bytes no longer match their fingerprint.
    """
    champion = registry.champion(session, version.model_id)
    return [] if champion is None else with_version(session, blobs, version, champion, level)


def with_version(
    session: Session,
    blobs: Blobs,
    version: ModelVersion,
    other: ModelVersion,
    level: float = LEVEL,
    *,
    at: datetime | None = None,
) -> list[Comparison]:
    """Compare the evaluations of a version with those of another, as `with_champion` does with the one in charge.

    Args:
        session: where to read.
        blobs: files of the store.
        version: the one that wants, or wanted, promotion.
        other: what it is held against, usually the version in charge.
        level: of the intervals.
        at: with it, the evaluations are those that were the newest at that moment.

    Raises:
        IntegrityError: kept bytes no longer match their fingerprint.
    """
    if other.key == version.key:
        return []
    theirs = {_place(found): found for found in queries.current(session, other.key, at)}
    return [
        between(session, blobs, found, theirs[_place(found)], level)
        for found in queries.current(session, version.key, at)
        if _place(found) in theirs
    ]


def between(
    session: Session, blobs: Blobs, candidate: Evaluation, champion: Evaluation, level: float = LEVEL
) -> Comparison:
    """Compare two evaluations of versions of one model; remembered by their fingerprints, which cannot go stale.

    Raises:
        IntegrityError: kept bytes no longer match their fingerprint.
    """
    number = registry.version_by_id(session, champion.version_id).version
    if Provenance.REPORTED in {candidate.provenance, champion.provenance}:
        reason = "One of the two was only reported; nothing is kept of its rows."
        return Comparison(candidate, champion, number, 0, unpaired=reason)
    remembered = _REMEMBERED.get((candidate.digest, champion.digest, level))
    if remembered is None:
        from core.evaluation import pairing  # noqa: PLC0415 - the numerics; most doors ask about no pair at all

        remembered = pairing.pair(session, blobs, candidate, champion, level)
        _REMEMBERED.put((candidate.digest, champion.digest, level), remembered)
    warnings = [*remembered.warnings, *_warnings(session, candidate, champion, number)]
    return Comparison(
        candidate,
        champion,
        number,
        remembered.shared,
        remembered.differences,
        remembered.by_group,
        remembered.mcnemar,
        remembered.unpaired,
        warnings,
    )


def _place(found: Evaluation) -> tuple[object, ...]:
    return (found.set_id, found.dataset, found.dataset_version, found.split, found.task)


def _warnings(session: Session, candidate: Evaluation, champion: Evaluation, number: int) -> list[str]:
    trained_on = set(registry.version_by_id(session, champion.version_id).data_digests)
    found = []
    if {champion.file_digest, champion.blob} & trained_on:
        found.append(f"Version {number}, in charge, was trained on these rows; its numbers flatter it.")
    if candidate.set_id is None:
        return found
    rows = queries.set_by_id(session, candidate.set_id)
    if {rows.digest, rows.file_digest} & trained_on:
        found.append(f"Version {number}, in charge, was trained on these rows; its numbers flatter it.")
    match rows.independence:
        case Independence.TRAINING:
            found.append("These rows are part of the training data.")
        case Independence.UNKNOWN:
            found.append("Nobody stated how far these rows stand from training.")
        case _:
            pass
    if (uses := queries.uses(session, candidate.set_id)) >= MANY_USES:
        found.append(f"This set was used {uses} times; people learn from a set they meet that often.")
    return found


class _Remembered:
    """The newest comparisons, by the fingerprints they follow from; shared by all sessions of the process."""

    def __init__(self, most: int) -> None:
        self._most, self._found, self._lock = most, OrderedDict[tuple[str, str, float], "Pairs"](), Lock()

    def get(self, key: tuple[str, str, float]) -> "Pairs | None":
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
            return self._found.get(key)

    def put(self, key: tuple[str, str, float], pairs: "Pairs") -> None:
        with self._lock:
            self._found[key] = pairs
            while len(self._found) > self._most:
                self._found.popitem(last=False)


_REMEMBERED = _Remembered(256)
