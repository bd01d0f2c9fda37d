"""Two engines on one database: writes stand in line from their first statement, reads never wait for them."""

from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import make_url
from sqlmodel import create_engine

_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000", "foreign_keys=ON", "recursive_triggers=ON")
_POOL = 20


def write_engine(url: str) -> Engine:
    """Open the engine for changes: on SQLite every transaction begins IMMEDIATE and is synced to disk.

    Source:
        SQLite documentation, "Transactions" and "WAL"; a plain BEGIN fails when a reader turns into a writer.
    """
    return _sqlite(url, "BEGIN IMMEDIATE") if _is_sqlite(url) else _postgres(url, read_only=False)


def read_engine(url: str) -> Engine:
    """Open the engine for reading: plain transactions that the database itself keeps from writing."""
    return _sqlite(url, "BEGIN", "query_only=ON") if _is_sqlite(url) else _postgres(url, read_only=True)


def _is_sqlite(url: str) -> bool:
    return make_url(url).get_backend_name() == "sqlite"


def _sqlite(url: str, begin: str, *extra: str) -> Engine:
    engine = create_engine(url, connect_args={"check_same_thread": False}, pool_size=_POOL, max_overflow=_POOL)

    @event.listens_for(engine, "connect")
    def _(dbapi: Any, _record: object) -> None:
        dbapi.isolation_level = None  # the driver must not begin on its own
        for pragma in (*_PRAGMAS, *extra):
            dbapi.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    @event.listens_for(engine, "checkin")
    def _(dbapi: Any, _record: object) -> None:
        # After a COMMIT that failed, SQLAlchemy takes the transaction for ended: it would stay open and hold the lock.
        if dbapi is not None and dbapi.in_transaction:
            dbapi.rollback()

    return engine


def _postgres(url: str, *, read_only: bool) -> Engine:
    address = make_url(url).set(drivername="postgresql+psycopg")
    # Repeatable read: a page or a report that asks twice is answered from one moment, as on SQLite.
    options = "-c default_transaction_read_only=on -c default_transaction_isolation=repeatable\\ read"
    engine = create_engine(
        address, connect_args={"options": options} if read_only else {}, pool_size=_POOL, max_overflow=_POOL
    )

    @event.listens_for(engine, "checkin")
    def _(dbapi: Any, _record: object) -> None:
        if dbapi is not None and dbapi.info.transaction_status.name != "IDLE":
            dbapi.rollback()

    return engine
