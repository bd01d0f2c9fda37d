"""`/history`: any past moment, answered from the record and not from where things stand now."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.api.caller import Calling
from app.api.paging import Sliced
from app.api.permitted import permitted
from app.api.route import Route
from app.shapes.history import Placement
from app.shapes.shape import Listed, Moment, Slug
from core.access.permission import Permission
from core.approvals import history
from core.registry.stage import Stage

router = APIRouter(route_class=Route, tags=["history"])


@router.get("/history", summary="Read a past moment", openapi_extra=permitted(Permission.SEE))
def read_history(
    caller: Calling,
    page: Sliced,
    at: Annotated[Moment, Query(description="The moment asked about, with its offset.")],
    stage: Annotated[Stage | None, Query(description="Only this stage.")] = None,
    model: Annotated[Slug | None, Query(description="Only versions of this model.")] = None,
) -> Listed[Placement]:
    """What stood in each stage at a moment, who agreed to it, on which evidence, under which policy version.

    The answer for a moment never changes, whatever is promoted, returned to or revoked later. Each decision names the
    entry of the audit log that says so; its proof is at /audit/proof.
    """
    history.must_be_past(at, caller.store.clock())
    with caller.reading() as session:
        caller.require(session, Permission.SEE)
        among = (caller.model(session, model).key,) if model else caller.models
        found = history.history_slice(session, at, page.wanted, stage, among)
    return page.answer(found, Placement.of)
