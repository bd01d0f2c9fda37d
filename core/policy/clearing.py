"""Who can clear a rule, and how."""

from typing import assert_never

from core.policy.measured import where_words
from core.policy.result import Clearing, Reading
from core.policy.rule import (
    ArtifactDigest,
    Calibration,
    CardComplete,
    GroupDifference,
    GroupRatio,
    MaximumAge,
    MeasuredOn,
    MetricBound,
    NotWorseThanChampion,
    Provenance,
    Reproducible,
    Rule,
    SetUses,
)
from core.policy.verdict import Reason, Verdict

OWNER, VALIDATOR = "model_owner", "risk_reviewer"


def clearing(rule: Rule, worst: Reading) -> Clearing | None:
    """Say who can clear a rule and how; None when there is nothing to clear.

    Args:
        rule: the rule that was looked at.
        worst: the reading that decided.
    """
    if worst.verdict in {Verdict.SATISFIED, Verdict.NOT_APPLICABLE}:
        return None
    who, how = _way(rule, worst)
    if rule.acceptable:
        how += (
            f" Or a risk reviewer who did not contribute accepts it with a reason, for at most "
            f"{rule.acceptable.max_days} days."
        )
        who = (*who, *(() if rule.acceptable.by in who else (rule.acceptable.by,)))
    return Clearing(who, how)


def _way(rule: Rule, worst: Reading) -> tuple[tuple[str, ...], str]:  # noqa: PLR0911  one line per kind
    match rule:
        case MetricBound() | GroupRatio() | GroupDifference() | Calibration() | NotWorseThanChampion():
            return _measure(rule.measured_on, worst)
        case MaximumAge(of="evaluation") | SetUses() if worst.verdict is Verdict.NOT_MEASURED:
            return _measure(rule.measured_on, worst)
        case CardComplete() if worst.verdict is Verdict.NOT_MEASURED:
            return (OWNER,), "Write its model card; facts and numbers that are recorded are filled in for you."
        case CardComplete():
            return (OWNER,), "Fill the fields named in the model card; numbers are taken from the evaluations."
        case Provenance():
            return (OWNER,), (
                "Upload predictions against a registered evaluation set: the file brings ids, predictions and scores, "
                "Signoff joins the labels."
            )
        case Reproducible() | ArtifactDigest():
            return (OWNER,), "A version never changes: register a new one that names what is missing."
        case MaximumAge():
            what = "Save the card again after reading it" if rule.of == "card" else "Upload a new evaluation"
            return (OWNER,), f"{what}."
        case SetUses():
            return (VALIDATOR,), "Register a fresh evaluation set whose labels nobody has tuned against."
        case _:
            assert_never(rule)


def _measure(on: MeasuredOn, worst: Reading) -> tuple[tuple[str, ...], str]:
    match worst.reason:
        case Reason.SAMPLE_SIZE | Reason.INTERVAL:
            return (VALIDATOR, OWNER), (
                "Register an evaluation set with more cases of the group or outcome named, and measure this version on "
                "it. The model may be good enough; the sample cannot show it."
            )
        case Reason.VALUE:
            return (OWNER,), "Improve the model or its cut, register the result as a new version and measure it."
        case None if worst.verdict is Verdict.NOT_MEASURED:
            return (OWNER,), f"Upload this version's predictions for {where_words(on)}."
        case None:
            return (OWNER,), "Upload the evaluation again from its source; what is stored cannot be judged."
        case _:
            assert_never(worst.reason)
