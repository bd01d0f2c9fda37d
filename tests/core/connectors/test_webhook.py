import hashlib
import hmac
import re
import ssl
import threading
from pathlib import Path

import pytest

from core.connectors.webhook import LONGEST_ANSWER, Caller, Parcel
from tests.core.notifications.test_destination import INSIDE
from tests.receiver import certify, receiving

NAME = "hooks.example.org"
PARCEL = Parcel("d" * 32, 1_772_539_200, b'{"number":1}', "whsec_AAAA")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return certify(tmp_path_factory.mktemp("tls"), NAME)


@pytest.fixture
def receiver(certificate):
    with receiving(certificate) as server:
        yield server


@pytest.fixture
def call(receiver, certificate):
    """Call the receiver under a public name, which the server's list allows to lead to this machine."""
    port = receiver.server_port

    async def resolver(_name, _port):
        return [receiver.server_address[0]]

    def one(url=f"https://{NAME}:{port}/hook?x=1", **changed):
        given = {
            "excepted": {f"{NAME}:{port}"},
            "resolver": resolver,
            "trust": lambda: ssl.create_default_context(cafile=certificate),
            "patience": 60,
        }
        return Caller(**(given | changed)).call(url, PARCEL)

    return one


def test_a_parcel_arrives_signed(call, receiver):
    assert call() == ""

    [(headers, body)] = receiver.received
    signed = hmac.new(b"whsec_AAAA", b"1772539200." + body, hashlib.sha256).hexdigest()
    assert body == PARCEL.body
    assert headers["Signoff-Signature"] == f"v1={signed}"
    assert headers["Signoff-Timestamp"] == "1772539200"
    assert headers["Signoff-Delivery"] == PARCEL.delivery
    assert headers["Host"] == f"{NAME}:{receiver.server_port}"
    assert headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("status", [400, 404, 410, 429, 500, 503])
def test_any_other_answer_than_success_is_a_sentence(call, receiver, status):
    receiver.answer = lambda _: (status, {}, b"")
    assert call() == f"The receiver answered {status}."


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(call, receiver, status):
    receiver.answer = lambda _: (status, {"Location": f"https://{NAME}:{receiver.server_port}/inside"}, b"")

    assert "redirects are not followed" in call()
    assert len(receiver.received) == 1


def test_a_long_answer_is_not_read_to_its_end(call, receiver):
    receiver.answer = lambda _: (200, {}, b"x" * (LONGEST_ANSWER + 1))
    assert "too long" in call()


def test_a_receiver_that_never_answers_is_left(call, receiver):
    go_on = threading.Event()
    receiver.answer = lambda _: (go_on.wait(30) and 204, {}, b"")
    try:
        assert call(patience=3) == "The receiver did not answer in time."
    finally:
        go_on.set()


def test_a_receiver_that_drips_is_left(call, receiver):
    go_on = threading.Event()

    def drip(request):
        request.send_response(200)
        request.send_header("Content-Length", "1000")
        request.end_headers()
        request.wfile.write(b"x")
        go_on.wait(30)
        request.close_connection = True
        raise ConnectionAbortedError

    receiver.answer = drip
    try:
        assert call(patience=3) == "The receiver did not answer in time."
    finally:
        go_on.set()


def test_a_certificate_of_another_name_is_not_trusted(receiver, call, certificate):
    url = f"https://other.example.org:{receiver.server_port}/"
    said = call(url, excepted={f"other.example.org:{receiver.server_port}"})

    assert said == "The receiver's certificate is not trusted for this name."
    assert receiver.received == []


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(call, receiver):
    assert "not trusted" in call(trust=ssl.create_default_context)
    assert receiver.received == []


def test_a_name_that_leads_inside_is_called_nowhere(receiver, certificate, monkeypatch):
    """Every address of the inside, alone and hidden among public ones; nothing is connected."""
    connected = []

    async def connect(*found, **_):
        connected.append(found)
        raise OSError

    monkeypatch.setattr("anyio.connect_tcp", connect)
    for inside in INSIDE:
        for answer in ([inside], ["93.184.216.34", inside]):

            async def resolver(_name, _port, answer=answer):
                return answer

            assert "not public" in Caller(resolver=resolver).call(f"https://{NAME}/", PARCEL)
    assert connected == []


def test_a_name_that_changes_its_mind_is_asked_once_and_called_where_it_was_checked(monkeypatch):
    asked, connected = [], []

    async def rebinding(name, _port):
        asked.append(name)
        return ["93.184.216.34"] if len(asked) == 1 else ["127.0.0.1"]

    async def connect(remote_host, remote_port, **_):
        connected.append((remote_host, remote_port))
        raise OSError("nobody is there")

    monkeypatch.setattr("anyio.connect_tcp", connect)
    caller = Caller(resolver=rebinding)

    assert caller.call(f"https://{NAME}/", PARCEL) == "The receiver cannot be reached."
    assert (asked, connected) == ([NAME], [("93.184.216.34", 443)])
    assert "not public" in caller.call(f"https://{NAME}/", PARCEL)
    assert len(connected) == 1


def test_an_unknown_name_is_a_sentence():
    async def unknown(_name, _port):
        return []

    assert "has no address" in Caller(resolver=unknown).call(f"https://{NAME}/", PARCEL)


def test_proxies_of_the_environment_are_not_asked(call, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    assert call() == ""


def test_the_recipe_of_the_readme_accepts_what_is_ours_and_nothing_else():
    readme = (Path(__file__).parents[3] / "README.md").read_text("utf-8")
    found = re.search(r"```python\n(def is_ours.*?)```", readme, re.DOTALL)
    assert found
    names: dict = {"hmac": hmac, "hashlib": hashlib}
    exec(found[1], names)  # the recipe as a receiver copies it
    is_ours, sent = names["is_ours"], PARCEL.headers

    assert is_ours(sent, PARCEL.body, PARCEL.secret, PARCEL.timestamp + 10)
    assert not is_ours(sent, PARCEL.body + b" ", PARCEL.secret, PARCEL.timestamp)
    assert not is_ours(sent, PARCEL.body, "whsec_BBBB", PARCEL.timestamp)
    assert not is_ours(sent | {"Signoff-Timestamp": "1"}, PARCEL.body, PARCEL.secret, 1)
    assert not is_ours(sent, PARCEL.body, PARCEL.secret, PARCEL.timestamp + 3600)
