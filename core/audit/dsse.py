"""Signed envelopes: bytes of a declared type under ECDSA P-256 signatures, as DSSE and Sigstore's bundle write them.

Sources: https://github.com/secure-systems-lab/dsse (envelope and protocol, v1.0.2);
https://github.com/sigstore/protobuf-specs (bundle v0.3).
"""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final, Self

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from core import digest
from core.errors import EvidenceError, InputError
from core.tabular import strict_json

MEDIA_TYPE: Final = "application/vnd.dsse.envelope.v1+json"
BUNDLE: Final = "application/vnd.dev.sigstore.bundle.v0.3+json"
MOST_BYTES: Final = 4_000_000
"""The largest envelope that is read: the manifest of a model with tens of thousands of files fits."""

_RAW: Final = 64
_PEM: Final = b"-----BEGIN PUBLIC KEY-----"
_NEW_KEY: Final = "Give the release key as it was handed out: a PEM file that begins with BEGIN PUBLIC KEY."
_NEW_FILE: Final = "Give the file exactly as Signoff wrote it."


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What checks a signature: a P-256 key as its SubjectPublicKeyInfo in DER."""

    spki: bytes

    @classmethod
    def parse(cls, pem: str | bytes) -> Self:
        """Read a public key.

        Raises:
            InputError: no PEM of a P-256 public key.
        """
        data = pem.encode() if isinstance(pem, str) else pem
        try:
            key = serialization.load_pem_public_key(data)
        except (ValueError, UnsupportedAlgorithm):
            raise InputError("This is no public key.", _NEW_KEY) from None
        if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
            raise InputError("This public key is not one of ECDSA P-256.", _NEW_KEY)
        spki = serialization.PublicFormat.SubjectPublicKeyInfo
        return cls(key.public_bytes(serialization.Encoding.DER, spki))

    @classmethod
    def all(cls, pem: bytes) -> list[Self]:
        """Read every public key of a file, such as the old and the new one while keys change.

        Raises:
            InputError: it holds none, or one of them is no P-256 public key.
        """
        blocks = [_PEM + block for block in pem.split(_PEM)[1:]]
        return [cls.parse(block) for block in blocks or [pem]]

    @property
    def id(self) -> str:
        """SHA-256 over the key as 64 hexadecimal digits: the `keyid` beside a signature, a hint and never a proof."""
        return sha256(self.spki).hexdigest()

    @property
    def fingerprint(self) -> str:
        """What two people compare by voice or on paper; `openssl pkey -pubin -outform DER | sha256sum` shows it too."""
        return f"sha256:{self.id}"

    @property
    def pem(self) -> str:
        """The key as text for a file."""
        text = base64.b64encode(self.spki).decode()
        lines = [text[at : at + 64] for at in range(0, len(text), 64)]
        return "\n".join(["-----BEGIN PUBLIC KEY-----", *lines, "-----END PUBLIC KEY-----", ""])

    def verifies(self, message: bytes, signature: bytes) -> bool:
        """Tell whether a signature over the message is this key's, in DER or as the 64 bytes r and s."""
        forms = [signature]
        if len(signature) == _RAW:
            r, s = (int.from_bytes(half) for half in (signature[:32], signature[32:]))
            forms.append(encode_dss_signature(r, s))
        key = serialization.load_der_public_key(self.spki)
        if not isinstance(key, ec.EllipticCurvePublicKey):
            raise TypeError("A key of ours is on an elliptic curve.")
        for form in forms:
            try:
                key.verify(form, message, ec.ECDSA(hashes.SHA256()))
            except InvalidSignature:
                continue
            return True
        return False

    def __str__(self) -> str:
        return self.pem


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """What signs: a P-256 key, which no representation shows."""

    key: ec.EllipticCurvePrivateKey = field(repr=False)

    @classmethod
    def generate(cls) -> Self:
        """Make a key from the operating system's randomness."""
        return cls(ec.generate_private_key(ec.SECP256R1()))

    @classmethod
    def parse(cls, pem: str) -> Self:
        """Read what `secret` wrote.

        Raises:
            InputError: the text is no P-256 private key.
        """
        try:
            key = serialization.load_pem_private_key(pem.encode(), None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            key = None
        if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
            raise InputError("This is no release key.", "Put the key file back from the backup.")
        return cls(key)

    @property
    def public(self) -> PublicKey:
        """The half that may be shown."""
        spki = serialization.PublicFormat.SubjectPublicKeyInfo
        return PublicKey(self.key.public_key().public_bytes(serialization.Encoding.DER, spki))

    def secret(self) -> str:
        """Write the key for a file that only the service can read."""
        return self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()

    def sign(self, kind: str, payload: bytes) -> "Envelope":
        """Put a payload into an envelope. The same key and payload give the same bytes (RFC 6979), signature in DER."""
        algorithm = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
        made = self.key.sign(pre_authentication(kind, payload), algorithm)
        return Envelope(kind, payload, (Signature(self.public.id, made),))


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature and the key it says it is of."""

    keyid: str
    value: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """A payload, its type, and the signatures over both."""

    kind: str
    payload: bytes
    signatures: tuple[Signature, ...]

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read an envelope, or the one inside a Sigstore bundle.

        Raises:
            InputError: the bytes are neither.
        """
        if len(data) > MOST_BYTES:
            raise InputError("This file is too large for an attestation.", _NEW_FILE)
        try:
            value = strict_json.loads(data, "The file")
        except EvidenceError as odd:
            raise InputError(odd.problem, _NEW_FILE) from None
        if isinstance(value, dict) and str(value.get("mediaType", "")).startswith("application/vnd.dev.sigstore"):
            value = value.get("dsseEnvelope")
        try:
            return cls._of(value)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise InputError(
                "This is no signed envelope: it needs payload, payloadType and signatures.", _NEW_FILE
            ) from None

    @classmethod
    def _of(cls, value: Any) -> Self:
        signatures = tuple(Signature(str(one.get("keyid", "")), _decoded(one["sig"])) for one in value["signatures"])
        kind = value["payloadType"]
        if not isinstance(kind, str) or not signatures:
            raise ValueError("an envelope has a type and a signature")
        return cls(kind, _decoded(value["payload"]), signatures)

    def signed_by(self, known: Sequence[PublicKey]) -> PublicKey | None:
        """Return the first of the known keys that signed this; None when none did."""
        message = pre_authentication(self.kind, self.payload)
        return next(
            (key for key in known if any(key.verifies(message, one.value) for one in self.signatures)),
            None,
        )

    def text(self) -> str:
        """Write the envelope: one line of JSON, always the same bytes."""
        return digest.canonical(self._plain()).decode() + "\n"

    def bundle(self) -> str:
        """Write the envelope as a Sigstore bundle, for cosign and Sigstore's libraries.

        Raises:
            ValueError: there is more than one signature, which a bundle cannot hold.
        """
        (signature,) = self.signatures
        material = {"publicKey": {"hint": signature.keyid}, "tlogEntries": []}
        made = {"mediaType": BUNDLE, "verificationMaterial": material, "dsseEnvelope": self._plain()}
        return json.dumps(made, separators=(",", ":")) + "\n"

    def _plain(self) -> dict[str, Any]:
        return {
            "payload": base64.b64encode(self.payload).decode(),
            "payloadType": self.kind,
            "signatures": [
                {"keyid": one.keyid, "sig": base64.b64encode(one.value).decode()} for one in self.signatures
            ],
        }


def pre_authentication(kind: str, payload: bytes) -> bytes:
    r"""Write what is signed: the type and the payload with their lengths, so that neither passes for the other.

    >>> pre_authentication("http://example.com/HelloWorld", b"hello world")
    b'DSSEv1 29 http://example.com/HelloWorld 11 hello world'
    """
    return b"DSSEv1 %d %b %d %b" % (len(kind.encode()), kind.encode(), len(payload), payload)


def is_public_key(data: bytes) -> bool:
    """Tell whether a file that was given as a key is a public key in PEM."""
    return _PEM in data


def _decoded(text: object) -> bytes:
    """Decode base64 in the standard or the URL-safe alphabet, as DSSE allows."""
    if not isinstance(text, str):
        raise TypeError("base64 is text")
    try:
        return base64.b64decode(text.translate(str.maketrans("-_", "+/")), validate=True)
    except binascii.Error:
        raise ValueError("this is no base64") from None
