"""From a store to a file that verifies: people act, a report leaves, and the log knows it."""

import json
from datetime import timedelta
from random import Random

import pytest

from core.access import journal
from core.access.person import Person
from core.access.proof import Proof, ProofMethod
from core.approvals import actions as approvals
from core.approvals import queries as requests
from core.approvals import signing
from core.approvals.dossier import gather
from core.approvals.findings import accept_rule
from core.approvals.review import Opinion, ReviewDecision
from core.approvals.standing import stand
from core.audit import log
from core.audit.event import Event
from core.audit.verdict import Verdict
from core.audit.verifier import export_file
from core.cards import actions as cards
from core.digest import of_bytes
from core.errors import AccessError, InputError
from core.evaluation import intake
from core.evaluation.actions import accept_upload
from core.evaluation.upload import parse
from core.evidence.actions import Problem, raise_finding
from core.evidence.finding import Severity
from core.policy import actions as policies
from core.registry import queries as registry
from core.registry.actions import Build, ModelDescription, register_model, register_use_case, register_version
from core.registry.materiality import Exposure, Purpose
from core.registry.stage import Stage
from core.registry.version import Task
from core.reports import actions, preparing, queries, verify
from core.reports.compose import compose
from core.reports.report import ReportKind
from core.store.export import taken

POLICY = """
signoff_policy: 1
name: high
title: High materiality
governs: [high, critical]
stages:
  production:
    rules:
      - {id: bytes-named, kind: artifact_digest, title: The model file is named, severity: required}
    approvals:
      - role: risk_reviewer
      - role: business_owner
"""
CARD = {
    "model_details": {"name": "Mortgage", "summary": "Ranks **clear** applications first."},
    "intended_use": {"primary_uses": "- rank applications\n- nothing else <script>alert(1)</script>"},
}


def act(store, people: dict[str, Person], username: str):
    return store.transaction(people[username].actor("password"))


@pytest.fixture
def history(store, people, tmp_path, noon):
    """A version that two people let into production, with a card, an evaluation and a finding."""
    with act(store, people, "admin") as tx:
        policies.draft(tx, "high", POLICY)
        policies.publish(tx, "high", started_from=1)
    with act(store, people, "scientist") as tx:
        register_use_case(tx, slug="lending", name="Lending", purpose="Decide about mortgages")
        register_model(tx, ModelDescription("mortgage", "Mortgage", "lending", Exposure.BROAD, Purpose.RIGHTS))
        build = Build(Task.BINARY, artifact_sha256="a" * 64, code_ref="abc", environment_ref="lock", seed=7)
        version = register_version(tx, "mortgage", build)
        cards.save(tx, version, CARD, based_on=None, message="First words.")
    upload(store, people, tmp_path)
    with act(store, people, "validator") as tx:
        due = noon + timedelta(days=30)
        problem = Problem("Threshold chosen late", Severity.MEDIUM, detail="Look at the run.", due_at=due)
        raise_finding(tx, registry.version(tx.session, "mortgage", 1), problem)
    with act(store, people, "scientist") as tx:
        version = registry.version(tx.session, "mortgage", 1)
        request_id = approvals.open_request(tx, version, Stage.PRODUCTION, "Please look at it.").key
    for username in ("validator", "business"):
        sign(store, people, request_id, username, noon)
    return store


def upload(store, people, tmp_path, number=1):
    random = Random(7)
    rows = ["id,race,p,y"]
    for row in range(400):
        score = random.random()
        rows.append(f"{row},{'black' if row % 4 == 0 else 'white'},{score:.4f},{int(random.random() < score)}")
    source = tmp_path / "held-out.csv"
    source.write_text("\n".join(rows))
    spec = parse(
        {
            "task": "binary",
            "dataset": {"name": "loanapp", "version": "1", "split": "test"},
            "columns": {"id": "id", "score": "p", "label": "y", "groups": ["race"]},
            "threshold": 0.5,
            "reported": {"accuracy": 0.9},
        }
    )
    measured = intake.measure_upload(store, "mortgage", source, source.name, spec)
    with act(store, people, "scientist") as tx:
        accept_upload(tx, "mortgage", number, measured)


def sign(store, people, request_id, username, noon):
    with store.reading() as session:
        standing = stand(session, requests.request(session, request_id), noon)
    proof = Proof(ProofMethod.PASSWORD, noon, people[username].key)
    with act(store, people, username) as tx:
        signing.submit_review(
            tx,
            request_id,
            ReviewDecision.APPROVE,
            standing.digest,
            statement=standing.statement(ReviewDecision.APPROVE),
            proof=proof,
            opinion=Opinion.FIT if username == "validator" else None,
            comment="",
        )


def export(store, people, username="auditor"):
    prepared = preparing.prepare(store, people[username].actor("password"), "mortgage", 1)
    with act(store, people, username) as tx:
        return prepared, actions.export(tx, prepared)


def test_an_exported_report_verifies_until_a_byte_is_flipped(history, people):
    _, exported = export(history, people)
    with history.reading() as session:
        _, kept = taken(session, exported.report.export_id, people["auditor"].key)
        vkeys = history.keys.signers(session.connection())
    data = history.blobs.read(kept)

    answer = verify.verify_pdf(data, [signer.verifier for signer in vkeys])
    assert answer.verdict is Verdict.GOOD
    assert answer.verdict.exit_code == 0

    changed = bytearray(data)
    changed[len(data) // 3] ^= 1
    assert verify.verify_pdf(bytes(changed), [signer.verifier for signer in vkeys]).verdict.exit_code == 1


def test_the_checkpoint_in_a_report_has_left_the_house_whatever_it_was_signed_for(history, people):
    with history.reading() as session:
        before = journal.signed(session)
    prepared, _ = export(history, people)
    with history.reading() as session:
        after = journal.signed(session)

    assert before.out == 0
    assert before.signed == before.size  # signed for the last decision; the report takes that checkpoint along
    assert after.out == prepared.position.size == before.size


def test_exporting_is_recorded_with_what_the_file_shows(history, people):
    prepared, exported = export(history, people)

    with history.reading() as session:
        *_, (_, leaf) = log.leaves(session.connection())
        [line] = queries.exported(session, prepared.version_id).items
    entry = json.loads(leaf)
    assert entry["action"] == Event.REPORT_EXPORTED
    assert entry["data"]["unsealed"] == verify.unsealed_digest(prepared.sealed) == exported.report.unsealed_digest
    assert entry["subject"]["id"] == "mortgage@1"
    assert line.made_by == people["auditor"].name
    assert line.kind is ReportKind.AUDIT_REPORT


def test_the_same_version_at_the_same_size_gives_the_same_unsealed_bytes(history, people):
    auditor, admin = (people[name].actor("password") for name in ("auditor", "admin"))

    first = preparing.prepare(history, auditor, "mortgage", 1)
    second = preparing.prepare(history, admin, "mortgage", 1)

    assert first.unsealed_digest == second.unsealed_digest
    assert first.sealed != second.sealed


def test_what_is_recorded_later_changes_the_report(history, people):
    before, _ = export(history, people)
    after, _ = export(history, people)

    assert after.position.size > before.position.size
    assert after.unsealed_digest != before.unsealed_digest


def test_a_report_says_who_signed_what_and_how(history, people):
    prepared, _ = export(history, people)
    with history.reading() as session:
        content = compose(session, history.blobs, "mortgage", 1, prepared.position)

    [request] = content.requests
    assert request.state.word == "approved and applied"
    assert [review.name for review in request.reviews] == [people["validator"].name, people["business"].name]
    assert [review.validity.word for review in request.reviews] == ["counts", "counts"]
    assert request.reviews[0].opinion == "fit for this purpose"
    assert "password" in request.reviews[0].proof
    assert "is approved for production" in content.summary.headline
    assert people["validator"].name in content.summary.headline
    assert content.demo
    [evaluation] = content.evaluations
    accuracy = next(one for one in evaluation.estimates if one.metric == "Accuracy")
    assert accuracy.reported == 0.9
    assert accuracy.low < accuracy.value < accuracy.high
    assert {type(figure).__name__ for figure in evaluation.figures} == {"Curve", "Calibration", "Confusion", "ByGroup"}
    assert [table.attribute for table in evaluation.groups] == ["race", "race, compared"]
    assert content.card is not None
    assert "• rank applications" in content.card.sections[1].fields[0].value
    assert [moment.seq for moment in content.timeline] == sorted(moment.seq for moment in content.timeline)


def test_a_report_of_what_is_in_charge_shows_what_it_was_approved_with(history, people, tmp_path, noon):
    rule = "      - {id: rebuildable, kind: reproducible, title: It can be built again, severity: required,\n"
    rule += "         acceptable: {by: risk_reviewer, max_days: 30}}\n"
    with act(history, people, "admin") as tx:
        policies.draft(tx, "high", POLICY.replace("    approvals:", f"{rule}    approvals:"))
        policies.publish(tx, "high", started_from=1)
    with act(history, people, "scientist") as tx:
        register_version(tx, "mortgage", Build(Task.BINARY, artifact_sha256="b" * 64))
    upload(history, people, tmp_path, number=2)
    with act(history, people, "scientist") as tx:
        version = registry.version(tx.session, "mortgage", 2)
        request_id = approvals.open_request(tx, version, Stage.PRODUCTION, "Newer.").key
    with act(history, people, "validator") as tx:
        row = requests.request(tx.session, request_id)
        [basis] = [one.basis for one in gather(tx.session, tx.blobs, row, noon).gate.blocking]
        proof, until = Proof(ProofMethod.PASSWORD, noon, people["validator"].key), noon + timedelta(days=20)
        accept_rule(tx, request_id, "rebuildable", basis, reason="Built anew in May.", until=until, proof=proof)
    for username in ("validator", "business"):
        sign(history, people, request_id, username, noon)
    prepared = preparing.prepare(history, people["auditor"].actor("password"), "mortgage", 2)
    with history.reading() as session:
        content = compose(session, history.blobs, "mortgage", 2, prepared.position)

    [gate] = content.gates
    assert gate.verdict.word == "open, 1 accepted as exceptions"
    [asked] = [fact.value for fact in gate.facts if fact.label == "Asked in"]
    assert asked == "REQ-2, which is decided; evaluated anew for this report"
    assert not any("is not met" in concern for concern in content.summary.concerns)
    [comparison] = content.comparisons
    assert comparison.title.startswith("Against version 1 on ")


def test_kept_rows_that_changed_are_shouted_about(history, people):
    with history.reading() as session:
        blob = session.connection().exec_driver_sql("SELECT blob FROM evaluation").scalar_one()
    kept = history.blobs.local(blob)
    kept.chmod(0o600)
    kept.write_bytes(kept.read_bytes() + b"x")

    with history.reading() as session:
        prepared = preparing.prepare(history, people["auditor"].actor("password"), "mortgage", 1)
        content = compose(session, history.blobs, "mortgage", 1, prepared.position)

    assert any("no longer match their fingerprint" in concern for concern in content.summary.concerns)


def test_who_may_not_export_gets_nothing(history, people):
    with act(history, people, "admin") as tx:
        from core.access import actions as access
        from core.access.person import SystemRole

        guest = access.create_person(tx, "guest", "Guest", None, SystemRole.VIEWER)

    with pytest.raises(AccessError):
        preparing.prepare(history, guest.actor("password"), "mortgage", 1)


def test_a_population_lists_what_was_applied_in_its_period(history, people, noon):
    auditor = people["auditor"].actor("password")

    prepared = preparing.prepare_population(history, auditor, noon - timedelta(days=1), noon + timedelta(days=1))
    with history.transaction(auditor) as tx:
        exported = actions.export(tx, prepared)

    assert prepared.table is not None
    lines = prepared.table.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("number,request,version")
    assert lines[1].startswith("1,REQ-1,mortgage@1,promotion,production")
    assert exported.table_id is not None
    with history.reading() as session:
        keys = [signer.verifier for signer in history.keys.signers(session.connection())]
    assert verify.verify_pdf(prepared.sealed, keys).verdict is Verdict.GOOD


def test_a_period_has_to_end_after_it_begins(history, people, noon):
    with pytest.raises(InputError):
        preparing.prepare_population(history, people["auditor"].actor("password"), noon, noon)


def test_the_log_fits_the_checkpoint_that_left_with_a_report(history, people, tmp_path):
    prepared, _ = export(history, people)
    target = tmp_path / "log.zip"
    note = history.checkpoint("test")
    with history.reading() as session:
        connection = session.connection()
        keys = [signer.verifier for signer in history.keys.signers(connection)]
        from core.audit.export import write

        write(target, (leaf for _, leaf in log.leaves(connection)), note, vkeys=[str(key) for key in keys])

    answer = export_file(target, keys, [verify.claim(prepared.sealed, "the checkpoint in report.pdf")])

    assert answer.verdict is Verdict.GOOD
    assert of_bytes(prepared.sealed) != prepared.unsealed_digest


def test_a_decided_request_is_printed_with_the_checks_of_then(history, people):
    with act(history, people, "admin") as tx:
        later = POLICY.replace("bytes-named", "file-named").replace("The model file is named", "Another question")
        policies.draft(tx, "high", later)
        policies.publish(tx, "high", started_from=1)
    prepared, _ = export(history, people)
    with history.reading() as session:
        content = compose(session, history.blobs, "mortgage", 1, prepared.position)

    [request] = content.requests
    assert [check.rule for check in request.gate.checks] == ["The model file is named"]
    assert request.gate.verdict.word == "open"
    assert "high, version 1" in request.gate.title
    assert "Fingerprint of what it was decided on" in [fact.label for fact in request.facts]
