"""A real server on a free port with a fresh store, and people in real browsers."""

import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from core.access import actions, entering, queries
from core.audit.actor import SYSTEM
from core.store.store import Store
from seed_data.build import build

IDLE = '[data-testid="stApp"][data-test-connection-state="CONNECTED"][data-test-script-state="notRunning"]'
ANIMATIONS_ENDED = """() => Promise.all(document.getAnimations()
    .filter(one => one.effect.getComputedTiming().iterations !== Infinity)
    .map(one => one.finished.catch(() => null))).then(() => null)"""
DESK, PHONE = (1440, 900), (390, 844)

expect.set_options(timeout=30_000)  # a slow machine is no mistake of the code


@dataclass(frozen=True)
class House:
    """A running server and the store behind it, which a test may prepare or look into."""

    url: str
    home: Path
    store: Store

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """Ask without a browser, a cookie or following a redirect."""
        asked = urllib.request.Request(self.url + path, headers={k.replace("_", "-"): v for k, v in headers.items()})
        try:
            with _OPENER.open(asked, timeout=20) as answer:
                return answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read()
        except urllib.error.HTTPError as answer:
            with answer:
                return answer.code, {k.lower(): v for k, v in answer.headers.items()}, answer.read()


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(home: Path, port: int | None = None, **variables: str) -> Iterator[House]:
    """Start `signoff serve` on a free port, or on `port`, and stop it afterwards; `variables` set it up."""
    port = port or free_port()
    log = (home.parent / "server.log").open("wb")
    url = f"http://localhost:{port}"
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "serve", "--port", str(port)],
        env={
            **os.environ,
            "SIGNOFF_HOME": str(home),
            "SIGNOFF_PUBLIC_URL": url,
            "PYTHONWARNINGS": "default",
            **variables,
        },
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    store = Store.open(home, origin="localhost/audit")
    running = House(url, home, store)
    try:
        _wait_for(running, process)
        yield running
    finally:
        store.close()
        process.terminate()
        process.wait(timeout=120)
        log.close()


PROVIDER = Path(__file__).parents[1] / "node" / "provider.mjs"


@contextmanager
def provided(node: Path, port: int, people: dict[str, dict[str, object]], **settings: str) -> Iterator[dict[str, str]]:
    """Start a certified OpenID provider for the house on `port`; gives the variables that plug it in as Acme."""
    told = json.dumps({"house": f"http://localhost:{port}", "people": people})
    with subprocess.Popen(
        [node, PROVIDER, told], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as provider:
        try:
            said = {
                "ISSUER": provider.stdout.readline().strip(),
                "CLIENT_ID": "signoff",
                "CLIENT_SECRET": "between-us-and-nobody-else",
                "LABEL": "Acme",
                **settings,
            }
            yield {f"SIGNOFF_OIDC_ACME_{name}": value for name, value in said.items()}
        finally:
            provider.terminate()


def at_provider(page: Page, who: str) -> None:
    """Fill the provider's own form; any password will do."""
    page.get_by_placeholder("Enter any login").fill(who)
    page.get_by_placeholder("and password").fill("whatever")
    page.get_by_role("button", name="Sign-in").click()


def _wait_for(house: House, process: subprocess.Popen[bytes]) -> None:
    pause = threading.Event()
    for _ in range(1_800):  # three minutes, for a machine that is busy with other things
        try:
            if house.get("/api/health")[0] == 200:
                return
        except OSError:
            pass
        if process.poll() is not None:
            break
        pause.wait(0.1)
    raise RuntimeError((house.home.parent / "server.log").read_text())


def started(playwright: Playwright) -> Browser:
    """Start the system's Chromium, else the one that Playwright brought."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if (path := shutil.which(name))), None)
    return playwright.chromium.launch(executable_path=found, args=["--no-sandbox"] if os.getuid() == 0 else [])


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = started(playwright)
        yield running
        running.close()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house with the six people of the demo and nothing else in it; one per test module."""
    home = tmp_path_factory.mktemp("house") / "home"
    store = Store.open(home, origin="localhost/audit")
    with store.transaction(SYSTEM) as tx:
        actions.create_personas(tx)
    store.close()
    with serving(home) as running:
        yield running


@pytest.fixture(scope="session")
def portfolio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo portfolio, built once per run, whichever process asks first; whoever plays in it takes a copy."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    home = shared / "portfolio"
    with (shared / "portfolio.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not home.exists():
            build(own / "half-built", lambda _share, _words: None)
            (own / "half-built").rename(home)
    return home


@pytest.fixture
def settled() -> Callable[[Page], None]:
    """Wait until Streamlit is connected and no script runs; assert on texts for what a click brings."""
    return lambda page: page.locator(IDLE).wait_for(timeout=30_000)


@pytest.fixture
def enter(house: House, browser: Browser, settled: Callable[[Page], None]) -> Iterator[Callable[..., Page]]:
    """Let somebody in: `enter("validator", "/inbox", theme="dark", size=PHONE)` gives a page in a browser of its own.

    It carries the cookie of a session that has just begun; the form itself is what test_entering.py is about.
    A page that asks another host, or tries what the content policy forbids, fails the test at its end.
    """
    contexts, complaints = [], []

    def sign_in(username: str, path: str = "/", theme: str = "light", size: tuple[int, int] = DESK) -> Page:
        context = browser.new_context(
            color_scheme=theme, viewport={"width": size[0], "height": size[1]}, timezone_id="Europe/Zurich"
        )
        contexts.append(context)
        with house.store.reading() as session:
            person = queries.by_username(session, username)
        entry = entering.begin_session(house.store, person, "password", "Chromium")
        context.add_cookies([{"name": "signoff_session", "value": entry.token, "url": house.url}])
        page = context.new_page()
        page.on("request", lambda asked: _note_stranger(asked.url, house.url, complaints))
        page.on("console", lambda said: _note_policy(said.text, complaints))
        page.goto(f"{house.url}{path}")
        settled(page)
        return page

    yield sign_in
    for context in contexts:
        context.close()
    assert not complaints


def _note_stranger(asked: str, own: str, complaints: list[str]) -> None:
    if not asked.startswith((own, own.replace("http", "ws", 1), "data:", "blob:")):
        complaints.append(asked)


def _note_policy(said: str, complaints: list[str]) -> None:
    if "Content Security Policy" in said:
        complaints.append(said)


def type_in(page: Page, username: str) -> None:
    """Fill the form that asks who somebody is, with the password of the demo."""
    page.get_by_label("User name or e-mail").fill(username)
    page.get_by_label("Password", exact=True).fill(f"demo-{username}-2026")
    page.get_by_role("button", name="Sign in", exact=True).click()


@pytest.fixture
def pick() -> Callable[[Page, str], None]:
    """Pick the line of a list (app/components/picklist.py) that holds these words; the whole line is its label."""
    return lambda page, words: page.locator("[role=radiogroup] label", has_text=words).first.click()


def _streamlits_own(rule: str, html: str) -> bool:
    # Streamlit's drop zone calls itself `presentation` and carries a name; no app can change either. The only one.
    return rule == "presentation-role-conflict" and "stFileUploaderDropzone" in html


@pytest.fixture
def axe(settled: Callable[[Page], None]) -> Callable[[Page], list[str]]:
    """Name what axe finds on a page (WCAG 2.0 to 2.2, A and AA, and best practice); nothing is the goal."""

    def violations(page: Page) -> list[str]:
        if page.get_by_test_id("stApp").count():
            settled(page)
        page.evaluate(ANIMATIONS_ENDED)  # half-way through a fade every contrast is wrong
        return [
            f"{one['impact']}: {one['id']}: {'; '.join(nodes[:3])}"
            for one in Axe().run(page).response["violations"]
            if (nodes := [node["html"][:160] for node in one["nodes"] if not _streamlits_own(one["id"], node["html"])])
        ]

    return violations
