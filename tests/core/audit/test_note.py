"""Signed notes against the published note of C2SP, and against every kind of damage."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.audit import note
from core.audit.note import SignerKey, UnknownSignerError, VerifierKey
from core.errors import GovernanceError, InputError, IntegrityError

C2SP_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
C2SP_NOTE = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
# The example of Go's sumdb/note, with its private key.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_SECOND_KEY = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
GO_NOTE = (
    f"{GO_TEXT}\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
)

ORIGIN = "models.example/audit"
FIRST = SignerKey(ORIGIN, bytes(range(32)))
SECOND = SignerKey(ORIGIN, bytes(range(32, 64)))
TEXT = "line one\nline two\n"


def test_the_published_key_reads_and_writes_the_same():
    key = VerifierKey.parse(C2SP_KEY)
    assert key.name == "example.com/foo"
    assert str(key) == C2SP_KEY


def test_the_published_note_opens():
    assert note.opened(C2SP_NOTE, [VerifierKey.parse(C2SP_KEY)]).text == "This is an example message.\n"


def test_the_note_of_two_signers_opens_with_both():
    both = [VerifierKey.parse(GO_KEY), VerifierKey.parse(GO_SECOND_KEY)]
    assert note.opened(GO_NOTE, both).signed_by == tuple(both)


def test_signing_gives_the_bytes_that_another_implementation_gave():
    signer = SignerKey.parse(GO_SECRET)
    assert str(signer.verifier) == GO_KEY
    assert signer.secret() == GO_SECRET
    assert GO_NOTE.startswith(note.sign(GO_TEXT, signer))


@pytest.mark.parametrize("bit", range(3))
def test_every_damaged_byte_of_the_published_note_is_noticed(bit):
    signed = C2SP_NOTE.encode()
    for position in range(len(signed)):
        damaged = bytearray(signed)
        damaged[position] ^= 1 << bit
        with pytest.raises(GovernanceError):
            note.opened(bytes(damaged), [VerifierKey.parse(C2SP_KEY)])


def test_a_note_opens_with_its_key():
    signed = note.sign(TEXT, FIRST)
    assert note.opened(signed, [FIRST.verifier]).text == TEXT
    assert note.opened(signed.encode(), [FIRST.verifier]).signed_by == (FIRST.verifier,)


def test_both_keys_of_an_overlap_open_a_note():
    signed = note.sign(TEXT, FIRST, SECOND)
    assert note.opened(signed, [FIRST.verifier]).signed_by == (FIRST.verifier,)
    assert note.opened(signed, [SECOND.verifier]).signed_by == (SECOND.verifier,)
    assert note.opened(signed, [FIRST.verifier, SECOND.verifier]).signed_by == (FIRST.verifier, SECOND.verifier)


def test_signatures_of_unknown_keys_are_passed_over():
    strange = "— witness.example/w " + base64.b64encode(b"1234" + bytes(72)).decode() + "\n"
    signed = note.sign(TEXT, FIRST) + strange * 16
    assert note.opened(signed, [FIRST.verifier]).text == TEXT


def test_a_note_of_unknown_keys_only_is_refused_by_name():
    with pytest.raises(UnknownSignerError, match=ORIGIN):
        note.opened(note.sign(TEXT, FIRST), [SECOND.verifier])


def test_one_wrong_signature_of_a_known_key_refuses_the_note():
    good, bad = note.sign(TEXT, FIRST), note.sign("other\n", SECOND)
    both = good + bad.partition("\n\n")[2]
    with pytest.raises(IntegrityError):
        note.opened(both, [FIRST.verifier, SECOND.verifier])
    assert note.opened(both, [FIRST.verifier]).text == TEXT


def test_a_text_may_hold_empty_lines_because_the_last_one_parts_it():
    text = "one\n\ntwo\n"
    assert note.opened(note.sign(text, FIRST), [FIRST.verifier]).text == text


def test_every_flipped_bit_is_noticed():
    signed = note.sign(TEXT, FIRST).encode()
    for position in range(len(signed) * 8):
        damaged = bytearray(signed)
        damaged[position // 8] ^= 1 << position % 8
        with pytest.raises(GovernanceError):
            note.opened(bytes(damaged), [FIRST.verifier])


@pytest.mark.parametrize(
    "damaged",
    [
        pytest.param("", id="empty"),
        pytest.param("text\n", id="no signature"),
        pytest.param("text\n\n", id="no line under it"),
        pytest.param(note.sign(TEXT, FIRST)[:-1], id="last line not ended"),
        pytest.param(note.sign(TEXT, FIRST) + "\n", id="empty line at the end"),
        pytest.param(note.sign(TEXT, FIRST).replace("— ", "- "), id="another dash"),
        pytest.param(note.sign(TEXT, FIRST).replace("one", "o\te"), id="control character"),
        pytest.param(note.sign(TEXT, FIRST).replace("\n", "\r\n"), id="other line ends"),
        pytest.param("text\n\n— name AAAA\n", id="signature too short"),
        pytest.param("text\n\n— na+me AAAAAAAA\n", id="plus in the name"),
        pytest.param("text\n\n— name AAAAAAA\n", id="no base64"),
        pytest.param("text\n\n" + "— name AAAAAAAA\n" * 101, id="too many signatures"),
        pytest.param("x" * note.MOST_BYTES + "\n\n— name AAAAAAAA\n", id="too long"),
        pytest.param(b"\xff\n\n\xe2\x80\x94 name AAAAAAAA\n", id="no UTF-8"),
    ],
)
def test_a_malformed_note_is_refused(damaged):
    with pytest.raises(InputError):
        note.opened(damaged, [FIRST.verifier])


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("name", id="a name alone"),
        pytest.param(C2SP_KEY.replace("530d903a", "530d903b"), id="another hash"),
        pytest.param(C2SP_KEY.replace("530d903a", "530D903A"), id="capital digits"),
        pytest.param(C2SP_KEY[:-4], id="cut"),
        pytest.param(C2SP_KEY.replace("+Aek", "+Bek"), id="another algorithm"),
        pytest.param(C2SP_KEY.replace("foo", "f oo"), id="a space in the name"),
    ],
)
def test_a_damaged_key_is_refused(text):
    with pytest.raises(InputError):
        VerifierKey.parse(text)


def test_a_signing_key_survives_its_file_and_shows_itself_nowhere_else():
    made = SignerKey.generate(ORIGIN)
    assert SignerKey.parse(made.secret() + "\n") == made
    assert made.seed.hex() not in repr(made)
    assert repr(made.seed) not in repr(made)


def test_a_damaged_signing_key_is_refused():
    with pytest.raises(InputError):
        SignerKey.parse(str(FIRST.verifier))
    with pytest.raises(InputError):
        SignerKey.parse(SignerKey(ORIGIN, bytes(32)).secret().replace("AQAA", "AQAB"))


def test_the_fingerprint_is_what_standard_tools_compute():
    assert FIRST.verifier.fingerprint.startswith("sha256:")
    assert FIRST.verifier.fingerprint != SECOND.verifier.fingerprint


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters=[chr(i) for i in range(32)])))
def test_any_line_of_text_survives_signing(line):
    text = line + "\n"
    assert note.opened(note.sign(text, FIRST), [FIRST.verifier]).text == text


@pytest.mark.parametrize("text", ["no line feed", "a\tb\n"])
def test_what_cannot_be_a_note_is_not_signed(text):
    with pytest.raises(ValueError, match="note is lines"):
        note.sign(text, FIRST)
