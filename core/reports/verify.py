"""Check a sealed report offline: its seal, its attachment, and where it stands in the log. No store, no network.

Every byte counts. The signature covers the file but for its own place in it, and what stands there has to be exactly
what a seal of ours looks like, so that no byte can change unseen.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.audit import checkpoint, note
from core.audit.checkpoint import Checkpoint
from core.audit.note import UnknownSignerError, VerifierKey
from core.audit.verdict import Fault, SeenKey, Verdict, Verification, unusable
from core.audit.verifier import Claim
from core.digest import Digest, of_bytes
from core.errors import InputError, IntegrityError
from core.reports import evidence
from core.reports.envelope import Envelope, endorsement_text, opened
from core.reports.evidence import Evidence

SHOWN_SEAL = "Nobody changed a byte of this file since it was sealed, and nothing was appended."
SHOWN_TWIN = "The attached evidence.json is the one that was sealed."
OPEN_LATER = "What happened to the log after this checkpoint; compare a newer export of it with this report."
OPEN_TRUTH = "Whether what people entered is true; the log shows who recorded what, and when by the server's clock."
OPEN_KEY = "Who made the file: the key came from the file itself, so this shows only that it agrees with itself."


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a report holds once its seal has been found whole."""

    envelope: Envelope
    evidence: Evidence


def verify_pdf(data: bytes, keys: Sequence[VerifierKey] = ()) -> Verification:
    """Judge a report.

    Args:
        data: the bytes of the PDF.
        keys: public keys of the log, taken at another time and by another way; without any, the one in the file is
            used, which proves only that the file agrees with itself.

    Returns:
        The verdict, what was shown, and what remains open.
    """
    try:
        found = read(data)
    except IntegrityError as damaged:
        return replace(unusable(""), faults=(Fault(Verdict.TAMPERED, f"{damaged.problem} {damaged.fix}"),))
    except InputError as strange:
        return unusable(f"{strange.problem} {strange.fix}")
    given = [SeenKey(key, "the file you gave", from_file=False) for key in keys]
    try:
        believed = given or [SeenKey(VerifierKey.parse(found.evidence.vkey), "the report itself", from_file=True)]
        position = _position(found.evidence, [seen.key for seen in believed])
        _endorsed(found, [seen.key for seen in believed])
    except UnknownSignerError as unknown:
        return _answer(found, Fault(Verdict.UNUSABLE, f"{unknown.problem} {unknown.fix}"), given)
    except (InputError, IntegrityError) as wrong:
        return _answer(found, Fault(Verdict.TAMPERED, f"{wrong.problem} {wrong.fix}"), given)
    shown = (
        SHOWN_SEAL,
        SHOWN_TWIN,
        f"The log {position.origin} held {position.size:,} entries with this root when the report was made.",
    )
    own = (OPEN_KEY,) if not given else ()
    return Verification(
        (), position.origin, position.size, position.root, tuple(believed), shown, (*own, OPEN_LATER, OPEN_TRUTH)
    )


def read(data: bytes) -> Sealed:
    """Open a report whose seal is whole. Whose seal it is, only a key can tell: see `verify_pdf`.

    Raises:
        InputError: this is no report of Signoff.
        IntegrityError: it was one, and its bytes are not the sealed ones.
    """
    envelope = opened(data)
    return Sealed(envelope, evidence.read(data))


def claim(data: bytes, source: str) -> Claim:
    """Take the checkpoint out of a report, to hold a log against it; it left the house with the report.

    Args:
        data: the bytes of the PDF.
        source: names the file in sentences: "the checkpoint in report.pdf".

    Raises:
        InputError: this is no report of Signoff.
        IntegrityError: it was one, and its bytes are not the sealed ones.
    """
    return Claim(read(data).evidence.checkpoint, source, outside=True)


def unsealed_digest(data: bytes) -> Digest:
    """Fingerprint the report without its seal, as the log's entry `report.exported` names it; raises as `read`."""
    return of_bytes(data[: opened(data).unsealed_size])


def _position(found: Evidence, keys: Sequence[VerifierKey]) -> Checkpoint:
    signed = checkpoint.opened(found.checkpoint, keys)
    if (signed.origin, signed.size, signed.root) != (found.origin, found.size, found.root):
        raise IntegrityError(
            "The report names another place in the log than the checkpoint it carries.", "Do not rely on it."
        )
    return signed


def _endorsed(found: Sealed, keys: Sequence[VerifierKey]) -> None:
    """Check that the log vouches for the certificate that really sealed the file."""
    certificate = found.envelope.certificate
    read_note = note.opened(found.evidence.endorsement, keys)
    if read_note.text != endorsement_text(found.evidence.origin, certificate):
        raise IntegrityError(
            "The file was sealed with a certificate that the log does not vouch for.",
            "Somebody sealed it again; ask for the report where it was exported.",
        )


def _answer(found: Sealed, fault: Fault, keys: Sequence[SeenKey]) -> Verification:
    return Verification(
        (fault,), found.evidence.origin, found.evidence.size, found.evidence.root, tuple(keys), (), (OPEN_LATER,)
    )
