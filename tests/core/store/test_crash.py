"""A process killed in the middle of its work, and several at once: nothing acknowledged is lost or half done."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from core.audit import tables
from core.audit.actor import SYSTEM
from core.audit.event import Event, Subject
from core.audit.verdict import Verdict
from core.store import verification
from core.store.blobs import Blob

HOUSE = Subject("store", "house")

DECIDING = """
import itertools, sys
from pathlib import Path
from core.audit.actor import SYSTEM
from core.audit.event import Event, Subject
from core.store.store import Store

store = Store.open(Path(sys.argv[1]), sys.argv[2])
for number in itertools.count():
    with store.transaction(SYSTEM) as tx:
        kept = tx.keep(f"{sys.argv[3]} {number}".encode(), "text/plain")
        seq = tx.record(Event.REVIEW_SUBMITTED, Subject("store", "house"), digest=kept)
    print(seq, flush=True)
"""


def rows(store, table):
    with store.reading() as session:
        return session.connection().execute(select(func.count()).select_from(table)).scalar_one()


def test_what_was_acknowledged_survives_a_killed_process(store, reopened):
    for attempt in range(2):
        process = subprocess.Popen(
            [sys.executable, "-c", DECIDING, str(store.home), store.url, str(attempt)],
            stdout=subprocess.PIPE,
            text=True,
        )
        acknowledged = [int(process.stdout.readline()) for _ in range(15)]
        process.kill()
        process.wait()
        process.stdout.close()

        again = reopened()
        assert again.faults == ()
        assert again.size() > acknowledged[-1]
        assert rows(again, tables.entry) == rows(again, Blob) == rows(again, tables.checkpoint)
        assert verification.verify(again).verdict is Verdict.GOOD


def test_several_at_once_stand_in_line(store):
    def decide(number):
        for turn in range(8):
            with store.transaction(SYSTEM) as tx:
                tx.record(Event.REVIEW_SUBMITTED, HOUSE, digest=tx.keep(f"{number} {turn}".encode(), "text/plain"))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(decide, range(4)))

    assert rows(store, tables.entry) == rows(store, Blob) == 32
    assert verification.verify(store).verdict is Verdict.GOOD
