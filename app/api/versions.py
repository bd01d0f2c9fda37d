"""`/models/{model}/versions`: what was built, with its artifact's fingerprint and its reproducibility record."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from app.api.caller import Calling
from app.api.models import ModelName
from app.api.paging import Sliced
from app.api.permitted import AskedAt, permitted
from app.api.route import Route
from app.shapes.shape import Listed
from app.shapes.versions import NewVersion, Version
from core.access.permission import Permission
from core.registry import actions, listing
from core.registry.actions import Build
from core.registry.address import Number

router = APIRouter(route_class=Route, tags=["versions"])

SEEN = permitted(Permission.SEE, AskedAt.ADDRESSED)

VersionNumber = Annotated[Number, Path(description="The version's number.", examples=[4])]
"""The `{version}` of an address."""


@router.get("/models/{model}/versions", summary="List the versions of a model", openapi_extra=SEEN)
def list_versions(caller: Calling, page: Sliced, model: ModelName) -> Listed[Version]:
    """Versions of a model, newest first, a slice at a time."""
    with caller.reading() as session:
        found = listing.versions(session, caller.model(session, model), page.wanted)
    return page.answer(found, lambda one: Version.of(model, one))


@router.post(
    "/models/{model}/versions",
    status_code=201,
    summary="Register a version",
    openapi_extra=permitted(Permission.REGISTER_VERSION, AskedAt.ADDRESSED),
)
def register_version(caller: Calling, response: Response, model: ModelName, sent: NewVersion) -> Version:
    """Register the next version of a model. The artifact stays where it is: its fingerprint and its size travel."""
    with caller.reading() as session:
        caller.model(session, model)
    with caller.changing() as tx:
        version = actions.register_version(
            tx,
            model,
            Build(
                task=sent.task,
                artifact_uri=sent.artifact_uri,
                artifact_sha256=sent.artifact_sha256,
                artifact_manifest=sent.artifact_manifest,
                artifact_size=sent.artifact_size,
                artifact_format=sent.artifact_format,
                code_ref=sent.code_ref,
                data_digests=sent.data_digests,
                environment_ref=sent.environment_ref,
                seed=sent.seed,
                change_note=sent.change_note,
            ),
        )
        shown = Version.of(model, listing.version_facts(tx.session, version))
    response.headers["location"] = f"/api/v1/models/{model}/versions/{shown.version}"
    return shown


@router.get("/models/{model}/versions/{version}", summary="Read a version", openapi_extra=SEEN)
def read_version(caller: Calling, model: ModelName, version: VersionNumber) -> Version:
    """One version of a model."""
    with caller.reading() as session:
        return Version.of(model, listing.version(session, caller.model(session, model), version))
