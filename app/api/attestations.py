"""`/attestations`: the signed answer about bytes, for tools that verify it themselves, and the key to do so."""

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Path, Query, Response

from app.api.caller import Caller, Calling
from app.api.permitted import AskedAt, permitted
from app.api.route import Route
from app.shapes.shape import Slug
from core import digest
from core.access.permission import Permission
from core.approvals import attested
from core.approvals.attested import Form
from core.audit.dsse import PublicKey
from core.errors import InputError, NotFoundError
from core.registry import queries

router = APIRouter(route_class=Route, prefix="/attestations", tags=["attestations"])

PEM: Final = "application/x-pem-file"
SEEN = permitted(Permission.SEE)


def _described(*forms: Form) -> dict[int | str, dict[str, Any]]:
    shapes: dict[str, dict[str, str]] = {
        form.media_type: {"type": "object" if form.media_type.endswith("json") else "string"} for form in forms
    }
    return {200: {"content": {kind: {"schema": shape} for kind, shape in shapes.items()}}}


@router.get(
    "/key",
    summary="Read the release key",
    openapi_extra=SEEN,
    response_class=Response,
    responses={200: {"content": {PEM: {"schema": {"type": "string"}}}}},
)
def read_key(
    caller: Calling,
    keyid: Annotated[
        str | None,
        Query(pattern=r"^[0-9a-f]{64}$", description="The `keyid` beside a signature; by default the key of today."),
    ] = None,
) -> Response:
    """The public key that checks attestations (ECDSA P-256, PEM).

    Pin it where you verify, and compare its fingerprint with one you got another way: a key that comes from the same
    place as the attestation proves little.
    """
    with caller.reading() as session:
        caller.require(session, Permission.SEE)
    key = _key(caller, keyid)
    return Response(key.pem, media_type=PEM, headers={"content-disposition": 'attachment; filename="release.pub"'})


@router.get(
    "/{digest}",
    summary="Read the newest attestation about bytes",
    openapi_extra=permitted(Permission.SEE, AskedAt.ADDRESSED),
    response_class=Response,
    responses=_described(*Form),
)
def read_attestation(
    caller: Calling,
    about: Annotated[
        str,
        Path(
            alias="digest",
            pattern=r"^(sha256:)?[0-9a-f]{64}$",
            description="SHA-256 of the artifact: of a file, of an OCI manifest, or the root of a signed folder.",
            examples=[f"sha256:{'ab' * 32}"],
        ),
    ],
    model: Annotated[
        Slug | None, Query(description="The model; with `version`, where others have the bytes too.")
    ] = None,
    version: Annotated[int | None, Query(ge=1, le=999_999_999, description="The version of it.", examples=[4])] = None,
    bundle: Annotated[
        Literal["sigstore"] | None, Query(description="Wrapped for cosign and Sigstore's libraries (bundle v0.3).")
    ] = None,
    proof: Annotated[
        Literal["tlog"] | None, Query(description="Instead, the proof that the log says the same (tlog-proof).")
    ] = None,
) -> Response:
    """The newest attestation about these bytes as a DSSE envelope; it says PASSED, or FAILED where it was taken back.

    Where several models have the same bytes and none is named, those on which most depends speak.

    A signature alone is not enough: check that it says PASSED, is about your bytes and has not ended, as
    `signoff gate --attestation` does.
    """
    if (model is None) != (version is None):
        raise InputError("A model and a version belong together.", "Give both, or neither.")
    form = Form.TLOG if proof else Form.SIGSTORE if bundle else Form.DSSE
    with caller.reading() as session:
        caller.require(session, Permission.SEE)
        artifact = digest.parse(about)
        if model is not None and version is not None:
            caller.model(session, model)
            row = attested.newest(session, queries.version(session, model, version).key)
            row = row if row is not None and row.artifact == artifact else None
        else:
            row = attested.of_bytes(session, artifact, frozenset(caller.models) or None)
        if row is None:
            raise NotFoundError(
                "There is no attestation about these bytes.",
                "A version gets one when it is approved for production. Ask GET /api/v1/gate what is missing.",
            )
        written = attested.written(session, row, form)
    headers = {"content-disposition": f'attachment; filename="{form.filename}"'}
    return Response(written, media_type=form.media_type, headers=headers)


def _key(caller: Caller, keyid: str | None) -> PublicKey:
    keys = caller.store.issuer.keys
    if keyid is None:
        return keys.current()
    if (found := next((key for key in keys.kept() if key.id == keyid), None)) is None:
        raise NotFoundError("No release was ever signed here with such a key.", "Leave out keyid for today's key.")
    return found
