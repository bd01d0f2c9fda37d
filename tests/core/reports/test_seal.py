"""The seal: every byte counts, appending shows, and only a certificate that the log endorses will do."""

import io
import stat

import pikepdf
import pytest

from core.audit.note import SignerKey
from core.audit.verdict import Verdict
from core.digest import of_bytes
from core.reports import seal, verify
from core.reports.document import audit_report
from core.reports.pdf import render


@pytest.fixture
def key(sample):
    return seal.generate(sample.log.origin, sample.as_of)


@pytest.fixture
def unsealed(sample, key, log_key):
    return render(audit_report(sample), key.endorsed(sample.log.origin, [log_key])).pdf


@pytest.fixture
def sealed(sample, key, unsealed):
    return seal.seal(unsealed, key, sample.as_of, sample.log.origin)


def test_a_sealed_report_verifies_with_the_key_of_the_log(sealed, log_key, sample):
    answer = verify.verify_pdf(sealed, [log_key.verifier])

    assert answer.verdict is Verdict.GOOD
    assert (answer.origin, answer.size) == (sample.log.origin, sample.log.size)
    assert not any(seen.from_file for seen in answer.keys)
    assert answer.open


def test_without_a_key_it_says_that_the_key_came_from_the_file(sealed):
    answer = verify.verify_pdf(sealed)

    assert answer.verdict is Verdict.GOOD
    assert [seen.from_file for seen in answer.keys] == [True]
    assert verify.OPEN_KEY in answer.open


def test_the_unsealed_bytes_stay_the_beginning_of_the_file(sealed, unsealed):
    assert sealed.startswith(unsealed)
    assert verify.unsealed_digest(sealed) == of_bytes(unsealed)


def places(data):
    """A byte in every kind of place: header, content, attachment, the seal itself, its padding, cross references."""
    gap = data.index(b"/Contents <3082")
    return {
        "first byte": 0,
        "header": 6,
        "early": 1_000,
        "middle": len(data) // 2,
        "end of the unsealed report": data.index(b"%%EOF") + 1,
        "first digit of the seal": gap + 11,
        "inside the seal": gap + 1_500,
        "padding of the seal": data.index(b"000000>", gap),
        "byte range": data.index(b"/ByteRange") + 15,
        "name of the signature type": data.index(b"ETSI.CAdES"),
        "last byte": len(data) - 1,
    }


@pytest.mark.parametrize("bit", [0, 5])
def test_one_flipped_bit_anywhere_is_found(sealed, log_key, bit):
    for name, place in places(sealed).items():
        changed = bytearray(sealed)
        changed[place] ^= 1 << bit

        assert verify.verify_pdf(bytes(changed), [log_key.verifier]).verdict is Verdict.TAMPERED, name


@pytest.mark.parametrize("more", [b"\n", b"%%EOF\n", b"1 0 obj\n<< >>\nendobj\n"], ids=["line feed", "end", "object"])
def test_anything_appended_is_found(sealed, log_key, more):
    assert verify.verify_pdf(sealed + more, [log_key.verifier]).verdict is Verdict.TAMPERED


def test_an_update_saved_by_an_editor_is_found(sealed, log_key):
    with pikepdf.open(io.BytesIO(sealed)) as pdf:
        pdf.docinfo["/Title"] = "Something else"
        again = io.BytesIO()
        pdf.save(again)

    assert verify.verify_pdf(again.getvalue(), [log_key.verifier]).verdict is Verdict.TAMPERED


def test_the_seal_taken_off_is_found(unsealed, log_key):
    assert verify.verify_pdf(unsealed, [log_key.verifier]).verdict is Verdict.TAMPERED


def test_a_seal_the_log_does_not_endorse_is_found(sample, unsealed, log_key):
    other = seal.generate(sample.log.origin, sample.as_of)
    forged = seal.seal(unsealed, other, sample.as_of, sample.log.origin)

    assert verify.verify_pdf(forged, [log_key.verifier]).verdict is Verdict.TAMPERED


def test_a_report_made_with_another_log_key_cannot_be_judged_with_mine(sample, key):
    theirs = SignerKey(sample.log.origin, bytes(32))
    report = render(audit_report(sample), key.endorsed(sample.log.origin, [theirs])).pdf
    sealed = seal.seal(report, key, sample.as_of, sample.log.origin)
    mine = SignerKey(sample.log.origin, bytes(range(1, 33)))

    assert verify.verify_pdf(sealed, [mine.verifier]).verdict is Verdict.UNUSABLE


@pytest.mark.parametrize("data", [b"", b"hello", b"%PDF-1.4\n%%EOF\n", b"PK\x03\x04"], ids=range(4))
def test_what_is_no_report_is_unusable(data):
    assert verify.verify_pdf(data).verdict is Verdict.UNUSABLE


def test_the_checkpoint_of_a_report_can_be_held_against_a_log(sealed, sample):
    claim = verify.claim(sealed, "the checkpoint in report.pdf")

    assert claim.note == sample.log.checkpoint
    assert claim.outside


def test_the_sealing_key_is_made_once_and_only_its_owner_can_read_it(tmp_path, sample):
    first = seal.kept(tmp_path / "keys", sample.log.origin, sample.as_of)
    again = seal.kept(tmp_path / "keys", sample.log.origin, sample.as_of)

    assert first == again
    files = list((tmp_path / "keys").iterdir())
    assert [stat.S_IMODE(path.stat().st_mode) for path in files] == [0o600]
