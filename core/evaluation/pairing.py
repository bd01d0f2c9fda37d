"""Rows of two evaluations, paired by id, and every difference that they show."""

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlmodel import Session

from core.evaluation import assembling, intake
from core.evaluation.assembling import Assembled, Reading
from core.evaluation.evaluation import Evaluation
from core.metrics import comparison
from core.metrics.difference import McNemar, PairedDifference
from core.metrics.measured import Slice
from core.metrics.measuring import Rows
from core.metrics.metric import Metric
from core.metrics.multiclass import MulticlassRows
from core.metrics.paired import PairedCounts
from core.metrics.rows import BinaryRows
from core.registry.version import Task
from core.store.blobs import Blobs

_TOLD_BY_GROUP = (
    Metric.ACCURACY,
    Metric.RECALL,
    Metric.FALSE_POSITIVE_RATE,
    Metric.FALSE_NEGATIVE_RATE,
    Metric.SELECTION_RATE,
)


@dataclass(frozen=True, slots=True)
class Pairs:
    """What follows from the two fingerprints alone."""

    shared: int
    differences: list[PairedDifference] = field(default_factory=list)
    by_group: dict[Slice, list[PairedDifference]] = field(default_factory=dict)
    mcnemar: McNemar | None = None
    unpaired: str | None = None
    warnings: list[str] = field(default_factory=list)


def pair(session: Session, blobs: Blobs, candidate: Evaluation, champion: Evaluation, level: float) -> Pairs:
    """Compare two evaluations on the rows that both predicted with equal labels.

    Args:
        session: where to read.
        blobs: files of the store.
        candidate: the evaluation of the version that wants promotion.
        champion: that of the version in charge; of both, rows are kept.
        level: of the intervals, two-sided.

    Raises:
        IntegrityError: kept bytes no longer match their fingerprint.
    """
    ours, how = intake.table_of(session, blobs, candidate.key)
    theirs, their_way = intake.table_of(session, blobs, champion.key)
    if "id" not in ours.column_names or "id" not in theirs.column_names:
        return Pairs(0, unpaired="One of the two files carries no ids, and order is no key.")
    place = pc.index_in(ours["id"].combine_chunks(), value_set=theirs["id"].combine_chunks())
    here = pc.is_valid(place)
    shared_ours, shared_theirs = ours.filter(here), theirs.take(place.filter(here))
    n = shared_ours.num_rows
    if n == 0:
        return Pairs(0, unpaired="No row is in both files.")
    apart = int(pc.sum(pc.not_equal(shared_ours["label"], shared_theirs["label"])).as_py() or 0)
    if apart:
        return Pairs(n, unpaired=f"{apart:,} of {n:,} shared rows have different labels in the two files.")
    warnings = []
    if n < max(ours.num_rows, theirs.num_rows):
        warnings.append(
            f"Only {n:,} rows are in both files ({ours.num_rows:,} and {theirs.num_rows:,}); the rest is left out."
        )
    one, two = _assembled(shared_ours, shared_theirs, how, their_way)
    differences = comparison.compare(one.rows, _same_design(one.rows, two.rows), level)
    return Pairs(n, differences, _by_group(one, two, level), _mcnemar(one.rows, two.rows), None, warnings)


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
