"""What the running house does by itself: signs the log, and writes down what time has ended."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from core.access import entering
from core.approvals.actions import expire_overdue
from core.approvals.renewing import outdated, renew, withhold
from core.audit.actor import SYSTEM
from core.errors import GovernanceError
from core.notifications import outbox
from core.store import heartbeat, idempotency
from core.store.store import Store

_LOG: Final = logging.getLogger("signoff")


def round_of(store: Store, reason: str) -> None:
    """Expire requests, withhold and renew attestations, forget what ran out, finish erasures, sign the log.

    A failed round is logged and comes again.
    """
    with _logged():
        with store.transaction(SYSTEM) as tx:
            expire_overdue(tx)
            withhold(tx)
            renew(tx)
        forget_old(store)
        heartbeat.beat(store, reason)


def withhold_outdated(store: Store) -> None:
    """Take back attestations of what a finding blocks; finding out that there are none takes no lock.

    What fails is logged and comes again with the next round.
    """
    with _logged():
        with store.reading() as session:
            if not outdated(session):
                return
        with store.transaction(SYSTEM) as tx:
            withhold(tx)


def forget_old(store: Store) -> None:
    """Remove rows of the running house that nobody needs any more, a page at a time; what they caused is in the log.

    Sessions with their provider's part, tries and errands; stored answers; notices. All other operational tables hold
    one row for each person, token, version or follower and do not grow with time.
    """
    entering.forget_old(store)
    outbox.forget_old(store)
    with store.housekeeping() as session:
        idempotency.forget_old(session, store.clock())


@contextmanager
def _logged() -> Iterator[None]:
    try:
        yield
    except (GovernanceError, SQLAlchemyError, OSError):
        _LOG.exception("Keeping house failed; trying again in a while.")
