"""What a gate is shown: plain values gathered from the other rooms, so that a check needs no database.

Numbers arrive as they were stored. A check never trusts their type: `finite` lets finite numbers through and nothing
else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import isfinite


@dataclass(frozen=True, slots=True)
class Reference:
    """A piece of evidence by its kind, its address and its fingerprint."""

    kind: str
    address: str
    digest: str


@dataclass(frozen=True, slots=True)
class Measurement:
    """One metric, overall or in one group.

    Attributes:
        value: in units of the metric; None where it is undefined.
        low: lower end of its two-sided interval of `level`.
        high: upper end.
        n: cases in the denominator.
        events: cases of the rarer outcome in it, None where the metric knows no events.
        attribute: group column, None when overall.
        group: value of that column.
    """

    metric: str
    value: float | None
    low: float | None = None
    high: float | None = None
    level: float | None = None
    method: str = ""
    n: int | None = None
    events: int | None = None
    attribute: str | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Contrast:
    """A metric of one group against a reference group: a ratio, or a difference group minus reference.

    `n` and `events` are those of the smaller of the two groups.
    """

    shape: str
    metric: str
    attribute: str
    group: str
    reference: str
    value: float | None
    low: float | None = None
    high: float | None = None
    level: float | None = None
    method: str = ""
    n: int | None = None
    events: int | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """Candidate minus champion on the same cases, oriented so that more is better."""

    metric: str
    value: float | None
    low: float | None = None
    high: float | None = None
    level: float | None = None
    method: str = ""
    n: int | None = None
    events: int | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """One evaluation of the version and everything measured in it.

    Attributes:
        set_name: the registered evaluation set, None when the file brought its own labels.
        uses: how often that set was used by any version, this time included; None without a set.
        attributes: group columns that have to be measured: those the set was registered with, or those of the file.
        on_training: the rows are part of what models were trained on; no rule counts such numbers.
        compared: against the champion, empty when there is none or when no pairing was possible.
        unpaired: why it could not be compared case by case, empty when it was or when there is no champion.
        references_compared: the champion's evaluation that was read for it.
    """

    reference: Reference
    set_name: str | None
    dataset: str
    dataset_version: str
    split: str
    provenance: str
    measured_at: datetime
    clustered: bool = False
    uses: int | None = None
    attributes: tuple[str, ...] = ()
    on_training: bool = False
    measurements: tuple[Measurement, ...] = ()
    contrasts: tuple[Contrast, ...] = ()
    compared: tuple[Compared, ...] = ()
    unpaired: str = ""
    references_compared: tuple[Reference, ...] = ()

    @property
    def where(self) -> str:
        """The evaluation in a reader's words.

        A set is named, otherwise the data and its split.
        """
        return self.set_name or f"{self.dataset} ({self.split})"


@dataclass(frozen=True, slots=True)
class CardEvidence:
    """The newest model card: what the target stage still needs, and where it contradicts a record."""

    reference: Reference
    saved_at: datetime
    missing: tuple[str, ...] = ()
    contradicted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GateEvidence:
    """Everything one gate reads about one version on its way to one stage.

    Attributes:
        evaluations: the newest one for each set, or for each data set and split.
        champion: address of the champion it is compared with, None when there is none.
        record: the reproducibility record, field by field; a missing part is None or empty.
        unreadable: what could not be read, by kind of evidence, with the reason: such a rule answers `error`.
    """

    model: str
    version: int
    task: str
    evaluations: tuple[Measured, ...] = ()
    champion: str | None = None
    card: CardEvidence | None = None
    artifact: Reference | None = None
    record: Mapping[str, object] = field(default_factory=dict)
    unreadable: Mapping[str, str] = field(default_factory=dict)


def finite(number: object) -> float | None:
    """Let a finite number through, and nothing else: no text, no truth value, no NaN, no infinity.

    >>> [finite(odd) for odd in (float("nan"), float("-inf"), True, "0.9", None, [0.9], 10**400)]
    [None, None, None, None, None, None, None]
    >>> finite(1)
    1.0
    """
    if isinstance(number, bool) or not isinstance(number, int | float):
        return None
    try:
        value = float(number)
    except OverflowError:
        return None
    return value if isfinite(value) else None
