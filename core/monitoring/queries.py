"""Reads of what is watched: set-ups, files, windows with their verdicts."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func
from sqlalchemy import select as columns
from sqlmodel import Session, col
from sqlmodel import select as entities

from core.digest import Digest
from core.monitoring.baseline import Baseline
from core.monitoring.log import SCORE, LabelFile, PredictionLog
from core.monitoring.monitor import Cadence, Monitor
from core.registry import queries as registry
from core.registry.model import RegisteredModel
from core.registry.stage import Stage
from core.registry.version import ModelVersion, Task
from core.store.blobs import Blobs
from core.store.page import Page, paged

if TYPE_CHECKING:
    from core.monitoring.outcome import Outcome
    from core.monitoring.watch import Judged


def monitor(session: Session, version_id: int) -> Monitor | None:
    """How a version is watched now; None when it never was set up."""
    wanted = entities(Monitor).where(Monitor.version_id == version_id).order_by(col(Monitor.number).desc())
    return session.exec(wanted).first()


def monitors(session: Session, model: RegisteredModel) -> list[tuple[str, Monitor]]:
    """How each watched version of a model is watched now, with its address."""
    wanted = (
        entities(Monitor, ModelVersion.version)
        .join(ModelVersion, col(ModelVersion.id) == col(Monitor.version_id))
        .where(ModelVersion.model_id == model.key)
        .order_by(col(Monitor.number))
    )
    newest = {number: found for found, number in session.exec(wanted)}
    return [(f"{model.slug}@{number}", found) for number, found in sorted(newest.items())]


def baseline(session: Session, version_id: int) -> Baseline | None:
    """What a version is compared with now; None when nothing was set."""
    wanted = entities(Baseline).where(Baseline.version_id == version_id).order_by(col(Baseline.number).desc())
    return session.exec(wanted).first()


def logs(session: Session, version_id: int) -> list[PredictionLog]:
    """The prediction files of a version, oldest first."""
    wanted = entities(PredictionLog).where(PredictionLog.version_id == version_id).order_by(col(PredictionLog.id))
    return list(session.exec(wanted))


def labels(session: Session, model_id: int) -> list[LabelFile]:
    """The label files of a model, oldest first."""
    wanted = entities(LabelFile).where(LabelFile.model_id == model_id).order_by(col(LabelFile.id))
    return list(session.exec(wanted))


def inputs(session: Session, version_id: int) -> list[str]:
    """The inputs that are watched now: those of the monitor, else those of the baseline."""
    if (found := monitor(session, version_id)) is not None and found.features:
        return list(found.features)
    reference = baseline(session, version_id)
    profiles = [] if reference is None else reference.profile["columns"]
    return [str(each["name"]) for each in profiles if each["column"] != SCORE]


@dataclass(frozen=True, slots=True)
class Watch:
    """A version in use.

    Attributes:
        address: `flight-delay@2`.
        task: what kind of answer it gives.
        monitor: how it is watched.
        baseline: the name and the reason of what it is compared with; None without one.
        baseline_outcome: how the version did on the baseline; None without outcomes there.
        cadence: length of the windows shown.
        windows: oldest first, each with its verdict.
        overall: the outcomes of all windows together; None before the first log.
    """

    address: str
    task: Task
    monitor: Monitor
    baseline: Baseline | None
    baseline_outcome: "Outcome | None"
    cadence: Cadence
    windows: "tuple[Judged, ...]"
    overall: "Outcome | None"


def windows(
    session: Session, blobs: Blobs, version: ModelVersion, now: datetime, cadence: Cadence | None = None
) -> Watch | None:
    """Everything that is known about a version in use.

    Args:
        session: where to read.
        blobs: where the kept files are.
        version: what is watched.
        now: the moment of looking, which decides what is due.
        cadence: length of the windows; by default what the monitor says.

    Returns:
        None when the version was never set up to be watched.

    Raises:
        NotFoundError: a kept file was erased.
        IntegrityError: a kept file no longer matches its fingerprint.
    """
    if (found := monitor(session, version.key)) is None:
        return None
    reference = baseline(session, version.key)
    address = registry.address(session, version.key)
    chosen = cadence or found.cadence
    if not (files := logs(session, version.key)):
        return Watch(address, version.task, found, reference, None, chosen, (), None)
    from core.monitoring import engine, watch  # noqa: PLC0415 - DuckDB and the statistics; lists need neither

    sources = watch.Sources(
        logs=tuple(Digest(file.digest) for file in files),
        labels=tuple(Digest(file.digest) for file in labels(session, version.model_id)),
        reference=None if reference is None else watch.Reference.of(reference, found),
        rule=engine.Rule(version.task, found.positive or "1", found.threshold),
        cadence=chosen,
        minimum=found.minimum_rows,
    )
    measured = watch.measure(blobs, sources)
    judged = watch.judge(
        measured.windows,
        horizon_days=found.horizon_days,
        minimum=found.minimum_rows,
        margin=found.margin,
        task=version.task,
        now=now,
    )
    return Watch(address, version.task, found, reference, measured.baseline, chosen, judged, measured.overall)


@dataclass(frozen=True, slots=True)
class WatchedLine:
    """A watched version in a list.

    Attributes:
        slug: the model's name in addresses.
        name: the model's name.
        version: number of the version.
        stage: where it stands.
        cadence: how often it is looked at.
        rows: predictions logged.
        last_at: moment of the last prediction; None before the first.
    """

    slug: str
    name: str
    version: int
    stage: Stage
    cadence: Cadence
    rows: int
    last_at: datetime | None


def watched(session: Session, number: int = 1, size: int = 25) -> Page[WatchedLine]:
    """The watched versions: those in production first, then by name and newest version."""
    newest = (
        columns(col(Monitor.version_id), func.max(col(Monitor.number)).label("number"))
        .group_by(col(Monitor.version_id))
        .subquery()
    )
    logged = (
        columns(
            col(PredictionLog.version_id),
            func.sum(col(PredictionLog.rows)).label("rows"),
            func.max(col(PredictionLog.last_at)).label("last_at"),
        )
        .group_by(col(PredictionLog.version_id))
        .subquery()
    )
    wanted = (
        columns(
            col(RegisteredModel.slug),
            col(RegisteredModel.name),
            col(ModelVersion.version),
            col(ModelVersion.stage),
            col(Monitor.cadence),
            func.coalesce(logged.c.rows, 0),
            logged.c.last_at,
        )
        .join(ModelVersion, col(ModelVersion.id) == col(Monitor.version_id))
        .join(RegisteredModel, col(RegisteredModel.id) == col(ModelVersion.model_id))
        .join(newest, (newest.c.version_id == col(Monitor.version_id)) & (newest.c.number == col(Monitor.number)))
        .outerjoin(logged, logged.c.version_id == col(Monitor.version_id))
        .order_by(
            (col(ModelVersion.stage) != Stage.PRODUCTION), col(RegisteredModel.slug), col(ModelVersion.version).desc()
        )
    )
    return paged(session, wanted, lambda row: WatchedLine(*row), number, size)
