"""Files wait for each other in a short line, and nobody else waits for them."""

import asyncio
import json
import threading

import httpx2
import pytest

from app.api import problem
from app.api.application import api
from app.api.turns import AT_ONCE, WAITING
from tests.app.api.matrix import operations

EVALUATIONS = "/api/v1/models/mortgage-approval/versions/1/evaluations"
SPEC = {
    "task": "binary",
    "dataset": {"name": "loans", "version": "1", "split": "test"},
    "columns": {"prediction": "p", "label": "y"},
    "positive": 1,
}
ROOM = AT_ONCE + WAITING
MANY = 60
"""More than there are threads that everybody shares."""
SOON = 100.0
"""Seconds within which what does not wait for a file is answered, also on a machine that is busy."""
PLACES = {"model": "mortgage-approval", "version": "1"}
SENT = [route for route in operations(api().openapi()) if "multipart/form-data" in json.dumps(route.said)]


class Parser:
    """Stands where files are parsed, and lets none through until it is told to."""

    def __init__(self):
        self.open = threading.Event()

    def __enter__(self):
        assert self.open.wait(120)

    def __exit__(self, *_):
        pass


@pytest.fixture
def parser(monkeypatch):
    made = Parser()
    monkeypatch.setattr("core.tabular.reading._PARSERS", made)
    yield made
    made.open.set()


@pytest.fixture
def crowd(house, token, version, parser):
    """Runs something against a house where `MANY` files are sent at once: `crowd(meanwhile)` returns their answers."""
    headers = {"authorization": f"Bearer {token('scientist')}"}

    async def sent(client, number, key):
        rows = "p,y\n" + "1,1\n0,0\n1,0\n0,1\n" * (20 + number)
        parts = {"files": {"file": ("p.csv", rows.encode())}, "data": {"spec": json.dumps(SPEC)}}
        return await client.post(EVALUATIONS, headers=key, **parts)

    async def play(meanwhile, *, keyed=False):
        transport = httpx2.ASGITransport(house)
        async with httpx2.AsyncClient(transport=transport, base_url="http://localhost:8501", headers=headers) as client:
            files = [
                asyncio.create_task(sent(client, n, {"idempotency-key": f"k{n}"} if keyed else {})) for n in range(MANY)
            ]
            try:
                await asyncio.wait_for(meanwhile(client, files), SOON)
            finally:
                parser.open.set()
                answers = await asyncio.gather(*files)
            return answers

    return lambda meanwhile, **how: asyncio.run(play(meanwhile, **how))


async def turned_away(files):
    while sum(file.done() for file in files) < MANY - ROOM:
        await asyncio.sleep(0.01)


def test_whoever_sends_no_file_is_answered_while_many_files_are_sent(crowd):
    async def meanwhile(client, _):
        assert (await client.get("/api/v1/models")).status_code == 200
        assert (await client.get("/api/ready")).status_code == 200

    crowd(meanwhile)


def test_beyond_a_short_line_a_file_is_refused_at_once_and_told_when_to_come_back(crowd):
    async def meanwhile(_, files):
        await turned_away(files)

    answers = crowd(meanwhile)
    refused = [answer for answer in answers if answer.status_code != 201]
    assert len(refused) == MANY - ROOM
    for answer in refused:
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0
        said = answer.json()
        assert said["type"] == "urn:signoff:problem:busy"
        assert said["fix"].startswith("Send it again in")


def test_every_route_that_takes_a_file_stands_in_the_same_line(crowd):
    async def meanwhile(client, files):
        await turned_away(files)
        for route in SENT:
            answer = await client.post("/api" + route.path.format(**PLACES), files={"file": ("a.csv", b"a\n1\n")})
            assert answer.status_code == 503, route.name

    crowd(meanwhile)
    assert len(SENT) >= 5


def test_files_that_come_with_a_key_are_weighed_in_threads_of_their_own(crowd, parser, monkeypatch):
    monkeypatch.setattr("app.api.idempotency._of_file", lambda _file: b"" if parser.open.wait(120) else b"late")

    async def meanwhile(client, _):
        assert (await client.get("/api/v1/models")).status_code == 200

    crowd(meanwhile, keyed=True)


@pytest.mark.parametrize("route", SENT, ids=lambda route: route.name)
def test_the_document_says_that_a_file_may_be_refused_because_others_are_read(route):
    told = route.said["responses"]["503"]
    assert problem.BUSY.title in told["description"]
    assert "Retry-After" in told["headers"]
    types = {one["value"]["type"] for one in told["content"][problem.MEDIA_TYPE]["examples"].values()}
    assert types == {problem.BUSY.type, problem.UNSOUND.type}
