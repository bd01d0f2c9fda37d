"""`signoff verify`: is this file what was signed? Offline, without a store."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from app.commands import outcome, released
from app.commands.telling import Json, examples
from core.audit import checkpoint, verifier
from core.audit.note import UnknownSignerError, VerifierKey
from core.audit.proof import HEADER, Proof
from core.audit.verdict import Fault, SeenKey, Verdict, Verification, unusable
from core.audit.verifier import Claim
from core.errors import InputError, IntegrityError
from core.reports import held
from core.store import backup

_COMPARE = "Whether the log still begins like this: compare an export of it with this file by --against."


def verify(
    file: Annotated[
        Path,
        typer.Argument(help="A report, an audit export, a backup, a release attestation, a proof or a checkpoint."),
    ],
    key: outcome.Keys = None,
    against: outcome.Against = None,
    entry: Annotated[Path | None, typer.Option(help="The entry that a .tlog-proof is about.")] = None,
    as_json: Json = False,
) -> None:
    """Verify a file offline. Ends with 0 good, 1 tampered, 2 unusable file or key, 3 shorter than a checkpoint."""
    if entry is not None and not outcome.read(file).startswith(HEADER.encode()):
        raise InputError(f"{file} is no proof of an entry.", "Leave --entry out; it goes with a .tlog-proof.")
    try:
        if released.is_attestation(file):
            found = released.judged(file, key or (), against or ())
        else:
            found = judged(file, outcome.keys(key), against or (), entry)
    except IntegrityError as damaged:
        found = _tampered(f"{damaged.problem} {damaged.fix}")
    except InputError as strange:
        found = unusable(f"{strange.problem} {strange.fix}")
    outcome.tell(found, as_json=as_json)


def judged(file: Path, keys: list[VerifierKey], against: Sequence[Path], entry: Path | None = None) -> Verification:
    """Verify whatever a file is, against whatever left the house earlier.

    Raises:
        InputError: it is nothing that Signoff writes.
        IntegrityError: it was, and it is damaged.
    """
    outside = outcome.claims(against)
    if file.is_dir():
        is_backup = (file / backup.MANIFEST).exists()
        if is_backup:
            return backup.verify(file, given=keys, outside=outside)
        return verifier.export_file(file, keys, outside)
    data = outcome.read(file)
    if data.startswith(HEADER.encode()):
        return _proof(data, keys, entry or file.with_suffix(".json"))
    try:
        claimed = checkpoint.unchecked(data)
    except InputError:
        archive = verifier.export_file(file, keys, outside)
        if data.startswith(b"PK\x03\x04") or archive.verdict is not Verdict.UNUSABLE:
            return archive  # both are tried, because one flipped byte may hide which of the two a file was
        return _report(file, data, keys, against)
    return _beside(_checkpoint(data, keys, claimed), outside, keys)


def _report(file: Path, data: bytes, keys: list[VerifierKey], against: Sequence[Path]) -> Verification:
    from core.reports.verify import verify_pdf  # noqa: PLC0415 - what reads PDFs and seals; no other file needs it

    found = verify_pdf(data, keys)
    if found.faults:
        return found
    believed = keys or [seen.key for seen in found.keys]
    for path in against:
        if path.is_dir() or outcome.read(path).startswith(b"PK"):
            found = _in_the_log(found, held.claim(data, file.name), data, path, believed)
        else:
            found = _beside(found, outcome.claims([path]), believed)
    return found


def _in_the_log(found: Verification, claim: Claim, data: bytes, path: Path, keys: list[VerifierKey]) -> Verification:
    """Look for a report in an exported log: the log must begin like the report's, and name it."""
    log = verifier.export_file(path, keys, [claim])
    if log.verdict is Verdict.SHORTER:
        return replace(found, open=(*found.open, f"{path.name} is older than this report, so it cannot name it."))
    if log.faults:
        fault = Fault(log.verdict, f"{path.name} does not belong to this report: {log.faults[0].problem}")
        return replace(found, faults=(*found.faults, fault), shown=())
    seq = held.named_in(path, data)
    if seq is None:
        told = f"{path.name} begins with the same {found.size} entries, and no entry of it names this report."
        return replace(found, open=(*found.open, told))
    told = f"{path.name} begins with the same {found.size} entries, and its entry {seq} names this very report."
    return replace(found, shown=(*found.shown, told))


def _proof(data: bytes, keys: list[VerifierKey], entry: Path) -> Verification:
    proof = Proof.parse(data.decode(errors="replace"))
    leaf = outcome.read(entry).removesuffix(b"\n")
    signed = _signed(proof.checkpoint.encode(), keys)
    if signed.faults:
        return signed
    proof.shows(leaf, [seen.key for seen in signed.keys])
    shown = f"{entry.name} is entry {proof.index} of the log {signed.origin}."
    return replace(signed, shown=(shown,), open=(*signed.open, _COMPARE))


def _checkpoint(data: bytes, keys: list[VerifierKey], claimed: checkpoint.Checkpoint) -> Verification:
    shown = f"The log {claimed.origin} signed that it held {claimed.size} entries with this root."
    signed = _signed(data, keys)
    return signed if signed.faults else replace(signed, shown=(shown,), open=(_COMPARE,))


def _signed(data: bytes, keys: list[VerifierKey]) -> Verification:
    """Check the signature of a checkpoint; without a key there is nothing to check it with."""
    if not keys:
        return unusable("A checkpoint or a proof carries no key. Give the log's public key with --key.")
    try:
        read = checkpoint.opened(data, keys)
    except UnknownSignerError as unknown:
        return unusable(f"{unknown.problem} {unknown.fix}")
    seen = tuple(SeenKey(key, "the file you gave", from_file=False) for key in keys)
    return Verification((), read.origin, read.size, read.root, seen, (), ())


def _beside(found: Verification, outside: list[Claim], keys: list[VerifierKey]) -> Verification:
    """Hold one checkpoint beside others: of the same size they must agree; of other sizes only the log can tell."""
    for claim in outside:
        believed = keys or [seen.key for seen in found.keys]
        other = checkpoint.opened(claim.note, believed)
        if (other.origin, other.size) == (found.origin, found.size) and other.root != found.root:
            fault = Fault(Verdict.TAMPERED, f"It names another root for {found.size} entries than {claim.source}.")
            return replace(found, faults=(*found.faults, fault), shown=())
        if other.size != found.size:
            told = f"Whether it fits {claim.source}: that takes an export of the log, held against both."
            found = replace(found, open=(*found.open, told))
    return found


def _tampered(problem: str) -> Verification:
    return replace(unusable(""), faults=(Fault(Verdict.TAMPERED, problem),))


def register(cli: typer.Typer) -> None:
    """Add this command."""
    cli.command(
        "verify",
        epilog=examples(
            "signoff verify report.pdf --key signoff.pub",
            "signoff verify audit-log-312.zip --key signoff.pub --against report.pdf",
        ),
    )(verify)
