"""How far a follower of the log has come, and who follows: one row per follower, held by one process at a time."""

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


def hold(store: Store, name: str, holder: str, lasts: timedelta) -> bool:
    """Take or keep the lease of a follower; a follower that nobody knew begins at the present end of the log.

    Args:
        store: the store whose log is followed.
        name: which follower.
        holder: random name of this process.
        lasts: for how long; take it again well before.

    Returns:
        False while another process holds it.
    """
    with store.housekeeping() as session:
        now, row = store.clock(), locked(session, name)
        if row is None:
            session.add(Cursor(name=name, position=store.size(), holder=holder, held_until=now + lasts))
            return True
        if row.holder not in {"", holder} and now < row.held_until:
            return False
        row.holder, row.held_until = holder, now + lasts
        session.add(row)
        return True


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
