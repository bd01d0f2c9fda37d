"""How far a follower of the log has come, and who follows: one row per follower, held by one process at a time."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlmodel import Field, Session, SQLModel

from core.store.store import Store


class Cursor(SQLModel, table=True):
    """One follower of the log. An operational table: what the follower does stands elsewhere.

    Attributes:
        name: which follower.
        position: the entry to look at next; everything before it was dealt with.
        holder: the process that follows now, by a random name; empty when none does.
        held_until: from this moment on another process may take over.
    """

    __tablename__ = "cursor"

    name: str = Field(primary_key=True, max_length=40)
    position: int
    holder: str = Field(default="", max_length=40)
    held_until: datetime


def hold(store: Store, name: str, holder: str, lasts: timedelta, begins: int | None = None) -> bool:
    """Take or keep the lease of a follower.

    Args:
        store: the store whose log is followed.
        name: which follower.
        holder: random name of this process.
        lasts: for how long; take it again well before.
        begins: where a follower begins that nobody knew; by default at the present end of the log.

    Returns:
        False while another process holds it.
    """
    with store.housekeeping() as session:
        now, row = store.clock(), locked(session, name)
        if row is None:
            position = store.size() if begins is None else begins
            session.add(Cursor(name=name, position=position, holder=holder, held_until=now + lasts))
            return True
        if row.holder not in {"", holder} and now < row.held_until:
            return False
        row.holder, row.held_until = holder, now + lasts
        session.add(row)
        return True


def follow(store: Store, name: str, holder: str, deal: Callable[[Session, int, int], None], most: int) -> int:
    """Deal with what the log says since the last time, and move the cursor, together or not at all.

    Args:
        store: the store.
        name: which follower.
        holder: the process that holds the cursor; a process that lost it meanwhile does nothing.
        deal: deals with the entries from a position up to but not including another, in this transaction.
        most: how many entries are dealt with at once.

    Returns:
        How many entries are still ahead.
    """
    size = store.size()
    with store.reading() as session:  # mostly there is nothing new, and finding that out takes no lock
        row = session.get(Cursor, name)
        if row is None or row.position == size:
            return 0
    with store.housekeeping() as session:
        row = locked(session, name)
        if row is None or row.holder != holder:  # somebody took over while we stood still
            return 0
        begin = min(row.position, size)  # a new epoch of the log may be shorter
        stop = min(size, begin + most)
        deal(session, begin, stop)
        row.position = stop
        session.add(row)
    return size - stop


def release(store: Store, name: str, holder: str) -> None:
    """Give the lease back, so that another process need not wait for its end."""
    with store.housekeeping() as session:
        row = locked(session, name)
        if row is not None and row.holder == holder:
            row.holder, row.held_until = "", store.clock()
            session.add(row)


def locked(session: Session, name: str) -> Cursor | None:
    """Read a follower's row and keep others from it until the transaction ends."""
    return session.get(Cursor, name, with_for_update=True, populate_existing=True)
