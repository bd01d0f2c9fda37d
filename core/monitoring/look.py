"""When somebody looks at a version in use: after what the log says about it, and when time makes a window due.

Following marks the versions that an event touched and moves the cursor, together or not at all; looking
(`core.monitoring.alerting.look`) takes one marked version after the other. A process that dies in between looks again,
and what is on record already is not raised a second time.
"""

from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from sqlalchemy import select as columns
from sqlmodel import Field, Session, SQLModel, col, select

from core.audit import tables
from core.audit.event import Event
from core.monitoring.monitor import Monitor
from core.registry import queries as registry
from core.registry.version import ModelVersion
from core.store import cursor
from core.store.store import Store

FOLLOWER: Final = "alerts"
"""Name of the cursor. It begins with the log, so that everything that was ever watched is looked at once."""

AT_ONCE: Final = 50_000
"""Most entries of the log dealt with in one transaction; few of them are about monitoring."""

AGAIN: Final = timedelta(hours=1)
"""After this long a version is looked at again that could not be: a kept file is gone, or the disk is full."""

_BEGINS_ANEW: Final = MappingProxyType(
    {
        Event.BASELINE_SET.value: True,
        Event.LABELS_ADDED.value: False,
        Event.MONITOR_DEFINED.value: True,
        Event.PREDICTIONS_LOGGED.value: False,
    }
)
"""The events that are followed, and whether what was seen before counts no more: a new set-up judges all windows anew,
and its word about old ones is no news."""


class Look(SQLModel, table=True):
    """When a version was looked at for alerts, and when it is next. An operational table.

    Attributes:
        looked_at: when it was looked at last under the present set-up; None when it was not yet.
        next_at: when it is to be looked at; None while nothing can change by itself.
    """

    __tablename__ = "alert_look"

    version_id: int = Field(primary_key=True, foreign_key="model_version.id")
    looked_at: datetime | None = None
    next_at: datetime | None = Field(default=None, index=True)


def follow(store: Store, holder: str) -> int:
    """Mark the versions that the log speaks about since the last time; returns how many entries are still ahead."""

    def deal(session: Session, begin: int, stop: int) -> None:
        _mark(session, begin, stop, store.clock())

    return cursor.follow(store, FOLLOWER, holder, deal, AT_ONCE)


def due(store: Store) -> Look | None:
    """Return what is to be looked at now, longest waiting first; None when there is nothing."""
    with store.reading() as session:
        wanted = select(Look).where(col(Look.next_at) <= store.clock())
        return session.exec(wanted.order_by(col(Look.next_at), col(Look.version_id))).first()


def put_off(store: Store, found: Look) -> None:
    """Look at a version later, because it cannot be looked at now."""
    note(store, found, found.looked_at, store.clock() + AGAIN)


def note(store: Store, found: Look, looked_at: datetime | None, next_at: datetime | None) -> None:
    """Write down that a version was looked at, and when it is next, unless somebody marked it meanwhile."""
    with store.housekeeping() as session:
        row = session.get(Look, found.version_id, with_for_update=True)
        if row is not None and row.next_at == found.next_at:
            row.looked_at, row.next_at = looked_at, next_at
            session.add(row)


def _mark(session: Session, begin: int, stop: int, now: datetime) -> None:
    entry = tables.entry.c
    rows = session.connection().execute(
        columns(entry.action, entry.subject)
        .where(entry.seq >= begin, entry.seq < stop, entry.action.in_(_BEGINS_ANEW))
        .order_by(entry.seq)
    )
    for action, subject in dict.fromkeys((row.action, row.subject) for row in rows):
        for version_id in _about(session, subject.partition(":")[2]):
            row = session.get(Look, version_id) or Look(version_id=version_id)
            row.looked_at = None if _BEGINS_ANEW[action] else row.looked_at
            row.next_at = now
            session.add(row)
            session.flush()


def _about(session: Session, address: str) -> list[int]:
    """The watched versions that an entry is about: `flight-delay@2`, or all of `flight-delay`."""
    slug, _, number = address.partition("@")
    if (model := registry.find_model(session, slug)) is None:
        return []
    wanted = (
        select(Monitor.version_id)
        .join(ModelVersion, col(ModelVersion.id) == col(Monitor.version_id))
        .where(ModelVersion.model_id == model.key)
        .distinct()
    )
    return list(session.exec(wanted.where(ModelVersion.version == int(number)) if number else wanted))
