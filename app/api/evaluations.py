"""`/…/evaluations`: predictions in, every metric recomputed with its interval out."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from sqlmodel import Session

from app.api.caller import Calling
from app.api.models import ModelName
from app.api.paging import Sliced
from app.api.permitted import AskedAt, permitted
from app.api.route import Route
from app.api.uploads import SentFile, limits, on_disk, spec_field, spoken
from app.api.versions import VersionNumber
from app.shapes.evaluation import Evaluation, EvaluationLine
from app.shapes.shape import Listed
from core.access import queries as people
from core.access.permission import Permission
from core.evaluation import listing, queries, upload
from core.evaluation.evaluation import Evaluation as Row
from core.registry import queries as registry

router = APIRouter(route_class=Route, tags=["evaluations"])

EvaluationAddress = Annotated[
    str, Path(pattern=r"^EVL-[1-9][0-9]{0,8}$", description="Its address.", examples=["EVL-12"])
]
"""The `{evaluation}` of an address."""

SentSpec = Annotated[
    str,
    spec_field(
        upload.Spec,
        {
            "task": "binary",
            "set": "mortgage-holdout",
            "columns": {"id": "application", "prediction": "approve", "score": "p_approve"},
            "positive": 1,
            "threshold": 0.8,
            "reported": {"accuracy": 0.88},
        },
    ),
]
"""How to read a file of predictions."""


@router.get(
    "/models/{model}/versions/{version}/evaluations",
    summary="List the evaluations of a version",
    openapi_extra=permitted(Permission.SEE, AskedAt.ADDRESSED),
)
def list_evaluations(caller: Calling, page: Sliced, model: ModelName, version: VersionNumber) -> Listed[EvaluationLine]:
    """Every upload of a version, newest first, a slice at a time, without their numbers."""
    with caller.reading() as session:
        caller.model(session, model)
        found = registry.version(session, model, version)
        lines = listing.evaluations(session, found.key, page.wanted)
    return page.answer(lines, EvaluationLine.of)


@router.post(
    "/models/{model}/versions/{version}/evaluations",
    status_code=201,
    summary="Upload predictions",
    openapi_extra=permitted(Permission.UPLOAD_EVALUATION, AskedAt.ADDRESSED),
)
def upload_evaluation(
    caller: Calling, response: Response, model: ModelName, version: VersionNumber, file: SentFile, spec: SentSpec
) -> Evaluation:
    """Upload a file of predictions. Signoff recomputes every metric with its interval, and answers with what it found.

    With `set` in the spec, labels and groups come from that evaluation set and the file brings ids and predictions;
    without it, the file names the column of its label. Only columns that play a part are kept.
    """
    from core.evaluation import actions  # noqa: PLC0415 - the numerics, for this one of all routes

    with caller.reading() as session:
        caller.model(session, model)
    said = upload.parse(spoken(spec))
    with on_disk(file) as (path, name):
        found = actions.upload(
            caller.store,
            caller.actor,
            (model, version),
            path,
            name,
            spec=said,
            limits=limits(),
            changing=caller.changing,
        )
    with caller.reading() as session:
        shown = _shown(session, found)
    response.headers["location"] = f"/api/v1/evaluations/{shown.evaluation}"
    return shown


@router.get(
    "/evaluations/{evaluation}",
    summary="Read an evaluation",
    openapi_extra=permitted(Permission.SEE, AskedAt.ADDRESSED),
)
def read_evaluation(caller: Calling, evaluation: EvaluationAddress) -> Evaluation:
    """One upload with every number that was computed from it. An evaluation is never changed."""
    with caller.reading() as session:
        found = queries.by_address(session, evaluation)
        caller.model_of(session, registry.version_by_id(session, found.version_id).model_id, queries.absent(found.key))
        return _shown(session, found)


def _shown(session: Session, found: Row) -> Evaluation:
    version = registry.version_by_id(session, found.version_id)
    return Evaluation.measured(
        found,
        queries.results(session, found.key),
        of=(registry.model_by_id(session, version.model_id).slug, version.version),
        set_name=None if found.set_id is None else queries.set_by_id(session, found.set_id).name,
        by=people.names(session, [found.uploaded_by]).get(found.uploaded_by, ""),
    )
