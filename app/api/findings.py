"""`/findings`: problems somebody found in a version."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from sqlmodel import Session

from app.api.caller import Caller, Calling
from app.api.paging import Sliced
from app.api.permitted import AskedAt, permitted
from app.api.route import Route
from app.shapes.finding import Finding, FindingResolution, NewFinding
from app.shapes.shape import Listed, Slug
from core.access import queries as people
from core.access.permission import Permission
from core.approvals import findings as deciding
from core.approvals import queries as requests
from core.errors import InputError, NotFoundError
from core.evidence import actions, queries
from core.evidence.actions import Problem
from core.evidence.finding import FindingState
from core.evidence.queries import FindingFilter
from core.monitoring import alerts
from core.registry import queries as registry
from core.registry.address import Number
from core.store.transaction import Transaction

router = APIRouter(route_class=Route, tags=["findings"])

FindingAddress = Annotated[str, Path(pattern=r"^FND-[1-9][0-9]{0,8}$", description="Its address.", examples=["FND-3"])]
"""The `{finding}` of an address."""


@router.get("/findings", summary="List findings", openapi_extra=permitted(Permission.SEE))
def list_findings(
    caller: Calling,
    page: Sliced,
    model: Annotated[Slug | None, Query(description="Only about this model.")] = None,
    version: Annotated[Number | None, Query(description="Only about this version of it.")] = None,
    state: Annotated[
        list[FindingState] | None, Query(description="Only in these states; repeat it for several.")
    ] = None,
) -> Listed[Finding]:
    """Findings, newest first, a slice at a time."""
    if version is not None and model is None:
        raise InputError("A version alone names nothing.", "Give its model too.")
    with caller.reading() as session:
        caller.require(session, Permission.SEE)
        about = caller.model(session, model) if model else None
        looked_for = FindingFilter(
            version_id=registry.version(session, model, version).key if model and version else None,
            model_id=about.key if about else None,
            states=state or tuple(FindingState),
            among=caller.models,
        )
        found = queries.slice_of(session, looked_for, page.wanted)
    return page.answer(found, Finding.of)


@router.post(
    "/findings",
    status_code=201,
    summary="Raise a finding",
    openapi_extra=permitted(Permission.RAISE_FINDING, AskedAt.ADDRESSED),
)
def raise_finding(caller: Calling, response: Response, sent: NewFinding) -> Finding:
    """Attach a problem to a version. A high one blocks its approval until somebody independent closes it."""
    with caller.reading() as session:
        place = caller.model(session, sent.model).scope
    with caller.changing() as tx:
        caller.require(tx.session, Permission.RAISE_FINDING, place)  # first: a refusal tells nothing of accounts
        version = registry.version(tx.session, sent.model, sent.version)
        problem = Problem(
            title=sent.title,
            severity=sent.severity,
            owner_id=_owner(tx, sent.owner),
            detail=sent.detail,
            due_at=sent.due_at,
            request=_request(tx, sent.request, version.key),
            alert=_alert(tx, sent.alert, version.key),
        )
        shown = Finding.of(queries.line(tx.session, actions.raise_finding(tx, version, problem).key))
    response.headers["location"] = f"/api/v1/findings/{shown.finding}"
    return shown


@router.get("/findings/{finding}", summary="Read a finding", openapi_extra=permitted(Permission.SEE, AskedAt.ADDRESSED))
def read_finding(caller: Calling, finding: FindingAddress) -> Finding:
    """One finding: what is wrong, who mends it until when, and whether it still blocks."""
    with caller.reading() as session:
        return Finding.of(queries.line(session, _number(caller, session, finding)))


@router.post(
    "/findings/{finding}/resolve",
    summary="Resolve a finding",
    openapi_extra=permitted(Permission.RESOLVE_FINDING, AskedAt.ADDRESSED),
)
def resolve_finding(caller: Calling, finding: FindingAddress, sent: FindingResolution) -> Finding:
    """Say what was done. Said by an independent reviewer, it is closed; said by anybody else, it waits for one."""
    with caller.reading() as session:
        number = _number(caller, session, finding)
    with caller.changing() as tx:
        deciding.resolve_finding(tx, number, sent.resolution)
        return Finding.of(queries.line(tx.session, number))


def _number(caller: Caller, session: Session, address: str) -> int:
    """Read an address of a finding that the caller may see."""
    found = queries.finding(session, queries.number(address))
    caller.model_of(session, found.model_id, queries.absent(found.key))
    return found.key


def _owner(tx: Transaction, username: str | None) -> int | None:
    if username is None:
        return None
    found = people.by_username(tx.session, username)
    if found is None or not found.active:
        raise InputError(f"There is no active account {username[:64]!r}.", "Name the owner by user name.")
    return found.key


def _request(tx: Transaction, address: str | None, version_id: int) -> str | None:
    """Check that a request is about the version; returns its address."""
    if address is None:
        return None
    number = requests.number(address)
    if number not in {one.key for one in requests.of_version(tx.session, version_id)}:
        raise InputError(f"REQ-{number} is not about this version.", "Name a request about it, or leave it out.")
    return f"REQ-{number}"


def _alert(tx: Transaction, address: str | None, version_id: int) -> str | None:
    """Check that an alert is about the version; returns its address."""
    if address is None:
        return None
    try:
        found = alerts.alert(tx.session, address)
    except NotFoundError:
        found = None
    if found is None or found.version_id != version_id:
        raise InputError(f"{address[:20]} is no alert about this version.", "See GET /api/v1/alerts, or leave it out.")
    return found.address
