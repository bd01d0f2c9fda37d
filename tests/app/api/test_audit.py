"""The audit log over HTTP: read, proven, signed, taken away."""

import io
from contextlib import closing

import pytest

from core.audit import ledger
from core.audit.export import Export
from core.audit.proof import Proof

ENTRIES = "/api/v1/audit/entries"


@pytest.fixture
def auditor(calling):
    return calling("auditor")


def test_entries_are_listed_newest_first_and_go_on(auditor, mortgage):
    first = auditor.get(ENTRIES, params={"limit": 2}).json()
    second = auditor.get(first["next"]).json()
    seqs = [one["seq"] for one in first["items"] + second["items"]]
    assert seqs == sorted(seqs, reverse=True)
    assert len(set(seqs)) == 4


def test_filters_narrow_them_as_on_the_page(auditor, mortgage):
    [line] = auditor.get(ENTRIES, params={"event": "model.registered", "about": "mortgage"}).json()["items"]
    assert (line["words"], line["subject"]) == ("A model was registered", "mortgage-approval")
    by = auditor.get(ENTRIES, params={"who": "scientist"}).json()["items"]
    assert {one["who"] for one in by} == {line["who"]}
    assert auditor.get(ENTRIES, params={"since": "2026-03-04T00:00:00Z"}).json()["items"] == []


@pytest.mark.parametrize(
    "ask", [{"event": "odd"}, {"who": "nobody"}, {"since": "noon"}, {"since": "1772539200"}, {"cursor": "x"}]
)
def test_what_cannot_be_asked_is_refused_with_a_sentence(auditor, ask):
    answer = auditor.get(ENTRIES, params=ask)
    assert answer.status_code == 422
    assert answer.json()["fix"]


def test_the_proof_shows_that_the_entry_stands_in_the_signed_log(auditor, store, mortgage):
    note = auditor.post("/api/v1/audit/checkpoint")
    assert note.status_code == 201
    leaf = auditor.get(f"{ENTRIES}/2").json()["leaf"].encode()
    proof = Proof.parse(auditor.get("/api/v1/audit/proof/2").text)
    assert proof.checkpoint == note.text == auditor.get("/api/v1/audit/checkpoint").text
    with store.reading() as session:
        known = [signer.verifier for signer in store.keys.signers(session.connection())]
    assert proof.shows(leaf, known).size > 2


def test_an_entry_that_is_not_signed_yet_says_how_to_sign_it(auditor, store, people):
    auditor.post("/api/v1/audit/checkpoint")
    seq = store.size()
    with store.transaction(people["scientist"].actor("password")) as tx:
        from core.registry.actions import register_use_case

        register_use_case(tx, slug="later", name="Later", purpose="Something.")
    answer = auditor.get(f"/api/v1/audit/proof/{seq}")
    assert answer.status_code == 404
    assert "POST" in answer.json()["fix"]


def test_making_an_export_records_it_and_taking_it_changes_nothing(auditor, store, mortgage):
    made = auditor.post("/api/v1/audit/export")
    size = store.size()
    taken = auditor.get(made.headers["location"])
    newest = auditor.get("/api/v1/audit/export")
    assert (made.status_code, taken.headers["content-type"]) == (201, "application/zip")
    assert taken.content == newest.content
    assert store.size() == size
    with closing(Export(io.BytesIO(taken.content))) as export:
        assert "model.registered" in export.text("entries.jsonl")


def test_without_an_export_the_answer_names_how_to_make_one(auditor):
    answer = auditor.get("/api/v1/audit/export")
    assert answer.status_code == 404
    assert "POST /api/v1/audit/export" in answer.json()["fix"]


def test_an_export_is_for_whoever_made_it(auditor, calling):
    address = auditor.post("/api/v1/audit/export").json()["address"]
    assert calling("admin").get(address).status_code == 404
    assert calling("admin").get("/api/v1/audit/export").status_code == 404


def test_a_token_that_is_bound_to_models_does_not_read_the_log(calling, mortgage):
    bound = calling("validator", models=["mortgage-approval"])
    assert bound.get(ENTRIES).status_code == 403
    assert calling("validator").get(ENTRIES).status_code == 200
    assert calling("scientist").get(ENTRIES).status_code == 403


def test_the_root_it_signs_is_the_one_that_is_recomputed(auditor, store, mortgage):
    auditor.post("/api/v1/audit/checkpoint")
    with store.reading() as session:
        assert not ledger.go_over(session.connection(), ()).faults
