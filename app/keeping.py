"""What the running house does by itself: signs the log, and writes down what time has ended."""

import logging
from typing import Final

import anyio
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from core.access import entering
from core.approvals.actions import expire_overdue
from core.approvals.attesting import renew
from core.audit.actor import SYSTEM
from core.errors import GovernanceError
from core.store import heartbeat
from core.store.checkpointing import INTERVAL_SECONDS
from core.store.store import Store

_LOG: Final = logging.getLogger("signoff")


async def keep(store: Store, every: float = INTERVAL_SECONDS) -> None:
    """Keep house until cancelled.

    Args:
        store: the house.
        every: seconds between two rounds.
    """
    while True:
        await anyio.sleep(every)
        await run_in_threadpool(round_of, store, "every ten minutes")


def round_of(store: Store, reason: str) -> None:
    """Expire requests, renew attestations, forget old sessions, finish erasures, sign the log.

    A failed round is logged and comes again.
    """
    try:
        with store.transaction(SYSTEM) as tx:
            expire_overdue(tx)
            renew(tx)
        entering.forget_old(store)
        heartbeat.beat(store, reason)
    except (GovernanceError, SQLAlchemyError, OSError):
        _LOG.exception("Keeping house failed; trying again in a while.")
