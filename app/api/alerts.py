"""`/alerts`: what Signoff noticed about versions in use."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.api.caller import Calling
from app.api.paging import Sliced
from app.api.permitted import permitted
from app.api.route import Route
from app.shapes.alert import Alert
from app.shapes.shape import Listed, Slug
from core.access.permission import Permission
from core.errors import InputError
from core.monitoring import alerts
from core.monitoring.alerts import AlertFilter
from core.registry import queries as registry
from core.registry.address import Number

router = APIRouter(route_class=Route, tags=["monitoring"])


@router.get("/alerts", summary="List alerts", openapi_extra=permitted(Permission.SEE))
def list_alerts(
    caller: Calling,
    page: Sliced,
    model: Annotated[Slug | None, Query(description="Only about this model.")] = None,
    version: Annotated[Number | None, Query(description="Only about this version of it.")] = None,
) -> Listed[Alert]:
    """Alerts, newest first, a slice at a time. Each is answered by a finding that names it."""
    if version is not None and model is None:
        raise InputError("A version alone names nothing.", "Give its model too.")
    with caller.reading() as session:
        caller.require(session, Permission.SEE)
        about = caller.model(session, model) if model else None
        looked_for = AlertFilter(
            model_id=about.key if about else None,
            version_id=registry.version(session, model, version).key if model and version else None,
            among=caller.models,
        )
        found = alerts.slice_of(session, looked_for, page.wanted)
    return page.answer(found, Alert.of)
