"""Registry search over HTTP: a token, its permissions and its rate limit at every call, 10,000 models x 3 versions.

Run it alone: `python tests/benchmarks/bench_http.py [folder of a built demo]`. It prints figures and judges nothing.
Where MLFLOW names the `mlflow` command of another environment (`pip install mlflow` there), MLflow's own server on
SQLite gets as many models and is asked the same, question by question in turn. It is asked without any sign-in.
Without it, the figures beside are those of another run on another day.
Then the same questions, and the other filters, are asked in this process at ten times as many models.
"""

import http.client
import os
import shutil
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit

from sqlmodel import Session

from core.access import issuing
from core.access import queries as people
from core.access.token import TokenScope
from core.registry import listing
from core.registry.listing import ModelOrder
from core.registry.materiality import RiskTier
from core.registry.searching import ModelFilter
from core.registry.stage import Stage
from core.store.keyset import Wanted
from core.store.store import Store
from seed_data.build import build
from tests.benchmarks.portfolio import AREAS, MODELS, VERSIONS, pour
from tests.e2e.conftest import serving

ROUNDS, WARM = 60, 5
V1, MLFLOW = "/api/v1/models", "/api/2.0/mlflow"
SEARCH = f"{MLFLOW}/registered-models/search?max_results=25"
NAMED = quote("name LIKE '%aims-02%'")
TAGGED = quote("tags.team = '7'")
ALL_THREE = quote("tags.area = 'claims' AND tags.team = '3' AND name LIKE '%aims-0%'")

QUESTIONS = {
    "first page of 25": (f"{V1}?limit=25", SEARCH),
    "by last update": (f"{V1}?limit=25&order=latest", f"{SEARCH}&order_by=last_updated_timestamp%20DESC"),
    "name substring": (f"{V1}?search=aims-02", f"{SEARCH}&filter={NAMED}"),
    "tag": (f"{V1}?tag=team-7", f"{SEARCH}&filter={TAGGED}"),
    "two tags + name": (
        f"{V1}?tag=claims&tag=team-3&search=aims-0",
        f"{SEARCH}&filter={ALL_THREE}",
    ),
    "get version": (f"{V1}/fraud-00001/versions/2", f"{MLFLOW}/model-versions/get?name=fraud-00001&version=2"),
    "health": ("/api/health", "/health"),
}
ELSEWHERE = {
    "first page of 25": 23.0,
    "by last update": 26.0,
    "name substring": 26.0,
    "tag": 37.0,
    "two tags + name": 50.0,
    "get version": 7.1,
    "health": 1.45,
}
"""p50 in ms of MLflow 3.17, measured in another run on two cores."""

TARGETS = dict.fromkeys(QUESTIONS, (5.0, 10.0)) | {"get version": (1.0, 3.0), "health": (None, None)}
"""How many times as fast as MLflow each must be, and aims to be."""

UNLIMITED = {"SIGNOFF_API_BURST": "1000000", "SIGNOFF_API_RATE": "100000"}

MANY = 100_000
FILTERS = {
    "none": ModelFilter(),
    "part of few names": ModelFilter("aims-02"),
    "part of many names": ModelFilter("routing"),
    "part of no name": ModelFilter("nowhere"),
    "tag": ModelFilter(tags=("team-7",)),
    "two tags + name": ModelFilter("aims-0", tags=("claims", "team-3")),
    "materiality": ModelFilter(tier=RiskTier.HIGH),
    "use case": ModelFilter(use_case="case-7"),
    "stage": ModelFilter(stage=Stage.PRODUCTION),
}


class Client:
    """One connection that stays open."""

    def __init__(self, url: str, token: str | None = None) -> None:
        self._to = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def ask(self, path: str) -> float:
        """Ask once; returns milliseconds from sending to the last byte, on a connection that was open before."""
        try:
            return self._ask(path)
        except http.client.RemoteDisconnected:  # it stood idle while the other server took its seconds
            self._to.close()
            self._ask(path)
            return self._ask(path)

    def _ask(self, path: str) -> float:
        began = time.perf_counter()
        self._to.request("GET", path, headers=self._headers)
        # Or a server that answers in two packets waits 40 ms for an acknowledgement, which no browser makes it do.
        self._to.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        answer = self._to.getresponse()
        body = answer.read()
        took = (time.perf_counter() - began) * 1000
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status} {body[:300]!r}")
        return took


def main() -> None:
    """Serve both, ask both in turn, print the ratios."""
    command = os.environ.get("MLFLOW")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "signoff" / "home"
        if len(sys.argv) > 1:
            shutil.copytree(sys.argv[1], home)
        else:
            build(home, lambda _share, _words: None)
        shutil.copytree(home, Path(folder) / "many")
        token = furnish(home)
        with serving(home, **UNLIMITED) as ours:
            if command:
                with mlflow_serving(command, Path(folder) / "mlflow") as theirs:
                    compare(Client(ours.url, token), Client(theirs))
            else:
                compare(Client(ours.url, token))
        filters(Path(folder) / "many")


def furnish(home: Path) -> str:
    """Pour the portfolio in and make a token that may read."""
    store = Store.open(home)
    try:
        pour(store)
        with store.reading() as session:
            actor = people.by_username(session, "scientist").actor("seeded")
        with store.transaction(actor) as tx:
            return issuing.issue(tx, "Bench", [TokenScope.READ])[1]
    finally:
        store.close()


def compare(ours: Client, theirs: Client | None = None) -> None:
    """Ask both the same in turn, and print the median milliseconds of each question as soon as they are known."""
    where = "in the same run, without sign-in" if theirs else "measured in another run"
    print(f"{MODELS:,} models x {VERSIONS} versions over HTTP, p50 in ms; MLflow {where}", flush=True)
    print(f"  {'':<20} {'ours':>7}   {'MLflow':>7}   {'ratio':>7}   {'must':>5} {'aim':>5}", flush=True)
    for name, (own, other) in QUESTIONS.items():
        times: tuple[list[float], list[float]] = ([], [])
        for number in range(WARM + ROUNDS):
            took = ours.ask(own), theirs.ask(other) if theirs else ELSEWHERE[name]
            if number >= WARM:
                times[0].append(took[0])
                times[1].append(took[1])
        here, there = map(statistics.median, times)
        wanted = " ".join("" if one is None else f"{one:3.0f} x" for one in TARGETS[name])
        print(f"  {name:<20} {here:7.2f}   {there:7.2f}   {there / here:5.1f} x   {wanted}", flush=True)


def filters(home: Path) -> None:
    """Ask every filter in this process, by name and by newest version, and print the median milliseconds.

    Args:
        home: a built demo, into which the many are poured.
    """
    store = Store.open(home)
    try:
        pour(store, MANY)
        print(f"{MANY:,} models in this process, p50 in ms; must be at most 25, aims at 10", flush=True)
        with store.reading() as session:
            for name, wanted in FILTERS.items():
                medians = [timed(session, wanted, order) for order in ModelOrder]
                print(f"  {name:<20} by name {medians[0]:7.2f}   by newest version {medians[1]:7.2f}", flush=True)
    finally:
        store.close()


def timed(session: Session, wanted: ModelFilter, order: ModelOrder) -> float:
    """Ask one filter some times; returns the median milliseconds."""
    times = []
    for _ in range(15):
        began = time.perf_counter()
        listing.models(session, wanted, Wanted(), order)
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times[2:])


@contextmanager
def mlflow_serving(command: str, folder: Path) -> Iterator[str]:
    """Start MLflow's server over as many models, with its own defaults."""
    folder.mkdir()
    backend = f"sqlite:///{folder}/mlflow.db"
    subprocess.run([command, "db", "upgrade", backend], check=True, capture_output=True)
    fill(folder / "mlflow.db")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [command, "server", "--backend-store-uri", backend, "--port", str(port)],
            cwd=folder,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, "MLFLOW_DISABLE_TELEMETRY": "true"},
            start_new_session=True,  # it has workers of its own
        )
        try:
            url, pause = f"http://localhost:{port}", threading.Event()
            for _ in range(3000):
                try:
                    Client(url).ask("/health")
                    break
                except OSError:
                    pause.wait(0.1)
            yield url
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=120)


def fill(database: Path) -> None:
    """Put the same portfolio into MLflow's tables."""
    now = int(time.time() * 1000)
    numbers = range(1, MODELS + 1)
    names = {n: f"{AREAS[n % 10]}-{n:05}" for n in numbers}
    with sqlite3.connect(database) as connection:
        connection.executemany(
            "INSERT INTO registered_models (name, creation_time, last_updated_time, description) VALUES (?, ?, ?, '')",
            [(names[n], now, now + n) for n in numbers],
        )
        connection.executemany(
            "INSERT INTO registered_model_tags (key, value, name) VALUES (?, ?, ?)",
            [pair for n in numbers for pair in (("area", AREAS[n % 10], names[n]), ("team", str(n % 40), names[n]))],
        )
        connection.executemany(
            "INSERT INTO model_versions (name, version, creation_time, last_updated_time, description, current_stage, "
            "source, status) VALUES (?, ?, ?, ?, '', 'None', ?, 'READY')",
            [(names[n], v, now, now + n, f"models:/{names[n]}/{v}") for n in numbers for v in range(1, VERSIONS + 1)],
        )


if __name__ == "__main__":
    main()
