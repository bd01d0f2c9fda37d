"""`signoff gate --attestation`: the gate without a server, going by a signed file and a public key alone."""

from pathlib import Path

import typer

from app.commands import outcome
from app.commands.telling import say
from core import clock, digest
from core.approvals.admission import Admission, Wanted, admit
from core.approvals.levels import APPROVED
from core.errors import EvidenceError, InputError
from core.registry import artifact


def gate(
    attestation: Path,
    keys: list[str],
    *,
    version: str | None,
    fingerprint: str | None,
    bytes_at: str | None,
    resource: str | None,
    verifier: str | None,
    levels: list[str],
    as_json: bool,
) -> None:
    """Look at an attestation step by step, print what each step found, and end with 0 or 1.

    Args:
        attestation: the envelope or the Sigstore bundle.
        keys: release keys, as files or as the text itself.
        version: the version it should be.
        fingerprint: of the bytes at hand.
        bytes_at: the bytes themselves: a file, a folder with its manifest, or the address of an image.
        resource: the address that it should be about.
        verifier: who should have verified.
        levels: what should have been verified beyond the approval.
        as_json: print JSON for programs.

    Raises:
        InputError: the file, a key or the bytes cannot be read; both or none of fingerprint and bytes were given.
    """
    if (fingerprint is None) == (bytes_at is None):
        raise InputError("Which bytes are to be released?", "Give either --artifact or --digest.")
    try:
        found = artifact.read(bytes_at) if bytes_at is not None else artifact.Artifact(digest.parse(fingerprint or ""))
    except EvidenceError as changed:
        say(changed.problem, {"allowed": False, "reasons": [changed.problem], "checks": []}, as_json=as_json)
        raise typer.Exit(1) from None
    wanted = Wanted(
        artifact=found.digest,
        manifest=found.manifest,
        version=version,
        resource=resource,
        verifier=verifier,
        levels=(APPROVED, *levels),
    )
    answer = admit(outcome.read(attestation), outcome.release_keys(keys), wanted, clock.system())
    say(_words(answer, found.digest), _plain(answer, found.digest), as_json=as_json)
    if not answer.allowed:
        raise typer.Exit(1)


def _words(answer: Admission, fingerprint: str) -> str:
    marks = {True: "ok ", False: "NO ", None: "-  "}
    steps = [f"  {marks[check.held]} {check.step.value:<10} {check.found}" for check in answer.checks]
    what = answer.version or digest.short(fingerprint)
    if answer.allowed:
        return "\n".join([f"{what} may be released to production: approved by {answer.request}.", *steps])
    return "\n".join([f"{what} may not be released to production:", *steps])


def _plain(answer: Admission, fingerprint: str) -> dict[str, object]:
    return {
        "allowed": answer.allowed,
        "reasons": list(answer.reasons),
        "version": answer.version or None,
        "artifact": fingerprint,
        "stage": "production",
        "request": answer.request or None,
        "checks": [{"step": one.step.value, "held": one.held, "found": one.found} for one in answer.checks],
    }
