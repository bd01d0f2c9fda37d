"""`/reports`: what an auditor takes away, sealed."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from fastapi.responses import StreamingResponse
from sqlmodel import Session

from app.api.caller import Caller, Calling
from app.api.documents import content
from app.api.paging import Sliced
from app.api.permitted import AskedAt, permitted
from app.api.route import Route
from app.download import download
from app.shapes.reports import NewPopulation, NewReport, Report
from app.shapes.shape import Listed
from core.access.permission import Permission, may
from core.access.scope import EVERYTHING, Scope
from core.errors import NotFoundError
from core.registry import queries as registry
from core.reports import queries
from core.reports.report import Report as Kept
from core.reports.report import ReportKind
from core.store.export import named, taken

router = APIRouter(route_class=Route, tags=["reports"])

PDF, CSV = content("application/pdf"), content("text/csv")
EXPORTED, EVERYWHERE = permitted(Permission.EXPORT_REPORT, AskedAt.ADDRESSED), permitted(Permission.EXPORT_REPORT)

ReportAddress = Annotated[str, Path(pattern=r"^RPT-[1-9][0-9]{0,8}$", description="The report.", examples=["RPT-5"])]
"""The `{report}` of an address."""


@router.get("/reports", summary="List reports", openapi_extra=permitted(Permission.SEE))
def list_reports(caller: Calling, page: Sliced) -> Listed[Report]:
    """What was exported and by whom, newest first."""
    with caller.reading() as session:
        caller.require(session, Permission.SEE)
        found = queries.exported_slice(session, page.wanted, caller.models)
    return page.answer(found, Report.of)


@router.post("/reports", status_code=201, summary="Export a report", openapi_extra=EXPORTED)
def export_report(caller: Calling, response: Response, sent: NewReport) -> Report:
    """Export the audit report of a version as a sealed PDF, record that it left, and answer with its address."""
    from core.reports import actions, preparing  # noqa: PLC0415 - drawing and sealing take a second to load

    with caller.reading() as session:
        caller.model(session, sent.model)
    prepared = preparing.prepare(caller.store, caller.actor, sent.model, sent.version)
    with caller.changing() as tx:
        made = actions.export(tx, prepared).report
        shown = Report.of(queries.line(tx.session, made.key))
    response.headers["location"] = shown.address
    return shown


@router.post(
    "/reports/population",
    status_code=201,
    summary="Export the promotions of a period",
    openapi_extra=EVERYWHERE,
)
def export_population(caller: Calling, response: Response, sent: NewPopulation) -> Report:
    """Export every promotion and rollback of a period, as a sealed PDF and as CSV, to draw a sample from."""
    from core.reports import actions, preparing  # noqa: PLC0415 - as above

    prepared = preparing.prepare_population(caller.store, caller.actor, sent.start, sent.end)
    with caller.changing() as tx:
        made = actions.export(tx, prepared).report
        shown = Report.of(queries.line(tx.session, made.key))
    response.headers["location"] = shown.address
    return shown


@router.get(
    "/reports/{report}",
    summary="Take a report",
    openapi_extra=EXPORTED,
    response_class=StreamingResponse,
    responses=PDF,
)
def take_report(caller: Calling, report: ReportAddress) -> StreamingResponse:
    """The sealed PDF, for whoever exported it; everybody else exports their own, so that the log says who has one."""
    with caller.reading() as session:
        own = _own(caller, session, report)
        found, kept = taken(session, own.export_id, caller.person_id)
    return download(caller.store.blobs.open(kept), found.filename, found.media_type)


@router.get(
    "/reports/{population}/table",
    summary="Take the promotions of a period",
    openapi_extra=EVERYWHERE,
    response_class=StreamingResponse,
    responses=CSV,
)
def take_table(caller: Calling, population: ReportAddress) -> StreamingResponse:
    """The promotions of a period as CSV, safe for spreadsheets, for whoever exported them."""
    with caller.reading() as session:
        own = _own(caller, session, population)
        found = named(session, own.table_filename, caller.person_id) if own.kind is ReportKind.POPULATION else None
    if found is None:
        raise NotFoundError(f"{population} has no rows of its own.", f"Take its PDF: GET /api/v1/reports/{population}.")
    return download(caller.store.blobs.open(found.digest), found.filename, found.media_type)


def _own(caller: Caller, session: Session, report: str) -> Kept:
    """Find a report that the caller exported and may still take.

    Raises:
        NotFoundError: there is none like that of theirs.
    """
    caller.require(session, Permission.SEE)
    own = session.get(Kept, int(report.removeprefix("RPT-")))
    place = _place(session, own)
    if own is None or own.made_by != caller.person_id or not may(session, caller.actor, Permission.SEE, place):
        raise NotFoundError(f"There is no {report} of yours.", "Export it: POST /api/v1/reports.")
    caller.require(session, Permission.EXPORT_REPORT, place)
    return own


def _place(session: Session, report: Kept | None) -> Scope:
    """Where permissions for a report are asked: at its model, or for everything where it is about many."""
    if report is None or report.version_id is None:
        return EVERYTHING
    return registry.model_by_id(session, registry.version_by_id(session, report.version_id).model_id).scope
