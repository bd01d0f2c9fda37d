import json
from importlib import import_module

import httpx2
import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from app.api.application import NOUNS, nouns_at
from app.api.inside import ADDRESS, Inside
from core.audit import tables


@pytest.fixture
def inside(store, people):
    with httpx2.Client(transport=Inside(store, people["scientist"]), base_url=ADDRESS) as client:
        yield client


def last_leaf(store):
    with store.reading() as session:
        rows = session.connection().execute(select(tables.entry.c.leaf).order_by(tables.entry.c.seq.desc()))
        return json.loads(rows.first().leaf)


@pytest.mark.parametrize("noun", NOUNS)
def test_every_address_is_answered_by_the_part_that_is_loaded_for_it(noun):
    for route in import_module(f"app.api.{noun}").router.routes:
        assert noun in nouns_at(f"/v1{route.path}"), route.path


def test_a_command_calls_the_same_routes_as_the_local_account(inside, store, mortgage):
    made = inside.post("/api/v1/models/mortgage-approval/versions", json={"task": "binary"})

    assert made.status_code == 201, made.text
    leaf = last_leaf(store)
    assert leaf["action"] == "model_version.registered"
    assert leaf["actor"]["kind"] == "user"
    assert leaf["data"]["method"] == "cli"
    assert leaf["req"] == made.headers["x-request-id"]
    assert "ratelimit" not in made.headers


def test_a_long_answer_arrives_compressed_and_is_read(inside, mortgage):
    for number in range(12):
        inside.post("/api/v1/models/mortgage-approval/versions", json={"task": "binary", "change_note": f"n{number}"})
    answer = inside.get("/api/v1/models/mortgage-approval/versions")
    assert answer.headers["content-encoding"] == "gzip"
    assert len(answer.json()["items"]) == 12


def test_a_body_may_come_in_pieces(inside, mortgage):
    sent = json.dumps({"task": "binary"}).encode()
    made = inside.post(
        "/api/v1/models/mortgage-approval/versions",
        content=(sent[i : i + 4] for i in range(0, len(sent), 4)),
        headers={"content-type": "application/json"},
    )
    assert made.status_code == 201, made.text


def test_a_closed_account_is_refused_at_its_next_call(inside, store, people, mortgage):
    from core.access import actions

    with store.transaction(people["admin"].actor("password")) as tx:
        actions.deactivate(tx, people["scientist"].key)
    assert inside.get("/api/v1/models").status_code == 403


@pytest.mark.parametrize(
    "pretended",
    [
        {"signoff.caller": "1"},
        {"x-signoff-caller": "1"},
        {"authorization": "Inside"},
        {"cookie": "signoff.caller=1"},
        {"x-forwarded-user": "admin"},
    ],
)
def test_nothing_that_is_sent_makes_a_stranger_a_local_account(house, people, pretended):
    stranger = TestClient(house, headers=pretended)
    assert stranger.get("/api/v1/models?signoff.caller=1").status_code == 401
