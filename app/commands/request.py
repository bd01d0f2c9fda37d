"""`signoff request` and `signoff gate`: asking for a transition, and asking whether something may be released."""

from pathlib import Path
from typing import Annotated

import typer

from app.commands import offline
from app.commands.local import acting, local_store
from app.commands.telling import Json, examples, say
from app.settings import settings
from core import digest
from core.approvals.actions import open_request
from core.approvals.dossier import gather
from core.approvals.release import Release, may_release, may_release_bytes
from core.errors import InputError
from core.registry import queries
from core.registry.address import reference
from core.registry.artifact import read as bytes_of
from core.registry.stage import Stage

Releasable = Annotated[Stage, typer.Option(help="production or staging.")]


def request_command(
    version: Annotated[str, typer.Argument(metavar="MODEL@VERSION", help="As in mortgage-approval@4.")],
    stage: Annotated[Stage, typer.Option(help="Where it is to go.")],
    comment: Annotated[str, typer.Option(help="What the reviewers should know.")] = "",
    as_json: Json = False,
) -> None:
    """Ask that a version goes to a stage; prints the request and what the checks say.

    Nobody signs from a command line: reviewers find the request in their inboxes.
    """
    with local_store() as store:
        with store.transaction(acting(store)) as tx:
            asked = open_request(tx, queries.version(tx.session, *reference(version)), stage, comment)
        with store.reading() as session:
            dossier = gather(session, store.blobs, asked, store.clock())
    standing = dossier.standing
    checks = dossier.gate.results if dossier.gate else ()
    wanted = [role.words.lower() for role in standing.quorum.wanted]
    lines = [
        f"{asked.address}: {standing.title}, {asked.kind.words}",
        *(f"  {result.verdict.words:<26} {result.rule.title}" for result in checks),
        *(f"  in the way: {obstacle}" for obstacle in dossier.obstacles if dossier.gate is None),
        f"Waits for: {', '.join(wanted)}." if wanted else "Waits for nobody.",
    ]
    say(
        "\n".join(lines),
        {
            "request": asked.address,
            "version": version,
            "stage": stage.value,
            "kind": asked.kind.value,
            "evidence": standing.digest,
            "policy": asked.policy,
            "opens": dossier.gate.opens if dossier.gate else not dossier.obstacles,
            "checks": [
                {"rule": one.rule.id, "title": one.rule.title, "verdict": one.verdict.value, "found": one.explanation}
                for one in checks
            ],
            "obstacles": list(dossier.obstacles),
            "wanted": [role.value for role in standing.quorum.wanted],
        },
        as_json=as_json,
    )


def gate_command(
    version: Annotated[str | None, typer.Argument(metavar="MODEL@VERSION", help="As in mortgage-approval@4.")] = None,
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
    bytes_asked = bytes_of(artifact).digest if artifact else digest.parse(fingerprint) if fingerprint else None
    if version is None and bytes_asked is None:
        raise InputError("There is nothing to ask about.", "Give MODEL@VERSION, or --artifact or --digest, or both.")
    with local_store() as store, store.reading() as session:
        if version is None:
            answer = may_release_bytes(session, store.blobs, bytes_asked or "", stage, store.clock())
        else:
            found = queries.version(session, *reference(version))
            answer = may_release(session, store.blobs, found, stage, store.clock())
            if bytes_asked is not None and bytes_asked != found.artifact_sha256:
                answer = Release(False, (f"{version} has other bytes than these", *answer.reasons), answer.version)
    shown = answer.version or digest.short(answer.artifact or "")
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
            "reasons": list(answer.reasons),
            "version": answer.version or None,
            "artifact": answer.artifact,
            "stage": stage.value,
            "request": answer.request,
            "attestation": f"{settings().public_url}{answer.attestation}" if answer.attestation else None,
        },
        as_json=as_json,
    )
    if not answer.allowed:
        raise typer.Exit(1)


def register(cli: typer.Typer) -> None:
    """Add these commands."""
    cli.command(
        "request",
        epilog=examples('signoff request mortgage-approval@4 --stage production --comment "Weekly retraining"'),
    )(request_command)
    cli.command(
        "gate",
        epilog=examples(
            "signoff gate mortgage-approval@4 --stage production",
            "signoff gate --digest sha256:9f86d0… --stage production --json",
            "signoff gate --attestation approval.dsse.json --key release.pub --artifact model.onnx",
        ),
    )(gate_command)
