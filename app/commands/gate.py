"""`signoff gate`: whether a version, or bytes, may be released."""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands import checks
from app.commands.completing import versions
from app.commands.door import door, server
from app.commands.telling import Json, complain, examples, say
from app.settings import settings
from core import digest
from core.errors import EvidenceError, GovernanceError, InputError
from core.registry.artifact import Artifact
from core.registry.artifact import read as bytes_of
from core.registry.stage import Stage

if TYPE_CHECKING:
    from app.client import Signoff
    from app.shapes.check import Check
    from app.shapes.gate import Gate

Releasable = Annotated[Stage, typer.Option(help="production or staging.")]


def gate_command(
    version: Annotated[
        str | None,
        typer.Argument(metavar="MODEL@VERSION", help="As in mortgage-approval@4.", autocompletion=versions),
    ] = None,
    stage: Releasable = Stage.PRODUCTION,
    fingerprint: Annotated[str | None, typer.Option("--digest", help="SHA-256 of the bytes to be released.")] = None,
    artifact: Annotated[
        str | None,
        typer.Option(help="The bytes themselves: a file, a folder with its model.sig, or oci:NAME@sha256:…."),
    ] = None,
    attestation: Annotated[
        Path | None, typer.Option(help="Go by this release attestation alone: no server, no store.")
    ] = None,
    key: Annotated[
        list[str] | None, typer.Option(help="With --attestation: the release key, taken from elsewhere.")
    ] = None,
    resource: Annotated[
        str | None, typer.Option(help="With --attestation: what it must be about, signoff://HOST/models/….")
    ] = None,
    verifier: Annotated[
        str | None, typer.Option(help="With --attestation: who must have verified, https://HOST/verifier/v1.")
    ] = None,
    level: Annotated[
        list[str] | None,
        typer.Option(help="With --attestation: what must have been verified too, as in SIGNOFF_QUORUM_2."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Ask whether a version, or bytes, may be released. Exit code 0 when it may, 1 when not, 2 when it cannot be told.

    With both a version and bytes, the version must be the one that has these bytes.
    """
    if stage not in {Stage.STAGING, Stage.PRODUCTION}:
        raise InputError(f"Nothing is released to {stage.value}.", "Ask for production or staging.")
    if attestation is not None:
        if stage is not Stage.PRODUCTION:
            raise InputError(
                f"An attestation is about production only and says nothing about {stage.value}.",
                "Ask the server or the store, without --attestation.",
            )
        from app.commands import offline  # noqa: PLC0415 - what reads signatures; asking a server needs none of it

        offline.gate(
            attestation,
            key or [],
            version=version,
            fingerprint=fingerprint,
            bytes_at=artifact,
            resource=resource,
            verifier=verifier,
            levels=level or [],
            as_json=as_json,
        )
        return
    if key or resource or verifier or level:
        raise InputError("These options need an attestation to look at.", "Give it with --attestation FILE.")
    seen = _bytes_at_hand(artifact, fingerprint, as_json=as_json)
    if version is None and seen is None:
        raise InputError("There is nothing to ask about.", "Give MODEL@VERSION, or --artifact or --digest, or both.")
    with cannot_be_told(as_json=as_json), door() as signoff:
        answer = signoff.gate(
            version, stage, digest=seen.digest if seen else None, manifest=seen.manifest if seen else None
        )
        house = signoff.url if server() else settings().public_url
        closed = _closed_by(signoff, answer)
    shown = answer.version or digest.short(answer.artifact or (seen.digest if seen else ""))
    _tell(answer, shown, stage, house, closed, as_json=as_json)


def _bytes_at_hand(artifact: str | None, fingerprint: str | None, *, as_json: bool) -> Artifact | None:
    """Name the bytes that are asked about; a folder that is not the one that was signed is refused here and now."""
    if fingerprint is not None and artifact is not None:
        raise InputError("Both bytes and a fingerprint were given.", "Give --artifact or --digest, not both.")
    if fingerprint:
        return Artifact(digest.parse(fingerprint))
    try:
        return bytes_of(artifact) if artifact else None
    except EvidenceError as changed:
        say(changed.problem, {"allowed": False, "reasons": [changed.problem]}, as_json=as_json)
        raise typer.Exit(1) from None


def _closed_by(signoff: "Signoff", answer: "Gate") -> list["Check"]:
    """Read which checks of the open request keep the gate closed: they say what clears them."""
    if answer.allowed or answer.request is None:
        return []
    try:
        return [check for check in signoff.read_request(answer.request).checks if check.blocks]
    except GovernanceError:  # the answer stands, whether or not the caller may see more of it
        return []


def _tell(answer: "Gate", shown: str, stage: Stage, house: str, closed: "list[Check]", *, as_json: bool) -> None:
    """Print an answer, and end with 1 where it is no."""
    if answer.allowed:
        words = f"{shown} may be released to {stage.value}: approved by {answer.request}, policy {answer.policy}."
        words += f"\n  without an attestation: {answer.unattested}" if answer.unattested else ""
    else:
        words = "\n".join(
            [
                f"{shown} may not be released to {stage.value}:",
                *(f"  {reason}" for reason in answer.reasons),
                *([""] if closed else []),
                *checks.answered(closed),
            ]
        )
    say(
        words,
        {
            "allowed": answer.allowed,
            "reasons": answer.reasons,
            "checks": [check.model_dump(mode="json") for check in closed],
            "version": answer.version,
            "artifact": answer.artifact,
            "stage": stage.value,
            "request": answer.request,
            "attestation": f"{house}{answer.attestation}" if answer.attestation else None,
        },
        as_json=as_json,
    )
    if not answer.allowed:
        raise typer.Exit(1)


@contextmanager
def cannot_be_told(*, as_json: bool) -> Iterator[None]:
    """End with 2 when there is no answer: 1 says that somebody looked, and it may not be released."""
    try:
        yield
    except GovernanceError as refused:
        complain(refused, as_json=as_json)
        raise typer.Exit(2) from None
    except Exception:  # noqa: BLE001 - shown whole; whatever went wrong, nobody has looked
        traceback.print_exc()
        raise typer.Exit(2) from None


def register(cli: typer.Typer) -> None:
    """Add this command."""
    cli.command(
        "gate",
        epilog=examples(
            "signoff gate mortgage-approval@4 --stage production",
            "signoff gate --stage production --json --digest \"$(sha256sum model.onnx | cut -d ' ' -f 1)\"",
            "signoff gate --attestation approval.dsse.json --key release.pub --artifact model.onnx",
        ),
    )(gate_command)
