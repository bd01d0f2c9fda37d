"""Signing decisions, verifying a log, proving one entry of it: each beside the raw SHA-256 of the same bytes.

Run it alone: `python tests/benchmarks/bench_audit.py [entries]`. It prints figures and judges nothing. Seconds are of
the processor, so that a busy machine says much the same as an idle one.
"""

import hashlib
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from core.audit import event, export, ledger, log, merkle, verifier
from core.audit.actor import SYSTEM
from core.audit.checkpoint import Checkpoint
from core.audit.event import Event, Subject
from core.audit.note import SignerKey
from core.store import keys, verification
from core.store.store import Store

ENTRIES = 200_000
IN_DATABASE = 10_000
SIGNER = SignerKey("bench.example/audit", bytes(32))


def main() -> None:
    """Time an export of many entries, then a store of fewer."""
    entries = int(sys.argv[1]) if len(sys.argv) > 1 else ENTRIES
    with tempfile.TemporaryDirectory() as folder:
        offline(Path(folder) / "log.zip", entries)
        live(Path(folder) / "store")
    print(f"largest memory of the process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


def offline(target: Path, entries: int) -> None:
    """Write and verify an export, with no database at all."""
    raw, _ = timed(lambda: [hashlib.sha256(leaf).digest() for leaf in leaves(entries)])
    making, _ = timed(lambda: sum(1 for _ in leaves(entries)))
    raw -= making
    head = merkle.root(merkle.frontier_of(merkle.leaf_hash(leaf) for leaf in leaves(entries)))
    note = Checkpoint(SIGNER.name, entries, head).signed(SIGNER)
    writing, _ = timed(lambda: export.write(target, leaves(entries), note, vkeys=[str(SIGNER.verifier)]))
    verifying, found = timed(lambda: verifier.export_file(target, [SIGNER.verifier]))
    print(f"{entries:,} entries, {target.stat().st_size / 1e6:.0f} MB; raw SHA-256 of the leaves {raw:6.2f} s")
    tell("writing the export", writing - making, raw, entries)
    tell(f"verifying it offline ({found.verdict.value})", verifying, raw, entries)


def live(home: Path) -> None:
    """Decide, verify and prove in a store."""
    store = Store.open(home)
    began = time.perf_counter()
    for _ in range(300):
        with store.transaction(SYSTEM) as tx:
            tx.record(Event.REVIEW_SUBMITTED, Subject("request", "REQ-1"), evidence="sha256:" + "0" * 64)
    print(f"a decision, signed, with its file syncs: {(time.perf_counter() - began) / 300 * 1000:6.1f} ms by the clock")
    while store.size() < IN_DATABASE:
        with store.transaction(SYSTEM) as tx:
            for seq in range(2_000):
                tx.record(Event.MODEL_CHANGED, Subject("model", f"model-{seq % 50}"), digest="sha256:" + f"{seq:064x}")
    note = store.checkpoint("bench")
    size = store.size()
    with store.reader.connect() as connection:
        kept = [leaf for _, leaf in log.leaves(connection)]
        raw, _ = timed(lambda: [hashlib.sha256(leaf).digest() for leaf in kept])
        proving, proof = timed(lambda: [ledger.prove(connection, seq, note) for seq in range(0, size, size // 100)])
        known = keys.in_use(connection)
        checking, _ = timed(lambda: [one.shows(kept[one.index], known) for one in proof])
    verifying, found = timed(lambda: verification.verify(store))
    tell(f"verifying {size:,} entries in the database ({found.verdict.value})", verifying, raw, size)
    each = 1000 / len(proof)
    print(f"proving an entry {proving * each:5.2f} ms, checking the proof {checking * each:5.2f} ms")
    store.close()


def leaves(number: int) -> Iterator[bytes]:
    """Make ordinary entries."""
    subject, data = Subject("model", "mortgage-approval"), {"digest": "sha256:" + "0" * 64}
    made = event.leaf(
        10**6,
        "2026-03-03T12:00:00.000000Z",
        SYSTEM,
        event=Event.MODEL_CHANGED,
        subject=subject,
        data=data,
        req="",
        behind=0,
    )
    for seq in range(number):
        yield made.replace(b"1000000", str(seq).encode())


def tell(what: str, seconds: float, raw: float, entries: int) -> None:
    """Print one figure."""
    print(f"{what}: {seconds:6.2f} s, {seconds / raw:5.1f} x raw SHA-256, {entries / seconds:,.0f} entries/s")


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Run and say how many seconds of the processor it took."""
    began = time.process_time()
    found = work()
    return time.process_time() - began, found


if __name__ == "__main__":
    main()
