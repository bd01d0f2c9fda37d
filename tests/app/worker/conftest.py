"""A house whose log is followed by a real worker, and a receiver that hears of it."""

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from core import clock
from core.approvals import notice
from core.notifications import outbox
from core.notifications.actions import Wanted, register_webhook
from core.notifications.kind import Kind
from core.store import cursor
from tests.conftest import BOTH, begun, lent
from tests.core.approvals.conftest import House
from tests.receiver import certify, receiving


class Told(House):
    """A house in real time, followed from here on."""

    def begin(self):
        self.now = clock.system()
        self.furnish()
        self.store = replace(self.store, reactions=(notice.follow,), clock=clock.system)
        cursor.hold(self.store, outbox.FOLLOWER, "nobody", timedelta(0))
        return self

    def hook(self, url, *kinds):
        with self.by("admin") as tx:
            return register_webhook(tx, Wanted(url, kinds or tuple(Kind)), self.excepted)


@pytest.fixture(params=BOTH)
def database(request):
    with lent(request) as address:
        yield address


@pytest.fixture
def certificate(tmp_path):
    return certify(tmp_path, "localhost")


@pytest.fixture
def receiver(certificate):
    with receiving(certificate) as server:
        yield server


@pytest.fixture
def house(tmp_path, noon, receiver, migrated):
    made = Told(begun(tmp_path / "house", migrated), noon)
    made.excepted = {f"localhost:{receiver.server_port}"}
    made.begin()
    yield made
    made.store.close()


@pytest.fixture
def working(house, receiver, certificate, tmp_path):
    """Start `signoff worker` as a process of its own; leaving the block kills it without warning."""

    @contextmanager
    def start():
        with (tmp_path / "worker.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-W", "error", "-m", "app.cli", "worker"],
                env={
                    **os.environ,
                    "SIGNOFF_HOME": str(house.store.home),
                    "SIGNOFF_WEBHOOK_ALLOW": ",".join(house.excepted),
                    "SIGNOFF_WORKER_LEASE_SECONDS": "0.5",
                    "SSL_CERT_FILE": str(certificate),
                },
                cwd=tmp_path,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
            try:
                yield process
            finally:
                process.send_signal(signal.SIGKILL)
                process.wait()

    return start


def heard(receiver):
    """The bodies that a receiver was sent, in the order of arrival."""
    return [json.loads(body) for _, body in receiver.received]
