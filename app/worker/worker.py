"""The worker: holds the lease, follows the log, looks at what is in use, delivers, and keeps house in between."""

import importlib
import logging
import secrets
import threading
from collections.abc import Callable
from concurrent import futures
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from app import keeping
from app.settings import Settings
from app.worker.outlets import Outlets, outlets
from core.errors import GovernanceError
from core.monitoring import look
from core.notifications import outbox
from core.notifications.outbox import FOLLOWER
from core.store import cursor
from core.store.checkpointing import INTERVAL_SECONDS
from core.store.store import Store

EVERY: Final = 2.0
"""Seconds between two looks at the log."""

AT_ONCE: Final = 16
"""Most tries made side by side."""

_REMINDED_EVERY: Final = timedelta(minutes=1)
_REMEMBERED: Final = timedelta(days=30)
_KEPT_EVERY: Final = timedelta(seconds=INTERVAL_SECONDS)
_LOG: Final = logging.getLogger("signoff")


@dataclass(slots=True)
class Worker:
    """One worker. Several may stand by; the one that holds the lease works.

    Attributes:
        store: the store.
        outlets: the ways out of the house.
        database: address of DBOS's database.
        lease: for how long the lease is taken; taken again after half of it.
        every: seconds between two looks at the log.
        pause: seconds after a round that failed.
        holder: random name of this worker.
    """

    store: Store
    outlets: Outlets
    database: str
    lease: timedelta = timedelta(seconds=30)
    every: float = EVERY
    pause: float = 30.0
    holder: str = field(default_factory=lambda: secrets.token_hex(8))
    _started: ExitStack = field(default_factory=ExitStack)
    _tries: Callable[..., list[outbox.Try]] | None = None
    _forget: Callable[[datetime], None] = field(default=lambda _before: None)
    _again_at: datetime | None = None
    _remind_at: datetime | None = None
    _keep_at: datetime | None = None
    _size: int | None = None

    def run(self, stop: threading.Event) -> None:
        """Work until told to stop. What fails is logged and comes again."""
        self._keep_at = self.store.clock() + _KEPT_EVERY
        try:
            while not stop.is_set():
                try:
                    rest = 0.0 if self.round() else self.every
                except GovernanceError as error:
                    _LOG.error("%s %s", error.problem, error.fix)
                    rest = self._recover()
                except Exception:  # noqa: BLE001 - logged whole; the worker lives as long as the house
                    _LOG.exception("A round of the worker failed; trying again in a while.")
                    rest = self._recover()
                stop.wait(rest)
        finally:
            self._stand_down()
            for name in (FOLLOWER, look.FOLLOWER):
                cursor.release(self.store, name, self.holder)

    def round(self) -> bool:
        """Do once what is to be done now; returns whether more is waiting already."""
        if self.store.faults:  # it can be read and not changed, which keeping house says in the log
            return False
        if not self._holds():
            self._stand_down()
            return False
        now = self.store.clock()
        if self._keep_at is not None and _come(self._keep_at, now, _KEPT_EVERY):
            self._keep_at = now + _KEPT_EVERY
            keeping.round_of(self.store, "every ten minutes")
            if self._tries is not None:
                self._forget(now - _REMEMBERED)
        if (size := self.store.size()) != self._size:
            keeping.withhold_outdated(self.store)
            self._size = size
        looking = self._look()
        mail = self.outlets.mail is not None
        ahead = outbox.follow(self.store, self.holder, mail=mail)
        if _come(self._remind_at, now, _REMINDED_EVERY):
            self._remind_at = now + _REMINDED_EVERY
            outbox.remind(self.store, mail=mail)
        return self._deliver() or looking or ahead > 0

    def _holds(self) -> bool:
        now = self.store.clock()
        if not _come(self._again_at, now, self.lease / 2):
            return True
        held = cursor.hold(self.store, FOLLOWER, self.holder, self.lease) and cursor.hold(
            self.store, look.FOLLOWER, self.holder, self.lease, begins=0
        )
        self._again_at = now + self.lease / 2 if held else None
        return held

    def _look(self) -> bool:
        """Look at one version in use, the one that waits longest; returns whether more may be waiting."""
        ahead = look.follow(self.store, self.holder)
        if (found := look.due(self.store)) is None:
            return ahead > 0
        try:
            alerting = importlib.import_module("core.monitoring.alerting")  # loads DuckDB: many houses watch nothing
            alerting.look(self.store, found)
        except Exception:  # noqa: BLE001 - logged whole; one version never stops the others
            _LOG.exception("Looking at version %d in use failed; trying again in a while.", found.version_id)
            look.put_off(self.store, found)
        return True

    def _deliver(self) -> bool:
        with self.store.reading() as session:
            due = [(row.id, row.tries + 1) for row in outbox.due(session, self.store.clock(), AT_ONCE)]
        if not due:
            return False
        if self._tries is None:  # not before there is something to send: most houses send seldom, some never
            durable = importlib.import_module("app.worker.durable")  # loads DBOS
            self._tries = self._started.enter_context(durable.running(self.database, self.outlets.send))
            self._forget = durable.forget
        with futures.ThreadPoolExecutor(1) as beside:
            answers = beside.submit(self._tries, due)
            while futures.wait([answers], timeout=1).not_done:
                self._holds()  # a slow receiver must not cost the lease
        for (delivery, number), outcome in zip(due, answers.result(), strict=True):
            outbox.note(self.store, delivery, number, outcome)
        return True

    def _recover(self) -> float:
        self._stand_down()
        return self.pause

    def _stand_down(self) -> None:
        self._tries, self._again_at = None, None
        self._started.close()


def _come(at: datetime | None, now: datetime, ahead: timedelta) -> bool:
    """Tell whether a moment has come; one further ahead than it is ever set was set by a clock that went astray."""
    return at is None or not at - ahead <= now < at


def worker(store: Store, chosen: Settings) -> Worker:
    """Return the worker that these settings describe."""
    return Worker(
        store,
        outlets(store, chosen),
        chosen.worker_database,
        lease=timedelta(seconds=chosen.worker_lease_seconds),
    )
