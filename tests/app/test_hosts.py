"""The house answers by its own names only, whatever is asked for."""

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect
from streamlit import config

from app import settings as settings_module
from app.hosts import Hosts, known, name_in
from app.settings import Settings

HOME = "https://signoff.example.org"


async def inside(request):
    return PlainTextResponse("inside")


async def stream(websocket):
    await websocket.accept()
    await websocket.send_text("inside")


@pytest.fixture
def settle(monkeypatch):
    def chosen(told=(), **said):
        # Streamlit reads its configuration once; whoever asks it here would read it for every test after this one.
        monkeypatch.setattr(config, "get_option", lambda name: {"server.allowedHosts": list(told)}[name])
        monkeypatch.setattr(settings_module, "_SETTLED", [Settings(**said)])

    chosen(public_url=HOME, hosts="signoff.internal, Probe")
    return chosen


@pytest.fixture
def asked(settle):
    def client(host):
        routes = [WebSocketRoute("/_stcore/stream", stream), Route("/{path:path}", inside, methods=["GET", "POST"])]
        app = Starlette(routes=routes, middleware=[Middleware(Hosts)])
        return TestClient(app, base_url="http://testserver", headers={"host": host})

    return client


OURS = [
    "signoff.example.org", "Signoff.Example.org:443", "signoff.example.org.", "localhost:8501", "127.0.0.1",
    "[::1]:8501", "signoff.internal:80", "probe",
]  # fmt: skip
OTHERS = [
    "evil.example", "evil.example:8501", "localhost.evil.example", "evil.example#localhost", "x@localhost",
    "localhost/", "localhost:8501:1", "127.0.0.2", "0.0.0.0", "[::1].evil.example", "*", "",
]  # fmt: skip


@pytest.mark.parametrize("host", OURS)
def test_by_its_own_names_the_house_answers(host, asked):
    client = asked(host)
    assert client.get("/signin").text == client.post("/signin").text == "inside"
    with client.websocket_connect("/_stcore/stream") as socket:
        assert socket.receive_text() == "inside"


@pytest.mark.parametrize("host", OTHERS)
@pytest.mark.parametrize("path", ["/", "/signin", "/exports/x", "/assets/signin.css", "/signin/oidc/acme/logout"])
def test_by_another_name_no_page_is_answered(host, path, asked):
    for answer in (asked(host).get(path), asked(host).post(path)):
        assert answer.status_code == 400
        assert answer.text.endswith(f"Ask at {HOME}, or add this name to SIGNOFF_HOSTS where Signoff runs.")
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("path", ["/api/health", "/api/ready"])
def test_probes_are_answered_by_any_name_because_they_ask_by_number(path, asked):
    assert asked("10.1.2.3:8501").get(path).text == "inside"


@pytest.mark.parametrize("path", ["/api/v1/models", "/api/docs", "/api/health/"])
def test_by_another_name_the_api_says_what_to_set(path, asked):
    answer = asked("evil.example:8622").get(path)
    said = answer.json()

    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert said["detail"] == "Signoff does not answer by the name evil.example."
    assert HOME in said["fix"]


@pytest.mark.parametrize("host", OTHERS)
def test_by_another_name_no_websocket_opens(host, asked):
    with pytest.raises(WebSocketDisconnect), asked(host).websocket_connect("/_stcore/stream"):
        pass


def test_a_request_with_two_names_or_none_has_no_name():
    assert name_in({"headers": []}) == ""
    assert name_in({"headers": [(b"host", b"localhost"), (b"host", b"evil.example")]}) == ""


def test_the_address_that_the_server_listens_on_is_a_name_of_it(settle):
    settle(told=["Box.local"], public_url="http://localhost:8501")

    assert known() == {"box.local", "localhost", "127.0.0.1", "::1"}
