"""The gate without a server: every step in its order, each with its reason."""

import json
from datetime import datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from hypothesis import given, settings
from hypothesis import strategies as st

from core.approvals import attestation, levels
from core.approvals.admission import Step, Wanted, admit
from core.approvals.attestation import Agreed, Approval, Approver, LogEntry, Resource, Result, Ruling, Summary
from core.audit.dsse import Envelope, PrivateKey, Signature
from core.clock import parse
from core.errors import InputError
from core.evidence.kind import EvidenceKind
from core.evidence.pin import Pin

NOON = parse("2026-11-20T12:00:00Z")
BYTES, LIST = f"sha256:{'ab' * 32}", f"sha256:{'cd' * 32}"
SIGNER, STRANGER = PrivateKey.generate(), PrivateKey.generate()
HOST = "signoff.example.org"
PINS = (Pin(EvidenceKind.ARTIFACT, "", BYTES), Pin(EvidenceKind.CARD, "", f"sha256:{'ef' * 32}"))


def summary(**changes):
    until: datetime | None = changes.pop("until", NOON + timedelta(days=90))
    said = {
        "verifier": attestation.verifier(HOST),
        "time_verified": NOON,
        "resource_uri": f"signoff://{HOST}/models/churn/versions/3",
        "policy": Resource(uri=f"https://{HOST}/policies/high/7", digest={"sha256": "00" * 32}),
        "input_attestations": attestation.evidence(HOST, PINS, LIST),
        "verification_result": Result.PASSED,
        "verified_levels": levels.levels(2, checked=True, excepted=False),
        "approval": Approval(
            request_id="REQ-1",
            decision=Ruling.APPROVED,
            approvers=(Approver(subject="local:ab", role="risk_reviewer", at=NOON),),
            quorum=Agreed(required=2, distinct_roles=True, self_approval=False),
            not_after=until,
            audit_log=LogEntry(origin=f"{HOST}/audit", index=7, leaf_hash="00" * 32),
        ),
    }
    return Summary(**(said | changes))


def signed(said=None, signer=SIGNER, kind=attestation.PAYLOAD_TYPE, rewrite=lambda statement: statement):
    payload = json.loads(attestation.write(HOST, ("churn", 3), BYTES, said or summary()))
    return signer.sign(kind, json.dumps(rewrite(payload)).encode()).text().encode()


def wanted(**changes):
    return Wanted(**({"artifact": BYTES} | changes))


def ask(data, now=NOON, **changes):
    return admit(data, [SIGNER.public], wanted(**changes), now)


def test_what_was_approved_is_admitted_with_a_reason_for_every_step():
    answer = ask(signed(), version="churn@3", manifest=LIST)
    assert answer.allowed
    assert [check.step for check in answer.checks] == list(Step)
    assert (answer.version, answer.request) == ("churn@3", "REQ-1")
    assert all(check.found for check in answer.checks)


def test_a_bundle_and_a_raw_signature_are_admitted_too():
    envelope = Envelope.parse(signed())
    (made,) = envelope.signatures
    raw = b"".join(part.to_bytes(32) for part in decode_dss_signature(made.value))
    assert ask(envelope.bundle().encode()).allowed
    assert ask(Envelope(envelope.kind, envelope.payload, (Signature("", raw),)).text().encode()).allowed


def predicate(**changes):
    return lambda statement: {**statement, "predicate": {**statement["predicate"], **changes}}


REFUSED = {
    "another key": (signed(signer=STRANGER), {}, Step.SIGNATURE, "no key"),
    "other bytes": (signed(), {"artifact": LIST}, Step.DIGEST, "other bytes"),
    "other names of files": (signed(), {"manifest": BYTES}, Step.DIGEST, "names of the files"),
    "names that were never approved": (
        signed(summary(input_attestations=attestation.evidence(HOST, PINS))),
        {"manifest": LIST},
        Step.DIGEST,
        "names of the files",
    ),
    "no statement": (SIGNER.sign(attestation.PAYLOAD_TYPE, b"[]").text().encode(), {}, Step.DIGEST, "no in-toto"),
    "another predicate": (
        signed(rewrite=lambda s: {**s, "predicateType": "https://slsa.dev/provenance/v1"}),
        {},
        Step.TYPE,
        "provenance",
    ),
    "another payload type": (signed(kind="application/json"), {}, Step.TYPE, "no verification summary"),
    "another statement": (
        signed(rewrite=lambda s: {**s, "_type": "https://in-toto.io/Statement/v0.1"}),
        {},
        Step.TYPE,
        "no verification summary",
    ),
    "no summary": (signed(rewrite=predicate(verifier=3)), {}, Step.TYPE, "verifier"),
    "another house": (
        signed(summary(verifier=attestation.verifier("evil.example.org"))),
        {},
        Step.VERIFIER,
        "evil.example.org",
    ),
    "a house that was not asked": (
        signed(),
        {"verifier": "https://other.example.org/verifier/v1"},
        Step.VERIFIER,
        "and not https://other.example.org",
    ),
    "another version": (signed(), {"version": "churn@4"}, Step.RESOURCE, "versions/4"),
    "another model": (signed(), {"version": "fraud@3"}, Step.RESOURCE, "models/fraud"),
    "another address": (
        signed(),
        {"resource": f"signoff://{HOST}/models/churn/versions/30"},
        Step.RESOURCE,
        "versions/30",
    ),
    "taken back": (signed(summary(verification_result=Result.FAILED)), {}, Step.RESULT, "FAILED"),
    "no level": (signed(summary(verified_levels=())), {}, Step.LEVEL, "SIGNOFF_APPROVED_PRODUCTION"),
    "too few people": (signed(), {"levels": ("SIGNOFF_QUORUM_3",)}, Step.LEVEL, "SIGNOFF_QUORUM_3"),
    "exceptions": (
        signed(summary(verified_levels=levels.levels(2, checked=True, excepted=True))),
        {"levels": ("SIGNOFF_GATES_PASSED",)},
        Step.LEVEL,
        "SIGNOFF_GATES_PASSED",
    ),
    "nothing asked": (signed(), {"levels": ()}, Step.LEVEL, "no level"),
    "ended": (signed(summary(until=NOON)), {}, Step.LIFETIME, "ended at 2026-11-20T12:00:00Z"),
    "endless": (signed(summary(until=None)), {}, Step.LIFETIME, "until when"),
    "not begun": (signed(summary(time_verified=NOON + timedelta(hours=1))), {}, Step.LIFETIME, "later than this clock"),
    "nobody's": (
        signed(rewrite=lambda s: {**s, "predicate": {k: v for k, v in s["predicate"].items() if "approval" not in k}}),
        {},
        Step.LIFETIME,
        "until when",
    ),
}


@pytest.mark.parametrize(("data", "asked", "step", "words"), REFUSED.values(), ids=REFUSED)
def test_what_does_not_hold_is_refused_with_its_reason(data, asked, step, words):
    answer = ask(data, **asked)
    assert not answer.allowed
    failed = [check for check in answer.checks if check.held is False]
    assert [check.step for check in failed] == [step]
    assert words in failed[0].found
    assert answer.reasons == (failed[0].found,)


def test_nothing_that_was_not_signed_is_looked_at():
    answer = ask(signed(signer=STRANGER))
    assert [check.held for check in answer.checks] == [False] + [None] * 7
    assert (answer.version, answer.request) == ("", "")


def test_every_later_step_is_looked_at_so_that_all_reasons_are_named():
    said = summary(verification_result=Result.FAILED, verified_levels=("FAILED",), until=None)
    assert [check.step for check in ask(signed(said)).checks if check.held is False] == [
        Step.RESULT,
        Step.LEVEL,
        Step.LIFETIME,
    ]


def test_a_clock_a_little_behind_is_no_reason():
    assert ask(signed(), now=NOON - timedelta(minutes=4)).allowed


def test_a_larger_quorum_is_enough():
    assert ask(signed(), levels=("SIGNOFF_QUORUM_1", "SIGNOFF_GATES_PASSED")).allowed


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"\x00\xff"])
def test_what_is_no_envelope_cannot_be_judged(data):
    with pytest.raises(InputError):
        ask(data)


def test_without_a_key_nothing_can_be_judged():
    with pytest.raises(InputError, match="--key"):
        admit(signed(), [], wanted(), NOON)


@settings(deadline=None)
@given(st.data())
def test_no_flipped_bit_of_the_file_is_admitted_as_something_else(data):
    sound = signed()
    at = data.draw(st.integers(0, len(sound) - 1))
    bit = data.draw(st.integers(0, 7))
    changed = bytearray(sound)
    changed[at] ^= 1 << bit
    try:
        answer = ask(bytes(changed))
    except InputError:
        return
    if answer.allowed:  # a keyid is a hint, and base64 has spare bits at its end: what is signed is the same
        assert Envelope.parse(bytes(changed)).payload == Envelope.parse(sound).payload


@given(st.integers(0, 20), st.integers(0, 20))
def test_a_quorum_reaches_what_it_is_as_large_as(there, asked):
    assert levels.reaches([f"SIGNOFF_QUORUM_{there}"], f"SIGNOFF_QUORUM_{asked}") is (there >= asked)


def test_the_same_words_give_the_same_bytes_in_canonical_form():
    first = attestation.write(HOST, ("churn", 3), BYTES, summary())
    again = attestation.write(HOST, ("churn", 3), BYTES, Summary(**summary().model_dump(), approval=summary().approval))
    assert first == again
    assert json.dumps(json.loads(first), separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode() == first


def test_what_is_written_is_read_back():
    payload = attestation.write(HOST, ("churn", 3), BYTES, summary())
    assert Summary.read(attestation.Statement.read(payload).predicate) == summary()
