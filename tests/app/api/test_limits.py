"""How often a token may call; the clock of the store counts, so nobody has to wait here."""

from datetime import timedelta

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from app.api.application import api as application
from app.api.limits import Buckets
from app.settings import Settings

MODELS = "/api/v1/models"


@pytest.fixture
def moving(store, monkeypatch):
    """A house of three calls at once and one per second, whose clock the test moves."""
    from dataclasses import replace

    now = [store.clock()]
    monkeypatch.setattr("app.settings._SETTLED", [Settings(home=store.home, api_burst=3, api_rate=1)])
    moved = replace(store, clock=lambda: now[0])
    house = Starlette(routes=[Mount("/api", app=application(lambda: moved))])

    def go(seconds):
        now[0] += timedelta(seconds=seconds)

    return house, go


def test_calls_beyond_the_limit_are_refused_until_time_has_passed(moving, token, mortgage):
    house, go = moving
    mine, other = (
        TestClient(house, headers={"authorization": f"Bearer {token(who)}"}) for who in ("scientist", "auditor")
    )
    assert [mine.get(MODELS).status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = mine.get(MODELS)
    assert refused.headers["retry-after"] == "1"
    assert refused.headers["ratelimit"] == '"token";r=0;t=1'
    assert refused.headers["ratelimit-policy"] == '"token";q=3;w=3'
    assert refused.json()["type"] == "urn:signoff:problem:too-many"
    assert other.get(MODELS).status_code == 200

    go(1)
    assert [mine.get(MODELS).status_code for _ in range(2)] == [200, 429]
    go(60)
    assert [mine.get(MODELS).status_code for _ in range(4)] == [200, 200, 200, 429]
    go(-3600)
    assert mine.get(MODELS).status_code == 429


def test_every_answer_says_what_is_left(moving, token, mortgage):
    house, _ = moving
    client = TestClient(house, headers={"authorization": f"Bearer {token('scientist')}"})
    assert [client.get(MODELS).headers["ratelimit"] for _ in range(3)] == [
        '"token";r=2;t=0',
        '"token";r=1;t=0',
        '"token";r=0;t=1',
    ]


def test_full_buckets_are_forgotten():
    buckets = Buckets(burst=2, rate=1)
    for caller in range(10_000):
        buckets.take(str(caller), at=0)
    buckets.take("one more", at=100)
    assert list(buckets._left) == ["one more"]


def test_a_long_answer_is_compressed_for_who_asks(calling, mortgage):
    scientist = calling("scientist")
    for number in range(4):
        scientist.post(f"{MODELS}/mortgage-approval/versions", json={"task": "binary", "change_note": str(number)})
    address = f"{MODELS}/mortgage-approval/versions"
    packed = scientist.get(address, headers={"accept-encoding": "gzip"})
    plain = scientist.get(address, headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.json() == plain.json()
