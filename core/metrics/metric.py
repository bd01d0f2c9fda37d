"""The names of what is measured. Policies, commands and the HTTP door use these words: they are promises."""

from dataclasses import dataclass
from enum import StrEnum


class Direction(StrEnum):
    """Which way is better. A metric with a target (slope 1, bias 0) has no better way."""

    HIGHER = "higher"
    LOWER = "lower"
    TARGET = "target"
    NONE = "none"


class Metric(StrEnum):
    """Every number Signoff computes from predictions. Names end up in stored evidence: append, never rename."""

    ACCURACY = "accuracy"
    BALANCED_ACCURACY = "balanced_accuracy"
    PRECISION = "precision"
    RECALL = "recall"
    SPECIFICITY = "specificity"
    FALSE_POSITIVE_RATE = "false_positive_rate"
    FALSE_NEGATIVE_RATE = "false_negative_rate"
    NEGATIVE_PREDICTIVE_VALUE = "negative_predictive_value"
    F1 = "f1"
    MATTHEWS_CORRELATION = "matthews_correlation"
    SELECTION_RATE = "selection_rate"
    PREVALENCE = "prevalence"
    ROC_AUC = "roc_auc"
    AVERAGE_PRECISION = "average_precision"
    LOG_LOSS = "log_loss"
    BRIER_SCORE = "brier_score"
    CALIBRATION_SLOPE = "calibration_slope"
    CALIBRATION_INTERCEPT = "calibration_intercept"
    EXPECTED_CALIBRATION_ERROR = "expected_calibration_error"
    TRUE_POSITIVES = "true_positives"
    FALSE_POSITIVES = "false_positives"
    FALSE_NEGATIVES = "false_negatives"
    TRUE_NEGATIVES = "true_negatives"
    PRECISION_AT_PREVALENCE = "precision_at_prevalence"
    NEGATIVE_PREDICTIVE_VALUE_AT_PREVALENCE = "negative_predictive_value_at_prevalence"
    MACRO_PRECISION = "macro_precision"
    MACRO_F1 = "macro_f1"
    WEIGHTED_F1 = "weighted_f1"
    COHEN_KAPPA = "cohen_kappa"
    MACRO_ROC_AUC = "macro_roc_auc"
    MEAN_ABSOLUTE_ERROR = "mean_absolute_error"
    ROOT_MEAN_SQUARED_ERROR = "root_mean_squared_error"
    MEDIAN_ABSOLUTE_ERROR = "median_absolute_error"
    MEAN_ERROR = "mean_error"
    R_SQUARED = "r_squared"
    SELECTION_RATE_DIFFERENCE = "selection_rate_difference"
    SELECTION_RATE_RATIO = "selection_rate_ratio"
    ACCURACY_DIFFERENCE = "accuracy_difference"
    RECALL_DIFFERENCE = "recall_difference"
    RECALL_RATIO = "recall_ratio"
    FALSE_POSITIVE_RATE_DIFFERENCE = "false_positive_rate_difference"
    FALSE_POSITIVE_RATE_RATIO = "false_positive_rate_ratio"
    FALSE_NEGATIVE_RATE_DIFFERENCE = "false_negative_rate_difference"
    FALSE_NEGATIVE_RATE_RATIO = "false_negative_rate_ratio"
    PRECISION_DIFFERENCE = "precision_difference"
    PRECISION_RATIO = "precision_ratio"
    ROC_AUC_DIFFERENCE = "roc_auc_difference"
    CALIBRATION_INTERCEPT_DIFFERENCE = "calibration_intercept_difference"

    @property
    def words(self) -> str:
        """The metric as a heading says it."""
        return ABOUT[self].words

    @property
    def meaning(self) -> str:
        """One plain sentence for somebody who has never met the metric."""
        return ABOUT[self].meaning

    @property
    def direction(self) -> Direction:
        """Which way is better."""
        return ABOUT[self].direction

    @property
    def is_share(self) -> bool:
        """Whether the value is a share of rows, which people read best as a count per 1,000."""
        return ABOUT[self].share

    @property
    def is_count(self) -> bool:
        """Whether the value counts rows, and so carries no interval."""
        return self in COUNTS


@dataclass(frozen=True, slots=True)
class About:
    """What a metric means to a reader."""

    words: str
    meaning: str
    direction: Direction
    share: bool = False


def _gap(words: str) -> About:
    return About(f"{words}, difference", f"{words} of the group minus that of the reference group.", Direction.TARGET)


def _ratio(words: str) -> About:
    return About(f"{words}, ratio", f"{words} of the group divided by that of the reference group.", Direction.TARGET)


_UP, _DOWN, _TARGET, _NONE = Direction.HIGHER, Direction.LOWER, Direction.TARGET, Direction.NONE

ABOUT: dict[Metric, About] = {
    Metric.ACCURACY: About("Accuracy", "Share of all rows that were predicted right.", _UP, share=True),
    Metric.BALANCED_ACCURACY: About("Balanced accuracy", "Mean of the recall of every class.", _UP),
    Metric.PRECISION: About("Precision", "Of the rows called positive, the share that is positive.", _UP, share=True),
    Metric.RECALL: About("Recall", "Of the positive rows, the share that was found.", _UP, share=True),
    Metric.SPECIFICITY: About("Specificity", "Of the negative rows, the share left alone.", _UP, share=True),
    Metric.FALSE_POSITIVE_RATE: About(
        "False positive rate", "Of the negative rows, the share called positive.", _DOWN, share=True
    ),
    Metric.FALSE_NEGATIVE_RATE: About(
        "False negative rate", "Of the positive rows, the share that was missed.", _DOWN, share=True
    ),
    Metric.NEGATIVE_PREDICTIVE_VALUE: About(
        "Negative predictive value", "Of the rows called negative, the share that is negative.", _UP, share=True
    ),
    Metric.F1: About("F1", "Harmonic mean of precision and recall.", _UP),
    Metric.MATTHEWS_CORRELATION: About(
        "Matthews correlation", "Correlation of prediction and outcome, from -1 to 1.", _UP
    ),
    Metric.SELECTION_RATE: About("Selection rate", "Share of all rows called positive.", _NONE, share=True),
    Metric.PREVALENCE: About("Prevalence", "Share of all rows that are positive.", _NONE, share=True),
    Metric.ROC_AUC: About(
        "ROC AUC", "Chance that a positive row gets a higher score than a negative one; 0.5 is guessing.", _UP
    ),
    Metric.AVERAGE_PRECISION: About(
        "Average precision", "Precision averaged over all cuts; guessing reaches the prevalence.", _UP
    ),
    Metric.LOG_LOSS: About("Log loss", "Surprise at the outcomes, given the scores; lower is better.", _DOWN),
    Metric.BRIER_SCORE: About("Brier score", "Mean squared gap between score and outcome; lower is better.", _DOWN),
    Metric.CALIBRATION_SLOPE: About(
        "Calibration slope", "1 is right; below 1 the scores are too extreme, above 1 too timid.", _TARGET
    ),
    Metric.CALIBRATION_INTERCEPT: About(
        "Calibration intercept", "0 is right; above 0 the scores are too low on the whole.", _TARGET
    ),
    Metric.EXPECTED_CALIBRATION_ERROR: About(
        "Expected calibration error",
        "Mean gap between score and observed share over ten bins; shown, not judged.",
        _DOWN,
    ),
    Metric.TRUE_POSITIVES: About("True positives", "Positive rows called positive.", _NONE),
    Metric.FALSE_POSITIVES: About("False positives", "Negative rows called positive.", _NONE),
    Metric.FALSE_NEGATIVES: About("False negatives", "Positive rows called negative.", _NONE),
    Metric.TRUE_NEGATIVES: About("True negatives", "Negative rows called negative.", _NONE),
    Metric.PRECISION_AT_PREVALENCE: About(
        "Precision at the stated prevalence", "Precision where the stated share of rows is positive.", _UP, share=True
    ),
    Metric.NEGATIVE_PREDICTIVE_VALUE_AT_PREVALENCE: About(
        "Negative predictive value at the stated prevalence",
        "Negative predictive value where the stated share of rows is positive.",
        _UP,
        share=True,
    ),
    Metric.MACRO_PRECISION: About("Macro precision", "Mean of the precision of every class.", _UP),
    Metric.MACRO_F1: About("Macro F1", "Mean of the F1 of every class.", _UP),
    Metric.WEIGHTED_F1: About("Weighted F1", "F1 of every class, averaged by its size.", _UP),
    Metric.COHEN_KAPPA: About("Cohen's kappa", "Agreement beyond what chance would give, up to 1.", _UP),
    Metric.MACRO_ROC_AUC: About(
        "Macro ROC AUC", "Mean over classes of the ROC AUC of one class against the rest.", _UP
    ),
    Metric.MEAN_ABSOLUTE_ERROR: About("Mean absolute error", "Mean size of the error, in the unit predicted.", _DOWN),
    Metric.ROOT_MEAN_SQUARED_ERROR: About(
        "Root mean squared error", "Typical size of the error with large ones weighing more.", _DOWN
    ),
    Metric.MEDIAN_ABSOLUTE_ERROR: About("Median absolute error", "Half of the errors are smaller than this.", _DOWN),
    Metric.MEAN_ERROR: About("Mean error", "Prediction minus truth on average; 0 is right.", _TARGET),
    Metric.R_SQUARED: About("R squared", "Share of the variance explained; 0 is no better than the mean.", _UP),
    Metric.SELECTION_RATE_DIFFERENCE: _gap("Selection rate"),
    Metric.SELECTION_RATE_RATIO: _ratio("Selection rate"),
    Metric.ACCURACY_DIFFERENCE: _gap("Accuracy"),
    Metric.RECALL_DIFFERENCE: _gap("Recall"),
    Metric.RECALL_RATIO: _ratio("Recall"),
    Metric.FALSE_POSITIVE_RATE_DIFFERENCE: _gap("False positive rate"),
    Metric.FALSE_POSITIVE_RATE_RATIO: _ratio("False positive rate"),
    Metric.FALSE_NEGATIVE_RATE_DIFFERENCE: _gap("False negative rate"),
    Metric.FALSE_NEGATIVE_RATE_RATIO: _ratio("False negative rate"),
    Metric.PRECISION_DIFFERENCE: _gap("Precision"),
    Metric.PRECISION_RATIO: _ratio("Precision"),
    Metric.ROC_AUC_DIFFERENCE: _gap("ROC AUC"),
    Metric.CALIBRATION_INTERCEPT_DIFFERENCE: _gap("Calibration intercept"),
}

COUNTS = (Metric.TRUE_POSITIVES, Metric.FALSE_POSITIVES, Metric.FALSE_NEGATIVES, Metric.TRUE_NEGATIVES)
"""The four counts; every other binary metric of hard predictions follows from them."""

NEVER_GATED = frozenset({Metric.EXPECTED_CALIBRATION_ERROR})
"""Its percentile interval misses its own point; gate slope, intercept and Brier score instead."""
