"""Envelopes: what is signed is believed, in both forms of a signature, and nothing that was changed is."""

import json

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from hypothesis import given
from hypothesis import strategies as st

from core.audit.dsse import Envelope, PrivateKey, PublicKey, Signature, pre_authentication
from core.errors import InputError

KIND = "application/vnd.in-toto+json"
SIGNER, STRANGER = PrivateKey.generate(), PrivateKey.generate()
PAYLOAD = b'{"_type":"https://in-toto.io/Statement/v1"}'
SIGNED = SIGNER.sign(KIND, PAYLOAD)

# Vector of the DSSE protocol, https://github.com/secure-systems-lab/dsse/blob/master/protocol.md
VECTOR = {
    "payload": "aGVsbG8gd29ybGQ=",
    "payloadType": "http://example.com/HelloWorld",
    "signatures": [{"sig": "A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA=="}],
}
VECTOR_KEY = (
    46950820868899156662930047687818585632848591499744589407958293238635476079160,
    5640078356564379163099075877009565129882514886557779369047442380624545832820,
)


def raw(der):
    return b"".join(part.to_bytes(32) for part in decode_dss_signature(der))


def test_the_vector_of_the_protocol_verifies_with_its_raw_signature():
    key = ec.EllipticCurvePublicNumbers(*VECTOR_KEY, ec.SECP256R1()).public_key()
    pem = key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    envelope = Envelope.parse(json.dumps(VECTOR).encode())
    assert envelope.payload == b"hello world"
    assert envelope.signed_by([PublicKey.parse(pem)]) is not None


def test_a_signature_is_read_in_der_and_as_two_numbers():
    (signature,) = SIGNED.signatures
    other = Envelope(KIND, PAYLOAD, (Signature("", raw(signature.value)),))
    assert SIGNED.signed_by([STRANGER.public, SIGNER.public]) == other.signed_by([SIGNER.public]) == SIGNER.public


def test_what_is_written_is_read_back_from_both_forms():
    assert Envelope.parse(SIGNED.text().encode()) == Envelope.parse(SIGNED.bundle().encode()) == SIGNED


def test_the_same_key_and_payload_give_the_same_bytes():
    assert SIGNER.sign(KIND, PAYLOAD).text() == SIGNED.text()


def test_a_key_is_read_back_and_its_private_half_is_never_shown():
    assert PublicKey.parse(SIGNER.public.pem) == SIGNER.public
    assert PrivateKey.parse(SIGNER.secret()).public == SIGNER.public
    assert "PRIVATE" not in repr(SIGNER)
    assert SIGNED.signatures[0].keyid == SIGNER.public.id


CHANGES = {
    "payload": Envelope(KIND, PAYLOAD.replace(b"v1", b"v2"), SIGNED.signatures),
    "type": Envelope("application/json", PAYLOAD, SIGNED.signatures),
    "key": STRANGER.sign(KIND, PAYLOAD),
    "signature": Envelope(KIND, PAYLOAD, STRANGER.sign(KIND, PAYLOAD).signatures),
}


def bits():
    return st.tuples(st.integers(0, len(PAYLOAD) - 1), st.integers(0, 7))


@pytest.mark.parametrize("changed", CHANGES.values(), ids=CHANGES)
def test_what_was_changed_is_signed_by_nobody(changed):
    assert changed.signed_by([SIGNER.public]) is None


@given(bits())
def test_no_flipped_bit_of_the_payload_passes(flip):
    at, bit = flip
    payload = bytearray(PAYLOAD)
    payload[at] ^= 1 << bit
    assert Envelope(KIND, bytes(payload), SIGNED.signatures).signed_by([SIGNER.public]) is None


@given(st.text(), st.binary(), st.text(), st.binary())
def test_no_two_contents_are_signed_alike(kind, payload, other_kind, other_payload):
    if (kind, payload) != (other_kind, other_payload):
        assert pre_authentication(kind, payload) != pre_authentication(other_kind, other_payload)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b"\xff\xfe", id="no text"),
        pytest.param(b'{"payload":"","payloadType":"a","signatures":[]}', id="nobody signed"),
        pytest.param(b'{"payload":"?","payloadType":"a","signatures":[{"sig":"e30="}]}', id="no base64"),
        pytest.param(b'{"payload":1,"payloadType":"a","signatures":[{"sig":"e30="}]}', id="a number for bytes"),
        pytest.param(b'{"payload":"e30=","payload":"e30=","payloadType":"a","signatures":[]}', id="a name twice"),
        pytest.param(b'{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json"}', id="a bundle without envelope"),
        pytest.param(b"[" * 100_000, id="bottomless"),
        pytest.param(b" " * 4_000_001, id="too large"),
    ],
)
def test_what_is_no_envelope_is_refused_with_a_sentence(text):
    with pytest.raises(InputError):
        Envelope.parse(text)


@pytest.mark.parametrize("pem", ["", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "ssh-rsa AAAA"])
def test_what_is_no_key_is_refused_with_a_sentence(pem):
    with pytest.raises(InputError):
        PublicKey.parse(pem)


def test_a_key_on_another_curve_is_refused():
    other = ec.generate_private_key(ec.SECP384R1()).public_key()
    pem = other.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    with pytest.raises(InputError, match="P-256"):
        PublicKey.parse(pem)
