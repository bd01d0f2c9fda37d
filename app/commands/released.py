"""What `signoff verify` says of a release attestation: who signed it, what it says, whether the log says the same."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from app.commands import outcome
from core import clock, digest
from core.approvals.attestation import Statement, Summary
from core.audit import checkpoint
from core.audit.dsse import Envelope, PublicKey
from core.audit.note import VerifierKey
from core.audit.proof import HEADER, SUFFIX, Proof
from core.audit.verdict import Fault, SeenKey, Verdict, Verification, unusable
from core.errors import IntegrityError

_ENDINGS: Final = (".dsse.json", ".sigstore.json", ".json")


def is_attestation(file: Path) -> bool:
    """Tell whether a file looks like a signed envelope or a Sigstore bundle, sound or not."""
    if not file.is_file():
        return False
    with file.open("rb") as stream:
        begin = stream.read(400).lstrip()
    return begin.startswith(b"{") and any(word in begin for word in (b'"payload', b'"mediaType"', b'"dsseEnvelope"'))


def judged(file: Path, given: Sequence[str], against: Sequence[Path]) -> Verification:
    """Verify a release attestation with the keys that were given; it carries none itself.

    Args:
        file: the envelope or the bundle.
        given: what came with --key: the release key, and the log's where the log is asked too.
        against: log proofs, and checkpoints or reports that left the house.

    Raises:
        InputError: the file or a key cannot be read.
        IntegrityError: what it is held against does not fit.
    """
    envelope = Envelope.parse(outcome.read(file))
    if not (keys := outcome.release_keys(given)):
        return unusable("An attestation carries no key. Give the release key with --key, taken from elsewhere.")
    if (signer := envelope.signed_by(keys)) is None:
        if not {one.keyid for one in envelope.signatures} & {key.id for key in keys}:
            return unusable("Another key signed this than the one that was given, or it was changed.")
        return replace(unusable(""), faults=(Fault(Verdict.TAMPERED, "The signature does not fit what is signed."),))
    statement = Statement.read(envelope.payload)
    summary = Summary.read(statement.predicate) if statement.is_summary else None
    if summary is None or summary.approval is None:
        return unusable("The key signed this, and it is no release attestation.")
    found = _said(statement, summary, signer)
    entry = summary.approval.audit_log
    proofs = [path for path in against if path.is_file() and outcome.read(path).startswith(HEADER.encode())]
    others = [path for path in against if path not in proofs]
    proofs = proofs or [path for path in [_beside(file)] if path.is_file()]
    logs = outcome.keys([one for one in given if not outcome.release_keys([one])])
    if not proofs or not logs:
        return found
    for path in proofs:
        proof = Proof.parse(outcome.read(path).decode(errors="replace"))
        found = _held(found, proof, bytes.fromhex(entry.leaf_hash), entry.index, logs)
    return _compared(found, others, logs)


def _said(statement: Statement, summary: Summary, signer: PublicKey) -> Verification:
    """Put into words what was signed, and what a file alone can never show."""
    approval, name = summary.approval, ", ".join(statement.names)
    if approval is None:
        raise ValueError("An attestation of ours says who approved.")
    people = ", ".join(one.role.replace("_", " ") for one in approval.approvers)
    bytes_of = ", ".join(digest.short(f"sha256:{one.digest.get('sha256', '')}") for one in statement.subject)
    shown = [
        f"{name} ({bytes_of}) {approval.decision.words} with {approval.request_id}, signed by: {people or 'nobody'}.",
        f"It says {summary.verification_result.value}: {', '.join(summary.verified_levels)}.",
    ]
    told = []
    if approval.not_after is not None:
        until = clock.rfc3339(approval.not_after)
        over = clock.system() >= approval.not_after
        shown.append(f"It ended at {until} and admits nothing any more." if over else f"It holds until {until}.")
        told.append("Whether it was taken back since: ask the server for the newest, or for a release `signoff gate`.")
    told.append("Whether the bytes at hand are these: `signoff gate --attestation FILE --key KEY --artifact BYTES`.")
    told.append("Whether the log says the same: give the .tlog-proof with --against, and the log's key with --key.")
    return Verification((), "", 0, b"", (), tuple(shown), tuple(told), signer)


def _held(found: Verification, proof: Proof, leaf_hash: bytes, index: int, logs: list[VerifierKey]) -> Verification:
    """Look for the entry that the attestation names in the log that the proof comes from."""
    if proof.index != index:
        raise IntegrityError(
            f"The proof is about entry {proof.index}, and the attestation about entry {index}.", "Take the proof of it."
        )
    read = proof.holds(leaf_hash, logs)
    seen = tuple(SeenKey(key, "the file you gave", from_file=False) for key in logs)
    shown = f"The decision is entry {index} of the log {read.origin}, which signed {read.size} entries."
    asked = tuple(one for one in found.open if "tlog-proof" not in one)
    return replace(
        found, origin=read.origin, size=read.size, root=read.root, keys=seen, shown=(*found.shown, shown), open=asked
    )


def _compared(found: Verification, paths: list[Path], logs: list[VerifierKey]) -> Verification:
    """Hold the proof's checkpoint beside others that left the house."""
    for claim in outcome.claims(paths):
        other = checkpoint.opened(claim.note, logs)
        if (other.origin, other.size) == (found.origin, found.size):
            if other.root != found.root:
                fault = Fault(
                    Verdict.TAMPERED, f"The log names another root for {found.size} entries than {claim.source}."
                )
                return replace(found, faults=(*found.faults, fault), shown=())
            found = replace(found, shown=(*found.shown, f"The log is the one of {claim.source}."))
        else:
            told = f"Whether it fits {claim.source}: that takes an export of the log, held against both."
            found = replace(found, open=(*found.open, told))
    return found


def _beside(file: Path) -> Path:
    """The proof that was taken away with an attestation: `approval.dsse.json` lies beside `approval.tlog-proof`."""
    stem = next((file.name.removesuffix(end) for end in _ENDINGS if file.name.endswith(end)), file.stem)
    return file.with_name(stem + SUFFIX)
