"""`signoff request`, `requests` and `gate`: asking for a transition, and whether something may be released."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from app.commands.completing import Version, models, versions
from app.commands.door import door, server
from app.commands.listing import Limit, Page, part
from app.commands.telling import Json, examples, say, tabulate
from app.settings import settings
from core import digest
from core.approvals.states import RequestState
from core.errors import EvidenceError, GovernanceError, InputError
from core.registry.artifact import Artifact
from core.registry.artifact import read as bytes_of
from core.registry.stage import Stage

Releasable = Annotated[Stage, typer.Option(help="production or staging.")]


def request_command(
    version: Version,
    stage: Annotated[Stage, typer.Option(help="Where it is to go.")],
    comment: Annotated[str, typer.Option(help="What the reviewers should know.")] = "",
    as_json: Json = False,
) -> None:
    """Ask that a version goes to a stage; prints the request and what the checks say.

    Nobody signs from a command line: reviewers find the request in their inboxes.
    """
    with door() as signoff:
        asked = signoff.request(version, stage, comment)
    wanted = [role.words.lower() for role in asked.wanted]
    lines = [
        f"{asked.request}: {asked.title}, {asked.kind.words}",
        *(f"  {check.verdict.words:<26} {check.title}" for check in asked.checks),
        *(f"  in the way: {obstacle}" for obstacle in asked.obstacles if not asked.checks),
        f"Waits for: {', '.join(wanted)}." if wanted else "Waits for nobody.",
    ]
    say(
        "\n".join(lines),
        {
            "request": asked.request,
            "version": version,
            "stage": stage.value,
            "kind": asked.kind.value,
            "evidence": asked.evidence,
            "policy": asked.policy,
            "opens": asked.opens,
            "checks": [
                {"rule": check.rule, "title": check.title, "verdict": check.verdict.value, "found": check.found}
                for check in asked.checks
            ],
            "obstacles": asked.obstacles,
            "wanted": [role.value for role in asked.wanted],
        },
        as_json=as_json,
    )


def requests_command(
    state: Annotated[list[RequestState] | None, typer.Option(help="Only in this state; may be repeated.")] = None,
    model: Annotated[str | None, typer.Option(help="Only about this model.", autocompletion=models)] = None,
    mine: Annotated[bool, typer.Option("--mine", help="Only what waits for you; people sign in a browser.")] = False,
    page: Page = 1,
    limit: Limit = 25,
    as_json: Json = False,
) -> None:
    """List the requests, newest first, with the signatures they wait for."""
    with door() as signoff:
        found = part(signoff.requests(limit=limit, state=state or (), model=model, mine=mine), page, limit)
    if as_json:
        tabulate([request.model_dump(mode="json") for request in found], as_json=True)
        return
    tabulate(
        [
            {
                "request": request.request,
                "what": request.title,
                "state": request.state.words,
                "opened": f"{request.opened_at:%Y-%m-%d}",
                "by": request.opened_by,
                "waits_for": ", ".join(role.words.lower() for role in request.wanted),
            }
            for request in found
        ],
        nothing="No request like that.",
    )


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
    if fingerprint is not None and artifact is not None:
        raise InputError("Both bytes and a fingerprint were given.", "Give --artifact or --digest, not both.")
    try:
        seen = bytes_of(artifact) if artifact else Artifact(digest.parse(fingerprint)) if fingerprint else None
    except EvidenceError as changed:
        say(changed.problem, {"allowed": False, "reasons": [changed.problem]}, as_json=as_json)
        raise typer.Exit(1) from None
    bytes_asked = seen.digest if seen else None
    if version is None and bytes_asked is None:
        raise InputError("There is nothing to ask about.", "Give MODEL@VERSION, or --artifact or --digest, or both.")
    with cannot_be_told(), door() as signoff:
        answer = signoff.gate(version, stage, digest=bytes_asked, manifest=seen.manifest if seen else None)
        house = signoff.url if server() else settings().public_url
    shown = answer.version or digest.short(answer.artifact or bytes_asked or "")
    if answer.allowed:
        words = f"{shown} may be released to {stage.value}: approved by {answer.request}, policy {answer.policy}."
        words += f"\n  without an attestation: {answer.unattested}" if answer.unattested else ""
    else:
        words = "\n".join(
            [f"{shown} may not be released to {stage.value}:", *(f"  {reason}" for reason in answer.reasons)]
        )
    say(
        words,
        {
            "allowed": answer.allowed,
            "reasons": answer.reasons,
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
def cannot_be_told() -> Iterator[None]:
    """End with 2 when there is no answer: 1 says that somebody looked, and it may not be released."""
    try:
        yield
    except GovernanceError as refused:
        typer.echo(f"{refused.problem}\n{refused.fix}", err=True)
        raise typer.Exit(2) from None


def register(cli: typer.Typer) -> None:
    """Add these commands."""
    cli.command(
        "request",
        epilog=examples('signoff request mortgage-approval@4 --stage production --comment "Weekly retraining"'),
    )(request_command)
    cli.command(
        "requests",
        epilog=examples("signoff requests --state open --model mortgage-approval", "signoff requests --mine --json"),
    )(requests_command)
    cli.command(
        "gate",
        epilog=examples(
            "signoff gate mortgage-approval@4 --stage production",
            "signoff gate --digest sha256:9f86d0… --stage production --json",
            "signoff gate --attestation approval.dsse.json --key release.pub --artifact model.onnx",
        ),
    )(gate_command)
