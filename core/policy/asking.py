"""What a rule asks for, in words and as a number."""

from typing import assert_never

from core.policy.result import number
from core.policy.rule import (
    ArtifactDigest,
    Bounded,
    Calibration,
    CardComplete,
    GroupDifference,
    GroupRatio,
    MaximumAge,
    MetricBound,
    NotWorseThanChampion,
    Provenance,
    Reproducible,
    Rule,
    SetUses,
)

_TAKEN = {
    "reported": "numbers somebody reported",
    "recomputed_own_labels": "recomputed from a file with labels of its own",
    "recomputed": "recomputed against labels that the uploader did not supply",
}
_ENDS = {"lower_limit": "lower limit", "upper_limit": "upper limit", "value": "value"}


def bounded(rule: Bounded) -> str:
    """Say what a bound asks for.

    The level is named where an end of an interval is judged.
    """
    side, limit = side_of(rule)
    end = _ENDS[rule.judged_by]
    of = f" of the {100 * rule.level:.0f} % interval" if rule.judged_by != "value" else ""
    return f"{end}{of} {side.replace('_', ' ')} {number(limit)}"


def side_of(rule: Bounded) -> tuple[str, float]:
    """Which side of which number a rule asks for: `("at_least", 0.8)`.

    Raises:
        ValueError: the rule names no bound or two; a checked document holds no such rule.
    """
    if (rule.at_least is None) == (rule.at_most is None):
        raise ValueError(f"Rule {rule.id!r} needs one of at_least and at_most.")
    return ("at_least", rule.at_least) if rule.at_least is not None else ("at_most", float(rule.at_most or 0.0))


def limit(rule: Rule) -> float | None:
    """The bound of a rule as a number, in units of what it measures; None where it asks for a fact or a range."""
    match rule:
        case MetricBound() | GroupRatio() | GroupDifference():
            return side_of(rule)[1]
        case NotWorseThanChampion():
            return -rule.margin
        case MaximumAge():
            return float(rule.days)
        case SetUses():
            return float(rule.at_most)
        case _:
            return None


def words(rule: Rule) -> str:  # noqa: PLR0911  one line per kind
    """Say what a rule asks for."""
    match rule:
        case MetricBound() | GroupRatio() | GroupDifference():
            return bounded(rule)
        case Calibration():
            ends = "value" if rule.judged_by == "value" else "whole interval"
            slope, intercept = rule.slope, rule.intercept
            return (
                f"{ends} of the slope within {number(slope[0])} to {number(slope[1])}, "
                f"of the intercept within {number(intercept[0])} to {number(intercept[1])}"
            )
        case NotWorseThanChampion():
            return f"not worse by more than {number(rule.margin)} ({100 * rule.level:.0f} % interval)"
        case MaximumAge():
            return f"at most {rule.days:,} days old"
        case SetUses():
            return f"used at most {rule.at_most:,} times"
        case Provenance():
            return " or ".join(_TAKEN[one] for one in rule.accepts)
        case CardComplete():
            return "nothing missing, nothing contradicted"
        case Reproducible():
            return "code, data, environment and seed named"
        case ArtifactDigest():
            return "fingerprint present"
        case _:
            assert_never(rule)
