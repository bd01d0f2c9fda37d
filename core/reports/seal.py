"""The seal of a report: a PAdES signature over every byte, appended to the file, by a certificate the log endorses.

The certificate is the house's own, so no public authority vouches for it. What ties it to the log is a note that names
its fingerprint and is signed with the log's key; whoever holds that key's public half can check the seal.
"""

import asyncio
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from asn1crypto import keys, pem
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko_certvalidator.registry import SimpleCertificateStore

from core.audit import note
from core.audit.note import SignerKey
from core.digest import Digest, of_bytes
from core.reports.envelope import FIELD, endorsement_text
from core.reports.frontpage import SEAL_BOX
from core.reports.stamp import stamp_style

_FILE = "report-seal.pem"
_YEARS = 20


@dataclass(frozen=True, slots=True)
class SealKey:
    """A private key with its certificate, both in DER."""

    private: bytes
    certificate: bytes

    @property
    def fingerprint(self) -> Digest:
        """SHA-256 of the certificate."""
        return of_bytes(self.certificate)

    def endorsed(self, origin: str, signers: Sequence[SignerKey]) -> dict[str, str]:
        """Let the log vouch for the certificate.

        Args:
            origin: name of the log.
            signers: its keys.

        Returns:
            `certificate` and `endorsement`, as the twin carries them; the same keys give the same text.
        """
        text = endorsement_text(origin, self.fingerprint)
        return {"certificate": self.fingerprint, "endorsement": note.sign(text, *signers)}


def generate(origin: str, at: datetime) -> SealKey:
    """Make an ECDSA P-256 key and a certificate for it, signed by itself.

    Args:
        origin: name of the log, which the certificate carries.
        at: from when it is valid.
    """
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, "Signoff report seal"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, origin[:64]),
        ]
    )
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=365 * _YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(private, hashes.SHA256())
    )
    secret = private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return SealKey(secret, certificate.public_bytes(serialization.Encoding.DER))


def kept(folder: Path, origin: str, at: datetime) -> SealKey:
    """Read the house's sealing key, or make it on first use; only its owner can read the file (mode 0600).

    Args:
        folder: where keys are kept.
        origin: name of the log.
        at: now.
    """
    path = folder / _FILE
    if not path.exists():
        made = generate(origin, at)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = folder / f".{_FILE}.{made.fingerprint[-12:]}"
        part.touch(mode=0o600, exist_ok=False)
        part.write_bytes(pem.armor("PRIVATE KEY", made.private) + pem.armor("CERTIFICATE", made.certificate))
        try:
            path.hardlink_to(part)  # two processes may come here at once: the first one's key is everybody's
        except FileExistsError:
            pass
        finally:
            part.unlink()
    found = {kind: data for kind, _, data in pem.unarmor(path.read_bytes(), multiple=True)}
    return SealKey(found["PRIVATE KEY"], found["CERTIFICATE"])


def seal(pdf: bytes, key: SealKey, at: datetime, origin: str) -> bytes:
    """Append the seal to an unsealed report.

    Args:
        pdf: what `core.reports.pdf.render` returned; it stays the beginning of the result, byte for byte.
        key: see `kept`.
        at: the moment of sealing, which the seal states.
        origin: name of the log, printed in the visible box.

    Returns:
        The sealed report. Not repeatable: an ECDSA signature is different each time.

    Raises:
        RuntimeError: called from a running event loop; hand it to a thread.
    """
    return asyncio.run(_seal(pdf, key, at, origin))


async def _seal(pdf: bytes, key: SealKey, at: datetime, origin: str) -> bytes:
    certificate = asn1_x509.Certificate.load(key.certificate)
    signer = SimpleSigner(
        signing_cert=certificate,
        signing_key=keys.PrivateKeyInfo.load(key.private),
        cert_registry=SimpleCertificateStore(),  # type: ignore[no-untyped-call]
    )
    meaning = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        name="Signoff",
        reason="Sealed on export",
    )
    sealer = PdfSigner(
        meaning,
        signer,
        stamp_style=stamp_style(key.fingerprint, at, origin),
        new_field_spec=SigFieldSpec(FIELD, on_page=0, box=SEAL_BOX),
    )
    session = sealer.init_signing_session(IncrementalPdfFileWriter(io.BytesIO(pdf)))
    session.system_time = at  # the moment is handed in, as everywhere
    size = await session.estimate_signature_container_size(validation_info=None)
    document = session.prepare_tbs_document(validation_info=None, bytes_reserved=size)
    output = io.BytesIO()
    ready, _ = document.digest_tbs_document(output=output)
    done: Any = await document.perform_signature(
        document_digest=ready.document_digest, pdf_cms_signed_attrs=PdfCMSSignedAttributes()
    )
    await done.post_signature_processing(output)
    return output.getvalue()
