"""The words a check answers with: how hard a rule bites, what it found, and why."""

from enum import StrEnum


class Severity(StrEnum):
    """How hard a rule bites."""

    REQUIRED = "required"
    ADVISORY = "advisory"
    DRY_RUN = "dry_run"

    @property
    def words(self) -> str:
        """What a reader sees."""
        return _SEVERITY[self]


class Verdict(StrEnum):
    """What a rule found. Only the first and the last but one let a required rule pass."""

    SATISFIED = "satisfied"
    UNSATISFIED = "unsatisfied"
    NOT_MEASURED = "not_measured"
    NOT_APPLICABLE = "not_applicable"
    OVERRIDDEN = "overridden"
    ERROR = "error"

    @property
    def words(self) -> str:
        """What a reader sees."""
        return _VERDICT[self]


class Reason(StrEnum):
    """Why a bound is not met, or could not be judged."""

    VALUE = "value"
    INTERVAL = "interval"
    SAMPLE_SIZE = "sample_size"

    @property
    def words(self) -> str:
        """What a reader sees."""
        return _REASON[self]


_SEVERITY = {
    Severity.REQUIRED: "Required",
    Severity.ADVISORY: "Advisory",
    Severity.DRY_RUN: "On trial",
}
_VERDICT = {
    Verdict.SATISFIED: "Met",
    Verdict.UNSATISFIED: "Not met",
    Verdict.NOT_MEASURED: "Not measured",
    Verdict.NOT_APPLICABLE: "Does not apply",
    Verdict.OVERRIDDEN: "Accepted as an exception",
    Verdict.ERROR: "Could not be checked",
}
_REASON = {
    Reason.VALUE: "the value itself",
    Reason.INTERVAL: "the interval reaches both sides of the bound",
    Reason.SAMPLE_SIZE: "only the sample size",
}
