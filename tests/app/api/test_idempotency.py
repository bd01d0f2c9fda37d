"""A POST that is sent again does not happen again."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from app.api.caller import Caller
from core.errors import ConflictError
from core.registry import queries
from core.store import idempotency

VERSIONS = "/api/v1/models/mortgage-approval/versions"
KEY = {"idempotency-key": "build-1234"}


def count(store):
    with store.reading() as session:
        return queries.last_number(session, queries.model(session, "mortgage-approval").key)


def test_the_answer_comes_again_and_nothing_happens(calling, store, mortgage):
    scientist = calling("scientist")
    first = scientist.post(VERSIONS, json={"task": "binary"}, headers=KEY)
    size = store.size()
    again = scientist.post(VERSIONS, json={"task": "binary"}, headers=KEY)

    assert first.status_code == again.status_code == 201
    assert again.content == first.content
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["content-type"] == first.headers["content-type"]
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert count(store) == 1
    assert store.size() == size


def test_a_key_belongs_to_one_request_and_one_token(calling, store, mortgage):
    scientist, other = calling("scientist"), calling("scientist")
    scientist.post(VERSIONS, json={"task": "binary"}, headers=KEY)

    elsewhere = scientist.post("/api/v1/models", json={"task": "binary"}, headers=KEY)
    changed = scientist.post(VERSIONS, json={"task": "regression"}, headers=KEY)
    assert elsewhere.status_code == changed.status_code == 422
    assert "another request" in changed.json()["detail"]
    assert other.post(VERSIONS, json={"task": "binary"}, headers=KEY).json()["version"] == 2


def test_a_refused_request_gives_its_key_back(calling, mortgage):
    scientist = calling("scientist")
    assert scientist.post(VERSIONS, json={"task": "none"}, headers=KEY).status_code == 422
    assert scientist.post(VERSIONS, json={"task": "binary"}, headers=KEY).status_code == 201


@pytest.mark.parametrize("key", ["", " ", "two words", "x" * 201, "é"])
def test_what_cannot_be_a_key_is_refused(calling, mortgage, key):
    answer = calling("scientist").post(VERSIONS, json={"task": "binary"}, headers={"idempotency-key": key.encode()})
    assert answer.status_code == 400


def test_the_same_call_at_the_same_moment_happens_once(calling, store, mortgage):
    scientist = calling("scientist")
    start = threading.Barrier(6)

    def post(_):
        start.wait()
        return scientist.post(VERSIONS, json={"task": "binary"}, headers=KEY).status_code

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(post, range(6)))
    assert 201 in answers
    assert set(answers) <= {201, 409}
    assert count(store) == 1


def test_what_is_being_worked_on_is_a_problem_of_its_own_that_says_when_to_ask_again(calling, store, mortgage):
    scientist = calling("scientist")
    working, through, changing = threading.Event(), threading.Event(), Caller.changing

    def slow(caller):
        working.set()
        assert through.wait(60)
        return changing(caller)

    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(1) as pool:
        patch.setattr(Caller, "changing", slow)
        first = pool.submit(scientist.post, VERSIONS, json={"task": "binary"}, headers=KEY)
        assert working.wait(60)
        try:
            met = scientist.post(VERSIONS, json={"task": "binary"}, headers=KEY)
        finally:
            through.set()
        made = first.result()
    assert (met.status_code, met.json()["type"]) == (409, "urn:signoff:problem:in-progress")
    assert int(met.headers["retry-after"]) > 0
    again = scientist.post(VERSIONS, json={"task": "binary"}, headers=KEY)
    assert (again.status_code, again.content) == (201, made.content)


def test_an_answer_is_kept_for_a_day(store):
    claimed = idempotency.claim(store, "TOK-1", "k", "a" * 64)
    idempotency.settle(store, claimed, idempotency.Answer(201, "{}", b"made"))
    assert idempotency.claim(after(store, timedelta(hours=23)), "TOK-1", "k", "a" * 64).body == b"made"
    assert isinstance(idempotency.claim(after(store, timedelta(hours=24)), "TOK-1", "k", "a" * 64), idempotency.Claim)


def test_work_that_was_committed_is_never_done_again_though_its_answer_was_lost(store, people):
    from core.registry.actions import register_use_case

    claimed = idempotency.claim(store, "TOK-1", "k", "a" * 64)
    with store.transaction(people["scientist"].actor("password"), "request-1") as tx:
        register_use_case(tx, slug="lending", name="Home lending", purpose="Decide about mortgages.")
        idempotency.mark(tx, claimed)
    idempotency.release(store, claimed)  # as the door does when something fails after the commit

    with pytest.raises(ConflictError, match="answer was lost") as refused:
        idempotency.claim(after(store, timedelta(hours=1)), "TOK-1", "k", "a" * 64)
    assert "request-1" in refused.value.fix


def test_a_claim_whose_process_died_is_free_again_after_a_while(store):
    idempotency.claim(store, "TOK-1", "k", "a" * 64)
    with pytest.raises(ConflictError, match="being worked on"):
        idempotency.claim(after(store, timedelta(minutes=9)), "TOK-1", "k", "a" * 64)
    assert isinstance(idempotency.claim(after(store, timedelta(minutes=10)), "TOK-1", "k", "a" * 64), idempotency.Claim)


def test_work_that_outlasts_its_claim_makes_room_for_the_same_request_sent_again(store, people):
    from core.registry.actions import register_use_case

    slow = idempotency.claim(store, "TOK-1", "k", "a" * 64)
    again = idempotency.claim(after(store, timedelta(minutes=11)), "TOK-1", "k", "a" * 64)

    def work(claimed, slug):
        with store.transaction(people["scientist"].actor("password"), "request-1") as tx:
            register_use_case(tx, slug=slug, name="Home lending", purpose="Decide about mortgages.")
            idempotency.mark(tx, claimed)

    with pytest.raises(ConflictError, match="sent again"):
        work(slow, "slow")
    idempotency.release(store, slow)
    work(again, "again")
    with store.reading() as session:
        assert [one.slug for one in queries.use_cases(session)] == ["again"]


def after(store, time):
    return replace(store, clock=lambda: store.clock() + time)


def test_a_file_that_is_sent_again_is_known_by_its_content_and_not_by_its_boundary(calling, store, mortgage):
    address = "/api/v1/models/mortgage-approval/versions/1/evaluations"
    scientist = calling("scientist")
    scientist.post(VERSIONS, json={"task": "binary"})
    dataset = '{"name": "loans", "version": "1", "split": "test"}'
    columns = '{"prediction": "p", "label": "y"}'
    spec = f'{{"task": "binary", "dataset": {dataset}, "columns": {columns}, "positive": 1}}'

    def send(rows):
        file = ("p.csv", "p,y\n" + rows, "text/csv")
        return scientist.post(address, files={"file": file}, data={"spec": spec}, headers=KEY)

    rows = "1,1\n0,0\n1,0\n0,1\n" * 20
    first, again, other = send(rows), send(rows), send(rows + "1,1\n")
    assert first.status_code == 201, first.text
    assert again.content == first.content
    assert again.headers["idempotency-replayed"] == "true"
    assert other.status_code == 422
