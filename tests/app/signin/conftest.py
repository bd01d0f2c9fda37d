"""A hostile identity provider on loopback that says and signs whatever a test wants, and a browser without a screen."""

import base64
import hashlib
import hmac
import html
import json
import re
import secrets
import shutil
import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from joserfc.jws import JWSRegistry
from sqlmodel import select
from starlette.applications import Starlette
from starlette.testclient import TestClient

from app.settings import Settings
from app.signin import oidc, routes
from core.access.person import Person
from core.access.session import BrowserSession
from core.audit import tables
from core.store.store import Store

HOUSE = "http://localhost:8501"
CLIENT, SECRET = "signoff", "between us"


class HostileProvider:
    """Honest until told otherwise.

    Attributes:
        claims: what the next ID token says beside the usual, or instead of it; None leaves a claim out.
        header: of the next token.
        key: what the next token is signed with.
        published, published_as: the key that anybody can read, and its name.
        said: what userinfo answers.
        described: what discovery says beside the usual, or instead of it.
        down: paths that answer 503.
        asked: parameters of the last visit.
        fetched: how often each path was asked for.
    """

    def __init__(self, key):
        self.published, self.published_as = key, "one"
        self.key = key
        self.claims, self.header, self.said, self.described = {}, {"alg": "RS256", "kid": "one"}, {}, {}
        self.down, self.asked, self.codes, self.verified = set(), {}, {}, []
        self.fetched = Counter()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def stop(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def visit(self, address):
        """Do what a provider does once somebody has typed their password: make a code, and lead back with it."""
        self.asked = dict(parse_qsl(urlsplit(address).query))
        code = secrets.token_urlsafe(8)
        self.codes[code] = self.asked
        return {"code": code, "state": self.asked["state"], "iss": self.issuer}

    def signed(self, claims, header=None, key=None):
        header, key = header or self.header, key or self.key
        unsigned = ".".join(_base64(json.dumps(part).encode()) for part in (header, claims))
        if header["alg"] == "none":
            return f"{unsigned}."
        if header["alg"] == "HS256":  # by hand: no library takes a public key for a secret any more
            return f"{unsigned}.{_base64(hmac.digest(key, unsigned.encode(), 'sha256'))}"
        return jwt.encode(header, claims, key, registry=JWSRegistry(algorithms=[header["alg"]]))

    def id_token(self, asked):
        now = int(time.time())
        usual = {"iss": self.issuer, "sub": "u-1", "aud": CLIENT, "iat": now, "exp": now + 300, "auth_time": now}
        usual |= {"nonce": asked["nonce"], "sid": "s-1", "name": "Ada L.", "preferred_username": "ada"}
        return self.signed({name: value for name, value in (usual | self.claims).items() if value is not None})

    def logout_token(self, **changes):
        now = int(time.time())
        event = {"http://schemas.openid.net/event/backchannel-logout": {}}
        usual = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 120, "jti": "j-1", "events": event}
        usual |= {"sub": "u-1", "sid": "s-1"}
        claims = {name: value for name, value in (usual | changes).items() if value is not None}
        return self.signed(claims, {**self.header, "typ": "logout+jwt"})

    def answer(self, path, form):
        known = {
            "/.well-known/openid-configuration": self.description,
            "/jwks": lambda _: (200, {"keys": [{**self.published.as_dict(private=False), "kid": self.published_as}]}),
            "/token": self.tokens,
            "/userinfo": lambda _: (200, {"sub": "u-1"} | self.said),
        }
        return (503, {"error": "temporarily_unavailable"}) if path in self.down else known[path](form)

    def description(self, _form):
        ways = {"authorization": "authorize", "token": "token", "userinfo": "userinfo", "end_session": "end"}
        usual = {f"{name}_endpoint": f"{self.issuer}/{way}" for name, way in ways.items()}
        usual |= {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/jwks"}
        usual |= {"id_token_signing_alg_values_supported": ["RS256", "HS256", "none"]}
        return 200, {name: value for name, value in (usual | self.described).items() if value is not None}

    def tokens(self, form):
        asked = self.codes.pop(form["code"], None)
        if asked is None:
            return 400, {"error": "invalid_grant"}
        challenge = _base64(hashlib.sha256(form["code_verifier"].encode()).digest())
        self.verified.append(challenge == asked["code_challenge"])
        return 200, {"access_token": "a", "token_type": "Bearer", "id_token": self.id_token(asked)}


def _handler(provider):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self._answer({})

        def do_POST(self):
            sent = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
            self._answer({name: values[0] for name, values in parse_qs(sent).items()})

        def _answer(self, form):
            path = urlsplit(self.path).path
            provider.fetched[path] += 1
            status, said = provider.answer(path, form)
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    return Handler


def _base64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Hands:
    """A clock that goes with the real one, and that tests move or stop."""

    def __init__(self):
        self.ahead, self.stopped_at = timedelta(), None

    def __call__(self):
        return (self.stopped_at or datetime.now(UTC)) + self.ahead

    def stop(self):
        self.stopped_at = datetime.now(UTC)

    def forward(self, **by):
        self.ahead += timedelta(**by)


@pytest.fixture(scope="session")
def keys():
    """What the provider publishes, and what it does not."""
    return [RSAKey.generate_key(2048) for _ in range(2)]


@pytest.fixture
def provider(keys):
    running = HostileProvider(keys[0])
    yield running
    running.stop()


@pytest.fixture
def other_provider(keys):
    running = HostileProvider(keys[0])
    yield running
    running.stop()


@pytest.fixture
def clock():
    return Hands()


@pytest.fixture(scope="session")
def empty(tmp_path_factory):
    """A store with nobody in it, made once and copied."""
    home = tmp_path_factory.mktemp("empty") / "home"
    Store.open(home).close()
    return home


@pytest.fixture
def store(empty, tmp_path, clock, monkeypatch):
    opened = Store.open(shutil.copytree(empty, tmp_path / "home"), clock=clock)
    monkeypatch.setattr("app.house.store", lambda: opened)
    yield opened
    opened.close()


@pytest.fixture
def settle(store, provider, monkeypatch):
    """Let a provider in, on terms: `settle(groups={"ml": "contributor"})`."""

    def chosen(others=(), **terms):
        acme = {"issuer": provider.issuer, "client_id": CLIENT, "client_secret": SECRET, "label": "Acme", **terms}
        oidcs = {"acme": acme} | {
            name: {"issuer": other.issuer, "client_id": CLIENT, "client_secret": SECRET} for name, other in others
        }
        settled = Settings(home=store.home, public_url=HOUSE, oidc=oidcs)
        monkeypatch.setattr("app.settings._SETTLED", [settled])
        oidc._CLIENTS.clear()

    chosen()
    return chosen


@pytest.fixture
def browser(settle):
    """A browser that follows nothing by itself."""
    return TestClient(Starlette(routes=routes.ROUTES), base_url=HOUSE, follow_redirects=False)


def leads_to(answer):
    """Return where a page leads by itself; None where it stays."""
    found = re.search(r'content="0; url=([^"]+)"', answer.text)
    return html.unescape(found[1]) if found else None


@pytest.fixture
def set_out(browser):
    """Press the button of a provider on the sign-in page; gives the answer, a page that leads on."""

    def pressed(name="acme", onward="", by=browser, **headers):
        token = re.search(r'name="token" value="([^"]+)"', by.get("/signin").text)
        sent = {"token": token[1]} if token else {}
        return by.post(f"/signin/oidc/{name}{onward}", data=sent, headers=headers)

    return pressed


@pytest.fixture
def sign_in(browser, set_out, provider):
    """Go to the provider and come back: `sign_in()` gives the last answer."""

    def there_and_back(at=provider, name="acme", onward="", by=browser, **changes):
        out = set_out(name, onward, by)
        if leads_to(out) is None:
            return out
        back = at.visit(leads_to(out)) | changes
        return by.get(f"/signin/oidc/{name}/callback", params={k: v for k, v in back.items() if v is not None})

    return there_and_back


@pytest.fixture
def standing(store):
    """How many browser sessions stand."""

    def count():
        with store.reading() as session:
            return len([row for row in session.exec(select(BrowserSession)) if row.ended_at is None])

    return count


@pytest.fixture
def person(store):
    """The only person, or the one with this subject."""

    def named(sub="u-1"):
        with store.reading() as session:
            return session.exec(select(Person).where(Person.sub == sub)).one()

    return named


@pytest.fixture
def recorded(store):
    def names():
        with store.reading() as session:
            rows = session.connection().execute(select(tables.entry.c.action).order_by(tables.entry.c.seq))
            return list(rows.scalars())

    return names
