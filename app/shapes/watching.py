"""What is sent about a version in use, and what was kept of it: predictions, outcomes, a baseline, a set-up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import ConfigDict, Field, StringConstraints

from app.shapes.shape import Moment, Sent, Shown
from core.monitoring.monitor import Cadence

if TYPE_CHECKING:
    from core.monitoring.baseline import Baseline as BaselineRow
    from core.monitoring.log import LabelFile as LabelRow
    from core.monitoring.log import PredictionLog as LogRow
    from core.monitoring.monitor import Monitor as MonitorRow

Column = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
"""The name of a column, as it stands in the file."""

Inputs = Annotated[list[Column], Field(max_length=200)]
"""Names of inputs."""


class PredictionColumns(Sent):
    """Which column of a file of predictions plays which part; what is left out is guessed from names and kinds."""

    id: Column | None = None
    """Names the case, once per row; outcomes find their predictions by it."""

    time: Column | None = None
    """When it was predicted."""

    prediction: Column | None = None
    """What the version decided."""

    score: Column | None = None
    """The probability, or the number, that it announced."""

    cluster: Column | None = None
    """Rows that share a value are not independent, as those of one day."""


class NewPredictions(Sent):
    """How to read a file of predictions made in use; the JSON of `spec`."""

    columns: PredictionColumns = Field(
        default=PredictionColumns(), examples=[{"id": "flight", "time": "day", "score": "p_late"}]
    )
    """Which column plays which part."""

    features: Inputs | None = Field(default=None, examples=[["distance", "carrier"]])
    """Inputs to keep for drift; by default those that are watched."""


class LabelColumns(Sent):
    """Which column of a file of outcomes plays which part; what is left out is guessed from names and kinds."""

    id: Column | None = None
    """Names the case, as in the predictions."""

    label: Column | None = None
    """What happened; rows without it stay unresolved."""


class NewLabels(Sent):
    """How to read a file of outcomes; the JSON of `spec`."""

    columns: LabelColumns = Field(default=LabelColumns(), examples=[{"id": "flight", "label": "late"}])
    """Which column plays which part."""


class BaselineColumns(Sent):
    """Which column of reference rows plays which part; what is left out is guessed from names and kinds."""

    time: Column | None = None
    """When it was predicted."""

    prediction: Column | None = None
    """What the version decided."""

    score: Column | None = None
    """The probability, or the number, that it announced."""

    label: Column | None = None
    """What happened."""


class NewBaseline(Sent):
    """Reference rows and why they are fair; the JSON of `spec`."""

    name: str = Field(min_length=1, max_length=120, examples=["March 2013"])
    """How people call these rows."""

    reason: str = Field(min_length=1, max_length=1000, examples=["After the training, before the period judged."])
    """Why they are a fair reference: neither training data nor the period judged."""

    columns: BaselineColumns = Field(default=BaselineColumns(), examples=[{"time": "day", "score": "p_late"}])
    """Which column plays which part."""

    features: Inputs = Field(default=[], examples=[["distance", "carrier"]])
    """Inputs to watch."""


class NewMonitor(Sent):
    """How a version is to be watched."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"cadence": "weekly", "horizon_days": 7, "positive": "1", "margin": 0.1}]}
    )

    cadence: Annotated[Cadence, Field(strict=False)] = Cadence.WEEKLY
    """How long one window is."""

    horizon_days: int = Field(default=7, ge=0, le=3650)
    """Days after the end of a window before its outcomes are judged."""

    positive: str = Field(default="1", min_length=1, max_length=200)
    """The label that counts as the event, as text; for yes-or-no answers."""

    threshold: float | None = Field(default=None, allow_inf_nan=False)
    """Score from which it decides for the event; null where its predictions say so themselves."""

    minimum_rows: int = Field(default=100, ge=1, le=1_000_000_000)
    """Rows with an outcome that a window needs to be judged."""

    margin: float = Field(default=0.1, gt=0, le=1)
    """Relative distance of observed over expected from 1 that matters."""

    features: Inputs = Field(default=[], examples=[["distance", "carrier"]])
    """Inputs to watch; none means all that the baseline describes."""


class PredictionLog(Shown):
    """A file of predictions that was logged."""

    version: str = Field(examples=["flight-delay@2"])
    rows: int = Field(examples=[1240])
    first_at: Moment
    """Moment of its first prediction."""

    last_at: Moment
    """Moment of its last prediction."""

    columns: dict[str, Any] = Field(examples=[{"id": "flight", "time": "day", "score": "p", "features": ["distance"]}])
    """Which column of the file was taken for what; whatever else it brought was dropped."""

    digest: str
    """Fingerprint of what is kept."""

    file_digest: str
    """Fingerprint of the file as it was sent; the file is not kept."""

    logged_at: Moment

    @classmethod
    def of(cls, row: LogRow, version: str) -> PredictionLog:
        """Show a file of predictions of a version, named MODEL@VERSION."""
        return cls.model_validate(row.model_dump() | {"version": version})


class LabelFile(Shown):
    """A file of outcomes that was added."""

    model: str = Field(examples=["flight-delay"])
    rows: int = Field(examples=[1200])
    """Outcomes in it."""

    without_outcome: int = Field(examples=[40])
    """Rows without one; they stay unresolved and never count as negative."""

    columns: dict[str, Any] = Field(examples=[{"id": "flight", "label": "late"}])
    """Which column of the file was taken for what."""

    digest: str
    """Fingerprint of what is kept."""

    file_digest: str
    """Fingerprint of the file as it was sent; the file is not kept."""

    added_at: Moment

    @classmethod
    def of(cls, row: LabelRow, model: str, without_outcome: int) -> LabelFile:
        """Show a file of outcomes of a model, of which so many rows had none."""
        return cls.model_validate(row.model_dump() | {"model": model, "without_outcome": without_outcome})


class Baseline(Shown):
    """What a version is compared with. It is never changed: a new one is a new number."""

    version: str = Field(examples=["flight-delay@2"])
    number: int = Field(examples=[1])
    """1, 2, … within the version; the newest counts."""

    name: str = Field(examples=["March 2013"])
    reason: str = Field(examples=["After the training, before the period judged."])
    """Why these rows are a fair reference."""

    rows: int = Field(examples=[36_000])
    starts_at: Moment | None
    """Moment of its first row; null where rows carry none."""

    ends_at: Moment | None
    """First midnight after its last row; windows that reach into the baseline get no verdict on drift."""

    columns: dict[str, Any] = Field(examples=[{"time": "day", "score": "p", "features": ["distance"]}])
    """Which column of the file was taken for what."""

    digest: str
    """Fingerprint of what is kept."""

    file_digest: str
    """Fingerprint of the file as it was sent; the file is not kept."""

    set_at: Moment

    @classmethod
    def of(cls, row: BaselineRow, version: str) -> Baseline:
        """Show the baseline of a version, named MODEL@VERSION."""
        return cls.model_validate(row.model_dump() | {"version": version})


class Monitor(Shown):
    """How a version is watched. It is never changed: a new set-up is a new number."""

    version: str = Field(examples=["flight-delay@2"])
    number: int = Field(examples=[1])
    """1, 2, … within the version; the newest counts."""

    cadence: Cadence
    """How long one window is."""

    horizon_days: int = Field(examples=[7])
    """Days after the end of a window before its outcomes are judged."""

    positive: str | None = Field(examples=["1"])
    """The label that counts as the event; null where the task has no such label."""

    threshold: float | None
    """Score from which it decides for the event; null where its predictions say so themselves."""

    minimum_rows: int = Field(examples=[100])
    """Rows with an outcome that a window needs to be judged."""

    margin: float = Field(examples=[0.1])
    """Relative distance of observed over expected from 1 that matters."""

    features: list[str]
    """Inputs to watch; none means all that the baseline describes."""

    defined_at: Moment

    @classmethod
    def of(cls, row: MonitorRow, version: str) -> Monitor:
        """Show the set-up of a version, named MODEL@VERSION."""
        return cls.model_validate(row.model_dump() | {"version": version})
