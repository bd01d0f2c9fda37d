"""`/requests`: asking for a transition, answering and taking back. Signing is done by people, in a browser."""

from collections.abc import Callable
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Response
from sqlmodel import Session

from app.api.caller import Caller, Calling
from app.api.paging import Sliced
from app.api.permitted import AskedAt, permitted
from app.api.route import Route
from app.settings import settings
from app.shapes.request import NewRequest, Request, RequestLine, Words
from app.shapes.review import NewReview
from app.shapes.shape import Listed, Slug
from core.access import queries as people
from core.access.permission import Permission
from core.approvals import actions, dossier, lists, queries, signing
from core.approvals.lists import RequestFilter
from core.approvals.request import TransitionRequest
from core.approvals.review import ReviewDecision
from core.approvals.states import RequestState
from core.digest import Digest
from core.errors import AccessError, InputError
from core.registry import queries as registry
from core.registry.address import Number
from core.registry.stage import Stage
from core.store.transaction import Transaction

router = APIRouter(route_class=Route, tags=["requests"])

RequestAddress = Annotated[str, Path(pattern=r"^REQ-[1-9][0-9]{0,8}$", description="Its address.", examples=["REQ-17"])]
"""The `{request}` of an address."""

_IN_A_BROWSER: Final = "Open {url}/inbox?request={request} in a browser, and sign there as yourself."


@router.get("/requests", summary="List requests", openapi_extra=permitted(Permission.SEE))
def list_requests(
    caller: Calling,
    page: Sliced,
    state: Annotated[
        list[RequestState] | None, Query(description="Only in these states; repeat it for several.")
    ] = None,
    model: Annotated[Slug | None, Query(description="Only about this model.")] = None,
    version: Annotated[Number | None, Query(description="Only about this version of it.")] = None,
    stage: Annotated[Stage | None, Query(description="Only to this stage.")] = None,
    mine: Annotated[bool, Query(description="Only what waits for you: signatures, and changes asked of you.")] = False,
) -> Listed[RequestLine]:
    """Requests, newest first, a slice at a time, each with what it wants from you."""
    if version is not None and model is None:
        raise InputError("A version alone names nothing.", "Give its model too.")
    now = caller.store.clock()
    with caller.reading() as session:
        caller.require(session, Permission.SEE)
        about = caller.model(session, model) if model else None
        calls = lists.calls_of(session, people.person(session, caller.person_id), now)
        found = lists.slice_of(
            session,
            RequestFilter(
                states=state or (),
                model_id=about.key if about else None,
                version_id=registry.version(session, model, version).key if model and version else None,
                targets=(stage,) if stage else (),
                ids=list(calls) if mine else None,
                among=caller.models,
            ),
            now,
            calls,
            page.wanted,
        )
    return page.answer(found, RequestLine.of)


@router.post(
    "/requests",
    status_code=201,
    summary="Ask for a transition",
    openapi_extra=permitted(Permission.OPEN_REQUEST, AskedAt.ADDRESSED),
)
def open_request(caller: Calling, response: Response, sent: NewRequest) -> Request:
    """Ask that a version goes to a stage. The gate may still be closed: the answer says what is missing."""
    with caller.reading() as session:
        caller.model(session, sent.model)
    with caller.changing() as tx:
        version = registry.version(tx.session, sent.model, sent.version)
        asked = actions.open_request(tx, version, sent.stage, sent.comment)
        shown = _shown(caller, tx.session, asked)
    response.headers["location"] = f"/api/v1/requests/{shown.request}"
    return shown


@router.get("/requests/{request}", summary="Read a request", openapi_extra=permitted(Permission.SEE, AskedAt.ADDRESSED))
def read_request(caller: Calling, request: RequestAddress) -> Request:
    """One request with what the checks say, who signed, what is missing, and everything that happened."""
    with caller.reading() as session:
        return _shown(caller, session, _found(caller, session, request))


@router.post(
    "/requests/{request}/withdraw",
    summary="Withdraw a request",
    openapi_extra=permitted(Permission.WITHDRAW_REQUEST, AskedAt.ADDRESSED),
)
def withdraw_request(caller: Calling, request: RequestAddress, sent: Words) -> Request:
    """Take a request back. Only who opened it can."""
    return _moved(caller, request, sent.comment, actions.withdraw)


@router.post(
    "/requests/{request}/resubmit",
    summary="Resubmit a request",
    openapi_extra=permitted(Permission.OPEN_REQUEST, AskedAt.ADDRESSED),
)
def resubmit_request(caller: Calling, request: RequestAddress, sent: Words) -> Request:
    """Answer the changes that were asked for, in a sentence. Everything is pinned anew, and people look again."""
    return _moved(caller, request, sent.comment, actions.resubmit)


@router.post(
    "/requests/{request}/comments",
    status_code=201,
    summary="Comment on a request",
    openapi_extra=permitted(Permission.COMMENT, AskedAt.ADDRESSED),
)
def comment_request(caller: Calling, request: RequestAddress, sent: Words) -> Request:
    """Say something to the people who decide. A comment weighs nothing."""
    return _moved(caller, request, sent.comment, _comment)


@router.post(
    "/requests/{request}/reviews",
    status_code=403,
    summary="Sign a request: never here",
    openapi_extra=permitted(Permission.REVIEW_AS_MODEL_OWNER, AskedAt.ADDRESSED),
)
def review_request(caller: Calling, request: RequestAddress, sent: NewReview) -> None:  # noqa: ARG001 - what is never taken
    """Always refused: a decision needs a person who shows, in a browser, who they are. No token signs."""
    with caller.reading() as session:
        address = _found(caller, session, request).address
    with caller.changing():  # so that the refusal is recorded
        raise AccessError(
            "A token cannot sign: a decision needs a person.",
            _IN_A_BROWSER.format(url=settings().public_url, request=address),
        )


def _found(caller: Caller, session: Session, address: str) -> TransitionRequest:
    found = queries.request(session, queries.number(address))
    caller.model_of(session, found.model_id, queries.absent(found.key))
    return found


def _moved(
    caller: Caller, address: str, words: str, move: Callable[[Transaction, int, str], TransitionRequest]
) -> Request:
    with caller.reading() as session:
        number = _found(caller, session, address).key
    with caller.changing() as tx:
        return _shown(caller, tx.session, move(tx, number, words))


def _comment(tx: Transaction, number: int, words: str) -> TransitionRequest:
    request = queries.request(tx.session, number)
    signing.submit_review(tx, number, ReviewDecision.COMMENT, Digest(request.evidence_digest), comment=words)
    return request


def _shown(caller: Caller, session: Session, request: TransitionRequest) -> Request:
    found = dossier.gather(session, caller.store.blobs, request, caller.store.clock())
    said = queries.reviews(session, request.key)
    seated = [person for seat in found.standing.quorum.seats for person in seat.people]
    names = people.names(session, [request.opened_by, *seated])
    return Request.of(found, said, names, queries.comment(session, request))
