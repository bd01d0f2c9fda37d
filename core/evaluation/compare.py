"""Head to head with the version in charge, on the rows that both predicted.

Only rows that carry an id in both files, with equal labels, are pairs; the order of rows is no key. What cannot be
paired gets no verdict, and the reason is said.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlmodel import Session

from core.evaluation import assembling, intake, queries
from core.evaluation.assembling import Assembled, Reading
from core.evaluation.evaluation import Evaluation
from core.evaluation.provenance import Independence, Provenance
from core.metrics import comparison
from core.metrics.measured import LEVEL, Slice
from core.metrics.measuring import Rows
from core.metrics.metric import Metric
from core.metrics.multiclass import MulticlassRows
from core.metrics.paired import ComparisonVerdict, PairedCounts, PairedDifference
from core.metrics.rows import BinaryRows
from core.registry import queries as registry
from core.registry.version import ModelVersion, Task
from core.store.blobs import Blobs

MANY_USES = 20
"""From so many uses on, a reader is told that a set has seen many tries."""

_TOLD_BY_GROUP = (
    Metric.ACCURACY,
    Metric.RECALL,
    Metric.FALSE_POSITIVE_RATE,
    Metric.FALSE_NEGATIVE_RATE,
    Metric.SELECTION_RATE,
)


@dataclass(frozen=True, slots=True)
class McNemar:
    """Rows that only one of the two gets right, and how surprising that is; it speaks of accuracy only."""

    only_candidate: int
    only_champion: int
    p: float
    test: str


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
        remembered = _paired(session, blobs, candidate, champion, level)
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


@dataclass(frozen=True, slots=True)
class _Pairs:
    """What follows from the two fingerprints alone."""

    shared: int
    differences: list[PairedDifference] = field(default_factory=list)
    by_group: dict[Slice, list[PairedDifference]] = field(default_factory=dict)
    mcnemar: McNemar | None = None
    unpaired: str | None = None
    warnings: list[str] = field(default_factory=list)


def _paired(session: Session, blobs: Blobs, candidate: Evaluation, champion: Evaluation, level: float) -> _Pairs:
    ours, how = intake.table_of(session, blobs, candidate.key)
    theirs, their_way = intake.table_of(session, blobs, champion.key)
    if "id" not in ours.column_names or "id" not in theirs.column_names:
        return _Pairs(0, unpaired="One of the two files carries no ids, and order is no key.")
    place = pc.index_in(ours["id"].combine_chunks(), value_set=theirs["id"].combine_chunks())
    here = pc.is_valid(place)
    shared_ours, shared_theirs = ours.filter(here), theirs.take(place.filter(here))
    n = shared_ours.num_rows
    if n == 0:
        return _Pairs(0, unpaired="No row is in both files.")
    apart = int(pc.sum(pc.not_equal(shared_ours["label"], shared_theirs["label"])).as_py() or 0)
    if apart:
        return _Pairs(n, unpaired=f"{apart:,} of {n:,} shared rows have different labels in the two files.")
    warnings = []
    if n < max(ours.num_rows, theirs.num_rows):
        warnings.append(
            f"Only {n:,} rows are in both files ({ours.num_rows:,} and {theirs.num_rows:,}); the rest is left out."
        )
    one, two = _assembled(shared_ours, shared_theirs, how, their_way)
    differences = comparison.compare(one.rows, _same_design(one.rows, two.rows), level)
    return _Pairs(n, differences, _by_group(one, two, level), _mcnemar(one.rows, two.rows), None, warnings)


def _assembled(ours: pa.Table, theirs: pa.Table, how: Reading, their_way: Reading) -> tuple[Assembled, Assembled]:
    """Read both tables alike: with all classes of both, each with its own cut."""
    if how.task is Task.MULTICLASS:
        classes = sorted({*(how.classes or ()), *(their_way.classes or ())})
        scored = [{c for c in t.column_names if c.startswith("score:")} for t in (ours, theirs)]
        if any(len(columns) not in {0, len(classes)} for columns in scored):
            ours, theirs = (
                t.drop_columns([c for c in t.column_names if c.startswith("score:")]) for t in (ours, theirs)
            )
        how, their_way = (Reading(w.task, groups=w.groups, classes=classes) for w in (how, their_way))
    return assembling.assemble(ours, how), assembling.assemble(theirs, their_way)


def _same_design(ours: Rows, theirs: Rows) -> Rows:
    """Weights and clusters are those of the candidate's file; with a set they are the same anyway."""
    if isinstance(theirs, BinaryRows):
        return BinaryRows(theirs.happened, theirs.predicted, theirs.score, ours.design)
    return theirs


def _by_group(one: Assembled, two: Assembled, level: float) -> dict[Slice, list[PairedDifference]]:
    if not isinstance(one.rows, BinaryRows) or not isinstance(two.rows, BinaryRows):
        return {}
    found = {}
    for grouping in one.groupings:
        for code, name in enumerate(grouping.names):
            chosen = grouping.code == code
            if not chosen.any():
                continue
            part, other = one.rows.part(chosen), two.rows.part(chosen)
            bare = [BinaryRows(r.happened, r.predicted, None, part.design) for r in (part, other)]
            differences = comparison.compare_binary(bare[0], bare[1], level)
            found[Slice(grouping.attribute, name)] = [d for d in differences if d.metric in _TOLD_BY_GROUP]
    return found


def _mcnemar(one: Rows, two: Rows) -> McNemar | None:
    if not one.design.independent:
        return None  # the test counts rows; rows that hang together would be counted as if they did not
    if isinstance(one, BinaryRows) and isinstance(two, BinaryRows):
        if one.predicted is None or two.predicted is None:
            return None
        right, too = one.predicted == one.happened, two.predicted == two.happened
    elif isinstance(one, MulticlassRows) and isinstance(two, MulticlassRows):
        right, too = one.predicted == one.truth, two.predicted == two.truth
    else:
        return None
    counts: PairedCounts
    counts, p, test = comparison.mcnemar(np.asarray(right), np.asarray(too))
    return McNemar(counts.first, counts.second, p, test)


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
        self._most, self._found, self._lock = most, OrderedDict[tuple[str, str, float], _Pairs](), Lock()

    def get(self, key: tuple[str, str, float]) -> _Pairs | None:
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
            return self._found.get(key)

    def put(self, key: tuple[str, str, float], pairs: _Pairs) -> None:
        with self._lock:
            self._found[key] = pairs
            while len(self._found) > self._most:
                self._found.popitem(last=False)


_REMEMBERED = _Remembered(256)
