"""PostgreSQL with two roles: one owns the tables and migrates, the other runs the service and cannot touch triggers."""

from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url
from sqlmodel import SQLModel

from core.audit import tables
from core.errors import InputError
from core.store import migration
from core.store.engine import write_engine

_ALL = "SELECT, INSERT, UPDATE, DELETE"
_READ, _APPEND = "SELECT", "SELECT, INSERT"
_OF_THE_LOG = {
    tables.entry.name: _APPEND,
    tables.node.name: _APPEND,
    tables.checkpoint.name: _APPEND,
    tables.head.name: "SELECT, UPDATE",
    tables.key.name: "SELECT, INSERT, UPDATE",
    tables.text.name: "SELECT, INSERT, DELETE",
    "alembic_version": _READ,
}


def prepare_at(owner_url: str, service_url: str) -> None:
    """Migrate as the owner, and let the service's role do its work and no more.

    Args:
        owner_url: address of the role that owns the tables.
        service_url: address that the service uses; its user is the role that is granted to.

    Raises:
        InputError: both addresses name the same role, or the service's names none.
    """
    role = make_url(service_url).username
    if not role or role == make_url(owner_url).username:
        raise InputError(
            "SIGNOFF_MIGRATION_URL and SIGNOFF_DATABASE_URL do not name two roles.",
            "Let one role own the tables and another run the service.",
        )
    owner = write_engine(owner_url)
    try:
        migration.upgrade(owner)
        with owner.begin() as connection:
            if not _is_granted(connection, role):
                _grant(connection, role)
    finally:
        owner.dispose()


def _is_granted(connection: Connection, role: str) -> bool:
    """Ask about the newest table, so that a migration that brought one is followed by new grants."""
    statement = text(
        "SELECT bool_and(has_table_privilege(:role, oid, 'SELECT')) FROM pg_class "
        "WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
    )
    return bool(connection.execute(statement, {"role": role}).scalar_one())


def _grant(connection: Connection, role: str) -> None:
    migration.know_every_table()
    quoted = connection.dialect.identifier_preparer.quote(role)
    names = [*SQLModel.metadata.tables, "alembic_version"]
    for name in names:
        connection.execute(text(f"GRANT {_allowed(name)} ON {name} TO {quoted}"))
    connection.execute(text(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {quoted}"))


def _allowed(name: str) -> str:
    """What the service may do with a table; facts are never deleted, and triggers keep their columns."""
    known = SQLModel.metadata.tables.get(name)
    if known is not None and known.info.get("immutable"):
        return "SELECT, INSERT, UPDATE" if known.info.get("except") else _APPEND
    return _OF_THE_LOG.get(name, _ALL)
