"""`/use-cases`: the business contexts that models serve."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from app.api.caller import Calling
from app.api.paging import Sliced
from app.api.permitted import AskedAt, permitted
from app.api.route import Route
from app.shapes.shape import Listed, Slug
from app.shapes.use_cases import NewUseCase, UseCase
from core.access.permission import Permission
from core.registry import actions, listing

router = APIRouter(route_class=Route, tags=["use cases"])


@router.get("/use-cases", summary="List use cases", openapi_extra=permitted(Permission.SEE))
def list_use_cases(caller: Calling, page: Sliced) -> Listed[UseCase]:
    """Use cases by name, a slice at a time. A token that is bound to models lists those that its models serve."""
    with caller.reading() as session:
        caller.require(session, Permission.SEE)
        found = listing.use_cases(session, page.wanted, among=caller.models)
    return page.answer(found, UseCase.of)


@router.post(
    "/use-cases", status_code=201, summary="Register a use case", openapi_extra=permitted(Permission.REGISTER_USE_CASE)
)
def register_use_case(caller: Calling, response: Response, sent: NewUseCase) -> UseCase:
    """Register a business context; the caller answers for it."""
    with caller.changing() as tx:
        shown = UseCase.of(actions.register_use_case(tx, slug=sent.slug, name=sent.name, purpose=sent.purpose))
    response.headers["location"] = f"/api/v1/use-cases/{shown.slug}"
    return shown


@router.get(
    "/use-cases/{use_case}", summary="Read a use case", openapi_extra=permitted(Permission.SEE, AskedAt.ADDRESSED)
)
def read_use_case(
    caller: Calling, use_case: Annotated[Slug, Path(description="The use case's name in addresses.")]
) -> UseCase:
    """One use case."""
    with caller.reading() as session:
        caller.require(session, Permission.SEE)
        return UseCase.of(listing.use_case(session, use_case, among=caller.models))
