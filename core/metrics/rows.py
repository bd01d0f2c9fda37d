"""What a metric is computed from: outcomes, predictions and the design that says how rows hang together."""

from dataclasses import dataclass

from core.metrics.classification import Flags, Floats
from core.metrics.measured import MeasuredValue
from core.metrics.metric import Metric
from core.metrics.resampling import Design

UNDEFINED = "not defined on these rows"


@dataclass(frozen=True, slots=True)
class BinaryRows:
    """Outcomes and predictions of a yes-or-no model.

    Attributes:
        happened: shape (n,), True where the outcome is positive.
        predicted: shape (n,), True where the model said positive; None when only scores are known.
        score: shape (n,), probability of the positive outcome in [0, 1]; None when only decisions are known.
        design: how the rows are drawn again.
    """

    happened: Flags
    predicted: Flags | None
    score: Floats | None
    design: Design

    def __len__(self) -> int:
        return int(self.happened.size)

    def part(self, chosen: Flags) -> "BinaryRows":
        """Some of the rows."""
        return BinaryRows(
            self.happened[chosen],
            None if self.predicted is None else self.predicted[chosen],
            None if self.score is None else self.score[chosen],
            self.design.part(chosen),
        )

    @property
    def scarcer(self) -> int:
        """Rows of the smaller outcome class."""
        positives = int(self.happened.sum())
        return min(positives, len(self) - positives)


def undefined(metric: Metric, level: float, n: int, events: int | None) -> MeasuredValue:
    """A metric that these rows cannot give: no value, and never a zero."""
    return MeasuredValue(metric, None, None, None, level, UNDEFINED, n, events)
