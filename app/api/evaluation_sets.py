"""`/evaluation-sets`: rows whose labels the uploader of predictions does not supply."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from sqlmodel import Session

from app.api.caller import Calling
from app.api.paging import Sliced
from app.api.permitted import AskedAt, permitted
from app.api.route import Route
from app.api.uploads import SentFile, expect, limits, on_disk, spec_field, specified
from app.shapes.evaluation_set import EvaluationSet, EvaluationSetLine, NewEvaluationSet
from app.shapes.shape import Listed, Slug
from core.access import queries as people
from core.access.permission import ANYWHERE, Permission
from core.evaluation import listing, queries
from core.evaluation.evaluation_set import EvaluationSet as Row
from core.registry.version import Task

router = APIRouter(route_class=Route, tags=["evaluation sets"])

SentSpec = Annotated[
    str,
    spec_field(
        NewEvaluationSet,
        {
            "name": "mortgage-holdout",
            "task": "binary",
            "columns": {"id": "application", "label": "approve", "groups": ["race"]},
            "dataset": {"name": "loanapp", "version": "1", "split": "test"},
            "independence": "held_out",
        },
    ),
]
"""How to read the rows of a set."""


@router.get("/evaluation-sets", summary="List evaluation sets", openapi_extra=permitted(Permission.SEE))
def list_evaluation_sets(
    caller: Calling,
    page: Sliced,
    task: Annotated[Task | None, Query(description="Only those of this task.")] = None,
) -> Listed[EvaluationSetLine]:
    """Evaluation sets by name, a slice at a time, with how often each was used.

    A token that is bound to models sees those that its models were measured on. The first evaluation on a set needs no
    more than its name.
    """
    with caller.reading() as session:
        caller.require(session, Permission.SEE)
        found = listing.sets(session, task, page.wanted, caller.models)
    return page.answer(found, EvaluationSetLine.of)


@router.post(
    "/evaluation-sets",
    status_code=201,
    summary="Register an evaluation set",
    openapi_extra=permitted(Permission.REGISTER_EVALUATION_SET, AskedAt.ANYWHERE),
)
def register_evaluation_set(caller: Calling, response: Response, file: SentFile, spec: SentSpec) -> EvaluationSet:
    """Register a file of ids, labels, groups and clusters. A set is never changed: what is wrong gets a new name."""
    from core.evaluation import actions, set_intake  # noqa: PLC0415 - the numerics, for this one of all routes

    said = specified(NewEvaluationSet, spec).said()
    expect(caller, Permission.REGISTER_EVALUATION_SET, ANYWHERE)
    with on_disk(file) as (path, name):
        prepared = set_intake.prepare_set(caller.store, path, name, said, limits())
    with caller.changing() as tx:
        shown = _shown(tx.session, actions.register_set(tx, prepared))
    response.headers["location"] = f"/api/v1/evaluation-sets/{shown.name}"
    return shown


@router.get(
    "/evaluation-sets/{name}",
    summary="Read an evaluation set",
    openapi_extra=permitted(Permission.SEE, AskedAt.ADDRESSED),
)
def read_evaluation_set(
    caller: Calling, name: Annotated[Slug, Path(description="Its name.", examples=["mortgage-holdout"])]
) -> EvaluationSet:
    """One evaluation set: what its rows are, and how often it was used. The rows themselves never leave."""
    with caller.reading() as session:
        caller.require(session, Permission.SEE)
        return _shown(session, queries.evaluation_set(session, name, caller.models))


def _shown(session: Session, row: Row) -> EvaluationSet:
    by = people.names(session, [row.registered_by]).get(row.registered_by, "")
    return EvaluationSet.of(row, by, queries.uses(session, row.key))
