"""Signed notes: a text that people can read, followed by lines of signatures, as C2SP writes them down.

A verifier key ("vkey") reads `<name>+<8 hex digits>+<base64 of 0x01 and the 32-byte Ed25519 key>`; it is what an
auditor keeps. The signer key of the same shape, with `PRIVATE+KEY+` before it, never leaves the log's own house.

Sources: https://c2sp.org/signed-note; the encodings of Go's `golang.org/x/mod/sumdb/note`.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from core.errors import InputError, IntegrityError

MOST_BYTES = 1_000_000
MOST_SIGNATURES = 100
_ED25519 = b"\x01"
_DASH = "— "
_PRIVATE = "PRIVATE+KEY+"
_NEW_KEY = "Give the line that begins with the log's name, as it was handed to you."


class UnknownSignerError(InputError):
    """The note may be sound, but no key at hand signed it."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """What checks signatures: the name a log signs under and its Ed25519 public key of 32 bytes."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        if not _is_key_name(self.name) or len(self.public) != 32:
            raise InputError("This is no key of a log: its name or its length is wrong.", _NEW_KEY)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a vkey.

        Raises:
            InputError: the text is no vkey, its hash does not match, or its algorithm is not Ed25519.
        """
        name, key = _parse_key(text.strip())
        return cls(name, key)

    @property
    def id(self) -> bytes:
        """Four bytes that tell a log's keys apart; a hint for finding the key, never a proof."""
        return _key_id(self.name, self.public)

    @property
    def fingerprint(self) -> str:
        """What two people compare by voice or on paper: SHA-256 over the algorithm byte and the key.

        A third tool shows the same with `cut -d+ -f3- KEY | base64 -d | sha256sum`.
        """
        return f"sha256:{sha256(_ED25519 + self.public).hexdigest()}"

    def verifies(self, text: str, signature: bytes) -> bool:
        """Tell whether the 64-byte signature over the text is this key's."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(_ED25519 + self.public).decode()}"


@dataclass(frozen=True, slots=True)
class SignerKey:
    """What signs: the name a log signs under and its Ed25519 seed of 32 bytes, which no representation shows."""

    name: str
    seed: bytes = field(repr=False)

    @classmethod
    def generate(cls, name: str) -> Self:
        """Make a key from the operating system's randomness."""
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what `secret` wrote.

        Raises:
            InputError: the text is no signer key, or it was damaged.
        """
        if not text.startswith(_PRIVATE):
            raise InputError("This is no signing key.", "Put the key file back from the backup.")
        key_id, name, seed = _split_key(text.strip().removeprefix(_PRIVATE))
        signer = cls(name, seed)
        if signer.verifier.id != key_id:
            raise InputError("The signing key was damaged.", "Put the key file back from the backup.")
        return signer

    @property
    def verifier(self) -> VerifierKey:
        """The half that may be shown."""
        return VerifierKey(self.name, self._private().public_key().public_bytes_raw())

    def secret(self) -> str:
        """Write the key for a file that only the service can read."""
        data = base64.b64encode(_ED25519 + self.seed).decode()
        return f"{_PRIVATE}{self.name}+{self.verifier.id.hex()}+{data}"

    def line(self, text: str) -> str:
        """Sign a text; the line ends without its line feed."""
        payload = self.verifier.id + self._private().sign(text.encode())
        return f"{_DASH}{self.name} {base64.b64encode(payload).decode()}"

    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


@dataclass(frozen=True, slots=True)
class Note:
    """A note at least one known key signed: its text, and which of the known keys those are."""

    text: str
    signed_by: tuple[VerifierKey, ...]


def sign(text: str, *signers: SignerKey) -> str:
    """Put signature lines under a text.

    Args:
        text: ends with a line feed; no other control character.
        signers: every key that signs; two during the overlap of a rotation.

    Raises:
        ValueError: the text cannot be the text of a note.
    """
    if not text.endswith("\n") or _has_control(text) or not signers:
        raise ValueError("A note is lines of text, each ended by a line feed, with one signer or more.")
    return text + "\n" + "".join(signer.line(text) + "\n" for signer in signers)


def opened(note: str | bytes, known: Sequence[VerifierKey]) -> Note:
    """Check a note's signatures and return its text.

    Signatures of unknown keys are passed over; a single wrong signature of a known key refuses the note.

    Raises:
        InputError: the note is malformed.
        IntegrityError: a known key's signature does not fit the text.
        UnknownSignerError: no known key signed it.
    """
    text, lines = split(note)
    signed_by: list[VerifierKey] = []
    for name, key_id, signature in lines:
        for key in known:
            if (key.name, key.id) != (name, key_id):
                continue
            if not key.verifies(text, signature):
                raise IntegrityError(
                    f"The signature of {name} does not fit what it stands under.",
                    "Somebody changed the text or the signature; compare it with the copy you took earlier.",
                )
            if key not in signed_by:
                signed_by.append(key)
    if not signed_by:
        names = ", ".join(sorted({name for name, _, _ in lines}))
        raise UnknownSignerError(f"None of the keys at hand signed this; it carries the name {names}.", _NEW_KEY)
    return Note(text, tuple(signed_by))


def split(note: str | bytes) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    """Part a note into its text and its signatures as (name, key id, signature), without checking any.

    Raises:
        InputError: the note is malformed.
    """
    body = note.encode() if isinstance(note, str) else note
    try:
        whole = body.decode()
    except UnicodeDecodeError:
        raise _malformed("it is no UTF-8 text") from None
    if len(body) > MOST_BYTES or _has_control(whole):
        raise _malformed("it is too long or holds control characters")
    at = whole.rfind("\n\n")
    if at < 0 or not whole.endswith("\n") or at + 2 == len(whole):
        raise _malformed("no signature stands under it")
    lines = whole[at + 2 : -1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise _malformed("it carries too many signatures")
    return whole[: at + 1], [_parse_line(line) for line in lines]


def decoded(text: str) -> bytes:
    """Decode standard base64 in its one spelling; other spellings of the same bytes are refused.

    Raises:
        ValueError: the text is no such base64.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error:
        data = b""
    if not data or base64.b64encode(data).decode() != text:
        raise ValueError("This is no standard base64.")
    return data


def _parse_line(line: str) -> tuple[str, bytes, bytes]:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not _is_key_name(name):
        raise _malformed("a signature line names no key")
    try:
        payload = decoded(encoded)
    except ValueError:
        raise _malformed("a signature is no base64") from None
    if len(payload) < 5:
        raise _malformed("a signature is too short")
    return name, payload[:4], payload[4:]


def _parse_key(text: str) -> tuple[str, bytes]:
    key_id, name, key = _split_key(text)
    if len(key) != 32 or _key_id(name, key) != key_id:
        raise InputError("This key was damaged: its own hash does not fit it.", _NEW_KEY)
    return name, key


def _split_key(text: str) -> tuple[bytes, str, bytes]:
    name, _, rest = text.partition("+")
    hexadecimal, _, encoded = rest.partition("+")
    try:
        key_id, data = bytes.fromhex(hexadecimal), decoded(encoded)
    except ValueError:
        key_id, data = b"", b""
    if len(key_id) != 4 or hexadecimal != key_id.hex() or not _is_key_name(name) or data[:1] != _ED25519:
        raise InputError("This is no Ed25519 key of a log.", _NEW_KEY)
    return key_id, name, data[1:]


def _key_id(name: str, public: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + _ED25519 + public).digest()[:4]


def _is_key_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(letter.isspace() for letter in name) and not _has_control(name)


def _has_control(text: str) -> bool:
    return any(letter < " " and letter != "\n" for letter in text)


def _malformed(why: str) -> InputError:
    return InputError(f"This is no signed note: {why}.", "Give the file exactly as the log wrote it.")
