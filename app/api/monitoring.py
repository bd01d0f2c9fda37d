"""A version in use: what it predicted, what came of it, what it is compared with, and how it is watched."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from app.api.caller import Caller, Calling
from app.api.models import ModelName
from app.api.permitted import AskedAt, permitted
from app.api.route import Route
from app.api.uploads import SentFile, expect, limits, on_disk, spec_field, specified
from app.api.versions import VersionNumber
from app.shapes.monitoring import Monitoring
from app.shapes.shape import Moment
from app.shapes.watching import (
    Baseline,
    LabelFile,
    Monitor,
    NewBaseline,
    NewLabels,
    NewMonitor,
    NewPredictions,
    PredictionLog,
)
from core.access.permission import Permission
from core.errors import InputError, NotFoundError
from core.monitoring import queries
from core.monitoring.monitor import Cadence
from core.registry import queries as registry
from core.registry.version import ModelVersion

if TYPE_CHECKING:
    from core.monitoring.intake import Arrived

router = APIRouter(route_class=Route, tags=["monitoring"])

SEEN = permitted(Permission.SEE, AskedAt.ADDRESSED)
LOGGED = permitted(Permission.LOG_PREDICTIONS, AskedAt.ADDRESSED)
SET_UP = permitted(Permission.SET_MONITOR, AskedAt.ADDRESSED)

PredictionSpec = Annotated[
    str,
    spec_field(
        NewPredictions,
        {"columns": {"id": "flight", "time": "day", "prediction": "late", "score": "p"}, "features": ["distance"]},
    ),
]
"""How to read a file of predictions."""

LabelSpec = Annotated[str, spec_field(NewLabels, {"columns": {"id": "flight", "label": "late"}})]
"""How to read a file of outcomes."""

BaselineSpec = Annotated[
    str,
    spec_field(
        NewBaseline,
        {
            "name": "March 2013",
            "reason": "After the training, before the period judged.",
            "columns": {"time": "day", "score": "p", "label": "late"},
            "features": ["distance"],
        },
    ),
]
"""How to read reference rows."""


@router.get(
    "/models/{model}/versions/{version}/monitoring", summary="Read how a version behaves in use", openapi_extra=SEEN
)
def read_monitoring(
    caller: Calling,
    model: ModelName,
    version: VersionNumber,
    since: Annotated[Moment | None, Query(alias="from", description="Windows that end after this moment.")] = None,
    until: Annotated[Moment | None, Query(alias="to", description="Windows that begin before this moment.")] = None,
    cadence: Annotated[Cadence | None, Query(description="Length of a window; by default the monitor's.")] = None,
) -> Monitoring:
    """What became of predictions in use and whether inputs moved: statistics and a verdict for each window."""
    if since is not None and until is not None and until <= since:
        raise InputError("The period ends before it begins.", "Give `to` after `from`.")
    with caller.reading() as session:
        caller.model(session, model)
        found = registry.version(session, model, version)
        watched = queries.windows(session, caller.store.blobs, found, caller.store.clock(), cadence)
    if watched is None:
        raise _not_watched(model, version)
    return Monitoring.of(watched, since, until)


@router.post(
    "/models/{model}/versions/{version}/predictions",
    status_code=201,
    summary="Log predictions",
    openapi_extra=LOGGED,
)
def log_predictions(
    caller: Calling, model: ModelName, version: VersionNumber, file: SentFile, spec: PredictionSpec = "{}"
) -> PredictionLog:
    """Log predictions that a version made in use: an identifier, a moment, and a decision or a score per row.

    Identifiers are replaced by keyed fingerprints before anything is kept; columns that play no part are dropped. The
    first log sets up weekly monitoring unless there is one.
    """
    from core.monitoring import actions, intake  # noqa: PLC0415 - Arrow and DuckDB load with the first file

    said = specified(NewPredictions, spec)
    found = _version(caller, model, version, Permission.LOG_PREDICTIONS)
    features = said.features
    if features is None:
        with caller.reading() as session:
            features = queries.inputs(session, found.key)
    with on_disk(file) as laid:
        arrived = _arrived(laid, said.columns, features)
        prepared = intake.predictions(caller.store.pseudonyms, model, found.task, arrived)
    with caller.changing() as tx:
        return PredictionLog.of(actions.log_predictions(tx, model, version, prepared), f"{model}@{version}")


@router.post("/models/{model}/labels", status_code=201, summary="Add outcomes", openapi_extra=LOGGED)
def add_labels(caller: Calling, model: ModelName, file: SentFile, spec: LabelSpec = "{}") -> LabelFile:
    """Add outcomes that arrived later, for whichever version of the model predicted them.

    Rows without an outcome stay unresolved. Where two files name one case, the later file counts.
    """
    from core.monitoring import actions, intake  # noqa: PLC0415 - Arrow and DuckDB load with the first file

    said = specified(NewLabels, spec)
    with caller.reading() as session:
        place = caller.model(session, model).scope
    expect(caller, Permission.LOG_PREDICTIONS, place)
    with on_disk(file) as laid:
        prepared = intake.labels(caller.store.pseudonyms, model, _arrived(laid, said.columns))
    with caller.changing() as tx:
        return LabelFile.of(actions.add_labels(tx, model, prepared), model, prepared.dropped)


@router.get("/models/{model}/versions/{version}/baseline", summary="Read the baseline", openapi_extra=SEEN)
def read_baseline(caller: Calling, model: ModelName, version: VersionNumber) -> Baseline:
    """What a version is compared with now."""
    with caller.reading() as session:
        caller.model(session, model)
        found = queries.baseline(session, registry.version(session, model, version).key)
    if found is None:
        raise NotFoundError(
            f"{model}@{version} has no baseline.", "Set one: signoff baseline MODEL@VERSION FILE, or POST it here."
        )
    return Baseline.of(found, f"{model}@{version}")


@router.post(
    "/models/{model}/versions/{version}/baseline", status_code=201, summary="Set a baseline", openapi_extra=SET_UP
)
def set_baseline(
    caller: Calling, model: ModelName, version: VersionNumber, file: SentFile, spec: BaselineSpec
) -> Baseline:
    """Set what a version is compared with from now on; what it was compared with before stays on record."""
    from core.monitoring import actions, intake  # noqa: PLC0415 - Arrow and DuckDB load with the first file

    said = specified(NewBaseline, spec)
    found = _version(caller, model, version, Permission.SET_MONITOR)
    with on_disk(file) as laid:
        prepared = intake.baseline(found.task, _arrived(laid, said.columns, said.features))
    with caller.changing() as tx:
        row = actions.set_baseline(tx, model, version, name=said.name, reason=said.reason, prepared=prepared)
        return Baseline.of(row, f"{model}@{version}")


@router.get("/models/{model}/versions/{version}/monitor", summary="Read the monitor", openapi_extra=SEEN)
def read_monitor(caller: Calling, model: ModelName, version: VersionNumber) -> Monitor:
    """How a version is watched now."""
    with caller.reading() as session:
        caller.model(session, model)
        found = queries.monitor(session, registry.version(session, model, version).key)
    if found is None:
        raise _not_watched(model, version)
    return Monitor.of(found, f"{model}@{version}")


@router.post(
    "/models/{model}/versions/{version}/monitor", status_code=201, summary="Set up a monitor", openapi_extra=SET_UP
)
def set_monitor(caller: Calling, model: ModelName, version: VersionNumber, sent: NewMonitor) -> Monitor:
    """Set up how a version is watched from now on; an earlier set-up stays on record."""
    from core.monitoring import actions  # noqa: PLC0415 - as above

    with caller.reading() as session:
        caller.model(session, model)
    setup = actions.Setup(**{**sent.model_dump(), "features": tuple(sent.features)})
    with caller.changing() as tx:
        return Monitor.of(actions.define_monitor(tx, model, version, setup), f"{model}@{version}")


def _version(caller: Caller, model: str, number: int, wanted: Permission) -> ModelVersion:
    """Find the version that a file is about, when the caller may do this to it; asked before the file is looked at."""
    with caller.reading() as session:
        place = caller.model(session, model).scope
        found = registry.version(session, model, number)
    expect(caller, wanted, place)
    return found


def _arrived(laid: tuple[Path, str], columns: BaseModel, features: Sequence[str] = ()) -> "Arrived":
    from core.monitoring.intake import Arrived  # noqa: PLC0415 - as above
    from core.tabular.detection import Mapping  # noqa: PLC0415

    path, name = laid
    return Arrived(path, name, Mapping(**columns.model_dump()), tuple(features), limits())


def _not_watched(model: str, number: int) -> NotFoundError:
    return NotFoundError(f"{model}@{number} is not watched.", "Log its predictions: signoff log MODEL@VERSION FILE.")
