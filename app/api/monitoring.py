"""`…/monitoring`: a version in use, window by window."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.api.caller import Calling
from app.api.models import ModelName
from app.api.permitted import AskedAt, permitted
from app.api.route import Route
from app.api.versions import VersionNumber
from app.shapes.monitoring import Monitoring
from app.shapes.shape import Moment
from core.access.permission import Permission
from core.errors import InputError, NotFoundError
from core.monitoring import queries
from core.monitoring.monitor import Cadence
from core.registry import queries as registry

router = APIRouter(route_class=Route, tags=["monitoring"])


@router.get(
    "/models/{model}/versions/{version}/monitoring",
    summary="Read how a version behaves in use",
    openapi_extra=permitted(Permission.SEE, AskedAt.ADDRESSED),
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
        raise NotFoundError(
            f"{model}@{version} is not watched.", "Log its predictions: signoff log MODEL@VERSION FILE."
        )
    return Monitoring.of(watched, since, until)
