"""Programs of others judge what Signoff issues: they accept it as it is, and refuse it changed."""

import base64
import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from google.protobuf import json_format
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.statement import Statement as ForeignStatement
from securesystemslib.dsse import Envelope as ForeignEnvelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import SSlibKey

from core.approvals import attested
from core.audit.dsse import Envelope, PrivateKey
from core.clock import parse
from tests.core.approvals.conftest import House

SCRIPT = Path(__file__).parents[2] / "node" / "verify.mjs"


@pytest.fixture(scope="module")
def issued(tmp_path_factory):
    """An attestation as a house issued it, and the key that checks it."""
    house = House(tmp_path_factory.mktemp("house"), parse("2026-11-20T12:00:00Z")).furnish()
    house.release(1)
    with house.store.reading() as session:
        row = attested.newest(session, house.again(1).key)
    house.store.close()
    return Envelope.parse(row.envelope.encode()), house.store.issuer.keys.current()


def by_securesystemslib(envelope, key, _folder, _node):
    foreign = ForeignEnvelope.from_dict(json.loads(envelope.text()))
    held = SSlibKey(key.id, "ecdsa", "ecdsa-sha2-nistp256", {"public": key.pem})
    try:
        foreign.verify([held], 1)
    except VerificationError:
        return False
    return foreign.payload == envelope.payload


def by_openssl(envelope, key, folder, _node):
    said = json.loads(envelope.text())
    payload = base64.b64decode(said["payload"])
    (folder / "pae").write_bytes(
        b"DSSEv1 %d %s %d " % (len(said["payloadType"]), said["payloadType"].encode(), len(payload)) + payload
    )
    (folder / "sig").write_bytes(base64.b64decode(said["signatures"][0]["sig"]))
    (folder / "key").write_text(key.pem)
    command = ["openssl", "dgst", "-sha256", "-verify", folder / "key", "-signature", folder / "sig", folder / "pae"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.stdout.strip() in {"Verified OK", "Verification failure"}, ran.stderr
    return ran.returncode == 0


def by_sigstore_for_node(envelope, key, folder, node):
    (folder / "bundle.json").write_text(envelope.bundle())
    (folder / "key.pub").write_text(key.pem)
    command = [node, SCRIPT, folder / "bundle.json", folder / "key.pub"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.stdout.strip() in {"OK", "SIGNATURE_ERROR"}, ran.stdout + ran.stderr
    return ran.returncode == 0


JUDGES = [by_securesystemslib, by_openssl, by_sigstore_for_node]


@pytest.mark.parametrize("judge", JUDGES)
def test_another_program_accepts_what_we_issue(judge, issued, tmp_path, node):
    assert judge(*issued, tmp_path, node)


def payload(envelope, old, new):
    assert old in envelope.payload
    return replace(envelope, payload=envelope.payload.replace(old, new))


CHANGES = {
    "payload": lambda issued: payload(issued, b'"PASSED"', b'"FAILED"'),
    "digest": lambda issued: payload(issued, b"%064x" % 1, b"%064x" % 2),
    "type": lambda issued: replace(issued, kind="application/json"),
    "key": lambda issued: PrivateKey.generate().sign(issued.kind, issued.payload),
}


@pytest.mark.parametrize("judge", JUDGES)
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_another_program_refuses_what_was_changed(judge, change, issued, tmp_path, node):
    envelope, key = issued
    assert not judge(change(envelope), key, tmp_path, node)


def test_the_types_of_in_toto_read_the_statement(issued):
    statement = json_format.Parse(issued[0].payload, statement_pb2.Statement())
    ForeignStatement.copy_from_pb(statement).validate()
    assert statement.subject[0].name == "mortgage@1"
