"""The signature around a report's bytes, taken apart: it must cover the whole file and be exactly of our making.

A signature cannot cover its own place in the file. Whatever could stand there without breaking it (padding, unsigned
attributes, other certificates) is ruled out by writing the expected container again and comparing every byte.
"""

import io
import logging
import re
from dataclasses import dataclass

from asn1crypto import cms
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from core.digest import Digest, of_bytes
from core.errors import InputError, IntegrityError

FIELD = "Seal"
ENDORSEMENT = "signoff-seal/v1"

_MARKS = (b"evidence.json", b"ETSI.CAdES.detached", b"Signoff")
_END = b"%%EOF\n"

# pyHanko reports broken files through its logger as well; here they are answers, not events of the program.
logging.getLogger("pyhanko").addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class Envelope:
    """A seal that is whole.

    Attributes:
        certificate: SHA-256 of the certificate that sealed the file.
        unsealed_size: length in bytes of the report before it was sealed.
    """

    certificate: Digest
    unsealed_size: int


def opened(data: bytes) -> Envelope:
    """Check the seal of a report.

    Raises:
        InputError: this is no sealed report.
        IntegrityError: it was one, and its bytes are not the sealed ones.
    """
    if not data.startswith(b"%PDF-") and sum(mark in data for mark in _MARKS) < 2:
        raise _strange()
    try:
        reader = PdfFileReader(io.BytesIO(data))
        signatures = reader.embedded_signatures
        if not signatures:
            raise _damaged("it is not sealed") if b"evidence.json" in data else _strange()
        if len(signatures) != 1 or signatures[0].field_name != FIELD:
            raise _damaged("it carries other signatures than our seal")
        _covers_everything(data, signatures[0])
        _is_valid(signatures[0])
        first = reader.xrefs.get_startxref_for_revision(0)
        return Envelope(of_bytes(signatures[0].signer_cert.dump()), data.index(_END, first) + len(_END))
    except (InputError, IntegrityError):
        raise
    except Exception:  # noqa: BLE001 - a damaged file breaks a parser in any way; every one says that it is damaged
        raise _damaged("its structure is broken") if _was_report(data) else _strange() from None


def _covers_everything(data: bytes, signature: EmbeddedPdfSignature) -> None:
    """Check that the signature speaks of all bytes but its own, and that its own are the expected ones."""
    ranges = [int(part) for part in signature.byte_range]
    if len(ranges) != 4:
        raise _damaged("its seal covers only parts of it")
    start, before, after, rest = ranges
    if start != 0 or after + rest != len(data) or not 0 < before < after:
        raise _damaged("something was appended to it, or its seal covers only parts of it")
    container = _as_written(signature).hex().upper().encode()
    gap = data[before:after]
    expected = b"<" + container + b"0" * (len(gap) - len(container) - 2) + b">"
    if gap != expected:
        raise _damaged("its seal was altered")


def _as_written(signature: EmbeddedPdfSignature) -> bytes:
    """Write the signature container again from the parts that the signature protects."""
    info, certificate = signature.signer_info, signature.signer_cert
    algorithm = {"algorithm": "sha256"}
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                {
                    "issuer_and_serial_number": cms.IssuerAndSerialNumber(
                        {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
                    )
                }
            ),
            "digest_algorithm": algorithm,
            "signed_attrs": info["signed_attrs"],
            "signature_algorithm": {"algorithm": "sha256_ecdsa"},
            "signature": info["signature"].native,
        }
    )
    signed = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [algorithm],
            "encap_content_info": {"content_type": "data"},
            "certificates": [cms.CertificateChoices({"certificate": certificate})],
            "signer_infos": [signer],
        }
    )
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump())


def _is_valid(signature: EmbeddedPdfSignature) -> None:
    signature.compute_integrity_info(skip_diff=True)  # type: ignore[no-untyped-call]
    intact, valid = validate_sig_integrity(
        signature.signer_info, signature.signer_cert, "data", signature.compute_digest()
    )
    if not (intact and valid):
        raise _damaged("its bytes are not the ones that were sealed")


def _was_report(data: bytes) -> bool:
    return sum(mark in data for mark in _MARKS) >= 2 or bool(re.search(rb"signoff-report/\d", data))


def _damaged(why: str) -> IntegrityError:
    return IntegrityError(f"This report was changed: {why}.", "Ask for it again where it was exported.")


def _strange() -> InputError:
    return InputError("This is no report that Signoff sealed.", "Give the PDF exactly as it was exported.")


def endorsement_text(origin: str, certificate: str) -> str:
    """Write what the log signs about a sealing certificate; it cannot be read as a checkpoint."""
    return f"{ENDORSEMENT}\n{origin}\n{certificate}\n"
