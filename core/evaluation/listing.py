"""What was measured, for programs: slices of lists."""

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


def sets(session: Session, task: Task | None, wanted: Wanted) -> Slice[SetLine]:
    """Evaluation sets by name, a slice at a time; only those of one task when it is given."""
    return keyset.sliced(session, set_lines(task), (col(EvaluationSet.name),), lambda row: SetLine(*row), wanted)
