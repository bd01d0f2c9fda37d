"""The flight model in use: nine months of predictions, outcomes that come later, and some that never come."""

import pyarrow as pa

from core import digest
from core.audit.actor import SYSTEM
from core.monitoring import actions, alerting, ingest
from core.monitoring.actions import Setup
from core.monitoring.monitor import Cadence
from core.registry import queries as registry
from core.registry.version import Task
from core.tabular.detection import Mapping
from seed_data import flights
from seed_data.cast import Cast
from seed_data.linear import Fitted

SLUG = "flight-delay"
NUMBER = 2
INPUTS = ("distance", "scheduled_hour", "origin", "carrier", "weekday")
MONTHS = range(flights.BASELINE_MONTH + 1, 13)
HORIZON_DAYS = 3
_REASON = (
    "March comes after the training months and before the months that are judged. The flights of 2013 are replayed."
)


def watch_flights(cast: Cast, fitted: Fitted, days_ago: int) -> None:
    """Compare with March, log April to December month by month, and add what is known of the arrivals.

    Signoff looks when all of it is there, as its worker would have, and raises an alert about December.

    Cancelled and diverted flights have no outcome: nothing is added for them, and they stay unresolved.

    Args:
        cast: who acts.
        fitted: the version in production.
        days_ago: the day on which this happens.
    """
    months = _months(fitted)
    with cast.on(days_ago, "engineer", hour=9) as tx:
        setup = Setup(Cadence.MONTHLY, HORIZON_DAYS, positive="1", threshold=flights.THRESHOLD)
        actions.define_monitor(tx, SLUG, NUMBER, setup)
        march = months[flights.BASELINE_MONTH]
        known = Mapping(time="day", prediction="predicted", score="p_late", label="late")
        prepared = ingest.baseline(Task.BINARY, march, known, features=INPUTS, file_digest=_named("baseline", 3))
        actions.set_baseline(tx, SLUG, NUMBER, name="March 2013", reason=_REASON, prepared=prepared)
    said = Mapping(id="flight_id", time="day", prediction="predicted", score="p_late")
    arrived = Mapping(id="flight_id", label="late")
    for month in MONTHS:
        pseudonyms, table = cast.store.pseudonyms, months[month]
        log = ingest.predictions(
            pseudonyms, SLUG, Task.BINARY, table, said, features=INPUTS, file_digest=_named("log", month)
        )
        outcomes = ingest.labels(pseudonyms, SLUG, table, arrived, file_digest=_named("labels", month))
        with cast.on(days_ago, "engineer", hour=10 + month - MONTHS[0]) as tx:
            actions.log_predictions(tx, SLUG, NUMBER, log)
            actions.add_labels(tx, SLUG, outcomes)
    with cast.store.transaction(SYSTEM) as tx:
        alerting.raise_alerts(tx, registry.version(tx.session, SLUG, NUMBER))


def _months(fitted: Fitted) -> dict[int, pa.Table]:
    year = flights.all_flights()
    predicted = flights.predictions(fitted, year)
    used = year[["month", "late", *INPUTS]].assign(
        flight_id=predicted["flight_id"], day=predicted["day"], predicted=predicted["late"], p_late=predicted["p_late"]
    )
    return {
        month: pa.Table.from_pandas(used[used["month"] == month], preserve_index=False)
        for month in (flights.BASELINE_MONTH, *MONTHS)
    }


def _named(part: str, month: int) -> digest.Digest:
    # The files exist in the simulated history only; what they are made of is the data file of the package.
    return digest.of_json([part, month, flights.source()])
