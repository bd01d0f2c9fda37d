"""`/gate`: may this be released? What a pipeline asks before it deploys."""

from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from sqlmodel import Session

from app.api.caller import Caller, Calling
from app.api.permitted import AskedAt, permitted
from app.api.route import Route
from app.shapes.gate import Gate
from app.shapes.shape import Sha256, Slug
from core import digest as digests
from core.access.permission import Permission
from core.approvals.release import Release, may_release, may_release_bytes, with_same_names
from core.errors import InputError
from core.registry import queries
from core.registry.address import Number
from core.registry.stage import Stage

router = APIRouter(route_class=Route, tags=["gate"])


@router.get("/gate", summary="May this be released?", openapi_extra=permitted(Permission.SEE, AskedAt.ADDRESSED))
def ask_gate(
    caller: Calling,
    model: Annotated[Slug | None, Query(description="The model; with `version`.")] = None,
    version: Annotated[Number | None, Query(description="The version of it.", examples=[4])] = None,
    digest: Annotated[Sha256 | None, Query(description="Fingerprint of the bytes to be released.")] = None,
    manifest: Annotated[
        Sha256 | None, Query(description="With `digest`: fingerprint of the list of their files, where it is a folder.")
    ] = None,
    stage: Annotated[
        Literal["production", "staging"], Query(description="Where it is to be released to.")
    ] = "production",
) -> Gate:
    """Tell whether a version, or bytes, may be released to a stage, and every reason why not.

    Ask about a version, about bytes, or about both: then the version must be the one that has these bytes.
    """
    if (model is None) != (version is None):
        raise InputError("A model and a version belong together.", "Give both, or give a digest.")
    if model is None and digest is None:
        raise InputError("There is nothing to ask about.", "Give model and version, or digest, or all three.")
    if manifest is not None and digest is None:
        raise InputError("A list of files says nothing alone.", "Give the digest that it belongs to, too.")
    target, bytes_asked = Stage(stage), digests.parse(digest) if digest else None
    names = digests.parse(manifest) if manifest else None
    with caller.reading() as session:
        if model is not None and version is not None:
            answer = _about_version(caller, session, (model, version), target, bytes_asked, names)
        else:
            caller.require(session, Permission.SEE)
            among = frozenset(caller.models) or None
            answer = may_release_bytes(
                session,
                caller.store.blobs,
                bytes_asked or "",
                target,
                caller.store.clock(),
                models=among,
                manifest=names,
            )
        return Gate.of(answer, target)


def _about_version(
    caller: Caller,
    session: Session,
    named: tuple[str, int],
    target: Stage,
    artifact: str | None,
    manifest: str | None,
) -> Release:
    caller.model(session, named[0])
    version = queries.version(session, *named)
    answer = may_release(session, caller.store.blobs, version, target, caller.store.clock())
    if artifact is None or artifact == version.artifact_sha256:
        return with_same_names(answer, version, manifest)
    return replace(answer, allowed=False, reasons=(f"{answer.version} has other bytes than these", *answer.reasons))
