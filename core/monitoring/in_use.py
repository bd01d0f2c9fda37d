"""What is measured of a version in use."""

from enum import StrEnum


class InUse(StrEnum):
    """A metric of decisions made in use."""

    ACCURACY = "accuracy"
    PRECISION = "precision"
    RECALL = "recall"
    FALSE_POSITIVE_RATE = "false_positive_rate"
    BRIER_SCORE = "brier_score"
    MEAN_SQUARED_ERROR = "mean_squared_error"

    @property
    def words(self) -> str:
        """What a person reads first."""
        return _WORDS[self]


_WORDS = {
    InUse.ACCURACY: "Right decisions",
    InUse.PRECISION: "Alarms that came true (precision)",
    InUse.RECALL: "Events that were announced (recall)",
    InUse.FALSE_POSITIVE_RATE: "False alarms among non-events",
    InUse.BRIER_SCORE: "Squared error of the score (Brier)",
    InUse.MEAN_SQUARED_ERROR: "Squared error",
}
