"""What was measured, for programs: slices of lists."""

from collections.abc import Collection

from sqlmodel import Session, col

from core.evaluation.evaluation import Evaluation
from core.evaluation.evaluation_set import EvaluationSet
from core.evaluation.queries import EvaluationLine, SetLine, evaluation_lines, set_lines
from core.registry.version import Task
from core.store import keyset
from core.store.keyset import Slice, Wanted


def evaluations(session: Session, version_id: int, wanted: Wanted) -> Slice[EvaluationLine]:
    """Every upload of a version, newest first, a slice at a time."""
    order = (col(Evaluation.id),)
    lines = evaluation_lines(version_id)
    return keyset.sliced(session, lines, order, lambda row: EvaluationLine(*row), wanted, descending=True)


def sets(session: Session, task: Task | None, wanted: Wanted, among: Collection[int] = ()) -> Slice[SetLine]:
    """Evaluation sets by name, a slice at a time; `task` and `among` narrow it as in `queries.set_lines`."""
    lines = set_lines(task, among)
    return keyset.sliced(session, lines, (col(EvaluationSet.name),), lambda row: SetLine(*row), wanted)
