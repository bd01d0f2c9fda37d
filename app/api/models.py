"""`/models`: what is registered, registering, describing and judging anew."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from sqlmodel import Session

from app.api.caller import Calling
from app.api.paging import Sliced
from app.api.permitted import AskedAt, permitted
from app.api.precondition import TELLS, IfMatch, etag, unchanged
from app.api.route import Route
from app.shapes.models import Model, ModelChange, NewModel, Tag
from app.shapes.shape import Listed, Slug
from core.access import queries as people
from core.access.permission import Permission
from core.access.person import Person
from core.errors import InputError
from core.registry import actions, describing, judging, listing, queries
from core.registry.actions import ModelDescription
from core.registry.describing import Description
from core.registry.listing import ModelOrder
from core.registry.materiality import RiskTier
from core.registry.model import RegisteredModel
from core.registry.searching import ModelFilter
from core.registry.stage import Stage

router = APIRouter(route_class=Route, tags=["models"])

ModelName = Annotated[Slug, Path(description="The model's name in addresses.")]
"""The `{model}` of an address."""


@router.get("/models", summary="List models", openapi_extra=permitted(Permission.SEE))
def list_models(
    caller: Calling,
    page: Sliced,
    search: Annotated[str, Query(max_length=120, description="Part of the name.")] = "",
    use_case: Annotated[Slug | None, Query(description="Only of this use case.")] = None,
    tier: Annotated[RiskTier | None, Query(description="Only of this materiality.")] = None,
    stage: Annotated[Stage | None, Query(description="Only with a version in this stage.")] = None,
    tag: Annotated[
        list[Tag] | None, Query(max_length=20, description="Only with this tag; repeat it for several, all of them.")
    ] = None,
    order: Annotated[
        ModelOrder, Query(description="By name, or by newest version, latest first; the latter have a version.")
    ] = ModelOrder.NAME,
) -> Listed[Model]:
    """Models by name, a slice at a time. A token that is bound to models lists those."""
    with caller.reading() as session:
        caller.require(session, Permission.SEE)
        looked_for = ModelFilter(
            search, tier, use_case=use_case, stage=stage, among=caller.models, tags=tuple(tag or ())
        )
        found = listing.models(session, looked_for, page.wanted, order)
    return page.answer(found, Model.of)


@router.post(
    "/models",
    status_code=201,
    summary="Register a model",
    openapi_extra=permitted(Permission.REGISTER_MODEL),
    responses={201: TELLS},
)
def register_model(caller: Calling, response: Response, sent: NewModel) -> Model:
    """Register a model line. Its materiality follows from exposure and purpose, unless it is stated with a reason."""
    with caller.changing() as tx:
        caller.require(tx.session, Permission.REGISTER_MODEL)  # first: a refusal tells nothing of accounts
        owner = _owner(tx.session, sent.owner) or people.person(tx.session, caller.person_id)
        model = actions.register_model(
            tx,
            ModelDescription(
                slug=sent.slug,
                name=sent.name,
                use_case=sent.use_case,
                exposure=sent.exposure,
                purpose=sent.purpose,
                regulatory_class=sent.regulatory_class,
                description=sent.description,
                tags=sent.tags,
                owner_id=owner.key,
                next_review_at=sent.next_review_at,
                stated_tier=None if sent.tier is None else actions.state_tier(sent.tier, sent.tier_reason),
            ),
        )
        shown = _shown(tx.session, model)
    response.headers["location"] = f"/api/v1/models/{shown.slug}"
    response.headers["etag"] = etag(shown)
    return shown


@router.get(
    "/models/{model}",
    summary="Read a model",
    openapi_extra=permitted(Permission.SEE, AskedAt.ADDRESSED),
    responses={200: TELLS},
)
def read_model(caller: Calling, response: Response, model: ModelName) -> Model:
    """One model. Its ETag is what a change of it starts from."""
    with caller.reading() as session:
        shown = _shown(session, caller.model(session, model))
    response.headers["etag"] = etag(shown)
    return shown


@router.patch(
    "/models/{model}",
    summary="Change a model",
    openapi_extra=permitted(Permission.DESCRIBE_MODEL, AskedAt.ADDRESSED),
    responses={200: TELLS},
)
def change_model(
    caller: Calling, response: Response, model: ModelName, started_from: IfMatch, sent: ModelChange
) -> Model:
    """Say better what a model is, or judge it anew. Send the ETag of what you read as If-Match.

    Name, description, tags, review date and owner belong to whoever describes models; exposure, purpose and regulatory
    class are judged by a risk reviewer, with a reason.
    """
    with caller.reading() as session:
        caller.model(session, model)
    with caller.changing() as tx:
        found = queries.model(tx.session, model)
        unchanged(started_from, etag(_shown(tx.session, found)))
        judged = any(one is not None for one in (sent.exposure, sent.purpose, sent.regulatory_class))
        if sent.owner is not None:
            caller.require(tx.session, Permission.DESCRIBE_MODEL, found.scope)
        owner = _owner(tx.session, sent.owner)
        words = Description(sent.name, sent.description, sent.tags, sent.next_review_at, owner.key if owner else None)
        if words != Description() or not judged:
            describing.describe_model(tx, model, words)
        if judged:
            judging.judge(
                tx,
                model,
                exposure=sent.exposure,
                purpose=sent.purpose,
                regulatory_class=sent.regulatory_class,
                reason=sent.reason,
            )
        shown = _shown(tx.session, found)
    response.headers["etag"] = etag(shown)
    return shown


def _shown(session: Session, model: RegisteredModel) -> Model:
    return Model.of(listing.facts(session, [model.key])[0])


def _owner(session: Session, username: str | None) -> Person | None:
    """Find who is named as owner; None when nobody is."""
    if username is None:
        return None
    if (found := people.by_username(session, username)) is None:
        raise InputError(f"There is no account {username!r}.", "Name the owner by user name.")
    return found
