"""What the running service does for its log every ten minutes, and once more when it stops."""

from datetime import timedelta

from sqlalchemy import select

from core import clock
from core.audit import log, tables
from core.audit.actor import SYSTEM
from core.audit.event import Event, Subject
from core.store import erasure
from core.store.store import Store

SILENCE = timedelta(hours=24)
"""After this long without an entry the log says that it is alive, so that silence differs from deletion."""


def beat(store: Store, reason: str = "interval") -> None:
    """Sign what is new, finish interrupted erasures, and break a long silence.

    Args:
        store: open; with faults nothing is done.
        reason: why now: `interval` or `shutdown`.

    Raises:
        IntegrityError: the log no longer extends its anchor.
    """
    if store.faults:
        return
    with store.reading() as session:
        erasure.finish(session, store.blobs)
        connection = session.connection()
        size = log.head(connection).size
        last = connection.execute(select(tables.entry.c.ts).where(tables.entry.c.seq == size - 1)).scalar_one_or_none()
        signed = connection.execute(
            select(tables.checkpoint.c.size).order_by(tables.checkpoint.c.size.desc()).limit(1)
        ).scalar_one_or_none()
    if last is not None and store.clock() - clock.parse(last) >= SILENCE:
        with store.transaction(SYSTEM) as tx:
            tx.record(Event.HEARTBEAT, Subject("log", store.origin))
        signed = None
    if size and signed != size:
        store.checkpoint(reason)
