"""What a rule answers: the verdict, and everything a person needs to understand it and to clear it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from core.digest import Digest, of_json
from core.policy.evidence import Reference
from core.policy.rule import Rule
from core.policy.verdict import Reason, Severity, Verdict


@dataclass(frozen=True, slots=True)
class Reading:
    """One number or fact a rule looked at.

    Attributes:
        subject: what was looked at, for example "race: black, on mortgage-holdout".
        sentence: what was found, in plain words.
        value: in units of the rule's measure; None for facts and for what was not measured.
        low: lower end of its interval.
        high: upper end.
        n: cases it rests on.
        short_by: how far it misses the bound; negative when there is room. None when there is nothing to compare.
        reason: why it misses, where a bound does not hold.
        evidence: what was read.
    """

    subject: str
    verdict: Verdict
    sentence: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    short_by: float | None = None
    reason: Reason | None = None
    evidence: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class Override:
    """A risk reviewer's acceptance that a rule is not met.

    It covers one rule, up to a moment, and only what its author saw: `basis` is the fingerprint of the rule and of the
    evidence it had read. With other evidence it covers nothing. `waiver` is the row that holds its words; `void` says
    why it no longer counts because of who gave it, and is empty where it does.
    """

    rule_id: str
    basis: str
    reason: str
    until: datetime
    accepted_at: datetime
    by: str
    request: str = ""
    waiver: int | None = None
    void: str = ""


@dataclass(frozen=True, slots=True)
class Clearing:
    """Who can clear a rule and how."""

    who: tuple[str, ...]
    how: str


@dataclass(frozen=True, slots=True)
class RuleResult:
    """What one rule decided.

    Attributes:
        verdict: what counts, an acceptance included.
        found: what the evidence alone says.
        readings: everything looked at, the worst first.
        threshold: the bound as a number, None where the rule has none.
        threshold_words: what was asked.
        explanation: what was found, in plain words.
        clearing: None when there is nothing to clear.
        override: the acceptance that covers it.
        lapsed: an acceptance that no longer does, and why, in words.
    """

    rule: Rule
    verdict: Verdict
    found: Verdict
    explanation: str
    threshold_words: str = ""
    threshold: float | None = None
    readings: tuple[Reading, ...] = ()
    clearing: Clearing | None = None
    override: Override | None = None
    lapsed: str = ""
    references: tuple[Reference, ...] = field(default=())

    @property
    def blocks(self) -> bool:
        """Whether this result alone keeps the gate closed."""
        passing = (Verdict.SATISFIED, Verdict.NOT_APPLICABLE, Verdict.OVERRIDDEN)
        return self.rule.severity is Severity.REQUIRED and self.verdict not in passing

    @property
    def measured(self) -> float | None:
        """The number that decided, None when the rule looks at facts or found nothing to measure."""
        return self.readings[0].value if self.readings else None

    @property
    def measured_words(self) -> str:
        """The number that decided with its interval, empty when there is none."""
        return span(self.readings[0].value, self.readings[0].low, self.readings[0].high) if self.readings else ""

    @property
    def reason(self) -> Reason | None:
        """Why a bound is not met."""
        return self.readings[0].reason if self.readings else None

    @property
    def evidence(self) -> tuple[Reference, ...]:
        """Everything the rule read, each once."""
        read = [one for reading in self.readings for one in reading.evidence]
        return tuple(dict.fromkeys([*self.references, *read]))

    @property
    def basis(self) -> Digest:
        """Fingerprint of the rule and of what it read: what an acceptance is bound to."""
        return basis(self.rule, self.evidence)


def basis(rule: Rule, read: Sequence[Reference]) -> Digest:
    """Fingerprint a rule together with the evidence it read, in no particular order."""
    digests = sorted({f"{one.kind} {one.address} {one.digest}" for one in read})
    return of_json({"rule": rule.model_dump(mode="json"), "evidence": digests})


def number(value: float) -> str:
    """Write a number for reading: three decimals at most, at least two, more only where they carry the number.

    >>> [number(x) for x in (0.8, 0.7434, 12.0, 0.00042)]
    ['0.80', '0.743', '12.00', '0.00042']
    """
    if value != 0 and abs(value) < 0.001:
        return f"{value:.2g}"
    written = f"{value:.3f}"
    return written.removesuffix("0")


def span(value: float | None, low: float | None, high: float | None) -> str:
    """Write a value with its interval.

    >>> span(0.7434, 0.66, 0.83)
    '0.743 (0.66 to 0.83)'
    """
    if value is None:
        return ""
    if low is None or high is None:
        return number(value)
    return f"{number(value)} ({number(low)} to {number(high)})"
