"""`/audit`: the log for programs: its entries, its signed checkpoint, proofs, and the whole of it to take away."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import PlainTextResponse, StreamingResponse
from sqlmodel import Session

from app.api.caller import Caller, Calling
from app.api.documents import content
from app.api.paging import Sliced
from app.api.permitted import AskedAt, permitted
from app.api.route import Route
from app.download import download
from app.shapes.audit import AuditExport, Entry, WholeEntry
from app.shapes.shape import Listed, Moment
from core.access import custody, journal
from core.access import queries as people
from core.access.journal import EntryFilter
from core.access.permission import ANYWHERE, Permission
from core.audit import ledger, log
from core.audit.event import Event
from core.digest import EXACT
from core.errors import InputError, NotFoundError
from core.store import checkpointing
from core.store.export import Export, taken

router = APIRouter(route_class=Route, prefix="/audit", tags=["audit"])

Seq = Annotated[int, Path(ge=0, le=EXACT, description="Position of the entry, from 0.", examples=[0])]
SEEN = permitted(Permission.SEE_AUDIT_LOG, AskedAt.ANYWHERE)
TAKEN = permitted(Permission.EXPORT_AUDIT)
ZIP = content("application/zip")


@router.get("/entries", summary="List entries", openapi_extra=SEEN)
def list_entries(
    caller: Calling,
    page: Sliced,
    who: Annotated[str | None, Query(max_length=254, description="User name or e-mail of who acted.")] = None,
    event: Annotated[list[Event] | None, Query(max_length=200, description="Any of these happened.")] = None,
    about: Annotated[str, Query(max_length=200, description="Part of the subject's address, as in REQ-17.")] = "",
    since: Annotated[Moment | None, Query(description="Not before this moment.")] = None,
    until: Annotated[Moment | None, Query(description="Before this moment.")] = None,
) -> Listed[Entry]:
    """What happened, newest first."""
    with caller.reading() as session:
        _require(caller, session)
        looked_for = EntryFilter(_acting(session, who), tuple(event or ()), about, since, until)
        found = journal.entries_slice(session, looked_for, page.wanted)
    return page.answer(found, Entry.of)


@router.get("/entries/{seq}", summary="Read an entry", openapi_extra=SEEN)
def read_entry(caller: Calling, seq: Seq) -> WholeEntry:
    """One entry with the exact bytes that the log hashes; `/audit/proof/{seq}` proves that they stand in it."""
    with caller.reading() as session:
        _require(caller, session)
        return WholeEntry.whole(journal.entry(session, seq))


@router.get("/checkpoint", summary="Read the newest checkpoint", openapi_extra=SEEN, response_class=PlainTextResponse)
def read_checkpoint(caller: Calling) -> PlainTextResponse:
    """The newest signed checkpoint (a C2SP signed note). Keep it where nobody of this house can change it."""
    with caller.reading() as session:
        _require(caller, session)
        return PlainTextResponse(_newest(session))


@router.post(
    "/checkpoint",
    status_code=201,
    summary="Sign a checkpoint",
    openapi_extra=permitted(Permission.SIGN_CHECKPOINT),
    response_class=PlainTextResponse,
)
def sign_checkpoint(caller: Calling) -> PlainTextResponse:
    """Sign the log as it stands, and answer with the checkpoint."""
    return PlainTextResponse(custody.sign_checkpoint(caller.store, caller.actor), 201)


@router.get("/proof/{seq}", summary="Prove an entry", openapi_extra=SEEN, response_class=PlainTextResponse)
def prove_entry(caller: Calling, seq: Seq) -> PlainTextResponse:
    """The portable proof (c2sp.org/tlog-proof) that an entry stands in the log that the newest checkpoint signs."""
    with caller.reading() as session:
        _require(caller, session)
        connection = session.connection()
        note = _newest(session)
        if journal.signed(session).signed <= seq < log.head(connection).size:
            raise NotFoundError(f"Entry {seq} is not signed yet.", "Sign the log: POST /api/v1/audit/checkpoint.")
        return PlainTextResponse(ledger.prove(connection, seq, note).text())


@router.post("/export", status_code=201, summary="Export the log", openapi_extra=TAKEN)
def export_log(caller: Calling, response: Response) -> AuditExport:
    """Write the whole log as a zip that anybody can verify offline, and answer with its address.

    That it left is recorded, so this is a POST; taking the bytes away afterwards changes nothing and is a GET.
    """
    made = custody.offer_log(caller.store, caller.actor, caller.changing)
    with caller.reading() as session:
        shown = AuditExport.of(taken(session, made, caller.person_id)[0])
    response.headers["location"] = shown.address
    return shown


@router.get(
    "/export", summary="Take the newest export", openapi_extra=TAKEN, response_class=StreamingResponse, responses=ZIP
)
def take_newest_export(caller: Calling) -> StreamingResponse:
    """The bytes of the newest export that you made. It changes nothing: make a new one with POST."""
    with caller.reading() as session:
        caller.require(session, Permission.EXPORT_AUDIT)
        found = custody.offered_log(session, caller.person_id)
    if found is None:
        raise NotFoundError("You have not exported the log yet.", "Make an export: POST /api/v1/audit/export.")
    return _stream(caller, found)


@router.get(
    "/exports/{export}", summary="Take an export", openapi_extra=TAKEN, response_class=StreamingResponse, responses=ZIP
)
def take_export(
    caller: Calling, export: Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{32}$", description="The export's id.")]
) -> StreamingResponse:
    """The bytes of an export, for whoever made it."""
    with caller.reading() as session:
        caller.require(session, Permission.EXPORT_AUDIT)
        found, _ = taken(session, export, caller.person_id)
    if not found.filename.startswith(custody.LOG):
        raise NotFoundError("There is no such export of the log.", "Make one: POST /api/v1/audit/export.")
    return _stream(caller, found)


def _require(caller: Caller, session: Session) -> None:
    caller.require(session, Permission.SEE_AUDIT_LOG, ANYWHERE)


def _newest(session: Session) -> str:
    if (note := checkpointing.newest(session.connection())) is None:
        raise NotFoundError("Nothing is signed yet.", "Sign the log: POST /api/v1/audit/checkpoint.")
    return note


def _acting(session: Session, typed: str | None) -> int | None:
    if typed is None:
        return None
    if (person := people.by_username(session, typed)) is None:
        raise InputError(f"There is no account {typed!r}.", "Give a user name or an e-mail address.")
    return person.key


def _stream(caller: Caller, found: Export) -> StreamingResponse:
    return download(caller.store.blobs.open(found.digest), found.filename, found.media_type)
