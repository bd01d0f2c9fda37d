"""Building the demo portfolio: train, then live through the simulated history."""

from collections.abc import Callable
from pathlib import Path

from core import clock
from core.approvals import notice
from core.approvals.renewing import renew
from core.audit.actor import SYSTEM
from core.clock import Clock
from core.store.store import Store
from seed_data import laboratory
from seed_data.access import access_is_reviewed
from seed_data.calendar import Calendar
from seed_data.cast import Cast
from seed_data.flights import all_flights
from seed_data.story import STORY, Benches

ORIGIN = "demo.signoff.invalid/audit"
"""Name of the demo's log; it has its own key and never mixes with a real one."""

Progress = Callable[[float, str], None]
"""Is told the share done, 0 to 1, and what comes next."""


def build(home: Path, progress: Progress, now: Clock = clock.system) -> None:
    """Build the demo in an empty folder.

    Args:
        home: folder of the store; must not hold one yet.
        progress: is told how far it is.
        now: today, before which the whole history lies.

    Raises:
        ConflictError: the folder holds a store with people in it.
    """
    progress(0.0, "Training on public data")
    year = all_flights()
    benches = Benches(laboratory.mortgages(), laboratory.delays(year), laboratory.digits(), laboratory.tumours())
    calendar = Calendar(now())
    store = Store.open(home, clock=calendar, origin=ORIGIN, reactions=(notice.follow,))
    try:
        cast = Cast(store, calendar)
        for position, (chapter, play) in enumerate(STORY):
            progress(0.2 + 0.8 * position / len(STORY), chapter)
            play(cast, benches)
        access_is_reviewed(cast)
        with store.transaction(SYSTEM) as tx:
            renew(tx)
    finally:
        store.close()
    progress(1.0, "The demo is built")
