"""The gate, the sign-in pages and the way out, asked without a browser and without Streamlit."""

import re

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect
from streamlit.proto.BackMsg_pb2 import BackMsg

from app import exports, guard, house
from app import settings as settings_module
from app.api.application import api
from app.api.health import Readiness
from app.gate import Gate, without_effect
from app.headers import SecurityHeaders, content_policy
from app.settings import Settings
from app.signin import routes
from core.access import actions
from core.access.person import SystemRole
from core.audit.event import Event, Subject
from core.errors import GovernanceError
from core.store.export import offer

HERE = "http://testserver"
PAGE = {"accept": "text/html"}


async def inside(request):
    return PlainTextResponse("inside")


async def stream(websocket):
    await websocket.accept()
    await websocket.send_text("inside")
    while (message := await websocket.receive())["type"] == "websocket.receive":
        await websocket.send_bytes(message["bytes"])


@pytest.fixture
def chosen(monkeypatch):
    monkeypatch.setattr(settings_module, "_SETTLED", [Settings(public_url=HERE)])


@pytest.fixture
def visitor(store, people, chosen, monkeypatch):
    monkeypatch.setattr(house, "store", lambda: store)
    app = Starlette(
        routes=[
            *routes.ROUTES,
            *exports.ROUTES,
            WebSocketRoute("/_stcore/stream", stream),
            Route("/{path:path}", inside, methods=["GET", "POST", "PUT"]),
        ],
        middleware=[Middleware(SecurityHeaders, https=False), Middleware(Gate)],
    )
    return lambda: TestClient(app, base_url=HERE, follow_redirects=False)


def token_of(client, path="/signin"):
    return re.search(r'name="token" value="([^"]+)"', client.get(path).text)[1]


def enter(client, username="validator", password=None, **fields):
    sent = {"token": token_of(client), "username": username, "password": password or f"demo-{username}-2026", **fields}
    return client.post("/signin", data=sent)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/media/0123.pdf", 401),
        ("/_stcore/bidi-components/signoff.lineage/lineage.js", 401),
        ("/_stcore/bidi-components/signoff.away/away.js", 200),
        ("/_stcore/health", 401),
        ("/_stcore/host-config", 401),
        ("/_stcore/upload_file/x/y", 401),
        ("/exports/anything", 401),
        ("/component/x/index.html", 401),
        ("/_stcore/metrics", 404),
        ("/_stcore/agent/interact", 404),
        ("/_stcore/agent/openapi.json", 404),
    ],
)
def test_a_stranger_reaches_nothing(visitor, path, status):
    assert visitor().get(path).status_code == status
    assert visitor().get(path, headers=PAGE).status_code == status


def test_a_stranger_who_wants_a_page_is_sent_to_sign_in_and_back(visitor):
    answer = visitor().get("/inbox?request=REQ-17", headers=PAGE)

    assert (answer.status_code, answer.headers["location"]) == (303, "/signin?next=%2Finbox%3Frequest%3DREQ-17")
    assert visitor().post("/inbox", headers=PAGE).status_code == 401


@pytest.mark.parametrize("header", ["X-Forwarded-User", "X-User", "Remote-User", "X-Forwarded-Email", "Authorization"])
def test_a_header_says_nothing_about_who_somebody_is(visitor, header):
    assert visitor().get("/inbox", headers={**PAGE, header: "admin"}).status_code == 303


@pytest.mark.parametrize("cookie", ["", "guessed", "x" * 5000])
def test_a_made_up_cookie_opens_nothing(visitor, cookie):
    assert visitor().get("/media/x", headers={"cookie": f"signoff_session={cookie}"}).status_code == 401


def test_a_websocket_opens_for_a_live_session_from_this_site_only(visitor):
    client = visitor()
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/_stcore/stream"):
        pass
    enter(client)
    with (
        pytest.raises(WebSocketDisconnect),
        client.websocket_connect("/_stcore/stream", headers={"origin": "https://evil.example"}),
    ):
        pass

    with client.websocket_connect("/_stcore/stream", headers={"origin": HERE}) as socket:
        assert socket.receive_text() == "inside"


def click_in_a_fragment():
    sent = BackMsg()
    sent.rerun_script.query_string = "person=validator"
    sent.rerun_script.page_script_hash = "p"
    sent.rerun_script.fragment_id = "dialog"
    pressed = sent.rerun_script.widget_states.widgets.add()
    pressed.id, pressed.trigger_value = "approve", True
    return sent


def test_a_click_in_an_open_tab_has_no_effect_once_the_session_ended(visitor):
    client = visitor()
    enter(client)
    sent = click_in_a_fragment()
    with client.websocket_connect("/_stcore/stream", headers={"origin": HERE}) as socket:
        socket.receive_text()
        socket.send_bytes(sent.SerializeToString())
        assert BackMsg.FromString(socket.receive_bytes()) == sent
        client.post("/signout", data={"token": token_of(client, "/signout")})
        socket.send_bytes(sent.SerializeToString())
        heard = BackMsg.FromString(socket.receive_bytes()).rerun_script

    assert (heard.query_string, heard.page_script_hash) == ("person=validator", "p")
    assert (heard.fragment_id, len(heard.widget_states.widgets)) == ("", 0)


def test_a_message_that_nobody_can_read_has_no_effect_either():
    assert BackMsg.FromString(without_effect(b"\xff\xff not a message")).WhichOneof("type") == "rerun_script"


def test_signing_in_opens_the_door_and_goes_on_to_where_one_wanted(visitor):
    client = visitor()
    answer = enter(client, next="/inbox?request=REQ-17")

    assert (answer.status_code, answer.headers["location"]) == (303, "/inbox?request=REQ-17")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "validator" not in cookie
    assert client.get("/inbox").text == "inside"


def test_metrics_and_the_agent_stay_shut_for_everybody(visitor):
    client = visitor()
    enter(client, "admin")

    assert [client.get(f"/_stcore/{p}").status_code for p in ("metrics", "agent/interact")] == [404, 404]


@pytest.mark.parametrize(
    "to", ["//evil.example", "https://evil.example", "/\\evil.example", "/signout", "javascript:x"]
)
def test_signing_in_leads_nowhere_else(visitor, to):
    assert enter(visitor(), next=to).headers["location"] == "/"


@pytest.mark.parametrize("scheme", ["https", "HTTPS"])
def test_by_https_the_cookie_is_secure_and_bound_to_this_host(visitor, monkeypatch, scheme):
    chosen = Settings(public_url=f"{scheme}://signoff.example.org/")
    monkeypatch.setattr(settings_module, "_SETTLED", [chosen])
    client = visitor()
    client.base_url = "https://testserver"
    cookie = enter(client).headers["set-cookie"]

    assert cookie.startswith("__Host-signoff_session=")
    assert "Secure" in cookie
    assert "Domain" not in cookie


def test_a_wrong_password_says_so_once_more_and_keeps_the_name(visitor):
    answer = enter(visitor(), password="wrong")

    assert answer.status_code == 401
    assert "User name or password is wrong." in answer.text
    assert 'value="validator"' in answer.text


def test_guessing_is_slowed(visitor):
    client = visitor()
    said = [enter(client, password="wrong").text for _ in range(6)]

    assert "Too many wrong passwords." in said[-1]
    assert "Too many wrong passwords." in enter(client).text


@pytest.mark.parametrize(
    ("headers", "token"),
    [
        pytest.param({}, "made-up", id="a token of its own"),
        pytest.param({}, None, id="no token"),
        pytest.param({"origin": "https://evil.example"}, "right", id="from another site"),
        pytest.param({"sec-fetch-site": "cross-site"}, "right", id="as the browser says, from another site"),
    ],
)
def test_a_form_of_another_site_is_refused(visitor, store, headers, token):
    client = visitor()
    right = token_of(client)
    sent = {"username": "validator", "password": "demo-validator-2026"}
    if token:
        sent["token"] = right if token == "right" else token
    before = store.size()
    answer = client.post("/signin", data=sent, headers=headers)

    assert (answer.status_code, store.size()) == (403, before)
    assert "did not come from this page" in answer.text


def test_an_endless_form_is_refused_before_it_is_read(visitor):
    client = visitor()
    answer = client.post("/signin", data={"token": token_of(client), "username": "x" * 50_000})

    assert answer.status_code == 403


def test_what_was_typed_stays_text(visitor):
    answer = enter(visitor(), username='"><script>alert(1)</script>', password="x")

    assert "<script>" not in answer.text


def test_signing_out_takes_a_form_and_ends_the_cookie_for_good(visitor):
    client = visitor()
    enter(client)
    kept = client.cookies["signoff_session"]
    assert client.post("/signout").status_code == 403
    assert client.get("/inbox").text == "inside"
    answer = client.post("/signout", data={"token": token_of(client, "/signout")})

    assert (answer.status_code, answer.headers["location"]) == (303, "/signin")
    assert visitor().get("/media/x", headers={"cookie": f"signoff_session={kept}"}).status_code == 401


@pytest.mark.parametrize("path", ["/signin", "/signin/invitation?code=x", "/signout", "/exports/x", "/"])
def test_no_get_changes_anything(visitor, store, path):
    client = visitor()
    enter(client)
    before = store.size()
    client.get(path, headers=PAGE)

    assert store.size() == before
    assert client.get("/inbox").text == "inside"


def test_a_closed_account_is_outside_at_its_next_request(visitor, store, people):
    client = visitor()
    enter(client)
    with store.transaction(people["admin"].actor("password")) as tx:
        actions.deactivate(tx, people["validator"].key)

    assert client.get("/inbox").status_code == 401


def test_a_link_sets_a_password_once(visitor, store, people):
    with store.transaction(people["admin"].actor("password")) as tx:
        grace = actions.create_person(tx, "grace", "Grace", None, SystemRole.VIEWER)
        code = actions.invite(tx, grace.key)
    client, link = visitor(), f"/signin/invitation?code={code}"
    words = "four words that stay"

    def choose(password, again):
        sent = {"token": token_of(client, link), "code": code, "password": password, "again": again}
        return client.post("/signin/invitation", data=sent)

    assert "differ" in choose(words, "other words that stay").text
    assert "12 to 256" in choose("short", "short").text
    chosen = choose(words, words)
    assert chosen.status_code == 303
    assert "Your password is set. Sign in." in client.get(chosen.headers["location"]).text
    assert "Your password is set" not in client.get("/signin").text
    assert enter(visitor(), "grace", words).status_code == 303
    assert "no longer works" in client.get(link).text


def offered(store, who, filename="report.pdf"):
    with store.transaction(who.actor("password")) as tx:
        export = offer(tx, b"%PDF-1.7 proof", filename, "application/pdf")
        tx.record(Event.REPORT_EXPORTED, Subject("model_version", "mortgage-approval@4"))
    return export


def test_an_export_goes_to_its_maker_and_is_kept_by_nobody_on_the_way(visitor, store, people):
    export = offered(store, people["auditor"])
    maker, other = visitor(), visitor()
    enter(maker, "auditor")
    enter(other, "admin")
    answer = maker.get(f"/exports/{export}")

    assert answer.content == b"%PDF-1.7 proof"
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["content-type"] == "application/pdf"
    assert other.get(f"/exports/{export}").status_code == 404


def test_the_name_of_an_export_cannot_write_headers(visitor, store, people):
    export = offered(store, people["auditor"], 'a"\r\nset-cookie: x=y.pdf')
    client = visitor()
    enter(client, "auditor")

    assert client.get(f"/exports/{export}").headers["content-disposition"] == (
        "attachment; filename*=UTF-8''a%22%0D%0Aset-cookie%3A%20x%3Dy.pdf"
    )


def test_an_export_whose_bytes_were_changed_is_not_handed_out(visitor, store, people):
    export = offered(store, people["auditor"])
    stored = next(path for path in (store.home / "blobs").rglob("*") if path.is_file())
    stored.chmod(0o600)
    stored.write_bytes(b"forged")
    client = visitor()
    enter(client, "auditor")
    answer = client.get(f"/exports/{export}")

    assert answer.status_code == 500
    assert b"forged" not in answer.content


def test_every_answer_carries_the_headers(visitor):
    for path in ("/signin", "/media/x", "/inbox"):
        headers = visitor().get(path, headers=PAGE).headers
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_no_inline_script_runs_but_the_packaged_one():
    rules = dict(rule.split(" ", 1) for rule in content_policy().split("; "))

    assert "unsafe-inline" not in rules["script-src"]
    assert "unsafe-eval" not in rules["script-src"].replace("wasm-unsafe-eval", "")
    assert rules["script-src"].count("sha256-") == 1


@pytest.mark.parametrize(
    ("option", "value"),
    [("server.trustedUserHeaders", {"X-User": "email"}), ("server.enableAgentApi", True), ("server.enableCORS", False)],
)
def test_a_way_around_the_gate_keeps_the_house_shut(option, value):
    sound = {name: not wrong(True) for name, (wrong, _) in guard.REFUSED.items()}
    guard.check(sound.get)
    with pytest.raises(GovernanceError, match=option):
        guard.check({**sound, option: value}.get)


def test_the_house_says_whether_it_lives_and_can_write(store, monkeypatch):
    opened = []
    monkeypatch.setattr(Readiness, "LASTS", 3600)
    monkeypatch.setattr(house, "store", lambda: opened.append(store) or store)
    asked = TestClient(api())
    assert asked.get("/health").json() == {"status": "ok"}
    assert [asked.get("/ready").json() for _ in range(3)] == [{"status": "ready"}] * 3
    assert len(opened) == 1  # anybody may ask, and whoever writes would wait

    def shut():
        raise GovernanceError("The disk is full.", "Make room.")

    monkeypatch.setattr(house, "store", shut)
    asked = TestClient(api())
    assert (asked.get("/ready").status_code, asked.get("/health").status_code) == (503, 200)
