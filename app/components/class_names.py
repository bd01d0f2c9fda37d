"""What the two classes of a yes-or-no task are called on screen."""

from collections.abc import Sequence

from core.evaluation.evaluation import Evaluation
from core.evaluation.evaluation_set import EvaluationSet
from core.registry.version import Task


def of(found: Evaluation, rows: EvaluationSet | None) -> list[str]:
    """Name the classes for readers: 1 and 0 of a column `approve` read "approve" and "not approve"."""
    label = rows.label if rows else str(found.columns.get("label") or "")
    return readable(found.classes, label) if found.task is Task.BINARY else list(found.classes)


def readable(classes: Sequence[str], label: str) -> list[str]:
    """Turn two bare codes into words, with the name of the column they come from.

    >>> readable(["0", "1"], "approve")
    ['not approve', 'approve']
    >>> readable(["benign", "malignant"], "diagnosis")
    ['benign', 'malignant']
    """
    bare = {"0", "1", "true", "false", "yes", "no"}
    if len(classes) == 2 and label and {name.lower() for name in classes} <= bare:
        shown = label.replace("_", " ")
        return [f"not {shown}", shown] if classes[1].lower() in {"1", "true", "yes"} else [shown, f"not {shown}"]
    return list(classes)
